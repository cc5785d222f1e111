"""Learns site rules: collects the lines that recur at the edges of unrelated documents into a file that people can edit.

Nothing is converted with what is learned until someone applies the file (`rules.site`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from docpipe.batch import sources
from docpipe.batch.engines import Engine
from docpipe.batch.jobs import Job, Receipt
from docpipe.batch.recurring import MIN_DOCUMENTS, Recurring, RecurringLine
from docpipe.batch.run import Observer, engine_for, nothing_found
from docpipe.batch.targets import write_atomically
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.rules.site import SiteRule, dumps
from docpipe.settings import CleanSettings, Settings

_HEAD = """\
Site rules: lines that recurred at the edges of unrelated documents. `docpipe learn` wrote this file from {documents} documents;
`docpipe convert --site-rules FILE` takes these lines out and lists each cut under the rule site.<id>.

Look through it before you apply it: delete the rules of lines that you want to keep, change a line, add your own (an id
and a line are enough). {{number}} stands for any number, {{handle}} for the name of any account.
"""

_PLACES = {
    "before-title": "before the title",
    "after-sign-off": "after the sign-off",
    "margin": "in the page margin",
    "section-end": "at the end of a section",
    "between": "in the text",
}


class Learned(Struct):
    """What was learned: the rules, ordered by how many documents showed the line; how many were read; what failed."""

    rules: tuple[SiteRule, ...] = ()
    documents: int = 0
    failures: list[Receipt] = field(default_factory=list)

    def text(self) -> str:
        """The rules as the text of a file."""
        return dumps(self.rules, _HEAD.format(documents=self.documents))


def learn(
    paths: Sequence[Path],
    settings: Settings,
    *,
    rules_file: Path | None = None,
    min_documents: int = MIN_DOCUMENTS,
    observe: Observer = lambda receipt, done, total: None,
    engine: Engine | None = None,
) -> Learned:
    """Read the files named by `paths`, and those in the folders among them, and collect their recurring lines.

    Without `paths`, it is `settings.input`. A line must be in `min_documents` unrelated documents. `rules_file`, where
    the rules will be written, is no document. `engine` overrides the choice by `settings.jobs`. The result is the same
    whatever the engine. Only the cleaning that ships with docpipe says which lines are taken out already.
    Raises DocpipeError: NOTHING_TO_CONVERT, OUTPUT_IS_INPUT, and the failure of the first of `paths` if there is
    nothing else to read.
    """
    given = list(paths) or [Path(settings.input)]
    found = sources.find(given, Path(settings.output), Path(settings.input))
    files = [one for one in found.files if not _is_same(one.file, rules_file)]
    if not files:
        raise nothing_found(given, found)
    plain = replace(settings, site_rules="", report_text=True, clean=CleanSettings())
    jobs = [
        Job(file=one.file, path=one.path, output="", targets=(), settings=plain, dry_run=True)
        for one in files
    ]
    learned = Learned(failures=list(found.failures))
    workers = engine or engine_for(settings)
    with closing(Recurring()) as recurring, closing(workers.run(jobs)) as receipts:
        for done, receipt in enumerate(receipts, 1):
            if receipt.edges is not None:
                recurring.add(receipt.path, receipt.edges)
                learned.documents += 1
            elif receipt.outcome == "failed":
                learned.failures.append(receipt)
            observe(receipt, done, len(jobs))
        lines = sorted(recurring.found(min_documents), key=_order)
    learned.failures.sort(key=lambda receipt: receipt.path)
    learned.rules = tuple(_rule(line, learned.documents) for line in lines)
    return learned


def write(learned: Learned, file: Path) -> None:
    """Write the rules, so that the file is there whole or as it was. Raises DocpipeError(OUTPUT_NOT_WRITABLE)."""
    try:
        write_atomically(file, learned.text().encode(), file.parent)
    except OSError as error:
        detail = f"{file}: {error.strerror or error}"
        raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, detail) from error


def _is_same(file: str, other: Path | None) -> bool:
    return other is not None and os.path.abspath(file) == os.path.abspath(other)


def _order(line: RecurringLine) -> tuple[bool, int, str]:
    """What no rule takes out yet comes first, then what most documents showed."""
    return (bool(line.rule), -line.documents, line.line)


def _rule(line: RecurringLine, documents: int) -> SiteRule:
    return SiteRule(
        id=f"{line.key & 0xFFFFFFFFFF:010x}",
        line=line.line,
        reason="advertising" if line.advertises else "furniture",
        confidence=_confidence(line),
        because=_because(line, documents),
        documents=line.documents,
        seen_in=line.seen_in,
    )


def _confidence(line: RecurringLine) -> float:
    """The more unrelated documents showed the line, the surer: 0.67 for two, 0.75 for three; half the doubt if it advertises."""
    doubt = 1 / (line.independent + 1)
    return round(min(0.99, 1 - (doubt / 2 if line.advertises else doubt)), 2)


def _because(line: RecurringLine, documents: int) -> str:
    places = " and ".join(_PLACES[place] for place in line.places)
    known = f"; {line.rule} takes it out already" if line.rule else ""
    return f"{places} in {line.documents} of {documents} documents{known}"
