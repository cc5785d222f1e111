"""Element and attribute names of WordprocessingML in lxml's form, and the simple types their values have.

The transitional namespaces (ECMA-376 part 4) are used throughout; `package` turns the strict ones (part 1) into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Element = Any
"""An lxml element. lxml ships no types, so this names the intent."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

VAL = W + "val"

STRICT_NAMESPACES = {
    b"wordprocessingml/main": b"wordprocessingml/2006/main",
    b"drawingml/main": b"drawingml/2006/main",
    b"drawingml/wordprocessingDrawing": b"drawingml/2006/wordprocessingDrawing",
    b"drawingml/picture": b"drawingml/2006/picture",
    b"drawingml/chart": b"drawingml/2006/chart",
    b"drawingml/diagram": b"drawingml/2006/diagram",
    b"officeDocument/relationships": b"officeDocument/2006/relationships",
    b"officeDocument/math": b"officeDocument/2006/math",
    b"officeDocument/extendedProperties": b"officeDocument/2006/extended-properties",
}

_FALSE = frozenset({"0", "false", "off", "none"})
_MEASURE = re.compile(r"(-?\d+(?:\.\d+)?)(mm|cm|in|pt|pc|pi)?")
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "pi": 12.0}


def val(parent: Element | None, tag: str) -> str | None:
    """The `w:val` of the child `tag`, or None where child or value is missing."""
    child = parent.find(tag) if parent is not None else None
    value = child.get(VAL) if child is not None else None
    return str(value) if value is not None else None


def is_on(element: Element | None) -> bool:
    """The value of a switch (CT_OnOff, 17.17.4): on where it stands without a value, off where it is missing."""
    return element is not None and (element.get(VAL) or "1").lower() not in _FALSE


def whole(value: str | None) -> int | None:
    """A whole number, or None where `value` is none. Fractions, which some producers write, are cut."""
    try:
        return int(float(value)) if value else None
    except (ValueError, OverflowError):
        return None


def points(value: str | None, per_point: float) -> float | None:
    """A measure in points: a bare number counts `1 / per_point` points, a strict one names its unit (22.9.2.15)."""
    match = _MEASURE.fullmatch(value or "")
    if match is None:
        return None
    unit = _POINTS[match[2]] if match[2] else 1 / per_point
    return round(float(match[1]) * unit, 2)


def chosen(alternate: Element) -> Element | None:
    """The one branch of an mc:AlternateContent that counts: the first choice, else the fallback (part 3, 10.2)."""
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None else alternate.find(MC + "Fallback")


def walk(root: Element, stop: frozenset[str]) -> Iterator[Element]:
    """The descendants of `root` in document order, without what lies inside elements whose tag is in `stop`.

    Of alternate content only the chosen branch is seen.
    """
    stack = [iter(root)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == MC + "AlternateContent":
            branch = chosen(element)
            if branch is not None:
                stack.append(iter(branch))
        else:
            yield element
            if element.tag not in stop:
                stack.append(iter(element))
