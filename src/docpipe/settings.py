"""All settings and the only home of their defaults: `docpipe.toml` and the command line fill one `Settings`.

Settings that shape an output's content are part of its digest (`Settings.digest`); those that only say where and how
fast (paths, jobs) are not, so that the same source gives the same bytes on any machine.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, field

from docpipe.errors import DocpipeError, ErrorCode

Target = Literal["json", "docx", "html", "md", "txt"]
Policy = Literal["strict", "balanced", "keep-all"]
Reprocess = Literal["changed", "failed", "all"]


class CleanSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What is taken out. `cut_at` is the confidence (0–1) from which a proposed cut is made."""

    policy: Policy = "balanced"
    cut_at: float = 0.6


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Limits that keep one file from harming a run. Sizes in bytes."""

    file_bytes: int = 512 * 1024 * 1024
    zip_entries: int = 5_000
    zip_bytes: int = 512 * 1024 * 1024
    part_bytes: int = 128 * 1024 * 1024
    pages: int = 20_000


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything a user can set."""

    input: str = "input"
    output: str = "output"
    targets: tuple[Target, ...] = ("json", "docx")
    jobs: int = 1
    reprocess: Reprocess = "changed"
    clean: CleanSettings = field(default_factory=CleanSettings)
    limits: Limits = field(default_factory=Limits)

    def digest(self) -> str:
        """SHA-256 (hex, 16 digits) over the settings that shape the content of an output."""
        return hashlib.sha256(msgspec.json.encode(self.clean)).hexdigest()[:16]


def load(path: Path) -> Settings:
    """Settings from a TOML file. Raises DocpipeError(BAD_SETTINGS) that names the file and the place."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, f"{error}", str(path)) from error
