from __future__ import annotations

from pathlib import Path

import pytest

from docpipe.batch.jobs import Receipt, WrittenFile
from docpipe.batch.journal import Journal, Made, Recipe
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Warning

RECIPE = Recipe("s", "r", "v")


def converted(path: str, sha256: str, *formats: str) -> Receipt:
    targets = tuple(WrittenFile(name, f"{name}/{path}", "t") for name in formats)
    return Receipt(
        path=path,
        file=path,
        outcome="converted",
        sha256=sha256,
        targets=targets,
        warnings=(Warning("partial", "报告"),),
    )


def test_what_was_recorded_is_there_in_the_next_run(tmp_path: Path) -> None:
    receipt = converted("a", "1", "json", "txt")
    failure = Receipt(path="b", file="b", outcome="failed", code="damaged")
    with Journal(tmp_path / "journal.db") as journal:
        journal.record(receipt, RECIPE)
        journal.record(failure, RECIPE)
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.receipt("a") == receipt
        assert journal.receipt("c") is None
        assert journal.failed() == {"b"}
        assert journal.made("a") == {
            "json": Made("json/a", "1", RECIPE),
            "txt": Made("txt/a", "1", RECIPE),
        }


def test_each_target_remembers_what_it_was_made_from(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.record(converted("a", "1", "json", "txt"), RECIPE)
        newer = Recipe("s", "r2", "v")
        journal.record(converted("a", "2", "txt"), newer)
        assert journal.made("a") == {
            "json": Made("json/a", "1", RECIPE),
            "txt": Made("txt/a", "2", newer),
        }


def test_a_journal_is_for_one_run_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db"):
        with pytest.raises(DocpipeError) as caught:
            Journal(tmp_path / "journal.db")
        assert caught.value.code is ErrorCode.OUTPUT_IN_USE
    with Journal(tmp_path / "journal.db"):
        pass


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DocpipeError) as caught:
        Journal(tmp_path / "journal.db")
    assert caught.value.code is ErrorCode.OUTPUT_NOT_WRITABLE
    assert "journal.db" in caught.value.detail


def test_a_journal_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.record(converted("a", "1", "json"), RECIPE)
        journal._database.execute("PRAGMA user_version = 999")
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.receipt("a") is None
