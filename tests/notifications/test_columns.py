"""Column types: what goes in comes out, from both databases, and what has no meaning does not go in."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from notifications.columns import UtcDateTime, Word
from notifications.models import Heartbeat
from notifications.store import Store

SQLITE = sqlite.dialect()
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
INSTANTS = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 (a bound; the zone is drawn)
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


def keep(store: Store, at: datetime, document: dict[str, object] | None = None) -> Heartbeat:
    store.write(lambda session: session.merge(Heartbeat(name="x", at=at, document=document or {})))
    with store.read() as session:
        return session.get_one(Heartbeat, "x")


@SHARED
@given(INSTANTS)
def test_an_instant_comes_back_as_itself_in_utc(store: Store, at: datetime) -> None:
    kept = keep(store, at).at
    assert kept == at.astimezone(UTC)
    assert kept.utcoffset() == timedelta(0)


def test_a_naive_time_is_refused_and_nothing_is_stored(store: Store) -> None:
    with pytest.raises(StatementError, match="an instant needs its zone"):
        keep(store, datetime(2026, 11, 24, 9))  # noqa: DTZ001 (what is refused)
    with store.read() as session:
        assert session.get(Heartbeat, "x") is None


def test_instants_of_different_zones_are_compared_as_instants(store: Store) -> None:
    keep(store, START.astimezone(timezone(timedelta(hours=9))))
    with store.read() as session:
        later = session.exec(select(Heartbeat).where(col(Heartbeat.at) > START - timedelta(microseconds=1))).all()
        same = START.astimezone(timezone(-timedelta(hours=7)))
        equal = session.exec(select(Heartbeat).where(col(Heartbeat.at) == same)).all()
    assert len(later) == len(equal) == 1


@SHARED
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**53), 2**53)
            | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
            st.lists,
        ),
    )
)
def test_a_document_comes_back_as_itself(store: Store, document: dict[str, object]) -> None:
    assert keep(store, START, document).document == document


class Colour(StrEnum):
    RED = "red"


def test_a_word_of_the_vocabulary_comes_back_as_that_word() -> None:
    column = Word(Colour)
    for dialect in (SQLITE, postgresql.dialect()):  # type: ignore[no-untyped-call]
        kept = column.process_bind_param("red", dialect)
        assert kept == "red"
        assert column.process_result_value(kept, dialect) is Colour.RED
        assert column.process_bind_param(None, dialect) is None


def test_a_word_outside_of_the_vocabulary_is_refused_both_ways() -> None:
    with pytest.raises(ValueError, match="blue"):
        Word(Colour).process_bind_param("blue", SQLITE)
    with pytest.raises(ValueError, match="blue"):
        Word(Colour).process_result_value("blue", SQLITE)


def test_no_server_makes_up_a_time() -> None:
    assert UtcDateTime().process_bind_param(None, SQLITE) is None


def test_a_missing_document_is_null_and_not_the_word_null(store: Store) -> None:
    keep(store, START)
    with store.read() as session:
        assert session.execute(text("SELECT count(*) FROM heartbeat WHERE document IS NOT NULL")).scalar_one() == 1
