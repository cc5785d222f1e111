from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from documents import document, paragraph, section, write

from docpipe.archive import (
    adding,
    checking,
    copies,
    database,
    preparing,
    rebuilding,
    tables,
    versions,
)
from docpipe.archive.searching import search
from docpipe.errors import DocpipeError, ErrorCode


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def titles(file: Path, query: str) -> list[str]:
    return sorted({hit.title for hit in search(file, query, limit=0)})


def test_adding_twice_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "json", a=document("a", [section("甲", "党建")]))
    file = tmp_path / "a.db"
    assert adding.add(file, [folder]) == (1, 0, ())
    before = rows(file, "SELECT * FROM document")
    assert adding.add(file, [folder]) == (0, 1, ())
    assert rows(file, "SELECT * FROM document") == before
    assert not checking.check(file).findings


def test_a_changed_source_becomes_a_new_version_and_the_old_one_is_not_found(
    tmp_path: Path,
) -> None:
    file, folder = tmp_path / "a.db", tmp_path / "json"
    old = document("a", [section("甲", "旧文")], title="旧", content="1")
    new = document("a", [section("甲", "新文"), section("乙", "再")], title="新", content="2")
    adding.add(file, [write(folder, a=old)])
    adding.add(file, [write(folder, a=new)])
    assert (titles(file, "旧文"), titles(file, "新文")) == ([], ["新"])
    versions = "SELECT title, version, current FROM document ORDER BY version"
    assert rows(file, versions) == [("旧", 1, 0), ("新", 2, 1)]
    assert not checking.check(file).findings
    adding.add(file, [write(folder, a=old)])
    assert (titles(file, "旧文"), titles(file, "新文")) == (["旧"], [])
    assert rows(file, versions) == [("旧", 1, 1), ("新", 2, 0)]
    assert not checking.check(file).findings


def test_notes_tables_and_lists_are_text_of_their_section(tmp_path: Path) -> None:
    run = {"text": "正文", "note": "n1"}
    blocks = [
        {"type": "paragraph", "text": "正文", "at": [], "runs": [run]},
        {"type": "table", "at": [], "rows": [[{"text": "表头甲"}, {"text": "表头乙"}]]},
        {
            "type": "list",
            "at": [],
            "items": [
                {
                    "label": "1.",
                    "text": "首项",
                    "at": [],
                    "blocks": [
                        {
                            "type": "list",
                            "at": [],
                            "items": [{"label": "a", "text": "嵌套", "at": []}],
                        }
                    ],
                }
            ],
        },
        {"type": "image", "asset": "i", "alt": "图示", "at": []},
        {"type": "formula", "text": "a+b", "at": []},
    ]
    data = document("a", [{**section("甲"), "blocks": blocks}, section("乙", "别处")])
    notes = b'"notes": [{"id": "n1", "text": "\xe8\x84\x9a\xe6\xb3\xa8"}, {"id": "n2", "text": "loose"}]'
    adding.add(tmp_path / "a.db", [write(tmp_path / "json", a=data.replace(b'"notes": []', notes))])
    for query in ("正文", "表头甲", "首项", "嵌套", "图示", "脚注"):
        assert [hit.section for hit in search(tmp_path / "a.db", query)] == [("甲",)], query
    assert [hit.section for hit in search(tmp_path / "a.db", "loose")] == [()]
    assert search(tmp_path / "a.db", "甲表头乙") == []


def test_a_generated_label_does_not_join_the_word_after_it(tmp_path: Path) -> None:
    one = section("Digital lending", label="1.1")
    folder = write(tmp_path / "json", a=document("a", [{**one, "automatic": True}]))
    adding.add(tmp_path / "a.db", [folder])
    [hit] = search(tmp_path / "a.db", "heading:digital")
    assert hit.section == ("1.1 Digital lending",)


def test_files_that_are_no_documents_are_told_and_cost_no_other(tmp_path: Path) -> None:
    folder = write(tmp_path / "json", a=document("a"), b=b"{}", c=b"\xff")
    done = adding.add(tmp_path / "a.db", [folder])
    assert done.added == 1
    assert [error.code for error in done.failures] == [ErrorCode.UNKNOWN_FORMAT] * 2
    with pytest.raises(DocpipeError, match="nowhere"):
        adding.add(tmp_path / "a.db", [tmp_path / "nowhere"])


def test_metadata_that_the_user_knows_better(tmp_path: Path) -> None:
    file, table = tmp_path / "a.db", tmp_path / "metadata.csv"
    folder = write(
        tmp_path / "json",
        a=document("x/a.docx", [section("甲", "党建")], title="错", organization="误"),
        b=document("b.docx", title="对"),
    )
    adding.add(file, [folder], [table])
    table.write_text(
        "路径,标题,日期,单位\nx\\a.docx,党建总结,2020/3/5,青溪镇\nb.docx,,,\n", "gb18030"
    )
    adding.add(file, [folder], [table])
    assert rows(file, "SELECT title, date, organization FROM document WHERE path = 'x/a.docx'") == [
        ("党建总结", "2020-03-05", "青溪镇")
    ]
    assert rows(file, "SELECT name, value, origin FROM metadata ORDER BY name") == [
        ("date", "2020-03-05", "metadata.csv"),
        ("organization", "青溪镇", "metadata.csv"),
        ("title", "党建总结", "metadata.csv"),
    ]
    assert titles(file, "org:青溪镇") == ["党建总结"]
    assert titles(file, "错") == []
    assert not checking.check(file).findings
    adding.add(file, [folder], [tmp_path / "none.csv"])
    assert titles(file, "党建总结") == ["党建总结"]
    table.write_text("path,title\n", "utf-8")
    adding.add(file, [folder], [table])
    assert titles(file, "org:误") == ["错"]
    assert not checking.check(file).findings


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("a,b\n", 'line 1: "a" is no column'),
        ("title\n", 'line 1: the column "path" is missing'),
        ("path,title,标题\n", 'line 1: the column "标题" is there twice'),
        ("path,date\na,gestern\n", 'line 2: "gestern" is no date'),
        ("path,date\na,2021-02-30\n", 'line 2: "2021-02-30" is no date'),
        ("path,title\n\na,b,c\n", "line 3: 3 cells for 2 columns"),
        ("path,title\na,b\n,c\n", "line 3: the path is missing"),
        ("path,title\na,b\na,c\n", 'line 3: "a" was in a row before'),
        ('path,title\na,"b"c\n', "line 2: ',' expected after '\"'"),
        ("", 'line 1: the column "path" is missing'),
    ],
)
def test_a_wrong_table_of_metadata_is_told(tmp_path: Path, text: str, detail: str) -> None:
    table = tmp_path / "metadata.csv"
    table.write_text(text, "utf-8")
    with pytest.raises(DocpipeError) as caught:
        adding.add(tmp_path / "a.db", [write(tmp_path / "json", a=document("a"))], [table])
    assert (caught.value.code, caught.value.detail) == (ErrorCode.BAD_METADATA, detail)
    assert str(table) in str(caught.value)


def test_an_archive_of_an_older_version_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.db"
    adding.add(file, [write(tmp_path / "json", a=document("a", [section("甲", "党建")]))])
    newer = (*tables.MIGRATIONS, ("CREATE TABLE later (x INTEGER)",))
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    assert len(search(file, "党建")) == 1
    assert rows(file, "PRAGMA user_version") == [(len(newer),)]
    assert rows(file, "SELECT * FROM later") == []
    monkeypatch.undo()
    with pytest.raises(DocpipeError) as caught:
        search(file, "党建")
    assert caught.value.code == ErrorCode.ARCHIVE_NEWER


def test_an_archive_with_the_words_of_an_older_version_is_indexed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an archive is that was filled before `words.py` knew full-width letters, and sketches were made from 64 hashes."""
    file, folder = tmp_path / "a.db", tmp_path / "json"
    text = "".join(random.Random(2).choices("党建廉政工作总结的了在是", k=4000))
    old = document("a", [section("甲", text + "ＧＢ")], content="1", organization="Ｋ县")
    new = document(
        "a", [section("甲", text + "ＧＢ")], title="新", content="2", organization="Ｋ县"
    )
    with monkeypatch.context() as before:
        before.setattr(database, "MIGRATIONS", tables.MIGRATIONS[:1])
        for module in (preparing, versions):
            before.setattr(module, "spaced", " ".join)
        before.setattr(copies, "_SIZE", 64)
        adding.add(file, [write(folder, a=old)])
        adding.add(file, [write(folder, a=new)])
        assert search(file, "ＧＢ") == []
    assert [hit.title for hit in search(file, "党建 AND ＧＢ AND org:Ｋ", limit=0)] == ["新"]
    assert not checking.check(file).findings
    adding.add(tmp_path / "fresh.db", [folder])
    sketches = "SELECT hashes FROM sketch"
    assert rows(file, sketches) == rows(tmp_path / "fresh.db", sketches)
    adding.add(file, [write(folder, a=old)])
    assert len(search(file, "ＧＢ")) == 1
    assert not checking.check(file).findings


def test_a_document_that_comes_twice_in_one_transaction(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    one = document("a", [section("甲", "旧文")], content="1")
    two = document("a", [section("甲", "新文")], content="2")
    folder = write(tmp_path / "json", a=one, b=two, c=one, d=two)
    adding.add(file, [folder])
    assert [len(search(file, query)) for query in ("旧文", "新文")] == [0, 1]
    assert rows(file, "SELECT version, current FROM document") == [(1, 0), (2, 1)]
    assert not checking.check(file).findings


@pytest.mark.parametrize("most", [1, 3, 5, 6, 7])
def test_the_index_is_filled_by_several_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(versions, "_ROWS", most)
    file = tmp_path / "a.db"
    texts = [section(f"节{n}", f"党建{n}号") for n in range(5)]
    adding.add(file, [write(tmp_path / "json", a=document("a", texts))])
    assert len(search(file, "党建", limit=0)) == 5
    assert not checking.check(file).findings


def test_a_transaction_ends_with_so_many_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder = tmp_path / "a.db", tmp_path / "json"
    for n in range(5):
        write(folder, **{f"d{n}": document(f"d{n}", [section("甲", "党建")])})
    begun = []
    put = versions.put
    monkeypatch.setattr(adding, "put", lambda *given: begun.append(1) or put(*given))
    monkeypatch.setattr(adding, "_BATCH_BYTES", 1)
    assert adding.add(file, [folder, folder / "d0.json"]) == (5, 1, ())
    assert len(begun) == 5
    assert not checking.check(file).findings


def test_what_is_no_archive_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocpipeError) as caught:
        search(tmp_path / "none.db", "a")
    assert caught.value.code == ErrorCode.ARCHIVE_MISSING
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE a (b)")
    with pytest.raises(DocpipeError) as caught:
        search(tmp_path / "other.db", "a")
    assert caught.value.code == ErrorCode.ARCHIVE_FOREIGN
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(DocpipeError) as caught:
        search(tmp_path / "text.db", "a")
    assert caught.value.code == ErrorCode.ARCHIVE_DAMAGED
    assert "rebuild" in caught.value.advice("en")


def test_a_locked_archive_is_told_and_read_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    folder = write(tmp_path / "json", a=document("a", [section("甲", "党建")]))
    adding.add(file, [folder])
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(DocpipeError) as caught,
            database.writing(file, wait=0.05) as own,
            database.transaction(own),
        ):
            pass
        assert caught.value.code == ErrorCode.ARCHIVE_LOCKED
        assert len(search(file, "党建")) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_archive_in_a_folder_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "there" / "a.db"
    adding.add(file, [write(tmp_path / "json", a=document("a", [section("甲", "党建")]))])
    file.parent.chmod(0o555)
    try:
        assert len(search(file, "党建")) == 1
    finally:
        file.parent.chmod(0o755)


def test_many_read_while_one_writes(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    for n in range(60):
        write(tmp_path / "json", **{f"d{n}": document(f"d{n}", [section("甲", "党建")])})
    adding.add(file, [tmp_path / "json" / "d0.json"])
    counts: list[list[int]] = [[] for _ in range(4)]
    ended = threading.Event()

    def read(own: list[int]) -> None:
        while not ended.is_set():
            own.append(len(search(file, "党建", limit=0)))

    threads = [threading.Thread(target=read, args=(own,)) for own in counts]
    for thread in threads:
        thread.start()
    for n in range(60):
        adding.add(file, [tmp_path / "json" / f"d{n}.json"])
    ended.set()
    for thread in threads:
        thread.join()
    for own in counts:
        assert own == sorted(own)
        assert set(own) <= set(range(1, 61))
    assert len(search(file, "党建", limit=0)) == 60


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE section SET text = '别的' WHERE heading = '甲'", "sections"),
        ("UPDATE content SET json = x'00'", "content"),
        ("DELETE FROM section WHERE heading = '甲'", "index"),
        ("INSERT INTO section_fts (rowid, heading, text) VALUES (99, 'a', 'b')", "index"),
        ("DELETE FROM section_fts_docsize WHERE id = 2", "index"),
        ("UPDATE document SET organization = 'x'", "index"),
        ("UPDATE document SET title = 'x'", "content"),
        ("UPDATE section SET document_id = 9 WHERE heading = '乙'", "reference"),
    ],
)
def test_check_sees_what_is_wrong_and_rebuild_mends_it(
    tmp_path: Path, statement: str, kind: str
) -> None:
    file = tmp_path / "a.db"
    folder = write(
        tmp_path / "json",
        a=document("a", [section("甲", "党建"), section("乙", "廉政")], organization="县"),
    )
    adding.add(file, [folder])
    answers = [search(file, query) for query in ("党建", "廉政", "org:县")]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()
    assert kind in {finding.kind for finding in checking.check(file).findings}
    rebuilding.rebuild(file, [folder])
    assert not checking.check(file).findings
    assert [search(file, query) for query in ("党建", "廉政", "org:县")] == answers


def test_rebuild_keeps_versions_and_corrections_and_gives_the_same_answers(tmp_path: Path) -> None:
    file, folder, table = tmp_path / "a.db", tmp_path / "json", tmp_path / "metadata.csv"
    table.write_text("path,title\na,更好\n", "utf-8")
    adding.add(file, [write(folder, a=document("a", [section("甲", "旧")], content="1"))], [table])
    adding.add(file, [write(folder, a=document("a", [section("甲", "新")], content="2"))])
    adding.add(file, [write(tmp_path / "gone", b=document("b", [section("甲", "新")]))])
    answers = search(file, "新 OR 更好", limit=0)
    versions = rows(file, "SELECT path, version, current, title FROM document ORDER BY 1, 2")
    rebuilding.rebuild(file, [folder])
    assert search(file, "新 OR 更好", limit=0) == answers
    assert (
        rows(file, "SELECT path, version, current, title FROM document ORDER BY 1, 2") == versions
    )
    assert (tmp_path / "a.db.old").exists()


@pytest.mark.parametrize("damage", ["header", "middle", "empty", "gone"])
def test_rebuild_of_a_damaged_file(tmp_path: Path, damage: str) -> None:
    file, folder = tmp_path / "a.db", tmp_path / "json"
    for n in range(20):
        write(folder, **{f"d{n}": document(f"d{n}", [section("甲", "党建" * 50 + str(n))])})
    adding.add(file, [folder])
    answers = search(file, "党建", limit=0)
    data = bytearray(file.read_bytes())
    if damage == "header":
        data[:100] = bytes(100)
    elif damage == "middle":
        data[5000:60000] = bytes(55000)
    file.write_bytes(b"" if damage == "empty" else data)
    if damage == "gone":
        file.unlink()
    rebuilding.rebuild(file, [folder])
    assert search(file, "党建", limit=0) == answers
    assert not checking.check(file).findings


ADD = "import sys; from pathlib import Path; from docpipe.archive import adding; adding._BATCH = 8; adding.add(Path(sys.argv[1]), [Path(sys.argv[2])])"


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_at_random_moments_the_next_run_completes(tmp_path: Path) -> None:
    folder, file = tmp_path / "json", tmp_path / "a.db"
    chance = random.Random(3)
    for n in range(150):
        texts = ["".join(chance.choices("党建廉政工作总结的了在是", k=600)) for _ in range(4)]
        write(folder, **{f"d{n}": document(f"d{n}", [section("甲", text) for text in texts])})
    command = [sys.executable, "-c", ADD, str(file), str(folder)]
    started = time.monotonic()
    subprocess.run(command, check=True)
    whole = time.monotonic() - started
    for _ in range(6):
        for path in tmp_path.glob("a.db*"):
            path.unlink()
        process = subprocess.Popen(command)
        time.sleep(chance.uniform(0.3, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if file.exists() and rows(file, "PRAGMA user_version") != [(0,)]:
            assert not checking.check(file).findings
    subprocess.run(command, check=True)
    report = checking.check(file)
    assert (report.documents, report.findings) == (150, ())


def test_a_feed_adds_what_is_new_and_tells_an_error_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "json", a=document("a", [section("甲", "党建")]))
    told: list[DocpipeError] = []
    with adding.Feed(tmp_path / "a.db", [], told.append) as feed:
        feed.put(folder / "a.json", "")
        feed.put(folder / "none.json", "")
    assert len(search(tmp_path / "a.db", "党建")) == 1
    assert [error.code for error in told] == [ErrorCode.UNREADABLE]
    (tmp_path / "text.db").write_text("no database" * 100)
    told.clear()
    with adding.Feed(tmp_path / "text.db", [], told.append) as feed:
        for _ in range(600):
            feed.put(folder / "a.json", "")
    assert [error.code for error in told] == [ErrorCode.ARCHIVE_DAMAGED]


def test_copies_are_found(tmp_path: Path) -> None:
    chance = random.Random(5)
    text = "".join(chance.choices([chr(code) for code in range(0x4E00, 0x5600)], k=3000))
    other = "".join(chance.choices([chr(code) for code in range(0x4E00, 0x5600)], k=3000))
    folder = write(
        tmp_path / "json",
        a=document("a", [section("甲", text)]),
        b=document("b", blocks=[paragraph(text[:1500]), paragraph("改动一处" + text[1500:])]),
        c=document("c", [section("甲", text[:1500] + other[:1500])]),
        d=document("d", [section("甲", other)]),
    )
    file = tmp_path / "a.db"
    adding.add(file, [folder])
    with database.reading(file) as connection:
        [copy] = copies.named_pairs(connection)
    assert (copy.one, copy.other) == ("a", "b")
    assert copy.share > 0.95
    with database.reading(file) as connection:
        found = copies.alike(connection, copies.sketch([text]), 0.2)
    shares = [pair.share for pair in found]
    assert len(shares) == 3
    assert shares[1] > 0.95
    assert 0.2 < shares[2] < 0.5


def test_an_archive_can_be_copied_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    adding.add(file, [write(tmp_path / "json", a=document("a", [section("甲", "党建")]))])
    shutil.copy(file, tmp_path / "b.db")
    assert len(search(tmp_path / "b.db", "党建")) == 1
