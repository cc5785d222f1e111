"""Finds the bare numbers ("1 概述", "2概述", "3 Method") that count the sections of a document.

A number without a mark labels nothing by itself: a quantity begins so too. It does where the document counts with it,
from 1 on without a gap, over sections that are counted under it ("2.1") or at least over three lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from docpipe.model import BlockType, Paragraph, is_code
from docpipe.numbering import Label, bare_number, parse_label
from docpipe.wording import ends_open, ends_sentence, has_cjk, width

_WIDEST = 20
"""Of the words of such a heading, in Chinese characters; half as much again in Latin ones."""


class _Counted(NamedTuple):
    block: int
    label: Label
    tight: bool


def counted_sections(blocks: Sequence[BlockType]) -> dict[int, Label]:
    """The labels of lines with a bare number that the document counts its sections with, by block."""
    found: list[_Counted] = []
    parted = False
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or block.layer != "body" or block.bullet or block.label:
            continue
        if not block.text[:1].isdigit():
            continue
        label = parse_label(block.text)
        if label is not None and label.kind == "decimal" and len(label.values) > 1:
            parted = parted or (bool(found) and label.values[0] == len(found))
        elif label is None or label.kind == "bare":
            number = bare_number(block.text)
            if number and number.values == (len(found) + 1,) and _may_head(block, number):
                found.append(_Counted(index, number, label is None))
    tight = any(counted.tight for counted in found)
    if (parted and len(found) >= 2) or (not tight and len(found) >= 3):
        return {counted.block: counted.label for counted in found}
    return {}


def _may_head(block: Paragraph, number: Label) -> bool:
    rest = block.text[number.end :]
    widest = _WIDEST if has_cjk(rest) else 1.5 * _WIDEST
    return (
        width(rest) <= widest
        and not is_code(block)
        and not (ends_sentence(rest) or ends_open(rest) or "。" in rest)
    )
