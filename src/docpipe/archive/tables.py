"""The layout of the archive: tables, and how an older archive becomes one of this version.

A migration is a tuple of SQL statements; archive version n has the first n. A change of what `words.py` or `copies.py` make
is a migration too: `REINDEX`. All that a reader may see is plain: texts, numbers, JSON.

- `content`: each JSON document as it was written, compressed by zlib, under the SHA-256 of its bytes.
- `document`: a version of a source. `path` is the source's, `current` marks the version that is searched; `added` is UTC.
- `metadata`: what is known of a document; `origin` is "document", or "metadata.csv" where the user knew better.
- `section`: the texts, in the order of the document. Number 0 is what stands before the first heading, under the title. `path`
  are the headings above it and its own, `at` its heading's places, `blocks` the offsets in `text` at which blocks begin, with their
  places (all JSON).
- `removed`: what was taken out of the source; stored, not searched.
- `sketch`: the least hashes of a current document's shingles, four bytes each (`copies.py`).
- `correction`: the rows of `metadata.csv`. `delivery`: what a sink has taken (`opensearch.py`).
- `section_fts`, `document_fts`: the full-text index of the current versions, filled by `adding`.
"""

from __future__ import annotations

APPLICATION_ID = 0x646F6370
"""Marks a SQLite file as an archive of docpipe: "docp"."""

SECTION_COLUMNS = ("heading", "text")
DOCUMENT_COLUMNS = ("title", "organization", "author", "kind", "document_number", "path")

REINDEX = (
    "INSERT INTO section_fts (section_fts) VALUES ('delete-all')",
    """INSERT INTO section_fts (rowid, heading, text)
        SELECT id, spaced(heading), spaced(text)
        FROM section WHERE document_id IN (SELECT id FROM document WHERE current)""",
    "INSERT INTO document_fts (document_fts) VALUES ('delete-all')",
    f"""INSERT INTO document_fts (rowid, {", ".join(DOCUMENT_COLUMNS)})
        SELECT id, {", ".join(f"spaced({column})" for column in DOCUMENT_COLUMNS)} FROM document WHERE current""",
    "DELETE FROM sketch",
    """INSERT INTO sketch SELECT id, sketched(
            (SELECT group_concat(words, ' ') FROM (
                SELECT spaced(heading) || ' ' || spaced(text) AS words
                FROM section WHERE document_id = document.id ORDER BY number
            ))
        ) FROM document WHERE current""",
)
"""Makes all anew that is worked out from the texts. `database.py` lends the functions `spaced` and `sketched`."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE content (digest TEXT PRIMARY KEY, json BLOB NOT NULL)",
        """CREATE TABLE document (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL REFERENCES content (digest),
            path TEXT NOT NULL,
            version INTEGER NOT NULL,
            current INTEGER NOT NULL CHECK (current IN (0, 1)),
            added TEXT NOT NULL,
            name TEXT NOT NULL,
            format TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            title TEXT NOT NULL,
            language TEXT NOT NULL,
            date TEXT NOT NULL,
            period TEXT NOT NULL,
            organization TEXT NOT NULL,
            author TEXT NOT NULL,
            document_number TEXT NOT NULL,
            kind TEXT NOT NULL,
            UNIQUE (path, version),
            UNIQUE (path, digest)
        )""",
        "CREATE UNIQUE INDEX document_current ON document (path) WHERE current",
        "CREATE INDEX document_digest ON document (digest)",
        "CREATE INDEX document_sha256 ON document (sha256)",
        """CREATE TABLE metadata (
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            text TEXT NOT NULL,
            at TEXT NOT NULL,
            origin TEXT NOT NULL,
            PRIMARY KEY (document_id, name)
        )""",
        """CREATE TABLE section (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            parent_id INTEGER REFERENCES section (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            level INTEGER NOT NULL,
            heading TEXT NOT NULL,
            text TEXT NOT NULL,
            path TEXT NOT NULL,
            at TEXT NOT NULL,
            blocks TEXT NOT NULL,
            UNIQUE (document_id, number)
        )""",
        "CREATE INDEX section_parent ON section (parent_id)",
        """CREATE TABLE removed (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            reason TEXT NOT NULL,
            rule TEXT NOT NULL,
            confidence REAL NOT NULL,
            block INTEGER NOT NULL,
            at TEXT NOT NULL,
            because TEXT NOT NULL
        )""",
        "CREATE INDEX removed_document ON removed (document_id)",
        """CREATE TABLE sketch (
            document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
            hashes BLOB NOT NULL
        )""",
        """CREATE TABLE correction (
            path TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (path, name)
        )""",
        """CREATE TABLE delivery (
            sink TEXT NOT NULL,
            path TEXT NOT NULL,
            digest TEXT NOT NULL,
            records TEXT NOT NULL,
            PRIMARY KEY (sink, path)
        )""",
        # Quoted as Datasette and sqlite-utils look for it. The index holds words, not the columns' text: `words.py`.
        """CREATE VIRTUAL TABLE section_fts USING fts5 (
            heading, text, content="section", content_rowid="id", tokenize="ascii"
        )""",
        """CREATE VIRTUAL TABLE document_fts USING fts5 (
            title, organization, author, kind, document_number, path,
            content="document", content_rowid="id", tokenize="ascii"
        )""",
        # Bytes of the index that one transaction holds in memory: the default (1 MiB) writes many small pieces.
        "INSERT INTO section_fts (section_fts, rank) VALUES ('hashsize', 16777216)",
    ),
    (
        # Pieces of the index that are merged at once: the default (4) writes each word twice as often.
        "INSERT INTO section_fts (section_fts, rank) VALUES ('automerge', 8)",
        *REINDEX,
    ),
)
