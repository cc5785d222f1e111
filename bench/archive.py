"""Figures of the archive on generated sections whose true answers are known: exactness, speed, size, kills.

Alone: `python bench/archive.py`. The generator knows the words of each section before they become text: in simplified
or traditional characters, wide or narrow, in upper or lower case, with punctuation that no phrase crosses. Times are wall
times of one process; read them as ratios.
"""

from __future__ import annotations

import hashlib
import json
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from docpipe.archive import adding, checking, query, searching
from docpipe.archive.database import reading
from docpipe.archive.words import spaced, variants

SECTIONS = 20_000
IN_DOCUMENT = 10
IN_TRANSACTION = 2816  # sections of 256 documents, with what stands before each first heading
WORDS = 300
BREAK = "|"
BARE = "SELECT rowid, rank FROM section_fts WHERE section_fts MATCH ? ORDER BY rank LIMIT 20"
ADD = "import sys; from pathlib import Path; from docpipe.archive import adding; adding.add(Path(sys.argv[1]), [Path(sys.argv[2])])"


class Made(NamedTuple):
    """The generated sections: the words of each, and how a word is written."""

    words: list[list[str]]
    forms: dict[str, str]
    chance: random.Random

    def text(self, words: Sequence[str]) -> str:
        """Words as text, each in a form that chance chooses."""
        parts = []
        for word in words:
            if word == BREAK:
                parts.append(self.chance.choice("，。；、！\n"))
            elif len(word) == 1:
                parts.append(self.chance.choice(self.forms[word]))
            else:
                wide = "".join(chr(ord(char) + 0xFEE0) for char in word)
                parts.append(f" {self.chance.choice((word, word.upper(), wide))} ")
        return "".join(parts)


def make(sections: int) -> Made:
    """Sections of words: characters as often as in a language (Zipf), numbers, Latin words, breaks."""
    chance = random.Random(20)
    table = variants()
    other: dict[str, str] = {}
    for char, indexed in table.indexed.items():
        other[indexed] = other.get(indexed, "") + char
    chars = [
        char
        for code in range(0x4E00, 0x9FA6)
        if (char := chr(code)) not in table.indexed
        and char not in table.alike
        and char.encode("gb2312", "ignore")
    ]
    chance.shuffle(chars)
    chars = chars[:2500]
    vocabulary = [*chars, "gb", "2021", "2020", "km", "120", BREAK]
    weights = [1 / (place + 20) for place in range(len(chars))]
    weights += [sum(weights) * share for share in (0.003, 0.003, 0.003, 0.002, 0.002, 0.1)]
    words = [chance.choices(vocabulary, weights, k=WORDS) for _ in range(sections)]
    return Made(words, {char: char + other.get(char, "") for char in chars}, chance)


def write(made: Made, folder: Path) -> None:
    """The sections as JSON documents, ten in each."""
    folder.mkdir(parents=True)
    for start in range(0, len(made.words), IN_DOCUMENT):
        name = f"{start // IN_DOCUMENT:05}.txt"
        sections = [
            {
                "id": f"s{number + 1}",
                "level": 1,
                "label": "",
                "heading": f"H{start + number}x",
                "at": [{"line": number}],
                "blocks": [{"type": "paragraph", "text": made.text(words), "at": [{"line": 1}]}],
                "sections": [],
            }
            for number, words in enumerate(made.words[start : start + IN_DOCUMENT])
        ]
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        document = {
            "schema": "docpipe/1",
            "id": f"sha256:{sha256}",
            "source": {"name": name, "path": name, "format": "txt", "bytes": 1, "sha256": sha256},
            "title": "",
            "metadata": {"language": "zh"},
            "blocks": [],
            "sections": sections,
            "notes": [],
            "assets": [],
            "removed": [],
            "warnings": [],
            "pipeline": {"version": "", "rules": "", "settings": ""},
        }
        text = json.dumps(document, ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(text, "utf-8")


def queries(made: Made) -> dict[str, list[tuple[str, ...]]]:
    """All single words, pairs and longer phrases that occur, pairs across a break and pairs that do not occur."""
    chance = made.chance
    singles = [(word,) for word in {word for words in made.words for word in words} - {BREAK}]
    pairs, longer, across = set(), set(), set()
    for words in chance.sample(made.words, min(2000, len(made.words))):
        at = chance.randrange(WORDS - 12)
        pairs.add(tuple(words[at : at + 2]))
        longer.add(tuple(words[at : at + chance.randint(3, 8)]))
        if BREAK in words[1:-1]:
            middle = words.index(BREAK, 1, -1)
            across.add((words[middle - 1], words[middle + 1]))
    absent = {tuple(chance.choice(singles)[0] for _ in "ab") for _ in range(500)}
    kinds = {
        "one": singles,
        "two": [*pairs, *absent],
        "longer": list(longer),
        "across punctuation": list(across),
    }
    return {
        name: [phrase for phrase in sorted(found) if BREAK not in phrase]
        for name, found in kinds.items()
    }


def truth(made: Made, wanted: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], set[int]]:
    """The sections that hold each phrase, by a scan of the words."""
    found: dict[tuple[str, ...], set[int]] = {phrase: set() for phrase in wanted}
    sizes = {len(phrase) for phrase in wanted}
    for number, words in enumerate(made.words):
        for size in sizes:
            for at in range(len(words) - size + 1):
                phrase = tuple(words[at : at + size])
                if phrase in found:
                    found[phrase].add(number)
    return found


def exactness(made: Made, file: Path) -> None:
    """Every query returns exactly the true set."""
    with closing(sqlite3.connect(file)) as database:
        numbers = {
            id: int(heading[1:-1])
            for id, heading in database.execute("SELECT id, heading FROM section WHERE number > 0")
        }
        for name, wanted in queries(made).items():
            wrong = 0
            for phrase, expected in truth(made, wanted).items():
                node = query.parse(f"“{made.text(phrase)}”")
                statement, values = searching.statement(node)
                rows = database.execute(statement, values)
                wrong += {numbers[id] for id, _ in rows} != expected
            print(f"{name:20} {len(wanted):6} queries, {wrong} wrong")


def speed(made: Made, file: Path, folder: Path) -> None:
    """Search against the bare FTS5 statement, and against a scan of the JSON files."""
    wanted = [phrase for found in queries(made).values() for phrase in found]
    texts = [f"“{made.text(phrase)}”" for phrase in made.chance.sample(wanted, 400)]
    ours, bare = [], []
    once = statistics.median(_seconds(searching.search, file, text) for text in texts)
    with reading(file) as database:
        for text in texts:
            match = query.expression(query.parse(text))
            ours.append(_seconds(searching.search_in, database, text))
            bare.append(_seconds(_bare, database, match))
    scan = _seconds(_scan, folder, texts[0])
    median, floor = statistics.median(ours), statistics.median(bare)
    print(
        f"median query {median * 1e3:.2f} ms, bare FTS5 {floor * 1e3:.2f} ms ({median / floor:.2f} x), "
        f"with opening the file {once * 1e3:.2f} ms; scan of the JSON {scan * 1e3:.0f} ms ({scan / median:.0f} x as long)"
    )


def _bare(database: sqlite3.Connection, match: str) -> list[tuple[int, float]]:
    return database.execute(BARE, (match,)).fetchall()


def _scan(folder: Path, text: str) -> int:
    return sum(
        text in section["blocks"][0]["text"]
        for path in sorted(folder.iterdir())
        for section in json.loads(path.read_bytes())["sections"]
    )


def size(file: Path) -> None:
    """The full-text index against the text."""
    with closing(sqlite3.connect(file)) as database:
        text = database.execute(
            "SELECT sum(length(CAST(heading AS BLOB)) + length(CAST(text AS BLOB))) FROM section"
        ).fetchone()[0]
        index = sum(
            database.execute(f"SELECT sum(length({column})) FROM section_fts_{table}").fetchone()[0]
            for table, column in (("data", "block"), ("docsize", "sz"), ("idx", "term"))
        )
    print(
        f"index {index / 1e6:.1f} MB, text {text / 1e6:.1f} MB ({index / text:.2f} x), file {file.stat().st_size / 1e6:.1f} MB"
    )


def build(folder: Path, workplace: Path) -> Path:
    """The whole `archive add` against bare FTS5 inserts of the same words, made beforehand; one after the other, thrice.

    Both write as much in one transaction, and ask as much of the disk.
    """
    file = workplace / "archive.db"
    adding.add(file, [folder])
    with closing(sqlite3.connect(file)) as database:
        texts = database.execute("SELECT id, heading, text FROM section").fetchall()
    rows = [(id, spaced(heading), spaced(text)) for id, heading, text in texts]
    ours, bare = [], []
    for _ in range(3):
        _remove(file)
        started = time.perf_counter()
        adding.add(file, [folder])
        ours.append(time.perf_counter() - started)
        _remove(workplace / "bare.db")
        started = time.perf_counter()
        _bare_build(workplace / "bare.db", rows)
        bare.append(time.perf_counter() - started)
    print(
        f"archive add {min(ours):.2f} s, bare FTS5 inserts {min(bare):.2f} s ({min(ours) / min(bare):.2f} x)"
    )
    return file


def _bare_build(file: Path, rows: Sequence[tuple[int, str, str]]) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE VIRTUAL TABLE f USING fts5 (heading, text)")
        for start in range(0, len(rows), IN_TRANSACTION):
            some = rows[start : start + IN_TRANSACTION]
            database.executemany("INSERT INTO f (rowid, heading, text) VALUES (?, ?, ?)", some)
            database.commit()


def kills(folder: Path, workplace: Path, times: int = 20) -> None:
    """Kill `archive add` at random moments; the archive is whole each time, and the next run completes it."""
    file = workplace / "killed.db"
    chance = random.Random(1)
    command = [sys.executable, "-c", ADD, str(file), str(folder)]
    started = time.perf_counter()
    subprocess.run(command, check=True)
    whole = time.perf_counter() - started
    clean = complete = 0
    for _ in range(times):
        _remove(file)
        process = subprocess.Popen(command)
        time.sleep(chance.uniform(0.1, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        begun = file.exists() and file.stat().st_size > 0
        clean += not begun or not checking.check(file).findings
        adding.add(file, [folder])
        report = checking.check(file)
        complete += not report.findings and report.documents == len(list(folder.iterdir()))
    print(f"killed {times} times: check clean {clean}, completed by the next run {complete}")


def _remove(file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()


def _seconds(action: Callable[..., object], *arguments: object) -> float:
    """The least time of three."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        action(*arguments)
        best = min(best, time.perf_counter() - started)
    return best


def archive(sections: int = SECTIONS) -> None:
    """Print all figures."""
    print(f"\n== archive, {sections} sections of {WORDS} words")
    made = make(sections)
    with tempfile.TemporaryDirectory() as name:
        workplace = Path(name)
        folder = workplace / "json"
        write(made, folder)
        file = build(folder, workplace)
        size(file)
        exactness(made, file)
        speed(made, file, folder)
        small = workplace / "small"
        small.mkdir()
        for path in sorted(folder.iterdir())[: len(made.words) // IN_DOCUMENT // 2]:
            path.replace(small / path.name)
        kills(small, workplace)


if __name__ == "__main__":
    archive()
