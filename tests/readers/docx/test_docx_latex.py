"""Formulas as LaTeX: each construct of Office Math by hand, what LaTeX cannot take, the formulas of the corpus."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx_packages import NAMESPACES
from lxml import etree

from docpipe.formula_symbols import DEEPEST, NARY, SYMBOLS, nesting
from docpipe.readers.docx.formulas import linear
from docpipe.readers.docx.latex import latex
from docpipe.readers.docx.names import M
from docpipe.writers.omml import omml


def formula(content: str) -> Any:
    return etree.fromstring(f"<m:oMath {NAMESPACES}>{content}</m:oMath>")


def r(text: str, properties: str = "") -> str:
    marks = f"<m:rPr>{properties}</m:rPr>" if properties else ""
    return f"<m:r>{marks}<m:t>{text}</m:t></m:r>"


def on(name: str, value: str) -> str:
    return f'<m:{name} m:val="{value}"/>'


def c(name: str, properties: str = "", **parts: str) -> str:
    """A construct; its parts are in the order given."""
    marks = f"<m:{name}Pr>{properties}</m:{name}Pr>" if properties else ""
    inner = "".join(f"<m:{part}>{content}</m:{part}>" for part, content in parts.items())
    return f"<m:{name}>{marks}{inner}</m:{name}>"


def matrix(*rows: list[str]) -> str:
    lines = ("".join(f"<m:e>{cell}</m:e>" for cell in row) for row in rows)
    return f"<m:m>{''.join(f'<m:mr>{line}</m:mr>' for line in lines)}</m:m>"


def array(*rows: str) -> str:
    return f"<m:eqArr>{''.join(f'<m:e>{row}</m:e>' for row in rows)}</m:eqArr>"


def fences(*parts: str, properties: str = "") -> str:
    return f"<m:d><m:dPr>{properties}</m:dPr>{''.join(f'<m:e>{p}</m:e>' for p in parts)}</m:d>"


X, Y, AB = r("x"), r("y"), r("a+b")
NO_BAR = c("f", on("type", "noBar"), num=r("n"), den=r("k"))
LIM = c("limLow", e=r("lim", on("sty", "p")), lim=r("x→0"))

CASES = {
    "fraction": (c("f", num=AB, den=r("2")), r"\frac{a+b}{2}"),
    "no bar": (NO_BAR, r"\genfrac{}{}{0pt}{}{n}{k}"),
    "binomial": (fences(NO_BAR), r"\binom{n}{k}"),
    "linear": (c("f", on("type", "lin"), num=X, den=Y), r"{x}\mathord{/}{y}"),
    "skewed": (c("f", on("type", "skw"), num=X, den=Y), r"{}^{x}\mathord{/}{}_{y}"),
    "root": (c("rad", on("degHide", "1"), deg="", e=X), r"\sqrt{x}"),
    "cube root": (c("rad", deg=r("3"), e=X), r"\sqrt[3]{x}"),
    "root of a bracketed degree": (c("rad", deg=r("a]"), e=X), r"\sqrt[{a]}]{x}"),
    "degree that begins with braces": (
        c("rad", deg=c("box", e=r("3")), e=X),
        r"\sqrt[{{3}}]{x}",
    ),
    "sup": (c("sSup", e=X, sup=r("2")), "x^{2}"),
    "sup of a sum": (c("sSup", e=AB, sup=r("2")), "{a+b}^{2}"),
    "sup of brackets": (c("sSup", e=fences(AB), sup=r("2")), r"{\left(a+b\right)}^{2}"),
    "sup of brackets and no more": (
        c("sSup", e=r("") + fences(AB), sup=r("2")),
        r"{{\left(a+b\right)}}^{2}",
    ),
    "sub of a Greek letter": (c("sSub", e=r("α"), sub=r("ij")), r"\alpha_{ij}"),
    "both scripts": (c("sSubSup", e=X, sub=r("i"), sup=r("2")), "x_{i}^{2}"),
    "scripts before": (c("sPre", sub=r("a"), sup=r("b"), e=X), "{}^{b}_{a}{x}"),
    "scripts of nothing": (c("sSubSup", e="", sub=r("a"), sup=r("b")), "{}_{a}^{b}"),
    "sum": (
        c("nary", on("chr", "∑") + on("limLoc", "undOvr"), sub=r("i=1"), sup=r("n"), e=X),
        r"\sum_{i=1}^{n}{x}",
    ),
    "sum with limits beside": (
        c("nary", on("chr", "∑") + on("limLoc", "subSup"), sub=r("i"), sup="", e=X),
        r"\sum\nolimits_{i}{x}",
    ),
    "integral by default": (c("nary", sub=r("0"), sup=r("1"), e=X), r"\int_{0}^{1}{x}"),
    "integral with limits over it": (
        c("nary", on("limLoc", "undOvr"), sub=r("0"), sup=r("1"), e=X),
        r"\int\limits_{0}^{1}{x}",
    ),
    "hidden limits": (
        c("nary", on("subHide", "1") + on("supHide", "1"), sub="", sup="", e=X),
        r"\int{x}",
    ),
    "rare sign": (c("nary", on("chr", "∱"), sub=r("C"), sup="", e=X), r"\mathop{∱}_{C}{x}"),
    "brackets": (fences(AB), r"\left(a+b\right)"),
    "several parts": (fences(X, Y), r"\left(x\middle|y\right)"),
    "parts after commas": (
        fences(X, Y, properties=on("begChr", "[") + on("sepChr", ",") + on("endChr", "⟩")),
        r"\left[x\mathpunct{,}y\right\rangle",
    ),
    "one-sided": (
        fences(X, properties=on("begChr", "{") + on("endChr", "")),
        r"\left\{x\right.",
    ),
    "brackets that LaTeX cannot stretch": (
        fences(X, properties=on("begChr", "（") + on("endChr", "）")),
        r"\mathopen{\text{（}}x\mathclose{\text{）}}",
    ),
    "brackets that do not grow": (
        fences(X, Y, properties=on("grow", "0")),
        r"\mathopen{(}x\mathpunct{|}y\mathclose{)}",
    ),
    "function": (c("func", fName=r("sin", on("sty", "p")), e=X), r"\sin{x}"),
    "rare function": (c("func", fName=r("sgn"), e=X), r"\operatorname{sgn}{x}"),
    "power of a function": (
        c("func", fName=c("sSup", e=r("sin"), sup=r("-1")), e=X),
        r"\sin^{-1}{x}",
    ),
    "logarithm": (c("func", fName=c("sSub", e=r("log"), sub=r("2")), e=X), r"\log_{2}{x}"),
    "both scripts of a function": (
        c("func", fName=c("sSubSup", e=r("log"), sub=r("2"), sup=r("3")), e=X),
        r"\log_{2}^{3}{x}",
    ),
    "limit": (c("func", fName=LIM, e=X), r"\lim_{x\to0}{x}"),
    "upper limit of a function": (
        c("func", fName=c("limUpp", e=r("max"), lim=X), e=Y),
        r"\max^{x}{y}",
    ),
    "rare limit": (
        c("func", fName=c("limLow", e=r("argmax"), lim=X), e=Y),
        r"\operatorname*{argmax}_{x}{y}",
    ),
    "limit beside": (c("func", fName=c("sSub", e=r("max"), sub=X), e=Y), r"\max\nolimits_{x}{y}"),
    "name that is a formula": (c("func", fName=r("f+1"), e=X), r"\operatorname{f+1}{x}"),
    "lower limit": (c("limLow", e=X, lim=Y), r"\underset{y}{x}"),
    "upper limit": (c("limUpp", e=r("="), lim=r("def", on("nor", "1"))), r"\overset{\text{def}}{=}"),
    "hat by default": (c("acc", e=X), r"\hat{x}"),
    "wide hat": (c("acc", e=AB), r"\widehat{a+b}"),
    "bar accent": (c("acc", on("chr", "\u0305"), e=X), r"\bar{x}"),
    "macron": (c("acc", on("chr", "\u0304"), e=X), r"\stackrel{\bar{}}{x}"),
    "vector": (c("acc", on("chr", "\u20d7"), e=r("AB")), r"\overrightarrow{AB}"),
    "rare accent": (c("acc", on("chr", "⌢"), e=r("AB")), r"\stackrel{⌢}{AB}"),
    "rare combining accent": (c("acc", on("chr", "\u0310"), e=X), "\\stackrel{ \u0310}{x}"),
    "bar": (c("bar", on("pos", "top"), e=AB), r"\overline{a+b}"),
    "bar below by default": (c("bar", e=AB), r"\underline{a+b}"),
    "brace": (c("groupChr", e=AB), r"\underbrace{a+b}"),
    "brace above": (
        c("groupChr", on("chr", "⏞") + on("pos", "top"), e=AB),
        r"\overbrace{a+b}",
    ),
    "text over an arrow": (c("groupChr", on("chr", "→"), e=X), r"\xrightarrow{x}"),
    "text under an arrow": (
        c("groupChr", on("chr", "←") + on("pos", "top"), e=X),
        r"\xleftarrow[x]{}",
    ),
    "other sign": (
        c("groupChr", on("chr", "⏜") + on("pos", "top"), e=X),
        r"\mathrel{\overset{⏜}{x}}",
    ),
    "box": (c("box", e=r("dx")), "{dx}"),
    "frame": (c("borderBox", e=X), r"\boxed{x}"),
    "strike in a frame": (
        c("borderBox", on("strikeBLTR", "1"), e=X),
        r"\boxed{\cancel{x}}",
    ),
    "strikes only": (
        c(
            "borderBox",
            "".join(f"<m:hide{s}/>" for s in ("Top", "Bot", "Left", "Right"))
            + on("strikeBLTR", "1")
            + on("strikeTLBR", "on"),
            e=X,
        ),
        r"\xcancel{x}",
    ),
    "phantom": (c("phant", on("show", "0"), e=X), r"\phantom{x}"),
    "flat phantom": (
        c("phant", on("show", "0") + "<m:zeroAsc/><m:zeroDesc/>", e=X),
        r"\hphantom{x}",
    ),
    "shown phantom": (c("phant", on("zeroWid", "1"), e=X), "{x}"),
    "matrix": (
        matrix([X, Y], [r("1"), ""]),
        r"\begin{matrix}x & y \\ 1 & \end{matrix}",
    ),
    "determinant": (
        fences(matrix([X], [Y]), properties=on("begChr", "|") + on("endChr", "|")),
        r"\begin{vmatrix}x \\ y\end{vmatrix}",
    ),
    "row that begins with a bracket": (
        matrix([X], [r("[1]")]),
        r"\begin{matrix}x \\ \text{[}1]\end{matrix}",
    ),
    "equations": (array(r("x&amp;=1"), r("y&amp;=2")), r"\begin{aligned}x&=1 \\ y&=2\end{aligned}"),
    "numbered equation": (
        array(r("x=1#(1)")),
        r"\begin{gathered}x=1\qquad(1)\end{gathered}",
    ),
    "marks that are no marks": (
        array(c("sSup", e=r("&amp;"), sup=r("#"))),
        r"\begin{gathered}{\&}^{\#}\end{gathered}",
    ),
    "symbols": (r("α≤∞→b"), r"\alpha\leq\infty\to b"),
    "prime": (r("f′(x)"), "f{}'(x)"),
    "special characters": (r("50%{#_$}\\"), r"50\%\{\#\_\$\}\backslash"),
    "characters for text only": (r("a^b'c"), r"a\hat{}b\text{'}c"),
    "words": (r("a_b c%", on("nor", "1")), r"\text{a}\_\text{b c}\%"),
    "Chinese": (r("速度v=路程/t"), r"\text{速度}v=\text{路程}/t"),
    "euros": (r("5€"), r"5\text{€}"),
    "white space": (r("a b\u2003c"), r"a~b\quad c"),
    "upright": (r("kg", on("sty", "p")), r"\mathrm{kg}"),
    "upright sign": (r("=", on("sty", "p")), "="),
    "bold": (r("v", on("sty", "b")), r"\mathbf{v}"),
    "bold italic": (r("v", on("sty", "bi")), r"\boldsymbol{v}"),
    "double-struck": (r("R", on("scr", "double-struck")), r"\mathbb{R}"),
    "bold script": (
        r("R", on("scr", "script") + on("sty", "b")),
        r"\boldsymbol{\mathcal{R}}",
    ),
    "combining mark": (r("x\u0304"), "x\u0304"),
    "combining mark after a sign": (r("1\u0304"), "1 \u0304"),
    "text of Word": ("<w:r><w:t>v</w:t></w:r>", "v"),
    "wrapped": (f"<w:ins>{r('a')}<w:smartTag>{r('b')}</w:smartTag></w:ins>", "ab"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES)
def test_each_construct(content: str, expected: str) -> None:
    assert latex(formula(content)) == expected


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES)
def test_each_construct_is_written_back(content: str, expected: str) -> None:
    written = omml(expected)
    assert latex(written) == expected
    assert linear(written) == linear(formula(content))


def test_formulas_of_a_paragraph_stand_side_by_side() -> None:
    both = etree.fromstring(
        f"<m:oMathPara {NAMESPACES}><m:oMath>{X}</m:oMath><m:oMath>{Y}</m:oMath></m:oMathPara>"
    )
    assert latex(both) == r"x\quad y"
    assert linear(omml(latex(both))) == linear(both) == "x y"


@pytest.mark.parametrize("sign", SYMBOLS)
def test_each_symbol_is_written_back(sign: str) -> None:
    original = formula(f"<m:r><m:t>a{sign.replace('&', '&amp;')}b</m:t></m:r>")
    assert linear(omml(latex(original))) == linear(original)


def test_symbols_are_one_to_one() -> None:
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert not set(SYMBOLS.values()) & set(NARY.values())


@pytest.mark.parametrize("levels", [DEEPEST, DEEPEST + 1, 5000])
def test_deep_nesting_is_read_as_text(levels: int) -> None:
    content = etree.Element(M + "r")
    etree.SubElement(content, M + "t").text = "x"
    for _ in range(levels):
        root = etree.Element(M + "rad")
        etree.SubElement(root, M + "e").append(content)
        content = root
    text = latex(content)
    assert text.startswith(r"\sqrt{" if levels <= DEEPEST else r"\text{√")
    assert latex(omml(text)) == text
    assert linear(omml(text)) == linear(content)


def corpus_formulas(folder: Path) -> Iterator[Any]:
    for file in sorted(folder.glob("*.docx")):
        if not zipfile.is_zipfile(file):
            continue
        with zipfile.ZipFile(file) as package:
            for name in package.namelist():
                data = package.read(name) if name.endswith(".xml") else b""
                if b"oMath" in data:
                    yield from etree.fromstring(data).iter(M + "oMath")


def test_formulas_of_the_corpus_are_written_back(shared: Path) -> None:
    formulas = list(corpus_formulas(shared / "corpus" / "docx"))
    if not formulas:
        pytest.skip("no Word files with formulas in shared/corpus/docx")
    for original in formulas:
        text = latex(original)
        assert 0 <= nesting(text) <= DEEPEST
        assert latex(omml(text)) == text
        assert linear(omml(text)) == linear(original)
