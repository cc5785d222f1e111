"""Reads numerals as they stand in labels: 十二, 拾贰, ⑫, XII, １２, 12, b."""

from __future__ import annotations

import unicodedata

_DIGITS = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **dict(zip("貳參陸兩两", (2, 3, 6, 2, 2), strict=True)),
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SPECIAL = {"廿": 20, "卅": 30}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

CHINESE_DIGITS = "〇一二三四五六七八九零两十百千廿卅"
FINANCIAL_DIGITS = "零壹贰叁肆伍陆柒捌玖貳參陸拾佰仟"


def parse_numeral(text: str) -> int | None:
    """The value of a Chinese, financial, decimal, full-width, circled or Roman numeral, or None."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text:
        return None
    if all(char in _DIGITS or char in _UNITS or char in _SPECIAL for char in text):
        return _chinese(text)
    folded = unicodedata.normalize("NFKC", text).lower().strip("().")
    if folded != text and all(char in _DIGITS or char in _UNITS for char in folded):
        return _chinese(folded)
    if folded.isascii() and folded.isdigit():
        return int(folded)
    return roman(folded)


def _chinese(text: str) -> int:
    """Chinese numerals up to 9999: positional with units (一百二十三) or digit by digit (二〇二一)."""
    if not any(char in _UNITS or char in _SPECIAL for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        elif char in _SPECIAL:
            total += _SPECIAL[char]
        else:
            digit = _DIGITS[char]
    return total + digit


def roman(text: str) -> int | None:
    """The value of a lower-case Roman numeral in canonical form, or None."""
    if not text or any(char not in _ROMAN for char in text):
        return None
    values = [_ROMAN[char] for char in text]
    total = sum(
        -value if index + 1 < len(values) and value < values[index + 1] else value
        for index, value in enumerate(values)
    )
    return total if to_roman(total) == text else None


def to_roman(number: int) -> str:
    """The lower-case Roman numeral of a number from 1 to 3999, else an empty string."""
    if not 0 < number < 4000:
        return ""
    parts = []
    for value, letters in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)
