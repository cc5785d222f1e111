"""The seam for text recognition: a picture of a page goes out, text with places and confidence comes back.

docpipe holds no engine. A program that has one registers it: `ocr.register(engine)`; pages without legible text are then
given to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from docpipe.model import BoundingBox
from docpipe.readers.pdf.figures import encode_png
from docpipe.readers.pdf.fragments import Fragment

_SCALE = 200 / 72
"""Pixels for a point: 200 dots an inch."""
_MAX_PIXELS = 16_000_000
_FIRST = 1 << 30
"""Recognised fragments are numbered from here, where no page has glyphs."""
_SURE = 0.5
"""The confidence from which recognised text is taken."""


class Recognised(NamedTuple):
    """A line or part of one: its text, its box (pixels of the picture, origin top left) and a confidence of 0–1."""

    text: str
    box: BoundingBox
    confidence: float


class Recogniser(Protocol):
    """An engine that recognises the text in a picture."""

    def recognise(self, picture: bytes, page: int) -> list[Recognised]:
        """What stands in `picture` (PNG), that of page `page` (from 1)."""


_engines: list[Recogniser] = []


def register(engine: Recogniser | None) -> None:
    """Use an engine from now on in this process; None is no engine."""
    _engines[:] = [] if engine is None else [engine]


def engine() -> Recogniser | None:
    """The engine in use."""
    return _engines[0] if _engines else None


def recognise(recogniser: Recogniser, page: Any, number: int) -> list[Fragment]:
    """The fragments that an engine sees on an open page of pypdfium2."""
    width, height = page.get_size()
    scale = min(_SCALE, (_MAX_PIXELS / max(width * height, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=False)
    try:
        picture = encode_png(bitmap.raw)
    finally:
        bitmap.close()
    return list(_fragments(recogniser.recognise(picture, number), scale))


def _fragments(found: Iterable[Recognised], scale: float) -> Iterable[Fragment]:
    for index, item in enumerate(found):
        text = " ".join(item.text.split())
        if text and item.confidence >= _SURE:
            x0, y0, x1, y1 = (value / scale for value in item.box)
            at = _FIRST + index
            size = round((y1 - y0) * 0.85)
            yield Fragment(
                at, at + 1, (x0, y0, x1, y1), size, 0.0, text, "", "000000", False, False, (), y1
            )
