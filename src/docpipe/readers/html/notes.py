"""Finds footnotes: a short link and a text that link to one another, or that roles name (DPUB-ARIA 1.1, EPUB 3 SSV).

A note's text is taken out of the tree, to be read for itself. Links to and from it get addresses that no page has,
by which the runs of its marks are known once the blocks are built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from docpipe.model import BlockType, Paragraph, Run
from docpipe.readers.html.styles import declarations

_MARK_LENGTH = 8
_TEXT_LENGTH = 5000
_HOLDERS = frozenset(("li", "p", "div", "aside", "dd", "section", "blockquote"))
_MARK_ROLES = frozenset(("doc-noteref", "noteref"))
_TEXT_ROLES = frozenset(("doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NAMED_OR_LINK = "//*[@id] | //a[@name] | //a[@href]"
_ADDRESS = "docpipe-note:"


class NoteText(NamedTuple):
    """A note's id and the element that holds its text."""

    id: str
    element: etree._Element


def take_notes(root: etree._Element) -> list[NoteText]:
    """Take the notes' texts out of the tree of a page, in the order of their first marks."""
    links = [link for link in root.iter("a") if _target(link)]
    if not links:
        return []
    named = root.xpath(_NAMED_OR_LINK)
    assert isinstance(named, list)
    places = {element: n for n, element in enumerate(named) if isinstance(element, etree._Element)}
    targets: dict[str, etree._Element] = {}
    for element in places:
        for name in _names(element):
            targets.setdefault(name, element)
    taken: dict[etree._Element, NoteText] = {}
    for link in links:
        target = targets.get(_target(link))
        if target is None or places[target] <= places[link]:
            continue
        holder = _holder(link, target)
        if holder is None or any(outer in taken for outer in holder.iterancestors()):
            continue
        taken.setdefault(holder, NoteText(f"fn{len(taken) + 1}", holder))
        link.set("href", _ADDRESS + taken[holder].id)
    for note in taken.values():
        _take_out(note.element)
    return list(taken.values())


def _target(link: etree._Element) -> str:
    """The name of the place in the page to which a link leads, "" if it leads elsewhere."""
    return link.get("href", "").partition("#")[2]


def _names(element: etree._Element) -> list[str]:
    """The names under which links find an element (HTML Standard, 7.4.6.3)."""
    return [name for name in (element.get("id"), element.get("name")) if name]


def _holder(link: etree._Element, target: etree._Element) -> etree._Element | None:
    """The element that holds the text of the note that a link to `target` marks, None if it marks none."""
    if not 0 < len(_text(link)) <= _MARK_LENGTH:
        return None
    holder = target if target.tag in _HOLDERS else next(target.iterancestors(*_HOLDERS), None)
    if (
        holder is None
        or link in holder.iter("a")
        or next(holder.iter(*_HEADINGS), None) is not None
    ):
        return None
    outer = holder.getparent()
    if outer is not None and _is_note_of_word(outer):
        holder = outer
    named = _MARK_ROLES & _roles(link) and _TEXT_ROLES & (_roles(holder) | _roles(target))
    if not named and not _links_back(holder, link):
        return None
    return holder if len(_text(holder)) <= _TEXT_LENGTH else None


def _text(element: etree._Element) -> str:
    return "".join([str(text) for text in element.itertext()]).strip()


def _is_note_of_word(element: etree._Element) -> bool:
    """Whether this is a note in a page that Word saved, which may have several paragraphs."""
    declared = declarations(element.get("style", ""))
    return declared.get("mso-element") in ("footnote", "endnote")


def _roles(element: etree._Element) -> set[str]:
    return {*element.get("role", "").split(), *element.get("epub:type", "").split()}


def _links_back(holder: etree._Element, mark: etree._Element) -> bool:
    """Whether a link in a note leads to its mark: to the mark's own name, or that of an element close around it."""
    around = [mark, *list(mark.iterancestors())[:2]]
    names = {name for element in around for name in _names(element)}
    return any(_target(link) in names for link in holder.iter("a"))


def _take_out(holder: etree._Element) -> None:
    """Take an element out of its tree, not what follows it, and mark the links in it that lead back."""
    for link in holder.iter("a"):
        if _target(link) and len(_text(link)) <= _MARK_LENGTH:
            link.set("href", _ADDRESS)
    stand_in = etree.Element("div")
    stand_in.tail, holder.tail = holder.tail, None
    parent = holder.getparent()
    assert parent is not None
    parent.replace(holder, stand_in)


def mark_notes(blocks: Sequence[BlockType]) -> None:
    """Turn the runs of links to notes into the notes' marks, in place."""
    for block in blocks:
        if any((run.link or "").startswith(_ADDRESS) for run in block.runs):
            block.runs = tuple(_marked(run) for run in block.runs)


def _marked(run: Run) -> Run:
    if run.link is None or not run.link.startswith(_ADDRESS):
        return run
    note = run.link.removeprefix(_ADDRESS)
    return Run(run.start, run.end, note=note or None, hidden="note-mark")


def note_text(blocks: Sequence[BlockType]) -> tuple[str, list[BlockType]]:
    """The text of a note from its blocks, and what of it was printed to lead back, as blocks that are no text."""
    lines = []
    printed: list[BlockType] = []
    for block in blocks:
        position, kept = 0, ""
        for run in block.runs:
            if run.link == _ADDRESS:
                kept += block.text[position : run.start]
                position = run.end
                text = block.text[run.start : run.end]
                mark = Run(0, len(text), hidden="note-mark")
                printed.append(Paragraph(text=text, at=block.at, layer="hidden", runs=(mark,)))
        line = " ".join((kept + block.text[position:]).split())
        if line:
            lines.append(line)
    return "\n".join(lines), printed
