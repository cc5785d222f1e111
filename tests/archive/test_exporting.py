from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from documents import document, paragraph, section, write
from hypothesis import given
from hypothesis import strategies as st

from docpipe.archive import adding
from docpipe.archive.exporting import Csv, JsonLines, export, record_id, split
from docpipe.archive.words import BREAK, words


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = write(
        tmp_path / "json",
        a=document(
            "很长的路径/" * 60 + "a.docx",
            [
                section(
                    "甲",
                    "第一句。第二句。" * 20,
                    "尾。",
                    label="一、",
                    children=[section("乙", "文")],
                )
            ],
            title="=总结",
            blocks=[paragraph("前言")],
            date="2020-01-01",
        ),
        b=document("b.docx", [section("空")]),
    )
    (tmp_path / "metadata.csv").write_text("path,organization\nb.docx,县\n", "utf-8")
    adding.add(tmp_path / "a.db", [folder], [tmp_path / "metadata.csv"])
    return tmp_path / "a.db"


def lines(archive: Path, *, sections: bool, tokens: int = 50) -> list[dict[str, object]]:
    stream = io.BytesIO()
    assert export(archive, JsonLines(stream), sections=sections, tokens=tokens) == 2
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_for_each_document(archive: Path) -> None:
    empty, full = sorted(lines(archive, sections=False), key=lambda row: len(str(row["text"])))
    assert full["title"] == "=总结"
    assert str(full["text"]).startswith("前言\n一、甲\n第一句。")
    assert str(full["text"]).endswith("尾。\n乙\n文")
    assert full["metadata"] == {"date": "2020-01-01", "language": "zh"}
    assert empty["origins"] == {"organization": "metadata.csv"}
    assert empty["text"] == "空"


def test_a_line_for_each_piece_within_the_budget(archive: Path) -> None:
    rows = lines(archive, sections=True)
    assert [row["section"] for row in rows] == [
        [],
        *([["一、甲"]] * 3),
        ["一、甲", "乙"],
    ]
    pieces = [row for row in rows if row["section"] == ["一、甲"]]
    assert [row["piece"] for row in pieces] == [0, 1, 2]
    assert "".join(str(row["text"]) for row in pieces).count("第一句") == 20
    assert all(len(words(str(row["text"]))) <= 50 * 1.5 for row in pieces)
    assert pieces[0]["at"] == [{"line": 2}]
    ids = [str(row["id"]) for row in rows]
    assert len(set(ids)) == len(ids)
    assert all(len(id.encode()) <= 512 for id in ids)
    assert lines(archive, sections=True) == rows


@given(st.text(alphabet="党建a1 。，\n", max_size=200), st.integers(1, 20))
def test_pieces_keep_every_word_and_the_budget(text: str, tokens: int) -> None:
    pieces = list(split(text, tokens))
    for start, piece in pieces:
        assert piece in text[start:] or not piece.strip()
        assert sum(word != BREAK for word in words(piece)) <= tokens
    assert [c for _, piece in pieces for c in piece if c in "党建"] == [
        c for c in text if c in "党建"
    ]


def test_a_row_for_each_document(archive: Path) -> None:
    stream = io.BytesIO()
    export(archive, Csv(stream), sections=False)
    text = stream.getvalue().decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert {first["title"], second["title"]} == {"=总结", ""}
    assert {first["organization"], second["organization"]} == {"", "县"}


def test_ids_are_short_and_stable() -> None:
    assert record_id("a" * 5000, "s1.2.3", 7).endswith("-s1.2.3-7")
    assert len(record_id("字" * 5000, "s" + "1." * 60, 10**6).encode()) <= 512
