"""Reads what a page says around its text of date, source, author and number: "来源：新华社 作者：张三 2021-12-28 10:20 浏览：123".

Cleaning takes such lines out, for they are the site's; what they say is of the document all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from docpipe.model import BlockType, Document, Place
from docpipe.wording import CJK, is_organization, is_prose, width

Name = Literal["date", "organization", "author", "document_number"]


class Said(NamedTuple):
    """What a line says: of what (`name`), the words, how directly (0 is most), the whole line and where it stood."""

    name: Name
    value: str
    rank: int
    text: str
    at: tuple[Place, ...]


_LABELS: dict[tuple[Name, int], str] = {
    ("date", 0): "成文日期|成文时间|发文日期|发文时间|印发日期",
    ("date", 1): "发布日期|发布时间|发表日期|发表时间|公开日期|发稿时间|刊发时间|published(?: on)?|posted(?: on)?|date",
    ("date", 2): "日期|时间|更新日期|更新时间|录入时间|updated(?: on)?",
    ("organization", 0): "发文机关|发文单位|发布机构|发布机关|发布单位|制发机关|公开主体|信息提供单位",
    ("organization", 1): "信息来源|稿件来源|文章来源|新闻来源|内容来源|(?<!数据)(?<!资料)(?<!图片)(?<!图表)来源于?|來源|稿源|source",
    ("author", 0): "文章作者|作者|撰文|撰稿|author|(?:(?:posted|published|written) |^|(?<=[|·•] )|(?<=\\d ))by",
    ("author", 1): f"本报记者|记者|記者|通讯员|(?<![{CJK}])文",
    ("document_number", 0): "发文字号|文件编号|文号",
}  # fmt: skip
_OTHERS = (
    "责任编辑|责编|编辑|審核|审核|校对|初审|复审|终审|监制|录入|摄影|图片|图|发布人|发布者|供稿|部门|浏览次数|浏览量|浏览|阅读次数|阅读量|阅读|"
    "点击次数|点击率|点击量|点击数|点击|访问次数|访问量|访问|人气|评论|字体大小|字体|字号|分享到|分享|打印|关闭|收藏|索引号|标题|名称|主题词|主题分类|"
    "分类|栏目|有效性|关键词|views|reads|editor|photo|tags?|share"
)
_KEYS = {f"{name}{rank}": alternatives for (name, rank), alternatives in _LABELS.items()}
_LABEL = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(f'(?P<{key}>{words})' for key, words in _KEYS.items())}|{_OTHERS})"
    # Of some labels a stroke or space is enough.
    r"\s?(?:[：:]|(?<=文)[/／]|(?<=[图影])[/／]|(?<=来源于)|(?<=[记記]者)\s|(?<=\bby)\s|(?<=ed on)\s|(?<=ed)\s(?=\w+ \d))",
    re.I,
)
_WHEN = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)\s?日?|[0-3]?\d [A-Z][a-z]{2,8}\.?,? (?:19|20)\d\d\b|\b[A-Z][a-z]{2,8}\.? [0-3]?\d,? (?:19|20)\d\d\b"
)
_OPENING, _CLOSING = "《“\"'", "》”\"'"
_VALUE_END = re.compile(r"[|｜丨【\[（(。；;，,·]|\s[-–—/]\s|\s{2,}|$")
_WORD = "[A-Z][A-Za-z\u00c0-\u024f.'’-]*"
_NAME = re.compile(rf"[{CJK}](?:\s[{CJK}](?![{CJK}])|[{CJK}·]{{1,7}})|{_WORD}(?: {_WORD}){{0,3}}")
_NO_SOURCE = re.compile(
    r"(?:本站|网络|互联网|网上|原创|转载|未知|不详|佚名|匿名|管理员|整理|综合|admin|unknown|internet|other|n/?a)",
    re.I,
)
_ORIGINAL = "原创"
_LONGEST = 120
_BEFORE = 15
"""A page's table of data on a document stands at most so many paragraphs before its title."""
_AFTER = 4
_PAGE_RULES = "navigation."


def said(document: Document) -> list[Said]:
    """What lines around the text say, the most direct first, and among equals those that stand first."""
    found = [one for text, at, near in _lines(document) for one in _read(text, at, near)]
    return sorted(found, key=lambda one: one.rank)


def _lines(document: Document) -> Iterator[tuple[str, tuple[Place, ...], bool]]:
    """Lines that cleaning took out around the text, and whether each stands under the title."""
    cuts = [cut for cut in document.removed if cut.rule.startswith(_PAGE_RULES)]
    if not cuts:
        return
    begin, end = _bounds(document.blocks)
    title = _paragraph(document.title_at)
    for cut in cuts:
        number = _paragraph(cut.at)
        if number is None:
            continue
        under = title is not None and begin is not None and title < number < begin
        above = (
            begin is not None and (begin if title is None else title) - _BEFORE <= number < begin
        )
        below = end is not None and end < number <= end + _AFTER
        if under or above or below:
            yield cut.text, cut.at, under


def _bounds(blocks: Sequence[BlockType]) -> tuple[int | None, int | None]:
    """The paragraphs between which the text stands: its first sentence and its last block."""
    first = next((block for block in blocks if is_prose(block.text)), None)
    return _paragraph(first.at) if first else None, _paragraph(blocks[-1].at) if blocks else None


def _paragraph(at: tuple[Place, ...]) -> int | None:
    return at[0].paragraph if at else None


def _read(text: str, at: tuple[Place, ...], near: bool) -> Iterator[Said]:
    """What a line says by labels; under a title also by the form of its words."""
    if width(text) > _LONGEST:
        return
    labels = list(_LABEL.finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=False):
        if label.lastgroup is None:
            continue
        name, rank = _field(label.lastgroup)
        value = _value(name, text[label.end() : end])
        if value:
            yield Said(name, value, rank, text, at)
    if not near:
        return
    when = _WHEN.search(text)
    if when:
        yield Said("date", when[0], 1, text, at)
        yield from _unlabelled(text[: when.start()].split(), text, at)


def _unlabelled(words: Sequence[str], text: str, at: tuple[Place, ...]) -> Iterator[Said]:
    """Of the words before a date: an organisation; after "原创" the author, then the account that he writes for."""
    names = words[1:] if words[:1] == [_ORIGINAL] else []
    if names and not is_organization(names[0]) and _NAME.fullmatch(names[0]):
        yield Said("author", names[0], 2, text, at)
    for word in [*names[1:2], *filter(is_organization, words)]:
        yield Said("organization", word, 2, text, at)


def _field(group: str) -> tuple[Name, int]:
    for name, rank in _LABELS:
        if group == f"{name}{rank}":
            return name, rank
    raise KeyError(group)


def _value(name: Name, text: str) -> str:
    """The value of a field, "" if it is none: a date as printed, the words up to the next sign or, in Chinese, space."""
    text = text.strip(" \u3000:：[【（(")
    if name == "date":
        when = _WHEN.match(text)
        return when[0] if when else ""
    if name == "document_number":
        return text.split(" ")[0]
    when = _WHEN.search(text)
    text = text[: when.start()] if when else text
    end = _VALUE_END.search(text)
    text = text[: end.start()].strip() if end else text
    if name == "author":
        found = _NAME.match(text)
        return found[0].strip() if found else ""
    if re.match(f"[《“]?[{CJK}]", text):
        text = text.split(" ")[0]
    if text[:1] in _OPENING:
        text = text[1:].rstrip(_CLOSING)
    return text if 2 <= len(text) <= 40 and not _NO_SOURCE.match(text) else ""
