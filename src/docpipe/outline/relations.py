"""Tells how headings without a label stand to others of the same document: over, beside or under them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from docpipe.model import BlockType
from docpipe.outline.faces import Face
from docpipe.outline.headings import Candidate
from docpipe.wording import ends_open

_BACK_MATTER = re.compile(
    r"(?:附录|附錄|附表|附图|附圖|参考文献|參考文獻|致谢|致謝|后记|後記|结语|結語|结束语)|"
    r"(?:appendi|annex|references|bibliography|acknowledg|glossary|attachments)",
    re.I,
)


class Key(NamedTuple):
    """What makes two headings alike. `name` is that of their kind, `rank` orders labels, `style` is a heading style's level, `face` how it looks."""

    name: str
    rank: float | None
    style: int | None
    face: Face


class Relations(NamedTuple):
    """How unlabelled headings stand to others of the same document, by their names.

    `above` tells the rank from which on each holds labelled ones. In the pairs `beside` the first, unlabelled, stands at
    the second's level; in `within` the second, unlabelled, is held by the first, which may be labelled.
    """

    above: Mapping[str, float]
    beside: frozenset[tuple[str, str]]
    within: frozenset[tuple[str, str]]


def relations_of(
    keys: Sequence[Key], candidates: Sequence[Candidate], blocks: Sequence[BlockType]
) -> Relations:
    """The relations of a document's headings, each with its key and its candidate, in order."""
    return Relations(
        above=_above(keys, candidates, blocks),
        beside=_beside(keys, candidates, blocks),
        within=_within(keys, candidates),
    )


def _above(
    keys: Sequence[Key], candidates: Sequence[Candidate], blocks: Sequence[BlockType]
) -> dict[str, float]:
    """Unlabelled headings under which a count begins: again and again, without text before, or in a lesser look."""
    opened = Counter[tuple[str, str]]()
    above: dict[str, float] = {}
    for number, key in enumerate(keys):
        if key.rank is not None or key.style is not None:
            continue
        first = _first_labelled(keys, number)
        label = candidates[first].label if first is not None else None
        rank = keys[first].rank if first is not None else None
        if first is None or label is None or rank is None or label.values[-1] > 1:
            continue
        if keys[first].style is not None or keys[first].face.outranks(key.face):
            continue
        opened[key.name, keys[first].name] += 1
        if (
            opened[key.name, keys[first].name] > 1
            or key.face.outranks(keys[first].face)
            or _leads_to(candidates, blocks, number, first)
        ):
            above[key.name] = min(rank, above.get(key.name, rank))
    return above


def _within(keys: Sequence[Key], candidates: Sequence[Candidate]) -> frozenset[tuple[str, str]]:
    """Unlabelled headings that follow one of another kind without text between, and never the other way round."""
    times = Counter(key.name for key in keys)
    adjacent = {
        (keys[number].name, keys[number + 1].name)
        for number in range(len(keys) - 1)
        if candidates[number].block + 1 == candidates[number + 1].block
        and keys[number + 1].rank is None
        and keys[number + 1].style is None
        and not keys[number + 1].face.is_much_larger(keys[number].face)
    }
    return frozenset(
        (outer, inner)
        for outer, inner in adjacent
        if outer != inner and times[outer] > 1 and (inner, outer) not in adjacent
    )


def _first_labelled(keys: Sequence[Key], number: int) -> int | None:
    """The first labelled heading after an unlabelled one and before the next like it."""
    for other in range(number + 1, len(keys)):
        if keys[other].name == keys[number].name:
            return None
        if keys[other].rank is not None:
            return other
    return None


def _leads_to(
    candidates: Sequence[Candidate], blocks: Sequence[BlockType], number: int, first: int
) -> bool:
    """Whether nothing but headings, or a line that announces them, stands between a heading and a labelled one."""
    start, end = candidates[number].block + 1, candidates[first].block
    headings = {candidate.block for candidate in candidates[number:first]}
    between = [blocks[index].text for index in range(start, end) if index not in headings]
    return not between or (len(between) == 1 and ends_open(between[0]))


def _beside(
    keys: Sequence[Key], candidates: Sequence[Candidate], blocks: Sequence[BlockType]
) -> frozenset[tuple[str, str]]:
    """Unlabelled headings before or behind all that the highest labels number, as "Summary" and "Appendices" stand."""
    top = min((key.rank for key in keys if key.rank is not None), default=None)
    numbered = [
        number for number, key in enumerate(keys) if key.rank is not None and key.rank == top
    ]
    if not numbered:
        return frozenset()
    name, first, last = keys[numbered[0]].name, numbered[0], numbered[-1]
    inside = {key.name for key in keys[first:last]}
    before = {key.name for key in keys[:first]}
    found = set()
    for number in (*range(first), *range(last + 1, len(keys))):
        key = keys[number]
        if key.rank is not None or key.style is not None or key.name in inside:
            continue
        text = blocks[candidates[number].block].text
        if key.name in before or _BACK_MATTER.match(text):
            found.add((key.name, name))
    return frozenset(found)
