"""Denied cuts as settings: what `docpipe restore` asks for, as rules of `clean.allow`, and how they are remembered."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import asdict, replace

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Settings, UserRule, load


def denials(
    source: str, rules: Sequence[str], blocks: Sequence[int], everything: bool
) -> list[UserRule]:
    """The rules that deny the cuts of `rules`, those in `blocks`, or all, for the source called `source`."""
    exact = _literal(source)
    if everything:
        return [UserRule(source=exact)]
    by_rule = [UserRule(source=exact, rule=rule) for rule in rules]
    return [*by_rule, *(UserRule(source=exact, block=block) for block in blocks)]


def with_denials(settings: Settings, added: Sequence[UserRule]) -> Settings:
    """The settings with further lines allowed."""
    clean = replace(settings.clean, allow=(*settings.clean.allow, *added))
    return replace(settings, clean=clean)


def remember(config: Path, added: Sequence[UserRule]) -> None:
    """Append the rules to a settings file, which is made if it is not there.

    Raises DocpipeError(BAD_SETTINGS) if the file cannot be written or would not be valid; it is then left as it was.
    """
    try:
        before = config.read_text("utf-8") if config.exists() else ""
        text = before + ("\n" if before and not before.endswith("\n\n") else "")
        text += "\n".join(_table(rule) for rule in added)
        draft = config.with_name(config.name + ".tmp")
        draft.write_text(text, "utf-8")
        try:
            load(draft)
            os.replace(draft, config)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, str(error), str(config)) from error


def _table(rule: UserRule) -> str:
    """A rule as a TOML table; JSON strings are valid TOML strings."""
    default = UserRule()
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in asdict(rule).items()
        if value != getattr(default, name)
    ]
    return "\n".join(["[[clean.allow]]", *lines, ""])


def _literal(path: str) -> str:
    """A path as a pattern of fnmatch that matches nothing else."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in path)
