"""Which persons wrote a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from docpipe.describe.bylines import Said
from docpipe.describe.dates import EDGE, HEAD, head
from docpipe.describe.names import (
    ENGLISH_PERSON,
    ROLED,
    chinese_person,
    english_person,
    names_nobody,
    signs,
)
from docpipe.describe.signatures import parse_signature, signing_person
from docpipe.model import BlockType, Document, Fact, Heading
from docpipe.wording import CJK, has_cjk, is_date, width

_FIELD = re.compile(
    r"^[（(]?\s*(?:述职人|述廉人|报告人|汇报人|总结人|撰稿人?|执笔人?|作者|撰写人?|起草人?|拟稿人?|编写人?|发言人|讲话人|主讲人|演讲人|填报人|填表人|编制人?|制表人?|制定人|整理人?|"
    r"调研人|申请人|承诺人|检讨人|建议人|倡议人|实习生|学生姓名|(?:课题|项目|课题组|项目组)(?:负责人|主持人)|執筆人?|撰寫人?|報告人|填表人|製表人?|姓\s*名)\s*[：:]\s*"
    r"(\S[^，,。；;：:（）()]{0,19})"
)
# A form may name its next field on the same line: "姓名：张三 职务：科长".
_NEXT_FIELD = re.compile(rf"\s+(?:[{CJK}]\s[{CJK}]|[{CJK}]{{2,}})\s?$")
_BY = r"(?:report\s)?(?:prepared|written|authored|compiled|submitted|presented|drafted|reported)\s+(?:for\s.{2,60}\s)?by"
_ENGLISH_FIELD = re.compile(
    rf"^(?:(?:{_BY}|(?:report\s)?authors?\s*(?:\(s\))?|from|name)\s*[:：]\s*|(?:{_BY}|by)\s+)", re.I
)
_ENGLISH_AUTHORS = re.compile(
    rf"({ENGLISH_PERSON.pattern})(?:(?:,|\sand|\s&)\s(?:{ENGLISH_PERSON.pattern}))*(?=$|\s*[,;(|–—-]|\s(?:on|for|at|of|to|in)\b)"
)
_SET_APART = re.compile(rf"(?<![{CJK}]{{2}})(?<=[{CJK}])\s+(?=[{CJK}](?![{CJK}]))")
_SHORT_NAME = re.compile(rf"[{CJK}]{{2,4}}|[{CJK}]{{2,6}}·[{CJK}]{{2,8}}")
_CLOSING = re.compile(r"\b(?:regards|sincerely|faithfully|truly|respectfully)\b.{0,12}[,.]?$", re.I)


def find_author(
    document: Document, lines: Sequence[BlockType], signed: range, around: Sequence[Said]
) -> Fact | None:
    """The person of a field, of the sign-off, of a byline under the title or of one around the text; else the meta tags'.

    `lines` are the document's lines of text, `signed` those of them that sign at its end, `around` what is said
    around it. Several persons stand as written.
    """
    return (
        _in_fields([*reversed(lines[-EDGE:]), *lines[:HEAD]])
        or _signed_by(lines, signed)
        or _under_closing(lines[-EDGE:])
        or _byline(head(lines)[:3])
        or _said(around)
        or _claimed(document)
    )


def _in_fields(lines: Sequence[BlockType]) -> Fact | None:
    for line in lines:
        if width(line.text) > 60 or isinstance(line, Heading):
            continue
        match = _FIELD.match(line.text)
        name = _chinese_authors(_field_value(match)) if match else ""
        name = name or _english_authors(line.text)
        if name:
            return Fact(name, line.text, line.at)
    return None


def _field_value(match: re.Match[str]) -> str:
    """What a field says, without the name of the field after it; "" if it says nothing."""
    said = match[1].strip()
    if match.string[match.end() : match.end() + 1] not in ("：", ":"):
        return said
    following = _NEXT_FIELD.search(match[1])
    return said[: following.start()] if following else ""


def _chinese_authors(said: str) -> str:
    """The names in a field's value, as written but without spaces that set characters apart; "" if it names no person."""
    first, _, last = said.partition(" ")
    if chinese_person(last) and (ROLED.search(first) or signs(first)):
        return chinese_person(last)
    if names_nobody(said):
        return ""
    together = _SET_APART.sub("", said)
    names = re.split(r"[、\s]+", together)
    return together if all(_may_be_person(name) for name in names) else ""


def _may_be_person(name: str) -> bool:
    """Whether a field that asks for a person may mean one by this, whose surname need not be a common one."""
    if ROLED.search(name) or signs(name):
        return False
    return _SHORT_NAME.fullmatch(name) is not None or bool(english_person(name))


def _english_authors(text: str) -> str:
    field = _ENGLISH_FIELD.match(text)
    names = _ENGLISH_AUTHORS.match(text, field.end()) if field else None
    return names.group() if names and english_person(names[1]) else ""


def _signed_by(lines: Sequence[BlockType], signed: range) -> Fact | None:
    """The person that signs; a Chinese one who does so in an office, beside an organisation, only stands for that."""
    signing = [(lines[index], signing_person(lines, index)) for index in signed]
    by_organization = any(signature.organization for _, signature in signing)
    for line, signature in signing:
        stands_for_it = by_organization and has_cjk(signature.office)
        if signature.person and not stands_for_it:
            return Fact(signature.person, line.text, line.at)
    return None


def _under_closing(lines: Sequence[BlockType]) -> Fact | None:
    """The name under the closing words of an English letter."""
    for closing, line in pairwise(lines):
        if _CLOSING.search(closing.text) and width(closing.text) < 20:
            person = english_person(line.text) or parse_signature(line.text).person
            return Fact(person, line.text, line.at) if person else None
    return None


def _byline(lines: Sequence[BlockType]) -> Fact | None:
    """The person right under the title, or under the date and organisation that stand there."""
    for line in lines:
        signature = parse_signature(line.text)
        if isinstance(line, Heading) or not (is_date(line.text) or any(signature)):
            return None
        if signature.person:
            return Fact(signature.person, line.text, line.at)
    return None


def _said(around: Sequence[Said]) -> Fact | None:
    for one in around:
        if one.name == "author" and not names_nobody(one.value):
            return Fact(_SET_APART.sub("", one.value), one.text, one.at)
    return None


def _claimed(document: Document) -> Fact | None:
    claimed = document.properties.get("author", "").strip()
    return Fact(claimed, claimed) if claimed and not names_nobody(claimed) else None
