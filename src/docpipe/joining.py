"""Joins two paragraphs into one, with their marks and places."""

from __future__ import annotations

from msgspec.structs import replace

from docpipe.model import Paragraph, Run
from docpipe.wording import glue


def join(first: Paragraph, second: Paragraph) -> Paragraph:
    """One paragraph of two: no space between Chinese characters, one between Latin words."""
    text = glue(first.text, second.text)
    shift = len(text) - len(second.text)
    moved = tuple(replace(run, start=run.start + shift, end=run.end + shift) for run in second.runs)
    if moved and first.runs and _go_on(first.runs[-1], second.runs[0], len(first.text)):
        moved = (replace(moved[0], start=len(first.text)), *moved[1:])
    return replace(
        first,
        text=text,
        runs=merge_runs(first.runs + moved),
        at=first.at + second.at,
        look=replace(first.look, line_fill=second.look.line_fill),
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
