"""What the style sheets in a page say of its type: the rules for a tag, a class, or a tag with a class.

Selectors that depend on other elements, and rules for some media only, are left out, and so is whether an element is
shown: scripts change that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from docpipe.readers.html.styles import declarations, names

Sheet = Mapping[str, str]
"""The declarations of each selector: "p", ".lead" or "p.lead"."""

_SELECTOR = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9]*)?(\.-?[\w-]+)?\s*")
_TYPE = names(
    "font font-size font-weight font-style font-family text-align text-indent color margin margin-top"
)
_MEDIA = frozenset(("", "all", "screen"))
_BROWSER = {
    "body": "font-size:12pt", "h1": "font-size:2em", "h2": "font-size:1.5em", "h3": "font-size:1.17em",
    "h5": "font-size:.83em", "h6": "font-size:.67em",
}  # fmt: skip
"""Sizes of a browser (HTML Standard, 15.3), against which a page sets its own."""


def style_sheet(root: etree._Element) -> Sheet:
    """The rules of all style elements of a page; {} where they say nothing of its type."""
    found: dict[str, str] = {}
    for element in root.iter("style"):
        if _MEDIA.isdisjoint(medium.strip() for medium in element.get("media", "").split(",")):
            continue
        for selectors, declared in _rules(element.text or ""):
            said = _of_type(declared)
            for selector in selectors.split(",") if said else ():
                parts = _SELECTOR.fullmatch(selector)
                if parts is not None:
                    key = (parts[1] or "").lower() + (parts[2] or "")
                    found[key] = f"{found.get(key, '')};{said}"
    if any("font" in said for said in found.values()):
        for tag, said in _BROWSER.items():
            found[tag] = f"{said};{found.get(tag, '')}"
    return found


def declared_for(sheet: Sheet, tag: str, class_names: str) -> str:
    """What a sheet declares for an element with these classes, the more special rule last."""
    classes = [f".{name}" for name in class_names.split()]
    selectors = [tag, *classes, *[tag + name for name in classes]]
    return ";".join([sheet[selector] for selector in selectors if selector in sheet])


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of each rule but those in a block, as the rules for some media are."""
    depth = 0
    for piece in _without_comments(sheet).split("}"):
        head, *inner = piece.split("{")
        selectors = head.rpartition(";")[2]
        if depth == 0 and len(inner) == 1 and "@" not in selectors:
            yield selectors, inner[0]
        depth = max(depth + len(inner) - 1, 0)


def _without_comments(sheet: str) -> str:
    first, *rest = sheet.replace("<!--", "").replace("-->", "").split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)


def _of_type(declared: str) -> str:
    said = declarations(declared)
    return ";".join(f"{name}:{value}" for name, value in said.items() if name in _TYPE)
