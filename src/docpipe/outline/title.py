"""Takes the title out of the blocks, also where it runs over several lines."""

from __future__ import annotations

from collections.abc import Sequence

from docpipe.joining import join
from docpipe.model import BlockType, Document, Paragraph
from docpipe.numbering import parse_label
from docpipe.survey import body_size, find_title
from docpipe.wording import (
    ends_in_kind,
    ends_open,
    ends_sentence,
    is_date,
    is_organization,
    is_prose,
    is_salutation,
    width,
)


def take_title(document: Document, styled: bool = False) -> None:
    """Set `document.title` and take its lines out of the blocks; without a convincing line there is no title.

    `styled` says that a title is what a title style or an `h1` marks, and nothing else.
    """
    blocks = document.blocks
    if styled:
        _take(document, *_marked(blocks))
        return
    size = body_size(blocks)
    index = find_title(blocks, document.properties.get("title", ""), size)
    if index is None:
        return
    first = last = index
    while first > 0 and _one_title(blocks[first - 1], blocks[first], blocks[index], size):
        first -= 1
    while last + 1 < len(blocks) and _one_title(
        blocks[last], blocks[last + 1], blocks[index], size
    ):
        last += 1
    _take(document, first, last + 1)


def _marked(blocks: Sequence[BlockType]) -> tuple[int, int]:
    """The range of the line that a style marks as the title; an empty one if none does."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and (block.look.heading == 0 or block.look.tag == "h1"):
            return index, index + 1
    return 0, 0


def _take(document: Document, first: int, end: int) -> None:
    """Makes the blocks from `first` to before `end` the title."""
    blocks = document.blocks
    if first == end:
        return
    title = blocks[first]
    for block in blocks[first + 1 : end]:
        assert isinstance(title, Paragraph)
        assert isinstance(block, Paragraph)
        title = join(title, block)
    document.title = title.text
    document.title_at = title.at
    del blocks[first:end]


def _one_title(upper: BlockType, lower: BlockType, found: BlockType, size: float | None) -> bool:
    """Whether two neighbouring lines are parts of one title: lines of one `h1`, or set apart from the body and alike."""
    if not isinstance(upper, Paragraph) or not isinstance(lower, Paragraph):
        return False
    a, b = upper.look, lower.look
    if a.tag == b.tag == "h1" and a.path != ():
        same = a.path == b.path and upper.layer == lower.layer
        return same and not (is_prose(upper.text) or is_prose(lower.text))
    alike = a.size == b.size and a.align == b.align and a.bold == b.bold and a.heading == b.heading
    larger = a.size is not None and size is not None and a.size > 1.15 * size
    set_apart = larger or a.heading == 0
    complete = ends_in_kind(upper.text)
    return (
        alike
        and set_apart
        and not complete
        and all(_may_be_title(x.text) for x in (upper, lower))
        and upper.layer == lower.layer == found.layer
    )


def _may_be_title(text: str) -> bool:
    return not (
        ends_sentence(text)
        or ends_open(text)
        or is_date(text)
        or is_organization(text)
        or is_salutation(text)
        or is_prose(text)
        or text.startswith(("（", "(", "—", "-"))
        or parse_label(text) is not None
        or width(text) > 40
    )
