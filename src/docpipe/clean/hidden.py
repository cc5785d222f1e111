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
_RUNS = {
    "vanish": "formatted as hidden",
    "white": "white on white",
    "tiny": "too small to read",
}


def find(document: Document) -> Iterator[Removal]:
    """Whole blocks of hidden layers, and hidden runs inside visible blocks."""
    for index, block in enumerate(document.blocks):
        if block.layer in _LAYERS and (block.text or isinstance(block, Image)):
            reason, rule, because = _LAYERS[block.layer]
            if block.layer == "revision" and block.revision is not None and block.revision.inserted:
                because = "inserted by a tracked change"
            yield propose(index, block, reason=reason, rule=rule, confidence=1.0, because=because)
            continue
        for run in block.runs:
            if run.hidden and run.start < run.end:
                yield propose(
                    index,
                    block,
                    (run.start, run.end),
                    reason="hidden",
                    rule=f"hidden.{run.hidden}",
                    confidence=0.95,
                    because=_RUNS.get(run.hidden, run.hidden),
                )
