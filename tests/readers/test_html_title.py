"""The title that a page's head claims, without the name of the site, where the page's own headings tell which is which."""

from __future__ import annotations

import pytest
from lxml import etree

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
