"""Nothing of a source is lost, doubled, invented or reordered; and if it were, `verify` would see it."""

from __future__ import annotations

import copy
import functools
import gzip
import io
import json
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from docpipe.cli import main
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Place
from docpipe.pipeline import convert_bytes, write
from docpipe.settings import ReadSettings, Settings
from docpipe.verify import verify
from docpipe.verify.ledger import compare
from docpipe.verify.letters import letters
from docpipe.verify.pieces import Piece
from docpipe.verify.runs import common_runs
from docpipe.verify.sources import Unit

INPUT = Path(__file__).parent.parent / "input"
GOLDEN = Path(__file__).parent / "writers/golden"
SENTENCES = [
    "2023年，街道坚持以人民为中心，扎实推进各项工作。",
    "全年组织巡查430次，排查隐患216处，全部完成整改。",
    "更多优质公文请加微信：gongwen8866",
    "继续完善网格化管理，健全长效机制，推动工作再上新台阶。",
    "联系人：周建平，联系电话：0571-86000000。",
]
SOURCE = "\n".join(["青山街道2023年度工作总结", *SENTENCES]).encode()

UNREADABLE = "the second engine has no Unicode for a font of this file"
# Files of the real corpus on which the two counts differ for a reason that is no loss of the reader.
EXPLAINED = {
    "jsvine__issue-842-example.pdf": "signs struck four times for boldness, one by one, which only pdfium takes for one",
    "jsvine__la-precinct-bulletin-2014-p1.pdf": "turned table heads, whose glyphs each engine orders its own way",
    "jsvine__nics-background-checks-2015-11.pdf": "turned table heads and a table of short numbers shown glyph by glyph",
    "kreuzberg-dev__google_doc_document.pdf": "emoji beyond the first plane, given as ActualText, for which pdfium has no text",
    "kreuzberg-dev__right_to_left_01.pdf": "Arabic ligatures, which the engines order their own way",
    "mozilla__SimFang-variant.pdf": UNREADABLE,
    "mozilla__XiaoBiaoSong.pdf": UNREADABLE,
    "mozilla__issue12823.pdf": UNREADABLE,
    "mozilla__issue3521.pdf": UNREADABLE,
    "ofdrw__GMT_0031-2014_安全电子签章密码技术规范.pdf": UNREADABLE,
    "tabulapdf__us-007.pdf": "two columns that the reader takes for one: reordered, not lost",
}


def published(data: bytes, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(write(convert_bytes(data, name), "json"))
    return document


def kinds(data: bytes, document: dict[str, Any]) -> set[str]:
    return {finding.kind for finding in verify(data, document)}


def word_document() -> bytes:
    """A DOCX with headings, a table, a header, and an advert within a paragraph."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "青山街道办事处文件"
    document.add_heading("青山街道2023年度工作总结", 0)
    for number, sentence in enumerate(SENTENCES):
        document.add_heading(f"第{number + 1}部分 工作情况", 1)
        document.add_paragraph(sentence + SENTENCES[3 - number])
    table = document.add_table(2, 2)
    for row in table.rows:
        for cell in row.cells:
            cell.text = "完成率98.6%"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@functools.cache
def samples() -> dict[str, tuple[bytes, dict[str, Any]]]:
    sources = {path.name: path.read_bytes() for path in sorted(INPUT.iterdir())}
    sources |= {"a.txt": SOURCE, "b.docx": word_document()}
    sources["english.md"] = (GOLDEN / "english.md").read_bytes()
    return {name: (data, published(data, name)) for name, data in sources.items()}


SAMPLES = ["a.txt", "b.docx", "english.md", *(path.name for path in sorted(INPUT.iterdir()))]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_lose_nothing(name: str) -> None:
    assert verify(*samples()[name]) == []


def test_gold_set_loses_nothing(shared: Path) -> None:
    for path in sorted((shared / "bench/dev/files").iterdir()):
        data = path.read_bytes()
        assert verify(data, published(data, path.name)) == [], path.name


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_real_documents_lose_nothing(shared: Path, form: str) -> None:
    differing = set()
    for path in sorted((shared / "corpus" / form).iterdir()):
        data = path.read_bytes()
        try:
            document = published(data, path.name)
        except DocpipeError as error:
            if error.code not in (ErrorCode.NO_TEXT, ErrorCode.ENCRYPTED):
                raise
            continue
        if findings := verify(data, document):
            assert path.name in EXPLAINED, (path.name, findings[:5])
            differing.add(path.name)
    assert differing == {name for name in EXPLAINED if name.endswith(form)}


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_protected_files_are_compared_with_their_password(algorithm: str) -> None:
    writer = pypdf.PdfWriter(
        clone_from=io.BytesIO((INPUT / "社区志愿服务工作总结.pdf").read_bytes())
    )
    writer.encrypt("geheim", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    data = buffer.getvalue()
    settings = Settings(read=ReadSettings(password="geheim"))
    document = json.loads(write(convert_bytes(data, "a.pdf", settings=settings), "json"))
    assert verify(data, document, "geheim") == []
    for password, code in (("", ErrorCode.ENCRYPTED), ("falsch", ErrorCode.WRONG_PASSWORD)):
        with pytest.raises(DocpipeError) as caught:
            verify(data, document, password)
        assert caught.value.code == code


def test_web_pages_lose_nothing(shared: Path) -> None:
    pages = sorted((shared / "bench/html/pages").iterdir())[::3]
    pages += sorted((shared / "bench/html-train/pages").iterdir())[::10]
    compared = 0
    for path in pages:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        try:
            document = published(data, path.name.removesuffix(".gz"))
        except DocpipeError as error:
            if error.code != ErrorCode.NO_TEXT:
                raise
            continue
        findings = verify(data, document)
        assert findings == [], (path.name, findings[:5])
        compared += 1
    assert compared > 50


def leaves(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """All texts of a JSON document that `verify` compares, as (node, field)."""
    if document["title"]:
        yield document, "title"
    stack = [document]
    while stack:
        node = stack.pop()
        if "heading" in node:
            yield node, "heading"
        elif node.get("text") and node.get("type") != "image" and not node.get("blocks"):
            yield node, "text"
        stack += [*node.get("blocks", []), *node.get("items", []), *node.get("sections", [])]
        stack += [cell for row in node.get("rows", []) for cell in row]
    for node in (*document["notes"], *document["removed"]):
        yield node, "text"


def sentences(text: str) -> list[str]:
    """The sentences of a text that are long enough to be one, each as it stands in the text."""
    parts = text.replace("。", "。\0").replace(". ", ". \0").replace("\n", "\n\0").split("\0")
    return [part for part in parts if len(letters(part, pdf=True)) >= 4]


def test_radicals_count_as_their_ideographs_in_a_pdf() -> None:
    assert letters("⻘⽯镇⻚", pdf=True) == letters("青石镇页", pdf=True)
    assert letters("⻘", pdf=False) != letters("青", pdf=False)


CHANGES = {
    "missing": lambda sentence: "",
    "doubled": lambda sentence: sentence + " " + sentence,
    "invented": lambda sentence: sentence + "本条并不存在于原文之中。",
    "reordered": lambda sentence: _halves_swapped(sentence),
}


def _halves_swapped(sentence: str) -> str:
    middle = len(sentence) // 2
    return sentence[middle:] + sentence[:middle]


@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.sampled_from(sorted(CHANGES)))
def test_a_changed_sentence_is_seen(name: str, number: int, kind: str) -> None:
    data, original = samples()[name]
    document = copy.deepcopy(original)
    choices = [(leaf, s) for leaf in leaves(document) for s in sentences(leaf[0][leaf[1]])]
    (node, field), sentence = choices[number % len(choices)]
    changed = CHANGES[kind](sentence)
    assume(letters(changed, pdf=True) != letters(sentence, pdf=True))
    node[field] = node[field].replace(sentence, changed, 1)
    seen = kinds(data, document)
    if kind == "reordered":
        assert seen, (sentence, changed)
    elif kind == "doubled" and name.endswith(".md"):
        # Markup between its words makes the second one look new.
        assert seen & {"doubled", "invented"}, (sentence, changed)
    else:
        assert kind in seen, (sentence, changed)


def test_swapped_clauses_and_words_are_seen() -> None:
    for before, after in (
        ("扎实推进各项工作。", "各项工作扎实推进。"),
        ("排查隐患216处，全部完成整改", "全部完成整改，排查隐患216处"),
        ("以人民为中心", "以民人为中心"),
    ):
        document = published(SOURCE, "a.txt")
        for node, field in leaves(document):
            node[field] = node[field].replace(before, after)
        assert kinds(SOURCE, document), after


def test_swapped_paragraphs_of_the_body_are_seen() -> None:
    document = published(SOURCE, "a.txt")
    nodes = {node[field]: node for node, field in leaves(document)}
    first, last = nodes[SENTENCES[1]], nodes[SENTENCES[3]]
    first["text"], last["text"] = last["text"], first["text"]
    assert kinds(SOURCE, document) == {"reordered"}


def test_a_sentence_moved_to_another_paragraph_is_seen() -> None:
    document = published(SOURCE, "a.txt")
    nodes = {node[field]: node for node, field in leaves(document)}
    first, last = nodes[SENTENCES[1]], nodes[SENTENCES[3]]
    first["text"], last["text"] = first["text"] + last["text"][:13], last["text"][13:]
    assert kinds(SOURCE, document) == set()  # only the paragraph's end moved
    last["text"] = last["text"][6:]
    first["text"] += SENTENCES[3][19:]
    assert kinds(SOURCE, document)


def test_a_lost_cut_is_seen_with_its_place() -> None:
    document = published(SOURCE, "a.txt")
    assert document["removed"]
    document["removed"] = []
    (finding,) = verify(SOURCE, document)
    assert (finding.kind, finding.text, finding.place.line) == ("missing", SENTENCES[2], 4)


def test_text_on_the_wrong_page_or_in_the_wrong_part_is_seen() -> None:
    data, original = samples()["b.docx"]
    document = copy.deepcopy(original)
    changed = 0
    for node, _ in leaves(document):
        for place in node.get("at", []):
            changed += place.get("part") == "header1"
            place["part"] = place["part"].replace("header1", "body")
    assert changed
    assert kinds(data, document) == {"missing", "doubled"}


def test_a_generated_label_is_no_text_of_the_source() -> None:
    document = published(SOURCE, "a.txt")
    section = {"label": "一、", "heading": "", "automatic": True, "blocks": [], "sections": []}
    document["sections"].append(section)
    assert verify(SOURCE, document) == []
    section["automatic"] = False
    assert kinds(SOURCE, document) == {"invented"}


@pytest.mark.parametrize("name", ["chinese.md", "english.md"])
def test_markdown_loses_nothing_but_its_markup(name: str) -> None:
    data = (GOLDEN / name).read_bytes()
    assert verify(data, published(data, name)) == []


def test_all_markup_of_markdown_may_be_left_out() -> None:
    text = (
        "---\ntitle: x\n---\n# 标题 #\n\n1. 一 *强* `a*b` <b>x</b>\n2. 二\n   - 内\n\n"
        '> 引 [链](http://a.b/c_(d) "t") ![图](x.png)\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n'
        "```py\nx = [1]\n# c &amp;\n```\n\n脚注[^1]和[参][ref] &amp; &copy; \\* 2\\. <http://x.y>\n\n"
        '[^1]: 注文\n[ref]: http://q "T"\n\nSetext\n===\n\n- [x] 完\n'
    )
    assert verify(text.encode(), published(text.encode(), "a.md")) == []


@pytest.mark.parametrize(
    "text",
    ["> - 甲\n> - 乙\n>   1) 丙\n", "> ## 甲\n>\n> 乙\n", "1. > 2. 甲\n", "- - 甲\n", "- # 甲\n"],
)
def test_signs_of_items_and_headings_in_quotes_and_items_are_markup(text: str) -> None:
    assert verify(text.encode(), published(text.encode(), "a.md")) == []


@pytest.mark.parametrize(
    "comment", ["<!-- 乙<p>丁</p>", "<!-->", "<!--->", "<!-- 乙 --!>", "<!-- 乙 -->"]
)
def test_comments_of_a_page_end_as_browsers_end_them(comment: str) -> None:
    page = f"<p>甲</p><script>a = '<!--'</script><p>戊</p>{comment}<p>丙</p>"
    assert verify(page.encode(), published(page.encode(), "a.html")) == []


def test_text_after_comments_and_instructions_in_a_word_package_counts() -> None:
    data = word_package("<w:p><w:r><w:t>甲<!-- c -->乙<?pi x?>丙</w:t></w:r></w:p>", {})
    document = published(data, "a.docx")
    assert verify(data, document) == []
    for node, field in list(leaves(document)):
        node[field] = node[field].replace("丙", "")
    assert [finding.text for finding in verify(data, document)] == ["丙"]


def test_front_matter_of_markdown_is_text_and_scripts_and_what_stands_for_pictures_are_none() -> (
    None
):
    text = "---\ntitle: 总结\n---\n甲<script>a()</script>![图](a.png)\n\n<script>\nb()\n</script>\n\n乙\n"
    document = published(text.encode(), "a.md")
    assert verify(text.encode(), document) == []
    assert document["title"] == "总结"
    assert [cut["text"] for cut in document["removed"]] == ["title: "]
    document["title"] = ""
    document["removed"] = []
    assert kinds(text.encode(), document) == {"missing"}


def test_what_draws_in_a_plain_text_is_no_text() -> None:
    text = "总结\n====\n\n- 甲项工作\n- 乙项工作\n\n> 引文一\n> 引文二\n\n┌──┬──┐\n│项│数│\n├──┼──┤\n│甲│1-│\n└──┴──┘\n"
    assert verify(text.encode(), published(text.encode(), "a.txt")) == []


def test_strokes_of_a_drawn_table_are_no_text() -> None:
    source = SOURCE + "\n| 指标 | 数值 |\n| --- | --- |\n| 巡查 | 430 |\n".encode()
    assert verify(source, published(source, "a.txt")) == []


@given(st.text("ab", max_size=60), st.text("ab", max_size=60))
def test_common_runs_are_common_and_in_order(a: str, b: str) -> None:
    left = right = 0
    for run in common_runs(a, b):
        assert run.left >= left
        assert run.right >= right
        left, right = run.left + run.length, run.right + run.length
        assert a[run.left : left] == b[run.right : right]


def test_time_grows_with_the_text_and_not_with_its_square() -> None:
    choose = random.Random(1)
    taken = []
    for lines in (1_000, 8_000):
        cells = [
            choose.choice(["0", "合格", "100", "不合格", "-", SENTENCES[1]]) for _ in range(lines)
        ]
        source = "\n".join(cells).encode()
        blocks = [{"type": "paragraph", "text": cell, "at": []} for cell in cells]
        del blocks[:: lines // 20]
        random.Random(2).shuffle(blocks)
        document = {
            "source": {"format": "txt"},
            "title": "",
            "notes": [],
            "removed": [],
            "warnings": [],
        }
        started = time.process_time()
        assert "missing" in kinds(source, {**document, "blocks": blocks, "sections": []})
        taken.append(time.process_time() - started)
    assert taken[1] < 32 * taken[0]


def test_command_tells_and_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, output = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.txt").write_bytes(SOURCE)
    assert main(["convert", str(source), "-o", str(output), "-t", "json", "-q"]) == 0
    assert main(["verify", str(source), str(output), "--lang", "en"]) == 0
    (source / "a.txt").write_bytes(SOURCE + "\n新增的一句话，没有转换。".encode())
    assert main(["verify", str(source), str(output), "--lang", "en"]) == 1
    assert "a.txt (line 7): missing: 新增的一句话，没有转换。" in capsys.readouterr().out
    assert main(["verify", str(source / "a.txt"), str(output / "json" / "a.txt.json")]) == 1
    (source / "b.txt").write_bytes(SOURCE)
    assert main(["verify", str(source / "b.txt"), str(output)]) == 2
    (source / "a.txt").unlink()
    assert main(["verify", str(source), str(output), "--lang", "zh"]) == 1


@pytest.mark.parametrize("by_second_engine", [False, True])
def test_only_the_pages_that_were_read_are_compared(by_second_engine: bool) -> None:
    data = (INPUT / "社区志愿服务工作总结.pdf").read_bytes()
    writer = pypdf.PdfWriter()
    for _ in range(3):
        writer.append(io.BytesIO(data))
    buffer = io.BytesIO()
    writer.write(buffer)
    count = len(pypdf.PdfReader(io.BytesIO(data)).pages)
    settings = Settings(read=ReadSettings(pages=f"{count + 1}-{2 * count}"))
    converted = convert_bytes(buffer.getvalue(), "a.pdf", settings=settings)
    document = json.loads(write(converted, "json"))
    if by_second_engine:
        message = "the file is damaged; it was read with the second engine"
        document["warnings"].append({"code": "partial", "message": message})
    assert verify(buffer.getvalue(), document) == []
    document["source"]["pages_read"].append(1)
    assert verify(buffer.getvalue(), document) != []


def test_a_pdf_of_the_second_engine_is_compared_with_the_first() -> None:
    data, original = samples()["社区志愿服务工作总结.pdf"]
    document = copy.deepcopy(original)
    message = "the file is damaged; it was read with the second engine"
    document["warnings"].append({"code": "partial", "message": message})
    assert verify(data, document) == []
    with pytest.raises(DocpipeError, match="pdfium"):
        verify(data[: len(data) // 3], document)


def test_an_odd_word_package_loses_nothing() -> None:
    deleted = "<w:del><w:r><w:delText>删去的注文</w:delText></w:r></w:del>"
    parts = {
        "footnotes": f'<w:footnote w:id="2"><w:p>{deleted}<w:r><w:t>注文</w:t></w:r></w:p></w:footnote>',
        "header1": "<w:p><w:r><w:t>没有一节用到的页眉</w:t></w:r></w:p>",
    }
    ruby = "<w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby>"
    symbol = '<w:sym w:font="Wingdings" w:char="F0FE"/><w:t>同意</w:t>'
    formula = (
        "<m:oMath><m:f><m:num><m:r><m:t>ab</m:t></m:r></m:num><m:den><m:r><m:t>c</m:t></m:r></m:den></m:f>"
        "<m:sPre><m:sub><m:r><m:t>i</m:t></m:r></m:sub><m:sup><m:r><m:t>j</m:t></m:r></m:sup>"
        "<m:e><m:r><m:t>X</m:t></m:r></m:e></m:sPre></m:oMath>"
    )
    data = word_package(f"<w:p><w:r>{ruby}{symbol}</w:r>{formula}</w:p>", parts)
    document = published(data, "a.docx")
    assert verify(data, document) == []
    for node, field in list(leaves(document)):
        node[field] = node[field].replace("同意", "").replace("删去的", "")
    assert {finding.text for finding in verify(data, document)} == {"同意", "删去的"}


def word_package(body: str, parts: dict[str, str]) -> bytes:
    """A Word package with parts by their kind, which may be numbered."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    space = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="{office}/math"'

    def links(targets: dict[str, str]) -> str:
        items = "".join(
            f'<Relationship Id="r{n}" Type="{office}/relationships/{kind}" Target="{target}"/>'
            for n, (target, kind) in enumerate(targets.items())
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        return f'<Relationships xmlns="{package}">{items}</Relationships>'

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("_rels/.rels", links({"word/document.xml": "officeDocument"}))
        file.writestr(
            "word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>"
        )
        kinds = {f"{name}.xml": name.rstrip("0123456789") for name in parts}
        file.writestr("word/_rels/document.xml.rels", links(kinds))
        for name, content in parts.items():
            file.writestr(f"word/{name}.xml", f"<w:part {space}>{content}</w:part>")
    return buffer.getvalue()


def test_a_script_that_writes_a_script_is_no_text() -> None:
    script = "<script><!--\ndocument.write('<script src=x></script>'); more();\n//--></script>"
    page = f"<body><p>{SENTENCES[0]}</p>{script}<p>{SENTENCES[1]}</p>".encode()
    document = json.loads(write(convert_bytes(page, "a.html"), "json"))
    assert verify(page, document) == []


@pytest.mark.parametrize("cells", [("north", "1", "east"), ("1", "north", "east")])
def test_a_cell_that_may_stand_on_two_pages_makes_room_for_a_page_number(
    cells: tuple[str, ...],
) -> None:
    """A table goes on over a page whose number is the text of one of its cells."""
    pages = []
    for name, lines in (("1", ("north", "1")), ("2", ("east", "1", "2"))):
        unit = Unit(name, pdf=True)
        for line in lines:
            unit.add(line, Place(page=int(name)))
        pages.append(unit.close())
    both = frozenset({"1", "2"})
    table = [Piece(text, ({"page": 1},), both, flow=True) for text in cells]
    numbers = [Piece(n, ({"page": int(n)},), frozenset({n}), cut=True) for n in "12"]
    assert compare(pages, [*table, *numbers], True) == []
