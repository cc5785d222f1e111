"""Text as the full-text index holds it: words with spaces between, so that FTS5's plain tokenizer can take it apart.

Each character of a script without spaces (Chinese, Japanese, Korean) is a word, a run of letters and digits another.
Words are folded: width and compatibility forms (NFKC), letter case, traditional characters to simplified ones
(`variants.txt`). What separates sentences, clauses or paragraphs is one word `BREAK`, so that no phrase matches across
it; white space separates words and nothing else.

What this module makes is stored: any change of it is a migration that makes the index anew (`tables.REINDEX`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import product
from typing import NamedTuple

BREAK = "。"
"""The word for punctuation. The tokenizer `ascii` takes all that is not ASCII for letters."""

_MAX_SPELLINGS = 32

# CJK ideographs, kana, bopomofo, hangul, with their extensions.
_SINGLE = re.compile(
    "[\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u30ff\u3105-\u318f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
# Signs whose plain forms are letters and digits that must not join their neighbours: ①, ㈠, ㎡, Ⅳ, ½.
_ENCLOSED = re.compile(
    "[\u00bc-\u00be\u2150-\u218b\u2460-\u24ff\u3200-\u33ff\U0001f100-\U0001f2ff]"
)
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209c]")
_RAISED_NUMBER = re.compile(r"(?<=[0-9])(?=[\u00b2\u00b3\u00b9\u2070-\u209c])")
# Full-width numbers, which are looked for as numbers, and half-width kana, whose voicing marks join them.
_WIDE = re.compile("[\uff10-\uff19\uff0e\uff66-\uff9f]+")
_THOUSANDS = re.compile(r"(?<![0-9,.])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9,])")
# A number with one point, but not a year and month (2021.12), a date (2021.12.28) or an outline number (1.2.3).
_DECIMAL = re.compile(
    r"(?<![0-9.])(?!(?:19|20)[0-9]{2}\.(?:0?[1-9]|1[0-2])(?![0-9]))([0-9]+)\.([0-9]+)(?!\.?[0-9])"
)
_POINT = "．"  # a letter to the tokenizer, and in no folded text
_BREAKS = re.compile(f"{BREAK}(?: *{BREAK})+")


class Variants(NamedTuple):
    """`indexed`: character -> the one of its class that is indexed. `alike`: indexed ones that are the same in some words."""

    indexed: dict[str, str]
    alike: dict[str, tuple[str, ...]]


@cache
def variants() -> Variants:
    """The table of Chinese characters with several forms."""
    lines = resources.files("docpipe.archive").joinpath("variants.txt").read_text("utf-8").split()
    table = lines[lines.index("OPENCC-LICENSE.") + 1 :]
    middle = table.index("~")
    indexed = {char: line[0] for line in table[:middle] for char in line[1:]}
    alike: dict[str, tuple[str, ...]] = {}
    for one, other in map(tuple, table[middle + 1 :]):
        alike[one] = (*alike.get(one, ()), other)
        alike[other] = (*alike.get(other, ()), one)
    return Variants(indexed, alike)


class _Spelling(dict[int, str]):
    """Code point -> how it is indexed, for `str.translate`; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        spelling = self[code] = _spell(chr(code))
        return spelling


def _spell(char: str) -> str:
    if char.isspace():
        return f" {BREAK} " if char in "\n\t\r\v\f\u2028\u2029" else " "
    if char == _POINT:
        return char
    folded = unicodedata.normalize("NFKC", char.casefold())
    if folded != char:
        spelling = "".join(map(_spell, folded))
        return f" {spelling} " if _ENCLOSED.match(char) else spelling
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""  # invisible: zero width, soft hyphens, variation selectors
    if category[0] in "PSZ" or category in ("Cc", "Cs"):
        return f" {BREAK} "
    if _SINGLE.match(char) or category in ("Co", "Cn"):
        return f" {variants().indexed.get(char, char)} "
    return char


_SPELLING = _Spelling()


def spaced(text: str) -> str:
    """The words of a text, folded, with at least one space between them."""
    if "," in text:
        text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    if _RAISED.search(text):
        text = _RAISED_NUMBER.sub(" ", text)
    text = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if "." in text:
        text = _DECIMAL.sub(rf"\1{_POINT}\2", text)
    return _BREAKS.sub(BREAK, text.translate(_SPELLING)).strip(f"{BREAK} ")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(spaced(text).split())


def spellings(phrase: Sequence[str]) -> list[tuple[str, ...]]:
    """A phrase of words with the characters that may stand for one another in a word: 答复, 答覆. The given one is first."""
    if len(phrase) == 1:
        return [tuple(phrase)]
    alike = variants().alike
    choices: list[tuple[str, ...]] = []
    count = 1
    for word in phrase:
        others = alike.get(word, ())
        if count * (1 + len(others)) > _MAX_SPELLINGS:
            others = ()
        count *= 1 + len(others)
        choices.append((word, *others))
    return list(product(*choices))


def forms(char: str) -> Iterator[str]:
    """The characters that are indexed as this one, and those that may stand for it: what to look for in a text."""
    table = variants()
    for indexed in (char, *table.alike.get(char, ())):
        yield indexed
        yield from _forms().get(indexed, ())


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Indexed character -> other forms of it: variants, widths, letter case."""
    found: dict[str, list[str]] = {}
    for char, indexed in variants().indexed.items():
        found.setdefault(indexed, []).append(char)
    for code in (*range(ord("A"), ord("Z") + 1), *range(0xFF01, 0xFFA0)):
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).casefold()
        if folded != char:
            found.setdefault(folded, []).append(char)
    return {char: tuple(others) for char, others in found.items()}
