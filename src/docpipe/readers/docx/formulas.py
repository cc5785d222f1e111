"""Gives Office Math a linear reading, so that a formula survives as text: (a+b)/2, x_i^2, √(x).

ECMA-376 part 1, 22.1. Every character of `m:t` comes out once, in order of reading; signs for fractions, roots, powers
and brackets are added.
"""

from __future__ import annotations

from docpipe.readers.docx.names import Element, M, W

_PROPERTIES_END = "Pr"
_TEXT = frozenset({M + "t", W + "t"})


def linear(formula: Element) -> str:
    """The text of an `m:oMath`, `m:oMathPara` or any part of one."""
    parts: list[str] = []
    steps: list[Element | str] = [formula]
    while steps:
        step = steps.pop()
        if isinstance(step, str):
            parts.append(step)
        elif step.tag in _TEXT:
            parts.append(step.text or "")
        else:
            steps.extend(reversed(_reading(step)))
    return " ".join("".join(parts).split())


def _reading(element: Element) -> list[Element | str]:
    """The children of an element in order of reading, with the signs between them."""
    name = element.tag.rsplit("}", 1)[-1] if element.tag.startswith(M) else ""
    match name:
        case "f":
            return [*_grouped(element, "num"), "/", *_grouped(element, "den")]
        case "sSup":
            return [*_grouped(element, "e"), "^", *_grouped(element, "sup")]
        case "sSub":
            return [*_grouped(element, "e"), "_", *_grouped(element, "sub")]
        case "sSubSup" | "sPre":
            sub, sup = _grouped(element, "sub"), _grouped(element, "sup")
            return [*_grouped(element, "e"), "_", *sub, "^", *sup]
        case "rad":
            return [*_children(element, "deg"), "√", *_grouped(element, "e")]
        case "nary":
            return [_property(element, "chr", "∫"), *_limits(element), *_children(element, "e")]
        case "d":
            begin, end = _property(element, "begChr", "("), _property(element, "endChr", ")")
            return [begin, *_separated(element, "e", _property(element, "sepChr", "|")), end]
        case "limLow":
            return [*_children(element, "e"), "_", *_grouped(element, "lim")]
        case "limUpp":
            return [*_children(element, "e"), "^", *_grouped(element, "lim")]
        case "acc":
            return [*_children(element, "e"), _property(element, "chr", "\u0302")]
        case "m":
            return _separated(element, "mr", "; ")
        case "mr":
            return _separated(element, "e", ", ")
        case "eqArr":
            return _separated(element, "e", "; ")
        case "oMathPara":
            return _separated(element, "oMath", " ")
    return [child for child in element if not _is_properties(child)]


def _is_properties(element: Element) -> bool:
    return not isinstance(element.tag, str) or element.tag.endswith(_PROPERTIES_END)


def _children(element: Element, name: str) -> list[Element]:
    return list(element.iterchildren(M + name))


def _separated(element: Element, name: str, sign: str) -> list[Element | str]:
    parts: list[Element | str] = []
    for child in element.iterchildren(M + name):
        parts += [sign, child] if parts else [child]
    return parts


def _grouped(element: Element, name: str) -> list[Element | str]:
    """A part in brackets, where it is longer than one sign and has none of its own."""
    parts = _children(element, name)
    content = [child for part in parts for child in part if not _is_properties(child)]
    if len(content) == 1 and content[0].tag in (M + "d", M + "rad"):
        return parts
    size = sum(len(text.text or "") for part in parts for text in part.iter(*_TEXT))
    return ["(", *parts, ")"] if size > 1 else parts


def _limits(element: Element) -> list[Element | str]:
    """Lower and upper limit of a sum or integral, where there are any."""
    limits: list[Element | str] = []
    for sign, name in (("_", "sub"), ("^", "sup")):
        parts = _grouped(element, name)
        if any(text.text for part in _children(element, name) for text in part.iter(*_TEXT)):
            limits += [sign, *parts]
    return limits


def _property(element: Element, name: str, default: str) -> str:
    """A sign that an element's properties name; an empty value is a sign left out."""
    properties = element.find(f"{element.tag}Pr")
    sign = properties.find(M + name) if properties is not None else None
    if sign is None:
        return default
    return sign.get(M + "val") or ""
