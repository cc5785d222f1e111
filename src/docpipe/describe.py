"""Reads what the document says of itself: date, period, organisation, author, number, kind, licence, language.

What stands visibly in the text wins over meta tags, these over file properties. Each fact keeps the text it came from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docpipe.byline import Said, said
from docpipe.model import BlockType, Document, Fact, Heading, Table
from docpipe.numbering import parse_numeral
from docpipe.wording import CJK, KIND_WORDS, ORGANIZATION, is_date, is_organization, width

_CN_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4}|[0-9０-９]{4})\s*[年./-]\s*([一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})\s*(?:[月./-]\s*)"
    r"(?:([一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})\s*日?)?"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_EN_DAY_FIRST = re.compile(r"\b([0-3]?\d)(?:st|nd|rd|th)?\s+([A-Z][a-z]{2,8})\.?,?\s+(\d{4})\b")
_EN_MONTH_FIRST = re.compile(
    r"\b([A-Z][a-z]{2,8})\.?\s+(?:([0-3]?\d)(?:st|nd|rd|th)?,?\s+)?(\d{4})\b"
)
_AUTHOR = re.compile(
    r"^[（(]?\s*(?:述职人|述廉人|报告人|汇报人|总结人|撰稿人?|执笔人?|作者|撰写人?|起草人|发言人|讲话人|主讲人|填报人|编制人|姓\s*名)\s*[：:]\s*"
    r"(\S[^，,。；;：:（）()]{0,19})"
)
# A form may name its next field on the same line: "姓名：张三 职务：科长".
_NEXT_FIELD = re.compile(rf"\s+(?:[{CJK}]\s[{CJK}]|[{CJK}]{{2,}})\s?$")
_AUTHOR_ENGLISH = re.compile(
    r"^(?:prepared|written|authored|compiled|submitted|presented|reported)\s+by:?\s+(.{2,80})$|^author:\s*(.{2,80})$|^by\s+([A-Z][\w.'-]+(?:\s+[A-Z][\w.'-]+){1,3})$",
    re.I,
)
_NAME = re.compile(r"^([A-Z][\w.'’-]*(?:\s+(?:de|van|von|der|la|bin|al)?\s*[A-Z][\w.'’-]*){0,3})")
_NO_AUTHOR = re.compile(
    r"^(?:admin(?:istrator)?|user\d*|root|guest|owner|author|unknown|none|anonymous|python-docx|microsoft.*|windows.*|office.*|"
    r"lenovo.*|dell|hp|asus|acer|pc|wps.*|apple|test|default|小编|佚名|匿名|网友|未知|本站|管理员|编辑|用户|微软用户|微软中国|"
    r".*(?:\.com|\.cn|论坛|雨林木风|系统之家|深度))$",
    re.I,
)
_NUMBER = re.compile(
    rf"[{CJK}]{{1,14}}[〔\[【（(]\s?(?:19|20)\d\d\s?[〕\]】）)]\s?第?\s?\d{{1,5}}\s?号"
)
_ISSUER = re.compile(
    rf"^(?:(?:主办|承办|发布|编制|填报|报送|报告|汇报|印发|主送)?(?:单位|机关|机构|部门))\s*[：:]\s*(\S{{2,40}}{ORGANIZATION})"
)
_PERIODS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"((?:19|20)\d\d)\s*年?度?第?([一二三四1-4])季度"), "Q"),
    (re.compile(r"\bQ([1-4])[ ,/-]*((?:19|20)\d\d)\b"), "Q-first"),
    (re.compile(r"\b((?:19|20)\d\d)[ ,/-]*Q([1-4])\b"), "Q"),
    (re.compile(r"((?:19|20)\d\d)\s*年?度?([上下])半年"), "H"),
    (re.compile(r"((?:19|20)\d\d)\s*[年至—–-]{1,2}\s*((?:19|20)\d\d)\s*(?:年|学年)"), "range"),
    (re.compile(r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月份?(?!\s*\d{1,2}\s*日)"), "month"),
    (re.compile(r"((?:19|20)\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年度?"), "year"),
    (re.compile(r"\b((?:19|20)\d\d)\b"), "year"),
)  # fmt: skip
_KIND = re.compile(rf"({KIND_WORDS})(?:[（(].{{1,20}}[）)])?$")
_KIND_ANYWHERE = re.compile(KIND_WORDS)
_KIND_ENGLISH = re.compile(
    r"\b(annual report|quarterly report|monthly report|progress report|activity summary|minutes|meeting minutes|report|summary|"
    r"review|plan|proposal|policy|memorandum|memo|handbook|manual|agreement|contract|statement|bulletin)\b",
    re.I,
)
_EDGE = 14


def describe(document: Document) -> Document:
    """Fill `document.metadata` and `document.language` in place and return the document."""
    lines = _lines(document.blocks)
    around = said(document)
    found = {
        "date": _date(document, lines, around),
        "period": _period(document),
        "organization": _organization(document, lines, around),
        "author": _author(document, lines, around),
        "document_number": _document_number(lines, around),
        "kind": _kind(document),
        "licence": _licence(document),
    }
    document.metadata = {name: fact for name, fact in found.items() if fact is not None}
    document.language = _language(document)
    return document


def _lines(blocks: Sequence[BlockType]) -> list[BlockType]:
    return [
        b for b in blocks if b.text and not isinstance(b, Table) and b.layer in ("body", "textbox")
    ]


def parse_date(text: str) -> str | None:
    """A date within the text as ISO 8601 (2021-12-28, or 2021-12 without a day), or None."""
    match = _CN_DATE.search(text)
    if match:
        year = _year(match[1])
        month, day = parse_numeral(match[2]), parse_numeral(match[3]) if match[3] else None
        return _iso(year, month, day)
    match = _EN_DAY_FIRST.search(text)
    if match and (month := _MONTHS.get(match[2][:3].lower())):
        return _iso(int(match[3]), month, int(match[1]))
    match = _EN_MONTH_FIRST.search(text)
    if match and (month := _MONTHS.get(match[1][:3].lower())):
        return _iso(int(match[3]), month, int(match[2]) if match[2] else None)
    return None


def _year(text: str) -> int | None:
    return parse_numeral(text.replace("○", "〇").replace("零", "〇"))


def _iso(year: int | None, month: int | None, day: int | None) -> str | None:
    if year is None or month is None or not (1900 <= year <= 2100 and 1 <= month <= 12):
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= 31 else None


def _date(document: Document, lines: Sequence[BlockType], around: Sequence[Said]) -> Fact | None:
    """The sign-off's date; else a date line under the title or one around the text; else what the meta tags claim."""
    for block in [*reversed(lines[-_EDGE:]), *lines[:6]]:
        if is_date(block.text) and (value := parse_date(block.text)):
            return Fact(value, block.text, block.at)
    tail = lines[-1] if lines else None
    if tail is not None and width(tail.text) <= 40:
        match = _CN_DATE.search(tail.text)
        if (
            match
            and match[3]
            and tail.text.rstrip("。）)").endswith(match.group().strip())
            and (value := parse_date(match.group()))
        ):
            return Fact(value, match.group(), tail.at)
    for one in around:
        if one.name == "date" and (value := parse_date(one.value)):
            return Fact(value, one.text, one.at)
    claimed = document.properties.get("date", "")
    value = parse_date(claimed)
    return Fact(value, claimed) if value else None


def _period(document: Document) -> Fact | None:
    title = document.title
    for pattern, form in _PERIODS:
        match = pattern.search(title)
        if match:
            return Fact(_period_value(match, form), match.group().strip(), document.title_at)
    return None


def _period_value(match: re.Match[str], form: str) -> str:
    if form == "Q":
        return f"{match[1]}-Q{parse_numeral(match[2])}"
    if form == "Q-first":
        return f"{match[2]}-Q{match[1]}"
    if form == "H":
        return f"{match[1]}-H{1 if match[2] == '上' else 2}"
    if form == "range":
        return f"{match[1]}/{match[2]}"
    if form == "month":
        return f"{match[1]}-{int(match[2]):02d}"
    return str(_year(match[1]))


def _organization(
    document: Document, lines: Sequence[BlockType], around: Sequence[Said]
) -> Fact | None:
    """The organisation of the sign-off, of a field, or of the letterhead; else the one named around the text, or the meta tags'."""
    tail = lines[-_EDGE:]
    dates = [i for i, block in enumerate(tail) if is_date(block.text)]
    for index in reversed(dates):
        for near in (index - 1, index + 1, index - 2):
            if 0 <= near < len(tail) and is_organization(tail[near].text):
                return Fact(tail[near].text, tail[near].text, tail[near].at)
    for block in [*reversed(tail), *lines[:8]]:
        match = _ISSUER.match(block.text)
        if match:
            return Fact(match[1], block.text, block.at)
    for block in [*lines[:4], *reversed(tail[-3:])]:
        if is_organization(block.text) and not isinstance(block, Heading):
            return Fact(block.text, block.text, block.at)
    for one in around:
        if one.name == "organization" and not _NO_AUTHOR.match(one.value):
            return Fact(one.value, one.text, one.at)
    claimed = document.properties.get("organization", "").strip()
    return Fact(claimed, claimed) if claimed and not _NO_AUTHOR.match(claimed) else None


def _author(document: Document, lines: Sequence[BlockType], around: Sequence[Said]) -> Fact | None:
    for block in [*reversed(lines[-_EDGE:]), *lines[:8]]:
        if width(block.text) > 60 or isinstance(block, Heading):
            continue
        match = _AUTHOR.match(block.text)
        value = _field_value(match) if match else ""
        if value and not _NO_AUTHOR.match(value):
            return Fact(_unspaced(value), block.text, block.at)
        match = _AUTHOR_ENGLISH.match(block.text)
        if match:
            named = next(group for group in match.groups() if group)
            found = _NAME.match(named)
            if found and not _NO_AUTHOR.match(found[1]):
                return Fact(found[1], block.text, block.at)
    for one in around:
        if one.name == "author" and not _NO_AUTHOR.match(one.value):
            return Fact(_unspaced(one.value), one.text, one.at)
    claimed = document.properties.get("author", "").strip()
    return Fact(claimed, claimed) if claimed and not _NO_AUTHOR.match(claimed) else None


def _unspaced(name: str) -> str:
    """A name without the space that Chinese typesetting puts into short ones."""
    return re.sub(rf"(?<=[{CJK}])\s+(?=[{CJK}])", "", name)


def _field_value(match: re.Match[str]) -> str:
    """What a field says, without the name of the field after it; "" if it says nothing."""
    said = match[1].strip()
    if match.string[match.end() : match.end() + 1] not in ("：", ":"):
        return said
    following = _NEXT_FIELD.search(match[1])
    return said[: following.start()] if following else ""


def _document_number(lines: Sequence[BlockType], around: Sequence[Said]) -> Fact | None:
    for block in lines[:8]:
        match = _NUMBER.search(block.text)
        if match and width(block.text) < 40:
            return Fact(match.group(), block.text, block.at)
    for one in around:
        match = _NUMBER.search(one.value) if one.name == "document_number" else None
        if match:
            return Fact(match.group(), one.text, one.at)
    return None


def _kind(document: Document) -> Fact | None:
    title = document.title
    match = _KIND.search(title)
    if match:
        return Fact(match[1], match.group(), document.title_at)
    words = [found.group() for found in _KIND_ANYWHERE.finditer(title)]
    english = _KIND_ENGLISH.search(title)
    if words or english:
        word = words[-1] if words else english.group() if english else ""
        return Fact(word.lower(), word, document.title_at)
    return None


def _licence(document: Document) -> Fact | None:
    """The address or name of the licence that the source claims for itself."""
    claimed = document.properties.get("licence", "")
    return Fact(claimed, claimed) if claimed else None


# Whole runs are found, which are few; their lengths count the letters.
_WIDE_LETTERS = tuple(
    re.compile(f"[{letters}]+") for letters in (CJK, "\u3040-\u30ff", "\uac00-\ud7af")
)
_LATIN_WORD = re.compile("[A-Za-z]+")


def _language(document: Document) -> str:
    """ "zh", "en", "ja", "ko" or "und", by the letters of the text."""
    text = "".join([document.title, *(b.text for b in document.blocks[:200])])
    han, kana, hangul = (sum(map(len, letters.findall(text))) for letters in _WIDE_LETTERS)
    latin = len(_LATIN_WORD.findall(text))
    if kana > 0.1 * (han + kana) and kana > 5:
        return "ja"
    if hangul > 0.3 * (han + hangul) and hangul > 5:
        return "ko"
    if han * 2 >= latin and han:
        return "zh"
    claimed = document.properties.get("language", "")[:2].lower()
    if latin:
        return claimed if claimed.isalpha() and claimed not in ("zh", "ja", "ko") else "en"
    return "und"
