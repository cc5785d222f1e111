"""Numbers as Word prints them, against the examples of ECMA-376 part 1, 17.18.59."""

from __future__ import annotations

import pytest

from docpipe.numbering.number_formats import render
from docpipe.numbering.numerals import parse_numeral

EXAMPLES = [
    ("decimal", {0: "0", 1: "1", 12: "12"}),
    ("decimalZero", {1: "01", 9: "09", 10: "10", 123: "123"}),
    ("decimalFullWidth", {1: "１", 20: "２０"}),
    ("upperRoman", {1: "I", 4: "IV", 1999: "MCMXCIX", 4000: "4000"}),
    ("lowerRoman", {3: "iii", 9: "ix"}),
    ("upperLetter", {1: "A", 26: "Z", 27: "AA", 28: "BB", 53: "AAA"}),
    ("lowerLetter", {2: "b", 27: "aa"}),
    ("chineseCounting", {1: "一", 10: "十", 12: "十二", 20: "二十", 99: "九十九", 101: "一〇一"}),
    (
        "chineseCountingThousand",
        {1: "一", 10: "十", 11: "十一", 21: "二十一", 100: "一百", 101: "一百零一", 110: "一百一十",
         111: "一百一十一", 1001: "一千零一", 1010: "一千零一十", 10000: "一万", 10001: "一万零一",
         100000: "十万", 110000: "十一万"},
    ),
    ("taiwaneseCountingThousand", {10: "十", 20000: "二萬"}),
    ("taiwaneseCounting", {10: "十", 100: "一○○"}),
    ("chineseLegalSimplified", {1: "壹", 2: "贰", 10: "壹拾", 15: "壹拾伍", 105: "壹佰零伍"}),
    ("ideographLegalTraditional", {3: "參", 10: "壹拾"}),
    ("japaneseCounting", {10: "十", 100: "百", 101: "百一", 1000: "千", 1111: "千百十一"}),
    ("koreanCounting", {10: "십", 23: "이십삼"}),
    ("ideographDigital", {1: "一", 10: "一〇", 123: "一二三"}),
    ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
    ("ideographZodiac", {1: "子", 12: "亥", 13: "13"}),
    ("ideographZodiacTraditional", {1: "甲子", 60: "癸亥", 61: "61"}),
    ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
    ("decimalEnclosedCircleChinese", {3: "③"}),
    ("decimalEnclosedParen", {1: "⑴", 20: "⒇", 21: "21"}),
    ("decimalEnclosedFullstop", {1: "⒈", 20: "⒛", 21: "21"}),
    ("ideographEnclosedCircle", {1: "㊀", 10: "㊉", 11: "11"}),
    ("ordinal", {1: "1st", 2: "2nd", 3: "3rd", 11: "11th", 112: "112th", 21: "21st"}),
    ("cardinalText", {1: "One", 21: "Twenty-one", 115: "One hundred fifteen"}),
    ("ordinalText", {1: "First", 20: "Twentieth", 21: "Twenty-first", 12: "Twelfth"}),
    ("numberInDash", {3: "- 3 -"}),
    ("hex", {10: "A", 31: "1F"}),
    ("none", {1: ""}),
    ("bullet", {1: ""}),
    ("somethingNew", {7: "7"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "printed"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_prints_as_the_standard_says(name: str, printed: dict[int, str]) -> None:
    assert {number: render(number, name) for number in printed} == printed


@pytest.mark.parametrize(
    "name",
    ["decimal", "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "upperRoman",
     "ideographDigital", "ideographLegalTraditional", "japaneseCounting"],
)  # fmt: skip
def test_what_is_printed_reads_back_as_the_same_number(name: str) -> None:
    numbers = [*range(1, 400), 1000, 1001, 1010, 1100, 1111, 2021, 3999]
    assert [parse_numeral(render(number, name)) for number in numbers] == numbers


def test_a_huge_counter_stays_short() -> None:
    assert render(2_000_000_000, "lowerLetter") == "2000000000"
    assert render(-1, "upperRoman") == "-1"
