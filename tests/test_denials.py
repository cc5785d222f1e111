"""What the user allows stays, what the user denies goes, and a cut can be taken back and the taking back remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docpipe.cli import main
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.pipeline import convert_bytes
from docpipe.settings import CleanSettings, Settings, UserRule, load

ADVERT = "更多优质公文请加微信：gongwen8866"
LINE = "本月开展便民服务活动，请各科室留意。"
TEXT = "\n".join(
    [
        ADVERT,
        "青山街道2023年度工作总结",
        "2023年，街道坚持以人民为中心，扎实推进各项工作，取得了明显成效。",
        LINE,
        "青山街道办事处",
        "2023年12月20日",
    ]
)


def kept(clean: CleanSettings, text: str = TEXT) -> str:
    document = convert_bytes(text.encode(), "a.txt", settings=Settings(clean=clean))
    return "\n".join([document.title, *(block.text for block in document.blocks)])


def test_advert_goes_by_default() -> None:
    assert ADVERT not in kept(CleanSettings())
    assert ADVERT not in kept(CleanSettings(policy="strict"))


def test_keep_all_keeps_and_reports() -> None:
    settings = Settings(clean=CleanSettings(policy="keep-all"))
    document = convert_bytes(TEXT.encode(), "a.txt", settings=settings)
    assert any(block.text == ADVERT for block in document.blocks)
    assert document.removed == []
    assert [w.code for w in document.warnings] == ["suspect"]


@pytest.mark.parametrize(
    "rule",
    [
        UserRule(phrase="gongwen8866"),
        UserRule(pattern="微信.gongwen"),
        UserRule(where="before-title"),
        UserRule(block=0),
        UserRule(rule="ads.account"),
        UserRule(source="a.*"),
    ],
)
def test_allowed_line_stays(rule: UserRule) -> None:
    assert ADVERT in kept(CleanSettings(allow=(rule,)))


@pytest.mark.parametrize(
    "rule",
    [
        UserRule(phrase="别的"),
        UserRule(where="after-sign-off"),
        UserRule(block=3),
        UserRule(rule="ads.shop"),
        UserRule(source="b.*"),
    ],
)
def test_rule_for_something_else_changes_nothing(rule: UserRule) -> None:
    assert kept(CleanSettings(allow=(rule,))) == kept(CleanSettings())


def test_denied_phrase_is_cut_out_of_its_line() -> None:
    assert "便民服务活动" not in kept(CleanSettings(deny=(UserRule(phrase="便民服务活动"),)))
    assert "请各科室留意" in kept(CleanSettings(deny=(UserRule(phrase="便民服务活动"),)))
    assert "本月" not in kept(CleanSettings(deny=(UserRule(pattern="^本月.*"),)))
    assert LINE in kept(CleanSettings(deny=(UserRule(phrase="便民", where="before-title"),)))


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ("[clean]\npolicy = 'bold'\n", 2),
        ("jobs = 2\n\n[[clean.allow]]\nphrase = 'a'\n\n[[clean.allow]]\npattern = '('\n", 6),
        ("[[clean.deny]]\nphrase = 'a'\nwhere = 'there'\n", 3),
        ("[[clean.deny]]\nphrase = 'a'\n[[clean.deny]]\nphrases = 'b'\n", 4),
        ("targets = ['exe']\n", 1),
        ("colour = 1\n", 1),
    ],
)
def test_mistake_in_the_settings_names_file_and_line(tmp_path: Path, toml: str, line: int) -> None:
    file = tmp_path / "docpipe.toml"
    file.write_text(toml, "utf-8")
    with pytest.raises(DocpipeError) as caught:
        load(file)
    assert caught.value.code == ErrorCode.BAD_SETTINGS
    assert caught.value.name == str(file)
    assert caught.value.detail.startswith(f"line {line}: "), caught.value.detail


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "input/sub").mkdir(parents=True)
    (tmp_path / "input/sub/a.txt").write_text(TEXT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(project: Path) -> str:
    return (project / "output/json/sub/a.txt.json").read_text("utf-8")


def removed(project: Path) -> list[str]:
    return [cut["text"] for cut in json.loads(texts(project))["removed"]]


def test_restore_gives_back_and_remembers(project: Path) -> None:
    assert main(["convert", "-t", "json", "-q"]) == 0
    assert removed(project) == [ADVERT]
    assert main(["restore", "input/sub/a.txt", "--block", "0", "-t", "json"]) == 0
    assert removed(project) == []
    assert main(["convert", "-t", "json", "-q"]) == 0
    assert removed(project) == [ADVERT]
    assert main(["restore", "input/sub/a.txt", "--all", "--remember", "-t", "json"]) == 0
    assert main(["convert", "-t", "json", "-q"]) == 0
    assert removed(project) == []


def test_remembering_keeps_the_rest_of_the_settings(project: Path) -> None:
    config = project / "docpipe.toml"
    config.write_text("# mine\njobs = 1\n", "utf-8")
    main(["restore", "input/sub/a.txt", "--rule", "ads.account", "--remember", "-t", "json"])
    assert config.read_text("utf-8").startswith("# mine\njobs = 1\n")
    assert load(config).clean.allow == (UserRule(source="sub/a.txt", rule="ads.account"),)


def test_restore_wants_to_know_what(project: Path) -> None:
    assert main(["restore", "input/sub/a.txt"]) == 2
