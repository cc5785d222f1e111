"""How headings look: what tells the levels of those that no label orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from docpipe.model import BlockType
from docpipe.outline.headings import Candidate

_SAME_SIZE = 0.4
"""Points by which the sizes of two headings of one level may differ."""

_MUCH = 1.2
_CHARACTER = 10.5


class Face(NamedTuple):
    """How a heading looks. A `run_in` heading begins a paragraph. `indent` is in whole characters, `above` the space above it in points."""

    size: float | None
    bold: bool
    centred: bool
    run_in: bool
    color: str | None
    indent: int
    above: int

    def is_larger(self, other: Face) -> bool:
        """Whether this is set in a larger size than the other, where both tell theirs."""
        return (
            self.size is not None and other.size is not None and self.size > other.size + _SAME_SIZE
        )

    def is_much_larger(self, other: Face) -> bool:
        """Whether nobody would set a heading so if it stood under one of the other look."""
        return self.size is not None and other.size is not None and self.size > _MUCH * other.size

    def outranks(self, other: Face) -> bool:
        """Whether this look alone says that its heading stands higher than one of the other look."""
        if self.is_larger(other) or other.is_larger(self):
            return self.is_larger(other)
        own = (not self.run_in, self.centred, self.bold)
        return own > (not other.run_in, other.centred, other.bold)


def face(candidate: Candidate, block: BlockType) -> Face:
    """The look of a candidate's block."""
    look = block.look
    run_in = candidate.ground == "run-in"
    return Face(
        size=look.size,
        bold=look.bold or run_in,
        centred=look.align == "center",
        run_in=run_in,
        color=None if run_in else look.color,
        indent=0 if run_in else round((look.indent or 0) / (look.size or _CHARACTER)),
        above=0 if run_in else round(look.space_above or 0),
    )


def alike(faces: Sequence[Face]) -> list[Face]:
    """The faces, in which colour, indent and space count only where they tell headings under others.

    Such headings come more than once, and somewhere one follows the other; else the difference is an accident.
    """
    times = Counter(faces)
    repeated = {own for own, following in pairwise(faces) if own == following}
    first: dict[Face, Face] = {}
    for own in faces:
        if times[own] > 1:
            first.setdefault(_main(own), own)
    return [own if own in repeated else first.get(_main(own), own) for own in faces]


def _main(own: Face) -> Face:
    return own._replace(color=None, indent=0, above=0)
