"""Says which characters count, so that source and output are reduced in the same way."""

from __future__ import annotations

import re
import unicodedata

UNKNOWN = "\ufdd0"
"""Stands for a character whose shape only its font knows; any one of the other side may be it."""

_EQUIVALENT = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪"
    "⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒"
    "⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔"
    "目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸"
    "长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
)
"""The radicals that are an ideograph of their own (Unicode's EquivalentUnifiedIdeograph)."""
_RADICALS = re.compile("[\u2e80-\u2eff]")
_OF_SYMBOL_FONTS = re.compile("[\uf020-\uf0ff]")
_NOT_COUNTED = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\x00-\x1f\x7f-\x9f]+")
_PDF_ALIKE = str.maketrans({"‐": "-", "\u2011": "-", "•": "·", "―": "—"}) | _EQUIVALENT
_QUOTES = re.compile("[“”‘’\"']")


def letters(text: str, pdf: bool) -> str:
    """What is compared: all but white space, control characters and characters without a glyph.

    For PDF, where the engines differ, also: compatibility characters (ligatures, full-width forms) count as the
    characters they stand for (NFKC), radicals as their ideographs, those that have none and signs of symbol fonts as
    UNKNOWN, hyphens and middle dots as one each; quotation marks are counted apart.
    """
    if pdf:
        text = unicodedata.normalize("NFKC", text).translate(_PDF_ALIKE)
        text = _RADICALS.sub(UNKNOWN, _QUOTES.sub("", text))
        text = _OF_SYMBOL_FONTS.sub(UNKNOWN, text)
    return _NOT_COUNTED.sub("", text)


def quotes(text: str) -> list[str]:
    """The quotation marks of a text: in a PDF a fallback font often sets them, and each engine puts them elsewhere."""
    return _QUOTES.findall(text)
