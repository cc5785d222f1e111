"""The closed families of errors and warnings. An error knows its code, its exit code and its advice.

The sentences live in `texts.py`; raising is `DocpipeError(ErrorCode.DAMAGED, detail="…", name="report.docx")`.
"""

from __future__ import annotations

from enum import StrEnum

from docpipe.model import Place, Warning
from docpipe.texts import Language, text


class ErrorCode(StrEnum):
    """Why a file, or a whole run, could not be converted."""

    EMPTY_FILE = "empty-file"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    WRONG_PASSWORD = "wrong-password"
    UNKNOWN_FORMAT = "unknown-format"
    LEGACY_WORD = "legacy-word"
    UNREADABLE = "unreadable"
    NOT_A_FILE = "not-a-file"
    LEADS_OUT = "leads-out"
    STILL_CHANGING = "still-changing"
    VANISHED = "vanished"
    NO_TEXT = "no-text"
    TOO_LARGE = "too-large"
    OUTPUT_NOT_WRITABLE = "output-not-writable"
    DISK_FULL = "disk-full"
    OUTPUT_IN_USE = "output-in-use"
    OUTPUT_IS_INPUT = "output-is-input"
    NOTHING_TO_CONVERT = "nothing-to-convert"
    BAD_SETTINGS = "bad-settings"
    BAD_RULES = "bad-rules"
    BAD_METADATA = "bad-metadata"
    ARCHIVE_MISSING = "archive-missing"
    ARCHIVE_LOCKED = "archive-locked"
    ARCHIVE_DAMAGED = "archive-damaged"
    ARCHIVE_FOREIGN = "archive-foreign"
    ARCHIVE_NEWER = "archive-newer"
    QUERY_EMPTY = "query-empty"
    QUERY_QUOTE = "query-quote"
    QUERY_PARENTHESIS = "query-parenthesis"
    QUERY_OPERAND = "query-operand"
    QUERY_NOT = "query-not"
    QUERY_FIELD = "query-field"
    SINK_MISSING = "sink-missing"
    SINK_FAILED = "sink-failed"
    NOT_INSTALLED = "not-installed"
    WORKER_DIED = "worker-died"
    TOO_SLOW = "too-slow"
    OUT_OF_MEMORY = "out-of-memory"
    QUARANTINED = "quarantined"
    INTERNAL = "internal"


class WarningCode(StrEnum):
    """What the user should know of a document that was converted."""

    CONTENT_DIFFERS_FROM_NAME = "content-differs-from-name"
    NEEDS_OCR = "needs-ocr"
    UNREADABLE_GLYPHS = "unreadable-glyphs"
    RECOGNISED = "recognised"
    UNCERTAIN_ENCODING = "uncertain-encoding"
    PARTIAL = "partial"
    NOT_CONVERTED = "not-converted"
    SUSPECT = "suspect"


_USAGE_ERRORS = frozenset(
    {
        ErrorCode.OUTPUT_NOT_WRITABLE,
        ErrorCode.DISK_FULL,
        ErrorCode.NOT_INSTALLED,
        ErrorCode.OUTPUT_IN_USE,
        ErrorCode.OUTPUT_IS_INPUT,
        ErrorCode.NOTHING_TO_CONVERT,
        ErrorCode.BAD_SETTINGS,
        ErrorCode.BAD_RULES,
        ErrorCode.BAD_METADATA,
        ErrorCode.ARCHIVE_MISSING,
        ErrorCode.ARCHIVE_FOREIGN,
        ErrorCode.ARCHIVE_NEWER,
        ErrorCode.QUERY_EMPTY,
        ErrorCode.QUERY_QUOTE,
        ErrorCode.QUERY_PARENTHESIS,
        ErrorCode.QUERY_OPERAND,
        ErrorCode.QUERY_NOT,
        ErrorCode.QUERY_FIELD,
        ErrorCode.SINK_MISSING,
    }
)


class DocpipeError(Exception):
    """Any failure that docpipe reports. `name` is the file it concerns, if one; `detail` is what was found."""

    def __init__(self, code: ErrorCode, detail: str = "", name: str = "") -> None:
        super().__init__(code, detail, name)
        self.code = code
        self.detail = detail
        self.name = name

    @property
    def exit_code(self) -> int:
        """2 for usage, settings and nothing to convert; 1 for a file that failed."""
        return 2 if self.code in _USAGE_ERRORS else 1

    def reason(self, language: Language | None = None) -> str:
        """Why, as a half sentence."""
        return text(self.code, language, self.detail, self.name).reason

    def advice(self, language: Language | None = None) -> str:
        """What to do next, as a sentence."""
        return text(self.code, language, self.detail, self.name).advice

    def __str__(self) -> str:
        prefix = f"{self.name}: " if self.name else ""
        return f"{prefix}{self.reason()} {self.advice()}".strip()


def warning(code: WarningCode, detail: str = "", at: tuple[Place, ...] = ()) -> Warning:
    """A warning for `Document.warnings`. Its message is English, so that outputs do not depend on the locale."""
    return Warning(code=code.value, message=text(code, "en", detail).reason, at=at)
