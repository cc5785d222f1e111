"""How much a line reads like an advert: a linear model over its character pairs and words, for adverts no rule foresaw.

The weights (`likeness.json`) are data, made by `bench/boilerplate/train.py` from the lines beside that script; logistic
regression, features present or absent, the sum scaled by the root of their number. The score is a log-odds; each can be
explained by the features that weigh most.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from docpipe.traditional import simplified
from docpipe.wording import CJK, fold

FILE = "likeness.json"

_RUN = re.compile(f"[{CJK}]+")
_WORD = re.compile(r"[a-z][a-z'-]*|0")
_NUMBER = re.compile(r"\d+")
_MARKS = "!【】★|@:。;%"


class Model(NamedTuple):
    """The weights of the features and the log-odds of a line with none."""

    weights: dict[str, float]
    bias: float


@lru_cache(maxsize=1)
def load() -> Model:
    """The model that ships with the package."""
    data = json.loads((resources.files(__package__) / FILE).read_text("utf-8"))
    return Model(data["weights"], data["bias"])


def features(text: str) -> list[str]:
    """The features of a line, each once: pairs and triples of Chinese characters, words and pairs of words, marks."""
    folded = _NUMBER.sub("0", simplified(fold(text)))
    found: dict[str, None] = {}
    for run in _RUN.findall(folded):
        for size in (2, 3):
            found.update((run[i : i + size], None) for i in range(len(run) - size + 1))
    words = _WORD.findall(folded)
    found.update((f" {word}", None) for word in words)
    found.update((f" {a} {b}", None) for a, b in pairwise(words))
    found.update((mark, None) for mark in _MARKS if mark in folded)
    return list(found)


def log_odds(text: str, model: Model) -> float:
    """The log-odds that the line is an advert, by its words alone; 0 is even."""
    known = [model.weights[name] for name in features(text) if name in model.weights]
    return model.bias + sum(known) / math.sqrt(len(known) + 1)


def telling(text: str, model: Model) -> list[str]:
    """The up to three features that speak most for an advert."""
    weighed = [(model.weights.get(name, 0.0), name) for name in features(text)]
    best = sorted((pair for pair in weighed if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))
    return [name.strip() for _, name in best[:3]]
