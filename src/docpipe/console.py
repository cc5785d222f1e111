"""What docpipe prints: progress and summary of a run, and a document with what was taken out of it."""

from __future__ import annotations

import json
import os
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from docpipe.batch.jobs import Receipt, Summary
from docpipe.cli_texts import cli_text
from docpipe.errors import DocpipeError, WarningCode
from docpipe.evidence_texts import evidence
from docpipe.model import BlockType, Document, Heading, Paragraph, Place, Removal
from docpipe.texts import Language, translated

if TYPE_CHECKING:
    from docpipe.batch.estimate import Estimate
    from docpipe.batch.journal import Standing
    from docpipe.verify import Verdict

_BAR_WIDTH = 24
_EXCERPT = 100


def printable(text: str) -> str:
    """`text` on one line, with what could steer a terminal (control, bidi, invisible characters) as `\\u{…}`."""
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else f"\\u{{{ord(char):x}}}"
        for char in text.replace("\n", " ").replace("\t", " ")
    )


def say(line: str, err: bool = False, nl: bool = True) -> None:
    """Print to standard output or standard error. If nobody reads it any more, nothing more is printed, and no error raised."""
    try:
        click.echo(line, err=err, nl=nl)
    except OSError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, (sys.stderr if err else sys.stdout).fileno())
        os.close(null)


def error_line(error: DocpipeError, language: Language) -> str:
    """An error in one line: file, reason, advice."""
    colon = "：" if language == "zh" else ": "
    stop = "。" if language == "zh" else ". "
    prefix = error.name + colon if error.name else ""
    reason, advice = error.reason(language), error.advice(language)
    return printable(prefix + (reason + stop + advice if advice else reason))


class Progress:
    """Shows a run as it goes: a bar on a terminal, otherwise a line for each file, nothing if `quiet`.

    `verbose` adds a line for each file to the bar, and details to the lines. Bar and lines go to standard error.
    """

    def __init__(self, language: Language, quiet: bool, verbose: bool, terminal: bool) -> None:
        self.language = language
        self.bar = terminal and not quiet
        self.lines = verbose or not (quiet or terminal)
        self.verbose = verbose
        self.unfinished_line = False
        self.started = time.monotonic()

    def __call__(self, receipt: Receipt, done: int, total: int) -> None:
        """Show one more receipt."""
        if self.bar:
            say("\r\x1b[K", nl=False, err=True)
        if self.lines:
            for line in self._lines(receipt):
                say(line, err=True)
        if self.bar:
            self.unfinished_line = done < total
            say(self._bar(done, total), nl=done == total, err=True)

    def close(self) -> None:
        """End the bar's line if the run ended early."""
        if self.unfinished_line:
            self.unfinished_line = False
            say("", err=True)

    def _bar(self, done: int, total: int) -> str:
        seconds = max(time.monotonic() - self.started, 0.001)
        left = seconds / done * (total - done)
        filled = _BAR_WIDTH * done // total
        numbers = cli_text("progress", self.language).format(
            done=done,
            total=total,
            rate=done / seconds,
            left=_duration(left),
        )
        return f"[{'#' * filled}{'-' * (_BAR_WIDTH - filled)}] {numbers}"

    def _lines(self, receipt: Receipt) -> Iterator[str]:
        outcome = cli_text(receipt.outcome, self.language)
        if receipt.outcome == "failed":
            line = f"{outcome}  {receipt.path}: {receipt.error().reason(self.language)}"
            yield click.style(printable(line), fg="red")
        else:
            yield f"{outcome}  {printable(receipt.path)}"
        if not self.verbose:
            return
        if receipt.removed:
            yield "    " + cli_text("line-removed", self.language).format(count=receipt.removed)
        for warning in receipt.warnings:
            said = translated(warning.code, warning.message, self.language).reason
            yield f"    {warning.code}: {printable(said)}"
        for target in receipt.targets:
            yield f"    -> {printable(target.file)}"
        for trace in receipt.traceback.splitlines():
            yield f"    {printable(trace)}"


def summary_lines(summary: Summary, language: Language) -> Iterator[str]:
    """The end of a run: failures with reason and advice, what was converted only in part, and the counts."""
    failures = summary.of("failed")
    if failures:
        yield click.style(cli_text("failures", language), fg="red", bold=True)
    for receipt in failures:
        yield "  " + error_line(receipt.error(), language)
    partly = [receipt for receipt in summary.receipts if receipt.partly]
    if partly:
        yield click.style(cli_text("partly-list", language), fg="yellow", bold=True)
    for receipt in partly:
        for warning in receipt.warnings:
            said = translated(warning.code, warning.message, language).reason
            yield f"  {printable(receipt.path)}: {printable(said)}"
    yield cli_text("summary", language).format(
        converted=len(summary.of("converted")),
        unchanged=len(summary.of("unchanged")),
        failed=len(failures),
        removed=sum(receipt.removed for receipt in summary.receipts),
        seconds=summary.seconds,
    )
    rest = {
        "ignored": len(summary.ignored),
        "left-alone": summary.left_alone,
        "not-reached": summary.not_reached,
        "stale": len(summary.stale),
        "pruned": summary.pruned,
    }
    for key, count in rest.items():
        if count:
            yield cli_text(key, language).format(count=count)
    if summary.lacking:
        names = ", ".join(cli_text(f"limit-{name}", language) for name in summary.lacking)
        yield cli_text("lacking", language).format(names=names)
    if summary.rebuilt:
        yield click.style(cli_text("rebuilt", language), fg="yellow")
    if summary.interrupted:
        yield click.style(cli_text("interrupted", language), fg="yellow")


class JsonLog:
    """Tells a run as it goes for programs: a line of JSON for each file, and one at the end, to standard error."""

    def __call__(self, receipt: Receipt, done: int, total: int) -> None:
        """Tell one more receipt."""
        row: dict[str, object] = {"path": receipt.path, "outcome": receipt.outcome}
        if receipt.outcome == "failed":
            row |= {"code": receipt.code, "reason": receipt.error().reason("en")}
        row["warnings"] = [warning.code for warning in receipt.warnings]
        row["removed"] = receipt.removed
        row |= {"seconds": receipt.seconds, "memory": receipt.memory, "attempts": receipt.attempts}
        self._log("file", {**row, "done": done, "total": total})

    def close(self) -> None:
        """Nothing is left open."""

    def summary(self, summary: Summary) -> None:
        """Tell the end of the run."""
        counts = {name: len(summary.of(name)) for name in ("converted", "unchanged", "failed")}
        rest = {
            "ignored": len(summary.ignored),
            "left_alone": summary.left_alone,
            "not_reached": summary.not_reached,
            "stale": len(summary.stale),
            "pruned": summary.pruned,
            "lacking_limits": summary.lacking,
            "seconds": summary.seconds,
            "interrupted": summary.interrupted,
        }
        self._log("end", {**counts, **rest, "exit_code": summary.exit_code})

    def _log(self, event: str, row: dict[str, object]) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        text = json.dumps({"time": now, "event": event, **row}, ensure_ascii=False)
        say("".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text), err=True)


def estimate_lines(estimate: Estimate, language: Language) -> Iterator[str]:
    """What a run would do, and what it could not take."""
    for receipt in estimate.failures:
        yield "  " + error_line(receipt.error(), language)
    yield cli_text("estimate", language).format(
        files=estimate.files,
        size=f"{estimate.bytes / 1_000_000:,.1f} MB",
        time=_duration(estimate.seconds),
        unchanged=estimate.unchanged,
        failed=len(estimate.failures),
        ignored=estimate.ignored,
    )


def standing_lines(
    standing: Standing, going: bool, now: float, language: Language
) -> Iterator[str]:
    """How far a run has come: whether it is going, what is done, what is at hand, about how long it takes."""
    states = standing.states
    done = states.get("done", 0)
    waiting = states.get("queued", 0) + states.get("working", 0)
    ended = standing.ended is not None
    key = "status-going" if going else "status-ended" if ended else "status-broken"
    until = now if going or standing.ended is None else standing.ended
    yield cli_text(key, language).format(
        process=standing.process, time=_duration(until - standing.started)
    )
    yield cli_text("status-counts", language).format(
        done=done,
        total=done + waiting,
        failed=standing.outcomes.get("failed", 0),
        waiting=waiting,
    )
    if going and done and waiting:
        left = (now - standing.started) / done * waiting
        yield cli_text("status-left", language).format(time=_duration(left))
    for one in standing.at_hand if going else ():
        yield cli_text("status-at-hand", language).format(
            path=printable(one.path), time=_duration(now - one.since)
        )


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds as 0:00:00."""
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def outline_lines(
    document: Document, as_read: Sequence[BlockType], language: Language
) -> Iterator[str]:
    """The title and the headings, indented by level, and between them in red what was removed there.

    Where `as_read` (the blocks as the reader gave them) is empty, the removals come last.
    """
    title = document.title or cli_text("untitled", language)
    yield click.style(printable(title), bold=True)
    positions = _positions(as_read)
    waiting = sorted(document.removed, key=lambda removal: (removal.block, removal.span))
    for block in document.blocks:
        if not isinstance(block, Heading):
            continue
        position = min((positions[at] for at in block.at if at in positions), default=0)
        while waiting and waiting[0].block < position:
            yield "  " + _removal_line(waiting.pop(0), language)
        yield "  " * block.level + printable(block.label + block.text)
    for removal in waiting:
        yield "  " + _removal_line(removal, language)


def removed_lines(document: Document, language: Language) -> Iterator[str]:
    """What was removed, in the order of the source."""
    if not document.removed:
        yield cli_text("nothing-removed", language)
    for removal in sorted(document.removed, key=lambda removal: (removal.block, removal.span)):
        yield _removal_line(removal, language)


def explanation_lines(
    document: Document, as_read: Sequence[BlockType], language: Language
) -> Iterator[str]:
    """Each block as it was read, with its place and look, and what became of it and why.

    Where `as_read` is empty, it is each block that was kept, and then what was removed.
    """
    kept: dict[Place, BlockType] = {}
    for block in document.blocks:
        for place in block.at:
            kept.setdefault(place, block)
    removed: dict[int, list[Removal]] = {}
    for removal in document.removed if as_read else ():
        removed.setdefault(removal.block, []).append(removal)
    for number, block in enumerate(as_read or document.blocks):
        layer = "" if block.layer == "body" else f"layer={block.layer}"
        evidence = " ".join(filter(None, (place_text(block.at), layer, _look(block))))
        yield click.style(f"#{number} {evidence}", dim=True)
        yield f"    {_excerpt(block)}"
        cuts = removed.get(number, [])
        cut_length = sum(cut.span[1] - cut.span[0] for cut in cuts)
        if not cuts or cut_length < len(block.text):
            yield click.style("    " + _fate(block, document, kept, cuts, language), fg="green")
        for cut in cuts:
            yield "    " + _removal_line(cut, language)
    if not as_read:
        for removal in document.removed:
            yield _removal_line(removal, language)


def warning_lines(document: Document, language: Language) -> Iterator[str]:
    """The warnings of a document."""
    for warning in document.warnings:
        said = translated(warning.code, warning.message, language)
        # The advice on suspects is to look at them, as one does here.
        advice = "" if warning.code == WarningCode.SUSPECT else said.advice
        stop = ("。" if language == "zh" else ". ") if advice else ""
        yield click.style(printable(f"! {said.reason}{stop}{advice}"), fg="yellow")


def _positions(as_read: Iterable[BlockType]) -> dict[Place, int]:
    positions: dict[Place, int] = {}
    for number, block in enumerate(as_read):
        for place in block.at:
            positions.setdefault(place, number)
    return positions


def _removal_line(removal: Removal, language: Language) -> str:
    why = cli_text("removal", language).format(
        reason=cli_text(removal.reason, language),
        rule=removal.rule,
        confidence=removal.confidence,
        block=removal.block,
    )
    stop = "；" if language == "zh" else "; "
    because = stop + evidence(removal.because, language) if removal.because else ""
    # The sign tells cuts from headings where there are no colours.
    cut = click.style(f"- {printable(removal.text)}", fg="red")
    return f"{cut}  {click.style(f'[{printable(why + because)}]', dim=True)}"


def _fate(
    block: BlockType,
    document: Document,
    kept: dict[Place, BlockType],
    cuts: Sequence[Removal],
    language: Language,
) -> str:
    if block.at and any(place in document.title_at for place in block.at):
        kind = cli_text("whole-title", language)
    else:
        result = next((kept[place] for place in block.at if place in kept), None)
        if result is None:
            return cli_text("joined", language)
        kind = _kind(result, language)
    return cli_text("kept-in-part" if cuts else "kept", language).format(kind=kind)


def _kind(block: BlockType, language: Language) -> str:
    if isinstance(block, Heading):
        return cli_text("heading", language).format(level=block.level)
    if isinstance(block, Paragraph):
        return cli_text("paragraph" if block.list_level is None else "item", language)
    return cli_text(type(block).__name__.lower(), language)


def place_text(at: Sequence[Place]) -> str:
    """The first of the places, as short as can be."""
    if not at:
        return ""
    place = at[0]
    parts = [
        place.part,
        None if place.page is None else f"page {place.page}",
        None if place.paragraph is None else f"paragraph {place.paragraph}",
        None if place.line is None else f"line {place.line}",
    ]
    return " ".join(part for part in parts if part)


def _look(block: BlockType) -> str:
    """The evidence of a block's look that is set."""
    look = block.look
    parts = [
        None if look.size is None else f"{look.size:g}pt",
        "bold" if look.bold else None,
        look.color and f"#{look.color}",
        look.align,
        None if look.indent is None else f"indent={look.indent:g}",
        None if look.space_above is None else f"above={look.space_above:g}",
        None if look.heading is None else f"heading={look.heading}",
        look.style and f"style={look.style}",
        look.tag and f"<{look.tag}>",
        look.hints and f"class={look.hints}",
        f"links={look.link_share:.2f}" if look.link_share else None,
        f"label={block.label}" if isinstance(block, Paragraph) and block.label else None,
    ]
    return printable(" ".join(part for part in parts if part))


def _excerpt(block: BlockType) -> str:
    label = block.label if isinstance(block, Heading | Paragraph) else ""
    line = printable(label + block.text)
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"


def finding_lines(verdict: Verdict, language: Language) -> Iterator[str]:
    """What `verify` found of a source, a line each; nothing where all is well."""
    path = printable(verdict.path)
    if verdict.error:
        yield error_line(verdict.error, language)
    names = {
        "missing": cli_text("missing-text", language),
        "doubled": cli_text("doubled-text", language),
        "invented": cli_text("invented-text", language),
        "reordered": cli_text("reordered-text", language),
    }
    for finding in verdict.findings:
        where = place_text([finding.place])
        name = f"{path} ({where})" if where else path
        yield f"{name}: {names[finding.kind]}: {printable(finding.text[:80])}"
