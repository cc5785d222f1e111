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
    """A file of rules; `protect` patterns mark lines that are the author's, `features` weigh what a line is like."""

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


class Ruleset(NamedTuple):
    """All rules of a run. `digest` is over their source text, so an output says by which rules it was made."""

    rules: tuple[Rule, ...]
    protect: tuple[Rule, ...]
    features: dict[str, float]
    digest: str
    data: tuple[RuleData, ...]


@lru_cache(maxsize=1)
def load() -> Ruleset:
    """The rules that ship with the package. Raises DocpipeError(BAD_RULES) that names the file and the rule."""
    texts = {name: (resources.files(__name__) / name).read_text("utf-8") for name in FILES}
    files = [parse(name, text) for name, text in texts.items()]
    features: dict[str, float] = {}
    for file in files:
        features.update(file.features)
    return Ruleset(
        rules=tuple(_compile(rule) for file in files for rule in file.rule),
        protect=tuple(_compile(rule) for file in files for rule in file.protect),
        features=features,
        digest=hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:16],
        data=tuple(rule for file in files for rule in (*file.rule, *file.protect)),
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
