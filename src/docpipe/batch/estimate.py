"""Says what a run would do, without converting anything: how many files, how many bytes, about how long."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from docpipe import files
from docpipe.batch import plan, run
from docpipe.batch.jobs import Job, Receipt
from docpipe.batch.journal import IN_MEMORY, Journal
from docpipe.batch.sources import size
from docpipe.batch.targets import WORKSPACE
from docpipe.errors import DocpipeError
from docpipe.settings import Settings

_RATES = {".docx": 2.5e-6, ".pdf": 1.5e-6, ".html": 1.0e-6}
_OTHER_RATE = 1.0e-6
"""Seconds per byte of formats that no earlier run has met, measured on the bench's files."""

_PER_FILE = 0.02


class Estimate(Struct, frozen=True):
    """What a run would convert: files and their bytes, about how many seconds; what is unchanged; what cannot be taken."""

    files: int
    bytes: int
    seconds: float
    unchanged: int
    ignored: int
    failures: tuple[Receipt, ...]


def estimate(paths: Sequence[Path], settings: Settings) -> Estimate:
    """What a run of `paths` would do. Nothing is written; files that may be unchanged are read, but not converted.

    Raises DocpipeError as `run.run` does.
    """
    run.check(settings)
    given = list(paths) or [Path(settings.input)]
    found = run.find(given, settings)
    if not found.files:
        raise run.nothing_found(given, found)
    file = Path(settings.output) / WORKSPACE / run.JOURNAL
    with Journal(file if file.exists() else IN_MEMORY) as journal:
        jobs = plan.plan(found, settings, run.recipe_of(settings), journal).jobs
        rates = _RATES | journal.rates()
    new = [job for job in jobs if not _unchanged(job)]
    sizes = [size(job.file) for job in new]
    spent = sum(
        _PER_FILE + length * rates.get(os.path.splitext(job.path)[1].lower(), _OTHER_RATE)
        for job, length in zip(new, sizes, strict=True)
    )
    return Estimate(
        files=len(new),
        bytes=sum(sizes),
        seconds=round(spent / max(1, settings.jobs), 3),
        unchanged=len(jobs) - len(new),
        ignored=len(found.ignored),
        failures=tuple(found.failures),
    )


def _unchanged(job: Job) -> bool:
    if not job.unchanged_if:
        return False
    try:
        content = files.read(job.file, job.settings.limits.file_bytes, follow=False)
    except DocpipeError:
        return False
    return content.sha256 == job.unchanged_if
