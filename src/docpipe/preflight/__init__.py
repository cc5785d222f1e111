"""Looks a file over before any parser opens it: what would cost too much, or is a known trick, is refused here.

It needs no parser itself and reads no more than it must. What it lets through may still be broken; the limits of the
worker process (`batch`) hold for whatever it does not foresee.
"""

from __future__ import annotations

from docpipe.preflight import html, mhtml, package, pdf
from docpipe.settings import Limits

_CHECKS = {"docx": package.check, "pdf": pdf.check, "html": html.check, "mhtml": mhtml.check}


def check(format: str, data: bytes, name: str, limits: Limits) -> None:
    """Raises DocpipeError: DAMAGED, ENCRYPTED or TOO_LARGE, if `data` in `format` must not be parsed."""
    look_over = _CHECKS.get(format)
    if look_over is not None:
        look_over(data, name, limits)
