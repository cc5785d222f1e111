"""A whole run: find the sources, plan a job for each, let an engine do them, note each receipt, sum up."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from docpipe import __version__, rules
from docpipe.archive.adding import Feed
from docpipe.archive.corrections import ORIGIN as METADATA
from docpipe.archive.database import FILE as ARCHIVE
from docpipe.batch import interrupts, lock, plan, quarantine, report, sources, storage, summaries
from docpipe.batch.engines import Engine
from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.jobs import (
    GIVEN_UP,
    Job,
    LearnCandidate,
    Receipt,
    Summary,
    encodable,
    failed,
    without_text,
)
from docpipe.batch.journal import Journal, Recipe
from docpipe.batch.recurring import Recurring
from docpipe.batch.targets import WORKSPACE
from docpipe.batch.worklist import Worklist
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.rules import site
from docpipe.settings import DocxSettings, Settings
from docpipe.texts import Language, user_language

JOURNAL = "journal.db"

_CANDIDATES = 200
"""So many lines that recurred are reported."""

Observer = Callable[[Receipt, int, int], None]
"""Told of each receipt, the number of sources done so far, and the number of all."""


def run(
    paths: Sequence[Path],
    settings: Settings,
    *,
    fail_fast: bool = False,
    prune: bool = False,
    only: Collection[str] | None = None,
    observe: Observer = lambda receipt, done, total: None,
    interrupted: Callable[[], None] = lambda: None,
    archive_failed: Callable[[DocpipeError], None] = lambda error: None,
    engine: Engine | None = None,
    language: Language | None = None,
    write_reports: bool = True,
) -> Summary:
    """Convert the files named by `paths`, and those in the folders among them, into `settings.output`.

    Without `paths`, it is `settings.input`. With `fail_fast` the run ends at the first failure, with `prune` what is left of
    sources that are gone is removed, and no longer found in the archive, with `only` no source is looked at but those files (absolute paths). `engine`
    overrides the choice by `settings.jobs`, `language` (of `report.html`) the user's. Without `write_reports` the reports of
    the run before stay. Ctrl-C ends the run early with a summary of what was done: once when the files at hand are done, which
    `interrupted` is told of, twice at once. `archive_failed` is told what keeps a document out of the archive.
    Raises DocpipeError: NOTHING_TO_CONVERT, BAD_SETTINGS, BAD_RULES, OUTPUT_NOT_WRITABLE, DISK_FULL, OUTPUT_IN_USE,
    OUTPUT_IS_INPUT; and the failure of the first of `paths` if there is nothing else to convert.
    """
    started = time.perf_counter()
    check(settings)
    output = Path(settings.output)
    given = list(paths) or [Path(settings.input)]
    found = find(given, settings)
    if not found.files and only is None:
        raise nothing_found(given, found)
    summary = Summary(receipts=list(found.failures), ignored=found.ignored)
    recipe = recipe_of(settings)
    with _open(output) as journal:
        summary.rebuilt = journal.rebuilt
        planned = plan.plan(found, settings, recipe, journal, only)
        jobs = planned.jobs
        summary.left_alone = len(found.files) - len(jobs)
        journal.begin(plan.queued(found, jobs))
        feed = _feed(output, given, settings, archive_failed)
        summary.stale = tuple(file for one in planned.stale for file in one.files)
        if prune and _retired(planned.stale, feed):
            _prune(planned.stale, journal, summary, output)
        if not (fail_fast and found.failures):
            chosen = engine or engine_for(settings)
            with (
                feed or nullcontext(),
                interrupts.handled(chosen, interrupted) as asked,
            ):
                told = _archiving(feed, output, observe)
                work = _Work(journal, recipe, summary, settings, chosen, fail_fast, told, asked)
                work.do(planned)
        summary.not_reached = len(jobs) + len(found.failures) - len(summary.receipts)
        summary.receipts.sort(key=lambda receipt: receipt.path)
        summary.seconds = round(time.perf_counter() - started, 3)
        receipts = _one_for_each(found, jobs, summary, journal)
        if not settings.report_text:
            receipts = [without_text(receipt) for receipt in receipts]
            summary.receipts = [without_text(receipt) for receipt in summary.receipts]
            summary.learn_candidates = ()
        if write_reports:
            summaries.write_json(output, summary, receipts)
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
            summaries.write_page(output, about, journal, language or user_language())
        journal.end()
    return summary


def find(given: Sequence[Path], settings: Settings) -> sources.Sources:
    """The sources of a run. Raises DocpipeError as `sources.find` does."""
    settle = settings.limits.settle_seconds
    return sources.find(given, Path(settings.output), Path(settings.input), settle)


def _feed(
    output: Path,
    given: Sequence[Path],
    settings: Settings,
    failed: Callable[[DocpipeError], None],
) -> Feed | None:
    """What takes the run's documents into the archive; None where it is switched off."""
    if not settings.archive:
        return None
    tables = [path if path.name == METADATA else path / METADATA for path in given]
    return Feed(output / ARCHIVE, tables, failed)


def _archiving(feed: Feed | None, output: Path, observe: Observer) -> Observer:
    """An observer that hands the JSON documents of each receipt to the archive too."""
    if feed is None:
        return observe

    def told(receipt: Receipt, done: int, total: int) -> None:
        for target in receipt.targets:
            if target.format == "json":
                feed.put(output / target.file, target.sha256)
        observe(receipt, done, total)

    return told


def recipe_of(settings: Settings) -> Recipe:
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


def check(settings: Settings) -> None:
    """Raises DocpipeError(BAD_SETTINGS) for settings with which nothing can be run."""
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
    return LocalEngine(settings.jobs, settings.limits) if settings.jobs else SerialEngine()


@contextmanager
def _open(output: Path) -> Iterator[Journal]:
    """The journal of an output, for this run alone; the output is made and proven writable."""
    workspace = output / WORKSPACE
    with ExitStack() as stack:
        try:
            workspace.mkdir(parents=True, exist_ok=True)
            stack.enter_context(lock.held(workspace))
            for unfinished in workspace.glob("*.part"):  # of a run that was killed
                unfinished.unlink()
        except OSError as error:
            raise storage.not_writable(str(output), error) from error
        storage.publish(str(output), f"{WORKSPACE}/writable", b"")
        storage.remove(str(output), f"{WORKSPACE}/writable")
        yield stack.enter_context(Journal(workspace / JOURNAL))


def _retired(stale: Sequence[plan.Stale], feed: Feed | None) -> bool:
    """Have the archive no longer find sources that are gone. If it cannot, their files stay too, and a later run prunes both."""
    return feed is None or feed.retire([one.path for one in stale])


def _prune(stale: Sequence[plan.Stale], journal: Journal, summary: Summary, output: Path) -> None:
    """Remove what is left of sources that are gone."""
    for one in stale:
        for file in one.files:
            storage.remove(str(output), file)
        quarantine.release(one.path, str(output))
        journal.forget(one.path)
    summary.pruned = len(summary.stale)
    summary.stale = ()


class _Work:
    """The part of a run in which jobs are done."""

    def __init__(
        self,
        journal: Journal,
        recipe: Recipe,
        summary: Summary,
        settings: Settings,
        engine: Engine,
        fail_fast: bool,
        observe: Observer,
        asked: interrupts.Interrupts,
    ) -> None:
        self.journal = journal
        self.recipe = recipe
        self.summary = summary
        self.settings = settings
        self.engine = engine
        self.fail_fast = fail_fast
        self.observe = observe
        self.asked = asked
        self.over = False
        self.jobs: dict[str, Job] = {}
        self.recurring = Recurring()

    def do(self, planned: plan.Plan) -> None:
        """Have all jobs done, and add their receipts to the summary."""
        self.jobs = {job.path: job for job in planned.jobs}
        work = Worklist(planned.jobs, planned.fresh, self.settings.limits.settle_seconds)
        try:
            while not self.over and (ready := work.take(lambda: self.asked.asked)):
                self._do(ready, work)
            if not (self.over or self.asked.asked):
                for job in work.held:
                    self._tell(self._noted(failed(job, ErrorCode.STILL_CHANGING), job))
        except KeyboardInterrupt:
            self.asked.asked = True
        finally:
            self.summary.interrupted = self.asked.asked
            self.summary.lacking = self.engine.lacking
            self.summary.learn_candidates = _candidates(self.recurring)
            self.recurring.close()

    def _do(self, ready: Sequence[Job], work: Worklist) -> None:
        receipts = self.engine.run(self._begun(ready))
        try:
            for receipt in receipts:
                self._take(receipt, work)
                if self.over:
                    return
        finally:
            receipts.close()

    def _begun(self, jobs: Sequence[Job]) -> Iterator[Job]:
        """The jobs, each noted as begun when an engine takes it."""
        for job in jobs:
            self.journal.mark(job.path, "working")
            yield job

    def _take(self, receipt: Receipt, work: Worklist) -> None:
        """Note a receipt, unless its source has changed meanwhile and is done again."""
        job = self.jobs[receipt.path]
        changing = receipt.outdated or receipt.code == ErrorCode.STILL_CHANGING
        again = changing and work.put_back(job)
        receipt = self._noted(receipt, job)
        if not again:
            self._tell(receipt)

    def _tell(self, receipt: Receipt) -> None:
        """Add a receipt to the summary."""
        if receipt.edges is not None:
            self.recurring.add(receipt.path, receipt.edges)
        receipt = replace(receipt, excerpts=(), edges=None, beside=())
        self.summary.receipts.append(receipt)
        self.observe(receipt, len(self.summary.receipts), len(self.jobs))
        full = receipt.code == ErrorCode.DISK_FULL
        self.over = full or (self.fail_fast and receipt.outcome == "failed")

    def _noted(self, receipt: Receipt, job: Job) -> Receipt:
        """The receipt as the journal has it now, with what is known of a file that did not change."""
        if receipt.outcome == "unchanged" or receipt.code == ErrorCode.QUARANTINED:
            self.journal.mark(receipt.path, "done")
            return _as_before(receipt, self.journal) if receipt.outcome == "unchanged" else receipt
        before = self.journal.receipt(receipt.path)
        if receipt.code in GIVEN_UP:
            receipt = quarantine.put(receipt, job.file, self.settings)
        elif before is not None and before.code in GIVEN_UP:
            quarantine.release(receipt.path, job.output)
        self.journal.record(receipt, self.recipe, self.settings.limits_digest())
        return receipt


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
    return replace(before, file=receipt.file, outcome=receipt.outcome, seconds=receipt.seconds)


def _one_for_each(
    found: sources.Sources, jobs: Sequence[Job], summary: Summary, journal: Journal
) -> list[Receipt]:
    """The receipts, and one for each entry that the run did not look at, ordered by path."""
    done = {receipt.path for receipt in summary.receipts}
    planned = {job.path for job in jobs}
    receipts = [*summary.receipts, *summary.ignored]
    for one in found.files:
        if one.path in done:
            continue
        file = encodable(one.file)
        if one.path in planned:
            receipts.append(Receipt(path=one.path, file=file, outcome="not-reached"))
        else:
            left = Receipt(path=one.path, file=file, outcome="left-alone")
            receipts.append(replace(_as_before(left, journal), edges=None, beside=()))
    return sorted(receipts, key=lambda receipt: receipt.path)
