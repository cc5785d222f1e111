from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from docpipe.batch import sources
from docpipe.errors import DocpipeError, ErrorCode

ROOT = Path("input")


def make(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)


def paths(found: sources.Sources) -> list[str]:
    return [one.path for one in found.files]


def test_a_folder_is_walked_in_a_fixed_order_and_clutter_is_counted(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.pdf", "a/b.bin", "a-c.txt", "报告.docx")
    make(tmp_path, ".hidden", ".git/config", "~$报告.docx", ".DS_Store", "x.docx.part", "Thumbs.db")
    found = sources.find([tmp_path], tmp_path / "output", ROOT)
    assert paths(found) == ["a-c.txt", "a/b.bin", "a/z.pdf", "b.txt", "报告.docx"]
    assert sorted((one.path, one.detail) for one in found.ignored) == [
        (".DS_Store", "hidden"),
        (".git", "hidden"),
        (".hidden", "hidden"),
        ("Thumbs.db", "hidden"),
        ("x.docx.part", "unfinished download or copy"),
        ("~$报告.docx", "lock file of an office program"),
    ]
    assert not found.failures


def test_the_table_of_metadata_is_no_source(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "metadata.csv", "sub/metadata.csv")
    found = sources.find([tmp_path], tmp_path / "output", ROOT)
    assert paths(found) == ["a.txt", "sub/metadata.csv"]
    assert [(one.path, one.detail) for one in found.ignored] == [
        ("metadata.csv", "table of metadata")
    ]
    found = sources.find([tmp_path / "a.txt", tmp_path / "metadata.csv"], tmp_path / "out", ROOT)
    assert paths(found) == ["a.txt"]


def test_the_output_in_the_input_is_not_read(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "output/json/a.txt.json")
    assert paths(sources.find([tmp_path], tmp_path / "output", ROOT)) == ["a.txt"]
    with pytest.raises(DocpipeError) as caught:
        sources.find([tmp_path], tmp_path / "." / "output" / "..", ROOT)
    assert caught.value.code is ErrorCode.OUTPUT_IS_INPUT


def test_a_file_is_called_by_its_name_and_counts_once(tmp_path: Path) -> None:
    make(tmp_path, "in/deep/a.txt", "in/b.txt")
    found = sources.find(
        [tmp_path / "in" / "deep" / "a.txt", tmp_path / "in" / "b.txt", tmp_path / "in" / "b.txt"],
        tmp_path / "out",
        ROOT,
    )
    assert paths(found) == ["a.txt", "b.txt"]


def test_files_of_the_same_name_keep_apart(tmp_path: Path) -> None:
    make(tmp_path, "x/r.txt", "y/r.txt", "y/s.txt")
    found = sources.find([tmp_path / "y", tmp_path / "x"], tmp_path / "out", ROOT)
    assert paths(found) == ["x/r.txt", "y/r.txt", "y/s.txt"]
    assert [Path(one.file).read_text() for one in found.files] == paths(found)


def test_paths_that_are_missing_or_folders_with_a_files_name_are_failures(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.docx/c.txt")
    given = [tmp_path / "a.txt", tmp_path / "no.txt", tmp_path / "b.docx"]
    found = sources.find(given, tmp_path / "out", ROOT)
    assert paths(found) == ["a.txt"]
    assert [(one.code, one.file) for one in found.failures] == [
        ("unreadable", str(given[1])),
        ("not-a-file", str(given[2])),
    ]


def test_a_folder_that_cannot_be_listed_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.txt", "locked/b.txt")
    listing = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr("docpipe.batch.sources.os.scandir", scandir)
    found = sources.find([tmp_path], tmp_path / "out", ROOT)
    assert paths(found) == ["a.txt"]
    assert [(one.path, one.detail) for one in found.failures] == [("locked", "Permission denied")]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_are_read_only_within_the_folder(tmp_path: Path) -> None:
    make(tmp_path, "outside.txt", "in/a.txt", "in/sub/b.txt")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "in" / "sub" / "b.txt")
    (tmp_path / "in" / "out.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "broken.txt").symlink_to(tmp_path / "gone")
    found = sources.find([tmp_path / "in"], tmp_path / "out", ROOT)
    assert paths(found) == ["a.txt", "link.txt", "sub/b.txt"]
    assert [(one.path, one.detail) for one in found.ignored] == [("loop", "link to a folder")]
    assert [(one.path, one.code, one.detail) for one in found.failures] == [
        ("broken.txt", "not-a-file", "a link that leads nowhere"),
        ("out.txt", "leads-out", ""),
    ]
    # A link is opened by the name of what it leads to, so that nobody can turn it elsewhere meanwhile.
    assert found.files[1].file == os.path.realpath(tmp_path / "in" / "sub" / "b.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_file_is_told_and_not_opened(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt", "in/b.docx/c.txt", "outside/d.txt")
    os.mkfifo(tmp_path / "in" / "pipe.pdf")
    (tmp_path / "in" / "far").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "self.txt").symlink_to("self.txt")
    found = sources.find([tmp_path / "in"], tmp_path / "out", ROOT)
    assert paths(found) == ["a.txt"]
    assert [(one.path, one.code, one.detail) for one in found.failures] == [
        ("b.docx", "not-a-file", "a folder"),
        ("far", "leads-out", ""),
        ("pipe.pdf", "not-a-file", "a pipe"),
        ("self.txt", "not-a-file", "a link that leads nowhere"),
    ]


def test_a_file_that_was_just_written_is_fresh_unless_it_was_named(tmp_path: Path) -> None:
    make(tmp_path, "in/new.txt", "in/old.txt", "in/future.txt", "named.txt")
    os.utime(tmp_path / "in" / "old.txt", (0, 0))
    os.utime(tmp_path / "in" / "future.txt", (2**33, 2**33))
    given = [tmp_path / "in", tmp_path / "named.txt"]
    found = sources.find(given, tmp_path / "out", ROOT, settle_seconds=60)
    assert {one.path: one.fresh for one in found.files} == {
        "future.txt": False,
        "named.txt": False,
        "new.txt": True,
        "old.txt": False,
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_only_look_the_same_stay_apart(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("1")
    (tmp_path / "\\xff.txt").write_text("2")
    found = sources.find([tmp_path], tmp_path / "out", ROOT)
    assert len({one.path for one in found.files}) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text_become_encodable(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xb1\xa8.txt")).write_text("x")
    [found] = sources.find([tmp_path], tmp_path / "out", ROOT).files
    assert found.path == "\\xb1\\xa8.txt"
    assert Path(found.file).read_text() == "x"
