"""Tells running headers, footers and page numbers from the text: by place, repetition and form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from docpipe.readers.pdf.paragraphs import PageLine

_ZONE = 0.13
_DIGITS = re.compile(r"\d+|[ivxlcdm]+(?=\W*$)|(?<=第)[〇零一二三四五六七八九十百]+(?=页)", re.I)
_PAGE_NUMBER = re.compile(
    r"第?\s*\d{1,4}\s*页?\s*[,，/|、]?\s*(?:[（(]?共|总计?|/|of)\s*\d{1,4}\s*页?[）)]?|第\s*\d{1,4}\s*页|[-–—~·•\s]*\d{1,4}[-–—~·•\s]*|"
    r"page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—\s]*[ivxlcdm]{1,7}[-–—\s]*",
    re.I,
)


def find_margins(
    pages: Sequence[Sequence[PageLine]],
) -> dict[tuple[int, int], Literal["header", "footer"]]:
    """(page index, line index) of lines in the page margin, with the margin they are in.

    A line is running furniture if the same text, numbers aside, stands at the same height of at least two pages (and a
    third of all), or if it is a page number at the edge of the page.
    """
    marks: dict[tuple[int, int], Literal["header", "footer"]] = {}
    seen: dict[tuple[str, str, int], list[tuple[int, int]]] = defaultdict(list)
    for page, lines in enumerate(pages):
        for index in _edge_lines(lines):
            item = lines[index]
            side: Literal["header", "footer"] = (
                "header" if item.line.box[1] < item.height / 2 else "footer"
            )
            if _PAGE_NUMBER.fullmatch(item.line.text) and _outermost(lines, index, side):
                marks[page, index] = side
                continue
            key = (
                side,
                _DIGITS.sub("#", item.line.text).replace(" ", ""),
                round(item.line.box[1] / 6),
            )
            for height in (key[2], key[2] + 1):
                seen[side, key[1], height].append((page, index))
    for (side_name, _, _), places in seen.items():
        count = len({page for page, _ in places})
        if count >= 2 and count * 3 >= len(pages) - 1:
            for place in places:
                marks[place] = "header" if side_name == "header" else "footer"
    return marks


def _edge_lines(lines: Sequence[PageLine]) -> list[int]:
    """Lines in the top or bottom zone of the page, at most four a side."""
    order = sorted(range(len(lines)), key=lambda index: lines[index].line.box[1])
    top = [i for i in order[:4] if lines[i].line.box[3] < _ZONE * lines[i].height]
    bottom = [i for i in order[-4:] if lines[i].line.box[1] > (1 - _ZONE) * lines[i].height]
    return [*top, *(i for i in bottom if i not in top)]


def _outermost(lines: Sequence[PageLine], index: int, side: str) -> bool:
    """Whether no text lies further out than this line."""
    own = lines[index].line.box
    if side == "header":
        return all(item.line.box[1] >= own[1] - 2 for item in lines)
    return all(item.line.box[3] <= own[3] + 2 for item in lines)
