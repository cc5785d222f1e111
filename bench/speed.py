"""The cost of whole conversions (read, clean, outline, JSON) against floors and other converters, as ratios in one run.

CPU seconds, warm, each file's best of three rounds. Other converters run in an environment of their own (`rivals.py`), which `make bench`
sets up; without it their columns are left out.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from lxml import etree

from docpipe.errors import DocpipeError
from docpipe.pipeline import convert_bytes, write
from docpipe.readers.docx.names import W

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
RIVALS = ROOT / ".venv-bench" / "bin" / "python"
ROUNDS = 3


def docx() -> None:
    """DOCX of the gold set and the corpus: against kreuzberg and against unzipping and parsing alone."""
    files = sorted(
        [*(SHARED / "bench/dev/files").glob("*.docx"), *(SHARED / "corpus/docx").glob("*.docx")]
    )
    print("\n== DOCX to JSON, CPU seconds (kreuzberg: text only; floor: unzip, parse, all w:t)")
    ours, floor = costs(convert, files), costs(docx_floor, files)
    rival = rivals("kreuzberg", files)
    book = [file for file in files if "handbook" in file.name]
    for name, chosen in (("all files", files), ("8,000 paragraphs", book)):
        _row(name, ours, {"floor": floor, "kreuzberg": rival}, chosen)
    linear("paragraphs", {n: many_paragraphs(n) for n in (2_000, 20_000)})
    linear("table cells", {n: many_cells(n) for n in (2_000, 20_000)})


def pdf() -> None:
    """PDF: against pypdfium2's raw text of the same pages and kreuzberg's Markdown, and the memory of a long file."""
    print("\n== PDF to JSON, CPU seconds (floor: pypdfium2's text of each page)")
    with tempfile.TemporaryDirectory() as folder:
        seed = SHARED / "bench/dev/files/seed.pdf"
        groups = {
            "six-page seed": [seed],
            "100 pages": [_repeated(seed, 100, Path(folder) / "100.pdf")],
            "dense pages": [SHARED / "corpus/pdf" / name for name in DENSE],
            "all files": sorted(
                [
                    *(SHARED / "bench/dev/files").glob("*.pdf"),
                    *(SHARED / "corpus/pdf").glob("*.pdf"),
                ]
            ),
        }
        files = sorted({file for group in groups.values() for file in group})
        ours, floor = costs(convert, files), costs(pdf_floor, files)
        rival = rivals("kreuzberg-markdown", files)
        for name, chosen in groups.items():
            _row(name, ours, {"pypdfium2": floor, "kreuzberg": rival}, chosen)
        lengths = (100, 1_000)
        documents = {n: _repeated(seed, n, Path(folder) / f"{n}.pdf") for n in lengths}
        linear("pages", {n: file.read_bytes() for n, file in documents.items()}, "a.pdf")
        print(f"{'memory':20} {peak_memory(documents[1_000]):.0f} MB at most for 1,000 pages")


DENSE = (
    "jsvine__nics-background-checks-2015-11.pdf",
    "jsvine__la-precinct-bulletin-2014-p1.pdf",
    "jsvine__senate-expenditures.pdf",
    "tabulapdf__campaign_donors.pdf",
)


def _repeated(source: Path, pages: int, target: Path) -> Path:
    """A PDF of so many pages, those of `source` over and over."""
    from pypdf import PdfReader, PdfWriter

    reader, writer = PdfReader(source), PdfWriter()
    for number in range(pages):
        writer.add_page(reader.pages[number % len(reader.pages)])
    writer.write(target)
    return target


def pdf_floor(data: bytes, name: str) -> list[str]:
    """The raw text of each page; nothing where the file is refused."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return []
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return texts


def peak_memory(file: Path) -> float:
    """The peak memory, in MB, of a process that converts one file to JSON.

    Linux tells it in `VmHWM`; `ru_maxrss` would count what the process that started it held.
    """
    code = (
        "import re, sys; from docpipe.pipeline import convert, write; write(convert(sys.argv[1]), 'json');"
        "print(int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) / 1024)"
    )
    command = [sys.executable, "-c", code, str(file)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def html() -> None:
    """The web pages of the bench: bytes in, JSON bytes out, against trafilatura and resiliparse (main text only)."""
    files = sorted((SHARED / "bench/html/pages").glob("*.html"))
    print("\n== Web pages to JSON, CPU seconds")
    others = {name: rivals(name, files) for name in ("trafilatura", "resiliparse")}
    _row("all pages", costs(convert, files), others, files)


def _row(
    name: str,
    ours: dict[Path, float],
    others: dict[str, dict[Path, float]],
    files: Sequence[Path],
) -> None:
    total = sum(ours[file] for file in files)
    cells = [f"{name:20} docpipe {total:7.3f}"]
    for other, figures in others.items():
        if figures:
            sum_ = sum(figures[file] for file in files)
            cells.append(f"{other} {sum_:7.3f} ({total / sum_:.2f} x)")
    print("  ".join(cells))


def linear(name: str, documents: dict[int, bytes], file: str = "a.docx") -> None:
    """Whether ten times as much takes ten times as long."""
    per_item = {
        n: min(clocked(lambda data=data: convert(data, file)) for _ in range(ROUNDS)) / n  # type: ignore[misc]
        for n, data in documents.items()
    }
    few, many = per_item.values()
    print(
        f"{name:20} microseconds each: "
        + ", ".join(f"{1e6 * s:.1f} of {n:,}" for n, s in per_item.items())
        + f" ({many / few:.2f} x)"
    )


def convert(data: bytes, name: str) -> bytes:
    """A file as JSON; empty where it is refused."""
    try:
        return write(convert_bytes(data, name), "json")
    except DocpipeError:
        return b""


def docx_floor(data: bytes, name: str) -> list[str | None]:
    """Unpack, parse the document, its styles and numbering, and look at each text."""
    texts: list[str | None] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in ("document", "styles", "numbering"):
            try:
                data = package.read(f"word/{part}.xml")
            except KeyError:
                continue
            root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
            if part == "document":
                texts = [text.text for text in root.iter(W + "t")]
    return texts


def costs(action: Callable[[bytes, str], Any], files: Sequence[Path]) -> dict[Path, float]:
    """CPU seconds of each file."""
    best = dict.fromkeys(files, float("inf"))
    for _ in range(ROUNDS):
        for file in files:
            data = file.read_bytes()
            best[file] = min(
                best[file], clocked(lambda data=data, file=file: action(data, file.name))
            )  # type: ignore[misc]
    return best


def clocked(action: Callable[[], Any]) -> float:
    """CPU seconds that an action takes."""
    start = time.process_time()
    action()
    return time.process_time() - start


def rivals(name: str, files: Sequence[Path]) -> dict[Path, float]:
    """CPU seconds of each file in another converter; empty where its environment is not set up."""
    if not RIVALS.exists():
        return {}
    command = [str(RIVALS), str(ROOT / "bench/rivals.py"), name, *map(str, files)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {Path(file): seconds for file, seconds in json.loads(printed.splitlines()[-1]).items()}


def many_paragraphs(count: int) -> bytes:
    """A document of so many paragraphs."""
    run = "<w:r><w:rPr><w:sz w:val='24'/></w:rPr><w:t>全年共组织培训十二次，参训人员三百余人。</w:t></w:r>"
    return _package(f"<w:p>{run}</w:p>" * count)


def many_cells(count: int) -> bytes:
    """A document with a table of so many cells, ten in a row."""
    cell = "<w:tc><w:p><w:r><w:t>数值</w:t></w:r></w:p></w:tc>"
    return _package(f"<w:tbl>{f'<w:tr>{cell * 10}</w:tr>' * (count // 10)}</w:tbl>")


_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def _package(body: str) -> bytes:
    document = f'<w:document xmlns:w="{W[1:-1]}"><w:body>{body}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", f'<Types xmlns="{_TYPES}"/>')
        package.writestr("word/document.xml", document)
    return buffer.getvalue()
