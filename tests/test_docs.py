"""The documentation says what is there: every command, option, setting and field, in both languages."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import click
import jsonschema
import msgspec
import pytest

from docpipe import __version__, cli, settings
from docpipe.errors import WarningCode
from docpipe.model import Reason
from docpipe.pipeline import convert_bytes, write
from docpipe.schema import json_schema

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]


ANY_COMMAND = {"all", "全部"}


def _options(command: click.Command) -> set[str]:
    options = (param for param in command.params if isinstance(param, click.Option))
    return set(chain.from_iterable(param.opts for param in options))


def _rows(text: str) -> list[tuple[list[str], set[str]]]:
    """The table of options: of each row the options, and the commands that have them."""
    rows = re.findall(r"^\| (`-.*?) \| (.*?) \|", text, re.M)
    return [(re.findall(r"`(-.*?)`", names), set(of.split(", "))) for names, of in rows]


def _keys(struct: type) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_is_documented(readme: Path) -> None:
    text = readme.read_text("utf-8")
    named = re.findall(r"^\| `docpipe (\w+)", text, re.M)
    assert sorted(named) == sorted(cli.commands("en").commands)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_option_is_documented_with_the_commands_that_have_it(readme: Path) -> None:
    rows = _rows(readme.read_text("utf-8"))
    group = cli.commands("en")
    every: dict[str, click.Command] = {"docpipe": group, **group.commands}
    for name, command in every.items():
        documented = {
            option
            for options, commands in rows
            if name in commands or commands & ANY_COMMAND
            for option in options
        }
        assert documented == _options(command), name


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_setting_is_documented(readme: Path) -> None:
    text = readme.read_text("utf-8")
    for struct in (
        settings.Settings,
        settings.CleanSettings,
        settings.UserRule,
        settings.DocxSettings,
        settings.ReadSettings,
        settings.Limits,
    ):
        for key in _keys(struct):
            assert re.search(rf"(^|[\[. #]){re.escape(key)}( =|\])", text, re.M), key


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_settings_shown_are_the_defaults(readme: Path, tmp_path: Path) -> None:
    [block] = [
        b for b in re.findall(r"```\n(.*?)```", readme.read_text("utf-8"), re.S) if "[limits]" in b
    ]
    file = tmp_path / "docpipe.toml"
    file.write_text(block, "utf-8")
    assert settings.load(file) == settings.Settings()


def test_the_readmes_say_the_same() -> None:
    english, chinese = (path.read_text("utf-8") for path in READMES)
    assert len(re.findall(r"^#+ ", english, re.M)) == len(re.findall(r"^#+ ", chinese, re.M))
    assert re.findall(r"`(-[^`]*)`", english) == re.findall(r"`(-[^`]*)`", chinese)
    code = [
        [re.sub(r"\s*#.*", "", block) for block in re.findall(r"```\n(.*?)```", text, re.S)]
        for text in (english, chinese)
    ]
    assert code[0] == code[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_to_files_resolve(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_every_field_of_the_contract_is_explained() -> None:
    text = (ROOT / "docs/json.md").read_text("utf-8")
    fields = {
        name for struct in json_schema()["$defs"].values() for name in struct.get("properties", {})
    }
    for name in sorted(fields - {"type"}):
        assert f'"{name}"' in text or f"`{name}`" in text, name


def _example() -> tuple[str, dict[str, Any]]:
    """The source text and the JSON that docs/json.md shows."""
    page = (ROOT / "docs/json.md").read_text("utf-8")
    [text] = re.findall(r"```text\n(.*?)```", page, re.S)
    [shown] = re.findall(r"```json\n(.*?)```", page, re.S)
    return text, json.loads(shown)


def test_the_example_of_the_contract_is_what_comes_out() -> None:
    text, shown = _example()
    jsonschema.validate(shown, json_schema())
    converted = json.loads(write(convert_bytes(text.encode(), shown["source"]["name"]), "json"))
    for document in (shown, converted):
        document["pipeline"] = sorted(document["pipeline"])
        for cut in document["removed"]:
            # Rules are tuned without a new contract.
            del cut["confidence"], cut["because"]
    assert shown == converted


def test_the_code_that_feeds_on_the_json_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/json.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.S)
    _, shown = _example()
    [name] = re.findall(r'open\("(.*?)"', code)
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(json.dumps(shown), "utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(code, names)
    title = shown["title"]
    assert dict(names["pieces"](shown, (title,)))[
        f"{title} > 一、主要做法 > （一）备足物资"
    ].startswith("储备编织袋1200条")


def test_every_reason_and_warning_is_explained() -> None:
    text = (ROOT / "docs/json.md").read_text("utf-8")
    for name in (*get_args(Reason), *WarningCode):
        assert f"`{name}`" in text, name


def test_every_module_has_its_place_in_the_architecture() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    for path in sorted((ROOT / "src/docpipe").iterdir()):
        name = f"{path.name}/" if (path / "__init__.py").exists() else path.name
        if name.endswith(("/", ".py")) and not name.startswith("__"):
            assert name in page, name


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_python_example_runs(
    readme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"```\n(.*?)```", readme.read_text("utf-8"), re.S)
    [code] = [block for block in blocks if "from docpipe import" in block]
    [sample] = sorted((ROOT / "input").glob("*.docx"))
    (tmp_path / "report.docx").write_bytes(sample.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    jsonschema.validate(json.loads((tmp_path / "report.json").read_text("utf-8")), json_schema())


def test_the_changelog_names_the_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")
