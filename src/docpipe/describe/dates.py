"""When a document was written: the dates that its lines name, and which of them is its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from docpipe.describe.bylines import Said
from docpipe.describe.signatures import parse_signature
from docpipe.model import BlockType, Document, Fact
from docpipe.numbering import parse_numeral
from docpipe.wording import is_date, is_prose, width

_CHINESE_DATE = re.compile(
    r"(?:([〇○零一二三四五六七八九]{4}|[0-9０-９]{4})|(?:中[华華])?民[国國]\s*([〇○零一二三四五六七八九十百]{1,5}|[0-9０-９]{1,3}))\s*[年./-]\s*"
    r"([一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})\s*(?:[月./-]\s*)(?:([一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})\s*日?)?"
)
_FIRST_YEAR_OF_THE_REPUBLIC = 1912
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_ENGLISH_DAY_FIRST = re.compile(
    r"\b([0-3]?\d)(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Z][a-z]{2,8})\.?,?\s+(\d{4})\b"
)
_ENGLISH_MONTH_FIRST = re.compile(
    r"\b([A-Z][a-z]{2,8})\.?\s+(?:([0-3]?\d)(?:st|nd|rd|th)?,?\s+)?(\d{4})\b"
)
_SHOUTED = re.compile(r"\b[A-Z]{3,9}\b")
_FIELD = re.compile(
    r"(?:(?:^|[\s（(])(?:报告|編製|编制|成文|发文|發文|发布|披露|公告|公布|签署|出版|印发|填报|填表|制表|提交|撰写|编写|汇报|述职|签发|拟稿|起草|上报|呈报|出具|整理|落款)?日\s?[期]"
    r"|(?:^|[\s（(])(?:报告|编制|成文|发文|发布|填报|提交|撰写|编写|汇报|述职|上报|呈报|整理)时间"
    r"|^(?:report\s|issue\s|publication\s)?date|^date\sof\s(?:report|issue|publication)|^dated|^issued(?:\son)?|^published(?:\son)?)\s*[：:]\s*",
    re.I,
)
_BARE_TIME = re.compile(r"(?:^|\s)[时時][间間]\s*[：:]\s*")
_MEETING = re.compile(
    r"^(?:(?:会议|會議|开会|開會)?\s?(?:时\s?间|時\s?間|日\s?期)|(?:meeting\s)?(?:date|time)(?:\sand\s(?:time|date))?|(?:date|time)\sof\s(?:the\s)?meeting)\s*[：:]\s*"
    r"|\b(?:held|convened|met|took\splace)\s(?:(?:at|in)\s.{1,60}\s)?on\s(?:\w+day,?\s)?",
    re.I,
)
_MINUTES = re.compile(r"纪要|紀要|[会會议議][纪紀记記][录錄]|\bminutes\b", re.I)
_RANGE = re.compile(r"\s*(?:[至到起—–~～]|-(?!\s*\d{4}\b)|to\b|until\b|through\b)", re.I)
_LEADS_TO_DATE = re.compile(r"[：:至到在于自从前后起]\s*$")
_WEEKDAY = re.compile(r"\s*(?:\w+day,?\s*)?", re.I)
_LONGEST_DATE = 40
LONGEST_FORM_LINE = 80
"""Width of the longest line whose fields are read; what is longer is prose."""
EDGE = 14
"""So many lines at the end may hold a sign-off."""
HEAD = 8
"""So many lines under the title may say who wrote the document, and when."""


def parse_date(text: str) -> str | None:
    """The first date within the text as ISO 8601 (2021-12-28, or 2021-12 without a day), or None.

    Years of the Republic of China (民國111年) are counted from 1912.
    """
    match = _CHINESE_DATE.search(text)
    if match:
        month, day = parse_numeral(match[3]), parse_numeral(match[4]) if match[4] else None
        return _iso(_year(match), month, day)
    cased = _cased(text)
    match = _ENGLISH_DAY_FIRST.search(cased)
    if match and (month := _MONTHS.get(match[2][:3].lower())):
        return _iso(int(match[3]), month, int(match[1]))
    match = _ENGLISH_MONTH_FIRST.search(cased)
    if match and (month := _MONTHS.get(match[1][:3].lower())):
        return _iso(int(match[3]), month, int(match[2]) if match[2] else None)
    return None


def _cased(text: str) -> str:
    """The text with its words in capitals as names are written."""
    return _SHOUTED.sub(lambda word: word.group().capitalize(), text)


def parse_year(text: str) -> int | None:
    """A year in digits or Chinese numerals (2021, 二○二一)."""
    return parse_numeral(text.replace("○", "〇").replace("零", "〇"))


def _year(match: re.Match[str]) -> int | None:
    if match[1]:
        return parse_year(match[1])
    since = parse_year(match[2])
    return None if since is None else _FIRST_YEAR_OF_THE_REPUBLIC - 1 + since


def _iso(year: int | None, month: int | None, day: int | None) -> str | None:
    if year is None or month is None or not (1900 <= year <= 2100 and 1 <= month <= 12):
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= 31 else None


def find_date(
    document: Document, lines: Sequence[BlockType], signed: range, around: Sequence[Said]
) -> Fact | None:
    """The sign-off's date; else one under the title, of the imprint, of the meeting or around the text; else what the meta
    tags claim.

    `lines` are the document's lines of text, `signed` those of them that sign at its end, `around` what is said around it.
    """
    return (
        _signed_on(lines, signed)
        or _dated_in_head(head(lines))
        or _issued_on(lines)
        or _met_on(document, lines)
        or _ends_in_date(lines)
        or _said(around)
        or _claimed(document)
    )


def head(lines: Sequence[BlockType]) -> list[BlockType]:
    """The lines under the title before the text begins."""
    return list(takewhile(lambda line: not is_prose(line.text), lines[:HEAD]))


def _signed_on(lines: Sequence[BlockType], signed: range) -> Fact | None:
    for index in reversed(signed):
        line = lines[index]
        date = line.text if is_date(line.text) else parse_signature(line.text).date
        if fact := _fact(line, date):
            return fact
    for line in reversed(lines[-EDGE:]):
        if fact := _in_field(line, _FIELD) or _in_field(line, _BARE_TIME, after_another=True):
            return fact
    return None


def _dated_in_head(lines: Sequence[BlockType]) -> Fact | None:
    for line in lines:
        date = line.text if is_date(line.text) else parse_signature(line.text).date
        fact = _fact(line, date) if date else _in_field(line, _FIELD)
        if fact:
            return fact
    return None


def _issued_on(lines: Sequence[BlockType]) -> Fact | None:
    for line in reversed(lines[-EDGE:]):
        signature = parse_signature(line.text)
        if signature.issued and signature.date:
            return _fact(line, signature.date)
    return None


def _met_on(document: Document, lines: Sequence[BlockType]) -> Fact | None:
    """The day of the meeting that the minutes are of, from their head, title or first sentence."""
    if not _MINUTES.search(document.title):
        return None
    for line in lines[:HEAD]:
        if fact := _in_field(line, _MEETING):
            return fact
    if said := _first_day(document.title):
        return Fact(said[1], said[0], document.title_at)
    first = next((line for line in lines[: 2 * HEAD] if is_prose(line.text)), None)
    said = _first_day(first.text) if first else None
    if first and said and first.text.startswith(said[0]):
        return Fact(said[1], said[0], first.at)
    return None


def _first_date(text: str) -> tuple[str, str] | None:
    """The first date in a text, as written and in ISO 8601."""
    cased = _cased(text)
    for pattern in (_CHINESE_DATE, _ENGLISH_DAY_FIRST, _ENGLISH_MONTH_FIRST):
        match = pattern.search(cased)
        if match and (value := parse_date(match.group())):
            return text[slice(*match.span())].strip(), value
    return None


def _first_day(text: str) -> tuple[str, str] | None:
    """The first date in a text if it names a day."""
    said = _first_date(text)
    return said if said and said[1].count("-") == 2 else None


def _ends_in_date(lines: Sequence[BlockType]) -> Fact | None:
    """The date with which the last line ends."""
    if not lines or width(lines[-1].text) > 40:
        return None
    text = lines[-1].text.rstrip("。）)")
    match = _CHINESE_DATE.search(text)
    leads_to_it = match and _LEADS_TO_DATE.search(text[: match.start()])
    if match and match[4] and text.endswith(match.group().strip()) and not leads_to_it:
        return _fact(lines[-1], match.group())
    return None


def _said(around: Sequence[Said]) -> Fact | None:
    for one in around:
        if one.name == "date" and (value := parse_date(one.value)):
            return Fact(value, one.text, one.at)
    return None


def _claimed(document: Document) -> Fact | None:
    claimed = document.properties.get("date", "")
    value = parse_date(claimed)
    return Fact(value, claimed) if value else None


def _in_field(
    line: BlockType, pattern: re.Pattern[str], after_another: bool = False
) -> Fact | None:
    """The date right behind a field's name, unless a period begins with it.

    `after_another` demands that another field stands before this one on the line.
    """
    match = pattern.search(line.text) if width(line.text) <= LONGEST_FORM_LINE else None
    if match is None or (after_another and not match.start()):
        return None
    said = _first_date(line.text[match.end() : match.end() + _LONGEST_DATE])
    if said is None:
        return None
    start = line.text.find(said[0], match.end())
    before = line.text[match.end() : start]
    after = line.text[start + len(said[0]) :]
    if _WEEKDAY.fullmatch(before) is None or _RANGE.match(after):
        return None
    return Fact(said[1], said[0], line.at)


def _fact(line: BlockType, text: str) -> Fact | None:
    value = parse_date(text)
    return Fact(value, text, line.at) if value else None
