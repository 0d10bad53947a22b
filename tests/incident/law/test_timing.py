"""Clocks: chained, bounded, held, provisional; what a clock without its moment says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from incident.anchors import Anchor
from incident.law.answers import Truth
from incident.law.circumstances import Circumstances, Organisation
from incident.law.counting import Period, Unit
from incident.law.derivation import derive
from incident.law.duties import SUBMITTED, Bound
from tests.incident.law.rules import FRIDAY, at, only, rule, sheet

HOUR = timedelta(hours=1)
DORA = rule(
    anchor="classified_major",
    period=Period(4, Unit.HOURS),
    bounds=(Bound("aware", "24 h from awareness", period=Period(24, Unit.HOURS), lapses=True),),
)


def test_a_chained_clock_has_no_date_until_the_earlier_filing_is_recorded() -> None:
    final = rule(anchor=SUBMITTED, after=("xx-0", "xx-00"), period=Period(1, Unit.MONTHS), counting="same_time_months")
    waiting = only(final, anchors=at(aware=FRIDAY))
    assert (waiting.due_at, waiting.blocked) == (None, "The moment is not known: the filing of xx-0 or xx-00.")
    filed = {("main", "xx-0"): FRIDAY, ("", "xx-00"): FRIDAY + HOUR, ("other", "xx-0"): FRIDAY - 9 * HOUR}
    row = only(final, submitted=filed)
    assert (row.started_at, row.due_at, row.provisional) == (FRIDAY, datetime(2027, 1, 18, 16, 40, tzinfo=UTC), False)


def test_a_clock_that_follows_a_notice_runs_from_the_moment_or_from_the_filing_whichever_was_first() -> None:
    sample = rule(
        anchor="subjects_notified", after=("xx-residents",), period=Period(15, Unit.DAYS), counting="calendar_days"
    )
    told = at(subjects_notified=FRIDAY)
    assert only(sample, anchors=told).started_at == FRIDAY
    assert only(sample, anchors=told, submitted={("", "xx-residents"): FRIDAY - HOUR}).started_at == FRIDAY - HOUR
    assert only(sample, anchors=told, submitted={("", "xx-residents"): FRIDAY + HOUR}).started_at == FRIDAY


@pytest.mark.parametrize(
    ("classified", "due"),
    [
        (datetime(2026, 12, 19, 9, tzinfo=UTC), datetime(2026, 12, 19, 13, tzinfo=UTC)),
        (datetime(2026, 12, 19, 15, tzinfo=UTC), datetime(2026, 12, 19, 16, 40, tzinfo=UTC)),
        (datetime(2026, 12, 20, 8, tzinfo=UTC), datetime(2026, 12, 20, 12, tzinfo=UTC)),
    ],
)
def test_the_earlier_of_two_limits_counts_unless_the_second_had_run_out_before_the_first_began(
    classified: datetime, due: datetime
) -> None:
    """Delegated Regulation (EU) 2025/301 Art. 5(1)(a) and 5(2): 4 h from classification, 24 h from awareness."""
    row = only(DORA, anchors=at(aware=FRIDAY, classified_major=classified))
    assert row.due_at == due
    assert row.trace[-1].count("does not bind") == (due == datetime(2026, 12, 20, 12, tzinfo=UTC))


def test_a_bound_that_may_lapse_gives_a_provisional_date_while_the_clock_has_not_started() -> None:
    row = only(DORA, anchors=at(aware=FRIDAY))
    assert (row.due_at, row.provisional, row.clock.awaits_anchor) == (FRIDAY + 24 * HOUR, True, True)


def test_a_notice_that_may_not_come_after_another_is_due_when_that_one_goes() -> None:
    regulator = rule(
        anchor="discovered",
        period=Period(60, Unit.DAYS),
        counting="calendar_days",
        bounds=(Bound("subjects_notified", "not later than residents are told", after=("xx-residents",)),),
    )
    discovered = at(discovered=FRIDAY)
    assert only(regulator, anchors=discovered).due_at == datetime(2027, 2, 16, 22, 59, 59, tzinfo=UTC)
    told = {("", "xx-residents"): FRIDAY + 48 * HOUR}
    assert only(regulator, anchors=discovered, submitted=told).due_at == FRIDAY + 48 * HOUR
    soft = rule(period=None, counting="no_fixed_period", bounds=regulator.bounds)
    assert only(soft, anchors=at(aware=FRIDAY)).due_at is None
    assert only(soft, anchors=at(aware=FRIDAY), submitted=told).due_at == FRIDAY + 48 * HOUR


def test_law_enforcement_holds_only_what_the_law_lets_wait() -> None:
    asked = at(aware=FRIDAY, hold_requested=FRIDAY + HOUR)
    assert only(rule(), anchors=asked).due_at == FRIDAY + 72 * HOUR
    held = only(rule(hold=True), anchors=asked)
    assert (held.due_at, held.blocked.startswith("Held since 2026-12-18 17:40:00Z")) == (None, True)
    lifted = FRIDAY + 240 * HOUR
    after = at(aware=FRIDAY, hold_requested=FRIDAY + HOUR, hold_lifted=lifted)
    assert only(rule(hold=True), anchors=after).due_at == lifted
    days = rule(hold=True, after_hold=Period(7, Unit.DAYS), period=Period(45, Unit.DAYS), counting="calendar_days")
    assert only(days, anchors=after).due_at == datetime(2027, 2, 1, 22, 59, 59, tzinfo=UTC)
    soon = at(aware=FRIDAY, hold_requested=FRIDAY + HOUR, hold_lifted=FRIDAY + 2 * HOUR)
    assert only(rule(hold=True), anchors=soon).due_at == FRIDAY + 72 * HOUR


def test_what_stands_in_for_a_moment_gives_a_provisional_clock_and_says_so() -> None:
    row = only(rule(anchor="discovered"), anchors=at(aware=FRIDAY, confirmed=FRIDAY - HOUR))
    assert (row.started_at, row.provisional, row.clock.awaits_anchor) == (FRIDAY - HOUR, True, True)
    assert row.clock.starts_from == "discovered not recorded: confirmed stands in for it"
    decided = only(rule(anchor="discovered"), anchors=at(aware=FRIDAY, discovered=FRIDAY + HOUR))
    assert (decided.started_at, decided.provisional) == (FRIDAY + HOUR, False)


def test_a_determination_nobody_made_has_nothing_to_stand_in_for_it() -> None:
    row = only(rule(anchor="determined_material"), anchors=at(aware=FRIDAY, discovered=FRIDAY))
    assert row.due_at is None
    assert row.blocked == "The moment is not known: determined_material (the incident was determined to be material)."


def test_a_day_ends_where_the_law_says_else_in_its_jurisdiction_else_where_we_are() -> None:
    day = {"period": Period(3, Unit.DAYS), "counting": "calendar_days"}
    aware = at(aware=FRIDAY)
    assert only(rule(**day, zone="Asia/Singapore"), anchors=aware).due_at == datetime(
        2026, 12, 22, 15, 59, 59, tzinfo=UTC
    )
    assert only(rule(**day, jurisdiction="US-CA"), anchors=aware).due_at == datetime(
        2026, 12, 22, 7, 59, 59, tzinfo=UTC
    )
    own = Organisation(zone="Pacific/Auckland")
    union = rule(**day, jurisdiction="contract")
    assert only(union, anchors=aware, organisation=own).due_at == datetime(2026, 12, 22, 10, 59, 59, tzinfo=UTC)
    greek = sheet(organisation={"role": "controller", "establishment": "GR"})
    assert only(union, greek, anchors=aware, organisation=own).due_at == datetime(2026, 12, 21, 21, 59, 59, tzinfo=UTC)


def test_the_version_in_force_at_the_moment_applies() -> None:
    old = rule(period=Period(24, Unit.HOURS), applies_until=date(2025, 8, 19))
    new = rule(applies_from=date(2025, 8, 20))
    august = datetime(2025, 8, 19, 12, tzinfo=UTC)
    for moment, hours in ((august, 24), (august + 24 * HOUR, 72)):
        (row,) = derive(sheet(), (new, old), Circumstances(anchors=at(aware=moment)))
        assert row.due_at == moment + hours * HOUR
    (unknown,) = derive(sheet(), (old, new), Circumstances(now=august))
    assert unknown.duty == old


@pytest.mark.parametrize("status", ["not_in_force", "voluntary"])
def test_what_is_not_in_force_or_a_recommendation_is_owed_by_nobody(status: str) -> None:
    row = only(rule(status=status), anchors=at(aware=FRIDAY))
    assert (row.applies, row.due_at) == (Truth.NO, None)


def test_a_rule_of_the_future_does_not_apply_yet() -> None:
    future = rule(applies_from=date(2027, 5, 13))
    assert only(future, anchors=at(aware=FRIDAY)).applies is Truth.NO
    assert only(future, now=FRIDAY).applies is Truth.NO
    assert only(future).applies is Truth.YES


def test_a_no_has_no_date() -> None:
    row = only(rule(), sheet(organisation={"role": "processor"}), anchors=(Anchor("aware", FRIDAY),))
    assert (row.applies, row.due_at, row.started_at, row.trace) == (Truth.NO, None, None, ())
