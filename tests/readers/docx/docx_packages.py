"""Builds small Word packages from fragments of XML, so that each test shows the very markup it is about."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

from docpipe.model import Document, Source
from docpipe.readers.docx import read
from docpipe.settings import Settings

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def xml(root: str, content: str) -> bytes:
    """A part with the root element `w:root`."""
    return f"<?xml version='1.0' encoding='UTF-8'?><w:{root} {NAMESPACES}>{content}</w:{root}>".encode()


def relationships(targets: Mapping[str, tuple[str, str]]) -> bytes:
    """A relationship part: id to (kind, target). A target with "://" is external."""
    items = "".join(
        f'<Relationship Id="{name}" Type="{_TYPE}{kind}" Target="{target}" '
        f'TargetMode="{"External" if "://" in target else "Internal"}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{items}</Relationships>'.encode()


def package(
    body: str,
    parts: Mapping[str, tuple[str, bytes]] | None = None,
    links: Mapping[str, tuple[str, str]] | None = None,
    before_body: str = "",
) -> bytes:
    """A package with `body` in its main part.

    `parts` maps a relationship id to (kind, bytes of the part), stored as word/<id>.xml or, with a dot in the id,
    under the id itself; `links` adds relationships without a part.
    """
    parts = parts or {}
    names = {name: name if "." in name else f"{name}.xml" for name in parts}
    targets = {name: (kind, names[name]) for name, (kind, _) in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _CONTENT_TYPES)
        file.writestr(
            "_rels/.rels", relationships({"rId1": ("officeDocument", "word/document.xml")})
        )
        file.writestr("word/document.xml", xml("document", f"{before_body}<w:body>{body}</w:body>"))
        file.writestr("word/_rels/document.xml.rels", relationships({**targets, **(links or {})}))
        for name, (_, data) in parts.items():
            file.writestr(f"word/{names[name]}", data)
    return buffer.getvalue()


def source(data: bytes) -> Source:
    """The source that a package's bytes are."""
    return Source("a.docx", "a.docx", "docx", data, hashlib.sha256(data).hexdigest())


def read_bytes(data: bytes, settings: Settings | None = None) -> Document:
    """The document of a package."""
    return read(source(data), settings or Settings())


def read_body(
    body: str,
    parts: Mapping[str, tuple[str, bytes]] | None = None,
    links: Mapping[str, tuple[str, str]] | None = None,
    before_body: str = "",
) -> Document:
    """The document of a package built from these."""
    return read_bytes(package(body, parts, links, before_body))


def run(text: str, properties: str = "") -> str:
    """A run."""
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    """A paragraph; content without markup becomes one run."""
    inner = content if content.startswith("<") or not content else run(content)
    marks = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{marks}{inner}</w:p>"
