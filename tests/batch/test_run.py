"""Whole runs. Most use a fake conversion and this process, so that each test shows one thing of the run itself."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from pathlib import Path

import msgspec
import pytest

from docpipe.batch import lock, storage, worker
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.estimate import estimate
from docpipe.batch.jobs import Job, Receipt, Summary, failed
from docpipe.batch.run import run
from docpipe.errors import DocpipeError, ErrorCode, WarningCode, warning
from docpipe.model import Document, LookUp, SourceInfo
from docpipe.settings import CleanSettings, Limits, Settings


class Fake:
    """A conversion that echoes its source, fails as the source's text says, and remembers what it was given."""

    def __init__(self) -> None:
        self.converted: list[str] = []

    def convert(
        self, data: bytes, name: str, path: str, settings: Settings, edges: bool, beside: LookUp
    ) -> Document:
        self.converted.append(path)
        text = data.decode()
        if text == "damaged":
            raise DocpipeError(ErrorCode.DAMAGED, "as told", name)
        if text == "bug":
            raise ValueError("as told")
        if text == "memory":
            raise MemoryError
        if text == "deep":
            raise RecursionError("maximum recursion depth exceeded")
        if text == "interrupt":
            raise KeyboardInterrupt
        info = SourceInfo(name, path, "txt", len(data), hashlib.sha256(data).hexdigest())
        document = Document(info, title=text)
        if text == "partial":
            document.warnings.append(warning(WarningCode.PARTIAL, "half"))
        return document

    @staticmethod
    def write(document: Document, format: str, settings: Settings) -> bytes:
        if document.title == f"no {format}":
            raise ValueError(format)
        return f"{format}:{document.title}".encode()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()
    monkeypatch.setattr(worker, "convert_bytes", fake.convert)
    monkeypatch.setattr(worker, "write", fake.write)
    return fake


WITHOUT_WAITING = Limits(settle_seconds=0)


class Folder:
    """An input folder, an output folder and the settings of runs from one to the other."""

    def __init__(self, root: Path) -> None:
        self.input = root / "in"
        self.output = root / "out"
        self.input.mkdir()
        self.settings = Settings(
            input=str(self.input),
            output=str(self.output),
            targets=("json", "txt"),
            jobs=0,
            limits=WITHOUT_WAITING,
            archive=False,
        )

    def put(self, **files: str) -> None:
        for name, text in files.items():
            (self.input / f"{name}.txt").write_text(text)

    def run(self, **changes: object) -> Summary:
        return run([], msgspec.structs.replace(self.settings, **changes))

    def outputs(self) -> dict[str, bytes]:
        """The target folders: path and content."""
        return tree(self.output)


def tree(output: Path) -> dict[str, bytes]:
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.parent != output and ".docpipe" not in path.parts
    }


def outcomes(summary: Summary) -> dict[str, str]:
    return {one.path: one.code or one.outcome for one in summary.receipts}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_each_source_gets_its_targets_and_a_receipt(folder: Folder, fake: Fake) -> None:
    folder.put(b="B", a="A")
    summary = folder.run()
    assert outcomes(summary) == {"a.txt": "converted", "b.txt": "converted"}
    assert summary.exit_code == 0
    assert folder.outputs() == {
        "json/a.txt.json": b"json:A",
        "json/b.txt.json": b"json:B",
        "txt/a.txt": b"txt:A",
        "txt/b.txt": b"txt:B",
    }
    written = summary.receipts[0].targets[1]
    assert written.sha256 == hashlib.sha256(b"txt:A").hexdigest()


def test_a_second_run_finds_all_unchanged(folder: Folder, fake: Fake) -> None:
    folder.put(a="partial")
    assert folder.run().exit_code == 1
    fake.converted.clear()
    again = folder.run()
    assert outcomes(again) == {"a.txt": "unchanged"}
    assert fake.converted == []
    assert again.receipts[0].partly
    assert again.exit_code == 1


def test_what_is_new_changed_failed_or_gone_is_converted(folder: Folder, fake: Fake) -> None:
    folder.put(same="1", changed="2", gone="3", bad="damaged")
    folder.run()
    fake.converted.clear()
    folder.put(new="4", changed="5")
    (folder.output / "txt" / "gone.txt").unlink()
    summary = folder.run()
    assert sorted(fake.converted) == ["bad.txt", "changed.txt", "gone.txt", "new.txt"]
    assert outcomes(summary)["same.txt"] == "unchanged"
    assert folder.outputs()["txt/changed.txt"] == b"txt:5"


@pytest.mark.parametrize(
    "change",
    [{"clean": CleanSettings(cut_at=0.9)}, {"reprocess": "all"}, {"targets": ("json", "md")}],
)
def test_other_settings_convert_again(
    folder: Folder, fake: Fake, change: dict[str, object]
) -> None:
    folder.put(a="1")
    folder.run()
    assert outcomes(folder.run(**change)) == {"a.txt": "converted"}


@pytest.mark.parametrize("name", ["docpipe.batch.run.__version__", "docpipe.batch.run.rules.load"])
def test_another_version_or_other_rules_convert_again(
    folder: Folder, fake: Fake, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder.put(a="1")
    folder.run()

    class Rules:
        digest = "other"

    monkeypatch.setattr(name, "9" if name.endswith("version__") else Rules)
    assert outcomes(folder.run()) == {"a.txt": "converted"}


def test_jobs_and_limits_do_not_convert_again(folder: Folder, fake: Fake) -> None:
    folder.put(a="1")
    folder.run()
    assert outcomes(folder.run(limits=Limits(pages=3, settle_seconds=0))) == {"a.txt": "unchanged"}


def test_targets_made_by_different_runs_are_each_known(folder: Folder, fake: Fake) -> None:
    folder.put(a="1")
    folder.run(targets=("json",))
    folder.put(a="2")
    folder.run(targets=("txt",))
    # The JSON is still that of the first content.
    assert outcomes(folder.run(targets=("txt",))) == {"a.txt": "unchanged"}
    assert outcomes(folder.run(targets=("json", "txt"))) == {"a.txt": "converted"}
    assert folder.outputs() == {"json/a.txt.json": b"json:2", "txt/a.txt": b"txt:2"}


def test_reprocess_failed_touches_only_what_failed(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", bad="damaged")
    folder.run()
    folder.put(bad="good now", new="2", a="3")
    fake.converted.clear()
    summary = folder.run(reprocess="failed")
    assert fake.converted == ["bad.txt"]
    assert summary.left_alone == 2


def test_every_failure_is_a_receipt_and_the_others_go_on(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", b="damaged", c="bug", d="memory", e="deep", f="2")
    summary = folder.run()
    assert outcomes(summary) == {
        "a.txt": "converted",
        "b.txt": "damaged",
        "c.txt": "internal",
        "d.txt": "out-of-memory",
        "e.txt": "internal",
        "f.txt": "converted",
    }
    assert summary.exit_code == 1
    bug = summary.receipts[2]
    assert bug.detail == "ValueError: as told"
    assert "in convert" in bug.traceback
    assert summary.receipts[3].detail.startswith("limits.memory-bytes")


def test_a_target_that_fails_leaves_the_others(folder: Folder, fake: Fake) -> None:
    folder.put(a="no txt")
    summary = folder.run()
    assert outcomes(summary) == {"a.txt": "internal"}
    assert [one.file for one in summary.receipts[0].targets] == ["json/a.txt.json"]
    assert list(folder.outputs()) == ["json/a.txt.json"]
    assert outcomes(folder.run()) == {"a.txt": "internal"}


def test_fail_fast_ends_at_the_first_failure(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", b="damaged", c="2", d="3")
    summary = run([], folder.settings, fail_fast=True)
    assert outcomes(summary) == {"a.txt": "converted", "b.txt": "damaged"}
    assert summary.not_reached == 2


def test_a_dry_run_counts_and_writes_nothing(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", b="damaged")
    found = estimate([], folder.settings)
    assert (found.files, found.bytes, found.unchanged) == (2, 8, 0)
    assert found.seconds > 0
    assert not folder.output.exists()
    folder.run()
    fake.converted.clear()
    (folder.input / "link.txt").symlink_to("nowhere")
    found = estimate([], folder.settings)
    assert (found.files, found.unchanged, len(found.failures)) == (1, 1, 1)
    assert fake.converted == []


def test_an_interrupted_run_sums_up_and_can_go_on(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", b="interrupt", c="2")
    summary = folder.run()
    assert summary.interrupted
    assert summary.exit_code == 130
    assert summary.not_reached == 2
    folder.put(b="3")
    assert outcomes(folder.run()) == {
        "a.txt": "unchanged",
        "b.txt": "converted",
        "c.txt": "converted",
    }


def test_a_renamed_target_does_not_leave_its_old_name(folder: Folder, fake: Fake) -> None:
    (folder.input / "报告").write_text("1")
    folder.run(targets=("docx",))
    assert list(folder.outputs()) == ["docx/报告.docx"]
    (folder.input / "报告.docx").write_text("2")
    folder.run(targets=("docx",))
    assert sorted(folder.outputs().values()) == [b"docx:1", b"docx:2"]
    assert all("~" in name for name in folder.outputs())


def test_the_report_has_a_row_for_each_source(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", b="damaged")
    folder.run()
    report = json.loads((folder.output / "report.json").read_text("utf-8"))
    assert (report["converted"], report["failed"], report["unchanged"]) == (1, 1, 0)
    assert [row["path"] for row in report["files"]] == ["a.txt", "b.txt"]
    assert report["files"][1]["reason"].startswith("the file is damaged")
    assert report["files"][1]["advice"]


def test_observers_are_told_of_each_receipt(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", b="2")
    seen: list[tuple[str, int, int]] = []

    def observe(receipt: Receipt, done: int, total: int) -> None:
        seen.append((receipt.path, done, total))

    run([], folder.settings, observe=observe)
    assert seen == [("a.txt", 1, 2), ("b.txt", 2, 2)]


def test_receipts_may_come_in_any_order(folder: Folder, fake: Fake) -> None:
    class Backwards(SerialEngine):
        def run(self, jobs: Iterable[Job]) -> Generator[Receipt, None, None]:
            for job in reversed(list(jobs)):
                yield worker.work(job)

    folder.put(a="1", b="2", c="3")
    summary = run([], folder.settings, engine=Backwards())
    assert [one.path for one in summary.receipts] == ["a.txt", "b.txt", "c.txt"]


def code_of(call: object) -> ErrorCode:
    with pytest.raises(DocpipeError) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_runs_that_cannot_begin(folder: Folder, fake: Fake, tmp_path: Path) -> None:
    assert code_of(folder.run) is ErrorCode.NOTHING_TO_CONVERT
    folder.put(a="1")
    assert code_of(lambda: folder.run(jobs=-1)) is ErrorCode.BAD_SETTINGS
    assert code_of(lambda: folder.run(targets=())) is ErrorCode.BAD_SETTINGS
    assert code_of(lambda: run([tmp_path / "no"], folder.settings)) is ErrorCode.UNREADABLE
    (tmp_path / "x.docx").mkdir()
    assert code_of(lambda: run([tmp_path / "x.docx"], folder.settings)) is ErrorCode.NOT_A_FILE
    (tmp_path / "file").write_text("")
    blocked = str(tmp_path / "file" / "out")
    assert code_of(lambda: folder.run(output=blocked)) is ErrorCode.OUTPUT_NOT_WRITABLE
    assert code_of(lambda: folder.run(output=str(folder.input))) is ErrorCode.OUTPUT_IS_INPUT


def test_paths_that_do_not_exist_do_not_stop_the_others(
    folder: Folder, fake: Fake, tmp_path: Path
) -> None:
    folder.put(a="1")
    summary = run([tmp_path / "no.txt", folder.input], folder.settings)
    assert sorted(outcomes(summary).values()) == ["converted", "unreadable"]
    assert summary.exit_code == 1
    assert summary.not_reached == 0


def test_an_output_in_use_is_told(folder: Folder, fake: Fake) -> None:
    folder.put(a="1")
    folder.run()
    with lock.held(folder.output / ".docpipe"):
        assert lock.is_held(folder.output / ".docpipe")
        assert code_of(folder.run) is ErrorCode.OUTPUT_IN_USE


def test_what_a_killed_run_left_is_cleared(folder: Folder, fake: Fake) -> None:
    folder.put(a="1")
    (folder.output / ".docpipe").mkdir(parents=True)
    (folder.output / ".docpipe" / "12345.part").write_text("half")
    folder.run()
    left = sorted(path.name for path in (folder.output / ".docpipe").iterdir())
    assert left == ["journal.db", "lock"]


def test_a_full_disk_fails_the_files_and_says_so(
    folder: Folder, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put(a="1", b="2")
    write = storage.write_atomically

    def full(file: Path, data: bytes, workspace: Path) -> None:
        if data:
            raise OSError(28, "No space left on device")
        write(file, data, workspace)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "write_atomically", full)
        summary = folder.run()
    # What fails for one would fail for all, so the run ends.
    assert outcomes(summary) == {"a.txt": "disk-full"}
    assert summary.not_reached == 1
    assert summary.receipts[0].detail == "json/a.txt.json: No space left on device"
    assert set(outcomes(folder.run()).values()) == {"converted"}


def test_a_file_over_the_limit_is_refused_unread(folder: Folder, fake: Fake) -> None:
    folder.put(a="12345", b="1")
    summary = folder.run(limits=Limits(file_bytes=4, settle_seconds=0))
    assert outcomes(summary) == {"a.txt": "too-large", "b.txt": "converted"}


# With the real pipeline, in worker processes.

REPORT = """<html><head><meta charset="utf-8"></head><body><h1>关于{number}号工作的报告</h1>
<h2>一、总体情况</h2>
<p>全年完成了各项任务，取得了明显成效，各方面的工作都有新的进步。</p>
<p>扫码关注公众号，免费领取资料</p>
<h2>二、存在问题</h2>
<p>问题仍然不少，需要继续努力，不断改进工作方法，提高工作质量。</p></body></html>"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    for number in range(6):
        (tmp_path / "in" / f"报告{number}.html").write_text(REPORT.format(number=number), "utf-8")
    (tmp_path / "in" / "sub" / "empty.html").write_bytes(b"")
    return tmp_path / "in"


def test_one_worker_and_two_give_the_same_bytes(reports: Path, tmp_path: Path) -> None:
    results = []
    for jobs in (0, 1, 2):
        output = tmp_path / f"out-{jobs}"
        settings = Settings(
            output=str(output), targets=("json", "docx", "html", "md", "txt"), jobs=jobs
        )
        summary = run([reports], settings)
        assert len(summary.of("converted")) == 6, outcomes(summary)
        assert outcomes(summary)["sub/empty.html"] == "empty-file"
        results.append(tree(output))
    assert len(results[0]) == 30
    assert results[0] == results[1] == results[2]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_ends_with_the_same_bytes_when_run_again(
    reports: Path, tmp_path: Path, kill: signal.Signals
) -> None:
    for number in range(60):
        (reports / f"more{number}.html").write_text(REPORT.format(number=number) * 20, "utf-8")
    code = "import sys; from docpipe.cli import main; sys.exit(main())"
    output = tmp_path / "out"
    command = [sys.executable, "-c", code, "convert", str(reports), "-t", "json", "-o"]
    process = subprocess.Popen(
        [*command, str(output)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not list(output.glob("json/*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, kill)
    process.communicate(timeout=60)
    assert process.returncode == (130 if kill is signal.SIGINT else -kill)
    assert 0 < len(list(output.glob("json/*.json"))) < 66
    subprocess.run([*command, str(output)], capture_output=True, check=False, timeout=120)
    subprocess.run(
        [*command, str(tmp_path / "fresh")], capture_output=True, check=False, timeout=120
    )
    assert len(tree(output)) == 66
    assert tree(output) == tree(tmp_path / "fresh")


# Files that take their workers along.


class Deadly(SerialEngine):
    """An engine whose worker dies of some contents."""

    def __init__(self, deadly: bytes) -> None:
        super().__init__(self._work)
        self.deadly = deadly
        self.tried: list[str] = []

    def _work(self, job: Job) -> Receipt:
        receipt = worker.work(job)
        if receipt.code == ErrorCode.QUARANTINED:
            return receipt
        self.tried.append(job.path)
        if Path(job.file).read_bytes() == self.deadly:
            return msgspec.structs.replace(
                failed(job, ErrorCode.WORKER_DIED, "SIGABRT"), attempts=2
            )
        return receipt


def test_what_was_given_up_is_in_quarantine_and_not_tried_again(folder: Folder, fake: Fake) -> None:
    folder.put(a="1", bad="deadly")
    engine = Deadly(b"deadly")
    summary = run([], folder.settings, engine=engine)
    assert outcomes(summary) == {"a.txt": "converted", "bad.txt": "worker-died"}
    [reason] = (folder.output / "quarantine").glob("bad.txt~*.reason.json")
    copy = reason.with_name(reason.name.removesuffix(".reason.json"))
    assert copy.read_bytes() == b"deadly"
    told = json.loads(reason.read_text("utf-8"))
    assert (told["path"], told["code"], told["attempts"]) == ("bad.txt", "worker-died", 2)

    engine = Deadly(b"deadly")
    summary = run([], folder.settings, engine=engine)
    assert outcomes(summary) == {"a.txt": "unchanged", "bad.txt": "quarantined"}
    assert summary.exit_code == 1
    assert engine.tried == ["a.txt"]
    assert "SIGABRT" in summary.receipts[1].error().reason("en")

    for changes in ({"reprocess": "failed"}, {"limits": Limits(settle_seconds=0, seconds=9)}):
        engine = Deadly(b"deadly")
        run([], msgspec.structs.replace(folder.settings, **changes), engine=engine)
        assert "bad.txt" in engine.tried

    folder.put(bad="good")
    assert outcomes(run([], folder.settings, engine=Deadly(b"deadly")))["bad.txt"] == "converted"
    assert list((folder.output / "quarantine").iterdir()) == []


def test_quarantine_holds_no_copies_if_that_is_switched_off(folder: Folder, fake: Fake) -> None:
    folder.put(bad="deadly")
    settings = msgspec.structs.replace(folder.settings, quarantine=False)
    run([], settings, engine=Deadly(b"deadly"))
    assert [one.suffix for one in (folder.output / "quarantine").iterdir()] == [".json"]
    assert outcomes(run([], settings, engine=Deadly(b"deadly")))["bad.txt"] == "quarantined"
