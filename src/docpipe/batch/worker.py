"""Carries out one job; the only place that reads sources from disk and writes targets to it.

`work` is the boundary of a file: whatever goes wrong with it ends here as a receipt, and the next file is untouched.
"""

from __future__ import annotations

import hashlib
import time
import traceback
from pathlib import Path, PurePosixPath

import msgspec

from docpipe.batch.excerpts import cut_counts, excerpts
from docpipe.batch.jobs import Job, Receipt, WrittenFile, encodable, failed
from docpipe.batch.targets import WORKSPACE, write_atomically
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.pipeline import convert_bytes, load, write


def work(job: Job) -> Receipt:
    """Read, convert and write one source. Never raises an Exception: a failure is a receipt with its error code.

    MemoryError and RecursionError are failures of the file like any other.
    """
    started = time.perf_counter()
    written: list[WrittenFile] = []
    try:
        receipt = _convert(job, written)
    except DocpipeError as error:
        receipt = failed(job, error.code, error.detail)
    except Exception as error:  # noqa: BLE001 - the boundary: one file's bug must not cost the others
        detail = f"{type(error).__name__}: {error}".removesuffix(": ")
        receipt = msgspec.structs.replace(
            failed(job, ErrorCode.INTERNAL, detail), traceback=encodable(traceback.format_exc())
        )
    seconds = round(time.perf_counter() - started, 3)
    return msgspec.structs.replace(receipt, targets=tuple(written), seconds=seconds)


def _convert(job: Job, written: list[WrittenFile]) -> Receipt:
    data = load(job.file, job.settings)
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 == job.unchanged_if:
        return Receipt(path=job.path, file=encodable(job.file), outcome="unchanged", sha256=sha256)
    name = PurePosixPath(job.path).name
    document = convert_bytes(data, name, path=job.path, settings=job.settings)
    for target in job.targets:
        content = write(document, target.format, job.settings)
        if not job.dry_run:
            _write(Path(job.output), target.file, content)
            digest = hashlib.sha256(content).hexdigest()
            written.append(WrittenFile(target.format, target.file, digest))
    if not job.dry_run:
        for stale in job.stale:
            (Path(job.output) / stale).unlink(missing_ok=True)
    return Receipt(
        path=job.path,
        file=encodable(job.file),
        outcome="converted",
        sha256=sha256,
        removed=len(document.removed),
        cuts=cut_counts(document.removed),
        excerpts=excerpts(document.removed) if job.settings.report_text else (),
        warnings=tuple(document.warnings),
        edges=document.edges if job.settings.report_text else None,
    )


def _write(output: Path, file: str, content: bytes) -> None:
    try:
        write_atomically(output / file, content, output / WORKSPACE)
    except OSError as error:
        detail = f"{file}: {error.strerror or error}"
        raise DocpipeError(ErrorCode.OUTPUT_NOT_WRITABLE, detail) from error
