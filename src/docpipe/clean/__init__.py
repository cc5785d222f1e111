"""Finds what is not the author's text. Cleaners only propose, on the untouched document; `apply` alone cuts."""

from __future__ import annotations

from collections.abc import Iterator

from docpipe.clean import advertising, furniture, hidden, navigation
from docpipe.clean.removal import apply, restore
from docpipe.model import Document, Removal
from docpipe.rules import Ruleset
from docpipe.survey import Survey

__all__ = ["apply", "find", "restore"]


def find(document: Document, survey: Survey, rules: Ruleset) -> Iterator[Removal]:
    """All cuts that the cleaners propose, each with rule, reason and confidence. Nothing is changed."""
    yield from hidden.find(document)
    yield from furniture.find(document, survey, rules)
    yield from navigation.find(document, survey, rules)
    yield from advertising.find(document, survey, rules)
