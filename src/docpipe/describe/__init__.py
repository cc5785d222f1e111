"""Reads what the document says of itself: date, period, organisation, author, number, kind, licence, language.

What stands visibly in the text wins over meta tags, these over file properties. Each fact keeps the text it came from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docpipe.describe.authors import find_author
from docpipe.describe.bylines import Said, said
from docpipe.describe.dates import EDGE, HEAD, find_date, parse_year
from docpipe.describe.organizations import find_organization
from docpipe.describe.signatures import sign_off
from docpipe.model import BlockType, Document, Fact, Table
from docpipe.numbering import parse_numeral
from docpipe.wording import CJK, KIND_WORDS, width

_NUMBER = re.compile(
    rf"[{CJK}]{{1,14}}[〔\[【（(]\s?(?:19|20)\d\d\s?[〕\]】）)]\s?第?\s?\d{{1,5}}\s?号"
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


def describe(document: Document) -> Document:
    """Fill `document.metadata` and `document.language` in place and return the document."""
    lines = _lines(document.blocks)
    signed = sign_off(lines, EDGE)
    around = said(document)
    found = {
        "date": find_date(document, lines, signed, around),
        "period": _period(document),
        "organization": find_organization(document, lines, signed, around),
        "author": find_author(document, lines, signed, around),
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
    return str(parse_year(match[1]))


def _document_number(lines: Sequence[BlockType], around: Sequence[Said]) -> Fact | None:
    for block in lines[:HEAD]:
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
