"""The contract of engines, the same for each of them."""

from __future__ import annotations

import errno
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from docpipe.batch.engines import Engine, Work
from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.jobs import Job, Receipt, failed
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits, Settings


def job(path: str) -> Job:
    return Job(file=path, path=path, output="", targets=(), settings=Settings())


def work(job: Job) -> Receipt:
    """What a job does depends on its name."""
    name = job.path
    if name.startswith("die"):
        os._exit(7)
    if name.startswith("abort"):
        os.abort()
    if name.startswith("fail"):
        return failed(job, ErrorCode.DAMAGED, "as told")
    if name.startswith("raise"):
        raise ValueError("an engine's work never raises, but who knows")
    if name.startswith("hang"):
        time.sleep(600)
    if name.startswith("spin"):
        while True:
            pass
    if name.startswith("flood"):
        os.write(1, b"noise " * 100_000)
        os.write(2, b"noise " * 100_000)
        return Receipt(path=name, file=name, outcome="converted", detail="x" * 50_000_000)
    if name.startswith("eat"):
        bytearray(LIMITS.memory_bytes)
    if name.startswith("once"):
        # `file` is where a job that dies the first time leaves a mark.
        if not os.path.exists(job.file):
            Path(job.file).write_text("")
            os._exit(7)
        return Receipt(path=name, file=name, outcome="converted", detail=str(_seen()))
    if name.startswith("connect"):
        try:
            socket.create_connection(("127.0.0.1", int(job.file)), timeout=1)
        except OSError:
            return Receipt(path=name, file=name, outcome="converted", detail="no network")
    if name.startswith("write"):
        try:
            Path(job.file).write_bytes(bytes(LIMITS.output_bytes + 1))
        except OSError as error:
            return failed(job, ErrorCode.OUTPUT_NOT_WRITABLE, str(error.errno))
    if name.startswith("slow"):
        time.sleep(0.3)
    return Receipt(path=name, file=name, outcome="converted", detail=str(os.getpid()))


def _seen(jobs: list[int] = []) -> int:  # noqa: B006 - what a process remembers is the point
    """How many jobs of this kind this process has had before."""
    jobs.append(1)
    return len(jobs) - 1


LIMITS = Limits(
    seconds=3,
    stall_seconds=1,
    memory_bytes=600_000_000,
    output_bytes=1_000_000,
    worker_files=100,
)
ENGINES = {
    "serial": lambda work: SerialEngine(work),
    "local-1": lambda work: LocalEngine(1, LIMITS, work),
    "local-2": lambda work: LocalEngine(2, LIMITS, work),
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
    one, two = LocalEngine(1, work=work).run([job("die"), job("abort")])
    assert one.detail == "exit code 7"
    assert two.detail == "SIGABRT"


def test_a_job_that_raises_costs_only_itself(make_isolated: Make) -> None:
    assert outcomes(make_isolated(work), "a", "raise", "b") == {
        "a": "converted",
        "raise": "worker-died",
        "b": "converted",
    }


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells whether a process does something"
)
def test_a_job_that_hangs_is_killed_from_outside(make_isolated: Make) -> None:
    began = time.monotonic()
    receipts = {one.path: one for one in make_isolated(work).run([job("hang"), job("a")])}
    assert receipts["a"].outcome == "converted"
    assert receipts["hang"].code == "too-slow"
    assert receipts["hang"].detail == "it did nothing for 1 s; limits.stall-seconds is 1"
    assert receipts["hang"].attempts == 2
    assert time.monotonic() - began < 15


def test_a_job_that_never_ends_is_killed_from_outside(make_isolated: Make) -> None:
    receipts = {one.path: one for one in make_isolated(work).run([job("spin"), job("a")])}
    assert receipts["a"].outcome == "converted"
    assert receipts["spin"].detail == "it took more than 3 s; limits.seconds is 3"


def test_a_job_that_floods_costs_only_itself(
    make_isolated: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    assert outcomes(make_isolated(work), "a", "flood", "b") == {
        "a": "converted",
        "flood": "internal",
        "b": "converted",
    }
    assert "noise" not in "".join(capfd.readouterr())


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the kernel")
def test_the_kernel_limits_what_a_job_can_take(make_isolated: Make, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        jobs = [
            msgspec.structs.replace(job("connect"), file=str(server.getsockname()[1])),
            msgspec.structs.replace(job("write"), file=str(tmp_path / "large")),
            job("eat"),
            job("a"),
        ]
        engine = make_isolated(work)
        receipts = {one.path: one for one in engine.run(jobs)}
    assert receipts["connect"].detail == "no network"
    assert receipts["write"].detail == str(errno.EFBIG)
    assert (tmp_path / "large").stat().st_size <= LIMITS.output_bytes
    assert receipts["eat"].outcome == "failed"
    assert receipts["a"].outcome == "converted"
    assert receipts["a"].memory > 0
    assert set(engine.lacking) <= {"network"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of processor time")
def test_processor_time_is_limited() -> None:
    limits = Limits(cpu_seconds=1)
    [receipt] = LocalEngine(1, limits, work).run([job("spin")])
    assert receipt.code == "too-slow"
    assert "limits.cpu-seconds is 1" in receipt.detail


def test_a_job_that_took_its_worker_along_is_tried_once_more_alone(
    make_isolated: Make, tmp_path: Path
) -> None:
    once = [
        msgspec.structs.replace(job(f"once {number}"), file=str(tmp_path / str(number)))
        for number in range(2)
    ]
    receipts = list(make_isolated(work).run([*once, job("a"), job("die")]))
    assert receipts[0].path == "a"
    found = {one.path: (one.outcome, one.attempts, one.detail) for one in receipts}
    # In a new process each: neither had seen a job before.
    assert found["once 0"] == ("converted", 2, "0")
    assert found["once 1"] == ("converted", 2, "0")
    assert found["die"] == ("failed", 2, "exit code 7")


def test_workers_are_replaced_after_some_files_and_after_growth() -> None:
    for limits in (Limits(worker_files=3), Limits(worker_growth_bytes=-1_000_000_000)):
        receipts = list(LocalEngine(1, limits, work).run([job(str(n)) for n in range(9)]))
        processes = {receipt.detail for receipt in receipts}
        assert len(processes) == (3 if limits.worker_files == 3 else 9)


def test_workers_that_cannot_be_started_are_no_fault_of_the_files() -> None:
    class Broken:
        """Work that can be sent, but not received."""

        def __reduce__(self) -> tuple[object, ...]:
            return getattr, ("no module", "no function")

    engine = LocalEngine(2, Limits(), Broken())  # type: ignore[arg-type]
    with pytest.raises(DocpipeError) as caught:
        list(engine.run([job(str(n)) for n in range(100)]))
    assert caught.value.code is ErrorCode.WORKER_DIED
    assert "no worker can be started" in caught.value.reason("en")


def test_a_stopped_engine_finishes_what_is_at_hand(make: Make) -> None:
    engine = make(work)
    receipts = engine.run(job(f"slow {n}") for n in range(50))
    first = next(receipts)
    engine.stop()
    rest = list(receipts)
    assert first.outcome == "converted"
    assert len(rest) <= 3
    assert all(one.outcome == "converted" for one in rest)


def test_what_does_not_end_in_time_when_stopped_gets_no_receipt() -> None:
    engine = LocalEngine(2, Limits(), work)
    receipts = engine.run([job("a"), job("hang"), job("b")])
    assert next(receipts).path == "a"
    began = time.monotonic()
    engine.stop(0.5)
    assert "hang" not in {one.path for one in receipts}
    assert time.monotonic() - began < 5


def test_workers_are_other_processes_and_as_many_as_asked() -> None:
    receipts = list(LocalEngine(2, work=work).run([job(str(n)) for n in range(50)]))
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
