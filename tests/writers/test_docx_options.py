"""The options for Word documents reach the writer, count as part of an output's recipe, and are checked before a run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from docpipe.batch.run import run
from docpipe.cli import main
from docpipe.settings import DocxSettings, Settings, load

_TEXT = (
    "2021年工作总结\n\n一、主要工作\n\n全年完成各项任务，取得了较好的成绩，现将有关情况报告如下。\n"
)


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "input" / "总结.txt"
    file.parent.mkdir()
    file.write_text(_TEXT, "utf-8")
    return file


def _styles(file: Path) -> str:
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as package:
        return package.read("word/styles.xml").decode()


def test_another_look_converts_again_and_leaves_the_json_as_it_is(report: Path) -> None:
    assert main(["convert", "-q"]) == 0
    json, word = (next(Path("output", kind).iterdir()) for kind in ("json", "docx"))
    before = json.read_bytes()
    assert "仿宋_GB2312" not in _styles(word)
    assert main(["convert", "-q", "--style", "gbt9704", "--numbering", "auto"]) == 0
    assert "仿宋_GB2312" in _styles(word)
    assert json.read_bytes() == before
    official = Settings(docx=DocxSettings(style="gbt9704", numbering="auto"))
    assert [receipt.outcome for receipt in run([], official).receipts] == ["unchanged"]


def test_a_look_is_no_matter_where_no_word_document_is_made(report: Path) -> None:
    only = Settings(targets=("json",))
    official = Settings(targets=("json",), docx=DocxSettings(style="gbt9704"))
    assert run([], only).exit_code == 0
    assert [receipt.outcome for receipt in run([], official).receipts] == ["unchanged"]


@pytest.mark.parametrize("jobs", ["0", "2"])
def test_a_reference_document_is_taken_by_every_engine(report: Path, jobs: str) -> None:
    reference = docx.Document()
    reference.styles["Title"].font.name = "Georgia"
    reference.save("look.docx")
    assert main(["convert", "-q", "-j", jobs, "--reference-doc", "look.docx"]) == 0
    assert "Georgia" in _styles(next(Path("output/docx").iterdir()))


def test_a_bad_reference_ends_a_run_before_it_begins(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "--reference-doc", "absent.docx", "--lang", "en"]) == 2
    assert "absent.docx" in capsys.readouterr().err
    assert not Path("output/json").exists()


def test_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "docpipe.toml"
    file.write_text('[docx]\nstyle = "gbt9704"\nnumbering = "auto"\nreference-doc = ""\n', "utf-8")
    assert load(file).docx == DocxSettings(style="gbt9704", numbering="auto")
