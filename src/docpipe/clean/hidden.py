"""Proposes to take out what a reader of the page does not see: hidden runs, comments, deleted text, watermarks."""

from __future__ import annotations

from collections.abc import Iterator

from docpipe.clean.removal import propose
from docpipe.model import Document, Image, Reason, Removal

_LAYERS: dict[str, tuple[Reason, str, str]] = {
    "watermark": ("watermark", "layer.watermark", "lies behind the text"),
    "comment": ("comment", "layer.comment", "a reviewer's comment"),
    "revision": ("revision", "layer.revision", "deleted by a tracked change"),
    "hidden": ("hidden", "layer.hidden", "not shown by the page"),
}
_RUNS: dict[str, tuple[Reason, str]] = {
    "vanish": ("hidden", "formatted as hidden"),
    "white": ("hidden", "white on white"),
    "tiny": ("hidden", "too small to read"),
    "hyphen": ("repair", "a hyphen at a line's end"),
    "note-mark": ("repair", "the mark of a note"),
    "contents": ("navigation", "lists the headings that follow"),
    "doubled": ("duplicate", "struck again at its place"),
}
"""Why a run is not shown, or is no part of the text although it is printed."""


_PRINTED = frozenset(name for name, (reason, _) in _RUNS.items() if reason != "hidden")


def find(document: Document) -> Iterator[Removal]:
    """Whole blocks of hidden layers, and hidden runs inside visible blocks."""
    for index, block in enumerate(document.blocks):
        printed = block.layer == "hidden" and bool(block.runs) and block.runs[0].hidden in _PRINTED
        if block.layer in _LAYERS and (block.text or isinstance(block, Image)) and not printed:
            reason, rule, because = _LAYERS[block.layer]
            if block.layer == "revision" and block.revision is not None and block.revision.inserted:
                because = "inserted by a tracked change"
            yield propose(index, block, reason=reason, rule=rule, confidence=1.0, because=because)
            continue
        for run in block.runs:
            if run.hidden and run.start < run.end:
                reason, because = _RUNS[run.hidden]
                yield propose(
                    index,
                    block,
                    (run.start, run.end),
                    reason=reason,
                    rule=f"{reason}.{run.hidden}",
                    confidence=0.95 if reason == "hidden" else 1.0,
                    because=because,
                )
