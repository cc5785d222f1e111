"""The rules by which lines are taken out: TOML data with their own examples, loaded, validated and compiled once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import lru_cache
from importlib import resources
from itertools import pairwise
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

    `pattern` is a regular expression on the folded line (`wording.fold`: NFKC, lower case, no white space around
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
    words: frozenset[str]

    def is_called_by(self, found: set[str]) -> bool:
        """Whether one of the trigger words found in a text is one of this rule's."""
        return not self.words.isdisjoint(found)

    def takes(self, folded: str) -> bool:
        """Whether the pattern finds what it looks for in a folded line."""
        match = self.pattern.fullmatch if self.whole else self.pattern.search
        return match(folded) is not None


_LATIN = re.compile(r"[a-z]+")
_ENDINGS = (
    "",
    *[
        "s",
        "d",
        "r",
        "e",
        "ed",
        "es",
        "er",
        "rs",
        "ers",
        "ing",
        "ion",
        "ions",
        "be",
        "bed",
        "ber",
        "bers",
        "bing",
        "ption",
        "e's",
        "tion",
    ],
)
_TO_SPACES = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~0123456789", " "))


class Trigger:
    """Finds quickly which of some words a text holds, however they are written.

    Chinese words are looked for where the text's set of character pairs holds their first two characters, Latin ones in
    the set of the text's words.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self._latin: dict[str, list[str]] = {}
        spellings: dict[str, str] = {}
        for word in words:
            stem = _LATIN.search(word)
            if word.isascii() and stem:
                for ending in _ENDINGS:
                    self._latin.setdefault(stem[0] + ending, []).append(word)
                wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
                spellings.update({wide: word, wide.upper(): word})
            else:
                spellings.update({word: word, word.upper(): word})
            if len(word) == 2:
                spellings.update({" ".join(word): word, " ".join(word.upper()): word})
        self._ascii = [(s, w) for s, w in spellings.items() if s.isascii()]
        self._by_start: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for spelling, word in spellings.items():
            self._by_start.setdefault(tuple(spelling[:2]), []).append((spelling, word))
        self._singles = {start[0] for start in self._by_start if len(start) == 1}

    def found(self, text: str) -> set[str]:
        """The words in the text, as they stand in the list."""
        lower = text.lower()
        if lower.isascii():
            tokens = set(lower.translate(_TO_SPACES).split())
            found = {word for spelling, word in self._ascii if spelling in text}
        else:
            tokens = set(_LATIN.findall(lower))
            starts: list[tuple[str, ...]] = [*(set(pairwise(text)) & self._by_start.keys())]
            starts += [(char,) for char in self._singles.intersection(text)]
            pairs = [pair for start in starts for pair in self._by_start[start]]
            found = {word for spelling, word in pairs if spelling in text}
        for token in tokens & self._latin.keys():
            # Of a phrase the text has to hold all; a single word counts in any of its forms.
            found.update(w for w in self._latin[token] if w.isalpha() or w in lower)
        return found

    def fires(self, text: str) -> bool:
        """Whether one of the words is in the text."""
        return bool(self.found(text))


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
        adverts=_compile(adverts.rule, adverts),
        advert_trigger=Trigger(adverts.triggers),
        furniture=_compile(furniture.rule, furniture),
        furniture_trigger=Trigger(furniture.triggers),
        protect=_compile(adverts.protect, adverts),
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


def _compile(rules: tuple[RuleData, ...], file: RuleFile) -> tuple[Rule, ...]:
    """The rules, each with the trigger words that its pattern spells out, and those that no rule of the file does."""
    every = "\n".join(_plain(rule.pattern) for rule in file.rule)
    unspelled = frozenset(word for word in file.triggers if _core(word) not in every)
    compiled = []
    for rule in rules:
        try:
            pattern = re.compile(rule.pattern, re.X)
        except re.error as error:
            raise DocpipeError(ErrorCode.BAD_RULES, f"{rule.id}: {error}") from error
        own = _plain(rule.pattern)
        words = unspelled.union(word for word in file.triggers if _core(word) in own)
        compiled.append(
            Rule(rule.id, rule.reason, rule.weight, pattern, rule.because, rule.whole, words)
        )
    return tuple(compiled)


def _plain(pattern: str) -> str:
    return re.sub(r"\s+", "", pattern.replace("\\s?", "").replace("\\s", "").replace("\\b", ""))


def _core(word: str) -> str:
    """What of a trigger word is looked for in a pattern: of a Latin one, its first word."""
    stem = _LATIN.search(word)
    return stem[0] if word.isascii() and stem else word
