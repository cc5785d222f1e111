"""What an element's tag and attributes say of the text inside it: marks, size, colour, whether it is hidden, hint words."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from docpipe.model import (
    Alignment,
)


def names(text: str) -> frozenset[str]:
    """The set of the names in a text."""
    return frozenset(text.split())


BLOCKS = names(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html "
    "iframe legend li listing main menu nav noframes noscript object ol optgroup option p "
    "plaintext pre search section select summary table tbody td textarea tfoot th thead title tr "
    "ul xmp"
)
# What stands in for something that a browser shows: scripts, frames, players.
_INVISIBLE = names("noscript noframes noembed video audio canvas title datalist")
_PREFORMATTED = frozenset(("pre", "xmp", "listing", "plaintext", "textarea"))
SPEAKING_TAGS = names(
    "nav aside footer header article main form dialog figure figcaption button select iframe"
)
MARK_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "var": "italic",
    "dfn": "italic", "u": "underline", "ins": "underline", "s": "strike", "strike": "strike",
    "del": "strike", "sup": "superscript", "sub": "subscript", "code": "code", "kbd": "code",
    "samp": "code", "tt": "code",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ALIGNMENTS: dict[str, Alignment] = {
    "left": "left", "start": "left", "center": "center", "middle": "center", "right": "right",
    "end": "right", "justify": "justify",
}  # fmt: skip
_COLORS = {
    "black": "000000", "silver": "c0c0c0", "gray": "808080", "grey": "808080", "white": "ffffff",
    "maroon": "800000", "red": "ff0000", "purple": "800080", "fuchsia": "ff00ff", "green": "008000",
    "lime": "00ff00", "olive": "808000", "yellow": "ffff00", "navy": "000080", "blue": "0000ff",
    "teal": "008080", "aqua": "00ffff", "orange": "ffa500", "darkred": "8b0000", "crimson": "dc143c",
}  # fmt: skip
_FONT_SIZES = (7.5, 10.0, 12.0, 13.5, 18.0, 24.0, 36.0)  # points of <font size=1> … <font size=7>
_NAMED_SIZES = {
    "xx-small": 7.0, "x-small": 7.5, "small": 10.0, "medium": 12.0, "large": 13.5,
    "x-large": 18.0, "xx-large": 24.0,
}  # fmt: skip
_POINTS = {"pt": 1.0, "px": 0.75, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0}
_MEDIUM = 12.0
_HINTED_ANCESTORS = 8
_HINT_LENGTH = 200
_LENGTH = re.compile(r"(-?[\d.]+)\s*(pt|px|em|rem|%|cm|mm|in|pc)")
_BOLD = re.compile(r"\b(?:bold|[6-9]00)\b")
_LIST_LEVEL = re.compile(r"\blevel([1-9])\b")
_HEX_COLOR = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_RGB_COLOR = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_WHOLE_NUMBER = re.compile(r"\s*(-?\d{1,6})")
_UNSAFE_LINK = re.compile(r"\s*(?:javascript|data|vbscript):", re.I)
_FOLDED = re.compile(
    r"(?:^|[-_ ])(?:tab-?(?:pane|panel|content)|accordion|collaps|expand|faq)|tab__content|tabbed"
)


class Marks(NamedTuple):
    """The marks of a run, in the order of the fields of `model.Run` after its offsets; the link is the frame's."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    superscript: bool = False
    subscript: bool = False
    code: bool = False


UNMARKED = Marks()


class Style(NamedTuple):
    """What an element inherits: how its text looks.

    `list_level` (0 is the outermost) is that of an item of Word's, `list_mark` says that this is its number or bullet.
    """

    marks: Marks = UNMARKED
    bold: bool = False
    linked: bool = False
    heading: int | None = None
    size: float | None = None
    color: str | None = None
    font: str | None = None
    align: Alignment | None = None
    indent: float | None = None
    space_above: float | None = None
    preformatted: bool = False
    hidden: bool = False
    list_level: int | None = None
    list_mark: bool = False


class Hints:
    """The hint words of an element (`words`), and through `outer` those of the elements around it."""

    __slots__ = ("_text", "outer", "words")

    def __init__(self, words: str, outer: Hints | None) -> None:
        self.words = words
        self.outer = outer
        self._text: str | None = None

    def chain(self) -> list[str]:
        """The words of the element and of its hinted ancestors, nearest first, as far as they count."""
        words: list[str] = []
        hints = self
        while hints.outer is not None and len(words) < _HINTED_ANCESTORS:
            words.append(hints.words)
            hints = hints.outer
        return words

    @property
    def text(self) -> str:
        """All these words, with one space between them."""
        if self._text is None:
            self._text = " ".join(self.chain())
        return self._text


NO_HINTS = Hints("", None)

_SHAPING = names("style hidden align role aria-level size color face")
_STYLED = frozenset((*MARK_TAGS, *_HEADINGS, *_PREFORMATTED, *_INVISIBLE)) | names(
    "a font th center"
)


def styling(tag: str, attributes: Mapping[str, str]) -> Hashable | None:
    """What in an element shapes its style, None where nothing does: elements that agree in it shape alike."""
    if not attributes or _SHAPING.isdisjoint(attributes):
        return tag if tag in _STYLED else None
    return (tag, *[pair for pair in attributes.items() if pair[0] in _SHAPING])


def inner_style(style: Style, tag: str, attributes: Mapping[str, str]) -> tuple[Style, bool]:
    """The style inside an element, and whether its style attribute makes it a block."""
    block = False
    if "style" in attributes:
        declared = declarations(attributes["style"])
        block = declared.get("display", "") in ("block", "table", "flex", "list-item")
        style = declared_style(style, declared)
    return tag_style(style, tag, attributes), block


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute, lower case."""
    declared = {}
    for declaration in style.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            declared[name.strip()] = value.replace("!important", "").strip()
    return declared


def link_of(attributes: Mapping[str, str]) -> str | None:
    """The address of an <a>; "" where it is a script's button or may not be followed, None where it only marks a place."""
    address = attributes.get("href")
    if address is None and ("name" in attributes or "id" in attributes):
        return None
    return address.strip() if address and not _UNSAFE_LINK.match(address) else ""


def unfolds(tag: str, hints: Hints) -> bool:
    """Whether a hidden element is one that a click shows: the text under a tab or a fold."""
    return tag not in _INVISIBLE and any(_FOLDED.search(words) for words in hints.chain())


def tag_style(style: Style, tag: str, attributes: Mapping[str, str]) -> Style:
    """The style inside an element, from its tag and its presentational attributes (HTML Standard, 15.3)."""
    mark = MARK_TAGS.get(tag)
    if mark:
        marked: dict[str, Any] = {mark: True}
        style = style._replace(
            marks=style.marks._replace(**marked), bold=style.bold or mark == "bold"
        )
    elif tag == "a":
        style = style._replace(linked=True)
    elif tag in _HEADINGS:
        style = style._replace(heading=_HEADINGS[tag], bold=True)
    elif tag == "font":
        style = _font_style(style, attributes)
    elif tag == "th":
        style = style._replace(bold=True)
    elif tag == "center":
        style = style._replace(align="center")
    elif tag in _PREFORMATTED:
        style = style._replace(preformatted=True)
    elif tag in _INVISIBLE:
        style = style._replace(hidden=True)
    if "align" in attributes and tag in BLOCKS:
        style = style._replace(
            align=_ALIGNMENTS.get(attributes["align"].strip().lower(), style.align)
        )
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        style = style._replace(hidden=True)
    if attributes.get("role") == "heading":
        style = style._replace(
            heading=max(1, min(whole_number(attributes.get("aria-level"), 2), 9))
        )
    return style


def _font_style(style: Style, attributes: Mapping[str, str]) -> Style:
    size = attributes.get("size", "").strip()
    if re.fullmatch(r"[+-]?\d", size):
        number = int(size) + (3 if size[0] in "+-" else 0)
        style = style._replace(size=_FONT_SIZES[max(1, min(number, 7)) - 1])
    color = _color(attributes.get("color", "").lower())
    if color:
        style = style._replace(color=color)
    if attributes.get("face"):
        style = style._replace(font=_family(attributes["face"]))
    return style


def declared_style(style: Style, declared: dict[str, str]) -> Style:
    """The style with the declarations of a style attribute (lower case) applied."""
    changed: dict[str, Any] = {}
    marks: dict[str, Any] = {}
    for name, value in declared.items():
        match name:
            case "display":
                if value == "none":
                    changed["hidden"] = True
            case "visibility":
                if value in ("hidden", "collapse"):
                    changed["hidden"] = True
            case "mso-hide":
                if value == "all":
                    changed["hidden"] = True
            case "mso-outline-level":
                if value.isdigit():
                    changed["heading"] = min(int(value), 9)
            case "mso-list":
                level = _LIST_LEVEL.search(value)
                changed["list_level"] = int(level[1]) - 1 if level else style.list_level
                changed["list_mark"] = value == "ignore"
            case "font-weight":
                bold = value in ("bold", "bolder") or (value.isdigit() and int(value) >= 600)
                changed["bold"] = marks["bold"] = bold
            case "font":
                set_size = _LENGTH.search(value)
                if set_size:
                    changed["size"] = _length(set_size[0], style.size or _MEDIUM)
                    changed["bold"] = marks["bold"] = _BOLD.search(value) is not None
            case "font-style":
                marks["italic"] = value in ("italic", "oblique")
            case "text-decoration" | "text-decoration-line":
                if "underline" in value:
                    marks["underline"] = True
                if "line-through" in value:
                    marks["strike"] = True
            case "vertical-align":
                if value in ("super", "sub"):
                    marks["superscript" if value == "super" else "subscript"] = True
            case "font-size":
                size = _NAMED_SIZES.get(value) or _length(value, style.size or _MEDIUM)
                if size is not None:
                    changed["size"] = size
                elif value.startswith("0"):
                    changed["hidden"] = True
            case "color":
                changed["color"] = _color(value) or style.color
            case "font-family":
                changed["font"] = _family(value)
            case "text-align":
                changed["align"] = _ALIGNMENTS.get(value, style.align)
            case "margin" | "margin-top":
                changed["space_above"] = _length(value, style.size or _MEDIUM)
            case "white-space":
                changed["preformatted"] = value in ("pre", "pre-wrap", "pre-line", "break-spaces")
    if "text-indent" in declared:
        # Its unit may be the size, which can be declared later.
        size = changed.get("size", style.size) or _MEDIUM
        changed["indent"] = _length(declared["text-indent"], size)
    if marks:
        changed["marks"] = style.marks._replace(**marks)
        if not any(changed["marks"]):
            changed["marks"] = UNMARKED
    return style._replace(**changed) if changed else style


def _length(value: str, size: float) -> float | None:
    """A CSS length in points; None where it is zero or not absolute enough."""
    match = _LENGTH.match(value)
    if not match:
        return None
    try:
        number = float(match.group(1))
    except ValueError:
        return None
    unit = match.group(2)
    if unit == "%":
        factor = size / 100
    elif unit in ("em", "rem"):
        factor = size if unit == "em" else _MEDIUM
    else:
        factor = _POINTS[unit]
    return round(number * factor, 2) or None


def _color(value: str) -> str | None:
    """A colour as six hex digits."""
    if value in _COLORS:
        return _COLORS[value]
    match = _HEX_COLOR.match(value)
    if match:
        digits = match.group(1)
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    match = _RGB_COLOR.match(value)
    return "".join(f"{min(int(part), 255):02x}" for part in match.groups()) if match else None


def _family(value: str) -> str:
    return value.split(",")[0].strip(" \"'")


def inner_hints(outer: Hints, tag: str, attributes: Mapping[str, str]) -> Hints:
    """The hints inside an element, lower case: the outer ones where it has no words of its own."""
    # The name of a custom element, which has a hyphen (HTML Standard, 4.13.3), says what it is.
    words = tag if tag in SPEAKING_TAGS or "-" in tag else ""
    if attributes:
        find = attributes.get
        for value in (find("class"), find("id"), find("role"), find("itemprop")):
            if value:
                words += " " + value[:_HINT_LENGTH]
    return Hints(_plain(words), outer) if words else outer


@lru_cache(maxsize=10_000)
def _plain(words: str) -> str:
    """Words as hints have them: lower case, one space between them."""
    return " ".join(words.lower().split())


def whole_number(value: str | None, default: int) -> int:
    """The whole number that an attribute begins with (at most six digits), or the default."""
    match = _WHOLE_NUMBER.match(value or "")
    return int(match.group(1)) if match else default
