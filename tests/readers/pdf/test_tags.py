"""Tags of a tagged PDF are used where they agree with what is seen, and only there."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from pdf_pages import LEADING, LEFT, PROSE, as_read, body, cells, on_layer
from PIL import Image as Pillow
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from tagged_pages import Element, Mark, marked, set_marked, tagged

from docpipe.model import Document, Heading, Image, Paragraph, Table
from docpipe.pipeline import convert_bytes

LINES = [
    "全镇牢固树立安全发展理念，压实各方责任，",
    "扎实开展隐患排查，落实整改措施，",
    "全年未发生较大及以上事故。",
    "镇党委会专题研究安全生产工作。",
]


def drawn(*numbers: int) -> Callable[[Canvas], None]:
    """A page of the lines above, one under the other, each marked with the number given."""

    def page(canvas: Canvas) -> None:
        for index, number in enumerate(numbers):
            set_marked(canvas, number, LEFT, 700 - LEADING * index, LINES[index % len(LINES)])

    return page


def test_short_lines_of_one_paragraph_are_one() -> None:
    joined = ["".join(LINES[:3]), LINES[3]]
    assert body(tagged([], drawn(0, 1, 2, 3))) != joined
    tree = [Element("P", [Mark(0, 0), Mark(0, 1), Mark(0, 2)]), Element("P", [Mark(0, 3)])]
    assert body(tagged(tree, drawn(0, 1, 2, 3))) == joined


def test_a_new_line_typed_within_a_paragraph_stays_one() -> None:
    tree = [Element("P", [Mark(0, 0), Mark(0, 1), Mark(0, 2), Mark(0, 3)])]

    def page(canvas: Canvas) -> None:
        for number, text in enumerate([LINES[0], "责任到人。"] * 2):
            set_marked(canvas, number, LEFT, 700 - LEADING * number, text)

    assert body(tagged(tree, page)) == [LINES[0] + "责任到人。"] * 2


def test_lines_that_end_very_early_within_a_paragraph_were_typed() -> None:
    tree = [Element("P", [Mark(0, 0), Mark(0, 1), Mark(0, 2)])]

    def page(canvas: Canvas) -> None:
        for number, text in enumerate(["联系人：周建平", LINES[0], LINES[2]]):
            set_marked(canvas, number, LEFT, 700 - LEADING * number, text)

    assert body(tagged(tree, page)) == ["联系人：周建平", LINES[0] + LINES[2]]


def test_headings_have_the_levels_of_their_tags_and_of_the_role_map() -> None:
    kinds = ["Title", "H1", "Heading 2", "P"]
    tree = [Element(kind.replace(" ", "#20"), [Mark(0, n)]) for n, kind in enumerate(kinds)]
    data = tagged(tree, drawn(0, 1, 2, 3), roles={"Title": "P", "Heading#202": "H2"})
    blocks = as_read(data).blocks
    assert [(b.text, b.look.heading) for b in blocks] == list(
        zip(LINES, [0, 1, 2, None], strict=True)
    )


def test_the_label_of_an_item_stands_before_its_text() -> None:
    def page(canvas: Canvas) -> None:
        for row, number in enumerate((0, 2)):
            set_marked(canvas, number, LEFT, 700 - 2 * LEADING * row, "·")
            set_marked(canvas, number + 1, LEFT + 40, 700 - 2 * LEADING * row, LINES[row])
        set_marked(canvas, 4, LEFT + 40, 700 - LEADING, LINES[3])

    def item(first: int, *more: Element) -> Element:
        text = Element("P", [Mark(0, first + 1)])
        return Element("LI", [Element("Lbl", [Mark(0, first)]), Element("LBody", [text, *more])])

    tree = [Element("L", [item(0, Element("P", [Mark(0, 4)])), item(2)])]
    assert body(tagged(tree, page)) == ["· " + LINES[0], LINES[3], "· " + LINES[1]]


def test_a_paragraph_over_a_page_break_is_one_whatever_it_looks_like() -> None:
    tree = [
        Element("P", [Mark(0, 0)]),
        Element("P", [Mark(0, 1), Mark(1, 0)]),
        Element("P", [Mark(1, 1)]),
    ]
    data = tagged(tree, drawn(0, 1), drawn(0, 1))
    assert body(data) == [LINES[0], LINES[1] + LINES[0], LINES[1]]
    assert [place.page for place in as_read(data).blocks[1].at] == [1, 2]


def table_page(canvas: Canvas) -> None:
    for number, (x, y, text) in enumerate(
        [
            (0, 0, "单位"),
            (150, 0, "人数"),
            (0, 1, "青石镇"),
            (75, 1, "男"),
            (150, 1, "12"),
            (75, 2, "女"),
        ]
    ):
        set_marked(canvas, number, LEFT + x, 700 - LEADING * y, text)


def cell(kind: str, *marks: int, **spans: int) -> Element:
    return Element(kind, [Element("P", [Mark(0, mark)]) for mark in marks], table=spans)


def test_a_table_without_rules_has_the_cells_of_its_tags() -> None:
    rows = [
        [cell("TH", 0, ColSpan=2), cell("TH", 1)],
        [cell("TD", 2, RowSpan=2), cell("TD", 3), cell("TD", 4)],
        [cell("TD", 5), cell("TD")],
    ]
    tree = [Element("Table", [Element("TBody", [Element("TR", row) for row in rows])])]
    [table] = as_read(tagged(tree, table_page)).blocks
    assert isinstance(table, Table)
    assert [[(c.text, c.rowspan, c.colspan, c.header) for c in row] for row in table.rows] == [
        [("单位", 1, 2, True), ("人数", 1, 1, True)],
        [("青石镇", 2, 1, False), ("男", 1, 1, False), ("12", 1, 1, False)],
        [("女", 1, 1, False), ("", 1, 1, False)],
    ]


def test_rules_tell_rows_of_empty_cells_that_tags_pass_over() -> None:
    def page(canvas: Canvas) -> None:
        canvas.grid([80, 200, 320], [620, 645, 670, 695, 720])
        for number, (x, y, text) in enumerate(
            [(0, 0, "单位"), (120, 0, "人数"), (0, 1, "青石镇"), (120, 1, "12")]
        ):
            set_marked(canvas, number, LEFT + x, 700 - 25 * y, text)

    rows = [[cell("TD", 0), cell("TD", 1)], [cell("TD", 2), cell("TD", 3)]]
    rows += [[cell("TD"), cell("TD")], [cell("TD"), cell("TD")]]
    tree = [Element("Table", [Element("TR", row) for row in rows])]
    assert cells(tagged(tree, page)) == [[["单位", "人数"], ["青石镇", "12"], ["", ""], ["", ""]]]


def test_cells_that_stand_elsewhere_than_tagged_make_no_table() -> None:
    rows = [[cell("TD", 1), cell("TD", 0)], [cell("TD", 4), cell("TD", 2)]]
    tree = [
        Element("Table", [Element("TR", row) for row in rows]),
        Element("P", [Mark(0, 3)]),
        Element("P", [Mark(0, 5)]),
    ]
    assert [["人数", "单位"]] not in cells(tagged(tree, table_page))


def test_artifacts_at_the_edge_are_furniture_and_others_stay() -> None:
    def page(canvas: Canvas) -> None:
        drawn(0, 1)(canvas)
        set_marked(canvas, -1, LEFT, 800, "安全生产工作总结")
        set_marked(canvas, -1, LEFT, 400, "另")

    tree = [Element("P", [Mark(0, 0)]), Element("P", [Mark(0, 1)])]
    document = as_read(tagged(tree, page))
    assert on_layer(document, "header") == ["安全生产工作总结"]
    assert on_layer(document, "body") == [*LINES[:2], "另"]


def test_a_figure_has_its_alternative_text() -> None:
    picture = ImageReader(Pillow.new("RGB", (60, 40), (200, 30, 30)))

    def page(canvas: Canvas) -> None:
        drawn(0)(canvas)
        with marked(canvas, 1):
            canvas.drawImage(picture, LEFT, 500, 160, 80)

    tree = [Element("P", [Mark(0, 0)]), Element("Figure", [Mark(0, 1)], alt="检查 现场")]
    [image] = [b for b in as_read(tagged(tree, page)).blocks if isinstance(b, Image)]
    assert image.text == "检查 现场"


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param([Element("P", [Mark(0, n)]) for n in (3, 2, 1, 0)], id="upside down"),
        pytest.param([Element("H1", [Mark(0, 0)])], id="little tagged"),
        pytest.param([Element("Sect", [Mark(0, n) for n in range(4)])], id="no blocks"),
    ],
)
def test_tags_that_disagree_with_the_page_are_not_used(tree: list[Element]) -> None:
    page = drawn(0, 1, 2, 3)
    assert as_read(tagged(tree, page)).blocks == as_read(tagged([], page)).blocks


def test_lines_tagged_as_paragraphs_are_joined_by_what_is_seen() -> None:
    text = "全镇牢固树立安全发展理念，压实各方责任，全年未发生较大及以上生产安全事故，形势平稳" * 4

    def page(canvas: Canvas) -> None:
        for number in range(len(text) // 30 + 1):
            line = text[30 * number : 30 * number + 30]
            set_marked(canvas, number, LEFT, 700 - LEADING * number, line)

    count = len(text) // 30 + 1
    tree = [Element("P", [Mark(0, number)]) for number in range(count)]
    assert body(tagged(tree, page)) == [text]


def test_a_heading_that_is_all_text_is_no_heading() -> None:
    def page(canvas: Canvas) -> None:
        for number in range(6):
            set_marked(canvas, number, LEFT, 700 - LEADING * number, LINES[number % 4])

    tree = [Element("H1", [Mark(0, number)]) for number in range(6)]
    document = convert_bytes(tagged(tree, page), "a.pdf")
    assert not [block for block in document.blocks if isinstance(block, Heading)]


def outline(document: Document) -> list[tuple[str, str]]:
    """Title, headings with their levels, paragraphs and tables."""
    found = [("title", document.title)]
    for block in document.blocks:
        if isinstance(block, Heading):
            found.append((f"h{block.level}", block.label + block.text))
        elif isinstance(block, Paragraph | Table):
            found.append(
                (
                    type(block).__name__,
                    block.label + block.text if isinstance(block, Paragraph) else block.text,
                )
            )
    return found


def report() -> bytes:
    """A Word document whose outline only its styles tell: headings look as the text does."""
    made = docx.Document()
    for style in ("Heading 1", "Heading 2", "Title"):
        font = made.styles[style].font
        font.size, font.bold = made.styles["Normal"].font.size, False
    made.add_paragraph("Annual review of the harbour", "Title")
    for part in ("Ships and cargo", "People"):
        made.add_paragraph(part, "Heading 1")
        made.add_paragraph("All ships that called at the harbour were counted by the office. " * 6)
        made.add_paragraph("Seen from the quay", "Heading 2")
        made.add_paragraph("The quay was repaired in spring, and no ship had to wait for it. " * 30)
    table = made.add_table(3, 3)
    for row, line in zip(
        table.rows, ("Month Ships Tons", "May 12 400", "June 15 520"), strict=True
    ):
        for place, word in zip(row.cells, line.split(), strict=True):
            place.text = word
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def printed(tool: str, *command: str) -> None:
    """Run a program that prints, or skip the test."""
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"{tool} is not installed")
    subprocess.run([path, *command], check=True, capture_output=True, timeout=120)


def test_a_report_printed_by_libreoffice_reads_as_its_docx(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    source.write_bytes(report())
    as_tagged = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    arguments = ["--headless", profile, "--convert-to", as_tagged, "--outdir", str(tmp_path)]
    printed("soffice", *arguments, str(source))
    document = convert_bytes((tmp_path / "a.pdf").read_bytes(), "a.pdf")
    assert outline(document) == outline(convert_bytes(report(), "a.docx"))


def test_a_page_printed_by_chromium_reads_as_its_html(tmp_path: Path) -> None:
    text = "The quay was repaired in spring, and no ship had to wait for it. " * 20
    page = f"""<html><head><title>Harbour</title><style>h1,h2,h3 {{font: inherit}} td {{padding: 4px 30px}}</style></head>
        <body><article><h1>Annual review of the harbour</h1><h2>Ships and cargo</h2><p>{text}</p>
        <h3>Seen from the quay</h3><p>{text}</p><p>{text}</p><h2>People</h2>
        <table><tr><td>Month</td><td>Ships</td></tr><tr><td>May</td><td>12</td></tr><tr><td>June</td><td>15</td></tr></table>
        <p>{text}</p></article></body></html>"""
    source, target = tmp_path / "a.html", tmp_path / "a.pdf"
    source.write_text(page, "utf-8")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", profile]
    printed("chromium", *arguments, f"--print-to-pdf={target}", source.as_uri())
    document = convert_bytes(target.read_bytes(), "a.pdf")
    assert outline(document) == outline(convert_bytes(source.read_bytes(), "a.html"))


def test_a_heading_that_begins_pages_is_text_where_tags_say_so() -> None:
    def draw(canvas: Canvas) -> None:
        set_marked(canvas, 0, LEFT, 790, "存在的问题和不足")
        set_marked(canvas, 1, LEFT, 740, PROSE[:25])
        set_marked(canvas, -1, LEFT, 820, "青石镇人民政府")

    tree = [Element("P", [Mark(page, number)]) for page in range(3) for number in range(2)]
    document = as_read(tagged(tree, draw, draw, draw))
    assert on_layer(document, "body") == ["存在的问题和不足", PROSE[:25]] * 3
    assert on_layer(document, "header") == ["青石镇人民政府"] * 3
