"""Reads the lines that sign a document: 青石镇人民政府（盖章） 2021年12月28日, Helen Marsh, Head of Services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from docpipe.describe.names import (
    ENGLISH_ROLE,
    ROLED,
    chinese_person,
    english_person,
    signs,
)
from docpipe.model import BlockType, Heading
from docpipe.wording import ends_sentence, has_cjk, is_date, width

_LONGEST = 60
"""Width of the longest line that signs."""
_SEAL = re.compile(
    r"\s*[（(](?:盖章|公章|印章|章|印|签章|签名|签字|代章|蓋章|單位章|单位章|加盖公章)[）)]"
)
_RESPECTS = re.compile(
    r"\s*(?:谨[陈上启呈识]|謹[陳上啟呈識]|敬[上启呈啟]|呈上|拜上|鞠躬|手书|[（(](?:署名|代)[）)])$|(?<=[处室部办科组校院])(?:编印?|主编)$"
)
_HELD_BY = re.compile(r"\s*[：:]\s*|\s+")
_OFFICE = re.compile(
    rf"[A-Z][\w &'’-]*{ENGLISH_ROLE.pattern}[\w &'’-]*|{ENGLISH_ROLE.pattern}[\w ,&'’-]*"
)
_PLACE = re.compile(
    r"[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2},\s(?:[0-3]?\d\s)?[A-Z][a-z]+\.?\s[\d, ]{4,9}$"
)
_ISSUED = re.compile(r"\s*(?:印发|印發|印制|编印|编|印)$")
_TRAILING_DATE = re.compile(
    r"\s*(?=[（(]?(?:[〇○零一二三四五六七八九]{4}|[0-9０-９]{4}|(?:中[华華])?民[国國])\s*[\d０-９〇○零一二三四五六七八九十百]{0,5}\s*[年./-])(\S.*)$"
)
_ENGLISH_TRAILING_DATE = re.compile(
    r"[,\s]+((?:[0-3]?\d(?:st|nd|rd|th)?\s+)?[A-Z][a-z]{2,8}\.?\s+(?:[0-3]?\d(?:st|nd|rd|th)?,?\s+)?\d{4})$"
)


class Signature(NamedTuple):
    """What a line signs with; "" for what it does not say. `office` is that of the person, date stands as written.

    `issued` is true of the imprint of an official document (印发), whose date is that of its printing.
    """

    organization: str = ""
    person: str = ""
    date: str = ""
    office: str = ""
    issued: bool = False


@lru_cache(maxsize=64)
def parse_signature(text: str) -> Signature:
    """The signature that a line is, all of it; an empty one if it says anything else."""
    if width(text) > _LONGEST:
        return Signature()
    bracketed = text[:1] in ("（", "(") and text[-1] in "）)"
    name, date, issued = _take_date(text[1:-1].strip() if bracketed else text.strip())
    name = _RESPECTS.sub("", _SEAL.sub("", name)).strip()
    if not name:
        return Signature(date=date, issued=issued)
    if date and _PLACE.match(text):
        return Signature(date=date)
    named = _chinese(name) if has_cjk(name) else _english(name)
    return named._replace(date=date, issued=issued) if any(named) else Signature()


def is_signed(text: str) -> bool:
    """Whether a line is a signature that names somebody."""
    signature = parse_signature(text)
    return bool(signature.organization or signature.person)


def _take_date(text: str) -> tuple[str, str, bool]:
    """A line without the date at its end, the date, and whether the line says that it was printed then."""
    printed = _ISSUED.search(text)
    bare = text[: printed.start()] if printed else text
    for pattern in (_TRAILING_DATE, _ENGLISH_TRAILING_DATE):
        match = pattern.search(bare)
        if match and is_date(match[1].strip()):
            return bare[: match.start()].strip(" ,"), match[1].strip(), printed is not None
    return text, "", False


def _chinese(text: str) -> Signature:
    """An organisation, a person or both, or an office and who holds it (备课组长：任静怡)."""
    if signs(text):
        return Signature(organization=text)
    if person := chinese_person(text):
        return Signature(person=person)
    first, last = _HELD_BY.split(text, maxsplit=1) if _HELD_BY.search(text) else (text, "")
    if person := chinese_person(last):
        if ROLED.search(first):
            return Signature(person=person, office=first)
        if signs(first):
            return Signature(organization=first, person=person)
    return Signature()


def _english(text: str) -> Signature:
    """An organisation, a person, or a person and the office held."""
    if signs(text):
        return Signature(organization=text)
    name, _, office = text.partition(",")
    if not office:
        return Signature()
    named = english_person(name) and ENGLISH_ROLE.search(office)
    return Signature(person=name, office=office.strip()) if named else Signature()


def sign_off(lines: Sequence[BlockType], edge: int) -> range:
    """The lines that sign at the end of a document: from the first name above the last date to that date or one line more.

    The date stands among the last `edge` lines; where attachments follow, below an organisation anywhere. Without a date the last lines may sign a
    sentence above them. Empty if nothing signs.
    """
    tail = range(max(0, len(lines) - edge), len(lines))
    last = next((i for i in reversed(tail) if _is_dated(lines[i])), None)
    if last is None:
        dated = (i for i in range(1, tail.start) if is_date(lines[i].text))
        last = next((i for i in dated if _names_organization(lines[i - 1])), None)
    if last is None:
        return _undated(lines)
    first = _first_signing(lines, last)
    below = first == last and last + 1 < len(lines) and _is_signing(lines, last + 1)
    return range(first, last + 2 if below else last + 1)


def _undated(lines: Sequence[BlockType]) -> range:
    """The last lines if they sign, right below a sentence or a remark in brackets."""
    first = _first_signing(lines, len(lines))
    above = lines[first - 1].text if first else ""
    return range(first, len(lines)) if ends_sentence(above) or above.endswith("）") else range(0)


def _first_signing(lines: Sequence[BlockType], end: int) -> int:
    """The first of the lines before `end` that sign without a gap."""
    while end and _is_signing(lines, end - 1):
        end -= 1
    return end


def signing_person(lines: Sequence[BlockType], index: int) -> Signature:
    """The signature of a line; an English name is one if the office follows on a line of its own."""
    text = lines[index].text
    if index + 1 < len(lines) and english_person(text) and _is_office(lines[index + 1].text):
        return Signature(person=text, office=lines[index + 1].text)
    return parse_signature(text)


def _is_dated(line: BlockType) -> bool:
    if is_date(line.text):
        return True
    signature = parse_signature(line.text)
    return bool(signature.date) and not signature.issued


def _is_signing(lines: Sequence[BlockType], index: int) -> bool:
    """Whether a line names who signs, or the office of a person who signs on the line above."""
    if isinstance(lines[index], Heading):
        return False
    signature = signing_person(lines, index)
    return bool(signature.organization or signature.person) or _is_office(lines[index].text)


def _is_office(text: str) -> bool:
    return width(text) < 30 and _OFFICE.fullmatch(text) is not None


def _names_organization(line: BlockType) -> bool:
    return not isinstance(line, Heading) and bool(parse_signature(line.text).organization)
