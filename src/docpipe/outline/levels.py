"""Gives headings their levels and turns their blocks into headings.

A label kind that is already open in the outline continues at its level; a new kind opens a level under the heading
before it, unless the usual order of kinds (第一章 > 第一节 > 一、 > （一） > 1. > （1） > ①, I. > A. > 1. > a.) or the styles
say that it stands higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.joining import placed
from docpipe.model import BlockType, Heading, Paragraph, Run
from docpipe.numbering import Label
from docpipe.outline.headings import Candidate

_RANK = {
    "part": 1.0, "appendix": 1.0, "chapter": 2.0, "section": 3.0, "article": 4.0, "financial": 5.0, "roman": 5.5,
    "cjk": 6.0, "cjk-paren": 7.0, "letter": 7.5, "decimal": 8.0, "bare": 8.0, "arabic-paren": 9.0,
    "arabic-close": 9.5, "circled": 10.0, "letter-paren": 11.0,
}  # fmt: skip
_ENGLISH_RANK = {
    "part": 1.0,
    "volume": 1.0,
    "appendix": 1.0,
    "annex": 1.0,
    "chapter": 2.0,
    "section": 3.0,
}


class _Key(NamedTuple):
    """What makes two headings alike. `rank` orders labels, `style` is a heading style's level, `size` in points."""

    name: str
    rank: float | None
    style: int | None
    size: float | None


def assign_levels(blocks: Sequence[BlockType], candidates: Sequence[Candidate]) -> list[BlockType]:
    """The blocks with candidates turned into headings; a run-in heading leaves the rest of its text as a paragraph."""
    chosen = {candidate.block: candidate for candidate in candidates}
    result: list[BlockType] = []
    open_keys: list[_Key] = []
    for index, block in enumerate(blocks):
        candidate = chosen.get(index)
        if candidate is None or not isinstance(block, Paragraph):
            result.append(block)
            continue
        key = _key(candidate, block)
        _open(open_keys, key)
        result.extend(_split(block, candidate, len(open_keys)))
    return result


def _key(candidate: Candidate, block: Paragraph) -> _Key:
    look = block.look
    style = look.heading if candidate.ground == "style" else None
    label = candidate.label
    if label is None or label.kind == "bullet":
        name = (
            f"style {style}"
            if style
            else f"{candidate.ground} {look.size} {look.align == 'center'}"
        )
        return _Key(name, None, style, look.size)
    return _Key(_label_name(label), _label_rank(label), style, look.size)


def _label_name(label: Label) -> str:
    if label.kind == "english":
        return label.text.split()[0].lower() + str(len(label.values))
    if label.kind in ("letter", "roman", "letter-paren"):
        return f"{label.kind} {'upper' if label.text.upper() == label.text else 'lower'}"
    kind = "decimal" if label.kind == "bare" else label.kind
    return f"{kind} {len(label.values)}"


def _label_rank(label: Label) -> float:
    if label.kind == "english":
        return _ENGLISH_RANK.get(label.text.split()[0].lower(), 3.0) + 0.05 * len(label.values)
    rank = _RANK[label.kind] + 0.05 * (len(label.values) - 1)
    if label.kind in ("letter", "roman") and label.text.upper() != label.text:
        rank += 5.0
    return rank


def _open(open_keys: list[_Key], key: _Key) -> None:
    """Close the levels that `key` ends and open its own."""
    names = [k.name for k in open_keys]
    if key.name in names:
        position = names.index(key.name)
        if not _contradicted(open_keys[position], key):
            del open_keys[position:]
            open_keys.append(key)
            return
    while open_keys and not _contains(open_keys[-1], key):
        open_keys.pop()
    open_keys.append(key)


def _contradicted(open_key: _Key, key: _Key) -> bool:
    """The same kind of label under different heading styles stands at different levels."""
    return open_key.style is not None and key.style is not None and open_key.style != key.style


def _contains(outer: _Key, inner: _Key) -> bool:
    if outer.style is not None and inner.style is not None:
        return outer.style < inner.style
    if outer.rank is not None and inner.rank is not None:
        return outer.rank < inner.rank
    if outer.size is not None and inner.size is not None and abs(outer.size - inner.size) > 0.4:
        return outer.size > inner.size
    # A styled or labelled heading holds what is merely bold; bold alone holds no heading style.
    return outer.style is not None or outer.rank is not None or inner.style is None


def _split(block: Paragraph, candidate: Candidate, level: int) -> list[BlockType]:
    label = candidate.label
    automatic = bool(block.label) and not block.bullet
    start = label.end if label and not automatic and label.kind != "bullet" else 0
    # The space after a typed label was printed, so it stays with it.
    typed = block.text[: label.end] if label and start else ""
    heading = Heading(
        text=block.text[start : candidate.end].strip(),
        label=block.label if automatic else typed,
        automatic=automatic,
        level=level,
        at=block.at,
        layer=block.layer,
        look=block.look,
    )
    rest = block.text[candidate.end :]
    if not rest.strip():
        return [heading]
    offset = candidate.end + len(rest) - len(rest.lstrip())
    runs = tuple(
        placed(run, max(run.start - offset, 0), run.end - offset)
        for run in block.runs
        if run.end > offset or (run.note and run.start >= offset)
    )
    return [
        heading,
        Paragraph(
            text=block.text[offset:],
            at=block.at,
            look=replace(block.look, bold=False),
            runs=_valid(runs),
        ),
    ]


def _valid(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(run for run in runs if run.start < run.end or run.note)
