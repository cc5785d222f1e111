"""Writes a formula as Office Math (ECMA-376 part 1, 22.1), from the LaTeX that the DOCX reader gives it.

What is read is that LaTeX and no other: each construct has one form. A formula in another stays as it is, as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from docpipe.formula_symbols import (
    ACCENTS,
    ALIGNMENT,
    ARROWS,
    BRACES,
    DEEPEST,
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
from docpipe.writers.common import printable

Element = Any
"""An lxml element. lxml ships no types, so this names the intent."""

_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = {"m": _M, "w": _W}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FONT = "Cambria Math"

_END = ""
_TOKEN = re.compile(
    r"\\text\{[^\\{}]*\}|\\(?:hat|tilde)\{\}|\{\}'{1,3}"
    rf"|{re.escape(NO_BAR)}|{re.escape(SLASH)}"
    r"|\\(?:begin|end)\{[A-Za-z]+\}|\\operatorname\*|\\[A-Za-z]+|\\.|\S",
    re.S,
)
_QUOTED = r"\text{"
_NO_CHARACTER = frozenset(r"\{}$&#%_^~'")
_SCRIPT_MARKS = ("_", "^")

_CHARACTERS = {command: char for char, command in SYMBOLS.items()}
_MARKERS = {ALIGNMENT: "&", NUMBER: "#"}
_SIGNS = {command: sign for sign, command in NARY.items()}
_ACCENT_SIGNS = {
    command: sign for table in (ACCENTS, WIDE_ACCENTS) for sign, command in table.items()
}
_BRACE_SIGNS = {command: sign for sign, command in BRACES.items()}
_ARROW_SIGNS = {command: sign for sign, command in ARROWS.items()}
_BRACKETS = {name: brackets for brackets, name in MATRICES.items()}
_STRIKE_SIDES = {command: sides for sides, command in STRIKES.items()}
_SCRIPT_VALUES = {command: value for value, command in SCRIPTS.items()}
_STYLE_VALUES = {command: value for value, command in STYLES.items()}
_SIDES = dict.fromkeys(("hideTop", "hideBot", "hideLeft", "hideRight"), "1")


def omml(latex: str) -> Element:
    """The `m:oMath` (22.1.2.77) of a formula."""
    text = printable(latex)
    try:
        items = _Parser(text).formula()
    except _UnknownError:
        items = [_run(text, nor="1")]
    return _element("oMath", items)


class _UnknownError(Exception):
    """The formula has a form that the DOCX reader does not write."""


def _element(name: str, children: Iterable[Element] = ()) -> Element:
    element = etree.Element(f"{{{_M}}}{name}", nsmap=_NAMESPACES)
    element.extend(children)
    return element


def _construct(name: str, parts: Iterable[Element], **properties: str) -> Element:
    """A construct; its properties come first, in the order in which the schema wants them."""
    return _element(name, [*_properties(name, properties), *parts])


def _properties(name: str, values: dict[str, str]) -> list[Element]:
    if not values:
        return []
    properties = _element(f"{name}Pr")
    for key, value in values.items():
        etree.SubElement(properties, f"{{{_M}}}{key}").set(f"{{{_M}}}val", value)
    return [properties]


def _run(text: str, **properties: str) -> Element:
    """A run (22.1.2.87). Its text is in the font for formulas, words (`nor`) are in the paragraph's."""
    run = _element("r", _properties("r", properties))
    if "nor" not in properties:
        fonts = etree.SubElement(etree.SubElement(run, f"{{{_W}}}rPr"), f"{{{_W}}}rFonts")
        fonts.set(f"{{{_W}}}ascii", _FONT)
        fonts.set(f"{{{_W}}}hAnsi", _FONT)
    content = etree.SubElement(run, f"{{{_M}}}t")
    content.text = text
    if text != text.strip():
        content.set(_SPACE, "preserve")
    return run


def _characters(token: str) -> str:
    """What a token stands for in running text; nothing for a command or a mark."""
    if token in _CHARACTERS:
        return _CHARACTERS[token]
    return token if len(token) == 1 and token not in _NO_CHARACTER else ""


def _unquoted(token: str) -> str:
    return token[len(_QUOTED) : -1]


class _Parser:
    """Reads one formula from left to right. The nesting is counted before, which bounds the recursion."""

    def __init__(self, latex: str) -> None:
        if nesting(latex) > DEEPEST:
            raise _UnknownError
        self._tokens: list[str] = [*_TOKEN.findall(latex), _END]
        self._at = 0

    def formula(self) -> list[Element]:
        """All of it."""
        return self._content((_END,))

    # Tokens

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _next(self) -> str:
        token = self._tokens[self._at]
        if token == _END:
            raise _UnknownError
        self._at += 1
        return token

    def _take(self, token: str) -> bool:
        taken = self._peek() == token
        self._at += taken
        return taken

    def _expect(self, *tokens: str) -> None:
        for token in tokens:
            if not self._take(token):
                raise _UnknownError

    # Runs and groups

    def _content(self, ends: tuple[str, ...], markers: bool = False) -> list[Element]:
        """What stands before one of `ends`; with `markers`, as a row of an equation array."""
        items: list[Element] = []
        while self._peek() not in ends:
            text = self._running(ends, markers)
            items.append(_run(text) if text else self._item())
        return items

    def _running(self, ends: tuple[str, ...], markers: bool) -> str:
        """The characters that follow, but not one that is the base of scripts."""
        text: list[str] = []
        while (token := self._peek()) not in ends:
            char = _MARKERS[token] if markers and token in _MARKERS else _characters(token)
            if not char or self._tokens[self._at + 1] in _SCRIPT_MARKS:
                break
            text.append(char)
            self._at += 1
        return "".join(text)

    def _item(self) -> Element:
        token = self._next()
        if char := _characters(token):
            return self._scripts([_run(char)])
        if token.startswith(_QUOTED):
            return _run(_unquoted(token), nor="1")
        read = _COMMANDS.get(token)
        if read is None:
            raise _UnknownError
        return read(self, token)

    def _inside(self) -> list[Element]:
        """The content of an argument in braces."""
        self._expect("{")
        items = self._content(("}",))
        self._expect("}")
        return items

    def _part(self, name: str) -> Element:
        return _element(name, self._inside())

    def _option(self) -> list[Element]:
        """The content of an argument in square brackets, which may be in braces too."""
        items = self._inside() if self._peek() == "{" else self._content(("]",))
        self._expect("]")
        return items

    def _sign(self) -> str:
        """An argument that is the value of an attribute."""
        self._expect("{")
        text: list[str] = []
        while not self._take("}"):
            token = self._next()
            char = _unquoted(token) if token.startswith(_QUOTED) else _characters(token)
            if not char:
                raise _UnknownError
            text.append(char)
        return "".join(text)

    def _braces(self, token: str) -> Element:
        """A base of scripts, the numerator of a linear fraction, or a box (22.1.2.13)."""
        self._at -= 1
        items = self._inside()
        if self._peek() in _SCRIPT_MARKS:
            return self._scripts(items)
        if self._take(SLASH):
            return _construct("f", [_element("num", items), self._part("den")], type="lin")
        return _construct("box", [_element("e", items)])

    def _scripts(self, base: list[Element]) -> Element:
        """22.1.2.99 to 22.1.2.105, and skewed fractions (22.1.2.36), which are written as scripts."""
        if self._take("_"):
            sub = self._part("sub")
            if self._take("^"):
                return _construct("sSubSup", [_element("e", base), sub, self._part("sup")])
            return _construct("sSub", [_element("e", base), sub])
        self._expect("^")
        upper = self._inside()
        if not base and self._take("_"):
            sub = self._part("sub")
            return _construct("sPre", [sub, _element("sup", upper), self._part("e")])
        if not base and self._take(SLASH):
            self._expect("{", "}", "_")
            return _construct("f", [_element("num", upper), self._part("den")], type="skw")
        return _construct("sSup", [_element("e", base), _element("sup", upper)])

    def _styled(self, token: str) -> Element:
        """A run in an alphabet (22.1.2.94) or style (22.1.2.111)."""
        self._expect("{")
        if token in _SCRIPT_VALUES:
            properties = {"scr": _SCRIPT_VALUES[token]}
        elif self._peek() in _SCRIPT_VALUES:
            properties = {"scr": _SCRIPT_VALUES[self._next()], "sty": _STYLE_VALUES[token]}
            self._expect("{")
        else:
            properties = {"sty": _STYLE_VALUES[token]}
        text: list[str] = []
        while not self._take("}"):
            text.append(_characters(self._next()))
        if not all(text):
            raise _UnknownError
        if len(properties) == 2:
            self._expect("}")
        return _run("".join(text), **properties)

    # Constructs

    def _fraction(self, token: str) -> Element:
        kind = {"type": "noBar"} if token == NO_BAR else {}
        return _construct("f", [self._part("num"), self._part("den")], **kind)

    def _binomial(self, token: str) -> Element:
        return _construct("d", [_element("e", [self._fraction(NO_BAR)])])

    def _radical(self, token: str) -> Element:
        if self._take("["):
            return _construct("rad", [_element("deg", self._option()), self._part("e")])
        return _construct("rad", [_element("deg"), self._part("e")], degHide="1")

    def _nary(self, token: str) -> Element:
        sign = self._sign() if token == r"\mathop" else _SIGNS[token]
        place = "subSup" if sign in INTEGRALS else "undOvr"
        if self._take(r"\limits"):
            place = "undOvr"
        elif self._take(r"\nolimits"):
            place = "subSup"
        properties = {"chr": sign, "limLoc": place}
        limits = []
        for mark, name in (("_", "sub"), ("^", "sup")):
            if self._take(mark):
                limits.append(self._part(name))
            else:
                properties[f"{name}Hide"] = "1"
                limits.append(_element(name))
        return _construct("nary", [*limits, self._part("e")], **properties)

    def _growing(self, token: str) -> Element:
        begin = self._delimiter()
        parts, separator = self._separated(r"\right")
        return _delimiters(begin, separator, self._delimiter(), parts)

    def _fixed(self, token: str) -> Element:
        begin = self._sign()
        parts, separator = self._separated(r"\mathclose")
        return _delimiters(begin, separator, self._sign(), parts, grow="0")

    def _separated(self, end: str) -> tuple[list[Element], str]:
        """The parts between brackets, and what separates them."""
        parts, separator = [], "|"
        while True:
            parts.append(_element("e", self._content((end, r"\middle", r"\mathpunct"))))
            token = self._next()
            if token == end:
                return parts, separator
            separator = self._delimiter() if token == r"\middle" else self._sign()

    def _delimiter(self) -> str:
        token = self._next()
        return "" if token == "." else _characters(token)

    def _matrix(self, token: str) -> Element:
        name = token[len(r"\begin{") : -1]
        rows = [_element("mr", cells) for cells in self._rows(name, ("&",))]
        count = max(len(row) for row in rows)
        matrix = _construct("m", [_columns(count), *rows])
        if name not in _BRACKETS:
            return matrix
        begin, end = _BRACKETS[name]
        return _delimiters(begin, "|", end, [_element("e", [matrix])])

    def _equations(self, token: str) -> Element:
        name, start = token[len(r"\begin{") : -1], self._at
        parts = [part for row in self._rows(name, ()) for part in row]
        numbered = {"maxDist": "1"} if NUMBER in self._tokens[start : self._at] else {}
        return _construct("eqArr", parts, **numbered)

    def _rows(self, name: str, separators: tuple[str, ...]) -> list[list[Element]]:
        end = f"\\end{{{name}}}"
        rows: list[list[Element]] = [[]]
        while True:
            content = self._content((*separators, r"\\", end), markers=not separators)
            rows[-1].append(_element("e", content))
            token = self._next()
            if token == end:
                return rows
            if token == r"\\":
                rows.append([])

    def _function(self, token: str) -> Element:
        """22.1.2.39."""
        name = self._operator_name() if token.startswith(_OPERATOR) else [_run(token[1:], sty="p")]
        beside = token not in _LIMIT_COMMANDS or self._take(r"\nolimits")
        mark = self._peek()
        if mark in _SCRIPT_MARKS and beside:
            name = [self._scripts(name)]
        elif mark in _SCRIPT_MARKS:
            self._at += 1
            limit = "limLow" if mark == "_" else "limUpp"
            name = [_construct(limit, [_element("e", name), self._part("lim")])]
        return _construct("func", [_element("fName", name), self._part("e")])

    def _operator_name(self) -> list[Element]:
        """Letters are upright; a name of another kind has its own style."""
        start = self._at + 1
        items = self._inside()
        letters = "".join(self._tokens[start : self._at - 1])
        return [_run(letters, sty="p")] if letters.isascii() and letters.isalpha() else items

    def _limit(self, token: str) -> Element:
        limit = self._part("lim")
        name = "limUpp" if token == r"\overset" else "limLow"
        return _construct(name, [self._part("e"), limit])

    def _accent(self, token: str) -> Element:
        return _construct("acc", [self._part("e")], chr=_ACCENT_SIGNS[token])

    def _stacked(self, token: str) -> Element:
        if "".join(self._tokens[self._at + 1 : self._at + 4]) == MACRON_SIGN:
            self._at += 5
            return _construct("acc", [self._part("e")], chr=MACRON)
        sign = self._sign()
        return _construct("acc", [self._part("e")], chr=sign)

    def _bar(self, token: str) -> Element:
        return _construct("bar", [self._part("e")], pos="top" if token == r"\overline" else "bot")

    def _brace(self, token: str) -> Element:
        sign, place = _BRACE_SIGNS[token]
        return _grouped(self._part("e"), sign, place)

    def _arrow(self, token: str) -> Element:
        if self._take("["):
            part = _element("e", self._option())
            self._expect("{", "}")
            return _grouped(part, _ARROW_SIGNS[token], "top")
        return _grouped(self._part("e"), _ARROW_SIGNS[token], "bot")

    def _marked(self, token: str) -> Element:
        self._expect("{")
        place = "top" if self._peek() == r"\overset" else "bot"
        self._expect(r"\overset" if place == "top" else r"\underset")
        sign, part = self._sign(), self._part("e")
        self._expect("}")
        return _grouped(part, sign, place)

    def _border(self, token: str) -> Element:
        return _construct("borderBox", [self._part("e")])

    def _struck(self, token: str) -> Element:
        names = ("strikeBLTR", "strikeTLBR")
        strikes = {name: "1" for name, on in zip(names, _STRIKE_SIDES[token], strict=True) if on}
        return _construct("borderBox", [self._part("e")], **_SIDES, **strikes)

    def _phantom(self, token: str) -> Element:
        return _construct("phant", [self._part("e")], **_PHANTOMS[token])


def _delimiters(
    begin: str, separator: str, end: str, parts: list[Element], **properties: str
) -> Element:
    """22.1.2.24."""
    signs = {"begChr": begin, "sepChr": separator, "endChr": end}
    usual = {"begChr": "(", "sepChr": "|", "endChr": ")"}
    changed = {name: sign for name, sign in signs.items() if sign != usual[name]}
    return _construct("d", parts, **changed, **properties)


def _grouped(part: Element, sign: str, place: str) -> Element:
    """22.1.2.41; an arrow stands on the line, its text above or below."""
    line = {"vertJc": "bot" if place == "bot" else "top"} if sign in ARROWS else {}
    return _construct("groupChr", [part], chr=sign, pos=place, **line)


def _columns(count: int) -> Element:
    """The properties of a matrix (22.1.2.68): `count` columns, centred."""
    column = _properties("mc", {"count": str(count), "mcJc": "center"})
    return _element("mPr", [_element("mcs", [_element("mc", column)])])


_OPERATOR = r"\operatorname"
_LIMIT_COMMANDS = frozenset({rf"{_OPERATOR}*", *(f"\\{name}" for name in LIMIT_FUNCTIONS)})
_PHANTOMS = {
    r"\phantom": {"show": "0"},
    r"\hphantom": {"show": "0", "zeroAsc": "1", "zeroDesc": "1"},
    r"\vphantom": {"show": "0", "zeroWid": "1"},
    r"\smash": {"zeroAsc": "1", "zeroDesc": "1"},
}
_COMMANDS: dict[str, Callable[[_Parser, str], Element]] = {
    "{": _Parser._braces,
    r"\frac": _Parser._fraction,
    NO_BAR: _Parser._fraction,
    r"\binom": _Parser._binomial,
    r"\sqrt": _Parser._radical,
    r"\mathop": _Parser._nary,
    **dict.fromkeys(_SIGNS, _Parser._nary),
    r"\left": _Parser._growing,
    r"\mathopen": _Parser._fixed,
    r"\begin{aligned}": _Parser._equations,
    r"\begin{gathered}": _Parser._equations,
    r"\begin{matrix}": _Parser._matrix,
    **dict.fromkeys((f"\\begin{{{name}}}" for name in _BRACKETS), _Parser._matrix),
    _OPERATOR: _Parser._function,
    **dict.fromkeys((f"\\{name}" for name in FUNCTIONS), _Parser._function),
    **dict.fromkeys(_LIMIT_COMMANDS, _Parser._function),
    r"\overset": _Parser._limit,
    r"\underset": _Parser._limit,
    **dict.fromkeys(_ACCENT_SIGNS, _Parser._accent),
    r"\stackrel": _Parser._stacked,
    r"\overline": _Parser._bar,
    r"\underline": _Parser._bar,
    **dict.fromkeys(_BRACE_SIGNS, _Parser._brace),
    **dict.fromkeys(_ARROW_SIGNS, _Parser._arrow),
    r"\mathrel": _Parser._marked,
    r"\boxed": _Parser._border,
    **dict.fromkeys(_STRIKE_SIDES, _Parser._struck),
    **dict.fromkeys(_PHANTOMS, _Parser._phantom),
    **dict.fromkeys((*_SCRIPT_VALUES, *_STYLE_VALUES), _Parser._styled),
}
