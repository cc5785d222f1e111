"""Faults that happen while a run is going: files that change or vanish, full and read-only disks, broken journals, closed pipes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from reports_folder import PAGE, command, fill, finish, start, targets

from docpipe.batch import run as runs
from docpipe.batch import worker
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.jobs import Job, Receipt
from docpipe.batch.run import run
from docpipe.errors import ErrorCode
from docpipe.settings import Limits, Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files and pipes")

FILES = 40


@pytest.fixture
def source(tmp_path: Path) -> Path:
    fill(tmp_path / "in", FILES)
    return tmp_path / "in"


def settings(source: Path, **changes: object) -> Settings:
    plain = Settings(
        input=str(source),
        output=str(source.parent / "out"),
        targets=("json",),
        jobs=0,
        archive=False,
    )
    return msgspec.structs.replace(plain, **changes)


def report(output: Path) -> dict[str, dict[str, object]]:
    rows = json.loads((output / "report.json").read_text("utf-8"))["files"]
    assert len(rows) == len({row["path"] for row in rows})
    return {row["path"]: row for row in rows}


def test_a_file_that_is_being_written_is_converted_once_and_whole(source: Path) -> None:
    slow = source / "slow.html"
    converted: list[Receipt] = []

    def write() -> None:
        with slow.open("wb") as stream:
            for number in range(12):
                stream.write(PAGE.format(number=number).encode())
                stream.flush()
                time.sleep(0.2)
            os.fsync(stream.fileno())

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.1)
    run([], settings(source), observe=lambda receipt, done, total: converted.append(receipt))
    writer.join()
    [receipt] = [one for one in converted if one.path == "slow.html"]
    assert receipt.sha256 == hashlib.sha256(slow.read_bytes()).hexdigest()
    assert converted[-1] is receipt


def test_a_file_that_never_comes_to_rest_is_left(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docpipe.batch.worklist.PATIENCE", 0.2)
    (source / "new.html").write_text(PAGE, "utf-8")
    summary = run([], settings(source, limits=Limits(settle_seconds=60)))
    assert [one.path for one in summary.of("failed")] == ["new.html"]
    assert summary.of("failed")[0].code == ErrorCode.STILL_CHANGING
    assert len(summary.of("converted")) == FILES


def test_a_file_that_is_renamed_in_is_taken_once(source: Path) -> None:
    (source / "later.html.tmp").write_text(PAGE, "utf-8")
    assert "later.html.tmp" in {one.path for one in run([], settings(source)).ignored}
    os.rename(source / "later.html.tmp", source / "later.html")
    assert [one.path for one in run([], settings(source)).of("converted")] == ["later.html"]


class Meddling(SerialEngine):
    """Does something to the files of one job between the reading and the end of its conversion."""

    def __init__(self, path: str, meddle: object, before: bool = False) -> None:
        super().__init__(self._work)
        self.path = path
        self.meddle = meddle
        self.before = before

    def _work(self, job: Job) -> Receipt:
        if job.path != self.path or self.meddle is None:
            return worker.work(job)
        meddle, self.meddle = self.meddle, None
        if self.before:
            meddle(Path(job.file))  # type: ignore[operator]
            return worker.work(job)
        convert = worker.convert_bytes

        def meanwhile(*arguments: object, **options: object) -> object:
            meddle(Path(job.file))  # type: ignore[operator]
            return convert(*arguments, **options)  # type: ignore[arg-type]

        worker.convert_bytes = meanwhile  # type: ignore[assignment]
        try:
            return worker.work(job)
        finally:
            worker.convert_bytes = convert


def test_a_file_that_is_replaced_while_it_is_read_is_converted_again(source: Path) -> None:
    def replace(file: Path) -> None:
        other = file.with_suffix(".new")
        other.write_text(PAGE.format(number="新"), "utf-8")
        os.replace(other, file)

    engine = Meddling("报告003.html", replace)
    summary = run([], settings(source), engine=engine)
    [receipt] = [one for one in summary.receipts if one.path == "报告003.html"]
    now = hashlib.sha256((source / "报告003.html").read_bytes()).hexdigest()
    assert receipt.sha256 == now
    assert len(summary.of("converted")) == FILES


def test_a_file_that_vanishes_costs_only_itself(source: Path) -> None:
    engine = Meddling("报告003.html", lambda file: file.unlink(), before=True)
    summary = run([], settings(source), engine=engine)
    [failure] = summary.of("failed")
    assert failure.code == ErrorCode.VANISHED
    assert len(summary.of("converted")) == FILES - 1
    # And later nobody misses it.
    assert run([], settings(source)).exit_code == 0


def test_a_file_that_is_turned_into_a_link_is_not_followed(source: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>secret</p>", "utf-8")

    def turn(file: Path) -> None:
        file.unlink()
        file.symlink_to(secret)

    summary = run([], settings(source), engine=Meddling("报告003.html", turn, before=True))
    [failure] = summary.of("failed")
    assert (failure.code, failure.detail) == (ErrorCode.NOT_A_FILE, "a link")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 400 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=400k", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if not done or done.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_ends_the_run_with_a_clear_error(
    source: Path, small_disk: Path, tmp_path: Path
) -> None:
    fill(source, 90)
    process = start(source, small_disk / "out")
    out, errors = process.communicate(timeout=60)
    assert process.returncode in (1, 2)
    said = (out + errors).decode()
    assert "the output cannot" in said
    assert "Traceback" not in said
    for file in small_disk.glob("out/json/*.json"):
        json.loads(file.read_text("utf-8"))
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    assert finish(source, small_disk / "out") == 0
    assert finish(source, tmp_path / "fresh") == 0
    assert targets(small_disk / "out") == targets(tmp_path / "fresh")


def test_a_read_only_output_is_told_before_any_work(source: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    assert finish(source, small_disk / "out") == 0
    before = targets(small_disk / "out")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    process = start(source, small_disk / "out", "--reprocess", "all")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"the output cannot" in errors
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert finish(source, small_disk / "out") == 0
    assert targets(small_disk / "out") == before


@pytest.mark.parametrize("damage", ["truncated", "overwritten", "emptied"])
def test_a_damaged_journal_costs_nothing_but_time(source: Path, damage: str) -> None:
    output = source.parent / "out"
    run([], settings(source))
    before = targets(output)
    journal = output / ".docpipe" / runs.JOURNAL
    whole = journal.read_bytes()
    contents = {
        "truncated": whole[: len(whole) // 2],
        "overwritten": b"\0garbage" * 1000,
        "emptied": b"",
    }
    journal.write_bytes(contents[damage])
    summary = run([], settings(source))
    assert summary.rebuilt == (damage != "emptied")
    assert len(summary.of("converted")) == FILES
    assert targets(output) == before
    assert len(run([], settings(source)).of("unchanged")) == FILES


def test_two_runs_do_not_share_an_output_and_status_tells_of_the_first(source: Path) -> None:
    fill(source, FILES, repeat=150)
    output = source.parent / "out"
    first = start(source, output)
    while not list(output.glob("json/*.json")):
        time.sleep(0.01)
    second = start(source, output)
    status = [sys.executable, "-c", "from docpipe.cli import main; main()", "status", "-o", output]
    told = subprocess.run(status, capture_output=True, check=True).stdout.decode()
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 2
    assert b"another run is writing to this output" in errors
    assert f"A run is going, process {first.pid}" in told
    assert f" of {FILES}," in told
    first.communicate(timeout=60)
    assert first.returncode == 0
    ended = subprocess.run(status, capture_output=True, check=True).stdout.decode()
    assert "No run is going." in ended
    assert f"Done: {FILES} of {FILES}, failed: 0, waiting: 0." in ended


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nobody_need_listen(source: Path, stream: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ends = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, stream: writer}
    quiet = [one for one in command(source, source.parent / "out") if one != "-q"]
    process = subprocess.Popen([*quiet, "-v"], **ends)  # type: ignore[call-overload]
    os.close(writer)
    _, errors = process.communicate(timeout=60)
    assert b"Traceback" not in (errors or b"")
    assert b"Exception ignored" not in (errors or b"")
    assert process.returncode == 0
    assert len(list((source.parent / "out" / "json").iterdir())) == FILES


def test_clocks_may_be_wrong(source: Path) -> None:
    os.utime(source / "报告001.html", (0, 0))
    os.utime(source / "报告002.html", (2**33, 2**33))
    assert len(run([], settings(source)).of("converted")) == FILES


def test_what_is_left_of_deleted_sources_is_told_and_pruned(source: Path) -> None:
    output = source.parent / "out"
    run([], settings(source))
    other = source.parent / "other"
    fill(other, 2)
    for file in other.iterdir():
        file.rename(file.with_stem(f"other-{file.stem}"))
    run([other], settings(source))
    (source / "报告001.html").unlink()
    summary = run([], settings(source))
    assert summary.stale == ("json/报告001.html.json",)
    assert (output / "json" / "报告001.html.json").exists()
    # Another folder's run has no opinion on it.
    assert run([other], settings(source), prune=True).stale == ()
    summary = run([], settings(source), prune=True)
    assert (summary.stale, summary.pruned) == ((), 1)
    assert not (output / "json" / "报告001.html.json").exists()
    assert run([], settings(source)).stale == ()
    assert len(targets(output)) == FILES - 1 + 2
