"""The second opinion: what pypdf reads of a file, or of a page, that pdfium does not. It gives lines without places."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from docpipe.errors import DocpipeError, ErrorCode

if TYPE_CHECKING:
    import pypdf

_FAILURES = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    RecursionError,
    NotImplementedError,
)
"""What pypdf raises besides its own errors when a file is damaged."""


def locked(password: str, name: str) -> DocpipeError:
    """Why a protected file cannot be opened."""
    return DocpipeError(ErrorCode.WRONG_PASSWORD if password else ErrorCode.ENCRYPTED, name=name)


class SecondReader:
    """A file opened by pypdf. Raises DocpipeError: ENCRYPTED, WRONG_PASSWORD; DAMAGED if pypdf cannot open it either."""

    def __init__(self, data: bytes, password: str, name: str) -> None:
        import pypdf
        from pypdf.errors import PyPdfError

        # What pypdf tells its log of odd files is no news to the user here.
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        self._errors = (PyPdfError, *_FAILURES)
        try:
            self._reader: pypdf.PdfReader = pypdf.PdfReader(io.BytesIO(data), strict=False)
            if self._reader.is_encrypted and not self._opens(password):
                raise locked(password, name)
            self.count = len(self._reader.pages)
        except self._errors as error:
            raise DocpipeError(ErrorCode.DAMAGED, str(error).rstrip("."), name) from error

    def _opens(self, password: str) -> bool:
        """Whether the password, or none, opens the file: one that only forbids changes needs none."""
        return bool(self._reader.decrypt(password) or self._reader.decrypt(""))

    def lines(self, number: int) -> list[str] | None:
        """The lines of page `number` (from 1), or None if it cannot be read."""
        try:
            text = self._reader.pages[number - 1].extract_text()
        except self._errors:
            return None
        return [words for line in text.splitlines() if (words := " ".join(line.split()))]
