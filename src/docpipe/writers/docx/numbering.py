"""Turns labels into Word's automatic numbering (ECMA-376-1, 17.9) that prints exactly what the labels say.

Word stores how a list counts, not what it prints. So each label is taken apart into a number and the text around it,
and Word's counting is followed from label to label: where the count would print the next label the list goes on, and
where it would not the list is restarted at the label's number (17.9.27). A label without a number is printed as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple
from xml.sax.saxutils import quoteattr

from docpipe.numbering.number_formats import render
from docpipe.numbering.numerals import parse_numeral
from docpipe.writers.docx.xml import WORD, XML

Family = Literal["heading", "item", "bullet"]
After = Literal["nothing", "space", "tab"]

_LEVELS = 9
_LITERAL = "none"
_NOT_DECIMAL = (_LITERAL, "decimalZero")  # w:isLgl (17.9.4) leaves these as they are
_NUMERAL = re.compile(
    r"[0-9]+|[０-９]+|[〇零一二三四五六七八九十百千]+|[壹贰叁肆伍陆柒捌玖拾佰仟]+|[①-⑳⑴-⒇⒈-⒛]"
    r"|(?<![A-Za-z])(?:[a-z]+|[A-Z]+)(?![A-Za-z])"
)
_FORMATS = (
    "decimal",
    "chineseCountingThousand",
    "chineseCounting",
    "chineseLegalSimplified",
    "decimalEnclosedCircleChinese",
    "decimalEnclosedParen",
    "decimalEnclosedFullstop",
    "decimalFullWidth",
    "decimalZero",
)
_LETTERS, _ROMAN = ("lowerLetter", "upperLetter"), ("lowerRoman", "upperRoman")
_OUTER = re.compile(r"(?:[0-9]{1,4}\.)+$")


class _Pattern(NamedTuple):
    """What a level prints: `text` with `%n` for the number of level n (from 1), and how it counts and stands."""

    text: str
    format: str
    after: After
    indent: str
    legal: bool = False


class _Number(NamedTuple):
    """A label taken apart: the number at its end, in a format of Word, and the text before and after it."""

    before: str
    value: int
    format: str
    after: str


class _List:
    """A list (w:abstractNum) with the counters of its levels, and the instance (w:num) in use with its starts."""

    def __init__(self, id: int) -> None:
        self.id = id
        self.levels: dict[int, _Pattern] = {}
        self.counters: list[int | None] = [None] * _LEVELS
        self.num = 0
        self.starts: dict[int, int] = {}

    def counted(self, level: int, starts: dict[int, int]) -> list[int | None]:
        """The counters after one more paragraph at `level`; a level that was skipped counts as reached."""
        counters = list(self.counters)
        for outer in range(level):
            if counters[outer] is None:
                counters[outer] = starts.get(outer, 1)
        current = counters[level]
        counters[level] = starts.get(level, 1) if current is None else current + 1
        counters[level + 1 :] = [None] * (_LEVELS - level - 1)
        return counters

    def holds(self, level: int, pattern: _Pattern) -> bool:
        """Whether the level prints this, or may: a level deeper than those in use is free."""
        known = self.levels.get(level)
        return known == pattern if known is not None else level > max(self.levels)


class Numbering:
    """The lists of one document. Labels must come in the order in which they are printed."""

    def __init__(self) -> None:
        self._lists: list[_List] = []
        self._nums: list[str] = []
        self._current: dict[Family, _List] = {}
        self._found: dict[tuple[Family, int, _Pattern], _List] = {}

    def place(
        self, label: str, level: int, family: Family, after: After, indent: str = ""
    ) -> str | None:
        """The `w:numPr` that prints `label` before a paragraph at `level` (0–8); None if no numbering can.

        `indent` is what the level says of the paragraph's indents (`w:ind`), "" to leave them to its style.
        """
        if not label or label != " ".join(label.split()) or re.search("%[0-9]", label):
            return None
        patterns = list(self._patterns(label, level, family, after, indent))
        for pattern, value in patterns:
            for one in self._candidates(family, level, pattern):
                counters = one.counted(level, one.starts)
                if value is None or counters[level] == value:
                    return self._use(one, level, family, pattern, counters)
        pattern, value = patterns[0]
        one = next(self._candidates(family, level, pattern), None) or self._new()
        starts = {} if value is None or (value == 1 and not one.num) else {level: value}
        return self._restart(one, level, family, pattern, starts)

    def _patterns(
        self, label: str, level: int, family: Family, after: After, indent: str
    ) -> Iterator[tuple[_Pattern, int | None]]:
        """What could print the label, and the number it then counts; a numberless label counts nothing."""
        numbers = _numbers(label) if family != "bullet" else ()
        for number in numbers:
            text = f"%{level + 1}{number.after}"
            above = self._above(number, level, family)
            pattern = _Pattern(above + text, number.format, after, indent, legal=True)
            if above and self._current[family].holds(level, pattern):
                yield pattern, number.value
            yield _Pattern(number.before + text, number.format, after, indent), number.value
        if not numbers:
            kind = "bullet" if family == "bullet" else _LITERAL
            yield _Pattern(label, kind, after, indent), None

    def _above(self, number: _Number, level: int, family: Family) -> str:
        """The text before a number such as "1.2.", by the numbers of the levels above if it is made of these; else ""."""
        current = self._current.get(family)
        if number.format != "decimal" or current is None or not _OUTER.fullmatch(number.before):
            return ""
        values = [int(part) for part in number.before[:-1].split(".")]
        first = level - len(values)
        if first < 0 or current.counters[first:level] != values:
            return ""
        above = [current.levels.get(outer) for outer in range(first, level)]
        if any(pattern is None or pattern.format in _NOT_DECIMAL for pattern in above):
            return ""
        return "".join(f"%{outer + 1}." for outer in range(first, level))

    def _candidates(self, family: Family, level: int, pattern: _Pattern) -> Iterator[_List]:
        current = self._current.get(family)
        if current is not None and current.holds(level, pattern):
            yield current
        found = self._found.get((family, level, pattern))
        if found is not None and found is not current and not pattern.legal:
            yield found

    def _new(self) -> _List:
        self._lists.append(_List(len(self._lists) + 1))
        return self._lists[-1]

    def _restart(
        self, one: _List, level: int, family: Family, pattern: _Pattern, starts: dict[int, int]
    ) -> str:
        overrides = "".join(
            f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{value}"/></w:lvlOverride>'
            for at, value in starts.items()
        )
        one.num, one.starts = len(self._nums) + 1, starts
        self._nums.append(
            f'<w:num w:numId="{one.num}"><w:abstractNumId w:val="{one.id}"/>{overrides}</w:num>'
        )
        for at in starts:
            one.counters[at] = None
        return self._use(one, level, family, pattern, one.counted(level, starts))

    def _use(
        self, one: _List, level: int, family: Family, pattern: _Pattern, counters: list[int | None]
    ) -> str:
        one.levels.setdefault(level, pattern)
        one.counters = counters
        self._current[family] = self._found[family, level, pattern] = one
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{one.num}"/></w:numPr>'

    def xml(self) -> bytes:
        """The numbering part."""
        lists = "".join(map(_list_xml, self._lists))
        return f"{XML}<w:numbering {WORD}>{lists}{''.join(self._nums)}</w:numbering>".encode()


def _list_xml(one: _List) -> str:
    levels = "".join(_level_xml(level, one.levels[level]) for level in sorted(one.levels))
    return (
        f'<w:abstractNum w:abstractNumId="{one.id}"><w:nsid w:val="{one.id:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )


def _level_xml(level: int, pattern: _Pattern) -> str:
    legal = "<w:isLgl/>" if pattern.legal else ""
    indent = f"<w:pPr>{pattern.indent}</w:pPr>" if pattern.indent else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{pattern.format}"/>{legal}'
        f'<w:suff w:val="{pattern.after}"/><w:lvlText w:val={quoteattr(pattern.text)}/>'
        f'<w:lvlJc w:val="left"/>{indent}</w:lvl>'
    )


@lru_cache(maxsize=4096)
def _numbers(label: str) -> tuple[_Number, ...]:
    """The ways to read the last number of a label, the likeliest first; none if it has no number Word can print."""
    found = list(_NUMERAL.finditer(label))
    if not found:
        return ()
    numeral = found[-1].group()
    before, after = label[: found[-1].start()], label[found[-1].end() :]
    formats: tuple[str, ...] = _FORMATS
    if numeral.isascii() and numeral.isalpha():
        as_roman = len(numeral) > 1 or numeral in "iI"
        formats = _ROMAN + _LETTERS if as_roman else _LETTERS + _ROMAN
    return tuple(
        _Number(before, value, name, after)
        for name in formats
        if (value := _value(numeral, name)) is not None and render(value, name) == numeral
    )


def _value(numeral: str, name: str) -> int | None:
    if name in _LETTERS:
        return (len(numeral) - 1) * 26 + ord(numeral[0].lower()) - ord("a") + 1
    return parse_numeral(numeral)
