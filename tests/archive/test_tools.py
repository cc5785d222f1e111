"""The archive in Datasette and sqlite-utils: tables, foreign keys and full-text search are detected."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from documents import document, section, write

from docpipe.archive import adding


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = write(
        tmp_path / "json", a=document("a", [section("甲", "党建工作")], title="总结", removed="x")
    )
    adding.add(tmp_path / "archive.db", [folder])
    return tmp_path / "archive.db"


def test_datasette(archive: Path) -> None:
    app = pytest.importorskip("datasette.app")

    async def look() -> dict[str, Any]:
        datasette = app.Datasette([str(archive)])
        tables = (await datasette.client.get("/archive.json")).json()["tables"]
        found = await datasette.client.get(
            "/archive/section.json", params={"_search": '"党 建"', "_searchmode": "raw"}
        )
        page = await datasette.client.get("/archive/section")
        return {"tables": tables, "rows": found.json()["rows"], "status": page.status_code}

    seen = asyncio.run(look())
    tables = {table["name"]: table for table in seen["tables"]}
    assert tables["section"]["fts_table"] == "section_fts"
    assert tables["document"]["fts_table"] == "document_fts"
    keys = tables["section"]["foreign_keys"]["outgoing"]
    assert {key["other_table"] for key in keys} == {"document", "section"}
    assert len(seen["rows"]) == 1
    assert seen["status"] == 200


def test_sqlite_utils(archive: Path) -> None:
    sqlite_utils = pytest.importorskip("sqlite_utils")
    database = sqlite_utils.Database(str(archive))
    assert database["section"].detect_fts() == "section_fts"
    assert database["document"].detect_fts() == "document_fts"
    assert {key.other_table for key in database["removed"].foreign_keys} == {"document"}
    assert [row["text"] for row in database["section"].search('"党 建"')] == ["党建工作"]
    database.close()
