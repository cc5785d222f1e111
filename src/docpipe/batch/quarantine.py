"""Keeps what a run had to give up apart: the file itself, and why, for whoever looks into it."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from docpipe.batch import storage
from docpipe.batch.jobs import Receipt
from docpipe.batch.targets import quarantine_name
from docpipe.errors import DocpipeError
from docpipe.settings import Settings


def put(receipt: Receipt, address: str, settings: Settings) -> Receipt:
    """Copy the source at `address` to quarantine, if the settings allow copies, with the reason beside it.

    Returns the receipt with the SHA-256 of the content, by which a later run knows it.
    Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL.
    """
    name = quarantine_name(receipt.path)
    try:
        content = storage.fetch(address, settings.limits.file_bytes)
    except DocpipeError:
        return receipt
    receipt = replace(receipt, sha256=content.sha256)
    error = receipt.error()
    reason = {
        "path": receipt.path,
        "code": receipt.code,
        "reason": error.reason("en"),
        "advice": error.advice("en"),
        "attempts": receipt.attempts,
        "seconds": receipt.seconds,
        "memory": receipt.memory,
        "bytes": len(content.data),
        "sha256": receipt.sha256,
    }
    text = msgspec.json.format(msgspec.json.encode(reason), indent=2)
    if settings.quarantine:
        storage.publish(settings.output, name, content.data)
    storage.publish(settings.output, f"{name}.reason.json", text)
    return receipt


def release(path: str, output: str) -> None:
    """Take a source out of quarantine, if it is there. Raises DocpipeError: OUTPUT_NOT_WRITABLE, DISK_FULL."""
    name = quarantine_name(path)
    storage.remove(output, name)
    storage.remove(output, f"{name}.reason.json")
