"""What Ctrl-C and a request to end (SIGTERM) do to a run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from docpipe.batch.engines import Engine

GRACE = 8.0
"""So many seconds the files at hand have after SIGTERM; whoever sends it often kills after ten."""


class Interrupts:
    """Whether the run was asked to end."""

    def __init__(self) -> None:
        self.asked = False


@contextmanager
def handled(engine: Engine, tell: Callable[[], None]) -> Iterator[Interrupts]:
    """Until the end of the block, Ctrl-C once has `engine` finish the files at hand, and Ctrl-C twice stops at once.

    The second one raises KeyboardInterrupt. SIGTERM is like one Ctrl-C, with `GRACE`. `tell` is called at the first, from the
    signal handler. In another thread than the main one, signals are none of ours.
    """
    interrupts = Interrupts()

    def finish(number: int, frame: FrameType | None) -> None:
        if interrupts.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        engine.stop(GRACE if number == signal.SIGTERM else None)
        if not interrupts.asked:
            interrupts.asked = True
            tell()

    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before = {number: signal.signal(number, finish) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
