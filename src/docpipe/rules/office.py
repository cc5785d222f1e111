"""Knows the lines that any office may write (closings, routing, marks, common headings), which are boilerplate of no source.

They stand in `office.toml` with examples and counterexamples.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

import msgspec
from msgspec import Struct

from docpipe.errors import DocpipeError, ErrorCode

FILE = "office.toml"


class OfficeLine(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of line. `pattern` is a verbose regular expression searched in the folded line."""

    id: str
    because: str
    pattern: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    line: tuple[OfficeLine, ...]


def office_line(folded: str) -> str:
    """The id of the kind of office line that a folded line (`wording.fold`) is, or ""."""
    return next((id for id, pattern in _patterns() if pattern.search(folded)), "")


@lru_cache(maxsize=1)
def load() -> tuple[OfficeLine, ...]:
    """The kinds of lines. Raises DocpipeError(BAD_RULES)."""
    text = (resources.files("docpipe.rules") / FILE).read_text("utf-8")
    try:
        return msgspec.convert(tomllib.loads(text), _File).line
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DocpipeError(ErrorCode.BAD_RULES, str(error), FILE) from error


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((line.id, re.compile(line.pattern, re.X)) for line in load())
