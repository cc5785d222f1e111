"""Site rules: lines that a source of documents prints around every text. `docpipe learn` writes them, people edit them.

A file of site rules is TOML; docs/site-rules.md describes it. White space, letter case and full or half width do not
matter when a line is compared.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Reason

NUMBER = "{number}"
HANDLE = "{handle}"

_PLACEHOLDERS = {
    NUMBER: r"\d+(?:[._-]+\d+)*",
    HANDLE: r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*",
}
_PLACEHOLDER = re.compile(r"(\{number\}|\{handle\})")
_LEAST_LETTERS = 3
LONGEST = 160
"""A line is at most this long, in characters."""


class SiteRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One line to take out, as it stands in the file.

    In `line`, `{number}` stands for any number and `{handle}` for the name of any account. The cut has the rule
    `site.<id>`, the `reason` and the `confidence` (0–1). `because`, `documents` (how many showed the line) and
    `seen_in` (some of them) are for the people who read the file.
    """

    id: Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    line: Annotated[str, Meta(max_length=LONGEST)]
    reason: Reason = "advertising"
    confidence: Annotated[float, Meta(ge=0, le=1)] = 0.9
    because: str = ""
    documents: Annotated[int, Meta(ge=0)] = 0
    seen_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rest = _PLACEHOLDER.sub("", self.line)
        if sum(char.isalpha() for char in rest) < _LEAST_LETTERS:
            raise ValueError(f"a line needs at least {_LEAST_LETTERS} letters of its own")
        if _adjacent(self.line):
            raise ValueError("two placeholders need text between them")


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[SiteRule, ...] = ()


class CompiledRule(NamedTuple):
    """A rule with its pattern on squashed text."""

    data: SiteRule
    pattern: re.Pattern[str]


class SiteRules(NamedTuple):
    """The rules of a file. `digest` is over its text, "" if there is no file.

    `by_start` holds the rules by the first character of their squashed lines, under "" those that start with a
    placeholder: only these can match a text that starts so.
    """

    by_start: Mapping[str, Sequence[CompiledRule]]
    digest: str


NO_RULES = SiteRules({}, "")


def load(path: str) -> SiteRules:
    """The rules of the file at `path`; without a path, none.

    Raises DocpipeError(BAD_RULES) that names the file, and where it can the line and the rule.
    """
    if not path:
        return NO_RULES
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocpipeError(ErrorCode.BAD_RULES, str(error), path) from error
    return _compiled(text, path)


@lru_cache(maxsize=4)
def _compiled(text: str, name: str) -> SiteRules:
    by_start: dict[str, list[CompiledRule]] = defaultdict(list)
    for data in parse(text, name):
        parts = [part for part in _PLACEHOLDER.split(squash(data.line)) if part]
        pattern = "".join(_PLACEHOLDERS.get(part, re.escape(part)) for part in parts)
        rule = CompiledRule(data, re.compile(pattern))
        by_start["" if parts[0] in _PLACEHOLDERS else parts[0][0]].append(rule)
    return SiteRules(dict(by_start), hashlib.sha256(text.encode()).hexdigest()[:16])


def parse(text: str, name: str) -> tuple[SiteRule, ...]:
    """The rules in the text of a file called `name`. Raises DocpipeError(BAD_RULES)."""
    try:
        rules = msgspec.convert(tomllib.loads(text), _File).rule
    except tomllib.TOMLDecodeError as error:
        raise DocpipeError(ErrorCode.BAD_RULES, str(error), name) from error
    except msgspec.ValidationError as error:
        number = re.search(r"`\$\.rule\[(\d+)\]", str(error))
        detail = _where(text, int(number[1])) + str(error) if number else str(error)
        raise DocpipeError(ErrorCode.BAD_RULES, detail, name) from error
    seen: set[str] = set()
    for position, rule in enumerate(rules):
        if rule.id in seen:
            detail = f"{_where(text, position)}the id {rule.id} is used twice"
            raise DocpipeError(ErrorCode.BAD_RULES, detail, name)
        seen.add(rule.id)
    return rules


def _where(text: str, position: int) -> str:
    """Where in the text the rule at `position` (from 0) begins, as the start of a message."""
    heads = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"\s*\[\[\s*rule\s*\]\]", line)
    ]
    # Rules written as an inline array have no heads.
    line = f"line {heads[position]}, " if position < len(heads) else ""
    return f"{line}rule {position + 1}: "


def _adjacent(line: str) -> bool:
    parts = _PLACEHOLDER.split(squash(line))
    return any(not parts[position] for position in range(2, len(parts) - 1, 2))


def squash(text: str) -> str:
    """The text as lines are compared: NFKC, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def dumps(rules: Sequence[SiteRule], head: str) -> str:
    """The rules as the text of a file, with `head` as a comment before them."""
    comment = [f"# {line}".rstrip() for line in head.splitlines()]
    return "\n".join([*comment, "", *(table for rule in rules for table in _table(rule))])


def _table(rule: SiteRule) -> list[str]:
    seen_in = [f"  {_string(name)}," for name in rule.seen_in]
    return [
        "[[rule]]",
        f"id = {_string(rule.id)}",
        f"line = {_string(rule.line)}",
        f"reason = {_string(rule.reason)}",
        f"confidence = {rule.confidence}",
        f"because = {_string(rule.because)}",
        f"documents = {rule.documents}",
        *(["seen-in = [", *seen_in, "]"] if seen_in else ["seen-in = []"]),
        "",
    ]


def _string(text: str) -> str:
    """A TOML basic string. JSON's are the same but for one character that TOML does not allow bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
