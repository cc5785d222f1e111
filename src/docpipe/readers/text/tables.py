"""Finds tables in a text: cells between tabs, between strokes, or in columns that empty space parts on every line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from docpipe.model import Cell
from docpipe.readers.text.lines import Line
from docpipe.wording import ends_sentence, width

_SPACE = re.compile(r"\s+")
_STROKE = re.compile("[|│┃║┆┊]")
# A rule across a table: dashes, and at least one place where strokes meet or columns part.
_RULE = re.compile(r"(?=.*(?:[+|\u250c-\u254b\u2552-\u256c]|[-=]\s+[-=]))(?=.*[-=\u2500-\u257f]{2})[\s+|:=\u2500-\u257f-]+")  # fmt: skip
_GAP = re.compile(r"\s{2,}|\u3000+")
_LONGEST_CELL = 24
_LEAST_ROWS = 3
_MANY = 50
"""So many lines whose parts make no columns are not looked at again from their next line."""

Rows = list[list[str]]


class Found(NamedTuple):
    """A table: its rows, and how many lines it takes."""

    rows: tuple[tuple[Cell, ...], ...]
    lines: int


class Tables:
    """Finds the tables among the lines of a text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._hopeless = 0

    def at(self, start: int) -> Found | None:
        """The table that begins at a line, or None."""
        raw = self._lines[start].raw.strip()
        if _STROKE.search(raw) or _RULE.fullmatch(raw):
            return _drawn(self._block(start))
        if "\t" in raw:
            return _tabbed(self._block(start))
        return self._spaced(start) if start >= self._hopeless and _GAP.search(raw) else None

    def _block(self, start: int) -> Iterator[Line]:
        """The lines from `start` on that no empty line and no margin parts."""
        first = self._lines[start]
        yield first
        for index in range(start + 1, len(self._lines)):
            line = self._lines[index]
            if line.after_blank or line.layer != first.layer:
                return
            yield line

    def _spaced(self, start: int) -> Found | None:
        """Columns parted by at least two spaces at the same place on each of at least three lines.

        All cells are short and none is a sentence; a rule under the first line is drawn.
        """
        taken: list[Line] = []
        ruled = False
        for line in self._block(start):
            if len(taken) == 1 and not ruled and _RULE.fullmatch(line.raw.strip()):
                ruled = True
            elif _are_short(parts := _GAP.split(line.raw.strip())) and len(parts) > 1:
                taken.append(line)
            else:
                break
        rows = _by_gaps(taken) if len(taken) >= _LEAST_ROWS - ruled else []
        if len(rows) < _LEAST_ROWS - ruled:
            rows = _by_columns(taken) if len(taken) >= _LEAST_ROWS - ruled else []
        elif len(rows) < len(taken):
            # Rows that leave their last cells empty have fewer gaps, but the same columns.
            whole = _by_columns(taken)
            rows = whole if whole and len(whole[0]) == len(rows[0]) else rows
        if len(rows) >= _LEAST_ROWS - ruled and all(map(_are_short, rows)):
            return Found(_cells(rows, ruled), len(rows) + ruled)
        if len(taken) > _MANY:
            self._hopeless = start + len(taken)
        return None


def _cells(rows: Rows, header: bool) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(
            Cell(text=_SPACE.sub(" ", text).strip(), header=header and number == 0) for text in row
        )
        for number, row in enumerate(rows)
    )


def _tabbed(block: Iterator[Line]) -> Found | None:
    """Cells between tabs, the same number on at least two lines; a column that is empty throughout is an indent."""
    rows: Rows = []
    for line in block:
        row = line.raw.strip(" \u3000").split("\t")
        if not rows and not "".join(row[1:]).strip():
            return None
        if rows and len(row) != len(rows[0]):
            row = _without_empty_end(row)
        if rows and len(row) != len(rows[0]):
            break
        rows.append(row)
    used = [place for place in range(len(rows[0])) if any(row[place].strip() for row in rows)]
    if len(rows) < 2 or len(used) < 2:
        return None
    return Found(_cells([row[used[0] : used[-1] + 1] for row in rows], False), len(rows))


def _without_empty_end(row: list[str]) -> list[str]:
    while len(row) > 1 and not row[-1].strip():
        row = row[:-1]
    return row


def _drawn(block: Iterator[Line]) -> Found | None:
    """Cells between strokes, in a frame or with rules.

    Where several rules stand between rows, what is between two of them may be one row. A rule of a frame's own strokes
    (`|--|--|`) is one only under the first row; elsewhere dashes are what a cell holds.
    """
    rows: Rows = []
    rules: list[int] = []
    framed = False
    taken = 0
    for line in block:
        raw = line.raw.strip()
        if _RULE.fullmatch(raw) and (len(rows) == 1 or raw[0] != "|"):
            if rules and rules[-1] == len(rows):
                break
            rules.append(len(rows))
        else:
            framed = framed or not rows
            row = _stroked(raw)
            framed = framed and _is_framed(raw)
            unlike = bool(rows) and (len(row) != len(rows[0]) or not (rules or framed))
            if len(row) < 2 or unlike:
                break
            rows.append(row)
        taken += 1
    if len(rows) < 2:
        return None
    inner = [rule for rule in rules if 0 < rule < len(rows)]
    if len(inner) > 1:
        edges = [0, *inner, len(rows)]
        rows = [row for a, b in pairwise(edges) for row in _between_rules(rows[a:b])]
    return Found(_cells(rows, header=bool(inner) and inner[0] == 1), taken)


def _stroked(text: str) -> list[str]:
    """The cells of a line; strokes at its ends are the frame."""
    parts = _STROKE.split(text)
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    return parts[:-1] if len(parts) > 1 and not parts[-1] else parts


def _is_framed(text: str) -> bool:
    return len(text) > 2 and bool(_STROKE.match(text[0]) and _STROKE.match(text[-1]))


def _between_rules(lines: Rows) -> Rows:
    """One row whose cells take several lines, if each further line leaves a cell empty; else each line is a row."""
    if not all(any(not cell.strip() for cell in line) for line in lines[1:]):
        return lines
    columns = zip(*lines, strict=True)
    return [[" ".join(part for part in column if part.strip()) for column in columns]]


def _are_short(cells: Sequence[str]) -> bool:
    return all(width(cell) <= _LONGEST_CELL and not ends_sentence(cell.strip()) for cell in cells)


def _by_gaps(lines: Sequence[Line]) -> Rows:
    """The lines from the first on that have as many parts as it, if these are at least three."""
    rows: Rows = []
    for line in lines:
        row = _GAP.split(line.raw.strip())
        if len(row) < 3 or (rows and len(row) != len(rows[0])):
            break
        rows.append(row)
    return rows


def _by_columns(lines: Sequence[Line]) -> Rows:
    """Cells between the places that are empty on every line: two on most lines, and not the halves of verses."""
    shown = [_places(line.raw) for line in lines]
    filled = [False] * max(map(len, shown))
    for row in shown:
        for place, char in enumerate(row):
            filled[place] = filled[place] or char is not None
    columns = _runs(filled)
    rows = [["".join(char or "" for char in row[a:b]) for a, b in columns] for row in shown]
    several = sum(sum(bool(cell.strip()) for cell in row) > 1 for row in rows)
    if len(columns) < 2 or several < 0.8 * len(rows):
        return []
    if len(columns) == 2:
        widths = {width(cell.strip()) for row in rows for cell in row}
        if len(widths) == 1 or not all(row[0].strip() for row in rows):
            return []
    return rows


def _places(raw: str) -> list[str | None]:
    """What stands in each half-width place of a line: a character, "" for the second half of a wide one, None for space.

    A single space parts words, not columns.
    """
    places: list[str | None] = []
    text = raw.expandtabs(8).rstrip()
    for index, char in enumerate(text):
        wide = not char.isascii() and width(char) == 1
        if not char.isspace():
            places += [char, ""] if wide else [char]
        elif index and not text[index - 1].isspace() and not text[index + 1].isspace():
            places += [" ", ""] if wide else [" "]
        else:
            places += [None, None] if wide else [None]
    return places


def _runs(filled: Sequence[bool]) -> list[tuple[int, int]]:
    """The stretches of places that are filled."""
    runs = []
    begin: int | None = None
    for place, here in enumerate([*filled, False]):
        if here and begin is None:
            begin = place
        elif not here and begin is not None:
            runs.append((begin, place))
            begin = None
    return runs
