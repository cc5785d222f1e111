"""The last wall behind the HTML writer: an allow-list of what it writes, held by nh3 (Ammonia).

The writer escapes what it writes; the wall lets through what it is known to write and nothing else, should it ever not.
What is allowed comes out byte for byte as it went in.
"""

from __future__ import annotations

import re

import nh3

_TAGS = {
    "a", "article", "br", "caption", "code", "div", "em", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "img", "li", "nav",
    "ol", "p", "s", "section", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"aria-label", "aria-level", "class", "id", "role", "style", "tabindex"},
    "a": {"href"},
    "img": {"alt", "src"},
    "li": {"value"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_VALUES = {
    "href": re.compile(r"(?:https?://|mailto:|#)", re.I),
    "src": re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*\Z"),
    "style": re.compile(r"(?:margin-left:[0-9.]+em|list-style-type:'(?:\\[0-9a-f]{1,6} )*')\Z"),
}
_SCHEMES = {"http", "https", "mailto", "data"}


def sanitized(markup: str) -> str:
    """The markup without any element, attribute or address that the HTML writer does not write."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.match(value) else None
