"""Precision and recall of cleaning on lines planted into reports, tuned on one half of the data, held out on the other.

Every advert is planted before the title, between sections and after the sign-off of a report, every glued sentence into
its paragraph; every author's line goes where an author writes it. A line belongs to the half that its SHA-256 says.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from docpipe import clean, rules
from docpipe.model import Cell, Document, Paragraph, Removal, SourceInfo, Table, table_text
from docpipe.rules import Ruleset
from docpipe.settings import CleanSettings
from docpipe.survey import survey

HERE = Path(__file__).parent
Half = Literal["tuned", "held-out"]
Place = Literal["before-title", "between", "at-end"]

_REPORTS = {
    "zh": (
        "青山街道2023年度综合治理工作总结",
        "2023年，街道坚持以人民为中心，扎实推进综合治理各项工作，取得了明显成效。现将有关情况总结如下：",
        "一、主要工作",
        "全年组织巡查430次，排查隐患216处，全部完成整改，居民满意度稳步提高。",
        "二、下一步打算",
        "继续完善网格化管理，健全长效机制，推动各项工作再上新台阶。",
        "青山街道办事处",
        "2023年12月20日",
    ),
    "en": (
        "Millbrook Council: Annual Activity Report 2023",
        "This report covers the year 2023 and was prepared for the full council, which met eleven times.",
        "1. Services",
        "The council answered 4,210 enquiries and repaired 318 street lights, more than in any year before.",
        "2. Next steps",
        "The winter service plan will be reviewed in March, and two depots will be merged by the summer.",
        "Prepared by Anna Clarke",
        "14 January 2024",
    ),
}
_AT = {"before-title": 0, "between": 4, "at-end": 8}
_AUTHORS_PLACE: dict[str, Place] = {
    "letterhead": "before-title",
    "protection-mark": "before-title",
    "sign-off": "at-end",
    "cover-line": "before-title",
    "template": "before-title",
}


class Planted(NamedTuple):
    """A line in a report: its text, whether it is an advert, and whether it was cut (for an advert: all of it)."""

    kind: str
    text: str
    place: str
    advert: bool
    cut: bool


class Figures(NamedTuple):
    """Counts over planted lines, and the 95 % intervals of precision and recall (Wilson 1927)."""

    cut_adverts: int
    adverts: int
    cut_own: int
    own: int

    @property
    def precision(self) -> tuple[float, float, float]:
        """Share of cuts that were adverts: value, low, high."""
        return _wilson(self.cut_adverts, self.cut_adverts + self.cut_own)

    @property
    def recall(self) -> tuple[float, float, float]:
        """Share of adverts that were cut: value, low, high."""
        return _wilson(self.cut_adverts, self.adverts)


def half_of(text: str) -> Half:
    """The half a line belongs to."""
    return "tuned" if hashlib.sha256(text.encode()).digest()[0] % 2 else "held-out"


def planted(half: Half, ruleset: Ruleset | None = None) -> Iterator[Planted]:
    """Every line of one half, planted and cleaned; with the rules of the package unless others are given."""
    chosen = ruleset or rules.load()
    for row in rows("adverts.tsv"):
        if half_of(row["text"]) == half:
            for place in _AT:
                yield _alone(row, place, chosen, advert=True)
    for row in rows("authors.tsv"):
        if half_of(row["text"]) == half:
            yield _alone(row, _AUTHORS_PLACE.get(row["kind"], "between"), chosen, advert=False)
    for row in rows("glued.tsv"):
        if half_of(row["advert"]) == half:
            yield from _glued(row, chosen)


def figures(lines: list[Planted]) -> Figures:
    """The counts over lines."""
    adverts = [line for line in lines if line.advert]
    own = [line for line in lines if not line.advert]
    return Figures(sum(a.cut for a in adverts), len(adverts), sum(o.cut for o in own), len(own))


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _alone(row: dict[str, str], place: str, ruleset: Ruleset, advert: bool) -> Planted:
    lines = list(_REPORTS[row["language"]])
    text = " ".join(row["text"].split())
    index = _AT[place]
    lines.insert(index, text)
    if row["kind"] == "table-header":
        cuts = [cut for cut in _cuts(lines, ruleset, table=index) if text in cut.text]
    else:
        cuts = [cut for cut in _cuts(lines, ruleset) if cut.block == index]
    letters = sum(len(cut.text.strip()) for cut in cuts)
    cut = letters >= len(text) - 2 if advert else letters > 0
    return Planted(row["kind"], text, place, advert, cut)


def _glued(row: dict[str, str], ruleset: Ruleset) -> Iterator[Planted]:
    """An author's paragraph with an advert in it: one line of each kind."""
    lines = list(_REPORTS[row["language"]])
    author, advert = (" ".join(row[name].split()) for name in ("author", "advert"))
    space = "" if row["language"] == "zh" else " "
    if row["position"] == "end":
        start, text = len(author + space), author + space + advert
    elif row["position"] == "start":
        start, text = 0, advert + space + author
    else:
        stop = author.index("。" if row["language"] == "zh" else ". ") + 1
        start, text = (
            stop + len(space),
            author[:stop] + space + advert + space + author[stop:].lstrip(),
        )
    lines.insert(4, text)
    taken = {
        position for cut in _cuts(lines, ruleset) if cut.block == 4 for position in range(*cut.span)
    }
    inside = set(range(start, start + len(advert)))
    yield Planted("glued", advert, row["position"], True, len(inside - taken) <= 2)
    yield Planted("glued", author, row["position"], False, len(taken - inside) > 1)


def _cuts(lines: list[str], ruleset: Ruleset, table: int | None = None) -> list[Removal]:
    info = SourceInfo(name="a", path="a", format="txt", bytes=0, sha256="")
    document = Document(source=info, blocks=[Paragraph(text=line) for line in lines])
    if table is not None:
        rows = (
            tuple(Cell(text=t) for t in (lines[table], "数量", "备注")),
            tuple(Cell(text=t) for t in ("合计", "12", "")),
        )
        document.blocks[table] = Table(text=table_text(rows), rows=rows)
    seen = survey(document, ruleset)
    clean.apply(document, clean.find(document, seen, ruleset, CleanSettings()), CleanSettings())
    return document.removed


def _wilson(hits: int, total: int) -> tuple[float, float, float]:
    if total == 0:
        return (1.0, 0.0, 1.0)
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = (
        z
        * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
        / (1 + z * z / total)
    )
    return (share, middle - spread, middle + spread)
