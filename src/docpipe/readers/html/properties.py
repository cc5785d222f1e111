"""Collects what a page's head claims of its title, date, author and site, for `describe` to weigh."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from typing import Any

from lxml import etree

_PROPERTY_SOURCES = {
    "title": ("articletitle", "og:title", "ld:headline", "citation_title", "dc.title", "title", "<title>"),
    "date": (
        "pubdate", "article:published_time", "ld:datePublished", "publishdate", "datepublished",
        "citation_publication_date", "dc.date", "dc.date.issued", "date", "og:updated_time",
    ),
    "author": ("author", "ld:author.name", "article:author", "citation_author", "dc.creator"),
    "organization": ("contentsource", "ld:publisher.name", "dc.publisher", "publisher", "copyright"),
    "language": ("<html lang>", "content-language", "og:locale", "dc.language", "language"),
    "keywords": ("keywords", "article:tag", "news_keywords"),
    "producer": ("generator",),
    "licence": ("<license>", "dcterms.license", "dc.rights", "dcterms.rights", "ld:license", "<cc>"),
    "site": ("sitename", "og:site_name", "application-name"),
}  # fmt: skip

# What sites put between a title and their name; a hyphen only between spaces, doubled, or next to a Chinese character.
_STROKE = re.compile(
    r"\s*[_|｜»›·]+\s*|\s+[-–—]+\s+|\s*-{2,}\s*|(?<=[\u4e00-\u9fff）」》])-|-(?=[\u4e00-\u9fff（「《])"
)
_LICENCE_LINKS = etree.XPath(
    "//a[contains(@rel, 'icense') or contains(@href, 'creativecommons.org/')][@href] | //link[contains(@rel, 'icense')][@href]"
)
_DEED = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[a-z]", re.I
)
_MOST_PARTS = 8


def properties(root: etree._Element) -> dict[str, str]:
    """What title, meta tags and JSON-LD claim. Each property takes its first filled source in order of trust."""
    claims: dict[str, str] = {}
    headings: set[str] = set()
    for element in root.iter("meta", "title", "script", "h1", "h2"):
        if element.tag in ("h1", "h2"):
            headings.add(_folded("".join([str(text) for text in element.itertext()])))
        elif element.tag == "meta":
            name = element.get("name") or element.get("property") or element.get("itemprop") or ""
            content = " ".join((element.get("content") or "").split())
            if name and content:
                claims.setdefault(name.strip().lower(), content)
        elif element.tag == "title":
            claims.setdefault("<title>", " ".join(str(element.text or "").split()))
        elif "ld+json" in (element.get("type") or "").lower():
            for name, value in _linked_data(element.text or ""):
                claims.setdefault(f"ld:{name}", value)
    claims["<html lang>"] = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    )
    _claim_licence(root, claims)
    properties = {}
    for name, sources in _PROPERTY_SOURCES.items():
        value = next((claims[key] for key in sources if claims.get(key)), "")
        if value:
            properties[name] = value
    if "title" in properties:
        properties["title"] = _without_site(
            properties["title"], headings, properties.get("site", "")
        )
    return properties


def _claim_licence(root: etree._Element, claims: dict[str, str]) -> None:
    """Note what links say of the licence: by their relation (HTML Standard, 4.6.7.9), or as one to a Creative Commons deed."""
    links = _LICENCE_LINKS(root)
    assert isinstance(links, list)
    for link in links:
        assert isinstance(link, etree._Element)
        address = link.get("href", "").strip()
        if "license" in link.get("rel", "").lower().split():
            claims.setdefault("<license>", address)
        elif _DEED.match(address):
            claims.setdefault("<cc>", address)


def _without_site(title: str, headings: Set[str], site: str) -> str:
    """A page's title without what its parts, set apart by strokes, say of the site.

    The longest row of parts that is one of the page's `headings` (folded) is the title itself, unless it only names the
    `site`; else that name goes from either end.
    """
    name = _folded(site)
    strokes = [*_STROKE.finditer(title)][:_MOST_PARTS]
    starts = [0, *(stroke.end() for stroke in strokes)]
    ends = [*(stroke.start() for stroke in strokes), len(title)]
    rows = [title[start:end] for n, start in enumerate(starts) for end in ends[n:]]
    for row in sorted(rows, key=len, reverse=True):
        if _folded(row) in headings and _folded(row) != name:
            return row.strip()
    if name and len(ends) > 1:
        if _folded(title[starts[-1] :]) == name:
            return title[: ends[-2]].strip()
        if _folded(title[: ends[0]]) == name:
            return title[starts[1] :].strip()
    return title


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _linked_data(text: str) -> Iterator[tuple[str, str]]:
    """Pairs from schema.org JSON-LD, found at any depth. A script that is no JSON claims nothing."""
    try:
        pending: list[Any] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while pending:
        node = pending.pop(0)
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            for name, value in node.items():
                while isinstance(value, list) and value and name in ("author", "publisher"):
                    value = value[0]
                if isinstance(value, dict) and isinstance(value.get("name"), str):
                    yield f"{name}.name", " ".join(value["name"].split())
                elif isinstance(value, str) and value.strip():
                    yield name, " ".join(value.split())
            pending.extend(value for value in node.values() if isinstance(value, dict | list))
