"""Makes the styles part with python-docx's template: its styles emptied down to those used, each given its look."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from docpipe.writers.docx.look import OTHER_ROLES, PARAGRAPH_ROLES

CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY

STYLE_IDS = {role: role for role in (*PARAGRAPH_ROLES, *OTHER_ROLES)}
"""In a document of our own each role's style has its name as id."""

_KEPT = frozenset(
    {
        "Normal",
        "Title",
        "Body Text",
        "List Bullet",
        "List Number",
        "Caption",
        "Table Grid",
        "Footer",
        "Default Paragraph Font",
        "Normal Table",
        "No List",
        *(f"Heading {number}" for number in range(1, 10)),
    }
)


def prepare(document: Any, latin: str, east_asian: str, languages: tuple[str, str]) -> Any:
    """The styles of a new document: each role has one, none has a look; with the default fonts and languages."""
    styles = document.styles
    for style in list(styles):
        element = style.element
        if style.name not in _KEPT:
            element.getparent().remove(element)
            continue
        if style.type != WD_STYLE_TYPE.PARAGRAPH:
            continue
        for name in ("w:link", "w:rPr", "w:pPr"):
            for child in element.findall(qn(name)):
                element.remove(child)
    for number in range(1, 10):
        _set_outline_level(styles[f"Heading {number}"], number - 1)
    for name in ("Table Text", "Table Heading", "Picture", "Formula", "footnote text"):
        _add(styles, name)
    _add(styles, "footnote reference", WD_STYLE_TYPE.CHARACTER).font.superscript = True
    # Not underlined: whether a link is, the document says.
    _add(styles, "Hyperlink", WD_STYLE_TYPE.CHARACTER).font.color.rgb = RGBColor(0x0B, 0x57, 0xA4)
    _set_defaults(styles, latin, east_asian, languages)
    return styles


def _set_outline_level(style: Any, level: int) -> None:
    """What puts headings into Word's navigation and contents (ECMA-376-1, 17.3.1.20)."""
    style.paragraph_format.keep_with_next = True
    style.paragraph_format.keep_together = True
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    style.element.pPr.append(outline)


def _set_defaults(styles: Any, latin: str, east_asian: str, languages: tuple[str, str]) -> None:
    """The document's default fonts, and the languages (Latin, East Asian) its words are checked in."""
    properties = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for child in list(properties):
        properties.remove(child)
    properties.append(_fonts(latin, east_asian))
    language = OxmlElement("w:lang")
    for name, value in zip(("val", "eastAsia", "bidi"), (*languages, "ar-SA"), strict=True):
        language.set(qn(f"w:{name}"), value)
    properties.append(language)


def _fonts(latin: str, east_asian: str) -> Any:
    fonts = OxmlElement("w:rFonts")
    for name, value in (
        ("ascii", latin),
        ("hAnsi", latin),
        ("eastAsia", east_asian),
        ("cs", latin),
    ):
        fonts.set(qn(f"w:{name}"), value)
    return fonts


def _add(styles: Any, name: str, kind: Any = WD_STYLE_TYPE.PARAGRAPH) -> Any:
    """A new style, based on Normal if it is one for paragraphs; its id is its name in capitalised words, joined."""
    style = styles.add_style(name, kind, builtin=name.islower() or name == "Hyperlink")
    style.element.set(
        qn("w:styleId"), "".join(word[:1].upper() + word[1:] for word in name.split())
    )
    style.hidden = False
    style.quick_style = False
    if kind == WD_STYLE_TYPE.PARAGRAPH:
        style.base_style = styles["Normal"]
    return style


def set_font(style: Any, latin: str, east_asian: str, size: float, bold: bool = False) -> Any:
    """Fonts for Latin and for East Asian text, and the size in points. Returns the style."""
    style.element.get_or_add_rPr().insert(0, _fonts(latin, east_asian))
    style.font.size = Pt(size)
    style.font.bold = True if bold else None
    return style


def set_space(style: Any, before: float, after: float, lines: Any, align: Any = None) -> None:
    """Space before and after in points; the distance of lines in lines, or as a length that is fixed."""
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = lines
    layout.alignment = align


def indent_first_line(style: Any, size: float) -> None:
    """Two characters, whatever the font's size; the length is for programs that do not count characters."""
    style.paragraph_format.first_line_indent = Pt(2 * size)
    style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def first_line(size: float) -> str:
    """The same as attributes of `w:ind`."""
    return f'w:firstLine="{round(40 * size)}" w:firstLineChars="200"'
