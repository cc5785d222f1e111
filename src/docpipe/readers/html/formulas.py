"""Shows each formula once: pages hold it for eyes, for screen readers and for copying, and hide all but one by scripts and styles."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from docpipe.readers.html.styles import declarations

_AROUND = 2
"""So many elements around a formula may only wrap it."""


def show_once(root: etree._Element) -> None:
    """Mark in the tree which forms of formulas (MathML Core) a reader does not see beside MathML itself.

    These are annotations, which hold the formula's source, and a sibling that is hidden from screen readers, which a
    style sheet draws. MathML that is hidden because a picture stands in for it is shown: pictures are not text.
    """
    for formula in root.iter("math"):
        for source in formula.iter("annotation", "annotation-xml"):
            source.set("hidden", "")
        for form in _forms(formula):
            following = form.getnext()
            if following is None:
                continue
            if following.get("aria-hidden") == "true":
                if following.tag == "img":
                    _unhide(form)
                else:
                    following.set("hidden", "")
                break


def _forms(formula: etree._Element) -> Iterator[etree._Element]:
    """A formula and the elements that wrap it alone."""
    form = formula
    for _ in range(_AROUND + 1):
        yield form
        around = form.getparent()
        if around is None or len(around) != 1 or (around.text or "").strip():
            return
        form = around


def _unhide(element: etree._Element) -> None:
    style = element.get("style", "")
    if declarations(style).get("display") == "none":
        del element.attrib["style"]
