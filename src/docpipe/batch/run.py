"""A whole run: find the sources, plan a job for each, let an engine do them, note each receipt, sum up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from docpipe import __version__, rules
from docpipe.batch import sources
from docpipe.batch.engines import Engine
from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.jobs import Job, Receipt, Summary, TargetFile
from docpipe.batch.journal import IN_MEMORY, Journal, Made, Recipe
from docpipe.batch.targets import WORKSPACE, name_targets, write_atomically
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Settings

JOURNAL = "journal.db"
REPORT = "report.json"

Observer = Callable[[Receipt, int, int], None]
"""Told of each receipt, the number of sources done so far, and the number of all."""


def run(
    paths: Sequence[Path],
    settings: Settings,
    *,
    dry_run: bool = False,
    fail_fast: bool = False,
    observe: Observer = lambda receipt, done, total: None,
    engine: Engine | None = None,
) -> Summary:
    """Convert the files named by `paths`, and those in the folders among them, into `settings.output`.

    Without `paths`, it is `settings.input`. With `dry_run` everything is done but nothing is written; with
    `fail_fast` the run ends at the first failure. `engine` overrides the choice by `settings.jobs`. A Ctrl-C ends the
    run early with a summary of what was done.
    Raises DocpipeError: NOTHING_TO_CONVERT, BAD_SETTINGS, BAD_RULES, OUTPUT_NOT_WRITABLE, OUTPUT_IN_USE,
    OUTPUT_IS_INPUT; and the failure of the first of `paths` if there is nothing else to convert.
    """
    started = time.perf_counter()
    _check(settings)
    output = Path(settings.output)
    given = list(paths) or [Path(settings.input)]
    found = sources.find(given, output, Path(settings.input))
    if not found.files:
        raise _nothing(given, found)
    summary = Summary(receipts=list(found.failures), ignored=found.ignored, dry_run=dry_run)
    recipe = Recipe(settings.digest(), rules.load().digest, __version__)
    with _open(output, dry_run) as journal:
        jobs = _plan(found, settings, recipe, journal, dry_run)
        summary.left_alone = len(found.files) - len(jobs)
        if not (fail_fast and found.failures):
            _work(jobs, engine or _engine(settings), journal, recipe, summary, fail_fast, observe)
        summary.not_reached = len(jobs) + len(found.failures) - len(summary.receipts)
        summary.receipts.sort(key=lambda receipt: receipt.path)
        summary.seconds = round(time.perf_counter() - started, 3)
        if not dry_run:
            _write_report(output, summary)
    return summary


def _check(settings: Settings) -> None:
    if settings.jobs < 0:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, f"jobs = {settings.jobs}")
    if not settings.targets:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, "targets = []")


def _nothing(given: Sequence[Path], found: sources.Sources) -> DocpipeError:
    if found.failures:
        return found.failures[0].error()
    return DocpipeError(ErrorCode.NOTHING_TO_CONVERT, ", ".join(str(path) for path in given))


def _engine(settings: Settings) -> Engine:
    return LocalEngine(settings.jobs) if settings.jobs else SerialEngine()


def _open(output: Path, dry_run: bool) -> Journal:
    workspace = output / WORKSPACE
    if dry_run:
        return Journal(workspace / JOURNAL if (workspace / JOURNAL).exists() else IN_MEMORY)
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        journal = Journal(workspace / JOURNAL)
        for unfinished in workspace.glob("*.part"):  # of a run that was killed
            unfinished.unlink()
    except OSError as error:
        detail = f"{output}: {error.strerror or error}"
        raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, detail) from error
    return journal


def _plan(
    found: sources.Sources, settings: Settings, recipe: Recipe, journal: Journal, dry_run: bool
) -> list[Job]:
    """A job for each source that this run has to look at, in the order of the sources."""
    targets = name_targets([one.path for one in found.files], settings.targets)
    in_use = {target.file for files in targets.values() for target in files}
    wanted = found.files
    if settings.reprocess == "failed":
        failed = journal.failed()
        wanted = [one for one in found.files if one.path in failed]
    jobs = []
    for one in wanted:
        made = journal.made(one.path)
        old = {made[target.format].file for target in targets[one.path] if target.format in made}
        jobs.append(
            Job(
                file=one.file,
                path=one.path,
                output=settings.output,
                targets=targets[one.path],
                settings=settings,
                unchanged_if=_unchanged_if(made, targets[one.path], settings, recipe),
                stale=tuple(sorted(old - in_use)),
                dry_run=dry_run,
            )
        )
    return jobs


def _unchanged_if(
    made: dict[str, Made], targets: Sequence[TargetFile], settings: Settings, recipe: Recipe
) -> str:
    """The SHA-256 of the content of which all targets are made and there, by the same recipe; else ""."""
    if settings.reprocess == "all":
        return ""
    contents = set()
    for target in targets:
        one = made.get(target.format)
        there = (Path(settings.output) / target.file).is_file()
        if one is None or one.file != target.file or one.recipe != recipe or not there:
            return ""
        contents.add(one.content)
    return contents.pop() if len(contents) == 1 else ""


def _work(
    jobs: list[Job],
    engine: Engine,
    journal: Journal,
    recipe: Recipe,
    summary: Summary,
    fail_fast: bool,
    observe: Observer,
) -> None:
    total = len(jobs)
    receipts = engine.run(jobs)
    try:
        for done, receipt in enumerate(receipts, 1):
            if receipt.outcome == "unchanged":
                receipt = _as_before(receipt, journal)
            elif not summary.dry_run:
                journal.record(receipt, recipe)
            summary.receipts.append(receipt)
            observe(receipt, done, total)
            if fail_fast and receipt.outcome == "failed":
                return
    except KeyboardInterrupt:
        summary.interrupted = True
    finally:
        receipts.close()


def _as_before(receipt: Receipt, journal: Journal) -> Receipt:
    """An unchanged receipt, with what is known of the file from when it was converted."""
    before = journal.receipt(receipt.path)
    if before is None or before.outcome != "converted":
        return receipt
    return msgspec.structs.replace(
        before, file=receipt.file, outcome="unchanged", seconds=receipt.seconds
    )


def _write_report(output: Path, summary: Summary) -> None:
    """Write `report.json`: the counts and the receipts, with reason and advice (English) for each failure."""
    rows = []
    for receipt in summary.receipts:
        row = msgspec.to_builtins(receipt)
        if receipt.outcome == "failed":
            row["reason"] = receipt.error().reason("en")
            row["advice"] = receipt.error().advice("en")
        rows.append(row)
    counts = {name: len(summary.of(name)) for name in ("converted", "unchanged", "failed")}
    report = {
        **counts,
        "ignored": summary.ignored,
        "left_alone": summary.left_alone,
        "not_reached": summary.not_reached,
        "removed": sum(receipt.removed for receipt in summary.receipts),
        "seconds": summary.seconds,
        "interrupted": summary.interrupted,
        "files": rows,
    }
    text = msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
    try:
        write_atomically(output / REPORT, text, output / WORKSPACE)
    except OSError as error:
        detail = f"{REPORT}: {error.strerror or error}"
        raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, detail) from error
