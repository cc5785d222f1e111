"""Renders the numbers of automatic numbering, since Word stores the counting rule and not what it prints.

ECMA-376 part 1, 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from docpipe.numbering.numerals import to_roman


class _Units(NamedTuple):
    """A counting system with a word for each power of ten.

    `bare_ten` says that 10–19 begin with the word for ten (十二), `one` that other units keep a one before them (一百),
    `zero` the word for skipped places, if one is said.
    """

    digits: str
    units: tuple[str, str, str]
    groups: tuple[str, str]
    zero: str
    bare_ten: bool
    one: bool


_THOUSANDS = _Units("〇一二三四五六七八九", ("十", "百", "千"), ("万", "亿"), "零", True, True)
_THOUSANDS_TRADITIONAL = _THOUSANDS._replace(groups=("萬", "億"))
_LEGAL = _Units("零壹贰叁肆伍陆柒捌玖", ("拾", "佰", "仟"), ("萬", "亿"), "零", False, True)
_LEGAL_TRADITIONAL = _Units(
    "零壹貳參肆伍陸柒捌玖", ("拾", "佰", "仟"), ("萬", "億"), "零", False, True
)
_JAPANESE = _Units("〇一二三四五六七八九", ("十", "百", "千"), ("万", "億"), "", True, False)
_JAPANESE_LEGAL = _Units("〇壱弐参四伍六七八九", ("拾", "百", "阡"), ("萬", "億"), "", False, True)
_KOREAN = _Units("영일이삼사오육칠팔구", ("십", "백", "천"), ("만", "억"), "", True, False)

_DIGITS = {
    "decimalFullWidth": "０１２３４５６７８９",
    "decimalFullWidth2": "０１２３４５６７８９",
    "ideographDigital": "〇一二三四五六七八九",
    "japaneseDigitalTenThousand": "〇一二三四五六七八九",
    "taiwaneseDigital": "○一二三四五六七八九",
    "koreanDigital": "영일이삼사오육칠팔구",
    "koreanDigital2": "零一二三四五六七八九",
    "thaiNumbers": "๐๑๒๓๔๕๖๗๘๙",
    "hindiNumbers": "०१२३४५६७८९",
}

# A sequence of signs; past its end Word falls back to decimal.
_SIGNS = {
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}

# An alphabet; past its end each letter is repeated (z, aa, bb).
_ALPHABETS = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
    "ganada": "가나다라마바사아자차카타파하",
    "chosung": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ",
    "chicago": "*†‡§",
    "aiueo": "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "iroha": "ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳｲﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼｴﾋﾓｾｽﾝ",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン",
}

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"

_ONES = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip

_LONGEST = 40
"""No label repeats a letter more often; a counter of a million would otherwise print megabytes."""


def render(number: int, number_format: str) -> str:
    """`number` as Word prints it in `number_format`, a name of ST_NumberFormat (ECMA-376 part 1, 17.18.59).

    `none` and `bullet` print no number: "". Numbers a format has no sign for, and formats that are not known here,
    are printed in decimal, as 17.18.59 and 17.9.17 say.
    """
    if number_format in ("none", "bullet"):
        return ""
    rule = _RULES.get(number_format)
    if rule is None or number < 0 or (number == 0 and number_format not in _WITH_ZERO):
        return str(number)
    return rule(number) or str(number)


def _digits(signs: str) -> Callable[[int], str]:
    table = {ord(str(value)): sign for value, sign in enumerate(signs)}
    return lambda number: str(number).translate(table)


def _sign(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else ""


def _repeated(letters: str) -> Callable[[int], str]:
    def rule(number: int) -> str:
        rounds, index = divmod(number - 1, len(letters))
        return letters[index] * (rounds + 1) if rounds < _LONGEST else ""

    return rule


def _counted(digits: str) -> Callable[[int], str]:
    """Tens with their word below a hundred (二十三), digit by digit from there (一〇一)."""
    positional = _digits(digits)

    def rule(number: int) -> str:
        if number >= 100:
            return positional(number)
        tens, ones = divmod(number, 10)
        head = "" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十"
        return head + (digits[ones] if ones else "")

    return rule


def _with_units(system: _Units) -> Callable[[int], str]:
    def rule(number: int) -> str:
        groups: list[int] = []
        while number:
            number, group = divmod(number, 10_000)
            groups.append(group)
        if len(groups) > 3:
            return ""
        result = ""
        for index in range(len(groups) - 1, -1, -1):
            group = groups[index]
            if result and system.zero and 0 < group < 1000:
                result += system.zero
            if group:
                result += _group(group, system, first=not result)
                result += system.groups[index - 1] if index else ""
        return result

    return rule


def _group(number: int, system: _Units, first: bool) -> str:
    """One group of four digits, 1–9999. `first` says that nothing stands before it."""
    result, skipped = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit == 0:
            skipped = bool(result)
            continue
        if skipped and system.zero:
            result += system.zero
        skipped = False
        drop_one = (
            power > 0
            and digit == 1
            and (not system.one or (power == 1 and system.bare_ten and first and not result))
        )
        result += "" if drop_one else system.digits[digit]
        result += system.units[power - 1] if power else ""
    return result


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else suffix}"


def _words(number: int) -> str:
    """English words for 1–9999, lower case; "" beyond."""
    if number >= 10_000:
        return ""
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    parts = [f"{_ONES[thousands]} thousand"] if thousands else []
    parts += [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        parts.append("-".join(word for word in (_TENS[rest // 10], _ONES[rest % 10]) if word))
    elif rest:
        parts.append(_ONES[rest])
    return " ".join(parts)


def _ordinal_words(number: int) -> str:
    words = _words(number)
    if not words:
        return ""
    last = words.replace("-", " ").split()[-1]
    head = words[: len(words) - len(last)]
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def _capital(rule: Callable[[int], str]) -> Callable[[int], str]:
    return lambda number: rule(number)[:1].upper() + rule(number)[1:]


_RULES: dict[str, Callable[[int], str]] = {
    **{name: _digits(signs) for name, signs in _DIGITS.items()},
    **{name: _sign(signs) for name, signs in _SIGNS.items()},
    **{name: _repeated(letters) for name, letters in _ALPHABETS.items()},
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "lowerRoman": to_roman,
    "upperRoman": lambda number: to_roman(number).upper(),
    "ordinal": _ordinal,
    "cardinalText": _capital(_words),
    "ordinalText": _capital(_ordinal_words),
    "chineseCounting": _counted("〇一二三四五六七八九"),
    "taiwaneseCounting": _counted("○一二三四五六七八九"),
    "chineseCountingThousand": _with_units(_THOUSANDS),
    "taiwaneseCountingThousand": _with_units(_THOUSANDS_TRADITIONAL),
    "chineseLegalSimplified": _with_units(_LEGAL),
    "ideographLegalTraditional": _with_units(_LEGAL_TRADITIONAL),
    "japaneseCounting": _with_units(_JAPANESE),
    "japaneseLegal": _with_units(_JAPANESE_LEGAL),
    "koreanCounting": _with_units(_KOREAN),
    "ideographZodiacTraditional": lambda number: (
        _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12] if number <= 60 else ""
    ),
}  # fmt: skip

_WITH_ZERO = frozenset(
    {"decimal", "decimalHalfWidth", "decimalZero", "numberInDash", "hex", *_DIGITS}
)
