"""`metadata.csv`: what the user knows better than what was read. Its first row names the columns, `path` among them.

`path` is the source's, relative to the input. An empty cell leaves what was read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
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
    rows = csv.reader(io.StringIO(_text(data, name), newline=""), strict=True)
    found: Corrections = {}
    try:
        columns = _columns(next(rows, []))
        for row in rows:
            if any(cell.strip() for cell in row):
                path, cells = _row(columns, row)
                if path in found:
                    raise ValueError(f'"{path}" was in a row before')
                found[path] = cells
    except (csv.Error, ValueError) as error:
        detail = f"line {max(1, rows.line_num)}: {error}"
        raise DocpipeError(ErrorCode.BAD_METADATA, detail, name) from error
    return found


def _text(data: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8, or GB 18030 as spreadsheets in China save it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocpipeError(ErrorCode.BAD_METADATA, "neither UTF-8 nor GB 18030", name)


def _columns(cells: Sequence[str]) -> list[str]:
    """The names of the columns. Raises ValueError."""
    columns = []
    for cell in cells:
        column = _COLUMNS.get(cell.strip().lower())
        if column is None:
            raise ValueError(f'"{cell.strip()}" is no column')
        if column in columns:
            raise ValueError(f'the column "{cell.strip()}" is there twice')
        columns.append(column)
    if "path" not in columns:
        raise ValueError('the column "path" is missing')
    return columns


def _row(columns: Sequence[str], row: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The path of a source, and what is better known of it. Raises ValueError."""
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
        raise ValueError(f"{len(row)} cells for {len(columns)} columns")
    cells = {
        column: cell.strip() for column, cell in zip(columns, row, strict=False) if cell.strip()
    }
    path = cells.pop("path", "").replace("\\", "/").removeprefix("./")
    if not path:
        raise ValueError("the path is missing")
    if "date" in cells:
        cells["date"] = _date(cells["date"])
    return path, cells


def _date(text: str) -> str:
    """A date as the JSON has it: 2021, 2021-12 or 2021-12-28. Raises ValueError."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no date')
    year, *rest = (int(part) for part in match.groups() if part)
    month, day = (*rest, 1, 1)[:2]
    try:
        date(year, month, day)
    except ValueError as error:
        raise ValueError(f'"{text}" is no date') from error
    return "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])
