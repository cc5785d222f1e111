"""Proposes to take out the lines that a file of site rules names: whole lines, and lines glued to a paragraph's ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docpipe.clean.removal import propose
from docpipe.model import Document, Paragraph, Removal, Span, Table
from docpipe.rules.site import LONGEST, SiteRule, SiteRules, squash
from docpipe.survey import Survey
from docpipe.wording import width

_LAYERS = ("body", "textbox", "header", "footer", "watermark")
_SENTENCE_END = re.compile(r"[。！？!?…]+[”’」』）)】\"']*\s*|\.[\"')]*\s+")
_SENTENCES = 3
"""A line glued to a paragraph is looked for in so many sentences at each of its ends."""

_GLUED_WIDTH = 6.0
"""A line shorter than this (in Chinese characters) is not looked for within a paragraph."""


def find(document: Document, survey: Survey, rules: SiteRules) -> Iterator[Removal]:
    """A cut for each block that is a line of the rules, and for such lines among the sentences at a paragraph's ends.

    The title is left alone.
    """
    if not rules.by_start:
        return
    for index, block in enumerate(document.blocks):
        if block.layer not in _LAYERS or not block.text or index == survey.title:
            continue
        if not isinstance(block, Paragraph | Table):
            continue
        for span, rule in _matches(block.text, rules):
            yield propose(
                index,
                block,
                span,
                reason=rule.reason,
                rule=f"site.{rule.id}",
                confidence=rule.confidence,
                because=rule.because or "a line of the site rules",
            )


def _matches(text: str, rules: SiteRules) -> Iterator[tuple[Span, SiteRule]]:
    """The whole text if a rule names it, else the longest match at its start and the longest at its end."""
    whole = _rule_for(text, rules)
    if whole:
        yield (0, len(text)), whole
        return
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() < len(text)]
    heads = [(0, end) for end in reversed(ends[:_SENTENCES])]
    tails = [(start, len(text)) for start in ends[-_SENTENCES:]]
    for spans in (heads, tails):
        for start, end in spans:
            rule = _rule_for(text[start:end], rules)
            if rule and width(text[start:end]) >= _GLUED_WIDTH:
                yield (start, end), rule
                break


def _rule_for(text: str, rules: SiteRules) -> SiteRule | None:
    """The first rule whose line is this text. Longer texts than a line can be are no lines, however they are spaced."""
    if len(text) > 2 * LONGEST:
        return None
    starting = (*rules.by_start.get(squash(text[:4])[:1], ()), *rules.by_start.get("", ()))
    squashed = squash(text) if starting else ""
    for rule in starting:
        if rule.pattern.fullmatch(squashed):
            return rule.data
    return None
