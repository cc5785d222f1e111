"""The looks of Word documents: the official layout, automatic numbering, and a reference document's look without its text."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.shared import Mm, Pt
from lxml import etree
from writer_samples import asset, chinese, english, png, source

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import BlockType, Document, Heading, Look, Paragraph
from docpipe.settings import DocxSettings, Limits, Settings
from docpipe.writers.common import printable
from docpipe.writers.docx import look_digest, write

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICIAL = Settings(docx=DocxSettings(style="gbt9704"))
_AUTO = Settings(docx=DocxSettings(numbering="auto"))


def _parts(document: Document, settings: Settings) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(write(document, settings))) as package:
        return {name: package.read(name) for name in package.namelist()}


def _chinese(*blocks: BlockType) -> Document:
    return Document(source=source(), title="关于防汛工作的报告", blocks=list(blocks), language="zh")


def _placed(settings: Settings, *blocks: BlockType) -> dict[str, etree._Element]:
    """The paragraphs of a written document by their text."""
    root = etree.fromstring(_parts(_chinese(*blocks), settings)["word/document.xml"])
    return {"".join(p.itertext()): p for p in root.iter(_W + "p")}


def _indent(paragraph: etree._Element, name: str) -> str | None:
    indent = paragraph.find(f"{_W}pPr/{_W}ind")
    return None if indent is None else indent.get(_W + name)


def test_official_page_holds_22_lines_of_28_characters() -> None:
    opened = docx.Document(io.BytesIO(write(chinese(), _OFFICIAL)))
    section = opened.sections[0]
    millimetres = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length.mm) for length in millimetres] == [210, 297, 37, 28]
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert (round(width / Mm(1)), round(height / Mm(1))) == (156, 225)
    body = opened.styles["Body Text"]
    assert body.font.size == Pt(16)
    assert body.paragraph_format.line_spacing * 22 <= height
    assert 28 * (16 - 0.25) <= width / Pt(1) < 29 * (16 - 0.25)
    assert 'w:type="linesAndChars"' in etree.tostring(section._sectPr).decode()


def test_official_fonts() -> None:
    styles = etree.fromstring(_parts(chinese(), _OFFICIAL)["word/styles.xml"])
    fonts = {
        style.get(_W + "styleId"): style.find(f"{_W}rPr/{_W}rFonts").get(_W + "eastAsia")
        for style in styles.iter(_W + "style")
        if style.find(f"{_W}rPr/{_W}rFonts") is not None
    }
    assert fonts["Title"] == "方正小标宋简体"
    assert [fonts[f"Heading{level}"] for level in (1, 2, 3, 4)] == ["黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312"]  # fmt: skip
    table = _parts(chinese(), _OFFICIAL)["word/fontTable.xml"].decode()
    assert re.search(r'w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong', table)


def test_a_label_asks_for_its_font_at_any_depth() -> None:
    placed = _placed(
        _OFFICIAL,
        Heading(level=1, label="第一章 ", text="总则"),
        Heading(level=2, label="一、", text="目的"),
        Heading(level=3, label="（一）", text="依据"),
    )
    assert 'w:eastAsia="黑体"' in etree.tostring(placed["一、目的"], encoding="unicode")
    assert 'w:eastAsia="楷体_GB2312"' in etree.tostring(placed["（一）依据"], encoding="unicode")
    assert "rFonts" not in etree.tostring(placed["第一章 总则"], encoding="unicode")


def test_official_lines_stand_in_their_places() -> None:
    placed = _placed(
        _OFFICIAL,
        Paragraph(text="各县区人民政府，市直各部门："),
        Paragraph(text="今年以来，全市上下认真做好防汛工作，现将有关情况报告如下。"),
        Paragraph(text="附件：1.防汛物资清单"),
        Paragraph(text="青石市应急管理局办公室"),
        Paragraph(text="2021年12月28日"),
    )
    assert _indent(placed["各县区人民政府，市直各部门："], "firstLineChars") == "0"
    organization, date = placed["青石市应急管理局办公室"], placed["2021年12月28日"]
    assert _indent(organization, "rightChars") == "200"
    assert _indent(date, "rightChars") == "400", "11 characters, a date of 7 begins 2 to the right"
    assert "beforeLines" in etree.tostring(organization, encoding="unicode")
    assert "beforeLines" in etree.tostring(placed["附件：1.防汛物资清单"], encoding="unicode")


def test_a_date_longer_than_its_organization_stands_two_characters_from_the_right() -> None:
    prose = Paragraph(text="今年以来，全市上下认真做好防汛工作，现将有关情况报告如下。")
    placed = _placed(
        _OFFICIAL, prose, Paragraph(text="水利局"), Paragraph(text="二〇二一年十二月二十八日")
    )
    assert _indent(placed["二〇二一年十二月二十八日"], "rightChars") == "200"
    assert _indent(placed["水利局"], "rightChars") == "1300"


def test_an_announcement_is_no_addressee() -> None:
    text = "现将全年工作情况报告如下："
    assert _indent(_placed(_OFFICIAL, Paragraph(text=text))[text], "firstLineChars") is None


def test_official_page_numbers_stand_outside() -> None:
    parts = _parts(chinese(), _OFFICIAL)
    odd, even = (parts[f"word/footer{number}.xml"].decode() for number in (1, 2))
    assert re.sub("<[^>]*>", "", odd).strip() == "— " + " —"
    assert 'w:instr="PAGE"' in odd
    assert 'w:rightChars="100"' in odd
    assert 'w:leftChars="100"' in even
    assert "<w:evenAndOddHeaders/>" in parts["word/settings.xml"].decode()


def test_automatic_numbering_is_one_list_of_the_headings() -> None:
    parts = _parts(chinese(), _AUTO)
    numbering = parts["word/numbering.xml"].decode()
    assert 'w:val="chineseCountingThousand"' in numbering
    assert 'w:val="%1、"' in numbering
    assert 'w:val="（%2）"' in numbering
    body = etree.fromstring(parts["word/document.xml"])
    headings = [p for p in body.iter(_W + "p") if "主要指标完成情况" in "".join(p.itertext())]
    assert headings[0].find(f"{_W}pPr/{_W}numPr") is not None
    assert "".join(headings[0].itertext()) == "主要指标完成情况"


def test_typed_labels_stay_typed() -> None:
    root = etree.fromstring(_parts(chinese(), Settings())["word/document.xml"])
    assert "二、主要指标完成情况" in ["".join(p.itertext()) for p in root.iter(_W + "p")]


_ACTIVE_HEADER = f"""<w:p xmlns:w="{_W[1:-1]}"
    xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:v="urn:schemas-microsoft-com:vml">
  <w:r><w:t>青石市水利局</w:t></w:r>
  <w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:entryMacro w:val="AutoOpen"/></w:ffData></w:fldChar></w:r>
  <w:r><w:instrText> DDEAUTO c:\\\\x "calc" </w:instrText></w:r>
  <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>结果</w:t></w:r>
  <w:r><w:fldChar w:fldCharType="end"/></w:r>
  <w:fldSimple w:instr="INCLUDETEXT http://example.com/x"><w:r><w:t>引入</w:t></w:r></w:fldSimple>
  <w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>
  <w:hyperlink r:id="rIdLink"><w:r><w:t>链接</w:t></w:r></w:hyperlink>
  <w:r><w:object><o:OLEObject r:id="rIdOle"/></w:object></w:r>
  <w:r><w:pict><v:shape href="http://example.com" onclick="x()"><v:stroke on="t"/><v:imagedata r:id="rIdOut"/></v:shape></w:pict></w:r>
</w:p>"""


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A reference document with styles, a page, a header with a picture, and much that is active."""
    document = docx.Document()
    document.add_paragraph("参照文档自己的文字")
    document.styles["Title"].font.size = Pt(31)
    document.styles["Body Text"].font.bold = True
    section = document.sections[0]
    section.page_width, section.left_margin = Mm(182), Mm(20)
    header = section.header
    header.is_linked_to_previous = False
    header.paragraphs[0].add_run().add_picture(io.BytesIO(png()))
    header._element.append(parse_xml(_ACTIVE_HEADER))
    header.part.relate_to("http://example.com/", "http://x/hyperlink", is_external=True)
    document.settings.element.append(parse_xml(f'<w:attachedTemplate xmlns:w="{_W[1:-1]}"/>'))
    file = tmp_path / "look.docx"
    document.save(str(file))
    return file


def _as(reference: Path) -> Settings:
    return Settings(docx=DocxSettings(reference_doc=str(reference)))


def test_a_reference_gives_its_look_and_not_its_text(reference: Path) -> None:
    data = write(chinese(), _as(reference))
    opened = docx.Document(io.BytesIO(data))
    assert opened.styles["Title"].font.size == Pt(31)
    assert opened.sections[0].page_width.mm == pytest.approx(182, abs=0.1)
    assert "参照文档自己的文字" not in "".join(p.text for p in opened.paragraphs)
    assert "青石市水利局" in opened.sections[0].header._element.xpath("string()")
    assert opened.styles["Table Text"].base_style.name == "Normal"
    widths = opened.tables[0]._tbl.xpath("./w:tblPr/w:tblW/@w:w")
    assert int(widths[0]) < Mm(182).twips - Mm(20).twips
    assert write(chinese(), _as(reference)) == data


def test_nothing_active_of_a_reference_is_taken(reference: Path) -> None:
    parts = _parts(chinese(), _as(reference))
    [header] = [content.decode() for name, content in parts.items() if name.startswith("word/header")]  # fmt: skip
    for active in ("DDE", "INCLUDETEXT", "example.com", "OLEObject", "AutoOpen", "onclick", "rId"):
        assert active not in header
    assert 'instr=" PAGE "' in header
    assert "a:blip" in header
    assert 'on="t"' in header
    assert "attachedTemplate" not in parts["word/settings.xml"].decode()
    relations = b"".join(content for name, content in parts.items() if name.endswith(".rels"))
    assert relations.count(b"External") == relations.count(b"https://example.com/a_(b)?x=1")


def test_marks_of_a_reference_style_do_not_mark_the_text(reference: Path) -> None:
    plain = Document(source=source(), blocks=[Paragraph(text="不加粗的正文。")], language="zh")
    body = _parts(plain, _as(reference))["word/document.xml"].decode()
    assert '<w:b w:val="0"/>' in body


def test_a_reference_counts_by_its_content(reference: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.docx"
    copy.write_bytes(reference.read_bytes())
    assert look_digest(_as(copy)) == look_digest(_as(reference))
    docx.Document().save(str(copy))
    assert look_digest(_as(copy)) != look_digest(_as(reference))
    assert look_digest(_OFFICIAL) != look_digest(_AUTO)


def test_a_bad_reference_is_named(tmp_path: Path, reference: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK no package")
    for settings in (_as(tmp_path / "absent.docx"), _as(broken), _as(tmp_path)):
        for call in (look_digest, lambda chosen: write(chinese(), chosen)):
            with pytest.raises(DocpipeError) as error:
                call(settings)
            assert error.value.code == ErrorCode.BAD_SETTINGS
            assert error.value.name == settings.docx.reference_doc
    small = Settings(docx=_as(reference).docx, limits=Limits(part_bytes=10))
    with pytest.raises(DocpipeError, match=r"limits\.part-bytes"):
        look_digest(small)


def test_style_and_reference_exclude_one_another(reference: Path) -> None:
    both = Settings(docx=DocxSettings(style="gbt9704", reference_doc=str(reference)))
    with pytest.raises(DocpipeError, match="exclude one another"):
        write(chinese(), both)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice (soffice)")
def test_libreoffice_shows_the_text_of_every_look(reference: Path, tmp_path: Path) -> None:
    looks = {"report": Settings(), "auto": _AUTO, "official": _OFFICIAL, "reference": _as(reference)}  # fmt: skip
    wanted = {}
    for name, settings in looks.items():
        for kind, document in (("zh", chinese()), ("en", english())):
            document.assets = [asset(png())]
            file = tmp_path / f"{name}-{kind}.docx"
            file.write_bytes(write(document, settings))
            wanted[file] = document
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]  # fmt: skip
    subprocess.run([*command, *map(str, wanted)], check=True, capture_output=True, timeout=240)
    for file, document in wanted.items():
        shown = "".join(file.with_suffix(".txt").read_text("utf-8-sig").split())
        position = 0
        for block in document.blocks:
            if isinstance(block, Heading | Paragraph):
                label = "" if isinstance(block, Paragraph) and block.bullet else block.label
                text = "".join(printable(label + block.text).split())
                found = shown.find(text[:20], position)
                assert found >= 0, (file.name, text)
                position = found


def test_a_line_set_to_the_right_above_a_date_signs() -> None:
    prose = Paragraph(text="今年以来，全市上下认真做好防汛工作，现将有关情况报告如下。")
    placed = _placed(
        _OFFICIAL,
        prose,
        Paragraph(text="张三", look=Look(align="right")),
        Paragraph(text="2021年12月28日"),
    )
    assert _indent(placed["张三"], "rightChars") == "900"
