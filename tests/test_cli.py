from __future__ import annotations

import io
import json
import os
import re
import string
import sys
from pathlib import Path
from typing import get_args

import pytest

from docpipe import cli
from docpipe.batch import worker
from docpipe.batch.jobs import Receipt, Summary
from docpipe.batch.limits import Lacking
from docpipe.cli_texts import cli_text, keys
from docpipe.console import Progress, printable, summary_lines
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Reason

PAGE = """<html><head><meta charset="utf-8"><title>2021年工作报告</title></head><body><h1>2021年工作报告</h1>
<h2>一、总体情况</h2>
<p>全年完成了各项任务，取得了明显成效，各方面的工作都有新的进步。</p>
<p>扫码关注公众号，免费领取资料</p>
<h2>二、存在问题</h2>
<p>问题仍然不少，需要继续努力，不断改进工作方法，提高工作质量。</p></body></html>"""
ADVERT = "扫码关注公众号，免费领取资料"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one page in `input/`; messages are in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCPIPE_LANG", "en")
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "页.html").write_text(PAGE, "utf-8")
    # Old enough that no run waits whether somebody is still writing it.
    os.utime(tmp_path / "input" / "页.html", (0, 0))
    return tmp_path


def test_convert_with_defaults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert"]) == 0
    assert (folder / "output" / "json" / "页.html.json").exists()
    assert (folder / "output" / "docx" / "页.html.docx").exists()
    captured = capsys.readouterr()
    assert "Converted: 1, unchanged: 0, failed: 0. Removed blocks: 1." in captured.out
    assert captured.err == "converted  页.html\n"
    assert cli.main(["convert"]) == 0
    assert "Converted: 0, unchanged: 1, failed: 0." in capsys.readouterr().out


def test_failures_are_summed_up_with_reason_and_advice(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "input" / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder / "input" / "empty.docx").write_bytes(b"")
    (folder / "input" / "cut.pdf").write_bytes(b"PK\x03\x04 broken")
    assert cli.main(["convert", "-t", "md", "-j", "2"]) == 1
    out = capsys.readouterr().out
    assert "empty.docx: the file is empty (0 bytes). Check the original" in out
    assert f'soffice --headless --convert-to docx "{Path("input", "旧.doc")}"' in out
    assert "cut.pdf: the file is damaged" in out
    assert "Converted: 1, unchanged: 0, failed: 3." in out
    assert (folder / "output" / "md" / "页.html.md").exists()


def test_messages_in_chinese(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "input" / "空.docx").write_bytes(b"")
    assert cli.main(["--lang", "zh", "convert", "-t", "md"]) == 1
    captured = capsys.readouterr()
    assert "空.docx：文件是空的（0 字节）。请检查原文件" in captured.out
    assert "已转换 1 个" in captured.out
    assert "已转换  页.html" in captured.err


@pytest.mark.parametrize(
    "arguments", [["--lang", "zh"], ["convert", "--lang=zh"], ["show", "--lang", "zh"]]
)
def test_help_in_chinese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*arguments, "--help"]) == 0
    out = capsys.readouterr().out
    assert "用法：" in out
    assert "选项" in out
    assert "显示本说明后退出" in out
    assert not re.search(r"Usage|Options|Show this", out)


def test_the_environment_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCPIPE_LANG", "zh_CN.UTF-8")
    assert cli.main([]) == 0
    assert "用法：" in capsys.readouterr().out
    assert cli.main(["--lang", "en", "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frob"], "there is no command frob"),
        (["convert", "--frob"], "there is no option --frob"),
        (["convert", "-j", "-1"], "-j/--jobs"),
        (["convert", "-t", "xlsx"], "-t xlsx (json, docx, html, md, txt)"),
        (["convert", "-t", ","], "targets = []"),
        (["convert", "--config", "no.toml"], "no.toml"),
        (["convert", "nowhere"], "nowhere: the file cannot be read"),
        (["convert", "-o", "input"], "input and output are the same folder"),
        (["convert", "-o", "input/页.html/out"], "the output cannot be written"),
        (["convert", "-"], "add -o -"),
        (["convert", "-", "-o", "out"], "add -o -"),
        (["convert", "input/页.html", "-o", "-", "-t", "json,md"], "exactly one target"),
        (["convert", "-o", "-"], "exactly one file"),
        (["convert", "--from", "html"], "standard input"),
        (["show"], "FILE is missing"),
        (["--lang", "fr", "formats"], "--lang"),
    ],
)
def test_usage_errors_end_with_2_and_say_why(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_usage_errors_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", "--frob", "--lang", "zh"]) == 2
    assert (
        capsys.readouterr().err
        == "错误：没有选项 --frob\n可用 `docpipe convert --help` 查看说明。\n"
    )


def test_nothing_to_convert(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "input" / "页.html").unlink()
    assert cli.main(["convert"]) == 2
    assert "there is nothing to convert" in capsys.readouterr().err


def test_a_settings_file_is_used_and_options_go_before_it(folder: Path) -> None:
    (folder / "docpipe.toml").write_text('targets = ["md"]\noutput = "clean"\n')
    assert cli.main(["convert", "-q"]) == 0
    assert (folder / "clean" / "md" / "页.html.md").exists()
    (folder / "other.toml").write_text('targets = ["txt"]\n')
    assert cli.main(["convert", "-q", "--config", "other.toml", "-o", "there"]) == 0
    assert [path.name for path in (folder / "there").glob("*/*.txt")] == ["页.html.txt"]


def test_a_wrong_settings_file_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "docpipe.toml").write_text("targts = []\n")
    assert cli.main(["convert"]) == 2
    assert "targts" in capsys.readouterr().err


def test_dry_run_quiet_and_verbose(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", "--dry-run"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("To convert: 1 files, 0.0 MB, about 0:00:0")
    assert captured.err == ""
    assert not (folder / "output").exists()
    assert cli.main(["convert", "-q"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "Converted: 1" in captured.out
    assert cli.main(["convert", "-v", "--reprocess", "all"]) == 0
    err = capsys.readouterr().err
    assert "removed: 1" in err
    assert "-> json/页.html.json" in err


def test_a_log_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "input" / "a\u202eb.docx").write_bytes(b"")
    os.utime(folder / "input" / "a\u202eb.docx", (0, 0))
    assert cli.main(["convert", "--log-format", "json", "-t", "md"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "\u202e" not in captured.err
    rows = [json.loads(line) for line in captured.err.splitlines()]
    assert [row["event"] for row in rows] == ["file", "file", "end"]
    by_path = {row["path"]: row for row in rows[:2]}
    assert by_path["页.html"]["outcome"] == "converted"
    assert by_path["a\u202eb.docx"]["code"] == "empty-file"
    assert rows[2]["exit_code"] == 1
    assert (rows[2]["converted"], rows[2]["failed"]) == (1, 1)


def test_status_and_prune(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status"]) == 2
    (folder / "input" / "gone.html").write_text(PAGE, "utf-8")
    assert cli.main(["convert", "-q", "-t", "md"]) == 0
    capsys.readouterr()
    assert cli.main(["status"]) == 0
    out = capsys.readouterr().out
    assert "No run is going." in out
    assert "Done: 2 of 2, failed: 0, waiting: 0." in out
    (folder / "input" / "gone.html").unlink()
    assert cli.main(["convert", "-q", "-t", "md"]) == 0
    assert "Files of sources that are gone: 1; --prune removes them." in capsys.readouterr().out
    assert cli.main(["convert", "-q", "-t", "md", "--prune"]) == 0
    assert "Removed files of sources that are gone: 1" in capsys.readouterr().out
    assert [path.name for path in (folder / "output" / "md").iterdir()] == ["页.html.md"]


def test_fail_fast(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "input" / "a.docx").write_bytes(b"")
    os.utime(folder / "input" / "a.docx", (0, 0))
    assert cli.main(["convert", "--fail-fast"]) == 1
    assert "Not reached: 1" in capsys.readouterr().out
    assert not (folder / "output" / "json").exists()


def test_an_interrupt_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "convert_bytes", interrupt)
    assert cli.main(["convert", "-j", "0"]) == 130
    assert "Interrupted." in capsys.readouterr().out
    monkeypatch.setattr("docpipe.pipeline.read", interrupt)
    assert cli.main(["show", "input/页.html"]) == 130


def test_convert_to_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["convert", "input/页.html", "-o", "-"]) == 0
    document = json.loads(capsysbinary.readouterr().out)
    assert document["title"] == "2021年工作报告"
    assert document["source"]["path"] == "页.html"
    assert cli.main(["convert", "input/页.html", "-t", "md", "-o", "-"]) == 0
    assert "一、总体情况" in capsysbinary.readouterr().out.decode()


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_convert_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for extra in (["--from", "html"], []):
        stdin(monkeypatch, PAGE.encode())
        assert cli.main(["convert", "-", "-o", "-", *extra]) == 0
        document = json.loads(capsysbinary.readouterr().out)
        assert document["source"]["format"] == "html"
    stdin(monkeypatch, b"")
    assert cli.main(["convert", "-", "-o", "-"]) == 1
    assert b"the file is empty" in capsysbinary.readouterr().err


def test_a_failing_file_to_standard_output_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.docx").write_bytes(b"")
    assert cli.main(["convert", "a.docx", "-o", "-"]) == 1
    assert "a.docx: the file is empty" in capsys.readouterr().err
    assert cli.main(["show", "none.docx"]) == 1
    assert "none.docx: the file cannot be read" in capsys.readouterr().err


def test_a_bug_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug(*arguments: object) -> None:
        raise ValueError("as told")

    monkeypatch.setattr("docpipe.pipeline.read", bug)
    assert cli.main(["show", "input/页.html"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert "docpipe itself failed: ValueError: as told" in err


def test_show_prints_the_outline_and_what_was_removed_where(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["show", "input/页.html"]) == 0
    title, first, advert, second = capsys.readouterr().out.splitlines()
    assert title == "2021年工作报告"
    assert first.strip() == "一、总体情况"
    assert advert.startswith(f"  - {ADVERT}  [removed: advertising, rule ads.")
    assert second.strip() == "二、存在问题"


def test_what_was_removed_is_red_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("click._compat.should_strip_ansi", lambda *arguments: False)
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *arguments: False, raising=False)
    assert cli.main(["show", "--removed", "input/页.html"]) == 0
    assert f"\x1b[31m- {ADVERT}\x1b[0m" in capsys.readouterr().out


def test_show_removed_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "--removed", "input/页.html"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"- {ADVERT}")
    assert "block 3" in line
    assert cli.main(["--lang", "zh", "show", "--removed", "input/页.html"]) == 0
    assert "要求扫码获取更多内容" in capsys.readouterr().out
    Path("plain.html").write_text(PAGE.replace(ADVERT, ""), "utf-8")
    assert cli.main(["show", "--removed", "plain.html"]) == 0
    assert capsys.readouterr().out == "Nothing was removed.\n"


def test_explain_accounts_for_every_block(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "--explain", "input/页.html"]) == 0
    out = capsys.readouterr().out
    blocks = re.split(r"^#\d+ ", out, flags=re.M)[1:]
    assert len(blocks) == 6
    for block in blocks:
        assert "kept as" in block or "removed:" in block
    assert "kept as title" in blocks[0] or "kept as heading" in blocks[0]
    assert "kept as heading of level 1" in blocks[1]
    assert "<h2>" in blocks[1]
    assert "kept as paragraph" in blocks[2]
    assert "removed: advertising" in blocks[3]
    assert "kept" not in blocks[3]


def test_show_reads_docpipes_own_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["convert", "-q", "-t", "json"]) == 0
    capsys.readouterr()
    assert cli.main(["show", "output/json/页.html.json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[-1].strip().startswith(f"- {ADVERT}")
    assert cli.main(["show", "--explain", "output/json/页.html.json"]) == 0
    assert "一、总体情况" in capsys.readouterr().out


def test_formats_and_schema_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["formats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "docx",
        "pdf",
        "html",
        "mhtml",
        "md",
        "txt",
        "json",
    ]
    assert lines[1].endswith("PDF (read)")
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "docpipe/1"
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("docpipe ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    assert f"_DOCPIPE_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_completion_offers_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_DOCPIPE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "docpipe con")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        cli.main([])
    assert "convert" in capsys.readouterr().out


def test_both_languages_have_every_sentence_with_the_same_placeholders() -> None:
    for key in keys():
        english, chinese = cli_text(key, "en"), cli_text(key, "zh")
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (english, chinese)
        ]
        assert english, key
        assert chinese, key
        assert fields[0] == fields[1], key
    for reason in Reason.__args__:  # type: ignore[attr-defined]
        assert cli_text(reason, "en")


def test_every_sentence_is_used() -> None:
    package = Path(cli.__file__).parent
    code = "".join(
        (package / name).read_text("utf-8")
        for name in ("cli.py", "console.py", "archive_cli.py", "run_cli.py")
    )
    named = set(Reason.__args__) | {
        f"format-{name}" for name in ("docx", "pdf", "html", "mhtml", "md", "txt", "json")
    }  # type: ignore[attr-defined]
    outcomes = {"converted", "unchanged", "failed", "table", "image", "formula"}
    help_keys = {
        "docpipe",
        "convert",
        "show",
        "formats",
        "schema",
        "completion",
        "Options",
        "Commands",
        "dry-run",
        "fail-fast",
        "no-report-text",
        "quiet",
        "verbose",
        "explain",
        "restore",
        "verify",
        "remember",
        "status",
        "watch",
        "prune",
        "no-quarantine",
    }
    limits = {f"limit-{name}" for name in get_args(Lacking)}
    for key in keys() - named - outcomes - help_keys - limits:
        assert f'"{key}"' in code, key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报告（1）　终稿.docx", "报告（1）　终稿.docx"),
        ("a\x1b[31mb", "a\\u{1b}[31mb"),
        ("a\u202egpj.exe", "a\\u{202e}gpj.exe"),
        ("a\r\nb\tc", "a\\u{d} b c"),
        ("\ud800", "\\u{d800}"),
        ("\u200b", "\\u{200b}"),
    ],
)
def test_names_cannot_steer_the_terminal(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_names_and_errors_are_printed_escaped() -> None:
    receipt = Receipt(
        path="a\x1b[2J", file="a\x1b[2J", outcome="failed", code="damaged", detail="\x07"
    )
    text = "\n".join(summary_lines(Summary(receipts=[receipt]), "en"))
    assert "\x1b[2J" not in text
    assert "\x07" not in text
    assert "a\\u{1b}[2J: the file is damaged or cut off: \\u{7}." in text


def test_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("en", quiet=False, verbose=False, terminal=True)
    receipt = Receipt(path="a", file="a", outcome="converted")
    progress(receipt, 1, 2)
    half = capsys.readouterr().err
    assert re.search(r"\[#{12}-{12}\] 1/2  \d+\.\d files/s  \d:\d\d:\d\d left$", half)
    progress.close()
    assert capsys.readouterr().err == "\n"
    progress(receipt, 2, 2)
    progress.close()
    assert capsys.readouterr().err.endswith("0:00:00 left\n")


def test_a_quiet_terminal_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("en", quiet=True, verbose=False, terminal=True)
    progress(Receipt(path="a", file="a", outcome="converted"), 1, 2)
    assert capsys.readouterr().err == ""


def test_exit_codes_of_errors() -> None:
    assert DocpipeError(ErrorCode.OUTPUT_IN_USE).exit_code == 2
    assert DocpipeError(ErrorCode.DAMAGED).exit_code == 1
