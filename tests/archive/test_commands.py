"""The commands of the archive, from sources to answers."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from docpipe import cli
from docpipe.batch.run import run
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Settings

TEXT = """青溪镇2023年防汛工作总结
2023年，全镇未发生人员伤亡，现将情况总结如下：
一、主要做法
（一）备足物资
储备编织袋1200条，组织演练2次，党员干部带头，做到早准备、早部署、早落实。
加微信 miaobi2023 免费领取范文
（二）加强值守
落实二十四小时值班制度，干部轮流值守，确保信息畅通。
青溪镇人民政府
2023年10月9日
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCPIPE_LANG", "en")
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "防汛.txt").write_text(TEXT, "utf-8")
    return tmp_path


def convert(*options: str) -> None:
    assert cli.main(["convert", "-q", "-t", "json", *options]) == 0


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert cli.main(["search", *arguments, "--format", "json"]) == 0
    hits: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return hits


def test_what_convert_made_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    convert()
    [hit] = found(capsys, "黨員 AND 编织袋")
    assert hit["source"] == "防汛.txt"
    assert hit["title"] == "青溪镇2023年防汛工作总结"
    assert hit["section"] == ["一、主要做法", "（一）备足物资"]
    assert hit["at"] == [{"line": 5}]
    assert "<mark>党员</mark>" in str(hit["snippet"])
    assert set(hit) == {"source", "title", "section", "at", "snippet", "score"}
    assert found(capsys, "领取范文") == []
    assert found(capsys, "物资", "--year", "2023", "--org", "青溪镇", "--kind", "总结")
    assert found(capsys, "物资", "--year", "2022") == []
    assert len(found(capsys, "干部", "--limit", "1")) == 1


def test_the_table_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    convert()
    capsys.readouterr()
    assert cli.main(["search", "编织袋"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "青溪镇2023年防汛工作总结  防汛.txt"
    assert lines[1] == "  一、主要做法 > （一）备足物资  line 5"
    assert lines[2].startswith("  储备编织袋1200条")
    assert cli.main(["search", "没有的"]) == 0
    assert capsys.readouterr().out == "Nothing was found.\n"
    assert cli.main(["search", "编织袋", "--format", "csv"]) == 0
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["section"] == "一、主要做法 > （一）备足物资"
    assert row["at"] == "line 5"


def test_a_document_found_by_what_is_known_of_it_has_no_share(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "input" / "空.txt").write_text("某县2022年总结\n一、甲\n正文在此。\n", "utf-8")
    convert()
    capsys.readouterr()
    assert cli.main(["search", "title: 某县2022年总结 NOT 2022"]) == 0
    out = capsys.readouterr().out
    assert "某县2022年总结  空.txt" in out
    assert "%" not in out
    hits = found(capsys, "title:某县 NOT 2022")
    assert hits
    assert all(str(hit["score"]) == "0.0" for hit in hits)


@pytest.mark.skipif(os.name == "nt", reason="closes a pipe as POSIX does")
def test_a_reader_that_has_enough_is_no_error() -> None:
    convert()
    command = [sys.executable, "-m", "docpipe", "export", "--to", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_an_export_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    convert()
    assert cli.main(["export", "--to", "jsonl", "-o", "/dev/full"]) == 2
    assert "/dev/full" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search"], "QUERY or --similar"),
        (["search", "a", "--similar", "b"], "not both"),
        (["search", "--similar", "input/防汛.txt", "--year", "2020"], "leave out"),
        (["search", "(党建"], "(党建: the parenthesis at character 1 (()"),
        (["search", "党建 AND"], "党建 AND: something to search for is missing at character 7"),
        (["search", "a", "--archive", "none.db"], "none.db: there is no archive"),
        (["search", "a", "--archive", "input/防汛.txt"], "the archive is damaged"),
        (["search", "a", "--year", "x"], "--year x"),
        (["archive", "frob"], "action"),
        (["archive", "add", "nowhere"], "nowhere"),
        (["export"], "to is missing"),
        (["export", "--to", "jsonl", "-o", "input/防汛.txt/x"], "cannot be written"),
    ],
)
def test_errors(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    convert()
    capsys.readouterr()
    assert cli.main(arguments) in (1, 2)
    assert message in capsys.readouterr().err


def test_archive_add_check_and_rebuild(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    convert("--no-archive")
    assert not Path("output/archive.db").exists()
    capsys.readouterr()
    assert cli.main(["archive", "add"]) == 0
    assert capsys.readouterr().out == "Added: 1, already there: 0, failed: 0.\n"
    Path("output/json/other.json").write_text("{}")
    assert cli.main(["archive", "add", "output/json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "Added: 0, already there: 1, failed: 1.\n"
    assert "not docpipe/1" in captured.err
    Path("output/json/other.json").unlink()
    assert cli.main(["archive", "check"]) == 0
    assert capsys.readouterr().out == "Checked: 1 documents, 4 sections; wrong: 0.\n"
    with closing(sqlite3.connect("output/archive.db")) as database:
        database.execute("UPDATE section SET text = ''")
        database.commit()
    assert cli.main(["archive", "check"]) == 1
    out = capsys.readouterr().out
    assert "sections differ from the JSON: 防汛.txt" in out
    assert "docpipe archive rebuild" in out
    assert cli.main(["archive", "rebuild"]) == 0
    assert cli.main(["archive", "check"]) == 0


def test_an_archive_that_cannot_be_used_costs_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("output").mkdir()
    Path("output/archive.db").write_text("no database" * 100)
    convert()
    captured = capsys.readouterr()
    assert "Converted: 1" in captured.out
    assert "Not archived: " in captured.err
    assert "archive rebuild" in captured.err
    assert cli.main(["archive", "rebuild"]) == 0
    assert found(capsys, "编织袋")


def test_a_run_after_a_lost_archive_fills_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    convert()
    for path in Path("output").glob("archive.db*"):
        path.unlink()
    convert()
    assert "unchanged: 1" in capsys.readouterr().out
    assert found(capsys, "编织袋")


def test_dry_run_and_settings_leave_no_archive(folder: Path) -> None:
    assert cli.main(["convert", "-q", "--dry-run"]) == 0
    (folder / "docpipe.toml").write_text("archive = false\n")
    convert()
    assert not Path("output/archive.db").exists()


def test_metadata_beside_the_sources(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    convert()
    (folder / "input" / "metadata.csv").write_text("path,organization\n防汛.txt,县防指\n", "utf-8")
    convert()
    assert "Converted: 0, unchanged: 1, failed: 0" in capsys.readouterr().out
    assert found(capsys, "org:县防指")
    (folder / "input" / "metadata.csv").write_text("nonsense\n", "utf-8")
    convert()
    assert (
        'metadata.csv: the table of metadata is not valid: line 1: "nonsense" is no column'
        in capsys.readouterr().err
    )


def test_a_table_of_metadata_is_no_source_and_applies_to_what_did_not_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "input" / "metadata.csv"
    table.write_text("path,organization\n防汛.txt,县防指\n", "utf-8")
    convert("input/防汛.txt", "input/metadata.csv")
    assert "Converted: 1, unchanged: 0, failed: 0" in capsys.readouterr().out
    assert found(capsys, "org:县防指")
    (folder / "input" / "防汛.txt").rename(folder / "other.txt")
    table.write_text("path,organization\n防汛.txt,市防指\n", "utf-8")
    with pytest.raises(DocpipeError) as caught:
        run([], Settings(targets=("json",)))
    assert caught.value.code == ErrorCode.NOTHING_TO_CONVERT
    (folder / "input" / "sub").mkdir()
    (folder / "input" / "sub" / "metadata.csv").write_text("一张表\n", "utf-8")
    convert()
    assert found(capsys, "org:市防指")
    assert found(capsys, "一张表")


def test_what_is_pruned_is_not_found_and_its_versions_stay(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = folder / "input" / "副本.txt"
    second.write_text(TEXT, "utf-8")
    convert()
    second.unlink()
    convert()
    assert len(found(capsys, "编织袋")) == 2
    with closing(sqlite3.connect("output/archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        convert("--prune")
        assert "being written by another process" in capsys.readouterr().err
    assert Path("output/json/副本.txt.json").exists()
    convert("--prune")
    assert not Path("output/json/副本.txt.json").exists()
    assert [hit["source"] for hit in found(capsys, "编织袋")] == ["防汛.txt"]
    assert [hit["source"] for hit in found(capsys, "source:副本")] == []
    assert [hit["source"] for hit in found(capsys, "--similar", "input/防汛.txt")] == ["防汛.txt"]
    with closing(sqlite3.connect("output/archive.db")) as database:
        versions = database.execute("SELECT path, current FROM document ORDER BY path").fetchall()
    assert versions == [("副本.txt", 0), ("防汛.txt", 1)]
    for action in ("check", "rebuild", "check"):
        assert cli.main(["archive", action]) == 0
    assert len(found(capsys, "编织袋")) == 1
    second.write_text(TEXT, "utf-8")
    convert()
    assert len(found(capsys, "编织袋")) == 2


def test_copies_and_similar_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "input" / "副本.txt").write_text(TEXT.replace("2次", "3次"), "utf-8")
    convert()
    capsys.readouterr()
    assert cli.main(["dedupe", "--format", "json"]) == 0
    [pair] = json.loads(capsys.readouterr().out)
    assert (pair["one"], pair["other"]) == ("副本.txt", "防汛.txt")
    assert cli.main(["dedupe"]) == 0
    assert capsys.readouterr().out.endswith("%  副本.txt  防汛.txt\n")
    hits = found(capsys, "--similar", "input/防汛.txt")
    assert {hit["source"] for hit in hits} == {"防汛.txt", "副本.txt"}
    assert hits[0]["score"] == 1.0
    assert found(capsys, "--similar", "output/json/防汛.txt.json")[0]["score"] == 1.0


def test_export(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    convert()
    capsysbinary.readouterr()
    assert cli.main(["export", "--to", "sections-jsonl"]) == 0
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert rows[-1]["section"] == ["一、主要做法", "（二）加强值守"]
    assert cli.main(["export", "--to", "csv", "-o", "out/list.csv"]) == 0
    assert capsysbinary.readouterr().out == b"Documents written: 1.\n"
    assert "青溪镇人民政府" in Path("out/list.csv").read_text("utf-8-sig")
