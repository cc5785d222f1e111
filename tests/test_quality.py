"""Floors for the quality figures on the gold set: a change that sinks one of them fails here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from docpipe import clean, rules
from docpipe.pipeline import read
from docpipe.schema import json_schema
from docpipe.settings import CleanSettings, Settings
from docpipe.survey import survey

FLOORS = (
    "title=1.0", "headings=0.99", "paragraphs=0.98", "exact=0.98", "kept=1.0", "leak=0.01", "audited=0.99", "tables=1.0",
    "meta=1.0", "same=0.99",
)  # fmt: skip


@pytest.fixture(scope="module")
def converted(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the gold set's files."""
    output = tmp_path_factory.mktemp("quality") / "out"
    command = [sys.executable, "-m", "docpipe", "convert", str(shared / "bench/dev/files")]
    subprocess.run([*command, "-o", str(output), "-t", "json", "-q"], check=True)
    return output / "json"


def test_gold_set_reaches_its_floors(shared: Path, converted: Path) -> None:
    command = [
        sys.executable,
        str(shared / "bench/score.py"),
        str(shared / "bench/dev"),
        str(converted),
    ]
    minima = [word for floor in FLOORS for word in ("--min", floor)]
    result = subprocess.run(
        [*command, "--show", *minima], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr


def test_every_output_is_valid(converted: Path) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    files = sorted(converted.rglob("*.json"))
    assert files
    for file in files:
        validator.validate(json.loads(file.read_text("utf-8")))


def test_removed_text_is_the_readers_text_at_its_span(shared: Path) -> None:
    ruleset = rules.load()
    for file in sorted((shared / "bench/dev/files").iterdir()):
        document = read(file.read_bytes(), file.name, "", "", Settings())
        blocks = list(document.blocks)
        proposals = list(clean.find(document, survey(document, ruleset), ruleset, CleanSettings()))
        clean.apply(document, proposals, CleanSettings())
        for removal in document.removed:
            start, end = removal.span
            assert blocks[removal.block].text[start:end] == removal.text, file.name
        assert clean.restore(document).blocks == blocks, file.name
