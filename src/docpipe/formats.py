"""The table of formats: names, suffixes, how content is recognised, and who reads and writes it.

Readers and writers are named, not imported, so that knowing a format costs nothing. A reader is
`read(source: Source, settings: Settings) -> Document`; a writer is `write(document: Document, settings: Settings) -> bytes`.
"""

from __future__ import annotations

import codecs
import importlib
import io
import re
import zipfile
from collections.abc import Callable
from typing import NamedTuple, cast

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Document, Source
from docpipe.settings import Settings

Reader = Callable[[Source, Settings], Document]
Writer = Callable[[Document, Settings], bytes]


class Format(NamedTuple):
    """One row of the table. `reader` and `writer` are "module:function", or None where there is none."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    media_type: str
    reader: str | None
    writer: str | None


FORMATS: tuple[Format, ...] = (
    Format(
        "docx",
        "Word document",
        (".docx", ".docm", ".dotx", ".dotm"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docpipe.readers.docx:read",
        "docpipe.writers.docx:write",
    ),
    Format("pdf", "PDF", (".pdf",), "application/pdf", "docpipe.readers.pdf:read", None),
    Format(
        "html",
        "web page",
        (".html", ".htm", ".xhtml", ".shtml"),
        "text/html",
        "docpipe.readers.html:read",
        "docpipe.writers.html:write",
    ),
    Format(
        "mhtml",
        "single-file web page",
        (".mht", ".mhtml"),
        "multipart/related",
        "docpipe.readers.html.mhtml:read",
        None,
    ),
    Format(
        "md",
        "Markdown",
        (".md", ".markdown"),
        "text/markdown",
        "docpipe.readers.markdown:read",
        "docpipe.writers.markdown:write",
    ),
    Format(
        "txt",
        "plain text",
        (".txt", ".text"),
        "text/plain",
        "docpipe.readers.text:read",
        "docpipe.writers.text:write",
    ),
    Format(
        "json",
        "docpipe JSON",
        (".json",),
        "application/json",
        "docpipe.readers.json:read",
        "docpipe.writers.json:write",
    ),
)

BY_NAME = {row.name: row for row in FORMATS}
BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}
TARGETS = tuple(row.name for row in FORMATS if row.writer)

LEGACY_SUFFIXES = (".doc", ".dot", ".wps", ".wpt")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    rb"(?:<!--.*?-->|<\?xml[^>]*>|\s)*<(?:!doctype\s+html|html|head|body|meta|title|div|p|table)\b",
    re.I | re.S,
)
# The header of a message whose content is a page or parts that belong together (RFC 5322, 2.2; RFC 2557, 5).
_FIELDS = re.compile(rb"\A\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+")
_MESSAGE = re.compile(
    rb"^Content-Type:\s*(?:multipart/(?:related|alternative)|text/html)\b", re.I | re.M
)
_ELSEWHERE = {
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG picture",
    b"\xff\xd8\xff": "JPEG picture",
    b"GIF8": "GIF picture",
    b"\x1f\x8b": "gzip archive",
    b"Rar!": "RAR archive",
    b"7z\xbc\xaf\x27\x1c": "7-Zip archive",
    b"II*\x00": "TIFF picture",
    b"MM\x00*": "TIFF picture",
    b"\x7fELF": "program",
    b"MZ": "program",
}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_UTF16 = ("utf-16-le", "utf-16-be")
_USUAL = re.compile("[\t\n\r -~\u2010-\u2026\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r\x1b")


def named(name: str) -> Format | None:
    """The format that a file name's suffix promises, or None."""
    dot = name.rfind(".")
    return BY_SUFFIX.get(name[dot:].lower()) if dot >= 0 else None


def detect(name: str, data: bytes) -> Format:
    """The format of `data`: by content first, by the suffix of `name` second.

    Raises DocpipeError: EMPTY_FILE, ENCRYPTED or LEGACY_WORD for OLE containers, UNKNOWN_FORMAT otherwise.
    """
    if not data:
        raise DocpipeError(ErrorCode.EMPTY_FILE, name=name)
    promised = named(name)
    if data.startswith(_OLE):
        raise _ole_error(name, data)
    if data[:1024].find(b"%PDF-") >= 0:
        return BY_NAME["pdf"]
    if _is_message(data):
        return BY_NAME["mhtml"]
    if data.startswith(b"PK"):
        return _zip_format(name, data, promised)
    for magic, title in _ELSEWHERE.items():
        if data.startswith(magic):
            raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, title, name)
    return _text_format(name, data, promised)


def _is_message(data: bytes) -> bool:
    """Whether this is a web page in a mail message, as browsers and Word save it."""
    fields = _FIELDS.match(data[:16384])
    return (
        fields is not None
        and b"mime-version:" in fields[0].lower()
        and _MESSAGE.search(fields[0]) is not None
    )


def _ole_error(name: str, data: bytes) -> DocpipeError:
    """An OLE container is an encrypted OOXML package ([MS-OFFCRYPTO] 2.3) or a binary document ([MS-DOC])."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return DocpipeError(ErrorCode.ENCRYPTED, name=name)
    if "WordDocument".encode("utf-16-le") in data or name.lower().endswith(LEGACY_SUFFIXES):
        return DocpipeError(ErrorCode.LEGACY_WORD, name=name)
    return DocpipeError(ErrorCode.UNKNOWN_FORMAT, "OLE compound file", name)


def _zip_format(name: str, data: bytes, promised: Format | None) -> Format:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DocpipeError(ErrorCode.DAMAGED, f"{error}", name) from error
    if any(part.lower().startswith("word/") for part in names):
        return BY_NAME["docx"]
    kinds = {
        "xl/": "Excel workbook",
        "ppt/": "PowerPoint presentation",
        "content.xml": "OpenDocument",
        "META-INF/": "zip archive",
    }
    for prefix, title in kinds.items():
        if any(part.startswith(prefix) for part in names):
            raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, title, name)
    if promised and promised.name == "docx":
        raise DocpipeError(ErrorCode.DAMAGED, "the package holds no Word document", name)
    raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, "zip archive", name)


def _text_format(name: str, data: bytes, promised: Format | None) -> Format:
    head = data[:4096]
    if promised and promised.name in ("md", "txt", "json", "html"):
        if promised.name in ("txt", "md") and _HTML_START.match(head.removeprefix(_BOMS[0])):
            return BY_NAME["html"]
        page = promised.name == "html" and _HTML_START.match(head.removeprefix(_BOMS[0]))
        if promised.name == "json" or page or _is_text(head) or _may_be_text(head):
            return promised
    elif _is_text(head):
        return BY_NAME["html"] if _HTML_START.match(head.removeprefix(_BOMS[0])) else BY_NAME["txt"]
    raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, "binary data", name)


def _is_text(head: bytes) -> bool:
    """Text of any encoding: a byte order mark, or hardly any control bytes (UTF-16 has zero bytes at one parity)."""
    if head.startswith(_BOMS):
        return True
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8 and min(even, odd) <= len(head) // 64:
        return True
    control = len(head) - len(head.translate(None, _CONTROL))
    return control <= len(head) // 100


def _may_be_text(head: bytes) -> bool:
    """What a name that promises text makes believable: UTF-8 with a stray control byte, or UTF-16 that is mostly Chinese
    and so has hardly any zero bytes."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return any(_is_mostly_usual(head.decode(codec, "ignore")) for codec in _UTF16)
    control = len(head) - len(head.translate(None, _CONTROL))
    return control <= len(head) // 8


def _is_mostly_usual(text: str) -> bool:
    """Whether nine of ten characters are ASCII or Chinese; of random bytes, taken as UTF-16, a third would be."""
    return len(_USUAL.findall(text)) * 10 >= len(text) * 9


def reader(row: Format) -> Reader:
    """The function that reads this format."""
    return cast(Reader, _load(row.reader))


def writer(name: str) -> Writer:
    """The function that writes the format called `name`. Raises DocpipeError(UNKNOWN_FORMAT) if none does."""
    row = BY_NAME.get(name)
    if row is None or row.writer is None:
        raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, f"{name} (targets are: {', '.join(TARGETS)})")
    return cast(Writer, _load(row.writer))


def _load(path: str | None) -> object:
    if path is None:
        raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, "it can be written but not read")
    module, _, function = path.partition(":")
    return getattr(importlib.import_module(module), function)
