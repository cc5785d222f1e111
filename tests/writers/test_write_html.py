"""A written page is valid HTML, holds nothing active, asks for nothing, and passes its last wall unchanged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import html5lib
import pytest
from writer_samples import asset, chinese, english, png

from docpipe.model import Document, Image, Paragraph, Run
from docpipe.pipeline import convert, write
from docpipe.settings import Settings
from docpipe.writers import html
from docpipe.writers.sanitize import sanitized

_SHARED = Path(__file__).parents[3] / "shared"
_BENCH = [*sorted((_SHARED / "bench/html/pages").glob("*")), *sorted((_SHARED / "bench/dev/files").glob("*"))]  # fmt: skip
_NO_BENCH = "needs the bench in ../shared/bench"
_NU = os.environ.get("DOCPIPE_NU_VALIDATOR", "")
"""The Nu validator's vnu.jar (npm package vnu-jar); it needs Java and no network."""


def _samples() -> list[Document]:
    documents = [chinese(), english()]
    for document in documents:
        document.assets = [asset(png(), b.asset) for b in document.blocks if isinstance(b, Image)]
    return documents


def _article(page: bytes) -> str:
    text = page.decode()
    return text[text.index("<article>") : text.index("</article>") + len("</article>")]


def _assert_valid(page: bytes) -> None:
    """No error of the HTML parser, and the rules of HTML that the parser does not know."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(page)
    named = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(named) == len(set(named))
    for element in tree.iter():
        assert not any(name.startswith("on") for name in element.attrib)
        if element.tag == "a" and element.get("href", "").startswith("#section-"):
            assert element.get("href", "")[1:] in named
        if element.tag == "img":
            assert "alt" in element.attrib
            assert element.get("src", "").startswith("data:image/")
    assert tree.get("lang")
    assert [len(tree.findall(f".//{tag}")) for tag in ("title", "main", "article", "script")] == [1, 1, 1, 0]  # fmt: skip


@pytest.mark.skipif(not _BENCH, reason=_NO_BENCH)
@pytest.mark.parametrize("file", _BENCH, ids=lambda file: file.name)
def test_bench_documents_become_valid_pages(file: Path) -> None:
    page = write(convert(file), "html")
    _assert_valid(page)
    assert sanitized(_article(page)) == _article(page)


def test_samples_become_valid_pages() -> None:
    for document in _samples():
        page = html.write(document, Settings())
        _assert_valid(page)


@pytest.mark.skipif(not _BENCH, reason=_NO_BENCH)
@pytest.mark.skipif(not (_NU and shutil.which("java")), reason="needs Java and DOCPIPE_NU_VALIDATOR, the path of vnu.jar")  # fmt: skip
def test_the_nu_validator_finds_no_error(tmp_path: Path) -> None:
    for number, file in enumerate(_BENCH):
        (tmp_path / f"{number}.html").write_bytes(write(convert(file), "html"))
    command = ["java", "-jar", _NU, "--format", "json", "--skip-non-html", str(tmp_path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=False).stderr)
    assert [m for m in found["messages"] if m["type"] != "info"] == []


def test_the_wall_keeps_everything_we_write(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [*_samples(), Document(source=chinese().source, blocks=[Paragraph(text="a\xa0b<&>\"'", runs=(Run(0, 3, code=True),))])]  # fmt: skip
    walled = [html.write(document, Settings()) for document in documents]
    monkeypatch.setattr(html, "sanitized", lambda markup: markup)
    assert [html.write(document, Settings()) for document in documents] == walled


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<script>x()</script><p>a</p>", "<p>a</p>"),
        ("<a href='javascript:x()'>a</a>", "<a>a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        ("<img src='https://a.example/b.png' alt=''>", '<img alt="">'),
        ("<p style='background:url(https://a.example)'>a</p>", "<p>a</p>"),
        ("<iframe src='https://a.example'></iframe><p>a</p>", "<p>a</p>"),
    ],
)
def test_the_wall_lets_nothing_else_through(markup: str, kept: str) -> None:
    assert sanitized(markup) == kept
