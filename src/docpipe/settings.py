"""All settings and the only home of their defaults: `docpipe.toml` and the command line fill one `Settings`.

Settings that shape an output's content are part of its digest (`Settings.digest`); those that only say where and how
fast (paths, jobs) are not, so that the same source gives the same bytes on any machine.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from docpipe.errors import DocpipeError, ErrorCode

Target = Literal["json", "docx", "html", "md", "txt"]
Policy = Literal["strict", "balanced", "keep-all"]
Reprocess = Literal["changed", "failed", "all"]


TrackChanges = Literal["accept", "reject", "all"]
DocxStyle = Literal["report", "gbt9704"]
Numbering = Literal["keep", "auto"]
Where = Literal["anywhere", "before-title", "body", "after-sign-off", "margin"]

_CUT_AT: dict[Policy, float] = {"strict": 0.4, "balanced": 0.6, "keep-all": 1.01}
_SUSPECT_AT: dict[Policy, float] = {"strict": 0.2, "balanced": 0.3, "keep-all": 0.5}


class UserRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line that the user wants kept (`clean.allow`) or taken out (`clean.deny`).

    `phrase` is text the line contains, `pattern` a regular expression found in it. `where` limits the rule to a part of
    the page, `source` (a path with wildcards, relative to the input) to some files. In `allow`, `rule` denies the cuts
    of a rule and `block` those in a block of the document as read; without any of the four all cuts are denied.
    """

    phrase: str = ""
    pattern: str = ""
    where: Where = "anywhere"
    source: str = "*"
    rule: str = ""
    block: int | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern: {error}") from error


class CleanSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What is taken out.

    `cut-at` is the confidence (0–1) from which a proposed cut is made, `suspect-at` the one from which a line that is
    kept is reported as suspect; both follow from the policy unless set.
    """

    policy: Policy = "balanced"
    cut_at: float | None = None
    suspect_at: float | None = None
    allow: tuple[UserRule, ...] = ()
    deny: tuple[UserRule, ...] = ()

    @property
    def cut_threshold(self) -> float:
        """The confidence from which cuts are made."""
        return _CUT_AT[self.policy] if self.cut_at is None else self.cut_at

    @property
    def suspect_threshold(self) -> float:
        """The confidence from which a kept line is suspect."""
        return _SUSPECT_AT[self.policy] if self.suspect_at is None else self.suspect_at


class ReadSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How a source is read.

    `track-changes` is which side of tracked changes is the text: what they come to (`accept`), what was there before
    (`reject`), or both, marked (`all`). The other side is listed as removed. `pages` are those of a PDF that are read,
    as "1-5,8"; "" is all. `password` opens protected PDFs.
    """

    track_changes: TrackChanges = "accept"
    pages: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\s*(?:\d+\s*(?:-\s*\d*\s*)?(?:,\s*|$))*", self.pages):
            raise ValueError(f"pages: {self.pages!r} is not of the form 1-5,8")

    def __repr__(self) -> str:
        return f"ReadSettings(track_changes={self.track_changes!r}, pages={self.pages!r})"


class DocxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How the target `docx` looks; no other target depends on it.

    `style` is a report's look or the layout of official documents (GB/T 9704-2012). `numbering` keeps labels what they
    were, typed text or Word's own numbers, or makes the labels of all headings Word's own. `reference-doc` names a DOCX
    whose styles, page, headers and footers are taken instead of a `style`; "" is none.
    """

    style: DocxStyle = "report"
    numbering: Numbering = "keep"
    reference_doc: str = ""


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Limits that keep one file from harming a run. Sizes in bytes, times in seconds.

    Of a file: `file-bytes` its size; of a zip package `zip-entries` (also the parts of MHTML), `zip-bytes` unpacked and
    `part-bytes` for one part, which is also the limit for a stream of a PDF; `pages` of a PDF, `page-seconds` of processor time
    for one of them, which is then given up alone, `form-draws` how often a drawing in it is repeated;
    `attributes` of one element of a web page. Of its conversion: `seconds` and `cpu-seconds` in all, `stall-seconds`
    without using the processor, `memory-bytes` of address space, `open-files`, and `output-bytes` of one file written.
    A worker is replaced after `worker-files` files, or when it has grown by `worker-growth-bytes`. A file in a folder is
    whole when it has not changed for `settle-seconds`.
    """

    file_bytes: int = 512 * 1024 * 1024
    zip_entries: int = 5_000
    zip_bytes: int = 512 * 1024 * 1024
    part_bytes: int = 128 * 1024 * 1024
    pages: int = 20_000
    page_seconds: float = 30.0
    form_draws: int = 10_000
    attributes: int = 10_000
    seconds: float = 300.0
    stall_seconds: float = 60.0
    cpu_seconds: int = 300
    memory_bytes: int = 2 * 1024 * 1024 * 1024
    open_files: int = 256
    output_bytes: int = 2 * 1024 * 1024 * 1024
    worker_files: int = 500
    worker_growth_bytes: int = 256 * 1024 * 1024
    settle_seconds: float = 1.0


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything a user can set.

    `report-text` is whether the run's report shows the removed and the doubtful text, or only counts and places.
    `quarantine` is whether files that had to be given up are copied there, or only the reason is written.
    `archive` is whether the JSON documents of a run go into `archive.db`, for search.
    `site-rules` names a file that `docpipe learn` wrote; "" is none.
    """

    input: str = "input"
    output: str = "output"
    site_rules: str = ""
    targets: tuple[Target, ...] = ("json", "docx")
    jobs: int = 1
    reprocess: Reprocess = "changed"
    report_text: bool = True
    archive: bool = True
    quarantine: bool = True
    read: ReadSettings = field(default_factory=ReadSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    docx: DocxSettings = field(default_factory=DocxSettings)
    limits: Limits = field(default_factory=Limits)

    def limits_digest(self) -> str:
        """SHA-256 (hex, 16 digits) over the limits: what was given up under others is tried again."""
        return hashlib.sha256(msgspec.json.encode(self.limits)).hexdigest()[:16]

    def digest(self) -> str:
        """SHA-256 (hex, 16 digits) over the settings that shape the content of an output."""
        read = replace(self.read, password="")
        return hashlib.sha256(msgspec.json.encode((read, self.clean))).hexdigest()[:16]


def load(path: Path) -> Settings:
    """Settings from a TOML file. Raises DocpipeError(BAD_SETTINGS) that names the file, the line and what is wrong."""
    try:
        text = path.read_text("utf-8")
        return msgspec.convert(tomllib.loads(text), Settings)
    except msgspec.ValidationError as error:
        line = _line_of(str(error), text)
        detail = f"line {line}: {error}" if line else str(error)
        raise DocpipeError(ErrorCode.BAD_SETTINGS, detail, str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, f"{error}", str(path)) from error


def _line_of(message: str, text: str) -> int:
    """The line (from 1) of the TOML text that a validation message such as "… - at `$.clean.allow[1].where`" is about, or 0."""
    unknown = re.search(r"unknown field `([^`]+)`", message)
    keys = re.findall(r"\.([\w-]+)(?:\[(\d+|\.\.\.)\])?", message.rpartition("at `$")[2])
    table = ".".join(name for name, _ in keys)
    number = next((int(index) for _, index in reversed(keys) if index.isdigit()), 0)
    key = unknown[1] if unknown else keys[-1][0] if keys else ""
    lines = text.splitlines()
    start = 0
    for header in (table, table.rpartition(".")[0]):
        heads = [
            i
            for i, raw in enumerate(lines)
            if raw.split("#")[0].strip(" []\t") == header and raw.strip().startswith("[")
        ]
        if heads:
            start = heads[min(number, len(heads) - 1)] + 1
            break
    for position in range(max(0, start), len(lines)):
        if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[position]):
            return position + 1
        if start and lines[position].lstrip().startswith("["):
            break
    return start
