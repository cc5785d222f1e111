"""The run's report: complete, in context, harmless whatever the sources hold, and small in memory."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest
from lxml import html as lxml_html

from docpipe import rules
from docpipe.batch import report, report_page
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.excerpts import MOST, cut_counts, excerpts
from docpipe.batch.jobs import (
    Cut,
    CutCount,
    Excerpt,
    Job,
    LearnCandidate,
    Receipt,
    Summary,
    WrittenFile,
    without_text,
)
from docpipe.batch.journal import Journal
from docpipe.batch.run import run
from docpipe.clean import apply
from docpipe.errors import ErrorCode, WarningCode, warning
from docpipe.evidence_texts import evidence
from docpipe.model import Document, Paragraph, Place, Removal, SourceInfo
from docpipe.settings import CleanSettings, Settings
from docpipe.texts import TEXTS, text, translated

ADVERT = "更多优质公文请加微信：bimo8866（备注：材料）"
GLUED = "欢迎加入我们的公文写作交流群，微信号：bimo8866！"
BODY = "今年以来，全局上下认真贯彻落实各项工作部署，取得了明显成效，群众满意度不断提高。"
DOCUMENT = f"青石镇2021年度工作总结\n\n一、总体情况\n\n{BODY}\n\n{ADVERT}\n\n二、下一步打算\n\n{BODY}{GLUED}\n\n青石镇人民政府\n\n2021年12月28日\n"
ELEMENTS = frozenset(
    word
    for line in (
        "html head meta title style body main h1 h2 h3 p dl div dt dd ul li a span table thead tbody tr th td code",
        "form label select option input button output details summary del pre script",
    )
    for word in line.split()
)


class Folder:
    """An input folder, an output folder, and the reports of runs from one to the other."""

    def __init__(self, root: Path) -> None:
        self.input = root / "in"
        self.output = root / "out"
        self.input.mkdir()
        self.settings = Settings(
            input=str(self.input), output=str(self.output), targets=("json", "txt"), jobs=0
        )

    def put(self, name: str, text: str) -> None:
        (self.input / name).write_text(text, "utf-8")

    def run(self, language: str = "en", **changes: object) -> lxml_html.HtmlElement:
        settings = msgspec.structs.replace(self.settings, **changes)
        run([], settings, language=language)  # type: ignore[arg-type]
        return parsed(self.source())

    def source(self) -> str:
        return (self.output / "report.html").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def parsed(page: str) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(
        page.encode(), parser=lxml_html.HTMLParser(encoding="utf-8")
    )


def rows(page: lxml_html.HtmlElement) -> dict[str, lxml_html.HtmlElement]:
    found = page.find_class("file")
    by_path = {row.find_class("path")[0].text_content(): row for row in found}
    assert len(by_path) == len(found)
    return by_path


def page_of(
    receipts: list[Receipt],
    shown: tuple[Excerpt, ...] = (),
    language: str = "en",
    **summary: object,
) -> str:
    about = report.Run(
        summary=Summary(receipts=receipts, **summary),  # type: ignore[arg-type]
        receipts=receipts,
        time="2026-01-02 03:04",
        version="1.2.3",
        policy="balanced",
        rules="abc",
        settings="def",
        with_text=True,
    )
    return "".join(report.pieces(about, lambda path: shown, language))  # type: ignore[arg-type]


def receipt(path: str, removed: int = 0, **changes: object) -> Receipt:
    given: dict[str, object] = {"outcome": "converted", "removed": removed, **changes}
    if removed:
        given.setdefault("cuts", (CutCount("advertising", "ads.join", removed),))
    return Receipt(path=path, file=f"in/{path}", **given)  # type: ignore[arg-type]


def cut(text: str, rule: str = "ads.join", because: str = "calls to join or add") -> Cut:
    return Cut(text, "advertising", rule, 0.9, 7, because, "header", Place(page=3))


def test_every_source_has_its_row(folder: Folder) -> None:
    folder.put("same.txt", DOCUMENT)
    folder.run()
    folder.put("new.txt", DOCUMENT)
    folder.put("bad.docx", "PK\x03\x04 cut off")
    page = folder.run()
    outcomes = {path: row.get("class") for path, row in rows(page).items()}
    assert outcomes == {
        "same.txt": "file unchanged",
        "new.txt": "file converted",
        "bad.docx": "file failed",
    }
    failed = rows(page)["bad.docx"].text_content()
    assert text("damaged", "en").advice in failed
    assert "bad.docx" in page.xpath("string(//h2[text()='Needs attention']/following::ul[1])")
    again = folder.run(reprocess="failed")
    assert rows(again)["same.txt"].get("class") == "file left-alone"
    assert ADVERT in rows(again)["same.txt"].text_content()


def test_sources_that_an_interrupted_run_did_not_reach_have_a_row(folder: Folder) -> None:
    class Interrupted(SerialEngine):
        def run(self, jobs: Iterable[Job]):  # type: ignore[no-untyped-def]
            first = next(iter(jobs))
            yield Receipt(path=first.path, file=first.file, outcome="converted")
            raise KeyboardInterrupt

    folder.put("a.txt", "A")
    folder.put("b.txt", "B")
    run([], folder.settings, engine=Interrupted(), language="en")
    found = rows(parsed(folder.source()))
    assert found["a.txt"].get("class") == "file converted"
    assert found["b.txt"].get("class") == "file not-reached"
    assert "interrupted" in folder.source()


def test_json_report_stays_whole(folder: Folder) -> None:
    class Nothing(SerialEngine):
        def run(self, jobs: Iterable[Job]):  # type: ignore[no-untyped-def]
            raise KeyboardInterrupt
            yield

    folder.put("a.txt", "A\nB")
    folder.put("b.docx", "")
    run([], folder.settings, engine=Nothing())
    file = folder.output / "report.json"
    unreached = json.loads(file.read_text("utf-8"))["files"]
    assert [(one["path"], one["outcome"]) for one in unreached] == [
        ("a.txt", "not-reached"),
        ("b.docx", "not-reached"),
    ]
    folder.run()
    content = json.loads(file.read_text("utf-8"))
    assert [one["path"] for one in content["files"]] == ["a.txt", "b.docx"]
    assert content["files"][1]["advice"] == text("empty-file", "en").advice
    assert file.read_text("utf-8") == json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def test_cuts_stand_in_their_context(folder: Folder) -> None:
    folder.put("a.txt", DOCUMENT)
    [line, glued] = folder.run().find_class("excerpt")
    assert [part.text_content() for part in line.find_class("text")] == [
        BODY,
        ADVERT,
        "二、下一步打算",
    ]
    assert [part.tag for part in line.find_class("text")] == ["p", "del", "p"]
    assert [part.text_content() for part in glued.find_class("text")] == [BODY, GLUED]
    why = line.find_class("why")[0].text_content()
    assert re.fullmatch(r"advertising · ads\.account · [01]\.\d\d · .* · line 7 · block 3", why)


def test_an_unchanged_file_keeps_its_cuts(folder: Folder) -> None:
    folder.put("a.txt", DOCUMENT)
    before = folder.run()
    after = folder.run()
    excerpt = [one.text_content() for one in before.find_class("excerpt")]
    assert [one.text_content() for one in after.find_class("excerpt")] == excerpt
    assert rows(after)["a.txt"].get("class") == "file unchanged"
    counts = "//h2[starts-with(text(), 'What was removed')]/following::table[1]"
    assert after.xpath(f"string({counts})") == before.xpath(f"string({counts})")


def test_removed_text_can_be_left_out(folder: Folder) -> None:
    folder.put("a.txt", DOCUMENT)
    folder.run(report_text=False)
    reports = folder.source() + (folder.output / "report.json").read_text("utf-8")
    assert "bimo8866" not in reports
    assert "ads.account" in reports
    with Journal(folder.output / ".docpipe" / "journal.db") as journal:
        assert journal.excerpts("a.txt") == ()
    assert "bimo8866" in (folder.output / "json" / "a.txt.json").read_text("utf-8")
    # Nor does it come back with what an earlier run noted.
    folder.run(reprocess="all")
    assert "bimo8866" in folder.source()
    folder.run(report_text=False)
    assert "bimo8866" not in folder.source()


def test_doubtful_text_can_be_left_out(folder: Folder) -> None:
    keep_all = CleanSettings(policy="keep-all")
    folder.put("a.txt", DOCUMENT)
    page = folder.run(clean=keep_all)
    listed = page.xpath("//h2[text()='Kept, but doubtful']/following::ul[1]/li")
    assert any(ADVERT in one.text_content() for one in listed)
    for reprocess in ("changed", "failed", "all"):
        folder.run(clean=keep_all, report_text=False, reprocess=reprocess)
        reports = folder.source() + (folder.output / "report.json").read_text("utf-8")
        assert "bimo8866" not in reports, reprocess
        assert "ads.account" in folder.source(), reprocess


def test_a_receipt_without_text_keeps_rule_and_confidence() -> None:
    doubtful = warning(WarningCode.SUSPECT, f"{ADVERT} (ads.join, 0.4)")
    other = warning(WarningCode.PARTIAL, "page 3")
    bare = without_text(receipt("a.txt", warnings=(doubtful, other)))
    assert bare.warnings[0].message.endswith(": … (ads.join, 0.4)")
    assert bare.warnings[1] == other
    assert without_text(bare) == bare


HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style></script></details><!--",
    "a\u202egnp.exe\u2066\u200b\ufeff\x00\x1b[2J\x85\u2028\U000e0041",
    "{count} %s {0} </option></select>",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_text_stays_text(hostile: str, language: str) -> None:
    shown = (Excerpt(hostile, (cut(hostile, hostile, hostile),), hostile),)
    shown += (Excerpt(hostile, (cut(hostile, hostile, hostile),), hostile, inline=True),)
    receipts = [
        receipt(
            hostile,
            2,
            cuts=(CutCount("advertising", hostile, 2),),
            targets=(WrittenFile("json", f"json/{hostile}.json", "0"),),
            warnings=(
                warning(WarningCode.SUSPECT, hostile),
                warning(WarningCode.PARTIAL, hostile),
                msgspec.structs.replace(warning(WarningCode.PARTIAL), message=hostile),
                msgspec.structs.replace(warning(WarningCode.PARTIAL), code=hostile),
            ),
        ),
        receipt(
            "b" + hostile,
            outcome="failed",
            code=ErrorCode.INTERNAL.value,
            detail=hostile,
            traceback=hostile,
        ),
    ]
    page = page_of(
        receipts, shown, language, learn_candidates=(LearnCandidate(hostile, 3, (hostile,)),)
    )
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0041]",
        page,
    )
    document = parsed(page)
    assert {one.tag for one in document.iter()} <= ELEMENTS
    for tag in ("script", "style"):
        assert len(document.findall(f".//{tag}")) == 1
    for element in document.iter():
        assert not [
            name for name in element.attrib if name.startswith("on") or name in ("src", "style")
        ]
        assert re.match(r"#|json/", element.get("href", "#"))
    visible = "".join(f"U+{ord(c):04X}" if not c.isprintable() else c for c in hostile)
    assert len(document.find_class("file")) == 2
    assert document.find_class("file")[0].find_class("path")[0].text_content() == visible
    assert [one.text_content() for one in document.iter("del")] == [visible] * 2


def test_hostile_files_end_to_end(folder: Folder) -> None:
    name = "<img src=x onerror=alert(1)>&quot;'\u202etxt.txt"
    folder.put(name, DOCUMENT.replace("bimo8866", "bimo8866</del><script>\u202e"))
    page = folder.run()
    assert {one.tag for one in page.iter()} <= ELEMENTS
    assert list(rows(page)) == [name.replace("\u202e", "U+202E")]
    assert "\u202e" not in folder.source()


def test_links_lead_to_the_results(folder: Folder) -> None:
    folder.put("a #1?&b=100%.txt", DOCUMENT)
    links = folder.run().xpath("//details//a/@href")
    assert len(links) == 2
    for link in links:
        assert (folder.output / unquote(link)).is_file()
        assert not re.search(r"[#?&]", link)


def test_nothing_is_loaded_and_only_the_own_script_runs() -> None:
    page = page_of([receipt("a.txt", 1)], (Excerpt("", (cut("x"),), ""),))
    document = parsed(page)
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for tag in ("style", "script"):
        content = document.find(f".//{tag}").text_content()
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not re.search(r"url\(|@import|https?:|<link|src=|fetch\(|XMLHttp", page)
    # The policy has to stand before all that it governs.
    assert page.index("Content-Security-Policy") < page.index("<style")
    # Without the script the rows can be read and opened, and the filters do not show.
    assert document.get_element_by_id("filters").get("hidden") is not None


def test_filters_have_what_the_rows_have() -> None:
    first = receipt("a.txt", 3, cuts=(CutCount("advertising", "ads.join", 3),))
    second = receipt(
        "b.txt",
        1,
        cuts=(CutCount("furniture", "page number & more", 1),),
        warnings=(warning(WarningCode.PARTIAL, "x"), warning(WarningCode.SUSPECT, "y")),
    )
    document = parsed(page_of([first, second]))
    options = {
        select.get("name"): {one.get("value"): one.text_content() for one in select.iter("option")}
        for select in document.iter("select")
    }
    for name, choices in options.items():
        used = {
            value
            for row in document.find_class("file")
            for value in row.get(f"data-{name}").split()
        }
        assert used == set(choices) - {""}, name
    assert options["rule"]["1"] == "page number & more"
    [a, b] = document.find_class("file")
    assert a.get("data-outcome") == "converted cut"
    assert b.get("data-outcome") == "converted partly cut suspect"
    links = document.xpath("//a[@data-filter]")
    assert len(links) == 4
    assert all(one.get("data-value") in options[one.get("data-filter")] for one in links)


def test_counts() -> None:
    receipts = [
        receipt("a.txt", 3),
        receipt("b.txt", 2, outcome="unchanged"),
        receipt("c.txt", outcome="failed", code="damaged"),
    ]
    document = parsed(page_of(receipts, seconds=12.34))
    cards = {
        one.find("dt").text_content(): one.find("dd").text_content()
        for one in document.find_class("cards")[0]
    }
    assert cards == {
        "Files": "3",
        "Converted": "1",
        "Unchanged": "1",
        "Failed": "1",
        "Only in part": "0",
        "Cuts": "5",
        "Doubtful": "0",
        "Seconds": "12.3",
    }
    cells = [one.text_content() for one in document.xpath("//tbody/tr/td")]
    assert cells == ["advertising", "ads.join", "5", "2"]


def test_few_cuts_are_shown_where_there_are_many() -> None:
    many = tuple(Excerpt("", (cut(f"{n}"),), "") for n in range(MOST))
    document = parsed(page_of([receipt("a.txt", MOST + 50)], many))
    assert len(document.find_class("cut")) == MOST
    assert "50 more cuts: docpipe show --removed in/a.txt" in document.text_content()
    crowd = [receipt(f"{n}.txt", MOST + 50) for n in range(1000)]
    document = parsed(page_of(crowd, many))
    shown = {len(row.find_class("cut")) for row in document.find_class("file")}
    assert shown == {40}


def test_lists_at_the_top_are_short_and_say_so() -> None:
    doubtful = tuple(warning(WarningCode.SUSPECT, f"line {n}") for n in range(130))
    failures = [receipt(f"{n}.txt", outcome="failed", code="damaged") for n in range(120)]
    document = parsed(page_of([*failures, receipt("z.txt", warnings=doubtful)]))
    [attention, suspects] = document.find_class("list")
    assert len(attention) == 101
    assert "20 more" in attention[-1].text_content()
    assert len(suspects) == 101
    assert "30 more" in suspects[-1].text_content()
    assert len(document.find_class("file")) == 121


def test_learn_candidates_are_listed() -> None:
    found = (LearnCandidate("资料由某站整理", 12, ("a.txt", "b.txt")),)
    page = parsed(page_of([receipt("a.txt")], learn_candidates=found))
    [line, count] = page.xpath("//tr[td/span='资料由某站整理']/td")
    assert line.find("p").text_content() == "a.txt, b.txt"
    assert count.text_content() == "12"


def test_a_large_run_is_written_without_being_held() -> None:
    one = Excerpt("前" * 80, tuple(cut("字" * 300) for _ in range(40)), "后" * 80)
    receipts = [receipt(f"{n:06}.txt", 40) for n in range(3000)]
    about = report.Run(
        summary=Summary(receipts=receipts),
        receipts=receipts,
        time="",
        version="",
        policy="",
        rules="",
        settings="",
        with_text=True,
    )
    written = 0
    tracemalloc.start()
    for piece in report.pieces(about, lambda path: (one,), "en"):
        written += len(piece.encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 20_000_000
    assert peak < 2_000_000


def document(*texts: str) -> Document:
    info = SourceInfo("a.txt", "a.txt", "txt", 1, "0")
    return Document(info, blocks=[Paragraph(text=one) for one in texts])


def removal(block: int, span: tuple[int, int], document: Document) -> Removal:
    return Removal(
        block=block,
        span=span,
        text=document.blocks[block].text[slice(*span)],
        reason="advertising",
        rule="ads.join",
        confidence=1.0,
    )


def test_whole_lines_between_the_same_kept_lines_are_one_excerpt() -> None:
    given = document("before", "x1", "x2", "kept [y] kept too", "z")
    spans = [(1, (0, 2)), (2, (0, 2)), (3, (5, 8)), (4, (0, 1))]
    apply(given, [removal(block, span, given) for block, span in spans], CleanSettings())
    shown = excerpts(given.removed)
    assert [(e.before, [c.text for c in e.cuts], e.after, e.inline) for e in shown] == [
        ("before", ["x1", "x2"], "kept kept too", False),
        ("kept ", ["[y]"], " kept too", True),
        ("kept kept too", ["z"], "", False),
    ]
    assert cut_counts(given.removed) == (CutCount("advertising", "ads.join", 4),)


def test_context_ends_at_the_next_cut_and_is_short() -> None:
    given = document("a" * 200 + "X" + "b" * 5 + "Y" + "c" * 200)
    apply(given, [removal(0, (200, 201), given), removal(0, (206, 207), given)], CleanSettings())
    [first, second] = given.removed
    assert (first.before, first.after) == ("…" + "a" * 80, "bbbbb")
    assert (second.before, second.after) == ("bbbbb", "c" * 80 + "…")


def test_excerpts_are_bounded() -> None:
    given = document(*["x" * 1000] * (MOST + 10))
    cuts = [removal(n, (0, 1000), given) for n in range(MOST + 10)]
    apply(given, cuts, CleanSettings())
    [shown] = excerpts(given.removed)
    assert len(shown.cuts) == MOST
    assert all(len(one.text) == 301 for one in shown.cuts)


def test_a_summary_holds_no_excerpts(folder: Folder) -> None:
    folder.put("a.txt", DOCUMENT)
    summary = run([], folder.settings)
    assert summary.receipts[0].removed == 2
    assert summary.receipts[0].excerpts == ()
    with Journal(folder.output / ".docpipe" / "journal.db") as journal:
        assert [one.cuts[0].text for one in journal.excerpts("a.txt")] == [ADVERT, GLUED]


def test_words_exist_in_both_languages() -> None:
    for english, chinese in report_page._TEXTS.values():
        assert english
        assert chinese
        assert sorted(re.findall(r"\{.*?\}", english)) == sorted(re.findall(r"\{.*?\}", chinese))
    source = Path(report.__file__).read_text("utf-8")
    computed = {"converted", "unchanged", "left-alone-why", "not-reached-why"}
    for key in report_page._TEXTS.keys() - computed:
        assert re.search(f"[\"']{key}[\"']", source) or key.startswith("layer-"), key


def test_the_chinese_report_is_chinese(folder: Folder) -> None:
    folder.put("a.txt", DOCUMENT)
    folder.put("b.docx", "")
    page = folder.run("zh")
    assert page.get("lang") == "zh-CN"
    said = page.text_content()
    for word in ("转换报告", "广告", "出现聊天或店铺账号", text("empty-file", "zh").advice):
        assert word in said
    for english in ("advertising", "Converted", "names a chat"):
        assert english not in page.find("body/main").text_content()


def test_all_evidence_is_known_in_chinese() -> None:
    ruleset = rules.load()
    known = [rule.because for rule in (*ruleset.adverts, *ruleset.furniture)]
    known += [name for name in ruleset.features if name != "bias"]
    known += ["its container is named “side”"]
    untold = [one for one in known if not re.search("[\u4e00-\u9fff]", evidence(one, "zh"))]
    assert untold == []
    assert evidence("a web address; unheard of “x” y", "zh") == "网址；unheard of “x” y"
    assert evidence("a web address", "en") == "a web address"


@pytest.mark.parametrize("code", list(WarningCode))
def test_warnings_are_told_in_either_language(code: WarningCode) -> None:
    made = warning(code, "页 3 (x)")
    assert translated(code, made.message, "zh") == text(code, "zh", "页 3 (x)")
    assert translated(code, made.message, "en").reason == made.message
    assert translated(code, "of another version", "zh").reason == "of another version"
    assert set(TEXTS[code]) == {"en", "zh"}


def test_recurring_lines_are_listed_and_left_out_with_the_text(folder: Folder) -> None:
    line = "蓝鲸之声 与您同行"
    kinds = {"青石": "工作总结", "白云": "调研报告", "黑水": "情况汇报", "红岩": "述职报告"}
    for town, kind in kinds.items():
        own = DOCUMENT.replace("青石", town).replace("工作总结", kind)
        folder.put(f"{town}.txt", f"{own}\n{line}\n")
    page = folder.run()
    assert page.xpath(f"//h2[starts-with(., 'Lines that recur')]/following::td[span='{line}']")
    folder.run(report_text=False, reprocess="all")
    reports = folder.source() + (folder.output / "report.json").read_text("utf-8")
    assert line not in reports
