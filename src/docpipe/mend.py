"""Rejoins what a hard line break or a page break tore apart: sentences, paragraphs and tables.

Two lines become one paragraph when the first has no end and the second no beginning: no sentence end, no label, no
indent that a new paragraph would have, the same look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.joining import join
from docpipe.model import BlockType, Document, Paragraph, Table, table_text
from docpipe.numbering import parse_label
from docpipe.wording import (
    ends_sentence,
    has_cjk,
    is_date,
    is_organization,
    is_prose,
    is_salutation,
    width,
)

FULL_LINE = 0.9
"""A line that fills this share of its column has been broken by the page, not by the author."""

_LONGEST_HEADING = 52
_CONTINUES = re.compile(r"^[，。、；：！？）”’》」』】,.;:!?)\]%％]|^[a-z]")
_CLAUSE = re.compile(r"[，。；,;]")
_FIELD = re.compile(r"^.{1,12}[：:]")


class Layout(NamedTuple):
    """How the document's lines run: `wrap` is the width (in Chinese characters) at which a hard-wrapped text breaks
    its lines, 0 if it is not hard-wrapped; `indented` says that its paragraphs begin with an indent."""

    wrap: float
    indented: bool


def mend(document: Document) -> Document:
    """Join broken paragraphs and tables in place and return the document."""
    layout = _layout(document.blocks)
    mended: list[BlockType] = []
    line: BlockType | None = None  # the last block as read: where a joined paragraph now ends
    for block in document.blocks:
        last = mended[-1] if mended else None
        if (
            isinstance(last, Paragraph)
            and isinstance(line, Paragraph)
            and isinstance(block, Paragraph)
        ):
            if _belongs(last, line, block, layout):
                mended[-1] = join(last, block)
            else:
                mended.append(block)
        elif isinstance(last, Table) and isinstance(block, Table) and _continues_table(last, block):
            rows = last.rows + block.rows
            mended[-1] = replace(last, rows=rows, text=table_text(rows), at=last.at + block.at)
        else:
            mended.append(block)
        line = block
    document.blocks = mended
    return document


def _layout(blocks: Sequence[BlockType]) -> Layout:
    paragraphs = [b for b in blocks if isinstance(b, Paragraph) and b.layer == "body" and b.text]
    widths = sorted(width(b.text) for b in paragraphs)
    indents = [bool(b.look.indent) for b in paragraphs if is_prose(b.text)]
    indented = bool(indents) and sum(indents) * 2 >= len(indents)
    if len(widths) < 6:
        return Layout(0, indented)
    longest = widths[-1 - len(widths) // 50]
    full = sum(1 for w in widths if longest - 3 <= w)
    wrapped = 18 <= longest <= 62 and full >= 0.35 * len(widths)
    return Layout(longest if wrapped else 0, indented)


def _belongs(first: Paragraph, line: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """Whether `second` continues the paragraph `first`, whose last line as read is `line`."""
    # Most paragraphs end in a full stop: whether the second begins anew costs more to tell, so it is asked last.
    return (
        _alike(first, second) and _goes_on(first, line, second, layout) and not _begins_anew(second)
    )


def _goes_on(first: Paragraph, line: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """Whether the first paragraph lacks an end."""
    if layout.wrap:
        return _wrapped(line, second, layout)
    if _over_page(first, second):
        return _flows_on(first, second, layout)
    return _torn(first.text, second.text, first.look.indent, second.look.indent)


def _alike(first: Paragraph, second: Paragraph) -> bool:
    """Same layer and look, and neither a list item nor a styled heading."""
    a, b = first.look, second.look
    return (
        a.heading is None
        and b.heading is None
        and a.align != "center"
        and b.align != "center"
        and second.list_level is None
        and second.label == ""
        and a.bold == b.bold
        and (a.size == b.size or a.size is None or b.size is None)
        and first.layer == second.layer == "body"
        and a.tag == b.tag
    )


def _begins_anew(paragraph: Paragraph) -> bool:
    text = paragraph.text
    label = parse_label(text)
    return (
        (label is not None and label.kind != "bare")
        or paragraph.space_before
        or is_date(text)
        or is_organization(text)
        or is_salutation(text)
    )


def _wrapped(line: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """In a hard-wrapped text a full line goes on; a short one ends its paragraph."""
    if layout.indented and second.look.indent:
        return False
    full = width(line.text) >= layout.wrap - 3
    return full and (not ends_sentence(line.text) or layout.indented)


def _over_page(first: Paragraph, second: Paragraph) -> bool:
    if not first.at or not second.at:
        return False
    before, after = first.at[-1].page, second.at[0].page
    return before is not None and after is not None and after == before + 1


def _flows_on(first: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """Over a page break a full last line goes on, unless the next page begins with an indent of its own, and no text that
    only goes on."""
    if first.look.line_fill is not None and first.look.line_fill < FULL_LINE:
        return False
    if layout.indented and second.look.indent:
        return not ends_sentence(first.text) and _CONTINUES.match(second.text) is not None
    return not ends_sentence(first.text) or (layout.indented and not second.look.indent)


def _torn(first: str, second: str, first_indent: float | None, second_indent: float | None) -> bool:
    """Whether a sentence was torn between two paragraphs."""
    if ends_sentence(first) or first.endswith(("：", ":")):
        return False
    if _CONTINUES.match(second) and not _FIELD.match(first):
        return len(first.split()) >= 6 or has_cjk(first)
    if first.endswith(("，", "、", ",")):
        return width(first) >= 8 and not _only_second_indented(first_indent, second_indent)
    if not has_cjk(first) or not _CLAUSE.search(first):
        return False
    if parse_label(first) is not None and width(first) <= _LONGEST_HEADING:
        return False
    return (
        width(first) >= 25
        and "。" in second + first
        and (ends_sentence(second) or is_prose(second))
    )


def _only_second_indented(first: float | None, second: float | None) -> bool:
    """Whether only the second of two lines is indented, as a new paragraph after an unindented one is."""
    return bool(second) and not first


def _continues_table(first: Table, second: Table) -> bool:
    """A table goes on at the top of the next page with as many columns."""
    if not first.at or not second.at or not first.rows or not second.rows:
        return False
    before, after = first.at[-1].page, second.at[0].page
    if before is None or after is None or after != before + 1:
        return False
    return _columns(first) == _columns(second)


def _columns(table: Table) -> int:
    return max(sum(cell.colspan for cell in row) for row in table.rows)
