"""What goes into the archive of one JSON document, worked out beforehand: rows, words of the index, sketch. No database here."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from docpipe.archive import copies
from docpipe.archive.corrections import ORIGIN, Corrections
from docpipe.archive.parts import Part, parts
from docpipe.archive.words import spaced
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Fact
from docpipe.schema import DocumentJson, MetadataJson

_NO_FACTS = ("language", "licence")
"""The language is a field of its own; of the licence only the JSON tells, which the archive keeps whole."""
FACTS = tuple(name for name in MetadataJson.__struct_fields__ if name not in _NO_FACTS)

_DOCUMENT = "document"
_FASTEST = 1  # level of zlib


class Prepared(NamedTuple):
    """A document ready to be put in.

    `packed` is its JSON compressed, `digest` the SHA-256 of the JSON; `facts` are values with who says so; `words` are heading and text
    of each part as the index holds them.
    """

    document: DocumentJson
    digest: str
    packed: bytes
    title: str
    language: str
    facts: dict[str, tuple[Fact, str]]
    parts: list[Part]
    words: list[tuple[str, str]]
    sketch: bytes

    @property
    def path(self) -> str:
        """The source's path."""
        return self.document.source.path


def prepare(data: bytes, known: Corrections, name: str) -> Prepared | DocpipeError:
    """A document from the bytes of its JSON; an error (UNKNOWN_FORMAT, with `name`) if it is none of docpipe's."""
    try:
        document = msgspec.json.decode(data, type=DocumentJson)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        detail = f"JSON, but not docpipe/1 ({error})"
        return DocpipeError(ErrorCode.UNKNOWN_FORMAT, detail, name)
    better = known.get(document.source.path, {})
    title = better.get("title", document.title)
    found = parts(msgspec.structs.replace(document, title=title))
    words = [(spaced(part.heading), spaced(part.text)) for part in found]
    return Prepared(
        document=document,
        digest=hashlib.sha256(data).hexdigest(),
        packed=zlib.compress(data, _FASTEST),
        title=title,
        language=better.get("language", document.metadata.language),
        facts=_facts(document, better),
        parts=found,
        words=words,
        sketch=copies.sketch_of_words(" ".join(part for row in words for part in row)),
    )


def _facts(document: DocumentJson, better: Mapping[str, str]) -> dict[str, tuple[Fact, str]]:
    """What is known of a document, with who says so. A value that the user gave has no place in the source."""
    facts = {
        name: (fact, _DOCUMENT)
        for name in FACTS
        if (fact := getattr(document.metadata, name)) is not None
    }
    facts |= {name: (Fact(value), ORIGIN) for name, value in better.items()}
    return facts
