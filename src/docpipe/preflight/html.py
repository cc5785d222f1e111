"""Refuses web pages with elements of so many attributes that comparing them, each with each, would take for ever."""

from __future__ import annotations

import re

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits

_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{20000,}")
_ATTRIBUTE = re.compile(rb"\s[^\s=/>\"']+\s*=")


def check(data: bytes, name: str, limits: Limits) -> None:
    """Raises DocpipeError(TOO_LARGE) by `limits.attributes`."""
    for tag in _LONG_TAG.finditer(data):
        count = len(_ATTRIBUTE.findall(data, tag.start(), tag.end()))
        if count > limits.attributes:
            detail = f"an element has {count} attributes; limits.attributes is {limits.attributes}"
            raise DocpipeError(ErrorCode.TOO_LARGE, detail, name)
