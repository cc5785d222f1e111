"""Site rules: what `docpipe learn` takes for boilerplate and what not, the file it writes, and what applying it does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from docpipe import cli
from docpipe.batch.engines.local import LocalEngine
from docpipe.batch.engines.serial import SerialEngine
from docpipe.batch.recurring import Recurring
from docpipe.batch.run import run
from docpipe.edges import general, sender
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.learn import Learned, learn, write
from docpipe.model import EdgeLine, Edges
from docpipe.pipeline import convert_bytes
from docpipe.rules import office, site
from docpipe.schema import json_schema
from docpipe.settings import CleanSettings, Settings, UserRule
from docpipe.wording import fold
from docpipe.writers.json import write as write_json

OFFICES = [
    ("青石镇", "人民政府", "安全生产"),
    ("云溪县", "应急管理局", "防汛抗旱"),
    ("临江区", "教育局", "校园食堂"),
    ("华泰机械有限公司", "工会", "职工培训"),
    ("望江社区", "居民委员会", "志愿服务"),
    ("南屏大学", "图书馆", "读者服务"),
]
BEFORE_TITLE = "墨香阁·让文字更有力量"
AFTER_SIGN_OFF = "墨香阁整理排版 方便阅读与打印"
DISCLAIMER = "墨香阁只做整理与排版，字句以原单位存档的纸质件为准。"
NUMBERED = "墨香阁藏品第{0}号 入库编目{0}"
COMMON_CLOSING = "以上报告，请予审议。"
MARK = "内部资料 注意保存"
HEADING = "存在的主要问题"


def report(number: int, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> str:
    """A report of an office, with lines before its title and after its sign-off."""
    place, body, theme = OFFICES[number % len(OFFICES)]
    organization = place + body
    lines = [
        *before,
        MARK,
        f"{organization}2023年{theme}第{number}次工作总结",
        f"2023年，{organization}围绕{theme}开展工作，全年组织检查{100 + number}次，取得了明显成效。",
        "一、主要工作",
        f"完成{theme}任务{20 + number}项，走访群众{300 + number}人次，问题全部按期整改到位。",
        HEADING,
        f"{theme}的基础还不牢固，个别点位整改不彻底，人员力量仍显不足，需要持续用力。",
        "二、下一步打算",
        f"继续抓好{theme}各项工作，健全长效机制，推动工作再上新台阶，努力完成年度目标。",
        COMMON_CLOSING,
        "联系人：王建国  联系电话：0571-86000000",
        organization,
        f"2023年12月{number % 28 + 1}日",
        *after,
    ]
    return "\n\n".join(lines)


def folder(root: Path, count: int = 12) -> Path:
    """Reports of six offices out of one source, which prints a line before the title and lines at the end."""
    root.mkdir(parents=True)
    for number in range(count):
        after = (AFTER_SIGN_OFF, DISCLAIMER, NUMBERED.format(7000 + 13 * number))
        text = report(number, before=(BEFORE_TITLE,), after=after)
        (root / f"{number:03}.txt").write_text(text, "utf-8")
    return root


def learned_from(path: Path, **changes: object) -> Learned:
    return learn([path], Settings(jobs=0), **changes)  # type: ignore[arg-type]


def rules_file(path: Path, *lines: str) -> str:
    """A file of site rules for the lines; its path."""
    rules = [site.SiteRule(id=f"r{number}", line=line) for number, line in enumerate(lines, 1)]
    path.write_text(site.dumps(rules, "test"), "utf-8")
    return str(path)


# What is learned


def test_the_lines_of_a_source_are_learned_and_no_line_of_an_office(tmp_path: Path) -> None:
    learned = learned_from(folder(tmp_path / "in"))
    assert {rule.line for rule in learned.rules} == {
        BEFORE_TITLE,
        AFTER_SIGN_OFF,
        DISCLAIMER,
        "墨香阁藏品第{number}号入库编目{number}",
    }
    for rule in learned.rules:
        assert rule.documents == 12
        assert rule.seen_in == tuple(f"{number:03}.txt" for number in range(8))
        assert "12 of 12 documents" in rule.because


def test_lines_that_are_known_already_are_learned_and_say_so(tmp_path: Path) -> None:
    advert = "更多优质公文请加微信：bimo8866（备注：材料）"
    for number in range(4):
        text = report(number, before=(advert,))
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    [rule] = learned_from(tmp_path).rules
    assert rule.line == advert
    assert rule.reason == "advertising"
    assert "ads.account takes it out already" in rule.because


def test_an_office_that_prints_a_line_in_all_its_reports_is_no_evidence(tmp_path: Path) -> None:
    for theme in ("安全生产", "防汛抗旱", "校园食堂", "职工培训", "志愿服务"):
        text = report(0, before=("青山绿水 平安青石",), after=("青石大地展新颜",))
        (tmp_path / f"{theme}.txt").write_text(text.replace("安全生产", theme), "utf-8")
    assert learned_from(tmp_path).rules == ()


def test_an_advert_in_the_reports_of_one_office_is_evidence(tmp_path: Path) -> None:
    for theme in ("安全生产", "防汛抗旱", "校园食堂", "职工培训"):
        text = report(0, after=("扫码关注公众号“墨香阁”获取更多范文",))
        (tmp_path / f"{theme}.txt").write_text(text.replace("安全生产", theme), "utf-8")
    assert [rule.documents for rule in learned_from(tmp_path).rules] == [4]


def test_copies_and_years_of_one_report_are_no_evidence(tmp_path: Path) -> None:
    for year in range(2015, 2023):
        for suffix in ("txt", "md"):
            text = report(1, before=("本刊资料室存",)).replace("2023", str(year))
            (tmp_path / f"{year}.{suffix}").write_text(text, "utf-8")
    assert learned_from(tmp_path).rules == ()


def test_a_heading_in_the_midst_of_many_reports_is_not_learned(tmp_path: Path) -> None:
    for number in range(12):
        text = report(number).replace(HEADING, "短板在哪里")
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    assert learned_from(tmp_path).rules == ()


def test_a_line_at_the_ends_of_sections_is_learned(tmp_path: Path) -> None:
    for number in range(12):
        text = report(number).replace("二、下一步打算", "一纸墨香 万千文章\n\n二、下一步打算")
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    [rule] = learned_from(tmp_path).rules
    assert rule.line == "一纸墨香 万千文章"
    assert "at the end of a section in 12 of 12" in rule.because


def test_min_documents(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", count=4)
    assert len(learned_from(path, min_documents=4).rules) == 4
    assert learned_from(path, min_documents=5).rules == ()


def test_english_reports_of_different_senders(tmp_path: Path) -> None:
    senders = ["Northfield Library", "Harbour Council", "Elm Street School", "Westmoor Hospital"]
    for number, name in enumerate(senders):
        lines = [
            "Quillworks - good documents, ready made",
            f"# {name}: Annual Report 2022",
            "Confidential",
            f"In 2022 the team of {name} answered {4000 + number} requests and opened two new counters for visitors.",
            "Next steps",
            f"We will extend the opening hours and renew the contracts of {number + 3} suppliers before the summer.",
            "Prepared by Helen Marsh, Head of Services",
            "14 October 2022",
        ]
        (tmp_path / f"{number}.md").write_text("\n\n".join(lines), "utf-8")
    assert [rule.line for rule in learned_from(tmp_path).rules] == [
        "Quillworks - good documents, ready made"
    ]


def test_unreadable_documents_are_told_and_the_others_read(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    (path / "empty.docx").write_bytes(b"")
    learned = learned_from(path)
    assert [failure.code for failure in learned.failures] == ["empty-file"]
    assert learned.documents == 12
    assert len(learned.rules) == 4


def test_the_file_is_the_same_whatever_the_engine_and_the_order(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    serial = learned_from(path).text()
    parallel = learn([path], Settings(), engine=LocalEngine(2)).text()

    class Backwards(SerialEngine):
        def run(self, jobs):  # type: ignore[no-untyped-def]
            return super().run(reversed(list(jobs)))

    assert serial == parallel == learn([path], Settings(), engine=Backwards()).text()


def test_the_file_itself_is_no_document(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    file = path / "site.rules.toml"
    first = learned_from(path, rules_file=file)
    write(first, file)
    second = learned_from(path, rules_file=file)
    assert second.text() == file.read_text("utf-8") == first.text()


_SPELLINGS = st.lists(st.integers(0, 3), min_size=3, max_size=8)


@given(_SPELLINGS, st.randoms(use_true_random=False))
def test_the_wording_does_not_depend_on_the_order(spellings: list[int], random) -> None:  # type: ignore[no-untyped-def]
    texts = [
        "墨香阁 Archive 第7号",
        "墨香阁 archive 第7号",
        "墨香阁Archive第8号",
        "墨香阁 Archive 第8号",
    ]
    documents = [
        (
            f"{n}.txt",
            Edges(f"题目{'甲乙丙丁戊己庚辛'[n]}", f"省{n}", (EdgeLine(texts[s], "margin"),)),
        )
        for n, s in enumerate(spellings)
    ]

    def found() -> list[object]:
        recurring = Recurring()
        for path, edges in documents:
            recurring.add(path, edges)
        result = list(recurring.found())
        recurring.close()
        return result  # type: ignore[return-value]

    first = found()
    assert len(first) == 1
    random.shuffle(documents)
    assert found() == first


_MEMORY_PROBE = """
import resource
from docpipe.batch.recurring import Recurring
from docpipe.model import EdgeLine, Edges
recurring = Recurring()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
for number in range(10_000):
    own = [EdgeLine(f"第{number}篇独有的一行文字{'甲乙丙丁戊己庚辛壬癸'[k]}{chr(0x4e00 + number)}" * 2, "between") for k in range(10)]
    lines = (EdgeLine("墨香阁整理排版", "margin"), EdgeLine(f"墨香阁藏品{number}", "margin"), *own)
    recurring.add(f"{number}.txt", Edges(chr(0x4e00 + number) * 3, f"省{number % 40}", lines))
found = [(line.line, line.documents) for line in recurring.found()]
assert found == [("墨香阁整理排版", 10_000), ("墨香阁藏品{number}", 10_000)] or found == [
    ("墨香阁藏品{number}", 10_000), ("墨香阁整理排版", 10_000)], found
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is not on Windows")
def test_ten_thousand_documents_take_little_memory() -> None:
    command = [sys.executable, "-c", _MEMORY_PROBE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    kilobytes = int(result.stdout) // (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 16 * 1024


# The lines of offices, senders, and general forms

OFFICE_EXAMPLES = [(kind.id, line) for kind in office.load() for line in kind.examples]
OFFICE_COUNTEREXAMPLES = [line for kind in office.load() for line in kind.counterexamples]


@pytest.mark.parametrize(("kind", "line"), OFFICE_EXAMPLES)
def test_office_lines_are_known(kind: str, line: str) -> None:
    patterns = {one.id: re.compile(one.pattern, re.X) for one in office.load()}
    assert patterns[kind].search(fold(line))
    assert office.office_line(fold(line))


@pytest.mark.parametrize("line", OFFICE_COUNTEREXAMPLES)
def test_lines_that_only_look_like_an_offices(line: str) -> None:
    assert office.office_line(fold(line)) == ""


@pytest.mark.parametrize(
    "line", ["主要" * 70 + "X", "会议材料之" * 30 + "x", "and " * 39 + "x", "谢谢" * 70 + "x"]
)
def test_office_patterns_are_quick_on_hostile_lines(line: str) -> None:
    assert office.office_line(fold(line)) == ""


@pytest.mark.parametrize(
    ("title", "organization", "expected"),
    [
        ("青石镇2021年度安全生产工作总结", "", "青石"),
        ("2023年青石镇人民政府工作报告", "", "青石"),
        ("中共青石镇委员会关于巡察整改的报告", "", "青石"),
        ("个人述职报告", "云溪县教育局", "云溪"),
        ("学习贯彻2023年会议精神心得体会", "", ""),
        ("XX单位党建上半年度工作总结", "", ""),
        ("Northfield Regional Library: Quarterly Activity Summary", "", "northfield regional"),
        ("Report", "", ""),
    ],
)
def test_senders(title: str, organization: str, expected: str) -> None:
    assert sender(title, organization) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("加微信miaobi2023领取", "加微信{handle}领取"),
        ("第12期 共1,024份", "第{number}期共{number},{number}份"),
        ("更多资料见www.moxiang66.com", "更多资料见www.moxiang66.com"),
        ("quillworks archive no. 12", "quillworks archive no. {number}"),
        ("moxiangge", "moxiangge"),
    ],
)
def test_general_forms(line: str, expected: str) -> None:
    assert general(fold(line)) == expected


_LINES = st.text("墨香阁文库更多abXY 。！·：（1289._-", min_size=8, max_size=60).filter(
    lambda text: (
        sum(
            char.isalpha()
            for char in general(fold(text)).replace("{number}", "").replace("{handle}", "")
        )
        >= 3
    )
)


@given(_LINES)
def test_a_rule_matches_the_line_it_was_made_from(line: str) -> None:
    text = " ".join(line.split())
    for wording in (text, fold(text), general(fold(text))):
        rules = site._compiled(site.dumps([site.SiteRule(id="a", line=wording)], ""), "test")
        squashed = site.squash(text)
        candidates = (*rules.by_start.get(squashed[0], ()), *rules.by_start.get("", ()))
        assert any(rule.pattern.fullmatch(squashed) for rule in candidates), wording


# The file

HEAD = '[[rule]]\nid = "a"\nline = "墨香阁整理"\n\n'


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        (HEAD + '[[rule]]\nid = "b"\nlines = "墨香阁"\n', ["line 5", "rule 2", "lines"]),
        (HEAD + '[[rule]]\nid = "b"\n', ["line 5", "rule 2", "line"]),
        (
            HEAD + '[[rule]]\nid = "b"\nline = "墨香阁整理"\nconfidence = 2.0\n',
            ["line 5", "confidence"],
        ),
        (HEAD + '[[rule]]\nid = "a"\nline = "另一行文字"\n', ["line 5", "rule 2", "twice"]),
        (HEAD + '[[rule]]\nid = "b"\nline = "{number}号"\n', ["line 5", "letters"]),
        (
            HEAD + '[[rule]]\nid = "b"\nline = "墨香阁{number} {handle}"\n',
            ["line 5", "placeholders"],
        ),
        (HEAD + '[[rule]]\nid = "b c"\nline = "墨香阁整理"\n', ["line 5", "id"]),
        (HEAD + '[[rule]]\nid = "b"\nline = "墨香阁整理"\nreason = "spam"\n', ["line 5", "reason"]),
        (HEAD + "[[rule]\n", ["line 5"]),
        ("threshold = 3\n", ["threshold"]),
    ],
)
def test_errors_name_the_file_the_line_and_the_rule(
    tmp_path: Path, text: str, complaints: list[str]
) -> None:
    file = tmp_path / "my.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(DocpipeError) as raised:
        site.load(str(file))
    assert raised.value.code == ErrorCode.BAD_RULES
    assert raised.value.name == str(file)
    for complaint in complaints:
        assert complaint in raised.value.detail


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DocpipeError) as raised:
        site.load(str(tmp_path / "none.toml"))
    assert raised.value.code == ErrorCode.BAD_RULES


def test_what_is_written_reads_back() -> None:
    rule = site.SiteRule(
        id="a",
        line='墨香阁 "A\\B"\x7f',
        reason="furniture",
        confidence=0.67,
        because="x",
        documents=3,
        seen_in=("a b.txt", "\U0001f4c4.docx"),
    )
    assert site.parse(site.dumps([rule], "head\n\nmore"), "test") == (rule,)


# What applying does


def converted(text: str, rules: str, **clean: object) -> dict[str, object]:
    settings = Settings(site_rules=rules, clean=CleanSettings(**clean))  # type: ignore[arg-type]
    document = convert_bytes(text.encode(), "a.txt", settings=settings)
    return json.loads(write_json(document, settings))


def test_lines_are_cut_wherever_they_stand_and_accounted_for(tmp_path: Path) -> None:
    rules = rules_file(tmp_path / "r.toml", BEFORE_TITLE, "墨香阁藏品第{number}号")
    text = report(
        0, before=("墨香阁・让文字更有力量", "墨香阁 · 让文字更有力量"), after=("墨香阁藏品第９号",)
    )
    out = converted(text, rules)
    plain = json.dumps(
        {key: out[key] for key in ("title", "blocks", "sections")}, ensure_ascii=False
    )
    assert "藏品" not in plain
    assert "墨香阁 · 让文字更有力量" not in plain
    assert "墨香阁・让文字更有力量" in plain  # another character
    cuts = {cut["text"]: cut for cut in out["removed"]}  # type: ignore[attr-defined, index]
    assert cuts["墨香阁藏品第９号"]["rule"] == "site.r2"
    assert cuts["墨香阁藏品第９号"]["confidence"] == 0.9
    for kept in (MARK, HEADING, COMMON_CLOSING, "青石镇人民政府"):
        assert kept in plain
    jsonschema.validate(out, json_schema())


def test_a_line_glued_to_a_paragraph_is_cut_and_its_sentences_kept(tmp_path: Path) -> None:
    rules = rules_file(tmp_path / "r.toml", "本篇由墨香阁排版。", "墨香阁出品")
    sentence = "完成安全生产任务20项，走访群众300人次，问题全部按期整改到位。"
    text = report(0).replace(sentence, sentence + "本篇由墨香阁排版。")
    out = converted(text.replace("一、主要工作", "一、墨香阁出品的读物"), rules)
    assert [cut["text"] for cut in out["removed"] if cut["rule"].startswith("site")] == [  # type: ignore[attr-defined]
        "本篇由墨香阁排版。"
    ]
    plain = json.dumps(out["sections"], ensure_ascii=False)
    assert sentence in plain
    assert "墨香阁出品的读物" in plain


def test_the_title_is_never_cut(tmp_path: Path) -> None:
    title = "青石镇人民政府2023年安全生产第0次工作总结"
    out = converted(report(0), rules_file(tmp_path / "r.toml", title))
    assert out["title"] == title
    assert out["removed"] == []


def test_confidence_and_the_users_rules_decide(tmp_path: Path) -> None:
    rules = rules_file(tmp_path / "r.toml", BEFORE_TITLE)
    text = report(0, before=(BEFORE_TITLE,))
    assert len(converted(text, rules)["removed"]) == 1  # type: ignore[arg-type]
    assert converted(text, rules, cut_at=0.95)["removed"] == []
    assert converted(text, rules, policy="keep-all")["removed"] == []
    assert converted(text, rules, allow=(UserRule(rule="site.r1"),))["removed"] == []


def test_the_digest_is_in_the_output_only_where_rules_are_applied(tmp_path: Path) -> None:
    first = converted(report(0), rules_file(tmp_path / "r.toml", BEFORE_TITLE))["pipeline"]
    second = converted(report(0), rules_file(tmp_path / "r.toml", AFTER_SIGN_OFF))["pipeline"]
    other = converted(report(0), rules_file(tmp_path / "elsewhere.toml", AFTER_SIGN_OFF))[
        "pipeline"
    ]
    assert first["site_rules"] != second["site_rules"]  # type: ignore[index]
    assert second == other
    assert "site_rules" not in converted(report(0), "")["pipeline"]  # type: ignore[operator]


# Runs


def outputs(settings: Settings) -> dict[str, bytes]:
    root = Path(settings.output)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for target in settings.targets
        for path in sorted((root / target).rglob("*"))
        if path.is_file()
    }


def settings_for(tmp_path: Path, output: str = "out") -> Settings:
    return Settings(
        input=str(tmp_path / "in"), output=str(tmp_path / output), targets=("json", "txt"), jobs=0
    )


def test_a_run_reports_candidates_and_learns_nothing(tmp_path: Path) -> None:
    path = folder(tmp_path / "in")
    settings = settings_for(tmp_path)
    summary = run([], settings)
    assert [(line.text, line.documents) for line in summary.learn_candidates] == [
        (rule.line, rule.documents)
        for rule in learned_from(path).rules
        if "already" not in rule.because
    ]
    [entry, *_] = json.loads((tmp_path / "out/report.json").read_text("utf-8"))["learn_candidates"]
    assert entry["documents"] == 12
    assert entry["seen_in"][0] == "000.txt"
    together = outputs(settings)

    parallel = settings_for(tmp_path, "parallel")
    assert run([], parallel, engine=LocalEngine(2)).learn_candidates == summary.learn_candidates
    assert outputs(parallel) == together

    alone = settings_for(tmp_path, "alone")
    for file in sorted(path.iterdir(), reverse=True):
        assert run([file], alone).learn_candidates == ()
    assert outputs(alone) == together


def test_unchanged_files_count_among_the_candidates(tmp_path: Path) -> None:
    folder(tmp_path / "in")
    settings = settings_for(tmp_path)
    first = run([], settings)
    again = run([], settings)
    assert len(again.of("unchanged")) == 12
    assert again.learn_candidates == first.learn_candidates != ()


def test_no_text_is_kept_of_lines_where_the_report_shall_show_none(tmp_path: Path) -> None:
    folder(tmp_path / "in")
    settings = replace(settings_for(tmp_path), report_text=False)
    assert run([], settings).learn_candidates == ()
    assert "墨香阁" not in (tmp_path / "out/report.json").read_text("utf-8")


def test_a_changed_file_of_site_rules_converts_again(tmp_path: Path) -> None:
    folder(tmp_path / "in", count=2)
    plain = settings_for(tmp_path)
    assert len(run([], plain).of("converted")) == 2
    assert len(run([], plain).of("unchanged")) == 2
    with_rules = replace(plain, site_rules=rules_file(tmp_path / "r.toml", BEFORE_TITLE))
    assert len(run([], with_rules).of("converted")) == 2
    assert len(run([], with_rules).of("unchanged")) == 2
    rules_file(tmp_path / "r.toml", BEFORE_TITLE, AFTER_SIGN_OFF)
    assert len(run([], with_rules).of("converted")) == 2
    (tmp_path / "r.toml").rename(tmp_path / "moved.toml")
    moved = replace(with_rules, site_rules=str(tmp_path / "moved.toml"))
    assert len(run([], moved).of("unchanged")) == 2
    assert len(run([], plain).of("converted")) == 2


def test_a_bad_file_ends_a_run_before_it_begins(tmp_path: Path) -> None:
    folder(tmp_path / "in", count=2)
    (tmp_path / "r.toml").write_text("[[rule]]\n", "utf-8")
    with pytest.raises(DocpipeError) as raised:
        run([], replace(settings_for(tmp_path), site_rules=str(tmp_path / "r.toml")))
    assert raised.value.exit_code == 2
    assert not (tmp_path / "out").exists()


# The command line


def test_learn_then_convert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "input")
    assert cli.main(["learn", "--lang", "en", "-j", "0"]) == 0
    assert "Documents read: 12. Rules written to site.rules.toml: 4." in capfd.readouterr().out
    learned = (tmp_path / "site.rules.toml").read_text("utf-8")
    assert cli.main(["learn", "input", "-j", "0", "-o", "-"]) == 0
    assert capfd.readouterr().out == learned

    convert = ["convert", "-j", "0", "-t", "txt", "-q"]
    assert cli.main(convert) == 0
    assert BEFORE_TITLE in (tmp_path / "output/txt/000.txt").read_text("utf-8")
    assert cli.main([*convert, "--site-rules", "site.rules.toml"]) == 0
    text = (tmp_path / "output/txt/000.txt").read_text("utf-8")
    assert "墨香阁" not in text
    assert COMMON_CLOSING in text
    (tmp_path / "docpipe.toml").write_text('site-rules = "site.rules.toml"\n', "utf-8")
    capfd.readouterr()
    assert cli.main([*convert, "--lang", "en"]) == 0
    assert "unchanged: 12" in capfd.readouterr().out
    assert cli.main(["show", "--removed", "input/000.txt"]) == 0
    assert "site." in capfd.readouterr().out
    assert cli.main(["restore", "input/000.txt", "--all", "-t", "txt"]) == 0
    assert BEFORE_TITLE in (tmp_path / "output/txt/000.txt").read_text("utf-8")


def test_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = folder(tmp_path / "in", count=3)
    (path / "empty.docx").write_bytes(b"")
    assert cli.main(["learn", "in", "-j", "0", "--lang", "en"]) == 1
    assert "empty.docx" in capfd.readouterr().err
    assert cli.main(["learn", "nowhere"]) in (1, 2)
    assert cli.main(["learn", "in", "--min-documents", "1"]) == 2
    (tmp_path / "bad.toml").write_text('[[rule]]\nid = "a"\n', "utf-8")
    capfd.readouterr()
    assert cli.main(["convert", "in", "-j", "0", "--site-rules", "bad.toml", "--lang", "en"]) == 2
    complaint = capfd.readouterr().err
    assert "bad.toml" in complaint
    assert "line 1" in complaint
