"""The commands that run batches: convert, its dry run, watch and status."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal

from docpipe.batch.estimate import estimate
from docpipe.batch.jobs import Summary
from docpipe.batch.journal import standing
from docpipe.batch.lock import is_held
from docpipe.batch.run import JOURNAL, run
from docpipe.batch.targets import WORKSPACE
from docpipe.batch.watch import watch
from docpipe.cli_texts import cli_text
from docpipe.console import (
    JsonLog,
    Progress,
    error_line,
    estimate_lines,
    say,
    standing_lines,
    summary_lines,
)
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Settings
from docpipe.texts import Language

LogFormat = Literal["text", "json"]


def convert(
    language: Language,
    paths: Sequence[Path],
    settings: Settings,
    *,
    fail_fast: bool,
    prune: bool,
    quiet: bool,
    verbose: bool,
    log_format: LogFormat,
    only: Collection[str] | None = None,
) -> Summary:
    """Convert, tell what happens meanwhile, and sum up. Raises DocpipeError as `run` does."""
    log: Progress | JsonLog
    if log_format == "json":
        log = JsonLog()
    else:
        log = Progress(language, quiet, verbose, sys.stderr.isatty())

    def not_archived(error: DocpipeError) -> None:
        line = cli_text("not-archived", language).format(message=error_line(error, language))
        say(line, err=True)

    try:
        summary = run(
            paths,
            settings,
            fail_fast=fail_fast,
            prune=prune,
            only=only,
            observe=log,
            # A signal handler must not wait for a lock, so this goes past the buffers.
            interrupted=lambda: _write(cli_text("finishing", language)),
            archive_failed=not_archived,
            language=language,
        )
    finally:
        log.close()
    if isinstance(log, JsonLog):
        log.summary(summary)
    else:
        for line in summary_lines(summary, language):
            say(line)
    return summary


def _write(line: str) -> None:
    os.write(2, f"\n{line}\n".encode(errors="replace"))


def dry_run(language: Language, paths: Sequence[Path], settings: Settings) -> int:
    """Tell what a run would do. Returns the exit code."""
    found = estimate(paths, settings)
    for line in estimate_lines(found, language):
        say(line)
    return int(bool(found.failures))


def status(language: Language, settings: Settings) -> int:
    """Tell how far the run into the output has come, or how the last one ended. Returns the exit code."""
    workspace = Path(settings.output) / WORKSPACE
    last = standing(workspace / JOURNAL)
    if last is None:
        raise DocpipeError(ErrorCode.NOTHING_TO_CONVERT, f"{settings.output}: no run")
    for line in standing_lines(last, is_held(workspace), time.time(), language):
        say(line)
    return 0


def follow(
    language: Language,
    folder: Path,
    settings: Settings,
    *,
    quiet: bool,
    verbose: bool,
    log_format: LogFormat,
) -> int:
    """Convert what is dropped into a folder until told to end. Returns the exit code."""

    def once(only: Collection[str] | None) -> Summary | None:
        try:
            return convert(
                language,
                [folder],
                settings,
                fail_fast=False,
                prune=False,
                quiet=quiet,
                verbose=verbose,
                log_format=log_format,
                only=only,
            )
        except DocpipeError as error:
            if error.code is ErrorCode.NOTHING_TO_CONVERT:
                return None
            # A full disk may have room again at the next change; what is wrong with the start ends the watch.
            if only is None or error.code is not ErrorCode.DISK_FULL:
                raise
            say(error_line(error, language), err=True)
            return None

    watch(folder, Path(settings.output), once)
    return 0
