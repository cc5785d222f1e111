"""What the words of class, id, role and tag around a block say of it: the vocabulary of page parts.

A page's author wraps its parts in containers and names them for the style sheet. The words are many, the kinds of parts
few; what a word means is worked out once.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from docpipe.model import Reason


class Kind(NamedTuple):
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
) -> Kind:
    """`parts` are found anywhere in a hint word, `whole` only between its hyphens, underscores and digits."""
    pattern = f"{parts}|(?:^|[-_\\d])(?:{whole})(?:$|[-_\\d])" if whole else parts
    return Kind(name, reason, weight, sure, re.compile(pattern))


KINDS = (
    _kind("related", "related", 3.0, "related|recommend|recirc|suggested(?!answer)|youmaylike|read-?more|read-?next|more-?from|more-?stories|trending|most-?popular|recent-?posts|up-?next|xiangguan|tuijian|relnews|hotnews", "hot|rank|ranking|latest|popular|teasers?|also", sure=True),
    _kind("comments", "comment", 3.0, "comment|disqus|pinglun", "respond|replies|reply", sure=True),
    _kind("share", "navigation", 3.0, "share|sharing|social|addthis|fenxiang", "follow|likes?|weixin|weibo|qrcode|tools", sure=True),
    _kind("cookies", "furniture", 4.0, "cookie|consent|gdpr|onetrust|^ot-(?:sdk|acc|cat|label|switch|tgl|sub|pc)", "", sure=True),
    _kind("prompt", "advertising", 3.0, "newsletter|subscri|sign-?up|popup|modal|paywall|promo|sponsor|advert", "overlay|banner|ads?|adv|cta|donate|ad\\w*-?slot|gg|guanggao"),
    _kind("breadcrumb", "navigation", 4.0, "breadcrumb|crumbs?\\b|dangqian|weizhi|curpos|dqwz", "", sure=True),
    _kind("pagination", "navigation", 3.0, "paginat|prev-?next|nextprev|post-?nav|shangxia", "pager|prev|next|previous|page-?nav", sure=True),
    _kind("navigation", "navigation", 3.0, "navigation|navbar|menu|topbar|toolbar|skip-?link|sitemap|dropdown|daohang|subnav(?:$|[-_](?:link|item|menu|list))|sidenav|mainnav|topnav|search-?(?:form|box|bar)", "nav|nav(?:list|item|link|menu|wrap)|search|login|signin|logo|cart|account|language-?(?:switch|select|picker|chooser)\\w*", sure=True),
    _kind("footer", "furniture", 3.0, "footer(?:$|[-_\\d])|copyright|colophon|contentinfo|banquan|beian|bottom-?bar", "foot", sure=True),
    _kind("sidebar", "related", 3.0, "sidebar|side-?bar|complementary", "aside|side|right-?col|left-?col|rail|widget"),
    _kind("small-print", "furniture", 3.0, "disclaimer|disclosure|signature|opt-in|sms-opt", "sig"),
    _kind("byline", "furniture", 2.0, "byline|post-?meta|entry-?meta|article-?meta|publish-?date|pubdate|pub-?time|dateline|timestamp|reading-?time|author-?bio|author-?box|about-?author|post-?tags|tag-?list|tag-?links|entry-?footer|cat-?links", "meta|date|time|author|tags|avatar|posted|bio"),
    _kind("tools", "navigation", 2.0, "feedback|favorite|download-?box|rating|voting", "print|down|xiazai|votes?|actions?|controls?|toggle|button|btn|select|badge|flag"),
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
BY_NAME = {kind.name: kind for kind in KINDS}
_CONTENT = re.compile(
    "(?:article|entry|post|page|news|story|main|detail|product|blog|message|doc)[-_]?(?:body|content|text|main|detail|desc)"
    "|articlebody|rich-?text|markdown|prose|wysiwyg|zhengwen|zoom|trs_editor|description"
    "|^(?:article|content|text|body|entry|hentry|story|post)$"
)
_STATE = re.compile(
    "^(?:has|no|not|with|without|is|hide|show|hidden|visible|page-template|postid|js|wp|m[tblrxy]?|p[tblrxy]?|wt|col|row|d)-|^__next$"
    "|content[-_]sidebar|sidebar[-_]content|elementor|-(?:wrap|wrapper|panel|relative)$"
)


class Meaning(NamedTuple):
    """What a hint word says: the kind of part it names, or that content follows."""

    kind: Kind | None
    content: bool


@lru_cache(maxsize=20_000)
def meaning(word: str) -> Meaning:
    if _STATE.search(word):
        return Meaning(None, False)
    exact = _EXACT.get(word)
    kind = BY_NAME[exact] if exact else next((k for k in KINDS if k.words.search(word)), None)
    return Meaning(kind, kind is None and bool(_CONTENT.search(word)))
