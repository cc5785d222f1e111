"""Text comes out as it went in, whatever its encoding, however short, whatever the label claims."""

from __future__ import annotations

import pytest

from docpipe.readers.encoding import decode

CHINESE = "2021年，青石镇牢固树立安全发展理念，压实各方责任。"
TRADITIONAL = "臺灣網路關於本年度的工作報告，請各單位參閱。"


@pytest.mark.parametrize(
    "text", [CHINESE, "总结报告", "中文", "张", "联通", "移动", "一、总体情况"]
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_of_any_length(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.certain


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        ("Annual report\r\n", "utf-16-le", "utf-16-le"),
        ("全年组织开展检查，一是加强领导，一是落实责任。", "utf-16-le", "utf-16-le"),
        ("全年组织开展检查，一是加强领导，一是落实责任。", "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "big5hkscs", "big5-hkscs"),
        ("總結報告", "big5hkscs", "big5-hkscs"),
        ("これは日本語の文章です。よろしくお願いします。", "cp932", "shift_jis"),
        ("Le café est fermé aujourd’hui, à bientôt.", "cp1252", "windows-1252"),
        ("naïve", "cp1252", "windows-1252"),
        ("Привет, как дела сегодня?", "cp1251", "windows-1251"),
    ],
)
def test_encodings_without_a_label(text: str, codec: str, name: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, name)


@pytest.mark.parametrize("text", ["café", "Привет", "Ελληνικά", "Zażółć gęślą", "naïve façade"])
def test_short_utf8_is_not_taken_for_gbk(text: str) -> None:
    assert decode(text.encode()).text == text


@pytest.mark.parametrize("label", ["gb2312", "GBK", "x-gbk"])
def test_gb2312_means_gb18030(label: str) -> None:
    text = f'<meta charset="{label}"><p>朱镕基、喆、㐂与𠮷：超出GB2312的字</p>'
    decoded = decode(text.encode("gb18030"), markup=True)
    assert (decoded.text, decoded.encoding, decoded.certain) == (text, "gb18030", True)


@pytest.mark.parametrize(
    ("label", "codec"), [("utf-8", "gb18030"), ("gb2312", "utf-8"), ("big5", "gb18030")]
)
def test_labels_that_lie(label: str, codec: str) -> None:
    text = f"<html><head><meta charset={label}></head><body>{CHINESE}</body></html>"
    assert decode(text.encode(codec), markup=True).text == text


def test_a_label_is_heard_in_markup_only() -> None:
    data = "<meta charset=windows-1250><p>Zażółć gęślą jaźń, proszę</p>".encode("cp1250")
    assert decode(data, markup=True).text == data.decode("cp1250")
    assert decode(data).encoding != "cp1250"


def test_a_few_broken_bytes_do_not_change_the_encoding_and_are_told() -> None:
    data = (CHINESE * 20).encode("gb18030") + b"\xff\x80" + CHINESE.encode("gb18030")
    decoded = decode(data)
    assert decoded.encoding == "gb18030"
    assert not decoded.certain
    assert decoded.text.startswith(CHINESE)
    assert "\ufffd" in decoded.text


def test_broken_utf8_stays_utf8_and_is_told() -> None:
    decoded = decode((CHINESE * 20).encode()[:-1])
    assert decoded.encoding == "utf-8"
    assert not decoded.certain
    assert decoded.text.startswith(CHINESE * 19)


def test_nothing_is_certain_of_noise() -> None:
    assert not decode(bytes(range(128, 256)) * 4).certain


def test_no_bytes_are_no_text() -> None:
    assert decode(b"").text == ""


SAMPLES = {
    "zh": "关于印发2021年度工作总结的通知",
    "zh-Hant": "關於本年度工作報告的通知",
    "ja": "年次報告書のお知らせです",
    "ko": "연간 보고서에 대한 안내",
    "pl": "Zażółć gęślą jaźń, proszę bardzo.",
    "ru": "Годовой отчёт о работе отдела",
    "fr": "Résumé de l’année : à bientôt, ça va très bien.",
}
ENCODED = [
    ("utf-8", "zh", "utf-8"),
    ("utf-8-sig", "zh", "utf-8"),
    ("gb2312", "zh", "gb2312"),
    ("gbk", "zh", "gbk"),
    ("gb18030", "zh", "gb18030"),
    ("big5", "zh-Hant", "big5"),
    ("big5hkscs", "zh-Hant", "big5-hkscs"),
    ("utf-16", "zh", "utf-16"),
    ("utf-16-le", "zh", "utf-16le"),
    ("utf-16-be", "zh", "utf-16be"),
    ("shift_jis", "ja", "shift_jis"),
    ("euc_jp", "ja", "euc-jp"),
    ("euc_kr", "ko", "euc-kr"),
    ("cp1250", "pl", "windows-1250"),
    ("cp1251", "ru", "windows-1251"),
    ("cp1252", "fr", "windows-1252"),
]


@pytest.mark.parametrize("size", ["short", "long", "mixed"])
@pytest.mark.parametrize("declared", ["right", "wrong", "not"])
@pytest.mark.parametrize(("codec", "language", "label"), ENCODED)
def test_every_encoding_is_read_right_or_told_to_be_doubtful(
    codec: str, language: str, label: str, declared: str, size: str
) -> None:
    sample = SAMPLES[language]
    body = {
        "short": sample,
        "long": "\n".join([sample] * 40),
        "mixed": "<p>Annual report 2021, see www.example.com for details.</p>\n" * 30 + sample,
    }[size]
    wrong = "gb2312" if label == "windows-1252" else "windows-1252"
    name = {"right": label, "wrong": wrong, "not": ""}[declared]
    meta = f'<meta charset="{name}">' if name else ""
    page = f"<html><head>{meta}</head><body><p>{body}</p></body></html>"
    decoded = decode(page.encode(codec), markup=True)
    assert decoded.text == page or not decoded.certain
    assert "\ufffd" not in decoded.text


@pytest.mark.parametrize(("codec", "language", "label"), ENCODED)
def test_plain_text_of_every_encoding(codec: str, language: str, label: str) -> None:
    text = "\r\n".join([SAMPLES[language]] * 8)
    decoded = decode(text.encode(codec))
    assert decoded.text == text or not decoded.certain
