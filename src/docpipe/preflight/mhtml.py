"""Refuses single-file pages of too many parts or of parts within parts, and looks the pages in them over."""

from __future__ import annotations

import email
import re

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.preflight import html
from docpipe.settings import Limits

_DEEPEST = 20
"""Parts within parts: those that browsers and Word save have one level, a mail message has three or four."""

_MULTIPART = re.compile(
    rb"""^content-type[ \t]*:\s*multipart/[^\n]*?(?:\n[ \t][^\n]*?)*?boundary[ \t]*=[ \t]*"?([^"\r\n;]+)""",
    re.I | re.M,
)


def check(data: bytes, name: str, limits: Limits) -> None:
    """Raises DocpipeError(TOO_LARGE) by `limits.zip_entries`, the depth of the parts, and as `html.check` does."""
    boundaries = _MULTIPART.findall(data)
    if len(boundaries) > _DEEPEST:
        detail = f"{len(boundaries)} parts hold parts; {_DEEPEST} are read"
        raise DocpipeError(ErrorCode.TOO_LARGE, detail, name)
    count = sum(data.count(b"\n--" + boundary) for boundary in set(boundaries))
    if count > limits.zip_entries:
        detail = f"the file has {count} parts; limits.zip-entries is {limits.zip_entries}"
        raise DocpipeError(ErrorCode.TOO_LARGE, detail, name)
    for part in email.message_from_bytes(data).walk():
        page = part.get_payload(decode=True) if "html" in part.get_content_type() else None
        if isinstance(page, bytes):
            html.check(page, name, limits)
