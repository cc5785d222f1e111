"""A whole run: find the sources, plan a job for each, let an engine do them, note each receipt, sum up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from docpipe import __version__, rules
from docpipe.batch import report, sources
from docpipe.batch.engines import Engine
from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.jobs import (
    Job,
    LearnCandidate,
    Receipt,
    Summary,
    TargetFile,
    encodable,
    without_text,
)
from docpipe.batch.journal import IN_MEMORY, Journal, Made, Recipe
from docpipe.batch.recurring import Recurring
from docpipe.batch.targets import WORKSPACE, name_targets, open_atomically
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.rules import site
from docpipe.settings import DocxSettings, Settings
from docpipe.texts import Language, user_language

JOURNAL = "journal.db"
REPORT = "report.json"
REPORT_PAGE = "report.html"

_CANDIDATES = 200
"""So many lines that recurred are reported."""

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
    language: Language | None = None,
    write_reports: bool = True,
) -> Summary:
    """Convert the files named by `paths`, and those in the folders among them, into `settings.output`.

    Without `paths`, it is `settings.input`. With `dry_run` everything is done but nothing is written; with
    `fail_fast` the run ends at the first failure. `engine` overrides the choice by `settings.jobs`, `language`
    (of `report.html`) the user's. Without `write_reports` the reports of the run before stay. A Ctrl-C ends the run
    early with a summary of what was done.
    Raises DocpipeError: NOTHING_TO_CONVERT, BAD_SETTINGS, BAD_RULES, OUTPUT_NOT_WRITABLE, OUTPUT_IN_USE,
    OUTPUT_IS_INPUT; and the failure of the first of `paths` if there is nothing else to convert.
    """
    started = time.perf_counter()
    _check(settings)
    output = Path(settings.output)
    given = list(paths) or [Path(settings.input)]
    found = sources.find(given, output, Path(settings.input))
    if not found.files:
        raise nothing_found(given, found)
    summary = Summary(receipts=list(found.failures), ignored=found.ignored, dry_run=dry_run)
    recipe = _recipe(settings)
    with _open(output, dry_run) as journal:
        jobs = _plan(found, settings, recipe, journal, dry_run)
        summary.left_alone = len(found.files) - len(jobs)
        if not (fail_fast and found.failures):
            _work(
                jobs, engine or engine_for(settings), journal, recipe, summary, fail_fast, observe
            )
        summary.not_reached = len(jobs) + len(found.failures) - len(summary.receipts)
        summary.receipts.sort(key=lambda receipt: receipt.path)
        summary.seconds = round(time.perf_counter() - started, 3)
        receipts = _one_for_each(found, jobs, summary, journal)
        if not settings.report_text:
            receipts = [without_text(receipt) for receipt in receipts]
            summary.receipts = [without_text(receipt) for receipt in summary.receipts]
            summary.learn_candidates = ()
        if write_reports and not dry_run:
            _write_report(output, summary)
            about = report.Run(
                summary=summary,
                receipts=receipts,
                time=datetime.now().strftime("%Y-%m-%d %H:%M"),
                version=recipe.version,
                policy=settings.clean.policy,
                rules=recipe.rules,
                settings=recipe.settings,
                with_text=settings.report_text,
            )
            _write_page(output, about, journal, language or user_language())
    return summary


def _recipe(settings: Settings) -> Recipe:
    """What shapes the outputs of this run.

    Raises DocpipeError: BAD_RULES for the file of site rules, BAD_SETTINGS for the reference document.
    """
    shape = [settings.digest(), _look_digest(settings)]
    digests = [rules.load().digest, site.load(settings.site_rules).digest]
    return Recipe("+".join(filter(None, shape)), "+".join(filter(None, digests)), __version__)


def _look_digest(settings: Settings) -> str:
    """The digest of the look of Word documents, "" for the default look and where none are made."""
    if "docx" not in settings.targets or settings.docx == DocxSettings():
        return ""
    from docpipe.writers.docx import look_digest

    return look_digest(settings)


def _check(settings: Settings) -> None:
    if settings.jobs < 0:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, f"jobs = {settings.jobs}")
    if not settings.targets:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, "targets = []")


def nothing_found(given: Sequence[Path], found: sources.Sources) -> DocpipeError:
    """Why there is nothing to work on: the first failure among what was given, or that there are no files."""
    if found.failures:
        return found.failures[0].error()
    return DocpipeError(ErrorCode.NOTHING_TO_CONVERT, ", ".join(str(path) for path in given))


def engine_for(settings: Settings) -> Engine:
    """The engine that `settings.jobs` asks for."""
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
    recurring = Recurring()
    try:
        for done, receipt in enumerate(receipts, 1):
            if receipt.outcome == "unchanged":
                receipt = _as_before(receipt, journal)
            elif not summary.dry_run:
                journal.record(receipt, recipe)
            if receipt.edges is not None:
                recurring.add(receipt.path, receipt.edges)
            receipt = msgspec.structs.replace(receipt, excerpts=(), edges=None)
            summary.receipts.append(receipt)
            observe(receipt, done, total)
            if fail_fast and receipt.outcome == "failed":
                return
    except KeyboardInterrupt:
        summary.interrupted = True
    finally:
        receipts.close()
        summary.learn_candidates = _candidates(recurring)
        recurring.close()


def _candidates(recurring: Recurring) -> tuple[LearnCandidate, ...]:
    """The recurring lines that stayed in at least one of the documents, those of most documents first."""
    lines = [
        LearnCandidate(line.line, line.documents, line.seen_in)
        for line in recurring.found()
        if not line.rule
    ]
    return tuple(sorted(lines, key=lambda line: (-line.documents, line.text))[:_CANDIDATES])


def _as_before(receipt: Receipt, journal: Journal) -> Receipt:
    """The receipt of a file that was not converted in this run, with what is known from when it was."""
    before = journal.receipt(receipt.path)
    if before is None or before.outcome != "converted":
        return receipt
    return msgspec.structs.replace(
        before, file=receipt.file, outcome=receipt.outcome, seconds=receipt.seconds
    )


def _one_for_each(
    found: sources.Sources, jobs: Sequence[Job], summary: Summary, journal: Journal
) -> list[Receipt]:
    """The receipts, and one for each source that the run did not look at, ordered by path."""
    done = {receipt.path for receipt in summary.receipts}
    planned = {job.path for job in jobs}
    receipts = list(summary.receipts)
    for one in found.files:
        if one.path in done:
            continue
        file = encodable(one.file)
        if one.path in planned:
            receipts.append(Receipt(path=one.path, file=file, outcome="not-reached"))
        else:
            left = Receipt(path=one.path, file=file, outcome="left-alone")
            receipts.append(msgspec.structs.replace(_as_before(left, journal), edges=None))
    return sorted(receipts, key=lambda receipt: receipt.path)


def _write_report(output: Path, summary: Summary) -> None:
    """Write `report.json`: the counts and the receipts, with reason and advice (English) for each failure."""
    counts = {name: len(summary.of(name)) for name in ("converted", "unchanged", "failed")}
    head = {
        **counts,
        "ignored": summary.ignored,
        "left_alone": summary.left_alone,
        "not_reached": summary.not_reached,
        "removed": sum(receipt.removed for receipt in summary.receipts),
        "seconds": summary.seconds,
        "interrupted": summary.interrupted,
        "learn_candidates": summary.learn_candidates,
        "files": [],
    }
    with _written(output, REPORT) as stream:
        # Row by row, because the rows of a large run together are many times its receipts.
        stream.write(_indented(head).removesuffix(b"]\n}"))
        separator = b""
        for receipt in summary.receipts:
            row = _indented(_reported(receipt)).replace(b"\n", b"\n    ")
            stream.write(separator + b"\n    " + row)
            separator = b","
        stream.write(b"\n  ]\n}\n")


def _reported(receipt: Receipt) -> dict[str, object]:
    row: dict[str, object] = msgspec.to_builtins(receipt)
    if receipt.outcome == "failed":
        row["reason"] = receipt.error().reason("en")
        row["advice"] = receipt.error().advice("en")
    return row


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _write_page(output: Path, about: report.Run, journal: Journal, language: Language) -> None:
    """Write `report.html`, with the cuts in context that the journal holds."""
    with _written(output, REPORT_PAGE) as stream:
        for piece in report.pieces(about, journal.excerpts, language):
            stream.write(piece.encode())


@contextmanager
def _written(output: Path, name: str) -> Iterator[BinaryIO]:
    """A stream to a report, which is there whole or not at all. Raises DocpipeError(OUTPUT_NOT_WRITABLE)."""
    try:
        with open_atomically(output / name, output / WORKSPACE) as stream:
            yield stream
    except OSError as error:
        detail = f"{name}: {error.strerror or error}"
        raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, detail) from error
