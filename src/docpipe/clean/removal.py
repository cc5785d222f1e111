"""The only place where anything is taken out of a document, and where it can be put back.

`apply` makes cuts and keeps, with each, the block as it was; `restore` undoes them exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from docpipe.errors import WarningCode, warning
from docpipe.joining import placed
from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Reason,
    Removal,
    Revision,
    Run,
    Span,
    Table,
    table_text,
)
from docpipe.settings import CleanSettings

_UNKNOWN = Revision()
_CONTEXT = 80
"""How many characters of the kept text are noted on each side of a cut."""


def propose(
    index: int,
    block: BlockType,
    span: Span | None = None,
    *,
    reason: Reason,
    rule: str,
    confidence: float,
    because: str,
) -> Removal:
    """A proposal to cut `span` (without one, all) of the block at `index`."""
    start, end = span or (0, len(block.text))
    revision = block.revision or _UNKNOWN
    return Removal(
        block=index,
        span=(start, end),
        text=block.text[start:end],
        reason=reason,
        rule=rule,
        confidence=confidence,
        because=because,
        at=block.at,
        author=revision.author,
        date=revision.date,
    )


def apply(document: Document, proposals: Iterable[Removal], settings: CleanSettings) -> Document:
    """Make the proposed cuts whose confidence reaches the settings' threshold; the document is changed and returned.

    Where proposals overlap, the wider, then the surer one wins. A block with nothing left is taken out as a whole. What
    stays although it comes near the threshold is reported as a suspect.
    """
    by_block: dict[int, list[Removal]] = defaultdict(list)
    doubtful: list[Removal] = []
    for proposal in proposals:
        if proposal.confidence >= settings.cut_threshold:
            by_block[proposal.block].append(proposal)
        elif proposal.confidence >= settings.suspect_threshold:
            doubtful.append(proposal)
    _report_suspects(document, doubtful, by_block)
    made: list[Removal] = []
    rests: list[BlockType | None] = []
    for index, block in enumerate(document.blocks):
        if index not in by_block:
            rests.append(block)
            continue
        cuts = by_block[index]
        if len(cuts) > 1:
            cuts = _without_overlap(cuts)
        made.extend(cuts)
        whole = cuts[0].span == (0, len(block.text))
        rests.append(None if whole else cut_spans(block, [cut.span for cut in cuts]))
    document.removed.extend(_with_context(document.blocks, made, rests))
    document.blocks = [rest for rest in rests if rest is not None]
    return document


def _with_context(
    blocks: Sequence[BlockType], cuts: Sequence[Removal], rests: Sequence[BlockType | None]
) -> Iterator[Removal]:
    """The cuts (ordered by block and span) with the block as it was, and the kept text around each.

    Around a cut within a block that is the block's own text as far as the next cut, else that of the nearest blocks.
    `rests` is what is left of each block.
    """
    before = _nearest([rest.text if rest else "" for rest in rests])
    after = _nearest([rest.text if rest else "" for rest in reversed(rests)])[::-1]
    for position, cut in enumerate(cuts):
        original = blocks[cut.block]
        if rests[cut.block] is None:
            texts = before[cut.block], after[cut.block]
        else:
            start = _edge(cuts, position - 1, cut.block, end=True) or 0
            end = _edge(cuts, position + 1, cut.block, end=False)
            text = original.text
            texts = text[start : cut.span[0]], text[cut.span[1] : end]
        yield replace(
            cut,
            original=original,
            at=cut.at or original.at,
            before=_tail(texts[0]),
            after=_head(texts[1]),
        )


def _nearest(texts: Sequence[str]) -> list[str]:
    """For each position the last text before it that is not empty."""
    nearest = [""]
    for text in texts:
        nearest.append(text or nearest[-1])
    return nearest[:-1]


def _edge(cuts: Sequence[Removal], position: int, block: int, end: bool) -> int | None:
    """Where the cut at `position` ends or starts, if it is in that block."""
    if 0 <= position < len(cuts) and cuts[position].block == block:
        return cuts[position].span[end]
    return None


def _tail(text: str) -> str:
    return text if len(text) <= _CONTEXT else "…" + text[-_CONTEXT:]


def _head(text: str) -> str:
    return text if len(text) <= _CONTEXT else text[:_CONTEXT] + "…"


def _report_suspects(
    document: Document, doubtful: Sequence[Removal], cuts: dict[int, list[Removal]]
) -> None:
    """Warn of the surest doubt on each text that is kept, in the order of the document."""
    surest: dict[tuple[int, Span], Removal] = {}
    for proposal in doubtful:
        key = (proposal.block, proposal.span)
        cut = (
            any(
                c.span[0] <= proposal.span[0] and proposal.span[1] <= c.span[1]
                for c in cuts[proposal.block]
            )
            if proposal.block in cuts
            else False
        )
        if not cut and (key not in surest or surest[key].confidence < proposal.confidence):
            surest[key] = proposal
    for key in sorted(surest):
        proposal = surest[key]
        detail = f"{proposal.text} ({proposal.rule}, {proposal.confidence})"
        document.warnings.append(warning(WarningCode.SUSPECT, detail, proposal.at))


def restore(document: Document) -> Document:
    """Put every cut back; afterwards the document is as it was before `apply`.

    Only cuts that were made by `apply` on this document, with no step between, can be put back.
    """
    originals: dict[int, BlockType] = {}
    partly: set[int] = set()
    for removal in document.removed:
        if removal.original is None:
            continue
        originals[removal.block] = removal.original
    spans: dict[int, list[Span]] = defaultdict(list)
    for removal in document.removed:
        if removal.original is not None:
            spans[removal.block].append(removal.span)
    for index, block in originals.items():
        if cut_spans(block, spans[index]) is not None:
            partly.add(index)
    rest = iter(document.blocks)
    restored: list[BlockType] = []
    while True:
        index = len(restored)
        if index in originals:
            if index in partly:
                next(rest)
            restored.append(originals[index])
            continue
        block_or_end = next(rest, None)
        if block_or_end is None:
            break
        restored.append(block_or_end)
    document.blocks = restored
    document.removed = [removal for removal in document.removed if removal.original is None]
    document.warnings = [w for w in document.warnings if w.code != WarningCode.SUSPECT]
    return document


def _without_overlap(cuts: Sequence[Removal]) -> list[Removal]:
    chosen: list[Removal] = []
    for cut in sorted(cuts, key=lambda c: (c.span[0] - c.span[1], -c.confidence, c.rule)):
        if all(cut.span[1] <= other.span[0] or cut.span[0] >= other.span[1] for other in chosen):
            chosen.append(cut)
    return sorted(chosen, key=lambda c: c.span)


def cut_spans(block: BlockType, spans: Sequence[Span]) -> BlockType | None:
    """The block without the characters at `spans` (ordered, not overlapping), or None if no text is left."""
    if isinstance(block, Table):
        rows = _cut_rows(block.rows, spans)
        if not any(cell.text.strip() for row in rows for cell in row):
            return None
        return replace(block, rows=rows, text=table_text(rows))
    text, runs = _cut_text(block.text, block.runs, spans)
    return replace(block, text=text, runs=runs) if text else None


def _cut_rows(
    rows: tuple[tuple[Cell, ...], ...], spans: Sequence[Span]
) -> tuple[tuple[Cell, ...], ...]:
    """Rows without the spans of the table's text; rows that are emptied by the cut are left out."""
    result = []
    position = 0
    for row in rows:
        cells = []
        touched = False
        for cell in row:
            inner = _within(spans, position, len(cell.text))
            touched = touched or bool(inner)
            cells.append(_cut_cell(cell, inner) if inner else cell)
            position += len(cell.text) + 1
        if not touched or any(cell.text for cell in cells):
            result.append(tuple(cells))
    return tuple(result)


def _cut_cell(cell: Cell, spans: Sequence[Span]) -> Cell:
    if not cell.blocks:
        return replace(cell, text=_cut_text(cell.text, (), spans)[0])
    blocks: list[BlockType] = []
    position = 0
    for block in cell.blocks:
        inner = _within(spans, position, len(block.text))
        rest = cut_spans(block, inner) if inner else block
        if rest is not None:
            blocks.append(rest)
        position += len(block.text) + 1
    return replace(cell, blocks=tuple(blocks), text="\n".join(b.text for b in blocks))


def _within(spans: Sequence[Span], start: int, length: int) -> list[Span]:
    """The spans clipped to `length` characters at `start`, relative to it; empty ones left out."""
    clipped = [(max(a - start, 0), min(b - start, length)) for a, b in spans]
    return [(a, b) for a, b in clipped if a < b]


def _cut_text(
    text: str, runs: tuple[Run, ...], spans: Sequence[Span]
) -> tuple[str, tuple[Run, ...]]:
    """Text and runs without the spans; white space left double or at the ends by the cut goes with it."""
    keep = [True] * len(text)
    for start, end in spans:
        keep[start:end] = [False] * (end - start)
    previous_space = True
    for index, char in enumerate(text):
        if keep[index]:
            if char == " " and previous_space:
                keep[index] = False
            previous_space = char == " "
    for index in range(len(text) - 1, -1, -1):
        if keep[index]:
            if text[index] != " ":
                break
            keep[index] = False
    offsets = [0]
    for flag in keep:
        offsets.append(offsets[-1] + flag)
    moved = (placed(run, offsets[run.start], offsets[run.end]) for run in runs)
    return (
        "".join(char for char, flag in zip(text, keep, strict=True) if flag),
        tuple(run for run in moved if run.start < run.end or run.note),
    )
