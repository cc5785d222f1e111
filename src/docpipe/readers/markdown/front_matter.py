"""Reads the properties that stand before a Markdown text: YAML between `---`, TOML between `+++`.

Its lines are no part of the page, so they become hidden lines; what they say of title, author and date is noted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

# Fields, indented values, items and comments; what else stands between two rules is text.
_YAML = re.compile(
    r"\A---[ \t]*\n([A-Za-z_][\w-]*[ \t]*:.*\n(?:(?:[A-Za-z_][\w-]*[ \t]*:|[ \t]|- |#).*\n|\n)*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n((?:.*\n)*?)\+\+\+[ \t]*(?:\n|\Z)")
_FIELD = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.+?)[ \t]*$", re.M)
_COMMENT = re.compile(r"\s+#.*$")
_NAMES = {
    "title": "title",
    "author": "author",
    "authors": "author",
    "date": "date",
    "organization": "organization",
    "language": "language",
    "lang": "language",
    "keywords": "keywords",
    "tags": "keywords",
}
"""What a property may be called, and the name it has in `Document.properties`."""


def split(text: str) -> tuple[str, dict[str, str], int]:
    """The front matter's lines, the properties it states, and where the text after it begins; nothing where there is none."""
    match = _YAML.match(text)
    if match:
        return match[1], _known(_yaml(match[1])), match.end()
    match = _TOML.match(text)
    if match:
        try:
            return match[1], _known(tomllib.loads(match[1])), match.end()
        except (tomllib.TOMLDecodeError, RecursionError):
            return "", {}, 0
    return "", {}, 0


def _yaml(text: str) -> dict[str, object]:
    """The top fields with a value on their own line, which is all that is asked for."""
    return {name: _scalar(value) for name, value in _FIELD.findall(text)}


def _scalar(value: str) -> object:
    if value[0] in "\"'":
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    value = _COMMENT.sub("", value)
    if value[0] == "[" and value[-1] == "]":
        return [part.strip().strip("\"'") for part in value[1:-1].split(",")]
    return value


def _known(fields: Mapping[str, object]) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, value in fields.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if name.lower() in _NAMES and words and not isinstance(value, dict):
            known.setdefault(_NAMES[name.lower()], words)
    return known
