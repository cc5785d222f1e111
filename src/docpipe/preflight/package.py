"""Looks over the zip package of a Word document: its directory, its relationships, the kind of its main part.

The structure of a zip file is that of APPNOTE.TXT (4.3), part names and content types follow ECMA-376 part 2 (OPC).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits

_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_TYPES = "[content_types].xml"
_MARKS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_MAIN = re.compile(rb"""<Relationship\b[^>]*/officeDocument["'][^>]*>""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']/?([^"']+)["']""")
_OVERRIDE = rb"""<Override\b(?=[^>]*\bPartName\s*=\s*["']/?%s["'])[^>]*\bContentType\s*=\s*["']([^"']*)["']"""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


def check(data: bytes, name: str, limits: Limits) -> None:
    """Raises DocpipeError: TOO_LARGE by the zip limits; ENCRYPTED; DAMAGED for parts that overlap, share a name, declare a
    document type or entity, and where the content types are missing or say that it is no Word document.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE as error:
        raise DocpipeError(ErrorCode.DAMAGED, str(error), name) from error
    _check_directory(package, data, name, limits)
    texts = {}
    for entry in package.infolist():
        part = entry.filename.lower()
        # The reader refuses such a part itself when it reads it; what is read of these it forgives.
        if part.endswith(".rels") or part == _TYPES:
            texts[part] = text = _unpacked(package, entry)
            if any(mark in text for mark in _MARKS):
                detail = f"{entry.filename} declares a document type"
                raise DocpipeError(ErrorCode.DAMAGED, detail, name)
    _check_kind(texts.get(_TYPES), texts.get("_rels/.rels", b""), name)


def _check_directory(package: zipfile.ZipFile, data: bytes, name: str, limits: Limits) -> None:
    entries = package.infolist()
    if len(entries) > limits.zip_entries:
        raise _over(f"{len(entries)} zip entries", "zip-entries", limits.zip_entries, name)
    total = sum(entry.file_size for entry in entries)
    if total > limits.zip_bytes:
        raise _over(f"{total} bytes unpacked", "zip-bytes", limits.zip_bytes, name)
    seen = set()
    end_before = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.file_size > limits.part_bytes:
            found = f"{entry.filename} has {entry.file_size} bytes unpacked"
            raise _over(found, "part-bytes", limits.part_bytes, name)
        if entry.flag_bits & 1:
            raise DocpipeError(ErrorCode.ENCRYPTED, name=name)
        part = entry.filename.replace("\\", "/").lower()
        if part in seen:
            raise DocpipeError(ErrorCode.DAMAGED, f"two parts are called {entry.filename}", name)
        seen.add(part)
        if entry.header_offset < end_before:
            raise DocpipeError(ErrorCode.DAMAGED, f"{entry.filename} overlaps another part", name)
        end_before = _end(entry, data, name)
    if end_before > package.start_dir:
        raise DocpipeError(ErrorCode.DAMAGED, "a part overlaps the zip directory", name)


def _end(entry: zipfile.ZipInfo, data: bytes, name: str) -> int:
    """Where the data of an entry ends in the file."""
    try:
        header = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    except struct.error:
        header = (b"",)
    if header[0] != _LOCAL_MAGIC:
        raise DocpipeError(ErrorCode.DAMAGED, f"{entry.filename} has no header", name)
    return int(
        entry.header_offset + _LOCAL_HEADER.size + header[9] + header[10] + entry.compress_size
    )


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, never more than the directory declares; empty if it is broken, which the reader judges."""
    try:
        return package.read(entry)
    except _UNREADABLE:
        return b""


def _check_kind(types: bytes | None, relationships: bytes, name: str) -> None:
    """Word opens no package without content types, nor one whose main part is called a workbook."""
    if types is None:
        raise DocpipeError(ErrorCode.DAMAGED, "the part [Content_Types].xml is missing", name)
    main = _MAIN.search(relationships)
    target = _TARGET.search(main[0]) if main else None
    part = target[1] if target else b"word/document.xml"
    declared = re.search(_OVERRIDE % re.escape(part), types, re.I)
    if declared and b"word" not in declared[1].lower():
        kind = declared[1].decode("utf-8", "replace")
        raise DocpipeError(
            ErrorCode.DAMAGED, f"the main part is no Word document, but {kind}", name
        )


def _over(found: str, limit: str, most: int, name: str) -> DocpipeError:
    return DocpipeError(ErrorCode.TOO_LARGE, f"{found}; limits.{limit} is {most}", name)
