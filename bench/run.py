"""`make bench`: quality on the gold set and on the boilerplate data, and the cost of each step, in one run.

Times are CPU seconds of this process, warm, the best of three; read them as ratios. The gold set and the real files are
read from ../shared; what is absent is left out and said.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent / "boilerplate"))

import speed
from score import Half, figures, planted
from train import half_model

import archive
from docpipe import clean, rules
from docpipe.describe import describe
from docpipe.errors import DocpipeError
from docpipe.mend import mend
from docpipe.model import Document
from docpipe.outline import outline
from docpipe.pipeline import convert, read, write
from docpipe.settings import CleanSettings, Settings
from docpipe.survey import survey

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
T = TypeVar("T")
STEPS = ("read", "survey", "clean", "mend", "outline", "describe", "json")


def main() -> None:
    """Print all figures."""
    boilerplate()
    archive.archive()
    if SHARED.is_dir():
        quality(
            "gold set",
            SHARED / "bench/dev/files",
            [SHARED / "bench/score.py", SHARED / "bench/dev"],
        )
        quality("web pages", SHARED / "bench/html/pages", [SHARED / "bench/score_html.py"])
        steps()
        speed.docx()
        speed.html()
        speed.pdf()
    else:
        print("The folder 'shared' is not beside the project: no gold set, no real files.")


def boilerplate() -> None:
    """Precision and recall of cleaning on the lines of bench/boilerplate, by half."""
    print("== boilerplate, a line in a plain report (95 % interval)")
    halves: tuple[tuple[Half, Half, str], ...] = (
        ("held-out", "tuned", "words learned from the other half, rules written mainly from it"),
        ("tuned", "held-out", "words learned from the other half, rules written from this one"),
    )
    for half, other, meaning in halves:
        ruleset = rules.load()._replace(likeness=half_model(other))
        found = figures(list(planted(half, ruleset)))
        (p, p0, p1), (r, r0, r1) = found.precision, found.recall
        print(
            f"precision {p:.3f} [{p0:.3f}, {p1:.3f}]  recall {r:.3f} [{r0:.3f}, {r1:.3f}]  {found.own} own, {found.adverts} adverts; {meaning}"
        )


def quality(name: str, files: Path, scorer: list[Path]) -> None:
    """Convert a folder and print its score."""
    print(f"\n== {name}")
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(files.iterdir()):
            try:
                data = write(convert(file), "json")
            except DocpipeError as error:
                print(error)
                continue
            (Path(folder) / f"{file.name}.json").write_bytes(data)
        command = [sys.executable, str(scorer[0]), *map(str, scorer[1:]), folder]
        print(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def steps() -> None:
    """The cost of each step over the DOCX, PDF and HTML of the gold set and the real files."""
    print("\n== CPU seconds a step (best of three)")
    print(f"{'':6}{'files':>6}" + "".join(f"{step:>10}" for step in STEPS) + f"{'clean/read':>12}")
    groups = {
        "docx": [
            *(SHARED / "bench/dev/files").glob("*.docx"),
            *(SHARED / "corpus/docx").glob("*.docx"),
        ],
        "pdf": [
            *(SHARED / "bench/dev/files").glob("*.pdf"),
            *(SHARED / "corpus/pdf").glob("*.pdf"),
        ],
        "html": sorted((SHARED / "bench/html/pages").glob("*.html"))[:60],
    }
    for name, files in groups.items():
        best = [float("inf")] * len(STEPS)
        for _ in range(3):
            total = [0.0] * len(STEPS)
            for file in sorted(files):
                for index, seconds in enumerate(_timed(file)):
                    total[index] += seconds
            best = [min(a, b) for a, b in zip(best, total, strict=True)]
        cells = "".join(f"{seconds:10.3f}" for seconds in best)
        print(f"{name:6}{len(files):6}{cells}{(best[1] + best[2]) / best[0]:12.2f}")


def _timed(file: Path) -> list[float]:
    """CPU seconds of each step on one file; none where it cannot be read."""
    data, settings, ruleset = file.read_bytes(), Settings(), rules.load()
    try:
        seconds, document = _clocked(lambda: read(data, file.name, "", "", settings))
    except DocpipeError:
        return [0.0] * len(STEPS)
    times = [seconds]
    seconds, seen = _clocked(lambda: survey(document, ruleset))
    times.append(seconds)

    def cut() -> Document:
        return clean.apply(
            document, clean.find(document, seen, ruleset, CleanSettings()), CleanSettings()
        )

    for step in (
        cut,
        lambda: mend(document),
        lambda: outline(document),
        lambda: describe(document),
        lambda: write(document, "json"),
    ):
        times.append(_clocked(step)[0])
    return times


def _clocked(action: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()
