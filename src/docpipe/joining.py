"""Joins two paragraphs into one, with their marks and places."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from docpipe.model import Paragraph, Run
from docpipe.wording import glue


def join(*lines: Paragraph) -> Paragraph:
    """One paragraph of several: no space between Chinese characters, one between Latin words."""
    if len(lines) == 1:
        return lines[0]
    first, last = lines[0], lines[-1]
    texts = [first.text]
    runs = list(first.runs)
    length = len(first.text)
    for before, line in pairwise(lines):
        gap = len(glue(before.text, line.text)) - len(before.text) - len(line.text)
        texts.append(" " * gap + line.text)
        shift = length + gap
        moved = [replace(run, start=run.start + shift, end=run.end + shift) for run in line.runs]
        if moved and runs and _go_on(runs[-1], line.runs[0], length):
            moved[0] = replace(moved[0], start=length)
        runs += moved
        length = shift + len(line.text)
    return replace(
        first,
        text="".join(texts),
        runs=merge_runs(tuple(runs)),
        at=tuple(place for line in lines for place in line.at),
        look=replace(first.look, line_fill=last.look.line_fill),
    )


def _go_on(last: Run, following: Run, end: int) -> bool:
    """Whether the marks at the end of a line, `end`, are those at the start of the next: so is the space between."""
    return (
        last.end == end
        and last.latex is None
        and last.note is None
        and replace(following, start=last.start, end=last.end) == last
        and following.start == 0
    )


def placed(run: Run, start: int, end: int) -> Run:
    """A run at another place. One that gets shorter marks a part of a formula, which is none."""
    whole = end - start == run.end - run.start
    return replace(run, start=start, end=end, latex=run.latex if whole else None)


def merge_runs(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Neighbouring runs with the same marks as one."""
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        same = last is not None and last.end == run.start and last.latex is None
        if last and same and replace(run, start=last.start, end=last.end) == last:
            merged[-1] = replace(last, end=run.end)
        else:
            merged.append(run)
    return tuple(merged)
