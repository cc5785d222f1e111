"""Proposes to take out what stands around the article on a web page, by looks alone: containers, hints, links.

A page's author wraps its parts in containers and names them for the style sheet. So the words of class and id tell much,
and where the prose of a page stands tells the rest: outside the container that holds nearly all of it is the site.
Documents whose blocks carry no containers (all formats but HTML) are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from docpipe.model import BlockType, Document, Paragraph, Reason, Removal, Table
from docpipe.rules import Ruleset
from docpipe.survey import Survey
from docpipe.wording import fold


class _Kind(NamedTuple):
    """A kind of page part and the hint words that name it. `weight` is what such a word speaks against a block.

    `sure` kinds are no part of an article even where words of content stand nearer.
    """

    name: str
    reason: Reason
    weight: float
    sure: bool
    words: re.Pattern[str]


def _kind(
    name: str, reason: Reason, weight: float, parts: str, whole: str = "", *, sure: bool = False
) -> _Kind:
    """`parts` are found anywhere in a hint word, `whole` only between its hyphens, underscores and digits."""
    pattern = f"{parts}|(?:^|[-_\\d])(?:{whole})(?:$|[-_\\d])" if whole else parts
    return _Kind(name, reason, weight, sure, re.compile(pattern))


_KINDS = (
    _kind("related", "related", 3.0, "related|recommend|recirc|suggested|youmaylike|read-?more|read-?next|more-?from|more-?stories|trending|most-?popular|recent-?posts|up-?next|xiangguan|tuijian|relnews|hotnews", "hot|rank|ranking|latest|popular|teasers?|also", sure=True),
    _kind("comments", "comment", 3.0, "comment|disqus|pinglun", "respond|replies|reply", sure=True),
    _kind("share", "navigation", 3.0, "share|sharing|social|addthis|fenxiang", "follow|likes?|weixin|weibo|qrcode|tools", sure=True),
    _kind("cookies", "furniture", 4.0, "cookie|consent|gdpr|onetrust|^ot-(?:sdk|acc|cat|label|switch|tgl|sub)", "", sure=True),
    _kind("prompt", "advertising", 3.0, "newsletter|subscri|sign-?up|popup|modal|paywall|promo|sponsor|advert", "overlay|banner|ads?|adv|cta|donate|ad\\w*-?slot|gg|guanggao"),
    _kind("breadcrumb", "navigation", 4.0, "breadcrumb|crumbs?\\b|dangqian|weizhi|curpos|dqwz", "", sure=True),
    _kind("pagination", "navigation", 3.0, "paginat|prev-?next|nextprev|post-?nav|shangxia", "pager|prev|next|previous|page-?nav", sure=True),
    _kind("navigation", "navigation", 3.0, "navigation|navbar|menu|topbar|toolbar|skip-?link|sitemap|dropdown|daohang|subnav(?:$|[-_](?:link|item|menu|list))|sidenav|mainnav|topnav|search-?(?:form|box|bar)", "nav|nav(?:list|item|link|menu|wrap)|search|login|signin|logo|cart|account|language-?(?:switch|select|picker|chooser)\\w*", sure=True),
    _kind("footer", "furniture", 3.0, "footer(?:$|[-_\\d])|copyright|colophon|contentinfo|banquan|beian|bottom-?bar", "foot", sure=True),
    _kind("sidebar", "related", 3.0, "sidebar|side-?bar|complementary", "aside|side|right-?col|left-?col|rail|widget"),
    _kind("byline", "furniture", 2.0, "byline|post-?meta|entry-?meta|article-?meta|publish-?date|pubdate|pub-?time|dateline|timestamp|reading-?time|author-?bio|author-?box|about-?author|post-?tags|tag-?list|tag-?links|entry-?footer|cat-?links", "meta|date|time|author|tags|avatar|posted|bio"),
    _kind("tools", "navigation", 2.0, "feedback|favorite|download-?box|rating|voting", "print|down|xiazai|votes?|actions?|controls?|toggle|button|btn|select|signature|badge|flag"),
    _kind("header", "navigation", 1.0, "masthead|site-?header|page-?top|site-?branding", "header|head|hd"),
)  # fmt: skip
_EXACT = {
    **dict.fromkeys(("bottom", "btm", "ft"), "footer"),
    **dict.fromkeys(("top", "tabs"), "navigation"),
    **dict.fromkeys(("position", "location", "path"), "breadcrumb"),
    **dict.fromkeys(("pn",), "pagination"),
    **dict.fromkeys(("info", "source", "category", "categories"), "byline"),
    **dict.fromkeys(("lang", "language", "languages"), "navigation"),
}
_BY_NAME = {kind.name: kind for kind in _KINDS}
_CONTENT = re.compile(
    "(?:article|entry|post|page|news|story|main|detail|product|blog|message|doc)[-_]?(?:body|content|text|main|detail|desc)"
    "|articlebody|rich-?text|markdown|prose|wysiwyg|zhengwen|zoom|trs_editor|description"
    "|^(?:article|content|text|body|entry|hentry|story|post)$"
)
_STATE = re.compile(
    "^(?:has|no|not|with|without|is|hide|show|hidden|visible|page-template|postid|js|wp|m[tblrxy]?|p[tblrxy]?|wt|col|row|d)-|^__next$"
    "|content[-_]sidebar|sidebar[-_]content|elementor|-(?:wrap|wrapper|panel|relative)$"
)


def _width(text: str) -> float:
    """The length of a text in Latin letters; a Chinese character says as much as two and a half."""
    return len(text) + 1.5 * len(_WIDE.findall(text))


_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")
_SENTENCE = re.compile(r"[。！？；，]|[.!?;,:](?:[\"'”’)]|\s|$)")


class _Word(NamedTuple):
    """What a hint word says: the kind of part it names, or that content follows."""

    kind: _Kind | None
    content: bool


@lru_cache(maxsize=20_000)
def _meaning(word: str) -> _Word:
    if _STATE.search(word):
        return _Word(None, False)
    exact = _EXACT.get(word)
    kind = _BY_NAME[exact] if exact else next((k for k in _KINDS if k.words.search(word)), None)
    return _Word(kind, kind is None and bool(_CONTENT.search(word)))


class _Part(NamedTuple):
    """A block of a page with what is needed to judge it."""

    index: int
    block: BlockType
    width: float
    links: float
    prose: float
    words: tuple[str, ...]


class _Evidence(NamedTuple):
    """What the hints say against a block: how much, which kind of part, which word."""

    weight: float
    kind: _Kind | None
    word: str
    content: bool


def find(document: Document, survey: Survey, rules: Ruleset) -> Iterator[Removal]:
    """Cuts of whole blocks that are not the article, with the kind of page part that each belongs to."""
    parts = [
        _part(index, block)
        for index, block in enumerate(document.blocks)
        if block.look.path and block.layer == "body" and block.text
    ]
    if not parts:
        return
    page = _Page(parts)
    title = _title(parts, document.properties.get("title", ""))
    for number, part in enumerate(parts):
        if part.index != title:
            yield from _judge(page, number)


def _part(index: int, block: BlockType) -> _Part:
    text = block.text
    width = _width(text)
    links = block.look.link_share
    prose = 0.0
    if isinstance(block, Table):
        prose = 0.5 * width * (1 - links)
    elif width >= 60 and links < 0.5 and _SENTENCE.search(text):
        prose = width * (1 - links)
    return _Part(index, block, width, links, prose, tuple(dict.fromkeys(block.look.hints.split())))


class _Page:
    """The page as a whole: the evidence for each part, and the container of the article."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self.parts = parts
        self.total = sum(part.prose for part in parts)
        common = self._common_words()
        self.evidence = [_evidence(part, common, frozenset()) for part in parts]
        usual = self._usual_kinds()
        if usual:
            self.evidence = [_evidence(part, common, usual) for part in parts]
        self.main = self._main()
        self.run = self._link_runs()
        inside = [
            number
            for number, part in enumerate(parts)
            if part.prose
            and self.evidence[number].weight < 1.5
            and part.block.look.path[: len(self.main)] == self.main
        ]
        self.first, self.last = (inside[0], inside[-1]) if inside else (0, len(parts))

    def _common_words(self) -> frozenset[str]:
        """Words that stand around much of the prose tell nothing; of a body's class, say."""
        around: Counter[str] = Counter()
        for part in self.parts:
            if part.prose:
                for word in part.words:
                    around[word] += part.prose
        return frozenset(
            word
            for word, prose in around.items()
            if prose
            > (SURE_COMMON if (k := _meaning(word).kind) and k.sure else COMMON) * self.total
        )

    def _usual_kinds(self) -> frozenset[str]:
        """Kinds that most of the prose belongs to are what the page is about: comments, on a forum's page."""
        around: Counter[str] = Counter()
        for part, evidence in zip(self.parts, self.evidence, strict=True):
            around[evidence.kind.name if evidence.kind and evidence.weight >= 1.5 else ""] += (
                part.prose
            )
        if around[""] > CLEAN:
            return frozenset()
        return frozenset(
            name
            for name, prose in around.items()
            if name not in NEVER and prose > USUAL * self.total
        )

    def _link_runs(self) -> list[int]:
        """For each part the number of neighbouring parts, itself included, that are nothing but links."""
        runs = [0] * len(self.parts)
        start = 0
        for number in range(len(self.parts) + 1):
            if number < len(self.parts) and self.parts[number].links >= RUN_LINKS:
                continue
            for inner in range(start, number):
                runs[inner] = number - start
            start = number + 1
        return runs

    def _main(self) -> tuple[int, ...]:
        """The path of the innermost container that holds nearly all prose that nothing speaks against."""
        mass: Counter[tuple[int, ...]] = Counter()
        for part, evidence in zip(self.parts, self.evidence, strict=True):
            if part.prose and evidence.weight < 2:
                path = part.block.look.path
                for depth in range(len(path)):
                    mass[path[:depth]] += part.prose
        total = mass[()]
        if total < 300:
            return ()
        return max((path for path, prose in mass.items() if prose >= MAIN * total), key=len)


COMMON = 0.4
USUAL = 0.5
MAIN = 0.8


def _evidence(part: _Part, common: frozenset[str], usual: frozenset[str]) -> _Evidence:
    """The strongest word against a block; nearer words come first. Behind a word of content only sure kinds count."""
    best = _Evidence(0.0, None, "", False)
    content = False
    for word in part.words:
        if word in common:
            continue
        kind, names_content = _meaning(word)
        if names_content:
            content = True
        elif kind and kind.name not in usual and kind.weight > best.weight:
            if not content:
                best = _Evidence(kind.weight, kind, word, False)
            elif kind.sure and kind.weight - 1 > best.weight:
                best = _Evidence(kind.weight - 1, kind, word, True)
    return best if best.kind else _Evidence(0.0, None, "", content)


def _title(parts: Sequence[_Part], claimed: str) -> int | None:
    """The block that shows the title: the first h1, or a line that the page's own title begins with."""
    folded = fold(claimed)
    for part in parts:
        if part.block.look.heading == 1 and part.links < 0.5:
            return part.index
    for part in parts:
        if folded and len(part.block.text) >= 6 and folded.startswith(fold(part.block.text)):
            return part.index
    return None


def _judge(page: _Page, number: int) -> Iterator[Removal]:
    part, evidence = page.parts[number], page.evidence[number]
    inside = part.block.look.path[: len(page.main)] == page.main
    score = evidence.weight
    if part.links >= 0.6:
        score += LINKED
    if page.run[number] >= RUN_LENGTH:
        score += RUN_SCORE
        if number > page.last:
            score += TAIL
        elif number < page.first:
            score += HEAD
    if part.prose:
        score -= PROSE
    if not inside:
        score += OUTSIDE
    if score < CUT:
        return
    kind = evidence.kind
    if kind:
        name, because = kind.name, f"named “{evidence.word}”"
    elif not inside:
        name, because = "outside", "outside the article"
    else:
        name, because = "links", "only links"
    yield Removal(
        block=part.index,
        span=(0, len(part.block.text)),
        text=part.block.text,
        reason=kind.reason if kind else "navigation",
        rule=f"navigation.{name}",
        confidence=0.8,
        because=because,
        at=part.block.at,
    )


CUT = 1.5
SURE_COMMON = 0.75
CLEAN = 600
NEVER = ("cookies", "share", "breadcrumb", "pagination", "prompt")
TAIL = 1.0
HEAD = 0.5
RUN_LINKS, RUN_LENGTH, RUN_SCORE, PROSE, OUTSIDE, LINKED = 0.8, 3, 1.0, 1.0, 2.0, 1.0
