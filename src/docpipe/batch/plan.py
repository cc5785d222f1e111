"""Plans a run: which sources it takes, what each becomes, what of it is made already, and what is left of sources that are gone."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from msgspec import Struct

from docpipe.batch import sources, storage
from docpipe.batch.jobs import Job, TargetFile
from docpipe.batch.journal import Journal, Made, Queued, Recipe
from docpipe.batch.targets import name_targets
from docpipe.beside import pages_of
from docpipe.settings import Settings


class Stale(Struct, frozen=True):
    """A source that is gone, and the target files that are left of it."""

    path: str
    files: tuple[str, ...]


class Plan(Struct):
    """The jobs in the order of the sources, the paths of those that may still be written, and what is left of others."""

    jobs: list[Job]
    fresh: frozenset[str]
    stale: list[Stale]


def plan(
    found: sources.Sources,
    settings: Settings,
    recipe: Recipe,
    journal: Journal,
    only: Collection[str] | None = None,
) -> Plan:
    """A job for each source that the run has to look at.

    If `only` is given, these are the sources of which the file, or one that may be saved with it, is in it (absolute).
    """
    targets = name_targets([one.path for one in found.files], settings.targets)
    in_use = {target.file for files in targets.values() for target in files}
    wanted = found.files
    if only is not None:
        shown = {page for file in only for page in pages_of(file)}
        wanted = [
            one
            for one in wanted
            if os.path.abspath(one.entry) in only
            or os.path.splitext(os.path.abspath(one.entry))[0] in shown
        ]
    if settings.reprocess == "failed":
        failed = journal.failed()
        wanted = [one for one in wanted if one.path in failed]
    jobs = [_job(one, targets[one.path], in_use, settings, recipe, journal) for one in wanted]
    fresh = frozenset(one.path for one in wanted if one.fresh)
    return Plan(jobs, fresh, _stale(found, in_use, journal))


def _job(
    found: sources.Found,
    targets: tuple[TargetFile, ...],
    in_use: set[str],
    settings: Settings,
    recipe: Recipe,
    journal: Journal,
) -> Job:
    made = journal.made(found.path)
    old = {made[target.format].file for target in targets if target.format in made}
    given_up = None
    if settings.reprocess == "changed":
        given_up = journal.given_up(found.path, recipe, settings.limits_digest())
    return Job(
        file=found.file,
        path=found.path,
        output=settings.output,
        targets=targets,
        settings=settings,
        unchanged_if=_unchanged_if(found, made, targets, settings, recipe, journal),
        given_up_if=given_up.content if given_up else "",
        given_up=given_up.why if given_up else "",
        stale=tuple(sorted(old - in_use)),
    )


def _unchanged_if(
    found: sources.Found,
    made: dict[str, Made],
    targets: Sequence[TargetFile],
    settings: Settings,
    recipe: Recipe,
    journal: Journal,
) -> str:
    """The SHA-256 of the content of which all targets are made and there, by the same recipe; else "".

    So it is if a file that was saved with a page has changed.
    """
    if settings.reprocess == "all":
        return ""
    contents = set()
    for target in targets:
        one = made.get(target.format)
        there = (Path(settings.output) / target.file).is_file()
        if one is None or one.file != target.file or one.recipe != recipe or not there:
            return ""
        contents.add(one.content)
    receipt = journal.receipt(found.path)
    if receipt is not None and storage.changed_beside(found.file, receipt.beside):
        return ""
    return contents.pop() if len(contents) == 1 else ""


def _stale(found: sources.Sources, in_use: set[str], journal: Journal) -> list[Stale]:
    """What is left of sources that were in a folder of this run and are gone; nothing of other folders' sources."""
    there = {one.path for one in found.files}
    passed = {os.path.abspath(one.file) for one in (*found.failures, *found.ignored)}
    stale = []
    for path, file in sorted(journal.files().items()):
        below = any(file.startswith(os.path.join(folder, "")) for folder in found.folders)
        if path in there or file in passed or not below or os.path.lexists(file):
            continue
        files = sorted(made.file for made in journal.made(path).values())
        stale.append(Stale(path, tuple(one for one in files if one not in in_use)))
    return stale


def queued(found: sources.Sources, jobs: Sequence[Job]) -> list[Queued]:
    """What the journal notes of the sources that the run takes."""
    entries = {one.path: one.entry for one in found.files}
    return [
        Queued(job.path, sources.absolute(entries[job.path]), sources.size(job.file))
        for job in jobs
    ]
