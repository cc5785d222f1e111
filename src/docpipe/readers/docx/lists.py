"""Counts automatic numbering, since Word keeps only the rule of a list and prints the labels itself.

ECMA-376 part 1, 17.9 (numbering). What the text leaves open follows Word: all numberings of one abstract definition
share their counters, and a level that is skipped counts as reached.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from docpipe.numbering.number_formats import render
from docpipe.readers.docx.names import MC, VAL, Element, W, chosen, is_on, val, whole
from docpipe.symbols import bullet

_LEVELS = 9
_CUSTOM = "custom:"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


class Label(NamedTuple):
    """What Word prints before a paragraph, without the space or tab after it. `level` 0 is the outermost."""

    text: str
    level: int
    bullet: bool


class _Level(NamedTuple):
    """One level of a list (17.9.6). `restart` is the level (1 is the outermost) from which it restarts, 0 for never."""

    start: int
    format: str
    text: str
    legal: bool
    restart: int | None
    style: str | None
    font: str
    picture: bool


class _Numbering(NamedTuple):
    """A numbering instance (17.9.15): the counters it shares, its levels, and the starts it overrides."""

    counters: str
    levels: dict[int, _Level]
    starts: dict[int, int]

    @property
    def styled(self) -> bool:
        """Whether any of its levels is tied to a style."""
        return any(level.style is not None for level in self.levels.values())


class Numbering:
    """The numbering part with its running counters; paragraphs must be counted in document order."""

    def __init__(self, root: Element | None) -> None:
        self._instances: dict[str, Element] = {}
        self._definitions: dict[str, Element] = {}
        self._numberings: dict[str, _Numbering | None] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._seen: set[str] = set()
        if root is not None:
            for element in root.iterchildren(W + "num"):
                self._instances[element.get(W + "numId") or ""] = element
            for element in root.iterchildren(W + "abstractNum"):
                self._definitions[element.get(W + "abstractNumId") or ""] = element

    def _numbering(self, num_id: str) -> _Numbering | None:
        """The numbering instance of this id, or None. Each is read when it is first met: most files use few."""
        if num_id not in self._numberings:
            element = self._instances.get(num_id)
            self._numberings[num_id] = None if element is None else self._read(element)
        return self._numberings[num_id]

    def _read(self, element: Element) -> _Numbering:
        abstract = self._abstract(val(element, W + "abstractNumId") or "")
        definition = self._definitions.get(abstract)
        levels = {} if definition is None else _levels(definition)
        starts = {}
        for override in element.iterchildren(W + "lvlOverride"):
            level = whole(override.get(W + "ilvl")) or 0
            replaced = override.find(W + "lvl")
            if replaced is not None:
                levels[level] = _level(replaced)
            start = whole(val(override, W + "startOverride"))
            if start is not None:
                starts[level] = start
        return _Numbering(abstract, levels, starts)

    def _abstract(self, abstract: str) -> str:
        """The definition that counts: one that only links to a list style (17.9.21) gives way to that style's (17.9.27)."""
        link = val(self._definitions.get(abstract), W + "numStyleLink")
        if link is None:
            return abstract
        for number, definition in self._definitions.items():
            if val(definition, W + "styleLink") == link:
                return number
        return abstract

    def level_of_style(self, num_id: str, styles: list[str]) -> int | None:
        """The level that a numbering ties to the nearest of these styles (17.9.23), or None."""
        numbering = self._numbering(num_id)
        if numbering is None or not numbering.styled:
            return None
        for style in styles:
            for level, definition in numbering.levels.items():
                if definition.style == style:
                    return level
        return None

    def count(self, num_id: str, level: int) -> Label | None:
        """Counts a paragraph and gives its label; None where nothing is printed."""
        numbering = self._numbering(num_id)
        if numbering is None or not 0 <= level < _LEVELS or level not in numbering.levels:
            return None
        counters = self._counters.setdefault(numbering.counters, [None] * _LEVELS)
        if num_id not in self._seen:
            self._seen.add(num_id)
            for overridden in numbering.starts:
                if 0 <= overridden < _LEVELS:
                    counters[overridden] = None
        for outer in range(level):
            # A level that is skipped counts as reached: after 1 and 1.1.1 Word goes on with 1.2.
            if counters[outer] is None:
                counters[outer] = _start(numbering, outer)
        current = counters[level]
        counters[level] = _start(numbering, level) if current is None else current + 1
        for deeper in range(level + 1, _LEVELS):
            if _restarts(numbering.levels.get(deeper), level):
                counters[deeper] = None
        return _label(numbering, level, counters)


def _start(numbering: _Numbering, level: int) -> int:
    definition = numbering.levels.get(level)
    return numbering.starts.get(level, definition.start if definition else 1)


def _restarts(deeper: _Level | None, level: int) -> bool:
    """Whether a paragraph at `level` restarts the deeper level (17.9.10)."""
    if deeper is None or deeper.restart is None:
        return True
    return level < deeper.restart


def _label(numbering: _Numbering, level: int, counters: list[int | None]) -> Label | None:
    definition = numbering.levels[level]
    if definition.picture:
        return Label("•", level, bullet=True)
    if definition.format == "bullet":
        return Label(bullet(definition.text, definition.font), level, bullet=True)

    def number(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        shown = numbering.levels.get(index)
        if index > level or shown is None:
            return ""
        counter = counters[index]
        if counter is None:
            return ""
        legal = definition.legal and shown.format not in ("none", "bullet", "decimalZero")
        return _render(counter, "decimal" if legal else shown.format)

    text = " ".join(re.sub(r"%([1-9])", number, definition.text).split())
    return Label(text, level, bullet=False) if text else None


def _render(number: int, number_format: str) -> str:
    """A number in a format of ST_NumberFormat, or in a custom one by its first example: "001" or a Greek letter."""
    example = number_format.removeprefix(_CUSTOM)
    if example == number_format:
        return render(number, number_format)
    if example.isdecimal():
        return str(number).zfill(len(example))
    letters = _GREEK if example == _GREEK[0] else _GREEK.upper()
    return letters[number - 1] if 0 < number <= len(letters) else str(number)


def _levels(definition: Element) -> dict[int, _Level]:
    return {
        whole(element.get(W + "ilvl")) or 0: _level(element)
        for element in definition.iterchildren(W + "lvl")
    }


def _level(element: Element) -> _Level:
    text = element.find(W + "lvlText")
    fonts = element.find(f"{W}rPr/{W}rFonts")
    start = whole(val(element, W + "start"))
    return _Level(
        start=0 if start is None else start,
        format=_format(element),
        text=(text.get(VAL) or "") if text is not None and not _is_null(text) else "",
        legal=is_on(element.find(W + "isLgl")),
        restart=whole(val(element, W + "lvlRestart")),
        style=val(element, W + "pStyle"),
        font=(fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or "") if fonts is not None else "",
        picture=element.find(W + "lvlPicBulletId") is not None,
    )


def _is_null(text: Element) -> bool:
    """Whether a level text is declared to be no text at all (w:null, 17.9.11)."""
    return (text.get(W + "null") or "0").lower() in ("1", "true", "on")


def _format(element: Element) -> str:
    """A level's number format. A custom one (17.9.17) stands in alternate content and comes as its first example."""
    found = element.find(W + "numFmt")
    alternate = element.find(MC + "AlternateContent")
    if found is None and alternate is not None:
        branch = chosen(alternate)
        found = branch.find(W + "numFmt") if branch is not None else None
        if found is not None and found.get(VAL) == "custom":
            example = (found.get(W + "format") or "").split(",")[0].strip()
            if re.fullmatch(r"0*1|[αΑ]", example):
                return _CUSTOM + example
            found = alternate.find(f"{MC}Fallback/{W}numFmt")
    return (found.get(VAL) or "decimal") if found is not None else "decimal"
