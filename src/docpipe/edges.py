"""Collects the lines at a text's edges: the places where documents of one source share lines that are no author's.

What it finds changes no output. `docpipe learn` compares it across documents, and a run reports what recurred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from docpipe.model import (
    BlockType,
    Document,
    EdgeLine,
    EdgePlace,
    Paragraph,
    Removal,
    Table,
)
from docpipe.numbering import Label
from docpipe.rules import Ruleset
from docpipe.rules.office import office_line
from docpipe.rules.site import HANDLE, LONGEST, NUMBER
from docpipe.survey import Survey
from docpipe.wording import (
    CJK,
    ORGANIZATION,
    ends_in_kind,
    ends_sentence,
    fold,
    has_cjk,
    is_date,
    is_organization,
    is_prose,
    is_salutation,
    width,
)

_TAIL = 12
"""The sign-off is looked for in so many blocks at the end."""

_MOST = 40
"""So many lines of a document are noted."""

_NARROWEST = 4.0
_BETWEEN_WIDEST = 40.0
"""Widths in Chinese characters: of the words of a line at least, of a line between sections that advertises nothing at most."""

_OWN_WEIGHT = -3.0
"""Protecting rules of this weight or below mark an author's line by themselves."""

_PLACES: dict[EdgePlace, int] = {
    "before-title": 0,
    "after-sign-off": 1,
    "margin": 2,
    "section-end": 3,
    "between": 4,
}
_TOKEN = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|top|vip|cc|info|site|club|xyz|io|example)\b[\w./-]*"
)
_PLACEHOLDER = re.compile(r"\{(?:number|handle)\}")
_PLACEHOLDERS = re.compile(rf"{_PLACEHOLDER.pattern}(?:\s*{_PLACEHOLDER.pattern})+")
_NUMBERED = re.compile(r"[0-9{]")
_HANDLE_LENGTH = 5
_AROUND = "navigation."


def edge_lines(
    document: Document,
    survey: Survey,
    proposals: Iterable[Removal],
    rules: Ruleset,
    cut_threshold: float,
) -> tuple[EdgeLine, ...]:
    """The lines at the edges of an untouched document that an author need not have written, the likeliest places first.

    Left out are titles, labelled lines, dates, salutations, organisations and what `rules.office` knows, unless they
    advertise. `proposals` are the cuts that cleaners propose, of which those from `cut_threshold` on are made.
    """
    cuts = _whole_lines(document.blocks, proposals)
    formal = {rule.id for rule in rules.furniture if rule.whole}
    title = fold(document.blocks[survey.title].text) if survey.title is not None else ""
    start, end = _start(survey), _end(document.blocks, survey)
    found: dict[str, EdgeLine] = {}
    for index, block in enumerate(document.blocks):
        place = _place(index, block, start, end)
        if place is None or index == survey.title:
            continue
        cut = cuts.get(index)
        if cut is not None and (cut.rule in formal or cut.rule.startswith(_AROUND)):
            # A page number or a tool is known by its form, a web page's menus by their place; they are no wording of a source.
            continue
        # Most lines of a text are sentences that no rule proposes: these are passed over first, because that is cheap.
        if cut is None and not _is_bare(block, place, survey.labels[index]):
            continue
        if not _is_line(block):
            continue
        folded = fold(block.text)
        if folded in title:
            continue
        if place == "between" and _ends_section(index, document.blocks, survey):
            place = "section-end"
        known = found.get(folded)
        if known is not None and _PLACES[known.place] <= _PLACES[place]:
            continue
        by_itself = advertises(folded, rules)
        signal = by_itself or (cut is not None and cut.reason == "advertising")
        if not signal and not _is_bare(block, place, survey.labels[index]):
            continue
        if not by_itself and is_own(block.text, folded, rules):
            continue
        made = cut is not None and cut.confidence >= cut_threshold
        rule = cut.rule if cut is not None and made else ""
        found[folded] = EdgeLine(block.text, place, signal, rule)
    ordered = sorted(found.values(), key=lambda line: (_PLACES[line.place], not line.advertises))
    return tuple(ordered[:_MOST])


def _whole_lines(blocks: Sequence[BlockType], proposals: Iterable[Removal]) -> dict[int, Removal]:
    """For each block that is proposed as a whole the proposal that tells most: a rule's before a layer's, then the surest."""
    best: dict[int, Removal] = {}
    for proposal in proposals:
        if proposal.span != (0, len(blocks[proposal.block].text)):
            continue
        known = best.get(proposal.block)
        if known is None or _telling(proposal) > _telling(known):
            best[proposal.block] = proposal
    return best


def _telling(proposal: Removal) -> tuple[bool, float]:
    return (not proposal.rule.startswith("layer."), proposal.confidence)


def _is_line(block: BlockType) -> bool:
    """Whether the block is one unlabelled line of a length that a source's line has; a table of one cell is a frame."""
    if isinstance(block, Table):
        if len(block.rows) != 1 or len(block.rows[0]) != 1:
            return False
    elif not isinstance(block, Paragraph) or block.label or block.list_level is not None:
        return False
    if len(block.text) > LONGEST or _PLACEHOLDER.search(block.text):
        return False
    return words_width(block.text) >= _NARROWEST


def words_width(text: str) -> float:
    """The width of the text's letters alone, in Chinese characters; placeholders count nothing."""
    return width("".join(char for char in _PLACEHOLDER.sub("", text) if char.isalpha()))


def _start(survey: Survey) -> int:
    """The index of the title, or without one that of the first prose or label."""
    if survey.title is not None:
        return survey.title
    labelled = (index for index, label in enumerate(survey.labels) if label is not None)
    return min(survey.first_prose, next(labelled, survey.first_prose))


def _end(blocks: Sequence[BlockType], survey: Survey) -> int | None:
    """The index of the last line of the sign-off, or where there is none, of the author's text; None if neither is known.

    A disclaimer after the sign-off reads as the author's prose; that is why the sign-off comes first.
    """
    body = [index for index, block in enumerate(blocks) if block.layer == "body"]
    sign_off = [
        i for i in body[-_TAIL:] if is_date(blocks[i].text) or is_organization(blocks[i].text)
    ]
    return sign_off[-1] if sign_off else survey.last_own if survey.last_own >= 0 else None


def _place(index: int, block: BlockType, start: int, end: int | None) -> EdgePlace | None:
    """Where the line stands, or None where no source prints."""
    if block.layer in ("header", "footer", "textbox"):
        return "margin"
    if block.layer != "body":
        return None
    if index < start:
        return "before-title"
    return "after-sign-off" if end is not None and index > end else "between"


def _ends_section(index: int, blocks: Sequence[BlockType], survey: Survey) -> bool:
    """Whether a line stands between a paragraph and the next labelled heading, in plain type: no heading stands there."""
    if not 0 < index < len(blocks) - 1 or blocks[index].look.bold:
        return False
    label, following = survey.labels[index + 1], blocks[index + 1]
    heads = label is not None and label.kind != "bullet" and not is_prose(following.text)
    return heads and is_prose(blocks[index - 1].text)


def _is_bare(block: BlockType, place: EdgePlace, label: Label | None) -> bool:
    """Whether a line that advertises nothing is no heading by its label or mark, and within a text short and no sentence."""
    if label is not None and label.kind != "bullet":
        return False
    if place in ("before-title", "margin"):
        return True
    if block.look.heading is not None:
        return False
    if place == "after-sign-off":
        return True
    return not ends_sentence(block.text) and width(block.text) <= _BETWEEN_WIDEST


def advertises(folded: str, rules: Ruleset) -> bool:
    """Whether a folded line advertises by its words: a rule of adverts finds something and no protecting rule does."""
    if rules.advert_words.isdisjoint(rules.trigger.found(folded)):
        return False
    if any(rule.takes(folded) for rule in rules.protect):
        return False
    return any(rule.takes(folded) for rule in rules.adverts)


def is_own(text: str, folded: str, rules: Ruleset) -> bool:
    """Whether a line is one that an office writes in its own documents: a title, letterhead, sign-off, standing phrase …"""
    if is_date(text) or is_salutation(text) or is_organization(text) or ends_in_kind(text):
        return True
    if any(r.weight <= _OWN_WEIGHT and r.takes(folded) for r in rules.protect):
        return True
    if office_line(folded):
        return True
    numbered = general(folded)
    return numbered != folded and bool(office_line(numbered))


def general(folded: str) -> str:
    """A folded line with `{number}` for numbers and `{handle}` for names that mix letters and digits.

    Addresses of sites stay as they are: they name the source. So do words without a digit.
    """
    if not _NUMBERED.search(folded):
        return folded
    pieces = []
    position = 0
    for address in _ADDRESS.finditer(folded):
        pieces += [_TOKEN.sub(_placeholder, folded[position : address.start()]), address.group()]
        position = address.end()
    pieces.append(_TOKEN.sub(_placeholder, folded[position:]))
    return _PLACEHOLDERS.sub(_one_placeholder, "".join(pieces))


def _placeholder(token: re.Match[str]) -> str:
    text = token.group()
    if not re.search(r"\d", text):
        return text
    if not re.search(r"[a-z]", text):
        return NUMBER
    if len(text) >= _HANDLE_LENGTH:
        return HANDLE
    return re.sub(r"\d+(?:[._-]+\d+)*", NUMBER, text)


def _one_placeholder(several: re.Match[str]) -> str:
    """One placeholder for several with nothing but spaces between: an account's name may be a number too."""
    return HANDLE if HANDLE in several.group() else NUMBER


_YEAR = r"(?:(?:19|20)\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年?度?"
_PREFIX = re.compile(rf"^(?:{_YEAR})?(?:中共|中国共产党)?")
_LEAD = re.compile(
    rf"^([{CJK}]{{2,30}}?(?:{ORGANIZATION}|[镇乡县区市省州村局办院校馆厂站所队部委会组园行社矿段科室股团]))(?={_YEAR}|关于)"
    rf"|^([{CJK}]{{2,20}}?{ORGANIZATION})"
)
_LEAD_ENGLISH = re.compile(
    r"^(.{4,60}?)(?::|\s[-–—|]\s|,?\s(?:annual|quarterly|monthly|weekly)\b)", re.I
)
_NO_NAME = re.compile(
    r"^(?:[x×某*○]|关于|个人|本|我|单位|公司|部门|学校|学院|医院|年度|各|全)", re.I
)


def sender(title: str, organization: str) -> str:
    """The organisation behind a document as shortly as tells it from others: how its name begins, or "" if not known.

    The title's beginning (青石镇2021年…, Northfield Library: …) comes before the `organization` that the text names. Two
    characters of a Chinese name, or two words, are enough: offices of one place count as one sender.
    """
    title = _PREFIX.sub("", title)
    lead = _LEAD.match(title) if has_cjk(title) else _LEAD_ENGLISH.match(title)
    name = next((group for group in lead.groups() if group), "") if lead else ""
    return _short_name(name) or _short_name(organization)


def _short_name(name: str) -> str:
    name = _PREFIX.sub("", name.strip())
    if _NO_NAME.match(name):
        return ""
    return name[:2] if has_cjk(name) else " ".join(name.lower().split()[:2])
