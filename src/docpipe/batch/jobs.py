"""What goes to a worker and what comes back: plain data that any engine can send anywhere."""

from __future__ import annotations

import os
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from docpipe.beside import Seen
from docpipe.errors import DocpipeError, ErrorCode, WarningCode, warning
from docpipe.model import Edges, Layer, Place, Reason, Warning
from docpipe.settings import Settings

Outcome = Literal["converted", "unchanged", "failed", "ignored", "left-alone", "not-reached"]
"""The last three are of entries that a run did not look at; no engine returns them."""

GIVEN_UP = frozenset({ErrorCode.WORKER_DIED, ErrorCode.TOO_SLOW, ErrorCode.OUT_OF_MEMORY})
"""How a source fails that takes its worker with it: it is tried once more, alone, then put into quarantine."""

_PARTLY = frozenset({WarningCode.PARTIAL.value, WarningCode.NEEDS_OCR.value})


class TargetFile(Struct, frozen=True):
    """A file to write: its format, and its path relative to the output folder with POSIX separators."""

    format: str
    file: str


class WrittenFile(Struct, frozen=True):
    """A file that was written: as `TargetFile`, with the SHA-256 (hex) of its content."""

    format: str
    file: str
    sha256: str


class Job(Struct, frozen=True, kw_only=True):
    """One source and what shall become of it.

    `file` is the address of the source (`storage`), `path` what it is called: relative to the input, POSIX separators.
    `output` is the address of the output. `unchanged_if` is
    the SHA-256 (hex) of the content from which all targets are already made, "" if they are not. `given_up_if` is that
    of the content that an earlier run had to give up, and `given_up` says why. `stale` are files
    that an earlier run made of this source under names that are no longer theirs, relative to `output`. With `dry_run`
    the source is converted, but nothing is written.
    """

    file: str
    path: str
    output: str
    targets: tuple[TargetFile, ...]
    settings: Settings
    unchanged_if: str = ""
    given_up_if: str = ""
    given_up: str = ""
    stale: tuple[str, ...] = ()
    dry_run: bool = False


class CutCount(Struct, frozen=True):
    """How many cuts a rule made in a document, and for which reason."""

    reason: Reason
    rule: str
    count: int


class Cut(Struct, frozen=True, omit_defaults=True):
    """A cut as the report shows it: as `model.Removal`, the text shortened, with the layer and first place of its block."""

    text: str
    reason: Reason
    rule: str
    confidence: float
    block: int
    because: str = ""
    layer: Layer = "body"
    at: Place | None = None


class Excerpt(Struct, frozen=True, omit_defaults=True):
    """Cuts between the same kept text. `inline`: all of it is one block, else `before` and `after` are lines."""

    before: str
    cuts: tuple[Cut, ...]
    after: str
    inline: bool = False


class Receipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one source.

    `sha256` is that of its content ("" if it could not be read), `removed` counts the cuts, `cuts` does so by rule,
    `seconds` is the time spent, `memory` the most memory in bytes (0 where it is not known), `attempts` the number of times
    it was tried. `beside` are the files that the source names as saved with it. `outdated` says that the source, or one of these, was written or replaced after it was read. `targets` are the files that were written, even if a later one failed. `code` and
    `detail` say why it failed, `traceback` where, if docpipe itself is to blame. `excerpts` are the cuts in context, the
    first of them if there are many; they go into the journal and to the report, never into a run's summary. `edges` are
    the lines at the text's edges, which a run compares; they go into the journal.
    """

    path: str
    file: str
    outcome: Outcome
    sha256: str = ""
    targets: tuple[WrittenFile, ...] = ()
    removed: int = 0
    cuts: tuple[CutCount, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    warnings: tuple[Warning, ...] = ()
    edges: Edges | None = None
    code: str = ""
    detail: str = ""
    traceback: str = ""
    seconds: float = 0.0
    memory: int = 0
    attempts: int = 1
    beside: tuple[Seen, ...] = ()
    outdated: bool = False

    @property
    def partly(self) -> bool:
        """Whether the source was converted, but not all of it."""
        return any(warning.code in _PARTLY for warning in self.warnings)

    def error(self) -> DocpipeError:
        """The error behind a failed receipt, with its reason and advice."""
        return DocpipeError(ErrorCode(self.code), self.detail, self.file)


class LearnCandidate(Struct, frozen=True):
    """A line that recurred at the edges of several documents of a run, and in how many; `seen_in` names some of them."""

    text: str
    documents: int
    seen_in: tuple[str, ...] = ()


class Summary(Struct, kw_only=True):
    """What a run came to: a receipt for each source, ordered by path.

    `ignored` are the entries that were passed over (hidden files and the like), `left_alone` counts the sources that
    the run did not take, because `reprocess = "failed"` or a watch had no reason to, `not_reached` those that remained when the
    run ended early. `seconds` is the wall time. `stale` are target files, relative to the output, of sources that are gone;
    `pruned` counts those that were removed. `lacking` names the limits that this system does not offer. `rebuilt` says that
    the journal was damaged, and begun anew. `learn_candidates` are lines that `docpipe learn` would look at; they change no output.
    """

    receipts: list[Receipt] = field(default_factory=list)
    ignored: list[Receipt] = field(default_factory=list)
    left_alone: int = 0
    not_reached: int = 0
    seconds: float = 0.0
    learn_candidates: tuple[LearnCandidate, ...] = ()
    stale: tuple[str, ...] = ()
    pruned: int = 0
    lacking: tuple[str, ...] = ()
    rebuilt: bool = False
    interrupted: bool = False

    def of(self, outcome: str) -> list[Receipt]:
        """The receipts with that outcome."""
        return [receipt for receipt in self.receipts if receipt.outcome == outcome]

    @property
    def exit_code(self) -> int:
        """0: every file is converted; 1: some failed, or only partly; 130: interrupted."""
        if self.interrupted:
            return 130
        return int(any(one.outcome == "failed" or one.partly for one in self.receipts))


def failed(job: Job, code: ErrorCode, detail: str = "") -> Receipt:
    """The receipt of a job that failed before it left anything."""
    return Receipt(
        path=job.path,
        file=encodable(job.file),
        outcome="failed",
        code=code.value,
        detail=encodable(detail),
    )


def without_text(receipt: Receipt) -> Receipt:
    """The receipt without text of the document: of a doubtful line only the rule and the confidence are left."""
    warnings = tuple(
        _without_line(one) if one.code == WarningCode.SUSPECT else one for one in receipt.warnings
    )
    return replace(receipt, warnings=warnings, excerpts=())


def _without_line(suspect: Warning) -> Warning:
    rule_and_confidence = suspect.message.rpartition(" (")[2]
    return warning(WarningCode.SUSPECT, f"… ({rule_and_confidence}", suspect.at)


def encodable(text: str) -> str:
    """`text` as JSON can hold it: bytes of a file name that are no UTF-8, lone surrogates in Python, become `\\xff`."""
    return os.fsencode(text).decode("utf-8", "backslashreplace")
