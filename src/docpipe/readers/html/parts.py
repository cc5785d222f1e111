"""The files that a page carries with it, by the addresses under which it names them, and the frames among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree


class Part(NamedTuple):
    """A file that came with a page. `charset` is the encoding that its header names, "" if it names none."""

    media_type: str
    data: bytes
    charset: str = ""


class Parts(NamedTuple):
    """The files of a page by address; `base` is the address that those in the page are relative to."""

    files: Mapping[str, Part]
    base: str

    def find(self, address: str) -> Part | None:
        """The file that an address of the page names, or None."""
        return self.files.get(address) or self.files.get(self.resolve(address))

    def resolve(self, address: str) -> str:
        """An absolute address; one that is none stays as it is."""
        try:
            return urljoin(self.base, address)
        except ValueError:
            return address


_DEEPEST = 10
"""Frames in frames are filled so far."""

NO_PARTS = Parts({}, "")


def fill_frames(
    root: etree._Element,
    parts: Parts,
    parse: Callable[[str], etree._Element | None],
    decode: Callable[[Part], str],
) -> None:
    """Put the pages that frames show into the frames, each file once: a frame may show a page with frames.

    A frame's page is its `srcdoc` (HTML Standard, 4.8.5) or a file of `parts`; addresses elsewhere are not fetched.
    """
    shown: set[int] = set()
    pages = [(root, 0)]
    while pages:
        page, depth = pages.pop()
        for frame in list(page.iter("iframe", "frame")) if depth < _DEEPEST else ():
            markup = frame.get("srcdoc")
            if markup is None:
                part = parts.find(frame.get("src", "").strip())
                if part is None or "html" not in part.media_type or id(part) in shown:
                    continue
                shown.add(id(part))
                markup = decode(part)
            inner = parse(markup)
            body = _shown(inner) if inner is not None else None
            if body is not None:
                frame.append(body)
                pages.append((body, depth + 1))


def _shown(page: etree._Element) -> etree._Element | None:
    """What of a page a frame shows, as an element that may stand in another page."""
    for child in page.iterchildren("body", "frameset"):
        child.tag = "div"
        return child
    return None
