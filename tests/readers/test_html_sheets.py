"""What the style sheet in a page declares for tags and classes tells how its text looks."""

from __future__ import annotations

import hashlib

from docpipe.model import Heading, Look, Source
from docpipe.pipeline import convert_bytes
from docpipe.readers.html import read
from docpipe.settings import Settings


def looks(sheet: str, body: str, head: str = "<style>") -> list[Look]:
    data = f"<html><head>{head}{sheet}</style></head><body>{body}".encode()
    source = Source("a.html", "a.html", "html", data, hashlib.sha256(data).hexdigest())
    return [block.look for block in read(source, Settings()).blocks]


def test_rules_for_tags_and_classes_are_told_by_the_more_special_one() -> None:
    sheet = "body{font:14pt/1.5 Arial} P, .big {text-indent:2em} .big{font-size:20pt} p.big{font-weight:bold}"
    small, big = looks(sheet, '<p>甲</p><p class="x big" style="text-align:center">乙</p>')
    assert (small.size, small.bold, small.indent) == (14, False, 28)
    assert (big.size, big.bold, big.align, big.indent) == (20, True, "center", 40)


def test_a_sheet_stands_on_what_a_browser_sets() -> None:
    text, heading = looks(".red{color:#c00;font-weight:bold}", "<p class=red>甲</p><h2>乙</h2>")
    assert (text.size, text.color, heading.size) == (12, "cc0000", 18)


def test_pages_without_rules_of_type_tell_no_size() -> None:
    assert looks("p{margin:0}", "<p>甲</p>") == looks("", "<p>甲</p>")
    assert looks("p{margin:0}", "<p>甲</p>")[0].size is None


def test_rules_for_some_media_or_some_places_do_not_count() -> None:
    sheet = "@media print{p{font-size:9pt} .a{font-size:9pt}} /* p{font-size:8pt} */ div p{font-size:7pt} @page{size:A4}"
    assert looks(sheet + ".a{font-size:15pt}", "<p class=a>甲</p>")[0].size == 15
    assert looks("p{font-size:9pt}", "<p>甲</p>", "<style media=print>")[0].size is None


def test_what_a_class_hides_a_script_may_show() -> None:
    assert len(looks(".a{display:none;font-size:10pt}", "<p class=a>甲</p>")) == 1


def test_title_and_headings_that_only_a_sheet_sets_apart() -> None:
    sheet = ".t{font-size:20pt;text-align:center}.h{font-weight:700}"
    prose = "<p>全年组织开展各类检查430次，排查隐患216处，全部完成整改，取得明显成效。</p>"
    body = f"<p>广告</p><p class=t>守住讲台，点亮一盏灯</p>{prose}<p class=h>一次参观</p>{prose}<p class=h>一番讨论</p>{prose}"
    page = f"<html><head><style>{sheet}</style></head><body>{body}".encode()
    found = convert_bytes(page, "a.html")
    assert found.title == "守住讲台，点亮一盏灯"
    assert [b.text for b in found.blocks if isinstance(b, Heading)] == ["一次参观", "一番讨论"]
