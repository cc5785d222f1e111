"""Each heading of the gold set is found by search, in its document and under its headings, in all formats."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from docpipe.archive.searching import search
from docpipe.batch.run import run
from docpipe.settings import Settings


def test_each_gold_heading_is_found_in_its_place(shared: Path, tmp_path: Path) -> None:
    bench = shared / "bench" / "dev"
    settings = Settings(output=str(tmp_path / "out"), targets=("json",), jobs=0)
    run([bench / "files"], settings)
    cases = json.loads((bench / "cases.json").read_text("utf-8"))
    assert {case["file"] for case in cases} == {file.name for file in (bench / "files").iterdir()}
    assert {case["format"] for case in cases} == {"docx", "pdf", "html", "txt"}
    wrong: list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]] = []
    counts: Counter[str] = Counter()
    for case in cases:
        for path in gold_paths(bench / "gold" / f"{case['id']}.txt"):
            counts[case["file"]] += 1
            query = f'heading:"{path[-1]}" source:"{case["file"]}"'
            hits = search(tmp_path / "out" / "archive.db", query, limit=0)
            if plain(path) not in [plain(hit.section) for hit in hits]:
                wrong.append((case["file"], path, [hit.section for hit in hits]))
    assert len(counts) == len(cases)
    assert counts.total() > 100
    assert wrong == []


def gold_paths(file: Path) -> list[tuple[str, ...]]:
    """The headings of a gold file, each with those above it."""
    found: list[tuple[str, ...]] = []
    open_: list[tuple[int, str]] = []
    for line in file.read_text("utf-8").splitlines():
        level, _, text = line.partition(": ")
        if level.isdigit():
            open_ = [one for one in open_ if one[0] < int(level)]
            open_.append((int(level), text.replace("|", " ")))
            found.append(tuple(heading for _, heading in open_))
    return found


def plain(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(heading.split()) for heading in path)
