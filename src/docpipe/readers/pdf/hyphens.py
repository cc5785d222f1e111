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


_OFTEN = 0.04
"""The share of lines that end in a hyphen from which words are broken at line ends."""


class Vocabulary(NamedTuple):
    """The words of a document, lower case: those with a hyphen within a line, and all others that no line's end breaks. `hyphenated` says that so
    many lines end in a hyphen that the typesetter breaks words."""

    compounds: frozenset[str]
    words: frozenset[str]
    hyphenated: bool


def vocabulary(lines: Iterable[str]) -> Vocabulary:
    """The words of a document's lines; empty where no line ends in a hyphen, for then nobody asks."""
    texts = list(lines)
    ends = sum(_BROKEN.search(text[-_LONGEST:]) is not None for text in texts if text[-1:] == "-")
    if not ends:
        return Vocabulary(frozenset(), frozenset(), False)
    compounds = {word.lower() for text in texts for word in _COMPOUND.findall(text)}
    whole = [_BROKEN.sub("", text) for text in texts]
    whole[1:] = [
        _CONTINUED.sub("", text, 1) if above.endswith("-") else text
        for above, text in zip(texts, whole[1:], strict=False)
    ]
    words = {word.lower() for text in whole for word in _WORD.findall(text)}
    return Vocabulary(frozenset(compounds), frozenset(words), ends >= _OFTEN * len(texts))


def is_soft(first: str, second: str, known: Vocabulary) -> bool:
    """Whether the hyphen at the end of `first` only marks that its word goes on in `second`.

    The document's own words decide; else a word that goes on in lower case was broken where words are, unless its
    beginning is one that compounds begin with.
    """
    head, tail = _BROKEN.search(first[-_LONGEST:]), _CONTINUED.match(second)
    if head is None or tail is None or not tail[0][0].islower():
        return False
    a, b = head[1].lower(), tail[0].lower()
    if f"{a}-{b}" in known.compounds:
        return False
    if a + b in known.words:
        return True
    if a in _PARTS or {a, b} <= known.words:
        return False
    return known.hyphenated
