"""The processor time that one page may take: loops over a page's glyphs and drawings ask it, and a page that asks for
more is given up."""

from __future__ import annotations

import time

_EVERY = 256


class OverBudgetError(Exception):
    """A page has taken more than its time."""


class Budget:
    """Processor time in seconds, from now on. It does not count what other programs do meanwhile."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._started = time.process_time()
        # No more processor time has passed than time: the clock that is cheaper to read is asked first.
        self._soonest = time.monotonic() + seconds
        self._asked = 0

    def check(self) -> None:
        """Looks at the clock now and then: for small steps. Raises OverBudgetError when the time is used up."""
        self._asked += 1
        if self._asked % _EVERY == 0:
            self.look()

    def look(self) -> None:
        """Looks at the clock: for steps that may be long. Raises OverBudgetError."""
        if time.monotonic() > self._soonest and time.process_time() - self._started > self._seconds:
            raise OverBudgetError
