"""Finds what is not the author's text. Cleaners only propose, on the untouched document; `apply` alone cuts."""

from __future__ import annotations

from collections.abc import Iterator

from docpipe.clean import advertising, furniture, hidden, navigation, site
from docpipe.clean.removal import apply, restore
from docpipe.clean.user import Allowed, find_denied
from docpipe.model import Document, Removal
from docpipe.rules import Ruleset
from docpipe.rules.site import NO_RULES, SiteRules
from docpipe.settings import CleanSettings
from docpipe.survey import Survey

__all__ = ["apply", "find", "restore"]


def find(
    document: Document,
    survey: Survey,
    rules: Ruleset,
    settings: CleanSettings,
    site_rules: SiteRules = NO_RULES,
) -> Iterator[Removal]:
    """All cuts that the cleaners propose and the user's rules do not deny. Nothing is changed."""
    allowed = Allowed(document, survey, settings)
    for proposal in _proposals(document, survey, rules, site_rules):
        if not allowed.covers(proposal):
            yield proposal
    yield from find_denied(document, survey, settings)


def _proposals(
    document: Document, survey: Survey, rules: Ruleset, site_rules: SiteRules
) -> Iterator[Removal]:
    called = rules.trigger.found_in(
        [block.text if block.layer in ("body", "textbox") else "" for block in document.blocks]
    )
    yield from hidden.find(document)
    yield from furniture.find(document, called, rules)
    yield from navigation.find(document, survey, rules)
    yield from advertising.find(document, survey, rules, called)
    yield from site.find(document, survey, site_rules)
