"""Makes `rules/content.json`: an additive model of what on a web page is content, from pages with gold beside them.

The pages are those of ../shared/bench/html-train (`pages.tsv` lists them with their sources and licences), never those of
../shared/bench/html, which only measure. To them come pages that are all content: documents of ../shared/corpus as our own
writer and as a word processor save them.

A block is labelled by the share of its words that the gold holds in order. LightGBM grows small trees on binned features;
its interaction constraints keep each tree to one feature or one pair, so that all trees of a pair add up to one table.
LightGBM, NumPy and Python alone make the file, nothing of them is needed to use it. Deterministic: fixed seed, one thread.

    pip install lightgbm==4.7.0 numpy && python bench/html/train.py [--check]

`--check` prints the figures of five-fold cross-validation, pages of one site in one fold, and writes nothing.
"""

from __future__ import annotations

import difflib
import gzip
import json
import math
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np

from docpipe.clean.features import SIZES, Page, columns
from docpipe.clean.navigation import page_parts, title_of
from docpipe.errors import DocpipeError
from docpipe.model import Document
from docpipe.pipeline import convert, convert_bytes, read, write
from docpipe.rules import content
from docpipe.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
PAGES = SHARED / "bench/html-train"
TARGET = ROOT / "src/docpipe/rules" / content.FILE
FOLDS = 5
ROUNDS = 700
PARAMETERS: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 8, "min_data_in_leaf": 100, "lambda_l2": 30.0,
    "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63, "seed": 1, "num_threads": 1,
    "deterministic": True, "verbose": -1,
}  # fmt: skip
PAIRS = [
    pair.split("*")
    for pair in (
        "strongest*width strongest*links strongest*held-2 strongest*near-width width*links held-2*near-width held-1*width "
        "above-main*width tag*width near-width*width page-links*held-2 from-title*near-width content*strongest sign*width "
        "page-prose*held-2 list*links row*links strongest*page-prose above-main*strongest held-3*strongest "
        "linked-1*near-width tag*strongest prose-before*prose-after near-links*near-prose page-links*strongest"
    ).split()
]
_CJK = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_CJK}]|[^\\W{_CJK}]+")
_ADDRESS = re.compile(
    r"(?:rel=[\"']?canonical[\"']?[^>]*href=|property=[\"']og:url[\"'][^>]*content=)[\"']?https?://(?:www\.)?([^/\"'>\s]+)"
)


class Example(NamedTuple):
    """A page: its features, and of each block how many words it has and how many of them are gold."""

    site: str
    features: np.ndarray
    gold: np.ndarray
    words: np.ndarray
    wanted: int
    content: bool


def main() -> None:
    """Train on everything and write the model, or with --check cross-validate."""
    examples = [*web_pages(), *whole_documents()]
    if "--check" in sys.argv:
        check(examples)
        return
    model = tables(train(examples), threshold(cross_validated(examples), examples))
    TARGET.write_text(json.dumps(model, separators=(",", ":")) + "\n", "utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, {len(model['tables'])} tables")


def words(text: str) -> list[str]:
    """The words of a text, each Chinese character one."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def web_pages() -> Iterator[Example]:
    """The pages with gold; those that hold no text are left out."""
    for file in sorted((PAGES / "pages").iterdir()):
        name = file.name.removesuffix(".html.gz")
        data = gzip.decompress(file.read_bytes())
        try:
            document = read(data, f"{name}.html", "", "html", Settings())
        except DocpipeError:
            continue
        found = _ADDRESS.search(data[:400_000].decode("utf-8", "replace"))
        gold = words((PAGES / "gold" / f"{name}.txt").read_text("utf-8"))
        yield from _example(found[1] if found else name, document, gold)


def whole_documents() -> Iterator[Example]:
    """Pages that are all content, written from documents."""
    for file in sorted((SHARED / "corpus/docx").glob("*.docx")):
        try:
            document = convert(file)
            page = write(document, "html")
        except DocpipeError:
            continue
        plain = re.sub(rb'<meta name="generator"[^>]*>|<nav.*?</nav>', b"", page, flags=re.S)
        word = re.sub(rb"<(p|h\d)\b", rb"<\1 class=MsoNormal", plain).replace(b"<article>", b"<div class=WordSection1>")
        for variant in (plain, word):
            again = read(variant, "page.html", "", "html", Settings())
            yield from _example(file.name, again, None)


def _example(site: str, document: Document, wanted: list[str] | None) -> Iterator[Example]:
    parts = page_parts(document)
    if not parts:
        return
    title = title_of(parts, document.properties.get("title", ""))
    found = columns(Page(parts, title))
    texts = [words(part.block.text) for part in parts]
    counts = np.array([len(text) for text in texts], float)
    gold = counts.copy() if wanted is None else _gold(texts, wanted)
    if title is not None:
        gold[title] = counts[title] = 0
    features = np.array([found[name] for name in SIZES], np.int32).T
    total = int(counts.sum()) if wanted is None else len(wanted)
    yield Example(site, features, gold, counts, total, wanted is None)


def _gold(texts: Sequence[Sequence[str]], wanted: Sequence[str]) -> np.ndarray:
    """How many words of each block the gold holds, in the order of both or, in long blocks, wherever they stand."""
    flat = [word for text in texts for word in text]
    owner = [number for number, text in enumerate(texts) for _ in text]
    gold = np.zeros(len(texts))
    matcher = difflib.SequenceMatcher(None, flat, wanted, autojunk=len(flat) > 20_000)
    for match in matcher.get_matching_blocks():
        for position in range(match.a, match.a + match.size):
            gold[owner[position]] += 1
    known = {tuple(wanted[i : i + 4]) for i in range(len(wanted) - 3)}
    for number, text in enumerate(texts):
        if len(text) >= 8:
            runs = [tuple(text[i : i + 4]) for i in range(len(text) - 3)]
            share = sum(run in known for run in runs) / len(runs)
            if share > 0.6:
                gold[number] = max(gold[number], round(share * len(text)))
            elif share < 0.2:
                gold[number] = min(gold[number], round(share * len(text)))
    return gold


def train(examples: Sequence[Example]) -> lightgbm.Booster:
    """The trees. A page weighs the same whatever its length, a block by the root of its share of the page's text."""
    features = np.concatenate([e.features for e in examples])
    share = np.concatenate([e.gold / np.maximum(e.words, 1) for e in examples])
    weight = np.concatenate([_weights(e) for e in examples])
    label = np.concatenate([np.ones(len(share)), np.zeros(len(share))])
    weights = np.concatenate([weight * share, weight * (1 - share)])
    seen = weights > 0
    names = list(SIZES)
    alone = [[number] for number in range(len(names))]
    pairs = [[names.index(first), names.index(second)] for first, second in PAIRS]
    data = lightgbm.Dataset(np.concatenate([features, features])[seen], label[seen], weight=weights[seen])
    return lightgbm.train({**PARAMETERS, "interaction_constraints": alone + pairs}, data, ROUNDS)


def _weights(example: Example) -> np.ndarray:
    share = np.minimum(example.words / max(example.wanted, 50), 0.5)
    return (20 * share**0.5 + 0.2 * (example.words > 0)) * (0.5 if example.content else 1.0)


def cross_validated(examples: Sequence[Example]) -> list[np.ndarray]:
    """Scores of each page by a model that saw no page of its site."""
    sites = sorted({example.site for example in examples})
    fold = {site: int(number) for number, site in zip(np.random.RandomState(0).permutation(len(sites)) % FOLDS, sites)}
    scores: list[np.ndarray] = [np.zeros(0)] * len(examples)
    for held_out in range(FOLDS):
        trees = train([e for e in examples if fold[e.site] != held_out])
        for index, example in enumerate(examples):
            if fold[example.site] == held_out:
                scores[index] = trees.predict(example.features, raw_score=True)
    return scores


def f1(scores: Sequence[np.ndarray], examples: Sequence[Example], least: float) -> tuple[float, float, float]:
    """F1, precision and recall of the pages' words, as means over pages, without those that are all content."""
    precisions, recalls = [], []
    for score, example in zip(scores, examples, strict=True):
        if example.content:
            continue
        kept = score > least
        right, taken = example.gold[kept].sum(), example.words[kept].sum()
        if taken:
            precisions.append(right / taken)
        recalls.append(min(1.0, right / max(example.wanted, 1)))
    p, r = float(np.mean(precisions)), float(np.mean(recalls))
    return 2 * p * r / (p + r), p, r


def threshold(scores: Sequence[np.ndarray], examples: Sequence[Example]) -> float:
    """The score from which a block counts as content that gives the best F1."""
    return max(np.arange(-1.5, 1.0, 0.125), key=lambda least: f1(scores, examples, least))  # type: ignore[return-value]


def check(examples: Sequence[Example]) -> None:
    """Print the cross-validated figures."""
    scores = cross_validated(examples)
    least = threshold(scores, examples)
    print("threshold %.3f: F1 %.4f  P %.4f  R %.4f" % (least, *f1(scores, examples, least)))
    lost = [
        1 - e.gold[s > least].sum() / max(e.words.sum(), 1) for s, e in zip(scores, examples) if e.content
    ]
    print(f"pages that are all content lose {100 * float(np.mean(lost)):.2f} % ({len(lost)} pages, worst {100 * max(lost):.1f} %)")


def tables(trees: lightgbm.Booster, least: float) -> dict[str, Any]:
    """The sum of the trees, as tables; those of one feature go into that of a pair that holds it."""
    names = list(SIZES)
    grids: dict[tuple[str, str], np.ndarray] = {
        (a, b): np.zeros((SIZES[a], SIZES[b])) for a, b in PAIRS
    }
    home: dict[str, tuple[str, str]] = {}
    for pair in grids:
        for name in pair:
            home.setdefault(name, pair)
    bias = 0.0
    for tree in trees.dump_model()["tree_info"]:
        for path, value in _leaves(tree["tree_structure"]):
            if path:
                _add(grids, home, {names[number]: test for number, test in path.items()}, value)
            else:
                bias += value
    rows = []
    for (first, second), grid in grids.items():
        # What all blocks get is no evidence: each table tells from its own mean.
        mean = float(np.mean(grid))
        bias += mean
        rows.append([first, second, np.rint(1000 * (grid - mean)).astype(int).tolist()])
    return {"bias": round(1000 * bias), "threshold": round(1000 * float(least)), "tables": rows}


Span = tuple[float, float]


def _leaves(root: dict[str, Any]) -> Iterator[tuple[dict[int, Span], float]]:
    """The leaves of a tree: what is asked of each feature on the way (above the first, up to the second), and the value."""
    pending: list[tuple[dict[str, Any], dict[int, Span]]] = [(root, {})]
    while pending:
        node, path = pending.pop()
        if "split_feature" not in node:
            yield path, float(node["leaf_value"])
            continue
        feature, at = node["split_feature"], float(node["threshold"])
        low, high = path.get(feature, (-math.inf, math.inf))
        pending.append((node["left_child"], {**path, feature: (low, min(high, at))}))
        pending.append((node["right_child"], {**path, feature: (max(low, at), high)}))


def _add(
    grids: dict[tuple[str, str], np.ndarray],
    home: dict[str, tuple[str, str]],
    path: dict[str, Span],
    value: float,
) -> None:
    """Add a leaf's value to the table of its one or two features, in the cells that its path leads to."""
    used = list(path)
    if len(used) == 1:
        key = home.setdefault(used[0], (used[0], ""))
        grids.setdefault(key, np.zeros((1, SIZES[used[0]])))
    else:
        key = (used[0], used[1]) if (used[0], used[1]) in grids else (used[1], used[0])
    inside = [
        np.array([low < number <= high for number in range(SIZES[name])])
        for name in key
        if name
        for low, high in [path.get(name, (-math.inf, math.inf))]
    ]
    grids[key] += value * (np.outer(*inside) if len(inside) == 2 else inside[0])


if __name__ == "__main__":
    main()
