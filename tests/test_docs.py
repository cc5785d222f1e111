"""The documentation says what is there: every command, option, setting and field, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import msgspec
import pytest

from docpipe import cli, settings
from docpipe.schema import json_schema

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]


def _params() -> list[str]:
    group = cli.commands("en")
    found = [opt for param in group.params for opt in param.opts]
    for command in group.commands.values():
        found += [o for p in command.params if isinstance(p, click.Option) for o in p.opts]
    return sorted(set(found))


def _keys(struct: type) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_and_option_is_documented(readme: Path) -> None:
    text = readme.read_text("utf-8")
    for name in cli.commands("en").commands:
        assert f"`docpipe {name}" in text, name
    for option in _params():
        assert f"`{option}`" in text, option


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_setting_is_documented(readme: Path) -> None:
    text = readme.read_text("utf-8")
    for struct in (settings.Settings, settings.CleanSettings, settings.UserRule, settings.Limits):
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


def test_the_changelog_names_the_version() -> None:
    from docpipe import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_schema_is_json() -> None:
    json.dumps(json_schema())
