"""Joining pieces of text: whatever the pieces, no character is lost and each mark covers what it covered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from docpipe.readers.docx.inline import Piece
from docpipe.readers.docx.paragraphs import joined
from docpipe.readers.docx.styles import Styles

PLAIN = Styles(None, None, "").run(None, ())
FORMATS = [
    PLAIN,
    replace(PLAIN, bold=True, plain=False),
    replace(PLAIN, italic=True, vanish=True, plain=False),
]
PIECES = st.lists(
    st.builds(
        Piece,
        text=st.text(alphabet="一a.  \t　\u00a0", max_size=5),
        format=st.sampled_from(FORMATS),
        link=st.sampled_from([None, "http://a.example"]),
        note=st.sampled_from([None, None, None, "fn1"]),
    ),
    max_size=8,
)


@given(PIECES)
def test_text_is_all_pieces_with_single_spaces(pieces: list[Piece]) -> None:
    text, _ = joined(pieces, shaded=False)
    assert text == " ".join("".join(piece.text for piece in pieces).split())


@given(PIECES)
def test_runs_are_ordered_and_within_the_text(pieces: list[Piece]) -> None:
    text, runs = joined(pieces, shaded=False)
    position = 0
    for run in runs:
        assert position <= run.start <= run.end <= len(text)
        assert run.start < run.end or run.note
        position = run.end


@given(PIECES)
def test_every_character_keeps_its_marks(pieces: list[Piece]) -> None:
    text, runs = joined(pieces, shaded=False)
    expected = [
        (char, piece.format.bold, piece.format.italic, piece.link)
        for piece in pieces
        for char in piece.text
        if not char.isspace()
    ]
    found = []
    for index, char in enumerate(text):
        run = next((run for run in runs if run.start <= index < run.end), None)
        marks = (run.bold, run.italic, run.link) if run else (False, False, None)
        if char != " ":
            found.append((char, *marks))
    assert found == expected


@given(PIECES)
def test_every_note_keeps_its_mark(pieces: list[Piece]) -> None:
    _, runs = joined(pieces, shaded=False)
    assert sum(run.note is not None for run in runs) == sum(
        piece.note is not None for piece in pieces
    )


def test_a_space_between_marked_pieces_keeps_its_own_marks() -> None:
    bold = FORMATS[1]
    pieces = [Piece("甲", bold), Piece(" ", PLAIN), Piece("乙", bold)]
    assert [(run.start, run.end) for run in joined(pieces, shaded=False)[1]] == [(0, 1), (2, 3)]
