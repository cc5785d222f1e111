"""Automatic numbering: the labels Word prints, level by level."""

from __future__ import annotations

from docx_packages import p, read_body, xml

from docpipe.model import Document, Paragraph, Table


def level(ilvl: int, number_format: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{ilvl}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(number: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def num(number: int, abstract_number: int, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract_number}"/>{more}</w:num>'


def item(number: int, ilvl: int | None = 0, text: str = "文", more: str = "") -> str:
    depth = "" if ilvl is None else f'<w:ilvl w:val="{ilvl}"/>'
    return p(text, f'{more}<w:numPr>{depth}<w:numId w:val="{number}"/></w:numPr>')


def read(body: str, numbering: str, styles: str = "") -> Document:
    return read_body(
        body,
        {
            "numbering": ("numbering", xml("numbering", numbering)),
            "styles": ("styles", xml("styles", styles)),
        },
    )


def labels(document: Document) -> list[str]:
    return [block.label for block in document.blocks if isinstance(block, Paragraph)]


OUTLINE = abstract(
    0,
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCountingThousand", "（%2）"),
    level(2, "decimal", "%3."),
)
DECIMAL = abstract(
    1, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3")
)


def test_levels_count_and_restart_under_a_higher_one() -> None:
    body = "".join(item(1, ilvl) for ilvl in (0, 1, 1, 2, 0, 1, 2, 2))
    document = read(body, OUTLINE + num(1, 0))
    assert labels(document) == ["一、", "（一）", "（二）", "1.", "二、", "（一）", "1.", "2."]
    assert [b.list_level for b in document.blocks if isinstance(b, Paragraph)] == [
        0, 1, 1, 2, 0, 1, 2, 2,
    ]  # fmt: skip


def test_a_skipped_level_counts_as_reached() -> None:
    body = "".join(item(1, ilvl) for ilvl in (0, 2, 1, 0))
    assert labels(read(body, DECIMAL + num(1, 1))) == ["1", "1.1.1", "1.2", "2"]


def test_numberings_of_one_definition_share_their_counters() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = OUTLINE + num(1, 0) + num(2, 0) + num(3, 0, start)
    body = item(1) + item(2) + item(3) + item(1) + item(3)
    assert labels(read(body, numbering)) == ["一、", "二、", "五、", "六、", "七、"]


def test_an_overridden_level_prints_in_its_own_way() -> None:
    replaced = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1)")}</w:lvlOverride>'
    assert labels(read(item(1) + item(2), OUTLINE + num(1, 0) + num(2, 0, replaced))) == [
        "一、",
        "II)",
    ]


def test_restart_only_under_a_given_level_or_never() -> None:
    definition = abstract(
        0,
        level(0, "decimal", "%1"),
        level(1, "decimal", "%2"),
        level(2, "decimal", "%3", '<w:lvlRestart w:val="1"/>'),
        level(3, "decimal", "%4", '<w:lvlRestart w:val="0"/>'),
    )
    body = "".join(item(1, ilvl) for ilvl in (0, 1, 2, 3, 1, 2, 3, 0, 2, 3))
    assert labels(read(body, definition + num(1, 0))) == [
        "1", "1", "1", "1", "2", "2", "2", "2", "1", "3",
    ]  # fmt: skip


def test_legal_numbering_is_decimal_throughout() -> None:
    definition = abstract(
        0, level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>")
    )
    assert labels(read(item(1, 0) + item(1, 1), definition + num(1, 0))) == ["第一章", "1.1"]


def test_bullets_become_readable_signs() -> None:
    def bullets(sign: str, font: str) -> str:
        fonts = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>'
        return level(0, "bullet", sign).replace("</w:lvl>", f"{fonts}</w:lvl>")

    numbering = "".join(
        abstract(i, bullets(sign, font)) + num(i + 1, i)
        for i, (sign, font) in enumerate(
            [
                ("\uf0b7", "Symbol"),
                ("\uf0d8", "Wingdings"),
                ("\uf012", "Wingdings"),
                ("—", "宋体"),
                ("n", "Wingdings"),
                ("o", "Courier New"),
            ]
        )
    )
    document = read("".join(item(i) for i in range(1, 7)), numbering)
    assert labels(document) == ["•", "➢", "•", "—", "■", "◦"]
    assert all(b.bullet for b in document.blocks if isinstance(b, Paragraph))


def test_custom_formats_and_no_format() -> None:
    def custom(pattern: str) -> str:
        return (
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14">'
            f'<w:numFmt w:val="custom" w:format="{pattern}"/></mc:Choice><mc:Fallback>'
            '<w:numFmt w:val="decimalZero"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1."/></w:lvl>'
        )

    numbering = (
        abstract(0, custom("001, 002, 003, ...")) + abstract(1, custom("α, β, γ, ..."))
        + abstract(2, custom("?, ?, ?")) + abstract(3, level(0, "none", "%1"))
        + "".join(num(i + 1, i) for i in range(4))
    )  # fmt: skip
    document = read("".join(item(i) for i in (1, 2, 2, 3, 4)), numbering)
    assert labels(document) == ["001.", "α.", "β.", "01.", ""]
    assert isinstance(last := document.blocks[-1], Paragraph)
    assert last.list_level is None


def test_styles_bring_numbering_and_their_level() -> None:
    definition = abstract(
        0,
        level(0, "decimal", "%1", '<w:pStyle w:val="h1"/>'),
        level(1, "decimal", "%1.%2", '<w:pStyle w:val="h2"/>'),
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="h2"><w:name w:val="heading 2"/><w:basedOn w:val="h1"/></w:style>'
    )
    body = "".join(p("题", f'<w:pStyle w:val="{s}"/>') for s in ("h1", "h2", "h2", "h1"))
    switched_off = item(0, None, "无", '<w:pStyle w:val="h1"/>')
    assert labels(read(body + switched_off, definition + num(1, 0), styles)) == [
        "1", "1.1", "1.2", "2", "",
    ]  # fmt: skip


def test_linked_list_styles_lead_to_their_definition() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="L"/>'
        + level(0, "decimal", "条%1") + "</w:abstractNum>" + num(1, 0)
    )  # fmt: skip
    assert labels(read(item(1), numbering)) == ["条1"]


def test_tables_and_text_boxes_count_in_document_order() -> None:
    cells = f"<w:tc>{item(1)}</w:tc><w:tc>{item(1)}</w:tc>"
    shape = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{item(1)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    document = read(
        item(1) + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + p(shape) + item(1), OUTLINE + num(1, 0)
    )
    first, table, boxed, last = document.blocks
    assert isinstance(table, Table)
    inner = [cell.blocks[0] for cell in table.rows[0]]
    assert [getattr(block, "label", None) for block in (first, *inner, boxed, last)] == [
        "一、", "二、", "三、", "四、", "五、",
    ]  # fmt: skip
    assert boxed.layer == "textbox"


def test_hidden_and_deleted_paragraphs_are_not_counted() -> None:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    hidden = p(
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>",
        numbered + "<w:rPr><w:vanish/></w:rPr>",
    )
    deleted = p(
        "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>", numbered + "<w:rPr><w:del/></w:rPr>"
    )
    document = read(item(1) + hidden + deleted + item(1), OUTLINE + num(1, 0))
    assert [(b.layer, b.text, getattr(b, "label", "")) for b in document.blocks] == [
        ("body", "文", "一、"),
        ("body", "藏", ""),
        ("revision", "删", ""),
        ("body", "文", "二、"),
    ]


def test_numbers_in_empty_cells_are_kept() -> None:
    row = f"<w:tr><w:tc>{item(1, text='')}</w:tc><w:tc>{p('名称')}</w:tc></w:tr>"
    (table,) = read(f"<w:tbl>{row}{row}</w:tbl>", OUTLINE + num(1, 0)).blocks
    assert isinstance(table, Table)
    assert [row[0].blocks[0].label for row in table.rows] == ["一、", "二、"]  # type: ignore[union-attr]


def test_unknown_numberings_print_nothing() -> None:
    assert labels(read(item(9) + item(1, 8), OUTLINE + num(1, 0))) == ["", ""]
