"""Says which side of tracked changes is read as the text: what they come to, or what was there before.

ECMA-376 part 1, 17.13.5: inserted and deleted content, paragraph marks and rows, moves, and former formatting.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from docpipe.model import Revision
from docpipe.readers.docx.names import Element, W
from docpipe.settings import TrackChanges

Mark = Literal["underline", "strike"]

_INSERTED = frozenset({W + "ins", W + "moveTo"})
_DELETED = frozenset({W + "del", W + "moveFrom"})
CHANGES = _INSERTED | _DELETED
"""The elements around content that a tracked change puts in or takes out."""

_CELLS = {W + "cellDel": W + "del", W + "cellIns": W + "ins"}


class View(NamedTuple):
    """One way to read tracked changes.

    What stands in an element of `withdrawn` is no part of the text. `marks` says how shown changes are marked, `former`
    that formatting from before its change counts.
    """

    withdrawn: frozenset[str]
    marks: dict[str, Mark]
    former: bool

    def of_cell(self, tag: str) -> bool:
        """Whether a `w:cellIns` or `w:cellDel` withdraws its cell."""
        return _CELLS.get(tag) in self.withdrawn


_MARKED: dict[str, Mark] = {
    **dict.fromkeys(_INSERTED, "underline"),
    **dict.fromkeys(_DELETED, "strike"),
}
VIEWS: dict[TrackChanges, View] = {
    "accept": View(_DELETED, {}, former=False),
    "reject": View(_INSERTED, {}, former=True),
    "all": View(frozenset(), _MARKED, former=False),
}
ACCEPTED = VIEWS["accept"]


def revision(element: Element) -> Revision:
    """Who made a change, and when: `w:author` and `w:date` (17.13.5.1)."""
    return Revision(
        author=" ".join((element.get(W + "author") or "").split()),
        date=element.get(W + "date") or "",
        inserted=element.tag in _INSERTED,
    )
