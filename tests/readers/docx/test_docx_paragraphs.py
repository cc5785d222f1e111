"""What a paragraph says: its text, marks, breaks, fields, links, revisions and hidden runs."""

from __future__ import annotations

from docx_packages import p, read_body, run, xml

from docpipe.model import Document, Formula, Paragraph, Place, Run

HIDDEN = "<w:vanish/>"


def texts(document: Document, layer: str = "body") -> list[str]:
    return [block.text for block in document.blocks if block.layer == layer]


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_white_space_becomes_one_space_and_ends_are_stripped() -> None:
    document = read_body(p(run("　　一、 ") + "<w:r><w:tab/></w:r>" + run(" 总则\u00a0 ")))
    assert texts(document) == ["一、 总则"]


def test_white_space_without_preserve_is_markup() -> None:
    document = read_body(p("<w:r><w:t>\n  中</w:t></w:r><w:r><w:t>国\n </w:t></w:r>"))
    assert texts(document) == ["中国"]


def test_a_break_ends_a_block_at_the_same_place() -> None:
    document = read_body(
        p("甲") + p(run("乙") + '<w:r><w:br/><w:cr/><w:br w:type="page"/></w:r>' + run("丙"))
    )
    assert texts(document) == ["甲", "乙", "丙"]
    assert [b.at for b in document.blocks[1:]] == [(Place(part="body", paragraph=1),)] * 2
    assert [b.space_before for b in document.blocks if isinstance(b, Paragraph)] == [
        False,
        False,
        True,
    ]


def test_an_empty_paragraph_is_counted_and_separates() -> None:
    document = read_body(p("甲") + p("") + p("乙"))
    second = document.blocks[1]
    assert isinstance(second, Paragraph)
    assert second.space_before
    assert second.at == (Place(part="body", paragraph=2),)


def test_special_characters() -> None:
    symbols = (
        "<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t></w:r>"
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="Symbol" w:char="F061"/>'
        '<w:sym w:font="Wingdings" w:char="F01F"/><w:sym w:font="X" w:char="zz"/></w:r>'
    )
    assert texts(read_body(p(symbols))) == ["a‑bc✓α\uf01f"]


def test_equal_runs_are_merged_and_spaces_stay_with_the_run_they_end() -> None:
    document = read_body(
        p(
            run("甲 ", "<w:b/>")
            + run(" 乙", "<w:b/><w:szCs w:val='20'/>")
            + run(" 丙")
            + run("丁", "<w:i/>")
        )
    )
    (block,) = document.blocks
    assert block.text == "甲 乙 丙丁"
    assert block.runs == (Run(0, 3, bold=True), Run(5, 6, italic=True))


def test_links_of_relationships_anchors_and_fields() -> None:
    document = read_body(
        p(
            '<w:hyperlink r:id="rId7" w:anchor="top">' + run("甲") + "</w:hyperlink>"
            '<w:hyperlink w:anchor="end">'
            + run("乙")
            + "</w:hyperlink>"
            + field(' HYPERLINK "http://b.example/" \\l "x" ', run("丙"))
            + '<w:fldSimple w:instr="HYPERLINK http://c.example">'
            + run("丁")
            + "</w:fldSimple>"
        ),
        links={"rId7": ("hyperlink", "http://a.example/")},
    )
    (block,) = document.blocks
    assert [(block.text[r.start : r.end], r.link) for r in block.runs] == [
        ("甲", "http://a.example/#top"),
        ("乙", "#end"),
        ("丙", "http://b.example/#x"),
        ("丁", "http://c.example"),
    ]
    assert block.look.link_share == 1.0


def test_fields_keep_their_result_and_drop_their_code() -> None:
    assert texts(read_body(p(run("第 ") + field("PAGE", run("3")) + run(" 页")))) == ["第 3 页"]


def test_circled_numbers_are_drawn_by_a_field() -> None:
    def drawn(code: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f"<w:r><w:instrText>{code}</w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    body = drawn(r" eq \o\ac(○,3)") + run("落实") + drawn(r"EQ \o\ac(□,优)") + drawn("PRINTDATE")
    assert texts(read_body(p(body))) == ["③落实□优"]


def test_text_in_a_fields_code_is_hidden_not_lost() -> None:
    code = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("代码")
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("结果")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip
    (block,) = read_body(p(code)).blocks
    assert (block.text, block.runs) == ("代码结果", (Run(0, 2, hidden="vanish"),))


def test_a_field_that_is_never_ended_hides_nothing_after_its_paragraph() -> None:
    document = read_body(p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>') + p("正文"))
    assert document.blocks[0].runs == ()


def test_lines_of_a_table_of_contents_say_so() -> None:
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    document = read_body(
        p(begin + run("一、总则 1")) + p("二、附则 2")
        + p('<w:r><w:fldChar w:fldCharType="end"/></w:r>') + p("正文")
    )  # fmt: skip
    assert [b.look.style for b in document.blocks] == ["toc 1", "toc 1", None]


def test_insertions_stay_and_deletions_become_a_block_of_their_own() -> None:
    document = read_body(
        p(
            run("共") + "<w:del>" + "<w:r><w:delText>三</w:delText></w:r></w:del><w:ins>" + run("四")
            + "</w:ins>" + run("项") + "<w:moveFrom>" + run("移走") + "</w:moveFrom>"
        )
        + p("下文")
    )  # fmt: skip
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("共四项", "body"),
        ("三移走", "revision"),
        ("下文", "body"),
    ]


def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next() -> None:
    deleted_mark = "<w:rPr><w:del/></w:rPr>"
    document = read_body(
        p("前半，", deleted_mark)
        + p("<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>", deleted_mark)
        + p("后半。", '<w:jc w:val="center"/>')
        + p("末段", deleted_mark)
    )
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("删去", "revision"),
        ("前半，后半。", "body"),
        ("末段", "body"),
    ]
    assert [place.paragraph for place in document.blocks[1].at] == [0, 1, 2]
    assert document.blocks[1].look.align == "center"


def test_hidden_text_stays_in_order_and_says_why() -> None:
    white, tiny = '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'
    (block,) = read_body(
        p(
            run("见")
            + run("一", HIDDEN)
            + run("二", white)
            + run("三", tiny)
            + run("四", "<w:webHidden/>")
        )
    ).blocks
    assert block.text == "见一二三四"
    assert [(r.start, r.hidden) for r in block.runs] == [(1, "vanish"), (2, "white"), (3, "tiny")]
    assert block.look.size == 10.0


def test_white_text_on_a_dark_ground_is_not_hidden() -> None:
    white, dark = '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="1F3864"/>'
    cell = f"<w:tc><w:tcPr>{dark}</w:tcPr>{p(run('单元', white))}</w:tc>"
    light = f"<w:tc>{p(run('白', white))}</w:tc>"
    document = read_body(
        p(run("一", white + dark)) + p(run("二", white), dark)
        + p(run("三", white + '<w:highlight w:val="black"/>'))
        + f"<w:tbl><w:tr>{cell}{light}</w:tr></w:tbl>"
    )  # fmt: skip
    assert [b.runs for b in document.blocks] == [()] * 4
    seen, unseen = document.blocks[3].rows[0]  # type: ignore[union-attr]
    assert seen.blocks == ()
    assert unseen.blocks[0].runs == (Run(0, 1, hidden="white"),)


def test_white_text_on_a_dark_page_is_not_hidden() -> None:
    body = p(run("字", '<w:color w:val="FFFFFF"/>'))
    settings = {"settings": ("settings", xml("settings", "<w:displayBackgroundShape/>"))}
    page = '<w:background w:color="000000"/>'
    assert read_body(body, settings, before_body=page).blocks[0].runs == ()
    assert read_body(body, before_body=page).blocks[0].runs == (Run(0, 1, hidden="white"),)


def test_notes_leave_their_mark_in_the_text() -> None:
    notes = {
        "footnotes": (
            "footnotes",
            xml(
                "footnotes",
                f'<w:footnote w:type="separator" w:id="0">{p("线")}</w:footnote>'
                f'<w:footnote w:id="1">{p("未引用")}</w:footnote>'
                f'<w:footnote w:id="2">{p("注一")}{p("续")}</w:footnote>',
            ),
        ),
        "endnotes": ("endnotes", xml("endnotes", f'<w:endnote w:id="2">{p("尾注")}</w:endnote>')),
    }
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    other = '<w:r><w:endnoteReference w:id="2"/><w:footnoteReference w:id="99"/></w:r>'
    document = read_body(p(run("前") + mark + run("后") + other), notes)
    assert document.blocks[0].runs == (Run(1, 1, note="fn1"), Run(2, 2, note="en1"))
    assert [(note.id, note.text) for note in document.notes] == [
        ("fn1", "注一\n续"),
        ("en1", "尾注"),
        ("fn2", "未引用"),
    ]


def test_content_controls_nest_to_any_depth() -> None:
    depth = 900
    block = "<w:sdt><w:sdtContent>" * depth + p("深处") + "</w:sdtContent></w:sdt>" * depth
    inline = "<w:sdt><w:sdtContent>" * depth + run("行内") + "</w:sdtContent></w:sdt>" * depth
    assert texts(read_body(block + p(inline))) == ["深处", "行内"]


def test_of_alternate_content_only_the_choice_is_read() -> None:
    choice = '<mc:Choice Requires="wps">{}</mc:Choice><mc:Fallback>{}</mc:Fallback>'
    inline = f"<mc:AlternateContent>{choice.format(run('新'), run('旧'))}</mc:AlternateContent>"
    block = f"<mc:AlternateContent>{choice.format(p('新段'), p('旧段'))}</mc:AlternateContent>"
    only = f"<mc:AlternateContent><mc:Fallback>{p('退路')}</mc:Fallback></mc:AlternateContent>"
    document = read_body(p(inline) + block + only)
    assert texts(document) == ["新", "新段", "退路"]
    assert [b.at[0].paragraph for b in document.blocks] == [0, 1, 2]


def test_ruby_reads_base_before_guide() -> None:
    ruby = (
        f"<w:r><w:ruby><w:rt>{run('hàn')}</w:rt><w:rubyBase>{run('汉')}</w:rubyBase></w:ruby></w:r>"
    )
    assert texts(read_body(p(ruby))) == ["汉hàn"]


def test_formulas_read_linearly() -> None:
    def r(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    fraction = f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('2')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{r('x')}</m:e><m:sup>{r('2')}</m:sup></m:sSup>"
    total = (
        '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
        f"<m:sub>{r('i=1')}</m:sub><m:sup>{r('n')}</m:sup><m:e>{r('i')}</m:e></m:nary>"
    )
    root = f"<m:rad><m:deg/><m:e>{r('xy')}</m:e></m:rad>"
    brackets = f"<m:d><m:e>{r('a')}</m:e><m:e>{r('b')}</m:e></m:d>"
    document = read_body(
        p(run("由") + f"<m:oMath>{fraction}</m:oMath>" + run("得"))
        + p(f"<m:oMathPara><m:oMath>{power}{r('+')}{total}</m:oMath></m:oMathPara>" + run("（1）"))
        + f"<m:oMathPara><m:oMath>{root}{brackets}</m:oMath></m:oMathPara>"
    )
    assert [(type(b), b.text) for b in document.blocks] == [
        (Paragraph, "由(a+b)/2得"),
        (Formula, "x^2+∑_(i=1)^ni"),
        (Paragraph, "（1）"),
        (Formula, "√(xy)(a|b)"),
    ]


def test_text_outside_of_any_paragraph_is_kept() -> None:
    inside = f"<w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>"
    cell = f"<w:tc>{inside}{p('段')}</w:tc><w:tc>{p('乙')}</w:tc>"
    document = read_body(f"<w:ins>{run('散落')}</w:ins><w:tbl><w:tr>{cell}</w:tr></w:tbl>")
    assert [b.text for b in document.blocks] == ["散落", "控件\n段\t乙"]


def test_paragraphs_in_a_deletion_are_revisions() -> None:
    document = read_body(f"<w:del>{p('删去的段')}</w:del><w:ins>{p('加上的段')}</w:ins>")
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("删去的段", "revision"),
        ("加上的段", "body"),
    ]


def test_deleted_text_of_a_note_is_a_revision_of_the_document() -> None:
    removed = "<w:del><w:r><w:delText>旧注</w:delText></w:r></w:del>"
    note = f'<w:footnote w:id="2"><w:p>{removed}{run("新注")}</w:p></w:footnote>'
    parts = {"footnotes": ("footnotes", xml("footnotes", note))}
    document = read_body(p('<w:r><w:footnoteReference w:id="2"/></w:r>'), parts)
    assert [found.text for found in document.notes] == ["新注"]
    assert texts(document, "revision") == ["旧注"]


def test_text_outside_of_any_paragraph_is_kept_in_its_place() -> None:
    stray = "<w:t>散落</w:t>"
    body = p("甲") + run("游离") + stray + p("乙") + run("末")
    assert texts(read_body(body)) == ["甲", "游离", "散落", "乙", "末"]


HALF = "<m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"


def test_a_formula_in_the_text_is_its_linear_reading_with_latex() -> None:
    math = f"<m:oMath>{HALF}</m:oMath>"
    document = read_body(p(run("均值为") + math + math + run("。")))
    assert texts(document) == ["均值为(a+b)/2(a+b)/2。"]
    assert [(r.start, r.end, r.latex) for r in document.blocks[0].runs] == [
        (3, 10, r"\frac{a+b}{2}"),
        (10, 17, r"\frac{a+b}{2}"),
    ]


def test_a_displayed_formula_has_latex() -> None:
    document = read_body(p(f"<m:oMathPara><m:oMath>{HALF}</m:oMath></m:oMathPara>"))
    assert [(b.text, b.latex) for b in document.blocks if isinstance(b, Formula)] == [
        ("(a+b)/2", r"\frac{a+b}{2}")
    ]
