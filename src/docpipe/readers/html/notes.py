"""Finds footnotes: a short link and a text that link to one another, or that roles name (DPUB-ARIA 1.1, EPUB 3 SSV).

A note's text is taken out of the tree, to be read for itself. Links to and from it get addresses that no page has,
by which the runs of its marks are known once the blocks are built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from docpipe.model import BlockType, Paragraph, Run, Table
from docpipe.readers.html.styles import declarations

_MARK_LENGTH = 8
_TEXT_LENGTH = 5000
_HOLDERS = frozenset(("li", "p", "div", "aside", "dd", "section", "blockquote"))
_MARK_ROLES = frozenset(("doc-noteref", "noteref"))
_TEXT_ROLES = frozenset(("doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKS_WITHIN = etree.XPath("//a[contains(@href, '#')]")
_NAMED_OR_LINK = etree.XPath("//*[@id] | //a[@name] | //a[@href]")
_BRACKETS = ("[]", "()", "［］", "（）", "【】", "〔〕")
_ADDRESS = "docpipe-note:"


class NoteText(NamedTuple):
    """A note's id and the element that holds its text."""

    id: str
    element: etree._Element


def may_have_notes(blocks: Sequence[BlockType]) -> bool:
    """Whether a page may have notes: whether a text as short as a mark leads to a place in a page."""
    return any(
        run.link is not None and "#" in run.link[:-1] and run.end - run.start <= _MARK_LENGTH
        for block in blocks
        for inner, _ in ([(block, 0)] if block.runs else _texts(block))
        for run in inner.runs
    )


def take_notes(root: etree._Element, own: bool = False) -> list[NoteText]:
    """Take the notes' texts out of the tree of a page, in the order of their first marks.

    A page of our `own` lists notes without a mark after them.
    """
    found = _LINKS_WITHIN(root)
    assert isinstance(found, list)
    links = [link for link in found if isinstance(link, etree._Element) and _target(link)]
    named = _NAMED_OR_LINK(root)
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
        if holder not in taken and not _is_note(holder, target, link):
            continue
        taken.setdefault(holder, NoteText(f"fn{len(taken) + 1}", holder))
        link.set("href", _ADDRESS + taken[holder].id)
    for listed in (
        root.iterfind("body/main/article/section[@role='doc-endnotes']/ol/li") if own else ()
    ):
        taken.setdefault(listed, NoteText(f"fn{len(taken) + 1}", listed))
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
    """The element that holds the text of a note, if a link to `target` marks one; None if it cannot be a mark."""
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
    return holder if len(_text(holder)) <= _TEXT_LENGTH else None


def _is_note(holder: etree._Element, target: etree._Element, link: etree._Element) -> bool:
    """Whether text and link say that they are a note and its mark: by their roles, or by a link back."""
    named = _MARK_ROLES & _roles(link) and _TEXT_ROLES & (_roles(holder) | _roles(target))
    return bool(named) or _links_back(holder, link)


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
    """Turn the runs of links to notes into the notes' marks, in place; a table gets runs for the marks in its text."""
    for block in blocks:
        marks = [_mark(inner, start) for inner, start in _texts(block)]
        if isinstance(block, Table):
            block.runs = tuple(run for runs in marks for run in runs)


def _texts(block: BlockType) -> Iterator[tuple[BlockType, int]]:
    """The blocks in a table, in order, each with where in the table's text it starts; any other block itself."""
    waiting = [(block, 0)]
    while waiting:
        inner, start = waiting.pop()
        if not isinstance(inner, Table):
            yield inner, start
            continue
        held = []
        for cell in (cell for row in inner.rows for cell in row):
            position = start
            for one in cell.blocks:
                held.append((one, position))
                position += len(one.text) + 1
            start += len(cell.text) + 1
        waiting += reversed(held)


def _mark(block: BlockType, start: int) -> list[Run]:
    """Mark the notes in a block; the runs that hide the marks come back as they are in a text that holds it at `start`."""
    if not any((run.link or "").startswith(_ADDRESS) for run in block.runs):
        return []
    block.runs = tuple(_marked(block.text, run) for run in block.runs)
    hidden = [run for run in block.runs if run.hidden == "note-mark"]
    return [Run(start + run.start, start + run.end, hidden=run.hidden) for run in hidden]


def _marked(text: str, run: Run) -> Run:
    if run.link is None or not run.link.startswith(_ADDRESS):
        return run
    note = run.link.removeprefix(_ADDRESS)
    return Run(*_bracketed(text, run), note=note or None, hidden="note-mark")


def _bracketed(text: str, run: Run) -> tuple[int, int]:
    """The span of a mark with the brackets that stand around the link."""
    if text[run.start - 1 : run.start] + text[run.end : run.end + 1] in _BRACKETS:
        return run.start - 1, run.end + 1
    return run.start, run.end


def note_text(blocks: Sequence[BlockType]) -> tuple[str, list[BlockType]]:
    """The text of a note from its blocks, and what of it was printed to lead back, as blocks that are no text."""
    lines = []
    printed: list[BlockType] = []
    for block in blocks:
        position, kept = 0, ""
        for run in block.runs:
            if run.link == _ADDRESS:
                start, end = _bracketed(block.text, run)
                kept += block.text[position:start]
                position = end
                text = block.text[start:end]
                mark = Run(0, len(text), hidden="note-mark")
                printed.append(Paragraph(text=text, at=block.at, layer="hidden", runs=(mark,)))
        line = " ".join((kept + block.text[position:]).split())
        if line:
            lines.append(line)
    return "\n".join(lines), printed
