"""Proposes to take out what stands around the article on a web page, by its looks: containers, hint words, links.

A page's author wraps its parts in containers and names them for the style sheet, so the words of class and id tell
much. The rest tells where the prose stands: outside the container that holds nearly all of it is the site. Documents
whose blocks know no containers (all formats but HTML) are left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from docpipe.clean.removal import propose
from docpipe.model import BlockType, Document, Reason, Removal, Table
from docpipe.rules import Ruleset
from docpipe.survey import TITLE_HINT, Survey
from docpipe.wording import fold, is_date, is_organization, is_salutation, width

CUT = 1.5
"""The score from which a block is proposed. A hint word gives its kind's weight, see `_KINDS`."""

OUTSIDE = 3.0
"""Score of a block that stands outside the article's container."""

ONLY_LINKS = 1.0
LINK_LIST = 0.4
LINK_LIST_BEFORE = 0.5
LINK_LIST_AFTER = 1.0
"""Scores of a block of links; if it is one of several in a row; and if that row stands before or after all prose."""

PROSE = -1.0
"""Score of a block of sentences."""

MAIN_SHARE = 0.8
"""The article's container is the innermost that holds this share of the prose; a container beside it that holds
`OTHER_SHARE` is taken for a part of the article."""

OTHER_SHARE = 0.15

COMMON_SHARE = 0.25
COMMON_SHARE_SURE = 0.75
"""A word that stands around more of the prose than this tells nothing; for sure kinds the second share holds."""

USUAL_SHARE = 0.5
"""A kind of part that holds this share of the prose, on a page without an article, is what the page is about."""

TEASER_SHARE = 0.6
"""Teasers, the beginnings of other pages' texts, hold at most this share of a page's prose; at least so many of them
stand beside links to those pages."""

UNDER_TITLE = 150.0
"""So much prose between the title and teasers is the page's text, however many teasers follow."""

_TITLE_WIDTHS = (6, 50)
_LEAST_PROSE = 300.0
_ARTICLE = 600.0
_SENTENCE_WIDTH = 60.0
_LINKED = 0.6
_NOTHING_BUT_LINKS = 0.8
_SEVERAL = 3


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
    _kind("related", "related", 3.0, "related|recommend|recirc|suggested(?!answer)|youmaylike|read-?more|read-?next|more-?from|more-?stories|trending|most-?popular|recent-?posts|up-?next|xiangguan|tuijian|relnews|hotnews", "hot|rank|ranking|latest|popular|teasers?|also", sure=True),
    _kind("comments", "comment", 3.0, "comment|disqus|pinglun", "respond|replies|reply", sure=True),
    _kind("share", "navigation", 3.0, "share|sharing|social|addthis|fenxiang", "follow|likes?|weixin|weibo|qrcode|tools", sure=True),
    _kind("cookies", "furniture", 4.0, "cookie|consent|gdpr|onetrust|^ot-(?:sdk|acc|cat|label|switch|tgl|sub|pc)", "", sure=True),
    _kind("prompt", "advertising", 3.0, "newsletter|subscri|sign-?up|popup|modal|dialog(?!ue)|paywall|promo|sponsor|advert", "overlay|banner|ads?|adv|cta|donate|ad\\w*-?slot|gg|guanggao"),
    _kind("breadcrumb", "navigation", 4.0, "breadcrumb|crumbs?\\b|dangqian|weizhi|curpos|dqwz", "", sure=True),
    _kind("pagination", "navigation", 3.0, "paginat|prev-?next|nextprev|post-?nav|shangxia", "pager|prev|next|previous|page-?nav", sure=True),
    _kind("navigation", "navigation", 3.0, "navigation|navbar|menu|topbar|toolbar|skip-?link|sitemap|dropdown|daohang|subnav(?:$|[-_](?:link|item|menu|list))|sidenav|mainnav|topnav|search-?(?:form|box|bar)", "nav|nav(?:list|item|link|menu|wrap)|search|login|signin|logo|cart|account|language-?(?:switch|select|picker|chooser)\\w*", sure=True),
    _kind("footer", "furniture", 3.0, "footer(?:$|[-_\\d])|copyright|colophon|contentinfo|banquan|beian|bottom-?bar", "foot", sure=True),
    _kind("sidebar", "related", 3.0, "sidebar|side-?bar|complementary|(?:right|left)[-_]?(?:bar|side|column|col)(?:$|[-_])", "aside|side|right-?col|left-?col|rail|widget"),
    _kind("frame", "related", 2.0, "^iframe$"),
    _kind("small-print", "furniture", 3.0, "disclaimer|disclosure|signature|opt-in|sms-opt", "sig"),
    _kind("byline", "furniture", 2.0, "byline|post-?meta|entry-?meta|article-?meta|publish-?date|pubdate|pub-?time|dateline|timestamp|reading-?time|author-?bio|author-?box|about-?author|post-?tags|tag-?list|tag-?links|entry-?footer|cat-?links", "meta|date|time|author|tags|avatar|posted|bio"),
    _kind("tools", "navigation", 2.0, "feedback|favorite|download-?box|rating|voting|(?:video|audio|media|jw)[-_]?player|player[-_]?(?:container|controls?)", "print|down|xiazai|votes?|actions?|controls?|toggle|button|btn|select|badge|flag"),
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


_NEVER_USUAL = frozenset(
    ("cookies", "share", "breadcrumb", "pagination", "prompt", "footer", "small-print")
)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]+")
_SENTENCE = re.compile(r"[。！？；，]|[.!?;,:](?:[\"'”’)]|\s|$)")
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
    "(?:作者|(?<!责任)编辑)\\s?[：:]|(?<!发布|更新|发表)(?:时间|日期)\\s?[：:]|(?<!\\d)\\d{1,2}:\\d{2}(?!\\d)|\\bby [A-Za-z]"
)
_PAGER = re.compile(
    r"(?=.*[上下前后]一?页)(?:[首上下前后末尾]一?页|[第共]?\s?\d+\s?[页条]?|[|｜<>《》«»‹›/…,，\[\]\s])+"
)
_MAY_INFORM = re.compile("[：:页]|[布新表览读击]|ed (?:on|by) ", re.I)
"""What every such line has something of; most lines have nothing."""

_LONGEST_INFO = 100
_DATED = re.compile(
    r"\b(?:19|20)\d\d\s?[-/.年]\s?\d\d?\s?[-/.月]\s?\d\d?(?!\d)|\b\d\d?,? (?:19|20)\d\d\b"
)


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
    """A block of a page. `prose` is the width of its text outside links if it is sentences or a table, else 0."""

    number: int
    block: BlockType
    links: float
    prose: float
    words: tuple[str, ...]


class _Evidence(NamedTuple):
    """What hints or wording say against a block: how much, which kind of part, and why."""

    weight: float
    kind: _Kind | None
    because: str


_NO_EVIDENCE = _Evidence(0.0, None, "")
_SKIP = re.compile(
    r"(?:skip|jump|go) to (?:the )?(?:main |page )?(?:content|navigation|search)\b|跳(?:转|到|至|过)",
    re.I,
)
"""What a link at a page's top says that leads past it."""

_SKIP_LINE = _Evidence(3.0, _BY_NAME["navigation"], "leads past the page's top")
_POSITION_LINE = _Evidence(4.0, _BY_NAME["breadcrumb"], "says where on the site the page stands")
_PAGER_LINE = _Evidence(4.0, _BY_NAME["pagination"], "turns the page")
_HEAD_LINES = 3
"""A subtitle or lead stands at most so many parts below the title."""
_LEAD = re.compile(r"(?:核心提示|内容提要|内容摘要|摘要|导读|导语|提要|编者按|副标题|——)")
_INFO_LINE = _Evidence(2.0, _BY_NAME["byline"], "a page's counters and dates")


def find(document: Document, survey: Survey, rules: Ruleset) -> Iterator[Removal]:
    """Cuts of whole blocks that are not the article, each under the kind of page part that the block belongs to."""
    parts = _parts(document)
    if not parts:
        return
    title = _title(parts, document.properties.get("title", ""))
    page = _Page(_without_teasers(parts, title), title)
    for number in range(len(parts)):
        if number != title:
            removal = _judge(page, number)
            if removal:
                yield removal


def _parts(document: Document) -> list[_Part]:
    """The blocks that stand in containers and are seen; elements named alike share their words."""
    known: dict[str, tuple[str, ...]] = {}
    parts = []
    for index, block in enumerate(document.blocks):
        look = block.look
        if not look.path or block.layer != "body" or not block.text:
            continue
        words = known.get(look.hints)
        if words is None:
            words = known[look.hints] = tuple(dict.fromkeys(look.hints.split()))
        parts.append(_part(index, block, words))
    return parts


def _without_teasers(parts: Sequence[_Part], title: int | None) -> list[_Part]:
    """The parts, of which those that begin other pages' texts count as no prose."""
    teasers = _teasers(parts, title)
    return [p._replace(prose=0.0) if n in teasers else p for n, p in enumerate(parts)]


def _part(index: int, block: BlockType, words: tuple[str, ...]) -> _Part:
    text = block.text
    links = block.look.link_share
    # The width in Latin letters: a Chinese character says as much as two and a half of them.
    width = float(len(text))
    if not text.isascii():
        width += 1.5 * sum(map(len, _WIDE.findall(text)))
    prose = 0.0
    if isinstance(block, Table):
        prose = 0.5 * width * (1 - links)
    elif (
        width >= _SENTENCE_WIDTH
        and links < 0.5
        and block.look.tag != "textarea"
        and _SENTENCE.search(text)
    ):
        prose = width * (1 - links)
    return _Part(index, block, links, prose, words)


def _teasers(parts: Sequence[_Part], title: int | None) -> set[int]:
    """Where other pages' texts begin: prose set alike, each in a container of its own, most of it beside a link."""
    prose = [n for n, p in enumerate(parts) if p.prose and not isinstance(p.block, Table)]
    most = TEASER_SHARE * sum([part.prose for part in parts])
    found: set[int] = set()
    for numbers in _alike(prose, [parts[n].block.look.hints for n in prose], parts):
        if sum([parts[n].prose for n in numbers]) <= most and _are_teasers(parts, numbers):
            found.update(numbers)
    # Below a dated article they may be most of the prose, and their names may differ in what the tab around them is called.
    nearest = [parts[n].words[0] if parts[n].words else "" for n in prose]
    for numbers in _alike(prose, nearest, parts):
        if _is_article(parts, title, numbers[0]) and _are_teasers(parts, numbers):
            found.update(numbers)
    return found


def _alike(
    numbers: Sequence[int], names: Sequence[str], parts: Sequence[_Part]
) -> Iterator[list[int]]:
    """Several parts that stand equally deep under equal names."""
    groups: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for number, name in zip(numbers, names, strict=True):
        groups[len(parts[number].block.look.path), name].append(number)
    return (group for group in groups.values() if len(group) >= _SEVERAL)


def _are_teasers(parts: Sequence[_Part], numbers: Sequence[int]) -> bool:
    containers = {parts[n].block.look.path[:-1] for n in numbers}
    beside = sum([_beside_link(parts, n) for n in numbers])
    return len(containers) == len(numbers) and beside >= TEASER_SHARE * len(numbers)


def _is_article(parts: Sequence[_Part], title: int | None, end: int) -> bool:
    """Whether between the title and the part at `end` stand a line that dates the page, and a text."""
    start = None if title is None else _first_prose(parts, title)
    if title is None or start is None or start >= end:
        return False
    dated = any(_DATED.search(part.block.text[:_LONGEST_INFO]) for part in parts[title + 1 : start])
    return dated and sum([part.prose for part in parts[start:end]]) >= UNDER_TITLE


def _first_prose(parts: Sequence[_Part], title: int) -> int | None:
    """The first part of prose after the title."""
    return next((n for n in range(title + 1, len(parts)) if parts[n].prose), None)


def _beside_link(parts: Sequence[_Part], number: int) -> bool:
    """Whether one of the two parts before, or the one after, is nothing but a link."""
    near = parts[max(0, number - 2) : number + 2]
    return any(part.links >= _NOTHING_BUT_LINKS and not part.prose for part in near)


class _Page:
    """The page as a whole: the evidence against each part, the article's container, and where its prose stands."""

    def __init__(self, parts: Sequence[_Part], title: int | None) -> None:
        self.parts = parts
        self._title = title
        self._text = None if title is None else _first_prose(parts, title)
        self._is_article = _is_article(parts, title, len(parts))
        self._total = sum(part.prose for part in parts)
        self._common = self._common_words()
        self.evidence = self._weigh(frozenset())
        usual = self._usual_kinds()
        if usual:
            self.evidence = self._weigh(usual)
        self._mass = self._prose_by_container()
        self._main = self._main_container()
        self._held: dict[tuple[int, ...], bool] = {}
        self.rows = _rows_of_links(parts)
        prose = [n for n, part in enumerate(parts) if self._counts(n) and self.holds(part)]
        self.first, self.last = (prose[0], prose[-1]) if prose else (0, len(parts))

    def holds(self, part: _Part) -> bool:
        """Whether a part stands inside the article's container or in another that holds much of the prose."""
        branch = part.block.look.path[: len(self._main) + 1]
        known = self._held.get(branch)
        if known is None:
            known = self._held[branch] = self._holds(branch)
        return known

    def is_under_title(self, number: int) -> bool:
        """Whether a part stands between the title and the first prose."""
        return self._title is not None and self._title < number < self.first

    def heads(self, number: int) -> bool:
        """Whether a part stands between title and article as a subtitle or lead does, in whatever container."""
        part = self.parts[number]
        if self._title is None or not self._title < number <= self._title + _HEAD_LINES:
            return False
        leads = part.block.look.heading in (2, 3) or _LEAD.match(part.block.text) is not None
        title = self.parts[self._title].block.look.path
        leads = leads or (part.prose > 0 and part.block.look.path[:-1] == title[:-1])
        return leads and number < self.first and not part.links

    def _holds(self, branch: tuple[int, ...]) -> bool:
        shared = 0
        for number, other in zip(branch, self._main, strict=False):
            if number != other:
                break
            shared += 1
        if shared == len(self._main):
            return True
        return self._mass[branch[: shared + 1]] >= OTHER_SHARE * self._mass[()]

    def _counts(self, number: int) -> bool:
        return self.parts[number].prose > 0 and self.evidence[number].weight < CUT

    def _common_words(self) -> frozenset[str]:
        named: defaultdict[tuple[str, ...], float] = defaultdict(float)
        for part in self.parts:
            if part.prose:
                named[part.words] += part.prose
        around: defaultdict[str, float] = defaultdict(float)
        for words, prose in named.items():
            for word in words:
                around[word] += prose
        return frozenset(
            word
            for word, prose in around.items()
            if prose > self._total * (COMMON_SHARE_SURE if _is_sure(word) else COMMON_SHARE)
            and not self._is_beside_title(word)
        )

    def _is_beside_title(self, word: str) -> bool:
        """Whether a word names something related to what stands under the title: that is no text of this page."""
        kind = _meaning(word).kind
        return (
            kind is not None
            and kind.name == "related"
            and self._text is not None
            and word not in self.parts[self._text].words
        )

    def _weigh(self, usual: frozenset[str]) -> list[_Evidence]:
        known: dict[tuple[str, ...], _Evidence] = {}
        for part in self.parts:
            if part.words not in known:
                known[part.words] = _evidence(part.words, self._common, usual)
        return [known[part.words] for part in self.parts]

    def _usual_kinds(self) -> frozenset[str]:
        """The kind of part that a page without an article consists of: comments, on the page of a forum."""
        around: defaultdict[str, float] = defaultdict(float)
        for number, part in enumerate(self.parts):
            kind = self.evidence[number].kind
            around[kind.name if kind and not self._counts(number) else ""] += part.prose
        if around[""] > _ARTICLE:
            return frozenset()
        return frozenset(
            name
            for name, prose in around.items()
            if name not in _NEVER_USUAL
            and prose > USUAL_SHARE * self._total
            and not (name == "related" and self._opens_otherwise(name))
        )

    def _opens_otherwise(self, name: str) -> bool:
        """Whether the text under the title is of another kind."""
        if self._text is None:
            return False
        kind = self.evidence[self._text].kind
        return kind is None or kind.name != name

    def _prose_by_container(self) -> defaultdict[tuple[int, ...], float]:
        mass: defaultdict[tuple[int, ...], float] = defaultdict(float)
        for number, part in enumerate(self.parts):
            if self._counts(number):
                path = part.block.look.path
                for depth in range(len(path)):
                    mass[path[:depth]] += part.prose
        return mass

    def _main_container(self) -> tuple[int, ...]:
        whole = self._mass[()]
        if whole < (UNDER_TITLE if self._is_article else _LEAST_PROSE):
            return ()
        return max(
            (path for path, prose in self._mass.items() if prose >= MAIN_SHARE * whole), key=len
        )


def _is_sure(word: str) -> bool:
    kind = _meaning(word).kind
    return kind is not None and kind.sure


def _evidence(words: tuple[str, ...], common: frozenset[str], usual: frozenset[str]) -> _Evidence:
    """The strongest word against a block; of equals the nearest. Behind a word of content only sure kinds count."""
    best = _NO_EVIDENCE
    content = False
    for word in words:
        if word in common:
            continue
        kind, names_content = _meaning(word)
        content = content or names_content
        if kind is None or kind.name in usual or (content and not kind.sure):
            continue
        weight = kind.weight - 1 if content else kind.weight
        if weight > best.weight:
            best = _Evidence(weight, kind, f"its container is named “{word}”")
    return best


def _rows_of_links(parts: Sequence[_Part]) -> list[int]:
    """For each part how many parts in a row, itself included, are nothing but links."""
    rows = [0] * len(parts)
    start = 0
    for number in range(len(parts) + 1):
        if number < len(parts) and parts[number].links >= _NOTHING_BUT_LINKS:
            continue
        rows[start:number] = [number - start] * (number - start)
        start = number + 1
    return rows


def _title(parts: Sequence[_Part], claimed: str) -> int | None:
    """The part that shows the title: an h1 that the page's own title begins with, any h1, or any such line."""
    folded = fold(claimed)
    tops = [n for n, p in enumerate(parts) if p.block.look.heading == 1 and p.links < 0.5]
    if tops:
        return next((n for n in tops if _begins(folded, parts[n], 2)), tops[0])
    begins = next((n for n, part in enumerate(parts) if _begins(folded, part, 6)), None)
    return _named_title(parts) if begins is None else begins


def _named_title(parts: Sequence[_Part]) -> int | None:
    """The part before the first prose whose element is named a title; of several the nearest to the prose."""
    first = next((n for n, part in enumerate(parts) if part.prose), 0)
    for number in range(first - 1, -1, -1):
        block = parts[number].block
        if TITLE_HINT.match(block.look.hints):
            fits = _TITLE_WIDTHS[0] <= width(block.text) <= _TITLE_WIDTHS[1]
            return number if fits and parts[number].links < _LINKED else None
    return None


def _begins(title: str, part: _Part, least: int) -> bool:
    """Whether a folded title begins with the text of a part, which has at least so many characters."""
    text = part.block.text
    return bool(title) and len(text) >= least and title.startswith(fold(text))


def _judge(page: _Page, number: int) -> Removal | None:
    part = page.parts[number]
    evidence, wording = page.evidence[number], _wording(part.block, page.is_under_title(number))
    if wording.weight > evidence.weight:
        evidence = wording
    kind = evidence.kind
    inside = page.holds(part)
    score = evidence.weight
    if part.links >= _LINKED:
        score += ONLY_LINKS
    if page.rows[number] >= _SEVERAL:
        score += LINK_LIST
        if number > page.last:
            score += LINK_LIST_AFTER
        elif number < page.first:
            score += LINK_LIST_BEFORE
    if part.prose:
        score += PROSE
    if not inside and not page.heads(number):
        score += OUTSIDE
    if score < CUT or (kind is None and _is_authors_line(part.block.text)):
        return None
    if kind:
        name, because = kind.name, evidence.because
    elif inside:
        name, because = "links", "a list of links beside the text"
    else:
        name, because = "outside", "stands outside the article"
    return propose(
        part.number,
        part.block,
        reason=kind.reason if kind else "navigation",
        rule=f"navigation.{name}",
        confidence=round(min(0.6 + 0.1 * (score - CUT), 0.95), 2),
        because=because,
    )


def _wording(block: BlockType, under_title: bool) -> _Evidence:
    """What a line says of itself: that it shows the page's place on the site or turns it, or when and by whom it was put up.

    Between title and text one field of a site's and a date say so too.
    """
    text = block.text
    if block.look.link_share >= _NOTHING_BUT_LINKS and _SKIP.match(text):
        return _SKIP_LINE
    if len(text) > _LONGEST_INFO or not _MAY_INFORM.search(text):
        return _NO_EVIDENCE
    if "。" in text or isinstance(block, Table):
        return _NO_EVIDENCE
    if _POSITION.search(text):
        return _POSITION_LINE
    if _PAGER.fullmatch(text):
        return _PAGER_LINE
    sites = len(_SITES_FIELD.findall(text))
    if sites and sites + len(_ANY_FIELD.findall(text)) > 1:
        return _INFO_LINE
    if sites and under_title and _DATED.search(text):
        return _INFO_LINE
    return _NO_EVIDENCE


def _is_authors_line(text: str) -> bool:
    """Sign-off, salutation, contact, document number and attachments belong to the text wherever they stand."""
    return (
        is_date(text)
        or is_organization(text)
        or is_salutation(text)
        or bool(_AUTHORS_LINE.search(text))
    )
