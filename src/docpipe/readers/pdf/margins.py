"""Tells running headers, footers and page numbers from the text: by place, repetition and form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from docpipe.readers.pdf.paragraphs import PageLine
from docpipe.readers.pdf.tags import ARTIFACT
from docpipe.wording import ends_sentence

Side = Literal["header", "footer"]

_ZONE = 0.13
"""The share of a page's height, at its top and bottom, in which running lines stand."""
_EDGE_LINES = 4
_MARGIN = 0.075
"""The share of a page's height that its margins have at least."""
_WIDE_MARGIN = 0.1
"""The share that a margin has at most."""
_SMALL = 0.85
"""Running lines are set in type at most this share of the text's."""
_SLIGHTLY_SMALL = 0.9
"""That share in a document of few pages."""
FEW_PAGES = 2
"""In a document of so many pages repetition tells little."""
_LARGE = 1.15
"""Type from this share of the text's on is that of a title."""
_TEXT_SIZE = 0.95
"""Type over this share of the text's is as large as the text."""
_SAME_HEIGHT = 6.0
"""Points within which lines of several pages stand at the same height."""
_LEADING = 1.15
"""Lines of a text are apart by at most this share of its leading: fonts of unlike height spread them a little."""
_FAR = 2.5
"""So many type sizes from the text a line stands apart however wide the lines of the text are set."""
_DIGITS = re.compile(r"\d+|[ivxlcdm]+(?=\W*$)|(?<=第)[〇零一二三四五六七八九十百]+(?=页)", re.I)
_PRINTED_AT = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[,，]?\s+(?:[上下]午\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?\s+\S"
)
_PRINTED_FROM = re.compile(r"(?:https?|file)://\S+\s+\d{1,4}\s?/\s?\d{1,4}")
_PAGE_NUMBER = re.compile(
    r"第?\s*\d{1,4}\s*页?\s*[,，/|、]?\s*(?:[（(]?共|总计?|/|of)\s*\d{1,4}\s*页?[）)]?|第\s*\d{1,4}\s*页|[-–—~·•\s]*\d{1,4}[-–—~·•\s]*|"
    r"第\s*[〇零一二三四五六七八九十百]{1,5}\s*页(?:\s*共\s*[〇零一二三四五六七八九十百]{1,5}\s*页)?|"
    r"(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—\s]*[ivxlcdm]{1,7}[-–—\s]*",
    re.I,
)


_TELLS_PAGE = re.compile(
    r"第\s?\d{1,4}\s?页|共\s?\d{1,4}\s?页|\bpage\s\d{1,4}\sof\s\d{1,4}\b", re.I
)


def find_margins(pages: Sequence[Sequence[PageLine]]) -> dict[tuple[int, int], Side]:
    """(page index, line index) of lines in the page margin, with the margin they are in.

    A line is running furniture if the same text, numbers aside, stands at the same height of at least two pages (and a
    third of all, or of pages that follow one another, as headers of chapters do), or if it holds a page number, is small
    print, stands above a rule, or is tagged as no part of the text, at the edge of the page. What tags tell to be text is
    none, nor are lines that recur in the text's own type and at its leading, such as headings that begin pages.
    """
    usual = _usual_size(pages)
    small = (_SMALL if len(pages) > FEW_PAGES else _SLIGHTLY_SMALL) * usual
    marks: dict[tuple[int, int], Side] = {}
    numbers: list[tuple[int, int, Side]] = []
    seen: dict[tuple[Side, str, int], list[tuple[int, int]]] = defaultdict(list)
    for page, lines in enumerate(pages):
        for index, side in _edge_lines(lines):
            item = lines[index]
            if item.tag not in (None, ARTIFACT):
                continue
            if (
                is_page_number(item.line.text)
                or _is_printers(item.line.text)
                or item.tag == ARTIFACT
                or _is_small_print(item, small)
                or _is_numbered(item, usual)
                or _is_ruled_off(item, lines, usual)
            ):
                numbers.append((page, index, side))
            text = _DIGITS.sub("#", item.line.text).replace(" ", "")
            height = round(item.line.box[1] / _SAME_HEIGHT)
            for near in (height, height + 1):
                seen[side, text, near].append((page, index))
    for (side, _, _), places in seen.items():
        on = sorted({page for page, _ in places})
        if len(on) >= 2 and len(on) * 3 >= len(pages) - 1:
            marks.update((place, side) for place in places)
    leading = _usual_leading(pages, usual)
    _drop_text(marks, pages, usual, leading)
    for (side, _, _), places in seen.items():
        if _follow_one_another(sorted({page for page, _ in places})):
            numbers += [(page, index, side) for page, index in places]
    for page, index, side in numbers:
        if (page, index) not in marks and _stands_apart(
            pages[page], page, index, side, marks, leading
        ):
            marks[page, index] = side
    return marks


def _drop_text(
    marks: dict[tuple[int, int], Side],
    pages: Sequence[Sequence[PageLine]],
    usual: float,
    leading: float,
) -> None:
    """Take lines that are set as the text out of those that recur, the innermost first: text is what they border on."""

    def from_text(place: tuple[int, int]) -> float:
        """How far in a line stands, least for what stands nearest to the text."""
        bottom = pages[place[0]][place[1]].line.box[3]
        return -bottom if marks[place] == "header" else bottom

    for page, index in sorted(marks, key=from_text):
        item = pages[page][index]
        if (
            item.tag != ARTIFACT
            and item.line.size > _TEXT_SIZE * usual
            and not is_page_number(item.line.text)
            and not _stands_apart(pages[page], page, index, marks[page, index], marks, leading)
        ):
            del marks[page, index]


def _usual_size(pages: Sequence[Sequence[PageLine]]) -> float:
    """The type size in points of most characters, those in the margins apart if there are others."""
    sizes: Counter[float] = Counter()
    items = [item for lines in pages for item in lines]
    for item in [item for item in items if not _is_in_margin(item, _WIDE_MARGIN)] or items:
        sizes[item.line.size] += len(item.line.text)
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0.0


def _usual_leading(pages: Sequence[Sequence[PageLine]], usual: float) -> float:
    """The most frequent distance of neighbouring baselines in points, of lines in the usual type size; 0 without any."""
    gaps: Counter[int] = Counter()
    for lines in pages:
        for a, b in pairwise(lines):
            distance = b.line.box[3] - a.line.box[3]
            if a.line.size == b.line.size == usual and 0.8 * usual < distance < _FAR * usual:
                gaps[round(distance)] += 1
    return float(max(gaps, key=lambda gap: (gaps[gap], -gap))) if gaps else 0.0


def _is_small_print(item: PageLine, small: float) -> bool:
    """Whether a line stands where paper has its margin, in type at most `small`, and is no sentence."""
    line = item.line
    return line.size <= small and _is_in_margin(item, _MARGIN) and not ends_sentence(line.text)


def _is_in_margin(item: PageLine, share: float) -> bool:
    """Whether a line stands within a share of the page's height from its top or bottom."""
    box = item.line.box
    return box[3] < share * item.height or box[1] > (1 - share) * item.height


def _is_numbered(item: PageLine, usual: float) -> bool:
    """Whether a line no larger than the text tells the page's number among other words."""
    line = item.line
    return (
        line.size <= usual
        and _is_in_margin(item, _WIDE_MARGIN)
        and _TELLS_PAGE.search(line.text) is not None
        and not ends_sentence(line.text)
    )


def _is_ruled_off(item: PageLine, lines: Sequence[PageLine], usual: float) -> bool:
    """Whether a line stands above a rule at the page's head and is no title: neither red, as the names of issuing
    bodies are, nor the largest line of the page unless it is small."""
    line = item.line
    if not item.ruled_off or line.size > usual or _is_red(line.color):
        return False
    return line.size <= _SLIGHTLY_SMALL * usual or any(
        other.line.size > _LARGE * usual for other in lines
    )


def _is_red(color: str) -> bool:
    red, green, blue = bytes.fromhex(color)
    return red > 2 * max(green, blue)


def _is_printers(text: str) -> bool:
    """Whether a browser printed this line around a page: time and title above, address and page below."""
    return _PRINTED_AT.match(text) is not None or _PRINTED_FROM.fullmatch(text) is not None


def is_page_number(text: str) -> bool:
    """Whether a line is nothing but a page's number."""
    return len(text) <= 24 and _PAGE_NUMBER.fullmatch(text) is not None


def _edge_lines(lines: Sequence[PageLine]) -> list[tuple[int, Side]]:
    """Lines in the top or bottom zone of the page, at most four a side."""
    order = sorted(range(len(lines)), key=lambda index: lines[index].line.box[1])
    found: dict[int, Side] = {}
    for index in order[:_EDGE_LINES]:
        if lines[index].line.box[3] < _ZONE * lines[index].height:
            found[index] = "header"
    for index in order[-_EDGE_LINES:]:
        if lines[index].line.box[1] > (1 - _ZONE) * lines[index].height:
            found.setdefault(index, "footer")
    return list(found.items())


def _follow_one_another(pages: Sequence[int]) -> bool:
    """Whether these are several pages, neighbours or every other one."""
    return len(pages) >= 2 and all(b - a <= 2 for a, b in pairwise(pages))


def _stands_apart(
    lines: Sequence[PageLine],
    page: int,
    index: int,
    side: Side,
    marks: Mapping[tuple[int, int], Side],
    usual_leading: float,
) -> bool:
    """Whether only running lines stand further out than this line, and no text close to it further in."""
    line = lines[index].line
    y0, y1 = line.box[1], line.box[3]
    distances: list[float] = []
    for number, item in enumerate(lines):
        top, bottom = item.line.box[1], item.line.box[3]
        beside = min(bottom, y1) - max(top, y0) > 0.5 * min(bottom - top, y1 - y0)
        if beside or number == index or (page, number) in marks:
            continue
        distances.append(bottom - y1 if side == "header" else y1 - bottom)
    nearest = sorted(distances)[:2]
    if not nearest:
        return True
    leading = nearest[1] - nearest[0] if len(nearest) > 1 else 0.0
    # Columns set lines at nearly one height, which is no leading.
    usual = leading if leading > 0.8 * line.size else max(usual_leading, 1.3 * line.size)
    return nearest[0] > min(_LEADING * usual, _FAR * line.size)
