"""How fast Word documents are written: 300 paragraphs by docpipe and by python-docx, the best of several rounds.

Run from the repository: `python bench/writing.py`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import docx

from docpipe.model import Document, Paragraph, SourceInfo
from docpipe.settings import DocxSettings, Settings
from docpipe.writers.docx import write

PARAGRAPHS = 300
_TEXT = "全镇安全生产形势保持总体平稳，全年未发生较大及以上事故，现将有关情况总结如下。"


def main() -> None:
    """Print the times and their ratios."""
    document = Document(
        source=SourceInfo("a.txt", "a.txt", "txt", 0, "0" * 64),
        blocks=[Paragraph(text=f"{number}{_TEXT}") for number in range(PARAGRAPHS)],
        title="工作总结",
        language="zh",
    )
    theirs = best(with_python_docx)
    for name, settings in (
        ("report", Settings()),
        ("gbt9704", Settings(docx=DocxSettings(style="gbt9704"))),
    ):
        ours = best(lambda settings=settings: write(document, settings))
        print(
            f"writing {PARAGRAPHS} paragraphs ({name}): ours {ours * 1000:.1f} ms,"
            f" python-docx {theirs * 1000:.1f} ms, ratio {theirs / ours:.1f}"
        )


def with_python_docx() -> None:
    """The same paragraphs by python-docx."""
    document = docx.Document()
    document.add_heading("工作总结", 0)
    for number in range(PARAGRAPHS):
        document.add_paragraph(f"{number}{_TEXT}")
    document.save(io.BytesIO())


def best(action: Callable[[], object], rounds: int = 20) -> float:
    """Seconds of the quickest of several rounds, after one to warm up."""
    action()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
