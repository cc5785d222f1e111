"""Tells the label of a list item from its text, in the signs that docpipe writes where Markdown has none.

A comment without words ends a label; a last comment "bullet ➢" or "no label" says what stands before an item.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from docpipe.model import Run
from docpipe.readers.markdown.lines import Line

BULLET = "•"
_OTHER_BULLET = "bullet "


class Item(NamedTuple):
    """A list item's label, whether that is a bullet, and its text with its marks."""

    label: str
    bullet: bool
    text: str
    runs: tuple[Run, ...]


def item_of(line: Line, label: str) -> Item:
    """The item of a line; `label` is what Markdown shows before it, unless the line says otherwise."""
    text, runs = line.words()
    if line.label_end is not None:
        start, label = own_label(line, line.label_end)
        return Item(label, False, text[start:], shifted(runs, start))
    if line.remark == "no label":
        return Item("", False, text, runs)
    if line.remark.startswith(_OTHER_BULLET):
        return Item(line.remark.removeprefix(_OTHER_BULLET), True, text, runs)
    return Item(label, label == BULLET, text, runs)


def own_label(line: Line, end: int) -> tuple[int, str]:
    """Where the words after a label that ends at `end` begin, and the label."""
    rest = line.text[end:]
    return len(line.text) - len(rest.lstrip(" ")), line.text[:end]


def shifted(runs: tuple[Run, ...], start: int) -> tuple[Run, ...]:
    """The marks of a text that begins at `start` of the old one."""
    return tuple(
        replace(run, start=max(run.start - start, 0), end=run.end - start)
        for run in runs
        if run.end > start or (run.note and run.start >= start)
    )
