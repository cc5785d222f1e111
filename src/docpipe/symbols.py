"""Maps the characters of the Symbol and Wingdings fonts, which have no Unicode meaning of their own, to Unicode.

Word writes them in the private area U+F000–U+F0FF (ECMA-376 part 1, 17.3.3.30) or as plain bytes.
"""

from __future__ import annotations

_SYMBOL = {
    **dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)),
    **dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)),
    **dict(zip(range(0xA1, 0xB0), "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓", strict=True)),
    **dict(zip(range(0xB0, 0xC0), "°±″≥×∝∂•÷≠≡≈…⏐⎯↵", strict=True)),
    **dict(zip(range(0xC0, 0xD0), "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉", strict=True)),
    **dict(zip(range(0xD0, 0xE0), "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓", strict=True)),
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥",
    0x7E: "∼", 0xE0: "◊", 0xE1: "〈", 0xE5: "∑", 0xF1: "〉", 0xF2: "∫",
}  # fmt: skip

_WINGDINGS = {
    0x21: "✏", 0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x3F: "✍", 0x46: "☞",
    0x47: "☝", 0x4A: "☺", 0x4C: "☹", 0x52: "☼", 0x54: "❄", 0x58: "✠", 0x6C: "●", 0x6D: "❍",
    0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖",
    0x77: "⬥", 0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA4: "◉", 0xA7: "▪", 0xA8: "◻",
    0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦",
    0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **dict(zip(range(0x80, 0x8B), "⓪①②③④⑤⑥⑦⑧⑨⑩", strict=True)),
    **dict(zip(range(0x8B, 0x96), "⓿❶❷❸❹❺❻❼❽❾❿", strict=True)),
}  # fmt: skip

_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x98: "•", 0xA2: "■",
    0xA3: "□", 0x2A: "☐", 0x30: "☑",
}  # fmt: skip

_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
}


_DRAWN = {("o", "courier new"): "◦", ("?", "symbol"): "•"}
"""Word's own second bullet is a letter that looks like a circle; a "?" in Symbol is a bullet lost in conversion."""


def symbol(code: int, font: str) -> str:
    """The character `code` of `font` as Unicode; a private character stays as it is where no meaning is known."""
    table = _FONTS.get(font.lower())
    byte = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if table is not None and byte in table:
        return table[byte]
    if table is _SYMBOL and 0x20 < byte < 0x7F:
        return chr(byte)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"


def bullet(text: str, font: str) -> str:
    """What a bullet level prints: private characters become Unicode, unknown ones the plain bullet."""
    if (text, font.lower()) in _DRAWN:
        return _DRAWN[text, font.lower()]
    printed = "".join(symbol(ord(char), font) if _is_mapped(char, font) else char for char in text)
    return "".join("•" if "\ue000" <= char <= "\uf8ff" else char for char in printed).strip() or "•"


def _is_mapped(char: str, font: str) -> bool:
    return "\uf000" <= char <= "\uf0ff" or (font.lower() in _FONTS and ord(char) < 0x100)
