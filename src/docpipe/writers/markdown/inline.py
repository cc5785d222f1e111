"""Text with its marks as Markdown that reads back as the same text (CommonMark 0.31, chapter 6).

What would be read as markup is escaped. Emphasis is written with asterisks where the rules of flanking (6.2) let it be
read, which Chinese punctuation often does not; there, and for marks that Markdown lacks, stand tags. A formula is
`$latex$<!-- reading -->`: programs that know formulas show it, and its reading is not lost.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from docpipe.model import Asset, Document, Formula, Heading, Image, Paragraph, Run
from docpipe.writers.common import Piece, heading_gap, label_gap, pieces, printable, safe_link

LABEL_END = "<!-- -->"
"""Ends a label that the source's program generated, where nothing else tells it from the text."""

_ID = re.compile(r"[\w.:/-]+")


class Names(NamedTuple):
    """What things outside the text are called in it: notes by their ids, and the assets of pictures."""

    notes: dict[str, str]
    assets: dict[str, Asset]


def names(document: Document) -> Names:
    """The names of a document's notes and pictures; a note whose id cannot be written is called by a number."""
    ids = [note.id for note in document.notes]
    free = (str(number) for number in range(1, 2 * len(ids) + 1) if str(number) not in ids)
    notes = {id: id if _ID.fullmatch(id) else next(free) for id in ids}
    return Names(notes, {asset.id: asset for asset in document.assets})


def line_of(block: Paragraph | Heading | Image | Formula, known: Names) -> str:
    """A block's text on one line, its label before it."""
    if isinstance(block, Image):
        return f"![{escape(printable(block.text))}]({_source(block, known.assets)})"
    if isinstance(block, Formula):
        return _formula(block.text, block.latex, "$$") or f"{escape(printable(block.text))}<!-- formula -->"  # fmt: skip
    return (label_before(block) + inline(block.text, block.runs, known)).strip(" ")


def label_before(block: Paragraph | Heading) -> str:
    """A block's label with what parts it from the text; a generated label of a heading is marked as one."""
    if not block.label:
        return ""
    label = escape(printable(block.label))
    if isinstance(block, Heading):
        return label + (LABEL_END if block.automatic else "") + heading_gap(block)
    return label + label_gap(block.label, block.text)


_UNSAFE_IN_PATH = re.compile(r"[\x00-\x20\x7f<>()\\&:#?|\"\ufffd]")


def picture_source(block: Image, assets: dict[str, Asset]) -> str:
    """A picture's address, or its name as a relative one; there the colon is encoded, so no name can be a scheme."""
    asset = assets.get(block.asset)
    name = printable(asset.name if asset else block.asset)
    if asset is None and safe_link(name) is not None:
        return name
    return _UNSAFE_IN_PATH.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), name
    )


def _source(block: Image, assets: dict[str, Asset]) -> str:
    return _in_brackets(picture_source(block, assets))


def address(link: str | None) -> str | None:
    """A link that may be followed without harm: one that `safe_link` knows, or a relative one, as it stands."""
    if not link:
        return None
    url = printable(link.strip())
    if safe_link(url) is not None:
        return url
    head = re.split("[/?#]", url, maxsplit=1)[0]
    try:
        relative = ":" not in head and not urlsplit(url).scheme and "\ufffd" not in url
    except ValueError:
        return None
    return url if relative else None


def _in_brackets(url: str) -> str:
    """An address as it stands in a link (6.3); with white space or at a loss it stands in angle brackets."""
    url = re.sub(r"&(?=#?\w+;)", "&amp;", url.replace("\\", "\\\\"))
    if not url or re.search(r"[\s<>]", url):
        return "<" + re.sub("[<>]", lambda match: "\\" + match.group(), url) + ">"
    return re.sub(r"[()]", lambda match: "\\" + match.group(), url)


_SPECIAL = re.compile(
    r"[\\`*\[\]~]|<(?=[A-Za-z/!?]|$)|&(?=#?\w+;|#?\w*$)|(?<![^\W_])_|_(?![^\W_])|!$|\$(?=\S)"
)


def escape(text: str) -> str:
    """`text` with a backslash before each character that could be markup within a line (2.4)."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), text)


_NUMBERED = re.compile(r"([0-9]{1,9})([.)])(?= |$)")
_BLOCK_START = re.compile(r"#{1,6}(?= |$)|>|[-+](?= |$)|-(?= *-)|=+ *$|-+ *$")


def line_start(line: str) -> str:
    """A line with whatever would begin a block of its own escaped (chapters 4 and 5)."""
    line = line.lstrip(" ")
    match = _NUMBERED.match(line)
    if match:
        return f"{match.group(1)}\\{line[match.end(1) :]}"
    return "\\" + line if _BLOCK_START.match(line) else line


def inline(text: str, runs: Sequence[Run], known: Names) -> str:
    """Text with its marks."""
    parts = _merged(pieces(text, runs))
    result: list[str] = []
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else None
        after = parts[number + 1] if number + 1 < len(parts) else None
        result.append(_piece(part, before, after, known))
    return "".join(result)


class _Marks(NamedTuple):
    """The marks of a piece that Markdown or the tags it allows can show."""

    bold: bool
    italic: bool
    strike: bool
    underline: bool
    superscript: bool
    subscript: bool
    code: bool
    link: str | None
    note: str | None
    latex: str | None


def _marks(run: Run) -> _Marks:
    return _Marks(
        run.bold,
        run.italic,
        run.strike,
        run.underline,
        run.superscript,
        run.subscript,
        run.code,
        address(run.link),
        run.note,
        run.latex,
    )


_UNMARKED = _Marks(False, False, False, False, False, False, False, None, None, None)


class _Part(NamedTuple):
    """A piece of text with marks that differ from its neighbours'."""

    text: str
    marks: _Marks

    @property
    def plain(self) -> bool:
        """Whether nothing is marked."""
        return not any(self.marks)


def _merged(found: list[Piece]) -> list[_Part]:
    """The pieces with white space that shows no mark set apart, notes after their text, and what is alike as one."""
    parts: list[_Part] = []
    for piece in found:
        for part in _split(piece.text, _marks(piece.run)):
            last = parts[-1] if parts else None
            if last and last.marks == part.marks and not (part.marks.note or part.marks.latex):
                parts[-1] = _Part(last.text + part.text, part.marks)
            else:
                parts.append(part)
    return parts


def _split(text: str, marks: _Marks) -> Iterator[_Part]:
    note, marks = marks.note, marks._replace(note=None)
    inner = text if _shows_space(marks) else text.strip(" ")
    start = text.find(inner)
    for words, shown in (
        (text[:start], _UNMARKED),
        (inner, marks),
        (text[start + len(inner) :], _UNMARKED),
    ):
        if words:
            yield _Part(words, shown)
    if note is not None:
        yield _Part("", _UNMARKED._replace(note=note))


def _piece(part: _Part, before: _Part | None, after: _Part | None, known: Names) -> str:
    """One piece, or the mark of a note."""
    marks, text = part.marks, part.text
    if marks.note is not None:
        name = known.notes.get(marks.note)
        return "" if name is None else f"[^{name}]"
    formula = _formula(text, marks.latex or "", "$")
    return formula or _marked(text, marks, _asterisks_read(part, before, after))


def _shows_space(marks: _Marks) -> bool:
    return bool(marks.underline or marks.strike or marks.code or marks.link)


def _formula(reading: str, latex: str, sign: str) -> str:
    """A formula between dollars with its reading, or "" where it cannot be written so."""
    latex = " ".join(printable(latex).split())
    if not latex or not reading.strip() or "$" in latex:
        return ""
    return f"{sign}{latex}{sign}<!-- {html.escape(printable(reading)).replace('-', '&#45;')} -->"


def _marked(text: str, marks: _Marks, asterisks: bool) -> str:
    result = _code(text) if marks.code else escape(text)
    for tag, marked in (
        ("sub", marks.subscript),
        ("sup", marks.superscript),
        ("u", marks.underline),
    ):
        if marked:
            result = f"<{tag}>{result}</{tag}>"
    for tag, sign, marked in (
        ("s", "~~", marks.strike),
        ("em", "*", marks.italic),
        ("strong", "**", marks.bold),
    ):
        if marked:
            result = f"{sign}{result}{sign}" if asterisks else f"<{tag}>{result}</{tag}>"
    return f"[{result}]({_in_brackets(marks.link)})" if marks.link else result


def code_fence(text: str, least: int) -> str:
    """More backticks than stand in a row in a text, and at least `least`."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(longest + 1, least)


def _code(text: str) -> str:
    """A code span (6.1), fenced by more backticks than stand in a row in it."""
    fence = code_fence(text, 1)
    ends = text[0], text[-1]
    pad = " " if "`" in ends or (ends == (" ", " ") and text.strip(" ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _asterisks_read(part: _Part, before: _Part | None, after: _Part | None) -> bool:
    """Whether delimiters around the piece open and close emphasis (6.2).

    Inside a link they always do: brackets stand around them. Next to a marked piece they are not tried.
    """
    marks = part.marks
    if marks.superscript or marks.subscript or marks.underline or marks.code:
        return False
    if marks.strike and (marks.bold or marks.italic):
        return False
    inner = part.text
    if inner[0].isspace() or inner[-1].isspace():
        return False
    if marks.link:
        return True
    if (before and not before.plain) or (after and not after.plain):
        return False
    outside_left = before.text[-1:] if before else ""
    outside_right = after.text[:1] if after else ""
    return _flanks(outside_left, inner[0]) and _flanks(outside_right, inner[-1])


def _flanks(outside: str, inside: str) -> bool:
    return (
        not _is_punctuation(inside)
        or not outside
        or outside.isspace()
        or (_is_punctuation(outside) and unicodedata.category(outside)[0] == "P")
    )


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
