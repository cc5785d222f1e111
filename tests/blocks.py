"""Small builders of documents for tests."""

from __future__ import annotations

from collections.abc import Sequence

from docpipe.model import BlockType, Document, Look, Paragraph, Run, SourceInfo

INFO = SourceInfo(name="a.txt", path="a.txt", format="txt", bytes=1, sha256="0" * 64)


def paragraph(text: str, **look: object) -> Paragraph:
    """A paragraph of the body; a bold one has the run that readers give it."""
    runs = (Run(0, len(text), bold=True),) if look.get("bold") else ()
    return Paragraph(text=text, look=Look(**look), runs=runs)  # type: ignore[arg-type]


def document(blocks: Sequence[BlockType | str]) -> Document:
    """A document of blocks; strings become plain paragraphs."""
    return Document(source=INFO, blocks=[paragraph(b) if isinstance(b, str) else b for b in blocks])
