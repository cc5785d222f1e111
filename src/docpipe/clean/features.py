"""What can be counted of the blocks of a web page: the evidence from which `content` weighs whether a block is content.

Each feature is a column of small whole numbers, one for each block, so that a weight is found by looking it up. No
feature knows a language: a Chinese character counts as two and a half letters, punctuation is that of both.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from docpipe.clean.hints import KINDS, meaning
from docpipe.model import BlockType, Paragraph, Table
from docpipe.wording import fold

_COMMON_SHARE = 0.25
_COMMON_SHARE_SURE = 0.75
"""A word that stands around more of the prose than this tells nothing; for sure kinds the second share holds."""

_MAIN_SHARE = 0.8
"""The article's container is the innermost that holds this share of the prose."""

_SENTENCE_WIDTH = 60.0
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]+")
_MARKS = re.compile(r"[。！？；，、：]|[.!?;,:](?=[\"'”’)\s]|$)")
_SIGNS = re.compile(
    r"(?P<rights>©|\(c\)|版权|copyright|all rights|icp\s?备|ICP)|(?P<address>https?:|www\.|@|\d{3,4}[- ]\d{4})"
    r"|(?P<field>(?:来源|作者|编辑|责编|时间|日期|浏览|阅读|点击|评论)\S{0,4}[：:]|\bby\s[A-Z])"
    r"|(?P<date>(?:19|20)\d\d\s?[-/.年]|\d\d:\d\d|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d)"
    r"|(?P<trail>[|>»›→·•＞｜])|(?P<figure>\d)",
)
_SIGN_NUMBERS = {name: number for name, number in _SIGNS.groupindex.items()}
_SIGNS_WITHIN = 240
_WIDTHS = (2, 4, 6, 9, 12, 16, 22, 30, 40, 55, 75, 100, 140, 200, 300, 450, 700, 1100)
_SHARES = (0.001, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.98)
_COUNTS = (1, 2, 3, 4, 6, 9, 13, 20, 30, 50, 90)
_TAGS = {
    tag: number
    for number, tags in enumerate(
        (
            "p", "li", "td th", "h1", "h2", "h3", "h4 h5 h6", "button select option label input form textarea",
            "a nav menu", "dt dd", "blockquote", "pre code", "figcaption caption figure", "article section main",
            "footer header aside", "div", "body center html",
        ),
        1,
    )
    for tag in tags.split()
}  # fmt: skip
_KIND_NUMBERS = {kind.name: number for number, kind in enumerate(KINDS, 1)}


class Part(NamedTuple):
    """A block of a page. `width` is its length in Latin letters, `prose` the width of its text outside links if it is
    sentences or a table, else 0."""

    number: int
    block: BlockType
    links: float
    width: float
    prose: float
    marks: int


def part(number: int, block: BlockType) -> Part:
    """A block as a part of a page."""
    text = block.text
    links = block.look.link_share
    width = float(len(text))
    if not text.isascii():
        width += 1.5 * sum(map(len, _WIDE.findall(text)))
    marks = len(_MARKS.findall(text)) if width > 12 else 0
    prose = 0.0
    if isinstance(block, Table):
        prose = 0.5 * width * (1 - links)
    elif width >= _SENTENCE_WIDTH and links < 0.5 and marks:
        prose = width * (1 - links)
    return Part(number, block, links, width, prose, marks)


class Said(NamedTuple):
    """What the hint words around a block say: the nearest word's place of each kind, of content, and the strongest kind."""

    places: tuple[int, ...]
    content: int
    strongest: int
    word: str


class Page:
    """The parts of a page and what they share."""

    def __init__(self, parts: Sequence[Part], title: int | None) -> None:
        self.parts = parts
        self.title = title
        self.prose = sum([part.prose for part in parts])
        self.width = sum([part.width for part in parts]) or 1.0
        self.said = self._said()

    def _said(self) -> list[Said]:
        """What is said of each part; parts in the same surroundings are told the same."""
        around: defaultdict[str, float] = defaultdict(float)
        for part in self.parts:
            around[part.block.look.hints] += part.prose
        words = {hints: tuple(dict.fromkeys(hints.split())) for hints in around}
        mass: defaultdict[str, float] = defaultdict(float)
        for hints, prose in around.items():
            if prose:
                for word in words[hints]:
                    mass[word] += prose
        common = {word for word, prose in mass.items() if prose > self.prose * _share(word)}
        known = {hints: _said(words[hints], common) for hints in around}
        return [known[part.block.look.hints] for part in self.parts]


def _share(word: str) -> float:
    kind = meaning(word).kind
    return _COMMON_SHARE_SURE if kind is not None and kind.sure else _COMMON_SHARE


_PLACES = (0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6)
NOWHERE = 8
"""The place of what is not said."""


def _said(words: Sequence[str], common: set[str]) -> Said:
    places = [NOWHERE] * (len(KINDS) + 1)
    strongest, weight, which = 0, 0.0, ""
    content = False
    for place, word in enumerate(words):
        kind, names_content = meaning(word)
        if kind is None and not names_content:
            continue
        if word in common and kind is not None:
            continue
        near = _PLACES[place] if place < len(_PLACES) else 7
        number = _KIND_NUMBERS[kind.name] if kind else 0
        places[number] = min(places[number], near)
        content = content or names_content
        if kind is not None:
            weighs = kind.weight - 1 if content else kind.weight
            if weighs > weight and not (content and not kind.sure):
                strongest, weight, which = number, weighs, word
    return Said(tuple(places[1:]), places[0], strongest, which)


SIZES = {
    "width": len(_WIDTHS) + 1, "links": len(_SHARES) + 1, "marks": len(_COUNTS) + 1, "sign": len(_SIGN_NUMBERS) + 1,
    "tag": 19, "ending": 6, "list": 8, "again": 5, "place": 12, "through": 13, "from-start": len(_COUNTS) + 1,
    "from-end": len(_COUNTS) + 1, "prose-before": len(_COUNTS) + 1, "prose-after": len(_COUNTS) + 1, "from-title": 10,
    "row": len(_COUNTS) + 1, "near-prose": 8, "near-links": 8, "near-width": len(_WIDTHS) + 1,
    "page-prose": len(_WIDTHS) + 1, "page-links": len(_SHARES) + 1, "page-parts": len(_WIDTHS) + 1, "depth": 16,
    "above-main": 7, "branch": 13, "held-1": len(_SHARES) + 1, "held-2": len(_SHARES) + 1, "held-3": len(_SHARES) + 1,
    "linked-1": len(_SHARES) + 1, "linked-2": len(_SHARES) + 1, "linked-3": len(_SHARES) + 1,
    "size-2": len(_WIDTHS) + 1, "size-3": len(_WIDTHS) + 1, "strongest": len(KINDS) + 1, "content": NOWHERE + 1,
    **{kind.name: NOWHERE + 1 for kind in KINDS},
}  # fmt: skip
"""How many values each feature has."""


def columns(page: Page) -> dict[str, Sequence[int]]:
    """All features, each a column with a number for each part."""
    parts = page.parts
    found: dict[str, Sequence[int]] = {}
    found.update(_texts(parts))
    found.update(_places(page))
    found.update(_containers(page))
    said = page.said
    found["strongest"] = [one.strongest for one in said]
    found["content"] = [one.content for one in said]
    for number, kind in enumerate(KINDS):
        found[kind.name] = [one.places[number] for one in said]
    return found


def _texts(parts: Sequence[Part]) -> dict[str, Sequence[int]]:
    signs, tags, endings, lists = [], [], [], []
    seen: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        block = part.block
        text, look = block.text, block.look
        sign = _SIGNS.search(text) if len(text) < _SIGNS_WITHIN else None
        signs.append(_SIGN_NUMBERS[sign.lastgroup or ""] if sign else 0)
        table = isinstance(block, Table)
        tags.append(0 if table else _TAGS.get(look.tag or "", 18))
        endings.append(_ending(text[-1:]))
        level = block.list_level if isinstance(block, Paragraph) else None
        lists.append((0 if level is None else min(level, 2) + 1) + 4 * look.bold)
        seen[text] += 1
    return {
        "width": [bisect_right(_WIDTHS, part.width) for part in parts],
        "links": [bisect_right(_SHARES, part.links) for part in parts],
        "marks": [bisect_right(_COUNTS, part.marks) for part in parts],
        "sign": signs,
        "tag": tags,
        "ending": endings,
        "list": lists,
        "again": [min(seen[part.block.text], 4) for part in parts],
    }


def _ending(last: str) -> int:
    if last in '。.！？!?…”"':
        return 1
    if last in "：:":
        return 2
    if last in "，,、；;-":
        return 3
    if last.isdecimal():
        return 4
    return 5 if last.isalpha() else 0


def _places(page: Page) -> dict[str, Sequence[int]]:
    parts = page.parts
    count = len(parts)
    prose = [part.prose > 0 for part in parts]
    before, after = _distances(prose), _distances(prose[::-1])[::-1]
    title = page.title
    rows = _rows([part.links >= 0.8 for part in parts])
    near_prose = _windows([int(flag) for flag in prose], 3)
    near_links = _windows([int(part.links >= 0.6) for part in parts], 3)
    near_width = _windows([int(part.width * (1 - part.links)) for part in parts], 4)
    done = 0.0
    through = []
    for part in parts:
        through.append(int(12 * done / page.width))
        done += part.width
    total = bisect_right(_WIDTHS, page.prose / 20)
    linked = sum([part.links * part.width for part in parts]) / page.width
    return {
        "place": [12 * index // count for index in range(count)],
        "through": through,
        "from-start": [bisect_right(_COUNTS, index) for index in range(count)],
        "from-end": [bisect_right(_COUNTS, count - index - 1) for index in range(count)],
        "prose-before": [bisect_right(_COUNTS, distance) for distance in before],
        "prose-after": [bisect_right(_COUNTS, distance) for distance in after],
        "from-title": [_from_title(index, title) for index in range(count)],
        "row": [bisect_right(_COUNTS, length) for length in rows],
        "near-prose": near_prose,
        "near-links": near_links,
        "near-width": [bisect_right(_WIDTHS, width / 3) for width in near_width],
        "page-prose": [total] * count,
        "page-links": [bisect_right(_SHARES, linked)] * count,
        "page-parts": [bisect_right(_WIDTHS, count / 2)] * count,
    }


def _distances(flags: Sequence[bool]) -> list[int]:
    """For each place how far back the last flag stands; 200 where there is none."""
    distances = []
    distance = 200
    for flag in flags:
        distance = 0 if flag else distance + 1
        distances.append(distance)
    return distances


def _from_title(index: int, title: int | None) -> int:
    if title is None:
        return 9
    distance = index - title
    if distance < 0:
        return 0 if distance < -20 else 1 if distance < -3 else 2
    return 3 + bisect_right((1, 3, 8, 25, 60), distance)


def _rows(flags: Sequence[bool]) -> list[int]:
    """For each place how many flags in a row, itself included, stand there."""
    rows = [0] * len(flags)
    start = 0
    for number in range(len(flags) + 1):
        if number < len(flags) and flags[number]:
            continue
        rows[start:number] = [number - start] * (number - start)
        start = number + 1
    return rows


def _windows(values: Sequence[int], reach: int) -> list[int]:
    """For each place the sum of the values at most `reach` places away."""
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    last = len(values)
    return [
        sums[min(index + reach + 1, last)] - sums[max(index - reach, 0)] for index in range(last)
    ]


def _containers(page: Page) -> dict[str, Sequence[int]]:
    """How much of the page's text, prose and links the containers around each part hold."""
    parts = page.parts
    width: defaultdict[tuple[int, ...], float] = defaultdict(float)
    prose: defaultdict[tuple[int, ...], float] = defaultdict(float)
    linked: defaultdict[tuple[int, ...], float] = defaultdict(float)
    for part in parts:
        path = part.block.look.path
        for depth in range(len(path)):
            outer = path[:depth]
            width[outer] += part.width
            prose[outer] += part.prose
            linked[outer] += part.width * part.links
    whole = page.prose or 1.0
    main: tuple[int, ...] = ()
    if page.prose >= 300:
        main = max((path for path, held in prose.items() if held >= _MAIN_SHARE * whole), key=len)
    found: dict[str, list[int]] = {
        name: []
        for name in (
            "depth",
            "above-main",
            "branch",
            "held-1",
            "held-2",
            "held-3",
            "linked-1",
            "linked-2",
            "linked-3",
            "size-2",
            "size-3",
        )
    }
    known: dict[tuple[int, ...], tuple[int, ...]] = {}
    for part in parts:
        path = part.block.look.path
        row = known.get(path[:-1])
        if row is None:
            shared = 0
            for mine, its in zip(path[:-1], main):
                if mine != its:
                    break
                shared += 1
            one, two, three = path[:-1], path[:-2], path[:-3]
            row = known[path[:-1]] = (
                min(len(path) // 2, 15),
                min(len(main) - shared, 6),
                bisect_right(_SHARES, prose[path[: shared + 1]] / whole)
                if len(path) > shared + 1
                else 12,
                bisect_right(_SHARES, prose[one] / whole),
                bisect_right(_SHARES, prose[two] / whole),
                bisect_right(_SHARES, prose[three] / whole),
                bisect_right(_SHARES, linked[one] / (width[one] or 1)),
                bisect_right(_SHARES, linked[two] / (width[two] or 1)),
                bisect_right(_SHARES, linked[three] / (width[three] or 1)),
                bisect_right(_WIDTHS, width[two] / 4),
                bisect_right(_WIDTHS, width[three] / 4),
            )
        for column, value in zip(found.values(), row, strict=True):
            column.append(value)
    return {**found}
