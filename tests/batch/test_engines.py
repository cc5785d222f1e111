"""The contract of engines, the same for each of them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docpipe.batch.engines import Engine, Work
from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.jobs import Job, Receipt, failed
from docpipe.errors import ErrorCode
from docpipe.settings import Settings


def job(path: str) -> Job:
    return Job(file=path, path=path, output="", targets=(), settings=Settings())


def work(job: Job) -> Receipt:
    """What a job does depends on its name."""
    if job.path.startswith("die"):
        os._exit(7)
    if job.path.startswith("abort"):
        os.abort()
    if job.path.startswith("fail"):
        return failed(job, ErrorCode.DAMAGED, "as told")
    return Receipt(path=job.path, file=job.file, outcome="converted", detail=str(os.getpid()))


ENGINES = {
    "serial": lambda work: SerialEngine(work),
    "local-1": lambda work: LocalEngine(1, work),
    "local-2": lambda work: LocalEngine(2, work),
}
Make = Callable[[Work], Engine]


@pytest.fixture(params=list(ENGINES))
def make(request: pytest.FixtureRequest) -> Make:
    return ENGINES[request.param]


@pytest.fixture(params=["local-1", "local-2"])
def make_isolated(request: pytest.FixtureRequest) -> Make:
    return ENGINES[request.param]


def outcomes(engine: Engine, *paths: str) -> dict[str, str]:
    receipts = list(engine.run(job(path) for path in paths))
    assert len(receipts) == len(paths)
    return {receipt.path: receipt.code or receipt.outcome for receipt in receipts}


def test_no_jobs(make: Make) -> None:
    assert outcomes(make(work)) == {}


def test_good_and_bad_jobs_each_give_a_receipt(make: Make) -> None:
    assert outcomes(make(work), "a", "fail", "b") == {
        "a": "converted",
        "fail": "damaged",
        "b": "converted",
    }


def test_many_jobs_each_give_one_receipt(make: Make) -> None:
    paths = [f"file {number}" for number in range(300)]
    assert outcomes(make(work), *paths) == dict.fromkeys(paths, "converted")


def test_jobs_are_taken_only_as_they_can_be_done(make: Make) -> None:
    taken = []

    def jobs():  # type: ignore[no-untyped-def]
        for number in range(100):
            taken.append(number)
            yield job(str(number))

    receipts = make(work).run(jobs())
    next(receipts)
    receipts.close()
    assert len(taken) <= 4


def test_a_dying_worker_costs_only_its_own_file(make_isolated: Make) -> None:
    result = outcomes(make_isolated(work), "a", "die", "b", "abort", "die too", "c", "d")
    assert result == {
        "a": "converted",
        "die": "worker-died",
        "b": "converted",
        "abort": "worker-died",
        "die too": "worker-died",
        "c": "converted",
        "d": "converted",
    }


def test_the_cause_of_death_is_told() -> None:
    one, two = LocalEngine(1, work).run([job("die"), job("abort")])
    assert one.detail == "exit code 7"
    assert two.detail == "SIGABRT"


def test_workers_are_other_processes_and_as_many_as_asked() -> None:
    receipts = list(LocalEngine(2, work).run([job(str(n)) for n in range(50)]))
    processes = {receipt.detail for receipt in receipts}
    assert str(os.getpid()) not in processes
    assert 1 <= len(processes) <= 2


def test_the_serial_engine_dies_with_its_job(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_engines import *\n"
        "list(SerialEngine(work).run([job('die')]))"
    )
    here = str(Path(__file__).parent)
    assert subprocess.run([sys.executable, "-c", code, here], check=False).returncode == 7


def test_jobs_and_receipts_can_be_sent() -> None:
    one = job("a")
    receipt = work(one)
    assert pickle.loads(pickle.dumps(one)) == one
    assert pickle.loads(pickle.dumps(receipt)) == receipt
