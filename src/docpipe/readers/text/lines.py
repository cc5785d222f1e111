"""Splits a text into lines and notes how each stands on its page: indent, width, page, margin, alignment.

Pages end at form feeds, or after lines with numbers that rise by one. What recurs at the top or the bottom of the pages
is their header or footer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from docpipe.model import Alignment, Layer
from docpipe.wording import width

_SPACE = re.compile(r"\s+")
_INDENT = re.compile(r"[ \t\u00a0\u3000]*")
_BREAK = re.compile(r"\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]+")
"""Characters that no page shows; what divides lines and words is not among them."""

_NUMBER = re.compile(
    r"[-—–·~]+\s*(\d{1,4})\s*[-—–·~]+|第\s*(\d{1,4})\s*页(?:[\s,，/]*共\s*\d+\s*页)?|page\s+(\d{1,4})(?:\s+of\s+\d+)?",
    re.I,
)
_MARGIN_LINES = 3
_USUAL_MEASURE = 40.0
_NARROWEST, _WIDEST = 18.0, 66.0
_FAR = 6.0
"""An indent, in Chinese characters, that is more than a paragraph's."""


class Line(NamedTuple):
    """A line that holds something besides white space.

    `number` counts from 1, `page` from 1 (None where the text has no pages); `text` is in one-space form; `indent` and
    `end` are in Chinese characters from the left edge. `after_blank` says that an empty line stands before it.
    """

    number: int
    page: int | None
    text: str
    raw: str
    indent: float
    end: float
    after_blank: bool
    layer: Layer = "body"
    align: Alignment | None = None


def lines_of(text: str) -> list[Line]:
    """The lines of a text, each with what its surroundings tell of it."""
    lines = _split(_CONTROL.sub("", text))
    lines = _with_margins(_numbered_pages(lines) if "\f" not in text else lines)
    return _without_left_margin(_aligned(_over_pages(lines)))


def _split(text: str) -> list[Line]:
    lines: list[Line] = []
    pages = text.split("\f")
    number = 0
    for page, content in enumerate(pages, 1):
        blank = False
        for raw in _BREAK.split(content):
            number += 1
            words = _SPACE.sub(" ", raw).strip()
            if words:
                indent = _indent(raw)
                shown = page if len(pages) > 1 else None
                end = indent + width(raw.strip())
                lines.append(Line(number, shown, words, raw, indent, end, blank and bool(lines)))
            blank = not words
    return lines


def _indent(raw: str) -> float:
    match = _INDENT.match(raw)
    return sum(2 if char in "\u3000\t" else 1 for char in match.group()) / 2 if match else 0.0


def _numbered_pages(lines: list[Line]) -> list[Line]:
    """The lines with pages, if there are at least two lines that are nothing but page numbers and rise by one."""
    numbers = {
        index: int(next(filter(None, match.groups())))
        for index, line in enumerate(lines)
        if (match := _NUMBER.fullmatch(line.text))
    }
    values = list(numbers.values())
    if len(values) < 2 or any(b != a + 1 for a, b in pairwise(values)):
        return lines
    paged = []
    page = 1
    for index, line in enumerate(lines):
        footer = index in numbers
        paged.append(line._replace(page=page, layer="footer" if footer else line.layer))
        page += footer
    return paged


def _over_pages(lines: list[Line]) -> list[Line]:
    """The lines of which the first on a page stands after no empty line: those around a page's break part nothing."""
    page = lines[0].page if lines else None
    result = []
    for line in lines:
        begins = line.layer == "body" and line.page != page
        page = line.page if begins else page
        result.append(line._replace(after_blank=line.after_blank and not begins))
    return result


def _with_margins(lines: list[Line]) -> list[Line]:
    """The lines with headers and footers told by what recurs on at least half of the pages, and at least on two."""
    pages: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        if line.page is not None and line.layer == "body":
            pages.setdefault(line.page, []).append(index)
    if len(pages) < 2:
        return lines
    marked = list(lines)
    for layer in _MARGINS:
        for depth in range(_MARGIN_LINES):
            place = depth if layer == "header" else -1 - depth
            there = [indices[place] for indices in pages.values() if len(indices) > depth + 1]
            counts = Counter(_recurring(lines[index]) for index in there)
            found = [i for i in there if counts[_recurring(lines[i])] >= max(2, len(pages) / 2)]
            if not found:
                break
            for index in found:
                marked[index] = lines[index]._replace(layer=layer)
    return marked


_MARGINS: tuple[Layer, Layer] = ("header", "footer")


def _recurring(line: Line) -> tuple[str, int]:
    """What of a line is the same on each page: its words, and how far its last number is from the page's."""
    numbers = re.findall(r"\d+", line.text)
    if numbers and line.page is not None and len(numbers[-1]) < 5:
        return re.sub(r"\d+", "#", line.text), int(numbers[-1]) - line.page
    return line.text, 0


def _without_left_margin(lines: list[Line]) -> list[Line]:
    """The lines moved to the left edge, if none begins there."""
    margin = min((line.indent for line in lines), default=0.0)
    if not margin or len(lines) < 3:
        return lines
    widest = max(line.indent for line in lines)
    if widest == margin:
        # Where all lines have the same indent, it may as well be that of their paragraphs.
        return lines
    return [line._replace(indent=line.indent - margin, end=line.end - margin) for line in lines]


def _aligned(lines: list[Line]) -> list[Line]:
    measure = _measure([line.end for line in lines])
    return [line._replace(align=_alignment(line, measure)) for line in lines]


def _measure(ends: Iterable[float]) -> float:
    """How wide the lines run; what is usual where they are not broken."""
    ordered = sorted(ends)
    widest = ordered[-1 - len(ordered) // 50] if ordered else 0.0
    return widest if _NARROWEST <= widest <= _WIDEST else _USUAL_MEASURE


def _alignment(line: Line, measure: float) -> Alignment | None:
    """Where a line stands that begins far from the left."""
    if line.indent < _FAR or "\t" in line.raw.strip():
        return None
    right = measure - line.end
    if abs(line.indent - right) <= 2 + measure / 20:
        return "center"
    return "right" if line.indent > measure / 2 or right <= 2 else None
