"""Proposes to take out advertising: lines, and sentences glued to an author's paragraph.

A line's score adds what the rules find in its words to what its place, form and look say. A line in which no rule finds
anything goes only where an author's text does not stand, by how its words read or because adverts surround it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import NamedTuple

from docpipe.clean.removal import propose
from docpipe.model import BlockType, Document, Look, Paragraph, Removal, Span, Table
from docpipe.numbering import parse_label
from docpipe.rules import Rule, Ruleset
from docpipe.rules.likeness import log_odds, telling
from docpipe.survey import Survey
from docpipe.traditional import simplified
from docpipe.wording import (
    ends_sentence,
    fold,
    has_cjk,
    is_date,
    is_organization,
    is_salutation,
    names_kind,
    width,
)

_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”’」』）)】\"']*\s*|[^。！？!?]+$")
_ENGLISH_SENTENCE = re.compile(r".+?[.!?]+[\"')]*(?:\s+|$)|.+?$")
_FIELD = re.compile(r"[^：:]{2,8}[：:]")
_BRACKETS = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]{4,}[）)】\]〕]")
_SPACE_BEHIND = re.compile(r"(?<=\w|[，。；：、”）》%])\s+")
_MOST_INSERTIONS = 64
"""So many places of a sentence are tried, each of which is read anew: a line of nothing but spaces must not take hours."""
_SHORTEST_OWN = 10
"""Width in Chinese characters from which a line without a label may be an author's with an advert in it."""
_CUT = 0.0
_LONGEST_LINE = 48
_SURE = 3.0
_DOUBT = 2.0
"""Log-odds of the words for and against an advert beyond which they say no more."""
_TELLS = 0.6
_TELLS_BEFORE_TITLE = 1.2
"""Log-odds from which words tell something where no rule matches; before the title an author has lines of many kinds."""
_TELLS_BESIDE = 0.3
"""Log-odds from which a sentence beside an advert in a short paragraph goes with it."""
_LONGEST_SCRAP = 4
"""Width up to which what follows the last sentence is no sentence: Ctrl+D, 谢谢!"""
_ORNAMENT = re.compile(r"(?:[◆◇★☆※●○■□▲△▼▽♦♢♡♥❤❀✿☞☜→←↓↑»«＞<＜>=＝~～*＊#＃+＋—–-]\s?){2,120}")
_AMONG = {"among-adverts-before-title", "between-adverts", "ornament-beside-advert"}
_NEAR = 4
"""How many units away an advert lends its character to a line before the title."""


class Verdict(NamedTuple):
    """The score of one unit of text (a line or a sentence) with the rules and features that made it."""

    block: int
    span: Span
    score: float
    rules: tuple[Rule, ...]
    features: tuple[str, ...]


def find(
    document: Document,
    survey: Survey,
    rules: Ruleset,
    called: Sequence[set[str]],
    gone: Set[int] = frozenset(),
) -> Iterator[Removal]:
    """Proposed cuts with confidence 1/(1+e^-score). `called` holds the trigger words in each block.

    The blocks `gone` are passed over: something else takes them as a whole.
    """
    alone = list(_verdicts(document, survey, rules, called, gone))
    verdicts = _with_context(document, survey, rules, alone)
    for verdict in verdicts:
        if verdict.score > -2.0 and (verdict.rules or verdict.features):
            yield _removal(document.blocks[verdict.block], verdict, rules)


def _removal(block: BlockType, verdict: Verdict, rules: Ruleset) -> Removal:
    strongest = max(verdict.rules, key=lambda rule: rule.weight, default=None)
    start, end = verdict.span
    because = "; ".join(rule.because for rule in verdict.rules)
    if not because and "likeness" in verdict.features:
        words = ", ".join(telling(block.text[start:end], rules.likeness))
        because = f"reads like an advert: “{words}”"
    because = because or "stands among adverts"
    return propose(
        verdict.block,
        block,
        verdict.span,
        reason=strongest.reason if strongest else "advertising",
        rule=strongest.id if strongest else _unnamed(verdict),
        confidence=round(1 / (1 + math.exp(-verdict.score)), 3),
        because=because,
    )


def _unnamed(verdict: Verdict) -> str:
    """The rule id of a cut that no rule names."""
    return "ads.among-adverts" if _AMONG & set(verdict.features) else "ads.likeness"


def _verdicts(
    document: Document,
    survey: Survey,
    rules: Ruleset,
    called: Sequence[set[str]],
    gone: Set[int],
) -> Iterator[Verdict]:
    for index, block in enumerate(document.blocks):
        if block.layer not in ("body", "textbox") or not block.text or index == survey.title:
            continue
        if index in gone or index in survey.counted or block.look.tag == "pre":
            continue  # headings name a subject; examples of code name sites and accounts
        words = called[index] & rules.advert_words
        if isinstance(block, Table):
            yield from _table_verdicts(index, block, survey, rules, words)
        elif isinstance(block, Paragraph):
            spans = units(block.text) if words else []
            glued: list[Verdict] = []
            if len(spans) > 1:
                glued = [
                    _score(index, block, span, survey, rules, called_here, glued=True)
                    for span, called_here in _called(block, spans, rules, words)
                ]
            # A paragraph is one unit if all of it advertises or it is one sentence; else each sentence is one.
            if _is_one_advert(block.text, glued, rules):
                whole = (0, len(block.text))
                glued = [_score(index, block, whole, survey, rules, words, glued=False)]
            for verdict in glued:
                yield _without_own(verdict, block.text, rules)


def _is_one_advert(text: str, sentences: Sequence[Verdict], rules: Ruleset) -> bool:
    """Whether all sentences of a paragraph advertise by a rule, or in a short one by their words beside one that does so.

    Also if it has none, being one sentence.
    """
    if all(sentence.rules for sentence in sentences):
        return True
    if width(text) > _LONGEST_LINE or not any(sentence.rules for sentence in sentences):
        return False
    silent = (text[slice(*sentence.span)].strip() for sentence in sentences if not sentence.rules)
    return all(
        width(said) <= _LONGEST_SCRAP or log_odds(said, rules.likeness) > _TELLS_BESIDE
        for said in silent
    )


def _without_own(verdict: Verdict, text: str, rules: Ruleset) -> Verdict:
    """The verdict, on no more than what a mill put into an author's line: in brackets, or before or behind a space."""
    if not _is_advert(verdict):
        return verdict
    start, end = verdict.span
    for span in islice(_insertions(text, start, end), _MOST_INSERTIONS):
        own = f"{text[start : span[0]]}{text[span[1] : end]}".strip()
        put_in = simplified(fold(text[slice(*span)]))
        if any(rule.takes(put_in) for rule in verdict.rules) and _is_own(own, rules):
            return verdict._replace(span=span)
    return verdict


def _insertions(text: str, start: int, end: int) -> Iterator[Span]:
    """Where something may have been put into a unit of Chinese text."""
    if not has_cjk(text[start:end]):
        return
    yield from (match.span() for match in _BRACKETS.finditer(text, start, end))
    for space in _SPACE_BEHIND.finditer(text, start, end):
        yield space.start(), end
        yield start, space.end()


def _is_own(text: str, rules: Ruleset) -> bool:
    """Whether a line without what was put in is one that an author wrote: labelled, a sentence or with a clause, and no advert."""
    label = parse_label(text)
    if (label is None or label.kind == "bullet") and not (
        width(text) >= _SHORTEST_OWN and (ends_sentence(text) or "，" in text)
    ):
        return False
    folded = simplified(fold(text))
    return log_odds(text, rules.likeness) < 0 and not any(r.takes(folded) for r in rules.adverts)


def _called(
    block: BlockType, spans: Sequence[Span], rules: Ruleset, words: set[str]
) -> Iterator[tuple[Span, set[str]]]:
    """Parts of a block, each with those of the block's trigger words that are in it."""
    for start, end in spans:
        yield (start, end), rules.trigger.found_among(block.text[start:end], words)


def _silent(index: int, span: Span, rules: Ruleset) -> Verdict:
    """The verdict on a unit in which no rule finds anything."""
    return Verdict(index, span, rules.features["bias"], (), ())


def _table_verdicts(
    index: int, table: Table, survey: Survey, rules: Ruleset, called: set[str]
) -> Iterator[Verdict]:
    """A table's rows as units; a table of one row is a frame around a line."""
    position = 0
    spans: list[Span] = []
    for row in table.rows:
        length = sum([len(cell.text) + 1 for cell in row]) - 1
        if any(cell.text for cell in row):
            spans.append((position, position + length))
        position += length + 1
    glued = len(table.rows) > 1
    parts = _called(table, spans, rules, called) if called else ((span, called) for span in spans)
    for span, words in parts:
        yield _score(index, table, span, survey, rules, words, glued=glued)


def units(text: str) -> list[Span]:
    """The sentences of a text as spans that cover it whole; a text without an inner sentence end is one unit."""
    pattern = _SENTENCE if has_cjk(text) else _ENGLISH_SENTENCE
    return [match.span() for match in pattern.finditer(text) if match.group()] or [(0, len(text))]


def _score(
    index: int,
    block: BlockType,
    span: Span,
    survey: Survey,
    rules: Ruleset,
    called: set[str],
    glued: bool,
) -> Verdict:
    # Most units are an author's: none of the rules' words in them, in the place and set as text. These are cheap to tell.
    outside = not glued and _is_outside(index, block, survey)
    if not called and not outside:
        return _silent(index, span, rules)
    text = block.text[span[0] : span[1]].strip()
    folded = simplified(fold(text)) if called else ""
    found: tuple[Rule, ...] = ()
    if called:
        summoned = [rule for rule in rules.adverts if rule.is_called_by(called)]
        found = tuple(rule for rule in summoned if rule.takes(folded))
    if not found and not (outside and _stands_alone(text)):
        return _silent(index, span, rules)
    odds = max(-_DOUBT, min(_SURE, log_odds(text, rules.likeness)))
    early = survey.title is not None and index < survey.title
    if not found and odds < (_TELLS_BEFORE_TITLE if early else _TELLS):
        return _silent(index, span, rules)
    against = tuple(rule for rule in rules.protect if rule.takes(folded or simplified(fold(text))))
    twice = sum(len(list(rule.pattern.finditer(folded))) for rule in found) > len(found)
    features = (("twice",) if twice else ()) + _features(
        index, block, text, survey, glued, authored=bool(against)
    )
    score = (
        rules.features["bias"]
        + rules.features["likeness"] * odds
        + sum(rule.weight for rule in (*found, *against))
        + sum(rules.features[name] for name in features)
    )
    return Verdict(index, span, score, found, (*features, "likeness") if odds > 0 else features)


def _is_outside(index: int, block: BlockType, survey: Survey) -> bool:
    """Whether a line does not stand where and as the author's text does, so that its words alone may condemn it."""
    return not _is_set_as_text(block) and (
        not survey.start <= index <= survey.last_own
        or block.layer == "textbox"
        or _is_red(block.look.color)
        or _is_unindented(block.look, survey)
    )


def _is_unindented(look: Look, survey: Survey) -> bool:
    """Whether a line lacks the indent that the author's paragraphs have."""
    return survey.indented and not look.indent and look.heading is None


def _is_set_as_text(block: BlockType) -> bool:
    """Whether the block is a heading, an item or a table of the author by its form."""
    if isinstance(block, Table) or block.look.heading is not None:
        return True
    return isinstance(block, Paragraph) and (block.list_level is not None or block.look.bold)


def _stands_alone(text: str) -> bool:
    """Whether a line without any rule's match is worth a look: short, and no field, note or item of an author."""
    if text[0].isdigit() or text[-1] in ";；:：" or _FIELD.match(text):
        return False
    return 5 <= width(text) <= _LONGEST_LINE


def _features(
    index: int, block: BlockType, text: str, survey: Survey, glued: bool, authored: bool
) -> tuple[str, ...]:
    """What form, place and look say of the unit, as names of weights."""
    look = block.look
    length = width(text)
    label = survey.labels[index]
    tests = {
        "before-title": index < survey.start and not glued,
        "at-end": index > survey.last_own,
        "in-margin": block.layer == "textbox",
        "red": _is_red(look.color),
        "link": look.link_share > 0.8,
        "bracketed": text[0] in "【[＊*★☆" and text[-1] in "】]＊*★☆",
        "exclaims": text.endswith(("!", "！")),
        "short": length <= 20,
        "stray": not glued
        and not authored
        and length <= 45
        and text[-1] not in "。;；"
        and block.look.heading is None,
        "centred": look.align == "center",
        "unindented": _is_unindented(look, survey) and not glued,
        "sentence": ends_sentence(text) and not text.endswith(("!", "！")) and length > 16,
        "long-sentence": length > 45,
        "labelled": not glued and label is not None and label.kind != "bullet",
        "in-table": isinstance(block, Table) and glued,
        "glued-sentence": glued,
    }
    return tuple(name for name, holds in tests.items() if holds)


def _is_red(color: str | None) -> bool:
    if color is None:
        return False
    red, green, blue = (int(color[start : start + 2], 16) for start in (0, 2, 4))
    return red > 150 and green < 90 and blue < 90


def _with_context(
    document: Document, survey: Survey, rules: Ruleset, verdicts: list[Verdict]
) -> list[Verdict]:
    """Verdicts in which lines without a signal of their own go with the adverts that surround them."""
    adverts = [position for position, verdict in enumerate(verdicts) if _is_advert(verdict)]
    near = sorted({p for a in adverts for p in range(max(0, a - _NEAR), a + _NEAR + 1)})
    result = list(verdicts)
    for position in near:
        if position >= len(verdicts) or verdicts[position].score > _CUT:
            continue
        verdict = verdicts[position]
        text = document.blocks[verdict.block].text
        if _ORNAMENT.fullmatch(text):
            feature = _beside_advert(verdicts, position)
        elif _may_go_along(document.blocks[verdict.block], verdict):
            feature = _context(verdicts, position, survey)
        else:
            feature = ""
        if feature:
            names = (*verdict.features, feature)
            score = verdict.score + rules.features[feature]
            result[position] = verdict._replace(score=score, features=names)
    return result


def _is_advert(verdict: Verdict) -> bool:
    """Whether a rule made this unit an advert, so that its neighbours fall under suspicion."""
    return verdict.score > _CUT and bool(verdict.rules)


def _beside_advert(verdicts: list[Verdict], position: int) -> str:
    """The feature of a line of nothing but ornaments (◆◇◆) right above or below an advert, or nothing."""
    beside = verdicts[max(0, position - 1) : position + 2]
    return "ornament-beside-advert" if any(_is_advert(other) for other in beside) else ""


def _context(verdicts: list[Verdict], position: int, survey: Survey) -> str:
    """How adverts surround a unit: the name of a feature, or nothing."""
    verdict = verdicts[position]
    near = verdicts[max(0, position - _NEAR) : position + _NEAR + 1]
    outside = verdict.block > survey.last_own
    if survey.title is not None and verdict.block < survey.title:
        outside = True
        if any(_is_advert(other) for other in near if other.block < survey.title):
            return "among-adverts-before-title"
    if outside and any(_is_advert(other) for other in near if other.block == verdict.block):
        return "between-adverts"
    if position == 0 or position + 1 >= len(verdicts):
        return ""
    before, after = verdicts[position - 1], verdicts[position + 1]
    between = _is_advert(before) and _is_advert(after) and verdict.block != before.block
    return "between-adverts" if between else ""


def _may_go_along(block: BlockType, verdict: Verdict) -> bool:
    """Whether a unit without a signal may be an advert's slogan: short, and nothing an author writes there."""
    start, end = verdict.span
    text = block.text[start:end].strip()
    if width(text) > 40 or _is_set_as_text(block) or parse_label(text) is not None:
        return False
    if names_kind(text) or is_date(text) or is_organization(text) or is_salutation(text):
        return False
    return not (text.endswith("。") or _is_letterhead(text))


_LETTERHEAD = re.compile(
    r"[〔\[【（(]\s?(?:19|20)\d\d\s?[〕\]】）)]|^第?\s?[\d一二三四五六七八九十〇]+\s?[期号]$|(?:文件|简报|专报|公报|快报|通讯)$|"
    r"^(?:秘密|机密|绝密|内部资料|内部文件|特急|加急|急件|密级|编号|签发人|主办|承办|附件)|注意保存|[（(].{1,20}[）)]$|[：:]$"
)


def _is_letterhead(text: str) -> bool:
    return _LETTERHEAD.search(text) is not None
