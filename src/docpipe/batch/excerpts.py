"""Boils a document's cuts down to what the run's report shows: counts by rule, and the cuts in context, of bounded size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from docpipe.batch.jobs import Cut, CutCount, Excerpt
from docpipe.model import Removal

MOST = 200
"""How many cuts of one document are kept for the report."""

_TEXT = 300
"""How many characters of a cut are kept for the report."""


def cut_counts(removed: Sequence[Removal]) -> tuple[CutCount, ...]:
    """How many cuts each rule made, ordered by reason and rule."""
    counts = Counter((cut.reason, cut.rule) for cut in removed)
    return tuple(CutCount(reason, rule, counts[reason, rule]) for reason, rule in sorted(counts))


def excerpts(removed: Sequence[Removal]) -> tuple[Excerpt, ...]:
    """The first `MOST` cuts in the order of the document; those between the same kept lines make one excerpt."""
    shown = sorted(removed, key=lambda cut: (cut.block, cut.span))[:MOST]
    return tuple(
        Excerpt(before, tuple(_cut(cut) for cut in cuts), after, inline=part is not None)
        for (part, before, after), cuts in groupby(shown, key=_context)
    )


def _context(cut: Removal) -> tuple[int | None, str, str]:
    """Equal for cuts that stand together: the block, if the cut is a part of it, and the kept text on both sides."""
    part = cut.original is not None and cut.span != (0, len(cut.original.text))
    return cut.block if part else None, cut.before, cut.after


def _cut(removal: Removal) -> Cut:
    text = removal.text
    return Cut(
        text=text if len(text) <= _TEXT else text[:_TEXT] + "…",
        reason=removal.reason,
        rule=removal.rule,
        confidence=removal.confidence,
        block=removal.block,
        because=removal.because,
        layer=removal.original.layer if removal.original else "body",
        at=removal.at[0] if removal.at else None,
    )
