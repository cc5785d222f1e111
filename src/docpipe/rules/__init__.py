"""The rules by which lines are taken out: TOML data with their own examples, loaded, validated and compiled once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import msgspec
from msgspec import Struct

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Reason
from docpipe.rules import likeness
from docpipe.rules.likeness import Model

FILES = ("advertising.toml", "furniture.toml")


class RuleData(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule as it stands in a file.

    `pattern` is a regular expression on the folded line (`clean.fold`: NFKC, lower case, no white space around
    Chinese). `weight` is what a match adds to the line's score. `whole` demands that the pattern covers the line.
    `examples` are lines it must match, `counterexamples` lines that must be kept.
    """

    id: str
    reason: Reason
    weight: float
    pattern: str
    because: str
    whole: bool = False
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


class RuleFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of rules.

    `triggers` are words one of which every line contains that its rules could take. `protect` patterns mark lines that are the
    author's, `features` weigh what a line is like.
    """

    triggers: tuple[str, ...]
    rule: tuple[RuleData, ...] = ()
    protect: tuple[RuleData, ...] = ()
    features: dict[str, float] = {}


class Rule(NamedTuple):
    """A compiled rule."""

    id: str
    reason: Reason
    weight: float
    pattern: re.Pattern[str]
    because: str
    whole: bool


class Trigger:
    """Finds quickly whether a text holds one of some words, however they are written.

    Chinese words are looked for by one pattern whose alternatives all begin with a plain character, so that the engine
    skips from one possible place to the next; in Latin text, where every letter is a possible place, substring search
    is faster.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self._latin = tuple(word for word in words if word.isascii())
        spellings: dict[str, None] = {}
        for word in words:
            if word.isascii():
                wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
                spellings.update(dict.fromkeys((wide, wide.upper())))
            else:
                spellings.update(dict.fromkeys((word, word.upper())))
            if len(word) == 2:
                spellings.update(dict.fromkeys((" ".join(word), " ".join(word.upper()))))
        wide_only = sorted(spelling for spelling in spellings if not spelling.isascii())
        self._wide = re.compile("|".join(re.escape(spelling) for spelling in wide_only))
        self._spaced = tuple(" ".join(word) for word in self._latin if len(word) == 2)

    def fires(self, text: str) -> bool:
        """Whether one of the words is in the text."""
        if not text.isascii() and self._wide.search(text):
            return True
        lower = text.lower()
        return any(word in lower for word in self._latin) or any(
            word in lower for word in self._spaced
        )


class Ruleset(NamedTuple):
    """All rules of a run. `digest` is over their source text, so an output says by which rules it was made.

    `adverts` are looked for in lines with an `advert_trigger`, `furniture` in those with a `furniture_trigger`.
    """

    adverts: tuple[Rule, ...]
    advert_trigger: Trigger
    furniture: tuple[Rule, ...]
    furniture_trigger: Trigger
    protect: tuple[Rule, ...]
    features: dict[str, float]
    likeness: Model
    digest: str
    data: tuple[RuleData, ...]


@lru_cache(maxsize=1)
def load() -> Ruleset:
    """The rules that ship with the package. Raises DocpipeError(BAD_RULES) that names the file and the rule."""
    texts = [(resources.files(__name__) / name).read_text("utf-8") for name in FILES]
    texts.append((resources.files(__name__) / likeness.FILE).read_text("utf-8"))
    adverts, furniture = (parse(name, text) for name, text in zip(FILES, texts, strict=False))
    return Ruleset(
        adverts=tuple(_compile(rule) for rule in adverts.rule),
        advert_trigger=Trigger(adverts.triggers),
        furniture=tuple(_compile(rule) for rule in furniture.rule),
        furniture_trigger=Trigger(furniture.triggers),
        protect=tuple(_compile(rule) for rule in adverts.protect),
        features=adverts.features,
        likeness=likeness.load(),
        digest=hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16],
        data=(*adverts.rule, *adverts.protect, *furniture.rule),
    )


def parse(name: str, text: str) -> RuleFile:
    """The rules in the text of a file called `name`. Raises DocpipeError(BAD_RULES)."""
    try:
        return msgspec.convert(tomllib.loads(text), RuleFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DocpipeError(ErrorCode.BAD_RULES, str(error), name) from error


def _compile(rule: RuleData) -> Rule:
    try:
        pattern = re.compile(rule.pattern, re.X)
    except re.error as error:
        raise DocpipeError(ErrorCode.BAD_RULES, f"{rule.id}: {error}") from error
    return Rule(rule.id, rule.reason, rule.weight, pattern, rule.because, rule.whole)
