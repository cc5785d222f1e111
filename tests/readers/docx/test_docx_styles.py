"""How paragraphs look and what their styles say: toggles, chains, defaults, headings, indents, fonts."""

from __future__ import annotations

import pytest
from docx_packages import NAMESPACES, p, read_body, run, xml

from docpipe.model import Look, Run


def style(
    style_id: str,
    name: str = "",
    based_on: str = "",
    paragraph: str = "",
    run: str = "",
    kind: str = "paragraph",
) -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{style_id}"><w:name w:val="{name or style_id}"/>{base}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def look(body: str, styles: str) -> Look:
    return read_body(body, {"styles": ("styles", xml("styles", styles))}).blocks[0].look


def styled(style_id: str, more: str = "") -> str:
    return p("文字", f'<w:pStyle w:val="{style_id}"/>{more}')


@pytest.mark.parametrize(
    ("styles", "more", "level"),
    [
        (style("a1", "heading 1"), "", 1),
        (style("a1", "Heading 3"), "", 3),
        (style("a1", "标题 2"), "", 2),
        (style("a1", "甲", based_on="Heading4") + style("Heading4", "4"), "", 4),
        (style("a1", "公文标题", paragraph='<w:outlineLvl w:val="1"/>'), "", 2),
        (style("a1", "我的标题", based_on="h") + style("h", "heading 2"), "", 2),
        (style("a1", "Title"), "", 0),
        (style("a1", "TOC Heading", based_on="h", paragraph='<w:outlineLvl w:val="9"/>') + style("h", "heading 1"), "", None),
        (style("a1", "Normal"), '<w:outlineLvl w:val="2"/>', 3),
        (style("a1", "heading 1"), '<w:outlineLvl w:val="9"/>', None),
        (style("a1", "Normal"), "", None),
        (style("a1", "甲", based_on="b") + style("b", "乙", based_on="a1"), "", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_heading_levels(styles: str, more: str, level: int | None) -> None:
    assert look(styled("a1", more), styles).heading == level


def test_a_heading_style_that_is_not_defined_still_says_its_level() -> None:
    assert (look(styled("Heading2"), "").heading, look(styled("Title"), "").heading) == (2, 0)


def test_formatting_comes_from_defaults_styles_and_the_run_itself() -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/><w:rFonts w:ascii="Arial" w:eastAsia="宋体"/>'
        '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:jc w:val="both"/></w:pPr></w:pPrDefault></w:docDefaults>'
        + style("base", run='<w:sz w:val="32"/><w:color w:val="FF0000"/>')
        + style("a1", based_on="base", run="<w:b/>", paragraph='<w:jc w:val="center"/>')
    )
    assert look(styled("a1"), styles) == Look(
        size=16.0, bold=True, color="ff0000", align="center", font="宋体", style="a1"
    )
    direct = p(
        run("abc", '<w:b w:val="0"/><w:sz w:val="28"/><w:color w:val="auto"/>'),
        '<w:pStyle w:val="a1"/>',
    )
    assert look(direct, styles) == Look(size=14.0, align="center", font="Arial", style="a1")
    assert look(p("x"), styles) == Look(size=10.5, align="justify", font="Arial")


def test_toggles_of_paragraph_and_character_style_cancel_out() -> None:
    styles = (
        style("para", run="<w:b/><w:i/>")
        + style("char", run='<w:b/><w:i w:val="0"/>', kind="character")
        + style("other", run="<w:strike/>", kind="character")
    )
    body = p(
        run("甲", '<w:rStyle w:val="char"/>') + run("乙", '<w:rStyle w:val="other"/>'),
        '<w:pStyle w:val="para"/>',
    )
    (block,) = read_body(body, {"styles": ("styles", xml("styles", styles))}).blocks
    assert block.runs == (
        Run(0, 1, italic=True),
        Run(1, 2, bold=True, italic=True, strike=True),
    )


@pytest.mark.parametrize(
    ("indent", "points"),
    [
        ('<w:ind w:firstLine="640"/>', 32.0),
        ('<w:ind w:firstLineChars="200" w:firstLine="640"/>', 20.0),
        ('<w:ind w:left="720" w:hanging="360"/>', 18.0),
        ('<w:ind w:start="1in"/>', 72.0),
        ("", None),
    ],
)
def test_the_first_lines_indent_in_points(indent: str, points: float | None) -> None:
    assert read_body(p("文字", indent)).blocks[0].look.indent == points


def test_a_direct_first_line_replaces_a_styles_hanging() -> None:
    styles = style("a1", paragraph='<w:ind w:left="400" w:hanging="400"/>')
    assert look(styled("a1", '<w:ind w:firstLine="200"/>'), styles).indent == 30.0


def test_the_dominant_format_wins_and_bold_means_all_of_it() -> None:
    body = p(run("一、", "<w:b/><w:sz w:val='44'/>") + run("这里的文字更多", "<w:sz w:val='32'/>"))
    assert (read_body(body).blocks[0].look.size, read_body(body).blocks[0].look.bold) == (
        16.0,
        False,
    )


def test_hidden_text_has_no_say_in_the_look() -> None:
    body = p(run("题", "<w:b/>") + run("看不见的长文字", "<w:vanish/><w:sz w:val='60'/>"))
    assert read_body(body).blocks[0].look == Look(size=10.0, bold=True)


def test_equal_looks_are_one_object() -> None:
    first, second = read_body(p("甲") + p("乙")).blocks
    assert first.look is second.look


def test_theme_fonts_follow_the_language_of_the_document() -> None:
    theme = (
        f"<a:theme {NAMESPACES}><a:themeElements><a:fontScheme><a:minorFont><a:latin typeface='Calibri'/>"
        "<a:ea typeface=''/><a:font script='Hans' typeface='等线'/><a:font script='Jpan' typeface='游明朝'/>"
        "</a:minorFont></a:fontScheme></a:themeElements></a:theme>"
    ).encode()
    fonts = (
        '<w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:eastAsia="宋体"/>'
    )
    for language, font in (("zh-CN", "等线"), ("ja-JP", "游明朝")):
        settings = xml("settings", f'<w:themeFontLang w:eastAsia="{language}"/>')
        document = read_body(
            p(run("中文", fonts)) + p(run("Latin", fonts)),
            {"theme": ("theme", theme), "settings": ("settings", settings)},
        )
        assert [b.look.font for b in document.blocks] == [font, "Calibri"]


def test_the_space_above_a_paragraph_is_its_own_or_its_styles() -> None:
    styles = style("a1", paragraph='<w:spacing w:before="240" w:after="60"/>')
    assert look(styled("a1"), styles).space_above == 12.0
    assert look(styled("a1", '<w:spacing w:before="0"/>'), styles).space_above == 0.0
    assert look(styled("a1", '<w:spacing w:line="360"/>'), styles).space_above == 12.0
