"""Hands the current documents on: one record a document, or one a piece of a section for retrieval systems.

A sink takes records in order (`Sink`); `SINKS` names those that write files. Another search service is another sink.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

import msgspec
from msgspec import Struct

from docpipe.archive.database import reading
from docpipe.archive.parts import Places
from docpipe.archive.words import BREAK, spaced

TOKENS = 512
"""The budget of a piece, in words of the index: Chinese characters, and words of other scripts."""

_FACTS = ("date", "period", "organization", "author", "document_number", "kind", "language")
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;\n])")


class DocumentRecord(Struct, frozen=True):
    """A document. `id` stays the same while the source keeps its path; `digest` changes with the content."""

    id: str
    digest: str
    source: str
    name: str
    format: str
    title: str
    metadata: dict[str, str]
    origins: dict[str, str]
    text: str


class SectionRecord(Struct, frozen=True):
    """A piece of a section: `section` are the headings down to it, `piece` counts the pieces of one section from 0."""

    id: str
    digest: str
    source: str
    title: str
    metadata: dict[str, str]
    section: tuple[str, ...]
    piece: int
    text: str
    at: Places


Record = DocumentRecord | SectionRecord


class Sink(Protocol):
    """Takes the records of an export, document by document. It is closed by leaving its context."""

    def put(self, source: str, digest: str, records: Iterable[Record]) -> None:
        """Take all records of one document."""


def record_id(source: str, section: str = "", piece: int = 0) -> str:
    """The id of a record: 32 hex digits for the source's path, then the section and the piece; far below 512 bytes."""
    return f"{_source_id(source)}-{section or 's0'}-{piece}"


def _source_id(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def export(file: Path, sink: Sink, *, sections: bool, tokens: int = TOKENS) -> int:
    """Give all current documents to a sink, ordered by path, and return how many. Raises DocpipeError as `reading` does."""
    count = 0
    with reading(file) as database:
        for source, digest, records in documents(database, sections=sections, tokens=tokens):
            sink.put(source, digest, records)
            count += 1
    return count


def documents(
    database: sqlite3.Connection, *, sections: bool, tokens: int
) -> Iterator[tuple[str, str, Iterator[Record]]]:
    """Path, digest and records of each current document, ordered by path."""
    rows = database.execute(
        f"SELECT id, path, digest, name, format, title, {', '.join(_FACTS)} FROM document WHERE current ORDER BY path"
    ).fetchall()
    for row in rows:
        values = zip(_FACTS, row[6:], strict=True)
        one = _Current._make((*row[:6], {fact: value for fact, value in values if value}))
        records = _pieces(database, one, tokens) if sections else _whole(database, one)
        yield one.path, one.digest, records


class _Current(NamedTuple):
    """What is known of a current document; `id` is that of its row."""

    id: int
    path: str
    digest: str
    name: str
    format: str
    title: str
    facts: dict[str, str]


def _whole(database: sqlite3.Connection, one: _Current) -> Iterator[Record]:
    origins = dict(
        database.execute(
            "SELECT name, origin FROM metadata WHERE document_id = ? ORDER BY name", (one.id,)
        ).fetchall()
    )
    rows = database.execute(
        "SELECT number, heading, text FROM section WHERE document_id = ? ORDER BY number", (one.id,)
    )
    lines = [line for number, heading, text in rows for line in (heading if number else "", text)]
    yield DocumentRecord(
        id=_source_id(one.path),
        digest=one.digest,
        source=one.path,
        name=one.name,
        format=one.format,
        title=one.title,
        metadata=one.facts,
        origins=origins,
        text="\n".join(filter(None, lines)),
    )


def _pieces(database: sqlite3.Connection, one: _Current, tokens: int) -> Iterator[Record]:
    rows = database.execute(
        "SELECT name, path, text, at, blocks FROM section WHERE document_id = ? ORDER BY number",
        (one.id,),
    )
    for name, headings, text, at, blocks in rows:
        starts = msgspec.json.decode(blocks, type=tuple[tuple[int, Places], ...])
        own = msgspec.json.decode(at, type=Places)
        section = msgspec.json.decode(headings, type=tuple[str, ...])
        for number, (start, piece) in enumerate(split(text, tokens)):
            place = [places for offset, places in starts if offset <= start]
            yield SectionRecord(
                id=record_id(one.path, name, number),
                digest=one.digest,
                source=one.path,
                title=one.title,
                metadata=one.facts,
                section=section,
                piece=number,
                text=piece,
                at=place[-1] if place else own,
            )


def split(text: str, tokens: int) -> Iterator[tuple[int, str]]:
    """The offsets and texts of pieces within a budget: whole lines where they fit, else sentences, else as it comes."""
    start = end = size = 0
    for part in _SENTENCE_END.split(text):
        begin, end = end, end + len(part)
        cost = _cost(part)
        if size and size + cost > tokens:
            yield start, text[start:begin].strip("\n")
            start, size = begin, 0
        size += cost
        while size > tokens:
            stop = start + _fitting(text[start:end], tokens)
            yield start, text[start:stop].strip("\n")
            start, size = stop, _cost(text[stop:end])
    if text[start:end].strip():
        yield start, text[start:end].strip("\n")


def _cost(text: str) -> int:
    return sum(word != BREAK for word in spaced(text).split())


def _fitting(text: str, tokens: int) -> int:
    """How many characters of a text fit into the budget; at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _cost(text[:middle]) <= tokens:
            low = middle
        else:
            high = middle - 1
    return low


class JsonLines:
    """Writes a line of JSON for each record."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def put(self, source: str, digest: str, records: Iterable[Record]) -> None:
        """Write the records of one document."""
        for record in records:
            self._stream.write(msgspec.json.encode(record) + b"\n")


class Csv:
    """Writes a row for each document, without its text; UTF-8 with a byte order mark, so that spreadsheets know it."""

    COLUMNS = ("source", "title", *_FACTS, "format", "digest", "id")

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._stream.write(b"\xef\xbb\xbf")
        self._row(self.COLUMNS)

    def put(self, source: str, digest: str, records: Iterable[Record]) -> None:
        """Write the row of one document."""
        for record in records:
            values: dict[str, Any] = msgspec.to_builtins(record)
            values.update(values["metadata"])
            self._row([values.get(column, "") for column in self.COLUMNS])

    def _row(self, cells: Iterable[str]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerow(cells)
        self._stream.write(text.getvalue().encode())


SINKS: dict[str, Callable[[BinaryIO], Sink]] = {
    "jsonl": JsonLines,
    "sections-jsonl": JsonLines,
    "csv": Csv,
}
