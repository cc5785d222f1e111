from __future__ import annotations

import hashlib
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.archive import copies, tables
from docpipe.archive.words import spaced, spellings, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("加强党的建设，推进廉政。", "加 强 党 的 建 设 。 推 进 廉 政"),
        ("党建\n廉政", "党 建 。 廉 政"),
        ("通 知", "通 知"),
        ("“你好”——（世界）！", "你 好 。 世 界"),
        ("ＧＢ　18030 Straße PM2.5", "gb 18030 strasse pm2．5"),
        ("2023年3.5％，１２．５亿元", "2023 年 3．5 。 12．5 亿 元"),
        ("2021.12.28 和 2021.12", "2021 。 12 。 28 和 2021 。 12"),
        ("1,200,000件，（1，200）", "1200000 件 。 1 。 200"),
        ("①2020年 5㎡ 10² km²", "1 2020 年 5 m2 10 2 km2"),
        ("幹部瞭解裡面臺灣", "干 部 了 解 里 面 台 湾"),
        ("世\u200b界 党\ufe00建 soft\u00adware", "世 界 党 建 software"),
        ("ｶﾞラス 한글 e\u0301", "ガ ラ ス 한 글 é"),
        ("。，\n", ""),
    ],
)
def test_the_words_of_a_text(text: str, found: str) -> None:
    assert " ".join(words(text)) == found


def test_a_character_that_is_one_in_some_words_only_is_searched_with_both() -> None:
    assert spellings(words("答复")) == [("答", "复"), ("答", "覆")]
    assert spellings(words("复")) == [("复",)]
    assert len(spellings(words("了复象借里着" * 3))) <= 32


@given(st.text())
def test_words_hold_no_space_and_nothing_that_means_something_to_fts(text: str) -> None:
    for word in words(text):
        assert word
        assert not set(word) & set(' "*()^:+-')
        assert all(not char.isascii() or char.isalnum() for char in word)


@given(st.text(alphabet=st.characters(categories=["Lo", "Ll", "Nd", "Po", "Zs"])))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = words(text)
    assert words(" ".join(once).replace("．", ".")) == tuple(w for w in once)


def test_spaces_alone_part_words() -> None:
    assert spaced("a  b").split() == ["a", "b"]


def test_every_character_has_a_spelling() -> None:
    for code in range(sys.maxunicode + 1):
        spelling = spaced(f"a {chr(code)} b")
        assert spelling.startswith("a ")
        assert spelling.endswith(" b")


def test_what_is_stored_of_texts_changes_with_the_version_of_the_archive() -> None:
    """If it changed on purpose, append `REINDEX` to `tables.MIGRATIONS`, and put its new length and the new digest here."""
    # Blocks in which a newer Unicode does not move characters to other categories.
    blocks = [(0, 0x530), (0x2000, 0x2C00), (0x3000, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFFF0)]
    chars = [
        char
        for block in blocks
        for code in range(*block)
        if unicodedata.ucd_3_2_0.category(char := chr(code)) not in ("Cn", "Cs")
    ]
    texts = [f"a {char} {char}1.5" for char in chars]
    texts += ["1,200.5，2021.12.28 x²①ｶﾞ e\u0301\n", "".join(chars)]
    stored = "\n".join(map(spaced, texts)).encode() + copies.sketch(texts)
    digest = hashlib.sha256(stored).hexdigest()[:16]
    assert (len(tables.MIGRATIONS), digest) == (2, "90c8a5ec023ea15a")
