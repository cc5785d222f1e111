"""How much the blocks of a web page look like its content: an additive model over features and pairs of features.

The weights (`content.json`) are data, made by `bench/html/train.py` from pages listed beside that script. A weight is a
whole number of thousandths of log-odds, found by a feature's value, or by those of two features; a block's score is their
sum. So the same page gives the same score on every machine, and the weight that told most explains it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

FILE = "content.json"


class Table(NamedTuple):
    """Weights by the value of one feature (`second` is "") or of two. Values beyond a table count as its last."""

    first: str
    second: str
    weights: list[list[int]]


class Model(NamedTuple):
    """All tables, the sum of the weights of a block without features, and the score from which a block is content."""

    tables: tuple[Table, ...]
    bias: int
    threshold: int


@lru_cache(maxsize=1)
def load() -> Model:
    """The model that ships with the package."""
    data = json.loads((resources.files(__package__) / FILE).read_text("utf-8"))
    tables = tuple(Table(*row) for row in data["tables"])
    return Model(tables, data["bias"], data["threshold"])


def contributions(model: Model, columns: Mapping[str, Sequence[int]]) -> list[list[int]]:
    """What each table says of each block: a row for each table, in it a weight for each block."""
    found = []
    for first, second, weights in model.tables:
        if second:
            pairs = zip(columns[first], columns[second], strict=True)
            found.append([weights[a][b] for a, b in pairs])
        else:
            row = weights[0]
            found.append([row[a] for a in columns[first]])
    return found


def scores(model: Model, found: Sequence[Sequence[int]]) -> list[int]:
    """The blocks' scores above the threshold, from `contributions`."""
    start = model.bias - model.threshold
    return [start + sum(weights) for weights in zip(*found, strict=True)]
