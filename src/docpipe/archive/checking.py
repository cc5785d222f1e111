"""Proves an archive: that it is whole, that texts are those of the JSON documents, and that the index holds just these texts."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from docpipe.archive.database import reading
from docpipe.archive.parts import encoded, parts
from docpipe.archive.tables import DOCUMENT_COLUMNS, SECTION_COLUMNS
from docpipe.archive.words import spaced
from docpipe.schema import DocumentJson

Kind = Literal["database", "reference", "content", "sections", "index"]

_SHADOWS = ("data", "idx", "docsize", "config")


class Finding(NamedTuple):
    """What is wrong, and with what."""

    kind: Kind
    detail: str


class Report(NamedTuple):
    """What was looked at, and what is wrong with it."""

    documents: int
    sections: int
    findings: tuple[Finding, ...]


def check(file: Path) -> Report:
    """Compare everything with everything; reads the whole archive and writes nothing to it.

    Raises DocpipeError as `database.reading` does.
    """
    with reading(file) as database:
        broken = list(_database(database))
        # What a damaged file says of its contents means nothing.
        findings = broken or [
            *_references(database),
            *_contents(database),
            *_index(database, "section", SECTION_COLUMNS),
            *_index(database, "document", DOCUMENT_COLUMNS),
        ]
        documents = database.execute("SELECT count(*) FROM document").fetchone()[0]
        sections = database.execute("SELECT count(*) FROM section").fetchone()[0]
    return Report(documents, sections, tuple(findings))


def _database(database: sqlite3.Connection) -> Iterator[Finding]:
    for (message,) in database.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Finding("database", message)


def _references(database: sqlite3.Connection) -> Iterator[Finding]:
    for table, row, parent, _ in database.execute("PRAGMA foreign_key_check"):
        yield Finding("reference", f"{table} {row} -> {parent}")


def _contents(database: sqlite3.Connection) -> Iterator[Finding]:
    """Each JSON document has the hash it is stored under, and the sections are its own."""
    rows = database.execute(
        "SELECT document.id, path, title, digest, json FROM document JOIN content USING (digest) ORDER BY path"
    )
    for id, path, title, digest, packed in rows:
        try:
            data = zlib.decompress(packed)
        except zlib.error as error:
            yield Finding("content", f"{path}: {error}")
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            yield Finding("content", f"{path}: SHA-256 {digest}")
            continue
        document = msgspec.json.decode(data, type=DocumentJson)
        expected = [
            (p.number, p.name, p.level, p.heading, p.text, *map(encoded, (p.path, p.at, p.blocks)))
            for p in parts(msgspec.structs.replace(document, title=title))
        ]
        stored = database.execute(
            "SELECT number, name, level, heading, text, path, at, blocks FROM section WHERE document_id = ? ORDER BY number",
            (id,),
        ).fetchall()
        if stored != expected:
            yield Finding("sections", path)
        if not title_is_known(database, id, title, document):
            yield Finding("content", f"{path}: title")


def title_is_known(
    database: sqlite3.Connection, id: int, title: str, document: DocumentJson
) -> bool:
    """Whether a document's title is its own, or what the user knew better."""
    row = database.execute(
        "SELECT value FROM metadata WHERE document_id = ? AND name = 'title'", (id,)
    ).fetchone()
    return title == (document.title if row is None else row[0])


def _index(database: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> Iterator[Finding]:
    """Let FTS5 compare a copy of its index, in a temporary table, with the words of the current versions."""
    fts = f"{table}_fts"
    database.create_function("spaced", 1, spaced, deterministic=True)
    words = ", ".join(f"spaced(s.{column}) AS {column}" for column in columns)
    current = (
        "s.current"
        if table == "document"
        else "s.document_id IN (SELECT id FROM main.document WHERE current)"
    )
    database.execute(
        f"CREATE TEMP VIEW {table} AS SELECT s.id AS id, {words} FROM main.{table} AS s WHERE {current}"
    )
    database.execute(
        f'CREATE VIRTUAL TABLE temp.{fts} USING fts5 ({", ".join(columns)}, content="{table}", content_rowid="id", tokenize="ascii")'
    )
    for shadow in _SHADOWS:
        database.execute(f"DELETE FROM temp.{fts}_{shadow}")
        database.execute(f"INSERT INTO temp.{fts}_{shadow} SELECT * FROM main.{fts}_{shadow}")
    try:
        database.execute(f"INSERT INTO temp.{fts} ({fts}, rank) VALUES ('integrity-check', 1)")
        counted = database.execute(f"SELECT count(*) FROM temp.{fts}_docsize").fetchone()[0]
        expected = database.execute(f"SELECT count(*) FROM temp.{table}").fetchone()[0]
        if counted != expected:
            yield Finding("index", f"{fts}: {counted} != {expected}")
    except sqlite3.DatabaseError as error:
        yield Finding("index", f"{fts}: {error}")
    finally:
        database.execute(f"DROP TABLE temp.{fts}")
        database.execute(f"DROP VIEW temp.{table}")
