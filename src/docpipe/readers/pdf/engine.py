"""A page as pdfium sees it: the text in one call, boxes, fonts and colours a glyph at a time, for those who ask.

Coordinates are points on the page as shown (cropped and turned), origin at its top left, until it is held another way.
pdfium is not thread-safe: a process calls it from one thread only.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Mapping
from ctypes import c_double, c_int, c_void_p
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from docpipe.model import BoundingBox
from docpipe.readers.pdf.budget import Budget

_BOLD_FONT = re.compile(
    r"bold|black|heavy|demi|simhei|heiti|黑体|hei(?:-|$)|xbs|xiaobiaosong", re.I
)
_FILLED_AND_STROKED, _INVISIBLE = 2, 3
"""Text rendering modes (PDF 32000-1, 9.3.6): the one that fills and strokes, and the one that does neither."""


def _quick(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium that takes and gives handles as plain numbers, which makes no object for each, and that keeps
    the interpreter's lock, since it ends at once."""
    prototype: Callable[[int | None], Callable[..., Any]] = ctypes.PYFUNCTYPE(result, *arguments)
    return prototype(ctypes.cast(function, c_void_p).value)


# Asked for each stretch of text, so that the cost of a call counts.
_loose_box = _quick(pdfium.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
_font_size = _quick(pdfium.FPDFText_GetFontSize, c_double, c_void_p, c_int)
_text_matrix = _quick(pdfium.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
_text_object = _quick(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
_object_font = _quick(pdfium.FPDFTextObj_GetFont, c_void_p, c_void_p)
_render_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
_fill_color = _quick(pdfium.FPDFPageObj_GetFillColor, c_int, c_void_p, *[c_void_p] * 4)
_stroke_color = _quick(pdfium.FPDFPageObj_GetStrokeColor, c_int, c_void_p, *[c_void_p] * 4)
_stroke_width = _quick(pdfium.FPDFPageObj_GetStrokeWidth, c_int, c_void_p, c_void_p)
_glyph_color = _quick(pdfium.FPDFText_GetFillColor, c_int, c_void_p, c_int, *[c_void_p] * 4)
_is_generated = _quick(pdfium.FPDFText_IsGenerated, c_int, c_void_p, c_int)


class Font(NamedTuple):
    """A font: its base name, and whether it is bold by weight or by name; weights alone lie."""

    name: str
    bold: bool


class Ink(NamedTuple):
    """How a glyph is drawn: in which font and colour (six hex digits, as it looks on white paper), whether it is bold by
    its font or by a stroke around it, and whether it is in the rendering mode that shows nothing."""

    font: Font
    color: str
    bold: bool
    invisible: bool


class Setting(NamedTuple):
    """How a glyph is set: type size in points, the direction of reading in degrees, 0 to the right, and the height of
    the baseline in points from the top, all as seen on the turned page."""

    size: float
    angle: float
    baseline: float


_NO_FONT = Font("", False)
_NO_INK = Ink(_NO_FONT, "000000", False, False)


def is_bold_name(name: str) -> bool:
    """Whether a font is bold by its name."""
    return _BOLD_FONT.search(name) is not None


def utf16(get: Any, handle: Any) -> str:
    """The text that one of pdfium's functions with a buffer for UTF-16 says of a handle."""
    length = get(handle, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    get(handle, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")


def as_seen(box: BoundingBox, frame: BoundingBox, rotation: int) -> BoundingBox:
    """A box of a page's own space on the page as shown: cropped to `frame`, turned by `rotation` degrees clockwise."""
    x0, y0, x1, y1 = box
    left, bottom, right, top = frame
    if not rotation:
        return (x0 - left, top - y1, x1 - left, top - y0)
    if rotation == 90:
        return (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
    if rotation == 180:
        return (right - x1, y0 - bottom, right - x0, y1 - bottom)
    return (top - y1, right - x1, top - y0, right - x0)


class PageText:
    """The text page of pdfium with what is asked of it; buffers are reused from call to call.

    `budget` is the time that the page may take. Raises OverBudgetError.
    """

    def __init__(self, page: Any, budget: Budget) -> None:
        self.page = page
        self.budget = budget
        self._load()
        self._rect = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._rect_at = ctypes.byref(self._rect)
        self._matrix_at = ctypes.byref(self._matrix)
        self._color = (ctypes.c_uint * 4)()
        self._color_at = [ctypes.byref(self._color, 4 * index) for index in range(4)]
        self._stroke = (ctypes.c_uint * 4)()
        self._stroke_at = [ctypes.byref(self._stroke, 4 * index) for index in range(4)]
        self._width = ctypes.c_float()
        self._width_at = ctypes.byref(self._width)
        self._fonts: dict[int, Font] = {}

    def _load(self) -> None:
        self.text_page = self.page.get_textpage()
        self._raw = self.text_page.raw
        self._handle = ctypes.cast(self._raw, c_void_p).value
        self.count = pdfium.FPDFText_CountChars(self._raw)
        self.text = self._text()
        # What pdfium said of glyphs and of the operations that show them: the same is asked several times of each.
        self._objects: dict[int, int | None] = {}
        self._inks: dict[int, Ink] = {}
        left, bottom, right, top = self.page.get_cropbox()
        self._frame = (left, bottom, right, top)
        self._rotation = self.page.get_rotation()
        _, _, self.width, self.height = as_seen(self._frame, self._frame, self._rotation)

    def turn(self, angle: int) -> None:
        """Turn the open page, not the file, so that text which runs at `angle` degrees (a multiple of 90) on it is upright.
        pdfium, which orders the text of a line from left to right on the page as shown, is asked for it anew."""
        self.page.set_rotation((self._rotation - angle) % 360)
        self.text_page.close()
        self._load()

    def close(self) -> None:
        """Release the text page; the page itself belongs to the caller."""
        self.text_page.close()

    def _text(self) -> str:
        """All characters; index for index the glyphs of pdfium."""
        text: str = self.text_page.get_text_range()
        if len(text) == self.count:
            return text
        return "".join(
            chr(pdfium.FPDFText_GetUnicode(self._raw, index)) for index in range(self.count)
        )

    def box(self, index: int) -> BoundingBox:
        """The loose box of a glyph: as high as its font, as wide as its advance."""
        rect = self._rect
        _loose_box(self._handle, index, self._rect_at)
        own = (rect.left, rect.bottom, rect.right, rect.top)
        return as_seen(own, self._frame, self._rotation)

    def place(self, x0: float, y0: float, x1: float, y1: float) -> BoundingBox:
        """A box of the page's own space (PDF 32000-1, 8.3.2.3) as seen: cropped, turned, origin top left."""
        return as_seen((x0, y0, x1, y1), self._frame, self._rotation)

    def object(self, index: int) -> int | None:
        """The operation that shows a glyph, by a number that tells it from others of the page; None for made-up ones."""
        known = self._objects
        if index not in known:
            known[index] = _text_object(self._handle, index)
        return known[index]

    def is_bold(self, index: int) -> bool:
        """Whether a glyph is bold."""
        return self.ink(index).bold

    def _is_thickened(self, handle: int, mode: int) -> bool:
        """Whether text is filled and stroked in one colour, which is how programs without a bold font draw bold."""
        if mode != _FILLED_AND_STROKED:
            return False
        _stroke_width(handle, self._width_at)
        colored = _fill_color(handle, *self._color_at), _stroke_color(handle, *self._stroke_at)
        return all(colored) and self._color[:3] == self._stroke[:3] and self._width.value > 0

    def _font_of(self, handle: int, index: int) -> Font:
        key = _object_font(handle)
        font = self._fonts.get(key)
        if font is None:
            length = pdfium.FPDFText_GetFontInfo(self._raw, index, self._name, 256, self._flags)
            name = self._name.value.decode("utf-8", "replace") if 0 < length <= 256 else ""
            heavy = pdfium.FPDFText_GetFontWeight(self._raw, index) >= 600
            font = self._fonts[key] = Font(name, heavy or is_bold_name(name))
        return font

    def font_handle(self, shown: Any) -> int:
        """The number by which the font of a text object, as pdfium gives these, is known."""
        handle: int = _object_font(ctypes.cast(shown, c_void_p).value)
        return handle

    def know_fonts(self, fonts: Mapping[int, Font]) -> None:
        """Take from elsewhere what fonts are, by their number."""
        self._fonts.update(fonts)

    def ink(self, index: int) -> Ink:
        """How a glyph is drawn."""
        handle = self.object(index)
        if not handle:
            return _NO_INK
        ink = self._inks.get(handle)
        if ink is None:
            ink = self._inks[handle] = self._ink_of(handle, index)
        return ink

    def _ink_of(self, handle: int, index: int) -> Ink:
        font, mode = self._font_of(handle, index), _render_mode(handle)
        bold = font.bold or self._is_thickened(handle, mode)
        if not _fill_color(handle, *self._color_at):
            return Ink(font, "000000", bold, mode == _INVISIBLE)
        red, green, blue, alpha = self._color
        if alpha == 255 and not (red or green or blue):
            return Ink(font, "000000", bold, mode == _INVISIBLE)
        parts = (255 - (255 - part) * alpha // 255 for part in (red, green, blue))
        return Ink(font, bytes(parts).hex().upper(), bold, mode == _INVISIBLE)

    def is_black(self, index: int) -> bool:
        """Whether a glyph is black, told by one call, or has no colour of its own."""
        if not _glyph_color(self._handle, index, *self._color_at):
            return True
        red, green, blue, alpha = self._color
        return alpha == 255 and not (red or green or blue)

    def setting(self, index: int) -> Setting:
        """How a glyph is set: its size with the text matrix applied (PDF 32000-1, 9.4.4)."""
        size: float = _font_size(self._handle, index)
        matrix = self._matrix
        if not _text_matrix(self._handle, index, self._matrix_at):
            return Setting(round(size, 1), 0.0, self.box(index)[3])
        if not matrix.b and not matrix.c and matrix.a > 0 and not self._rotation:
            return Setting(round(size * abs(matrix.d), 1), 0.0, self._frame[3] - matrix.f)
        angle = round(math.degrees(math.atan2(-matrix.b, matrix.a))) + self._rotation
        size = round(size * (math.hypot(matrix.c, matrix.d) or 1.0), 1)
        origin = (matrix.e, matrix.f, matrix.e, matrix.f)
        return Setting(size, float(angle % 360), self.place(*origin)[3])

    def size(self, index: int) -> float:
        """Type size of a glyph in points."""
        return self.setting(index).size

    def is_one_object(self, first: int, last: int) -> bool:
        """Whether the page shows two glyphs by one operation."""
        shown = self.object(first)
        return shown is not None and shown == self.object(last)

    def marked_content(self, index: int) -> int:
        """The number of the marked content that a glyph is in (PDF 32000-1, 14.6), or -1."""
        handle = pdfium.FPDFText_GetTextObject(self._raw, index)
        return int(pdfium.FPDFPageObj_GetMarkedContentID(handle)) if handle else -1

    def is_artifact(self, index: int) -> bool:
        """Whether a glyph is marked as no part of the text (PDF 32000-1, 14.8.2.2)."""
        handle = pdfium.FPDFText_GetTextObject(self._raw, index)
        count = pdfium.FPDFPageObj_CountMarks(handle) if handle else 0
        return any(self._is_artifact(handle, number) for number in range(count))

    def _is_artifact(self, handle: Any, number: int) -> bool:
        mark, length = pdfium.FPDFPageObj_GetMark(handle, number), ctypes.c_ulong()
        name = ctypes.create_string_buffer(32)
        units = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
        pdfium.FPDFPageObjMark_GetName(mark, units, 32, length)
        return name.raw[: length.value].decode("utf-16-le").rstrip("\0") == "Artifact"

    def generated(self, index: int) -> bool:
        """Whether pdfium made this character up (a space for a gap)."""
        return bool(_is_generated(self._handle, index) == 1)
