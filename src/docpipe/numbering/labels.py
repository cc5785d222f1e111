"""Recognises the label a line begins with: 一、 （一） 1. （1） ① 第一章 1.2.3 Chapter 2 IV. (a) and its kin.

A label is only what the line offers; whether the line is a heading is weighed in `outline` over the whole document.
What merely looks like a label ("2020年", "1.5万元", "3月份", "1.5 million") is none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from docpipe.numbering.numerals import CHINESE_DIGITS, FINANCIAL_DIGITS, parse_numeral

LabelKind = Literal[
    "part", "chapter", "section", "article", "english", "financial", "cjk", "cjk-paren", "decimal", "bare",
    "arabic-paren", "arabic-close", "circled", "roman", "letter", "letter-paren", "appendix", "topic", "stem",
    "bullet",
]  # fmt: skip


class Label(NamedTuple):
    """A label at the start of a line.

    `text` is the label as typed, `values` its numbers (one, or one a level for 1.2.3), `end` the offset at which the
    heading's own words begin.
    """

    text: str
    kind: LabelKind
    values: tuple[int, ...]
    end: int


_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CN = f"[{CHINESE_DIGITS}]"
_FIN = f"[{FINANCIAL_DIGITS}]"
_NUM = rf"(?:{_CN}{{1,5}}|[0-9０-９]{{1,3}}|[IVXⅠ-Ⅻ]{{1,5}})"
_ROMAN = r"(?:[IVX]{1,6}|[ivx]{1,6}|[Ⅰ-Ⅻⅰ-ⅻ])"
_OPENING = r"（(〔【\["
_OPEN, _CLOSE = f"[{_OPENING}]", r"[）)〕】\]]"
_ENGLISH = r"part|title|chapter|section|article|appendix|annex|schedule|unit|module|lesson|volume|exhibit|attachment"
# What counts the points of a report: only with a mark behind the number, as "Step 1 was easy" is text.
_TOPIC = r"finding|recommendation|observation|issue|goal|objective|priority|phase|step|stage|item|theme|topic|question|task"
_ENGLISH_NUMBER = (
    r"[0-9]{1,3}(?:\.[0-9]{1,2}){0,3}|[IVX]{1,5}|[A-Z]|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
)
_WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]

# What follows a number that is a quantity, a date or a time and not a label.
_QUANTITY = (
    r"万|亿|元|％|%|‰|℃|°|倍|个|人|次|份|年|月|日|时|点|分|秒|天|周|米|公里|千米|平方|立方|吨|公斤|千克|克|升|亩|公顷|户|家|项|"
    r"条|场|期|名|位|件|篇|页|套|台|辆|所|座|处|批|级|岁|余|多|左右|以上|以下|"
    r"\s*(?:million|billion|thousand|trillion|percent|per\s?cent|times|points?|years?|months?|days?|hours?|"
    r"km|kg|mm|cm|m²|GB|MB|TB|USD|EUR|RMB|bn|mn|pp|x)\b"
)

# Each with the class of characters that such a label can begin with.
_ENGLISH_FIRST = "".join(sorted({word[0] + word[0].upper() for word in _ENGLISH.split("|")}))
_TOPIC_FIRST = "".join(sorted({word[0] + word[0].upper() for word in _TOPIC.split("|")}))
_DIGITS = "0-9０-９"
_PATTERNS: tuple[tuple[LabelKind, str, re.Pattern[str]], ...] = (
    ("part", "第", re.compile(rf"第\s?({_NUM})\s?(?:部分|编|篇|卷|单元)(?![之以])[:：、.．]?")),
    ("chapter", "第", re.compile(rf"第\s?({_NUM})\s?章[:：、.．]?")),
    ("section", "第", re.compile(rf"第\s?({_NUM})\s?节[:：、.．]?")),
    ("article", "第", re.compile(rf"第\s?({_NUM})\s?条[:：、.．]?")),
    (
        "appendix",
        "附",
        re.compile(rf"(?:附件|附录|附表|附图)\s?({_NUM}|[A-Z])(?![0-9])[:：、.．]?"),
    ),
    ("appendix", "附", re.compile(r"附[录錄][:：]()")),
    (
        "english",
        _ENGLISH_FIRST,
        re.compile(
            rf"(?i:{_ENGLISH})\s+({_ENGLISH_NUMBER})(?=[\s:：.．,，—–-]|$)[:：.．—–-]?", re.A
        ),
    ),
    (
        "topic",
        _TOPIC_FIRST,
        re.compile(
            rf"(?i:{_TOPIC})\s+({_ENGLISH_NUMBER})\s?(?:[:：.．](?=\s)|\s[—–-](?=\s))", re.A
        ),
    ),
    ("english", "§", re.compile(r"§\s?([0-9]{1,3}(?:\.[0-9]{1,2}){0,3})(?=[\s:：.]|$)[:：.]?")),
    ("financial", FINANCIAL_DIGITS, re.compile(rf"({_FIN}{{1,4}})[、，,.．:：]")),
    ("financial", _OPENING, re.compile(rf"{_OPEN}({_FIN}{{1,4}}){_CLOSE}[、.．:：]?")),
    ("stem", _STEMS, re.compile(rf"([{_STEMS}])[、.．](?![{_STEMS}])")),
    ("cjk", CHINESE_DIGITS, re.compile(rf"({_CN}{{1,4}})(?:[、.．:：，]|(?=\s))")),
    ("cjk-paren", _OPENING, re.compile(rf"{_OPEN}\s?({_CN}{{1,4}})\s?{_CLOSE}[、.．:：]?")),
    ("cjk-paren", CHINESE_DIGITS, re.compile(rf"({_CN}{{1,4}})[）)][、.．:：]?")),
    ("cjk-paren", "㈠-㈩", re.compile(r"([㈠-㈩])[、.．]?")),
    (
        "decimal",
        "0-9",
        re.compile(
            r"([0-9]{1,3}(?:\s?[.．]\s?[0-9]{1,3}){1,8})(?:[.．、](?!\d)|(?=[\s\u2e80-\uffef“‘《(（A-Za-z]|$))"
        ),
    ),
    (
        "decimal",
        _DIGITS,
        re.compile(r"([0-9０-９]{1,3})(?:[.．、](?![0-9０-９])|[．、](?=[0-9０-９]))"),
    ),
    ("decimal", "⒈-⒛", re.compile(r"([⒈-⒛])")),
    ("arabic-paren", _OPENING, re.compile(rf"{_OPEN}\s?([0-9０-９]{{1,3}})\s?{_CLOSE}[、.．:：]?")),
    ("arabic-paren", "⑴-⒇", re.compile(r"([⑴-⒇])[、.．]?")),
    ("arabic-close", _DIGITS, re.compile(r"([0-9０-９]{1,3})[）)][、.．:：]?")),
    ("circled", "①-⑳㉑-㉟㊱-㊿❶-❿➀-➓", re.compile(r"([①-⑳㉑-㉟㊱-㊿❶-❿➀-➓])[、.．]?")),
    (
        "roman",
        "IVXivxⅠ-Ⅻⅰ-ⅻ",
        re.compile(rf"({_ROMAN})(?:[.．、](?=\s|[\u2e80-\uffef])|(?<=[Ⅰ-Ⅻ])[.．、]?)"),
    ),
    ("roman", _OPENING, re.compile(rf"{_OPEN}({_ROMAN}){_CLOSE}[、.．]?")),
    ("letter", "A-Z", re.compile(r"([A-Z])(?:[.．](?=\s|[\u2e80-\uffef])|[、])")),
    ("letter", "a-z", re.compile(r"([a-z])(?:[.．](?=\s)|、)")),
    ("letter-paren", _OPENING, re.compile(rf"{_OPEN}([A-Za-z]){_CLOSE}")),
    ("letter-paren", "A-Za-z", re.compile(r"([A-Za-z])[）)]")),
    ("bare", "0-9", re.compile(r"([0-9]{1,2})(?=\s+[^\s0-9\W])")),
    (
        "bullet",
        "•●○■□◆◇▲△★☆※➢➤✓√▶►◎·∙‣⁃*–—-",
        re.compile(r"([•●○■□◆◇▲△★☆※➢➤✓√▶►◎·∙‣⁃])\s?|([-–—*])\s+(?=\S)"),
    ),
)
_FIRST = re.compile(
    rf"[{_STEMS}§第附Pp壹贰叁肆伍陆柒捌玖拾貳參陸零〇一二三四五六七八九十百千廿卅两0-9０-９（(〔【\[㈠-㈩⒈-⒛⑴-⒇①-⑳㉑-㉟㊱-㊿❶-❿➀-➓A-Za-zⅠ-Ⅻⅰ-ⅻ•●○■□◆◇▲△★☆※➢➤✓√▶►◎·∙‣⁃*–—-]"
)
_QUANTITY_PATTERN = re.compile(_QUANTITY)
_LONGEST = 80
"""Characters that a label has at most, with what tells that it is one."""
_SPACE = re.compile(r"\s*")
_JOINED_NUMBER = re.compile(r"\s?[-–—~～/]\s?[0-9]")
_OTHER_DIGITS = re.compile(r"[0-9０-９]+")


def parse_label(text: str) -> Label | None:
    """The label at the start of `text`, or None. White space at the start is no part of a line and must be gone."""
    return _parsed(text[:_LONGEST]) if _FIRST.match(text) else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Label | None:
    """The label of a line of which no more is given than labels can look at: several steps ask for that of each line."""
    for kind, pattern in _patterns(text[:1]):
        match = pattern.match(text)
        if match is None:
            continue
        label = _label(kind, match, text)
        if label is not None:
            return label
    return None


_BARE = re.compile(r"([0-9]{1,2})\s*(?=[\u3400-\u9fffA-Za-z])")


def bare_number(text: str) -> Label | None:
    """The number that a line begins with and no mark follows ("1 概述", "1概述"), as a label, or None.

    Only a document in which such numbers count its sections makes it one.
    """
    match = _BARE.match(text)
    if match is None or _QUANTITY_PATTERN.match(text, match.end()):
        return None
    return Label(match[1], "decimal", (int(match[1]),), match.end())


@lru_cache(maxsize=1024)
def _patterns(first: str) -> tuple[tuple[LabelKind, re.Pattern[str]], ...]:
    """The patterns of labels that can begin with a character. Few lines begin with one that many labels do."""
    return tuple((kind, pattern) for kind, can, pattern in _PATTERNS if re.match(f"[{can}]", first))


def _label(kind: LabelKind, match: re.Match[str], text: str) -> Label | None:
    typed = match.group().rstrip()
    end = _SPACE.match(text, match.end()).end()  # type: ignore[union-attr]
    number = match[1] or ""
    if kind == "bullet":
        return Label(typed, kind, (0,), end)
    if kind in ("english", "topic") and typed[0].islower():
        return None  # a line that goes on with "section 6"
    values = _values(kind, number)
    if values is None or _is_quantity(kind, values, typed, text, match.end()):
        return None
    return Label(typed, kind, values, end)


def _values(kind: LabelKind, number: str) -> tuple[int, ...] | None:
    if number.isascii() and number.isdigit():
        return (int(number),)
    if kind == "appendix" and not number:
        return (0,)
    if kind == "decimal":
        return tuple(
            value
            for part in number.replace("．", ".").split(".")
            if (value := parse_numeral(part.strip())) is not None
        )
    if kind in ("letter", "letter-paren") or (
        kind == "appendix" and len(number) == 1 and number.isascii() and number.isalpha()
    ):
        return (ord(number.lower()) - ord("a") + 1,)
    if kind == "circled":
        return (_circled(number),)
    if kind == "stem":
        return (_STEMS.index(number) + 1,)
    if number.lower() in _WORDS:
        return (_WORDS.index(number.lower()) + 1,)
    if kind in ("english", "topic") and "." in number:
        return tuple(int(part) for part in number.split("."))
    value = parse_numeral(number)
    if value is None and kind in ("english", "topic") and len(number) == 1:
        # "Appendix A" counts letters, "Part I" Roman numerals.
        return (ord(number.lower()) - ord("a") + 1,)
    return None if value is None else (value,)


def _circled(char: str) -> int:
    for first, base in (("①", 1), ("㉑", 21), ("㊱", 36), ("❶", 1), ("➀", 1), ("➊", 1)):
        value = ord(char) - ord(first) + base
        last = {"①": 20, "㉑": 35, "㊱": 50}.get(first, 10)
        if base <= value <= last:
            return value
    return 0


def _is_quantity(kind: LabelKind, values: tuple[int, ...], typed: str, text: str, end: int) -> bool:
    """Whether the number counts, measures or dates something instead of labelling the line."""
    if kind == "cjk" and not typed.endswith(tuple("、.．:：，")):
        # "一 总则" is a label, "一 个" or "十 月" is not.
        return bool(_QUANTITY_PATTERN.match(text, _SPACE.match(text, end).end()))  # type: ignore[union-attr]
    if kind == "cjk" and typed.endswith(("，", ":", "：")):
        return len(values) == 1 and values[0] > 20
    if kind == "bare":
        return bool(_QUANTITY_PATTERN.match(text, _SPACE.match(text, end).end()))  # type: ignore[union-attr]
    if kind != "decimal":
        return False
    if len(values) == 1:
        return values[0] > 199 or (text[end - 1] in "、．" and _reads_as_list_of_numbers(text, end))
    if any(value > 99 for value in values) or values[0] == 0:
        return True
    if len(values) == 2 and _QUANTITY_PATTERN.match(text, end):
        return True
    # 2021.12.28 or 12.28-12.30 are dates; a trailing dash or slash joins numbers.
    return _JOINED_NUMBER.match(text, end) is not None


def _reads_as_list_of_numbers(text: str, end: int) -> bool:
    """ "1、2、3号楼" enumerates numbers; "1、2021年工作回顾" is a label before a year."""
    match = _OTHER_DIGITS.match(text, end)
    return match is not None and len(match.group()) < 4
