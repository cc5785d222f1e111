"""Carries out jobs in worker processes of this machine, so that a file that kills its process costs only itself.

Each worker has one pipe and one job at a time. That is why a dead worker tells exactly which file killed it, which a
pool with a shared queue cannot say.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Generator, Iterable
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext

from docpipe.batch import worker
from docpipe.batch.engines import Work
from docpipe.batch.jobs import Job, Receipt, failed
from docpipe.errors import ErrorCode


class LocalEngine:
    """`processes` workers (at least 1)."""

    def __init__(self, processes: int, work: Work = worker.work) -> None:
        self.processes = processes
        self.work = work

    def run(self, jobs: Iterable[Job]) -> Generator[Receipt, None, None]:
        """One receipt per job, in the order in which they are done."""
        context = _context()
        waiting = iter(jobs)
        workers: list[_Worker] = []
        try:
            for job in islice(waiting, self.processes):
                workers.append(_Worker(context, self.work, job))
            while workers:
                ready = wait([one.connection for one in workers])
                for position, one in enumerate(workers):
                    if one.connection in ready:
                        receipt = one.receipt()
                        following = next(waiting, None)
                        if following is not None and not one.hand(following):
                            one.stop()
                            workers[position] = _Worker(context, self.work, following)
                        yield receipt
                for one in [one for one in workers if one.job is None]:
                    one.stop()
                    workers.remove(one)
        finally:
            for one in workers:
                one.stop()


class _Worker:
    """A process, the pipe to it, and the job it has in hand."""

    def __init__(self, context: ForkServerContext | SpawnContext, work: Work, job: Job) -> None:
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.hand(job)
        # Also if it is dead already: then `receipt` says so.
        self.job = job

    def hand(self, job: Job) -> bool:
        """Give the worker its next job. False if it is dead, or about to be; then it has none."""
        try:
            self.connection.send(job)
        except OSError:
            return False
        self.job = job
        return True

    def receipt(self) -> Receipt:
        """What became of the job in hand, once the pipe is ready; afterwards there is none in hand."""
        job, self.job = self.job, None
        assert job is not None
        try:
            receipt: Receipt = self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            # Later jobs must go to a new process, not into a pipe that nobody reads.
            self.connection.close()
            return failed(job, ErrorCode.WORKER_DIED, _cause_of_death(self.process.exitcode))
        return receipt

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()
        self.process.close()


def _context() -> ForkServerContext | SpawnContext:
    """Processes that share no state with this one. On Unix they are forked from a server that has the code loaded."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    return context


def _serve(connection: Connection[Receipt, Job], work: Work) -> None:
    """The life of a worker process: until the other end of the pipe closes."""
    # Ctrl-C reaches every process of the terminal; the supervisor alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(work(job))


def _cause_of_death(exit_code: int | None) -> str:
    names = {-number.value: number.name for number in signal.Signals}
    return names.get(exit_code or 0, f"exit code {exit_code}")
