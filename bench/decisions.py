"""Repeats the measurements that docs/decisions.md rests on: engines beside engines, CPU seconds, best of three, one run."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import docx
import msgspec
import pypdf
import pypdfium2
from bs4 import BeautifulSoup
from lxml import html

from docpipe.model import Document, Paragraph, Place, SourceInfo
from docpipe.pipeline import read, write
from docpipe.settings import Settings

SHARED = Path(__file__).parent.parent.parent / "shared"
# Real files with text on every page, of different producers.
CORPUS_PDFS = (
    "jsvine__issue-67-example.pdf",
    "kreuzberg-dev__multi_page.pdf",
    "kreuzberg-dev__sample_contract.pdf",
    "opendatalab__introduction.pdf",
)


def main() -> None:
    """Print one line a question."""
    pdfs = [file.read_bytes() for file in sorted((SHARED / "bench/dev/files").glob("*.pdf"))]
    pdfs += [(SHARED / "corpus/pdf" / name).read_bytes() for name in CORPUS_PDFS]
    compare(
        f"PDF text of {sum(map(_page_count, pdfs))} pages",
        {"pypdfium2": lambda: each(pdfs, _pdfium), "pypdf": lambda: each(pdfs, _pypdf)},
    )
    pages = [
        file.read_bytes() for file in sorted((SHARED / "bench/html/pages").glob("*.html"))[:40]
    ]
    compare(
        "HTML tree",
        {
            "lxml": lambda: each(pages, html.fromstring),
            "beautifulsoup4": lambda: each(pages, _soup),
        },
    )
    handbook = (SHARED / "corpus/docx/Unstructured-IO__handbook-872p.docx").read_bytes()
    compare(
        "DOCX reading",
        {
            "docpipe (lxml)": lambda: read(handbook, "a.docx", "", "", Settings()),
            "python-docx, text and style only": lambda: _python_docx(handbook),
        },
    )
    lines = Document(
        source=SourceInfo(name="a.txt", path="a.txt", format="txt", bytes=0, sha256=""),
        blocks=[Paragraph(text="全年组织检查430次。") for _ in range(2_000)],
    )
    compare(
        "DOCX of 2,000 paragraphs",
        {
            "docpipe (body as XML)": lambda: write(lines, "docx"),
            "python-docx, add_paragraph": lambda: _add_paragraphs(2_000),
        },
    )
    blocks = [Paragraph(text="全年组织检查430次。", at=(Place(line=n),)) for n in range(20_000)]
    plain = [_Paragraph("全年组织检查430次。", n) for n in range(20_000)]
    compare(
        "20,000 paragraphs to JSON",
        {
            "msgspec": lambda: msgspec.json.encode(blocks),
            "dataclasses and json": lambda: json.dumps([asdict(p) for p in plain]),
        },
    )


@dataclass
class _Paragraph:
    text: str
    line: int


def compare(question: str, candidates: dict[str, Callable[[], object]]) -> None:
    """CPU seconds of each candidate and its ratio to the first."""
    times = {name: min(_cpu(action) for _ in range(3)) for name, action in candidates.items()}
    first = next(iter(times.values()))
    print(
        question
        + ": "
        + ", ".join(f"{name} {t:.3f} s (x {t / first:.1f})" for name, t in times.items())
    )


def _cpu(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def each(items: Iterable[bytes], action: Callable[[bytes], object]) -> None:
    """Call an action on each item."""
    for item in items:
        action(item)


def _pdfium(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_range() for page in pdf)


def _pypdf(data: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def _page_count(data: bytes) -> int:
    return len(pypdfium2.PdfDocument(data))


def _soup(data: bytes) -> BeautifulSoup:
    return BeautifulSoup(data, "lxml")


def _python_docx(data: bytes) -> int:
    document = docx.Document(io.BytesIO(data))
    return sum(len(p.text) + len(p.style.name or "") for p in document.paragraphs if p.style)


def _add_paragraphs(count: int) -> bytes:
    document = docx.Document()
    for _ in range(count):
        document.add_paragraph("全年组织检查430次。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


if __name__ == "__main__":
    main()
