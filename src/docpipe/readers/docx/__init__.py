"""Reads Word documents (DOCX, ECMA-376 and ISO/IEC 29500, transitional and strict) as a person would see them.

What it gives: the body in reading order, and after it headers, footers, watermarks, comments and what is deleted in
notes, each on its layer; footnotes and endnotes as notes; inserted files (altChunk) as bytes, to be read by their own
reader. What it leaves out, with a warning: pictures kept outside of the file. Text of a block that Word would not show is there, and marked as hidden.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import BlockType, Document, Inserted, Layer, Note, Source, describe_source
from docpipe.readers.docx.names import MC, Element, M, W
from docpipe.readers.docx.package import Package, no_xml, parsed
from docpipe.readers.docx.paragraphs import Looks
from docpipe.readers.docx.plain import PlainParagraphs
from docpipe.readers.docx.properties import properties
from docpipe.readers.docx.resources import Resources, language_of
from docpipe.readers.docx.revisions import VIEWS, revision
from docpipe.readers.docx.story import INLINE, Flow, Foreign, Story
from docpipe.settings import Settings

_STREAMED = (
    W + "p", W + "tbl", W + "sectPr", W + "altChunk", W + "background", W + "ins", W + "del",
    W + "moveFrom", W + "moveTo", M + "oMath", M + "oMathPara", MC + "AlternateContent",
)  # fmt: skip
_STREAMED_FROM = 16 * 1024 * 1024
"""From this size on (bytes) the main part is read as a stream; a tree takes about six times the size."""

_SAMPLE = 2_000
"""So many characters tell a document's script."""

_FREED_TOGETHER = 200
"""So many blocks, emptied, wait to be dropped: each by itself would cost as much as reading a short one."""


def read(source: Source, settings: Settings) -> Document:
    """The document of a DOCX file.

    Raises DocpipeError: DAMAGED where the package or its main part cannot be read, ENCRYPTED, TOO_LARGE where it is
    over a limit of `settings`. A damaged or missing part besides the main one is a warning.
    """
    package = Package(source.data, settings.limits, source.name)
    resources = Resources(package, package.main_part(), VIEWS[settings.read.track_changes])
    looks = Looks()
    body = Flow("body")
    data = package.xml(resources.main)
    plain = PlainParagraphs(data, resources.view) if len(data) <= _STREAMED_FROM else None
    story = Story(resources, resources.main, "body", looks, plain)
    story.read_each(_blocks_of(data if plain is None else plain.xml, source.name), body)
    blocks = body.blocks
    inserted = _inserted(package, story.foreign, body)
    found = properties(resources)
    language = found.get("language") or language_of(resources, _is_mostly_cjk(blocks))
    if language:
        found["language"] = language
    blocks += _furniture(resources, story.sections, looks)
    blocks += _comments(resources, looks)
    notes, deleted = _notes(resources, looks)
    blocks += deleted
    return Document(
        source=describe_source(source),
        blocks=blocks,
        notes=notes,
        assets=list(resources.assets.values()),
        warnings=resources.warnings,
        properties=found,
        inserted=inserted,
    )


def _inserted(package: Package, foreign: list[Foreign], body: Flow) -> list[Inserted]:
    """The inserted files; those in a table's cell come at the end, since a cell holds no documents."""
    return [
        Inserted(
            index=before if flow is body else len(body.blocks),
            part=posixpath.splitext(posixpath.basename(part))[0],
            name=posixpath.basename(part),
            data=package.read(part),
        )
        for part, flow, before in sorted(foreign, key=lambda found: found.flow is not body)
    ]


def _blocks_of(data: bytes, name: str) -> Iterator[Element]:
    """The block-level elements of the main part, in order. Raises DocpipeError(DAMAGED).

    A part of common size is parsed at once, which is quicker; the tree of a larger one never stands in memory whole.
    """
    if len(data) > _STREAMED_FROM:
        yield from _stream(data, name)
        return
    root = parsed(data, "the main part", name)
    if root.tag != W + "document":
        raise DocpipeError(ErrorCode.DAMAGED, "the main part is no Word document", name)
    for element in root:
        if element.tag == W + "body":
            yield from element
        else:
            yield element


def _stream(data: bytes, name: str) -> Iterator[Element]:
    """The block-level elements of the main part, each given once complete and freed after.

    So the tree of a long document never stands in memory whole. Content controls around blocks are passed over: what
    they hold is given by itself. Raises DocpipeError(DAMAGED).
    """
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        tag=_STREAMED,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    depth = given = 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if depth == 0:
                yield from _stray_before(element)
                yield element
                element.clear()
                given += 1
                if given % _FREED_TOGETHER == 0:
                    _free_before(element)
    except etree.XMLSyntaxError as error:
        raise no_xml(error, "the main part", name) from error
    if events.root.tag != W + "document":
        raise DocpipeError(ErrorCode.DAMAGED, "the main part is no Word document", name)
    body = events.root.find(W + "body")
    last = body[-1] if body is not None and len(body) else None
    if last is not None and last.tag in INLINE:
        yield from [*_stray_before(last), last]


def _stray_before(element: Element) -> list[Element]:
    """Text that no program should write between blocks, right before one."""
    strays = []
    while (element := element.getprevious()) is not None and element.tag in INLINE:
        strays.append(element)
    return strays[::-1]


def _free_before(element: Element) -> None:
    """Drops what stands before an element, at its level and around it."""
    while (parent := element.getparent()) is not None:
        del parent[: parent.index(element)]
        element = parent


def _is_mostly_cjk(blocks: list[BlockType]) -> bool:
    sample = "".join(block.text for block in blocks[:200])[:_SAMPLE]
    letters = [char for char in sample if char.isalpha()]
    return 2 * sum([char >= "\u2e80" for char in letters]) > len(letters)


def _furniture(
    resources: Resources, references: list[tuple[Layer, str]], looks: Looks
) -> list[BlockType]:
    """The headers and footers that sections refer to, each part once; then those that none shows, as hidden."""
    blocks: list[BlockType] = []
    relationships = resources.package.relationships(resources.main)
    unshown: list[tuple[Layer, str]] = [
        ("hidden", name)
        for name, relationship in relationships.items()
        if relationship.kind in ("header", "footer") and not relationship.external
    ]
    seen: set[str] = set()
    for layer, relationship_id in references + unshown:
        relationship = relationships.get(relationship_id)
        if relationship is None or relationship.target in seen:
            continue
        seen.add(relationship.target)
        root = resources.part_root(relationship.target)
        if root is not None:
            blocks += _part_blocks(resources, relationship.target, root, layer, looks)
    return blocks


def _part_blocks(
    resources: Resources, part: str, root: Element, layer: Layer, looks: Looks
) -> list[BlockType]:
    flow = Flow(layer)
    name = posixpath.splitext(posixpath.basename(part))[0]
    Story(resources, part, name, looks).read(root, flow)
    return flow.blocks


def _comments(resources: Resources, looks: Looks) -> list[BlockType]:
    part = resources.package.related(resources.main, "comments")
    root = resources.part_root(part) if part is not None else None
    if part is None or root is None:
        return []
    story = Story(resources, part, "comments", looks)
    found: list[BlockType] = []
    for comment in root.iterchildren(W + "comment"):
        flow = Flow("comment", revision=revision(comment))
        story.read(comment, flow)
        found += flow.blocks
    return found


def _notes(resources: Resources, looks: Looks) -> tuple[list[Note], list[BlockType]]:
    """Footnotes and endnotes, and the text deleted in them; a note's text joins its blocks with a newline."""
    stories: dict[str, Story] = {}
    notes: list[Note] = []
    deleted: list[BlockType] = []
    for note_id, kind, element in resources.notes.in_order():
        if kind not in stories:
            part = resources.package.related(resources.main, f"{kind}s") or ""
            stories[kind] = Story(resources, part, f"{kind}s", looks)
        flow = Flow("note")
        stories[kind].read(element, flow)
        text = "\n".join(block.text for block in flow.blocks if block.layer != "revision")
        notes.append(Note(id=note_id, text=text))
        deleted += [block for block in flow.blocks if block.layer == "revision"]
    return notes, deleted
