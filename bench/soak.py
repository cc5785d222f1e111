"""A long run over many files: memory of supervisor and workers, throughput of one worker and of two, rows of the report.

usage: python bench/soak.py [--files 3000] [--keep FOLDER]

The files are those of ../shared/bench/dev again and again, as DOCX, PDF, HTML and text. Ends with 1 if a bound is not held. The ratio of
throughputs means something only on a machine that does nothing else; the share of the processors that was free is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

SHARED = Path(__file__).parent.parent.parent / "shared"
CODE = "import sys; from docpipe.cli import main; sys.exit(main())"
MOST_GROWTH = 20.0
"""The supervisor's memory may grow by so many MB between the first tenth of the run and its end."""

MOST_WORKER = 600.0
"""A worker may have so many MB."""

LEAST_GAIN = 1.8


class Soak(NamedTuple):
    """What a run showed.

    Seconds, MB of the supervisor early on and at most after that, MB of the largest worker, rows of the report, the share of
    the processors that was idle, and seconds of processor time that the supervisor used.
    """

    seconds: float
    early: float
    late: float
    worker: float
    rows: int
    free: float
    own: float


def fill(folder: Path, count: int) -> None:
    """Copy the bench's files until there are so many."""
    files = sorted((SHARED / "bench/dev/files").iterdir())
    for number in range(count):
        file = files[number % len(files)]
        target = folder / f"{number // 100:02}" / f"{number:05}-{file.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        os.utime(target, (1_600_000_000, 1_600_000_000))


def memory(process: int) -> float:
    """MB of a process, 0 if it is gone."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def processor_time(process: int) -> float:
    """Seconds of processor time that a process has used, 0 if it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """The child processes of a process."""
    try:
        return [
            int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except (OSError, ValueError):
        return []


def idle() -> tuple[int, int]:
    """Clock ticks of all processors: idle, and in all."""
    ticks = [int(one) for one in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return ticks[3] + ticks[4], sum(ticks)


def soak(source: Path, output: Path, jobs: int) -> Soak:
    """Run with so many workers and look on."""
    arguments = ["convert", str(source), "-o", str(output), "-j", str(jobs), "-q"]
    began, (idle_before, all_before) = time.monotonic(), idle()
    process = subprocess.Popen([sys.executable, "-c", CODE, *arguments, "--no-archive"])
    supervisor: list[float] = []
    worker = own = 0.0
    while process.poll() is None:
        supervisor.append(memory(process.pid))
        own = max(own, processor_time(process.pid))
        for server in children(process.pid):
            worker = max([worker, *(memory(one) for one in children(server))])
        time.sleep(0.2)
    seconds = time.monotonic() - began
    idle_after, all_after = idle()
    rows = json.loads((output / "report.json").read_text("utf-8"))["files"]
    tenth = max(1, len(supervisor) // 10)
    # The last samples are of the writing of the report.
    body = supervisor[:-3] or supervisor
    return Soak(
        seconds=seconds,
        early=max(supervisor[:tenth]),
        late=max(body[tenth:] or body),
        worker=worker,
        rows=len(rows),
        free=(idle_after - idle_before) / max(1, all_after - all_before),
        own=own,
    )


def main() -> int:
    """Soak with one worker and with two, print what was seen, and say whether it is within the bounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="soak-"))
    fill(folder / "in", options.files)
    found = {}
    for jobs in (2, 1):
        found[jobs] = one = soak(folder / "in", folder / f"out-{jobs}", jobs)
        print(
            f"{jobs} worker(s): {options.files / one.seconds:.1f} files/s in {one.seconds:.0f} s, "
            f"supervisor {one.early:.0f} MB early, {one.late:.0f} MB at most, "
            f"largest worker {one.worker:.0f} MB, rows {one.rows}, processors idle {one.free:.0%}, "
            f"processor time of the supervisor {one.own:.1f} s",
            flush=True,
        )
    gain = found[1].seconds / found[2].seconds
    print(f"two workers do {gain:.2f} times as much as one")
    if not options.keep:
        shutil.rmtree(folder)
    bounds = [
        gain >= LEAST_GAIN,
        all(one.late - one.early < MOST_GROWTH for one in found.values()),
        all(one.worker < MOST_WORKER for one in found.values()),
        all(one.rows == options.files for one in found.values()),
    ]
    return int(not all(bounds))


if __name__ == "__main__":
    sys.exit(main())
