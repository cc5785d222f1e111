"""The grammar of labels: what is one, what only looks like one, and what its number is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.numbering import Label, labels, parse_label, parse_numeral
from docpipe.numbering.number_formats import render
from docpipe.numbering.numerals import to_roman

LABELS = [
    ("一、主要工作", "一、", "cjk", (1,)),
    ("十二、附则", "十二、", "cjk", (12,)),
    ("一 总则", "一", "cjk", (1,)),
    ("（一）强化组织领导", "（一）", "cjk-paren", (1,)),
    ("(三) 整改措施", "(三)", "cjk-paren", (3,)),
    ("㈡加强宣传", "㈡", "cjk-paren", (2,)),
    ("1.危险化学品领域", "1.", "decimal", (1,)),
    ("1、2021年工作回顾", "1、", "decimal", (1,)),
    ("１．加强领导", "１．", "decimal", (1,)),
    ("⒈加强领导", "⒈", "decimal", (1,)),
    ("1.1 Digital lending", "1.1", "decimal", (1, 1)),
    ("1.2.3数字化转型", "1.2.3", "decimal", (1, 2, 3)),
    ("（1）开展检查", "（1）", "arabic-paren", (1,)),
    ("2）落实责任", "2）", "arabic-close", (2,)),
    ("①抓好培训", "①", "circled", (1,)),
    ("㉑其他", "㉑", "circled", (21,)),
    ("壹、总体情况", "壹、", "financial", (1,)),
    ("第一章 总则", "第一章", "chapter", (1,)),
    ("第二部分 主要成效", "第二部分", "part", (2,)),
    ("第十二条 职责", "第十二条", "article", (12,)),
    ("Chapter 2: Results", "Chapter 2:", "english", (2,)),
    ("Part I Introduction", "Part I", "english", (1,)),
    ("Appendix B Tables", "Appendix B", "english", (2,)),
    ("IV. Findings", "IV.", "roman", (4,)),
    ("A. Background", "A.", "letter", (1,)),
    ("(a) first", "(a)", "letter-paren", (1,)),
    ("附件II 清单", "附件II", "appendix", (2,)),
    ("附录：论文目录", "附录：", "appendix", (0,)),
    ("Finding 1. Cards were not cancelled", "Finding 1.", "topic", (1,)),
    ("Goal 2: Improve reading", "Goal 2:", "topic", (2,)),
    ("• an item", "•", "bullet", (0,)),
]
NO_LABELS = [
    "2020年，在上级党委的正确领导下", "1.5万元的投入", "3月份以来", "1.5 million people", "十月份", "一个中心",
    "一是加强学习", "2021.12.28", "12.28-12.30日", "1、2、3号楼", "3D打印", "12 月工作", "I am here", "A better way",
    "五个一工程", "二〇二一年度", "第一季度，", "98.2%", "1.4个百分点", "", "0.5元", "PART IIII", "附件IIII",
    "Finding 1 was corrected in June", "Step 2 is the hardest", "附录", "附件：一份清单",
]  # fmt: skip


@pytest.mark.parametrize(("line", "text", "kind", "values"), LABELS)
def test_label(line: str, text: str, kind: str, values: tuple[int, ...]) -> None:
    label = parse_label(line)
    assert label is not None
    assert (label.text, label.kind, label.values) == (text, kind, values)
    assert line[label.end :] == line[len(text) :].lstrip()


@pytest.mark.parametrize("line", NO_LABELS)
def test_quantity_date_or_sentence_is_no_label(line: str) -> None:
    assert parse_label(line) is None


@given(st.text(max_size=40))
def test_label_is_a_prefix_of_the_line(line: str) -> None:
    label = parse_label(line.strip())
    if label is not None:
        assert line.strip().startswith(label.text)
        assert len(label.text) <= label.end <= len(line.strip())


CHARACTERS = "第章节条附件录〇一十廿零壹佰0１9（(〔）)〕、.．:：， \t①⒈⑴㈠IVXivxⅠⅻPartApendix-•*百分之万年米a"


@given(
    st.text(st.sampled_from(CHARACTERS) | st.characters(), max_size=12)
    | st.one_of([st.from_regex(pattern) for _, _, pattern in labels._PATTERNS])
)
def test_the_first_character_rejects_no_label(line: str) -> None:
    assert parse_label(line) == _label_by_all_patterns(line)


def _label_by_all_patterns(line: str) -> Label | None:
    if not labels._FIRST.match(line):
        return None
    matches = ((kind, pattern.match(line)) for kind, _, pattern in labels._PATTERNS)
    found = (labels._label(kind, match, line) for kind, match in matches if match)
    return next((label for label in found if label is not None), None)


@given(st.integers(1, 999))
def test_every_chinese_number_is_read_back(number: int) -> None:
    for number_format in ("chineseCounting", "japaneseCounting", "decimalFullWidth", "upperRoman"):
        assert parse_numeral(render(number, number_format)) == number


@given(st.integers(1, 3999))
def test_roman_numerals_are_read_back(number: int) -> None:
    assert parse_numeral(to_roman(number)) == number
