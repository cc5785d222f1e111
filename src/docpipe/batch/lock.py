"""Keeps two runs out of one output folder. The system releases the lock when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docpipe.errors import DocpipeError, ErrorCode

LOCK = "lock"


@contextmanager
def held(workspace: Path) -> Iterator[None]:
    """Hold the lock of a workspace. Raises DocpipeError(OUTPUT_IN_USE) if another process has it; OSError."""
    descriptor = os.open(workspace / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _lock(descriptor):
            raise DocpipeError(ErrorCode.OUTPUT_IN_USE, str(workspace.parent))
        yield
    finally:
        os.close(descriptor)


def is_held(workspace: Path) -> bool:
    """Whether a run holds the lock."""
    try:
        descriptor = os.open(workspace / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
