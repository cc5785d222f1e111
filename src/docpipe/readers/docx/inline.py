"""Gathers what stands inside a paragraph, in order: text with its format, breaks, pictures, formulas, deleted text.

ECMA-376 part 1: run content 17.3.3, fields 17.16, revisions 17.13.5, content controls 17.5.2, ruby 17.3.3.25.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from docpipe.model import Place, Revision
from docpipe.numbering.number_formats import render
from docpipe.readers.docx import drawings
from docpipe.readers.docx.formulas import linear
from docpipe.readers.docx.latex import latex
from docpipe.readers.docx.names import MC, Element, M, R, W, chosen
from docpipe.readers.docx.resources import Resources
from docpipe.readers.docx.revisions import ACCEPTED, CHANGES, Mark, revision
from docpipe.readers.docx.styles import RunFormat, run_key
from docpipe.symbols import symbol

_RUN, _RUN_PROPERTIES, _TEXT, _TAB = W + "r", W + "rPr", W + "t", W + "tab"
_PARAGRAPH_PROPERTIES = W + "pPr"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TRANSPARENT = frozenset(
    W + tag
    for tag in (
        "smartTag", "customXml", "sdt", "sdtContent", "bdo", "dir", "rubyBase", "rt", "p",
    )
)  # fmt: skip
_HYPERLINK = re.compile(r'\s*HYPERLINK\s+(?:"([^"]*)"|([^\s\\"]\S*))?', re.I)
_ANCHOR = re.compile(r'\\l\s+(?:"([^"]*)"|(\S+))', re.I)
_OVERSTRIKE = re.compile(r"\s*EQ\s+\\o\s*(?:\\a[lcr])?\s*\(([^,;()]*)[,;]([^()]*)\)", re.I)
_NOBODYS = Revision()
_CIRCLES = frozenset("○〇◯")
_TOC = re.compile(r"\s*TOC\b", re.I)


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A stretch of text of one format. `code` says that it stands in a field's code, `note` that it is a note's mark.

    `latex` is the formula that the text is a linear reading of.
    """

    text: str
    format: RunFormat
    link: str | None = None
    code: bool = False
    note: str | None = None
    latex: str | None = None


class Break(NamedTuple):
    """The end of a line within the paragraph."""


class Picture(NamedTuple):
    """A picture by its asset's id."""

    asset: str
    alt: str


class Displayed(NamedTuple):
    """A formula on a line of its own: its linear reading, and LaTeX."""

    text: str
    latex: str


Item = Piece | Break | Picture | Displayed


class Withdrawn(NamedTuple):
    """Text of a tracked change that is not shown."""

    text: str
    revision: Revision


class Floating(NamedTuple):
    """A shape anchored in the paragraph; with a revision where a tracked change withdraws it."""

    shape: drawings.TextBox | drawings.WordArt | drawings.Related
    revision: Revision | None


class Content(msgspec.Struct, gc=False):
    """What a paragraph holds. `floating` are the shapes anchored in it; `toc` says it is a table of contents' line.

    `plain` says that all of its items are pieces of text.
    """

    items: list[Item] = msgspec.field(default_factory=list)
    withdrawn: list[Withdrawn] = msgspec.field(default_factory=list)
    floating: list[Floating] = msgspec.field(default_factory=list)
    toc: bool = False
    plain: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether the paragraph holds nothing at all."""
        return not (self.items or self.withdrawn or self.floating)

    def add(self, item: Break | Picture | Displayed) -> None:
        """Adds what is no text."""
        self.items.append(item)
        self.plain = False


class _Context(NamedTuple):
    """What the elements around a piece of text say of it."""

    format: RunFormat
    link: str | None = None
    withdrawn: Revision | None = None
    mark: Mark | None = None


_Step = tuple[Iterator[Element], _Context]


class _Field:
    """A complex field (17.16.18) that is not ended yet."""

    __slots__ = ("code", "in_result", "link", "toc")

    def __init__(self) -> None:
        self.code = ""
        self.in_result = False
        self.link: str | None = None
        self.toc = False


class InlineReader:
    """Reads the paragraphs of one part in order; fields may span several."""

    def __init__(self, resources: Resources, part: str) -> None:
        self._resources = resources
        self._part = part
        self._view = resources.view
        self._relationships = resources.package.relationships(part)
        self._fields: list[_Field] = []
        self._in_code = self._in_toc = False
        self._field_link: str | None = None
        self._contexts: dict[str | None, _Context] = {}
        self._style_id: str | None = None
        self._at = Place()
        self._content = Content()

    def read(self, elements: Iterable[Element], style_id: str | None, at: Place) -> Content:
        """The content of a paragraph in the style `style_id` at `at`, whose children are `elements`."""
        self._style_id, self._at, self._content = style_id, at, Content()
        context = self._contexts.get(style_id)
        if context is None:
            plain = self._resources.styles.run(style_id, ())
            context = self._contexts[style_id] = _Context(plain)
        stack: list[_Step] = [(iter(elements), context)]
        while stack:
            children, context = stack.pop()
            for element in children:
                steps = (
                    self._run(element, context)
                    if element.tag == _RUN
                    else self._step(element, context)
                )
                if steps:
                    stack.append((children, context))
                    stack.extend(steps)
                    break
        if self._in_code:
            self._forget_open_codes()
        return self._content

    def read_plain(self, runs: Iterable[tuple[RunFormat, str]]) -> Content:
        """The content of a paragraph of nothing but these runs."""
        items: list[Item] = [
            Piece(text, format, self._field_link, self._in_code) for format, text in runs
        ]
        content = Content(items=items, toc=self._in_toc and bool(items))
        if self._in_code:
            self._forget_open_codes()
        return content

    def _step(self, element: Element, context: _Context) -> Sequence[_Step]:
        """Takes what an element says; what is to be read inside it is returned."""
        tag = element.tag
        if tag == _PARAGRAPH_PROPERTIES:
            return ()
        if tag == _TEXT:
            self._add(_stated(element), context)
            return ()
        if tag in _TRANSPARENT:
            return ((iter(element), context),)
        handler = _HANDLERS.get(tag)
        step = handler(self, element, context) if handler is not None else None
        return () if step is None else (step,)

    def _run(self, run: Element, context: _Context) -> Sequence[_Step]:
        """Takes a run (17.3.2.25), its texts in a row as one piece.

        Where something in it is to be read first, that is returned last, after what then remains of the run.
        """
        texts: list[str] = []
        children = iter(run)
        for element in children:
            tag = element.tag
            if tag == _TEXT:
                texts.append(_stated(element))
            elif tag == _TAB:
                texts.append(" ")
            elif tag == _RUN_PROPERTIES:
                if self._view.former:
                    element = _former(element)
                run_format = self._resources.styles.run(self._style_id, run_key(element))
                if context.mark is not None:
                    run_format = self._resources.styles.marked(run_format, context.mark)
                if run_format is not context.format:
                    context = context._replace(format=run_format)
            elif tag in _HANDLERS or tag in _TRANSPARENT or tag == _RUN:
                self._add("".join(texts), context)
                texts.clear()
                inner = iter((element,)) if tag == _RUN else None
                steps = self._step(element, context) if inner is None else ((inner, context),)
                if steps:
                    return ((children, context), *steps)
        if texts:
            self._add("".join(texts), context)
        return ()

    def _add(self, text: str, context: _Context) -> None:
        if not text:
            return
        if context.withdrawn is not None:
            self._withdraw(text, context.withdrawn)
            return
        link = context.link or self._field_link
        self._content.items.append(Piece(text, context.format, link, self._in_code))
        if self._in_toc:
            self._content.toc = True

    def _withdraw(self, text: str, revision: Revision) -> None:
        """Text of one revision in a row is one piece."""
        withdrawn = self._content.withdrawn
        if withdrawn and withdrawn[-1].revision == revision:
            withdrawn[-1] = Withdrawn(withdrawn[-1].text + text, revision)
        else:
            withdrawn.append(Withdrawn(text, revision))

    def _deleted_text(self, element: Element, context: _Context) -> None:
        if self._view is ACCEPTED and context.withdrawn is None:
            # Deleted text is such wherever it stands.
            self._withdraw(element.text or "", _NOBODYS)
        else:
            self._add(element.text or "", context)

    def _white_space(self, element: Element, context: _Context) -> None:
        self._add(" ", context)

    def _hyphen(self, element: Element, context: _Context) -> None:
        self._add("\u2011", context)

    def _break(self, element: Element, context: _Context) -> None:
        if context.withdrawn is not None:
            self._withdraw(" ", context.withdrawn)
        else:
            self._content.add(Break())

    def _symbol(self, element: Element, context: _Context) -> None:
        try:
            code = int(element.get(W + "char") or "", 16)
        except ValueError:
            return
        self._add(symbol(code, element.get(W + "font") or ""), context)

    def _link(self, element: Element, context: _Context) -> _Step:
        relationship = self._relationships.get(element.get(R + "id") or "")
        target = relationship.target if relationship is not None else ""
        anchor = element.get(W + "anchor")
        link = target + (f"#{anchor}" if anchor else "")
        return iter(element), context._replace(link=link or context.link)

    def _changed(self, element: Element, context: _Context) -> _Step:
        tag = element.tag
        if tag in self._view.withdrawn:
            return iter(element), context._replace(withdrawn=revision(element))
        mark = self._view.marks.get(tag)
        if mark is None:
            return iter(element), context
        marked = self._resources.styles.marked(context.format, mark)
        return iter(element), context._replace(format=marked, mark=mark)

    def _alternate(self, element: Element, context: _Context) -> _Step | None:
        branch = chosen(element)
        return (iter(branch), context) if branch is not None else None

    def _ruby(self, element: Element, context: _Context) -> _Step:
        """The base comes first in reading, though it is stored last; the phonetic guide follows it."""
        base, guide = element.find(W + "rubyBase"), element.find(W + "rt")
        return iter([part for part in (base, guide) if part is not None]), context

    def _simple_field(self, element: Element, context: _Context) -> _Step:
        link = _field_link(element.get(W + "instr") or "")
        return iter(element), context._replace(link=link or context.link)

    def _field_character(self, element: Element, context: _Context) -> None:
        kind = element.get(W + "fldCharType")
        drawn = ""
        if kind == "begin":
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            field = self._fields[-1]
            field.in_result = True
            field.link = _field_link(field.code)
            field.toc = _TOC.match(field.code) is not None
        elif self._fields and kind == "end":
            drawn = _overstruck(self._fields.pop().code)
        self._note_fields()
        self._add(drawn, context)

    def _field_code(self, element: Element, context: _Context) -> None:
        if self._fields:
            self._fields[-1].code += element.text or ""

    def _forget_open_codes(self) -> None:
        """A code ends with its paragraph, or a field that was never ended would hide the rest of the document."""
        self._fields = [field for field in self._fields if field.in_result]
        self._note_fields()

    def _note_fields(self) -> None:
        self._in_code = any(not field.in_result for field in self._fields)
        self._in_toc = any(field.toc for field in self._fields)
        self._field_link = next((f.link for f in reversed(self._fields) if f.link), None)

    def _note_mark(self, element: Element, context: _Context) -> None:
        kind = "footnote" if element.tag == W + "footnoteReference" else "endnote"
        note = self._resources.notes.mark(kind, element.get(W + "id") or "")
        if note is not None and context.withdrawn is None:
            self._content.items.append(Piece("", context.format, note=note))

    def _formula(self, element: Element, context: _Context) -> None:
        text = linear(element)
        if context.withdrawn is not None or not text:
            self._add(text, context)
            return
        link = context.link or self._field_link
        self._content.items.append(
            Piece(text, context.format, link, self._in_code, latex=latex(element))
        )

    def _displayed(self, element: Element, context: _Context) -> None:
        if context.withdrawn is not None:
            self._withdraw(linear(element), context.withdrawn)
        elif text := linear(element):
            self._content.add(Displayed(text, latex(element)))

    def _drawing(self, element: Element, context: _Context) -> None:
        for thing in drawings.shown(element):
            if not isinstance(thing, drawings.Picture):
                self._content.floating.append(Floating(thing, context.withdrawn))
            elif context.withdrawn is None:
                asset = self._resources.asset(self._part, thing.relationship, self._at)
                if asset is not None:
                    self._content.add(Picture(asset, thing.alt))


_Handler = Callable[[InlineReader, Element, _Context], _Step | None]
_HANDLERS: dict[str, _Handler] = {
    W + "delText": InlineReader._deleted_text,
    W + "tab": InlineReader._white_space,
    W + "ptab": InlineReader._white_space,
    W + "noBreakHyphen": InlineReader._hyphen,
    W + "br": InlineReader._break,
    W + "cr": InlineReader._break,
    W + "sym": InlineReader._symbol,
    W + "hyperlink": InlineReader._link,
    **dict.fromkeys(CHANGES, InlineReader._changed),
    MC + "AlternateContent": InlineReader._alternate,
    W + "ruby": InlineReader._ruby,
    W + "fldSimple": InlineReader._simple_field,
    W + "fldChar": InlineReader._field_character,
    W + "instrText": InlineReader._field_code,
    W + "footnoteReference": InlineReader._note_mark,
    W + "endnoteReference": InlineReader._note_mark,
    M + "oMath": InlineReader._formula,
    M + "oMathPara": InlineReader._displayed,
    W + "drawing": InlineReader._drawing,
    W + "pict": InlineReader._drawing,
    W + "object": InlineReader._drawing,
}


def _former(properties: Element) -> Element:
    """The run properties from before a tracked change of them (17.13.5.31)."""
    former = properties.find(f"{W}rPrChange/{W}rPr")
    return properties if former is None else former


def _stated(element: Element) -> str:
    """The text of a `w:t`; white space at its ends counts only where xml:space says so (17.3.3.31)."""
    text = element.text or ""
    if not text or (text[0] > " " and text[-1] > " "):
        return text
    holder = element
    while holder is not None:
        if (space := holder.get(_SPACE)) is not None:
            return text if space == "preserve" else text.strip(" \t\r\n")
        holder = holder.getparent()
    return text.strip(" \t\r\n")


def _overstruck(code: str) -> str:
    """What an EQ field that draws signs over one another shows: Word's way to circle a number."""
    match = _OVERSTRIKE.match(code)
    if match is None:
        return ""
    frame, sign = match[1].strip(), match[2].strip()
    if frame in _CIRCLES and sign.isdecimal():
        return render(int(sign), "decimalEnclosedCircle")
    return sign if frame in _CIRCLES else frame + sign


def _field_link(code: str) -> str | None:
    """The target of a HYPERLINK field (17.16.5.25), or None for other fields."""
    match = _HYPERLINK.match(code)
    if match is None:
        return None
    anchor = _ANCHOR.search(code)
    target = match[1] or match[2] or ""
    return (target + (f"#{anchor[1] or anchor[2]}" if anchor else "")) or None
