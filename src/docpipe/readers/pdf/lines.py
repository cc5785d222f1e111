"""Glyphs to lines: reads a page's text with pdfium and finds where each line stands and how it looks.

pdfium gives a page's text in one call; boxes and fonts cost a call a glyph. So they are asked for only where they tell
something: at both ends of a line and at gaps. Coordinates are points, origin at the page's top left.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from docpipe.model import BoundingBox, Run
from docpipe.wording import CJK

_BOLD_FONT = re.compile(
    r"bold|black|heavy|demi|simhei|heiti|黑体|hei(?:-|$)|xbs|xiaobiaosong", re.I
)
_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uffef“”‘’…—·]")
_LINE_BREAK = re.compile(r"\r\n|[\r\n]")
_SPACES = re.compile(r"[ \u00a0\u3000\t]+")
COLUMN_GAP = 1.3
"""A gap of this many times the type size separates columns or cells."""
_WORD_GAP = 0.5
_PART_GAP = 0.6
"""From this gap on two words may belong to neighbouring cells."""


class Segment(NamedTuple):
    """A stretch of a line without a wide gap in it."""

    text: str
    x0: float
    x1: float


class Line(NamedTuple):
    """A line of type. `runs` mark bold stretches of `text`; `angle` is in degrees, 0 for upright reading.

    `segments` stand between wide gaps, `parts` between all gaps that a border may run through.
    """

    text: str
    box: BoundingBox
    size: float
    bold: bool
    font: str
    color: str | None
    angle: float
    segments: tuple[Segment, ...]
    parts: tuple[Segment, ...]
    runs: tuple[Run, ...]

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return self.box[0]

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return self.box[2]


class PageText:
    """The text page of pdfium with what is asked of it; buffers are reused from call to call."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.text_page = page.get_textpage()
        self.count = pdfium.FPDFText_CountChars(self.text_page)
        self.text = self._text()
        left, bottom, right, top = page.get_cropbox()
        self._frame = (left, bottom, right, top)
        self._rotation = page.get_rotation()
        self._rect = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._color = [ctypes.c_uint() for _ in range(4)]

    def _text(self) -> str:
        """All characters; index for index the glyphs of pdfium."""
        text: str = self.text_page.get_text_range()
        if len(text) == self.count:
            return text
        return "".join(
            chr(pdfium.FPDFText_GetUnicode(self.text_page, index)) for index in range(self.count)
        )

    def box(self, index: int) -> BoundingBox:
        """The loose box of a glyph."""
        pdfium.FPDFText_GetLooseCharBox(self.text_page, index, self._rect)
        return self.place(self._rect.left, self._rect.bottom, self._rect.right, self._rect.top)

    def place(self, x0: float, y0: float, x1: float, y1: float) -> BoundingBox:
        """A box of the page's own space (PDF 32000-1, 8.3.2.3) as seen: cropped, turned, origin top left."""
        left, bottom, right, top = self._frame
        if self._rotation == 90:
            return (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        if self._rotation == 180:
            return (right - x1, y0 - bottom, right - x0, y1 - bottom)
        if self._rotation == 270:
            return (top - y1, right - x1, top - y0, right - x0)
        return (x0 - left, top - y1, x1 - left, top - y0)

    def font(self, index: int) -> str:
        """The base font name of a glyph."""
        length = pdfium.FPDFText_GetFontInfo(self.text_page, index, self._name, 256, self._flags)
        return self._name.value.decode("utf-8", "replace") if 0 < length <= 256 else ""

    def bold(self, index: int) -> bool:
        """Whether a glyph is bold, by weight or by its font's name; weights alone lie."""
        if _BOLD_FONT.search(self.font(index)):
            return True
        return bool(pdfium.FPDFText_GetFontWeight(self.text_page, index) >= 600)

    def size(self, index: int) -> float:
        """Type size in points, the text matrix applied."""
        size = float(pdfium.FPDFText_GetFontSize(self.text_page, index))
        if pdfium.FPDFText_GetMatrix(self.text_page, index, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return round(size, 1)

    def angle(self, index: int) -> float:
        """The direction of reading in degrees, 0 to the right, as seen on the turned page."""
        radians = pdfium.FPDFText_GetCharAngle(self.text_page, index)
        return float(round(math.degrees(radians) + self._rotation) % 360) if radians >= 0 else 0.0

    def color(self, index: int) -> str | None:
        """The fill colour as six hex digits."""
        if not pdfium.FPDFText_GetFillColor(self.text_page, index, *self._color):
            return None
        red, green, blue, _ = (value.value for value in self._color)
        return f"{red:02X}{green:02X}{blue:02X}"

    def generated(self, index: int) -> bool:
        """Whether pdfium made this character up (a space for a gap)."""
        return bool(pdfium.FPDFText_IsGenerated(self.text_page, index) == 1)


def read_lines(page: PageText) -> list[Line]:
    """The lines of a page in the order of the page's content, parts of one line joined from left to right."""
    pieces = [piece for start, end in _ranges(page.text) for piece in _pieces(page, start, end)]
    lines: list[list[_Piece]] = []
    for piece in pieces:
        if lines and _same_line(lines[-1], piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_line(page, sorted(line, key=lambda piece: piece.box[0])) for line in lines]


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Index ranges of the text between line breaks."""
    start = 0
    for match in _LINE_BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


class _Piece(NamedTuple):
    """Glyphs `start` to `end` that stand together; `size` in points."""

    start: int
    end: int
    box: BoundingBox
    size: float
    angle: float


def _pieces(page: PageText, start: int, end: int) -> Iterator[_Piece]:
    """The stretches of a line of pdfium's between the gaps it found.

    A made-up space beside a Chinese character is such a gap: what a fallback font draws there, a quotation mark often,
    comes later in the page's content and has to find its place.
    """
    text = page.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    size, angle = page.size(start), page.angle(start)
    begin, begin_box = start, page.box(start)
    for match in _SPACES.finditer(text, start, end):
        before, after = match.start() - 1, match.end()
        made_up = page.generated(match.start())
        if not (made_up or match.end() - match.start() > 1):
            continue
        left, right = page.box(before), page.box(after)
        gap = right[0] - left[2]
        wide = made_up and (_WIDE.match(text[before]) or _WIDE.match(text[after]))
        torn = gap > _PART_GAP * size or gap < -0.5 * size or abs(right[3] - left[3]) > 0.8 * size
        if torn or wide:
            yield _Piece(begin, before + 1, _hull(begin_box, left), size, angle)
            begin, begin_box, size = after, right, page.size(after)
    yield _Piece(begin, end, _hull(begin_box, page.box(end - 1)), size, angle)


def _hull(a: BoundingBox, b: BoundingBox) -> BoundingBox:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _same_line(line: list[_Piece], piece: _Piece) -> bool:
    """Whether a piece stands on the baseline of the pieces before it, beside and not over them."""
    last = line[-1]
    if last.angle != piece.angle or piece.angle:
        return False
    height = min(last.box[3] - last.box[1], piece.box[3] - piece.box[1])
    overlap = min(last.box[3], piece.box[3]) - max(last.box[1], piece.box[1])
    if overlap < 0.6 * height:
        return False
    slack = 0.3 * piece.size
    return all(
        piece.box[0] >= other.box[2] - slack or piece.box[2] <= other.box[0] + slack
        for other in line
    )


def _line(page: PageText, pieces: list[_Piece]) -> Line:
    text = ""
    runs: list[Run] = []
    segments: list[Segment] = []
    parts: list[Segment] = []
    previous: _Piece | None = None
    for piece in pieces:
        words, marks = _words(page, piece)
        apart = previous is None or piece.box[0] - previous.box[2] > COLUMN_GAP * piece.size
        if previous is not None:
            text += (
                " "
                if apart or _needs_space(text, words, piece.box[0] - previous.box[2], piece.size)
                else ""
            )
        runs.extend(Run(a + len(text), b + len(text), bold=True) for a, b in marks)
        text += words
        parts.append(Segment(words, piece.box[0], piece.box[2]))
        if apart:
            segments.append(Segment(words, piece.box[0], piece.box[2]))
        else:
            last = segments[-1]
            joined = last.text + (" " if text[: -len(words) or None].endswith(" ") else "") + words
            segments[-1] = Segment(joined, last.x0, piece.box[2])
        previous = piece
    first = pieces[0]
    box = first.box
    for piece in pieces[1:]:
        box = _hull(box, piece.box)
    bold_length = sum(run.end - run.start for run in runs)
    return Line(
        text=text,
        box=tuple(round(value, 1) for value in box),  # type: ignore[arg-type]
        size=max(piece.size for piece in pieces),
        bold=bold_length >= 0.9 * len(text.replace(" ", "")) > 0,
        font=page.font(first.start),
        color=page.color(first.start),
        angle=first.angle,
        segments=tuple(segments),
        parts=tuple(parts),
        runs=tuple(runs),
    )


def _needs_space(before: str, after: str, gap: float, size: float) -> bool:
    """Whether a gap is a space; a small one beside a Chinese character is the typesetter's, not the author's."""
    wide = _WIDE.match(before[-1:]) or _WIDE.match(after[:1])
    return gap > (_WORD_GAP if wide else 0.15) * size


def _words(page: PageText, piece: _Piece) -> tuple[str, list[tuple[int, int]]]:
    """The text of a piece and its bold stretches."""
    text = page.text
    kept: list[str] = []
    places: list[int] = []
    for index in range(piece.start, piece.end):
        char = text[index]
        if char in " \u00a0\u3000\t":
            if not kept or kept[-1] == " ":
                continue
            char = " "
        elif char in "\x02\ufffe":
            char = "-"
        elif ord(char) < 32 or 0x7F <= ord(char) < 0xA0:
            continue
        kept.append(char)
        places.append(index)
    words = "".join(kept).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return words, [(a, min(b, len(words))) for a, b in _bold_stretches(page, kept, places)]


def _bold_stretches(page: PageText, kept: list[str], places: list[int]) -> list[tuple[int, int]]:
    """Bold stretches: the ends are asked; where they differ, the border is found by bisection."""
    if not places:
        return []
    first, last = page.bold(places[0]), page.bold(places[-1])
    if first == last:
        return [(0, len(kept))] if first else []
    low, high = 0, len(places) - 1
    while high - low > 1:
        middle = (low + high) // 2
        probe = middle
        while kept[probe] == " " and probe > low:
            probe -= 1
        if page.bold(places[probe]) == first:
            low = middle
        else:
            high = middle
    return [(0, high)] if first else [(high, len(kept))]
