"""Gives Office Math as LaTeX: \\frac{a+b}{2}, x_{i}^{2}, \\sqrt{x}.

ECMA-376 part 1, 22.1. Every character of `m:t` comes out once, in the order of the linear reading, as itself, as its
command or inside `\\text{…}`. `docpipe.writers.omml` reads this LaTeX back, so each construct has a form of its own. Braces that
are no argument stand for `m:box`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from docpipe.formula_symbols import (
    ACCENTS,
    ALIGNMENT,
    ARROWS,
    BRACES,
    DEEPEST,
    DELIMITERS,
    FUNCTIONS,
    INTEGRALS,
    LIMIT_FUNCTIONS,
    MACRON,
    MACRON_SIGN,
    MATRICES,
    NARY,
    NO_BAR,
    NUMBER,
    SCRIPTS,
    SLASH,
    STRIKES,
    STYLES,
    SYMBOLS,
    WIDE_ACCENTS,
    nesting,
)
from docpipe.readers.docx.formulas import linear
from docpipe.readers.docx.names import Element, M, W

_DEEPEST_ELEMENT = 150  # What the writer makes of a formula that is nested DEEPEST stays below.
_TEXT = (M + "t", W + "t")
_RUNS = frozenset({M + "r", *_TEXT})
_FENCES = frozenset({M + "d", M + "rad"})
_OFF = frozenset({"0", "false", "off"})
_SIDES = ("hideTop", "hideBot", "hideLeft", "hideRight")
_MARKERS = {"&": ALIGNMENT, "#": NUMBER}

_COMMAND_AT_END = re.compile(r"\\[A-Za-z]+$")
_LONGEST_COMMAND = 32
_ONE_SIGN = re.compile(r"[0-9A-Za-z]|\\[A-Za-z]+")
_NAME = re.compile("[A-Za-z]+")
_MATH_LETTERS = re.compile("[\u0370-\u03ff\u2100-\u214f\U0001d400-\U0001d7ff]")
_WORD_SIGNS = frozenset("'\"`")
_NO_MATH = re.compile("[\u20a0-\u20ff\u2400-\u245f]")  # MathJax 3 fails at these blocks.
_NO_WORD = frozenset("\\{}$&#%_^~")


def latex(formula: Element) -> str:
    """The LaTeX of an `m:oMath`, `m:oMathPara` or any part of one; of one nested too deep, the linear reading as text."""
    if _is_deeper(formula, _DEEPEST_ELEMENT):
        return _words(linear(formula))
    text = _content(_items([formula]))
    return text if nesting(text) <= DEEPEST else _words(linear(formula))


def _is_deeper(formula: Element, levels: int) -> bool:
    generation = [formula]
    for _ in range(levels):
        generation = [child for element in generation for child in element]
        if not generation:
            return False
    return True


def _items(elements: Iterable[Element]) -> list[Element]:
    """Runs with text and constructs, without what is only wrapped around them (`m:oMath`, `w:ins`, `w:smartTag`)."""
    items: list[Element] = []
    for element in elements:
        if element.tag in _RUNS:
            items += [element] if _text(element) else []
        elif element.tag in _READINGS:
            items.append(element)
        elif not _is_property(element):
            items += _items(element)
    return items


def _is_property(element: Element) -> bool:
    return not isinstance(element.tag, str) or element.tag.endswith("Pr")


def _content(items: Iterable[Element], markers: bool = False) -> str:
    return _joined(
        _run(item, markers) if item.tag in _RUNS else _READINGS[item.tag](item) for item in items
    )


def _joined(parts: Iterable[str]) -> str:
    """The parts as one text, with a space where two would become one command or one character."""
    done: list[str] = []
    last = ""
    for part in parts:
        before, next_char = last[-_LONGEST_COMMAND:], part[:1]
        runs_on = next_char.isascii() and next_char.isalpha() and _COMMAND_AT_END.search(before)
        if runs_on or (unicodedata.combining(next_char or " ") and not before[-1:].isalpha()):
            done.append(" ")
        done.append(part)
        last = part or last
    return "".join(done)


def _part(element: Element, name: str) -> str:
    """The content of the children `name`. Brackets that are not alone in the source stay apart, as in `linear`."""
    parts = list(element.iterchildren(M + name))
    items = _items(parts)
    text = _content(items)
    if len(items) == 1 and items[0].tag in _FENCES:
        children = [child for part in parts for child in part if not _is_property(child)]
        return text if children == items else f"{{{text}}}"
    return text


def _group(element: Element, name: str) -> str:
    return f"{{{_part(element, name)}}}"


def _base(element: Element) -> str:
    text = _part(element, "e")
    return text if _ONE_SIGN.fullmatch(text) else f"{{{text}}}"


def _property(element: Element, name: str) -> Element | None:
    properties = element.find(f"{element.tag}Pr")
    return properties.find(M + name) if properties is not None else None


def _value(element: Element, name: str, default: str) -> str:
    """The value of a property; one that is there without a value is empty, as in `linear`."""
    found = _property(element, name)
    return default if found is None else found.get(M + "val") or ""


def _is_on(element: Element, name: str, default: bool = False) -> bool:
    """A switch (22.9.2.7): on where it stands without a value."""
    found = _property(element, name)
    return default if found is None else (found.get(M + "val") or "1").lower() not in _OFF


# Text


def _text(run: Element) -> str:
    return "".join(text.text or "" for text in run.iter(*_TEXT))


def _run(run: Element, markers: bool) -> str:
    """A run (22.1.2.87) in its style (22.1.2.94, 22.1.2.111) or, with `m:nor` (22.1.2.74), as words.

    With `markers`, what has a meaning in an equation array is no text.
    """
    words = _is_on(run, "nor")
    return _joined(_segments(_text(run), [] if words else _style(run), words, markers))


def _style(run: Element) -> list[str]:
    """The commands for the run's alphabet, the outer first."""
    style, script = _value(run, "sty", "i"), SCRIPTS.get(_value(run, "scr", "roman"))
    if script:
        return [STYLES["bi"], script] if style in ("b", "bi") else [script]
    return [STYLES[style]] if style in STYLES else []


def _signs(text: str) -> str:
    return _joined(_segments(text))


def _words(text: str) -> str:
    return _joined(_segments(text, words=True))


def _segments(
    text: str, style: Sequence[str] = (), words: bool = False, markers: bool = False
) -> Iterator[str]:
    """The text cut where it changes between mathematics, words and the marks of an equation array."""

    def kind(char: str) -> str:
        if markers and char in _MARKERS:
            return "mark"
        return "word" if _is_word(char) or (words and char not in _NO_WORD) else "sign"

    for name, chars in groupby(text, kind):
        segment = "".join(chars)
        if name == "mark":
            yield from (_MARKERS[char] for char in segment)
        elif name == "word":
            yield f"\\text{{{''.join(' ' if char.isspace() else char for char in segment)}}}"
        else:
            yield _styled(segment, style)


def _is_word(char: str) -> bool:
    """Whether LaTeX takes a character only inside `\\text{…}`."""
    if char.isascii() or _MATH_LETTERS.match(char) or char in SYMBOLS:
        return char in _WORD_SIGNS
    if _NO_MATH.match(char) or unicodedata.category(char)[0] in "LN":
        return True
    return unicodedata.east_asian_width(char) in "WF"


def _styled(text: str, style: Sequence[str]) -> str:
    signs = _joined(SYMBOLS.get(char, "~" if char.isspace() else char) for char in text)
    if any(char.isalnum() for char in text):
        for command in reversed(list(style)):
            signs = f"{command}{{{signs}}}"
    return signs


# Constructs, by their clause in ECMA-376 part 1


def _fraction(element: Element) -> str:
    """22.1.2.36."""
    numerator, denominator = _group(element, "num"), _group(element, "den")
    match _value(element, "type", "bar"):
        case "noBar":
            return f"{NO_BAR}{numerator}{denominator}"
        case "lin":
            return f"{numerator}{SLASH}{denominator}"
        case "skw":
            return f"{{}}^{numerator}{SLASH}{{}}_{denominator}"
    return f"\\frac{numerator}{denominator}"


def _radical(element: Element) -> str:
    """22.1.2.88."""
    degree = _part(element, "deg")
    return f"\\sqrt{_option(degree) if degree else ''}{_group(element, 'e')}"


def _option(text: str) -> str:
    """An argument in square brackets, in braces too where it holds what could end it or begins with braces."""
    return f"[{{{text}}}]" if "]" in text or text.startswith("{") else f"[{text}]"


def _superscript(element: Element) -> str:
    """22.1.2.105."""
    return f"{_base(element)}^{_group(element, 'sup')}"


def _subscript(element: Element) -> str:
    """22.1.2.101."""
    return f"{_base(element)}_{_group(element, 'sub')}"


def _both_scripts(element: Element) -> str:
    """22.1.2.103."""
    return f"{_base(element)}_{_group(element, 'sub')}^{_group(element, 'sup')}"


def _scripts_before(element: Element) -> str:
    """22.1.2.99. The upper script comes first, which tells it from scripts of an empty base."""
    return f"{{}}^{_group(element, 'sup')}_{_group(element, 'sub')}{_group(element, 'e')}"


def _nary(element: Element) -> str:
    """22.1.2.70; its limits 22.1.2.53. Hidden limits that hold text are shown, as in `linear`."""
    sign = _value(element, "chr", "∫")
    command = NARY.get(sign) or f"\\mathop{{{_signs(sign)}}}"
    limits = "".join(
        f"{mark}{_group(element, name)}"
        for mark, name in (("_", "sub"), ("^", "sup"))
        if any(text.text for part in element.iterchildren(M + name) for text in part.iter(M + "t"))
    )
    usual = "subSup" if sign in INTEGRALS else "undOvr"
    place = _value(element, "limLoc", usual)
    moved = {"undOvr": r"\limits", "subSup": r"\nolimits"}.get(place, "") if place != usual else ""
    return f"{command}{moved if limits else ''}{limits}{_group(element, 'e')}"


def _delimiters(element: Element) -> str:
    """22.1.2.24."""
    begin, end = _value(element, "begChr", "("), _value(element, "endChr", ")")
    separator = _value(element, "sepChr", "|")
    grows = _is_on(element, "grow", default=True) and _can_grow(begin) and _can_grow(end)
    parts = list(element.iterchildren(M + "e"))
    if grows and len(parts) == 1 and (short := _short(begin, end, _items(parts))):
        return short
    contents = [_content(_items([part])) for part in parts]
    if not grows:
        inner = _joined(_between(f"\\mathpunct{{{_signs(separator)}}}", contents))
        return f"\\mathopen{{{_signs(begin)}}}{inner}\\mathclose{{{_signs(end)}}}"
    middle = (
        f"\\middle{_delimiter(separator)}"
        if _can_grow(separator)
        else f"\\mathpunct{{{_signs(separator)}}}"
    )
    inner = _joined([f"\\left{_delimiter(begin)}", *_between(middle, contents)])
    return f"{inner}\\right{_delimiter(end)}"


def _short(begin: str, end: str, items: list[Element]) -> str:
    """Brackets around nothing but a matrix, or a fraction without a bar, have commands of their own."""
    if len(items) == 1 and items[0].tag == M + "m" and (name := MATRICES.get((begin, end))):
        return _environment(name, _rows(items[0]))
    no_bar = len(items) == 1 and items[0].tag == M + "f" and _value(items[0], "type", "") == "noBar"
    if no_bar and (begin, end) == ("(", ")"):
        return f"\\binom{_group(items[0], 'num')}{_group(items[0], 'den')}"
    return ""


def _between(sign: str, contents: list[str]) -> list[str]:
    return [part for content in contents for part in (sign, content)][1:]


def _can_grow(sign: str) -> bool:
    return sign in DELIMITERS or not sign


def _delimiter(sign: str) -> str:
    return SYMBOLS.get(sign, sign) or "."


def _function(element: Element) -> str:
    """22.1.2.39."""
    return f"{_function_name(_items(element.iterchildren(M + 'fName')))}{_group(element, 'e')}"


def _function_name(items: list[Element]) -> str:
    """The name as a command, with its scripts or limit: \\sin, \\log_{2}, \\lim_{x\\to 0}, \\operatorname{sgn}."""
    if name := _name(items):
        return _operator(name)
    if len(items) == 1 and (name := _name(_items(items[0].iterchildren(M + "e")))):
        item, always_beside = items[0], "" if name not in LIMIT_FUNCTIONS else r"\nolimits"
        match item.tag.removeprefix(M):
            case "sSub":
                return f"{_operator(name)}{always_beside}_{_group(item, 'sub')}"
            case "sSup":
                return f"{_operator(name)}{always_beside}^{_group(item, 'sup')}"
            case "sSubSup":
                scripts = f"_{_group(item, 'sub')}^{_group(item, 'sup')}"
                return f"{_operator(name)}{always_beside}{scripts}"
            case "limLow":
                return f"{_limit_operator(name)}_{_group(item, 'lim')}"
            case "limUpp":
                return f"{_limit_operator(name)}^{_group(item, 'lim')}"
    return f"\\operatorname{{{_content(items)}}}"


def _name(items: list[Element]) -> str:
    """The letters of a function's name; nothing where there is more than letters."""
    if not all(item.tag in _RUNS for item in items):
        return ""
    text = "".join(map(_text, items))
    return text if _NAME.fullmatch(text) else ""


def _operator(name: str) -> str:
    known = name in FUNCTIONS or name in LIMIT_FUNCTIONS
    return f"\\{name}" if known else f"\\operatorname{{{name}}}"


def _limit_operator(name: str) -> str:
    return f"\\{name}" if name in LIMIT_FUNCTIONS else f"\\operatorname*{{{name}}}"


def _lower_limit(element: Element) -> str:
    """22.1.2.54."""
    return f"\\underset{_group(element, 'lim')}{_group(element, 'e')}"


def _upper_limit(element: Element) -> str:
    """22.1.2.56."""
    return f"\\overset{_group(element, 'lim')}{_group(element, 'e')}"


def _accent(element: Element) -> str:
    """22.1.2.1."""
    sign, content = _value(element, "chr", "\u0302"), _part(element, "e")
    if sign not in ACCENTS:
        over = MACRON_SIGN if sign == MACRON else _joined(["{", _signs(sign)])[1:]
        return f"\\stackrel{{{over}}}{{{content}}}"
    wide = WIDE_ACCENTS.get(sign) if not _ONE_SIGN.fullmatch(content) else None
    return f"{wide or ACCENTS[sign]}{{{content}}}"


def _bar(element: Element) -> str:
    """22.1.2.7."""
    command = r"\overline" if _value(element, "pos", "bot") == "top" else r"\underline"
    return f"{command}{_group(element, 'e')}"


def _group_character(element: Element) -> str:
    """22.1.2.41."""
    sign, content = _value(element, "chr", "⏟"), _part(element, "e")
    place = "top" if _value(element, "pos", "bot") == "top" else "bot"
    if command := BRACES.get((sign, place)):
        return f"{command}{{{content}}}"
    if arrow := ARROWS.get(sign):
        return f"{arrow}{{{content}}}" if place == "bot" else f"{arrow}{_option(content)}{{}}"
    over = r"\overset" if place == "top" else r"\underset"
    return f"\\mathrel{{{over}{{{_joined(['{', _signs(sign)])[1:]}}}{{{content}}}}}"


def _box(element: Element) -> str:
    """22.1.2.13."""
    return _group(element, "e")


def _border_box(element: Element) -> str:
    """22.1.2.11. Diagonal strokes are kept, level and upright ones have no command."""
    framed = not all(_is_on(element, side) for side in _SIDES)
    strikes = _is_on(element, "strikeBLTR"), _is_on(element, "strikeTLBR")
    text = f"{STRIKES.get(strikes, '')}{_group(element, 'e')}"
    if not framed:
        return text
    return f"\\boxed{{{text}}}" if any(strikes) else f"\\boxed{text}"


def _phantom(element: Element) -> str:
    """22.1.2.81."""
    flat = _is_on(element, "zeroAsc") and _is_on(element, "zeroDesc")
    if _is_on(element, "show", default=True):
        command = r"\smash" if flat else ""
    elif flat:
        command = r"\hphantom"
    else:
        command = r"\vphantom" if _is_on(element, "zeroWid") else r"\phantom"
    return f"{command}{_group(element, 'e')}"


def _matrix(element: Element) -> str:
    """22.1.2.60."""
    return _environment("matrix", _rows(element))


def _rows(matrix: Element) -> list[str]:
    return [
        " & ".join(_content(_items([cell])) for cell in row.iterchildren(M + "e"))
        for row in matrix.iterchildren(M + "mr")
    ]


def _equation_array(element: Element) -> str:
    """22.1.2.34."""
    rows = [_items([row]) for row in element.iterchildren(M + "e")]
    aligned = any(item.tag in _RUNS and "&" in _text(item) for row in rows for item in row)
    name = "aligned" if aligned else "gathered"
    return _environment(name, [_content(row, markers=True) for row in rows])


def _environment(name: str, rows: list[str]) -> str:
    inner = " \\\\ ".join(map(_row, rows))
    return f"\\begin{{{name}}}{inner}\\end{{{name}}}"


def _row(text: str) -> str:
    """A row that begins with what would be an option of the line break before is begun with text."""
    return f"\\text{{{text[0]}}}{text[1:]}" if text[:1] in ("[", "*") else text


def _paragraph(element: Element) -> str:
    """22.1.2.78. The formulas of one paragraph stand side by side."""
    formulas = [_content(_items([formula])) for formula in element.iterchildren(M + "oMath")]
    return _joined(_between(SYMBOLS["\u2003"], formulas))


_READINGS: dict[str, Callable[[Element], str]] = {
    M + "f": _fraction,
    M + "rad": _radical,
    M + "sSup": _superscript,
    M + "sSub": _subscript,
    M + "sSubSup": _both_scripts,
    M + "sPre": _scripts_before,
    M + "nary": _nary,
    M + "d": _delimiters,
    M + "func": _function,
    M + "limLow": _lower_limit,
    M + "limUpp": _upper_limit,
    M + "acc": _accent,
    M + "bar": _bar,
    M + "groupChr": _group_character,
    M + "box": _box,
    M + "borderBox": _border_box,
    M + "phant": _phantom,
    M + "m": _matrix,
    M + "eqArr": _equation_array,
    M + "oMathPara": _paragraph,
}
