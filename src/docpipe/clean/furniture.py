"""Proposes to take out what belongs to the page, not to the text: headers, footers, page numbers, printed contents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docpipe.model import BlockType, Document, Paragraph, Removal
from docpipe.rules import Ruleset
from docpipe.survey import Survey
from docpipe.wording import fold

_CONTENTS_ENTRY = re.compile(r"[.…·．]{4,}\s*\d{1,4}$|\t\d{1,4}$|…{2,}\s*\d{1,4}$")


def find(document: Document, survey: Survey, rules: Ruleset) -> Iterator[Removal]:
    """Header and footer layers as a whole; body lines that are page numbers, counters, tools or contents entries."""
    whole = [rule for rule in rules.rules if rule.id.startswith("furniture.")]
    for index, block in enumerate(document.blocks):
        if not block.text:
            continue
        if block.layer in ("header", "footer"):
            yield _removal(index, block, f"layer.{block.layer}", "stands in the page margin", 1.0)
            continue
        if block.layer not in ("body", "textbox") or not isinstance(block, Paragraph):
            continue
        style = (block.look.style or "").lower()
        if (
            style.startswith(("toc ", "toc"))
            and style[3:].strip().isdigit()
            or _CONTENTS_ENTRY.search(block.text)
        ):
            yield _removal(
                index, block, "furniture.contents", "an entry of a printed table of contents", 0.9
            )
        if len(block.text) > 160:
            continue
        folded = fold(block.text)
        for rule in whole:
            match = rule.pattern.fullmatch(folded) if rule.whole else rule.pattern.search(folded)
            if match:
                yield Removal(
                    block=index,
                    span=(0, len(block.text)),
                    text=block.text,
                    reason=rule.reason,
                    rule=rule.id,
                    confidence=0.95,
                    because=rule.because,
                    at=block.at,
                )
                break


def _removal(index: int, block: BlockType, rule: str, because: str, confidence: float) -> Removal:
    return Removal(
        block=index,
        span=(0, len(block.text)),
        text=block.text,
        reason="furniture",
        rule=rule,
        confidence=confidence,
        because=because,
        at=block.at,
    )
