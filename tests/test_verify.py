"""Nothing of a source is lost, doubled or invented; and if it were, `verify` would see it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.cli import main
from docpipe.errors import DocpipeError
from docpipe.pipeline import convert_bytes, write
from docpipe.verify import Finding, verify

INPUT = Path(__file__).parent.parent / "input"
SENTENCES = [
    "2023年，街道坚持以人民为中心，扎实推进各项工作。",
    "全年组织巡查430次，排查隐患216处，全部完成整改。",
    "更多优质公文请加微信：gongwen8866",
    "继续完善网格化管理，健全长效机制，推动工作再上新台阶。",
    "联系人：周建平，联系电话：0571-86000000。",
]
SOURCE = "\n".join(["青山街道2023年度工作总结", *SENTENCES]).encode()

# Files of the real corpus on which the two counts differ for a reason that is no loss.
EXPLAINED = {
    "OpenXmlDev__HC031-Complicated-Document.docx": "formula in linear form",
    "apache__testWORD_2006ml.docx": "text of charts, formula in linear form",
    "opendatalab__docx_01.docx": "formulas in linear form, text of charts",
    "apache__stress010.docx": "right-to-left numbers in divided runs",
}


def published(data: bytes, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(write(convert_bytes(data, name), "json"))
    return document


@pytest.mark.parametrize("path", sorted(INPUT.iterdir()), ids=lambda path: path.name)
def test_samples_lose_nothing(path: Path) -> None:
    data = path.read_bytes()
    assert verify(data, published(data, path.name)) == []


def test_gold_set_loses_nothing(shared: Path) -> None:
    for path in sorted((shared / "bench/dev/files").iterdir()):
        data = path.read_bytes()
        assert verify(data, published(data, path.name)) == [], path.name


def test_real_word_documents_lose_nothing(shared: Path) -> None:
    for path in sorted((shared / "corpus/docx").iterdir()):
        data = path.read_bytes()
        findings = verify(data, published(data, path.name))
        assert findings == [] or path.name in EXPLAINED, (path.name, findings[:5])


def test_web_pages_lose_nothing(shared: Path) -> None:
    differing = []
    for path in sorted((shared / "bench/html/pages").iterdir())[:60]:
        data = path.read_bytes()
        try:
            findings = verify(data, published(data, path.name))
        except DocpipeError:
            continue
        if findings:
            differing.append((path.name, findings[:3]))
    assert len(differing) <= 6, differing


def paragraphs(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    stack = [document]
    while stack:
        node = stack.pop()
        found += [block for block in node["blocks"] if block["type"] == "paragraph"]
        stack += node["sections"]
    return found


@given(st.integers(0, 9), st.sampled_from(["missing", "doubled", "invented"]))
def test_a_changed_sentence_is_seen(number: int, kind: str) -> None:
    document = copy.deepcopy(published(SOURCE, "a.txt"))
    assert verify(SOURCE, document) == []
    block = paragraphs(document)[number % len(paragraphs(document))]
    text = block["text"]
    if kind == "missing":
        block["text"] = ""
    elif kind == "doubled":
        document["blocks"].append({"type": "paragraph", "text": text, "at": []})
    else:
        block["text"] = text + "本条并不存在于原文之中。"
    kinds = {finding.kind for finding in verify(SOURCE, document)}
    assert kind in kinds


def test_reordered_words_in_a_sentence_are_seen() -> None:
    document = published(SOURCE, "a.txt")
    block = next(b for b in paragraphs(document) if b["text"] == SENTENCES[1])
    block["text"] = "".join(reversed(block["text"]))
    assert verify(SOURCE, document)


def test_lost_cut_is_seen() -> None:
    document = published(SOURCE, "a.txt")
    assert document["removed"]
    document["removed"] = []
    assert verify(SOURCE, document) == [Finding("missing", SENTENCES[2])]


def test_command_tells_and_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.txt").write_bytes(SOURCE)
    assert main(["convert", str(source), "-o", str(output), "-t", "json", "-q"]) == 0
    assert main(["verify", str(source), str(output), "--lang", "en"]) == 0
    (source / "a.txt").write_bytes(SOURCE + "\n新增的一句话，没有转换。".encode())
    assert main(["verify", str(source), str(output), "--lang", "en"]) == 1
    assert "a.txt: missing: 新增的一句话,没有转换。" in capsys.readouterr().out.replace("，", ",")


@pytest.mark.parametrize("name", ["chinese.md", "english.md"])
def test_markdown_loses_nothing_but_its_markup(name: str) -> None:
    data = (Path(__file__).parent / "writers/golden" / name).read_bytes()
    assert verify(data, published(data, name)) == []


def test_strokes_of_a_drawn_table_are_no_text() -> None:
    source = SOURCE + "\n| 指标 | 数值 |\n| --- | --- |\n| 巡查 | 430 |\n".encode()
    assert verify(source, published(source, "a.txt")) == []
