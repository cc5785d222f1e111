"""Opens the archive's file, for reading by many or writing by one, and says in docpipe's terms what is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docpipe.archive.copies import sketch_of_words
from docpipe.archive.tables import APPLICATION_ID, MIGRATIONS
from docpipe.archive.words import spaced
from docpipe.errors import DocpipeError, ErrorCode

FILE = "archive.db"

_CHECKPOINT = 16_384
"""Pages (4 KiB) of the write-ahead log from which it is written back: the index touches the same pages again and again."""
_STATEMENTS = 32
"""Statements that SQLite keeps compiled; those that fill the index are long and no two alike."""
_WAIT = 10.0
"""Seconds that a writer waits for another one."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT)
_UNWRITABLE = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
)


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection for reading; it sees one state, whatever is written meanwhile.

    Raises DocpipeError: ARCHIVE_MISSING, and those of `reported`. An archive of an older version is migrated first, which may
    take as long as filling it.
    """
    if not file.is_file():
        raise DocpipeError(ErrorCode.ARCHIVE_MISSING, name=str(file))
    with reported(file):
        database = _open_to_read(file)
        try:
            if _version(database, file) < len(MIGRATIONS):
                database.close()
                with writing(file):
                    pass
                database = _open_to_read(file)
            database.execute("BEGIN")
            yield database
        finally:
            database.close()


@contextmanager
def writing(file: Path, *, wait: float = _WAIT) -> Iterator[sqlite3.Connection]:
    """A connection for writing, to a new archive where there is none. Nothing is written outside of `transaction`.

    `wait` are the seconds to wait for another writer. Raises DocpipeError as `reported` and `unwritable` do.
    """
    with unwritable(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    with reported(file):
        database = sqlite3.connect(
            file, timeout=wait, isolation_level=None, cached_statements=_STATEMENTS
        )
        try:
            if _version(database, file) < len(MIGRATIONS):
                database.execute("PRAGMA journal_mode = WAL")
                _migrate(database)
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
            database.execute("PRAGMA foreign_keys = ON")
            yield database
        finally:
            database.close()


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All that is done inside is there afterwards, or nothing of it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


@contextmanager
def reported(file: Path) -> Iterator[None]:
    """Errors of SQLite as DocpipeError: ARCHIVE_LOCKED, ARCHIVE_DAMAGED (tables that are missing too), OUTPUT_NOT_WRITABLE."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _BUSY:
            raise DocpipeError(ErrorCode.ARCHIVE_LOCKED, str(error), str(file)) from error
        if code in _UNWRITABLE:
            raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, f"{file} ({error})") from error
        if code in _DAMAGED or "no such" in str(error):
            raise DocpipeError(ErrorCode.ARCHIVE_DAMAGED, str(error), str(file)) from error
        raise


@contextmanager
def unwritable(file: Path) -> Iterator[None]:
    """Errors of the file system, where a file or folder is written, as DocpipeError(OUTPUT_NOT_WRITABLE)."""
    try:
        yield
    except OSError as error:
        detail = f"{file}: {error.strerror or error}"
        raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, detail) from error


def _open_to_read(file: Path) -> sqlite3.Connection:
    address = file.absolute().as_uri()
    database = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=_WAIT, isolation_level=None)
    try:
        database.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # In a folder that cannot be written WAL needs a promise that nobody else writes.
        database.close()
        database = sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None)
    return database


def _version(database: sqlite3.Connection, file: Path) -> int:
    """The archive's version, 0 for a new file. Raises DocpipeError for a database that is no archive, or a newer one."""
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    application: int = database.execute("PRAGMA application_id").fetchone()[0]
    tables: int = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (tables or version):
        raise DocpipeError(ErrorCode.ARCHIVE_FOREIGN, name=str(file))
    if version > len(MIGRATIONS):
        raise DocpipeError(ErrorCode.ARCHIVE_NEWER, name=str(file))
    return version


def _migrate(database: sqlite3.Connection) -> None:
    database.create_function("spaced", 1, spaced, deterministic=True)
    database.create_function("sketched", 1, sketch_of_words, deterministic=True)
    with transaction(database):
        # Read again: another process may have done it while this one waited.
        done: int = database.execute("PRAGMA user_version").fetchone()[0]
        for migration in MIGRATIONS[done:]:
            for statement in migration:
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
