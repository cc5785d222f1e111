"""Finds what a drawing shows: pictures, text boxes, word art, charts and diagrams, each once.

DrawingML (ECMA-376 part 1, 20 and 21), the text boxes of [MS-ODRAWXML] 2.17, and VML (part 4, 19).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from docpipe.readers.docx.names import DGM, WP, WPS, A, C, Element, R, V, W, walk

TEXT_BOX = W + "txbxContent"

_STOP = frozenset({TEXT_BOX, A + "p"})
_NAMED = frozenset(
    {WP + "docPr", "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr"}
)
_WATERMARK_NAMES = ("watermark", "水印")


class Picture(NamedTuple):
    """A picture by the relationship that leads to its part, with its alternative text."""

    relationship: str
    alt: str


class TextBox(NamedTuple):
    """The `w:txbxContent` of a shape. `watermark` says that the shape is made like one."""

    content: Element
    watermark: bool


class WordArt(NamedTuple):
    """Text drawn as a shape. `watermark` says that the shape is named as one."""

    text: str
    watermark: bool


class Related(NamedTuple):
    """A chart or diagram by the relationship that leads to its part."""

    relationship: str


Shown = Picture | TextBox | WordArt | Related


def shown(drawing: Element) -> Iterator[Shown]:
    """What a `w:drawing`, `w:pict` or `w:object` shows, in document order."""
    alt, name, behind, rotated, warped = "", "", False, False, False
    for element in walk(drawing, _STOP):
        tag = element.tag
        if tag == WP + "anchor":
            behind = element.get("behindDoc") in ("1", "true")
        elif tag in _NAMED:
            alt = element.get("descr") or element.get("title") or alt
            name = element.get("name") or name
        elif tag == A + "xfrm":
            rotated = (element.get("rot") or "0") != "0"
        elif tag == WPS + "wsp":
            warped = _is_warped(element)
        elif tag in (V + "shape", V + "rect", V + "roundrect"):
            alt = element.get("alt") or alt
            name = element.get("id") or name
        elif tag == A + "blip" or tag == V + "imagedata":
            relationship = (
                element.get(R + "embed") or element.get(R + "link") or element.get(R + "id")
            )
            if relationship:
                yield Picture(relationship, " ".join(alt.split()))
                alt = ""
        elif tag == TEXT_BOX:
            yield TextBox(element, warped or (behind and rotated) or _names_watermark(name))
        elif tag == V + "textpath" and element.get("string"):
            yield WordArt(" ".join(element.get("string").split()), _names_watermark(name))
        elif tag == C + "chart" and element.get(R + "id"):
            yield Related(element.get(R + "id"))
        elif tag == DGM + "relIds" and element.get(R + "dm"):
            yield Related(element.get(R + "dm"))
        elif tag == A + "p" and (text := paragraph_text(element)):
            yield WordArt(text, watermark=False)


def _names_watermark(name: str) -> bool:
    return any(word in name.lower() for word in _WATERMARK_NAMES)


def _is_warped(shape: Element) -> bool:
    """Whether the text of a shape is bent to it (a:prstTxWarp, 20.1.9.19), as Word's own watermarks are."""
    body = shape.find(WPS + "bodyPr")
    if body is None:
        return False
    warp = body.find(A + "prstTxWarp")
    bent = warp is not None and warp.get("prst") != "textNoShape"
    return bent or body.get("fromWordArt") in ("1", "true")


def paragraph_text(paragraph: Element) -> str:
    """The text of a DrawingML paragraph (`a:p`)."""
    return " ".join("".join(text.text or "" for text in paragraph.iter(A + "t")).split())


def part_texts(root: Element) -> Iterator[str]:
    """The texts of a chart or diagram part: each `a:p`, and for each series of a chart its name, categories, values."""
    stop = frozenset({A + "p", C + "ser"})
    for element in walk(root, stop):
        if element.tag == A + "p":
            text = paragraph_text(element)
        elif element.tag == C + "ser":
            text = " ".join(" ".join(v.text or "" for v in element.iter(C + "v")).split())
        else:
            continue
        if text:
            yield text
