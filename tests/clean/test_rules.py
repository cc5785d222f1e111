"""Every rule matches its examples, and its counterexamples survive the whole cleaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import document
from docpipe import clean, rules, traditional
from docpipe.errors import DocpipeError
from docpipe.rules import Rule, RuleData
from docpipe.settings import CleanSettings
from docpipe.survey import survey
from docpipe.traditional import simplified
from docpipe.wording import fold, has_wide

RULES = rules.load()
BY_ID = {rule.id: rule for rule in (*RULES.adverts, *RULES.furniture, *RULES.protect)}
EXAMPLES = [(data, line) for data in RULES.data for line in data.examples]
COUNTEREXAMPLES = [(data, line) for data in RULES.data for line in data.counterexamples]


def _ids(cases: list[tuple[RuleData, str]]) -> list[str]:
    return [f"{data.id}: {line[:24]}" for data, line in cases]


def kept_lines(line: str, place: int) -> list[str]:
    """The lines kept of a report that holds `line` before the title (0), in its middle (1) or at its end (2)."""
    lines = [
        "青山街道2023年度综合治理工作总结",
        "2023年，街道坚持以人民为中心，扎实推进综合治理各项工作，取得了明显成效。",
        "一、主要工作",
        "全年组织巡查430次，排查隐患216处，全部完成整改，居民满意度稳步提高。",
        "二、下一步打算",
        "继续完善网格化管理，健全长效机制，推动各项工作再上新台阶。",
        "青山街道办事处",
        "2023年12月20日",
    ]
    lines.insert({0: 0, 1: 4, 2: 8}[place], line)
    doc = document(lines)
    clean.apply(doc, clean.find(doc, survey(doc, RULES), RULES, CleanSettings()), CleanSettings())
    return [block.text for block in doc.blocks]


@pytest.mark.parametrize(("data", "line"), EXAMPLES, ids=_ids(EXAMPLES))
def test_rule_matches_its_examples(data: RuleData, line: str) -> None:
    rule = BY_ID[data.id]
    folded = fold(line)
    assert rule.pattern.fullmatch(folded) if rule.whole else rule.pattern.search(folded)


@pytest.mark.parametrize(("data", "line"), EXAMPLES, ids=_ids(EXAMPLES))
def test_example_is_cut_wherever_it_stands(data: RuleData, line: str) -> None:
    if data.weight < 0:
        pytest.skip("a protecting rule cuts nothing")
    for place in range(3):
        assert line not in kept_lines(line, place), f"place {place}"


@pytest.mark.parametrize(("data", "line"), COUNTEREXAMPLES, ids=_ids(COUNTEREXAMPLES))
def test_counterexample_is_kept_wherever_it_stands(data: RuleData, line: str) -> None:
    for place in range(3):
        assert line in kept_lines(line, place), f"place {place}"


@pytest.mark.parametrize(("data", "line"), EXAMPLES, ids=_ids(EXAMPLES))
def test_trigger_lets_every_example_through(data: RuleData, line: str) -> None:
    words = RULES.furniture_words if data.id.startswith("furniture.") else RULES.advert_words
    assert data.weight < 0 or RULES.trigger.found(line) & words


def test_ids_are_unique() -> None:
    assert len({data.id for data in RULES.data}) == len(RULES.data)


def test_broken_rule_file_names_the_file() -> None:
    with pytest.raises(DocpipeError, match=r"mine\.toml"):
        rules.parse("mine.toml", "[[rule]]\nid = 3\n")


def test_triggers_hide_no_match_from_any_rule() -> None:
    lines = [line for data in RULES.data for line in (*data.examples, *data.counterexamples)]
    for name in ("adverts.tsv", "authors.tsv"):
        table = (Path(__file__).parent.parent.parent / "bench/boilerplate" / name).read_text(
            "utf-8"
        )
        lines += [row.split("\t")[2] for row in table.splitlines()[1:]]
    for line in lines:
        called = RULES.trigger.found(line)
        for rule in RULES.adverts:
            if rule.pattern.search(simplified(fold(line))):
                assert rule.is_called_by(called), (rule.id, line)


def _found(words: Iterable[str], text: str) -> set[str]:
    """The words in a text by what they are: a spelling of a word is in it, or a form of its first word is one of its words."""
    lower = text.lower()
    separators = "[\\s!\"#$%&'()*+,\\-./:;<=>?@\\[\\]^_`{|}~0-9]+" if lower.isascii() else "[^a-z]+"
    tokens = set(re.split(separators, lower))
    found = set()
    for word in words:
        stem = rules._stem(word)
        latin = word.isascii() and bool(stem)
        wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
        written = [wide] if latin else traditional.forms(word)
        spellings = [s for form in written for s in (form, form.upper())]
        if len(word) == 2:
            spellings += [" ".join(s) for s in (word, word.upper(), *spellings)]
        forms = {stem + ending for ending in rules._ENDINGS} if latin else set()
        if any(s in text for s in spellings) or (
            not forms.isdisjoint(tokens) and (word.isalpha() or word in lower)
        ):
            found.add(word)
    return found


WORDS = sorted(RULES.advert_words | RULES.furniture_words)
PIECES = [
    *WORDS,
    *map(str.upper, WORDS),
    *map(" ".join, WORDS),
    *"中。.’—é\\\x01\x1c K\n",
    "ｆｒｅｅ",
    "ing",
    "s",
    "w ",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join))
def test_trigger_finds_each_word_that_is_there_and_no_other(text: str) -> None:
    assert RULES.trigger.found(text) == _found(WORDS, text)


def test_trigger_without_words_finds_nothing() -> None:
    assert rules.Trigger(()).found("Follow us! 关注我们 $") == set()


LATIN_LINES = sorted(
    {
        folded
        for path in [
            *(Path(__file__).parents[2] / "bench/boilerplate").glob("*.tsv"),
            *(Path(__file__).parents[2] / "README.md",),
        ]
        for line in path.read_text("utf-8").split("\n")
        for part in line.split("\t")
        if not has_wide(folded := fold(part))
    }
    | {folded for _, line in EXAMPLES + COUNTEREXAMPLES if not has_wide(folded := fold(line))}
)


@pytest.mark.parametrize("rule", RULES.adverts, ids=lambda rule: rule.id)
def test_a_line_without_chinese_is_searched_for_all_that_can_match(rule: Rule) -> None:
    assert len(LATIN_LINES) > 500
    for line in LATIN_LINES:
        assert bool(rule.latin.search(line)) == bool(rule.pattern.search(line)), line


@pytest.mark.parametrize("rule", RULES.adverts, ids=lambda rule: rule.id)
@given(text=st.text("abceilmnorstuvwx 0123456789.:+@$%/-", max_size=40))
def test_no_line_without_chinese_matches_otherwise(rule: Rule, text: str) -> None:
    folded = fold(text)
    assert bool(rule.latin.search(folded)) == bool(rule.pattern.search(folded))


@given(st.lists(st.text("关注微信公众号qQvx加 +v.comfreeFREE下载p.-~$ ", max_size=30), max_size=5))
def test_words_of_a_part_are_those_found_in_it(parts: list[str]) -> None:
    (whole,) = RULES.trigger.found_in(["。".join(parts)])
    for part in parts:
        assert RULES.trigger.found_among(part, whole) == RULES.trigger.found(part) & whole
