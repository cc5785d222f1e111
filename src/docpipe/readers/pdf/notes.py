"""Footnotes: finds the small lines at a page's foot that begin with a mark, and the marks in the text that call them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.model import Run
from docpipe.readers.pdf.engine import PageText
from docpipe.readers.pdf.fragments import Fragment, text_offset
from docpipe.readers.pdf.lines import compose
from docpipe.readers.pdf.visibility import dominant_size
from docpipe.wording import glue

_SIGN = r"[\u2460-\u2473\u2474-\u2487]|[\[［〔（(]\d{1,3}[\]］〕）)]|\d{1,3}(?![\d.,%、．年月])|[*＊†‡§]{1,3}|注\s?\d{1,2}"
_MARK = re.compile(rf"({_SIGN})\s*(?=\S)")
_ONLY_MARK = re.compile(_SIGN)
_SMALLER = 0.93
"""Footnotes are set in type at most this share of the text's size."""
_RAISED = 0.82
"""A mark is set in type at most this share of the size of its line."""
_FOOT = 0.35
"""Footnotes begin below this share of the page's height."""
_FOOTER = 0.87
"""Lines of the text's size below this share may be a running footer."""


class Footnote(NamedTuple):
    """A footnote: its id, its mark as printed, its text without the mark."""

    id: str
    mark: str
    text: str


class Footed(NamedTuple):
    """What a page is without its footnotes: rows, in which runs name the notes, and the notes."""

    rows: list[list[Fragment]]
    notes: list[Footnote]


def take_notes(
    page: PageText, rows: Sequence[Sequence[Fragment]], height: float, count: int
) -> Footed:
    """Take footnotes out of the rows of a page. A note counts only if its mark stands in the text above.

    `count` is the number of notes of the pages before.
    """
    groups = _groups(page, rows, height)
    calls: dict[int, list[Run]] = {}
    notes: list[Footnote] = []
    taken: set[int] = set()
    for group in groups:
        text = ""
        for index in group:
            text = glue(text, compose(rows[index]).text)
        match = _MARK.match(text)
        assert match is not None
        body = [f for index, row in enumerate(rows) if index < groups[0][0] for f in row]
        call = _call(page, match[1], body)
        if call is None:
            continue
        note = Footnote(f"fn{count + len(notes) + 1}", match[1], text[match.end() :])
        notes.append(note)
        taken.update(group)
        fragment, offset = call
        run = Run(offset, offset + len(match[1]), note=note.id, hidden="note-mark")
        calls.setdefault(fragment.start, []).append(run)
    if not notes:
        return Footed([list(row) for row in rows], [])
    return Footed(
        [
            [_with_runs(fragment, calls.get(fragment.start, [])) for fragment in row]
            for index, row in enumerate(rows)
            if index not in taken
        ],
        notes,
    )


def _groups(page: PageText, rows: Sequence[Sequence[Fragment]], height: float) -> list[list[int]]:
    """The rows of each footnote, by index: small lines below larger ones, from one that begins with a mark."""
    usual = dominant_size(fragment for row in rows for fragment in row)
    end = len(rows)
    while end > 0 and _is_below(page, rows[end - 1], _FOOTER * height, usual):
        end -= 1
    first = end
    while (
        first > 0
        and _is_small(page, rows[first - 1], usual)
        and rows[first - 1][0].box[1] > _FOOT * height
    ):
        first -= 1
    groups: list[list[int]] = []
    for index in range(first, end):
        row = rows[index]
        if _MARK.match(compose(row).text):
            groups.append([index])
        elif groups:
            above = rows[index - 1][-1]
            if row[0].box[1] - above.box[3] > 1.2 * row[0].size:
                break
            groups[-1].append(index)
    return groups


def _is_below(page: PageText, row: Sequence[Fragment], edge: float, usual: float) -> bool:
    """Whether a line of the text's size stands where a footer stands."""
    return row[0].box[1] > edge and not _is_small(page, row, usual)


def _is_small(page: PageText, row: Sequence[Fragment], usual: float) -> bool:
    """Whether a line is set smaller than the text. A mark that begins it may be larger than the note; what follows tells."""
    sizes = [fragment.size for fragment in row]
    if _ONLY_MARK.fullmatch(row[0].text):
        sizes = sizes[1:] or sizes
    elif _MARK.match(row[0].text):
        sizes[0] = page.size(row[0].end - 1)
    return max(sizes) <= _SMALLER * usual


def _call(page: PageText, mark: str, body: Sequence[Fragment]) -> tuple[Fragment, int] | None:
    """The fragment with the mark that calls a note, and the mark's offset in it."""
    pattern = re.compile(
        rf"(?<!\d){re.escape(mark)}(?!\d)" if mark[0].isdigit() else re.escape(mark)
    )
    for fragment in body:
        for match in pattern.finditer(page.text, fragment.start, fragment.end):
            at = match.start()
            raised = page.size(at) <= _RAISED * _line_size(fragment, body)
            unmistakable = "\u2460" <= mark[0] <= "\u2487" or mark[0] in "[［〔†‡"
            if raised or (unmistakable and at > fragment.start):
                return fragment, text_offset(page, fragment, at)
    return None


def _line_size(fragment: Fragment, body: Sequence[Fragment]) -> float:
    """The largest type on the line of a fragment."""
    return max(
        f.size for f in body if min(f.box[3], fragment.box[3]) > max(f.box[1], fragment.box[1])
    )


def _with_runs(fragment: Fragment, calls: Sequence[Run]) -> Fragment:
    """The fragment with runs for the marks in it, taken out of its bold stretches."""
    runs = list(fragment.runs)
    for call in calls:
        kept: list[Run] = []
        for run in runs:
            before = replace(run, end=min(run.end, call.start))
            after = replace(run, start=max(run.start, call.end))
            kept += [part for part in (before, after) if part.start < part.end]
        runs = sorted([*kept, call], key=lambda run: run.start)
    return fragment._replace(runs=tuple(runs)) if calls else fragment
