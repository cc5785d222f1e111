"""Sends documents to OpenSearch or Elasticsearch by `_bulk`, or writes what would be sent as files.

Each record has an id of its own, so sending it twice leaves it there once: whatever is uncertain (a dropped connection, half an
answer) is sent again. The archive notes what was taken (`delivery`), so that a later run sends only what changed, and removes
pieces that a document no longer has.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from docpipe.archive.database import reading, transaction, writing
from docpipe.archive.exporting import Record, documents
from docpipe.errors import DocpipeError, ErrorCode

MAPPING: dict[str, Any] = {
    "settings": {
        "analysis": {
            "filter": {"cjk_pairs": {"type": "cjk_bigram", "output_unigrams": True}},
            "analyzer": {
                "cjk_text": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["cjk_width", "lowercase", "cjk_pairs"],
                }
            },
        }
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            "digest": {"type": "keyword"},
            "source": {"type": "keyword", "ignore_above": 8191},
            "title": {"type": "text", "analyzer": "cjk_text"},
            "section": {"type": "text", "analyzer": "cjk_text"},
            "piece": {"type": "integer"},
            "text": {"type": "text", "analyzer": "cjk_text"},
            "metadata": {
                "properties": {
                    "date": {"type": "keyword"},
                    "period": {"type": "keyword"},
                    "language": {"type": "keyword"},
                    "document_number": {"type": "keyword"},
                    "organization": {
                        "type": "text",
                        "analyzer": "cjk_text",
                        "fields": {"raw": {"type": "keyword", "ignore_above": 1000}},
                    },
                    "author": {"type": "text", "analyzer": "cjk_text"},
                    "kind": {"type": "keyword", "ignore_above": 1000},
                }
            },
            "at": {"type": "object", "enabled": False},
        },
    },
}
"""Index settings and mapping: pairs of Chinese characters and single ones, width and letter case folded."""

_BATCH_BYTES = 5 * 1024 * 1024
_TRIES = 8
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_TIMEOUT = 60.0  # seconds for one answer

Sleep = Callable[[float], None]


class Item(NamedTuple):
    """One action of a bulk request: a record to index, or (`source` is None) to delete."""

    id: str
    source: bytes | None


class Refused(NamedTuple):
    """A record that the service will never take, and why."""

    id: str
    status: int
    reason: str


class Sent(NamedTuple):
    """What an export came to: documents sent, documents that had been taken before, records that were refused."""

    sent: int
    there: int
    refused: tuple[Refused, ...]


def write_files(file: Path, folder: Path, index: str, *, tokens: int) -> int:
    """Write `index.json` and `bulk-0001.ndjson` … for an index, to send by other means. Returns the number of documents.

    Raises DocpipeError as `reading` does, and OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("bulk-*.ndjson"):
        old.unlink()
    text = json.dumps(MAPPING, ensure_ascii=False, indent=2)
    (folder / "index.json").write_text(text + "\n", "utf-8")
    count = 0

    def all_items() -> Iterator[Item]:
        nonlocal count
        with reading(file) as database:
            for _, _, records in documents(database, sections=True, tokens=tokens):
                count += 1
                yield from _items(records)

    for number, batch in enumerate(_batches(all_items()), 1):
        (folder / f"bulk-{number:04}.ndjson").write_bytes(_body(batch, index))
    return count


def send(
    file: Path,
    url: str,
    index: str,
    *,
    tokens: int,
    sleep: Sleep = time.sleep,
    tries: int = _TRIES,
) -> Sent:
    """Bring an index in line with the archive's current documents.

    Raises DocpipeError: BAD_SETTINGS for the address, SINK_MISSING, SINK_FAILED (what was taken until then is noted), and those of the archive.
    """
    service = _Service(url, index, sleep, tries)
    service.make_index()
    sink = hashlib.sha256(f"{service.address} {index} {tokens}".encode()).hexdigest()
    sent = there = 0
    refused: list[Refused] = []
    with reading(file) as database:
        rows = database.execute(
            "SELECT path, digest, records FROM delivery WHERE sink = ?", (sink,)
        )
        delivered = {path: (digest, records.split()) for path, digest, records in rows}
        waiting: list[_Waiting] = []
        size = 0
        for path, _, records in documents(database, sections=True, tokens=tokens):
            items = list(_items(records))
            digest = _digest(items)
            before, ids = delivered.pop(path, ("", []))
            if before == digest:
                there += 1
                continue
            here = {item.id for item in items}
            items += [Item(id, None) for id in ids if id not in here]
            waiting.append(_Waiting(path, digest, items))
            size += sum(len(item.source or b"") for item in items)
            sent += 1
            if size >= _BATCH_BYTES:
                refused += _deliver(service, file, sink, waiting)
                waiting, size = [], 0
        waiting += [
            _Waiting(path, "", [Item(id, None) for id in ids])
            for path, (_, ids) in delivered.items()
        ]
        refused += _deliver(service, file, sink, waiting)
    return Sent(sent, there, tuple(refused))


class _Waiting(NamedTuple):
    """A document to send; `digest` is that of its records, "" if the document is gone."""

    path: str
    digest: str
    items: list[Item]


def _digest(items: Sequence[Item]) -> str:
    """What the records of a document come to, their metadata too."""
    hasher = hashlib.sha256()
    for item in items:
        hasher.update(item.source or b"")
    return hasher.hexdigest()


def _deliver(
    service: _Service, file: Path, sink: str, waiting: Sequence[_Waiting]
) -> list[Refused]:
    """Send some documents, and note those that were taken whole."""
    refused: list[Refused] = []
    for batch in _batches(item for one in waiting for item in one.items):
        refused += service.bulk(batch)
    failed = {one.id for one in refused}
    with writing(file) as database, transaction(database):
        for one in waiting:
            if failed.intersection(item.id for item in one.items):
                continue
            database.execute("DELETE FROM delivery WHERE sink = ? AND path = ?", (sink, one.path))
            if one.digest:
                ids = " ".join(item.id for item in one.items if item.source is not None)
                database.execute(
                    "INSERT INTO delivery VALUES (?, ?, ?, ?)", (sink, one.path, one.digest, ids)
                )
    return refused


def _items(records: Iterable[Record]) -> Iterator[Item]:
    for record in records:
        yield Item(record.id, msgspec.json.encode(record))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        length = len(item.source or b"")
        if batch and size + length > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += length
    if batch:
        yield batch


def _body(items: Iterable[Item], index: str) -> bytes:
    lines = []
    for item in items:
        action = "delete" if item.source is None else "index"
        lines.append(msgspec.json.encode({action: {"_index": index, "_id": item.id}}))
        if item.source is not None:
            lines.append(item.source)
    return b"\n".join(lines) + b"\n"


class _Service:
    """One index of a search service, reached through opensearch-py; the retries are ours."""

    def __init__(self, url: str, index: str, sleep: Sleep, tries: int) -> None:
        try:
            import opensearchpy
        except ImportError as error:
            raise DocpipeError(ErrorCode.SINK_MISSING, str(error)) from error
        self.address = _address(url)
        self._errors = opensearchpy.exceptions
        self._client = opensearchpy.OpenSearch(
            [url], max_retries=0, retry_on_timeout=False, timeout=_TIMEOUT
        )
        self._index = index
        self._sleep = sleep
        self._tries = tries

    def make_index(self) -> None:
        """Make the index with its mapping, unless it is there."""

        def make() -> None:
            if not self._client.indices.exists(index=self._index):
                self._client.indices.create(index=self._index, body=MAPPING)

        try:
            self._tried(make)
        except self._errors.RequestError as error:
            if "resource_already_exists" not in str(error):
                raise self._failed(error) from error

    def bulk(self, items: Sequence[Item]) -> list[Refused]:
        """Have all items done, whatever it takes; returns those that the service will never take."""
        refused: list[Refused] = []
        rest = list(items)
        for attempt in range(self._tries):
            answer = self._tried(
                lambda: self._client.bulk(body=_body(rest, self._index).decode())  # noqa: B023
            )
            again, never = _sorted_out(rest, answer)
            refused += never
            if not again:
                return refused
            rest = again
            self._wait(attempt)
        raise DocpipeError(ErrorCode.SINK_FAILED, f"{len(rest)} x 429/503", self.address)

    def _tried(self, action: Callable[[], Any]) -> Any:
        """The result of an action, tried again while the service is out of reach or busy."""
        for attempt in range(self._tries):
            try:
                return action()
            except self._errors.ConnectionError as error:
                problem: Exception = error
            except self._errors.SerializationError as error:  # half an answer
                problem = error
            except self._errors.TransportError as error:
                if error.status_code not in _RETRIED:
                    if isinstance(error, self._errors.RequestError):
                        raise
                    raise self._failed(error) from error
                problem = error
            if attempt + 1 < self._tries:
                self._wait(attempt)
        raise self._failed(problem) from problem

    def _wait(self, attempt: int) -> None:
        """Wait twice as long each time, and not all senders at the same moment."""
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        self._sleep(longest * random.uniform(0.5, 1.0))

    def _failed(self, error: Exception) -> DocpipeError:
        return DocpipeError(ErrorCode.SINK_FAILED, str(error), self.address)


def _address(url: str) -> str:
    """The address of a service without name and password. Raises DocpipeError(BAD_SETTINGS) if it is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DocpipeError(ErrorCode.BAD_SETTINGS, "--url: http:// / https:// ?")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _sorted_out(items: Sequence[Item], answer: Any) -> tuple[list[Item], list[Refused]]:
    """From the answer to a bulk request: what to send again, and what the service will never take.

    An answer that does not tell of every item tells nothing of those it leaves out: they are sent again.
    """
    results = answer.get("items", []) if isinstance(answer, dict) else []
    told: dict[str, tuple[int, str]] = {}
    for result in results:
        for outcome in result.values():
            reason = outcome.get("error", "")
            text = reason.get("reason", "") if isinstance(reason, dict) else str(reason)
            told[outcome.get("_id", "")] = (int(outcome.get("status", 0)), text)
    again: list[Item] = []
    never: list[Refused] = []
    for item in items:
        status, reason = told.get(item.id, (503, ""))
        if status < 300 or (item.source is None and status == 404):
            continue
        if status in _RETRIED or not status:
            again.append(item)
        else:
            never.append(Refused(item.id, status, reason))
    return again, never
