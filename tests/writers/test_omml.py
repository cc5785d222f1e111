"""Formulas as Office Math: what the reader writes as LaTeX comes back, what nobody knows stays as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docpipe.formula_symbols import (
    ACCENTS,
    DEEPEST,
    DELIMITERS,
    FUNCTIONS,
    LIMIT_FUNCTIONS,
    NARY,
    SCRIPTS,
    STYLES,
    SYMBOLS,
)
from docpipe.readers.docx.formulas import linear
from docpipe.readers.docx.latex import latex
from docpipe.readers.docx.names import M, W
from docpipe.writers.omml import omml

FONT = '<w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/></w:rPr>'


def plain(element: Any) -> str:
    """The content of a formula as XML without declarations, and without the font of its runs."""
    text = etree.tostring(element, encoding="unicode")
    start, end = text.index(">") + 1, text.rindex("<")
    return text[start:end].replace(FONT, "")


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("ab", "<m:r><m:t>ab</m:t></m:r>"),
        (
            r"a\,bx^{2}",
            "<m:r><m:t>a\u2009b</m:t></m:r>"
            "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>",
        ),
        (
            r"\text{若 }",
            '<m:r><m:rPr><m:nor m:val="1"/></m:rPr><m:t xml:space="preserve">若 </m:t></m:r>',
        ),
        (
            r"\boldsymbol{\mathcal{A}}",
            '<m:r><m:rPr><m:scr m:val="script"/><m:sty m:val="bi"/></m:rPr><m:t>A</m:t></m:r>',
        ),
        (
            r"\sqrt{}",
            '<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e/></m:rad>',
        ),
        (
            r"\sum_{}{}",
            '<m:nary><m:naryPr><m:chr m:val="∑"/><m:limLoc m:val="undOvr"/><m:supHide m:val="1"/></m:naryPr>'
            "<m:sub/><m:sup/><m:e/></m:nary>",
        ),
        (
            r"\left[\middle.\right.",
            '<m:d><m:dPr><m:begChr m:val="["/><m:sepChr m:val=""/><m:endChr m:val=""/></m:dPr><m:e/><m:e/></m:d>',
        ),
        (
            r"\begin{matrix} & \end{matrix}",
            '<m:m><m:mPr><m:mcs><m:mc><m:mcPr><m:count m:val="2"/><m:mcJc m:val="center"/></m:mcPr></m:mc></m:mcs>'
            "</m:mPr><m:mr><m:e/><m:e/></m:mr></m:m>",
        ),
        (
            r"\begin{gathered}\qquad\end{gathered}",
            '<m:eqArr><m:eqArrPr><m:maxDist m:val="1"/></m:eqArrPr><m:e><m:r><m:t>#</m:t></m:r></m:e></m:eqArr>',
        ),
    ],
)
def test_office_math(text: str, xml: str) -> None:
    assert plain(omml(text)) == xml


def test_runs_have_the_font_for_formulas() -> None:
    assert FONT in etree.tostring(omml("x"), encoding="unicode")
    assert FONT not in etree.tostring(omml(r"\text{x}"), encoding="unicode")


@pytest.mark.parametrize(
    "text",
    [
        r"\frac12", r"\unknown{x}", "x^2", "^{2}", "{", "}", r"\left(x", r"\left(x\right", r"\begin{matrix}", "a&b",
        r"\begin{matrix}a\end{pmatrix}", r"\sum_{a}", r"\sqrt[]]{x}", r"\mathrm{\frac{a}{b}}", "\\", "'", r"\text{", "$x$",
        r"\mathop{\frac{a}{b}}{x}", r"\sqrt[{a}", r"\boldsymbol{\mathcal{A}", r"\mathrel{x}", r"\xrightarrow[a]{b}",
        "{" * (DEEPEST + 1) + "}" * (DEEPEST + 1), "{" * 5000, r"\left(" * 5000,
    ],
)  # fmt: skip
def test_what_is_unknown_stays_text(text: str) -> None:
    assert "".join(omml(text).itertext()) == text


def test_no_character_is_too_strange() -> None:
    assert "".join(omml("a\x00\ud800b").itertext()) == "a\ufffd\ufffdb"


@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    etree.fromstring(etree.tostring(omml(text)))


# Trees of Office Math as lxml elements; their text has all characters that XML can hold, and some more often.

_CHARACTERS = st.one_of(
    st.sampled_from(sorted(SYMBOLS)),
    st.sampled_from("ab12+=()[]&#^~'\"` \u0304\u0332速（①∑\u00a0\u3000\t"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
_TEXTS = st.one_of(st.text(_CHARACTERS, max_size=4), st.sampled_from(["sin", "lim", "ab"]))
_SIGN = st.one_of(
    st.sampled_from(["", "\u0304", "（", "→", "←", "⏞", "⏟"]),
    st.sampled_from(sorted({*DELIMITERS, *NARY, *ACCENTS})),
    st.text(_CHARACTERS, max_size=2),
)
_SWITCH = st.sampled_from(["1", "0", "on", None])


def element(name: str, children: Iterable[Any] = (), namespace: str = M) -> Any:
    made = etree.Element(namespace + name)
    for child in children:
        made.append(etree.fromstring(etree.tostring(child)))
    return made


def properties(name: str, values: Mapping[str, str | None]) -> Any:
    made = etree.Element(f"{M}{name}Pr")
    for key, value in values.items():
        child = etree.SubElement(made, M + key)
        if value is not None:
            child.set(M + "val", value)
    return made


def run(text: str, values: Mapping[str, str | None]) -> Any:
    made = element("r", [properties("r", values)])
    etree.SubElement(made, M + "t").text = text
    return made


_STYLE = st.fixed_dictionaries(
    {},
    optional={
        "nor": _SWITCH,
        "scr": st.sampled_from(["roman", *SCRIPTS]),
        "sty": st.sampled_from(["i", *STYLES]),
    },
)
_RUN = st.builds(run, _TEXTS, _STYLE)
_NAME = st.sampled_from(sorted(FUNCTIONS | LIMIT_FUNCTIONS | {"sgn"})).map(
    lambda name: run(name, {"sty": "p"})
)
_PROPERTIES: dict[str, dict[str, st.SearchStrategy[str | None]]] = {
    "f": {"type": st.sampled_from(["bar", "noBar", "lin", "skw"])},
    "rad": {"degHide": _SWITCH},
    "nary": {"chr": _SIGN, "limLoc": st.sampled_from(["undOvr", "subSup"]), "subHide": _SWITCH},
    "d": {"begChr": _SIGN, "sepChr": _SIGN, "endChr": _SIGN, "grow": _SWITCH},
    "acc": {"chr": _SIGN},
    "bar": {"pos": st.sampled_from(["top", "bot"])},
    "groupChr": {"chr": _SIGN, "pos": st.sampled_from(["top", "bot"])},
    "borderBox": dict.fromkeys(
        ("hideTop", "hideBot", "hideLeft", "hideRight", "strikeBLTR", "strikeTLBR"), _SWITCH
    ),
    "phant": dict.fromkeys(("show", "zeroWid", "zeroAsc", "zeroDesc"), _SWITCH),
}
_PARTS = {
    "f": ("num", "den"), "rad": ("deg", "e"), "sSup": ("e", "sup"), "sSub": ("e", "sub"),
    "sSubSup": ("e", "sub", "sup"), "sPre": ("sub", "sup", "e"), "nary": ("sub", "sup", "e"), "func": ("fName", "e"),
    "limLow": ("e", "lim"), "limUpp": ("e", "lim"), "acc": ("e",), "bar": ("e",), "groupChr": ("e",), "box": ("e",),
    "borderBox": ("e",), "phant": ("e",), "d": ("e", "e"), "eqArr": ("e", "e"),
}  # fmt: skip


def constructs(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """All constructs around `items`, with parts and properties that may be missing."""
    contents = st.lists(items, max_size=3)

    def one(name: str) -> st.SearchStrategy[Any]:
        parts = st.tuples(*(st.none() | contents for _ in _PARTS[name]))
        values = st.fixed_dictionaries({}, optional=_PROPERTIES.get(name, {}))
        return st.builds(
            lambda chosen, marks: element(
                name,
                [
                    properties(name, marks),
                    *(
                        element(part, content)
                        for part, content in zip(_PARTS[name], chosen, strict=True)
                        if content is not None
                    ),
                ],
            ),
            parts,
            values,
        )

    rows = st.lists(st.lists(contents, max_size=3), max_size=3)
    matrices = rows.map(
        lambda made: element(
            "m", (element("mr", (element("e", cell) for cell in row)) for row in made)
        )
    )
    fenced = st.builds(
        lambda item, brackets: element(
            "d",
            [
                properties("d", dict(zip(("begChr", "endChr"), brackets, strict=True))),
                element("e", [item]),
            ],
        ),
        matrices | one("f"),
        st.sampled_from(["()", "[]", "{}", "||"]),
    )
    scripted = st.builds(
        lambda name, kind, script, content: element(
            "func",
            [
                element(
                    "fName",
                    [
                        element(
                            kind,
                            [
                                element("e", [name]),
                                *(element(part, script) for part in _PARTS[kind][1:]),
                            ],
                        )
                    ],
                ),
                element("e", content),
            ],
        ),
        _NAME,
        st.sampled_from(["sSup", "sSub", "sSubSup", "limLow", "limUpp"]),
        contents,
        contents,
    )
    wrapped = contents.map(lambda made: element("ins", made, W))
    return st.one_of(*map(one, _PARTS), matrices, fenced, scripted, wrapped)


_TREES = st.recursive(_RUN | _NAME, constructs, max_leaves=8)
_FORMULAS = st.lists(_TREES, max_size=4).map(lambda items: element("oMath", items))


@given(_FORMULAS)
def test_a_formula_comes_back(original: Any) -> None:
    text = latex(original)
    written = omml(text)
    assert latex(written) == text
    assert linear(written) == linear(original)


@given(st.lists(_FORMULAS, max_size=3).map(lambda made: element("oMathPara", made)))
def test_formulas_of_a_paragraph_come_back(original: Any) -> None:
    text = latex(original)
    assert latex(omml(text)) == text
    assert linear(omml(text)) == linear(original)
