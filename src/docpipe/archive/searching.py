"""Answers queries: which sections match, the best first, with their places and a snippet.

Two archives with the same current documents give the same answers, in whatever order they were filled: what is ranked alike is
ordered by source path and place in the document.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from docpipe.archive import copies, query
from docpipe.archive.database import reading
from docpipe.archive.parts import Places
from docpipe.archive.query import And, Node, Not, Or, Phrase
from docpipe.archive.snippets import Finder
from docpipe.archive.words import words
from docpipe.errors import DocpipeError, ErrorCode

LIMIT = 20
"""So many hits are given if nothing else is asked for."""

_RANK = "bm25(section_fts, 10.0, 1.0)"  # a word in a heading weighs ten times one in the text
_SIMILAR = 0.5
_YEAR = re.compile(r"\d{4}")


class Hit(Struct, frozen=True):
    """A section that matches: its document's path and title, the headings down to it, the place of the first hit.

    `snippet` has each hit between `<mark>` and `</mark>`, and `&`, `<` and `>` of the text escaped as in HTML. `score` is higher for
    better hits of one query. For near copies `section` and `at` are empty and `score` is the share in common (0–1).
    """

    source: str
    title: str
    section: tuple[str, ...]
    at: Places
    snippet: str
    score: float


class Filters(Struct, frozen=True, kw_only=True):
    """Conditions on the document: `year` of its date or period, words of the organisation and of the kind; "" is any."""

    year: str = ""
    organization: str = ""
    kind: str = ""


def search(
    file: Path,
    text: str,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    limit: int = LIMIT,
) -> list[Hit]:
    """The sections that match a query (`query.py`), the best first; with limit 0 all.

    A query for fields of the document alone gives each document once. Raises DocpipeError: those of `query.parse`, BAD_SETTINGS for a filter,
    and those of `database.reading`.
    """
    with reading(file) as database:
        return search_in(database, text, filters, limit)


def search_in(
    database: sqlite3.Connection,
    text: str,
    filters: Filters = Filters(),  # noqa: B008 - frozen
    limit: int = LIMIT,
) -> list[Hit]:
    """As `search`, on an archive that is open (`database.reading`): half the time for one who asks often."""
    node = _with_filters(query.parse(text), filters)
    sql, values = statement(node, filters.year)
    ranked = _ranked(database, sql, values, limit)
    return _hits(database, ranked, list(query.wanted(node)))


def similar(file: Path, sketch: bytes, limit: int = LIMIT) -> list[Hit]:
    """The documents that share most with a sketch (`copies.sketch`), half of the shingles at least."""
    with reading(file) as database:
        found = copies.alike(database, sketch, _SIMILAR)
        hits = []
        for pair in found:
            source, title = database.execute(
                "SELECT path, title FROM document WHERE id = ?", (pair.other,)
            ).fetchone()
            hits.append(Hit(source, title, (), (), "", round(pair.share, 4)))
    hits.sort(key=lambda hit: (-hit.score, hit.source))
    return hits[:limit] if limit else hits


def _with_filters(node: Node, filters: Filters) -> Node:
    if filters.year and not _YEAR.fullmatch(filters.year):
        raise DocpipeError(ErrorCode.BAD_SETTINGS, f"--year {filters.year}")
    named = {"organization": filters.organization, "kind": filters.kind}
    more = tuple(Phrase(field, words(value)) for field, value in named.items() if words(value))
    if not more:
        return node
    return And((*node.parts, *more)) if isinstance(node, And) else And((node, *more))


def statement(node: Node, year: str = "") -> tuple[str, list[str]]:
    """SQL for the ids of sections and their ranks (lower is better), and its values."""
    if query.is_of_documents(node):
        return _of_documents(node, year)
    top = node.parts if isinstance(node, And) else (node,)
    inside = tuple(part for part in top if query.is_of_sections(part))
    if all(isinstance(part, Not) for part in inside):
        return _mixed(node, year)
    rest = [part for part in top if part not in inside]
    values = [query.expression(inside[0] if len(inside) == 1 else And(inside))]
    tables, conditions = "section_fts", ["section_fts MATCH ?"]
    if rest or year:
        tables += " JOIN section ON section.id = section_fts.rowid"
        tables += " JOIN document ON document.id = section.document_id"
        conditions += [_condition(part, values) for part in rest] + _year(year, values)
    return (
        f"SELECT section_fts.rowid AS id, {_RANK} AS score FROM {tables} WHERE {' AND '.join(conditions)}",
        values,
    )


def _of_documents(node: Node, year: str) -> tuple[str, list[str]]:
    """Each document once, by its first section."""
    values = [query.expression(node)]
    conditions = " AND ".join(["document_fts MATCH ?", *_year(year, values)])
    return (
        "SELECT section.id AS id, rank AS score FROM document_fts"
        " JOIN document ON document.id = document_fts.rowid"
        " JOIN section ON section.document_id = document.id AND section.number = 0"
        f" WHERE {conditions}",
        values,
    )


def _mixed(node: Node, year: str) -> tuple[str, list[str]]:
    """Fields of document and section under one OR: sections by condition, ranked by what matches in them."""
    own = [phrase for phrase in query.wanted(node) if query.is_of_sections(phrase)]
    values = [query.expression(Or(tuple(own)))] if own else []
    match = "section_fts MATCH ?" if own else "0"
    conditions = ["document.current", _condition(node, values), *_year(year, values)]
    return (
        "SELECT section.id AS id, coalesce(ranked.score, 0.0) AS score FROM section"
        " JOIN document ON document.id = section.document_id"
        f" LEFT JOIN (SELECT rowid, {_RANK} AS score FROM section_fts WHERE {match}) AS ranked"
        f" ON ranked.rowid = section.id WHERE {' AND '.join(conditions)}",
        values,
    )


def _condition(node: Node, values: list[str]) -> str:
    """SQL on `section` and `document` that holds where the node matches; what it is filled with goes to `values`."""
    if isinstance(node, Not):
        return f"NOT {_condition(node.part, values)}"
    if query.is_of_sections(node):
        values.append(query.expression(node))
        return "section.id IN (SELECT rowid FROM section_fts WHERE section_fts MATCH ?)"
    if query.is_of_documents(node):
        values.append(query.expression(node))
        return "document.id IN (SELECT rowid FROM document_fts WHERE document_fts MATCH ?)"
    assert not isinstance(node, Phrase)
    word = " AND " if isinstance(node, And) else " OR "
    return "(" + word.join(_condition(part, values) for part in node.parts) + ")"


def _year(year: str, values: list[str]) -> list[str]:
    if not year:
        return []
    values += [year, year]
    return ["(substr(document.date, 1, 4) = ? OR substr(document.period, 1, 4) = ?)"]


class _Ranked(Struct, frozen=True):
    id: int
    score: float


def _ranked(
    database: sqlite3.Connection, sql: str, values: Sequence[str], limit: int
) -> list[_Ranked]:
    """The best sections; one pass over all that match, so that what is ranked alike at the end can be told apart."""
    if not limit:
        return [_Ranked(*row) for row in database.execute(sql, values)]
    rows = database.execute(
        f"WITH found AS MATERIALIZED ({sql}) SELECT id, score FROM found WHERE score <="
        " coalesce((SELECT score FROM found ORDER BY score LIMIT 1 OFFSET ?), 1.0)",
        (*values, limit - 1),
    )
    found = [_Ranked(*row) for row in rows]
    return _first(database, found, limit) if len(found) > limit else found


def _first(database: sqlite3.Connection, found: list[_Ranked], limit: int) -> list[_Ranked]:
    """The first of what is ranked, alike ones by path and number."""
    places = {
        id: (path, number)
        for id, path, number in database.execute(
            "SELECT section.id, document.path, number FROM section JOIN document ON document.id = document_id"
            " WHERE section.id IN (SELECT value FROM json_each(?))",
            (_ids(found),),
        )
    }
    return sorted(found, key=lambda one: (one.score, places[one.id]))[:limit]


def _ids(found: Sequence[_Ranked]) -> str:
    return msgspec.json.encode([one.id for one in found]).decode()


def _hits(
    database: sqlite3.Connection, ranked: Sequence[_Ranked], wanted: Sequence[Phrase]
) -> list[Hit]:
    scores = {one.id: one.score for one in ranked}
    in_text, in_heading = Finder(wanted, "text"), Finder(wanted, "heading")
    rows = database.execute(
        "SELECT section.id, document.path, number, title, heading, text, section.path, at, blocks"
        " FROM section JOIN document ON document.id = document_id"
        " WHERE section.id IN (SELECT value FROM json_each(?))",
        (_ids(ranked),),
    )
    found = []
    for id, source, number, title, heading, text, path, at, blocks in rows:
        snippet = in_text.snippet(text)
        place = _decode_places(at)
        if snippet.hits:
            place = _place(blocks, snippet.start + snippet.hits[0][0]) or place
        elif in_heading.hits(heading):
            snippet = in_heading.snippet(heading)
        hit = Hit(
            source,
            title,
            msgspec.json.decode(path, type=tuple[str, ...]),
            place,
            snippet.html(),
            float(f"{0.0 - scores[id]:.6g}"),
        )
        found.append(((scores[id], source, number), hit))
    found.sort(key=lambda pair: pair[0])
    return [hit for _, hit in found]


_decode_places = msgspec.json.Decoder(Places).decode
_decode_blocks = msgspec.json.Decoder(tuple[tuple[int, Places], ...]).decode


def _place(blocks: str, offset: int) -> Places:
    """The places of the block that holds an offset of the section's text."""
    place: Places = ()
    for start, at in _decode_blocks(blocks):
        if start > offset:
            break
        place = at
    return place
