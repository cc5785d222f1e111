"""The jobs of a run in the order in which they can be done: files that somebody is still writing come when they have come to rest."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable

from docpipe.batch.jobs import Job
from docpipe.files import Stamp, stamp

PATIENCE = 30.0
"""So many seconds a run waits for a file to come to rest when there is nothing else to do."""

_LOOK = 0.1
_MOST_TIMES = 3
"""A file that changes while it is converted is converted again, but no more often than this."""


class Worklist:
    """Hands out jobs; `fresh` are the paths of those whose files may still be written, at rest after `settle` seconds."""

    def __init__(self, jobs: Iterable[Job], fresh: frozenset[str], settle: float) -> None:
        self.held: list[Job] = []
        self._ready: list[Job] = []
        self._settle = settle
        self._seen: dict[str, Stamp | None] = {}
        self._times: Counter[str] = Counter()
        for job in jobs:
            (self.held if job.path in fresh else self._ready).append(job)

    def take(self, stopped: Callable[[], bool]) -> list[Job]:
        """The jobs that can be done now. Waits until there are some; empty if no more will come, or the run is `stopped`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            taken, self._ready = self._ready, []
            held, self.held = self.held, []
            for job in held:
                (taken if self._at_rest(job) else self.held).append(job)
            if taken or not self.held or stopped() or time.monotonic() > deadline:
                return taken
            time.sleep(_LOOK)

    def put_back(self, job: Job) -> bool:
        """Do the job again when its file has come to rest. False if that was done often enough."""
        self._times[job.path] += 1
        if self._times[job.path] > _MOST_TIMES:
            return False
        self.held.append(job)
        return True

    def _at_rest(self, job: Job) -> bool:
        try:
            status = os.lstat(job.file)
        except OSError:
            return True  # the worker will say that it is gone
        known = self._seen.get(job.path)
        self._seen[job.path] = stamp(status)
        if known is not None and known != stamp(status):
            return False
        return not 0 <= time.time() - status.st_mtime < self._settle
