"""Carries out jobs one after another in this process: for debuggers, and for callers that want no child processes.

It keeps the contract of `engines`, except that there are no limits: a job that kills its process kills the run, one that
never ends stops it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable

from docpipe.batch import worker
from docpipe.batch.engines import Work
from docpipe.batch.jobs import Job, Receipt


class SerialEngine:
    """One job at a time, in order."""

    lacking: tuple[str, ...] = ()

    def __init__(self, work: Work = worker.work) -> None:
        self.work = work
        self._stopping = False

    def run(self, jobs: Iterable[Job]) -> Generator[Receipt, None, None]:
        """One receipt per job, in the order of the jobs."""
        for job in jobs:
            if self._stopping:
                return
            yield self.work(job)

    def stop(self, seconds: float | None = None) -> None:
        """Begin no more jobs; the one in hand takes as long as it needs."""
        self._stopping = True
