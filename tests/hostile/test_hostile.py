"""The hostile set of the bench (`make_hostile.py`): one batch over all of it, and every file meets its row of the manifest."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from docpipe.batch.jobs import encodable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the set needs Linux file names")

CODE = "import sys; from docpipe.cli import main; sys.exit(main())"


class Canary:
    """Listens where the files try to connect to, and counts who does."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.hits = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self.server.accept()[0].close()
            except OSError:
                return
            self.hits += 1


class Batch:
    """The set, the run over it and what it left."""

    def __init__(self, root: Path, script: Path) -> None:
        self.maker = _module(script)
        self.canary = Canary()
        self.folder = root / "set"
        port = str(self.canary.port)
        subprocess.run(
            [sys.executable, str(script), str(self.folder), "--port", port],
            check=True,
            capture_output=True,
        )
        self.manifest = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        self.cases: list[dict[str, Any]] = [
            case for case in self.manifest["cases"] if case["name"] != "../evil.docx"
        ]
        self.before = _state(self.folder)
        self.output = root / "work" / "output"
        self.output.parent.mkdir()
        arguments = ["convert", str(self.folder / "input"), "-j", "2", "-t", "json,docx,html,md"]
        self.result = subprocess.run(
            [sys.executable, "-c", CODE, *arguments],
            cwd=self.output.parent,
            capture_output=True,
            timeout=300,
            check=False,
            env={**os.environ, "DOCPIPE_LANG": "en"},
        )
        report = json.loads((self.output / "report.json").read_text("utf-8"))
        self.rows: dict[str, list[dict[str, Any]]] = {}
        for row in report["files"]:
            self.rows.setdefault(row["path"], []).append(row)

    def row(self, case: dict[str, Any]) -> dict[str, Any]:
        [row] = self.rows[encodable(case["name"])]
        return row

    def exported(self, case: dict[str, Any], format: str) -> str:
        """The text of a target of a case, "" if there is none."""
        for target in self.row(case).get("targets", ()):
            if target["format"] == format:
                return (self.output / target["file"]).read_text("utf-8")
        return ""


def _module(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_hostile", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _state(folder: Path) -> dict[str, str]:
    """Every file below a folder and its content; of what is no regular file its kind."""
    state = {}
    for path in sorted(folder.rglob("*")):
        name = os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
        regular = path.is_file() and not path.is_symlink()
        state[name] = hashlib.sha256(path.read_bytes()).hexdigest() if regular else "special"
    return state


@pytest.fixture(scope="module")
def batch(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    script = shared / "bench" / "hostile" / "make_hostile.py"
    if not script.is_file():
        pytest.skip("make_hostile.py is not in ../shared/bench/hostile")
    batch = Batch(tmp_path_factory.mktemp("hostile"), script)
    yield batch
    batch.canary.server.close()


def test_the_run_ends_as_one_with_failures_does(batch: Batch) -> None:
    assert batch.result.returncode == 1, batch.result.stderr[-2000:]
    assert b"Traceback" not in batch.result.stderr + batch.result.stdout


def test_every_file_has_one_row(batch: Batch) -> None:
    names = sorted(encodable(case["name"]) for case in batch.cases)
    assert len(names) == len(batch.manifest["cases"]) - 1 == 112
    assert sorted(batch.rows) == names
    assert all(len(rows) == 1 for rows in batch.rows.values())


def test_outcome_time_and_memory_are_within_each_row(batch: Batch) -> None:
    wrong = []
    for case in batch.cases:
        row = batch.row(case)
        outcome = "converted" if row["outcome"] == "converted" else "rejected"
        seconds, memory = row.get("seconds", 0), row.get("memory", 0) / 2**20
        if outcome not in case["accept"]:
            wrong.append(f"{case['name']!a}: {outcome}, {row.get('reason')}")
        if outcome == "rejected" and not (row.get("reason") or row.get("detail")):
            wrong.append(f"{case['name']!a}: no reason")
        if seconds > case["max_seconds"] or memory > case["max_rss_mb"]:
            wrong.append(f"{case['name']!a}: {seconds} s, {memory:.0f} MB")
    assert not wrong


def test_passwords_are_named_as_the_reason(batch: Batch) -> None:
    for case in batch.cases:
        if case["name"].startswith(("encrypted_user", "encrypted_ooxml")):
            assert "password" in batch.row(case)["reason"]


def test_what_must_be_kept_is_in_the_json(batch: Batch) -> None:
    missing = []
    for case in batch.cases:
        if batch.row(case)["outcome"] == "converted":
            text = "\n".join(_strings(json.loads(batch.exported(case, "json"))))
            missing += [(case["name"], keep) for keep in case["keep"] if keep not in text]
    assert not missing


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def test_what_is_forbidden_is_nowhere(batch: Batch) -> None:
    forbidden = {text.encode() for case in batch.cases for text in case["forbid"]}
    contents = {"log": batch.result.stdout + batch.result.stderr}
    for path in batch.output.rglob("*"):
        if path.is_file():
            contents[str(path)] = path.read_bytes()
            if path.suffix == ".docx" and "quarantine" not in path.parts:
                with zipfile.ZipFile(path) as package:
                    contents[str(path)] += b"".join(map(package.read, package.namelist()))
    for name, content in contents.items():
        for text in forbidden:
            assert text not in content, name


def test_exports_hold_nothing_active(batch: Batch) -> None:
    found = []
    for case in batch.cases:
        page, markdown = batch.exported(case, "html"), batch.exported(case, "md")
        found += [(case["name"], one) for one in batch.maker.active_content(page)]
        found += [(case["name"], one) for one in batch.maker.active_markdown(markdown)]
        for pattern in case["forbid_html"]:
            if re.search(pattern, page) or re.search(pattern, markdown):
                found.append((case["name"], pattern))
    assert not found
    assert not batch.maker.active_content(
        re.sub(r"<script>.*?</script>|<form id=.*?</form>", "", _report(batch), flags=re.S)
    )


def _report(batch: Batch) -> str:
    """The report without the script and the filters, which are docpipe's own."""
    return (batch.output / "report.html").read_text("utf-8")


def test_no_word_documents_hold_what_is_active(batch: Batch) -> None:
    for case in batch.cases:
        for target in batch.row(case).get("targets", ()):
            if target["format"] == "docx":
                with zipfile.ZipFile(batch.output / target["file"]) as package:
                    names = " ".join(package.namelist())
                    text = b"".join(map(package.read, package.namelist()))
                assert "vbaProject" not in names
                for mark in (b"attachedTemplate", b"DDEAUTO", b"INCLUDETEXT", b"javascript:"):
                    # As text it may stand there; as a field, a link or a template it may not.
                    assert not re.search(rb'(Target="[^"]*|instrText[^<]*>[^<]*)' + mark, text)


def test_names_and_texts_cannot_steer_terminals_or_logs(batch: Batch) -> None:
    log = (batch.result.stdout + batch.result.stderr).decode("utf-8")
    assert "\x1b" not in log
    assert "\u202e" not in log
    assert not any(line.startswith("ERROR forged") for line in log.splitlines())
    assert "\u202e" not in _report(batch)


def test_names_get_safe_and_distinct_targets(batch: Batch) -> None:
    files = [
        target["file"]
        for rows in batch.rows.values()
        for target in rows[0].get("targets", ())
        if target["format"] == "json"
    ]
    assert len(files) == len({file.casefold() for file in files})
    for file in files:
        name = file.split("/")[-1]
        assert len(name.encode()) <= 255
        assert not re.search(r'[\x00-\x1f<>:"|?*\\]', name)
        assert not re.match(r"con(\.|$)", name, re.I)
        assert (batch.output / file).is_file()


def test_nothing_else_was_touched(batch: Batch) -> None:
    assert batch.canary.hits == 0
    assert _state(batch.folder) == batch.before
    assert [path.name for path in batch.output.parent.iterdir()] == ["output"]
    for file in batch.manifest["forbidden_files"]:
        assert not Path(file).exists()


def test_a_path_that_leads_out_is_no_name_of_a_target(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "evil.docx").write_bytes((batch.folder / "input" / "a.docx").read_bytes())
    result = subprocess.run(
        [sys.executable, "-c", CODE, "convert", "../evil.docx", "-o", "out", "-t", "json"],
        cwd=tmp_path / "in",
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.docx", "in"]
    assert (tmp_path / "in" / "out" / "json" / "evil.docx.json").is_file()
