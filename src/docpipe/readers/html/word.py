"""What Word says in the pages it saves and browsers do not listen to: its style sheet, its list marks, its properties.

Names and values are those of Microsoft's "Office HTML and XML Reference": `mso-outline-level` of a paragraph, `mso-list`
with the level of an item, and `mso-list: Ignore` around a mark that Word generates anew when it opens the page.
"""

from __future__ import annotations

import html
import re

from docpipe.readers.html.lists import Item
from docpipe.readers.html.looks import Frame

_STYLE_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.S | re.I)
_CSS_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_CLASS = re.compile(r"(?:p|li|div|span)(\.[\w-]+)", re.I)
_KNOWN_CLASSES = {".MsoTitle": "mso-outline-level:0"}
_PROPERTY = re.compile(r"<o:(Author|Company|Created|Title)>([^<]{1,500})</o:\1>")
_PROPERTY_NAMES = {"Author": "author", "Company": "organization", "Created": "created", "Title": "title"}  # fmt: skip
_SYMBOL_FONTS = ("symbol", "wingdings", "webdings")


def classes(page: str) -> dict[str, str]:
    """The declarations of each class (".a0") in the style sheets of a page that Word saved; {} for any other page."""
    if "mso-style" not in page:
        return {}
    found = dict(_KNOWN_CLASSES)
    for sheet in _STYLE_SHEET.findall(page):
        for selectors, declared in _RULE.findall(_CSS_COMMENT.sub("", sheet)):
            one_line = " ".join(declared.split())
            for selector in selectors.split(","):
                name = _CLASS.fullmatch(selector.strip())
                if name:
                    found[name[1]] = f"{_KNOWN_CLASSES.get(name[1], '')};{one_line}"
    return found


def document_properties(page: str) -> dict[str, str]:
    """The properties that Word keeps in a comment in the head, by the names of `Document.properties`."""
    start = page.find("<o:DocumentProperties>")
    end = page.find("</o:DocumentProperties>", start)
    if start < 0 or end < 0:
        return {}
    found = _PROPERTY.findall(page, start, end)
    return {_PROPERTY_NAMES[name]: " ".join(html.unescape(value).split()) for name, value in found}


def take_mark(pieces: list[tuple[str, Frame]]) -> tuple[list[tuple[str, Frame]], Item | None]:
    """The text nodes of an item that begins with Word's mark, and what the mark says.

    A number is text; a bullet is a sign that the item has. A mark without text stays.
    """
    count = next((n for n, (_, frame) in enumerate(pieces) if not frame.style.list_mark), 0)
    mark = "".join([raw for raw, _ in pieces[:count]]).strip()
    if not mark:
        return pieces, None
    frame = pieces[0][1]
    level = frame.style.list_level or 0
    if _is_bullet(mark, frame.style.font or ""):
        sign = "•" if mark.isalnum() or mark == "·" else mark
        return pieces[count:], Item(sign, level, True)
    return pieces, Item("", level, False)


def _is_bullet(mark: str, font: str) -> bool:
    """Whether a mark is a sign: of a font of signs, the o that Word takes for a circle, or no letter or number."""
    if font.lower().startswith(_SYMBOL_FONTS):
        return True
    return len(mark) == 1 and (mark == "o" or not mark.isalnum())
