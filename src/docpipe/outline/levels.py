"""Gives headings their levels and turns their blocks into headings.

A label kind that is already open in the outline continues at its level; a new kind opens a level under the heading
before it, unless the usual order of kinds (第一章 > 第一节 > 一、 > （一） > 1. > （1） > ①, I. > A. > 1. > a.) or the styles
say that it stands higher. Headings without a label are ordered by their look (`faces`) and by what stands around them
(`relations`).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from docpipe.joining import placed
from docpipe.model import BlockType, Heading, Paragraph, Run
from docpipe.numbering import Label
from docpipe.outline.faces import Face, alike, face
from docpipe.outline.headings import Candidate
from docpipe.outline.relations import Key, Relations, relations_of

_RANK = {
    "part": 1.0, "appendix": 1.0, "chapter": 2.0, "section": 3.0, "article": 4.0, "financial": 5.0, "roman": 5.5,
    "stem": 5.8, "cjk": 6.0, "cjk-paren": 7.0, "letter": 7.5, "decimal": 8.0, "bare": 8.0, "arabic-paren": 9.0,
    "arabic-close": 9.5, "circled": 10.0, "letter-paren": 11.0,
}  # fmt: skip
_ENGLISH_RANK = {
    "part": 1.0,
    "volume": 1.0,
    "appendix": 1.0,
    "annex": 1.0,
    "chapter": 2.0,
    "section": 3.0,
}


def assign_levels(blocks: Sequence[BlockType], candidates: Sequence[Candidate]) -> list[BlockType]:
    """The blocks with candidates turned into headings; a run-in heading leaves the rest of its text as a paragraph."""
    keys = _keys(candidates, blocks)
    relations = relations_of(keys, candidates, blocks)
    chosen = {
        candidate.block: (candidate, key) for candidate, key in zip(candidates, keys, strict=True)
    }
    result: list[BlockType] = []
    open_keys: list[Key] = []
    for index, block in enumerate(blocks):
        if index not in chosen or not isinstance(block, Paragraph):
            result.append(block)
            continue
        candidate, key = chosen[index]
        _open(open_keys, key, relations)
        result.extend(_split(block, candidate, len(open_keys)))
    return result


def _keys(candidates: Sequence[Candidate], blocks: Sequence[BlockType]) -> list[Key]:
    faces = alike([face(candidate, blocks[candidate.block]) for candidate in candidates])
    return [
        _key(candidate, blocks[candidate.block], own)
        for candidate, own in zip(candidates, faces, strict=True)
    ]


def _key(candidate: Candidate, block: BlockType, own: Face) -> Key:
    style = block.look.heading if candidate.ground == "style" else None
    label = candidate.label
    if label is None or label.kind == "bullet":
        return Key(f"style {style}" if style else str(own), None, style, own)
    return Key(_label_name(label), _label_rank(label), style, own)


def _label_name(label: Label) -> str:
    if label.kind in ("english", "topic"):
        return label.text.split()[0].lower() + str(len(label.values))
    if label.kind in ("letter", "roman", "letter-paren"):
        return f"{label.kind} {'upper' if label.text.upper() == label.text else 'lower'}"
    kind = "decimal" if label.kind == "bare" else label.kind
    return f"{kind} {len(label.values)}"


def _label_rank(label: Label) -> float | None:
    """Where a kind of label usually stands. None where that is anywhere: a "Finding 1." under "IV." or above "1."."""
    if label.kind == "topic":
        return None
    if label.kind == "english":
        return _ENGLISH_RANK.get(label.text.split()[0].lower(), 3.0) + 0.05 * len(label.values)
    rank = _RANK[label.kind] + 0.05 * (len(label.values) - 1)
    if label.kind in ("letter", "roman") and label.text.upper() != label.text:
        rank += 5.0
    return rank


def _open(open_keys: list[Key], key: Key, relations: Relations) -> None:
    """Close the levels that `key` ends and open its own."""
    for position, open_key in enumerate(open_keys):
        same = open_key.name == key.name and not _contradicted(open_key, key)
        if same or (key.name, open_key.name) in relations.beside:
            del open_keys[position:]
            open_keys.append(key)
            return
    while open_keys and not _contains(open_keys[-1], key, relations):
        open_keys.pop()
    open_keys.append(key)


def _contradicted(open_key: Key, key: Key) -> bool:
    """The same kind of label under different heading styles stands at different levels."""
    return open_key.style is not None and key.style is not None and open_key.style != key.style


def _contains(outer: Key, inner: Key, relations: Relations) -> bool:
    if (outer.name, inner.name) in relations.within:
        return True
    if (inner.name, outer.name) in relations.within:
        return False
    if outer.style is not None and inner.style is not None:
        return outer.style < inner.style
    if outer.rank is not None and inner.rank is not None:
        return outer.rank < inner.rank
    if outer.style is not None:
        return not inner.face.is_larger(outer.face)
    if outer.rank is None and inner.rank is not None:
        above = relations.above.get(outer.name)
        return outer.face.is_larger(inner.face) or (above is not None and above <= inner.rank)
    if outer.rank is None:
        # What is merely bold holds no heading style, unless it is larger.
        if inner.style is not None:
            return outer.face.is_larger(inner.face)
        return not inner.face.outranks(outer.face)
    return not inner.face.is_larger(outer.face)


def _split(block: Paragraph, candidate: Candidate, level: int) -> list[BlockType]:
    label = candidate.label
    automatic = bool(block.label) and not block.bullet
    start = label.end if label and not automatic and label.kind != "bullet" else 0
    # The space after a typed label was printed, so it stays with it.
    typed = block.text[: label.end] if label and start else ""
    heading = Heading(
        text=block.text[start : candidate.end].strip(),
        label=block.label if automatic else typed,
        automatic=automatic,
        level=level,
        at=block.at,
        layer=block.layer,
        look=block.look,
    )
    rest = block.text[candidate.end :]
    if not rest.strip():
        return [heading]
    offset = candidate.end + len(rest) - len(rest.lstrip())
    runs = tuple(
        placed(run, max(run.start - offset, 0), run.end - offset)
        for run in block.runs
        if run.end > offset or (run.note and run.start >= offset)
    )
    return [
        heading,
        Paragraph(
            text=block.text[offset:],
            at=block.at,
            look=replace(block.look, bold=False),
            runs=_valid(runs),
        ),
    ]


def _valid(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(run for run in runs if run.start < run.end or run.note)
