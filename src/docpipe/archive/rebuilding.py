"""Makes the archive anew: from the JSON documents, and from all that can be saved of the old file."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

from docpipe.archive.adding import Added, add
from docpipe.archive.corrections import Corrections
from docpipe.archive.database import reported, transaction, unwritable, writing
from docpipe.archive.preparing import Prepared, prepare
from docpipe.archive.versions import correct, index, put, read_corrections

_BATCH = 256
"""Documents of the old archive in one transaction."""


def rebuild(file: Path, paths: Sequence[Path], metadata: Sequence[Path] = ()) -> Added:
    """Make the archive anew from the JSON documents named by `paths`, and from all that can be saved of the old one.

    The old file is kept beside it as `….old`. Raises DocpipeError as `add` does; then the old archive is untouched.
    """
    new, old = _beside(file, ".new"), _beside(file, ".old")
    with reported(file), unwritable(file):
        _unlink(new)
        with writing(new) as database:
            documents = _saved(file)
            while saved := list(islice(documents, _BATCH)):
                with transaction(database):
                    for current, same in groupby(saved, lambda one: one.current):
                        prepared = (prepare(one.data, {}, one.digest) for one in same)
                        whole = [one for one in prepared if isinstance(one, Prepared)]
                        index(database, put(database, whole, current))
            with transaction(database):
                correct(database, _saved_corrections(file))
        total = add(new, paths, metadata)
        with writing(new) as database:
            database.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        _unlink(old)
        for suffix in ("-wal", "-shm", ""):
            source = _beside(file, suffix)
            if source.exists():
                source.replace(_beside(old, suffix))
        new.replace(file)
    return total


class _Saved(NamedTuple):
    data: bytes
    digest: str
    current: bool


def _saved(file: Path) -> Iterator[_Saved]:
    """The documents of an archive that are whole, oldest versions first; as many as can be read."""
    if not file.is_file():
        return
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        try:
            rows = database.execute(
                "SELECT digest, json, current FROM document JOIN content USING (digest) ORDER BY path, version"
            )
            for digest, packed, current in rows:
                data = zlib.decompress(packed)
                if hashlib.sha256(data).hexdigest() == digest:
                    yield _Saved(data, digest, bool(current))
        except (sqlite3.Error, zlib.error):
            return


def _saved_corrections(file: Path) -> Corrections:
    if not file.is_file():
        return {}
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        try:
            return read_corrections(database)
        except sqlite3.Error:
            return {}


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _unlink(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        _beside(file, suffix).unlink(missing_ok=True)
