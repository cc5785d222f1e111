"""Bytes to text: which character encoding a page or text file is in, since labels are missing or wrong as often as not.

The order is: byte order mark, UTF-16 by its zero bytes, strict UTF-8, then every likely encoding weighed by how much
like writing its reading looks (`plausibility`), the declared one with a bonus. Labels are those of the WHATWG
Encoding Standard, clause 4.2, where `gb2312` and `gbk` mean the superset that is really used.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from bs4.dammit import EncodingDetector

from docpipe.errors import WarningCode, warning
from docpipe.model import Warning


class Decoded(NamedTuple):
    """A text, the name of the encoding it was read in, and whether that is beyond reasonable doubt."""

    text: str
    encoding: str
    certain: bool


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_LABELS = {
    "utf-8": "utf8 utf-8 unicode-1-1-utf-8 x-unicode20utf8",
    "gb18030": "gb18030 gb2312 gbk gb_2312-80 gb_2312 cp936 ms936 x-gbk chinese csgb2312 euc-cn x-euc-cn",
    "big5hkscs": "big5 big5-hkscs big5hkscs cn-big5 x-x-big5 csbig5 cp950",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932",
    "euc_jp": "euc-jp eucjp x-euc-jp",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "hz": "hz-gb-2312 hz",
    "cp949": "euc-kr euckr ks_c_5601-1987 korean windows-949 cp949",
    "cp1252": "windows-1252 iso-8859-1 latin1 ascii us-ascii cp1252 x-cp1252 l1",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "iso8859_2": "iso-8859-2 latin2",
    "cp1251": "windows-1251 cp1251 x-cp1251",
    "koi8_r": "koi8-r koi8 koi",
    "cp1253": "windows-1253 iso-8859-7 cp1253",
    "cp1254": "windows-1254 iso-8859-9 latin5 cp1254",
    "cp1255": "windows-1255 iso-8859-8 cp1255",
    "cp1256": "windows-1256 iso-8859-6 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "iso8859_15": "iso-8859-15 latin9",
    "cp874": "windows-874 tis-620 iso-8859-11",
    "utf-16-le": "utf-16 utf-16le unicode",
    "utf-16-be": "utf-16be",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}

_PUBLIC_NAMES = {
    "big5hkscs": "big5-hkscs",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp",
    "iso8859_2": "iso-8859-2",
    "iso8859_15": "iso-8859-15",
    "koi8_r": "koi8-r",
    "hz": "hz-gb-2312",
}

# Without a label these are tried; the order breaks ties, so the likelier stands first.
_UNLABELLED = (
    "gb18030", "utf-8", "big5hkscs", "cp1252", "cp932", "cp1251", "euc_jp", "cp949", "cp1250",
)  # fmt: skip
_LABEL_BONUS = 0.15
_UTF16_MALUS = 0.3  # any bytes are some UTF-16, and most of its plane is Han or Hangul
_PLAUSIBLE = 0.45
_MARGIN = 0.05
"""A reading that scores no more than this above another is a guess."""

_MUCH_KANA = 0.2
_KANA_MALUS = 0.3
"""GB 2312 and EUC-JP have kana at the same bytes (JIS X 0208 and GB 2312, row 4); a text full of them is Japanese, one without is not."""

_SURE = 0.9
_SURE_AS_DECLARED = 0.8
"""From these scores on no other reading is tried; the second holds for the declared one, if it fits without a fault."""

_SAMPLE_BYTES = 8_000


_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行"
    "所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力"
    "它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产"
    "或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口"
    "认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区"
    "保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张"
    "该交规万取拉格望觉术领共确传师观清今切院让识候带导争运党委组织单位项目企业服务责任落实推进安全质量检查责"
    "這個們來為國說時會對學當動開後過發經實現從樣業與無長機關點將兩間問應戰頭體見產話內員論處義幾認條氣題別變"
    "總電數報結統區隊決馬書聽達強難權設記類據邊張該規萬領確傳觀讓識帶導爭運務組織單責進質檢華灣網"
)
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉【】「」『』—…·％　〔〕～")
_MIXED_WORD = re.compile("[A-Za-z][а-яА-Я]|[а-яА-Я][A-Za-z]")
_SIGN_IN_WORD = re.compile("[A-Za-zß-ſ][¡-¿×÷](?=[A-Za-zß-ſ])")
_ACCENT_IN_WORD = re.compile("(?<=[A-Za-zß-öø-ſ])[ß-öø-ſ]|[À-ÖØ-öø-ſ](?=[a-z])")


def decode(data: bytes, *, markup: bool = False, label: str = "") -> Decoded:
    """The text of `data`. With `markup` a declaration in the head (meta charset, XML declaration) is listened to.
    `label` is the name of an encoding that came with the data, as a message gives each of its parts; it goes before.

    It never fails: where nothing fits, bytes that cannot be read become U+FFFD and `certain` is False.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _read(data[len(mark) :], codec, trusted=True)
    wide = _utf16_by_zero_bytes(data)
    if wide is not None:
        return _read(data, wide, trusted=True)
    declared = _CODECS.get(label.lower()) or (_declared(data) if markup else None)
    if data.isascii() and declared in ("iso2022_jp", "hz"):
        return _read(data, declared, trusted=True)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _weigh(data, declared)
    if declared != "utf-8" and _is_disguised_gbk(data, text):
        return _read(data, "gb18030", trusted=False)
    return Decoded(text, "utf-8", True)


def doubts(decoded: Decoded) -> list[Warning]:
    """The warning that an encoding is a guess, if it is one."""
    if decoded.certain:
        return []
    return [warning(WarningCode.UNCERTAIN_ENCODING, decoded.encoding)]


def plausibility(text: str) -> float:
    """How much the non-ASCII part of a text looks like writing: about 1 for ordinary text, below 0 for mojibake."""
    counts = Counter(text)
    total = 0
    score = 0.0
    has_kana = any("ぁ" <= character <= "ん" for character in counts)
    for character, count in counts.items():
        if character >= "\x80" and character != "\xa0":
            total += count
            score += count * _weight(character, has_kana)
    if not total:
        return 1.0
    # An accented letter counts for nothing by itself: mojibake is full of them. Inside a Latin word it is good.
    score += len(_ACCENT_IN_WORD.findall(text))
    score -= 1.5 * len(_MIXED_WORD.findall(text)) + 2 * len(_SIGN_IN_WORD.findall(text))
    return score / total


@lru_cache(maxsize=30_000)
def _weight(character: str, has_kana: bool) -> float:
    if character in _COMMON or character in _PUNCTUATION:
        return 1.0
    code = ord(character)
    if 0x4E00 <= code <= 0x9FFF:
        return _hanzi_weight(character)
    if 0x3041 <= code <= 0x30FE:
        return 0.9 if has_kana else 0.2
    if 0xFF01 <= code <= 0xFF5E or 0x2010 <= code <= 0x2027 or 0x2460 <= code <= 0x24FF:
        return 0.7
    if 0xAC00 <= code <= 0xD7A3:
        return 0.8
    if 0x0430 <= code <= 0x044F:
        return 0.9
    if 0x0410 <= code <= 0x042F:
        return 0.2
    if code == 0xFFFD:
        return -3.0
    if code < 0xA0 or 0xE000 <= code <= 0xF8FF or 0xFF61 <= code <= 0xFF9F:
        return -1.0
    if code < 0x250:
        return -0.1
    return 0.1


def _hanzi_weight(character: str) -> float:
    """By rank: level 1 and 2 of GB 2312-1980 and level 1 of Big5 hold the characters that are in use."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        try:
            return 0.3 if character.encode("big5")[0] <= 0xC6 else -0.6
        except UnicodeEncodeError:
            return -0.6
    return 0.5 if lead <= 0xD7 else -0.2


def _weigh(data: bytes, declared: str | None) -> Decoded:
    """The most plausible reading of bytes that are not UTF-8."""
    sample = _sample(data)
    candidates = [declared] if declared else []
    candidates += [codec for codec in _UNLABELLED if codec != declared]
    if len(data) % 2 == 0:
        candidates += [codec for codec in ("utf-16-le", "utf-16-be") if codec != declared]
    scores: dict[str, float] = {}
    readings: dict[str, str] = {}
    for codec in candidates:
        # UTF-16 lines do not end at a byte 0A, so it is judged by the file's start.
        part = data[:_SAMPLE_BYTES] if codec.startswith("utf-16") else sample
        text = readings[codec] = codecs.getincrementaldecoder(codec)("replace").decode(part)
        score = scores[codec] = _score(text, codec, codec == declared)
        if score >= _SURE or (
            codec == declared and score >= _SURE_AS_DECLARED and "\ufffd" not in text
        ):
            return _read(data, codec, trusted=True)
    best = max(candidates, key=scores.__getitem__)
    rivals = [scores[codec] for codec, text in readings.items() if text != readings[best]]
    clear = scores[best] > max(rivals, default=-9.0) + _MARGIN
    return _read(data, best, trusted=clear and scores[best] >= _PLAUSIBLE)


def _score(text: str, codec: str, declared: bool) -> float:
    score = plausibility(text) + (_LABEL_BONUS if declared else 0.0)
    if codec.startswith("utf-16"):
        score -= _UTF16_MALUS
    if codec in ("gb18030", "euc_jp") and not declared:
        kana = sum("ぁ" <= character <= "ヾ" for character in text)
        wide = sum(character >= "\u2e80" for character in text)
        japanese = kana > _MUCH_KANA * wide
        if japanese != (codec == "euc_jp"):
            score -= _KANA_MALUS
    return score


_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


def _sample(data: bytes) -> bytes:
    """Whole lines that hold non-ASCII bytes, enough to judge by."""
    lines: list[bytes] = []
    size = position = 0
    while size < _SAMPLE_BYTES and (match := _HIGH_BYTE.search(data, position)):
        start = data.rfind(b"\n", position, match.start()) + 1 or position
        end = data.find(b"\n", match.start())
        position = end if end >= 0 else len(data)
        lines.append(data[start : min(position, start + _SAMPLE_BYTES)])
        size += len(lines[-1])
    return b"\n".join(lines)


def _read(data: bytes, codec: str, *, trusted: bool) -> Decoded:
    name = _PUBLIC_NAMES.get(codec, codec.replace("cp125", "windows-125"))
    try:
        return Decoded(data.decode(codec), name, trusted)
    except UnicodeDecodeError:
        return Decoded(data.decode(codec, "replace"), name, False)


def _utf16_by_zero_bytes(data: bytes) -> str | None:
    """UTF-16 without a mark: ASCII characters and line ends in it leave zero bytes at one parity only."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) <= max(len(head) // 64, 1) or min(even, odd) > max(even, odd) // 16:
        return None
    # Characters like 一 (U+4E00) have a zero byte as well, on the other side.
    return max(("utf-16-le", "utf-16-be"), key=lambda c: plausibility(head.decode(c, "ignore")))


def _declared(data: bytes) -> str | None:
    label = EncodingDetector.find_declared_encoding(data[:8192], is_html=True)
    codec = _CODECS.get(label.lower()) if label else None
    # A page whose label could be read byte by byte is not in UTF-16 (HTML Standard, 13.2.3.3, step 15).
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _is_disguised_gbk(data: bytes, text: str) -> bool:
    """A few GBK characters can form valid two-byte UTF-8 ("一" and its kind do not): then letters look like soup."""
    if len(data) > 4096 or any(character >= "\u0800" for character in text):
        return False
    high = [character for character in text if character >= "\x80"]
    if len(high) < 2 or plausibility(text) > 0.5:
        return False
    try:
        return plausibility(data.decode("gb18030")) > 0.8
    except UnicodeDecodeError:
        return False
