"""Tells text from glyphs whose characters are not known: private and missing characters, codes taken for letters."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MISSING = re.compile("[\ue000-\uefff\ufffd\x00]")
_SIGNS = re.compile(r"""[!"#$%&'()*+,/:;<=>?@\[\\\]^`{|}~]""")
_UPPER_LATIN = re.compile("[\u0080-\u00bf\u00d7\u00f7]|[\u00c0-\u00ff]{3}")
_RADICALS = re.compile("[\u7280-\u72de]{2}")
"""A font of Founder's puts Latin letters there, which begin with the radical of dogs."""
_GLYPH_NAMES = re.compile(r"/[Gg][0-9A-F]{2,5}")
"""What pypdf puts for glyphs that it knows no character for."""
_IMPOSSIBLE = 0.28
"""The share of signs and rare characters that no text has, program listings excepted."""
_DOUBTFUL = 0.14
_LEADERS = re.compile(r"[.…·]{3,}")
_SPACE = re.compile(r"\s+")
_SHORTEST = 24
"""Shorter texts prove nothing."""


def is_garbled(texts: Iterable[str]) -> bool:
    """Whether a page's texts are no text: a tenth has no known character, or there are runs that no language has."""
    return _impossible(texts) > _IMPOSSIBLE


def is_doubtful(texts: Iterable[str]) -> bool:
    """Whether a page's texts are no text if most pages of its file are garbled."""
    return _impossible(texts) > _DOUBTFUL


def _impossible(texts: Iterable[str]) -> float:
    """The share of what no text has, 1 where a tenth has no known character; 0 in texts that are too short to tell."""
    text = _SPACE.sub("", "".join(texts))
    if 10 * len(_MISSING.findall(text)) > len(text):
        return 1.0
    text = _LEADERS.sub("", text)
    if len(text) < _SHORTEST:
        return 0.0
    signs = len(_SIGNS.findall(text))
    latin = sum(len(match) for match in _UPPER_LATIN.findall(text))
    radicals = 2 * len(_RADICALS.findall(text))
    names = 4 * len(_GLYPH_NAMES.findall(text))
    return (signs + latin + 2 * radicals + names) / len(text)
