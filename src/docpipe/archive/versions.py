"""Writes documents into the archive: the rows of each version, and the words of the current ones in the index.

All is done within a transaction of the caller.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime

from docpipe.archive.corrections import Corrections
from docpipe.archive.parts import encoded
from docpipe.archive.preparing import FACTS, Prepared, prepare
from docpipe.archive.tables import DOCUMENT_COLUMNS
from docpipe.archive.words import spaced
from docpipe.errors import DocpipeError

Pending = dict[int, list[tuple[int, str, str]]]
"""Words that are not in the index yet: id of a document -> id, heading and text of its sections."""

_ROWS = 8192
"""Rows that one statement puts into the index."""

_SECTION_ROW = (
    "INSERT INTO section (id, document_id, number, parent_id, name, level, heading, text, path, at, blocks)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SECTION_WORDS = "INSERT INTO section_fts (rowid, heading, text) VALUES "
_SECTION_UNWORDS = (
    "INSERT INTO section_fts (section_fts, rowid, heading, text) VALUES ('delete', ?, ?, ?)"
)
_DOCUMENT_NAMES = ", ".join(DOCUMENT_COLUMNS)
_DOCUMENT_MARKS = ", ".join("?" * len(DOCUMENT_COLUMNS))
_DOCUMENT_WORDS = (
    f"INSERT INTO document_fts (rowid, {_DOCUMENT_NAMES}) VALUES (?, {_DOCUMENT_MARKS})"
)
_DOCUMENT_UNWORDS = f"INSERT INTO document_fts (document_fts, rowid, {_DOCUMENT_NAMES}) VALUES ('delete', ?, {_DOCUMENT_MARKS})"


def put(
    database: sqlite3.Connection, documents: Iterable[Prepared], current: bool = True
) -> Pending:
    """Put documents in, unless they are there, as the versions of their sources that are searched if `current`.

    Returns what `index` must take before the transaction ends.
    """
    pending: Pending = {}
    for prepared in documents:
        if current:
            _retire(database, prepared.path, pending)
        id = _known(database, prepared)
        if id is None:
            id = _next(database, "SELECT max(id) FROM document")
            version = _next(
                database, "SELECT max(version) FROM document WHERE path = ?", prepared.path
            )
            _insert(database, id, version, prepared)
        if current:
            pending[id] = _make_current(database, id, prepared)
    return pending


def index(database: sqlite3.Connection, pending: Pending) -> None:
    """Put words into the index.

    By as few statements as can be: they are long, and meanwhile Python has its lock back for other threads.
    """
    rows = [row for words in pending.values() for row in words]
    most = min(_ROWS, database.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // 3)
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        marks = ", ".join(["(?, ?, ?)"] * len(some))
        database.execute(_SECTION_WORDS + marks, [cell for row in some for cell in row])


def retire(database: sqlite3.Connection, path: str) -> None:
    """Take the current version of a source, if there is one, out of the index; its rows stay."""
    _retire(database, path, {})


def _known(database: sqlite3.Connection, prepared: Prepared) -> int | None:
    """The id of a document that is there."""
    row = database.execute(
        "SELECT id FROM document WHERE path = ? AND digest = ?", (prepared.path, prepared.digest)
    ).fetchone()
    return None if row is None else int(row[0])


def _next(database: sqlite3.Connection, query: str, *values: str) -> int:
    highest: int | None = database.execute(query, values).fetchone()[0]
    return (highest or 0) + 1


def _insert(database: sqlite3.Connection, id: int, version: int, prepared: Prepared) -> None:
    """The rows of a document, not yet current and not in the index."""
    document, source = prepared.document, prepared.document.source
    values = {name: fact.value for name, (fact, _) in prepared.facts.items()}
    database.execute(
        "INSERT OR IGNORE INTO content VALUES (?, ?)", (prepared.digest, prepared.packed)
    )
    database.execute(
        "INSERT INTO document VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            id,
            prepared.digest,
            source.path,
            version,
            datetime.now(UTC).isoformat(timespec="seconds"),
            source.name,
            source.format,
            source.bytes,
            source.sha256,
            prepared.title,
            prepared.language,
            *(values.get(name, "") for name in FACTS),
        ),
    )
    database.executemany(
        "INSERT INTO metadata VALUES (?, ?, ?, ?, ?, ?)",
        [
            (id, name, fact.value, fact.text, encoded(fact.at), origin)
            for name, (fact, origin) in prepared.facts.items()
        ],
    )
    database.executemany(
        "INSERT INTO removed (document_id, text, reason, rule, confidence, block, at, because)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (id, r.text, r.reason, r.rule, r.confidence, r.block, encoded(r.at), r.because)
            for r in document.removed
        ],
    )
    first = _next(database, "SELECT max(id) FROM section")
    database.executemany(
        _SECTION_ROW,
        [
            (
                first + part.number,
                id,
                part.number,
                None if part.parent is None else first + part.parent,
                part.name,
                part.level,
                part.heading,
                part.text,
                encoded(part.path),
                encoded(part.at),
                encoded(part.blocks),
            )
            for part in prepared.parts
        ],
    )


def _make_current(
    database: sqlite3.Connection, id: int, prepared: Prepared
) -> list[tuple[int, str, str]]:
    """Make a document the version that is searched; returns the words of its sections, which are not in the index yet."""
    database.execute("UPDATE document SET current = 1 WHERE id = ?", (id,))
    # Not OR REPLACE: a statement that may undo itself makes FTS5 write out its buffer.
    database.execute("INSERT INTO sketch VALUES (?, ?)", (id, prepared.sketch))
    database.execute(_DOCUMENT_WORDS, (id, *map(spaced, _described(database, id))))
    sections = database.execute(
        "SELECT id FROM section WHERE document_id = ? ORDER BY number", (id,)
    ).fetchall()
    return [(row[0], *words) for row, words in zip(sections, prepared.words, strict=True)]


def _retire(database: sqlite3.Connection, path: str, pending: Pending) -> None:
    """Take the current version of a source out of the index, or out of what is pending for it."""
    row = database.execute("SELECT id FROM document WHERE path = ? AND current", (path,)).fetchone()
    if row is None:
        return
    id = row[0]
    if pending.pop(id, None) is None:
        rows = [(s, spaced(heading), spaced(text)) for s, heading, text in _texts(database, id)]
        database.executemany(_SECTION_UNWORDS, rows)
    database.execute(_DOCUMENT_UNWORDS, (id, *map(spaced, _described(database, id))))
    database.execute("DELETE FROM sketch WHERE document_id = ?", (id,))
    database.execute("UPDATE document SET current = 0 WHERE id = ?", (id,))


def _texts(database: sqlite3.Connection, id: int) -> list[tuple[int, str, str]]:
    return database.execute(
        "SELECT id, heading, text FROM section WHERE document_id = ? ORDER BY id", (id,)
    ).fetchall()


def _described(database: sqlite3.Connection, id: int) -> tuple[str, ...]:
    row: tuple[str, ...] = database.execute(
        f"SELECT {_DOCUMENT_NAMES} FROM document WHERE id = ?", (id,)
    ).fetchone()
    return row


def read_corrections(database: sqlite3.Connection) -> Corrections:
    """What the user knows better, as the archive holds it."""
    found: Corrections = {}
    for path, name, value in database.execute("SELECT path, name, value FROM correction"):
        found.setdefault(path, {})[name] = value
    return found


def correct(database: sqlite3.Connection, known: Corrections) -> None:
    """Let these be all that the user knows better, and bring the documents they concern in line, old versions too."""
    before = read_corrections(database)
    if before == known:
        return
    database.execute("DELETE FROM correction")
    database.executemany(
        "INSERT INTO correction VALUES (?, ?, ?)",
        [(path, name, value) for path, row in known.items() for name, value in row.items()],
    )
    changed = [path for path in {*before, *known} if before.get(path) != known.get(path)]
    for path in sorted(changed):
        _describe_anew(database, path, known)


def _describe_anew(database: sqlite3.Connection, path: str, known: Corrections) -> None:
    rows = database.execute(
        "SELECT id, version, current, json FROM document JOIN content USING (digest) WHERE path = ?",
        (path,),
    ).fetchall()
    retire(database, path)
    for id, version, current, packed in rows:
        database.execute("DELETE FROM document WHERE id = ?", (id,))
        prepared = prepare(zlib.decompress(packed), known, path)
        if isinstance(prepared, DocpipeError):
            raise prepared
        _insert(database, id, version, prepared)
        if current:
            index(database, {id: _make_current(database, id, prepared)})
