"""Remembers what earlier runs made, so that a run converts only what is new, changed or failed; and how far a run has come.

One SQLite file in the output's workspace. For each source it holds its state in the run, the last receipt with what it was
made from, and the cuts in context; for each target file what it was made from. A run that is killed at any instant leaves a
journal that says nothing false: a target counts as made only when it is noted, and it is noted after it was published.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec
from msgspec import Struct

from docpipe.batch.jobs import GIVEN_UP, Excerpt, Receipt
from docpipe.errors import DocpipeError, ErrorCode

_VERSION = 3
_TABLES = (
    "DROP TABLE IF EXISTS source",
    "DROP TABLE IF EXISTS target",
    "DROP TABLE IF EXISTS excerpt",
    "DROP TABLE IF EXISTS run",
    # outcome to memory are of the last receipt, and NULL before the first; time is of the last change, in Unix seconds.
    """CREATE TABLE source (
        path TEXT PRIMARY KEY, file TEXT NOT NULL, bytes INTEGER NOT NULL, state TEXT NOT NULL, time REAL NOT NULL,
        outcome TEXT, receipt TEXT, sha256 TEXT, settings TEXT, rules TEXT, version TEXT, limits TEXT,
        attempts INTEGER, seconds REAL, memory INTEGER
    ) WITHOUT ROWID""",
    """CREATE TABLE target (
        path TEXT NOT NULL, format TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
        content TEXT NOT NULL, settings TEXT NOT NULL, rules TEXT NOT NULL, version TEXT NOT NULL,
        PRIMARY KEY (path, format)
    ) WITHOUT ROWID""",
    "CREATE TABLE excerpt (path TEXT PRIMARY KEY, excerpts BLOB NOT NULL)",
    "CREATE TABLE run (process INTEGER NOT NULL, started REAL NOT NULL, ended REAL)",
)
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
IN_MEMORY = ":memory:"

State = Literal["queued", "working", "done", "away"]
"""Of a source in the last run: "away" is one that the run did not take."""


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


class Queued(Struct, frozen=True):
    """A source that a run takes: its path, the absolute path of its file, its size in bytes."""

    path: str
    file: str
    bytes: int


class GivenUp(Struct, frozen=True):
    """Content (SHA-256) that a run gave up, and why."""

    content: str
    why: str


class Journal:
    """The journal in `file`, or a new one that is forgotten at the end (`IN_MEMORY`).

    Opening it raises DocpipeError(OUTPUT_NOT_WRITABLE) if it cannot be written. A journal of another version of docpipe is
    begun anew; so is one that is damaged, which is kept beside it as `.damaged` (`rebuilt` says so).
    """

    def __init__(self, file: Path | str) -> None:
        self.rebuilt = False
        self._file = file
        with _reported(file):
            try:
                self._open()
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                    raise
                self._set_aside()
                self._open()

    def _open(self) -> None:
        # Whoever reads meanwhile (`status`) must not stop the run.
        self._database = sqlite3.connect(self._file, timeout=10.0, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        if self._database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            error = sqlite3.DatabaseError("quick_check")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        self._database.execute("BEGIN EXCLUSIVE")
        if self._database.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            for statement in _TABLES:
                self._database.execute(statement)
        # Written each time, so that a journal that cannot be written shows now, not after the first file.
        self._database.execute(f"PRAGMA user_version = {_VERSION}")
        self._database.execute("COMMIT")

    def _set_aside(self) -> None:
        self._database.close()
        os.replace(self._file, f"{self._file}.damaged")
        for suffix in ("-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        self.rebuilt = True

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def begin(self, queued: Iterable[Queued]) -> None:
        """Note that a run begins with these sources. Raises DocpipeError(OUTPUT_NOT_WRITABLE)."""
        now = time.time()
        with _reported(self._file), self._database:
            self._database.execute("BEGIN")
            self._database.execute("DELETE FROM run")
            self._database.execute("INSERT INTO run VALUES (?, ?, NULL)", (os.getpid(), now))
            self._database.execute("UPDATE source SET state = 'away'")
            self._database.executemany(
                "INSERT INTO source (path, file, bytes, state, time) VALUES (?, ?, ?, 'queued', ?) "
                "ON CONFLICT (path) DO UPDATE SET "
                "file = excluded.file, bytes = excluded.bytes, state = 'queued', time = excluded.time",
                [(one.path, one.file, one.bytes, now) for one in queued],
            )

    def end(self) -> None:
        """Note that the run has ended."""
        with _reported(self._file):
            self._database.execute("UPDATE run SET ended = ?", (time.time(),))

    def mark(self, path: str, state: State) -> None:
        """Note how far a source has come. Raises DocpipeError(OUTPUT_NOT_WRITABLE)."""
        with _reported(self._file):
            self._database.execute(
                "UPDATE source SET state = ?, time = ? WHERE path = ?", (state, time.time(), path)
            )

    def receipt(self, path: str) -> Receipt | None:
        """The last receipt of a source that was converted or failed, if there was one."""
        row = self._database.execute(
            "SELECT receipt FROM source WHERE path = ?", (path,)
        ).fetchone()
        if row is None or row[0] is None:
            return None
        return msgspec.json.decode(row[0], type=Receipt)

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

    def files(self) -> dict[str, str]:
        """All sources that were ever taken: by path the absolute path of the file."""
        return dict(self._database.execute("SELECT path, file FROM source"))

    def given_up(self, path: str, recipe: Recipe, limits: str) -> GivenUp | None:
        """What was given up of a source under the same recipe and limits (a digest)."""
        receipt = self.receipt(path)
        row = self._database.execute(
            "SELECT settings, rules, version, limits FROM source WHERE path = ?", (path,)
        ).fetchone()
        if receipt is None or receipt.code not in GIVEN_UP or not receipt.sha256:
            return None
        return GivenUp(receipt.sha256, receipt.detail) if row == (*_key(recipe), limits) else None

    def rates(self) -> dict[str, float]:
        """Seconds per byte of what was converted, by the suffix of the file's name in lower case."""
        rows = self._database.execute(
            "SELECT path, seconds, bytes FROM source WHERE outcome = 'converted' AND bytes > 0"
        )
        sums: dict[str, tuple[float, int]] = {}
        for path, seconds, size in rows:
            suffix = os.path.splitext(path)[1].lower()
            spent, read = sums.get(suffix, (0.0, 0))
            sums[suffix] = (spent + seconds, read + size)
        return {suffix: spent / read for suffix, (spent, read) in sums.items()}

    def made(self, path: str) -> dict[str, Made]:
        """The target files made of a source, by format."""
        rows = self._database.execute(
            "SELECT format, file, content, settings, rules, version FROM target WHERE path = ?",
            (path,),
        )
        return {row[0]: Made(row[1], row[2], Recipe(*row[3:])) for row in rows}

    def forget(self, path: str) -> None:
        """Forget a source and its targets. Raises DocpipeError(OUTPUT_NOT_WRITABLE)."""
        with _reported(self._file), self._database:
            self._database.execute("BEGIN")
            for table in ("source", "target", "excerpt"):
                self._database.execute(f"DELETE FROM {table} WHERE path = ?", (path,))

    def record(self, receipt: Receipt, recipe: Recipe, limits: str = "") -> None:
        """Note a receipt of a source that was converted or failed: all of it, or nothing if the run dies meanwhile.

        `limits` is the digest of the limits under which it was made.
        Raises DocpipeError(OUTPUT_NOT_WRITABLE), for instance when the disk is full.
        """
        text = msgspec.json.encode(msgspec.structs.replace(receipt, excerpts=())).decode()
        excerpts = zlib.compress(msgspec.json.encode(receipt.excerpts))
        made_from = (receipt.sha256, *_key(recipe), limits)
        spent = (receipt.attempts, receipt.seconds, receipt.memory)
        with _reported(self._file), self._database:
            self._database.execute("BEGIN")
            self._database.execute(
                "INSERT INTO source VALUES (?, ?, 0, 'done', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (path) DO UPDATE SET state = 'done', time = excluded.time, "
                "outcome = excluded.outcome, receipt = excluded.receipt, sha256 = excluded.sha256, "
                "settings = excluded.settings, rules = excluded.rules, version = excluded.version, "
                "limits = excluded.limits, attempts = excluded.attempts, seconds = excluded.seconds, "
                "memory = excluded.memory",
                (
                    receipt.path,
                    receipt.file,
                    time.time(),
                    receipt.outcome,
                    text,
                    *made_from,
                    *spent,
                ),
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
                        *_key(recipe),
                    )
                    for target in receipt.targets
                ],
            )


def _key(recipe: Recipe) -> tuple[str, str, str]:
    return recipe.settings, recipe.rules, recipe.version


class AtHand(Struct, frozen=True):
    """A source that is being converted, and since when (Unix seconds)."""

    path: str
    since: float


class Standing(Struct, frozen=True):
    """How far the last run has come: its process, when it started and ended (Unix seconds), and its sources.

    `states` counts them by state, `outcomes` those that are done by outcome.
    """

    process: int
    started: float
    ended: float | None
    states: dict[str, int]
    outcomes: dict[str, int]
    at_hand: tuple[AtHand, ...]


def standing(file: Path) -> Standing | None:
    """How far the last run has come, without disturbing it; None if there was none.

    Raises DocpipeError(OUTPUT_NOT_WRITABLE) if the journal cannot be read.
    """
    if not file.exists():
        return None
    with _reported(file):
        database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0)
        with suppress(sqlite3.OperationalError):
            database.execute("BEGIN")
            run = database.execute("SELECT process, started, ended FROM run").fetchone()
            states = database.execute("SELECT state, count(*) FROM source GROUP BY state")
            outcomes = database.execute(
                "SELECT outcome, count(*) FROM source WHERE state = 'done' GROUP BY outcome"
            )
            at_hand = database.execute(
                "SELECT path, time FROM source WHERE state = 'working' ORDER BY time"
            )
            if run is not None:
                process, started, ended = run
                hands = tuple(AtHand(*row) for row in at_hand)
                return Standing(process, started, ended, dict(states), dict(outcomes), hands)
    return None


@contextmanager
def _reported(file: Path | str) -> Iterator[None]:
    """Database errors as DocpipeError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        code = ErrorCode.DISK_FULL if full else ErrorCode.OUTPUT_NOT_WRITABLE
        raise DocpipeError(code, f"{file} ({error})") from error
