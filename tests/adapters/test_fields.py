"""Single fields: one line of text, a moment in UTC, a link that is one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.adapters.documents import Json
from incident.adapters.fields import (
    TITLE_LENGTH,
    first_text,
    limited,
    moment,
    objects,
    one_line,
    part,
    text_map,
    utc_moment,
    web_link,
)
from incident.adapters.signals import Unreadable


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Alert\r\nBcc: someone@example.org", "Alert Bcc: someone@example.org"),
        ("a\u2028b\u0085c\x00d", "a b c d"),
        ("safe\u202efdp.exe", "safefdp.exe"),
        ("  spread \t out  ", "spread out"),
    ],
    ids=["mail header", "other line ends", "right-to-left override", "spaces"],
)
def test_a_title_stays_one_line_and_reads_as_written(given_text: str, expected: str) -> None:
    assert one_line(given_text) == expected


@given(st.text())
def test_one_line_is_one_line_and_never_too_long(text: str) -> None:
    line = one_line(text, TITLE_LENGTH)
    assert len(line) <= TITLE_LENGTH
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-14T01:59:26.535897932Z", datetime(2026, 3, 14, 1, 59, 26, 535897, UTC)),
        ("2026-03-14T03:59:56.5+02:00", datetime(2026, 3, 14, 1, 59, 56, 500000, UTC)),
        ("2026-03-14t01:59:26z", datetime(2026, 3, 14, 1, 59, 26, 0, UTC)),
        ("2026-03-14T03:59:26.5+0200", datetime(2026, 3, 14, 1, 59, 26, 500000, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("2026-03-14T01:59:26", None),
        ("2026-02-30T01:59:26Z", None),
        ("yesterday", None),
        (1773453566, None),
        (None, None),
    ],
    ids=range(12),
)
def test_a_moment_has_an_offset_and_a_plausible_year(value: Json, expected: datetime | None) -> None:
    assert moment(value) == expected


def test_a_time_without_an_offset_is_utc_only_where_the_monitor_says_so() -> None:
    at = datetime(2026, 3, 14, 1, 59, 26, 0, UTC)
    assert utc_moment("2026-03-14 01:59:26") == utc_moment("2026-03-14T02:59:26+01:00") == at
    assert utc_moment("14.03.2026") is utc_moment(None) is None


def test_a_place_that_is_not_there_is_nothing() -> None:
    document: Json = {"a": [{"b": 1}, 2]}
    assert part(document, "a", 0, "b") == 1
    assert [part(document, *path) for path in (("a", 2), ("a", "b"), ("x", 0), (0,))] == [None] * 4
    assert objects(part(document, "a")) == [{"b": 1}]
    assert objects(document) == []


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://siem.example.org/cases/88?x=1", True),
        ("http://10.0.0.1/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("https://[", False),
        ("https://a.example/\r\nX: y", False),
        ("//a.example/", False),
        (7, False),
    ],
    ids=range(9),
)
def test_only_web_addresses_are_links(value: Json, kept: bool) -> None:
    assert (web_link(value) == value) if kept else (web_link(value) is None)


def test_labels_keep_the_first_of_a_name_and_no_more_than_a_hundred() -> None:
    assert limited([("a", "1"), ("a", "2"), ("b", None), ("c", "")]) == {"a": "1"}
    assert limited([("tag.a\r\nBcc: \u202ex", "1")]) == {"tag.a Bcc: x": "1"}
    assert len(limited((f"h{n}", "x") for n in range(1_000))) == 100


def test_an_object_of_texts_takes_numbers_and_leaves_out_what_is_nested() -> None:
    assert text_map({"n": 5, "yes": True, "list": [1], "none": None, "": "x"}, "hints") == {"n": "5", "yes": "true"}
    assert text_map(None, "hints") == {}
    with pytest.raises(Unreadable, match="hints must be an object"):
        text_map(["a"], "hints")


def test_the_first_text_is_the_first_that_says_anything() -> None:
    assert first_text(None, "  ", {}, 0, "b") == "0"
    assert first_text() is None
