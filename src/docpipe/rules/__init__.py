"""The rules by which lines are taken out: TOML data with their own examples, loaded, validated and compiled once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from string import ascii_lowercase
from typing import NamedTuple

import msgspec
from msgspec import Struct

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Reason
from docpipe.rules import likeness
from docpipe.rules.likeness import Model
from docpipe.traditional import forms
from docpipe.wording import has_wide

FILES = ("advertising.toml", "furniture.toml")


class RuleData(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule as it stands in a file.

    `pattern` is a regular expression on the folded line (`wording.fold`: NFKC, lower case, no white space around
    Chinese) in simplified characters; `latin` is what else it may be, all that a line without anything Chinese is
    searched for where it is given.
    `weight` is what a match adds to the line's score. `whole` demands that the pattern covers the line.
    `examples` are lines it must match, `counterexamples` lines that must be kept.
    """

    id: str
    reason: Reason
    weight: float
    because: str
    pattern: str = ""
    latin: str = ""
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
    """A compiled rule. `latin` is as much of its `pattern` as can match where nothing Chinese stands."""

    id: str
    reason: Reason
    weight: float
    pattern: re.Pattern[str]
    latin: re.Pattern[str]
    because: str
    whole: bool
    words: frozenset[str]

    def is_called_by(self, found: set[str]) -> bool:
        """Whether one of the trigger words found in a text is one of this rule's."""
        return not self.words.isdisjoint(found)

    def takes(self, folded: str) -> bool:
        """Whether the rule finds what it looks for in a folded line."""
        pattern = self.pattern if has_wide(folded) else self.latin
        match = pattern.fullmatch if self.whole else pattern.search
        return match(folded) is not None


_LATIN = re.compile(r"[a-z]+")
_SHORTEST_STEM = 6
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
_NEXT = b"A"
_BETWEEN = " A "
"""What parts texts whose letters are lower case."""
_WORDS_ONLY = bytes(code if chr(code) in ascii_lowercase + "A" else 32 for code in range(256))


_FREQUENT = frozenset(
    (
        "the",
        "for",
        "with",
        "from",
        "and",
        "your",
        "this",
        "that",
        "as",
        "of",
        "is",
        "are",
        "be",
        "to",
        "in",
        "on",
        "by",
    )
)


def _stem(word: str) -> str:
    """What is looked for of a Latin word or phrase: its longest word, if it can be one that does not stand in every text."""
    words = _LATIN.findall(word) if word.isascii() else []
    return max(words, key=lambda one: (one not in _FREQUENT, len(one), one), default="")


class Trigger:
    """Finds quickly which of some words a text holds, however they are written.

    Chinese words are looked for where the text holds their first two characters next to one another, Latin ones among
    the text's words: a text without any of them is told by a few passes that need no loop in Python.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._latin: dict[bytes, list[str]] = {}
        self._spellings: dict[str, list[str]] = {word: [] for word in words}
        self._forms: dict[str, set[bytes]] = {word: set() for word in self._spellings}
        for word, spellings in self._spellings.items():
            if stem := _stem(word):
                self._forms[word] = {(stem + ending).encode() for ending in _ENDINGS}
                wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
                spellings += [wide, wide.upper()]
            else:
                spellings += dict.fromkeys(s for w in forms(word) for s in (w, w.upper()))
            if len(word) == 2:
                spellings += dict.fromkeys(" ".join(s) for s in (word, word.upper(), *spellings))
            for form in sorted(self._forms[word]):
                self._latin.setdefault(form, []).append(word)
        self._called = {_NEXT, *self._latin}
        every = [(s, word) for word, spellings in self._spellings.items() for s in spellings]
        # Capital letters need no search of their own in what is lower case.
        self._ascii = [(s.encode(), s, word) for s, word in every if s.isascii() and s == s.lower()]
        # A search for a class of characters is much quicker than one for many words; the few places it finds are looked up.
        self._by_key: dict[str, list[tuple[str, str]]] = {}
        for spelling, word in every:
            if not spelling.isascii():
                self._by_key.setdefault(_key(spelling), []).append((spelling, word))
        pairs = [key for key in self._by_key if len(key) == 2]
        first, second = (_one_of(key[place] for key in pairs) for place in (0, 1))
        self._pair = re.compile(f"({first})(?=({second}))")
        self._single = re.compile(_one_of(key for key in self._by_key if len(key) == 1))

    def found(self, text: str) -> set[str]:
        """The words in the text, as they stand in the list."""
        return self.found_in([text])[0]

    def found_in(self, texts: Sequence[str]) -> list[set[str]]:
        """The words in each text. All texts are looked through at once, which costs little where hardly any word occurs."""
        found: list[set[str]] = [set() for _ in texts]
        lower = [text.lower() for text in texts]
        letters = _BETWEEN.join(lower).encode("ascii", "replace")
        index = 0
        for token in filter(self._called.__contains__, letters.translate(_WORDS_ONLY).split()):
            if token == _NEXT:
                index += 1
                continue
            # Of a phrase the text has to hold all; a single word counts in any of its forms.
            found[index].update(w for w in self._latin[token] if w.isalpha() or w in lower[index])
        present = [(spelling, word) for code, spelling, word in self._ascii if code in letters]
        for spelling, word in present:
            for text, words in zip(lower, found, strict=True):
                if spelling in text:
                    words.add(word)
        wide = [pair for pair in zip(texts, found, strict=True) if not pair[0].isascii()]
        for spelling, word in self._wide("\n".join(text for text, _ in wide)):
            for text, words in wide:
                if spelling in text:
                    words.add(word)
        return found

    def found_among(self, text: str, words: set[str]) -> set[str]:
        """Those of some words that a text holds; for a part of a text whose words are known."""
        lower = text.lower()
        tokens = lower.encode("ascii", "replace").translate(_WORDS_ONLY).split()
        return {word for word in words if self._holds(word, text, lower, tokens)}

    def _holds(self, word: str, text: str, lower: str, tokens: Sequence[bytes]) -> bool:
        if not self._forms[word].isdisjoint(tokens) and (word.isalpha() or word in lower):
            return True
        return any(spelling in text or spelling in lower for spelling in self._spellings[word])

    def _wide(self, text: str) -> list[tuple[str, str]]:
        """The spellings beyond ASCII that stand anywhere in the text, each with its word."""
        keys = {first + second for first, second in self._pair.findall(text)}
        keys.update(self._single.findall(text))
        spelled = (pair for key in keys for pair in self._by_key.get(key, ()))
        return [(spelling, word) for spelling, word in spelled if spelling in text]


_NOTHING = "(?!)"
"""A pattern that matches nothing."""


def _key(spelling: str) -> str:
    """By what a spelling is looked up: its first two characters, or its first that is not ASCII if it begins otherwise."""
    return spelling[:2] if not spelling[0].isascii() else next(c for c in spelling if c > "\x7f")


def _one_of(chars: Iterable[str]) -> str:
    every = "".join(sorted(set(chars)))
    return f"[{re.escape(every)}]" if every else _NOTHING


class Ruleset(NamedTuple):
    """All rules of a run. `digest` is over their source text, so an output says by which rules it was made.

    `trigger` finds the words of all rules in one pass: `adverts` are looked for in lines with one of the `advert_words`,
    `furniture` in those with one of the `furniture_words`.
    """

    trigger: Trigger
    adverts: tuple[Rule, ...]
    advert_words: frozenset[str]
    furniture: tuple[Rule, ...]
    furniture_words: frozenset[str]
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
        trigger=Trigger(dict.fromkeys((*adverts.triggers, *furniture.triggers))),
        adverts=_compile(adverts.rule, adverts),
        advert_words=frozenset(adverts.triggers),
        furniture=_compile(furniture.rule, furniture),
        furniture_words=frozenset(furniture.triggers),
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
    wholes = {rule.id: _whole_pattern(rule) for rule in (*file.rule, *rules)}
    every = "\n".join(_plain(wholes[rule.id]) for rule in file.rule)
    spelled = {word: _spelled(word, every) for word in file.triggers}
    compiled = []
    for rule in rules:
        try:
            pattern = re.compile(wholes[rule.id], re.X)
            latin = re.compile(rule.latin, re.X) if rule.latin else pattern
        except re.error as error:
            raise DocpipeError(ErrorCode.BAD_RULES, f"{rule.id}: {error}") from error
        own = _plain(wholes[rule.id])
        compiled.append(
            Rule(
                id=rule.id,
                reason=rule.reason,
                weight=rule.weight,
                pattern=pattern,
                latin=latin,
                because=rule.because,
                whole=rule.whole,
                words=frozenset(word for word, part in spelled.items() if part in own),
            )
        )
    return tuple(compiled)


def _whole_pattern(rule: RuleData) -> str:
    return "|".join(part for part in (rule.pattern, rule.latin) if part)


def _plain(pattern: str) -> str:
    """A pattern without what stands between its words: white space, and anchors, which are no signs of money."""
    packed = re.sub(r"\s+", "", pattern.replace("\\s?", "").replace("\\s", "").replace("\\b", ""))
    return re.sub(r"\$(?=[)|]|$)", "", packed)


def _spelled(word: str, patterns: str) -> str:
    """What of a trigger word patterns spell out; "", which stands in each of them, if it is nothing.

    Of a Latin word that is its first word, or as much of a long one as comes before its endings (unauthori[sz]ed).
    """
    stem = _LATIN.search(word)
    core = stem[0] if word.isascii() and stem else word
    shortest = _SHORTEST_STEM if core.isascii() else len(core)
    parts = (core[:length] for length in range(len(core), shortest - 1, -1))
    return next((part for part in (core, *parts) if part in patterns), "")
