"""The commands of the archive: `archive`, `search`, `dedupe` and `export`. Each calls one function and prints what comes back."""

from __future__ import annotations

import csv
import html
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from docpipe.archive import adding, checking, copies, exporting, rebuilding, searching
from docpipe.archive.corrections import ORIGIN as METADATA
from docpipe.archive.database import FILE, reading, unwritable
from docpipe.archive.searching import Filters, Hit
from docpipe.archive.snippets import MARKS
from docpipe.cli_texts import cli_text
from docpipe.console import error_line, place_text, printable
from docpipe.settings import Settings
from docpipe.texts import Language

_URL = "DOCPIPE_OPENSEARCH_URL"
_INDEX = "docpipe"
_STANDARD_STREAM = "-"


def archive(
    language: Language,
    settings: Settings,
    action: str,
    paths: tuple[Path, ...],
    archive: Path | None,
    metadata: Path | None,
) -> int:
    """`docpipe archive add|check|rebuild`: 1 if a file was no document, or something is wrong with the archive."""
    file = _file(settings, archive)
    if action == "check":
        return _check(language, file)
    folders = paths or (Path(settings.output) / "json",)
    tables = [Path(settings.input) / METADATA] if metadata is None else [metadata]
    done = (adding.add if action == "add" else rebuilding.rebuild)(file, folders, tables)
    for failure in done.failures:
        click.echo(error_line(failure, language), err=True)
    click.echo(
        cli_text("archived", language).format(
            added=done.added, there=done.there, failed=len(done.failures)
        )
    )
    return 1 if done.failures else 0


def _check(language: Language, file: Path) -> int:
    report = checking.check(file)
    names = {
        "database": cli_text("check-database", language),
        "reference": cli_text("check-reference", language),
        "content": cli_text("check-content", language),
        "sections": cli_text("check-sections", language),
        "index": cli_text("check-index", language),
    }
    for finding in report.findings:
        click.echo(f"{names[finding.kind]}: {printable(finding.detail)}")
    click.echo(
        cli_text("checked", language).format(
            documents=report.documents, sections=report.sections, wrong=len(report.findings)
        )
    )
    if report.findings:
        click.echo(cli_text("check-advice", language))
    return 1 if report.findings else 0


def search(
    language: Language,
    settings: Settings,
    query: str | None,
    archive: Path | None,
    year: str | None,
    organization: str | None,
    kind: str | None,
    format: str | None,
    limit: int | None,
    similar: Path | None,
) -> int:
    """`docpipe search`: 0 also where nothing is found."""
    file = _file(settings, archive)
    most = searching.LIMIT if limit is None else limit
    if similar is not None:
        if query is not None:
            raise click.UsageError(cli_text("search-both", language))
        if year or organization or kind:
            raise click.UsageError(cli_text("similar-alone", language))
        hits, lines = searching.similar(file, _sketch(similar, settings), most), _copy_lines
    elif query is not None:
        filters = Filters(year=year or "", organization=organization or "", kind=kind or "")
        hits, lines = searching.search(file, query, filters, most), _hit_lines
    else:
        raise click.UsageError(cli_text("search-what", language))
    _print_hits(language, hits, format or "table", lines)
    return 0


def _sketch(file: Path, settings: Settings) -> bytes:
    """The sketch of any file that can be converted, docpipe's own JSON among them."""
    from docpipe.archive.parts import parts
    from docpipe.pipeline import convert
    from docpipe.writers.json import published

    document = published(convert(file, settings))
    return copies.sketch(text for part in parts(document) for text in (part.heading, part.text))


def _print_hits(
    language: Language,
    hits: Sequence[Hit],
    layout: str,
    lines: Callable[[Hit], Iterator[str]],
) -> None:
    """Print hits; `lines` makes those of the table."""
    if layout == "json":
        text = msgspec.json.format(msgspec.json.encode(hits), indent=2)
        click.echo(text.decode())
    elif layout == "csv":
        _print_rows(
            [("source", "title", "section", "at", "snippet", "score")],
            (
                (
                    hit.source,
                    hit.title,
                    " > ".join(hit.section),
                    place_text(hit.at),
                    hit.snippet,
                    str(hit.score),
                )
                for hit in hits
            ),
        )
    else:
        for hit in hits:
            for line in lines(hit):
                click.echo(line)
        if not hits:
            click.echo(cli_text("nothing-found", language))


def _hit_lines(hit: Hit) -> Iterator[str]:
    """A hit as a reader wants it: document, place, snippet with the hits in bold."""
    yield _document_line(hit)
    where = " > ".join(map(printable, hit.section))
    place = place_text(hit.at)
    if where or place:
        yield "  " + "  ".join(filter(None, (where, place and click.style(place, dim=True))))
    if hit.snippet:
        yield "  " + _coloured(hit.snippet)


def _copy_lines(hit: Hit) -> Iterator[str]:
    """A document that shares so much."""
    yield _document_line(hit)
    yield f"  {hit.score:.0%}"


def _document_line(hit: Hit) -> str:
    title = click.style(printable(hit.title or hit.source), bold=True)
    return f"{title}  {click.style(printable(hit.source), dim=True)}"


def _coloured(snippet: str) -> str:
    parts = re.split("|".join(map(re.escape, MARKS)), snippet)
    plain = [printable(html.unescape(part)) for part in parts]
    return "".join(
        click.style(part, fg="yellow", bold=True) if index % 2 else part
        for index, part in enumerate(plain)
    )


def _print_rows(head: Sequence[tuple[str, ...]], rows: Iterator[tuple[str, ...]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows(head)
    writer.writerows(rows)


def dedupe(language: Language, settings: Settings, archive: Path | None, format: str | None) -> int:
    """`docpipe dedupe`: the pairs of copies, those that share most first."""
    with reading(_file(settings, archive)) as database:
        found = copies.named_pairs(database)
    if format == "json":
        text = msgspec.json.format(msgspec.json.encode(found), indent=2)
        click.echo(text.decode())
    elif format == "csv":
        _print_rows(
            [("one", "other", "share")], ((c.one, c.other, f"{c.share:.4f}") for c in found)
        )
    else:
        for copy in found:
            click.echo(f"{copy.share:4.0%}  {printable(copy.one)}  {printable(copy.other)}")
        if not found:
            click.echo(cli_text("no-copies", language))
    return 0


def export(
    language: Language,
    settings: Settings,
    to: str,
    archive: Path | None,
    output: str | None,
    url: str | None,
    index: str | None,
    tokens: int | None,
) -> int:
    """`docpipe export`: 1 if the service refused a record."""
    file = _file(settings, archive)
    budget = exporting.TOKENS if tokens is None else tokens
    if to == "opensearch":
        return _to_opensearch(language, file, output, url, index or _INDEX, budget)
    if output in (None, _STANDARD_STREAM):
        _write(file, to, sys.stdout.buffer, budget)
        return 0
    target = Path(output or "")
    with unwritable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stream:
            count = _write(file, to, stream, budget)
    click.echo(cli_text("exported", language).format(count=count))
    return 0


def _write(file: Path, to: str, stream: BinaryIO, tokens: int) -> int:
    sections = to.startswith("sections")
    return exporting.export(file, exporting.SINKS[to](stream), sections=sections, tokens=tokens)


def _to_opensearch(
    language: Language, file: Path, output: str | None, url: str | None, index: str, tokens: int
) -> int:
    from docpipe.archive import opensearch

    address = url or os.environ.get(_URL, "")
    if output is not None and output != _STANDARD_STREAM:
        with unwritable(Path(output)):
            count = opensearch.write_files(file, Path(output), index, tokens=tokens)
        click.echo(cli_text("exported", language).format(count=count))
        return 0
    if not address:
        raise click.UsageError(cli_text("export-where", language))
    sent = opensearch.send(file, address, index, tokens=tokens)
    for refused in sent.refused:
        line = f"{refused.id}: {refused.status} {printable(refused.reason)}"
        click.echo(click.style(line, fg="red"), err=True)
    click.echo(
        cli_text("sent", language).format(
            sent=sent.sent, there=sent.there, refused=len(sent.refused)
        )
    )
    return 1 if sent.refused else 0


def _file(settings: Settings, given: Path | None) -> Path:
    return Path(settings.output) / FILE if given is None else given
