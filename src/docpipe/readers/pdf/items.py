"""Items of lists: paragraphs that begin with a sign, as bullets are printed.

Signs of symbol fonts come as private characters. What they look like is told by the tables of Symbol and Wingdings, which
programs also keep to where they print with another font.
"""

from __future__ import annotations

import re
from collections import Counter

from msgspec.structs import replace

from docpipe.model import BlockType, Paragraph, Run
from docpipe.symbols import bullet

_ITEM = re.compile(r"([•●■◆◇▪▫▸►➢➤✓‣⁃·\uf021-\uf0ff])\s?(?=.*[^\W\d_])", re.S)
_SYMBOLS_BULLET = "\uf0b7"
"""The bullet of the font Symbol; the other private signs are those of Wingdings."""
_BOXES = "□◻☐☑☒✗"
"""What a form has before a choice, which is no item of a list."""

_STEP = 4.0
"""Points by which an inner item begins further right."""


def mark_items(blocks: list[BlockType]) -> None:
    """Make list items, in place, of the paragraphs that begin with a sign which begins at least two of them.

    An item lies within the item before that begins further left. A line in bold, or a heading, is none.
    """
    found = {
        index: match
        for index, block in enumerate(blocks)
        if isinstance(block, Paragraph)
        and block.layer == "body"
        and not block.look.bold
        and block.look.heading is None
        and (match := _ITEM.match(block.text))
    }
    counts = Counter(match[1] for match in found.values())
    levels: list[float] = []
    for index, block in enumerate(blocks):
        match = found.get(index)
        if not isinstance(block, Paragraph) or match is None or counts[match[1]] < 2:
            levels.clear()
            continue
        sign = _seen(match[1])
        if sign in _BOXES:
            continue
        indent = block.look.indent or 0.0
        while levels and levels[-1] > indent - _STEP:
            levels.pop()
        levels.append(indent)
        blocks[index] = replace(
            block,
            text=block.text[match.end() :],
            runs=_moved(block.runs, match.end()),
            label=sign,
            bullet=True,
            list_level=len(levels) - 1,
        )


def _seen(sign: str) -> str:
    """What a sign looks like."""
    return bullet(sign, "Symbol" if sign == _SYMBOLS_BULLET else "Wingdings")


def _moved(runs: tuple[Run, ...], left: int) -> tuple[Run, ...]:
    """Runs of a text whose first `left` characters are gone."""
    return tuple(
        replace(run, start=max(0, run.start - left), end=run.end - left)
        for run in runs
        if run.end > left
    )
