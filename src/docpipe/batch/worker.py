"""Carries out one job; the only place that converts in a run. What it reads and writes goes through `storage`.

`work` is the boundary of a file: whatever goes wrong with it ends here as a receipt, and the next file is untouched.
"""

from __future__ import annotations

import hashlib
import time
import traceback
from pathlib import PurePosixPath

from msgspec.structs import replace

from docpipe.batch import storage
from docpipe.batch.excerpts import cut_counts, excerpts
from docpipe.batch.jobs import Job, Receipt, WrittenFile, encodable, failed
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.pipeline import convert_bytes, write


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
    except MemoryError:
        most = job.settings.limits.memory_bytes
        receipt = failed(job, ErrorCode.OUT_OF_MEMORY, f"limits.memory-bytes is {most}")
    except Exception as error:  # noqa: BLE001 - the boundary: one file's bug must not cost the others
        detail = f"{type(error).__name__}: {error}".removesuffix(": ")
        receipt = replace(
            failed(job, ErrorCode.INTERNAL, detail), traceback=encodable(traceback.format_exc())
        )
    seconds = round(time.perf_counter() - started, 3)
    return replace(receipt, targets=tuple(written), seconds=seconds)


def _convert(job: Job, written: list[WrittenFile]) -> Receipt:
    source = storage.fetch(job.file, job.settings.limits.file_bytes)
    if source.sha256 == job.unchanged_if:
        return Receipt(
            path=job.path, file=encodable(job.file), outcome="unchanged", sha256=source.sha256
        )
    if source.sha256 == job.given_up_if:
        given_up = failed(job, ErrorCode.QUARANTINED, job.given_up)
        return replace(given_up, sha256=source.sha256)
    name = PurePosixPath(job.path).name
    reported = job.settings.report_text
    beside = storage.besides(job.file, job.settings.limits)
    document = convert_bytes(
        source.data,
        name,
        path=job.path,
        settings=job.settings,
        edges=reported,
        beside=beside.find,
    )
    for target in job.targets:
        content = write(document, target.format, job.settings)
        if not job.dry_run:
            storage.publish(job.output, target.file, content)
            digest = hashlib.sha256(content).hexdigest()
            written.append(WrittenFile(target.format, target.file, digest))
    if not job.dry_run:
        for stale in job.stale:
            storage.remove(job.output, stale)
    return Receipt(
        path=job.path,
        file=encodable(job.file),
        outcome="converted",
        sha256=source.sha256,
        removed=len(document.removed),
        cuts=cut_counts(document.removed),
        excerpts=excerpts(document.removed) if reported else (),
        warnings=tuple(document.warnings),
        edges=document.edges,
        beside=beside.seen,
        outdated=storage.changed(job.file, source.stamp)
        or storage.changed_beside(job.file, beside.seen),
    )
