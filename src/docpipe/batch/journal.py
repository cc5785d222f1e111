"""Remembers what earlier runs made, so that a run converts only what is new, changed or failed.

One SQLite file in the output's workspace. For each source it holds the last receipt and the cuts in context, for each
target file what it was made from. A run holds the journal for itself alone, which also keeps two runs out of one output folder.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import msgspec
from msgspec import Struct

from docpipe.batch.jobs import Excerpt, Receipt
from docpipe.errors import DocpipeError, ErrorCode

_VERSION = 2
_TABLES = (
    "DROP TABLE IF EXISTS source",
    "DROP TABLE IF EXISTS target",
    "DROP TABLE IF EXISTS excerpt",
    """CREATE TABLE source (
        path TEXT PRIMARY KEY, outcome TEXT NOT NULL, receipt TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE target (
        path TEXT NOT NULL, format TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
        content TEXT NOT NULL, settings TEXT NOT NULL, rules TEXT NOT NULL, version TEXT NOT NULL,
        PRIMARY KEY (path, format)
    ) WITHOUT ROWID""",
    "CREATE TABLE excerpt (path TEXT PRIMARY KEY, excerpts BLOB NOT NULL)",
)
IN_MEMORY = ":memory:"


class Recipe(Struct, frozen=True):
    """What besides the source decides the bytes of a target: docpipe's version, and digests of settings and rules."""

    settings: str
    rules: str
    version: str


class Made(Struct, frozen=True):
    """A target file, relative to the output, and what it was made from: content (SHA-256) and recipe."""

    file: str
    content: str
    recipe: Recipe


class Journal:
    """The journal in `file`, or a new one that is forgotten at the end (`IN_MEMORY`).

    Opening it raises DocpipeError: OUTPUT_IN_USE if another run holds it, OUTPUT_NOT_WRITABLE if it cannot be written.
    A journal of another version of docpipe is begun anew.
    """

    def __init__(self, file: Path | str) -> None:
        with _reported(file):
            self._database = sqlite3.connect(file, timeout=1.0, isolation_level=None)
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("BEGIN EXCLUSIVE")
            if self._database.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                for statement in _TABLES:
                    self._database.execute(statement)
            # Written each time, so that a journal that cannot be written shows now, not after the first file.
            self._database.execute(f"PRAGMA user_version = {_VERSION}")
            self._database.execute("COMMIT")
        self._file = file

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def receipt(self, path: str) -> Receipt | None:
        """The last receipt of a source that was converted or failed, if there was one."""
        row = self._database.execute(
            "SELECT receipt FROM source WHERE path = ?", (path,)
        ).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Receipt)

    def excerpts(self, path: str) -> tuple[Excerpt, ...]:
        """The cuts in context that came with the last receipt of a source."""
        row = self._database.execute(
            "SELECT excerpts FROM excerpt WHERE path = ?", (path,)
        ).fetchone()
        if row is None:
            return ()
        return msgspec.json.decode(zlib.decompress(row[0]), type=tuple[Excerpt, ...])

    def failed(self) -> frozenset[str]:
        """The paths of all sources that failed when last tried."""
        rows = self._database.execute("SELECT path FROM source WHERE outcome = 'failed'")
        return frozenset(path for (path,) in rows)

    def made(self, path: str) -> dict[str, Made]:
        """The target files made of a source, by format."""
        rows = self._database.execute(
            "SELECT format, file, content, settings, rules, version FROM target WHERE path = ?",
            (path,),
        )
        return {row[0]: Made(row[1], row[2], Recipe(*row[3:])) for row in rows}

    def record(self, receipt: Receipt, recipe: Recipe) -> None:
        """Note a receipt of a source that was converted or failed: all of it, or nothing if the run dies meanwhile.

        Raises DocpipeError(OUTPUT_NOT_WRITABLE), for instance when the disk is full.
        """
        text = msgspec.json.encode(msgspec.structs.replace(receipt, excerpts=())).decode()
        excerpts = zlib.compress(msgspec.json.encode(receipt.excerpts))
        with _reported(self._file), self._database:
            self._database.execute("BEGIN")
            self._database.execute(
                "INSERT OR REPLACE INTO source VALUES (?, ?, ?)",
                (receipt.path, receipt.outcome, text),
            )
            self._database.execute(
                "INSERT OR REPLACE INTO excerpt VALUES (?, ?)", (receipt.path, excerpts)
            )
            self._database.executemany(
                "INSERT OR REPLACE INTO target VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        receipt.path,
                        target.format,
                        target.file,
                        target.sha256,
                        receipt.sha256,
                        recipe.settings,
                        recipe.rules,
                        recipe.version,
                    )
                    for target in receipt.targets
                ],
            )


@contextmanager
def _reported(file: Path | str) -> Iterator[None]:
    """Database errors as DocpipeError."""
    try:
        yield
    except sqlite3.Error as error:
        busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        code = ErrorCode.OUTPUT_IN_USE if busy else ErrorCode.OUTPUT_NOT_WRITABLE
        raise DocpipeError(code, f"{file} ({error})") from error
