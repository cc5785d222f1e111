"""Where a worker gets sources from and puts targets to. Jobs name both by an address, which today is a path.

This is the seam for other places, such as an object store: a worker touches no file but through here.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection
from pathlib import Path

from docpipe import beside, files
from docpipe.batch.targets import WORKSPACE, write_atomically
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits

_FULL = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}


def fetch(address: str, most: int) -> files.Content:
    """The content of a source of at most `most` bytes.

    Raises DocpipeError as `files.read` does, and VANISHED where there is nothing any more.
    """
    try:
        return files.read(address, most, follow=False)
    except DocpipeError as error:
        if error.code is ErrorCode.UNREADABLE and not os.path.lexists(address):
            raise DocpipeError(ErrorCode.VANISHED, name=error.name) from error
        raise


def changed(address: str, stamp: files.Stamp) -> bool:
    """Whether a source was written or replaced since it was read. One that is gone was not."""
    try:
        return files.stamp(os.lstat(address)) != stamp
    except OSError:
        return False


def besides(address: str, limits: Limits) -> beside.Beside:
    """The files that lie beside a source, if that is a page."""
    return beside.Beside(address, limits)


def changed_beside(address: str, seen: Collection[beside.Seen]) -> bool:
    """Whether a file that a source shows has changed since it was asked for."""
    return beside.changed(address, seen)


def publish(output: str, file: str, data: bytes) -> None:
    """Put a target into the output, whole or not at all. Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL."""
    try:
        write_atomically(Path(output) / file, data, Path(output) / WORKSPACE)
    except OSError as error:
        raise not_writable(file, error) from error


def remove(output: str, file: str) -> None:
    """Take a target out of the output, if it is there. Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL."""
    try:
        (Path(output) / file).unlink(missing_ok=True)
    except OSError as error:
        raise not_writable(file, error) from error


def not_writable(file: str, error: OSError) -> DocpipeError:
    """Why nothing can be written, as an error that names the file."""
    code = ErrorCode.DISK_FULL if error.errno in _FULL else ErrorCode.OUTPUT_NOT_WRITABLE
    return DocpipeError(code, f"{file}: {error.strerror or error}")
