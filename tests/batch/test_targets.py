from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.batch.targets import name_targets, path_hash, write_atomically


def files(paths: list[str], format: str) -> list[str]:
    return [targets[0].file for targets in name_targets(paths, [format]).values()]


def test_suffix_is_dropped_only_where_it_is_exactly_the_targets() -> None:
    paths = ["报告.docx", "年报.pdf", "B.DOCX", "sub/a.b/c.md"]
    assert files(paths, "docx") == [
        "docx/报告.docx",
        "docx/年报.pdf.docx",
        "docx/B.DOCX.docx",
        "docx/sub/a.b/c.md.docx",
    ]
    assert files(["c.md", "c.markdown"], "md") == ["md/c.md", "md/c.markdown.md"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("报告", "报告.docx"),
        ("Report.txt", "report.TXT"),
        ("caf\u00e9.txt", "cafe\u0301.txt"),
        ("A/x.txt", "a/x.txt"),
    ],
)
def test_sources_that_would_share_a_target_each_get_the_hash_of_their_path(
    first: str, second: str
) -> None:
    one, two = files([first, second], "docx")
    for path, target in ((first, one), (second, two)):
        digest = hashlib.sha256(path.encode()).hexdigest()[:8]
        assert target.endswith(f"~{digest}.docx")


def test_a_target_is_never_the_folder_of_another() -> None:
    one, two = files(["x", "x.json/y.txt"], "json")
    assert one == f"json/x~{path_hash('x')}.json"
    assert two == "json/x.json/y.txt.json"


@pytest.mark.parametrize(
    "name", ["con.txt", "NUL", "lpt1.a.docx", "a:b.pdf", 'q"?.txt', "a\x07.txt"]
)
def test_names_that_windows_refuses_are_changed_and_marked(name: str) -> None:
    [target] = files([f"ok/{name}"], "json")
    last = target.split("/")[-1]
    assert last.endswith(f"~{path_hash(f'ok/{name}')}.json")
    assert not set(last) & set('<>:"|?*\\\x07')
    assert last.split(".")[0].lower() not in {"con", "nul", "lpt1"}


def test_folders_that_windows_refuses_are_changed_and_marked() -> None:
    assert files(["aux/b. /c.txt"], "txt") == [
        f"txt/_aux~{path_hash('aux')}/b__~{path_hash('aux/b. ')}/c.txt"
    ]


def test_long_names_are_cut_between_characters() -> None:
    name = "报" * 83 + ".pdf"
    [target] = files([name], "docx")
    last = target.split("/")[-1]
    assert len(last.encode()) <= 250
    assert last.endswith(f"~{path_hash(name)}.docx")
    assert last.startswith("报" * 70)


part = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=90
)


@given(st.lists(st.lists(part, min_size=1, max_size=3).map("/".join), max_size=6, unique=True))
def test_any_names_give_targets_that_every_file_system_can_hold(paths: list[str]) -> None:
    targets = files(paths, "json")
    same = [unicodedata.normalize("NFC", target).casefold() for target in targets]
    assert len(set(same)) == len(targets)
    for target in targets:
        for name in target.split("/"):
            assert 0 < len(name.encode()) <= 250
            assert not name.endswith((" ", "."))


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sub" / "a.json"
    write_atomically(file, b"old", tmp_path)
    assert file.read_bytes() == b"old"

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, b"new", tmp_path)
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.rglob("*")] == ["sub", "a.json"]
