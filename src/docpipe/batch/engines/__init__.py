"""How jobs are carried out: one contract, so that a run is the same whatever does its work.

An engine takes jobs as fast as it can do them and yields exactly one receipt for each, in any order. It never raises for a
job: a job that fails, or kills its worker, or never ends, is a receipt. `stop` ends the work early: jobs in hand are finished, those
that were not begun get no receipt. Closing the iterator stops all work at once, which is safe, because targets are
written atomically. Jobs and receipts are plain data that can be sent to other machines.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Protocol

from docpipe.batch.jobs import Job, Receipt

Work = Callable[[Job], Receipt]
"""Carries out one job; a function at module level, so that a worker process can find it."""


class Engine(Protocol):
    """Carries out jobs. `lacking` names the limits that its workers could not be given, once they have begun."""

    lacking: tuple[str, ...]

    def run(self, jobs: Iterable[Job]) -> Generator[Receipt, None, None]:
        """One receipt per job, in any order."""
        ...

    def stop(self, seconds: float | None = None) -> None:
        """Begin no more jobs, and give those in hand `seconds` to end (None: as long as they need). Safe in a signal handler."""
        ...
