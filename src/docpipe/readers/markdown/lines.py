"""Collects text line by line with the marks that hold for each part, from Markdown's own signs and from tags alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.joining import merge_runs
from docpipe.model import BlockType, Cell, Formula, Image, Paragraph, Place, Run

_SPACE = re.compile(r"\s+")
_TAGS = {
    "strong": "bold", "b": "bold", "em": "italic", "i": "italic", "s": "strike", "del": "strike", "strike": "strike",
    "u": "underline", "ins": "underline", "sup": "superscript", "sub": "subscript", "code": "code",
}  # fmt: skip
UNSHOWN = frozenset(("script", "style", "template"))
"""Elements whose content no reader sees."""

AddPicture = Callable[[str], str]
"""Takes a picture's address, keeps the picture if the address itself holds it, and gives the id of its asset."""


class Picture(NamedTuple):
    """A picture within a line."""

    asset: str
    alternative: str


@dataclass
class Line:
    """A line of text with its marks, and the pictures that stand in it.

    `formula` is the LaTeX of a formula that stands alone ("" where only its reading is known). `label_end` is where a
    comment without words ends a label, `remark` what the last comment says: in files that docpipe wrote, both say what
    Markdown has no sign for.
    """

    text: str = ""
    runs: list[Run] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    formula: str | None = None
    label_end: int | None = None
    remark: str = ""

    def words(self) -> tuple[str, tuple[Run, ...]]:
        """The text without white space at its end, and its marks; neighbours with the same marks are one."""
        text = self.text.rstrip(" ")
        kept = (run for run in self.runs if run.start < len(text) or run.note)
        return text, merge_runs(tuple(_within(run, len(text)) for run in kept))

    def blocks(self, at: tuple[Place, ...]) -> list[BlockType]:
        """The line as a paragraph or a formula, and after it its pictures; nothing for an empty line."""
        text, runs = self.words()
        found: list[BlockType] = []
        if self.formula is not None:
            found.append(Formula(text=text, latex=self.formula, at=at))
        elif text or runs:
            found.append(Paragraph(text=text, runs=runs, at=at))
        return found + self.shown(at)

    def shown(self, at: tuple[Place, ...]) -> list[BlockType]:
        """The pictures of the line."""
        return [Image(text=p.alternative, asset=p.asset, at=at) for p in self.pictures]


def _within(run: Run, end: int) -> Run:
    return run if run.end <= end else replace(run, start=min(run.start, end), end=end)


class Lines:
    """The lines of a stretch of Markdown or HTML.

    `add_picture` is asked for each picture's asset; `finished` says that docpipe wrote the file, so that comments speak.
    """

    def __init__(self, add_picture: AddPicture, finished: bool) -> None:
        self.done: list[Line] = []
        self.line = Line()
        self._add_picture = add_picture
        self._finished = finished
        self._marks: list[str] = []
        self._links: list[str | None] = []
        self._unshown = 0

    def all(self) -> list[Line]:
        """All lines, the last one included."""
        return [*self.done, self.line]

    def end_line(self) -> None:
        """What follows stands on a line of its own."""
        self.done.append(self.line)
        self.line = Line()

    def open(self, mark: str) -> None:
        """A mark holds from here on."""
        self._marks.append(mark)

    def close(self, mark: str) -> None:
        """The mark that was opened last under this name ends, if one was."""
        if mark in self._marks:
            self._marks.reverse()
            self._marks.remove(mark)
            self._marks.reverse()

    def open_link(self, address: str | None) -> None:
        """A link holds from here on; None for an anchor that leads nowhere."""
        self._links.append(address or None)

    def close_link(self) -> None:
        """The innermost link ends."""
        if self._links:
            self._links.pop()

    def add(self, content: str, mark: str = "") -> None:
        """Adds text, with one more mark for it alone."""
        if self._unshown:
            return
        line = self.line
        words = _SPACE.sub(" ", content)
        if not line.text or line.text.endswith(" "):
            words = words.lstrip(" ")
        if not words:
            return
        start = len(line.text)
        line.text += words
        line.remark = ""
        marks = {*self._marks, *([mark] if mark else [])}
        link = self._links[-1] if self._links else None
        if marks or link:
            line.runs.append(_run(start, len(line.text), marks, link))

    def note(self, id: str) -> None:
        """The mark of a note."""
        place = len(self.line.text)
        self.line.runs.append(Run(place, place, note=id))

    def picture(self, address: str, alternative: str) -> None:
        """A picture."""
        if not self._unshown:
            words = " ".join(alternative.split())
            self.line.pictures.append(Picture(self._add_picture(address), words))

    def formula(self, reading: str, latex: str, alone: bool) -> None:
        """A formula with its linear reading."""
        line = self.line
        if alone:
            line.text += reading
            line.formula = latex
            return
        start = len(line.text)
        self.add(reading)
        if len(line.text) > start:
            line.runs[:] = [run for run in line.runs if run.start < start]
            line.runs.append(Run(start, len(line.text), latex=latex))

    def comment(self, content: str) -> None:
        """A comment: what docpipe notes where Markdown has no sign."""
        words = content.strip()
        if not self._finished:
            return
        if not words:
            self.line.label_end = len(self.line.text)
        elif words == "formula":
            self.line.formula = ""
        self.line.remark = words

    def open_tag(self, name: str, attributes: Mapping[str, str | None]) -> None:
        """An element within a line begins."""
        if name in UNSHOWN:
            self._unshown += 1
        elif name == "a":
            self.open_link(attributes.get("href"))
        elif name == "img":
            self.picture(attributes.get("src") or "", attributes.get("alt") or "")
        elif name in _TAGS:
            self.open(_TAGS[name])

    def close_tag(self, name: str) -> None:
        """An element within a line ends."""
        if name in UNSHOWN:
            self._unshown = max(self._unshown - 1, 0)
        elif name == "a":
            self.close_link()
        elif name in _TAGS:
            self.close(_TAGS[name])


def _run(start: int, end: int, marks: set[str], link: str | None) -> Run:
    return Run(
        start,
        end,
        bold="bold" in marks,
        italic="italic" in marks,
        underline="underline" in marks,
        strike="strike" in marks,
        superscript="superscript" in marks,
        subscript="subscript" in marks,
        code="code" in marks,
        link=link,
    )


class Tag(HTMLParser):
    """One tag or comment within a line, told to `lines`; `broken` is set by a line break."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines
        self.broken = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.broken = tag == "br"
        self._lines.open_tag(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._lines.close_tag(tag)

    def handle_comment(self, data: str) -> None:
        self._lines.comment(data)


def cell_of(blocks: list[BlockType], header: bool, rowspan: int = 1, colspan: int = 1) -> Cell:
    """A cell that holds these blocks; its `blocks` are left out where they are lines of plain text.

    What stands in for a picture is no text of the cell.
    """
    plain = all(
        isinstance(block, Paragraph) and not block.runs and block.list_level is None
        for block in blocks
    )
    return Cell(
        text="\n".join(block.text for block in blocks if not isinstance(block, Image)),
        header=header,
        rowspan=rowspan,
        colspan=colspan,
        blocks=() if plain else tuple(blocks),
    )
