"""Finds the files to convert, in the same order on every machine, and accounts for what it passes over."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from docpipe import formats
from docpipe.batch.jobs import Receipt, encodable
from docpipe.errors import DocpipeError, ErrorCode

_CLUTTER = frozenset({"thumbs.db", "desktop.ini"})
_UNFINISHED = (".part", ".crdownload")


class Found(Struct, frozen=True, order=True):
    """A source: what it is called (relative, POSIX separators) and where it is."""

    path: str
    file: str


class Sources(Struct):
    """What was found: the files to convert, ordered by path; what cannot be read; how many entries were passed over."""

    files: list[Found] = field(default_factory=list)
    failures: list[Receipt] = field(default_factory=list)
    ignored: int = 0


def find(paths: Sequence[Path], output: Path, root: Path) -> Sources:
    """The files named by `paths` and below the folders among them; nothing below `output`.

    A file below a folder is called by its path relative to that folder, a file given by itself by its path
    relative to `root` (the input folder) if it lies below it, else by its name. If two
    files would be called the same, all are called by their path relative to the folder that they have in common.
    Passed over are hidden files and folders, lock files of office programs (`~$…`), unfinished downloads, links that
    lead out of the folder or to a folder, and whatever is no regular file.
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
            _walk(path, output, sources)
        elif stat.S_ISREG(mode):
            sources.files.append(Found(source_path(path, root), str(path)))
        else:
            detail = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
            sources.failures.append(_failure(str(path), str(path), ErrorCode.NOT_A_FILE, detail))
    sources.files = sorted(_distinct(sources.files))
    return sources


def source_path(path: Path, root: Path) -> str:
    """What a file given by itself is called: its path below `root`, else its name."""
    try:
        return encodable(path.resolve().relative_to(root.resolve()).as_posix())
    except ValueError:
        return encodable(path.name)


def _walk(root: Path, output: Path, sources: Sources) -> None:
    output_folder = os.path.realpath(output)
    root_folder = os.path.realpath(root)
    if root_folder == output_folder:
        raise DocpipeError(ErrorCode.OUTPUT_IS_INPUT, str(root))
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            sources.failures.append(_unreadable(folder, _relative(folder, str(root)), error))
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                if os.path.realpath(entry.path) != output_folder:
                    folders.append(entry.path)
            elif _is_source(entry, root_folder):
                sources.files.append(Found(_relative(entry.path, str(root)), entry.path))
            else:
                sources.ignored += 1


def _is_source(entry: os.DirEntry[str], root: str) -> bool:
    name = entry.name.lower()
    if name.startswith((".", "~$")) or name in _CLUTTER or name.endswith(_UNFINISHED):
        return False
    if entry.is_symlink():
        end = os.path.realpath(entry.path)
        return os.path.isfile(end) and os.path.commonpath([end, root]) == root
    return entry.is_file()


def _distinct(files: list[Found]) -> list[Found]:
    """Each file once, under a path that is its own."""
    by_file = {os.path.abspath(found.file): found for found in reversed(files)}
    if all(count == 1 for count in Counter(found.path for found in by_file.values()).values()):
        return list(by_file.values())
    try:
        common = os.path.commonpath(list(by_file))
    except ValueError as error:  # on Windows: different drives
        raise DocpipeError(ErrorCode.BAD_SETTINGS, str(error)) from error
    return [Found(_relative(file, common), found.file) for file, found in by_file.items()]


def _relative(file: str, root: str) -> str:
    return encodable(Path(os.path.relpath(file, root)).as_posix())


def _unreadable(file: str | Path, path: str, error: OSError) -> Receipt:
    detail = error.strerror or errno.errorcode.get(error.errno or 0, str(error))
    return _failure(str(file), path, ErrorCode.UNREADABLE, detail)


def _failure(file: str, path: str, code: ErrorCode, detail: str) -> Receipt:
    return Receipt(
        path=encodable(path),
        file=encodable(file),
        outcome="failed",
        code=code.value,
        detail=detail,
    )
