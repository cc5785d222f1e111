"""The text of a JSON document, piece by piece, as it should be found in the source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

_UNIT_KEYS = {"docx": "part", "pdf": "page"}
"""Which field of a place names the unit that a text comes from; other formats have one unit."""
_NOTE_UNITS = frozenset({"footnotes", "endnotes"})


class Piece(NamedTuple):
    """Text that stands in the source in this order, with its places as the JSON gives them.

    `units` names the parts or pages it may come from, None for any. `flow` says that it belongs to the kept text of the
    body, whose pieces follow one another as in the source (in a PDF as one engine sees it), `cut`
    that it was removed.
    """

    text: str
    at: tuple[dict[str, Any], ...] = ()
    units: frozenset[str] | None = None
    flow: bool = False
    cut: bool = False


def pieces(document: dict[str, Any]) -> list[Piece]:
    """All text of a document that stands in its source, kept and removed, in the order of the JSON.

    Labels that a program generated are left out, but for those of a PDF's items, which it prints. A piece is what the JSON gives as one line, mostly a paragraph.
    """
    form = document["source"]["format"]
    found = list(_split(document["title"], (), form, flow=False))
    for text, at, flow in _kept(document, printed=form == "pdf"):
        found += _split(text, at, form, flow)
    for note in document["notes"]:
        units = _NOTE_UNITS if form == "docx" else None
        found += [Piece(line, units=units) for line in note["text"].split("\n") if line]
    for cut in document["removed"]:
        lines = _split(cut["text"].replace("\t", "\n"), tuple(cut["at"]), form, flow=False)
        found += [line._replace(cut=True) for line in lines]
    return found


def _split(text: str, at: tuple[dict[str, Any], ...], form: str, flow: bool) -> Iterator[Piece]:
    key = _UNIT_KEYS.get(form, "")
    units = frozenset(str(place[key]) for place in at if key in place) or None
    for line in text.split("\n"):
        if line:
            yield Piece(line, at, units, flow)


def _kept(
    document: dict[str, Any], *, printed: bool
) -> Iterator[tuple[str, tuple[dict[str, Any], ...], bool]]:
    """Headings, paragraphs, items and cells in order: text, places, and whether it is text of the body. `printed` says
    that the signs of items stand in the source."""
    stack: list[tuple[dict[str, Any], tuple[dict[str, Any], ...], bool]] = [(document, (), True)]
    while stack:
        node, at, flow = stack.pop()
        at = tuple(node.get("at", at))
        flow = flow and node.get("layer", "body") == "body"
        if "heading" in node:
            label = "" if node.get("automatic") else node["label"]
            yield label + node["heading"], at, flow
        elif "text" in node and node.get("type") != "image":
            sign = node["label"] if printed and node.get("bullet") else ""
            yield sign + node["text"], at, flow
        stack.extend((below, at, flow) for below in reversed(_below(node)))


def _below(node: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in a node, in order: blocks, then items, cells or sections."""
    below: list[dict[str, Any]] = [*node.get("blocks", []), *node.get("items", [])]
    for row in node.get("rows", []):
        # A cell's own text repeats that of its blocks.
        below += [{"blocks": cell["blocks"]} if cell.get("blocks") else cell for cell in row]
    return [*below, *node.get("sections", [])]
