"""The second opinion: what pypdf reads of a file, or of a page, that pdfium does not.

pypdf tells where a text begins and how large its type is, not where it ends: that is estimated by its letters.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import BoundingBox
from docpipe.readers.pdf.engine import as_seen
from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.legible import is_garbled
from docpipe.readers.pdf.lines import gather
from docpipe.readers.pdf.page import Page
from docpipe.readers.pdf.turning import text_direction
from docpipe.readers.pdf.type3 import shown_fonts
from docpipe.wording import glue, width

if TYPE_CHECKING:
    import pypdf

_FAILURES = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    RecursionError,
    NotImplementedError,
)
"""What pypdf raises besides its own errors when a file is damaged."""
_GAP = 1.5
"""Up to this many type sizes behind the end of a text what follows belongs to it."""
_DESCENT, _ASCENT = -0.2, 0.8
"""How far type reaches below and above its baseline, in type sizes."""


def locked(password: str, name: str) -> DocpipeError:
    """Why a protected file cannot be opened."""
    return DocpipeError(ErrorCode.WRONG_PASSWORD if password else ErrorCode.ENCRYPTED, name=name)


class SecondReader:
    """A file opened by pypdf. Raises DocpipeError: ENCRYPTED, WRONG_PASSWORD; DAMAGED if pypdf cannot open it either."""

    def __init__(self, data: bytes, password: str, name: str) -> None:
        import pypdf
        from pypdf.errors import PyPdfError

        # What pypdf tells its log of odd files is no news to the user here.
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        self._errors = (PyPdfError, *_FAILURES)
        try:
            self._reader: pypdf.PdfReader = pypdf.PdfReader(io.BytesIO(data), strict=False)
            if self._reader.is_encrypted and not self._opens(password):
                raise locked(password, name)
            self.count = len(self._reader.pages)
        except self._errors as error:
            raise DocpipeError(ErrorCode.DAMAGED, str(error).rstrip("."), name) from error

    def _opens(self, password: str) -> bool:
        """Whether the password, or none, opens the file: one that only forbids changes needs none."""
        return bool(self._reader.decrypt(password) or self._reader.decrypt(""))

    def read(self, number: int) -> Page | None:
        """Page `number` (from 1), or None if it cannot be read."""
        try:
            page = self._reader.pages[number - 1]
            left, bottom, right, top = (float(edge) for edge in page.cropbox)
            stretches = _Stretches()
            page.extract_text(visitor_text=stretches.see)
            rotation = int(page.rotation) % 360
        except self._errors:
            return None
        frame = (left, bottom, right, top)
        _, _, width, height = as_seen(frame, frame, rotation)
        fragments = _fragments(stretches.found, frame, rotation)
        turn = text_direction(fragments, width)
        if turn:
            rotation = (rotation - turn) % 360
            _, _, width, height = as_seen(frame, frame, rotation)
            fragments = _fragments(stretches.found, frame, rotation)
        return Page(
            number,
            width,
            height,
            turn,
            rows=gather(fragment for fragment in fragments if not fragment.angle),
            turned=[fragment for fragment in fragments if fragment.angle],
            has_glyphs=bool(fragments),
            is_legible=not is_garbled(fragment.text for fragment in fragments),
        )

    def shown_fonts(self, number: int) -> list[int]:
        """The object numbers of the fonts that page `number` (from 1) shows text in, in order; none if it cannot be read."""
        try:
            return shown_fonts(self._reader.pages[number - 1])
        except self._errors:
            return []


_Matrix = tuple[float, float, float, float, float, float]


class _Stretch(NamedTuple):
    """Text on one baseline: `x` and `y` where it begins in the page's own space, `size` in points, `angle` in radians,
    counterclockwise, `excess` the points by which its letters, as far as is known, reach further than estimated."""

    text: str
    x: float
    y: float
    size: float
    angle: float
    excess: float = 0.0

    @property
    def length(self) -> float:
        """About how far it reaches, in points."""
        return self.excess + width(self.text.rstrip("\n")) * self.size


class _Stretches:
    """Joins what a page shows as long as each piece begins about where the one before ends."""

    def __init__(self) -> None:
        self.found: list[_Stretch] = []
        self._spaced = False

    def see(
        self, text: str, page: Sequence[float], own: Sequence[float], font: object, size: float
    ) -> None:
        """Called by pypdf with each piece of text, the page's and the text's matrix where it begins, and its font.

        White space without a font is what pypdf makes up for a gap.
        """
        if not text.strip() and font is None:
            self._spaced = self._spaced or bool(text)
            return
        a, b, c, d, x, y = _product(own, page)
        piece = _Stretch(text, x, y, size * math.hypot(c, d), math.atan2(b, a))
        last = self.found[-1] if self.found else None
        joined = _joined(last, piece, self._spaced) if last else None
        self._spaced = False
        if joined:
            self.found[-1] = joined
        elif text.strip():
            self.found.append(piece)


def _product(first: Sequence[float], second: Sequence[float]) -> _Matrix:
    """The matrix that applies `first`, then `second` (PDF 32000-1, 8.3.4)."""
    a, b, c, d, x, y = first
    return (
        a * second[0] + b * second[2],
        a * second[1] + b * second[3],
        c * second[0] + d * second[2],
        c * second[1] + d * second[3],
        x * second[0] + y * second[2] + second[4],
        x * second[1] + y * second[3] + second[5],
    )


def _joined(last: _Stretch, piece: _Stretch, spaced: bool) -> _Stretch | None:
    """A stretch with the piece that goes on in it, or None if the piece stands elsewhere; `spaced` is whether there is a
    gap between them, which is a space between Latin words only."""
    right, up = math.cos(last.angle), math.sin(last.angle)
    along = (piece.x - last.x) * right + (piece.y - last.y) * up
    across = (piece.y - last.y) * right - (piece.x - last.x) * up
    if abs(across) > 0.1 * last.size or abs(piece.angle - last.angle) > 0.01:
        return None
    if not 0 < along <= last.length + _GAP * last.size:
        return None
    text = glue(last.text, piece.text) if spaced else last.text + piece.text
    return last._replace(text=text, excess=along + (width(piece.text) - width(text)) * last.size)


def _fragments(stretches: Sequence[_Stretch], frame: BoundingBox, rotation: int) -> list[Fragment]:
    found = (_fragment(n, stretch, frame, rotation) for n, stretch in enumerate(stretches))
    return [fragment for fragment in found if fragment.text]


def _fragment(number: int, stretch: _Stretch, frame: BoundingBox, rotation: int) -> Fragment:
    right, up = math.cos(stretch.angle), math.sin(stretch.angle)
    corners = [
        (
            stretch.x + along * right - across * stretch.size * up,
            stretch.y + along * up + across * stretch.size * right,
        )
        for along in (0.0, stretch.length)
        for across in (_DESCENT, _ASCENT)
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    box = as_seen((min(xs), min(ys), max(xs), max(ys)), frame, rotation)
    angle = float((round(math.degrees(-stretch.angle)) + rotation) % 360)
    text = " ".join(stretch.text.split())
    size = round(stretch.size, 1)
    return Fragment(
        number, number + 1, box, size, angle, text, "", "000000", False, False, (), box[3]
    )
