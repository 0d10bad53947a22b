"""Expressions under limits: what is refused when saved, with its mend, and that none runs away."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident.adapters.expressions import LONGEST, BadExpression, TooMuchWork, Work, read_expression

DOUBLING = "|".join(["[@,@]"] * 60)
FLATTENED = "|".join(["[@,@][]"] * 50)
JOINED = "|".join(["join('',[@,@])"] * 30)


def value(text: str, document: object = None) -> Any:
    return read_expression(text).of(document, Work())


@pytest.mark.parametrize(
    ("text", "document", "expected"),
    [
        ("a.b", {"a": {"b": 1}}, 1),
        ("a[?level=='high'].name | [0]", {"a": [{"level": "low"}, {"level": "high", "name": "x"}]}, "x"),
        ("not_null(a, b)", {"b": 2}, 2),
        ("join('/', [a, to_string(b)])", {"a": "x", "b": 7}, "x/7"),
        ('"a-b"', {"a-b": 1}, 1),
        ("a[?n > `5`] | length(@)", {"a": [{"n": 4}, {"n": 6}]}, 1),
        ("length(a)", {"a": 5}, None),
        ("sort(@)", [1, "a"], None),
        ("ceil(to_number(a))", {"a": "1e999"}, None),
        ("a < b", {"a": 1, "b": "x"}, None),
        ("missing[*].deeper", {}, None),
    ],
)
def test_an_expression_gives_what_the_specification_says_and_null_where_it_cannot(
    text: str, document: object, expected: object
) -> None:
    assert value(text, document) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty; such as"),
        ("a" * (LONGEST + 1), "longer than 500 characters; shorten"),
        ("a.", "ends too early; close"),
        ("a[", "ends too early"),
        ("a b", "cannot be read at character 3"),
        ("alert-name", "cannot be read at character 6; look at quotes, brackets and dashes"),
        ("'open", "cannot be read at character 1"),
        ("a == `open`", "`open`, which is no JSON; a text stands in 'single quotes'"),
        ("upper(a)", r"names upper\(\), which there is not; there are abs"),
        ("length(a, b)", r"gives length\(\) 2 values; it takes 1"),
        ("join(',')", r"gives join\(\) 1 values; it takes 2"),
        ("a[::0]", "slice of step 0"),
        ("(" * 240 + "a" + ")" * 240, "nested deeper than 24 levels; take it apart"),
        ("[" * 25 + "a" + "]" * 25, "nested deeper"),
        ("!" * 400 + "a", "nested deeper"),
        ("a" + "|a" * 200, "nested deeper"),
    ],
)
def test_what_is_wrong_is_said_with_its_mend(text: str, reason: str) -> None:
    with pytest.raises(BadExpression, match=reason):
        read_expression(text)


@pytest.mark.parametrize("text", [DOUBLING, FLATTENED, JOINED])
def test_an_expression_of_many_steps_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        read_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "|".join(["[@,@,@,@,@,@,@,@]"] * 20) + "|to_string(@)",
        "|".join(["[@,@,@,@,@,@,@,@][]"] * 20),
        "|".join(["join('',[@,@,@,@,@,@,@,@])"] * 15),
        "|".join(["{a:@,b:@,c:@,d:@}"] * 20) + "|[@==@]",
        "map(&map(&map(&[@,@,@,@],@),[@,@,@,@]),[[@,@],[@,@]])" + "|map(&[@,@,@,@],@)" * 10,
    ],
)
def test_what_doubles_stops_before_it_takes_long(text: str) -> None:
    expression, began = read_expression(text), time.perf_counter()
    with pytest.raises(TooMuchWork):
        expression.of(["x" * 1000] * 50 if not text.startswith("join") else "x" * 1000, Work())
    assert time.perf_counter() - began < 5  # a second or less on a quiet machine; without a limit: years


def test_the_largest_body_is_read_with_work_to_spare() -> None:
    document = {"alerts": [{"name": f"n{one}", "labels": {"a": "x", "b": [1, 2]}} for one in range(5_000)]}
    work = Work()
    alerts = read_expression("alerts[]").of(document, work)
    each = [read_expression(text) for text in ("name", "labels.a", "join(',', keys(labels))", "labels.b[0]", "x || y")]
    assert all(one.of(alert, work) for alert in alerts for one in each[:4])
    assert work.left > 300_000


ALPHABET = st.sampled_from(list("ab.[]*?@&|!<>=(){}:,'\"`0-1 \\")) | st.sampled_from(
    ["[?", "sort_by(", "length(", "||"]
)


@settings(max_examples=500, deadline=None)
@given(text=st.lists(ALPHABET, max_size=40).map("".join))
def test_any_text_is_an_expression_or_refused_and_nothing_else_happens(text: str) -> None:
    try:
        expression = read_expression(text)
    except BadExpression:
        return
    expression.of({"a": [{"b": 1}, {"b": "x"}, None], "b": {"a": [[1], [2]]}}, Work(50_000))
