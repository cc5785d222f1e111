"""What the reader and the writer of formulas share: the signs of Office Math (ECMA-376 part 1, 22.1) and their LaTeX.

Each table is one to one, so that a formula written by one side is read by the other as what it was. A command is in
a table only if LaTeX with amsmath and amssymb, MathJax and KaTeX all know it; a character without one stands for itself.
"""

from __future__ import annotations

import re

_SYMBOLS = r"""
α \alpha β \beta γ \gamma δ \delta ε \varepsilon ϵ \epsilon ζ \zeta η \eta θ \theta ϑ \vartheta ι \iota κ \kappa
λ \lambda μ \mu ν \nu ξ \xi π \pi ϖ \varpi ρ \rho ϱ \varrho σ \sigma ς \varsigma τ \tau υ \upsilon φ \varphi ϕ \phi
χ \chi ψ \psi ω \omega Γ \Gamma Δ \Delta Θ \Theta Λ \Lambda Ξ \Xi Π \Pi Σ \Sigma Υ \Upsilon Φ \Phi Ψ \Psi Ω \Omega
× \times ÷ \div ± \pm ∓ \mp ⋅ \cdot ∘ \circ • \bullet ∗ \ast ⋆ \star ⊕ \oplus ⊖ \ominus ⊗ \otimes ⊘ \oslash ⊙ \odot
∩ \cap ∪ \cup ⊎ \uplus ⊓ \sqcap ⊔ \sqcup ∧ \wedge ∨ \vee ∖ \setminus ≀ \wr † \dagger ‡ \ddagger
≤ \leq ≥ \geq ⩽ \leqslant ⩾ \geqslant ≦ \leqq ≧ \geqq ≠ \neq ≪ \ll ≫ \gg ≮ \nless ≯ \ngtr ≰ \nleq ≱ \ngeq
≲ \lesssim ≳ \gtrsim ≡ \equiv ≈ \approx ≅ \cong ≃ \simeq ∼ \sim ≍ \asymp ≐ \doteq ≜ \triangleq ∝ \propto
∈ \in ∉ \notin ∋ \ni ⊂ \subset ⊃ \supset ⊆ \subseteq ⊇ \supseteq ⊊ \subsetneq ⊋ \supsetneq ⊏ \sqsubset ⊐ \sqsupset
⊑ \sqsubseteq ⊒ \sqsupseteq ≺ \prec ≻ \succ ≼ \preccurlyeq ≽ \succcurlyeq ⊥ \perp ∥ \parallel ∦ \nparallel ∣ \mid
∤ \nmid ⊢ \vdash ⊣ \dashv ⊨ \vDash ⋈ \bowtie ∴ \therefore ∵ \because
← \leftarrow → \to ↑ \uparrow ↓ \downarrow ↔ \leftrightarrow ↕ \updownarrow ⇐ \Leftarrow ⇒ \Rightarrow ⇑ \Uparrow
⇓ \Downarrow ⇔ \Leftrightarrow ⇕ \Updownarrow ⟵ \longleftarrow ⟶ \longrightarrow ⟷ \longleftrightarrow
⟸ \Longleftarrow ⟹ \Longrightarrow ⟺ \Longleftrightarrow ↦ \mapsto ⟼ \longmapsto ↩ \hookleftarrow ↪ \hookrightarrow
↼ \leftharpoonup ↽ \leftharpoondown ⇀ \rightharpoonup ⇁ \rightharpoondown ⇋ \leftrightharpoons ⇌ \rightleftharpoons
↗ \nearrow ↘ \searrow ↙ \swarrow ↖ \nwarrow ⇄ \rightleftarrows ⇆ \leftrightarrows
∞ \infty ∂ \partial ∇ \nabla ∀ \forall ∃ \exists ∄ \nexists ∅ \emptyset ¬ \neg ∠ \angle ∡ \measuredangle △ \triangle
□ \square ⊤ \top √ \surd ℏ \hbar ℓ \ell ℜ \Re ℑ \Im ℘ \wp ℵ \aleph … \ldots ⋯ \cdots ⋮ \vdots ⋱ \ddots
⟨ \langle ⟩ \rangle ⌊ \lfloor ⌋ \rfloor ⌈ \lceil ⌉ \rceil ‖ \| ′ {}' ″ {}'' ‴ {}'''
\ \backslash { \{ } \} $ \$ & \& # \# % \% _ \_ ^ \hat{} ~ \tilde{}
"""
_FUNCTIONS = "sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan log ln lg exp arg deg dim hom ker"
_LIMIT_FUNCTIONS = "lim max min sup inf det gcd Pr"

SYMBOLS = {
    **dict(zip(_SYMBOLS.split()[::2], _SYMBOLS.split()[1::2], strict=True)),
    " ": "~", "\u2002": r"\enspace", "\u2003": r"\quad", "\u2004": r"\;", "\u2005": r"\:", "\u2009": r"\,",
}  # fmt: skip
"""Characters of `m:t` that LaTeX writes in another way. An accent over nothing is that sign itself."""

DELIMITERS = frozenset("()[]{}|‖⟨⟩⌊⌋⌈⌉/\\<>↑↓↕⇑⇓⇕")
"""The brackets of `m:d` (22.1.2.24) that can follow `\\left` and `\\right`."""

MATRICES = {
    ("(", ")"): "pmatrix",
    ("[", "]"): "bmatrix",
    ("{", "}"): "Bmatrix",
    ("|", "|"): "vmatrix",
    ("‖", "‖"): "Vmatrix",
}
"""The environments for `m:m` (22.1.2.60) alone between brackets."""

INTEGRALS = {"∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint"}
"""The signs of `m:nary` (22.1.2.70) whose limits LaTeX sets beside them."""

NARY = {
    **INTEGRALS,
    "∑": r"\sum", "∏": r"\prod", "∐": r"\coprod", "⋃": r"\bigcup", "⋂": r"\bigcap", "⋁": r"\bigvee", "⋀": r"\bigwedge",
    "⨀": r"\bigodot", "⨂": r"\bigotimes", "⨁": r"\bigoplus", "⨄": r"\biguplus", "⨆": r"\bigsqcup",
}  # fmt: skip
"""All signs of `m:nary`; others are written `\\mathop{…}`."""

ACCENTS = {
    "\u0300": r"\grave", "\u0301": r"\acute", "\u0302": r"\hat", "\u0303": r"\tilde", "\u0305": r"\bar",
    "\u0306": r"\breve", "\u0307": r"\dot", "\u0308": r"\ddot", "\u030a": r"\mathring", "\u030c": r"\check",
    "\u20d7": r"\vec", "\u20db": r"\dddot",
}  # fmt: skip
"""The signs of `m:acc` (22.1.2.1). Word's bar is U+0305; others are written `\\stackrel{…}{…}`."""

WIDE_ACCENTS = {"\u0302": r"\widehat", "\u0303": r"\widetilde", "\u20d7": r"\overrightarrow"}
"""The same over more than one character."""

MACRON, MACRON_SIGN = "\u0304", r"\bar{}"
"""The bar of others than Word, as the sign of a `\\stackrel`."""

BRACES = {("⏟", "bot"): r"\underbrace", ("⏞", "top"): r"\overbrace"}
ARROWS = {"→": r"\xrightarrow", "←": r"\xleftarrow"}
"""The signs of `m:groupChr` (22.1.2.41), braces with their place; others are written `\\mathrel{\\overset…}`."""

STRIKES = {
    (True, False): r"\cancel",
    (False, True): r"\bcancel",
    (True, True): r"\xcancel",
}
"""The diagonals of `m:borderBox` (22.1.2.11): the rising, the falling, both."""

FUNCTIONS = frozenset(_FUNCTIONS.split())
LIMIT_FUNCTIONS = frozenset(_LIMIT_FUNCTIONS.split())
"""The names in `m:fName` (22.1.2.37) that are commands; the second kind carry their limits under them."""

SCRIPTS = {
    "script": r"\mathcal",
    "fraktur": r"\mathfrak",
    "double-struck": r"\mathbb",
    "sans-serif": r"\mathsf",
    "monospace": r"\mathtt",
}
"""The values of `m:scr` (22.1.2.94)."""

STYLES = {"p": r"\mathrm", "b": r"\mathbf", "bi": r"\boldsymbol"}
"""The values of `m:sty` (22.1.2.111) other than italic, which is the rule."""

NO_BAR = r"\genfrac{}{}{0pt}{}"
"""A fraction of the type `noBar` (22.1.2.36)."""
SLASH = r"\mathord{/}"
"""Between numerator and denominator of a linear or skewed fraction."""
ALIGNMENT, NUMBER = "&", r"\qquad"
"""In a row of `m:eqArr` (22.1.2.34), `&` aligns and `#` comes before the number of the equation."""

DEEPEST = 25
"""The deepest nesting that is written and read as a formula. TeX's limit is 255, what people write ends at ten."""

_NESTING = re.compile(r"\\(?:[A-Za-z]+|.)|[{}]", re.S)
_STEPS = {
    **dict.fromkeys(("{", r"\left", r"\mathopen", r"\begin"), 1),
    **dict.fromkeys(("}", r"\right", r"\mathclose", r"\end"), -1),
}


def nesting(latex: str) -> int:
    """How deep groups, brackets and environments are nested at most."""
    depth = deepest = 0
    for token in _NESTING.findall(latex):
        depth += _STEPS.get(token, 0)
        deepest = max(deepest, depth)
    return deepest
