"""Near copies by MinHash: a document's sketch is the least hashes of its shingles, and two sketches tell how much two share.

A bottom-k sketch (Broder 1997, "On the resemblance and containment of documents"): of the union's k least hashes, the
share that both have estimates the Jaccard index of the two sets of shingles, with a standard error of at most 0.5 / √k.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple
from zlib import crc32

from msgspec import Struct

from docpipe.archive.words import spaced

ALIKE = 0.8
"""The share of shingles in common from which two documents count as copies."""

_SIZE = 128
_LENGTH = 15  # characters of a shingle: five Chinese ones with the spaces between, or some words
_SHARE = 11  # only shingles after one in so many characters are hashed
_SPREAD = 0x9E3779B1  # 2^32 / golden ratio, odd: Knuth, The Art of Computer Programming 3, 6.4
_COMMON = 64  # documents that share one hash, from which on the hash tells nothing


class Alike(NamedTuple):
    """Two documents (ids) and the estimated share of shingles they have in common."""

    one: int
    other: int
    share: float


class Copy(Struct, frozen=True):
    """Two sources (paths) of which most text is the same, and the share."""

    one: str
    other: str
    share: float


def sketch(texts: Iterable[str]) -> bytes:
    """The sketch of a document's texts: at most 128 numbers of four bytes, ascending."""
    return sketch_of_words(" ".join(map(spaced, texts)))


def sketch_of_words(words: str) -> bytes:
    """The sketch of words as `spaced` makes them."""
    hashes = set(map(crc32, map(str.encode, _shingles().findall(words))))
    return array("I", sorted(hashes)[:_SIZE]).tobytes()


@cache
def _shingles() -> re.Pattern[str]:
    """Finds the shingles to hash: a part of them, chosen by the characters before them, in any text the same."""
    anchors = "".join(
        chr(code)
        for start, end in ((0x30, 0x3A), (0x61, 0x7B), (0x3041, 0xD7A4))
        for code in range(start, end)
        if (code * _SPREAD & 0xFFFFFFFF) % _SHARE == 0
    )
    return re.compile(f"[{anchors}](?=(.{{{_LENGTH}}}))")


def alike(database: sqlite3.Connection, wanted: bytes, least: float = ALIKE) -> list[Alike]:
    """The current documents that share at least so much with a sketch, most alike first; `one` is 0."""
    found = [
        Alike(0, other, share)
        for other, hashes in _sketches(database)
        if (share := _shared(_numbers(wanted), hashes)) >= least
    ]
    return sorted(found, key=lambda pair: (-pair.share, pair.other))


def pairs(database: sqlite3.Connection, least: float = ALIKE) -> Iterator[Alike]:
    """All pairs of current documents that share at least so much.

    Documents are compared if they have one of their hashes in common, unless many others have it too.
    """
    sketches = dict(_sketches(database))
    holders: dict[int, list[int]] = {}
    for document, hashes in sketches.items():
        partners: set[int] = set()
        for one in hashes:
            others = holders.setdefault(one, [])
            if len(others) < _COMMON:
                partners.update(others)
                others.append(document)
        for other in sorted(partners):
            share = _shared(sketches[other], hashes)
            if share >= least:
                yield Alike(other, document, share)


def named_pairs(database: sqlite3.Connection, least: float = ALIKE) -> list[Copy]:
    """All pairs of current documents that share at least so much, by source path; those that share most first."""
    paths = dict(database.execute("SELECT id, path FROM document WHERE current"))
    found = [
        _copy(paths[pair.one], paths[pair.other], pair.share) for pair in pairs(database, least)
    ]
    return sorted(found, key=lambda copy: (-copy.share, copy.one, copy.other))


def _copy(one: str, other: str, share: float) -> Copy:
    return Copy(min(one, other), max(one, other), round(share, 4))


def _sketches(database: sqlite3.Connection) -> Iterator[tuple[int, frozenset[int]]]:
    rows = database.execute("SELECT document_id, hashes FROM sketch ORDER BY document_id")
    for document, hashes in rows:
        yield document, _numbers(hashes)


def _numbers(hashes: bytes) -> frozenset[int]:
    return frozenset(array("I", hashes))


def _shared(one: frozenset[int], other: frozenset[int]) -> float:
    """The estimated Jaccard index of what two sketches stand for."""
    least = sorted(one | other)[:_SIZE]
    return sum(number in one and number in other for number in least) / len(least) if least else 0.0
