"""Extracts a source's text by means of its own, so that the proof does not share the readers' mistakes.

What counts: DOCX `w:t`, `w:delText`, `w:sym`, `a:t`, `m:t`, `textpath@string` and the names and numbers of a chart's
series, of the document, its headers, footers, notes and comments (ECMA-376; of an AlternateContent the first choice, of
a ruby the base first); PDF each page's text by the engine that did not read it; HTML the text nodes outside head, script,
style and template, those of frames in their places, which show pages that lie beside the page or are parts of the MHTML; TXT all characters; Markdown all characters, of which markup may be missing from the output.
"""

from __future__ import annotations

import email
import html
import io
import logging
import math
import posixpath
import re
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from email.message import Message
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import LookUp, Place, nothing_beside
from docpipe.verify.letters import UNKNOWN, letters, quotes

REQUIRED, OPTIONAL, FORMULA = range(3)
"""What a character is: required in the output; one that the output may leave out, as markup; required, and part of a
formula, between whose characters the output has signs of its own."""

ANYWHERE = "*"
"""The unit of text that is drawn into other parts: that of charts and diagrams."""
ALTERNATIVES = "alt"
"""The unit of what stands in for pictures; it comes back as text only where a picture was cut."""

_NOTES = ("footnotes", "endnotes", "comments")
"""Parts that count by their usual names, even if no relationship leads to them."""
_INSERTED = "aFChunk"
_INSERTED_KINDS = {".htm": "html", ".html": "html", ".xhtml": "html", ".txt": "txt", ".md": "md"}
_RELATED = {
    "header": "",
    "footer": "",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "chart": ANYWHERE,
    "diagramData": ANYWHERE,
    _INSERTED: "",
}
_DAMAGE = (zipfile.BadZipFile, etree.XMLSyntaxError, ValueError, KeyError, OSError, LookupError)


class Unit:
    """A part, a page or a whole file: its counted characters, what each is, and where it stands."""

    def __init__(self, name: str, pdf: bool = False) -> None:
        self.name = name
        self.quotes: list[str] = []
        self.seams: list[int] = []
        """Where, in a PDF, one line or other stretch that is shown at once ends and the next begins."""
        self.kinds = bytearray()
        self.text = ""
        self._pdf = pdf
        self._texts: list[str] = []
        self._starts: list[int] = []
        self._places: list[Place] = []

    def add(self, text: str, place: Place, kind: int = REQUIRED) -> None:
        """Append a stretch of text."""
        counted = letters(text, self._pdf)
        if self._pdf:
            self.quotes += quotes(text)
        if not self._places or self._places[-1] != place:
            self._starts.append(len(self.kinds))
            self._places.append(place)
        self._texts.append(counted)
        self.kinds += bytes([kind]) * len(counted)

    def close(self) -> Unit:
        """The unit, ready to be compared."""
        self.text = "".join(self._texts)
        return self

    def place(self, offset: int) -> Place:
        """Where the character at `offset` stands."""
        return self._places[bisect_right(self._starts, offset) - 1]


def units(data: bytes, document: dict[str, Any], password: str, beside: LookUp) -> list[Unit]:
    """The text of a source, in order; `password` opens a protected PDF, `beside` finds what was saved with a page.

    Raises DocpipeError: ENCRYPTED, WRONG_PASSWORD if it does not, DAMAGED if the source cannot be opened.
    """
    source = document["source"]
    try:
        match source["format"]:
            case "docx":
                return _docx(data)
            case "pdf":
                return _pdf(data, document, password)
            case "html":
                return _html(_decoded(data, source), _Frames(_pages_beside(beside, source)))
            case "mhtml":
                return _single_file(data, source)
            case "md":
                return [_marked(_decoded(data, source), _MARKUP)]
            case _:
                return [_marked(_decoded(data, source), _DRAWN)]
    except _DAMAGE as error:
        raise DocpipeError(ErrorCode.DAMAGED, str(error), source["name"]) from error


def _decoded(data: bytes, source: dict[str, Any]) -> str:
    return data.decode(source.get("encoding") or "utf-8", "replace")


def _docx(data: bytes) -> list[Unit]:
    """A unit a part: the document, then what it relates to, each part once."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = {name.lower(): name for name in package.namelist()}
        waiting = [
            (kind, part, "body")
            for kind, part in _related(package, names, "")
            if kind == "officeDocument"
        ]
        seen = {part for _, part, _ in waiting}
        found: list[Unit] = []
        alternatives = Unit(ALTERNATIVES)
        while waiting:
            kind, part, name = waiting.pop(0)
            if part.lower() not in names:
                continue
            data = package.read(names[part.lower()])
            if kind == _INSERTED:
                found += _inserted(posixpath.basename(part), name, data)
                continue
            found.append(_part(data, name, alternatives))
            beside = posixpath.dirname(part)
            usual = [(note, posixpath.join(beside, f"{note}.xml")) for note in _NOTES]
            for related, target in [
                *_related(package, names, part),
                *(usual if name == "body" else []),
            ]:
                if related in _RELATED and target not in seen:
                    seen.add(target)
                    stem = posixpath.splitext(posixpath.basename(target))[0]
                    waiting.append((related, target, _RELATED[related] or stem))
    return [*found, alternatives.close()]


def _inserted(file: str, name: str, data: bytes) -> list[Unit]:
    """The text of an inserted file as one unit; none where its format is not one that is read."""
    suffix = posixpath.splitext(file)[1].lower()
    kind = "docx" if data.startswith(b"PK") else _INSERTED_KINDS.get(suffix)
    if kind is None:
        return []
    unit = Unit(name)
    for inner in units(data, {"source": {"format": kind, "name": file}}, "", nothing_beside):
        unit.add(inner.text, Place(part=name))
    return [unit.close()]


def _related(
    package: zipfile.ZipFile, names: dict[str, str], part: str
) -> Iterator[tuple[str, str]]:
    """Kind and target of a part's relationships (ECMA-376 part 2, 6.5); those of the package for ""."""
    folder, base = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", base + ".rels").lower()
    root = _xml(package.read(names[listing])) if listing in names else None
    for element in () if root is None else root:
        if isinstance(element.tag, str) and element.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
            yield element.get("Type", "").rpartition("/")[2], target.lstrip("/")


def _xml(data: bytes) -> etree._Element | None:
    # Without comments and instructions, the text on both sides of one is one text.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(data, parser)


def _part(data: bytes, name: str, alternatives: Unit) -> Unit:
    """The text of a part. Paragraphs are counted in the order of the XML; what stands in for pictures goes apart."""
    unit = Unit(name)
    root = _xml(data)
    stack = [] if root is None else [root]
    part = None if name == ANYWHERE else name
    paragraph = -1
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        namespace, _, tag = element.tag[1:].rpartition("}")
        paragraph += tag == "p"
        place = Place(part=part, paragraph=max(paragraph, 0))
        match tag:
            case "footnote" | "endnote" if _is_separator(element):
                continue
            case "AlternateContent":
                stack.extend(_chosen(element))
                continue
            case "ruby" | "sPre":
                stack.extend(child for child in reversed(element) if not _is_base(child))
                stack.extend(child for child in element if _is_base(child))
                continue
            case "t" | "delText":
                is_formula = namespace.endswith("/math")
                unit.add(element.text or "", place, FORMULA if is_formula else REQUIRED)
            case "v" if name == ANYWHERE and _is_in(element, "ser"):
                unit.add(element.text or "", place)
            case "textpath":
                unit.add(element.get("string", ""), place)
            case "docPr" | "cNvPr" | "shape":
                for attribute in ("descr", "title", "alt"):
                    alternatives.add(element.get(attribute, ""), place, OPTIONAL)
            case "noBreakHyphen":
                unit.add("\u2011", place)
            case "sym" if _is_code(element.get(f"{{{namespace}}}char", "")):
                unit.add(UNKNOWN, place)
            case "instrText" if "\\o" in (element.text or "").lower():
                # A field that draws a sign, as Word circles numbers.
                unit.add(UNKNOWN, place, OPTIONAL)
        stack.extend(reversed(element))
    return unit.close()


def _is_base(element: etree._Element) -> bool:
    """Whether this is what a ruby or a script before a letter belongs to."""
    tag = element.tag
    return isinstance(tag, str) and etree.QName(tag).localname in ("rubyBase", "e")


def _is_code(value: str) -> bool:
    """Whether a symbol's code is one; others show nothing."""
    return re.fullmatch(r"[0-9A-Fa-f]{1,6}", value.strip()) is not None


def _is_separator(note: etree._Element) -> bool:
    """Whether a note is none of the author's but the line that the program draws above notes (17.11.23)."""
    return any(
        str(name).endswith("}type") and kind != "normal" for name, kind in note.attrib.items()
    )


def _is_in(element: etree._Element, tag: str) -> bool:
    return next(element.iterancestors("{*}" + tag), None) is not None


def _chosen(alternate: etree._Element) -> list[etree._Element]:
    """The first choice, else the fallback (ECMA-376 part 3, 10.2)."""
    for tag in ("{*}Choice", "{*}Fallback"):
        branch = alternate.find(tag)
        if branch is not None:
            return [branch]
    return []


def _pdf(data: bytes, document: dict[str, Any], password: str) -> list[Unit]:
    """A unit a page that was read, named by its number."""
    by_pypdf = any("second engine" in warning["message"] for warning in document["warnings"])
    pages = _by_pdfium if by_pypdf else _by_pypdf
    wanted = document["source"].get("pages_read", [])
    found = []
    for number, lines in pages(data, password, document["source"]["name"], wanted):
        unit = Unit(str(number), pdf=True)
        for line in lines:
            unit.add(line, Place(page=number))
            unit.seams.append(len(unit.kinds))
        found.append(unit.close())
    return found


def _by_pdfium(
    data: bytes, password: str, name: str, wanted: Sequence[int]
) -> Iterator[tuple[int, list[str]]]:
    """The numbers and lines of the pages `wanted`, of all if that is empty."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data, password=password or None)
        for number in wanted or range(1, len(pdf) + 1):
            yield number, pdf[number - 1].get_textpage().get_text_range().splitlines()
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise _locked(password, name) from error
        raise ValueError(f"pdfium: {error}") from error


def _by_pypdf(
    data: bytes, password: str, name: str, wanted: Sequence[int]
) -> Iterator[tuple[int, list[str]]]:
    """The numbers of the pages `wanted`, of all if that is empty, and what each shows from left to right without going
    back, piece by piece: mostly lines."""
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    # What pypdf tells its log of odd fonts is no news to the user here.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not (reader.decrypt(password) or reader.decrypt("")):
            raise _locked(password, name)
        for number in wanted or range(1, len(reader.pages) + 1):
            lines = _Lines()
            page = reader.pages[number - 1]
            shown = _Strokes(page.get("/Resources", {}).get("/Properties", {}))
            page.extract_text(visitor_operand_before=shown.see, visitor_text=lines.see)
            yield number, lines.texts
    except (
        PyPdfError,
        DependencyError,
        TypeError,
        AttributeError,
        NotImplementedError,
        RecursionError,
    ) as error:
        raise ValueError(f"pypdf: {error}") from error


def _locked(password: str, name: str) -> DocpipeError:
    """Why a protected file cannot be opened."""
    return DocpipeError(ErrorCode.WRONG_PASSWORD if password else ErrorCode.ENCRYPTED, name=name)


class _Lines:
    """Joins what a page shows as long as each piece stands to the right of the one before."""

    def __init__(self) -> None:
        self.texts = [""]
        self._along = self._across = 0.0

    def see(self, text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        """Called with each piece of text, the page's and the text's matrix where it begins."""
        if not text.strip():
            return
        along, across = _line_point(cm, tm)
        first, *more = text.splitlines()
        if along > self._along and abs(across - self._across) <= _NEAR:
            self.texts[-1] += first
        else:
            self.texts.append(first)
        self.texts += more
        self._along, self._across = along, across


_NEAR = 1.5
"""Points within which two places are taken to be one."""


def _point(cm: list[float], tm: list[float]) -> tuple[float, float]:
    """Where on the page a text begins (ISO 32000-1, 9.4.4)."""
    return (
        tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
        tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
    )


def _line_point(cm: list[float], tm: list[float]) -> tuple[float, float]:
    """Where a text begins along its line and across it, which way the line may be turned."""
    x, y = _point(cm, tm)
    right, up = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    length = math.hypot(right, up) or 1.0
    return (x * right + y * up) / length, (y * right - x * up) / length


class _Strokes:
    """Puts the text that a page gives for glyphs (`ActualText`, ISO 32000-1, 14.9.4) in their place, and takes out glyphs
    that it shows again at the same place, as printers make them bold. `properties` are the page's named property lists.

    Only what is shown first after its place was set is known to stand there: pypdf does not move the place on.
    """

    def __init__(self, properties: Any) -> None:
        self._placed = False
        self._seen: dict[str, list[tuple[float, float]]] = {}
        self._properties = properties
        self._marked: list[str | None] = []

    def see(self, operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        """Called before each operation of a page's content, with the page's and the text's matrix."""
        self._mark(operator, operands)
        if operator in (b"BT", b"Tm", b"Td", b"TD", b"T*"):
            self._placed = True
        if operator not in (b"Tj", b"TJ") or not self._placed or not operands:
            return
        self._placed = False
        x, y = _point(cm, tm)
        before = self._seen.setdefault(repr(operands[0]), [])
        if any(abs(x - a) <= _NEAR and abs(y - b) <= _NEAR for a, b in before):
            operands[0] = type(operands[0])()
        before[:] = [*before[-20:], (x, y)]

    def _mark(self, operator: bytes, operands: list[Any]) -> None:
        """Follow marked content: the first that it shows becomes its text, the rest of it nothing."""
        if operator in (b"BMC", b"BDC"):
            inner = self._actual_text(operands[1]) if operator == b"BDC" else None
            around = self._marked[-1] if self._marked else None
            self._marked.append(inner if around is None else around)
        elif operator == b"EMC" and self._marked:
            self._marked.pop()
        elif operator in (b"Tj", b"TJ") and operands and self._marked:
            text = self._marked[-1]
            if text is not None:
                operands[0] = type(operands[0])([text]) if operator == b"TJ" else text
                self._marked = [None if own is None else "" for own in self._marked]

    def _actual_text(self, properties: Any) -> str | None:
        """The text given for what a property list marks; a hyphen that is only shown at a line's end is one all the same."""
        from pypdf.generic import create_string_object

        listed = self._properties.get(properties, {}) if isinstance(properties, str) else properties
        given = listed.get("/ActualText")
        text = str(create_string_object(given)) if isinstance(given, bytes) else given
        return text if text and letters(text, pdf=True) else None


_SKIPPED = frozenset(("script", "style", "template"))
_HEAD = _SKIPPED | {
    "html",
    "head",
    "base",
    "basefont",
    "bgsound",
    "link",
    "meta",
    "noscript",
    "title",
}
_RAW = frozenset(("xmp", "iframe", "noembed", "noframes"))
"""Elements whose content is text, whatever it looks like (13.1.2); scripts and styles the parser knows."""
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.I)
"""What ends a page is no text of it, even where it stands in one of these."""
_LIST_MARK = re.compile(r"mso-list\s*:\s*ignore", re.I)
"""What Word generates before an item, of which a bullet may come back as no text."""
# A comment may end at once, and one that is left open ends with the page (13.2.5.43 to 52).
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.S)
_DECLARATION = re.compile(r"<!\[[^>]*(?<!--)>")


_PAGE = re.compile(r"\.(?:html?|xhtml|shtml)(?:[?#]|$)", re.I)
_DEEPEST_FRAME = 10
"""Frames in frames are looked into so far."""


class _Frames:
    """Pages that came with a page, by the addresses by which its frames may name them, relative to `base`.

    `find` gives a page by its absolute address, as a list that loses it when it is taken: each page counts once.
    """

    def __init__(self, find: Callable[[str], list[str] | None], base: str = "") -> None:
        self._find = find
        self._base = base

    def take(self, address: str) -> str:
        """The page that is named so, "" if there is none or it was taken before."""
        page = self._find(_absolute(self._base, address)) if address else None
        return page.pop() if page else ""

    def inside(self, address: str) -> _Frames:
        """The pages that the frames of such a page may name."""
        return _Frames(self._find, _absolute(self._base, address) if address else self._base)


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _pages_beside(beside: LookUp, source: dict[str, Any]) -> Callable[[str], list[str] | None]:
    """Finds pages that lie beside the page that is the source."""
    pages: dict[int, list[str]] = {}
    encodings = (source.get("encoding") or "utf-8", "utf-8", "gb18030")

    def find(address: str) -> list[str] | None:
        data = beside(address) if _PAGE.search(address) else None
        if data is not None and id(data) not in pages:
            pages[id(data)] = [_text(data)]
        return None if data is None else pages[id(data)]

    def _text(data: bytes) -> str:
        for encoding in encodings:
            with suppress(UnicodeDecodeError):
                return data.decode(encoding)
        return data.decode("utf-8", "replace")

    return find


class _Body(HTMLParser):
    """Collects the text nodes of a page's body, with the lines they begin on, and what stands in for pictures.

    In a page that docpipe wrote, the labels of items are text, but may come back as what they are. The head ends with the first text or element that has no place in it (HTML Standard, 13.2.6.4.4); what stands in a
    noscript there, which a browser with scripts does not look into, does not end it.
    """

    def __init__(self, units: tuple[Unit, Unit], frames: _Frames, depth: int) -> None:
        super().__init__(convert_charrefs=True)
        self.unit, self.alternatives = units
        self._frames = frames
        self._depth = depth
        self._skipped: list[str] = []
        self._marks = 0
        self._own = self._label = False
        self._in_head = True
        self._without_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "noscript" and self._in_head:
            self._without_script = True
        elif not self._without_script:
            self._in_head = self._in_head and tag in _HEAD
        if tag in _SKIPPED or (tag == "title" and self._in_head):
            self._skipped.append(tag)
        elif tag in _RAW:
            self.set_cdata_mode(tag)
        if tag == "meta" and ("content", "docpipe") in attrs and ("name", "generator") in attrs:
            self._own = True
        if tag == "span" and self._own:
            self._label = ("class", "label") in attrs
        elif tag == "span" and (self._marks or _LIST_MARK.search(dict(attrs).get("style") or "")):
            self._marks += 1
        if tag in ("iframe", "frame"):
            self._show(dict(attrs))
        elif tag == "link" and ("id", "shLink") in attrs:
            self._show({"src": dict(attrs).get("href")})
        elif tag == "img":
            place = Place(line=self.getpos()[0])
            self.alternatives.add(dict(attrs).get("alt") or "", place, OPTIONAL)

    def _show(self, attributes: dict[str, str | None]) -> None:
        """Count what a frame shows: its `srcdoc`, or a page that came with this one, each such page once."""
        page, address = attributes.get("srcdoc"), ""
        if page is None:
            address = (attributes.get("src") or "").strip()
            page = self._frames.take(address)
        if page and self._depth < _DEEPEST_FRAME:
            frames = self._frames.inside(address)
            _feed(page, (self.unit, self.alternatives), frames, self._depth + 1)

    def parse_comment(self, i: int, report: bool = True) -> int:
        """Where the comment at `i` ends, of which the parser does not know all ways."""
        comment = _COMMENT.match(self.rawdata, i)
        return comment.end() if comment else -1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _RAW:
            super().handle_startendtag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            # The innermost of its name ends, with what was left open in it.
            del self._skipped[len(self._skipped) - 1 - self._skipped[::-1].index(tag) :]
        elif tag == "span" and self._label:
            self._label = False
        elif tag == "span" and self._marks:
            self._marks -= 1
        elif tag == "noscript":
            self._without_script = False
        elif tag == "head":
            self._in_head = False

    def handle_data(self, data: str) -> None:
        if not self._skipped and letters(data, pdf=False):
            self._in_head = self._in_head and self._without_script
            if self.cdata_elem:
                data = _PAGE_END.sub("", data)
            bullet = self._marks and len(data.strip()) == 1
            place = Place(line=self.getpos()[0])
            self.unit.add(data, place, OPTIONAL if bullet or self._label else REQUIRED)


# A script that writes a script does not end where that one does (13.2.5.31, script data double escaped state), but at the
# end of the comment around it; the parser knows only the first end.
_SCRIPT_IN_SCRIPT = re.compile(
    r"(?<=>)\s*<!--(?:(?!-->|<script\b).)*(?<=['\"])<script\b(?:(?!-->).)*-->(?=\s*</script)",
    re.S | re.I,
)


def _blank_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _html(text: str, frames: _Frames) -> list[Unit]:
    counted = Unit(""), Unit(ALTERNATIVES)
    _feed(text, counted, frames, 0)
    return [unit.close() for unit in counted]


def _feed(text: str, counted: tuple[Unit, Unit], frames: _Frames, depth: int) -> None:
    body = _Body(counted, frames, depth)
    # A declaration like those of XML is a comment here (13.2.5.42), which the parser does not know.
    text = _SCRIPT_IN_SCRIPT.sub(_blank_lines, text)
    body.feed(_DECLARATION.sub("", text))
    body.close()


def _single_file(data: bytes, source: dict[str, Any]) -> list[Unit]:
    """The page of a message (RFC 2557): what `start` names or its first page, with what its frames show."""
    message = email.message_from_bytes(data)
    pages = [part for part in message.walk() if "html" in part.get_content_type()]
    start = message.get_param("start")
    named = [page for page in pages if start and str(page.get("Content-ID")) == start]
    root = (named or pages)[0]
    base = root.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
    base = "".join(str(base).split())
    others: dict[str, list[str]] = {}
    for page in pages:
        if page is not root:
            text = _payload(page).decode(page.get_content_charset() or "utf-8", "replace")
            name = str(page.get("Content-ID", "")).strip().strip("<>")
            place = "".join(str(page.get("Content-Location", "")).split())
            held = [text]
            for address in filter(None, (f"cid:{name}" if name else "", place)):
                others.setdefault(_absolute(base, address), held)
    return _html(_decoded(_payload(root), source), _Frames(others.get, base))


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


# What draws something in a plain text, or stands before an item or a quoted line.
_DRAWN = re.compile(
    r"""
      ^[ \t>]*[-=~*|:+\u2014\u2500-\u257f][-=~*|:+\s\u2014\u2500-\u257f]*$   # rules, frames
    | (?<=\|)[ \t]*:?-+:?[ \t]*(?=\|) | [|\u2500-\u257f]                # strokes between cells
    | ^[ \t\u3000]*[-*•●○■□◆◇▪▸►➢➤✓·‣⁃](?=\s)                     # the sign of an item
    | ^(?:>[ ]?)+                                                     # a quoted line of a mail
    """,
    re.X | re.M,
)
# What Markdown says by signs (CommonMark 0.31; tables and notes as most programs write them).
_MARKUP = re.compile(
    r"""
      (?si:<(script|style|template)\b.*?(?:</\1\s*>|\Z))  # what no page shows
    | !\[(?:\\.|[^\]\\])*\]                              # what stands in for a picture
    | ^[ >]*(?:`{3,}|~{3,}).*$                            # a code fence
    | (?s:<!--.*?-->) | </?[A-Za-z][^<>]*>                # HTML
    | (?:^[ ]*(?:-|\#{1,6})[ ]|<li>)[^<\n]{1,30}<!--[ ]--> # a label that was generated
    | ^(?:[ \t>]*(?:[-+*]|\d{1,9}[.)])(?=\s))+(?:[ ]\#{1,6}(?=\s))?  # signs or numbers of items, and of a heading in one
    | ^[ ]{0,3}\[\^[^\]\n]+\]: | \[\^[^\]\n]+\]           # a note and its mark
    | ^[ ]{0,3}\[[^\]\n]+\]:.*$                           # an address given apart
    | (?<=\])\((?:\\.|[^()\n]|\([^()\n]*\))*\)            # a link's address
    | (?<=\])\[[^\]\n]*\]                                 # or its name
    | ^[ \t>|:=*_+-]+$                                    # rules
    | &(?:\#\d+|\#[xX][0-9a-fA-F]+|\w+);                  # a character's name
    | ^[ >]*\#{1,6}(?=\s) | \s\#+[ ]*$ | [*_~`|\[\]!\\]
    | [<>]                                                # brackets of an address, quotes
    """,
    re.X | re.M,
)


def _marked(text: str, markup: re.Pattern[str]) -> Unit:
    """A text of which what `markup` matches may be missing from the output."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    unit = Unit("")
    line, position = 1, 0
    for match in markup.finditer(text):
        line = _add_lines(unit, text[position : match.start()], REQUIRED, line)
        line = _add_lines(unit, match[0], OPTIONAL, line)
        if match[0].startswith("&"):
            unit.add(html.unescape(match[0]), Place(line=line), OPTIONAL)
        position = match.end()
    _add_lines(unit, text[position:], REQUIRED, line)
    return unit.close()


def _add_lines(unit: Unit, text: str, kind: int, line: int) -> int:
    """Add text that begins on a line; the line it ends on comes back."""
    for words in text.split("\n"):
        unit.add(words, Place(line=line), kind)
        line += 1
    return line - 1
