"""Writes the JSON document `docpipe/1`: the contract of `schema.py`, UTF-8, two spaces of indent."""

from __future__ import annotations

import msgspec

from docpipe.model import Document, Pipeline
from docpipe.schema import SCHEMA, AssetJson, DocumentJson, MetadataJson, NoteJson, RemovedJson
from docpipe.sections import view
from docpipe.settings import Settings

_UNKNOWN = Pipeline(version="", rules="", settings="")


def write(document: Document, settings: Settings) -> bytes:
    """The document as JSON text in UTF-8, ending with a newline."""
    return msgspec.json.format(msgspec.json.encode(published(document)), indent=2) + b"\n"


def published(document: Document) -> DocumentJson:
    """The document in its published form."""
    tree = view(document.blocks)
    return DocumentJson(
        schema=SCHEMA,
        id=f"sha256:{document.source.sha256}",
        source=document.source,
        title=document.title,
        metadata=MetadataJson(language=document.language, **document.metadata),
        blocks=tree.blocks,
        sections=tree.sections,
        notes=tuple(NoteJson(note.id, note.text) for note in document.notes),
        assets=tuple(
            AssetJson(asset.id, asset.name, asset.media_type, asset.sha256, asset.size)
            for asset in document.assets
        ),
        removed=tuple(
            RemovedJson(
                text=cut.text,
                reason=cut.reason,
                rule=cut.rule,
                confidence=cut.confidence,
                block=cut.block,
                span=cut.span,
                at=cut.at,
                because=cut.because,
                author=cut.author,
                date=cut.date,
            )
            for cut in document.removed
        ),
        warnings=tuple(document.warnings),
        pipeline=document.pipeline or _UNKNOWN,
    )
