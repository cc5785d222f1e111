"""The piece of a text that shows a hit, with the hits marked. Made from the text itself, which FTS5's index does not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from docpipe.archive.query import Phrase
from docpipe.archive.words import BREAK, forms

MARKS = ("<mark>", "</mark>")

_BEFORE = 30
_LENGTH = 120
_SCANNED = 100  # hits that are weighed against one another
# Between the words of a phrase: white space and what is invisible, as `words.spaced` passes over it.
_GAP = "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]*"
_CHINESE = "\u2e80-\u2fdf\u3005-\u3007\u3041-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = f"[^\\W_{_CHINESE}]"
_POINT = "．"


class Snippet(NamedTuple):
    """A piece of a text; `hits` are spans in it, `start` is its offset in the text. `cut` tells whether text goes before and after."""

    text: str
    hits: tuple[tuple[int, int], ...]
    start: int
    cut: tuple[bool, bool]

    def html(self) -> str:
        """The text on one line as HTML: escaped, with each hit between `MARKS`."""
        pieces = ["…" if self.cut[0] else ""]
        position = 0
        for start, end in self.hits:
            pieces += [escape(self.text[position:start], quote=False), MARKS[0]]
            pieces += [escape(self.text[start:end], quote=False), MARKS[1]]
            position = end
        pieces += [escape(self.text[position:], quote=False), "…" if self.cut[1] else ""]
        return " ".join("".join(pieces).split())


class Finder:
    """Finds the phrases of a query in texts. `column` is "heading" or "text": phrases of other fields are left out."""

    def __init__(self, phrases: Sequence[Phrase], column: str) -> None:
        self._phrases = [phrase for phrase in phrases if phrase.field in ("", column)]
        patterns = [f"({_pattern(phrase)})" for phrase in self._phrases]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def hits(self, text: str) -> list[tuple[int, int, int]]:
        """Start, end and number of the phrase, of the first hits in a text."""
        if self._pattern is None:
            return []
        found: list[tuple[int, int, int]] = []
        for match in self._pattern.finditer(text):
            found.append((*match.span(), match.lastindex or 0))
            if len(found) == _SCANNED:
                break
        return found

    def snippet(self, text: str) -> Snippet:
        """The piece around the hits that show the most phrases, or the beginning of the text."""
        hits = self.hits(text)
        first = max(range(len(hits)), key=lambda index: (_kinds(hits, index), -index), default=None)
        start = 0 if first is None else max(0, hits[first][0] - _BEFORE)
        start = max(0, min(start, len(text) - _LENGTH))
        end = min(len(text), start + _LENGTH)
        inside = tuple((a - start, min(b, end) - start) for a, b, _ in hits if start <= a < end)
        return Snippet(text[start:end], inside, start, (start > 0, end < len(text)))


def _kinds(hits: Sequence[tuple[int, int, int]], index: int) -> int:
    """How many phrases a snippet shows that begins shortly before a hit."""
    end = hits[index][0] - _BEFORE + _LENGTH
    kinds = set()
    for start, _, kind in hits[index:]:
        if start >= end:
            break
        kinds.add(kind)
    return len(kinds)


def _pattern(phrase: Phrase) -> str:
    """A regular expression for a phrase in an unfolded text."""
    last = len(phrase.words) - 1
    parts = [
        _word_pattern(word, phrase.prefix and index == last)
        for index, word in enumerate(phrase.words)
    ]
    return _GAP.join(parts)


def _word_pattern(word: str, prefix: bool) -> str:
    if word == BREAK:
        return r"[\W_]+"
    if len(word) == 1 and re.match(f"[{_CHINESE}]", word):
        return _char_pattern(word)
    thousands = ",?" if word.isdigit() else ""
    letters = thousands.join(map(_char_pattern, word))
    end = f"{_LETTER}*" if prefix else f"(?!{_LETTER})"
    return f"(?<!{_LETTER}){letters}{end}"


def _char_pattern(char: str) -> str:
    if char == _POINT:
        return "[.．]"
    return "[" + "".join(map(re.escape, dict.fromkeys(forms(char)))) + "]"
