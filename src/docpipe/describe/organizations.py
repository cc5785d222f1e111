"""Which organisation issued a document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docpipe.describe.bylines import Said
from docpipe.describe.dates import EDGE, HEAD, LONGEST_FORM_LINE, head
from docpipe.describe.names import is_title_case, names_nobody, signs
from docpipe.describe.signatures import parse_signature
from docpipe.model import BlockType, Document, Fact, Heading
from docpipe.wording import CJK, has_cjk, is_organization, width

_FIELD = re.compile(
    r"(?:^|\s)(?:(?:主办|承办|承担|发布|编制|编写|填报|报送|报告|汇报|印发|申报|呈报|完成|实施|调研|制表|发文|撰写|提交|牵头)?(?:单\s?位|單\s?位|机关|機關|机构|部\s?门|部\s?門)"
    r"|organi[sz]ation|department|company|agency|issued\sby|published\sby|from|(?:prepared|submitted)\sby|编制|编写|填报|编印)\s*[：:]\s*",
    re.I,
)
_VALUE_END = re.compile(rf"\s*[（(].*$|[，,；;。].*$|\s+[{CJK}]{{2,6}}\s?[：:].*$")
_LETTERHEAD = re.compile(r"^([^\s，。：:]{4,30})文\s?件$")


def find_organization(
    document: Document, lines: Sequence[BlockType], signed: range, around: Sequence[Said]
) -> Fact | None:
    """The organisation of the sign-off, of a field, the letterhead, the imprint or around the text; else the meta tags'.

    `lines` are the document's lines of text, `signed` those of them that sign at its end, `around` what is said
    around it. Of several that sign the first is taken, which leads (GB/T 9704-2012, 7.3.5).
    """
    tail = lines[-EDGE:]
    return (
        _first_signed([lines[index] for index in signed])
        or _in_fields([*reversed(tail), *lines[:HEAD]])
        or _first_signed([line for line in head(lines) if parse_signature(line.text).date])
        or _letterhead(lines[:4])
        or _letterhead([line for line in reversed(lines[-3:]) if has_cjk(line.text)])
        or _first_signed([line for line in reversed(tail) if parse_signature(line.text).issued])
        or _first_signed([line for line in tail[-3:] if line.look.align == "right"])
        or _said(around)
        or _claimed(document)
    )


def _first_signed(lines: Sequence[BlockType]) -> Fact | None:
    for line in lines:
        name = "" if isinstance(line, Heading) else parse_signature(line.text).organization
        if name:
            return Fact(name, line.text, line.at)
    return None


def _in_fields(lines: Sequence[BlockType]) -> Fact | None:
    for line in lines:
        if width(line.text) > LONGEST_FORM_LINE:
            continue
        for field in _FIELD.finditer(line.text):
            if said := _organization(line.text[field.end() :].strip()):
                return Fact(said, line.text, line.at)
    return None


def _organization(said: str) -> str:
    """The organisation that a field's value begins with, in English with what it belongs to: Audit Office, Larkspur County."""
    if said.isascii() and said.count(",") == 1 and is_title_case(said):
        return said if signs(said.partition(",")[0]) else ""
    name = _VALUE_END.sub("", said)
    return name if signs(name) else ""


def _letterhead(lines: Sequence[BlockType]) -> Fact | None:
    for line in lines:
        if isinstance(line, Heading):
            continue
        letterhead = _LETTERHEAD.match(line.text)
        name = letterhead[1] if letterhead else line.text
        if signs(name) and (name.isascii() or is_organization(name)):
            return Fact(name, line.text, line.at)
    return None


def _said(around: Sequence[Said]) -> Fact | None:
    for one in around:
        if one.name == "organization" and not names_nobody(one.value):
            return Fact(one.value, one.text, one.at)
    return None


def _claimed(document: Document) -> Fact | None:
    claimed = document.properties.get("organization", "").strip()
    return Fact(claimed, claimed) if claimed and not names_nobody(claimed) else None
