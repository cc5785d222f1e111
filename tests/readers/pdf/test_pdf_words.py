"""Words over line ends, and spaces that only the page made."""

from __future__ import annotations

import pytest
from pdf_pages import CJK, LEFT, as_read, body, pdf
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from docpipe.pipeline import convert_bytes
from docpipe.readers.pdf.budget import Budget
from docpipe.readers.pdf.engine import Font, Ink, PageText, Setting
from docpipe.readers.pdf.fragments import read_fragments
from docpipe.readers.pdf.lines import compose, gather


def set_exactly(*lines: str, size: float = 11.0) -> bytes:
    """A paragraph with these lines, spread to one width."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", size)
        width = max(stringWidth(line, "Times-Roman", size) for line in lines)
        for number, line in enumerate(lines):
            gaps = line.count(" ")
            missing = width - stringWidth(line, "Times-Roman", size)
            spread = missing / gaps if gaps and number + 1 < len(lines) else 0
            canvas.drawString(LEFT, 700 - 14 * number, line, wordSpace=spread)

    return pdf(page)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            (
                "The library lent more books this year than in the two years before, mostly in the inter-",
                "national section of the main branch.",
            ),
            "The library lent more books this year than in the two years before, mostly in the international section of the main branch.",
        ),
        (
            (
                "The library is, as every reader of this report will know by now, a place that is well-",
                "known far beyond the county.",
            ),
            "The library is, as every reader of this report will know by now, a place that is well-known far beyond the county.",
        ),
        (
            (
                "The long-term loans that the county asked for were given, and of all these the long-",
                "term ones were paid back.",
            ),
            "The long-term loans that the county asked for were given, and of all these the long-term ones were paid back.",
        ),
        (
            (
                "The fourth of the agreements that the two houses signed in the spring is the Anglo-",
                "American one, for 2020-2021.",
            ),
            "The fourth of the agreements that the two houses signed in the spring is the Anglo-American one, for 2020-2021.",
        ),
    ],
)
def test_hyphens_at_line_ends(lines: tuple[str, ...], text: str) -> None:
    document = convert_bytes(set_exactly(*lines), "a.pdf")
    assert [b.text for b in document.blocks] == [text]
    assert [r.text for r in document.removed] == ([] if "-" in text[-60:] else ["-"])


def test_the_untouched_text_still_has_its_hyphen() -> None:
    data = set_exactly(
        "The library lent more books this year than in the two years before, mostly in the inter-",
        "national section.",
    )
    block = as_read(data).blocks[0]
    assert "inter-national" in block.text
    assert [block.text[r.start : r.end] for r in block.runs if r.hidden] == ["-"]


def test_a_change_of_font_makes_no_space() -> None:
    def page(canvas: Canvas) -> None:
        x = LEFT
        for font, text in (
            ("Times-Roman", "2020"),
            (CJK, "年完成检查"),
            ("Times-Roman", "612"),
            (CJK, "家"),
        ):
            canvas.setFont(font, 14)
            canvas.drawString(x, 700, text)
            x += stringWidth(text, font, 14) + 3.5

    assert body(pdf(page)) == ["2020年完成检查612家"]


def test_quotation_marks_between_latin_words_keep_their_spaces() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(
            LEFT,
            700,
            "Title II is called by its authors the act of “fair access and of free use of all the books”",
        )
        canvas.drawString(LEFT, 686, "and by others the open act.")

    assert body(pdf(page)) == [
        "Title II is called by its authors the act of “fair access and of free use of all the books” and by others the open act."
    ]


def test_a_hyphen_stays_where_lines_are_not_broken_within_words() -> None:
    """A single line of many ends in one, and both its parts are words of the text."""
    lines = [
        "This is one of the many lines of a report that a word processor filled from edge to edge,"
    ] * 29
    data = set_exactly(
        *lines, "and no accident of those that count as lost-", "time ones was seen in this year."
    )
    assert (
        convert_bytes(data, "a.pdf")
        .blocks[0]
        .text.endswith("count as lost-time ones was seen in this year.")
    )


@pytest.mark.parametrize(
    "lines",
    [
        (
            "Three decisions are requested from the committee this quarter, and they are set out in section",
            "6.",
        ),
        (
            "We set out to determine whether (i) all of the cards are issued and cancelled on time or not;",
            "(ii) purchases are allowable; and (iii) monitoring is effective.",
        ),
        (
            "The drinking fountain by the gate has been out of order ever since the great flood of April",
            "12. It has been mended now.",
        ),
    ],
)
def test_a_number_within_a_sentence_begins_no_paragraph(lines: tuple[str, ...]) -> None:
    assert len(body(set_exactly(*lines))) == 1


class MixedUp(PageText):
    """A page of one line "10 C⁸ FU" in which pdfium gives the raised figure behind the letter that it stands before."""

    def __init__(self) -> None:
        self.text = "10 C⁸ FU"
        self.budget = Budget(60)

    def box(self, index: int) -> tuple[float, float, float, float]:
        left = (100, 108, 116, 125, 116, 122, 135, 144)[index]
        return (left, 100, left + (6 if index == 4 else 9), 112)

    def object(self, index: int) -> int | None:
        return index

    def setting(self, index: int) -> Setting:
        return Setting(12.0, 0.0, 110.0)

    def ink(self, index: int) -> Ink:
        return Ink(self.font(index), "000000", False, False)

    def font(self, index: int) -> Font:
        return Font("Times", False)

    def generated(self, index: int) -> bool:
        return self.text[index] == " "


def test_a_sign_given_behind_its_right_neighbour_stands_where_it_is_seen() -> None:
    (row,) = gather(read_fragments(MixedUp()))
    assert compose(row).text == "10⁸ CFU"


def test_letters_of_another_font_find_their_place_in_the_words() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 26)
        name = canvas._doc.getInternalFontName("Helvetica-Bold")
        # The first font lacks two letters, which are drawn after the rest into the room that was left.
        canvas._code.append(
            f"BT {name} 26 Tf 1 0 0 1 90 700 Tm [(No) -389 (thfiel) -611 ( Lib) -389 (a) -389 (y)] TJ ET"
        )
        canvas.setFont("Helvetica-BoldOblique", 26)
        text, place = "Northfield Library", LEFT
        for letter in text:
            if letter in "rd":
                canvas.drawString(place, 700, letter)
            place += stringWidth(letter, "Helvetica-Bold", 26)

    assert body(pdf(page)) == ["Northfield Library"]


def test_characters_that_a_line_sets_apart_alike_are_one_word() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 14)
        for index, char in enumerate("青山市人民政府令"):
            canvas.drawString(LEFT + 23 * index, 700, char)
        for index, char in enumerate("甲乙丙"):
            canvas.drawString(LEFT + 23 * index, 600, char)
        for index, char in enumerate("安全生产年度报告"):
            canvas.drawString(LEFT + 20 * index + 9 * (index > 3), 500, char)

    assert body(pdf(page)) == ["青山市人民政府令", "甲 乙 丙", "安全生产 年度报告"]
