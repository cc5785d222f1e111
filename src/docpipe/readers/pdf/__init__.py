"""Reads PDF: glyphs become lines, lines columns, paragraphs and tables; what lies beside the text goes to its layer.

The way of a page: `engine` asks pdfium, `fragments` cuts its text at gaps, `turning` tells a sideways page, `visibility`
sorts out what is not seen, `page` takes tables, charts, footnotes and pictures; then, over all pages, `flow` finds
margins, columns and paragraphs. pypdf is the second opinion on pages that pdfium cannot read. `tags` and `tagged` are
asked where a file has tags, `type3` where it has such fonts; tags overrule the geometry where they agree with what is
seen.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from docpipe.errors import DocpipeError, ErrorCode, WarningCode, warning
from docpipe.model import Document, Note, Source, SourceInfo, describe_source
from docpipe.readers.pdf import ocr
from docpipe.readers.pdf.bookmarks import mark_headings, read_bookmarks
from docpipe.readers.pdf.budget import Budget, OverBudgetError
from docpipe.readers.pdf.engine import utf16
from docpipe.readers.pdf.figures import Assets
from docpipe.readers.pdf.flow import flow
from docpipe.readers.pdf.legible import is_doubtful
from docpipe.readers.pdf.margins import FEW_PAGES
from docpipe.readers.pdf.opinion import SecondReader, locked
from docpipe.readers.pdf.page import Page, empty_page, read_page, recognised
from docpipe.readers.pdf.tags import Tagger
from docpipe.readers.pdf.type3 import Type3Fonts, described
from docpipe.settings import Settings

_PROPERTIES = {"Title": "title", "Author": "author", "Keywords": "keywords"}
_CREATED = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
"""The beginning of a date (PDF 32000-1, 7.9.4)."""
_PATIENCE = 2
"""The second engine, which is slow, is not asked again after it has read so many pages no better than the first."""
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")


def read(source: Source, settings: Settings) -> Document:
    """The document in a PDF. Raises DocpipeError: ENCRYPTED, WRONG_PASSWORD, DAMAGED, TOO_LARGE, NO_TEXT; the file's name is in it."""
    try:
        pdf = _opened(source.data, settings.read.password)
    except pypdfium2.PdfiumError as error:
        if _asks_for_password(error):
            raise locked(settings.read.password, source.name) from error
        return _second_opinion(source, settings, str(error))
    try:
        return _Reading(pdf, source, settings).document
    finally:
        pdf.close()


def _opened(data: bytes, password: str) -> pypdfium2.PdfDocument:
    """The file, opened with the password or without: one that only forbids changes needs none."""
    try:
        return pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError as error:
        if not password or not _asks_for_password(error):
            raise
        return pypdfium2.PdfDocument(data)


def _asks_for_password(error: pypdfium2.PdfiumError) -> bool:
    return "password" in str(error).lower()


class _Reading:
    """One PDF on its way to a document."""

    def __init__(self, pdf: pypdfium2.PdfDocument, source: Source, settings: Settings) -> None:
        self._pdf = pdf
        self._source = source
        self._settings = settings
        self._pictures = _PICTURE.search(source.data) is not None
        self._tagger = Tagger() if pdfium.FPDFCatalog_IsTagged(pdf.raw) else None
        fonts = described(source.data)
        self._fonts = Type3Fonts(fonts, self._shown_fonts) if fonts else None
        self._second: SecondReader | None = None
        self._in_vain = 0
        self._lost: list[int] = []
        self._dear: list[int] = []
        self._seconded: list[int] = []
        self._recognised: list[int] = []
        count = len(pdf)
        numbers = _chosen(count, source, settings)
        self._few = len(numbers) <= FEW_PAGES
        self.document = Document(source=_described_source(source, count, numbers))
        self.document.properties = _properties(pdf)
        pages: list[Page] = []
        for number in numbers:
            pages.append(self._page(number, pages[-1] if pages else None))
            self.document.notes += [Note(note.id, note.text) for note in pages[-1].notes]
        assets = Assets()
        self.document.blocks = flow(pages, assets)
        self.document.assets = list(assets.found.values())
        with contextlib.suppress(pypdfium2.PdfiumError):
            mark_headings(self.document.blocks, read_bookmarks(pdf))
        self._warn(pages)

    def _page(self, number: int, before: Page | None) -> Page:
        """A page, which comes after another, as pdfium reads it; where that is nothing or no text, what OCR or the other engine reads."""
        try:
            handle = self._pdf[number - 1]
        except pypdfium2.PdfiumError:
            other = self._other(number)
            (self._seconded if other else self._lost).append(number)
            return other or empty_page(number)
        try:
            page = read_page(
                handle,
                number,
                pictures=self._pictures,
                notes=len(self.document.notes),
                tagger=self._tagger,
                fonts=self._fonts,
                budget=Budget(self._settings.limits.page_seconds),
                before=before,
                alone=self._few,
            )
            if page.is_legible:
                return page
            engine = ocr.engine()
            if engine is not None and (fragments := ocr.recognise(engine, handle, number)):
                self._recognised.append(number)
                return recognised(page, fragments)
        except OverBudgetError:
            self._dear.append(number)
            return empty_page(number)
        finally:
            handle.close()
        if page.has_glyphs and self._in_vain < _PATIENCE:
            other = self._other(number)
            if other and other.is_legible:
                self._seconded.append(number)
                return replace(other, figures=page.figures)
            self._in_vain += 1
        return page

    def _other(self, number: int) -> Page | None:
        """A page as the second engine reads it; None if it fails as well, or sees no text."""
        second = self._opened_again()
        page = second.read(number) if second else None
        return page if page and page.has_glyphs else None

    def _shown_fonts(self, number: int) -> list[int]:
        second = self._opened_again()
        return second.shown_fonts(number) if second else []

    def _opened_again(self) -> SecondReader | None:
        """The file opened by the second engine; None if it fails."""
        try:
            if self._second is None:
                password = self._settings.read.password
                self._second = SecondReader(self._source.data, password, self._source.name)
        except DocpipeError:
            return None
        return self._second

    def _warn(self, pages: Sequence[Page]) -> None:
        def warn(code: WarningCode, detail: str, numbers: Iterable[int]) -> None:
            if numbers := list(numbers):
                message = detail.format(_ranges(numbers))
                self.document.warnings.append(warning(code, message))

        warn(WarningCode.PARTIAL, "pages {} could not be read", self._lost)
        took = f"took more than {self._settings.limits.page_seconds:g} s each and were given up"
        warn(WarningCode.PARTIAL, "pages {} " + took, self._dear)
        warn(WarningCode.PARTIAL, "pages {} could be read by pypdf only", self._seconded)
        known = {*self._lost, *self._dear, *self._seconded, *self._recognised}
        left = [page for page in pages if page.number not in known]
        warn(WarningCode.NEEDS_OCR, "{}", (page.number for page in left if page.needs_ocr))
        warn(WarningCode.UNREADABLE_GLYPHS, "pages {}", _garbled(left))
        warn(WarningCode.RECOGNISED, "{}", self._recognised)
        left_out = sum(page.left_out for page in pages)
        if left_out:
            detail = f"{left_out} pictures that are too large or of an unknown kind"
            self.document.warnings.append(warning(WarningCode.NOT_CONVERTED, detail))
        attached = pdfium.FPDFDoc_GetAttachmentCount(self._pdf.raw)
        if attached > 0:
            detail = f"{attached} attached files"
            self.document.warnings.append(warning(WarningCode.NOT_CONVERTED, detail))


def _garbled(pages: Iterable[Page]) -> list[int]:
    """The numbers of pages whose text is none. Where most are so, one font is the cause, and less tells the others."""
    written = [page for page in pages if not page.needs_ocr and any(page.texts())]
    garbled = [page.number for page in written if not page.is_legible]
    if 2 * len(garbled) < len(written):
        return garbled
    return [page.number for page in written if not page.is_legible or is_doubtful(page.texts())]


def _properties(pdf: pypdfium2.PdfDocument) -> dict[str, str]:
    properties = {
        ours: value
        for theirs, ours in _PROPERTIES.items()
        if (value := pdf.get_metadata_value(theirs).strip())
    }
    if language := utf16(pdfium.FPDFCatalog_GetLanguage, pdf.raw):
        properties["language"] = language
    created = _CREATED.match(pdf.get_metadata_value("CreationDate"))
    if created:
        properties["created"] = "-".join(created.groups())
    return properties


def _chosen(count: int, source: Source, settings: Settings) -> list[int]:
    """The numbers of the pages to read. Raises DocpipeError: TOO_LARGE, NO_TEXT if none of those wanted exists."""
    wanted = settings.read.pages
    numbers = [number for number in range(1, count + 1) if not wanted or _includes(wanted, number)]
    if len(numbers) > settings.limits.pages:
        detail = f"{len(numbers)} pages, the limit is {settings.limits.pages}"
        raise DocpipeError(ErrorCode.TOO_LARGE, detail, source.name)
    if wanted and not numbers:
        detail = f"pages {wanted} of a file of {count} pages"
        raise DocpipeError(ErrorCode.NO_TEXT, detail, source.name)
    return numbers


def _described_source(source: Source, count: int, numbers: Sequence[int]) -> SourceInfo:
    """What is kept of a file of so many pages, of which those of these numbers are read."""
    pages_read = tuple(numbers) if len(numbers) < count else ()
    return describe_source(source, pages=count, pages_read=pages_read)


def _includes(wanted: str, number: int) -> bool:
    """Whether a page number is in a list such as "1-5,8"; "3-" has no end."""
    for part in filter(None, (part.strip() for part in wanted.split(","))):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if int(first) <= number <= (int(last) if last else number if dash else int(first)):
            return True
    return False


def _ranges(numbers: Sequence[int]) -> str:
    """Page numbers as "1-3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def _second_opinion(source: Source, settings: Settings, failure: str) -> Document:
    """What pypdf can read of a file that pdfium does not open. Raises DocpipeError(DAMAGED) if it cannot either."""
    damaged = DocpipeError(ErrorCode.DAMAGED, failure.rstrip("."), source.name)
    try:
        reader = SecondReader(source.data, settings.read.password, source.name)
    except DocpipeError as error:
        if error.code != ErrorCode.DAMAGED:
            raise
        raise damaged from error
    numbers = _chosen(reader.count, source, settings)
    pages = [page for number in numbers if (page := reader.read(number))]
    lost = sorted({*numbers} - {page.number for page in pages})
    if not any(page.has_glyphs for page in pages):
        raise damaged
    document = Document(source=_described_source(source, reader.count, numbers))
    document.blocks = flow(pages, Assets())
    detail = "the file is damaged; it was read with the second engine" + (
        f", pages {_ranges(lost)} are lost" if lost else ""
    )
    document.warnings.append(warning(WarningCode.PARTIAL, detail))
    return document
