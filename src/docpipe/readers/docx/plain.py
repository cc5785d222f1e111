"""Takes plain paragraphs out of the main part's XML before it is parsed, since a tree costs most and most are plain.

A paragraph is plain where it holds nothing but runs of text with flat properties, bookmarks and proofing marks. It is read
by a few passes over the part's bytes, and an empty paragraph with its number stands for it in the XML. Everything else,
and what is in doubt, stays XML and is read from the tree. Both ways read the same; tests hold that.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from docpipe.readers.docx.names import Element, W
from docpipe.readers.docx.revisions import View
from docpipe.readers.docx.styles import (
    NO_PROPERTIES,
    ParagraphProperties,
    RunKey,
    paragraph_properties,
    run_key,
)

NUMBER = "docpipe-plain"
"""The attribute of the paragraph that stands for a plain one: its place in `PlainParagraphs.paragraphs`."""

_DECLARED = re.compile(rb"""\s*<\?xml[^<>]*encoding\s*=\s*["'](?!utf-8["'])""", re.I)
_ROOT = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*(<w:document [^<>]*xmlns:w="%b"[^<>]*>)'
    % re.escape(W[1:-1].encode())
)
_CLOSED = b"</w:document>"
_END, _PROPERTIES, _PROPERTIES_END = b"</w:p>", b"<w:pPr>", b"</w:pPr>"
_IN_TREE = (b"<w:sectPr", b"<w:pPrChange")
"""Properties of a paragraph that are read from the tree."""
_RUN = re.compile(
    rb"<w:r(?: [^<>]*)?(?<!/)>(?:<w:rPr>((?:<w[^<>]*/>)*+)</w:rPr>|<w:rPr/>)?(?:<w:lastRenderedPageBreak/>)?"
    rb'(?:<w:t(>| xml:space="preserve">)([^<]*)</w:t>)?((?:<w:tab/>|<w:t(?: xml:space="preserve")?>[^<]*</w:t>)*+)</w:r>'
    rb"|<w:(?:r|proofErr|bookmarkStart|bookmarkEnd)(?: [^<>]*)?/>|(.+)",
    re.S,
)
"""A run, or a mark without text: formatting, start and text of its `w:t`, more of these and tabs; else all that is left."""
_MORE = re.compile(rb'<w:t(>| xml:space="preserve">)([^<]*)</w:t>|<w:tab/>')
_SILENT = re.compile(
    rb"<w(?!:(?:pStyle|jc|ind|spacing(?= [^<>]*w:before=)|outlineLvl|numId|ilvl|shd|vanish|ins|del|moveFrom|moveTo|sectPr|pPrChange"
    rb"|b|i|strike|dstrike|rStyle|u|vertAlign|sz|color|highlight|rFonts)[ /])[^<>]*/>"
)
"""Properties that `paragraph_properties` and `run_key` do not ask for."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile("&[^;]*;?")
_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


class PlainParagraph(NamedTuple):
    """A paragraph's direct formatting, and its runs: the XML of their formatting, and their text."""

    properties: ParagraphProperties
    runs: list[tuple[bytes, str]]


class PlainParagraphs:
    """The plain paragraphs of a main part. `xml` is the part with their numbers in their stead."""

    def __init__(self, data: bytes, view: View) -> None:
        """`data` is the part's XML, `view` the side of tracked changes to read."""
        self.paragraphs: list[PlainParagraph] = []
        self.xml = data
        self._view = view
        self._root = b""
        self._properties: dict[bytes, ParagraphProperties | None] = {b"": NO_PROPERTIES}
        self._run_keys: dict[bytes, RunKey | None] = {b"": ()}
        root = _ROOT.match(data)
        if root is not None and _says_what_it_seems(data):
            self._root = root[1]
            self.xml = self._taken_out(data)

    def run_key(self, formatting: bytes) -> RunKey:
        """The direct formatting of a plain paragraph's run."""
        return self._run_keys[formatting] or ()

    def _taken_out(self, data: bytes) -> bytes:
        *paragraphs, rest = data.split(_END)
        parts: list[bytes] = []
        for paragraph in paragraphs:
            start = max(paragraph.rfind(b"<w:p "), paragraph.rfind(b"<w:p>"))
            plain = self._plain(paragraph, start) if start >= 0 else None
            if plain is None:
                parts += (paragraph, _END)
            else:
                number = f'<w:p {NUMBER}="{len(self.paragraphs)}"/>'
                parts += (paragraph[:start], number.encode())
                self.paragraphs.append(plain)
        parts.append(rest)
        return b"".join(parts)

    def _plain(self, data: bytes, start: int) -> PlainParagraph | None:
        """The paragraph that begins at `start` and ends with the data; None where it is not plain."""
        begin = data.find(b">", start) + 1
        if data[begin - 2 : begin] == b"/>":
            return None
        formatting = b""
        if data.startswith(_PROPERTIES, begin):
            end = data.find(_PROPERTIES_END, begin)
            formatting = data[begin + len(_PROPERTIES) : end]
            begin = end + len(_PROPERTIES_END)
        if formatting not in self._properties:
            self._properties[formatting] = self._read_properties(formatting)
        properties = self._properties[formatting]
        runs = self._runs(data, begin) if properties is not None else None
        return None if properties is None or runs is None else PlainParagraph(properties, runs)

    def _runs(self, data: bytes, begin: int) -> list[tuple[bytes, str]] | None:
        """The runs with text from `begin` on; None where anything but plain runs stands there."""
        runs = []
        known = self._run_keys
        for formatting, opening, words, more, other in _RUN.findall(data, begin):
            if formatting not in known:
                known[formatting] = self._read_run(formatting)
            if other or known[formatting] is None:
                return None
            text = _stated(words, opening) if words else ""
            for next_opening, next_words in _MORE.findall(more) if more else ():
                follows = _stated(next_words, next_opening) if next_opening else " "
                text = None if text is None or follows is None else text + follows
            if text is None:
                return None
            if text:
                runs.append((formatting, text))
        return runs

    def _read_properties(self, formatting: bytes) -> ParagraphProperties | None:
        telling = _SILENT.sub(b"", formatting)
        if telling not in self._properties:
            in_tree = any(tag in telling for tag in _IN_TREE)
            element = None if in_tree else self._parsed(b"<w:pPr>%b</w:pPr>" % telling)
            read = None if element is None else paragraph_properties(element, self._view)
            self._properties[telling] = read
        return self._properties[telling]

    def _read_run(self, formatting: bytes) -> RunKey | None:
        telling = _SILENT.sub(b"", formatting)
        if telling not in self._run_keys:
            element = self._parsed(b"<w:rPr>%b</w:rPr>" % telling)
            self._run_keys[telling] = None if element is None else run_key(element)
        return self._run_keys[telling]

    def _parsed(self, xml: bytes) -> Element | None:
        """An element with the names of the part; None where it is no XML."""
        try:
            return etree.fromstring(self._root + xml + _CLOSED)[0]
        except etree.XMLSyntaxError:
            return None


def _says_what_it_seems(data: bytes) -> bool:
    """Whether XML is in UTF-8 and has neither text that looks like elements nor names that change their meaning."""
    if _DECLARED.match(data) or b"[CDATA[" in data or NUMBER.encode() in data:
        return False
    return data.count(b"xmlns:w=") == 1


def _stated(words: bytes, opening: bytes) -> str | None:
    """The text of a `w:t`; None where the tree has to say it: white space that may not count, and what may be no XML."""
    if opening == b">" and (words[:1] <= b" " or words[-1:] <= b" "):
        return None
    try:
        text = words.decode()
    except UnicodeDecodeError:
        return None
    if not text.isprintable() and _NO_XML.search(text):
        return None
    if "&" in text:
        if any(reference not in _NAMED for reference in _REFERENCE.findall(text)):
            return None
        return _REFERENCE.sub(lambda reference: _NAMED[reference[0]], text)
    return text
