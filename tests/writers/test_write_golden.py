"""What a whole small report looks like in each text format: `DOCPIPE_ACCEPT=1 pytest` accepts a change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from writer_samples import chinese, english

from docpipe.settings import Settings
from docpipe.writers import html, markdown, text

_GOLDEN = Path(__file__).parent / "golden"
_DOCUMENTS = {"chinese": chinese, "english": english}
_WRITERS = {"html": html.write, "md": markdown.write, "txt": text.write}


@pytest.mark.parametrize("document", _DOCUMENTS)
@pytest.mark.parametrize("suffix", _WRITERS)
def test_golden(document: str, suffix: str) -> None:
    written = _WRITERS[suffix](_DOCUMENTS[document](), Settings())
    golden = _GOLDEN / f"{document}.{suffix}"
    if os.environ.get("DOCPIPE_ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(written)
    assert written.decode() == golden.read_text("utf-8")
