"""Glyphs to fragments: stretches of one line without a gap in them, with place, type and text.

pdfium gives a page's text in one call; boxes and fonts cost a call a glyph. So they are asked for only where they tell
something: at both ends of a line and at gaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from docpipe.model import BoundingBox, Run
from docpipe.readers.pdf.engine import PageText, Setting
from docpipe.wording import CJK, width

_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uffef“”‘’…—·]")
_HYPHENS = "\x02\ufffe"
"""What pdfium puts for a hyphen at a line's end, after which the next line follows without a break."""
_LINE_BREAK = re.compile(rf"\r\n|[\r\n]|(?<=[{_HYPHENS}])")
_SPACE = " \u00a0\u3000\t"
_SPACES = re.compile(f"[{_SPACE}]+")
_WHITE = 240
"""Red, green and blue of white are at least this."""
_FEW = 8
"""So many glyphs may be mixed up."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SAMPLED = 8
"""One glyph in so many is looked at for its colour."""
_PART_GAP = 0.6
"""From this gap (times the type size) on two words may belong to neighbouring cells."""


class Fragment(NamedTuple):
    """A stretch of a line. `start` and `end` are indices of its glyphs; `runs` mark bold stretches and notes in `text`.

    `angle` is in degrees, 0 for upright reading; `invisible` says that it is drawn in a mode that shows nothing. `baseline`
    is the height of an upright one's, in points from the top.
    """

    start: int
    end: int
    box: BoundingBox
    size: float
    angle: float
    text: str
    font: str
    color: str
    bold: bool
    invisible: bool
    runs: tuple[Run, ...]
    baseline: float

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return self.box[0]

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return self.box[2]

    @property
    def middle(self) -> float:
        """The height of its middle in points."""
        return (self.box[1] + self.box[3]) / 2


class _Piece(NamedTuple):
    """Glyphs `start` to `end` that stand together. `is_mixed_up` says that the last of a few stands
    before the first: pdfium puts what a fallback font draws, a raised figure often, behind its right neighbour."""

    start: int
    end: int
    box: BoundingBox
    setting: Setting
    is_mixed_up: bool = False


def read_fragments(page: PageText) -> list[Fragment]:
    """The fragments of a page in the order of its content; those without a letter or sign are left out."""
    found = []
    for start, end in _ranges(page.text):
        page.budget.check()
        for piece in _pieces(page, start, end):
            parts = _by_glyph(page, piece) if piece.is_mixed_up else _shown_alike(page, piece)
            for part in parts:
                fragment = _fragment(page, part)
                if fragment.text:
                    found.append(fragment)
    return found


def is_paper(color: str) -> bool:
    """Whether a colour, in six hex digits, is that of paper."""
    return color != "000000" and min(bytes.fromhex(color)) >= _WHITE


def split_at(page: PageText, fragment: Fragment, edges: Sequence[float]) -> list[Fragment]:
    """The parts of a fragment on either side of vertical lines that run through it, at `edges` in points."""
    starts = [fragment.start]
    for edge in sorted(edges):
        low, high = starts[-1], fragment.end
        while low < high:
            middle = (low + high) // 2
            x0, _, x1, _ = page.box(middle)
            if (x0 + x1) / 2 < edge:
                low = middle + 1
            else:
                high = middle
        if starts[-1] < low < fragment.end:
            starts.append(low)
    if len(starts) == 1:
        return [fragment]
    parts = []
    for start, end in zip(starts, [*starts[1:], fragment.end], strict=True):
        first, last = _trimmed(page.text, start, end)
        if first < last:
            box = _hull(page.box(first), page.box(last - 1))
            setting = Setting(fragment.size, fragment.angle, fragment.baseline)
            parts.append(_fragment(page, _Piece(first, last, box, setting)))
    return [part for part in parts if part.text]


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Index ranges of the text between line breaks."""
    start = 0
    for match in _LINE_BREAK.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _pieces(page: PageText, start: int, end: int) -> Iterator[_Piece]:
    """The stretches of a line of pdfium's between the gaps it found.

    A made-up space beside a Chinese character is such a gap: what a fallback font draws there, a quotation mark often,
    comes later in the page's content and has to find its place. A single typed space may hide a gap only in a line that
    is wider than its text.
    """
    start, end = _trimmed(page.text, start, end)
    if start == end:
        return
    setting = page.setting(start)
    if end - start > 1 and page.text[start:end].isascii() and page.is_one_object(start, end - 1):
        piece = _piece(start, end, page.box(start), page.box(end - 1), setting)
        if not _is_odd(page, piece):
            yield piece
            return
    elif not _SPACES.search(page.text, start, end):
        yield _piece(start, end, page.box(start), page.box(end - 1), setting)
        return
    for piece in _parts(page, start, end, setting, closely=False):
        if _is_odd(page, piece):
            yield from _parts(page, piece.start, piece.end, piece.setting, closely=True)
        else:
            yield piece


def _is_odd(page: PageText, piece: _Piece) -> bool:
    """Whether a piece with a space in it is much wider than its text, so that a gap may be hidden in it, or much
    narrower, as where a line is drawn twice."""
    text = page.text[piece.start : piece.end]
    size, angle, _ = piece.setting
    if " " not in text or angle:
        return False
    room, usual = piece.box[2] - piece.box[0], width(text) * size
    return not 0.55 * usual <= room <= 1.15 * usual + size


def _parts(
    page: PageText, start: int, end: int, setting: Setting, *, closely: bool
) -> Iterator[_Piece]:
    text, size = page.text, setting.size
    begin, begin_box = start, page.box(start)
    for match in _SPACES.finditer(text, start, end):
        made_up = page.generated(match.start())
        if not (closely or made_up or match.end() - match.start() > 1):
            continue
        before, after = match.start() - 1, match.end()
        left, right = page.box(before), page.box(after)
        gap = right[0] - left[2]
        wide = made_up and (_WIDE.match(text[before]) or _WIDE.match(text[after]))
        torn = gap > _PART_GAP * size or gap < -0.5 * size or abs(right[3] - left[3]) > 0.8 * size
        if torn or wide:
            yield _piece(begin, before + 1, begin_box, left, setting)
            begin, begin_box = after, right
            setting = page.setting(after)._replace(angle=setting.angle)
            size = setting.size
    yield _piece(begin, end, begin_box, page.box(end - 1), setting)


def _piece(start: int, end: int, first: BoundingBox, last: BoundingBox, setting: Setting) -> _Piece:
    """A piece from the boxes of its first and its last glyph."""
    few = not setting.angle and 1 < end - start <= _FEW
    mixed_up = few and last[2] < first[0] + 0.2 * setting.size
    return _Piece(start, end, _hull(first, last), setting, mixed_up)


def _by_glyph(page: PageText, piece: _Piece) -> Iterator[_Piece]:
    """The glyphs of a piece, each for itself; those of text that is read from right to left stay together."""
    if RIGHT_TO_LEFT.search(page.text, piece.start, piece.end):
        yield piece
        return
    for index in range(piece.start, piece.end):
        if not page.text[index].isspace():
            yield _Piece(index, index + 1, page.box(index), page.setting(index))


def _hull(a: BoundingBox, b: BoundingBox) -> BoundingBox:
    left, top, right, bottom = a
    x0, y0, x1, y1 = b
    return (
        x0 if x0 < left else left,
        y0 if y0 < top else top,
        x1 if x1 > right else right,
        y1 if y1 > bottom else bottom,
    )


def _shown_alike(page: PageText, piece: _Piece) -> Sequence[_Piece]:
    """The parts of a piece that are in sight, and those in white or in a mode that shows nothing, in turn.

    What is not seen takes no room: the part before it reaches to the next one that is seen, but for a typed space.
    """
    if _seems_alike(page, piece.start, piece.end - 1):
        return (piece,)
    starts = [piece.start, *_changes(page, piece.start, piece.end - 1)]
    if len(starts) == 1:
        return (piece,)
    parts = []
    for start, end in zip(starts, [*starts[1:], piece.end], strict=True):
        first, last = _trimmed(page.text, start, end)
        box = _hull(page.box(first), page.box(last - 1))
        parts.append(_Piece(first, last, box, page.setting(first)))
    for index in range(0 if _is_shown(page, piece.start) else 1, len(parts) - 2, 2):
        (x0, y0, x1, y1), hidden, after = (part.box for part in parts[index : index + 3])
        space = max(hidden[0] - x1, after[0] - hidden[2], 0.0)
        parts[index] = parts[index]._replace(box=(x0, y0, after[0] - space, y1))
    return parts


def _seems_alike(page: PageText, first: int, last: int) -> bool:
    """Whether all is seen, or nothing, between two glyphs, for all that they and a few between them tell: each costs a call."""
    if first == last or page.is_one_object(first, last):
        return True
    return _is_shown(page, first) == _is_shown(page, last) and all(
        page.is_black(index) for index in range(first + _SAMPLED, last, _SAMPLED)
    )


def _changes(page: PageText, first: int, last: int) -> Iterator[int]:
    """Where, between two glyphs that are no spaces, text begins or ceases to be seen. What one operation shows is alike."""
    if first == last or page.is_one_object(first, last):
        return
    middle = _between(page.text, first, last)
    if middle is not None:
        yield from _changes(page, first, middle)
        yield from _changes(page, middle, last)
    elif _is_shown(page, first) != _is_shown(page, last):
        yield last


def _between(text: str, first: int, last: int) -> int | None:
    """The index of a glyph that is no space, about in the middle between two others; None without any."""
    middle = (first + last) // 2
    for index in chain(range(middle, first, -1), range(middle + 1, last)):
        if not text[index].isspace():
            return index
    return None


def _is_shown(page: PageText, index: int) -> bool:
    ink = page.ink(index)
    return not (ink.invisible or is_paper(ink.color))


def _fragment(page: PageText, piece: _Piece) -> Fragment:
    kept, places = _words(page.text, piece.start, piece.end)
    text = "".join(kept)
    if not text.isprintable():  # halves of a character beyond the first plane are not
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    ink = page.ink(piece.start)
    begin, end = _bold_stretch(page, kept, places, ink.bold)
    end = min(end, len(text))
    size, angle, baseline = piece.setting
    return Fragment(
        piece.start,
        piece.end,
        piece.box,
        size,
        angle,
        text,
        ink.font.name,
        ink.color,
        end - begin >= 0.9 * len(text) > 0,
        ink.invisible,
        (Run(begin, end, bold=True),) if end > begin else (),
        baseline,
    )


def _words(text: str, start: int, end: int) -> tuple[Sequence[str], Sequence[int]]:
    """The characters of a stretch, white space in it as one space, and their indices."""
    plain = text[start:end]
    if plain.isprintable() and "  " not in plain:  # of all white space only the space is printable
        return plain, range(start, end)
    kept: list[str] = []
    places: list[int] = []
    for index in range(start, end):
        char = text[index]
        if char in _SPACE:
            if not kept or kept[-1] == " ":
                continue
            char = " "
        elif char in _HYPHENS:
            char = "-"
        elif ord(char) < 32 or 0x7F <= ord(char) < 0xA0:
            continue
        kept.append(char)
        places.append(index)
    return kept, places


def _bold_stretch(
    page: PageText, kept: Sequence[str], places: Sequence[int], first: bool
) -> tuple[int, int]:
    """The bold stretch of a fragment whose first glyph is `first`, bold or not: both ends are known; where they
    differ, the border is found by bisection."""
    if not places:
        return (0, 0)
    alone = len(places) == 1 or page.is_one_object(places[0], places[-1])
    last = first if alone else page.is_bold(places[-1])
    if first == last:
        return (0, len(kept)) if first else (0, 0)
    low, high = 0, len(places) - 1
    while high - low > 1:
        middle = (low + high) // 2
        probe = middle
        while kept[probe] == " " and probe > low:
            probe -= 1
        if page.is_bold(places[probe]) == first:
            low = middle
        else:
            high = middle
    return (0, high) if first else (high, len(kept))


def text_offset(page: PageText, fragment: Fragment, index: int) -> int:
    """Where in a fragment's text the glyph at an index stands."""
    return len(_words(page.text, fragment.start, index)[0])
