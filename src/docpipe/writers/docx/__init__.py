"""Writes a clean Word document (ECMA-376, transitional) that opens without repair and has real styles to edit by.

The document is built from the model alone, so nothing active of its source is in it. All times are fixed, so the same
document gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Document
from docpipe.settings import DocxSettings, Settings
from docpipe.writers.common import fact, is_chinese, language_tag, printable
from docpipe.writers.docx.body import Body
from docpipe.writers.docx.gbt9704 import official_look
from docpipe.writers.docx.look import Look, Part
from docpipe.writers.docx.reference import read_reference, reference_look
from docpipe.writers.docx.report import report_look
from docpipe.writers.docx.xml import RELATIONS, WORD, XML

__all__ = ["look_digest", "write"]

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FIXED_TIME = "2000-01-01T00:00:00Z"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write(document: Document, settings: Settings) -> bytes:
    """The document as DOCX. A picture that Word cannot show, or whose data is absent, leaves a frame with its alternative text.

    Raises DocpipeError(BAD_SETTINGS) for a reference document that cannot be read.
    """
    look = _look(document, settings)
    body = Body(document, look, settings.docx.numbering)
    body.fill()
    own = (
        Part("word/document.xml", body.document_xml(), f"{_WORD_TYPE}.document.main+xml"),
        _word_part("footnotes", body.notes_xml("footnote")),
        *([_word_part("endnotes", body.notes_xml("endnote"))] if body.endnotes else []),
        _word_part("numbering", body.numbering.xml()),
        _word_part("settings", _settings_xml(look)),
        Part(
            "docProps/core.xml",
            _core_xml(document),
            "application/vnd.openxmlformats-package.core-properties+xml",
        ),
        Part(
            "docProps/app.xml",
            _APP_XML,
            "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        ),
    )
    parts = (*own, *look.parts)
    contents = {part.name: part.content for part in parts}
    contents.update(body.media)
    contents["[Content_Types].xml"] = _content_types(parts, body.content_types)
    contents["_rels/.rels"] = _PACKAGE_RELATIONS
    contents["word/_rels/document.xml.rels"] = _relations(parts, body.relations)
    return _zip(contents)


def look_digest(settings: Settings) -> str:
    """SHA-256 (hex, 16 digits) over what shapes the look of a document: the settings, and the reference document's bytes.

    Raises DocpipeError(BAD_SETTINGS) for settings that exclude one another, or a reference document that cannot be used.
    """
    chosen = settings.docx
    _check(chosen)
    path = chosen.reference_doc
    reference = hashlib.sha256(read_reference(path, settings.limits)).hexdigest() if path else ""
    text = "\0".join((chosen.style, chosen.numbering, reference))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check(chosen: DocxSettings) -> None:
    if chosen.reference_doc and chosen.style != DocxSettings().style:
        detail = (
            f"style = {chosen.style} and reference-doc = {chosen.reference_doc} exclude one another"
        )
        raise DocpipeError(ErrorCode.BAD_SETTINGS, detail)


def _look(document: Document, settings: Settings) -> Look:
    """How this document is set: as a reference document, as an official one, or as a report in its language."""
    chosen = settings.docx
    _check(chosen)
    if chosen.reference_doc:
        return reference_look(chosen.reference_doc, settings.limits, _office_language(document))
    if chosen.style == "gbt9704":
        return official_look(_office_language(document))
    return report_look(is_chinese(document), _office_language(document))


def _word_part(name: str, content: bytes) -> Part:
    return Part(f"word/{name}.xml", content, f"{_WORD_TYPE}.{name}+xml", name, name)


def _content_types(parts: tuple[Part, ...], pictures: dict[str, str]) -> bytes:
    """What each part is (ECMA-376-2, 7.2.3): pictures by their suffix, other parts by their name."""
    suffixes = {
        "rels": _RELATIONS_TYPE,
        "xml": "application/xml",
        **{p.name.rpartition(".")[2]: p.media_type for p in parts if not p.name.endswith(".xml")},
        **pictures,
    }
    defaults = (
        f"<Default Extension={quoteattr(suffix)} ContentType={quoteattr(media_type)}/>"
        for suffix, media_type in suffixes.items()
    )
    overrides = (
        f"<Override PartName={quoteattr('/' + part.name)} ContentType={quoteattr(part.media_type)}/>"
        for part in parts
        if part.name.endswith(".xml")
    )
    inner = "".join((*defaults, *overrides))
    return f'{XML}<Types xmlns="{_PACKAGE}/content-types">{inner}</Types>'.encode()


_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


def _relations(parts: tuple[Part, ...], others: list[str]) -> bytes:
    """The relationships of the main part: to the parts it refers to, and to links and pictures."""
    own = (
        f'<Relationship Id={quoteattr(part.id)} Type="{RELATIONS}/{part.relation}"'
        f" Target={quoteattr(part.name.removeprefix('word/'))}/>"
        for part in parts
        if part.relation
    )
    inner = "".join((*own, *others))
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'.encode()


_PACKAGE_RELATIONS = (
    f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="document" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="app" Type="{RELATIONS}/extended-properties" Target="docProps/app.xml"/>'
    "</Relationships>"
).encode()


def _zip(parts: dict[str, bytes]) -> bytes:
    """A package whose bytes depend on its parts only; the content types come first, as ECMA-376-2 advises."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, parts[name])
    return stream.getvalue()


def _settings_xml(look: Look) -> bytes:
    """The settings part: the mode of Word 2013 and later, the footnote separators, and what the look asks for."""
    return (
        f'{XML}<w:settings {WORD}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>{look.settings}'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
        ' w:val="15"/></w:compat></w:settings>'
    ).encode()


def _core_xml(document: Document) -> bytes:
    """The core properties (ECMA-376-2, 11) with a fixed time."""
    values = (
        ("dc:title", printable(document.title)),
        ("dc:creator", fact(document, "author") or fact(document, "organization")),
        ("dc:language", language_tag(document)),
    )
    known = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values if value)
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{_FIXED_TIME}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f"{XML}<cp:coreProperties"
        f' xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{known}{times}</cp:coreProperties>"
    ).encode()


_APP_XML = (
    f"{XML}<Properties"
    ' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>docpipe</Application></Properties>"
).encode()

_LANGUAGES = {"en": "en-US", "zh": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "und": "en-US"}


def _office_language(document: Document) -> str:
    """The document's language as Word names it."""
    tag = language_tag(document)
    return _LANGUAGES.get(tag, tag)
