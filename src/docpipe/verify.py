"""Proves that nothing of a source was lost, doubled or invented: counts its characters without the readers.

The source's text is extracted anew by means of its own, per part of the package, page or file: DOCX `w:t`, `w:delText`,
`w:sym`, `a:t`, `m:t` and `textpath@string` of document, headers, footers, notes and comments (ECMA-376; of an
AlternateContent its first choice); PDF the text of the engine that did not read it; HTML the text nodes of the body outside
script, style and template; TXT all characters. The JSON's text is title, blocks, headings, notes and `removed`; labels that
a program generated are left out.

Both are compared as sequences, white space aside: the JSON's pieces (a paragraph, a cell, a cut …) are looked for in the
source in order; what one of them covers cannot be covered again. A piece may stand elsewhere than the reader put it (a text
box after its paragraph, a header after the body), but its own characters stand together and in order, or in a few runs of
at least `SHORTEST` characters where cuts and joins divided it. What no piece covers is missing; what finds no place is
invented, or doubled where it is in the source once.
"""

from __future__ import annotations

import io
import json
import logging
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode

SHORTEST = 4
"""The shortest run of characters that a divided piece may be matched by."""

_SEED = 8
_MARKUP = re.compile(r"[#*_`~>|\\\\\[\]!=-]")
_MARKED = re.compile(
    r"\](?<!\\\])\((?:\\.|[^()\\\s])*\)|<!--.*?-->|(?<!\\)</?[a-zA-Z][^>]*>|(?<!\\)\[\^[^\]]*\]:?",
    re.S,
)
_STROKES = re.compile(r"\||(?<=[|\s:])-+(?=[|\s:]|$)")
_QUOTES = re.compile("[“”‘’\"']")
_NOT_COUNTED = re.compile(r"[\s\u00ad\u200b\u200e\u200f\u2060\ufeff\x00-\x1f\x7f-\x9f]+")
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_TEXTS = {"t", "delText"}
_SKIPPED = {"script", "style", "template"}

Kind = Literal["missing", "doubled", "invented"]


class Finding(NamedTuple):
    """Text that is missing from the output, in it twice, or not in the source at all."""

    kind: Kind
    text: str


def verify(source: bytes, document: dict[str, Any]) -> list[Finding]:
    """Compare a source's bytes with its JSON document. Raises DocpipeError(DAMAGED) if the source cannot be opened."""
    form = document["source"]["format"]
    fold = form == "pdf"
    text = _letters(source_text(source, document), fold)
    pieces = [_letters(piece, fold) for piece in output_pieces(document)]
    if form == "md":
        # Markup and escapes are left out of both sides.
        text, pieces = _MARKUP.sub("", text), [_MARKUP.sub("", piece) for piece in pieces]
    if not fold:
        return _Ledger(text).account(pieces)
    bare = [_QUOTES.sub("", piece) for piece in pieces]
    found = _Ledger(_QUOTES.sub("", text)).account(bare)
    return [*found, *_counted(_QUOTES.findall(text), _QUOTES.findall("".join(pieces)))]


def _counted(before: list[str], after: list[str]) -> list[Finding]:
    """Quotation marks by number: in a PDF a fallback font often sets them, and each engine then puts them elsewhere."""
    missing, invented = Counter(before) - Counter(after), Counter(after) - Counter(before)
    findings = [Finding("missing", mark * number) for mark, number in sorted(missing.items())]
    return [*findings, *(Finding("invented", m * n) for m, n in sorted(invented.items()))]


def _letters(text: str, fold: bool) -> str:
    """What is compared: everything but white space and characters without a glyph.

    The engines for PDF differ in compatibility characters (ligatures, full-width forms), so these are folded there.
    """
    if fold:
        text = unicodedata.normalize("NFKC", text).replace("‐", "-").replace("•", "·")
    return _NOT_COUNTED.sub("", text)


class _Ledger:
    """The source's characters, and which of them the output has accounted for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._covered = bytearray(len(text))
        self._seeds: dict[str, list[int]] = defaultdict(list)
        for start in range(len(text) - _SEED + 1):
            self._seeds[text[start : start + _SEED]].append(start)

    def account(self, pieces: Iterable[str]) -> list[Finding]:
        """Match the pieces, the longest first, and report what is left over on either side."""
        ordered = sorted((piece for piece in pieces if piece), key=len, reverse=True)
        left = [piece for piece in ordered if not self._cover_whole(piece)]
        unmatched = [rest for piece in left for rest in self._cover_parts(piece)]
        return self._settled(unmatched)

    def _settled(self, unmatched: list[str]) -> list[Finding]:
        """What is left over on either side; a run left over on both only moved."""
        moved = Counter(unmatched) & Counter(f.text for f in self._missing())
        findings: list[Finding] = []
        for side in (self._missing(), [self._unplaced(rest) for rest in unmatched]):
            left = moved.copy()
            for finding in side:
                if left[finding.text]:
                    left[finding.text] -= 1
                else:
                    findings.append(finding)
        return findings

    def _cover_whole(self, piece: str) -> bool:
        for start in self._places(piece):
            if not any(self._covered[start : start + len(piece)]):
                self._covered[start : start + len(piece)] = b"\1" * len(piece)
                return True
        return False

    def _places(self, piece: str) -> Iterator[int]:
        """Where a piece stands in the source."""
        if len(piece) >= _SEED:
            for start in self._seeds.get(piece[:_SEED], ()):
                if self._text.startswith(piece, start):
                    yield start
            return
        start = self._text.find(piece)
        while start >= 0:
            yield start
            start = self._text.find(piece, start + 1)

    def _cover_parts(self, piece: str) -> list[str]:
        """Cover a divided piece run by run, each the longest that is free; the runs without a place come back."""
        rest: list[str] = []
        position, unplaced = 0, ""
        while position < len(piece):
            start, length = self._longest(piece, position)
            if length >= min(SHORTEST, len(piece)):
                self._covered[start : start + length] = b"\1" * length
                rest += [unplaced] if unplaced else []
                position, unplaced = position + length, ""
            else:
                unplaced += piece[position]
                position += 1
        return [*rest, unplaced] if unplaced else rest

    def _longest(self, piece: str, position: int) -> tuple[int, int]:
        """Start and length of the longest free run of the source that the piece has at this position."""
        best = (0, 0)
        seed = piece[position : position + SHORTEST]
        starts = self._seeds.get(piece[position : position + _SEED]) or self._places(seed)
        for tried, start in enumerate(starts):
            if tried > 2000:
                break
            length = 0
            while (
                position + length < len(piece)
                and start + length < len(self._text)
                and piece[position + length] == self._text[start + length]
                and not self._covered[start + length]
            ):
                length += 1
            if length > best[1]:
                best = (start, length)
        return best

    def _missing(self) -> list[Finding]:
        found = re.finditer(b"\0+", bytes(self._covered))
        return [Finding("missing", self._text[m.start() : m.end()]) for m in found]

    def _unplaced(self, rest: str) -> Finding:
        return Finding("doubled" if rest in self._text else "invented", rest)


def output_pieces(document: dict[str, Any]) -> Iterator[str]:
    """The texts of a JSON document that stand in its source: kept and removed ones."""
    if document["title"]:
        yield document["title"]
    stack: list[dict[str, Any]] = [document]
    while stack:
        node = stack.pop()
        yield from _node_pieces(node)
        stack.extend(reversed(node.get("sections", [])))
        stack.extend(reversed(_nested(node)))
    for note in document["notes"]:
        yield note["text"]
    for cut in document["removed"]:
        yield from re.split(r"[\t\n]", cut["text"])


def _nested(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks, items and cells below a node, in order."""
    below: list[dict[str, Any]] = list(node.get("blocks", []))
    below += node.get("items", [])
    cells = [cell for row in node.get("rows", []) for cell in row]
    # A cell's own text repeats that of its blocks.
    below += [
        {"blocks": cell["blocks"]} if cell.get("blocks") else {"type": "cell", **cell}
        for cell in cells
    ]
    return below


def _node_pieces(node: dict[str, Any]) -> Iterator[str]:
    if "heading" in node:
        label = "" if node.get("automatic") else node["label"]
        yield label + node["heading"]
    elif "text" in node and node.get("type") != "image":
        yield from node["text"].split("\n")


def source_text(data: bytes, document: dict[str, Any]) -> str:
    """The text of a source, extracted without its reader. Raises DocpipeError(DAMAGED)."""
    source = document["source"]
    try:
        match source["format"]:
            case "docx":
                return _docx_text(data)
            case "pdf":
                return _pdf_text(
                    data, by_pdfium=any(w["code"] == "partial" for w in document["warnings"])
                )
            case "html":
                return _html_text(data.decode(source.get("encoding") or "utf-8", "replace"))
            case "md":
                return _bare_markdown(data.decode(source.get("encoding") or "utf-8", "replace"))
            case _:
                text = data.decode(source.get("encoding") or "utf-8", "replace")
                # The strokes of a drawn table are its form, not its text.
                return re.sub(r"(?m)^\s*\|.*\|\s*$", lambda row: _STROKES.sub(" ", row[0]), text)
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        ValueError,
        KeyError,
        OSError,
        LookupError,
    ) as error:
        raise DocpipeError(ErrorCode.DAMAGED, str(error), source["name"]) from error


def _bare_markdown(text: str) -> str:
    """Markdown without link targets, note marks, tags and the labels of its lists."""
    text = re.sub(r"(?m)\A---\n.*?\n---\n", "", text, flags=re.S)
    text = _MARKED.sub(" ", text)
    return re.sub(r"(?m)^\s*(?:[-*+]|\d+[.)])\s", " ", text)


def _docx_text(data: bytes) -> str:
    """All text of the parts that hold some, part after part."""
    texts: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [
            n
            for n in package.namelist()
            if re.search(
                r"word/(?:document|header|footer|footnotes|endnotes|comments|diagrams/data|charts/chart)[^/]*\.xml$",
                n,
            )
        ]
        for name in names:
            parser = etree.XMLParser(
                resolve_entities=False, no_network=True, huge_tree=True, recover=True
            )
            root = etree.fromstring(package.read(name), parser)
            if root is not None:
                texts.extend(_part_texts(root))
    return "".join(texts)


def _part_texts(root: etree._Element) -> Iterator[str]:
    stack = [root]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        namespace, _, name = element.tag[1:].rpartition("}")
        if name == "AlternateContent" and namespace == _MC:
            first = next(iter(element), None)
            stack.extend([first] if first is not None else [])
            continue
        if name in _TEXTS and element.text:
            yield element.text
        elif name == "textpath" and element.get("string"):
            yield element.get("string", "")
        elif name == "noBreakHyphen":
            yield "\u2011"
        elif name == "sym":
            yield chr(int(element.get(f"{{{namespace}}}char", "0"), 16))
        stack.extend(reversed(element))


def _pdf_text(data: bytes, by_pdfium: bool) -> str:
    if by_pdfium:
        import pypdfium2

        pdf = pypdfium2.PdfDocument(data)
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    import pypdf

    # What pypdf tells its log of odd fonts is no news to the user here.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


class _Body(HTMLParser):
    """Collects the text nodes of a page's body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._skipped: list[str] = []
        self._in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped.append(tag)
        elif tag == "head":
            self._in_head = True
        elif tag in ("body", "div", "p", "table"):
            self._in_head = False

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            while self._skipped.pop() != tag:
                pass
        elif tag == "head":
            self._in_head = False

    def handle_data(self, data: str) -> None:
        if not self._skipped and not self._in_head:
            self.texts.append(data)


def _html_text(text: str) -> str:
    body = _Body()
    body.feed(text)
    body.close()
    return "".join(body.texts)


class Verdict(NamedTuple):
    """What was found for one source; `error` where it could not be compared."""

    path: str
    findings: list[Finding]
    error: DocpipeError | None = None


def verify_run(sources: Path, output: Path) -> Iterator[Verdict]:
    """Compare every JSON document of a run with its source, in the order of paths.

    `sources` is the input folder (or one file), `output` the run's folder, its `json` folder, or one JSON file.
    Raises DocpipeError(NOTHING_TO_CONVERT) if there is no JSON document.
    """
    folder = output / "json" if (output / "json").is_dir() else output
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.json"))
    documents = [json.loads(file.read_text("utf-8")) for file in files]
    published = [d for d in documents if isinstance(d, dict) and d.get("schema") == "docpipe/1"]
    if not published:
        raise DocpipeError(ErrorCode.NOTHING_TO_CONVERT, f"no JSON documents in {folder}")
    for document in sorted(published, key=lambda d: str(d["source"]["path"])):
        path = document["source"]["path"]
        file = sources if sources.is_file() else sources / path
        if sources.is_file() and sources.name != document["source"]["name"]:
            continue
        try:
            yield Verdict(path, verify(file.read_bytes(), document))
        except OSError as error:
            detail = error.strerror or str(error)
            yield Verdict(path, [], DocpipeError(ErrorCode.UNREADABLE, detail, path))
        except DocpipeError as error:
            yield Verdict(path, [], error)
