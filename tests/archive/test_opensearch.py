"""The sender against a server on the loopback address that fails in every way a search service does."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from documents import document, section, write

from docpipe import cli
from docpipe.archive import adding, opensearch, rebuilding
from docpipe.errors import DocpipeError, ErrorCode

pytest.importorskip("opensearchpy")


class Service(ThreadingHTTPServer):
    """Holds an index; `troubles` are what befalls the next bulk requests, "" is none."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.held: dict[str, Any] = {}
        self.mapping: Any = None
        self.troubles: list[str] = []
        self.requests = Counter[str]()
        self.written = Counter[str]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Dropped connections are meant."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def log_message(self, *arguments: object) -> None: ...

    def do_HEAD(self) -> None:
        self._answer(200 if self.server.mapping else 404, None)

    def do_PUT(self) -> None:
        self.server.mapping = json.loads(self._body())
        self._answer(200, {"acknowledged": True})

    def do_POST(self) -> None:
        body = self._body()
        service = self.server
        service.requests["bulk"] += 1
        trouble = service.troubles.pop(0) if service.troubles else ""
        if trouble == "refuse":
            return self._answer(429, {"error": "busy", "status": 429})
        if trouble == "unavailable":
            return self._answer(503, {"error": "down", "status": 503})
        if trouble == "drop-before":
            return self._drop()
        items = self._do(body, trouble)
        if trouble == "drop-after":
            return self._drop()
        answer = {"took": 1, "errors": True, "items": items}
        if trouble == "half":
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            return self._drop()
        if trouble == "cut-json":
            return self._send(200, json.dumps(answer).encode()[:-20])
        if trouble == "forget":
            answer["items"] = items[: len(items) // 2]
        return self._answer(200, answer)

    def _do(self, body: bytes, trouble: str) -> list[Any]:
        lines = iter(body.decode().splitlines())
        items = []
        for number, line in enumerate(lines):
            [(action, about)] = json.loads(line).items()
            id = about["_id"]
            source = json.loads(next(lines)) if action == "index" else None
            status, error = 200, None
            if trouble == "items" and number % 2:
                status, error = 429, {"type": "es_rejected_execution_exception", "reason": "full"}
            elif trouble == "items-503" and number % 3 == 0:
                status, error = 503, {"type": "unavailable_shards_exception", "reason": "shard"}
            elif source is not None and "毒" in source["text"]:
                status, error = 400, {"type": "mapper_parsing_exception", "reason": "cannot parse"}
            elif source is None:
                status = 200 if self.server.held.pop(id, None) is not None else 404
            else:
                self.server.held[id] = source
                self.server.written[id] += 1
            outcome = {"_id": id, "status": status}
            if error:
                outcome["error"] = error
            items.append({action: outcome})
        return items

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, value: object) -> None:
        self._send(status, b"" if value is None else json.dumps(value).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for n in range(10):
        texts = [section(f"节{k}", f"文{n}-{k}") for k in range(4)]
        write(tmp_path / "json", **{f"d{n}": document(f"d{n}", texts)})
    adding.add(tmp_path / "a.db", [tmp_path / "json"])
    return tmp_path / "a.db"


def send(archive: Path, service: Service, tries: int = 8) -> opensearch.Sent:
    waits: list[float] = []
    sent = opensearch.send(
        archive, service.url, "docs", tokens=512, sleep=waits.append, tries=tries
    )
    assert all(0 < wait <= 60 for wait in waits)
    return sent


TROUBLES = [
    "items",
    "items-503",
    "refuse",
    "unavailable",
    "drop-before",
    "drop-after",
    "half",
    "cut-json",
    "forget",
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_record_is_there_exactly_once_whatever_befalls(
    archive: Path, service: Service, trouble: str
) -> None:
    service.troubles = [trouble, trouble]
    assert send(archive, service) == (10, 0, ())
    assert len(service.held) == 40
    assert service.requests["bulk"] == 3
    texts = Counter(one["text"] for one in service.held.values())
    assert texts == {f"文{n}-{k}": 1 for n in range(10) for k in range(4)}
    before = service.requests["bulk"]
    assert send(archive, service) == (0, 10, ())
    assert service.requests["bulk"] == before


def test_all_troubles_in_a_row(
    archive: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch, "_BATCH_BYTES", 1500)
    service.troubles = TROUBLES * 2
    assert send(archive, service) == (10, 0, ())
    assert len(service.held) == 40
    assert service.requests["bulk"] > 20


def test_a_refused_record_is_told_and_tried_by_the_next_run(
    archive: Path, service: Service, tmp_path: Path
) -> None:
    adding.add(archive, [write(tmp_path / "more", x=document("x", [section("甲", "毒")]))])
    sent = send(archive, service)
    [refused] = sent.refused
    assert (refused.status, refused.reason) == (400, "cannot parse")
    assert len(service.held) == 40
    assert send(archive, service).there == 10
    adding.add(archive, [write(tmp_path / "more", x=document("x", [section("甲", "好")]))])
    assert send(archive, service) == (1, 10, ())
    assert len(service.held) == 41


def test_a_run_that_gave_up_is_taken_up_again(
    archive: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch, "_BATCH_BYTES", 1500)
    service.troubles = ["", "", "", *["unavailable"] * 3]
    with pytest.raises(DocpipeError) as caught:
        send(archive, service, tries=3)
    assert caught.value.code == ErrorCode.SINK_FAILED
    sent = send(archive, service)
    assert sent.there > 0
    assert sent.sent + sent.there == 10
    assert len(service.held) == 40
    assert max(service.written.values()) <= 2


def test_changed_and_lost_documents_leave_nothing_behind(
    archive: Path, service: Service, tmp_path: Path
) -> None:
    send(archive, service)
    write(tmp_path / "json", d0=document("d0", [section("节0", "新")]))
    adding.add(archive, [tmp_path / "json"])
    assert send(archive, service) == (1, 9, ())
    assert len(service.held) == 37
    rebuilding.rebuild(archive, [tmp_path / "json"])
    assert send(archive, service) == (10, 0, ())
    assert len(service.held) == 37


def test_a_service_that_is_not_there_or_forbids_is_told(archive: Path, service: Service) -> None:
    with pytest.raises(DocpipeError) as caught:
        opensearch.send(
            archive,
            "http://user:secret@127.0.0.1:1",
            "docs",
            tokens=9,
            sleep=lambda s: None,
            tries=2,
        )
    assert caught.value.code == ErrorCode.SINK_FAILED
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "ftp://user:secret@a", "http://", "localhost:9200"])
def test_what_is_no_address_is_told(archive: Path, url: str) -> None:
    with pytest.raises(DocpipeError) as caught:
        opensearch.send(archive, url, "docs", tokens=9)
    assert caught.value.code == ErrorCode.BAD_SETTINGS
    assert "secret" not in str(caught.value)


def test_the_same_as_files(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch, "_BATCH_BYTES", 4000)
    folder = tmp_path / "out"
    assert opensearch.write_files(archive, folder, "docs", tokens=512) == 10
    mapping = json.loads((folder / "index.json").read_text("utf-8"))
    assert mapping["settings"]["analysis"]["analyzer"]["cjk_text"]["filter"][-1] == "cjk_pairs"
    files = sorted(folder.glob("bulk-*.ndjson"))
    assert len(files) > 1
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == 80
    assert {line["index"]["_index"] for line in lines[::2]} == {"docs"}
    assert len({line["index"]["_id"] for line in lines[::2]}) == 40


def test_the_command(
    archive: Path,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DOCPIPE_LANG", "en")
    command = ["export", "--to", "opensearch", "--archive", str(archive)]
    assert cli.main(command) == 2
    assert "--url" in capsys.readouterr().err
    monkeypatch.setenv("DOCPIPE_OPENSEARCH_URL", service.url)
    assert cli.main([*command, "--index", "docs"]) == 0
    assert capsys.readouterr().out == "Documents sent: 10, unchanged: 0, records refused: 0.\n"
    assert cli.main([*command, "-o", str(archive.parent / "files")]) == 0
    assert capsys.readouterr().out == "Documents written: 10.\n"
