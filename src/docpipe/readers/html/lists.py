"""Gives list items the labels that a browser would show; they are no text of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from docpipe.readers.html.styles import whole_number

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


# A marker that is a text (CSS Counter Styles 3, 6.2), and characters in it by their codes (CSS Syntax 3, 4.3.7).
_STRING_MARKER = re.compile(r"list-style(?:-type)?\s*:\s*(['\"])((?:(?!\1).)*)\1", re.I)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.S)


def _css_character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else 0
    is_character = 0 < code < 0xD800 or 0xDFFF < code < 0x110000
    return match[2] or (chr(code) if is_character else "\ufffd")


def count_back(root: etree._Element) -> None:
    """Say where lists that count back begin, which depends on how many items they have (HTML Standard, 4.4.5)."""
    for listing in root.iter("ol"):
        if "reversed" in listing.attrib and "start" not in listing.attrib:
            listing.set("start", str(len(listing.findall("li"))))


class OpenList:
    """An open <ul> or <ol>: where its counter stands."""

    __slots__ = ("kind", "level", "next", "step")

    def __init__(self, kind: str, first: int, step: int, level: int) -> None:
        self.kind = kind
        self.next = first
        self.step = step
        self.level = level


class Item(NamedTuple):
    """What the list says of the next paragraph."""

    label: str
    level: int
    bullet: bool


def open_list(
    tag: str, outer: OpenList | None, attributes: Mapping[str, str], declared: dict[str, str]
) -> OpenList | None:
    """The list that a <ul> or <ol> inside `outer` opens; None where it shows no markers."""
    markers = declared.get("list-style", declared.get("list-style-type", ""))
    if "none" in markers.split():
        return None
    level = outer.level + 1 if outer else 0
    if tag != "ol":
        return OpenList("bullet", 0, 0, level)
    kind = attributes.get("type", "1")
    step = -1 if "reversed" in attributes else 1
    return OpenList(
        kind if kind in "1aAiI" else "1", whole_number(attributes.get("start"), 1), step, level
    )


def next_item(listing: OpenList | None, attributes: Mapping[str, str]) -> Item | None:
    """What the next <li> shows, by its list's counter or its own `value`; None outside a list with markers."""
    if listing is None:
        return None
    shown = _STRING_MARKER.search(attributes.get("style", ""))
    if shown:
        label = _CSS_ESCAPE.sub(_css_character, shown[2]).strip()
        return Item(label, listing.level, listing.kind == "bullet")
    if listing.kind == "bullet":
        return Item("•", listing.level, True)
    number = whole_number(attributes.get("value"), listing.next)
    listing.next = number + listing.step
    return Item(f"{_ordinal(number, listing.kind)}.", listing.level, False)


def _ordinal(number: int, kind: str) -> str:
    """A list number in the style of HTML Standard, 4.4.5, attribute `type`."""
    if kind == "1" or number < 1 or number > 3999:
        return str(number)
    if kind in "aA":
        letters = ""
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(97 + digit) + letters
        return letters.upper() if kind == "A" else letters
    roman = ""
    for value, digits in _ROMAN:
        while number >= value:
            roman += digits
            number -= value
    return roman.upper() if kind == "I" else roman
