"""JSON documents for tests of the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def section(heading: str, *texts: str, label: str = "", children: Sequence[Any] = ()) -> Any:
    """A section with paragraphs; its id and level are set by `document`."""
    return {
        "id": "",
        "level": 1,
        "label": label,
        "heading": heading,
        "at": [{"line": 1}],
        "blocks": [paragraph(text, line) for line, text in enumerate(texts, 2)],
        "sections": list(children),
    }


def paragraph(text: str, line: int = 1) -> Any:
    """A paragraph at a line."""
    return {"type": "paragraph", "text": text, "at": [{"line": line}]}


def document(
    path: str,
    sections: Sequence[Any] = (),
    *,
    title: str = "",
    blocks: Sequence[Any] = (),
    removed: str = "",
    content: str = "",
    **facts: str,
) -> bytes:
    """The JSON of a document as docpipe writes it; `content` stands for the source's bytes."""
    _number(sections, "s")
    sha256 = hashlib.sha256((content or path).encode()).hexdigest()
    cut = {
        "text": removed,
        "reason": "advertising",
        "rule": "ads",
        "confidence": 1.0,
        "block": 0,
        "span": [0, len(removed)],
        "at": [],
        "because": "",
    }
    value = {
        "schema": "docpipe/1",
        "id": f"sha256:{sha256}",
        "source": {
            "name": path.rpartition("/")[2],
            "path": path,
            "format": "txt",
            "bytes": 1,
            "sha256": sha256,
        },
        "title": title,
        "metadata": {
            "language": "zh",
            **{
                name: {"value": text, "text": text, "at": [{"line": 1}]}
                for name, text in facts.items()
            },
        },
        "blocks": list(blocks),
        "sections": list(sections),
        "notes": [],
        "assets": [],
        "removed": [cut] if removed else [],
        "warnings": [],
        "pipeline": {"version": "0", "rules": "", "settings": ""},
    }
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _number(sections: Sequence[Any], prefix: str, level: int = 1) -> None:
    for number, one in enumerate(sections, 1):
        one["id"], one["level"] = f"{prefix}{number}", level
        _number(one["sections"], f"{prefix}{number}.", level + 1)


def write(folder: Path, **documents: bytes) -> Path:
    """Write JSON documents into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in documents.items():
        (folder / f"{name}.json").write_bytes(data)
    return folder
