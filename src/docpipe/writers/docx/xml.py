"""The XML that the parts of a written document share: names, paragraphs and runs (ECMA-376-1, 17.3)."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
NAMESPACES = (
    f'{WORD} xmlns:r="{RELATIONS}" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    f'xmlns:wp="{DRAWING}/wordprocessingDrawing" xmlns:a="{DRAWING}/main" xmlns:pic="{DRAWING}/picture"'
)
EMU_PER_TWIP = 635
"""Drawings measure in English metric units, pages in twentieths of a point."""


def paragraph(properties: str, inner: str) -> str:
    """A paragraph (17.3.1.22)."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A run of text (17.3.2.25); nothing for no text."""
    if not text:
        return ""
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def part(root: Any) -> bytes:
    """A whole part, from its root element."""
    return (XML + etree.tostring(root, encoding="unicode")).encode()
