"""Hyphens at line ends: which of them the typesetter put there, and which belong to their word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_BROKEN = re.compile(r"([^\W\d_]+)-$")
_LONGEST = 60
"""Letters of a word that are looked at."""
_CONTINUED = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_PARTS = frozenset(
    [
        "self",
        "well",
        "non",
        "ex",
        "half",
        "cross",
        "long",
        "short",
        "high",
        "low",
        "full",
        "part",
        "mid",
        "all",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "first",
        "second",
        "third",
        "co",
        "post",
        "semi",
        "anti",
        "multi",
        "year",
        "day",
        "month",
        "face",
        "follow",
        "hard",
        "easy",
        "user",
        "peer",
        "real",
        "on",
        "in",
        "off",
        "up",
    ]
)
"""Words that often stand as the first part of a compound."""


class Vocabulary(NamedTuple):
    """The words of a document, lower case: those with a hyphen within a line, and all others."""

    compounds: frozenset[str]
    words: frozenset[str]


def vocabulary(lines: Iterable[str]) -> Vocabulary:
    """The words of a document's lines; empty where no line ends in a hyphen, for then nobody asks."""
    texts = list(lines)
    if not any(text.endswith("-") for text in texts):
        return Vocabulary(frozenset(), frozenset())
    compounds = {word.lower() for text in texts for word in _COMPOUND.findall(text)}
    words = {word.lower() for text in texts for word in _WORD.findall(text)}
    return Vocabulary(frozenset(compounds), frozenset(words))


def is_soft(first: str, second: str, known: Vocabulary) -> bool:
    """Whether the hyphen at the end of `first` only marks that its word goes on in `second`.

    The document's own words decide; else a word that goes on in lower case was broken, unless its beginning is one
    that compounds begin with.
    """
    head, tail = _BROKEN.search(first[-_LONGEST:]), _CONTINUED.match(second)
    if head is None or tail is None or not tail[0][0].islower():
        return False
    a, b = head[1].lower(), tail[0].lower()
    if f"{a}-{b}" in known.compounds:
        return False
    return a + b in known.words or a not in _PARTS
