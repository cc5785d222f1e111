"""Finds the files to convert, in the same order on every machine, and accounts for what it passes over."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from docpipe import files, formats
from docpipe.archive.corrections import ORIGIN as METADATA
from docpipe.batch.jobs import Receipt, encodable
from docpipe.beside import page_of
from docpipe.errors import DocpipeError, ErrorCode

_CLUTTER = frozenset({"thumbs.db", "desktop.ini"})
_TABLE = "table of metadata"
_OF_A_PAGE = "part of a saved page"
_WHOLE = ("docx", "pdf")
"""What is a document of its own even among the files of a saved page, which browsers do not make of it."""
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")


class Found(Struct, frozen=True, order=True):
    """A source: what it is called (relative, POSIX separators) and where it is.

    `entry` is where it was found, which is a link to `file` or the same. `fresh` may still be half-copied: it was found in a
    folder, and has changed less than `settle-seconds` ago.
    """

    path: str
    entry: str
    file: str
    fresh: bool = False


class Sources(Struct):
    """What was found: the files to convert, ordered by path; what cannot be read; what was passed over; the folders walked.

    Each of `failures` and `ignored` is a receipt; `folders` are absolute.
    """

    files: list[Found] = field(default_factory=list)
    failures: list[Receipt] = field(default_factory=list)
    ignored: list[Receipt] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def find(paths: Sequence[Path], output: Path, root: Path, settle_seconds: float = 0.0) -> Sources:
    """The files named by `paths` and below the folders among them; nothing below `output`.

    A file below a folder is called by its path relative to that folder, a file given by itself by its path
    relative to `root` (the input folder) if it lies below it, else by its name. If two
    files would be called the same, all are called by their path relative to the folder that they have in common.
    Passed over are the folders that were saved with a page beside them (but for Word documents and PDFs in them), hidden files and folders, lock files of office programs (`~$…`), unfinished downloads, links to
    folders in the folder, and `metadata.csv` at its top, which is about the sources (`archive/corrections.py`). Failures are links that lead out of the folder or nowhere, what is no regular file, and folders called
    like a document.
    Raises DocpipeError: OUTPUT_IS_INPUT, or BAD_SETTINGS where files of the same name have no folder in common.
    """
    sources = Sources()
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            sources.failures.append(_unreadable(path, str(path), error))
            continue
        if stat.S_ISDIR(mode) and formats.named(path.name) is None:
            sources.folders.append(absolute(str(path)))
            _walk(path, output, sources, settle_seconds)
        elif path.name == METADATA:
            sources.ignored.append(_ignored(str(path), source_path(path, root), _TABLE))
        elif stat.S_ISREG(mode):
            file = os.path.realpath(path) if path.is_symlink() else str(path)
            sources.files.append(Found(source_path(path, root), str(path), file))
        else:
            kind = files.kind_of(mode)
            sources.failures.append(_failure(str(path), str(path), ErrorCode.NOT_A_FILE, kind))
    sources.files = sorted(_named_apart(_distinct(sources.files)))
    return sources


def source_path(path: Path, root: Path) -> str:
    """What a file given by itself is called: its path below `root`, else its name."""
    try:
        return encodable(path.resolve().relative_to(root.resolve()).as_posix())
    except ValueError:
        return encodable(path.name)


def _named_apart(found: list[Found]) -> list[Found]:
    """Names that became the same because one is no UTF-8 get the hash of their bytes."""
    counts = Counter(one.path for one in found)
    return [
        one
        if counts[one.path] == 1
        else replace(
            one,
            path=f"{one.path}~{hashlib.sha256(os.fsencode(os.path.basename(one.entry))).hexdigest()[:8]}",
        )
        for one in found
    ]


def absolute(entry: str) -> str:
    """The absolute path of a file as text that any database can hold."""
    return encodable(os.path.abspath(entry))


def size(file: str) -> int:
    """The size of a file in bytes, 0 if it is gone."""
    try:
        return os.lstat(file).st_size
    except OSError:
        return 0


def _walk(root: Path, output: Path, sources: Sources, settle_seconds: float) -> None:
    output_folder = os.path.realpath(output)
    root_folder = os.path.realpath(root)
    if root_folder == output_folder:
        raise DocpipeError(ErrorCode.OUTPUT_IS_INPUT, str(root))
    folders = [(str(root), False)]
    while folders:
        folder, of_a_page = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            sources.failures.append(_unreadable(folder, _relative(folder, str(root)), error))
            continue
        pages = {os.path.splitext(entry.name)[0] for entry in entries if _is_page(entry)}
        for entry in entries:
            path = _relative(entry.path, str(root))
            kind = _TABLE if path == METADATA else clutter(entry.name)
            if kind:
                sources.ignored.append(_ignored(entry.path, path, kind))
            elif not entry.is_dir(follow_symlinks=False):
                if page_of(entry.name) in pages:
                    sources.ignored.append(_ignored(entry.path, path, _OF_A_PAGE))
                elif not of_a_page or _is_whole(entry.name):
                    _take(entry, path, root_folder, sources, settle_seconds)
            elif formats.named(entry.name) is not None:
                failure = _failure(entry.path, path, ErrorCode.NOT_A_FILE, "a folder")
                sources.failures.append(failure)
            elif os.path.realpath(entry.path) != output_folder:
                saved = page_of(entry.name) in pages
                if saved and not of_a_page:
                    sources.ignored.append(_ignored(entry.path, path, _OF_A_PAGE))
                folders.append((entry.path, of_a_page or saved))


def _is_page(entry: os.DirEntry[str]) -> bool:
    row = formats.named(entry.name)
    return row is not None and row.name == "html" and entry.is_file()


def _is_whole(name: str) -> bool:
    row = formats.named(name)
    return row is not None and row.name in _WHOLE


def clutter(name: str) -> str:
    """What an entry of that name is that nobody wants converted, "" if it is none."""
    folded = name.lower()
    if folded.startswith("~$"):
        return "lock file of an office program"
    if folded.endswith(_UNFINISHED):
        return "unfinished download or copy"
    if folded.startswith(".") or folded in _CLUTTER:
        return "hidden"
    return ""


def _take(
    entry: os.DirEntry[str], path: str, root: str, sources: Sources, settle_seconds: float
) -> None:
    """Take what is in a folder and no folder itself: a file, or a link that stays in the folder `root`."""
    file = entry.path
    try:
        if entry.is_symlink():
            file = os.path.realpath(entry.path, strict=True)
            if os.path.commonpath([file, root]) != root:
                sources.failures.append(_failure(entry.path, path, ErrorCode.LEADS_OUT, ""))
                return
            if os.path.isdir(file):
                sources.ignored.append(_ignored(entry.path, path, "link to a folder"))
                return
        status = os.lstat(file)
    except OSError as error:
        code = ErrorCode.NOT_A_FILE if entry.is_symlink() else ErrorCode.UNREADABLE
        detail = "a link that leads nowhere" if entry.is_symlink() else _why(error)
        sources.failures.append(_failure(entry.path, path, code, detail))
        return
    kind = files.kind_of(status.st_mode)
    if kind:
        sources.failures.append(_failure(entry.path, path, ErrorCode.NOT_A_FILE, kind))
        return
    fresh = 0 <= time.time() - status.st_mtime < settle_seconds
    sources.files.append(Found(path, entry.path, file, fresh))


def _distinct(found: list[Found]) -> list[Found]:
    """Each file once, under a path that is its own."""
    by_entry = {os.path.abspath(one.entry): one for one in reversed(found)}
    if all(count == 1 for count in Counter(one.path for one in by_entry.values()).values()):
        return list(by_entry.values())
    try:
        common = os.path.commonpath(list(by_entry))
    except ValueError as error:  # on Windows: different drives
        raise DocpipeError(ErrorCode.BAD_SETTINGS, str(error)) from error
    return [replace(one, path=_relative(entry, common)) for entry, one in by_entry.items()]


def _relative(file: str, root: str) -> str:
    return encodable(Path(os.path.relpath(file, root)).as_posix())


def _unreadable(file: str | Path, path: str, error: OSError) -> Receipt:
    return _failure(str(file), path, ErrorCode.UNREADABLE, _why(error))


def _why(error: OSError) -> str:
    return error.strerror or errno.errorcode.get(error.errno or 0, str(error))


def _failure(file: str, path: str, code: ErrorCode, detail: str) -> Receipt:
    return Receipt(
        path=encodable(path),
        file=encodable(file),
        outcome="failed",
        code=code.value,
        detail=detail,
    )


def _ignored(file: str, path: str, detail: str) -> Receipt:
    return Receipt(path=path, file=encodable(file), outcome="ignored", detail=detail)
