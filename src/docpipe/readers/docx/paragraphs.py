"""Turns a paragraph's content into blocks: lines with their runs, look and label, pictures, formulas, deleted text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docpipe.model import BlockType, Formula, Image, Layer, Look, Paragraph, Place, Run
from docpipe.readers.docx.inline import Break, Content, Displayed, Picture, Piece
from docpipe.readers.docx.lists import Label
from docpipe.readers.docx.styles import Indent, ParagraphFormat

_Marks = tuple[bool, bool, bool, bool, bool, bool, str | None, str | None]
_UNMARKED: _Marks = (False, False, False, False, False, False, None, None)
_CJK_FROM = "\u2e80"


class Setting(NamedTuple):
    """Where a paragraph stands: its place, layer, format and label, and whether something dark lies behind its text."""

    at: tuple[Place, ...]
    layer: Layer
    format: ParagraphFormat
    label: Label | None
    shaded: bool
    space_before: bool
    keep_empty: bool


class Looks:
    """Makes looks, each only once, since thousands of paragraphs look alike."""

    def __init__(self) -> None:
        self._looks: dict[tuple[object, ...], Look] = {}

    def look(self, pieces: Sequence[Piece], paragraph: ParagraphFormat, toc: bool) -> Look:
        """The look of a line in a paragraph of this format. `toc` marks a line of a table of contents."""
        main = _dominant(pieces)
        bold = bool(pieces) and all(piece.format.bold for piece in pieces if piece.text.strip())
        run_format = main.format if main is not None else None
        font = run_format.fonts[_is_cjk(main.text)] if main is not None and run_format else None
        size = run_format.size if run_format is not None else None
        color = run_format.color if run_format is not None else None
        style = _toc_style(paragraph.style) if toc else paragraph.style
        link_share = _link_share(pieces)
        key = (paragraph, size, bold, color, font, style, link_share)
        found = self._looks.get(key)
        if found is None:
            found = self._looks[key] = Look(
                size=size,
                bold=bold,
                color=color,
                align=paragraph.align,
                indent=_indent(paragraph.indent, size),
                font=font,
                link_share=link_share,
                heading=None if toc else paragraph.heading,
                style=style,
            )
        return found


def _dominant(pieces: Sequence[Piece]) -> Piece | None:
    """The longest piece of the format that most characters have."""
    if len(pieces) <= 1:
        return pieces[0] if pieces else None
    weights: dict[object, int] = {}
    longest: dict[object, Piece] = {}
    for piece in pieces:
        weights[piece.format] = weights.get(piece.format, 0) + len(piece.text)
        known = longest.get(piece.format)
        if known is None or len(piece.text) > len(known.text):
            longest[piece.format] = piece
    return longest[max(weights, key=weights.__getitem__)]


def _is_cjk(text: str) -> bool:
    sample = text[:16]
    return 2 * sum(char >= _CJK_FROM for char in sample) >= len(sample)


def _link_share(pieces: Sequence[Piece]) -> float:
    linked = sum(len(piece.text) for piece in pieces if piece.link is not None)
    return round(linked / sum(len(piece.text) for piece in pieces), 2) if linked else 0.0


def _toc_style(style: str | None) -> str:
    return style if style is not None and style.lower().startswith("toc") else "toc 1"


def _indent(indent: Indent | None, size: float | None) -> float | None:
    if indent is None or (indent.characters and size is None):
        return None
    return round(indent.points + indent.characters * (size or 0.0), 1)


def blocks(content: Content, setting: Setting, looks: Looks) -> Iterator[BlockType]:
    """The blocks of a paragraph; none where it is empty.

    A break ends a block. A picture follows the line it stands in, or comes before it where no text precedes it.
    Deleted text is one more block, on the layer `revision`.
    """
    lines = _Lines(content, setting, looks)
    for item in content.items:
        match item:
            case Piece():
                lines.pieces.append(item)
            case Break():
                yield from lines.close()
            case Picture():
                image = Image(text=item.alt, asset=item.asset, at=setting.at, layer=setting.layer)
                if any(piece.text.strip() for piece in lines.pieces):
                    lines.images.append(image)
                else:
                    yield image
            case Displayed():
                yield from lines.close()
                yield Formula(text=item.text, at=setting.at, layer=setting.layer)
    yield from lines.close(last=True)
    deleted = " ".join("".join(content.deleted).split())
    if deleted:
        yield Paragraph(text=deleted, at=setting.at, layer="revision")


class _Lines:
    """The lines of one paragraph: the first carries its label."""

    def __init__(self, content: Content, setting: Setting, looks: Looks) -> None:
        self._content = content
        self._setting = setting
        self._looks = looks
        self._label = setting.label
        self._space_before = setting.space_before
        self.pieces: list[Piece] = []
        self.images: list[Image] = []

    def close(self, last: bool = False) -> Iterator[BlockType]:
        """The line so far as a block, and the pictures that stood in it."""
        pieces, images = self.pieces, self.images
        self.pieces, self.images = [], []
        setting, label = self._setting, self._label
        text, runs = joined(pieces, setting.shaded)
        if text or runs or (last and setting.keep_empty and label is not None):
            self._label = None
            visible = [
                piece for piece in pieces if piece.text and not _hidden(piece, setting.shaded)
            ]
            look = self._looks.look(
                visible or [piece for piece in pieces if piece.text],
                setting.format,
                self._content.toc,
            )
            yield Paragraph(
                text=text,
                at=setting.at,
                layer=setting.layer,
                look=look,
                runs=runs,
                label=label.text if label is not None else "",
                list_level=label.level if label is not None else None,
                bullet=label is not None and label.bullet,
                space_before=self._space_before,
            )
            self._space_before = False
        else:
            self._space_before = True
        yield from images


def joined(pieces: Sequence[Piece], shaded: bool) -> tuple[str, tuple[Run, ...]]:
    """The text of pieces with each run of white space as one space, and the marks on it.

    A space between two pieces belongs to the piece it ends, else to the one it begins.
    """
    parts: list[str] = []
    spans: list[tuple[int, int, _Marks, str | None]] = []
    length = 0
    pending = False
    for piece in pieces:
        raw = piece.text
        words = " ".join(raw.split())
        if piece.note is not None:
            spans.append((length, length, _UNMARKED, piece.note))
        if not words:
            pending = pending or bool(raw)
            continue
        start = length
        if length and (pending or raw[0].isspace()):
            parts.append(" ")
            length += 1
            if pending and spans and spans[-1][3] is None:
                spans[-1] = (spans[-1][0], length, *spans[-1][2:])
                start = length
        parts.append(words)
        length += len(words)
        marks = _marks(piece, shaded)
        if spans and spans[-1][1:] == (start, marks, None):
            spans[-1] = (spans[-1][0], length, marks, None)
        else:
            spans.append((start, length, marks, None))
        pending = raw[-1].isspace()
    return "".join(parts), tuple(
        _run(start, end, marks, note)
        for start, end, marks, note in spans
        if note is not None or marks != _UNMARKED
    )


def _marks(piece: Piece, shaded: bool) -> _Marks:
    seen = piece.format
    return (
        seen.bold, seen.italic, seen.underline, seen.strike, seen.superscript, seen.subscript,
        piece.link, _hidden(piece, shaded),
    )  # fmt: skip


def _hidden(piece: Piece, shaded: bool) -> str | None:
    """Why a reader would not see a piece: hidden text (17.3.2.41), a field's code, white on white, or a speck."""
    if piece.format.vanish or piece.code:
        return "vanish"
    if piece.format.white and not shaded:
        return "white"
    return "tiny" if piece.format.tiny else None


def _run(start: int, end: int, marks: _Marks, note: str | None) -> Run:
    bold, italic, underline, strike, superscript, subscript, link, hidden = marks
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
        hidden=hidden,
    )


def is_unseen(content: Content) -> bool:
    """Whether all of a paragraph's text is hidden text, so that Word neither shows nor numbers the paragraph."""
    texts = [item for item in content.items if isinstance(item, Piece) and item.text.strip()]
    return bool(texts) and all(piece.format.vanish for piece in texts)
