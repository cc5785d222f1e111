"""Reads plain text: a line is a block; blank lines, indents and what is drawn by signs are evidence for the later steps.

Hard-wrapped lines stay lines here; `mend` rejoins them where the whole document shows that they were wrapped. `lines` tells
how each line stands on its page, `tables` finds tables. Strokes and rules that draw something, the signs before items and
those of a quoted mail are no text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from docpipe.model import (
    BlockType,
    Document,
    Look,
    Paragraph,
    Place,
    Source,
    Table,
    describe_source,
    table_text,
)
from docpipe.readers.encoding import decode, doubts
from docpipe.readers.text.lines import Line, lines_of
from docpipe.readers.text.tables import Tables
from docpipe.settings import Settings
from docpipe.wording import ends_sentence, width

_CHARACTER = 10.5
"""Points that stand for one Chinese character of indent: the usual body size (五号)."""

_RULE = re.compile(r"([-=~*─━═—])(?:\s?\1){2,}")
_ITEM = re.compile(r"([-*•●○■□◆◇▪▸►➢➤✓·‣⁃])\s(?=.*[^\W\d_])")
_QUOTE = re.compile(r"(?:>\s?)+")


def read(source: Source, settings: Settings) -> Document:
    """The document in a plain text. Any bytes can be read; a doubtful encoding is a warning, never an error."""
    decoded = decode(source.data)
    lines = lines_of(decoded.text)
    pages = lines[-1].page if lines else None
    document = Document(
        source=describe_source(source, encoding=decoded.encoding, pages=pages),
        blocks=_title_first(list(_blocks(lines))),
    )
    document.warnings += doubts(decoded)
    return document


def _blocks(lines: Sequence[Line]) -> Iterator[BlockType]:
    tables = Tables(lines)
    signs = _item_signs(lines)
    levels: list[float] = []
    parted = False
    index = 0
    while index < len(lines):
        line = lines[index]
        found = tables.at(index) if line.layer == "body" else None
        if found:
            yield Table(text=table_text(found.rows), rows=found.rows, at=_at(line))
            index += found.lines
            parted = False
            continue
        index += 1
        if _RULE.fullmatch(line.text) or _is_empty_quote(lines, index - 1):
            parted = True
            continue
        item = _ITEM.match(line.text)
        if item and item[1] in signs:
            yield _item(line, item, levels)
        else:
            if levels and line.indent <= levels[0]:
                levels.clear()
            heading = _underlined(lines, index)
            yield _paragraph(line, heading, _is_quoted(lines, index - 1), parted)
        parted = False


def _at(line: Line) -> tuple[Place, ...]:
    return (Place(line=line.number, page=line.page),)


def _item_signs(lines: Sequence[Line]) -> frozenset[str]:
    """The signs that begin at least two items."""
    counts = Counter(match[1] for line in lines if (match := _ITEM.match(line.text)))
    return frozenset(sign for sign, count in counts.items() if count > 1)


def _item(line: Line, sign: re.Match[str], levels: list[float]) -> Paragraph:
    """A list item; it lies within the item before that begins further left. Its indent is that of its text."""
    while levels and levels[-1] >= line.indent:
        levels.pop()
    levels.append(line.indent)
    lead = line.raw.lstrip()
    text = lead[1:].lstrip()
    return Paragraph(
        text=line.text[sign.end() :],
        label=sign[1],
        bullet=True,
        list_level=len(levels) - 1,
        at=_at(line),
        layer=line.layer,
        look=Look(indent=_points(line.indent + width(lead[: len(lead) - len(text)]))),
        space_before=line.after_blank,
    )


def _points(indent: float) -> float:
    return round(indent * _CHARACTER, 1)


def _underlined(lines: Sequence[Line], below: int) -> int | None:
    """The level of a heading that the line `below` underlines: 1 by ===, 2 by other signs; None for other lines."""
    if below >= len(lines):
        return None
    rule, line = lines[below], lines[below - 1]
    if rule.after_blank or not _RULE.fullmatch(rule.text) or ends_sentence(line.text):
        return None
    above_is_text = (
        below > 1 and not line.after_blank and not _RULE.fullmatch(lines[below - 2].text)
    )
    long_enough = 0.5 <= (rule.end - rule.indent) / (line.end - line.indent) <= 2
    if above_is_text or not long_enough:
        return None
    return 1 if rule.text[0] in "=═" else 2


def _is_quoted(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is quoted as in a mail: a sign and a space, or signs on its neighbour too."""
    match = _QUOTE.match(lines[index].text)
    if match is None or match.end() == len(lines[index].text):
        return False
    near = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return match[0].endswith(" ") or any(line.text.startswith(">") for line in near)


def _is_empty_quote(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is an empty one of a quoted mail: signs alone, next to a line that is quoted."""
    if not _QUOTE.fullmatch(lines[index].text):
        return False
    near = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return any(_QUOTE.match(line.text) for line in near)


def _paragraph(line: Line, heading: int | None, quoted: bool, parted: bool) -> Paragraph:
    mark = _QUOTE.match(line.text) if quoted else None
    return Paragraph(
        text=line.text[mark.end() :] if mark else line.text,
        at=_at(line),
        layer=line.layer,
        look=Look(
            indent=_points(line.indent),
            align=line.align,
            heading=heading,
            tag="blockquote" if quoted else None,
        ),
        space_before=line.after_blank or parted,
    )


def _title_first(blocks: list[BlockType]) -> list[BlockType]:
    """A first line that alone is underlined by === is the document's title."""
    tops = [block for block in blocks if block.look.heading == 1]
    if blocks and tops == [blocks[0]]:
        first = blocks[0]
        first.look = Look(heading=0, align=first.look.align, indent=first.look.indent)
    return blocks
