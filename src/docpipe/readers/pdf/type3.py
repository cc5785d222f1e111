"""The names and weights of Type 3 fonts (PDF 32000-1, 9.6.5), which pdfium does not tell.

Browsers print fonts that they cannot embed as Type 3, often one font a glyph, with a descriptor that states the
weight. pypdf gives a page's content; the fonts in the order in which they first show text are the same to both engines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from docpipe.readers.pdf.drawing import MAX_DEPTH, fonts_in_order
from docpipe.readers.pdf.engine import Font, PageText, is_bold_name

_OBJECT = re.compile(rb"(?<!\d)(\d+) \d+ obj\b(.*?)endobj", re.S)
_TYPE3 = re.compile(rb"/Subtype\s*/Type3\b")
_DESCRIPTOR = re.compile(rb"/FontDescriptor\s+(\d+)\s")
_WEIGHT = re.compile(rb"/FontWeight\s+(\d+)")
_NAME = re.compile(rb"/FontName\s*/([^\s/<>\[\]()]+)")
_BOLD = 600
# The operations that choose a font, show text, or draw a form (PDF 32000-1, 7.8.2), and what may look like them: strings
# and pictures within the content.
_OPERATION = re.compile(
    rb"\bBI\s.*?\sID\s.*?\sEI\b|\((?:[^()\\]|\\.)*\)"
    rb"|/(?P<font>[^\s/<>\[\]()]+)\s+[-+.\d]+\s+Tf\b|/(?P<form>[^\s/<>\[\]()]+)\s+Do\b"
    rb"|(?<![^\s\])>])(?P<plain>Tj|TJ|'|\"|q|Q)(?![^\s/<\[(])",
    re.S,
)


class Type3Fonts:
    """The Type 3 fonts of one file: what is `known` of them by their object numbers, and a function that gives the object
    numbers of the fonts that a page shows text in, in order."""

    def __init__(self, known: Mapping[int, Font], shown: Callable[[int], Sequence[int]]) -> None:
        self._known = known
        self._shown = shown

    def read(self, page: PageText, number: int) -> dict[int, Font]:
        """What is known of the fonts of an open page `number` (from 1), by pdfium's handle; nothing if the engines see
        other fonts."""
        shown, handles = self._shown(number), fonts_in_order(page)
        if len(shown) != len(handles):
            return {}
        known = (
            (handle, self._known.get(font)) for handle, font in zip(handles, shown, strict=True)
        )
        return {handle: font for handle, font in known if font}


def described(data: bytes) -> dict[int, Font]:
    """The Type 3 fonts of a file by object number, where they and their descriptors are written in plain."""
    if not _TYPE3.search(data) or not _WEIGHT.search(data):
        return {}
    descriptors: dict[int, Font] = {}
    fonts: dict[int, int] = {}
    for match in _OBJECT.finditer(data):
        number, body = int(match[1]), match[2]
        if weight := _WEIGHT.search(body):
            name = _NAME.search(body)
            text = name[1].decode("latin-1") if name else ""
            descriptors[number] = Font(text, int(weight[1]) >= _BOLD or is_bold_name(text))
        elif _TYPE3.search(body) and (descriptor := _DESCRIPTOR.search(body)):
            fonts[number] = int(descriptor[1])
    return {font: descriptors[at] for font, at in fonts.items() if at in descriptors}


def shown_fonts(page: Any) -> list[int]:
    """The object numbers of the fonts that a page of pypdf shows text in, in the order in which it first does."""
    content = page.get_contents()
    if content is None:
        return []
    return list(dict.fromkeys(_fonts(content.get_data(), page["/Resources"], 0)))


def _fonts(content: bytes, resources: Any, depth: int) -> Iterator[int]:
    fonts, forms = resources.get("/Font", {}), resources.get("/XObject", {})
    font, saved = "", [""]
    for match in _OPERATION.finditer(content):
        if match["font"]:
            font = "/" + match["font"].decode("latin-1")
        elif match["form"]:
            name = "/" + match["form"].decode("latin-1")
            form: Any = forms.get(name, {})
            if form.get("/Subtype") == "/Form" and depth < MAX_DEPTH:
                inner = form.get("/Resources", resources)
                yield from _fonts(form.get_data(), inner, depth + 1)
        elif match["plain"] == b"q":
            saved.append(font)
        elif match["plain"] == b"Q":
            font = saved.pop() if len(saved) > 1 else font
        elif match["plain"]:
            yield fonts.raw_get(font).idnum
