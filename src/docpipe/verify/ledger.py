"""Accounts for each character of a source: which piece of the output has it, and what neither side can explain.

The pieces that may come from a unit are laid side by side in the order of their places and compared with the unit's text.
What did not fall into place there has moved: it is looked for, whole and longest first, in what is left of the unit. In
the end each character of the source belongs to one character of the output at most, and what is left over on either side
is a finding. So is text that is all there, but in another order: a piece's characters must rise in the source, with
nothing of the body's other pieces between them, and the pieces of the body must follow one another.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal, NamedTuple

import msgspec

from docpipe.model import Place
from docpipe.verify.letters import letters
from docpipe.verify.pieces import Piece
from docpipe.verify.runs import common_runs, rising, subsequence
from docpipe.verify.sources import ALTERNATIVES, ANYWHERE, FORMULA, OPTIONAL, Unit

Kind = Literal["missing", "doubled", "invented", "reordered"]

_ROUNDS = 6
_SHORT = 240
"""Up to this length two texts that stand between the same neighbours are compared character by character."""
_CERTAIN = 2
"""From this length on, text that stands once in the source is taken to be the output's."""
_EDGE = 6
"""From this length on, the beginning of a text is worth a place of its own."""
_MOST = 200
"""So many texts that are not found whole are looked for by their beginnings; beyond that all is wrong anyway."""
_LIKE = 0.8
"""The share of the shorter one that two such texts must have in common to be one."""
_SIGNS = re.compile(r"[()/_^√|,;{}\[\]⟨⟩‖⌈⌉⌊⌋\u0300-\u036f\u20d0-\u20ff\u2200-\u22ff]+")
_FREE = -1
_HELD = -2
_GAP = "\ufdd2"
"""Divides parts of the source that do not adjoin."""


class Finding(NamedTuple):
    """Text that is missing from the output, in it twice, not in the source at all, or out of order, and its place."""

    kind: Kind
    text: str
    place: Place = Place()


class _Stretch(NamedTuple):
    """Characters `start` to `end` of one piece that have no place in the source yet."""

    piece: int
    start: int
    end: int


class _Rest(NamedTuple):
    """What of the source is free: the parts as offsets, their starts in `text`, and `text`, which divides them by a sign."""

    parts: list[tuple[int, int]]
    starts: list[int]
    text: str

    def home(self, at: int) -> int:
        """The offset in the source of a character of `text`."""
        part = bisect_right(self.starts, at) - 1
        return self.parts[part][0] + at - self.starts[part]


def compare(units: Sequence[Unit], pieces: Sequence[Piece], pdf: bool) -> list[Finding]:
    """What cannot be accounted for. That everything can is a proof, whichever way it was found.

    Where text repeats, one order of search may take a place that other text needs, so a second one is tried before there
    is a finding; that which leaves less is told.
    """
    found: list[list[Finding]] = []
    for flow_first in (True, False):
        found.append(Ledger(units, pieces, pdf, flow_first).findings())
        if not found[-1]:
            return []
    return min(found, key=lambda findings: sum(len(finding.text) for finding in findings))


class Ledger:
    """The source's characters on one side, the output's on the other."""

    def __init__(
        self, units: Sequence[Unit], pieces: Sequence[Piece], pdf: bool, flow_first: bool
    ) -> None:
        """`flow_first` says whether the text of the body is placed before all else, or all text by its places."""
        self._flow_first = flow_first
        self._units = units
        self._pdf = pdf
        self._pieces = pieces
        self._texts = [letters(piece.text, pdf) for piece in pieces]
        self._source = "".join(unit.text for unit in units)
        self._kinds = b"".join(unit.kinds for unit in units)
        self._bases = list(accumulate((len(unit.text) for unit in units), initial=0))
        self._seams = {
            base + offset
            for base, unit in zip(self._bases, units, strict=False)
            for offset in (0, *unit.seams)
        }
        # Which piece owns a character of the source, and where in the source a piece's characters are.
        self._owners = array("l", [_FREE]) * len(self._source)
        # What the output may leave out must not draw what is text: it waits for what is left.
        for held in re.finditer(bytes([OPTIONAL]) + b"{3,}", self._kinds):
            self._owners[held.start() : held.end()] = array("l", [_HELD]) * len(held[0])
        self._homes = [array("l", [_FREE]) * len(text) for text in self._texts]

    def findings(self) -> list[Finding]:
        """Match everything and say what is left."""
        eligible: dict[str, list[int]] = defaultdict(list)
        names = {unit.name for unit in self._units} - {ALTERNATIVES}
        for index, piece in enumerate(self._pieces):
            for name in names if piece.units is None else {*piece.units, ANYWHERE}:
                eligible[name].append(index)
            if piece.cut:
                eligible[ALTERNATIVES].append(index)
        for _ in range(2):
            for number, unit in enumerate(self._units):
                self._match(eligible[unit.name], self._bases[number], self._bases[number + 1])
            self._release()
        self._exchange()
        return [*self._missing(), *self._unfounded(), *self._reordered()]

    def _exchange(self) -> None:
        """Let pieces that may stand on several pages, as cells of a table do, make room for pieces that may not."""
        roaming: dict[str, list[int]] = defaultdict(list)
        for index, piece in enumerate(self._pieces):
            if piece.units is not None and len(piece.units) > 1 and self._is_whole(index):
                roaming[self._texts[index]].append(index)
        for index, text in enumerate(self._texts):
            if text and all(home == _FREE for home in self._homes[index]):
                for other in roaming.get(text, ()):
                    home, free = self._homes[other][0], self._free_page(other)
                    if free is not None and self._may_stand(index, home):
                        self._assign(other, 0, free, len(text))
                        self._assign(index, 0, home, len(text))
                        break

    def _is_whole(self, index: int) -> bool:
        """Whether a piece's characters stand together in the source."""
        homes = self._homes[index]
        return (
            bool(homes)
            and homes[0] >= 0
            and list(homes) == list(range(homes[0], homes[0] + len(homes)))
        )

    def _may_stand(self, index: int, home: int) -> bool:
        units = self._pieces[index].units
        return units is None or self._units[bisect_right(self._bases, home) - 1].name in units

    def _free_page(self, index: int) -> int | None:
        """Where else, on the pages that a piece may stand on, its text is free."""
        text, units = self._texts[index], self._pieces[index].units or frozenset()
        for number, unit in enumerate(self._units):
            at = -1
            while unit.name in units:
                at = self._source.find(
                    text, max(at + 1, self._bases[number]), self._bases[number + 1]
                )
                if at < 0:
                    break
                if self._is_free(at, len(text)):
                    return at
        return None

    def _release(self) -> None:
        for at, owner in enumerate(self._owners):
            if owner == _HELD:
                self._owners[at] = _FREE

    def _match(self, order: Sequence[int], start: int, end: int) -> None:
        """Find the pieces in the characters of a unit: those of the body in order, the others where they may be."""
        placed = sorted(order, key=lambda index: _rank(self._pieces[index]))
        flow = [index for index in order if self._pieces[index].flow]
        self._match_unique(order, start, end)
        for first in (flow,) if self._flow_first else (placed, flow):
            self._match_in_order(first, start, end)
            self._match_between(flow, start, end)
            self._mend(first)
        for _ in range(_ROUNDS):
            progress = self._match_between(placed, start, end)
            progress += self._match_whole(order, start, end)
            progress += self._match_shown(order, start, end)
            progress += self._match_in_order(placed, start, end)
            progress = progress or self._match_beginnings(order, start, end)
            self._mend(order)
            if not progress:
                return

    def _waiting(self, order: Sequence[int]) -> list[_Stretch]:
        """What of the pieces has no place yet."""
        return [
            _Stretch(index, first, last)
            for index in order
            for first, last in _free_parts(self._homes[index], 0, len(self._homes[index]))
        ]

    def _rest(self, start: int, end: int) -> _Rest:
        parts = list(_free_parts(self._owners, start, end))
        starts = list(accumulate((last - first + 1 for first, last in parts), initial=1))
        texts = [self._source[first:last] for first, last in parts]
        return _Rest(parts, starts, _GAP + _GAP.join(texts) + _GAP)

    def _assign(self, piece: int, offset: int, home: int, length: int) -> None:
        self._homes[piece][offset : offset + length] = array("l", range(home, home + length))
        self._owners[home : home + length] = array("l", [piece]) * length

    def _match_unique(self, order: Sequence[int], start: int, end: int) -> None:
        """Place what does not belong to the body's flow where there is no doubt about its place."""
        beside = [index for index in order if not self._pieces[index].flow]
        times = Counter(self._texts[index] for index in beside)
        for index in beside:
            words = self._texts[index]
            if len(words) < _CERTAIN or times[words] > 1 or _FREE not in self._homes[index]:
                continue
            home = self._source.find(words, start, end)
            once = home >= 0 and self._source.find(words, home + 1, end) < 0
            if once and self._is_free(home, len(words)):
                self._assign(index, 0, home, len(words))

    def _match_in_order(self, order: Sequence[int], start: int, end: int) -> int:
        """Compare all that waits with all that is free, in order. How many characters found their place."""
        waiting = self._waiting(order)
        texts: list[str] = []
        starts: list[int] = []
        length, ended = 0, True
        for index, first, last in waiting:
            if first or not ended:
                texts.append("\ufdd1")
                length += 1
            starts.append(length)
            texts.append(self._texts[index][first:last])
            length += last - first
            ended = last == len(self._texts[index])
        rest = self._rest(start, end)
        matched = 0
        for left, right, size in common_runs("".join(texts), rest.text[1:-1]):
            home = rest.home(right + 1)
            position, number = left, bisect_right(starts, left) - 1
            while position < left + size:
                index, first, last = waiting[number]
                taken = min(left + size, starts[number] + last - first) - position
                self._assign(
                    index, first + position - starts[number], home + position - left, taken
                )
                position, number = position + taken, number + 1
            matched += size
        return matched

    def _match_between(self, order: Sequence[int], start: int, end: int) -> int:
        """Compare what waits between two neighbours with what is free between the same in the source.

        How many characters found their place.
        """
        matched = 0
        for compare in (self._find_each, self._compare):
            low = start
            group: list[_Stretch] = []
            for index in order:
                homes = self._homes[index]
                position = 0
                for first, last in [*_free_parts(homes, 0, len(homes)), (len(homes), len(homes))]:
                    placed = [home for home in homes[position:first] if start <= home < end]
                    if placed:
                        matched += compare(group, low, placed[0])
                        group, low = [], placed[-1] + 1
                    if first < last:
                        group.append(_Stretch(index, first, last))
                    position = last
            matched += compare(group, low, end)
        return matched

    def _find_each(self, group: Sequence[_Stretch], low: int, high: int) -> int:
        """Look for stretches, whole and one after the other, between two offsets of the source."""
        matched = 0
        for index, first, last in group:
            words = self._texts[index][first:last]
            home = self._source.find(words, low, high)
            if home >= 0 and self._is_free(home, len(words)):
                self._assign(index, first, home, len(words))
                low = home + len(words)
                matched += len(words)
        return matched

    def _compare(self, group: Sequence[_Stretch], low: int, high: int) -> int:
        """Match short texts character by character, if they have most of the shorter one in common."""
        ours = [(index, offset) for index, first, last in group for offset in range(first, last)]
        if not 0 < len(ours) <= _SHORT or not 0 < high - low <= 4 * _SHORT:
            return 0
        places = [at for at in range(low, high) if self._owners[at] == _FREE]
        if not 0 < len(places) <= _SHORT:
            return 0
        text = "".join(self._texts[index][offset] for index, offset in ours)
        runs = subsequence(text, "".join(self._source[place] for place in places))
        if len(runs) < _LIKE * min(len(text), len(places)):
            return 0
        for left, right, _ in runs:
            self._assign(*ours[left], places[right], 1)
        return len(runs)

    def _match_whole(self, order: Sequence[int], start: int, end: int) -> int:
        """Look for each stretch, whole, in what is free, the longest first. How many characters found their place.

        What fills a free part is taken before what is only within one.
        """
        waiting = sorted(self._waiting(order), key=lambda s: (s.start - s.end, s))
        rest = self._rest(start, end)
        matched = 0
        for framed in (True, False):
            resume: dict[str, int] = {}
            for index, first, last in waiting:
                words = self._texts[index][first:last]
                if self._homes[index][first] == _FREE:
                    at = self._free_place(words, rest, resume.get(words, 0), framed)
                    resume[words] = at if at >= 0 else len(rest.text)
                    if at >= 0:
                        self._assign(index, first, rest.home(at), len(words))
                        matched += len(words)
        return matched

    def _match_beginnings(self, order: Sequence[int], start: int, end: int) -> int:
        """Look for the longest beginning of each stretch that has a free place, as text that is there twice needs it."""
        matched = 0
        waiting = self._waiting(order)
        for index, first, last in waiting[:_MOST]:
            rest = self._rest(start, end)
            words = self._texts[index][first:last]
            low, high = 0, len(words)
            while low < high:
                middle = (low + high + 1) // 2
                low, high = (middle, high) if words[:middle] in rest.text else (low, middle - 1)
            if low >= _EDGE:
                self._assign(index, first, rest.home(rest.text.find(words[:low])), low)
                matched += low
        return matched

    def _match_shown(self, order: Sequence[int], start: int, end: int) -> int:
        """Look in what waits for each stretch that a PDF shows at once, the longest first.

        So a line whose parts the engines order differently is found. How many characters found their place.
        """
        if not self._pdf:
            return 0
        waiting = self._waiting(order)
        starts = list(accumulate((last - first + 1 for _, first, last in waiting), initial=0))
        text = _GAP.join(self._texts[index][first:last] for index, first, last in waiting)
        shown = sorted(self._shown(start, end), key=lambda part: (part[0] - part[1], part))
        resume: dict[str, int] = {}
        matched = 0
        for first, last in shown:
            words = self._source[first:last]
            at = text.find(words, resume.get(words, 0))
            while at >= 0:
                number = bisect_right(starts, at) - 1
                index, offset = waiting[number].piece, waiting[number].start + at - starts[number]
                if self._homes[index][offset : offset + len(words)].count(_FREE) == len(words):
                    self._assign(index, offset, first, len(words))
                    matched += len(words)
                    break
                at = text.find(words, at + 1)
            resume[words] = at if at >= 0 else len(text)
        return matched

    def _shown(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What is free between two offsets, divided where what is shown at once ends."""
        for first, last in _free_parts(self._owners, start, end):
            seams = [at for at in range(first + 1, last) if at in self._seams]
            yield from pairwise((first, *seams, last))

    def _free_place(self, words: str, rest: _Rest, at: int, framed: bool) -> int:
        """Where words stand in the rest from `at` on, -1 if nowhere; `framed` if they must fill a part of it."""
        sought = f"{_GAP}{words}{_GAP}" if framed else words
        at = rest.text.find(sought, max(at - framed, 0))
        while at >= 0:
            if self._is_free(rest.home(at + framed), len(words)):
                return at + framed
            at = rest.text.find(sought, at + 1)
        return -1

    def _is_free(self, home: int, length: int) -> bool:
        return self._owners[home : home + length].count(_FREE) == length

    def _mend(self, order: Sequence[int]) -> None:
        """Put pieces together that were matched with two of several places where the same text stands."""
        for index in order:
            homes, text = self._homes[index], self._texts[index]
            if not homes or _FREE in homes or _breaks(homes) == 0:
                continue
            homes = self._homes[index] = _in_order(text, homes)
            for home in (homes[0], homes[-1] - len(homes) + 1):
                if home >= 0 and self._source.startswith(text, home) and self._move(index, home):
                    break

    def _move(self, index: int, home: int) -> bool:
        """Move a whole piece, if others that give way for it fall in no more parts than they do."""
        before = {index: self._homes[index]}
        after = {index: array("l", range(home, home + len(before[index])))}
        for old, new in zip(before[index], after[index], strict=True):
            owner = self._owners[new]
            if owner in (_FREE, _HELD, index):
                continue
            if owner not in after:
                before[owner], after[owner] = self._homes[owner], self._homes[owner][:]
            after[owner][before[owner].index(new)] = old
        if any(_breaks(after[moved]) > _breaks(before[moved]) for moved in after):
            return False
        for homes in before.values():
            for at in homes:
                if at != _FREE:
                    self._owners[at] = _FREE
        for moved, homes in after.items():
            self._homes[moved] = homes
            for at in homes:
                if at != _FREE:
                    self._owners[at] = moved
        return True

    def _missing(self) -> Iterator[Finding]:
        """Characters of the source that no piece owns, but those that the output may leave out."""
        for number, unit in enumerate(self._units):
            base = self._bases[number]
            for start, end in _free_parts(self._owners, base, self._bases[number + 1]):
                required = [at for at in range(start, end) if self._kinds[at] != OPTIONAL]
                if required:
                    text = "".join(self._source[at] for at in required)
                    yield Finding("missing", text, unit.place(required[0] - base))

    def _unfounded(self) -> Iterator[Finding]:
        """Characters of the output without a place in the source, but signs in the linear reading of a formula."""
        output = _GAP.join(self._texts)
        for index, start, end in self._waiting(range(len(self._pieces))):
            words = self._texts[index][start:end]
            if _SIGNS.fullmatch(words) and self._is_in_formula(index, start, end):
                continue
            known = words in self._source or output.count(words) > 1
            kind: Kind = "doubled" if known else "invented"
            yield Finding(kind, words, _place(self._pieces[index].at))

    def _is_in_formula(self, index: int, start: int, end: int) -> bool:
        homes = self._homes[index]
        beside = [homes[at] for at in (start - 1, end) if 0 <= at < len(homes)]
        return any(self._kinds[home] == FORMULA for home in beside if home != _FREE)

    def _reordered(self) -> Iterator[Finding]:
        """Pieces whose characters do not rise in the source, and pieces of the body that do not follow one another."""
        flowing = array("l", accumulate((self._flows(owner) for owner in self._owners), initial=0))
        firsts: list[tuple[int, int]] = []
        for index, piece in enumerate(self._pieces):
            homes = [home for home in self._homes[index] if home != _FREE]
            if piece.flow and homes:
                firsts.append((index, homes[0]))
            if self._is_torn_line(homes) if self._pdf else self._is_torn(homes, flowing, piece):
                yield Finding("reordered", piece.text, _place(piece.at))
        if self._pdf:
            return
        following = {index for index, _ in rising(firsts)}
        for index, _ in firsts:
            if index not in following:
                yield Finding("reordered", self._pieces[index].text, _place(self._pieces[index].at))

    def _is_torn(self, homes: Sequence[int], flowing: Sequence[int], piece: Piece) -> bool:
        """Whether a piece goes back, or over text of the body; `flowing` counts the latter up to each offset."""
        return any(
            other < one or (piece.flow and flowing[other] > flowing[one + 1])
            for one, other in pairwise(homes)
        )

    def _is_torn_line(self, homes: Sequence[int]) -> bool:
        """Whether a piece goes back other than from the end of a line to the start of one, with its lines whole."""
        if all(one < other for one, other in pairwise(homes)):
            return False
        after = dict(pairwise(homes))
        own = set(homes)
        inside = (home for home in homes if home + 1 in own and home + 1 not in self._seams)
        return any(after.get(home) != home + 1 for home in inside) or any(
            other < one and not {one + 1, other} <= self._seams for one, other in after.items()
        )

    def _flows(self, owner: int) -> bool:
        return owner >= 0 and self._pieces[owner].flow


def _in_order(text: str, homes: array[int]) -> array[int]:
    """The same homes, those of equal characters in rising order."""
    places: dict[str, list[int]] = defaultdict(list)
    for char, home in zip(text, homes, strict=True):
        places[char].append(home)
    rising_places = {char: iter(sorted(found)) for char, found in places.items()}
    ordered = array("l", (next(rising_places[char]) for char in text))
    return ordered if _breaks(ordered) <= _breaks(homes) else homes


def _breaks(homes: Sequence[int]) -> int:
    """How often a piece goes on elsewhere than right after what comes before."""
    return sum(other != one + 1 for one, other in pairwise(homes))


def _free_parts(slots: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of an array between two offsets that are free."""
    position = start
    while position < end:
        first = position
        while position < end and slots[position] == _FREE:
            position += 1
        if position > first:
            yield first, position
        position += 1


def _rank(piece: Piece) -> int:
    """Where a piece stands among others by its place; those without one come last."""
    if not piece.at:
        return sys.maxsize
    return int(piece.at[0].get("paragraph", piece.at[0].get("line", 0)))


def _place(at: Sequence[dict[str, Any]]) -> Place:
    return msgspec.convert(at[0], Place) if at else Place()
