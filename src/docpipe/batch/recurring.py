"""Finds the lines that recur at the edges of unrelated documents, in little memory however many documents there are.

What recurs is counted by hashes in a private database, which SQLite keeps in memory only as far as it is small. The text of
a line is kept from its second document on. The result does not depend on the order in which documents are added.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from docpipe.edges import general, words_width
from docpipe.model import EdgeLine, EdgePlace, Edges
from docpipe.wording import fold

MIN_DOCUMENTS = 3
"""A line in fewer unrelated documents is no evidence, by default."""

_MIN_SENDERS = 2
_OUTSIDE = 0.75
"""A line that does not advertise stands outside the text in this share of its documents."""

_NAMED = 8
"""So many of the documents of a line are named."""

_NARROWEST_GENERAL = 5.0
"""A line whose numbers differ needs words of this width (in Chinese characters) besides."""

_BITS: dict[EdgePlace, int] = {
    "before-title": 1,
    "after-sign-off": 2,
    "margin": 4,
    "section-end": 8,
    "between": 16,
}
_TABLES = (
    "PRAGMA temp_store = FILE",
    "PRAGMA journal_mode = OFF",
    "CREATE TABLE document (number INTEGER PRIMARY KEY, path TEXT, work INTEGER, sender INTEGER)",
    """CREATE TABLE line (
        key INTEGER, document INTEGER, folded INTEGER, raw INTEGER, place INTEGER, advertises INTEGER, rule TEXT,
        PRIMARY KEY (key, document)
    ) WITHOUT ROWID""",
    "CREATE TABLE wording (key INTEGER PRIMARY KEY, text TEXT)",
)


class RecurringLine(Struct, frozen=True):
    """A line that recurred.

    `line` is its text, with placeholders (`rules.site`) where documents differ. `documents` showed it, of which
    `seen_in` names some, `independent` of them are of different senders, or of different titles if it advertises.
    `rule` is the rule that takes it out already in every document, or "".
    """

    key: int
    line: str
    documents: int
    independent: int
    places: tuple[EdgePlace, ...]
    advertises: bool
    rule: str
    seen_in: tuple[str, ...]


class Recurring:
    """Takes the edges of documents, one after the other, and then tells what recurred."""

    def __init__(self) -> None:
        # An empty name is a private file that is gone when the connection closes.
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in _TABLES:
            self._database.execute(statement)
        self._database.execute("BEGIN")
        self._documents = 0

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def add(self, path: str, edges: Edges) -> None:
        """Count the lines of the document called `path`."""
        self._documents += 1
        work = _hash(f"{general(fold(edges.title))}\0{edges.sender}")
        sender = _hash(edges.sender) if edges.sender else None
        self._database.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?)", (self._documents, path, work, sender)
        )
        for line in edges.lines:
            self._add_line(line)

    def _add_line(self, line: EdgeLine) -> None:
        folded = fold(line.text)
        key = _hash(general(folded))
        (last,) = self._database.execute(
            "SELECT max(document) FROM line WHERE key = ?", (key,)
        ).fetchone()
        if last == self._documents:
            return
        if last is not None:
            self._database.execute("INSERT OR IGNORE INTO wording VALUES (?, ?)", (key, line.text))
        self._database.execute(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                self._documents,
                _hash(folded),
                _hash(line.text),
                _BITS[line.place],
                line.advertises,
                line.rule,
            ),
        )

    def found(self, min_documents: int = MIN_DOCUMENTS) -> Iterator[RecurringLine]:
        """The lines that recur in at least `min_documents` unrelated documents, ordered by hash.

        Years of one report and copies of one document count once. A line must be in documents of different senders
        and nearly always outside the text, because within it it may be a heading; unless it advertises.
        """
        for values in self._database.execute(_QUERY, (min_documents,)):
            count = _Count(*values)
            advertises = 2 * count.advertising >= count.documents
            outside = count.outside >= _OUTSIDE * count.documents
            if not (advertises or (count.senders >= _MIN_SENDERS and outside)):
                continue
            line = _wording(count)
            if count.folded > 1 and words_width(line) < _NARROWEST_GENERAL:
                continue
            yield RecurringLine(
                key=count.key,
                line=line,
                documents=count.documents,
                independent=max(count.senders, count.works if advertises else 0),
                places=tuple(place for place, bit in _BITS.items() if count.places & bit),
                advertises=advertises,
                rule=count.rule,
                seen_in=self._some_of(count.key),
            )

    def _some_of(self, key: int) -> tuple[str, ...]:
        rows = self._database.execute(
            "SELECT path FROM line JOIN document ON number = document WHERE key = ? ORDER BY path LIMIT ?",
            (key, _NAMED),
        )
        return tuple(path for (path,) in rows)


class _Count(NamedTuple):
    """What the database knows of a line. `folded` and `raw` count its spellings, `text` is one of them."""

    key: int
    documents: int
    works: int
    senders: int
    places: int
    outside: int
    advertising: int
    folded: int
    raw: int
    rule: str
    text: str


# The places are a set of bits; the least rule is "" unless all documents have one.
_QUERY = """
    SELECT line.key, count(*), count(DISTINCT work), count(DISTINCT sender),
        max(place & 1) | max(place & 2) | max(place & 4) | max(place & 8) | max(place & 16),
        sum(place != 16), sum(advertises), count(DISTINCT folded), count(DISTINCT raw), min(rule), text
    FROM line JOIN document ON number = document JOIN wording ON wording.key = line.key
    GROUP BY line.key HAVING count(DISTINCT work) >= ? ORDER BY line.key
"""


def _wording(count: _Count) -> str:
    """The line as all documents spell it, else folded, else with placeholders: the same whichever spelling is known."""
    if count.raw == 1:
        return count.text
    folded = fold(count.text)
    return folded if count.folded == 1 else general(folded)


def _hash(text: str) -> int:
    """64 bits of the text's SHA-256, signed as SQLite has them."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
