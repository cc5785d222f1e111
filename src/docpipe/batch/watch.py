"""Converts what is dropped into a folder, as soon as it is whole: a run at the start, then one for each burst of changes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from docpipe.batch.jobs import Summary
from docpipe.batch.sources import clutter
from docpipe.errors import DocpipeError, ErrorCode

Pass = Callable[[Collection[str] | None], Summary | None]
"""Runs once: for those files (absolute paths), or for all (None)."""

_QUIET = 500
"""Changes belong together until so many milliseconds pass without one."""

_MOST = 5_000
"""But no longer than so many milliseconds."""


def watch(folder: Path, output: Path, once: Pass) -> None:
    """Call `once` for all, then for each set of files that changed in `folder`, until SIGTERM or Ctrl-C.

    What changed while nothing watched is found by the first call, so a watch may be ended at any time and begun again.
    Raises DocpipeError: NOT_INSTALLED without watchfiles, UNREADABLE where there is no folder, and what `once` raises.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise DocpipeError(ErrorCode.NOT_INSTALLED, "watchfiles") from error
    if not folder.is_dir():
        raise DocpipeError(ErrorCode.UNREADABLE, "no such folder", str(folder))
    with _stopped_by_signals() as stopped:
        changes = watchfiles.watch(
            folder,
            watch_filter=lambda change, path: _counts(path, output),
            step=_QUIET,
            debounce=_MOST,
            stop_event=stopped,
            raise_interrupt=False,
            # The watch begins with the first call of `next`: what happens during the first run must not be missed.
            yield_on_timeout=True,
            rust_timeout=1_000,
        )
        next(changes, None)
        summary = once(None)
        for changed in changes:
            if stopped.is_set() or (summary is not None and summary.interrupted):
                return
            if changed:
                summary = once({path for _, path in changed})


def _counts(path: str, output: Path) -> bool:
    """Whether a change is of a file that might be converted: no clutter, and not in the output."""
    inside = os.path.join(os.path.realpath(output), "")
    return not (clutter(os.path.basename(path)) or os.path.realpath(path).startswith(inside))


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM or Ctrl-C sets between two runs; in a run they end it first."""
    stopped = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
