"""Pictures on a page as assets: as they are embedded where that is a format of its own, else as PNG if they are small."""

from __future__ import annotations

import ctypes
import hashlib
import struct
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from docpipe.model import Asset, BoundingBox
from docpipe.readers.pdf.budget import Budget
from docpipe.readers.pdf.drawing import Picture

_SMALLEST = 24.0
"""Pictures narrower or lower than this (points) are ornaments."""
_MAX_RAW = 64 * 1024 * 1024
_MAX_PIXELS = 2_000_000
"""Pictures of more pixels are not decoded."""
_MAX_PER_PAGE = 50
_EMBEDDED = {b"DCTDecode": ("image/jpeg", "jpg"), b"JPXDecode": ("image/jp2", "jp2")}
_REPEATED = 3
"""A picture on so many pages, and half of all, belongs to the page and not to the text."""


class Figure(NamedTuple):
    """A picture with its place on a page and what tags say instead of it; `data` is empty where it was not decoded."""

    box: BoundingBox
    media_type: str
    suffix: str
    data: bytes
    sha256: str
    alternative: str


def read_figures(
    pictures: Sequence[Picture], alternatives: Mapping[int, str], budget: Budget
) -> tuple[list[Figure], int]:
    """The figures of an open page, and the number of pictures left out because they are too large to decode.

    `alternatives` are the alternative texts by the number of the marked content.
    """
    figures: list[Figure] = []
    left_out = 0
    for picture in pictures[:_MAX_PER_PAGE]:
        budget.look()
        x0, y0, x1, y1 = picture.box
        if x1 - x0 < _SMALLEST or y1 - y0 < _SMALLEST:
            continue
        embedded = _embedded(picture.handle)
        media_type, suffix, data = embedded or ("image/png", "png", _png(picture.handle))
        if data:
            digest = hashlib.sha256(data).hexdigest()
            mark = pdfium.FPDFPageObj_GetMarkedContentID(picture.handle)
            words = alternatives.get(mark, "")
            figures.append(Figure(picture.box, media_type, suffix, data, digest, words))
        else:
            left_out += 1
    return figures, left_out


def _embedded(handle: Any) -> tuple[str, str, bytes] | None:
    """The bytes of a picture whose last filter is a picture format, other filters undone (PDF 32000-1, 7.4)."""
    count = pdfium.FPDFImageObj_GetImageFilterCount(handle)
    name = ctypes.create_string_buffer(32)
    if count < 1 or not pdfium.FPDFImageObj_GetImageFilter(handle, count - 1, name, 32):
        return None
    if name.value not in _EMBEDDED:
        return None
    get = pdfium.FPDFImageObj_GetImageDataRaw
    if count > 1:
        get = pdfium.FPDFImageObj_GetImageDataDecoded
    length = get(handle, None, 0)
    if not 0 < length <= _MAX_RAW:
        return None
    buffer = (ctypes.c_ubyte * length)()
    get(handle, buffer, length)
    return (*_EMBEDDED[name.value], bytes(buffer))


def _png(handle: Any) -> bytes:
    """A picture decoded and written as PNG (ISO/IEC 15948); b"" if it is too large or cannot be decoded."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(handle, width, height):
        return b""
    if not 0 < width.value * height.value <= _MAX_PIXELS:
        return b""
    bitmap = pdfium.FPDFImageObj_GetBitmap(handle)
    if not bitmap:
        return b""
    try:
        return encode_png(bitmap)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def encode_png(bitmap: Any) -> bytes:
    """A bitmap of pdfium as PNG, without loss."""
    width, height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
    stride, kind = pdfium.FPDFBitmap_GetStride(bitmap), pdfium.FPDFBitmap_GetFormat(bitmap)
    buffer = pdfium.FPDFBitmap_GetBuffer(bitmap)
    pixels = ctypes.string_at(buffer, stride * height)
    gray = kind == pdfium.FPDFBitmap_Gray
    step = 1 if gray else 3 if kind == pdfium.FPDFBitmap_BGR else 4
    rows = bytearray()
    for row in range(height):
        line = pixels[row * stride : row * stride + width * step]
        rows += b"\0"
        if gray:
            rows += line
        else:
            colors = bytearray(3 * width)
            colors[0::3], colors[1::3], colors[2::3] = line[2::step], line[1::step], line[0::step]
            rows += colors
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if gray else 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(bytes(rows), 1)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def repeated(pages: Sequence[Sequence[Figure]]) -> set[str]:
    """The digests of pictures that stand on many pages, as backgrounds and logos do."""
    counts = Counter(digest for figures in pages for digest in {f.sha256 for f in figures})
    return {digest for digest, n in counts.items() if n >= _REPEATED and 2 * n >= len(pages)}


class Assets:
    """The assets of a document, each kept once."""

    def __init__(self) -> None:
        self.found: dict[str, Asset] = {}

    def add(self, figure: Figure) -> str:
        """Keep a figure's data; its asset's id comes back."""
        known = self.found.get(figure.sha256)
        if known is None:
            number = len(self.found) + 1
            known = Asset(
                id=f"img{number}",
                name=f"image{number}.{figure.suffix}",
                media_type=figure.media_type,
                sha256=figure.sha256,
                size=len(figure.data),
                data=figure.data,
            )
            self.found[figure.sha256] = known
        return known.id
