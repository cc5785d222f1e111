"""The files that came with a page, in it or beside it, by the addresses under which it names them; the frames among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree

from docpipe.model import LookUp


class Part(NamedTuple):
    """A file that came with a page. `charset` is the encoding that its header names, "" if it names none."""

    media_type: str
    data: bytes
    charset: str = ""


class Parts(NamedTuple):
    """The files of a page: `look_up` finds them by address, `base` is the address that those in the page are relative to."""

    look_up: Callable[[str], Part | None]
    base: str

    def find(self, address: str) -> Part | None:
        """The file that an address of the page names, or None."""
        return self.look_up(address) or self.look_up(self.resolve(address))

    def resolve(self, address: str) -> str:
        """An absolute address; one that is none stays as it is."""
        try:
            return urljoin(self.base, address)
        except ValueError:
            return address


_DEEPEST = 10
"""Frames in frames are filled so far."""

NO_PARTS = Parts(lambda address: None, "")

# What a picture begins with, for browsers save many under names without a suffix; WEBP and AVIF are said after a length.
_PICTURES = (
    (re.compile(rb"\x89PNG\r\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.S), "image/avif"),
    (re.compile(rb"BM....\0\0\0\0", re.S), "image/bmp"),
    (re.compile(rb"II\*\0|MM\0\*"), "image/tiff"),
    (re.compile(rb"\xd7\xcd\xc6\x9a"), "image/wmf"),
    (re.compile(rb"\x01\0\0\0.{36} EMF", re.S), "image/emf"),
    (re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|<!DOCTYPE svg[^>]*>|\s)*<svg\b", re.S), "image/svg+xml"),
)  # fmt: skip
_BEGINNING = 4096
_PAGE_TYPE = "text/html"
_PAGE = re.compile(r"\.(?:html?|xhtml|shtml)(?:[?#]|$)", re.I)


def parts_beside(find: LookUp, check: Callable[[bytes], None]) -> Parts:
    """The pictures and pages that `find` finds by relative addresses. `check` may refuse a page by an error."""
    known: dict[str, Part | None] = {}

    def look_up(address: str) -> Part | None:
        if address not in known:
            data = find(address)
            part = known[address] = None if data is None else _part(address, data)
            if part is not None and part.media_type == _PAGE_TYPE:
                check(part.data)
        return known[address]

    return Parts(look_up, "")


def _part(address: str, data: bytes) -> Part | None:
    """A file as what its first bytes or, of a page, its name say; None if it is neither picture nor page."""
    for pattern, media_type in _PICTURES:
        if pattern.match(data[:_BEGINNING]):
            return Part(media_type, data)
    return Part(_PAGE_TYPE, data) if _PAGE.search(address) else None


def fill_frames(
    root: etree._Element,
    parts: Parts,
    parse: Callable[[str], etree._Element | None],
    decode: Callable[[Part], str],
) -> None:
    """Put the pages that frames show into the frames, each file once: a frame may show a page with frames.

    A frame's page is its `srcdoc` (HTML Standard, 4.8.5) or a file of `parts`; addresses elsewhere are not fetched.
    """
    _show_sheets(root)
    shown: set[int] = set()
    pages = [(root, 0)]
    while pages:
        page, depth = pages.pop()
        for frame in list(page.iter("iframe", "frame")):
            _hide_text(frame)
            if depth >= _DEEPEST:
                continue
            markup, address = frame.get("srcdoc"), ""
            if markup is None:
                address = frame.get("src", "").strip()
                part = parts.find(address) if address else None
                if part is None or "html" not in part.media_type or id(part.data) in shown:
                    continue
                shown.add(id(part.data))
                markup = decode(part)
            inner = parse(markup)
            body = _shown(inner) if inner is not None else None
            if body is not None:
                if address:
                    _resolve(body, parts.resolve(address))
                frame.append(body)
                pages.append((body, depth + 1))


def _show_sheets(root: etree._Element) -> None:
    """Give each sheet of a workbook a frame: Excel names them in the head, and has a script show one at a time."""
    frames = root.find("frameset")
    if frames is not None:
        for number, sheet in enumerate(root.iterfind("head/link[@id='shLink']")):
            frames.insert(number, etree.Element("frame", src=sheet.get("href", "")))


def _hide_text(frame: etree._Element) -> None:
    """What stands in a frame is for browsers that know none (HTML Standard, 4.8.5)."""
    if frame.text and not frame.text.isspace():
        hidden = etree.Element("span", hidden="")
        frame.text, hidden.text = None, frame.text
        frame.insert(0, hidden)


def _resolve(page: etree._Element, base: str) -> None:
    """Make the addresses of what a page shows, which are relative to its own, relative to the page around it."""
    for element in page.iter("img", "iframe", "frame"):
        source = element.get("src", "").strip()
        if source:
            element.set("src", NO_PARTS._replace(base=base).resolve(source))


def _shown(page: etree._Element) -> etree._Element | None:
    """What of a page a frame shows, as an element that may stand in another page."""
    for child in page.iterchildren("body", "frameset"):
        child.tag = "div"
        return child
    return None
