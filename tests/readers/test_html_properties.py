"""What a page claims: its licence, and its title without the name of the site, where the page's own headings tell which is which."""

from __future__ import annotations

import pytest
from lxml import etree

from docpipe.pipeline import convert_bytes, write
from docpipe.readers.html.properties import properties


def _title(claimed: str, body: str, head: str = "") -> str:
    page = f"<html><head><title>{claimed}</title>{head}</head><body>{body}</body></html>"
    return properties(etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8")))["title"]


@pytest.mark.parametrize(
    ("claimed", "heading", "title"),
    [
        ("年度工作总结_某某网", "年度工作总结", "年度工作总结"),
        ("某某网-年度工作总结", "年度工作总结", "年度工作总结"),
        ("年度工作总结 - 报告 - 某某网", "年度工作总结", "年度工作总结"),
        ("首页 | 年度工作总结 | 某某网", "年度工作总结", "年度工作总结"),
        ("年度工作总结--某某频道--某某网", "<span>年度</span>工作总结", "年度工作总结"),
        ("2020-2021 Report | Site", "2020-2021 report", "2020-2021 Report"),
        ("A - B - C | Site", "A - B - C", "A - B - C"),
        ("COVID-19 Report", "Report", "COVID-19 Report"),
        ("上半年_下半年", "上半年_下半年", "上半年_下半年"),
        ("年度工作总结_某某网", "另一个标题", "年度工作总结_某某网"),
        ("年度工作总结_某某网", "某某网", "年度工作总结"),
    ],
)
def test_headings_tell_the_title_from_the_site(claimed: str, heading: str, title: str) -> None:
    site = '<meta property="og:site_name" content="某某网">' if heading == "某某网" else ""
    assert _title(claimed, f"<div><h1>{heading}</h1></div>", site) == title


def test_the_name_of_the_site_goes_where_no_heading_tells() -> None:
    site = '<meta property="og:site_name" content="Example Site">'
    assert _title("A Report - Example Site", "<p>x</p>", site) == "A Report"
    assert _title("Example Site: A Report", "<p>x</p>", site) == "Example Site: A Report"
    assert _title("Example Site", "<p>x</p>", site) == "Example Site"


@pytest.mark.parametrize(
    ("markup", "licence"),
    [
        ("<link rel='license' href='https://example.org/l'>", "https://example.org/l"),
        ("<a rel='noopener license' href='https://example.org/l'>L</a>", "https://example.org/l"),
        ("<meta name='DC.rights' content='CC BY 4.0'>", "CC BY 4.0"),
        ("<a href='https://creativecommons.org/licenses/by-sa/4.0/deed.zh'>CC</a>", "https://creativecommons.org/licenses/by-sa/4.0/deed.zh"),
        ("<a href='https://creativecommons.org/'>CC</a>", None),
        ("<a href='https://example.org/?u=//creativecommons.org/licenses/by'>x</a>", None),
    ],
)  # fmt: skip
def test_the_licence_of_a_page(markup: str, licence: str | None) -> None:
    page = f"<html><body><p>正文。</p>{markup}</body></html>".encode()
    document = convert_bytes(page, "a.html")
    fact = document.metadata.get("licence")
    assert (fact.value if fact else None) == licence
    again = convert_bytes(write(document, "html"), "b.html").metadata.get("licence")
    if licence is None or licence.startswith("https:"):
        assert again == fact
