"""Bookmarks: lines that a PDF's outline (PDF 32000-1, 12.3.3) names on their page are headings of its levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pypdfium2
from msgspec.structs import replace

from docpipe.model import BlockType, Paragraph
from docpipe.wording import fold

_MAX_BOOKMARKS = 5000
_DEEPEST = 9
_SOUND = 0.6
"""The share of bookmarks that must be found as lines; else they are no outline of the text."""


class Bookmark(NamedTuple):
    """A title, its level (1 at the top) and the page (from 1) that it leads to."""

    title: str
    level: int
    page: int


def read_bookmarks(pdf: pypdfium2.PdfDocument) -> list[Bookmark]:
    """The bookmarks that lead to pages of the document."""
    found = []
    for item in pdf.get_toc(max_depth=_DEEPEST):
        destination = item.get_dest()
        index = destination.get_index() if destination else None
        if index is not None:
            found.append(Bookmark(item.get_title(), item.level + 1, index + 1))
        if len(found) >= _MAX_BOOKMARKS:
            break
    return found


def mark_headings(blocks: list[BlockType], bookmarks: Sequence[Bookmark]) -> None:
    """Give the paragraphs that bookmarks name their level, in place, if most bookmarks name one."""
    at: defaultdict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.layer == "body" and block.at[0].page:
            at[block.at[0].page].append(index)
    named: dict[int, int] = {}
    for bookmark in bookmarks:
        title = _plain(bookmark.title)
        found = [i for i in at[bookmark.page] if _plain(blocks[i].text) == title]
        if title and found:
            named.setdefault(found[0], bookmark.level)
    if len(named) < _SOUND * len(bookmarks):
        return
    for index, level in named.items():
        block = blocks[index]
        blocks[index] = replace(block, look=replace(block.look, heading=level))


def _plain(text: str) -> str:
    return "".join(fold(text).split())
