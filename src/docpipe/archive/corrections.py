"""`metadata.csv`: what the user knows better than what was read. Its first row names the columns, `path` among them.

`path` is the source's, relative to the input. An empty cell leaves what was read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from docpipe.errors import DocpipeError, ErrorCode

ORIGIN = "metadata.csv"

Corrections = dict[str, dict[str, str]]
"""Source path -> name -> value."""

_COLUMNS = {
    "path": "path",
    "title": "title",
    "date": "date",
    "period": "period",
    "organization": "organization",
    "author": "author",
    "document_number": "document_number",
    "kind": "kind",
    "language": "language",
    "路径": "path",
    "标题": "title",
    "日期": "date",
    "期间": "period",
    "单位": "organization",
    "作者": "author",
    "文号": "document_number",
    "类型": "kind",
    "语言": "language",
}
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月?))?年?")


def load(files: Sequence[Path]) -> Corrections | None:
    """The corrections of the files that exist, later ones before earlier ones; None if none exists.

    Raises DocpipeError(BAD_METADATA) with the line.
    """
    there = [file for file in files if file.is_file()]
    if not there:
        return None
    found: Corrections = {}
    for file in there:
        for path, row in _read(file).items():
            found.setdefault(path, {}).update(row)
    return found


def _read(file: Path) -> Corrections:
    name = str(file)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DocpipeError(ErrorCode.BAD_METADATA, error.strerror or str(error), name) from error
    rows = csv.reader(io.StringIO(_text(data, name), newline=""))
    found: Corrections = {}
    try:
        columns = [_column(cell, name) for cell in next(rows, [])]
        if "path" not in columns:
            raise DocpipeError(ErrorCode.BAD_METADATA, "line 1: path?", name)
        for row in rows:
            cells = {
                column: cell.strip()
                for column, cell in zip(columns, row, strict=False)
                if cell.strip()
            }
            path = cells.pop("path", "").replace("\\", "/").removeprefix("./")
            if "date" in cells:
                cells["date"] = _date(cells["date"], name, rows.line_num)
            if path and cells:
                found[path] = cells
    except csv.Error as error:
        detail = f"line {rows.line_num}: {error}"
        raise DocpipeError(ErrorCode.BAD_METADATA, detail, name) from error
    return found


def _text(data: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8, or GB 18030 as spreadsheets in China save it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocpipeError(ErrorCode.BAD_METADATA, "UTF-8? GB 18030?", name)


def _column(cell: str, name: str) -> str:
    column = _COLUMNS.get(cell.strip().lower())
    if column is None:
        raise DocpipeError(ErrorCode.BAD_METADATA, f"line 1: {cell.strip()}?", name)
    return column


def _date(text: str, name: str, line: int) -> str:
    """A date as the JSON has it: 2021, 2021-12 or 2021-12-28."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise DocpipeError(ErrorCode.BAD_METADATA, f"line {line}: {text}?", name)
    year, *rest = (part for part in match.groups() if part)
    return "-".join([year, *(f"{int(part):02}" for part in rest)])
