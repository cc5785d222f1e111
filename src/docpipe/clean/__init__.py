"""Finds what is not the author's text. Cleaners only propose, on the untouched document; `apply` alone cuts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    finished: bool = False,
) -> Iterator[Removal]:
    """All cuts that the cleaners propose and the user's rules do not deny. Nothing is changed.

    A `finished` document was cleaned when it was made: only what is no part of its text, and what a user's rules say,
    is proposed.
    """
    allowed = Allowed(document, survey, settings)

    def undenied(proposals: Iterable[Removal]) -> Iterator[Removal]:
        return (proposal for proposal in proposals if not allowed.covers(proposal))

    if finished:
        yield from undenied(hidden.find(document))
        yield from undenied(site.find(document, survey, site_rules))
    else:
        around = list(undenied(navigation.find(document, survey, rules)))
        yield from around
        # Most of a web page stands around its text: what goes as that need not be looked at again.
        gone = {cut.block for cut in around if cut.confidence >= settings.cut_threshold}
        yield from undenied(_proposals(document, survey, rules, site_rules, gone))
    yield from find_denied(document, survey, settings)


def _proposals(
    document: Document, survey: Survey, rules: Ruleset, site_rules: SiteRules, gone: set[int]
) -> Iterator[Removal]:
    called = rules.trigger.found_in(
        [
            block.text if block.layer in ("body", "textbox") and index not in gone else ""
            for index, block in enumerate(document.blocks)
        ]
    )
    yield from hidden.find(document)
    yield from furniture.find(document, called, rules)
    yield from advertising.find(document, survey, rules, called, gone)
    yield from site.find(document, survey, site_rules)
