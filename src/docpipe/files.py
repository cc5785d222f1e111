"""Reads a file that may be anything: a pipe, a folder, a link, a file that somebody is writing just now."""

from __future__ import annotations

import errno
import hashlib
import os
import stat

from msgspec import Struct

from docpipe.errors import DocpipeError, ErrorCode

_CHUNK = 1 << 20


class Stamp(Struct, frozen=True):
    """What changes when a file is written or replaced: its number, its size in bytes, its time of change in ns."""

    number: int
    size: int
    time: int


class Content(Struct, frozen=True):
    """The bytes of a file, their SHA-256 (hex), and the stamp of the file they were read from."""

    data: bytes
    sha256: str
    stamp: Stamp


def read(path: str | os.PathLike[str], most: int, *, follow: bool = True) -> Content:
    """Read a regular file of at most `most` bytes once. With `follow` false, `path` must not be a symbolic link.

    Raises DocpipeError: NOT_A_FILE, UNREADABLE, TOO_LARGE (by `limits.file-bytes`), STILL_CHANGING if the file was
    written meanwhile.
    """
    name = os.path.basename(path)
    # Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
        with open(descriptor, "rb", buffering=0) as stream:
            before = os.fstat(descriptor)
            kind = kind_of(before.st_mode)
            if kind:
                raise DocpipeError(ErrorCode.NOT_A_FILE, kind, name)
            if before.st_size > most:
                detail = f"{before.st_size} bytes; limits.file-bytes is {most}"
                raise DocpipeError(ErrorCode.TOO_LARGE, detail, name)
            pieces, digest, size = [], hashlib.sha256(), 0
            while piece := stream.read(min(_CHUNK, before.st_size + 1 - size)):
                pieces.append(piece)
                digest.update(piece)
                size += len(piece)
            unchanged = stamp(before) == stamp(os.fstat(descriptor)) and size == before.st_size
    except OSError as error:
        raise _unreadable(error, name) from error
    if not unchanged:
        raise DocpipeError(ErrorCode.STILL_CHANGING, name=name)
    return Content(b"".join(pieces), digest.hexdigest(), stamp(before))


def stamp(status: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)


def kind_of(mode: int) -> str:
    """What a file is that is no regular one, "" for a regular one."""
    if stat.S_ISREG(mode):
        return ""
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    kinds |= {stat.S_IFLNK: "a link", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
    return kinds.get(stat.S_IFMT(mode), "of an unknown kind")


def _unreadable(error: OSError, name: str) -> DocpipeError:
    if error.errno == errno.EISDIR:
        return DocpipeError(ErrorCode.NOT_A_FILE, "a folder", name)
    if error.errno == errno.ELOOP:
        return DocpipeError(ErrorCode.NOT_A_FILE, "a link", name)
    return DocpipeError(ErrorCode.UNREADABLE, error.strerror or str(error), name)
