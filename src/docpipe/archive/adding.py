"""Fills the archive from JSON documents: idempotent, in small transactions, so that a killed run loses none that ended.

While one document is written the next ones are prepared in a second thread: SQLite and zlib let Python go on meanwhile.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TypeVar

from docpipe.archive import corrections
from docpipe.archive.corrections import Corrections
from docpipe.archive.database import transaction, writing
from docpipe.archive.parts import encoded
from docpipe.archive.preparing import FACTS, Prepared, prepare
from docpipe.archive.tables import DOCUMENT_COLUMNS
from docpipe.archive.words import spaced
from docpipe.errors import DocpipeError, ErrorCode

T = TypeVar("T")

_BATCH = 256
"""Documents in one transaction."""

_SECTION_ROW = (
    "INSERT INTO section (id, document_id, number, parent_id, name, level, heading, text, path, at, blocks)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SECTION_WORDS = "INSERT INTO section_fts (rowid, heading, text) VALUES (?, ?, ?)"
_SECTION_UNWORDS = (
    "INSERT INTO section_fts (section_fts, rowid, heading, text) VALUES ('delete', ?, ?, ?)"
)
_DOCUMENT_NAMES = ", ".join(DOCUMENT_COLUMNS)
_DOCUMENT_MARKS = ", ".join("?" * len(DOCUMENT_COLUMNS))
_DOCUMENT_WORDS = (
    f"INSERT INTO document_fts (rowid, {_DOCUMENT_NAMES}) VALUES (?, {_DOCUMENT_MARKS})"
)
_DOCUMENT_UNWORDS = f"INSERT INTO document_fts (document_fts, rowid, {_DOCUMENT_NAMES}) VALUES ('delete', ?, {_DOCUMENT_MARKS})"


class Added(NamedTuple):
    """What became of a run: documents put in, documents that were there, and files that are no JSON documents."""

    added: int
    there: int
    failures: tuple[DocpipeError, ...]


class Item(NamedTuple):
    """A JSON document on disk, and the SHA-256 of its bytes ("" if it is not known)."""

    file: Path
    digest: str = ""


def add(file: Path, paths: Sequence[Path], metadata: Sequence[Path] = ()) -> Added:
    """Put the JSON documents named by `paths`, and those in the folders among them, into the archive.

    `metadata` are CSV files with what the user knows better; those that do not exist are left out, and without any the
    archive keeps what it had. Raises DocpipeError: ARCHIVE_LOCKED, ARCHIVE_DAMAGED, ARCHIVE_FOREIGN, ARCHIVE_NEWER,
    OUTPUT_NOT_WRITABLE, BAD_METADATA, and UNREADABLE for a path that is not there.
    """
    known = corrections.load(metadata)
    items = [Item(json) for path in paths for json in _json_files(path)]
    total = Added(0, 0, ())
    with writing(file) as database:
        if known is not None:
            with transaction(database):
                correct(database, known)
        for batch in batches(items):
            done = _add_batch(database, batch)
            total = Added(
                total.added + done.added,
                total.there + done.there,
                (*total.failures, *done.failures),
            )
    return total


class Feed:
    """Takes the documents of a run as they are made. An error of the archive is told once, to `complain`, and ends it."""

    def __init__(
        self, file: Path, metadata: Sequence[Path], complain: Callable[[DocpipeError], None]
    ) -> None:
        self._file = file
        self._metadata: Sequence[Path] | None = metadata
        self._complain = complain
        self._waiting: list[Item] = []
        self._broken = False

    def put(self, file: Path, digest: str) -> None:
        """A JSON document that was written, or found unchanged; `digest` is the SHA-256 of its bytes."""
        self._waiting.append(Item(file, digest))
        if len(self._waiting) >= _BATCH:
            self._flush()

    def __enter__(self) -> Feed:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self._broken or not waiting:
            return
        try:
            self._add(waiting)
        except DocpipeError as error:
            self._broken = True
            self._complain(error)
        except Exception as error:  # noqa: BLE001 - the archive is an extra: its bugs must cost no file
            self._broken = True
            detail = f"{type(error).__name__}: {error}"
            self._complain(DocpipeError(ErrorCode.INTERNAL, detail, str(self._file)))

    def _add(self, items: Sequence[Item]) -> None:
        known = None if self._metadata is None else corrections.load(self._metadata)
        self._metadata = None
        with writing(self._file) as database:
            if known is not None:
                with transaction(database):
                    correct(database, known)
            for batch in batches(items):
                for failure in _add_batch(database, batch).failures:
                    self._complain(failure)


def _json_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*.json") if file.is_file())
    elif path.is_file():
        yield path
    else:
        raise DocpipeError(ErrorCode.UNREADABLE, "it is not there", str(path))


def batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _add_batch(database: sqlite3.Connection, items: Iterable[Item]) -> Added:
    """Put some documents in by one transaction."""
    there = 0
    failures: list[DocpipeError] = []
    new: list[tuple[bytes, str]] = []
    for item in items:
        try:
            data = b"" if _is_current(database, item.digest) else item.file.read_bytes()
        except OSError as error:
            detail = error.strerror or str(error)
            failures.append(DocpipeError(ErrorCode.UNREADABLE, detail, str(item.file)))
            continue
        if not data or _is_current(database, hashlib.sha256(data).hexdigest()):
            there += 1
        else:
            new.append((data, str(item.file)))
    if not new:
        return Added(0, there, tuple(failures))
    with transaction(database):
        wrong = put(database, new)
    return Added(len(new) - len(wrong), there, (*failures, *wrong))


def put(
    database: sqlite3.Connection, documents: Sequence[tuple[bytes, str]], current: bool = True
) -> list[DocpipeError]:
    """Put JSON documents (bytes, and a name for errors) in, as the versions that are searched if `current`.

    Returns an error for each that is no document.
    """
    known = read_corrections(database)
    failures = []
    with ThreadPoolExecutor(1) as helper:
        for prepared in helper.map(lambda one: prepare(one[0], known, one[1]), documents):
            if isinstance(prepared, DocpipeError):
                failures.append(prepared)
            else:
                _put(database, prepared, current)
    return failures


def _is_current(database: sqlite3.Connection, digest: str) -> bool:
    row = database.execute(
        "SELECT 1 FROM document WHERE digest = ? AND current", (digest,)
    ).fetchone()
    return row is not None


def _put(database: sqlite3.Connection, prepared: Prepared, current: bool) -> None:
    """Put a document in, unless it is there, as the version of its source that is searched if `current`."""
    if current:
        _retire(database, prepared.path)
    row = database.execute(
        "SELECT id FROM document WHERE path = ? AND digest = ?", (prepared.path, prepared.digest)
    ).fetchone()
    if row is None:
        database.execute(
            "INSERT OR IGNORE INTO content VALUES (?, ?)", (prepared.digest, prepared.packed)
        )
        query = "SELECT max(version) FROM document WHERE path = ?"
        id = _next(database, "SELECT max(id) FROM document")
        _insert(database, id, _next(database, query, prepared.path), prepared)
    else:
        id = row[0]
    if current:
        _index(database, id, prepared)


def _next(database: sqlite3.Connection, query: str, *values: str) -> int:
    highest: int | None = database.execute(query, values).fetchone()[0]
    return (highest or 0) + 1


def _insert(database: sqlite3.Connection, id: int, version: int, prepared: Prepared) -> None:
    """The rows of a document, not yet current and not in the index."""
    document, source = prepared.document, prepared.document.source
    values = {name: fact.value for name, (fact, _) in prepared.facts.items()}
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


def _index(database: sqlite3.Connection, id: int, prepared: Prepared) -> None:
    """Make a document the current version, put its words into the index, and note its sketch."""
    database.execute("UPDATE document SET current = 1 WHERE id = ?", (id,))
    # Not OR REPLACE: a statement that may undo itself makes FTS5 write out its buffer.
    database.execute("INSERT INTO sketch VALUES (?, ?)", (id, prepared.sketch))
    sections = database.execute(
        "SELECT id FROM section WHERE document_id = ? ORDER BY number", (id,)
    ).fetchall()
    database.executemany(
        _SECTION_WORDS,
        [(row[0], *words) for row, words in zip(sections, prepared.words, strict=True)],
    )
    database.execute(_DOCUMENT_WORDS, (id, *map(spaced, _described(database, id))))


def _retire(database: sqlite3.Connection, path: str) -> None:
    """Take the current version of a source out of the index."""
    row = database.execute("SELECT id FROM document WHERE path = ? AND current", (path,)).fetchone()
    if row is None:
        return
    id = row[0]
    rows = [
        (section, spaced(heading), spaced(text)) for section, heading, text in _texts(database, id)
    ]
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
    _retire(database, path)
    for id, version, current, packed in rows:
        database.execute("DELETE FROM document WHERE id = ?", (id,))
        prepared = prepare(zlib.decompress(packed), known, path)
        if isinstance(prepared, DocpipeError):
            raise prepared
        _insert(database, id, version, prepared)
        if current:
            _index(database, id, prepared)
