"""Reads docpipe's own JSON back, so that a document can be written again in another format without its source.

It reads what `schema.py` publishes. The bytes of pictures are not in the JSON, so their assets come back empty.
"""

from __future__ import annotations

import msgspec

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Asset, Document, Fact, Note, Removal, Source
from docpipe.schema import DocumentJson, MetadataJson
from docpipe.sections import View, flatten
from docpipe.settings import Settings

_FACTS = tuple(name for name in MetadataJson.__struct_fields__ if name != "language")


def read(source: Source, settings: Settings) -> Document:
    """The document a docpipe JSON text describes. Raises DocpipeError(UNKNOWN_FORMAT) if it is another JSON."""
    try:
        data = msgspec.json.decode(source.data, type=DocumentJson)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        detail = f"JSON, but not docpipe/1 ({error})"
        raise DocpipeError(ErrorCode.UNKNOWN_FORMAT, detail, source.name) from error
    facts: dict[str, Fact] = {
        name: value for name in _FACTS if (value := getattr(data.metadata, name)) is not None
    }
    return Document(
        source=data.source,
        blocks=flatten(View(data.blocks, data.sections)),
        title=data.title,
        metadata=facts,
        language=data.metadata.language,
        notes=[Note(note.id, note.text) for note in data.notes],
        assets=[Asset(a.id, a.name, a.media_type, a.sha256, a.bytes) for a in data.assets],
        removed=[
            Removal(
                block=cut.block,
                span=cut.span,
                text=cut.text,
                reason=cut.reason,
                rule=cut.rule,
                confidence=cut.confidence,
                because=cut.because,
                author=cut.author,
                date=cut.date,
                at=cut.at,
            )
            for cut in data.removed
        ],
        warnings=list(data.warnings),
        pipeline=data.pipeline,
    )
