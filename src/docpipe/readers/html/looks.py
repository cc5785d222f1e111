"""Joins the text nodes of a block: its text, its runs, and the look that most of its characters have."""

from __future__ import annotations

import re

import msgspec

from docpipe.model import CODE_SPACE, Look, Run
from docpipe.readers.html.lists import OpenList
from docpipe.readers.html.styles import UNMARKED, Hints, Style
from docpipe.wording import width

_IDEOGRAPHIC_SPACE = 10.5  # points, where the size is not known
_CJK = "\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60"
_BREAK_IN_CJK = re.compile(f"(?<=[{_CJK}])[ \\t\\r]*\\n[ \\t\\r\\n]*(?=[{_CJK}])")
_WIDE = re.compile(f"[{_CJK}]")


class Frame:
    """An open element. Inline elements that change nothing share the frame of their parent."""

    __slots__ = ("block", "container", "hints", "link", "list", "path", "style", "tag")

    def __init__(
        self,
        tag: str,
        style: Style,
        hints: Hints,
        link: str | None,
        parent: Frame | None,
        path: tuple[int, ...],
        block: bool,
    ) -> None:
        self.tag = tag
        self.style = style
        self.hints = hints
        self.link = link
        self.path = path
        self.block = block
        # The nearest block around an inline element; a block itself has none, so that frames hold no circles.
        self.container: Frame | None = (
            None if block or parent is None else parent.container or parent
        )
        self.list: OpenList | None = parent.list if parent else None


def join_pieces(
    pieces: list[tuple[str, Frame]], *, mark_hidden: bool
) -> tuple[str, tuple[Run, ...], list[tuple[Frame, int]]]:
    """The text of a block with white space collapsed, its runs, and how many characters each frame gave.

    With `mark_hidden` what is hidden in it becomes a run; of a block hidden as a whole the layer says so.
    """
    if len(pieces) == 1:
        raw, frame = pieces[0]
        text = " ".join(_unbroken(raw).split())
        style = frame.style
        if style.marks is UNMARKED and not frame.link:
            return text, (), [(frame, len(text))]
        return text, (_run(0, len(text), frame, False),), [(frame, len(text))]
    parts: list[str] = []
    runs: list[Run] = []
    frames: list[tuple[Frame, int]] = []
    length = 0
    gap = ""
    for raw, frame in pieces:
        raw = _unbroken(raw)
        words = raw.split()
        if not words:
            gap += raw
            continue
        lead = gap + raw[: raw.index(words[0])]
        before = length
        if parts and lead and not _is_cjk_break(parts[-1], lead, words[0]):
            parts.append(" ")
            length += 1
        segment = " ".join(words)
        parts.append(segment)
        start, length = length, length + len(segment)
        gap = raw[len(raw.rstrip()) :]
        frames.append((frame, len(segment)))
        style = frame.style
        hidden = mark_hidden and style.hidden
        if style.marks is not UNMARKED or frame.link or hidden:
            _add_run(runs, before, _run(start, length, frame, hidden))
    return "".join(parts), tuple(runs), frames


def _unbroken(raw: str) -> str:
    """A text node without the source's line breaks between wide characters."""
    return raw if "\n" not in raw or raw.isascii() else _BREAK_IN_CJK.sub("", raw)


def _run(start: int, end: int, frame: Frame, hidden: bool) -> Run:
    marks = frame.style.marks
    return Run(start, end, *marks, link=frame.link or None, hidden="vanish" if hidden else None)


def _is_cjk_break(before: str, space: str, after: str) -> bool:
    """A line break of the source between two wide characters is no space (CSS Text Module Level 3, 4.1.3)."""
    return (
        "\n" in space
        and not space.strip(" \t\r\n")
        and bool(_WIDE.match(before[-1]) and _WIDE.match(after))
    )


def _add_run(runs: list[Run], before: int, run: Run) -> None:
    """Adds the run of a segment, or lengthens the last one if that ended at `before` with the same marks."""
    last = runs[-1] if runs else None
    if (
        last
        and last.end == before
        and msgspec.structs.replace(run, start=last.start, end=last.end) == last
    ):
        runs[-1] = msgspec.structs.replace(last, end=run.end)
    else:
        runs.append(run)


def dominant_look(frames: list[tuple[Frame, int]], first: str) -> Look:
    """The look of a block from its frames, each with its number of characters; `first` is its first text node."""
    frame = frames[0][0]
    container = frame.container or frame
    style, hints = frame.style, frame.hints
    bold, linked = style.bold, 1.0 if style.linked else 0.0
    if len(frames) > 1:
        total = sum([count for _, count in frames])
        linked = round(sum([n for one, n in frames if one.style.linked]) / total, 3)
        bold = all(one.style.bold for one, _ in frames)
        style = max(frames, key=lambda pair: pair[1])[0].style
        if any(one.hints is not hints and one.hints.text != hints.text for one, _ in frames):
            hints = container.hints
    around = container.style
    indent = around.indent
    if around.preformatted and first[:1].isspace():
        indent = (indent or 0.0) + _typed_space(first)
    elif first[:1] in ("\u3000", "\xa0"):
        indent = (indent or 0.0) + _leading_space(first, style.size)
    return Look(
        size=style.size,
        bold=bold,
        color=style.color,
        align=around.align,
        indent=indent,
        space_above=around.space_above,
        font=style.font,
        link_share=linked,
        heading=around.heading,
        tag=container.tag,
        hints=hints.text,
        path=container.path,
    )


def _typed_space(text: str) -> float:
    """The width in points of the white space a preformatted text begins with."""
    line = text.expandtabs(8)
    return 2 * CODE_SPACE * width(line[: len(line) - len(line.lstrip())])


def _leading_space(text: str, size: float | None) -> float:
    """The width in points of the ideographic and no-break spaces a text begins with."""
    lead = text[: len(text) - len(text.lstrip())]
    return (lead.count("\u3000") + 0.5 * lead.count("\xa0")) * (size or _IDEOGRAPHIC_SPACE)
