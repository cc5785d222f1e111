"""The look of a report, the default: A4, one for Chinese and one for other text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import docx
from lxml import etree

from docpipe.writers.docx import styles as s
from docpipe.writers.docx.look import Look, Page, Part
from docpipe.writers.docx.xml import NAMESPACES, WORD, XML, part

# A4 with the margins of a report, in twips.
_WIDTH, _HEIGHT, _MARGIN_SIDE, _MARGIN_TOP = 11906, 16838, 1474, 1440
_PAGE = Page(_WIDTH - 2 * _MARGIN_SIDE, _HEIGHT - 2 * _MARGIN_TOP)
_SECTION = (
    f'<w:sectPr><w:footerReference w:type="default" r:id="footer1"/><w:pgSz w:w="{_WIDTH}" w:h="{_HEIGHT}"/>'
    f'<w:pgMar w:top="{_MARGIN_TOP}" w:right="{_MARGIN_SIDE}" w:bottom="{_MARGIN_TOP}" w:left="{_MARGIN_SIDE}"'
    ' w:header="720" w:footer="720" w:gutter="0"/><w:cols w:space="720"/><w:docGrid w:linePitch="360"/></w:sectPr>'
)
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


class _Sizes(NamedTuple):
    """Fonts, sizes in points, line spacing in lines, space after paragraphs in points."""

    latin: str
    body_font: str
    heading_font: str
    body: float
    table: float
    title: float
    headings: tuple[float, ...]
    lines: float
    after: float


_SIZES = {
    True: _Sizes("Times New Roman", "宋体", "黑体", 12, 10.5, 20, (16, 14, 12), 1.5, 0),
    False: _Sizes("Times New Roman", "宋体", "黑体", 11, 10, 20, (16, 13, 11.5), 1.2, 8),
}
_FONTS = {
    "宋体": ("SimSun", "Songti SC", "Noto Serif CJK SC"),
    "黑体": ("SimHei", "Heiti SC", "Noto Sans CJK SC"),
}


@lru_cache(maxsize=16)
def report_look(chinese: bool, language: str) -> Look:
    """The page and the styles for Chinese or for other text in `language` (BCP 47)."""
    document = docx.Document()
    sizes = _SIZES[chinese]
    languages = ("en-US", language) if chinese else (language, "zh-CN")
    _set(s.prepare(document, sizes.latin, sizes.body_font, languages), sizes, chinese)
    return Look(
        page=_PAGE,
        styles=s.STYLE_IDS,
        parts=(
            styles_part(document),
            font_table(_FONTS),
            footer_part(1, '<w:jc w:val="center"/>', PAGE_FIELD),
        ),
        section=_SECTION,
        item_indent=s.first_line(sizes.body) if chinese else "",
    )


PAGE_FIELD = '<w:fldSimple w:instr="PAGE"/>'


def styles_part(document: Any) -> Part:
    """The styles of a document of python-docx."""
    element = document.styles.element
    element.attrib.clear()  # it says only which namespaces of the template may be ignored
    etree.cleanup_namespaces(element)
    content = part(element)
    return Part("word/styles.xml", content, f"{_CONTENT_TYPE}.styles+xml", "styles", "styles")


def footer_part(number: int, layout: str, inner: str) -> Part:
    """A footer of one paragraph (17.10.4)."""
    text = (
        f'{XML}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{layout}</w:pPr>'
        f"{inner}</w:p></w:ftr>"
    )
    name = f"footer{number}"
    return Part(f"word/{name}.xml", text.encode(), f"{_CONTENT_TYPE}.footer+xml", "footer", name)


def font_table(fonts: Mapping[str, tuple[str, ...]]) -> Part:
    """Fonts with the names to look for where they are not installed (17.8.3.1)."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
        for name, others in fonts.items()
    )
    text = f"{XML}<w:fonts {WORD}>{entries}</w:fonts>"
    return Part(
        "word/fontTable.xml", text.encode(), f"{_CONTENT_TYPE}.fontTable+xml", "fontTable", "fonts"
    )


def _set(styles: Any, sizes: _Sizes, chinese: bool) -> None:
    """Gives each style its look."""
    latin, plain, strong = sizes.latin, sizes.body_font, sizes.heading_font
    s.set_font(styles["Normal"], latin, plain, sizes.body)
    title = s.set_font(styles["Title"], latin, strong, sizes.title, bold=True)
    s.set_space(title, 0, 18, 1.3, s.CENTER)
    for number in range(1, 10):
        size = sizes.headings[min(number, len(sizes.headings)) - 1]
        heading = s.set_font(styles[f"Heading {number}"], latin, strong, size, bold=True)
        s.set_space(heading, 12 if number < 3 else 8, 6, 1.3)
    body = s.set_font(styles["Body Text"], latin, plain, sizes.body)
    s.set_space(body, 0, sizes.after, sizes.lines, s.JUSTIFY if chinese else None)
    for name in ("List Bullet", "List Number"):
        item = s.set_font(styles[name], latin, plain, sizes.body)
        s.set_space(item, 0, sizes.after / 2, sizes.lines)
    if chinese:
        s.indent_first_line(body, sizes.body)
    # Not bold: whether a caption is, the document says.
    caption = s.set_font(styles["Caption"], latin, strong, sizes.table)
    s.set_space(caption, 8, 4, 1.2, s.CENTER)
    caption.paragraph_format.keep_with_next = True
    table = s.set_font(styles["Table Text"], latin, plain, sizes.table)
    s.set_space(table, 2, 2, 1.1)
    head = s.set_font(styles["Table Heading"], latin, strong, sizes.table, bold=True)
    s.set_space(head, 2, 2, 1.1, s.CENTER)
    head.paragraph_format.keep_with_next = True
    picture = s.set_font(styles["Picture"], latin, plain, sizes.table)
    s.set_space(picture, 8, 8, 1, s.CENTER)
    s.set_space(styles["Formula"], 6, 6, 1.2, s.CENTER)
    note = s.set_font(styles["footnote text"], latin, plain, 9)
    s.set_space(note, 0, 0, 1.1)
