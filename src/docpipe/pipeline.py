"""The way of a document, step by step: read, survey, clean, mend, outline, describe; then any writer."""

from __future__ import annotations

import hashlib
from pathlib import Path

from docpipe import __version__, clean, files, formats, preflight, rules
from docpipe.beside import Beside
from docpipe.describe import describe
from docpipe.edges import edge_lines, sender
from docpipe.errors import WarningCode, warning
from docpipe.inserting import insert
from docpipe.mend import mend
from docpipe.model import (
    PRODUCER,
    Document,
    EdgeLine,
    Edges,
    LookUp,
    Pipeline,
    Source,
    nothing_beside,
)
from docpipe.outline import outline
from docpipe.rules import site
from docpipe.settings import Settings
from docpipe.survey import survey
from docpipe.wording import is_prose


def convert(path: str | Path, settings: Settings | None = None) -> Document:
    """Read a file from disk and convert it. Raises DocpipeError, which names the file, the reason and an advice."""
    settings = settings or Settings()
    beside = Beside(path, settings.limits).find
    return convert_bytes(load(path, settings), Path(path).name, settings=settings, beside=beside)


def convert_bytes(
    data: bytes,
    name: str,
    path: str = "",
    format: str = "",
    settings: Settings | None = None,
    edges: bool = False,
    beside: LookUp = nothing_beside,
) -> Document:
    """Convert the bytes of a file called `name`. `format` overrides detection. Raises DocpipeError.

    With `edges` the document tells the lines at its edges, for a comparison with others. `beside` finds what was saved
    with a page.
    """
    settings = settings or Settings()
    document = read(data, name, path, format, settings, beside)
    return document if document.pipeline else refine(document, settings, edges)


def load(path: str | Path, settings: Settings) -> bytes:
    """The bytes of a file. Raises DocpipeError as `files.read` does."""
    return files.read(path, settings.limits.file_bytes).data


def read(
    data: bytes,
    name: str,
    path: str,
    format: str,
    settings: Settings,
    beside: LookUp = nothing_beside,
) -> Document:
    """The document as it was read, before any step, with what it holds as a whole in its place.

    Parameters and errors as for `convert_bytes`.
    """
    document = _read_one(data, name, path, format, settings, beside)
    insert(
        document, lambda held: _read_one(held.data, held.name, path, "", settings, nothing_beside)
    )
    return document


def _read_one(
    data: bytes, name: str, path: str, format: str, settings: Settings, beside: LookUp
) -> Document:
    row = formats.BY_NAME[format] if format else formats.detect(name, data)
    preflight.check(row.name, data, name, settings.limits)
    source = Source(
        name=name,
        path=path or name,
        format=row.name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        beside=beside,
    )
    document = formats.reader(row)(source, settings)
    promised = formats.named(name)
    if not format and promised is not None and promised.name != row.name:
        detail = f"{promised.title}, the content is {row.title}"
        document.warnings.append(warning(WarningCode.CONTENT_DIFFERS_FROM_NAME, detail))
    return document


def refine(document: Document, settings: Settings, edges: bool = False) -> Document:
    """Everything after reading, in order. The document is changed in place and returned.

    `edges` as for `convert_bytes`. Raises DocpipeError(BAD_RULES) for the file of site rules.
    """
    ruleset = rules.load()
    site_rules = site.load(settings.site_rules)
    seen = survey(document, ruleset)
    finished = document.properties.get("producer") == PRODUCER
    # A page shows whether something was put around its text since; a Word document does not.
    cleaned = finished and document.source.format != "docx"
    proposals = list(
        clean.find(document, seen, ruleset, settings.clean, site_rules, finished=cleaned)
    )
    threshold = settings.clean.cut_threshold
    lines = edge_lines(document, seen, proposals, ruleset, threshold) if edges else None
    clean.apply(document, proposals, settings.clean)
    if not finished:
        mend(document)
    outline(document, styled=finished)
    describe(document)
    document.edges = None if lines is None else _edges(document, lines)
    document.pipeline = Pipeline(
        version=__version__,
        rules=ruleset.digest,
        settings=settings.digest(),
        site_rules=site_rules.digest,
    )
    return document


def _edges(document: Document, lines: tuple[EdgeLine, ...]) -> Edges:
    organization = document.metadata.get("organization")
    # What a meta tag claims is the site's name as often as the office's.
    visible = organization.value if organization is not None and organization.at else ""
    beginning = next((block.text for block in document.blocks if is_prose(block.text)), "")
    return Edges(document.title or beginning[:80], sender(document.title, visible), lines)


def write(document: Document, format: str, settings: Settings | None = None) -> bytes:
    """The document's bytes in a target format (`formats.TARGETS`). Raises DocpipeError(UNKNOWN_FORMAT)."""
    return formats.writer(format)(document, settings or Settings())
