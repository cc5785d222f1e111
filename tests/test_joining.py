"""Runs that move with their text."""

from __future__ import annotations

from docpipe.joining import join, merge_runs, placed
from docpipe.model import Paragraph, Run


def test_a_run_that_gets_shorter_is_no_formula_any_more() -> None:
    run = Run(3, 10, latex=r"\frac{a+b}{2}")
    assert placed(run, 0, 7).latex == r"\frac{a+b}{2}"
    assert placed(run, 0, 5) == Run(0, 5)


def test_neighbouring_formulas_stay_two() -> None:
    first, second = Run(0, 1, latex="x"), Run(1, 2, latex="x")
    assert merge_runs((first, second)) == (first, second)
    assert merge_runs((Run(0, 1, bold=True), Run(1, 2, bold=True))) == (Run(0, 2, bold=True),)


def test_marks_that_go_on_over_the_join_mark_the_space_too() -> None:
    first = Paragraph(text="one two", runs=(Run(4, 7, bold=True),))
    second = Paragraph(text="three four", runs=(Run(0, 5, bold=True),))
    assert join(first, second).runs == (Run(4, 13, bold=True),)
    unlike = Paragraph(text="three four", runs=(Run(0, 5, italic=True),))
    assert join(first, unlike).runs == (Run(4, 7, bold=True), Run(8, 13, italic=True))
