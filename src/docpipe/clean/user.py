"""The user's own rules: lines never to be cut (`clean.allow`) and lines always to be cut (`clean.deny`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from docpipe.clean.removal import propose
from docpipe.model import BlockType, Document, Removal, Span
from docpipe.settings import CleanSettings, UserRule, Where
from docpipe.survey import Survey


class Allowed:
    """Tells of a proposed cut whether the user wants the text kept."""

    def __init__(self, document: Document, survey: Survey, settings: CleanSettings) -> None:
        self._document = document
        self._survey = survey
        self._rules = [rule for rule in settings.allow if _is_for(rule, document)]

    def covers(self, proposal: Removal) -> bool:
        """Whether one of the rules denies this cut."""
        return any(self._denies(rule, proposal) for rule in self._rules)

    def _denies(self, rule: UserRule, proposal: Removal) -> bool:
        if rule.rule and rule.rule != proposal.rule:
            return False
        if rule.block is not None and rule.block != proposal.block:
            return False
        block = self._document.blocks[proposal.block]
        if not _is_at(rule.where, proposal.block, block, self._survey):
            return False
        return rule.phrase in proposal.text and bool(re.search(rule.pattern, proposal.text))


def find_denied(document: Document, survey: Survey, settings: CleanSettings) -> Iterator[Removal]:
    """Cuts of what the user denies: a phrase by itself, a pattern's match, or the line where the rule names both."""
    for number, rule in enumerate(settings.deny, 1):
        if not _is_for(rule, document) or not (rule.phrase or rule.pattern):
            continue
        for index, block in enumerate(document.blocks):
            if not block.text or not _is_at(rule.where, index, block, survey):
                continue
            for span in _matches(rule, block.text):
                yield propose(
                    index,
                    block,
                    span,
                    reason="advertising",
                    rule=f"user.deny-{number}",
                    confidence=1.0,
                    because="denied by the settings",
                )


def _matches(rule: UserRule, text: str) -> Iterator[Span]:
    if rule.phrase and rule.pattern:
        if rule.phrase in text and re.search(rule.pattern, text):
            yield (0, len(text))
        return
    pattern = rule.pattern or re.escape(rule.phrase)
    for match in re.finditer(pattern, text):
        if match.end() > match.start():
            yield match.span()


def _is_for(rule: UserRule, document: Document) -> bool:
    return fnmatchcase(document.source.path, rule.source)


def _is_at(where: Where, index: int, block: BlockType, survey: Survey) -> bool:
    margin = block.layer in ("header", "footer", "textbox", "watermark")
    match where:
        case "anywhere":
            return True
        case "margin":
            return margin
        case "before-title":
            return not margin and index < survey.start
        case "after-sign-off":
            return not margin and index > survey.last_own
        case "body":
            return not margin and survey.start <= index <= survey.last_own
