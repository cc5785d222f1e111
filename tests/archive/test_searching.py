"""Queries against an archive whose true answers are known without the index."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from documents import document, paragraph, section, write

from docpipe.archive import adding, checking
from docpipe.archive.searching import Filters, Hit, search
from docpipe.errors import DocpipeError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = write(
        tmp_path / "json",
        a=document(
            "2020/a.txt",
            [
                section(
                    "加强党的建设",
                    "推进党建工作，廉政建设有新进展。",
                    label="一、",
                    children=[
                        section(
                            "队伍", "干部队伍 1,200 人，增长3.5％。", "党员\t名册", label="（一）"
                        )
                    ],
                ),
                section("问题", "学习不够。党，建设滞后 <b>&"),
            ],
            title="青溪镇2020年党建工作总结",
            blocks=[paragraph("现将情况总结如下")],
            removed="关注公众号领取党建资料",
            date="2021-01-05",
            period="2020",
            organization="青溪镇人民政府",
            kind="工作总结",
        ),
        b=document(
            "b.txt",
            [section("廉政", "幹部瞭解黨建，OpenCC 与 ＯｐｅｎＣＣ．")],
            title="廉政报告",
            date="2019-03-01",
            organization="县纪委",
            kind="报告",
        ),
    )
    file = tmp_path / "archive.db"
    assert adding.add(file, [folder]).added == 2
    return file


def places(hits: list[Hit]) -> list[str]:
    return sorted("/".join((hit.source, *hit.section)) for hit in hits)


A, A1, A11, A2, B1 = (
    "2020/a.txt",
    "2020/a.txt/一、加强党的建设",
    "2020/a.txt/一、加强党的建设/（一）队伍",
    "2020/a.txt/问题",
    "b.txt/廉政",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("党建", [A, A1, B1]),
        ("黨建", [A, A1, B1]),
        ("党建 AND 廉政", [A1, B1]),
        ("党建 NOT 廉政", [A]),
        ("党 廉政", [A1, B1]),
        ('"党建 廉政"', []),
        ("heading:廉政", ["b.txt", B1]),
        ("正文:廉政", [A1]),
        ("title:党建", [A]),
        ("title:党建 text:廉政", [A1]),
        ("title:廉政 OR 名册", [A11, "b.txt", B1]),
        ("text:党建 NOT org:纪委", [A1]),
        ("党建 (title:廉政 OR 名册)", [B1]),
        ("org:青溪", [A]),
        ("source:2020", [A]),
        ("了解", [B1]),
        ("opencc", [B1]),
        ("ＯＰＥＮＣＣ", [B1]),
        ("open", []),
        ("open*", [B1]),
        ("1200", [A11]),
        ("200", []),
        ("3.5", [A11]),
        ("员名", []),
        ("公众号", []),
        ("一、加强", [A1]),
        ("如下", [A]),
    ],
)
def test_exactly_what_matches_is_found(archive: Path, query: str, found: list[str]) -> None:
    assert places(search(archive, query, limit=0)) == sorted(found)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(year="2020"), [A, A1]),
        (Filters(year="2021"), [A, A1]),
        (Filters(year="2019"), [B1]),
        (Filters(organization="纪委"), [B1]),
        (Filters(kind="总结", organization="青溪镇"), [A, A1]),
        (Filters(kind="总结", year="2019"), []),
    ],
)
def test_filters(archive: Path, filters: Filters, found: list[str]) -> None:
    assert places(search(archive, "党建", filters)) == sorted(found)


def test_a_year_is_four_digits(archive: Path) -> None:
    with pytest.raises(DocpipeError, match="--year 20"):
        search(archive, "党建", Filters(year="20"))


def test_a_hit_has_its_place_and_a_marked_snippet(archive: Path) -> None:
    [hit] = search(archive, "text:黨建 NOT org:纪委")
    assert hit.snippet == "推进<mark>党建</mark>工作，廉政建设有新进展。"
    assert hit.at[0].line == 2
    [hit] = search(archive, "名册")
    assert hit.at[0].line == 3
    [hit] = search(archive, "滞后")
    assert hit.snippet.endswith("建设<mark>滞后</mark> &lt;b&gt;&amp;")
    [hit] = search(archive, "opencc")
    assert hit.snippet == "幹部瞭解黨建，<mark>OpenCC</mark> 与 <mark>ＯｐｅｎＣＣ</mark>．"
    [hit] = search(archive, "了解")
    assert "<mark>瞭解</mark>" in hit.snippet
    [hit] = search(archive, "1200")
    assert "<mark>1,200</mark>" in hit.snippet
    [hit] = search(archive, "一、加强")
    assert hit.snippet == "<mark>一、加强</mark>党的建设"
    assert hit.at[0].line == 1


def test_headings_rank_above_text(tmp_path: Path) -> None:
    texts = [section(f"其他{n}", "规划规划规划" + "的" * 20) for n in range(5)]
    folder = write(
        tmp_path / "json", a=document("a", [*texts, section("规划", "内容" * 40)]), b=document("b")
    )
    adding.add(tmp_path / "a.db", [folder])
    assert search(tmp_path / "a.db", "规划")[0].section == ("规划",)


VOCABULARY = [*"党建廉政设的工作了解瞭复覆干幹规划画", "GB", "gb", "ＧＢ", "2020", "120"]
JOINTS = ["", "", "", "", " ", "，", "。", "、", "\n", "（", "“"]


def test_every_short_query_returns_the_true_set(tmp_path: Path) -> None:
    """Against a scan that knows nothing of FTS: words as a list, a phrase as a slice of it."""
    chance = random.Random(7)
    texts = [
        "".join(chance.choice(VOCABULARY) + chance.choice(JOINTS) for _ in range(60))
        for _ in range(300)
    ]
    sections = [section(f"第{number}x", text) for number, text in enumerate(texts)]
    folder = write(
        tmp_path / "json",
        **{f"d{n}": document(f"d{n}", sections[n::10]) for n in range(10)},
    )
    file = tmp_path / "a.db"
    adding.add(file, [folder])
    truth = {f"第{number}x": _plain(text) for number, text in enumerate(texts)}
    queries = [*VOCABULARY, *(a + b for a in VOCABULARY for b in chance.sample(VOCABULARY, 6))]
    queries += [text[at : at + 5].strip() for text in texts[:60] for at in (3, 20)]
    asked = 0
    for query in queries:
        wanted = _plain(query)
        if not wanted or "“" in query:
            continue
        expected = {heading for heading, held in truth.items() if _holds(held, wanted)}
        hits = search(file, f"“{query}”", limit=0)
        assert {hit.section[-1] for hit in hits} == expected, query
        assert len(hits) == len(expected)
        assert all("<mark>" in hit.snippet for hit in hits), query
        asked += 1
    assert asked > 150
    assert not checking.check(file).findings


SAME = {"幹": "干", "瞭": "了", "Ｇ": "g", "Ｂ": "b"}
ALIKE = {"覆": "复", "画": "划"}


def _plain(text: str) -> list[str]:
    """The words of a text, by a way of its own: character by character."""
    found: list[str] = []
    joined = False
    for char in text:
        folded = SAME.get(char, char).lower()
        if folded in "gb0123456789":
            found[-1:] = [found[-1] + folded] if joined and found else [*found[-1:], folded]
            joined = True
            continue
        joined = False
        if folded == " ":
            continue
        if folded in "，。、\n（“":
            if found and found[-1] != "|":
                found.append("|")
        else:
            found.append(folded)
    while found and found[-1] == "|":
        found.pop()
    return found


def _holds(held: list[str], wanted: list[str]) -> bool:
    if len(wanted) > 1:
        held, wanted = ([ALIKE.get(one, one) for one in words] for words in (held, wanted))
    size = len(wanted)
    return any(held[at : at + size] == wanted for at in range(len(held) - size + 1))


def test_the_same_documents_give_the_same_answers_in_whatever_order_they_came(
    tmp_path: Path,
) -> None:
    documents = {
        f"d{n}": document(f"d{n}", [section("同", "党建相同"), section("异", f"党建{n % 3}")])
        for n in range(30)
    }
    folder = write(tmp_path / "json", **documents)
    adding.add(tmp_path / "one.db", [folder])
    for name in sorted(documents, key=lambda name: hash(name)):
        adding.add(tmp_path / "two.db", [folder / f"{name}.json"])
    for query in ("党建", "相同 OR 2", "title:党建 OR 同", "source:d1*"):
        for limit in (1, 7, 30, 0):
            one = search(tmp_path / "one.db", query, limit=limit)
            assert one == search(tmp_path / "two.db", query, limit=limit), (query, limit)
