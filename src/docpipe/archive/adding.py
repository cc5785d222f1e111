"""Fills the archive from JSON documents: idempotent, in small transactions, so that a killed run loses none that ended.

While SQLite writes some documents the next ones are prepared in a second thread: SQLite lets Python go on meanwhile.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from docpipe.archive import corrections
from docpipe.archive.corrections import Corrections
from docpipe.archive.database import transaction, writing
from docpipe.archive.preparing import Prepared, prepare
from docpipe.archive.versions import correct, index, put, read_corrections, retire
from docpipe.errors import DocpipeError, ErrorCode

_BATCH = 256
_BATCH_BYTES = 64 * 1024 * 1024
"""A transaction ends with so many documents, or with so many bytes of JSON."""


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
    with writing(file) as database:
        return _fill(database, items, known)


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

    def retire(self, paths: Sequence[str]) -> bool:
        """Have sources that are gone no longer found; their versions stay. Returns whether that is so."""
        if paths and self._file.is_file():
            self._guarded(lambda: self._retire(paths))
        return not self._broken

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
        # Without documents too: the table of metadata may be another one.
        if waiting or self._file.is_file():
            self._guarded(lambda: self._add(waiting))

    def _guarded(self, action: Callable[[], None]) -> None:
        """Do something to the archive, unless it is broken."""
        if self._broken:
            return
        try:
            action()
        except DocpipeError as error:
            self._broken = True
            self._complain(error)
        except Exception as error:  # noqa: BLE001 - the archive is an extra: its bugs must cost no file
            self._broken = True
            detail = f"{type(error).__name__}: {error}"
            self._complain(DocpipeError(ErrorCode.INTERNAL, detail, str(self._file)))

    def _retire(self, paths: Sequence[str]) -> None:
        with writing(self._file) as database, transaction(database):
            for path in paths:
                retire(database, path)

    def _add(self, items: Sequence[Item]) -> None:
        known = None if self._metadata is None else corrections.load(self._metadata)
        self._metadata = None
        with writing(self._file) as database:
            failures = _fill(database, items, known).failures
        for failure in failures:
            self._complain(failure)


def _json_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*.json") if file.is_file())
    elif path.is_file():
        yield path
    else:
        raise DocpipeError(ErrorCode.UNREADABLE, "it is not there", str(path))


def _fill(database: sqlite3.Connection, items: Iterable[Item], better: Corrections | None) -> Added:
    """Put documents in; `better` is what the user knows better from now on, None if that stays as it was."""
    if better is not None:
        with transaction(database):
            correct(database, better)
    known = read_corrections(database)
    rest = _Rest(database, items)
    added = 0
    failures: list[DocpipeError] = []
    with ThreadPoolExecutor(1) as helper:

        def begin() -> Future[list[Prepared | DocpipeError]] | None:
            new = rest.take()
            return helper.submit(_prepare_all, new, known) if new else None

        following = begin()
        while following is not None:
            ready = following.result()
            documents = [one for one in ready if isinstance(one, Prepared)]
            with transaction(database):
                pending = put(database, documents)
                # Not earlier: with many short statements this thread would wait for the other one at each.
                following = begin()
                index(database, pending)
            added += len(documents)
            failures += [one for one in ready if isinstance(one, DocpipeError)]
    return Added(added, rest.there, (*rest.failures, *failures))


class _Rest:
    """The documents that are still to be put in; `there` counts those that are in already."""

    def __init__(self, database: sqlite3.Connection, items: Iterable[Item]) -> None:
        self._database = database
        self._items = iter(items)
        self.there = 0
        self.failures: list[DocpipeError] = []

    def take(self) -> list[tuple[bytes, str]]:
        """The bytes and names of the next that are not in the archive, of one transaction; none at the end."""
        new: list[tuple[bytes, str]] = []
        size = 0
        for item in self._items:
            if (one := self._read(item)) is not None:
                new.append(one)
                size += len(one[0])
            if len(new) == _BATCH or size >= _BATCH_BYTES:
                break
        return new

    def _read(self, item: Item) -> tuple[bytes, str] | None:
        if not _is_current(self._database, item.digest):
            try:
                data = item.file.read_bytes()
            except OSError as error:
                detail = error.strerror or str(error)
                self.failures.append(DocpipeError(ErrorCode.UNREADABLE, detail, str(item.file)))
                return None
            if not _is_current(self._database, hashlib.sha256(data).hexdigest()):
                return data, str(item.file)
        self.there += 1
        return None


def _is_current(database: sqlite3.Connection, digest: str) -> bool:
    row = database.execute(
        "SELECT 1 FROM document WHERE digest = ? AND current", (digest,)
    ).fetchone()
    return row is not None


def _prepare_all(
    documents: Sequence[tuple[bytes, str]], known: Corrections
) -> list[Prepared | DocpipeError]:
    return [prepare(data, known, name) for data, name in documents]
