"""The layout of official documents, GB/T 9704-2012 (党政机关公文格式): page, styles, and where each line stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Twips

from docpipe.model import BlockType, Heading, Paragraph
from docpipe.numbering import parse_label
from docpipe.wording import is_date, is_organization, is_prose, is_salutation, width
from docpipe.writers.docx import styles as s
from docpipe.writers.docx.look import Look, Page
from docpipe.writers.docx.report import PAGE_FIELD, font_table, footer_part, styles_part
from docpipe.writers.docx.xml import run

# 5.1, 5.2.1: A4 (210 mm × 297 mm), 37 mm above the text, 28 mm beside it at the binding, text 156 mm × 225 mm; in twips.
_TOP, _LEFT, _RIGHT, _BOTTOM = 2098, 1587, 1474, 1984
_PAGE = Page(11906 - _LEFT - _RIGHT, 16838 - _TOP - _BOTTOM)
# 5.2.2, 5.2.3: 22 lines a page, 28 characters a line, 3号 (16 pt). The grid (ECMA-376-1, 17.6.5) measures lines in
# twips, and characters in 1/4096 pt beyond the size of the font: 156 mm / 28 = 15.79 pt. Not every program sets text on
# a grid narrower than its font, so the styles keep off it and set lines and characters as close themselves.
_LINE = _PAGE.height // 22
_GRID = f'<w:docGrid w:type="linesAndChars" w:linePitch="{_LINE}" w:charSpace="-849"/>'
_CHARACTER = _PAGE.width // 28
_CLOSER = -5  # 15.75 pt a character, in twips
# 7.5: the page's number stands 7 mm below the text.
_FOOTER_LINE = 360
_FOOTER = _BOTTOM - 397 - _FOOTER_LINE // 2
_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="footer1"/><w:footerReference w:type="even" r:id="footer2"/>'
    f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="{_TOP}" w:right="{_RIGHT}" w:bottom="{_BOTTOM}"'
    f' w:left="{_LEFT}" w:header="850" w:footer="{_FOOTER}" w:gutter="0"/><w:cols w:space="425"/>{_GRID}</w:sectPr>'
)

_LATIN = "Times New Roman"
_TITLE_FONT, _BODY_FONT, _SECOND_FONT, _FIRST_FONT = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "楷体_GB2312",
    "黑体",
)
_FONTS = {
    _TITLE_FONT: ("方正小标宋_GBK", "小标宋体", "华文中宋", "宋体", "SimSun", "Noto Serif CJK SC"),
    _BODY_FONT: ("仿宋", "FangSong", "华文仿宋", "STFangsong", "Noto Serif CJK SC"),
    _SECOND_FONT: ("楷体", "KaiTi", "华文楷体", "STKaiti", "Noto Serif CJK SC"),
    _FIRST_FONT: ("SimHei", "Heiti SC", "Noto Sans CJK SC"),
    "宋体": ("SimSun", "Songti SC", "Noto Serif CJK SC"),
}
_TITLE_SIZE, _BODY_SIZE, _FOOTER_SIZE, _TABLE_SIZE = (
    22,
    16,
    14,
    12,
)  # 2号, 3号, 4号, 小四; in points


@lru_cache(maxsize=16)
def official_look(language: str) -> Look:
    """The page and the styles of an official document in `language` (BCP 47)."""
    document = docx.Document()
    styles = s.prepare(document, _LATIN, _BODY_FONT, ("en-US", language))
    _set(styles)
    number = run("— ") + PAGE_FIELD + run(" —")
    indent = '<w:ind w:{side}Chars="100" w:{side}="{width}"/><w:jc w:val="{side}"/>'
    return Look(
        page=_PAGE,
        styles=s.STYLE_IDS,
        parts=(
            styles_part(document),
            font_table(_FONTS),
            footer_part(1, indent.format(side="right", width=_CHARACTER), number),
            footer_part(2, indent.format(side="left", width=_CHARACTER), number),
        ),
        section=_SECTION,
        settings="<w:evenAndOddHeaders/>",
        heading_indent=s.first_line(_BODY_SIZE),
        item_indent=s.first_line(_BODY_SIZE),
        official=True,
    )


def _set(styles: Any) -> None:
    line = Twips(_LINE)
    points = _LINE / 20
    normal = s.set_font(styles["Normal"], _LATIN, _BODY_FONT, _BODY_SIZE)
    normal.paragraph_format.widow_control = False
    for name in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
        normal.element.pPr.append(_element(name, 0))
    size = normal.element.rPr.find(qn("w:sz"))
    size.addprevious(_element("w:snapToGrid", 0))
    size.addprevious(_element("w:spacing", _CLOSER))
    # 7.3.1, 7.3.2: one empty line below the title.
    title = s.set_font(styles["Title"], _LATIN, _TITLE_FONT, _TITLE_SIZE)
    s.set_space(title, points, points, line, s.CENTER)
    # 7.3.3: the first level in 黑体, the second in 楷体, the third and fourth in 仿宋, as indented as the body.
    for number in range(1, 10):
        font = {1: _FIRST_FONT, 2: _SECOND_FONT}.get(number, _BODY_FONT)
        heading = s.set_font(styles[f"Heading {number}"], _LATIN, font, _BODY_SIZE)
        s.set_space(heading, 0, 0, line)
        s.indent_first_line(heading, _BODY_SIZE)
    for name in ("Body Text", "List Bullet", "List Number"):
        body = s.set_font(styles[name], _LATIN, _BODY_FONT, _BODY_SIZE)
        s.set_space(body, 0, 0, line, s.JUSTIFY if name == "Body Text" else None)
    s.indent_first_line(styles["Body Text"], _BODY_SIZE)
    caption = s.set_font(styles["Caption"], _LATIN, _FIRST_FONT, _TABLE_SIZE)
    s.set_space(caption, 6, 3, 1, s.CENTER)
    caption.paragraph_format.keep_with_next = True
    s.set_space(s.set_font(styles["Table Text"], _LATIN, _BODY_FONT, _TABLE_SIZE), 2, 2, 1)
    head = s.set_font(styles["Table Heading"], _LATIN, _FIRST_FONT, _TABLE_SIZE)
    s.set_space(head, 2, 2, 1, s.CENTER)
    head.paragraph_format.keep_with_next = True
    s.set_space(s.set_font(styles["Picture"], _LATIN, _BODY_FONT, _TABLE_SIZE), 6, 6, 1, s.CENTER)
    s.set_space(styles["Formula"], 6, 6, 1, s.CENTER)
    s.set_space(s.set_font(styles["footnote text"], _LATIN, _BODY_FONT, 9), 0, 0, 1)
    # 7.5: 4号 half-width 宋体 digits.
    footer = s.set_font(styles["Footer"], "宋体", "宋体", _FOOTER_SIZE)
    s.set_space(footer, 0, 0, 1)
    footer.paragraph_format.line_spacing = Twips(_FOOTER_LINE)


def _element(name: str, value: int) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), str(value))
    return element


def heading_font(heading: Heading, depth: int) -> str:
    """The font of a heading whose label asks for another one than its depth (7.3.3), as run properties; else ""."""
    label = parse_label(heading.label + "题") if heading.label else None
    level = _LEVELS.get(label.kind) if label is not None else None
    if level is None or min(level, 3) == min(depth, 3):
        return ""
    font = {1: _FIRST_FONT, 2: _SECOND_FONT}.get(level, _BODY_FONT)
    return f'<w:rFonts w:eastAsia="{font}"/>'


_LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 1,
    "cjk": 1,
    "cjk-paren": 2,
    "decimal": 3,
    "arabic-paren": 3,
    "circled": 3,
}
_ATTACHMENT = re.compile(r"附\s?件[0-9一二三四五六七八九十]{0,3}\s?[：:]")
_SIGNER = re.compile(r"(?:述职|汇报|报告|承诺|申请|倡议)人\s?[：:].{1,20}$")
_LISTED = re.compile("[，、；,]|以及|和|及")
_LINE_BEFORE = f'<w:spacing w:before="{_LINE}" w:beforeLines="100"/>'
_FLUSH = '<w:ind w:firstLine="0" w:firstLineChars="0"/>'
_CENTERED = f'{_FLUSH}<w:jc w:val="center"/>'


def places(blocks: Sequence[BlockType]) -> dict[int, str]:
    """The paragraph properties of the lines whose place the standard sets, by the `id` of the block."""
    found: dict[int, str] = {}
    begun = False
    for number, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or block.list_level is not None:
            begun = True
        elif not begun and (is_date(block.text) or is_organization(block.text)):
            found[id(block)] = _CENTERED
        elif not begun and _is_addressee(block.text):
            found[id(block)] = _FLUSH
        elif _ATTACHMENT.match(block.text):
            found[id(block)] = _LINE_BEFORE
        elif is_date(block.text):
            found.update(_sign_off(blocks, number))
        begun = begun or is_prose(block.text)
    return found


def _is_addressee(text: str) -> bool:
    """Whether a line before the body names whom it is for (7.3.2)."""
    if is_salutation(text):
        return True
    names = _LISTED.split(text[:-1])
    return text.endswith(("：", ":")) and all(
        is_organization(name) or "各" in name or name.startswith("有关") for name in names
    )


def _sign_off(blocks: Sequence[BlockType], date: int) -> dict[int, str]:
    """The places of a date and of the organisations above it, without a seal (7.3.5.2).

    The organisation stands two characters from the right, the date begins two characters to the right of it; a date
    longer than the organisation stands two characters from the right itself.
    """
    first = date
    while first > 0 and _signs(blocks[first - 1]):
        first -= 1
    length = width(blocks[date].text)
    signing = max((width(block.text) for block in blocks[first:date]), default=0.0)
    after_date = 2.0 if length > signing else signing - length
    result = {}
    for block in blocks[first : date + 1]:
        right = after_date
        if block is not blocks[date]:
            right = 4 + length - width(block.text) if length > signing else 2.0
        before = _LINE_BEFORE if block is blocks[first] else ""
        result[id(block)] = (
            f'{before}<w:ind w:rightChars="{round(right * 100)}" w:right="{round(right * _CHARACTER)}"'
            ' w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/>'
        )
    return result


def _signs(block: BlockType) -> bool:
    """Whether a line above a date names who signs."""
    if not isinstance(block, Paragraph) or block.list_level is not None or is_prose(block.text):
        return False
    text = block.text
    return is_organization(text) or block.look.align == "right" or bool(_SIGNER.match(text))
