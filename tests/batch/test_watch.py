"""`docpipe watch`, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from reports_folder import PAGE, fill

from docpipe.batch.watch import watch
from docpipe.errors import DocpipeError, ErrorCode

pytest.importorskip("watchfiles", reason="the extra `watch` is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")

CODE = "import sys; from docpipe.cli import main; sys.exit(main())"


def start(source: Path, output: Path) -> subprocess.Popen[bytes]:
    arguments = ["watch", str(source), "-o", str(output), "-t", "json", "--no-archive"]
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def stop(process: subprocess.Popen[bytes]) -> bytes:
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    return errors


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def made(output: Path) -> set[str]:
    return {path.name.removesuffix(".json") for path in output.glob("json/*")}


def test_what_is_dropped_is_converted_also_after_a_restart(tmp_path: Path) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    fill(source, 2)
    process = start(source, output)
    until(lambda: len(made(output)) == 2)
    (source / "new.html.part").write_text(PAGE, "utf-8")
    (source / "sub").mkdir()
    os.rename(source / "new.html.part", source / "new.html")
    until(lambda: "new.html" in made(output))
    errors = stop(process)
    assert errors.count(b"new.html\n") == 1
    assert b".part" not in errors
    (source / "meanwhile.html").write_text(PAGE, "utf-8")
    process = start(source, output)
    until(lambda: "meanwhile.html" in made(output))
    stop(process)
    assert made(output) == {"报告000.html", "报告001.html", "new.html", "meanwhile.html"}


def test_an_empty_folder_may_be_watched_and_a_missing_one_not(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    process = start(tmp_path / "in", tmp_path / "out")
    time.sleep(2)
    (tmp_path / "in" / "first.html").write_text(PAGE, "utf-8")
    until(lambda: made(tmp_path / "out") == {"first.html"})
    stop(process)
    with pytest.raises(DocpipeError) as caught:
        watch(tmp_path / "none", tmp_path / "out", lambda only: None)
    assert caught.value.code is ErrorCode.UNREADABLE


def test_without_watchfiles_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(DocpipeError) as caught:
        watch(tmp_path, tmp_path / "out", lambda only: None)
    assert caught.value.code is ErrorCode.NOT_INSTALLED
    assert "docpipe[watch]" in caught.value.advice("en")
