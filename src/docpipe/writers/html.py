"""Writes one self-contained web page that a browser, a screen reader and a printer all read the same way.

HTML Living Standard, with the roles of DPUB-ARIA 1.1 for notes. The page runs no script and asks for nothing from
outside: pictures are data: URIs, and links lead only to http, https, mailto or a place in the page.
"""

from __future__ import annotations

import base64
import html
import re
from typing import Literal

from docpipe.model import PRODUCER, Asset, Document, Formula, Heading, Image, Paragraph, Run
from docpipe.settings import Settings
from docpipe.writers.common import (
    CellEnd,
    CellStart,
    Content,
    RowEnd,
    RowStart,
    TableEnd,
    TableStart,
    bullet_sign,
    fact,
    is_chinese,
    is_figure,
    label_gap,
    labelled,
    language_tag,
    note_order,
    pieces,
    printable,
    safe_link,
    walk,
)
from docpipe.writers.sanitize import sanitized


def escape(text: str, quote: bool = True) -> str:
    """Text as HTML has it (HTML Standard, 13.3): also the no-break space by its name."""
    return html.escape(text, quote).replace("\xa0", "&nbsp;")


_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_OUTLINE_FROM = 4
_NUMBER = re.compile(r"([0-9]{1,9})\.")

_WORDS_ZH = {
    "outline": "目录",
    "notes": "注释",
    "note": "注",
    "back": "返回正文",
    "image": "图片",
    "table": "表格",
}
_WORDS_EN = {"outline": "Contents", "notes": "Notes", "note": "Note", "back": "Back to the text", "image": "Image", "table": "Table"}  # fmt: skip

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f4f4f2; color: #1c1c1c; line-height: 1.75;
  font-family: "Times New Roman", "Songti SC", SimSun, "Noto Serif CJK SC", "Source Han Serif SC", serif; }
main { max-width: 46rem; margin: 2rem auto; padding: 3rem 4rem; background: #fff; box-shadow: 0 0 1rem #0002; }
h1, h2, h3, h4, h5, h6, nav, caption, th {
  font-family: "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", SimHei, "Noto Sans CJK SC", sans-serif; }
h1 { text-align: center; font-size: 1.75rem; line-height: 1.4; margin: 0 0 2rem; }
h2 { font-size: 1.35rem; } h3 { font-size: 1.15rem; } h4, h5, h6 { font-size: 1rem; }
h2, h3, h4, h5, h6 { line-height: 1.4; margin: 1.6em 0 .6em; break-after: avoid; }
p { margin: 0 0 .8em; overflow-wrap: anywhere; }
:lang(zh) article > p:not([class]) { text-indent: 2em; text-align: justify; }
p.center { text-align: center; } p.right, td.number { text-align: right; }
ul, ol { margin: 0 0 .8em; padding-left: 2em; } ul.typed { list-style: none; }
.table { overflow-x: auto; margin: 1.2em 0; }
table { border-collapse: collapse; margin: 0 auto; font-size: .92em; line-height: 1.5; }
caption { font-weight: bold; padding-bottom: .5em; }
th, td { border: 1px solid #8a8a8a; padding: .35em .7em; vertical-align: top; text-align: left; }
th { background: #eee; vertical-align: middle; } thead th { text-align: center; }
td p, th p { margin: 0; }
figure { margin: 1.2em 0; text-align: center; } img { max-width: 100%; height: auto; }
figure.absent::before { content: attr(aria-label); color: #666; border: 1px dashed #999; padding: .3em 1em; }
.formula { text-align: center; font-style: italic; }
code { font-family: Consolas, Menlo, monospace; font-size: .95em; }
a { color: #0b57a4; } sup, sub { line-height: 0; } sup a { text-decoration: none; }
nav { font-size: .92em; border: 1px solid #ddd; padding: .8rem 1.2rem; margin: 0 0 2rem; }
nav ol { list-style: none; margin: .3em 0 0; padding: 0; } nav a { text-decoration: none; }
.notes { border-top: 1px solid #bbb; margin-top: 2.5rem; padding-top: .8rem; font-size: .9em; }
@media (max-width: 48rem) { main { margin: 0; padding: 1.2rem; box-shadow: none; } }
@media print { body { background: none; font-size: 11pt; } nav { display: none; }
  main { max-width: none; margin: 0; padding: 0; box-shadow: none; }
  .table { overflow: visible; } thead { display: table-header-group; } tr, figure { break-inside: avoid; }
  a { color: inherit; } @page { size: A4; margin: 2.5cm 2.4cm; } }
"""


def write(document: Document, settings: Settings) -> bytes:
    """The document as one HTML page in UTF-8. Only pictures whose data is there, in a format of the web, are shown."""
    page = _Page(document)
    page.article()
    head = _head(document, page.words["outline"])
    heading = f"<h1>{escape(printable(document.title))}</h1>\n" if document.title else ""
    article = f"<article>\n{heading}{''.join(page.out)}</article>"
    return f"{head}{sanitized(article)}\n</main>\n</body>\n</html>\n".encode()


def _head(document: Document, fallback_title: str) -> str:
    title = printable(document.title or document.source.name)
    meta = {
        "date": fact(document, "date"),
        "author": fact(document, "author"),
        "publisher": fact(document, "organization"),
    }
    licence = safe_link(fact(document, "licence"))
    link = f'<link rel="license" href="{escape(licence)}">\n' if licence else ""
    tags = "".join(
        f'<meta name="{name}" content="{escape(value)}">\n' for name, value in meta.items() if value
    )
    return (
        f'<!doctype html>\n<html lang="{language_tag(document)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title or fallback_title)}</title>\n{tags}{link}"
        f'<meta name="generator" content="{PRODUCER}">\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        "<main>\n"
    )


class _List:
    """A list that is still open: its level, its tag, and the number its next item gets by itself."""

    def __init__(self, level: int, kind: Literal["ul", "ol", "typed"], next_number: int) -> None:
        self.level = level
        self.kind = kind
        self.next_number = next_number


class _Page:
    """The page under construction: the text so far, and for each table that is open the lists and where its cell began.

    `marks` counts the marks of each note.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words = _WORDS_ZH if is_chinese(document) else _WORDS_EN
        self.notes = note_order(document)
        self.assets: dict[str, Asset] = {asset.id: asset for asset in document.assets}
        self.out: list[str] = []
        self.lists: list[list[_List]] = [[]]
        self.cells: list[int] = []
        self.headings = 0
        self.marks: dict[int, int] = {}

    def article(self) -> None:
        """Everything below the title."""
        self._outline()
        for step in walk(self.document.blocks):
            match step:
                case Content():
                    self._content(step)
                case TableStart():
                    self._table_start(step)
                case TableEnd():
                    self.lists.pop()
                    self.out.append("</tbody>\n</table></div>\n")
                case RowStart():
                    body = step.number > 0 and step.number == step.grid.header_rows
                    self.out.append("</thead>\n<tbody>\n<tr>" if body else "<tr>")
                case RowEnd():
                    self.out.append("</tr>\n")
                case CellStart():
                    self._cell_start(step)
                case CellEnd():
                    self._cell_end(step)
        self._close_lists(-1)
        self._endnotes()

    def _outline(self) -> None:
        headings = [
            step
            for step in walk(self.document.blocks)
            if isinstance(step, Content) and isinstance(step.block, Heading)
        ]
        if len(headings) < _OUTLINE_FROM:
            return
        word = self.words["outline"]
        self.out.append(f'<nav aria-label="{word}">{word}\n<ol>\n')
        for number, step in enumerate(headings, 1):
            indent = (
                f' style="margin-left:{min(step.depth - 1, 8) * 1.5:g}em"' if step.depth > 1 else ""
            )
            assert isinstance(step.block, Heading)
            text = escape(labelled(step.block.label, step.block.text))
            self.out.append(f'<li{indent}><a href="#section-{number}">{text}</a></li>\n')
        self.out.append("</ol>\n</nav>\n")

    def _content(self, step: Content) -> None:
        block = step.block
        if isinstance(block, Paragraph) and block.list_level is not None:
            self._item(block, block.list_level)
            return
        self._close_lists(-1)
        match block:
            case Heading():
                self._heading(block, step.depth)
            case Paragraph():
                self.out.append(f"<p{_align(block)}>{self._labelled(block)}</p>\n")
            case Image():
                self._image(block)
            case Formula():
                inner = self._inline(block.text, block.runs)
                self.out.append(f'<p class="formula" role="math">{inner}</p>\n')

    def _heading(self, block: Heading, depth: int) -> None:
        self.headings += 1
        tag = f"h{min(depth + 1, 6)}"
        deeper = f' role="heading" aria-level="{depth + 1}"' if depth > 5 else ""
        inner = self._labelled(block)
        self.out.append(f'<{tag} id="section-{self.headings}"{deeper}>{inner}</{tag}>\n')

    def _labelled(self, block: Paragraph | Heading) -> str:
        label = block.label + label_gap(block.label, block.text)
        return escape(printable(label)) + self._inline(block.text, block.runs)

    def _item(self, block: Paragraph, level: int) -> None:
        """One item; its label is left to the browser where the browser shows the very same, else it is text."""
        match = _NUMBER.fullmatch(block.label)
        kind: Literal["ul", "ol", "typed"] = "ul" if block.bullet else "ol" if match else "typed"
        number = int(match.group(1)) if match else 0
        opened = self._open_list(level, kind, number)
        value = ""
        if kind == "ol" and number != opened.next_number:
            value = f' value="{number}"'
        opened.next_number = number + 1
        text = self._inline(block.text, block.runs)
        if kind == "typed" and block.label:
            label = escape(printable(block.label))
            text = f'<span class="label">{label}</span>{label_gap(block.label, block.text)}{text}'
        sign = bullet_sign(block.label) if kind == "ul" else "•"
        style = "" if sign == "•" else f' style="list-style-type:{_css_string(sign)}"'
        self.out.append(f"<li{value}{style}>{text}")

    def _open_list(self, level: int, kind: Literal["ul", "ol", "typed"], number: int) -> _List:
        """The list the next item belongs to, its item before closed."""
        self._close_lists(level)
        lists = self.lists[-1]
        if lists and lists[-1].level == level:
            if lists[-1].kind == kind:
                self.out.append("</li>\n")
                return lists[-1]
            self._close_lists(level - 1)
        tag = {"ul": "<ul>", "ol": "<ol>", "typed": '<ul class="typed">'}[kind]
        if kind == "ol" and number != 1:
            tag = f'<ol start="{number}">'
        self.out.append(("\n" if lists else "") + tag + "\n")
        lists.append(_List(level, kind, number))
        return lists[-1]

    def _close_lists(self, level: int) -> None:
        """Closes the lists deeper than `level` in the cell that is open; -1 closes all."""
        lists = self.lists[-1]
        while lists and lists[-1].level > level:
            self.out.append("</li>\n</ol>\n" if lists.pop().kind == "ol" else "</li>\n</ul>\n")

    def _image(self, block: Image) -> None:
        alt = escape(printable(block.text))
        asset = self.assets.get(block.asset)
        if asset and asset.data and asset.media_type in _PICTURES:
            data = base64.b64encode(asset.data).decode("ascii")
            source = f"data:{asset.media_type};base64,{data}"
            self.out.append(f'<figure><img src="{source}" alt="{alt}"></figure>\n')
        else:
            label = alt or self.words["image"]
            self.out.append(f'<figure class="absent" role="img" aria-label="{label}"></figure>\n')

    def _table_start(self, step: TableStart) -> None:
        self._close_lists(-1)
        caption = ""
        if step.caption:
            caption = f"<caption>{self._inline(step.caption.text, step.caption.runs)}</caption>\n"
        body = "<thead>" if step.grid.header_rows else "<tbody>"
        # What scrolls must be reachable by keyboard and have a name (WCAG 2.1.1, 4.1.2).
        region = f'role="region" aria-label="{self.words["table"]}" tabindex="0"'
        self.out.append(f'<div class="table" {region}><table>\n{caption}{body}\n')
        self.lists.append([])

    def _cell_start(self, step: CellStart) -> None:
        slot = step.slot
        if slot.cell is None or not slot.first:
            return
        spans = f' rowspan="{slot.rows}"' if slot.rows > 1 else ""
        spans += f' colspan="{slot.columns}"' if slot.columns > 1 else ""
        if slot.cell.header:
            scope = "col" if step.header else "row"
            self.out.append(f'<th scope="{scope}"{spans}>')
        else:
            number = ' class="number"' if is_figure(slot.cell.text) else ""
            self.out.append(f"<td{number}{spans}>")
        self.cells.append(len(self.out))

    def _cell_end(self, step: CellEnd) -> None:
        if step.slot.cell is None or not step.slot.first:
            return
        self._close_lists(-1)
        start = self.cells.pop()
        if len(self.out) == start + 1 and self.out[-1].startswith("<p>"):
            self.out[-1] = self.out[-1].removeprefix("<p>").removesuffix("</p>\n")
        self.out.append("</th>" if step.slot.cell.header else "</td>")

    def _endnotes(self) -> None:
        if not self.notes.texts:
            return
        self.out.append(
            f'<section class="notes" role="doc-endnotes" aria-label="{self.words["notes"]}">\n<ol>\n'
        )
        texts = {note.id: note.text for note in self.document.notes}
        for note, number in self.notes.numbers.items():
            lines = [escape(printable(line)) for line in texts[note].split("\n")]
            back = ""
            if number in self.marks:
                back = (
                    f' <a href="#mark-{number}" role="doc-backlink"'
                    f' aria-label="{self.words["back"]}">↩</a>'
                )
            self.out.append(f'<li id="note-{number}">{"<br>".join(lines)}{back}</li>\n')
        self.out.append("</ol>\n</section>\n")

    def _inline(self, text: str, runs: tuple[Run, ...]) -> str:
        return "".join(self._piece(piece.text, piece.run) for piece in pieces(text, runs))

    def _piece(self, text: str, run: Run) -> str:
        result = escape(text, quote=False)
        for tag, marked in (
            ("code", run.code),
            ("sub", run.subscript),
            ("sup", run.superscript),
            ("s", run.strike),
            ("u", run.underline),
            ("em", run.italic),
            ("strong", run.bold),
        ):
            if marked and result:
                result = f"<{tag}>{result}</{tag}>"
        number = self.notes.numbers.get(run.note) if run.note is not None else None
        if number is not None:
            return self._note_mark(number, result)
        link = safe_link(run.link)
        if link and result:
            result = f'<a href="{escape(link)}">{result}</a>'
        return result

    def _note_mark(self, number: int, text: str) -> str:
        """The mark of a note: the text that marks it in the source, else its number."""
        self.marks[number] = self.marks.get(number, 0) + 1
        again = f"-{self.marks[number]}" if self.marks[number] > 1 else ""
        link = (
            f'<a id="mark-{number}{again}" href="#note-{number}" role="doc-noteref"'
            f' aria-label="{self.words["note"]} {number}">{text or number}</a>'
        )
        return link if text else f"<sup>{link}</sup>"


def _align(block: Paragraph) -> str:
    return f' class="{block.look.align}"' if block.look.align in ("center", "right") else ""


def _css_string(text: str) -> str:
    """A CSS string that shows `text` and a space, safe inside an HTML attribute (CSS Syntax 3, 4.3.7)."""
    return "'" + "".join(f"\\{ord(char):x} " for char in text + " ") + "'"
