"""Carries out jobs one after another in this process: for debuggers, and for callers that want no child processes.

It keeps the contract of `engines`, except that a job that kills its process kills the run.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable

from docpipe.batch import worker
from docpipe.batch.engines import Work
from docpipe.batch.jobs import Job, Receipt


class SerialEngine:
    """One job at a time, in order."""

    def __init__(self, work: Work = worker.work) -> None:
        self.work = work

    def run(self, jobs: Iterable[Job]) -> Generator[Receipt, None, None]:
        """One receipt per job, in the order of the jobs."""
        for job in jobs:
            yield self.work(job)
