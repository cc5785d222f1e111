"""Whatever is killed, and whenever: the next run goes on, and ends with the bytes of a run that nobody disturbed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from reports_folder import NIGHTLY, fill, finish, leftovers, start, targets

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")

MOMENTS = 50 if NIGHTLY else 5
FILES = 100


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "in"
    fill(folder, FILES, repeat=8)
    return folder


@pytest.fixture(scope="module")
def undisturbed(source: Path) -> tuple[dict[str, bytes], float]:
    """What a run leaves that nobody disturbs, and how long it takes in seconds."""
    output = source.parent / "undisturbed"
    began = time.monotonic()
    assert finish(source, output) == 0
    return targets(output), time.monotonic() - began


def wait_for_targets(output: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(list(output.glob("json/*.json"))) < count and time.monotonic() < deadline:
        time.sleep(0.005)


def test_a_run_killed_at_any_moment_ends_the_same_when_run_again(
    source: Path, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    moments = random.Random(7)
    for number in range(MOMENTS):
        output = tmp_path / str(number)
        process = start(source, output)
        time.sleep(moments.uniform(0.1, seconds))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        assert finish(source, output) == 0
        assert targets(output) == expected
        assert leftovers(output) == []
        report = json.loads((output / "report.json").read_text("utf-8"))
        assert len(report["files"]) == FILES


def test_the_supervisor_alone_may_be_killed(
    source: Path, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    process = start(source, tmp_path / "out")
    wait_for_targets(tmp_path / "out", 3)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert finish(source, tmp_path / "out") == 0
    assert targets(tmp_path / "out") == undisturbed[0]


def workers_of(process: int) -> list[int]:
    """The grandchildren of a process: its workers, which its server of processes forked."""

    def children(parent: int) -> list[int]:
        listing = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
        )
        return [int(line) for line in listing.stdout.split()]

    return [worker for child in children(process) for worker in children(child)]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers by ps of Linux")
def test_workers_may_be_killed_in_the_midst_of_their_files(
    source: Path, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    process = start(source, tmp_path / "out")
    moments = random.Random(8)
    kills = 0
    while kills < (20 if NIGHTLY else 8) and process.poll() is None:
        workers = workers_of(process.pid)
        if workers:
            try:
                os.kill(moments.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                continue
            kills += 1
        time.sleep(moments.uniform(0, 0.1))
    process.communicate(timeout=120)
    assert kills > 2
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert len(report["files"]) == FILES
    # A file whose worker is killed twice is given up; the others are not touched by it.
    given_up = [row for row in report["files"] if row["outcome"] == "failed"]
    assert all(row["code"] == "worker-died" and row["attempts"] == 2 for row in given_up)
    assert finish(source, tmp_path / "out", "--reprocess", "all") == 0
    assert targets(tmp_path / "out") == undisturbed[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_end_finishes_what_is_at_hand(
    source: Path, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path, number: int
) -> None:
    output = tmp_path / "out"
    process = start(source, output)
    wait_for_targets(output, 3)
    began = time.monotonic()
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert b"Finishing the files at hand" in errors
    report = json.loads((output / "report.json").read_text("utf-8"))
    assert len(report["files"]) == FILES
    assert report["interrupted"]
    done = {row["path"] for row in report["files"] if row["outcome"] == "converted"}
    assert {f"{name}.json" for name in done} == {path.name for path in output.glob("json/*")}
    assert finish(source, output) == 0
    assert targets(output) == undisturbed[0]


def test_the_second_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    fill(source, 2, repeat=20_000)
    process = start(source, output)
    time.sleep(3)
    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.5)
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 5
