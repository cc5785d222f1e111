"""What kind of line a text is: the quick ways there give exactly what the patterns alone would."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe import wording
from docpipe.wording import CJK, glue

PATTERNS = [
    wording._SENTENCE_END,
    wording._DATE,
    wording._SALUTATION,
    wording._ORGANIZATION_LINE,
    wording._KIND_AT_END,
]
OPEN_END = re.compile(r"[：:，,、；;]$")
SPACE_NEXT_TO_CJK = re.compile(
    f"(?<=[{CJK}\u3000-\u303f\uff00-\uffef])\\s+|\\s+(?=[{CJK}\u3000-\u303f\uff00-\uffef])"
)
SPACED_OUT = re.compile(
    r"(?<=(?<![a-z])[a-z])\s+(?=[a-z](?![a-z]))|(?<=\d{3})\s+(?=\d{3})|[❤♥♡\ufe0f]"
)

CHARACTERS = (
    "。！？!?….；;”’」』）)\"'\n：:，,、 \u3000\u2003\u2028日月年厅〇xX×1９٣aQ局汇总报告❤\ufe0f—K"
)
lines = st.text(st.sampled_from(CHARACTERS) | st.characters(), max_size=70)
texts = st.one_of(
    lines,
    *(st.from_regex(pattern) for pattern in PATTERNS),
    *(st.from_regex(pattern, fullmatch=True) for pattern in PATTERNS),
    st.lists(st.sampled_from(["word", "of", "。", "工作", ".", "x", "q", "317"]), max_size=40).map(
        " ".join
    ),
)


@given(texts)
def test_the_last_character_rejects_nothing_that_a_pattern_finds(text: str) -> None:
    assert wording.ends_sentence(text) == (wording._SENTENCE_END.search(text) is not None)
    assert wording.ends_open(text) == (OPEN_END.search(text) is not None)
    assert wording.is_date(text) == (len(text) < 30 and wording._DATE.match(text) is not None)
    assert wording.is_salutation(text) == (
        len(text) < 60 and wording._SALUTATION.match(text) is not None
    )
    assert wording.is_organization(text) == (
        len(text) < 50 and wording._ORGANIZATION_LINE.match(text) is not None
    )
    assert wording.ends_in_kind(text) == (wording._KIND_AT_END.search(text) is not None)
    assert wording.has_cjk(text) == (re.search(f"[{CJK}]", text) is not None)


@given(texts)
def test_prose_is_long_enough_and_ends_or_is_longer(text: str) -> None:
    wide = wording.has_cjk(text)
    long_enough = wording.width(text) >= 18 if wide else len(text.split()) >= 9
    ends = wording.ends_sentence(text) or wording.width(text) > 60 or "。" in text
    assert wording.is_prose(text) == (long_enough and ends)


@given(texts)
def test_folding_a_text_takes_its_steps_in_any_order(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text).lower()
    assert wording.fold(text) == SPACED_OUT.sub("", SPACE_NEXT_TO_CJK.sub("", folded)).strip()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("加 Q  Q 317 004  552 ！", "加qq 317004552 !"),
        ("A B test　中 文", "ab test中文"),
        ("v ❤ x", "v  x"),
        ("Plain text ", "plain text"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert wording.fold(text) == folded


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("全年完成", "培训", "全年完成培训"),
        ("他说", "“好”", "他说“好”"),
        ("“A”", "“B”和其他", "“A”“B”和其他"),
        ("he said", "“yes” and", "he said “yes” and"),
        ("the “", "new” one", "the “new” one"),
        ("results —", "and more", "results — and more"),
        ("well-", "known", "well-known"),
        ("财政拨款收入1", "0000万元", "财政拨款收入10000万元"),
        ("比上年增长12", ".5%，其中", "比上年增长12.5%，其中"),
        ("比上年增长12.", "5%，其中", "比上年增长12.5%，其中"),
        ("比上年增长 12", "%，其中", "比上年增长 12%，其中"),
        ("总收入1,", "200万元", "总收入1,200万元"),
        ("开展培训in 2021", "Word", "开展培训in 2021 Word"),
        ("in 2021", "30 people were trained", "in 2021 30 people were trained"),
        ("rooms 1, 2,", "3 and 4", "rooms 1, 2, 3 and 4"),
        ("rooms 1,2", "3 and 4", "rooms 1,2 3 and 4"),
        ("1,13", "6", "1,136"),
        ("95,7", "40", "95,740"),
        ("97.8", "%", "97.8%"),
        ("2.13—", "2.17", "2.13—2.17"),
    ],
)
def test_lines_are_glued_as_their_language_is_set(first: str, second: str, expected: str) -> None:
    assert glue(first, second) == expected


@pytest.mark.parametrize(
    "title",
    ["年度工作報告", "年度工作總結", "年度計劃", "年度計畫", "會議紀要", "實施方案", "有關事項的通知", "採購文件", "工作报告"],
)  # fmt: skip
def test_kinds_of_documents_are_known_in_both_scripts(title: str) -> None:
    assert wording.ends_in_kind(title)
