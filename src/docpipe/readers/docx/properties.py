"""Reads the file properties that Word keeps beside the document: ECMA-376 part 2 (core) and part 1, 22.2 (extended)."""

from __future__ import annotations

from docpipe.readers.docx.names import Element
from docpipe.readers.docx.resources import Resources

_CORE = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}creator": "author",
    "{http://purl.org/dc/terms/}created": "created",
    "{http://purl.org/dc/elements/1.1/}language": "language",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords": "keywords",
}
_EXTENDED = {
    "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}Company": (
        "organization"
    ),
    "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}Application": (
        "producer"
    ),
}


def properties(resources: Resources) -> dict[str, str]:
    """The properties that have a value, by the keys of `Document.properties`."""
    found: dict[str, str] = {}
    for kind, usual, names in (
        ("core-properties", "docProps/core.xml", _CORE),
        ("extended-properties", "docProps/app.xml", _EXTENDED),
    ):
        root = _root(resources, kind, usual)
        for element in root if root is not None else ():
            name = names.get(element.tag)
            value = " ".join((element.text or "").split())
            if name is not None and value:
                found.setdefault(name, value)
    return found


def _root(resources: Resources, kind: str, usual: str) -> Element | None:
    for relationship in resources.package.relationships("").values():
        if relationship.kind == kind and relationship.target in resources.package:
            return resources.part_root(relationship.target)
    return resources.part_root(usual) if usual in resources.package else None
