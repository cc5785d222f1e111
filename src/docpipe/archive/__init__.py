"""The archive: one SQLite file with all documents, their sections, and a full-text index; search, copies, exports.

`adding` fills it from JSON documents, `versions` writes their rows, `searching` answers, `checking` proves it, `exporting` hands records on. `words` and
`query` are pure; `database` opens the file; `tables` is its layout.
"""
