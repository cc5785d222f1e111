"""Reads one page while it is open: its fragments by how they show, its tables, charts, footnotes and pictures.

Page objects, which cost more than text, are looked at only where something asks for it: gaps within lines, several very
short ones, white or invisible text, a file with pictures, a page without text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from docpipe.readers.pdf.budget import Budget
from docpipe.readers.pdf.charts import Chart, take_charts
from docpipe.readers.pdf.drawing import Drawing, read_drawing
from docpipe.readers.pdf.engine import PageText
from docpipe.readers.pdf.figures import Figure, read_figures
from docpipe.readers.pdf.fragments import Fragment, read_fragments, split_at
from docpipe.readers.pdf.grids import Grid, Locator, find_bands, find_grids
from docpipe.readers.pdf.legible import is_garbled
from docpipe.readers.pdf.line_numbers import line_numbers
from docpipe.readers.pdf.lines import gather
from docpipe.readers.pdf.notes import Footnote, take_notes
from docpipe.readers.pdf.shading import continued_grid, shaded_grids, shaded_rules
from docpipe.readers.pdf.tables import FoundTable, banded_tables, ruled_tables
from docpipe.readers.pdf.tagged import believe, ordered_rows, parted, tagged_tables
from docpipe.readers.pdf.tags import NO_TAGS, Tag, Tagger, Tags
from docpipe.readers.pdf.turning import text_direction
from docpipe.readers.pdf.type3 import Type3Fonts
from docpipe.readers.pdf.visibility import dominant_size, is_scanned, is_white, sort_out

_MIN_GAP = 0.6
"""A gap of this many times the type size may be one between cells."""
_SIGN = 5
"""A sign drawn by itself within a line has at most so many characters."""
_SIGN_SIZE = 0.85
"""Such a sign is set in type at most this share of the line's."""
_FOOT = 0.75
"""The share of a page's height below which a table that goes on in the next page ends."""
_REST = 0.25
"""The share of a page's height in which the rest of a table that goes on in it begins."""
_HEAD = 0.1
"""The share of a page's height that holds a header and the rule below it."""
_TOUCH = 4.0
"""Points within which rules meet."""
_SHORT_ROW = 8
"""Characters that labels in a figure have at most where one stands under the other."""
_LITTLE = 30
"""A scan with fewer characters than this has no text layer."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read, free of pdfium. `rows` are its lines across all columns, without tables and notes.

    All is as on the page held so that its text is upright; the page as shown is turned from there by `turn` degrees.
    `head_rule` is the height of the rule below a header, 0 without one. `tags` are the sound tags of fragments by their start. `left_out` counts pictures too large to decode, `is_drawn` says
    that there is something to see besides text, `is_scan` that pictures are the page, `has_glyphs` that the page shows
    text, whatever it reads as.
    """

    number: int
    width: float = 0.0
    height: float = 0.0
    turn: int = 0
    head_rule: float = 0.0
    rows: list[list[Fragment]] = field(default_factory=list)
    turned: list[Fragment] = field(default_factory=list)
    hidden: list[Fragment] = field(default_factory=list)
    doubled: list[Fragment] = field(default_factory=list)
    watermarks: list[Fragment] = field(default_factory=list)
    line_numbers: list[Fragment] = field(default_factory=list)
    tables: list[FoundTable] = field(default_factory=list)
    notes: list[Footnote] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tags: dict[int, Tag] = field(default_factory=dict)
    left_out: int = 0
    is_drawn: bool = False
    is_scan: bool = False
    has_glyphs: bool = False
    is_legible: bool = True

    @property
    def needs_ocr(self) -> bool:
        """Whether the page shows something but holds no text, or next to none beside a scan."""
        length = sum(len(text) for text in self.texts())
        return (not length and self.is_drawn) or (self.is_scan and length < _LITTLE)

    def texts(self) -> Iterator[str]:
        """The visible texts of the page."""
        for row in self.rows:
            yield from (fragment.text for fragment in row)
        yield from (fragment.text for fragment in self.turned)
        yield from (table.table.text for table in self.tables)
        yield from (chart.text for chart in self.charts)
        yield from (note.text for note in self.notes)


def empty_page(number: int) -> Page:
    """A page that could not be read."""
    return Page(number)


def recognised(page: Page, fragments: Sequence[Fragment]) -> Page:
    """A page whose text was recognised in its picture; what it held before is hidden."""
    before = [fragment for row in page.rows for fragment in row] + page.turned
    return Page(
        page.number,
        page.width,
        page.height,
        page.turn,
        rows=gather(fragments),
        hidden=page.hidden + before,
        doubled=page.doubled,
        figures=[] if page.is_scan else page.figures,
    )


def read_page(
    page: Any,
    number: int,
    *,
    pictures: bool,
    notes: int,
    tagger: Tagger | None,
    fonts: Type3Fonts | None,
    budget: Budget,
    before: Page | None,
    alone: bool,
) -> Page:
    """Read an open page of pypdfium2. `pictures` says that the file holds some, `notes` how many footnotes came before;
    `tagger` and `fonts` read the tags and Type 3 fonts of a file that has some, `before` is the page before; `alone` says
    that there are too few pages for running lines to be known by their repetition. Raises OverBudgetError."""
    text = PageText(page, budget)
    try:
        budget.look()
        if fonts:
            text.know_fonts(fonts.read(text, number))
        tags = tagger.read(text) if tagger else NO_TAGS
        return _read(text, number, pictures, notes, tags, _open_edges(before), alone)
    finally:
        text.close()


def _open_edges(page: Page | None) -> tuple[float, ...]:
    """The edges (points) of the columns of the table that a page ends in, which may go on in the next, the last one's right
    edge included; none where there is no such table."""
    if page is None or not page.tables:
        return ()
    last = max(page.tables, key=lambda table: table.box[3])
    if not last.edges or last.box[3] <= _FOOT * page.height:
        return ()
    return (*last.edges, last.box[2])


def _head_rule(drawing: Drawing, rows: Sequence[Sequence[Fragment]], height: float) -> float:
    """The height of the rule over at least half the text's width below lines at the head of a page; 0 without one, or
    if it is one of a table's."""
    left = min(fragment.x0 for row in rows for fragment in row)
    right = max(fragment.x1 for row in rows for fragment in row)
    for rule in drawing.horizontal:
        if rule.at > _HEAD * height or 2 * (rule.end - rule.start) < right - left:
            continue
        of_table = any(
            v.start - _TOUCH <= rule.at <= v.end + _TOUCH for v in drawing.vertical
        ) or any(
            abs(other.start - rule.start) < _TOUCH and abs(other.end - rule.end) < _TOUCH
            for other in drawing.horizontal
            if rule.at < other.at < (1 - _HEAD) * height
        )
        if not of_table:
            return rule.at
    return 0.0


def _read(
    text: PageText,
    number: int,
    pictures: bool,
    notes: int,
    tags: Tags,
    edges: Sequence[float],
    alone: bool,
) -> Page:
    fragments = read_fragments(text)
    turn = text_direction(fragments, text.width)
    if turn:
        text.turn(turn)
        fragments = read_fragments(text)
    drawing: Drawing | None = None
    if pictures or not fragments or any(f.invisible or is_white(f) for f in fragments):
        drawing = read_drawing(text)
    seen = sort_out(text, fragments, drawing)
    numbers = line_numbers(seen.body)
    if numbers:
        seen.body[:] = [fragment for fragment in seen.body if fragment not in numbers]
    upright = [fragment for fragment in seen.body if not fragment.angle]
    turned = [fragment for fragment in seen.body if fragment.angle]
    rows = gather(upright)
    body = _opened(text, upright, rows)
    if len(body) != len(upright):
        rows = gather(body)
    charts: list[Chart] = []
    has_gaps = _has_gaps(rows)
    if has_gaps or _has_short_rows(rows):
        drawing = drawing or read_drawing(text)
        charts, labels = take_charts(text, drawing, [*body, *turned])
        if charts:
            body = [fragment for fragment in body if fragment.start not in labels]
            turned = [fragment for fragment in turned if fragment.start not in labels]
            rows = gather(body)
    sound: dict[int, Tag] = {}
    told: list[Fragment] = []
    tables: list[FoundTable] = []
    if tags.blocks:
        body, sound = believe(text, body, tags)
        told, body = parted(body, sound)
        rows = gather(body)
    body += turned
    if edges or (has_gaps and (not sound or _has_gaps(rows))):
        drawing = drawing or read_drawing(text)
        tables, body = _tables(text, drawing, body, number, tags, sound, edges)
        if tables:
            rows = gather(fragment for fragment in body if not fragment.angle)
            turned = [fragment for fragment in body if fragment.angle]
    if sound:
        rows = ordered_rows(told, rows, sound)
    head_rule = 0.0
    if alone and not sound and rows and rows[0][0].box[3] < _HEAD * text.height:
        drawing = drawing or read_drawing(text)
        head_rule = _head_rule(drawing, rows, text.height)
    footed = take_notes(text, rows, text.height, notes)
    figures, left_out = _figures(drawing, text, tags.alternatives) if drawing else ([], 0)
    page = Page(
        number,
        text.width,
        text.height,
        turn,
        head_rule,
        rows=footed.rows,
        turned=turned,
        hidden=seen.hidden,
        doubled=seen.doubled,
        watermarks=seen.watermarks,
        line_numbers=numbers,
        tables=tables,
        charts=charts,
        notes=footed.notes,
        figures=figures,
        tags=sound,
        left_out=left_out,
        is_drawn=drawing is not None and drawing.is_drawn,
        is_scan=drawing is not None and is_scanned(drawing, text.width * text.height),
        has_glyphs=bool(fragments) or (drawing is not None and drawing.texts > 0),
    )
    return replace(page, is_legible=not page.needs_ocr and not is_garbled(page.texts()))


def _without(fragments: Sequence[Fragment], tables: Sequence[FoundTable]) -> list[Fragment]:
    """The fragments that stand in none of the tables."""
    taken = frozenset().union(*(table.taken for table in tables))
    return [fragment for fragment in fragments if fragment.start not in taken]


def _opened(
    text: PageText, fragments: Sequence[Fragment], rows: Sequence[Sequence[Fragment]]
) -> list[Fragment]:
    """The fragments, each cut where a sign that was drawn by itself stands within it: a small one, as marks of notes are,
    or one from another font, on the baseline."""
    usual = dominant_size(fragments)
    small = [
        row[0]
        for row in rows
        if len(row) == 1 and len(row[0].text) <= _SIGN and row[0].size <= _SIGN_SIZE * usual
    ]
    strays = {sign.start: _at_spaces(text, sign) for sign in _strays(rows)}
    if not small and not strays:
        return list(fragments)
    hosts = [part for fragment in fragments for part in strays.get(fragment.start, (fragment,))]
    others = [part for parts in strays.values() for part in parts]
    opened: list[Fragment] = []
    for host in hosts:
        text.budget.check()
        signs = [sign for sign in small if sign.size <= _SIGN_SIZE * host.size]
        edges = sorted(
            (sign.x0 + sign.x1) / 2
            for sign in (*signs, *others)
            if host.x0 < sign.x0
            and sign.x1 < host.x1
            and sign.box[3] > host.box[1] + 0.2 * host.size
            and sign.box[1] < host.box[3] - 0.2 * host.size
        )
        opened += split_at(text, host, edges) if edges else [host]
    return opened


def _at_spaces(text: PageText, sign: Fragment) -> list[Fragment]:
    """A fragment cut at its spaces, where letters of other fragments may stand."""
    spaces = [n for n in range(sign.start + 1, sign.end - 1) if text.text[n].isspace()]
    return split_at(text, sign, [(text.box(n - 1)[2] + text.box(n + 1)[0]) / 2 for n in spaces])


def _strays(rows: Sequence[Sequence[Fragment]]) -> Iterator[Fragment]:
    """The signs in rows that stand within a fragment on the same baseline, which put them into a row of their own."""
    for above, below in pairwise(rows):
        first, second = above[0], below[0]
        near = 0.4 * min(first.size, second.size)
        if first.angle or second.angle or abs(first.box[3] - second.box[3]) > near:
            continue
        for row, other in ((above, below), (below, above)):
            for sign in row:
                if len(sign.text) <= _SIGN and any(
                    host.x0 < sign.x0 and sign.x1 < host.x1 for host in other
                ):
                    yield sign


def _figures(
    drawing: Drawing, text: PageText, alternatives: Mapping[int, str]
) -> tuple[list[Figure], int]:
    """The figures of a page, and how many were left out. Of a page that is a scan only one whole picture is kept."""
    if not is_scanned(drawing, text.width * text.height):
        return read_figures(drawing.pictures, alternatives, text.budget)
    figures, _ = (
        read_figures(drawing.pictures, alternatives, text.budget)
        if len(drawing.pictures) == 1
        else ([], 0)
    )
    return figures, 0


def _has_gaps(rows: Sequence[Sequence[Fragment]]) -> bool:
    return any(b.x0 - a.x1 > _MIN_GAP * b.size for row in rows for a, b in pairwise(row))


def _has_short_rows(rows: Sequence[Sequence[Fragment]]) -> bool:
    """Whether several lines, one after the other, are as short as labels in a figure."""
    run = 0
    for row in rows:
        run = run + 1 if sum(len(fragment.text) for fragment in row) <= _SHORT_ROW else 0
        if run == 3:
            return True
    return False


def _tables(
    text: PageText,
    drawing: Drawing,
    body: list[Fragment],
    number: int,
    tags: Tags,
    sound: Mapping[int, Tag],
    edges: Sequence[float],
) -> tuple[list[FoundTable], list[Fragment]]:
    """The tables of a page, and what stands in none. Rules tell most: tags pass over rows of empty cells. `edges` are those
    of the table that the page before ends in."""
    grids = find_grids(drawing)
    body = _cut_at_rules(text, body, grids) if grids else body
    found = ruled_tables(grids, body, number, edges[:-1])
    body = _without(body, found)
    found += tagged_tables(tags.tables, body, sound, number, text.height)
    body = _without(body, found)
    shaded = shaded_grids(drawing, body, grids, text.budget)
    if edges and not any(table.box[1] < _REST * text.height for table in found):
        shaded += continued_grid(edges, body, [*grids, *shaded])
    body = _cut_at_rules(text, body, shaded) if shaded else body
    found += ruled_tables(shaded, body, number, edges[:-1])
    body = _without(body, found)
    upright = [fragment for fragment in body if not fragment.angle]
    found += banded_tables(
        find_bands(drawing, shaded_rules(drawing.fills, upright)),
        upright,
        number,
        _FOOT * text.height,
    )
    return found, _without(body, found)


def _cut_at_rules(
    text: PageText, fragments: Sequence[Fragment], grids: Sequence[Grid]
) -> list[Fragment]:
    """Fragments cut where the borders of cells run through them."""
    locators = [Locator(grid) for grid in grids]
    parts: list[Fragment] = []
    for fragment in fragments:
        text.budget.check()
        slack = 0.5 * fragment.size
        edges = [
            edge
            for locate in locators
            if not fragment.angle
            for edge in locate.borders(fragment.x0 + slack, fragment.x1 - slack, fragment.middle)
        ]
        parts += split_at(text, fragment, sorted(edges)) if edges else [fragment]
    return parts
