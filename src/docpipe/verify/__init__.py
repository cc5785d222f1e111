"""Proves that nothing of a source was lost, doubled, invented or put in another order, without help of the readers.

`sources` extracts a source's text by means of its own, `pieces` takes the kept and removed text out of the JSON, `ledger`
lets each character of one side account for one of the other.

What is no finding: white space and characters without a glyph (`letters`); labels, and signs in formulas, that the output
generates; blocks that a reader moves within their part or page because they lie beside the text (text boxes, notes,
headers, hidden and removed text); in a PDF, whose engines differ, also the order of whole lines on a page, compatibility
characters, quotation marks that only moved, and text struck again at its place to make it bold; Markdown's markup and
the strokes of a table drawn in a plain text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docpipe.beside import Beside
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import LookUp, nothing_beside
from docpipe.settings import Limits
from docpipe.verify.ledger import Finding, compare
from docpipe.verify.letters import quotes
from docpipe.verify.pieces import pieces
from docpipe.verify.sources import units

__all__ = ["Finding", "Verdict", "verify", "verify_run"]


class Verdict(NamedTuple):
    """What was found for one source; `error` where it could not be compared."""

    path: str
    findings: list[Finding]
    error: DocpipeError | None = None


def verify(
    source: bytes,
    document: dict[str, Any],
    password: str = "",
    beside: LookUp = nothing_beside,
) -> list[Finding]:
    """Compare a source's bytes with its JSON document; `password` opens a protected PDF, `beside` finds what was saved with a page.

    Raises DocpipeError: ENCRYPTED, WRONG_PASSWORD if it does not, DAMAGED if the source cannot be opened.
    """
    pdf = document["source"]["format"] == "pdf"
    read, written = units(source, document, password, beside), pieces(document)
    found = compare(read, written, pdf)
    if pdf:
        before = Counter(mark for unit in read for mark in unit.quotes)
        after = Counter(mark for piece in written for mark in quotes(piece.text))
        found += [Finding("missing", mark * n) for mark, n in sorted((before - after).items())]
        found += [Finding("invented", mark * n) for mark, n in sorted((after - before).items())]
    return found


def verify_run(sources: Path, output: Path, password: str = "") -> Iterator[Verdict]:
    """Compare the JSON documents of a run with their sources, one after the other, in the order of the files.

    `sources` is the input folder (or one file), `output` the run's folder, its `json` folder, or one JSON file.
    `password` opens protected PDFs.
    Raises DocpipeError(NOTHING_TO_CONVERT) if there is no JSON document of these sources.
    """
    folder = output / "json" if (output / "json").is_dir() else output
    compared = 0
    for file in [folder] if folder.is_file() else sorted(folder.rglob("*.json")):
        try:
            document = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            failure = DocpipeError(ErrorCode.UNREADABLE, str(error), file.name)
            yield Verdict(file.name, [], failure)
            continue
        if not isinstance(document, dict) or document.get("schema") != "docpipe/1":
            continue
        if sources.is_dir() or sources.name == document["source"]["name"]:
            compared += 1
            yield _verdict(sources, document, password)
    if not compared:
        detail = f"no JSON documents of {sources.name} in {folder}"
        raise DocpipeError(ErrorCode.NOTHING_TO_CONVERT, detail)


def _verdict(sources: Path, document: dict[str, Any], password: str) -> Verdict:
    path = document["source"]["path"]
    file = sources / path if sources.is_dir() else sources
    try:
        beside = Beside(file, Limits()).find
        return Verdict(path, verify(file.read_bytes(), document, password, beside))
    except OSError as error:
        detail = error.strerror or str(error)
        return Verdict(path, [], DocpipeError(ErrorCode.UNREADABLE, detail, path))
    except DocpipeError as error:
        return Verdict(path, [], error)
