"""Carries out jobs in worker processes of this machine, so that a file that kills its process costs only itself.

Each worker has one pipe and one job at a time. That is why a dead worker tells exactly which file killed it, which a
pool with a shared queue cannot say. The supervisor parses nothing; it waits, and kills what takes too long: from outside,
because code that hangs in a library hears no signal.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext

from msgspec import Struct
from msgspec.structs import replace

from docpipe import formats
from docpipe.batch import limits as process
from docpipe.batch import worker
from docpipe.batch.engines import Work
from docpipe.batch.jobs import GIVEN_UP, Job, Receipt, failed
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits

_LOOK = 0.25
"""So often, in seconds, the supervisor looks after its workers."""

_STILLBORN = 4
"""So many workers in a row that die before they begin are no fault of a file."""

_MOST_RECEIPT = 32 * 1024 * 1024
"""A receipt of more bytes is not sent."""


class _Hello(Struct, frozen=True):
    """What a worker says first: what could not be limited, and its memory in bytes."""

    lacking: tuple[str, ...]
    memory: int


class _Done(Struct, frozen=True):
    """What a worker says after a job: what became of it, and its memory in bytes."""

    receipt: Receipt
    memory: int


class LocalEngine:
    """`processes` workers (at least 1) within `limits`."""

    lacking: tuple[str, ...] = ()

    def __init__(
        self, processes: int, limits: Limits | None = None, work: Work = worker.work
    ) -> None:
        self.processes = processes
        self.limits = limits or Limits()
        self.work = work
        self._stopping = False
        self._stop_at: float | None = None
        self._stillborn = 0

    def stop(self, seconds: float | None = None) -> None:
        """Begin no more jobs, and kill the workers that are not done in `seconds`, if that is given."""
        self._stopping = True
        if seconds is not None:
            self._stop_at = time.monotonic() + seconds

    def run(self, jobs: Iterable[Job]) -> Generator[Receipt, None, None]:
        """One receipt per job, in the order in which they are done.

        A job whose worker dies or is killed is tried once more when all others are done: alone, in a new worker.
        Raises DocpipeError(WORKER_DIED) where no worker can be started at all.
        """
        workers: list[_Worker] = []
        try:
            again: list[Job] = []
            for job, receipt in self._carry_out(iter(jobs), self.processes, workers):
                if receipt.code in GIVEN_UP:
                    again.append(job)
                else:
                    yield receipt
            for job in again:
                _stop(workers)
                for _, receipt in self._carry_out(iter([job]), 1, workers):
                    yield replace(receipt, attempts=2)
        finally:
            _stop(workers)

    def _carry_out(
        self, jobs: Iterator[Job], processes: int, workers: list[_Worker]
    ) -> Iterator[tuple[Job, Receipt]]:
        """Each job with its receipt, by so many `workers`, which are made and replaced as needed."""
        while True:
            while len(workers) < processes and (job := self._next(jobs)) is not None:
                workers.append(_Worker(self.work, self.limits, job))
            if not workers:
                return
            for one in self._ready(workers):
                job, receipt = one.end()
                self.lacking = one.lacking or self.lacking
                self._stillborn = 0 if one.greeted else self._stillborn + 1
                if self._stillborn >= _STILLBORN:
                    raise DocpipeError(ErrorCode.WORKER_DIED, "no worker can be started")
                following = self._next(jobs) if one.usable(receipt) else None
                if following is None or not one.begin(following):
                    workers.remove(one)
                    one.stop()
                    if following is not None:
                        workers.append(_Worker(self.work, self.limits, following))
                if not one.stopped:
                    yield job, receipt

    def _next(self, jobs: Iterator[Job]) -> Job | None:
        return None if self._stopping else next(jobs, None)

    def _ready(self, workers: Sequence[_Worker]) -> list[_Worker]:
        """Those that are done with their job or dead, as soon as there are some; those that take too long are killed."""
        while True:
            ready = wait([one.connection for one in workers], _LOOK)
            if ready:
                return [one for one in workers if one.connection in ready and one.heard()]
            for one in workers:
                one.look(time.monotonic(), self._stop_at)


class _Worker:
    """A process, the pipe to it, and the job it has in hand."""

    def __init__(self, work: Work, limits: Limits, job: Job) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work, limits), daemon=True)
        self.process.start()
        theirs.close()
        self.limits = limits
        self.lacking: tuple[str, ...] = ()
        self.greeted = self.stopped = False
        self._killed_for: tuple[ErrorCode, str] | None = None
        self._done: _Done | None = None
        self._peak = self._files = self._memory_at_first = 0
        self.begin(job)

    def begin(self, job: Job) -> bool:
        """Give the worker a job. False if it is dead, or about to be; then `end` will say so."""
        self.job = job
        self._done = None
        self._began = self._moved = time.monotonic()
        self._time: int | None = None
        try:
            self.connection.send(job)
        except OSError:
            return False
        return True

    def look(self, now: float, stop_at: float | None) -> None:
        """Kill the process if it takes too long, or does nothing, or the run ends; `end` will say why."""
        most, stall = self.limits.seconds, self.limits.stall_seconds
        used = process.processor_time(self.process.pid or 0)
        # Where it is not known, only the time as a whole counts.
        if used is None or used != self._time:
            self._time, self._moved = used, now
        if stop_at is not None and now > stop_at:
            self.stopped = True
        elif now - self._began > most:
            detail = f"it took more than {most:g} s; limits.seconds is {most:g}"
            self._killed_for = (ErrorCode.TOO_SLOW, detail)
        elif now - self._moved > stall:
            detail = f"it did nothing for {stall:g} s; limits.stall-seconds is {stall:g}"
            self._killed_for = (ErrorCode.TOO_SLOW, detail)
        else:
            return
        self._peak = process.peak_memory(self.process.pid)
        self.process.kill()

    def heard(self) -> bool:
        """Hear what the worker says. Whether it is done with its job, or dead."""
        try:
            said = self.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return True
        if isinstance(said, _Hello):
            self.greeted = True
            self.lacking, self._memory_at_first = said.lacking, said.memory
            return False
        self._done = said
        return True

    def end(self) -> tuple[Job, Receipt]:
        """The job in hand and what became of it."""
        if self._done is not None:
            self._files += 1
            self.stopped = False
            return self.job, self._done.receipt
        self.process.kill()
        self.process.join()
        code, detail = self._killed_for or _cause_of_death(self.process.exitcode, self.limits)
        seconds = round(time.monotonic() - self._began, 3)
        dead = replace(failed(self.job, code, detail), seconds=seconds, memory=self._peak)
        return self.job, dead

    def usable(self, receipt: Receipt) -> bool:
        """Whether the worker may have another job: it is alive and has neither done nor grown too much."""
        if self._done is None or receipt.code in GIVEN_UP:
            return False
        grown = self._done.memory - self._memory_at_first
        return self._files < self.limits.worker_files and grown <= self.limits.worker_growth_bytes

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _stop(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().stop()


def _context() -> ForkServerContext | SpawnContext:
    """Processes that share no state with this one. On Unix they are forked from a server that has the code loaded."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    parts = [part for row in formats.FORMATS for part in (row.reader, row.writer) if part]
    modules = [part.partition(":")[0] for part in parts]
    context.set_forkserver_preload([worker.__name__, *modules])
    return context


def _serve(connection: Connection[_Hello | _Done, Job], work: Work, limits: Limits) -> None:
    """The life of a worker process: until the other end of the pipe closes."""
    # Ctrl-C reaches every process of the terminal; the supervisor alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _mute()
    connection.send(_Hello(process.restrict(limits), process.memory()))
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        process.begin_measuring()
        process.allow_processor_time(limits.cpu_seconds)
        receipt = replace(work(job), memory=process.peak_memory())
        done = pickle.dumps(_Done(receipt, process.memory()))
        if len(done) > _MOST_RECEIPT:
            receipt = failed(job, ErrorCode.INTERNAL, "the receipt is too long")
            done = pickle.dumps(_Done(receipt, process.memory()))
        connection.send_bytes(done)


def _mute() -> None:
    """Libraries that print must not print into the run's own output."""
    null = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _cause_of_death(exit_code: int | None, limits: Limits) -> tuple[ErrorCode, str]:
    names = {-number.value: number.name for number in signal.Signals}
    name = names.get(exit_code or 0, f"exit code {exit_code}")
    if name == "SIGXCPU":
        detail = f"more than {limits.cpu_seconds} s of processor time; limits.cpu-seconds is {limits.cpu_seconds}"
        return ErrorCode.TOO_SLOW, detail
    return ErrorCode.WORKER_DIED, name
