"""Turns a paragraph's content into blocks: lines with their runs, look and label, pictures, formulas, deleted text."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from docpipe.model import BlockType, Formula, Image, Layer, Look, Paragraph, Place, Revision, Run
from docpipe.readers.docx.inline import Break, Content, Displayed, Item, Picture, Piece
from docpipe.readers.docx.lists import Label
from docpipe.readers.docx.styles import Indent, ParagraphFormat, RunFormat

_Marks = tuple[bool, bool, bool, bool, bool, bool, str | None, str | None, str | None]
_UNMARKED: _Marks = (False, False, False, False, False, False, None, None, None)
_Span = tuple[int, int, _Marks, str | None]
_CJK_FROM = "\u2e80"


class Setting(Struct, frozen=True, gc=False):
    """Where a paragraph stands: its place, layer, format and label, and whether something dark lies behind its text.

    `keep_empty` keeps a line without text where it has a label.
    """

    at: tuple[Place, ...]
    layer: Layer
    format: ParagraphFormat
    label: Label | None
    shaded: bool
    space_before: bool
    keep_empty: bool
    toc: bool
    revision: Revision | None


class Looks:
    """Makes looks, each only once, since thousands of paragraphs look alike."""

    def __init__(self) -> None:
        self._looks: dict[tuple[object, ...], Look] = {}

    def look(self, pieces: Sequence[Piece], paragraph: ParagraphFormat, toc: bool) -> Look:
        """The look of a line in a paragraph of this format. `toc` marks a line of a table of contents."""
        if len(pieces) == 1:
            (only,) = pieces
            main: Piece | None = only
            bold, link_share = only.format.bold, float(only.link is not None)
        else:
            main = _dominant(pieces)
            bold = main is not None and all(p.format.bold for p in pieces if not p.text.isspace())
            link_share = _link_share(pieces)
        run_format = main.format if main is not None else None
        cjk = main is not None and _is_cjk(main.text)
        key = (paragraph, run_format, bold, cjk, toc, link_share)
        found = self._looks.get(key)
        if found is None:
            size = run_format.size if run_format is not None else None
            found = self._looks[key] = Look(
                size=size,
                bold=bold,
                color=run_format.color if run_format is not None else None,
                align=paragraph.align,
                indent=_indent(paragraph.indent, size),
                space_above=paragraph.space_above,
                font=run_format.fonts[cjk] if run_format is not None else None,
                link_share=link_share,
                heading=None if toc else paragraph.heading,
                style=_toc_style(paragraph.style) if toc else paragraph.style,
            )
        return found


def _dominant(pieces: Sequence[Piece]) -> Piece | None:
    """The longest piece of the format that most characters have."""
    if not pieces:
        return None
    weights: dict[RunFormat, int] = {}
    longest: dict[RunFormat, Piece] = {}
    for piece in pieces:
        weights[piece.format] = weights.get(piece.format, 0) + len(piece.text)
        known = longest.get(piece.format)
        if known is None or len(piece.text) > len(known.text):
            longest[piece.format] = piece
    return longest[max(weights, key=weights.__getitem__)]


def _is_cjk(text: str) -> bool:
    if text.isascii():
        return not text
    sample = text[:16]
    return 2 * sum(char >= _CJK_FROM for char in sample) >= len(sample)


def _link_share(pieces: Sequence[Piece]) -> float:
    linked = sum([len(piece.text) for piece in pieces if piece.link is not None])
    return round(linked / sum([len(piece.text) for piece in pieces]), 2) if linked else 0.0


def _toc_style(style: str | None) -> str:
    return style if style is not None and style.lower().startswith("toc") else "toc 1"


def _indent(indent: Indent | None, size: float | None) -> float | None:
    if indent is None or (indent.characters and size is None):
        return None
    return round(indent.points + indent.characters * (size or 0.0), 1)


def blocks(content: Content, setting: Setting, looks: Looks) -> list[BlockType]:
    """The blocks of a paragraph; none where it is empty.

    A break ends a block. A picture follows the line it stands in, or comes before it where no text precedes it.
    Text of a tracked change that is not shown is one more block, on the layer `revision`.
    """
    found: list[BlockType] = []
    if content.plain:
        line = _line(content.items, setting, looks, setting.label, last=True)  # type: ignore[arg-type]
        if line is not None:
            found.append(line)
    else:
        found = _several_lines(content.items, setting, looks)
    for withdrawn in content.withdrawn:
        if text := " ".join(withdrawn.text.split()):
            found.append(
                Paragraph(text=text, at=setting.at, layer="revision", revision=withdrawn.revision)
            )
    return found


def _several_lines(items: Sequence[Item], setting: Setting, looks: Looks) -> list[BlockType]:
    """The first line with text carries the label; a line without text is space before the next one."""
    found: list[BlockType] = []
    pieces: list[Piece] = []
    images: list[BlockType] = []
    label, space_before = setting.label, setting.space_before

    def close(last: bool = False) -> None:
        nonlocal label, space_before
        line = _line(pieces, setting, looks, label, last)
        if line is not None:
            line.space_before = space_before
            found.append(line)
            label = None
        space_before = line is None
        found.extend(images)
        pieces.clear()
        images.clear()

    for item in items:
        match item:
            case Piece():
                pieces.append(item)
            case Break():
                close()
            case Picture():
                image = Image(text=item.alt, asset=item.asset, at=setting.at, layer=setting.layer)
                behind = any(piece.text.strip() for piece in pieces)
                (images if behind else found).append(image)
            case Displayed():
                close()
                found.append(_formula(item, setting))
    close(last=True)
    return found


def _formula(item: Displayed, setting: Setting) -> Formula:
    return Formula(text=item.text, latex=item.latex, at=setting.at, layer=setting.layer)


def _line(
    pieces: Sequence[Piece], setting: Setting, looks: Looks, label: Label | None, last: bool
) -> Paragraph | None:
    """A line as a block; None for one without text, unless it is the `last` and its label is to be kept."""
    text, runs = joined(pieces, setting.shaded)
    if not (text or runs or (last and setting.keep_empty and label is not None)):
        return None
    shown = [piece for piece in pieces if piece.text]
    if runs:
        shown = [piece for piece in shown if not _hidden(piece, setting.shaded)] or shown
    line = Paragraph(
        text=text,
        at=setting.at,
        layer=setting.layer,
        look=looks.look(shown, setting.format, setting.toc),
        runs=runs,
        space_before=setting.space_before,
    )
    if setting.revision is not None:
        line.revision = setting.revision
    if label is not None:
        line.label, line.list_level, line.bullet = label.text, label.level, label.bullet
    return line


def joined(pieces: Sequence[Piece], shaded: bool) -> tuple[str, tuple[Run, ...]]:
    """The text of pieces with each run of white space as one space, and the marks on it.

    A space belongs to the piece that its white space begins in.
    """
    if not pieces:
        return "", ()
    if len(pieces) == 1 and pieces[0].note is None:
        return _one_piece(pieces[0], shaded)
    parts: list[str] = []
    spans: list[_Span] = []
    length = 0
    space: _Marks | None = None
    for piece in pieces:
        raw = piece.text
        if piece.note is not None:
            spans.append((length, length, _UNMARKED, piece.note))
        if not raw:
            continue
        words, marks = _squeezed(raw), _marks(piece, shaded)
        if space is None and raw[0].isspace():
            space = (*marks[:-1], None) if not words else marks  # white space alone hides nothing
        if not words:
            continue
        if length and space is not None:
            parts.append(" ")
            _cover(spans, length, length + 1, space)
            length += 1
        parts.append(words)
        _cover(spans, length, length + len(words), marks)
        length += len(words)
        space = marks if raw[-1].isspace() else None
    return "".join(parts), tuple(
        _run(start, end, marks, note)
        for start, end, marks, note in spans
        if note is not None or marks != _UNMARKED
    )


def _cover(spans: list[_Span], start: int, end: int, marks: _Marks) -> None:
    formula = marks[-2] is not None
    if spans and spans[-1][1:] == (start, marks, None) and not formula:
        spans[-1] = (spans[-1][0], end, marks, None)
    else:
        spans.append((start, end, marks, None))


def _squeezed(text: str) -> str:
    """The text with each run of white space as one space, and none at its ends."""
    if text.isprintable() and "  " not in text:  # of all white space only the space is printable
        return text.strip(" ")
    return " ".join(text.split())


def _one_piece(piece: Piece, shaded: bool) -> tuple[str, tuple[Run, ...]]:
    text = _squeezed(piece.text)
    marks = _marks(piece, shaded)
    return text, (_run(0, len(text), marks, None),) if text and marks != _UNMARKED else ()


def _marks(piece: Piece, shaded: bool) -> _Marks:
    seen = piece.format
    if seen.plain and piece.link is None and piece.latex is None and not piece.code:
        return _UNMARKED
    return (
        seen.bold, seen.italic, seen.underline, seen.strike, seen.superscript, seen.subscript,
        piece.link, piece.latex, _hidden(piece, shaded),
    )  # fmt: skip


def _hidden(piece: Piece, shaded: bool) -> str | None:
    """Why a reader would not see a piece: hidden text (17.3.2.41), a field's code, white on white, or a speck."""
    if piece.format.vanish or piece.code:
        return "vanish"
    if piece.format.white and not shaded:
        return "white"
    return "tiny" if piece.format.tiny else None


def _run(start: int, end: int, marks: _Marks, note: str | None) -> Run:
    bold, italic, underline, strike, superscript, subscript, link, formula, hidden = marks
    return Run(
        start=start,
        end=end,
        bold=bold,
        italic=italic,
        underline=underline,
        strike=strike,
        superscript=superscript,
        subscript=subscript,
        link=link,
        note=note,
        latex=formula,
        hidden=hidden,
    )


def is_unseen(content: Content) -> bool:
    """Whether all of a paragraph's text is hidden text, so that Word neither shows nor numbers the paragraph."""
    texts = [item for item in content.items if isinstance(item, Piece) and item.text.strip()]
    return bool(texts) and all(piece.format.vanish for piece in texts)
