"""Writes what a run came to: `report.json` for programs and `report.html` for people, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from docpipe.batch import report, storage
from docpipe.batch.jobs import Receipt, Summary
from docpipe.batch.journal import Journal
from docpipe.batch.targets import WORKSPACE, open_atomically
from docpipe.texts import Language

REPORT = "report.json"
REPORT_PAGE = "report.html"


def write_json(output: Path, summary: Summary, receipts: list[Receipt]) -> None:
    """Write `report.json`: the counts and a row for each source, with reason and advice (English) for each failure.

    Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL.
    """
    counts = {name: len(summary.of(name)) for name in ("converted", "unchanged", "failed")}
    head = {
        **counts,
        "ignored": len(summary.ignored),
        "left_alone": summary.left_alone,
        "not_reached": summary.not_reached,
        "removed": sum(receipt.removed for receipt in summary.receipts),
        "seconds": summary.seconds,
        "interrupted": summary.interrupted,
        "lacking_limits": summary.lacking,
        "stale": summary.stale,
        "learn_candidates": summary.learn_candidates,
        "files": [],
    }
    with _written(output, REPORT) as stream:
        # Row by row, because the rows of a large run together are many times its receipts.
        stream.write(_indented(head).removesuffix(b"]\n}"))
        separator = b""
        for receipt in receipts:
            row = _indented(_row(receipt)).replace(b"\n", b"\n    ")
            stream.write(separator + b"\n    " + row)
            separator = b","
        stream.write(b"\n  ]\n}\n")


def _row(receipt: Receipt) -> dict[str, object]:
    row: dict[str, object] = msgspec.to_builtins(receipt)
    if receipt.outcome == "failed":
        row["reason"] = receipt.error().reason("en")
        row["advice"] = receipt.error().advice("en")
    return row


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def write_page(output: Path, about: report.Run, journal: Journal, language: Language) -> None:
    """Write `report.html`, with the cuts in context that the journal holds.

    Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL.
    """
    with _written(output, REPORT_PAGE) as stream:
        for piece in report.pieces(about, journal.excerpts, language):
            stream.write(piece.encode())


@contextmanager
def _written(output: Path, name: str) -> Iterator[BinaryIO]:
    """A stream to a report, which is there whole or not at all. Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL."""
    try:
        with open_atomically(output / name, output / WORKSPACE) as stream:
            yield stream
    except OSError as error:
        raise storage.not_writable(name, error) from error
