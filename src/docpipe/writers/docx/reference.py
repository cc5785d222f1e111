"""Takes the look of a reference document: its styles, page, headers and footers, and nothing of its text.

What is taken is rebuilt from elements that only lay out and show: nothing that runs, loads or leads elsewhere passes
(macros, templates, fields but page numbers, embedded objects, controls, links, linked pictures).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits
from docpipe.writers.docx.look import OTHER_ROLES, PARAGRAPH_ROLES, Look, Page, Part
from docpipe.writers.docx.report import report_look
from docpipe.writers.docx.xml import DRAWING, RELATIONS, XML, part

Element = Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = f"{{{RELATIONS}}}"
_A = f"{{{DRAWING}/main}}"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
)


def read_reference(path: str, limits: Limits) -> bytes:
    """The bytes of a reference document. Raises DocpipeError(BAD_SETTINGS) that names it, if its look cannot be taken."""
    try:
        if Path(path).stat().st_size > limits.file_bytes:
            raise _bad(path, f"larger than limits.file-bytes = {limits.file_bytes}")
        data = Path(path).read_bytes()
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    _taken(data, path, limits.part_bytes, "en-US")
    return data


def reference_look(path: str, limits: Limits, language: str) -> Look:
    """The look of the reference document at `path`. Errors as for `read_reference`."""
    file = Path(path)
    try:
        state = file.stat()
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    data = _data(path, state.st_size, state.st_mtime_ns, limits)
    return _taken(data, path, limits.part_bytes, language)


@lru_cache(maxsize=2)
def _data(path: str, size: int, changed: int, limits: Limits) -> bytes:
    """The file in its state of `size` bytes, changed at `changed` (ns), read once for all documents."""
    return read_reference(path, limits)


def _bad(path: str, detail: str) -> DocpipeError:
    return DocpipeError(ErrorCode.BAD_SETTINGS, f"reference-doc: {detail}", path)


@lru_cache(maxsize=8)
def _taken(data: bytes, path: str, most: int, language: str) -> Look:
    try:
        return _Reference(data, most).look(language)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise _bad(path, f"not a usable DOCX ({error})") from error


class _Reference:
    """The package of a reference document. `most` limits the size of a part in bytes."""

    def __init__(self, data: bytes, most: int) -> None:
        self._package = zipfile.ZipFile(io.BytesIO(data))
        self._most = most
        self._main = self._target("", "officeDocument")
        self._pictures: dict[str, Part] = {}

    def look(self, language: str) -> Look:
        """What is taken, as a look of its own."""
        body = self._xml(self._main).find(_W + "body")
        if body is None:
            raise ValueError("no body")
        base = report_look(language.startswith("zh"), language)
        styles = self._styles(base)
        parts = [_part("styles", part(styles))]
        ids = _ids(styles)
        fonts = self._optional("fontTable")
        if fonts is not None:
            for embedded in [one for one in fonts.iter(etree.Element) if _R + "id" in one.attrib]:
                embedded.getparent().remove(embedded)
            parts.append(_part("fontTable", part(fonts)))
        theme = self._optional("theme")
        if theme is not None:
            parts.append(_theme_part(theme))
        section, margins = self._section(body.find(_W + "sectPr"))
        parts += margins
        return Look(
            page=_page(section),
            styles=ids,
            parts=(*parts, *self._pictures.values()),
            section=etree.tostring(section, encoding="unicode"),
            settings="<w:evenAndOddHeaders/>" if self._even_and_odd() else "",
            marks={role: _marks(styles, ids[role]) for role in _MARKED_ROLES},
        )

    def _read(self, name: str) -> bytes:
        if self._package.getinfo(name).file_size > self._most:
            raise ValueError(f"{name} is larger than limits.part-bytes = {self._most}")
        return self._package.read(name)

    def _xml(self, name: str) -> Element:
        root = etree.fromstring(self._read(name), _PARSER)
        if root.getroottree().docinfo.internalDTD is not None:
            raise ValueError(f"{name} has a document type")
        return root

    def _relations(self, name: str) -> Iterator[tuple[str, str, str]]:
        """The relationships of a part to other parts (ECMA-376-2, 9.3): id, type, and the name of the other part."""
        folder, _, file = name.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels".lstrip("/")
        if relations not in self._package.namelist():
            return
        for one in self._xml(relations):
            if one.get("TargetMode") != "External":
                target = posixpath.join("/" + folder, unquote(one.get("Target") or ""))
                kind = (one.get("Type") or "").rpartition("/")[2]
                yield one.get("Id") or "", kind, posixpath.normpath(target).lstrip("/")

    def _target(self, name: str, relation: str) -> str:
        """The name of the part to which a part has a relationship of this type. Raises KeyError."""
        for _, kind, target in self._relations(name):
            if kind == relation:
                return target
        raise KeyError(f"no {relation}")

    def _optional(self, relation: str) -> Element | None:
        try:
            return self._xml(self._target(self._main, relation))
        except KeyError:
            return None

    def _even_and_odd(self) -> bool:
        settings = self._optional("settings")
        return settings is not None and _is_on(settings.find(_W + "evenAndOddHeaders"))

    def _styles(self, base: Look) -> Element:
        """The styles without their numbering, which would add to the labels, and those of ours that are missing."""
        styles = self._xml(self._target(self._main, "styles"))
        for numbering in list(styles.iter(_W + "numPr")):
            numbering.getparent().remove(numbering)
        _clean(styles, {})
        default = _default(styles)
        known = _ids(styles)
        taken = {style.get(_W + "styleId") for style in styles.iter(_W + "style")}
        own = next(part.content for part in base.parts if part.relation == "styles")
        for style in etree.fromstring(own).iter(_W + "style"):
            role = style.get(_W + "styleId") or ""
            if role in base.styles and role not in known:
                if role in taken:
                    style.set(_W + "styleId", f"docpipe{role}")
                styles.append(_adapted(style, role, default))
        return styles

    def _section(self, given: Element | None) -> tuple[Element, list[Part]]:
        """The section properties that say how the page looks (17.6), and the headers and footers they refer to."""
        section = etree.Element(_W + "sectPr", nsmap={"w": _W[1:-1], "r": RELATIONS})
        parts: list[Part] = []
        if given is None:
            given = etree.Element(_W + "sectPr")
        targets = {id: target for id, _, target in self._relations(self._main)}
        for child in list(given):
            name = etree.QName(child).localname
            if name in ("headerReference", "footerReference"):
                target = targets.get(child.get(_R + "id") or "")
                if target is None:
                    continue
                kind = name.removesuffix("Reference")
                part = self._margin(target, kind, len(parts) + 1)
                child.set(_R + "id", part.id)
                parts.append(part)
            elif name not in _SECTION:
                continue
            _clean(child, {child.get(_R + "id"): ""})
            section.append(child)
        return section, parts

    def _margin(self, name: str, kind: str, number: int) -> Part:
        """A header or footer: what only shows, its pictures put into the package under names of ours."""
        root = self._xml(name)
        pictures = {
            id: target for id, relation, target in self._relations(name) if relation == "image"
        }
        kept: dict[str | None, str] = {}
        for id, target in pictures.items():
            suffix = target.rpartition(".")[2].lower()
            if suffix in _PICTURES and target in self._package.namelist():
                kept[id] = self._picture(target, suffix)
        _clean(root, kept)
        id = f"{kind}{number}"
        used = sorted({id for element in root.iter(etree.Element) for id in _references(element)})
        if used:
            relations = "".join(
                f'<Relationship Id="{one}" Type="{RELATIONS}/image" Target="media/{one}"/>'
                for one in used
            )
            text = (
                f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f"{relations}</Relationships>"
            )
            self._pictures[id] = Part(f"word/_rels/{id}.xml.rels", text.encode(), _PICTURES["rels"])
        return Part(f"word/{id}.xml", part(root), f"{_WORD_TYPE}.{kind}+xml", kind, id)

    def _picture(self, target: str, suffix: str) -> str:
        """The id, and name, of a picture in the package that is written."""
        if target not in self._pictures:
            number = sum(part.name.startswith("word/media/") for part in self._pictures.values())
            name = f"reference{number + 1}.{suffix}"
            content = self._read(target)
            self._pictures[target] = Part(f"word/media/{name}", content, _PICTURES[suffix])
        return self._pictures[target].name.rpartition("/")[2]


_PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
}
_SECTION = frozenset({
    "pgSz", "pgMar", "pgBorders", "pgNumType", "cols", "vAlign", "titlePg", "textDirection", "bidi",
    "docGrid",
})  # fmt: skip
_MARKED_ROLES = ("BodyText", "ListBullet", "ListNumber", "Caption", "TableText", "Hyperlink")


def _part(name: str, content: bytes) -> Part:
    return Part(f"word/{name}.xml", content, f"{_WORD_TYPE}.{name}+xml", name, name)


def _theme_part(theme: Element) -> Part:
    """The theme, for its fonts and colours; a fill by a picture becomes a plain one."""
    for fill in list(theme.iter(_A + "blipFill")):
        plain = etree.Element(_A + "solidFill")
        etree.SubElement(plain, _A + "schemeClr").set("val", "phClr")
        fill.getparent().replace(fill, plain)
    for extensions in list(theme.iter(_A + "extLst")):
        extensions.getparent().remove(extensions)
    return Part(
        "word/theme/theme1.xml",
        part(theme),
        "application/vnd.openxmlformats-officedocument.theme+xml",
        "theme",
        "theme",
    )


# What may stand in a header: text, tables, drawings and shapes, by namespace.
_SHOWING = frozenset(
    {
        _W[1:-1],
        f"{DRAWING}/main",
        f"{DRAWING}/picture",
        f"{DRAWING}/wordprocessingDrawing",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
        "http://schemas.microsoft.com/office/word/2010/wordml",
        "urn:schemas-microsoft-com:vml",
        "urn:schemas-microsoft-com:office:word",
    }
)
_ACTIVE = frozenset({
    "altChunk", "object", "objectEmbed", "objectLink", "control", "subDoc", "movie", "dataBinding",
    "hlinkClick", "hlinkHover", "hlinkMouseOver", "videoFile", "audioFile", "quickTimeFile",
    "wavAudioFile", "extLst", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "commentReference",
    "commentRangeStart", "commentRangeEnd", "footnoteReference", "endnoteReference",
    "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "del", "moveFrom",
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tcPrChange", "trPrChange",
    "tblGridChange", "numPr", "ffData", "fldData",
})  # fmt: skip
_UNWRAPPED = frozenset({"hyperlink", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTION|SECTIONPAGES|STYLEREF)\b", re.I)
_HANDLER = re.compile("on[a-z]{3,}", re.I)
_NOT_TAKEN = frozenset({"href", "target", "onclick", "macro", "action", "src"})


def _clean(root: Element, pictures: Mapping[str | None, str]) -> None:
    """Takes out of an element what does more than show; `pictures` gives the new id of each relationship that may stay."""
    _drop_fields(root)
    for element in list(root.iter(etree.Element)):
        if element is root:
            _clean_attributes(element, pictures)
            continue
        if element.getparent() is None:
            continue
        name = etree.QName(element)
        if name.namespace not in _SHOWING or name.localname in _ACTIVE:
            _remove(element)
        elif name.localname in _UNWRAPPED and name.namespace == _W[1:-1]:
            _unwrap(element)
        elif not _clean_attributes(element, pictures):
            _remove(element)


def _clean_attributes(element: Element, pictures: Mapping[str | None, str]) -> bool:
    """Takes out attributes that lead elsewhere; False if the element is nothing without one."""
    for attribute in list(element.attrib):
        name = etree.QName(attribute)
        if name.namespace == RELATIONS:
            new = pictures.get(element.get(attribute))
            if new is None:
                del element.attrib[attribute]
                return False
            if new:
                element.set(attribute, new)
        elif name.localname.lower() in _NOT_TAKEN or _HANDLER.match(name.localname):
            del element.attrib[attribute]
    return True


def _references(element: Element) -> Iterator[str]:
    return (
        str(value)
        for attribute, value in element.attrib.items()
        if etree.QName(attribute).namespace == RELATIONS
    )


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    position = parent.index(element)
    parent[position : position + 1] = list(element)


def _drop_fields(root: Element) -> None:
    """Keeps of fields (17.16) other than page numbers and headings only what they show."""
    for simple in list(root.iter(_W + "fldSimple")):
        if _FIELD.match(simple.get(_W + "instr") or "") is None:
            _unwrap(simple)
    open_fields: list[tuple[list[Element], list[str]]] = []
    for element in list(root.iter(_W + "fldChar", _W + "instrText")):
        if element.tag == _W + "instrText":
            if open_fields:
                open_fields[-1][0].append(element)
                open_fields[-1][1].append(element.text or "")
            else:
                _remove(element)
            continue
        kind = element.get(_W + "fldCharType")
        if kind == "begin":
            open_fields.append(([], []))
        if not open_fields:
            _remove(element)
            continue
        open_fields[-1][0].append(element)
        if kind == "end":
            marks, words = open_fields.pop()
            if _FIELD.match("".join(words)) is None:
                for mark in marks:
                    _remove(mark)
    for marks, _ in open_fields:
        for mark in marks:
            _remove(mark)


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(_W + "val", "1").lower() not in ("0", "false", "off")


_NAMES = {
    "BodyText": ("body text",),
    "ListBullet": ("list bullet", "compact"),
    "ListNumber": ("list number", "compact"),
    "TableText": ("table text", "compact"),
    "TableHeading": ("table heading",),
    "TableGrid": ("table", "table grid"),
    "FootnoteText": ("footnote text",),
    "FootnoteReference": ("footnote reference",),
    "Picture": ("picture", "captioned figure", "figure"),
    **{f"Heading{level}": (f"heading {level}", f"标题 {level}") for level in range(1, 10)},
    "Title": ("title", "标题"),
}


def _role_names(role: str) -> tuple[str, ...]:
    """The names, in lower case, under which a document may have the style of a role (17.7.4.9)."""
    return _NAMES.get(role, (role.lower(),))


def _ids(styles: Element) -> dict[str, str]:
    """The id of the style for each role that has one."""
    named: dict[tuple[str | None, str], str] = {}
    for style in styles.iter(_W + "style"):
        name = style.find(_W + "name")
        if name is not None:
            key = style.get(_W + "type"), (name.get(_W + "val") or "").lower()
            named.setdefault(key, style.get(_W + "styleId") or "")
    found = {}
    for role in (*PARAGRAPH_ROLES, *OTHER_ROLES):
        ids = [named.get((_TYPES.get(role, "paragraph"), name)) for name in _role_names(role)]
        if known := next(filter(None, ids), None):
            found[role] = known
    return found


_TYPES = {"TableGrid": "table", "FootnoteReference": "character", "Hyperlink": "character"}


def _default(styles: Element) -> str:
    """The id of the style of paragraphs that name none (17.7.4.17)."""
    for style in styles.iter(_W + "style"):
        if style.get(_W + "type") == "paragraph" and style.get(_W + "default", "0") in (
            "1",
            "true",
            "on",
        ):
            return style.get(_W + "styleId") or ""
    raise ValueError("no default paragraph style")


def _adapted(style: Element, role: str, default: str) -> Element:
    """A style of ours for a document that lacks it: based on its default style, in its fonts, plain text as it is."""
    for fonts in list(style.iter(_W + "rFonts")):
        fonts.getparent().remove(fonts)
    if style.get(_W + "type") != "paragraph":
        for based in style.findall(_W + "basedOn"):
            style.remove(based)
        return style
    if role == "BodyText":
        for name in ("pPr", "rPr"):
            for child in style.findall(_W + name):
                style.remove(child)
    for name in ("basedOn", "next", "link"):
        for child in style.findall(_W + name):
            style.remove(child)
    based = etree.Element(_W + "basedOn")
    based.set(_W + "val", default)
    style.find(_W + "name").addnext(based)
    return style


def _page(section: Element) -> Page:
    """The area for text: the page without its margins; of columns, the first."""
    size, margins, columns = (section.find(_W + name) for name in ("pgSz", "pgMar", "cols"))
    width, height = _twips(size, "w", 11906), _twips(size, "h", 16838)
    width -= sum(
        _twips(margins, name, 1440 if name != "gutter" else 0)
        for name in ("left", "right", "gutter")
    )
    height -= sum(abs(_twips(margins, name, 1440)) for name in ("top", "bottom"))
    count = max(1, _twips(columns, "num", 1))
    width = (width - (count - 1) * _twips(columns, "space", 720)) // count
    return Page(max(width, 1440), max(height, 1440))


def _twips(element: Element | None, name: str, otherwise: int) -> int:
    value = element.get(_W + name) if element is not None else None
    return (
        int(float(value)) if value and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", value) else otherwise
    )


_TOGGLES = {"b": "bold", "i": "italic", "strike": "strike"}


def _marks(styles: Element, style_id: str) -> frozenset[str]:
    """The marks that a style sets by itself or by those it is based on (17.7.2)."""
    by_id = {style.get(_W + "styleId"): style for style in styles.iter(_W + "style")}
    decided: dict[str, bool] = {}
    seen: set[str] = set()
    current = style_id
    layers: list[Element | None] = []
    while current in by_id and current not in seen:
        seen.add(current)
        style = by_id[current]
        layers.append(style.find(_W + "rPr"))
        based = style.find(_W + "basedOn")
        current = (based.get(_W + "val") or "") if based is not None else ""
    if by_id[style_id].get(_W + "type") == "paragraph":
        layers.append(styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))
    for layer in layers:
        for child in layer if layer is not None else ():
            name = etree.QName(child).localname
            if name in _TOGGLES:
                decided.setdefault(_TOGGLES[name], _is_on(child))
            elif name == "u":
                decided.setdefault("underline", child.get(_W + "val", "none") != "none")
    return frozenset(name for name, on in decided.items() if on)
