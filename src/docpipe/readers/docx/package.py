"""Opens the zip package of a Word document and finds its parts, forgiving what Word forgives.

Part names and relationships follow ECMA-376 part 2 (OPC). The list of content types is not needed: a part's kind
follows from the relationship that leads to it, so wrong or missing content types do no harm.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.readers.docx.names import STRICT_NAMESPACES, Element
from docpipe.settings import Limits

_STRICT = re.compile(rb"""(=\s*["'])http://purl\.oclc\.org/ooxml/([A-Za-z/]+)(["'])""")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=True,
    collect_ids=False,
    remove_comments=True,
    remove_pis=True,
)
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    ValueError,
)  # fmt: skip


class DocumentTypeError(DocpipeError):
    """A part that declares a document type: no program writes one, so the whole file is refused."""


class Relationship(NamedTuple):
    """A relationship: the last word of its type ("styles", "image"), and a part's name or an outside address."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of a package. Part names carry no leading slash and are found regardless of case (OPC)."""

    def __init__(self, data: bytes, limits: Limits, name: str) -> None:
        """Opens the package `data` of the file `name`.

        Raises DocpipeError: DAMAGED where it is no readable zip, TOO_LARGE where it is over a limit, ENCRYPTED.
        """
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _UNREADABLE as error:
            raise DocpipeError(ErrorCode.DAMAGED, str(error), name) from error
        entries = self._zip.infolist()
        _check_limits(entries, limits, name)
        self._entries = {_canonical(entry.filename).lower(): entry for entry in entries}
        self._relationships: dict[str, dict[str, Relationship]] = {}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._entries

    def read(self, part: str) -> bytes:
        """The bytes of a part. Raises DocpipeError(DAMAGED) where it is missing or cannot be unpacked."""
        entry = self._entries.get(part.lower())
        if entry is None:
            raise DocpipeError(ErrorCode.DAMAGED, f"the part {part} is missing", self._name)
        if entry.flag_bits & 1:
            raise DocpipeError(ErrorCode.ENCRYPTED, name=self._name)
        try:
            return self._zip.read(entry)
        except _UNREADABLE as error:
            raise DocpipeError(ErrorCode.DAMAGED, f"{part}: {error}", self._name) from error

    def xml(self, part: str) -> bytes:
        """The XML of a part, in transitional namespaces.

        Raises DocpipeError(DAMAGED) as `read` does, and where the part declares a document type, which OPC forbids
        (part 2) and which could make the text grow without bound.
        """
        data = self.read(part)
        if any(mark in data for mark in _DOCTYPES):
            detail = f"{part} declares a document type"
            raise DocumentTypeError(ErrorCode.DAMAGED, detail, self._name)
        return _STRICT.sub(_transitional, data) if b"purl.oclc.org" in data else data

    def root(self, part: str) -> Element:
        """The root element of a part. Raises DocpipeError(DAMAGED) as `xml` does, and where it is no XML."""
        return parsed(self.xml(part), part, self._name)

    def relationships(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part by id ("" is the package); empty where it has none or they are unreadable."""
        if part not in self._relationships:
            self._relationships[part] = self._read_relationships(part)
        return self._relationships[part]

    def related(self, part: str, kind: str) -> str | None:
        """The part that `part` refers to as `kind`, if it is there; else one of the usual name beside it."""
        for relationship in self.relationships(part).values():
            if (
                relationship.kind == kind
                and not relationship.external
                and relationship.target in self
            ):
                return relationship.target
        usual = posixpath.join(posixpath.dirname(part), f"{kind}.xml")
        return usual if usual in self else None

    def main_part(self) -> str:
        """The name of the document's main part. Raises DocpipeError(DAMAGED) where there is none."""
        for relationship in self.relationships("").values():
            if relationship.kind == "officeDocument" and relationship.target in self:
                return relationship.target
        for entry in self._entries.values():
            if re.fullmatch(r"word/document\d*\.xml", _canonical(entry.filename), re.I):
                return _canonical(entry.filename)
        raise DocpipeError(ErrorCode.DAMAGED, "the package has no document part", self._name)

    def _read_relationships(self, part: str) -> dict[str, Relationship]:
        folder, _, base = part.rpartition("/")
        source = posixpath.join(folder, "_rels", f"{base}.rels")
        if source not in self:
            return {}
        try:
            root = self.root(source)
        except DocpipeError:
            # Word repairs such a package by the usual names of the parts; so does `related`.
            return {}
        found = {}
        for element in root.iterchildren(tag=etree.Element):
            external = element.get("TargetMode") == "External"
            target = element.get("Target") or ""
            found[element.get("Id") or ""] = Relationship(
                kind=(element.get("Type") or "").rsplit("/", 1)[-1],
                target=target if external else _resolved(target, folder),
                external=external,
            )
        return found


def parsed(data: bytes, part: str, name: str) -> Element:
    """The root element of XML. Raises DocpipeError as `no_xml` says."""
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise no_xml(error, part, name) from error


def no_xml(error: etree.XMLSyntaxError, part: str, name: str) -> DocpipeError:
    """What a part of the file `name` is that cannot be parsed: TOO_LARGE by its depth, which libxml2 limits, else DAMAGED."""
    if "Excessive depth" in str(error):
        return DocpipeError(ErrorCode.TOO_LARGE, f"{part} is nested over 2,048 levels deep", name)
    return DocpipeError(ErrorCode.DAMAGED, f"{part}: {error}", name)


def _check_limits(entries: list[zipfile.ZipInfo], limits: Limits, name: str) -> None:
    """The sizes the directory declares bound what unpacking can yield: zipfile never reads past them."""
    if len(entries) > limits.zip_entries:
        raise DocpipeError(ErrorCode.TOO_LARGE, f"{len(entries)} zip entries", name)
    total = sum(entry.file_size for entry in entries)
    if total > limits.zip_bytes:
        raise DocpipeError(ErrorCode.TOO_LARGE, f"{total} bytes unpacked", name)
    for entry in entries:
        if entry.file_size > limits.part_bytes:
            detail = f"{entry.filename} has {entry.file_size} bytes unpacked"
            raise DocpipeError(ErrorCode.TOO_LARGE, detail, name)


def _canonical(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/")


def _resolved(target: str, folder: str) -> str:
    """A relationship's target as a part name: relative to its source's folder, or from the root (OPC)."""
    path = unquote(target.split("#", 1)[0]).replace("\\", "/")
    return _canonical(path if path.startswith("/") else posixpath.join(folder, path))


def _transitional(match: re.Match[bytes]) -> bytes:
    known = STRICT_NAMESPACES.get(match[2])
    if known is None:
        return match[0]
    return match[1] + b"http://schemas.openxmlformats.org/" + known + match[3]
