"""Names the files that a run leaves, so that no two sources share one and every system can hold them, and writes them.

A target is called after its source, in a folder for its format that mirrors the input's tree.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from docpipe.batch.jobs import TargetFile

WORKSPACE = ".docpipe"
"""The folder in the output that holds the journal and files that are being written."""

_NAME_BYTES = 250
"""Most file systems hold names of 255 bytes; the rest is room for what other programs append."""

# What Windows does not allow in a name: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$| )", re.I)
_TRAILING = re.compile(r"[. ]+$")


def name_targets(paths: Sequence[str], formats: Sequence[str]) -> dict[str, tuple[TargetFile, ...]]:
    """The target files of each source path (relative, POSIX separators, encodable), one for each format, in the given order.

    A name that had to be changed, or that another source would have too, even if only in other letter case or other
    Unicode normalisation, gets "~" and eight hex digits of the SHA-256 of its path.
    """
    plain = {(path, format): _target(path, format, "") for path in paths for format in formats}
    taken = Counter(_same_name(target) for target in plain.values())
    folders = {
        _same_name(str(folder)) for t in plain.values() for folder in PurePosixPath(t).parents
    }

    def name(path: str, format: str) -> str:
        target = plain[path, format]
        alone = taken[_same_name(target)] == 1 and _same_name(target) not in folders
        return target if alone else _target(path, format, path_hash(path))

    return {path: tuple(TargetFile(f, name(path, f)) for f in formats) for path in paths}


def quarantine_name(path: str) -> str:
    """The file in the output that holds the source called `path` if it had to be given up."""
    return f"quarantine/{_safe_name(PurePosixPath(path).name, '', '', path_hash(path))}"


def path_hash(path: str) -> str:
    """Eight hex digits of the SHA-256 of a path."""
    return hashlib.sha256(path.encode()).hexdigest()[:8]


def _target(path: str, format: str, mark: str) -> str:
    *folders, name = path.split("/")
    parts = [format]
    for depth, folder in enumerate(folders, 1):
        parts.append(_safe_name(folder, "", path_hash("/".join(folders[:depth])), ""))
    suffix = f".{format}"
    parts.append(_safe_name(name.removesuffix(suffix), suffix, path_hash(path), mark))
    return "/".join(parts)


def _safe_name(stem: str, suffix: str, changed_mark: str, mark: str) -> str:
    """`stem` + `suffix` as every system can hold it; `changed_mark` follows the stem if it had to be changed."""
    safe = _FORBIDDEN.sub("_", stem)
    if not suffix:
        safe = _TRAILING.sub(lambda match: "_" * len(match[0]), safe)
    if _RESERVED.match(safe):
        safe = "_" + safe
    room = _NAME_BYTES - len(suffix) - len("~12345678")
    if safe != stem or len(safe.encode()) > room:
        mark = mark or changed_mark
        safe = safe.encode()[:room].decode("utf-8", "ignore")
    return f"{safe}~{mark}{suffix}" if mark else safe + suffix


def _same_name(path: str) -> str:
    """Equal for paths that some file system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def write_atomically(file: Path, data: bytes, workspace: Path) -> None:
    """Write a file so that it is there whole or not at all. `workspace` must be on the same file system.

    Raises OSError.
    """
    with open_atomically(file, workspace) as stream:
        stream.write(data)


@contextmanager
def open_atomically(file: Path, workspace: Path) -> Iterator[BinaryIO]:
    """A stream to a file that is there whole, once the stream is closed without an error, or not at all.

    `workspace` must be on the same file system. Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = workspace / f"{os.getpid()}.part"
    try:
        with unfinished.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
