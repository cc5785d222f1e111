"""What a document is written into: a page, styles for each role of a paragraph, headers, footers and fonts, without text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PARAGRAPH_ROLES = (
    "Title",
    *(f"Heading{level}" for level in range(1, 10)),
    "BodyText",
    "ListBullet",
    "ListNumber",
    "Caption",
    "TableText",
    "TableHeading",
    "Picture",
    "Formula",
    "FootnoteText",
)
OTHER_ROLES = ("TableGrid", "FootnoteReference", "Hyperlink")


class Page(NamedTuple):
    """The area of a page that holds text, in twips."""

    width: int
    height: int


class Part(NamedTuple):
    """A part of the package that the document refers to, by the relationship `id` of type `relation`.

    Pictures of headers have no such relationship (`relation` is ""); their `media_type` is known by their suffix.
    """

    name: str
    content: bytes
    media_type: str
    relation: str = ""
    id: str = ""


class Look(NamedTuple):
    """How documents of one kind are set.

    `styles` gives the id of the style for each role; `marks` the marks that the styles of text and links set by
    themselves, so that text without them can say so; `section` are the section properties that end the body, `settings`
    what the settings part says beyond what all documents have. `heading_indent` and `item_indent` are the first line's
    indents (attributes of `w:ind`) of headings and of Chinese list items, which numbering would else take away.
    `official` asks for the places of GB/T 9704-2012.
    """

    page: Page
    styles: Mapping[str, str]
    parts: tuple[Part, ...]
    section: str
    settings: str = ""
    marks: Mapping[str, frozenset[str]] = {}
    heading_indent: str = ""
    item_indent: str = ""
    official: bool = False
