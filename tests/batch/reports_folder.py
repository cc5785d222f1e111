"""Folders of small reports for runs in processes of their own, and such runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from docpipe.batch.targets import WORKSPACE

NIGHTLY = bool(os.environ.get("DOCPIPE_NIGHTLY"))
"""Whether the long forms of the tests are wanted (`make nightly`)."""

PAGE = """<html><head><meta charset="utf-8"></head><body><h1>关于{number}号工作的报告</h1>
<h2>一、总体情况</h2>
<p>全年完成了各项任务，取得了明显成效，各方面的工作都有新的进步。</p>
<p>扫码关注公众号，免费领取资料</p>
<h2>二、存在问题</h2>
<p>问题仍然不少，需要继续努力，不断改进工作方法，提高工作质量。</p></body></html>"""
_CODE = "import sys; from docpipe.cli import main; sys.exit(main())"


def fill(folder: Path, count: int, repeat: int = 1) -> None:
    """Put so many reports into a folder, old enough that no run waits for them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / f"报告{number:03}.html"
        file.write_text(PAGE.format(number=number) * repeat, "utf-8")
        os.utime(file, (1_600_000_000, 1_600_000_000))


def command(source: Path, output: Path, *options: str) -> list[str]:
    """The command line of a run with two workers."""
    arguments = ["convert", str(source), "-o", str(output), "-j", "2", "-t", "json,md", "-q"]
    return [sys.executable, "-c", _CODE, *arguments, "--no-archive", *options]


def start(source: Path, output: Path, *options: str) -> subprocess.Popen[bytes]:
    """A run in a process group of its own."""
    return subprocess.Popen(
        command(source, output, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "DOCPIPE_LANG": "en"},
    )


def finish(source: Path, output: Path, *options: str) -> int:
    """Run to the end; its exit code."""
    process = start(source, output, *options)
    _, errors = process.communicate(timeout=120)
    assert b"Traceback" not in errors, errors.decode()
    return process.returncode


def targets(output: Path) -> dict[str, bytes]:
    """The files in the target folders, and their content."""
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.parent != output and WORKSPACE not in path.parts
    }


def leftovers(output: Path) -> list[str]:
    """What should not be left when a run has ended."""
    return [
        path.name for path in (output / WORKSPACE).iterdir() if path.suffix in (".part", ".tmp")
    ]
