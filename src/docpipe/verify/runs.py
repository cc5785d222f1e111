"""Finds the common text of two long texts in order, in near linear time.

Patience diff on characters: equal beginnings and ends are taken off, what is left is divided at sequences that occur once
on either side, longest ones first, and each part is treated alike. The work is bounded, so text without such sequences may
stay unmatched; a caller looks for it by other means.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from docpipe.verify.letters import UNKNOWN

_LENGTHS = (32, 12, 6, 3)
_EDGE = 6
"""A common beginning of this length counts although what follows differs altogether."""
_WORK = 60
"""The work allowed, as a multiple of the texts' lengths."""


class Run(NamedTuple):
    """`length` characters that are the same from `left` in one text and from `right` in the other."""

    left: int
    right: int
    length: int


def common_runs(a: str, b: str) -> list[Run]:
    """Runs of `a` that `b` has in the same order, in order."""
    found: list[Run] = []
    work = _WORK * (len(a) + len(b)) + 10_000
    gaps = [(0, len(a), 0, len(b))]
    while gaps:
        start, end, other, other_end = gaps.pop()
        shorter = min(end - start, other_end - other)
        head = _same_ahead(a, start, end, b, other, other_end)
        tail = _same_behind(a, start + head, end, b, other + head, other_end)
        alike = 2 * (head + tail) >= shorter
        if alike or head >= _EDGE:
            found.append(Run(start, other, head))
            start, other = start + head, other + head
        if alike or tail >= _EDGE:
            found.append(Run(end - tail, other_end - tail, tail))
            end, other_end = end - tail, other_end - tail
        if start == end or other == other_end or work < 0:
            continue
        work -= len(_LENGTHS) * (end - start + other_end - other)
        anchors = _anchors(a[start:end], b[other:other_end])
        base, other_base = start, other
        for anchor in anchors:
            left, right = base + anchor.left, other_base + anchor.right
            gaps.append((start, left, other, right))
            found.append(Run(left, right, anchor.length))
            start, other = left + anchor.length, right + anchor.length
        if anchors:
            gaps.append((start, end, other, other_end))
    return sorted(run for run in found if run.length)


def _same_ahead(a: str, start: int, end: int, b: str, other: int, other_end: int) -> int:
    """How many characters are the same from `start` and `other` on, found in growing strides."""
    most = min(end - start, other_end - other)
    same, stride = 0, 16
    while stride:
        stride = min(stride, most - same)
        here, there = start + same, other + same
        if stride and a[here : here + stride] == b[there : there + stride]:
            same, stride = same + stride, stride * 2
        else:
            stride //= 2
            most = min(most, same + 2 * stride + 1)
    return same


def _same_behind(a: str, start: int, end: int, b: str, other: int, other_end: int) -> int:
    """How many characters are the same before `end` and `other_end`."""
    most = min(end - start, other_end - other)
    same, stride = 0, 16
    while stride:
        stride = min(stride, most - same)
        here, there = end - same, other_end - same
        if stride and a[here - stride : here] == b[there - stride : there]:
            same, stride = same + stride, stride * 2
        else:
            stride //= 2
            most = min(most, same + 2 * stride + 1)
    return same


def _anchors(a: str, b: str) -> list[Run]:
    """Runs that stand once in either text and in the same order, each as long as it goes."""
    shorter = min(len(a), len(b))
    for length in _LENGTHS:
        if length > shorter:
            continue
        ours, theirs = _once(a, length), _once(b, length)
        chain = rising(sorted((at, theirs[words]) for words, at in ours.items() if words in theirs))
        runs = _extended(a, b, chain)
        # Short sequences that unrelated texts share by chance are no anchors.
        if runs and (length >= _LENGTHS[1] or 3 * sum(run.length for run in runs) >= shorter):
            return runs
    return []


def _once(text: str, length: int) -> dict[str, int]:
    """The sequences of a length that occur once, with their places."""
    places: dict[str, int] = {}
    for start in range(len(text) - length + 1):
        words = text[start : start + length]
        places[words] = -1 if words in places else start
    return {words: start for words, start in places.items() if start >= 0}


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rises on both sides; the pairs come in the order of the first."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, right) in enumerate(pairs):
        place = bisect_left(ends, right)
        before.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(right)
            last.append(index)
        else:
            ends[place], last[place] = right, index
    chain: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    chain.reverse()
    return chain


def _extended(a: str, b: str, chain: list[tuple[int, int]]) -> list[Run]:
    """Anchors grown to both sides as far as the texts agree; those inside an earlier one are left out."""
    runs: list[Run] = []
    left_end = right_end = 0
    for left, right in chain:
        if left < left_end or right < right_end:
            continue
        back = _same_behind(a, left_end, left, b, right_end, right)
        ahead = _same_ahead(a, left, len(a), b, right, len(b))
        runs.append(Run(left - back, right - back, back + ahead))
        left_end, right_end = left + ahead, right + ahead
    return runs


def subsequence(a: str, b: str) -> list[Run]:
    """The longest common subsequence of two short texts, one run a character; UNKNOWN is like any character.

    Takes time and memory in len(a) * len(b).
    """
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        row, below = table[i], table[i + 1]
        for j in range(len(b) - 1, -1, -1):
            alike = a[i] == b[j] or UNKNOWN in (a[i], b[j])
            row[j] = below[j + 1] + 1 if alike else max(below[j], row[j + 1])
    runs: list[Run] = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j] or UNKNOWN in (a[i], b[j]):
            runs.append(Run(i, j, 1))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return runs
