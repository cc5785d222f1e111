"""Makes `likeness.json`: logistic regression by stochastic gradient descent on the lines of this folder.

Adverts: adverts.tsv and the adverts of glued.tsv. Own lines: authors.tsv, the paragraphs of glued.tsv, what the rules name as
counterexamples, and lines of article text from ../shared/bench/html-train/gold (their pages and licences are listed there), which only lower false alarms.
Deterministic: a fixed seed and order. `python bench/boilerplate/train.py` trains on all lines and writes the file;
`figures` in score.py trains on one half and is measured on the other.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from score import Half, half_of, rows

from docpipe import rules
from docpipe.rules import likeness
from docpipe.rules.likeness import Model, features

ROOT = Path(__file__).parent.parent.parent
ARTICLES = ROOT.parent / "shared/bench/html-train/gold"
EPOCHS, RATE, DECAY, SHRINK = 25, 0.3, 0.3, 1e-3
ADVERT, OWN, ARTICLE = 3.0, 1.5, 0.5
"""Weights of a line of each kind in the loss."""
SMALLEST = 0.06
"""Features that weigh less than this are left out of the file."""

Line = tuple[str, bool, float]


def lines(chosen: Callable[[str], bool]) -> list[Line]:
    """The training lines whose text is chosen: text, whether it is an advert, weight."""
    found: list[Line] = [
        (r["text"], True, ADVERT) for r in rows("adverts.tsv") if chosen(r["text"])
    ]
    found += [(r["text"], False, OWN) for r in rows("authors.tsv") if chosen(r["text"])]
    glued = [r for r in rows("glued.tsv") if chosen(r["advert"])]
    found += [(r["advert"], True, ADVERT) for r in glued]
    found += [(r["author"], False, OWN) for r in glued]
    for rule in rules.load().data:
        found += [(line, False, OWN) for line in rule.counterexamples if chosen(line)]
    if ARTICLES.is_dir():
        texts = (p.read_text("utf-8").splitlines() for p in sorted(ARTICLES.glob("*.txt")))
        articles = [
            line.strip() for text in texts for line in text if 4 <= len(line.strip()) <= 200
        ]
        found += [(line, False, ARTICLE) for line in articles]
    return found


def train(data: list[Line]) -> Model:
    """The model that fits the lines best."""
    known = Counter(name for text, _, _ in data for name in features(text))
    examples = [([n for n in features(text) if known[n] > 1], y, w) for text, y, w in data]
    weights: dict[str, float] = dict.fromkeys((n for names, _, _ in examples for n in names), 0.0)
    bias, dice = 0.0, random.Random(0)
    for epoch in range(EPOCHS):
        dice.shuffle(examples)
        rate = RATE / (1 + DECAY * epoch)
        for names, is_advert, weight in examples:
            scale = 1 / math.sqrt(len(names) + 1)
            odds = bias + scale * sum(weights[name] for name in names)
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
            step = rate * weight * (chance - is_advert)
            bias -= 0.1 * step
            for name in names:
                weights[name] -= step * scale + rate * SHRINK * weights[name]
    kept = {n: round(w, 2) for n, w in sorted(weights.items()) if abs(w) >= SMALLEST}
    return Model(kept, round(bias, 2))


def half_model(half: Half) -> Model:
    """The model trained on one half of the lines."""
    return train(lines(lambda text: half_of(text) == half))


def main() -> None:
    """Train on all lines and write the file of the package."""
    model = train(lines(lambda text: True))
    target = ROOT / "src/docpipe/rules" / likeness.FILE
    content = json.dumps(
        {"bias": model.bias, "weights": model.weights}, ensure_ascii=False, indent=0
    )
    target.write_text(content + "\n", "utf-8")
    print(f"{len(model.weights)} weights in {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
