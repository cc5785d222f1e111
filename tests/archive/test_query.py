from __future__ import annotations

import pytest

from docpipe.archive.query import And, Not, Or, Phrase, expression, parse
from docpipe.errors import DocpipeError

PARTY, CLEAN = Phrase("", ("党", "建")), Phrase("", ("廉", "政"))


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("党建", PARTY),
        ('"党建"', PARTY),
        ("“党建”", PARTY),
        ("党建 AND 廉政", And((PARTY, CLEAN))),
        ("党建 与 廉政", And((PARTY, CLEAN))),
        ("党建 廉政", And((PARTY, CLEAN))),
        ("党建 或 廉政", Or((PARTY, CLEAN))),
        ("党建 NOT 廉政", And((PARTY, Not(CLEAN)))),
        ("党建 非 廉政", And((PARTY, Not(CLEAN)))),
        ("党建 AND NOT NOT 廉政", And((PARTY, CLEAN))),
        ("（党建 OR 廉政）党建", And((Or((PARTY, CLEAN)), PARTY))),
        ("党建*", Phrase("", ("党", "建"), True)),
        ("title:党建", Phrase("title", ("党", "建"))),
        ("标题：党建", Phrase("title", ("党", "建"))),
        ("标题： 党建", Phrase("title", ("党", "建"))),
        ("note: 党建", And((Phrase("", ("note",)), PARTY))),
        (
            "org:(党建 OR 廉政)",
            Or((PARTY._replace(field="organization"), CLEAN._replace(field="organization"))),
        ),
        ("12:30", Phrase("", ("12", "。", "30"))),
    ],
)
def test_what_a_query_means(query: str, node: object) -> None:
    assert parse(query) == node


@pytest.mark.parametrize(
    ("query", "code", "position"),
    [
        ("", "query-empty", "1"),
        ("  ", "query-empty", "3"),
        ("党建 ——", "query-empty", "4"),
        ('党建 "廉政', "query-quote", "4"),
        ("(党建", "query-parenthesis", "1"),
        ("党建)", "query-parenthesis", "3"),
        (")", "query-parenthesis", "1"),
        ("党建 AND", "query-operand", "7"),
        ("AND 党建", "query-operand", "1"),
        ("党建 OR OR 廉政", "query-operand", "7"),
        ("()", "query-operand", "2"),
        ("*", "query-operand", "1"),
        ("NOT 党建", "query-not", "1"),
        ("党建 OR NOT 廉政", "query-not", "1"),
        ("foo:党建", "query-field", "1"),
        ("党建 title:", "query-operand", "10"),
        ("党建 http://a", "query-field", "4"),
        ("(" * 60 + "a" + ")" * 60, "query-parenthesis", "51"),
    ],
)
def test_errors_name_the_position(query: str, code: str, position: str) -> None:
    with pytest.raises(DocpipeError) as caught:
        parse(query)
    assert caught.value.code == code
    assert caught.value.detail.split()[0] == position
    assert caught.value.exit_code == 2
    for language in ("en", "zh"):
        assert position in caught.value.reason(language)  # type: ignore[arg-type]


def test_the_expression_for_fts() -> None:
    node = parse('党建 (heading:"二、 做法" OR work*) NOT 答复')
    assert (
        expression(node)
        == '(("党 建" AND (heading : "二 。 做 法" OR "work" *)) NOT (("答 复" OR "答 覆")))'
    )
