"""Reads PDF: glyphs become lines, lines paragraphs and tables, what runs along the page's edge goes to its layer.

Not read yet: tagged structure, footnotes, pictures, text in more than one column out of content order.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from docpipe.errors import DocpipeError, ErrorCode, WarningCode, warning
from docpipe.model import BlockType, Document, Paragraph, Place, Source, describe_source
from docpipe.readers.pdf.lines import Line, PageText, read_lines
from docpipe.readers.pdf.margins import find_margins
from docpipe.readers.pdf.paragraphs import Column, PageLine, build, measure
from docpipe.readers.pdf.tables import FoundTable, find_tables
from docpipe.settings import Settings

if TYPE_CHECKING:
    import pypdf

_PROPERTIES = {"Title": "title", "Author": "author", "Keywords": "keywords"}
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd\x00]")


def read(source: Source, settings: Settings) -> Document:
    """The document in a PDF. Raises DocpipeError: ENCRYPTED, DAMAGED, TOO_LARGE; the name of the file is in it."""
    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if (
            pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD
            or "password" in str(error).lower()
        ):
            raise DocpipeError(ErrorCode.ENCRYPTED, name=source.name) from error
        return _second_opinion(source, str(error))
    try:
        return _read(pdf, source, settings)
    finally:
        pdf.close()


def _read(pdf: pypdfium2.PdfDocument, source: Source, settings: Settings) -> Document:
    count = len(pdf)
    if count > settings.limits.pages:
        raise DocpipeError(
            ErrorCode.TOO_LARGE, f"{count} pages, the limit is {settings.limits.pages}", source.name
        )
    document = Document(source=describe_source(source, pages=count))
    document.properties = {
        ours: value
        for theirs, ours in _PROPERTIES.items()
        if (value := pdf.get_metadata_value(theirs).strip())
    }
    pages: list[list[PageLine]] = []
    tables: list[list[FoundTable]] = []
    lost: list[int] = []
    for index in range(count):
        try:
            lines, found = _read_page(pdf, index)
        except pypdfium2.PdfiumError:
            lost.append(index + 1)
            lines, found = [], []
        pages.append(lines)
        tables.append(found)
    document.blocks = _blocks(pages, tables)
    _warn(document, pages, lost)
    return document


def _read_page(pdf: pypdfium2.PdfDocument, index: int) -> tuple[list[PageLine], list[FoundTable]]:
    page = pdf[index]
    try:
        text = PageText(page)
        lines = [line for line in read_lines(text) if line.text]
        height = page.get_height()
        found = find_tables(text, lines, index + 1)
        text.text_page.close()
    finally:
        page.close()
    return [PageLine(line, index + 1, height) for line in lines], found


def _blocks(
    pages: Sequence[Sequence[PageLine]], tables: Sequence[Sequence[FoundTable]]
) -> list[BlockType]:
    """Body blocks page by page, then what stands in the margins."""
    margins = find_margins(pages)
    in_tables = [{index for table in found for index in table.lines} for found in tables]
    body = [
        [
            item
            for index, item in enumerate(lines)
            if index not in in_tables[page] and (page, index) not in margins
        ]
        for page, lines in enumerate(pages)
    ]
    column = measure([item for lines in body for item in lines if not item.line.angle])
    blocks: list[BlockType] = []
    for page, lines in enumerate(pages):
        blocks.extend(_page_blocks(page, lines, tables[page], margins, column))
    for (page, index), side in sorted(margins.items()):
        if index in in_tables[page]:
            continue
        item = pages[page][index]
        blocks.extend(_margin_block(item, side))
    return blocks


def _page_blocks(
    page: int,
    lines: Sequence[PageLine],
    found: Sequence[FoundTable],
    margins: Mapping[tuple[int, int], str],
    column: Column,
) -> Iterator[BlockType]:
    """Paragraphs and tables of a page; a table stands where the first of its lines stood."""
    starts = {min(table.lines): table for table in found if table.lines}
    taken = {index for table in found for index in table.lines}
    waiting: list[PageLine] = []
    for index, item in enumerate(lines):
        if index in starts:
            yield from build(waiting, column)
            waiting = []
            yield starts[index].table
        if index in taken or (page, index) in margins:
            continue
        waiting.append(item)
    yield from build(waiting, column)


def _margin_block(item: PageLine, side: str) -> Iterator[Paragraph]:
    place = Place(page=item.page, bbox=item.line.box)
    yield Paragraph(
        text=item.line.text, at=(place,), layer="header" if side == "header" else "footer"
    )


def _warn(document: Document, pages: Sequence[Sequence[PageLine]], lost: Sequence[int]) -> None:
    empty = [index + 1 for index, lines in enumerate(pages) if not lines and index + 1 not in lost]
    if lost:
        document.warnings.append(
            warning(WarningCode.PARTIAL, f"pages {_ranges(lost)} could not be read")
        )
    if empty:
        document.warnings.append(warning(WarningCode.NEEDS_OCR, _ranges(empty)))
    bad = [lines[0].page for lines in pages if lines and _garbled([item.line for item in lines])]
    if bad:
        document.warnings.append(warning(WarningCode.UNREADABLE_GLYPHS, f"pages {_ranges(bad)}"))


def _garbled(lines: Sequence[Line]) -> bool:
    text = "".join(line.text for line in lines)
    return len(_UNREADABLE.findall(text)) * 10 > len(text)


def _ranges(numbers: Sequence[int]) -> str:
    """Page numbers as "1-3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def _second_opinion(source: Source, failure: str) -> Document:
    """What pypdf can read of a file that pdfium does not open. Raises DocpipeError(DAMAGED) if it cannot either."""
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    blocks: list[BlockType] = []
    lost: list[int] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(source.data), strict=False)
        if reader.is_encrypted:
            raise DocpipeError(ErrorCode.ENCRYPTED, name=source.name)
        count = len(reader.pages)
        for number in range(1, count + 1):
            blocks.extend(_pypdf_page(reader, number, lost))
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
    ) as error:
        raise DocpipeError(ErrorCode.DAMAGED, failure.rstrip("."), source.name) from error
    if not blocks:
        raise DocpipeError(ErrorCode.DAMAGED, failure.rstrip("."), source.name)
    document = Document(source=describe_source(source, pages=count), blocks=blocks)
    detail = "the file is damaged; it was read with the second engine" + (
        f", pages {_ranges(lost)} are lost" if lost else ""
    )
    document.warnings.append(warning(WarningCode.PARTIAL, detail))
    return document


def _pypdf_page(reader: pypdf.PdfReader, number: int, lost: list[int]) -> Iterator[Paragraph]:
    from pypdf.errors import PyPdfError

    try:
        text = reader.pages[number - 1].extract_text()
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ):
        lost.append(number)
        return
    for line in text.splitlines():
        words = " ".join(line.split())
        if words:
            yield Paragraph(text=words, at=(Place(page=number),))
