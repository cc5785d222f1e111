"""Pictures as Word holds them: what their headers say of type and size, and the drawing that shows them (ECMA-376-1, 20)."""

from __future__ import annotations

import struct
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.image.image import Image as Picture

from docpipe.writers.docx.look import Page
from docpipe.writers.docx.xml import DRAWING, EMU_PER_TWIP

_ROOM_BELOW = 1200
"""Twips that a picture leaves free on its page, for its own line and a caption."""


class Size(NamedTuple):
    """What a picture's header says: its type, and its size in EMU, cut to fit the page."""

    suffix: str
    media_type: str
    width: int
    height: int


def picture_size(data: bytes, page: Page) -> Size | None:
    """The size of a PNG, JPEG, GIF, BMP, TIFF, EMF or WMF picture; None if it is none of these, or damaged."""
    size = _metafile(data) or _bitmap(data)
    if size is None or size.width <= 0 or size.height <= 0:
        return None
    most_height = max(page.height - _ROOM_BELOW, _ROOM_BELOW) * EMU_PER_TWIP
    scale = min(1.0, page.width * EMU_PER_TWIP / size.width, most_height / size.height)
    return size._replace(
        width=max(1, int(size.width * scale)), height=max(1, int(size.height * scale))
    )


def _bitmap(data: bytes) -> Size | None:
    try:
        picture = Picture.from_blob(data)
        return Size(picture.ext, picture.content_type, int(picture.width), int(picture.height))
    except (
        UnrecognizedImageError,
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        struct.error,
        ValueError,
        LookupError,
        ArithmeticError,
    ):
        return None


def _metafile(data: bytes) -> Size | None:
    """A picture of drawing commands: EMF ([MS-EMF] 2.2.9, its frame in 0.01 mm), or WMF with a size ([MS-WMF] 2.3.2.3)."""
    if data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF":
        left, top, right, bottom = struct.unpack_from("<4i", data, 24)
        return Size("emf", "image/x-emf", (right - left) * 360, (bottom - top) * 360)
    if data[:4] == b"\xd7\xcd\xc6\x9a" and len(data) >= 22:
        left, top, right, bottom, inch = struct.unpack_from("<4hH", data, 6)
        emu = _EMU_PER_INCH // max(inch, 1)
        return Size("wmf", "image/x-wmf", (right - left) * emu, (bottom - top) * emu)
    return None


_EMU_PER_INCH = 914_400


def drawing(number: int, relation: str, width: int, height: int, alt: str) -> str:
    """A picture in a line of text, its size in EMU."""
    return _DRAWING_XML.format(
        number=number,
        relation=relation,
        width=width,
        height=height,
        alt=quoteattr(alt),
        drawing=DRAWING,
    )


def empty_frame(number: int, alt: str) -> str:
    """The frame of a picture that is not there, with its alternative text: no word is put into the document's own."""
    shown = drawing(number, "", *_FRAME, alt)
    return shown.replace('<a:blip r:embed=""/>', "<a:blip/>").replace(
        "</pic:spPr>", f"{_OUTLINE}</pic:spPr>"
    )


_FRAME = (2_520_000, 720_000)
_OUTLINE = '<a:ln w="6350"><a:solidFill><a:srgbClr val="999999"/></a:solidFill><a:prstDash val="dash"/></a:ln>'

_DRAWING_XML = (
    '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Picture {number}" descr={alt}/>'
    '<a:graphic><a:graphicData uri="{drawing}/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)
