"""Proposes to take out what belongs to the page, not to the text: headers, footers, page numbers, printed contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docpipe.clean.removal import propose
from docpipe.model import BlockType, Document, Image, Paragraph, Removal
from docpipe.rules import Ruleset
from docpipe.traditional import simplified
from docpipe.wording import fold, is_prose

_LONGEST = 160
_LEADER = re.compile(r"(?:[.…·．。_]\s?){4,}\s*[\divxlIVXL-]{1,6}$|…{2,}\s*[-\divxl]{1,6}$")
_NUMBER_END = "0123456789ivxlIVXL０１２３４５６７８９"
_STYLE = re.compile(r"toc ?\d", re.I)
_LINKED = 0.8
"""From this share of link text on a line is a link."""
_LONGEST_HEAD = 40
_CONTENTS_HEAD = re.compile(
    r"^(?:目\s*[录錄次]|(?:table\s+of\s+)?contents|本[页頁文](?:内容|目[录錄])|(?:on|in)\s+this\s+(?:page|article))\s*[：:]?$",
    re.I,
)
_ANCHOR = re.compile(
    r"\s?(?:[¶#§🔗⚓∞]|\[\s?(?:编辑|編輯|编辑源代码|edit|edit source)(?:\s?[|｜]\s?[^\]]{1,12})?\s?\])$",
    re.I,
)
_ENTRY = re.compile(r"^\S.{0,80}?\D\s?[-–(（]?(\d{1,4})[)）]?$")


def find(document: Document, called: Sequence[set[str]], rules: Ruleset) -> Iterator[Removal]:
    """Header and footer layers as a whole; body lines that are page numbers, counters, tools or contents entries.

    `called` holds the trigger words in each block.
    """
    contents = _contents(document.blocks)
    for index, block in enumerate(document.blocks):
        if not block.text and not isinstance(block, Image):
            continue
        if block.layer in ("header", "footer"):
            yield propose(
                index,
                block,
                reason="furniture",
                rule=f"layer.{block.layer}",
                confidence=1.0,
                because="stands in the page margin",
            )
            continue
        if block.layer not in ("body", "textbox") or not isinstance(block, Paragraph):
            continue
        if index in contents:
            yield propose(
                index,
                block,
                reason="furniture",
                rule="furniture.contents",
                confidence=0.9,
                because="a printed table of contents",
            )
        if block.look.heading and block.runs:
            yield from _anchors(index, block)
        words = called[index]
        if len(block.text) > _LONGEST or rules.furniture_words.isdisjoint(words):
            continue
        folded = simplified(fold(block.text))
        prose = "。" in block.text[:-1] or ". " in block.text
        for rule in rules.furniture:
            # A mark within the sentences of a paragraph is no reason to take the paragraph.
            if prose and not rule.whole and is_prose(block.text):
                continue
            if rule.is_called_by(words) and rule.takes(folded):
                yield propose(
                    index,
                    block,
                    reason=rule.reason,
                    rule=rule.id,
                    confidence=0.95,
                    because=rule.because,
                )
                if rule.reason == "related":
                    yield from _links_below(document.blocks, index)
                break


def _anchors(index: int, block: Paragraph) -> Iterator[Removal]:
    """What a site sets behind its headings: a sign that links to the heading, or a link to edit what stands under it."""
    last = block.runs[-1]
    match = _ANCHOR.search(block.text)
    if match and last.link and match.start() > 0 and match.start() <= last.start < last.end:
        yield propose(
            index,
            block,
            match.span(),
            reason="furniture",
            rule="furniture.anchor",
            confidence=0.95,
            because="links to the heading itself",
        )


def _links_below(blocks: Sequence[BlockType], head: int) -> Iterator[Removal]:
    """The lines of nothing but links right below the head of a list of other pages."""
    for index in range(head + 1, len(blocks)):
        block = blocks[index]
        if not isinstance(block, Paragraph) or block.look.link_share < _LINKED:
            return
        yield propose(
            index,
            block,
            reason="related",
            rule="furniture.related-links",
            confidence=0.9,
            because="a link to another page, below their head",
        )


def _contents(blocks: Sequence[BlockType]) -> set[int]:
    """Indices of a printed table of contents: its head and its entries.

    Entries are known by their style, by dot leaders, or under a head by page numbers that never fall or by links to places
    in the page.
    """
    found: set[int] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or block.layer != "body":
            continue
        if _is_entry(block):
            found.add(index)
        elif len(block.text) <= _LONGEST_HEAD and _CONTENTS_HEAD.match(block.text):
            entries = _numbered_entries(blocks, index + 1) or _linked_entries(blocks, index + 1)
            styled = index + 1 < len(blocks) and _is_entry(blocks[index + 1])
            if entries or styled:
                found.update((index, *entries))
    return found


def _is_entry(block: BlockType) -> bool:
    """Whether a line is an entry of a table of contents by its style or its dot leaders."""
    style = block.look.style
    if style and style[0] in "tT" and _STYLE.match(style):
        return True
    return block.text[-1:] in _NUMBER_END and _LEADER.search(block.text) is not None


def _linked_entries(blocks: Sequence[BlockType], start: int) -> list[int]:
    """At least two lines from `start` on that are nothing but links to places in a page."""
    end = start
    while end < len(blocks) and _leads_within(blocks[end]):
        end += 1
    return list(range(start, end)) if end - start >= 2 else []


def _leads_within(block: BlockType) -> bool:
    links = [run.link for run in block.runs if run.link]
    return block.look.link_share >= _LINKED and bool(links) and all("#" in link for link in links)


def _numbered_entries(blocks: Sequence[BlockType], start: int) -> list[int]:
    """At least three lines from `start` on that end in page numbers which never fall."""
    entries: list[int] = []
    last = 0
    for index in range(start, len(blocks)):
        block = blocks[index]
        match = _ENTRY.match(block.text) if isinstance(block, Paragraph) else None
        if match is None or int(match[1]) < last:
            break
        last = int(match[1])
        entries.append(index)
    return entries if len(entries) >= 3 else []
