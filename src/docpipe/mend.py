"""Rejoins what a hard line break or a page break tore apart: sentences, paragraphs and tables.

Two lines become one paragraph when the first has no end and the second no beginning: no sentence end, no label, no
indent that a new paragraph would have, the same look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from docpipe.joining import join
from docpipe.model import BlockType, Document, Paragraph, is_code
from docpipe.numbering import parse_label
from docpipe.torn_tables import with_whole_tables
from docpipe.wording import (
    ends_in_kind,
    ends_sentence,
    glue,
    has_cjk,
    is_date,
    is_organization,
    is_prose,
    is_salutation,
    unit_width,
    width,
)

FULL_LINE = 0.9
"""A line that fills this share of its column has been broken by the page, not by the author."""

_LONGEST_HEADING = 52
_HALF_LINE = 0.6
"""The share of a column that a line in mid-sentence fills at least."""
_SHORT_HEADING = 26
_CONTINUES = re.compile(r"^[，。、；：！？）”’》」』】,.;:!?)\]%％]|^[a-z]")
_PAUSES = ("，", "、", ",")
_VERSE, _LONG_VERSE = 8, 25
"""Widths of verses in Chinese, and in a script with capitals, with which they begin."""
_LEADS_ON = frozenset(
    ("the", "a", "an", "of", "in", "to", "and", "or", "for", "with", "by", "on", "at", "from", "as", "than", "that",
     "which", "is", "are", "was", "were", "be")
)  # fmt: skip
"""Words that end no English line but one that goes on."""

_ENGLISH_FIELD = re.compile(r"[A-Z][A-Za-z]{1,11}:\s")
_CLAUSE = re.compile(r"[，。；,;]")
_FIELD = re.compile(r"^.{1,12}[：:]")
_CHARACTER = 10.5
"""Points of a Chinese character of the usual body size, in which indents are given."""

_NARROWEST, _WIDEST = 18, 66
"""Widths, in Chinese characters, between which a text may have been broken into lines."""

_SLACK = 1.0
_SLACK_WHERE_TOLD = 3.0
"""Characters by which a full line may be short where indents or empty lines tell paragraphs: quotation marks may be narrow."""

_LEAST_SHARE = 0.2
_LEAST_LINES = 3
_LEAD = 200
"""How many characters of a paragraph's beginning tell what kind of paragraph it is."""


class Layout(NamedTuple):
    """How the document's lines run.

    `wrap` is the width (in Chinese characters) at which a hard-wrapped text breaks its lines, 0 if it is not hard-wrapped;
    `indented` says that its paragraphs begin with an indent, `spaced` that empty lines part them, `doubled` that empty lines
    stand between all lines and so part nothing.
    """

    wrap: float
    indented: bool
    spaced: bool = False
    doubled: bool = False


def mend(document: Document) -> Document:
    """Join broken paragraphs and tables in place and return the document."""
    layout = _layout(document.blocks)
    mended: list[BlockType] = []
    open_lines: list[Paragraph] = []
    for block in with_whole_tables(document.blocks):
        if isinstance(block, Paragraph):
            if open_lines and not _belongs(open_lines, block, layout):
                mended.append(join(*open_lines))
                open_lines = []
            open_lines.append(block)
            continue
        if open_lines:
            mended.append(join(*open_lines))
            open_lines = []
        mended.append(block)
    if open_lines:
        mended.append(join(*open_lines))
    document.blocks = mended
    return document


def _layout(blocks: Sequence[BlockType]) -> Layout:
    paragraphs = [b for b in blocks if isinstance(b, Paragraph) and b.layer == "body" and b.text]
    indents = [bool(b.look.indent) for b in paragraphs if is_prose(b.text)]
    indented = bool(indents) and sum(indents) * 2 >= len(indents)
    wrap = _wrap(paragraphs)
    if not wrap:
        return Layout(0, indented)
    pairs = list(pairwise(paragraphs))
    ends = [b.space_before for a, b in pairs if not _is_full(a, b, wrap)]
    middles = [
        b.space_before for a, b in pairs if _is_full(a, b, wrap) and not ends_sentence(a.text)
    ]
    return Layout(
        wrap=wrap,
        indented=_begin_indented(pairs, wrap),
        spaced=sum(ends) * 2 >= max(len(ends), 2),
        doubled=len(middles) >= _LEAST_LINES
        and sum(middles) > 0.8 * len(middles)
        and sum(ends) > 0.8 * len(ends),
    )


def _wrap(paragraphs: Sequence[Paragraph]) -> float:
    """The width at which lines are broken; 0 where hardly any line ends for want of room and in mid-sentence."""
    ends = sorted(map(_end, paragraphs))
    if not ends:
        return 0
    # Where quotation marks were counted as narrow, the widest lines say less than the most.
    usual = Counter(round(end) for end in ends if 2 * end > ends[-1]).most_common(1)[0][0]
    candidates = (ends[-1 - len(ends) // 50], float(usual))
    return next((width for width in candidates if _breaks_at(paragraphs, width)), 0)


def _breaks_at(paragraphs: Sequence[Paragraph], widest: float) -> bool:
    """Whether enough lines end at this width for want of room and in mid-sentence."""
    if not _NARROWEST <= widest <= _WIDEST:
        return False
    full = [a.text for a, b in pairwise(paragraphs) if _is_full(a, b, widest)]
    middles = sum(not (ends_sentence(text) or text.endswith(("：", ":"))) for text in full)
    if middles < _LEAST_LINES:
        return middles == len(full) and _is_short_prose(paragraphs, widest)
    return middles >= _LEAST_SHARE * len(paragraphs) and middles >= 0.6 * len(full)


def _is_short_prose(paragraphs: Sequence[Paragraph], widest: float) -> bool:
    """Whether a short text is broken at a width: it has at least two full lines, which end between words of sentences with
    commas and such, and each sentence that they begin ends in the line after them. Lines of a list or verse are not like that."""
    pairs = [(a, b, _is_full(a, b, widest)) for a, b in pairwise(paragraphs)]
    full = [a.text for a, _, is_full in pairs if is_full]
    lasts = [
        a.text for (_, _, before), (a, _, is_full) in pairwise(pairs) if before and not is_full
    ]
    if pairs and pairs[-1][2]:
        lasts.append(paragraphs[-1].text)
    return (
        len(full) >= _LEAST_LINES - 1
        and 2 * sum(_CLAUSE.search(text) is not None for text in full) >= len(full)
        and not any(text.endswith(_PAUSES) for text in full)
        and all(map(ends_sentence, lasts))
    )


def _begin_indented(pairs: Sequence[tuple[Paragraph, Paragraph]], wrap: float) -> bool:
    """Whether in a hard-wrapped text the first lines of paragraphs are indented, and the others are not."""
    inner = [
        bool(b.look.indent) for a, b in pairs if _is_full(a, b, wrap) and not ends_sentence(a.text)
    ]
    first = [
        bool(b.look.indent) for a, b in pairs if not _is_full(a, b, wrap) and _end(b) >= wrap / 2
    ]
    return sum(first) * 2 >= max(len(first), 1) and sum(inner) * 4 <= len(inner)


def _end(line: Paragraph) -> float:
    """Where a line ends, in Chinese characters from the left."""
    return width(line.text) + (line.look.indent or 0) / _CHARACTER


def _is_full(line: Paragraph, following: Paragraph, wrap: float, slack: float = _SLACK) -> bool:
    """Whether what the next line begins with would have found no room on a line."""
    return _end(line) + unit_width(following.text) >= wrap - slack


def _belongs(lines: Sequence[Paragraph], second: Paragraph, layout: Layout) -> bool:
    """Whether `second` continues the paragraph of these lines."""
    first, line = lines[0], lines[-1]
    # Most paragraphs end in a full stop: whether the second begins anew costs more to tell, so it is asked last.
    if not _alike(first, second) or _is_preformatted(second, layout):
        return False
    if layout.wrap:
        return _wrapped(first, line, second, layout)
    return _goes_on(lines, second, layout) and (
        not _begins_anew(second)
        or _is_tail(line, second, layout)
        or _breaks_off(first, line, second)
    )


def _is_preformatted(line: Paragraph, layout: Layout) -> bool:
    """Whether the line ends where its author ended it. A page may show a hard-wrapped text in `pre`, but never as code."""
    return is_code(line) or (line.look.tag == "pre" and not layout.wrap)


def _goes_on(lines: Sequence[Paragraph], second: Paragraph, layout: Layout) -> bool:
    """Whether the paragraph lacks an end."""
    first, line = lines[0], lines[-1]
    if _hangs(first, line, second, layout):
        return True
    if _over_page(line, second):
        return _flows_on(line, second, layout)
    return _torn(_lead(lines), second.text, first.look.indent, second.look.indent)


def _lead(lines: Sequence[Paragraph]) -> str:
    """The beginning and the end of a paragraph, which may be very long."""
    if len(lines) == 1:
        return lines[0].text
    text = ""
    for line in lines[:-1]:
        text = glue(text, line.text)
        if len(text) > _LEAD:
            break
    return glue(text, lines[-1].text)


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
        and _near(a.path, b.path)
    )


def _near(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether two blocks of a page lie in the same element, or in neighbours, or one within that of the other."""
    depth = min(len(first), len(second)) - 1
    return first[:depth] == second[:depth]


def _breaks_off(first: Paragraph, line: Paragraph, second: Paragraph) -> bool:
    """Whether a full line ends a page in the middle of a Latin sentence, so that a number that comes next is part of it."""
    return (
        _over_page(line, second)
        and not second.space_before
        and (line.look.line_fill or 0) >= FULL_LINE
        and not has_cjk(line.text)
        and line.text[-1].isalpha()
        and parse_label(first.text) is None
    )


def _begins_anew(paragraph: Paragraph) -> bool:
    return paragraph.space_before or _looks_like_a_beginning(paragraph.text)


def _looks_like_a_beginning(text: str) -> bool:
    label = parse_label(text)
    return (
        (label is not None and label.kind != "bare")
        or _ENGLISH_FIELD.match(text) is not None
        or is_date(text)
        or is_organization(text)
        or is_salutation(text)
    )


def _wrapped(first: Paragraph, line: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """In a hard-wrapped text a full line goes on; a short one ends its paragraph."""
    if "right" in (line.look.align, second.look.align):
        return False
    if second.space_before and not layout.doubled:
        return False
    if _hangs(first, line, second, layout):
        return True
    if layout.indented and second.look.indent:
        return False
    told = layout.indented or (layout.spaced and not layout.doubled)
    if not _is_full(line, second, layout.wrap, slack=_SLACK_WHERE_TOLD if told else _SLACK):
        return False
    if not told:
        return not _looks_like_a_beginning(second.text) and (
            not ends_sentence(line.text)
            # More sentences than paragraphs end where a line is quite full, if the next line is no heading.
            or (
                _is_full(line, second, layout.wrap, slack=-0.5)
                and (ends_sentence(second.text) or _end(second) > 0.6 * layout.wrap)
            )
        )
    # In mid-sentence a number at the left edge begins nothing.
    return not (ends_sentence(line.text) and _looks_like_a_beginning(second.text))


def _hangs(first: Paragraph, line: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """Whether the next line of a text begins below the words of the list item before, and not below its sign."""
    indent = second.look.indent
    if not indent or second.space_before or not _is_next_line(line, second):
        return False
    begin = first.look.indent or 0
    if first.list_level is None:
        label = parse_label(first.text)
        if label is None or label.end == len(label.text):
            return False
        begin += width(first.text[: label.end]) * _CHARACTER
        if layout.indented and not (layout.wrap and _is_full(line, second, layout.wrap)):
            return False  # "2.1 Scope" is as wide as the indent of the paragraph under it
    return abs(indent - begin) < _CHARACTER / 4


def _is_next_line(line: Paragraph, second: Paragraph) -> bool:
    before, after = (line.at[-1].line, second.at[0].line) if line.at and second.at else (None, None)
    return before is not None and after == before + 1


def _over_page(first: Paragraph, second: Paragraph) -> bool:
    if not first.at or not second.at:
        return False
    before, after = first.at[-1].page, second.at[0].page
    return before is not None and after is not None and after == before + 1


def _flows_on(first: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """Over a page break a full last line goes on, unless a heading ends the page or the next begins with an indent of
    its own, and no text that only goes on."""
    fill = first.look.line_fill
    if (
        fill is not None
        and fill < FULL_LINE
        and not _had_no_room(first, fill, second)
        # A Latin sentence that goes on in lower case ends nowhere, however long the word was that found no room.
        and not (fill >= _HALF_LINE and second.text[0].islower() and first.text[-1].isalpha())
    ):
        return False
    if (second.look.indent or 0) > _CHARACTER / 2 or _may_head(first):
        return not ends_sentence(first.text) and _CONTINUES.match(second.text) is not None
    return not ends_sentence(first.text) or (layout.indented and not second.look.indent)


def _had_no_room(first: Paragraph, fill: float, second: Paragraph) -> bool:
    """Whether what the second begins with would not have fitted behind the last line of the first, which fills a share
    `fill` of its column: numbers with their units are long."""
    box, size = first.at[-1].bbox, first.look.size
    if box is None or size is None or fill <= 0:
        return False
    column = box[2] - box[0]
    if box[3] - box[1] < 2 * size:
        column = (column + (first.look.indent or 0)) / fill
    needed = unit_width(second.text) * size
    return column > _SHORT_HEADING * size and (1 - fill) * column < needed < column / 2


def _is_tail(first: Paragraph, second: Paragraph, layout: Layout) -> bool:
    """Whether the second is the end of a sentence that goes over a page break, whatever its words look like: short, ended,
    and at the left edge of an indented text."""
    return (
        _over_page(first, second)
        and layout.indented
        and not second.look.indent
        and not second.space_before
        and width(second.text) <= _SHORT_HEADING
        and ends_sentence(second.text)
        and width(first.text) > _SHORT_HEADING
        and not ends_sentence(first.text)
        and not first.text.endswith(("：", ":"))
    )


def _may_head(line: Paragraph) -> bool:
    """Whether a line of which nothing tells how full it is may be a heading at a page's foot: short, with a label."""
    return (
        line.look.line_fill is None
        and width(line.text) <= _SHORT_HEADING
        and parse_label(line.text) is not None
    )


def _torn(first: str, second: str, first_indent: float | None, second_indent: float | None) -> bool:
    """Whether a sentence was torn between two paragraphs."""
    if ends_sentence(first) or first.endswith(("：", ":")):
        return False
    if _CONTINUES.match(second) and not _FIELD.match(first):
        return len(first.split()) >= 6 or (has_cjk(first) and not _is_latin(second))
    if first.endswith(_PAUSES):
        # A verse, or the line before a signature, may end in a comma too.
        least = _LONG_VERSE if second[:1].isupper() else _VERSE
        return width(first) > least and not _only_second_indented(first_indent, second_indent)
    if not has_cjk(first):
        words = first.split()
        return len(words) >= 6 and words[-1] in _LEADS_ON
    if not _CLAUSE.search(first) or _is_heading(first):
        return False
    return (
        width(first) >= 25
        and "。" in second + first
        and (ends_sentence(second) or is_prose(second))
    )


def _is_heading(line: str) -> bool:
    """Whether a line with a clause may all the same stand by itself: as a heading with a label, or as a title."""
    if "。" in line:
        return False
    label = parse_label(line)
    if label is None:
        return ends_in_kind(line)
    return label.kind != "article" and width(line) <= _LONGEST_HEADING


def _is_latin(text: str) -> bool:
    """Whether a text begins with several words of a Latin script."""
    return text[:1].isalpha() and not has_cjk(" ".join(text.split()[:4]))


def _only_second_indented(first: float | None, second: float | None) -> bool:
    """Whether only the second of two lines is indented, as a new paragraph after an unindented one is."""
    return bool(second) and not first
