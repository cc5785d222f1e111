"""Reads the untouched blocks and notes what the later steps share; changes nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from docpipe.model import BlockType, Document, Look, Paragraph, Table
from docpipe.numbering import Label, parse_label
from docpipe.rules import Ruleset
from docpipe.traditional import simplified
from docpipe.wording import (
    ends_open,
    ends_sentence,
    fold,
    has_cjk,
    is_date,
    is_organization,
    is_prose,
    is_salutation,
    names_kind,
    width,
)

TITLE_SCORE = 2.0
"""From this score on a line is taken for the title."""

_TITLE_WINDOW = 80


class Survey(Struct, frozen=True):
    """What a look over the whole document shows. Indices are into `Document.blocks`.

    `title` is the best candidate for the title, `first_prose` the first paragraph that reads as prose (or a table),
    `last_own` the last line that is surely the author's (prose, a date or an organisation of the sign-off),
    `body_size` the size in points that most characters of the body have,
    `indented` says that paragraphs of prose begin with an indent, `counted` holds the short labelled lines that
    count on from one another, each over a text: headings of the author's, whatever their words.
    """

    labels: list[Label | None]
    title: int | None
    first_prose: int
    last_own: int
    body_size: float | None
    indented: bool
    counted: frozenset[int]

    @property
    def start(self) -> int:
        """Where the author's text begins: the title, or without one the first prose."""
        return self.first_prose if self.title is None else self.title


def survey(document: Document, rules: Ruleset) -> Survey:
    """The survey of a document as read; lines that the rules know as adverts are no candidates for the title."""
    blocks = document.blocks
    labels = [parse_label(b.text) if isinstance(b, Paragraph) else None for b in blocks]
    body = [index for index, block in enumerate(blocks) if block.layer == "body"]
    size = body_size(blocks)
    prose = [i for i in body if isinstance(blocks[i], Table) or is_prose(blocks[i].text)]
    title = find_title(blocks, document.properties.get("title", ""), size, rules)
    signoff = [i for i in body[-12:] if is_date(blocks[i].text) or is_organization(blocks[i].text)]
    return Survey(
        labels=labels,
        title=title,
        first_prose=prose[0] if prose else len(blocks),
        last_own=max([*prose[-1:], *signoff, -1]),
        body_size=size,
        indented=_is_indented([b for i in prose if isinstance(b := blocks[i], Paragraph)]),
        counted=_counted(blocks, labels, body),
    )


def _counted(
    blocks: Sequence[BlockType], labels: Sequence[Label | None], body: Sequence[int]
) -> frozenset[int]:
    """The short labelled lines over text whose labels count on from one another."""
    found: set[int] = set()
    last: dict[tuple[str, int], int] = {}
    for place, index in enumerate(body[:-1]):
        label = labels[index]
        if label is None or label.kind == "bullet" or not _heads_text(blocks, body, place):
            continue
        before = last.get((label.kind, len(label.values)))
        last[label.kind, len(label.values)] = index
        earlier = labels[before] if before is not None else None
        if before is not None and earlier and earlier.values[-1] + 1 == label.values[-1]:
            found.update((before, index))
    return frozenset(found)


def _heads_text(blocks: Sequence[BlockType], body: Sequence[int], place: int) -> bool:
    """Whether a line names nothing but a subject, without a number or a sign to call by, over a text or a table."""
    line, following = blocks[body[place]], blocks[body[place + 1]]
    if not isinstance(line, Paragraph) or _NAMES_NO_ACCOUNT.fullmatch(line.text) is None:
        return False
    # A line of a hard-wrapped text is no sentence, but long.
    return isinstance(following, Table) or (
        width(following.text) >= 18 and parse_label(following.text) is None
    )


def _is_indented(prose: Sequence[Paragraph]) -> bool:
    return bool(prose) and sum(bool(p.look.indent) for p in prose) * 3 >= 2 * len(prose)


def body_size(blocks: Sequence[BlockType]) -> float | None:
    """The size in points of most body characters, or None where no block tells."""
    sizes: defaultdict[float, int] = defaultdict(int)
    for block in blocks:
        size = block.look.size
        if size is not None and block.layer == "body":
            sizes[size] += len(block.text)
    return min(sizes, key=lambda size: (-sizes[size], size)) if sizes else None


def find_title(
    blocks: Sequence[BlockType], claimed: str, size: float | None, rules: Ruleset | None = None
) -> int | None:
    """The index of the line that most looks like the title, or None.

    `claimed` is the title of the file's properties, `size` the body's type size. With `rules`, lines that advertise
    are passed over.
    """
    best: tuple[float, int] | None = None
    chinese = _is_chinese(blocks)
    seen_prose = 0
    claimed_folded = fold(claimed)
    tops = sum(1 for b in blocks if b.look.heading == 1)
    considered = 0
    for index, block in enumerate(blocks):
        if block.layer not in ("body", "textbox") or not block.text:
            continue
        # What somebody put before a text is often in another language, and says nothing of where the text begins.
        foreign = has_cjk(block.text) != chinese and any(map(str.isalpha, block.text))
        by_look = _title_look(block.look, size, tops)
        # The first line of a text heads it, unless it says otherwise.
        by_place = 1.0 * (considered == 0) - 0.04 * considered - 1.5 * min(seen_prose, 2)
        if foreign:
            by_place = min(by_place, 0.0) - 0.5
        hopeless = by_look + _MOST_BY_WORDS + by_place < TITLE_SCORE
        if isinstance(block, Paragraph) and not hopeless:
            score = by_look + _title_words(block, claimed_folded) + by_place
            if not (seen_prose or foreign):
                score += _leads_in(blocks, index)
            better = score >= TITLE_SCORE and (best is None or score > best[0])
            if better and not (rules and _advertises(block.text, rules)):
                best = (score, index)
        if foreign:
            continue
        considered += 1
        # Adverts before the title shout; the author's own prose ends in a full stop or is long.
        seen_prose += is_prose(block.text) and (block.text[-1] in "。." or width(block.text) > 60)
        if considered >= _TITLE_WINDOW and best is not None:
            break
        if considered >= 4 * _TITLE_WINDOW:
            break
    return best[1] if best else None


def _is_chinese(blocks: Sequence[BlockType]) -> bool:
    """Whether most of the text at a document's beginning is Chinese."""
    texts = [block.text for block in blocks[: 2 * _TITLE_WINDOW] if block.layer == "body"]
    chinese = sum([width(text) for text in texts if has_cjk(text)])
    return 2 * chinese >= sum([width(text) for text in texts])


def _leads_in(blocks: Sequence[BlockType], index: int) -> float:
    """What the line behind a line says for a title: the text begins there, with an address, a field or a paragraph."""
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    if not isinstance(following, Paragraph) or following.layer != "body":
        return 0.0
    if is_salutation(following.text):
        return 2.0
    begins = is_prose(following.text) or _BEGINS.match(following.text)
    return 1.0 if begins else 0.0


_NAMES_NO_ACCOUNT = re.compile(r"[^a-zA-Z@:：!！。]{3,24}")
"""A short heading in Chinese, in which no advert could say where to go."""

_BEGINS = re.compile(r"[^，。：:]{2,8}[：:]")
"""A field ("时间：…") as it stands under a title. A document's number does as well, but also under the letterhead."""


def _advertises(text: str, rules: Ruleset) -> bool:
    folded = simplified(fold(text))
    return any(rule.weight >= 2.4 and rule.takes(folded) for rule in rules.adverts)


TITLE_HINT = re.compile(r"(?:\S*[-_])?(?:title|biaoti|headline)(?:\s|$)")
"""What hint words begin with where the element itself is named a title."""

_MOST_BY_WORDS = 7.5
"""More than the words of a line and of the next can say for a title: most lines need not be read for it."""


def _title_look(look: Look, size: float | None, tops: int) -> float:
    """What a line's look says for a title. `tops` is the number of headings of level 1."""
    score = 1.0 * (look.align == "center") + 0.5 * look.bold
    if look.heading == 0:
        score += 4.0
    elif look.heading == 1 and (look.tag == "h1" or tops == 1):
        score += 2.0 if tops == 1 else 1.0
    elif look.heading is not None:
        score -= 1.0
    if look.heading is None and look.hints and TITLE_HINT.match(look.hints):
        score += 1.5
    if look.size is not None and size is not None:
        score += 2.0 if look.size >= 1.25 * size else 1.0 if look.size > 1.05 * size else -0.5
    return score - 2.0 * (look.link_share > 0.5)


def _title_words(block: Paragraph, claimed: str) -> float:
    """What a line's words say for a title; `claimed` is the folded title of the file's properties."""
    text = block.text
    length = width(text)
    if (
        length > 60
        or length < 2
        or is_date(text)
        or is_salutation(text)
        or block.list_level is not None
    ):
        return -20.0
    # "Executive summary" heads a section; the title says of what it is one.
    telling = has_cjk(text) or len(text.split()) >= 3
    score = 2.0 * names_kind(text) if telling else 0.0
    whole = False
    if claimed and len(claimed) > 3:
        folded = fold(text)
        whole = folded == claimed
        if whole or (len(folded) > 5 and claimed.startswith(folded)):
            score += 2.5
    # A title may ask or exclaim, but then something else must say that it is one.
    if not whole and (ends_sentence(text) or ends_open(text)):
        score -= 3.0
    if parse_label(text) is not None:
        score -= 2.5
    if is_organization(text):
        score -= 1.5
    if has_cjk(text) and "：" in text:
        score -= 1.5
    if not has_cjk(text) and len(text.split()) < 2:
        score -= 1.0
    return score + (0.5 if 6 <= length <= 40 else 0.0)
