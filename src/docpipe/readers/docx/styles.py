"""Works out how runs and paragraphs really look: defaults, style chains, toggles and direct formatting together.

ECMA-376 part 1: style hierarchy 17.7.2, toggle properties 17.7.3, paragraph properties 17.3.1, run properties 17.3.2.
Table styles are left out: they carry no evidence of headings or hidden text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import astuple, replace

from docpipe.model import Alignment
from docpipe.readers.docx.names import VAL, A, Element, W, is_on, points, val, whole
from docpipe.readers.docx.revisions import ACCEPTED, Mark, View

Attributes = tuple[tuple[str, str], ...]
RunKey = tuple[tuple[str, str | Attributes | None], ...]
"""A run's direct formatting as plain values, so that equal runs share one `RunFormat`."""

_TOGGLES = {
    W + "b": "bold",
    W + "i": "italic",
    W + "strike": "strike",
    W + "dstrike": "strike",
    W + "vanish": "vanish",
}
_VALUED = frozenset(
    (*_TOGGLES, *(W + tag for tag in ("rStyle", "u", "vertAlign", "sz", "color", "highlight")))
)
"""Run properties that their `w:val` says all of; the others speak by several attributes."""
_DETAILED = frozenset((W + "shd", W + "rFonts"))
_STYLE, _JC, _IND, _OUTLINE = W + "pStyle", W + "jc", W + "ind", W + "outlineLvl"
_SPACING = W + "spacing"
_NUMBERING, _SHADING, _MARK = W + "numPr", W + "shd", W + "rPr"
_SECTION = W + "sectPr"
_VANISH, _PROPERTIES, _CHANGE = W + "vanish", W + "pPr", W + "pPrChange"
_ALIGNMENTS: dict[str, Alignment] = {
    "left": "left", "start": "left", "center": "center", "right": "right", "end": "right",
    "both": "justify", "distribute": "justify", "lowKashida": "justify", "mediumKashida": "justify",
    "highKashida": "justify", "thaiDistribute": "justify",
}  # fmt: skip
_HEADING_NAME = re.compile(r"(?:heading|标题|標題|überschrift|titre)[ _]?([1-9])", re.I)
_TITLE_NAMES = frozenset({"title", "标题", "標題"})
_TOC_NAME = re.compile(r"(?:toc|目录|目錄)[ _]?([1-9])", re.I)
_WHITE_FROM = 0xF8
"""A colour is white where each of its channels is at least this: no eye sees such text on paper."""
_TINY = 2.0
"""Text of up to this size, in points, is a speck on paper."""


class RunFormat(Struct, frozen=True, eq=False):
    """How a run looks. `size` in points, `color` six lower-case hex digits, `fonts` for Latin and for CJK text.

    Formats that look alike are one object (`Styles` sees to it), so that comparing them costs nothing.
    `white` says that the text is white and has no background of its own; what lies behind it decides. `plain` text
    has no mark and cannot be hidden.
    """

    bold: bool
    italic: bool
    underline: bool
    strike: bool
    superscript: bool
    subscript: bool
    vanish: bool
    white: bool
    tiny: bool
    size: float
    color: str | None
    fonts: tuple[str | None, str | None]
    plain: bool = False


_MARKS = 9
"""So many fields of a run's format come first that mark its text or may hide it."""


class Indent(NamedTuple):
    """The first line's indent: points, and characters (of the paragraph's font size) besides."""

    points: float
    characters: float


class ParagraphFormat(Struct, frozen=True, eq=False):
    """How a paragraph looks beyond its runs, and what its style says of its part in the outline.

    One object for each direct formatting, as for runs.
    `heading` is 1–9 for a heading, 0 for a title; `num_id` and `level` are its style's numbering.
    """

    style: str | None
    heading: int | None
    align: Alignment | None
    indent: Indent | None
    space_above: float | None
    shaded: bool
    num_id: str | None
    level: int | None


class ParagraphProperties(NamedTuple):
    """A paragraph's direct formatting (17.3.1.26) as plain values; those that decide its look come first.

    `before` is the space above it (17.3.1.33), `section` the `w:sectPr` of a section that ends with the paragraph.
    """

    style_id: str | None = None
    align: str | None = None
    indent: Attributes = ()
    before: str | None = None
    outline: int | None = None
    shaded: bool = False
    num_id: str | None = None
    level: int | None = None
    mark_hidden: bool = False
    mark_withdrawn: bool = False
    section: Element | None = None


_LOOK_FIELDS = 6
NO_PROPERTIES = ParagraphProperties()


def paragraph_properties(properties: Element | None, view: View = ACCEPTED) -> ParagraphProperties:
    """The direct formatting that a `w:pPr` holds, as a view on tracked changes sees it."""
    if properties is None:
        return NO_PROPERTIES
    style_id = align = before = num_id = section = None
    outline = level = None
    indent: Attributes = ()
    shaded = mark_hidden = mark_withdrawn = False
    former = None
    for child in properties:
        tag = child.tag
        if tag == _STYLE:
            style_id = child.get(VAL)
        elif tag == _JC:
            align = child.get(VAL)
        elif tag == _IND:
            indent = tuple(child.items())
        elif tag == _SPACING:
            before = child.get(W + "before")
        elif tag == _OUTLINE:
            outline = whole(child.get(VAL))
        elif tag == _NUMBERING:
            num_id, level = val(child, W + "numId"), whole(val(child, W + "ilvl"))
        elif tag == _SHADING:
            shaded = is_shaded(child)
        elif tag == _MARK:
            for mark in child:
                mark_hidden = mark_hidden or (mark.tag == _VANISH and is_on(mark))
                mark_withdrawn = mark_withdrawn or mark.tag in view.withdrawn
        elif tag == _SECTION:
            section = child
        elif tag == _CHANGE and view.former:
            former = child.find(_PROPERTIES)
    if former is not None:
        # What was there before says nothing of the mark and the section (CT_PPrBase).
        return paragraph_properties(former)._replace(
            mark_hidden=mark_hidden, mark_withdrawn=mark_withdrawn, section=section
        )
    return ParagraphProperties(
        style_id,
        align,
        indent,
        before,
        outline,
        shaded,
        num_id,
        level,
        mark_hidden,
        mark_withdrawn,
        section,
    )


def run_key(properties: Element | None) -> RunKey:
    """The direct formatting that a `w:rPr` holds."""
    if properties is None:
        return ()
    key: list[tuple[str, str | Attributes | None]] = []
    for child in properties:
        tag = child.tag
        if tag in _VALUED:
            key.append((tag, child.get(VAL)))
        elif tag in _DETAILED:
            key.append((tag, tuple(child.items())))
    return tuple(key)


def is_shaded(shading: Element | None) -> bool:
    """Whether a `w:shd` (17.3.1.31, 17.3.2.32) puts anything but white behind the text."""
    if shading is None:
        return False
    if (shading.get(VAL) or "clear") not in ("clear", "nil"):
        return True
    fill = shading.get(W + "fill") or "auto"
    return fill != "auto" and not _is_white(fill)


def _is_white(color: str) -> bool:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", color):
        return False
    return all(int(color[index : index + 2], 16) >= _WHITE_FROM for index in (0, 2, 4))


class _Style(NamedTuple):
    id: str
    name: str
    based_on: str | None
    paragraph: Element | None
    run: Element | None
    shaded: bool


class _Layers(NamedTuple):
    """A style with those it is based on, nearest first, and the paragraph formatting of each, then the defaults.

    `indent` holds the attributes of `w:ind` that all of these come to.
    """

    chain: list[_Style]
    layers: list[ParagraphProperties]
    indent: dict[str, str]


class Styles:
    """The styles part (17.7) with its defaults and the theme's fonts. Any of these may be missing."""

    def __init__(self, root: Element | None, theme: Element | None, east_asian: str) -> None:
        """`east_asian` is the East Asian language of the theme's fonts (w:themeFontLang), such as "zh-CN"."""
        self._elements: dict[str, Element] = {}
        self._styles: dict[str, _Style | None] = {}
        self._layers: dict[str | None, _Layers] = {}
        self._run_layers: dict[str | None, dict[str, object]] = {}
        self._default: str | None = None
        self._theme_fonts = _theme_fonts(theme, east_asian)
        self._run_defaults: dict[str, object] = {}
        self._paragraph_defaults: Element | None = None
        self._formats: dict[tuple[object, ...], ParagraphFormat] = {}
        self._runs: dict[tuple[str | None, RunKey], RunFormat] = {}
        self._shared: dict[tuple[object, ...], RunFormat] = {}
        self.languages: tuple[str | None, str | None] = (None, None)
        if root is not None:
            self._read(root)

    def _read(self, root: Element) -> None:
        for element in root.iterchildren(W + "style"):
            style_id = element.get(W + "styleId") or ""
            self._elements[style_id] = element
            default = (element.get(W + "default") or "0").lower() in ("1", "true", "on")
            if default and self._default is None and element.get(W + "type") == "paragraph":
                self._default = style_id
        run_default = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._run_defaults = self._run_values(run_key(run_default))
        self._paragraph_defaults = root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr")
        if run_default is not None and (language := run_default.find(W + "lang")) is not None:
            self.languages = (language.get(VAL), language.get(W + "eastAsia"))

    def _style(self, style_id: str) -> _Style | None:
        """A style by its id; each is read when it is first met, since a file defines hundreds and uses few."""
        if style_id not in self._styles:
            element = self._elements.get(style_id)
            self._styles[style_id] = None if element is None else _style(style_id, element)
        return self._styles[style_id]

    def shades_tables(self, style_id: str | None) -> bool:
        """Whether a table style, or one that it is based on, puts anything dark behind a table's text."""
        return any(style.shaded for style in self._chain(style_id))

    def _chain(self, style_id: str | None) -> Iterator[_Style]:
        """A style and those it is based on, nearest first; a circle ends where it would close."""
        seen = set()
        while style_id is not None and style_id not in seen:
            style = self._style(style_id)
            if style is None:
                return
            seen.add(style_id)
            yield style
            style_id = style.based_on

    def paragraph(self, properties: ParagraphProperties) -> ParagraphFormat:
        """The format of a paragraph with this direct formatting."""
        look = properties[:_LOOK_FIELDS]
        found = self._formats.get(look)
        if found is None:
            found = self._formats[look] = self._paragraph(properties)
        return found

    def _paragraph(self, direct: ParagraphProperties) -> ParagraphFormat:
        found = self._paragraph_layers(direct.style_id)
        chain, layers = found.chain, found.layers
        align = next((layer.align for layer in (direct, *layers) if layer.align), None)
        before = next((layer.before for layer in (direct, *layers) if layer.before), None)
        num_id, level = self._style_numbering(layers)
        return ParagraphFormat(
            style=_style_name(chain[0]) if chain else None,
            heading=_heading(direct, chain, layers),
            align=_ALIGNMENTS.get(align or ""),
            indent=_indent(_with_indent(found.indent, direct.indent)),
            space_above=points(before, 20),
            shaded=any(layer.shaded for layer in (direct, *layers)),
            num_id=num_id,
            level=level,
        )

    def _paragraph_layers(self, style_id: str | None) -> _Layers:
        """A paragraph style with those it is based on, and their formatting, the defaults' last."""
        found = self._layers.get(style_id)
        if found is None:
            chain = list(self._chain(style_id or self._default))
            if not chain and style_id is not None:
                # A style that is not defined still says by its id what it was meant for.
                chain = [_Style(style_id, style_id, None, None, None, shaded=False)]
            layers = [paragraph_properties(style.paragraph) for style in chain]
            layers.append(paragraph_properties(self._paragraph_defaults))
            indent: dict[str, str] = {}
            for layer in reversed(layers):
                indent = _with_indent(indent, layer.indent)
            found = self._layers[style_id] = _Layers(chain, layers, indent)
        return found

    def _style_numbering(self, layers: list[ParagraphProperties]) -> tuple[str | None, int | None]:
        """The numbering of the nearest style that has one; a style may add a level to its base's numbering."""
        level = None
        for layer in layers:
            level = layer.level if level is None else level
            if layer.num_id is not None:
                return layer.num_id, level
        return None, None

    def numbered_styles(self, style_id: str | None) -> list[str]:
        """The ids of a paragraph's style and those it is based on, nearest first."""
        return [style.id for style in self._chain(style_id or self._default)]

    def run(self, style_id: str | None, key: RunKey) -> RunFormat:
        """The format of a run with this direct formatting in a paragraph of this style."""
        found = self._runs.get((style_id, key))
        if found is None:
            found = self._runs[style_id, key] = self._run(style_id, key)
        return found

    def marked(self, run_format: RunFormat, mark: Mark) -> RunFormat:
        """The format with one more mark, for text of a tracked change that is shown."""
        found = replace(run_format, plain=False, **{mark: True})
        return self._shared.setdefault(astuple(found), found)

    def _run(self, style_id: str | None, key: RunKey) -> RunFormat:
        direct = self._run_values(key)
        paragraph = self._chain_values(style_id or self._default)
        character_style = direct.get("style")
        character = self._chain_values(character_style) if isinstance(character_style, str) else {}
        values: dict[str, object] = {**self._run_defaults, **paragraph, **character, **direct}
        for toggle in set(_TOGGLES.values()):
            if toggle not in direct:
                inherited = bool(paragraph.get(toggle)) != bool(character.get(toggle))
                values[toggle] = bool(self._run_defaults.get(toggle)) or inherited
        found = _run_format(values)
        return self._shared.setdefault(astuple(found), found)

    def _chain_values(self, style_id: str | None) -> dict[str, object]:
        found = self._run_layers.get(style_id)
        if found is None:
            found = self._run_layers[style_id] = {}
            for style in reversed(list(self._chain(style_id))):
                found.update(self._run_values(run_key(style.run)))
            found.pop("style", None)
        return found

    def _run_values(self, key: RunKey) -> dict[str, object]:
        values: dict[str, object] = {}
        for tag, said in key:
            attributes = dict(said) if isinstance(said, tuple) else {}
            value = attributes.get(VAL) if isinstance(said, tuple) else said
            if tag in _TOGGLES:
                on = (value or "1").lower() not in ("0", "false", "off")
                name = _TOGGLES[tag]
                # strike and dstrike share a mark; either sets it.
                values[name] = on or (name == "strike" and bool(values.get(name)))
            elif tag == W + "rStyle":
                values["style"] = value
            elif tag == W + "u":
                values["underline"] = value not in (None, "none")
            elif tag == W + "vertAlign":
                values["vertical"] = value
            elif tag == W + "sz":
                values["size"] = points(value, 2)
            elif tag == W + "color":
                values["color"] = value
            elif tag == W + "highlight":
                values["highlight"] = value not in (None, "none", "white")
            elif tag == W + "shd":
                values["shaded"] = (value or "clear") not in ("clear", "nil") or (
                    (fill := attributes.get(W + "fill", "auto")) != "auto" and not _is_white(fill)
                )
            elif tag == W + "rFonts":
                self._fonts(attributes, values)
        return values

    def _fonts(self, attributes: Mapping[str, str], values: dict[str, object]) -> None:
        """Fonts for Latin and East Asian text; a theme font outranks a named one (17.3.2.26)."""
        for slot in ("ascii", "eastAsia"):
            theme = attributes.get(f"{W}{slot}Theme")
            font = self._theme_fonts.get(theme) if theme else None
            font = font or attributes.get(W + slot)
            if font:
                values[slot] = font


def _style(style_id: str, element: Element) -> _Style:
    table = element.get(W + "type") == "table"
    return _Style(
        id=style_id,
        name=val(element, W + "name") or style_id,
        based_on=val(element, W + "basedOn"),
        paragraph=element.find(W + "pPr"),
        run=element.find(W + "rPr"),
        shaded=table and any(is_shaded(shading) for shading in element.iter(W + "shd")),
    )


def _run_format(values: Mapping[str, object]) -> RunFormat:
    size = values.get("size")
    points_ = size if isinstance(size, float) else 10.0
    color = str(values.get("color") or "auto")
    named = re.fullmatch(r"[0-9A-Fa-f]{6}", color) is not None
    backed = bool(values.get("shaded") or values.get("highlight"))
    latin, east_asian = values.get("ascii"), values.get("eastAsia")
    shape = RunFormat(
        bold=bool(values.get("bold")),
        italic=bool(values.get("italic")),
        underline=bool(values.get("underline")),
        strike=bool(values.get("strike")),
        superscript=values.get("vertical") == "superscript",
        subscript=values.get("vertical") == "subscript",
        vanish=bool(values.get("vanish")),
        white=not backed and _is_white(color),
        tiny=points_ <= _TINY,
        size=points_,
        color=color.lower() if named else None,
        fonts=(
            latin if isinstance(latin, str) else None,
            east_asian if isinstance(east_asian, str) else None,
        ),
    )
    return replace(shape, plain=True not in astuple(shape)[:_MARKS])


def _style_name(style: _Style) -> str:
    """The style's name; a table-of-contents style gets its built-in English one."""
    match = _TOC_NAME.fullmatch(style.name) or _TOC_NAME.fullmatch(style.id)
    return f"toc {match[1]}" if match else style.name


def _heading(
    direct: ParagraphProperties, chain: list[_Style], layers: list[ParagraphProperties]
) -> int | None:
    """The level that outline levels (17.3.1.20; 9 is body text) or built-in style names give; 0 for a title."""
    if direct.outline is not None:
        return direct.outline + 1 if direct.outline < 9 else None
    for style, layer in zip(chain, layers, strict=False):
        if style.name.lower() in _TITLE_NAMES:
            return 0
        if layer.outline is not None:
            return layer.outline + 1 if layer.outline < 9 else None
        match = _HEADING_NAME.fullmatch(style.name) or _HEADING_NAME.fullmatch(style.id)
        if match:
            return int(match[1])
    return None


_FIRST_LINE = (W + "firstLine", W + "firstLineChars")
_HANGING = (W + "hanging", W + "hangingChars")


def _with_indent(merged: dict[str, str], layer: Attributes) -> dict[str, str]:
    """The attributes of `w:ind` with those of a nearer layer: a first line's indent and a hanging one end each other."""
    if not layer:
        return merged
    names = [name for name, _ in layer]
    ended: set[str] = set()
    if any(name in _FIRST_LINE for name in names):
        ended.update(_HANGING)
    if any(name in _HANGING for name in names):
        ended.update(_FIRST_LINE)
    return {name: value for name, value in merged.items() if name not in ended} | dict(layer)


def _indent(merged: dict[str, str]) -> Indent | None:
    """The indent of the first line (17.3.1.12)."""
    if not merged:
        return None
    total, characters = 0.0, 0.0
    for sign, names in ((1, ("left", "start")), (1, ("firstLine",)), (-1, ("hanging",))):
        for name in names:
            counted = whole(merged.get(f"{W}{name}Chars"))
            measured = points(merged.get(W + name), 20)
            if counted:
                characters += sign * counted / 100
                break
            if measured is not None:
                total += sign * measured
                break
    return Indent(total, characters)


def _theme_fonts(theme: Element | None, east_asian: str) -> dict[str, str]:
    """The fonts that theme references (17.18.96) stand for."""
    fonts: dict[str, str] = {}
    if theme is None:
        return fonts
    script = {"zh-tw": "Hant", "zh-hk": "Hant", "ja-jp": "Jpan", "ko-kr": "Hang"}.get(
        east_asian.lower(), "Hans"
    )
    for scheme in ("major", "minor"):
        element = theme.find(f".//{A}{scheme}Font")
        if element is None:
            continue
        latin, asian = element.find(A + "latin"), element.find(A + "ea")
        latin_face = latin.get("typeface") if latin is not None else None
        asian_face = asian.get("typeface") if asian is not None else None
        by_script = {f.get("script"): f.get("typeface") for f in element.iterchildren(A + "font")}
        for name in ("HAnsi", "Ascii", "Bidi"):
            if latin_face:
                fonts[scheme + name] = latin_face
        if face := asian_face or by_script.get(script):
            fonts[scheme + "EastAsia"] = face
    return fonts
