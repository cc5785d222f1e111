"""Proposes to take out what stands around the article on a web page.

Each block is weighed by `rules.content`, from what `features` counts of it: the names of the containers around it, how
much prose and how many links they hold, where it stands. What a line says of itself comes on top: a trail of links to the
page's place, the site's own fields, an author's sign-off. Documents whose blocks know no containers (all formats but
HTML) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docpipe.clean.features import Page, Part, columns, part
from docpipe.clean.hints import BY_NAME, KINDS, Kind
from docpipe.clean.removal import propose
from docpipe.model import BlockType, Document, Removal, Table
from docpipe.rules import Ruleset, content
from docpipe.survey import Survey
from docpipe.wording import fold, is_date, is_organization, is_salutation


LINES_SAY = 3.0
"""What a line's own words weigh, in log-odds, if they say that it is no author's."""

_NOTHING_BUT_LINKS = 0.8
_PHRASES = (
    (("linked", "links", "near-links", "row"), "links", "stands among links"),
    (("held", "above-main", "branch", "size", "depth"), "outside", "stands outside the article"),
    (("near", "prose", "page", "place", "through", "from"), "apart", "stands apart from the prose"),
)
_SHORT = ("form", "reads like a label, not like a text")
_AUTHORS_LINE = re.compile(
    r"^附件?\s*\d*\s*[：:]|^附件|^(?:attachments?|enclosures?|annex)\b|联系(?:人|电话|方式|地址)\s*[：:]"
    r"|[〔\[（(]\d{4}[〕\])）]\s*第?\d+号|\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar)\s*$",
    re.I,
)
_POSITION = re.compile(
    r"^.{0,6}(?:(?:当前|现在|所在)(?:所在)?的?位置|[您你]的位置|you are here)\s?[：:].{0,80}(?:首页|主页|频道|\bhome\b|>|＞|»|→)",
    re.I,
)
# A line of two such fields, one of them a site's, tells when and by whom the page was put up. A compound (数据来源：…)
# is none: that is what a report says of its data.
_SITES_FIELD = re.compile(
    "(?:^|[\\s|（(【\\[])(?:文章|信息|稿件|新闻|内容)?来源\\s?[：:]|(?:责任编辑|责编|录入)\\s?[：:]|(?:发布|更新|发表)(?:时间|日期)\\s?[：:]"
    "|\\d\\s?(?:发布|更新|发表)(?!\\w)|(?:浏览|阅读|点击)(?:次数|量|数)|^(?:posted|published|updated) (?:on|by)\\b",
    re.I,
)
_ANY_FIELD = re.compile(
    "(?:作者|(?<!责任)编辑)\\s?[：:]|(?<!发布|更新|发表)(?:时间|日期)\\s?[：:]|\\b\\d{1,2}:\\d{2}\\b|\\bby [A-Za-z]"
)
_LONGEST_INFO = 100


class _Evidence(NamedTuple):
    """What a line's own words say: which kind of part it is, and why."""

    kind: Kind
    because: str


_POSITION_LINE = _Evidence(BY_NAME["breadcrumb"], "says where on the site the page stands")
_INFO_LINE = _Evidence(BY_NAME["byline"], "a page's counters and dates")


def find(document: Document, survey: Survey, rules: Ruleset) -> Iterator[Removal]:
    """Cuts of whole blocks that are not the article, each under the kind of page part that the block belongs to."""
    parts = page_parts(document)
    if not parts:
        return
    page = Page(parts, title_of(parts, document.properties.get("title", "")))
    model = content.load()
    told = content.contributions(model, columns(page))
    for number, score in enumerate(content.scores(model, told)):
        removal = None if number == page.title else _judge(page, number, score / 1000, model, told)
        if removal:
            yield removal


def page_parts(document: Document) -> list[Part]:
    """The blocks of a page that are seen and stand in its containers."""
    return [
        part(index, block)
        for index, block in enumerate(document.blocks)
        if block.look.path and block.layer == "body" and block.text
    ]


def title_of(parts: Sequence[Part], claimed: str) -> int | None:
    """The part that shows the title: the first h1, or a line that the page's own title begins with."""
    for number, one in enumerate(parts):
        if one.block.look.heading == 1 and one.links < 0.5:
            return number
    folded = fold(claimed)
    if not folded:
        return None
    for number, one in enumerate(parts):
        if 6 <= len(one.block.text) <= 2 * len(claimed) and folded.startswith(fold(one.block.text)):
            return number
    return None


def _judge(
    page: Page, number: int, score: float, model: content.Model, told: Sequence[Sequence[int]]
) -> Removal | None:
    one = page.parts[number]
    said = page.said[number]
    wording = _wording(one.block)
    if wording:
        score -= LINES_SAY
    kind = KINDS[said.strongest - 1] if said.strongest else None
    if score >= 0 or (not wording and kind is None and _is_authors_line(one.block.text)):
        return None
    if wording:
        kind, because = wording
        name = kind.name
    elif kind:
        name, because = kind.name, f"its container is named “{said.word}”"
    else:
        name, because = _strongest(one, number, model, told)
    return propose(
        one.number,
        one.block,
        reason=kind.reason if kind else "navigation",
        rule=f"navigation.{name}",
        confidence=round(min(0.6 - 0.1 * score, 0.95), 2),
        because=because,
    )


def _strongest(
    one: Part, number: int, model: content.Model, told: Sequence[Sequence[int]]
) -> tuple[str, str]:
    """A name and words for what spoke most against a block."""
    if one.links >= _NOTHING_BUT_LINKS:
        return "links", "a list of links beside the text"
    table = min(range(len(told)), key=lambda row: told[row][number])
    first, second, _ = model.tables[table]
    for beginnings, name, because in _PHRASES:
        if first.startswith(beginnings) or (second and second.startswith(beginnings)):
            return name, because
    return _SHORT


def _wording(block: BlockType) -> _Evidence | None:
    """What a line says of itself: that it shows the page's place on the site, or when and by whom it was put up."""
    text = block.text
    if len(text) > _LONGEST_INFO or "。" in text or isinstance(block, Table):
        return None
    if _POSITION.search(text):
        return _POSITION_LINE
    sites = len(_SITES_FIELD.findall(text))
    if sites and sites + len(_ANY_FIELD.findall(text)) > 1:
        return _INFO_LINE
    return None


def _is_authors_line(text: str) -> bool:
    """Sign-off, salutation, contact, document number and attachments belong to the text wherever they stand."""
    return (
        is_date(text)
        or is_organization(text)
        or is_salutation(text)
        or bool(_AUTHORS_LINE.search(text))
    )
