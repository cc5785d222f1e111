from __future__ import annotations

from pathlib import Path

from docpipe.batch.jobs import Receipt, WrittenFile
from docpipe.batch.journal import GivenUp, Journal, Made, Queued, Recipe, standing
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


def test_a_damaged_journal_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    for damage in (b"not a database at all" * 100, None):
        with Journal(file) as journal:
            for number in range(200):
                journal.record(converted(f"a{number}", "1", "json"), RECIPE)
        whole = file.read_bytes()
        file.write_bytes(damage or whole[: len(whole) // 2])
        with Journal(file) as journal:
            assert journal.rebuilt
            assert journal.receipt("a1") is None
            journal.record(converted("a", "1", "json"), RECIPE)
        assert file.with_name("journal.db.damaged").exists()
        with Journal(file) as journal:
            assert not journal.rebuilt
            assert journal.receipt("a") is not None


def test_how_far_a_run_has_come_can_be_read_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    assert standing(file) is None
    with Journal(file) as journal:
        assert standing(file) is None
        journal.begin([Queued(path, f"/in/{path}", 9) for path in ("a", "b", "c")])
        journal.mark("b", "working")
        journal.record(converted("a", "1", "json"), RECIPE)
        now = standing(file)
        assert now is not None
        assert now.states == {"done": 1, "queued": 1, "working": 1}
        assert now.outcomes == {"converted": 1}
        assert [one.path for one in now.at_hand] == ["b"]
        assert now.ended is None
        journal.end()
        ended = standing(file)
        assert ended is not None
        assert ended.ended is not None


def test_sources_are_known_by_their_files_until_they_are_forgotten(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.begin([Queued("a", "/in/a", 9)])
        journal.record(converted("a", "1", "json"), RECIPE)
        assert journal.files() == {"a": "/in/a"}
        journal.forget("a")
        assert journal.files() == {}
        assert journal.made("a") == {}


def test_what_was_given_up_is_known_by_content_recipe_and_limits(tmp_path: Path) -> None:
    dead = Receipt(
        path="a", file="a", outcome="failed", code="worker-died", detail="SIGABRT", sha256="1"
    )
    with Journal(tmp_path / "journal.db") as journal:
        journal.record(dead, RECIPE, "limits")
        assert journal.given_up("a", RECIPE, "limits") == GivenUp("1", "SIGABRT")
        assert journal.given_up("a", RECIPE, "other limits") is None
        assert journal.given_up("a", Recipe("s", "r", "newer"), "limits") is None
        journal.record(converted("a", "1", "json"), RECIPE, "limits")
        assert journal.given_up("a", RECIPE, "limits") is None


def test_a_journal_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        journal.record(converted("a", "1", "json"), RECIPE)
        journal._database.execute("PRAGMA user_version = 999")
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.receipt("a") is None
