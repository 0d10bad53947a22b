"""What holds for every duty that ships, whatever the facts: monotone answers, order, separation, time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident.anchors import NAMES, Anchor
from incident.assessment import assess_sheet
from incident.facts import FIELDS, DataSet, FactSheet, Value
from incident.facts.vocabulary import COUNTRY, FLAG, MOMENT, NUMBER, SHARE, WORD, WORDS, Kind
from incident.law.answers import Truth
from incident.law.circumstances import Circumstances
from incident.law.derivation import Derived, derive
from incident.law.packs import shipped_duties

pytestmark = pytest.mark.untraced

PLACES = ("DE", "FR", "US", "US-CA", "US-NY", "US-TX", "JP", "KR", "BR", "GB", "SG", "CA-QC", "CN")
MOMENT_OF = datetime(2026, 12, 1, tzinfo=UTC)
BY_DAY = ("same_time_days", "same_time_months", "same_time_years", "calendar_months", "calendar_years", "dora_5_4")
ANY_SPEED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

counts = st.one_of(st.none(), st.sampled_from([0, 1, 2, 49, 50, 250, 499, 500, 501, 1000, 1001, 10_000, 2_000_000]))
reaches = st.dictionaries(st.sampled_from(PLACES), counts, max_size=5)


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Everything a fact of this kind may say, the borders of thresholds among them."""
    by_shape: Mapping[str, st.SearchStrategy[Any]] = {
        WORD: st.sampled_from(kind.words or ("none",)),
        WORDS: st.sets(st.sampled_from(kind.words or ("none",)), max_size=4).map(lambda found: tuple(sorted(found))),
        FLAG: st.booleans(),
        NUMBER: st.sampled_from([0, 1, 4, 30, 60, 499, 500, 501, 1000, 1001, 3_000_001]),
        SHARE: st.sampled_from([0.0, 0.05, 0.051, 1.0]),
        MOMENT: st.just("2026-11-14T00:00:00Z"),
        COUNTRY: st.sampled_from(PLACES),
    }
    return by_shape[kind.shape]


PATHS = tuple(path for path in FIELDS if path not in ("people.count_min", "people.count_max"))
SHARED = tuple(path for path in PATHS if path.partition(".")[0] in ("breach", "organisation", "impact"))
some_facts = st.fixed_dictionaries({}, optional={path: values(FIELDS[path]) for path in PATHS} | {"reach": reaches})


def sheet_of(facts: Mapping[str, Value], **more: DataSet) -> FactSheet:
    shared = {path: value for path, value in facts.items() if path in SHARED and path != "organisation.role"}
    return FactSheet(shared, (dataset("one", facts), *more.values()))


def dataset(name: str, facts: Mapping[str, Value], entity: str = "") -> DataSet:
    role = facts.get("organisation.role")
    own = {path: value for path, value in facts.items() if path not in SHARED}
    return DataSet(name, role=str(role) if role else None, entity=entity, controllers=("acme",), facts=own)


def answers(sheet: FactSheet, anchors: tuple[Anchor, ...] = ()) -> dict[tuple[str, ...], Derived]:
    findings = {name: found.findings for name, found in assess_sheet(sheet).items()}
    rows = derive(sheet, shipped_duties(), Circumstances(anchors=anchors, findings=findings, now=MOMENT_OF))
    return {row.key: row for row in rows}


@ANY_SPEED
@given(some_facts, st.data())
def test_one_more_fact_settles_what_is_open_and_turns_nothing_round(facts: dict[str, Any], data: st.DataObject) -> None:
    """Apart from named presumptions: they carry a yes, never a no, and what would overturn them stays asked for."""
    absent = [path for path in (*PATHS, "reach") if path not in facts]
    if not absent:
        return
    path = data.draw(st.sampled_from(absent))
    more = data.draw(reaches if path == "reach" else values(FIELDS[path]))
    before, after = answers(sheet_of(facts)), answers(sheet_of({**facts, path: more}))
    for key, row in before.items():
        if key not in after:
            continue  # the addressees of a notice to each country are known now
        if row.applies is Truth.NO:
            assert after[key].applies is Truth.NO, (key, path, more)
        elif row.applies is Truth.YES and not row.missing:
            assert after[key].applies is Truth.YES, (key, path, more)
        elif row.applies is Truth.YES and after[key].applies is not Truth.YES:
            assert any("presumed" in line for line in row.why), (key, path, more)


@ANY_SPEED
@given(some_facts, reaches, st.sampled_from(PLACES), st.integers(1, 5000))
def test_more_residents_never_turn_a_lower_limit_off(
    facts: dict[str, Any], reach: dict[str, int | None], place: str, more: int
) -> None:
    before = answers(sheet_of({**facts, "reach": reach}))
    after = answers(sheet_of({**facts, "reach": {**reach, place: (reach.get(place) or 0) + more}}))
    for key, row in before.items():
        upper_limit = any(order in row.duty.trigger.split() for order in ("<", "<=", "=="))
        if row.applies is Truth.YES and not upper_limit and key in after and reach.get(place, 0) is not None:
            assert after[key].applies is Truth.YES, (key, reach, place, more)


@ANY_SPEED
@given(some_facts, some_facts, st.randoms(use_true_random=False))
def test_deriving_twice_and_in_another_order_is_the_same(
    facts: dict[str, Any], other: dict[str, Any], shuffler: Any
) -> None:
    both = sheet_of(facts, two=dataset("two", other))
    found = answers(both)
    assert answers(both) == found
    turned = FactSheet(both.shared, both.datasets[::-1])
    assert answers(turned) == found
    duties = list(shipped_duties())
    shuffler.shuffle(duties)
    findings = {name: each.findings for name, each in assess_sheet(both).items()}
    rows = derive(both, duties, Circumstances(findings=findings, now=MOMENT_OF))
    assert {row.key: row for row in rows} == found


@ANY_SPEED
@given(some_facts, some_facts, some_facts)
def test_facts_of_one_data_set_never_change_the_duties_of_another(
    facts: dict[str, Any], other: dict[str, Any], changed: dict[str, Any]
) -> None:
    def of_first(second: dict[str, Any], entity: str) -> dict[tuple[str, ...], tuple[Any, ...]]:
        rows = answers(sheet_of(facts, two=dataset("two", second, entity)))
        return {key: (row.applies, row.why, row.missing) for key, row in rows.items() if row.entity == "main"}

    assert of_first(other, "elsewhere") == of_first(changed, "elsewhere")
    alone = answers(sheet_of(facts))
    beside = answers(sheet_of(facts, two=dataset("two", other)))
    for key, row in alone.items():
        if row.applies is Truth.YES and not row.duty.expression.counts and key in beside:
            assert beside[key].applies is Truth.YES, key


@ANY_SPEED
@given(some_facts, st.integers(0, 60 * 24 * 800), st.integers(0, 60 * 24 * 40))
def test_a_later_moment_never_gives_an_earlier_date(facts: dict[str, Any], minutes: int, later: int) -> None:
    """Of rules with one anchor. Profiles that keep the time of day, or move a weekend to noon: by the day."""
    first = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    def due(moment: datetime) -> dict[tuple[str, ...], Derived]:
        moments = tuple(Anchor(name, moment) for name in NAMES if not name.startswith("hold_"))
        return {key: row for key, row in answers(sheet_of(facts), moments).items() if row.due_at}

    before, after = due(first), due(first + timedelta(minutes=later))
    for key, row in before.items():
        other = after.get(key)
        if other is None or other.duty != row.duty or row.duty.bounds:
            continue
        assert row.due_at is not None
        assert other.due_at is not None
        tolerance = timedelta(days=1) if row.duty.counting in BY_DAY else timedelta()
        assert other.due_at >= row.due_at - tolerance, (key, first, later)
