"""The register says who was told when, why late, what was decided not to be told, and how long it is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.assessment import Risk, assess_sheet
from incident.facts import read_sheet
from incident.models.law import Filing, Obligation
from incident.notice_texts import write_filing
from incident.queries.breach_entry import Entry, State, Step
from incident.queries.breach_records import Owed
from incident.queries.breach_register import Standpoint, read_register
from incident.queries.breach_sealed import delay_headings
from incident.queries.breach_tellings import records_of
from incident.queries.briefs import filing_brief
from incident.roles import Role
from incident.verbs.advising import advise
from incident.verbs.anchors import Moment, decide_awareness
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from incident.verbs.filings import Submission, keep_filing, record_submission
from incident.verbs.telling import meet
from notifications.ids import new_id
from tests.incident.cases import OPENED, LawCase
from tests.incident.notices import ACCOUNT, FACTS, SHIPPED, TEMPLATES, Desk

AUTHORITY = "eu-gdpr-33-1-sa"
PEOPLE = "eu-gdpr-34-1-subjects"
WHY_LATE = "The provider sent its logs on the third day."
KEPT = Owed(
    id=new_id(),
    incident_id=new_id(),
    entity="main",
    duty="ca-pipeda-10-3-record",
    addressee="internal_register",
    addressee_kind="internal_register",
    stage="record",
    kind="statute",
    applies="yes",
    datasets=["accounts"],
    missing=[],
    starts_at=datetime(2026, 2, 27, 12, tzinfo=UTC),
    due_at=None,
    provisional=False,
    met_at=datetime(2026, 2, 20, 12, tzinfo=UTC),
    waived_at=None,
    not_due_at=None,
    withdrawn_at=None,
    rule={
        "regime": "pipeda",
        "law": "PIPEDA",
        "article": "s. 10.3",
        "retention": {"amount": 24, "unit": "months"},
    },
)


def entry_of(case: LawCase, dataset: str = "accounts") -> Entry:
    standpoint = Standpoint(case.organisation, case.clock.now(), delay_headings((SHIPPED,)))
    auditor = case.people[Role.AUDITOR]
    register = case.look(lambda s: read_register(s, case.keys, auditor, standpoint))
    return next(entry for entry in register.entries if entry.dataset == dataset)


def told(entry: Entry, duty: str = AUTHORITY) -> Any:
    return next(one for one in entry.notifications if one.duty == duty)


def row(case: LawCase, duty: str = AUTHORITY) -> Obligation:
    return next(found for found in case.obligations().values() if found.duty == duty)


def aware(case: LawCase, at: datetime = OPENED) -> None:
    moment = Moment(at, "Listed from outside.")
    case.act(Role.DECIDER, decide_awareness, case.incident_id, case.version(), case.organisation, moment)


def filed(desk: Desk, locale: str, delay: str) -> Filing:
    case, officer = desk.case, desk.case.people[Role.PRIVACY_OFFICER]
    authoring = replace(
        desk.authoring(), account=replace(ACCOUNT, delay=delay, next_update=desk.case.clock.now() + timedelta(days=2))
    )
    brief = case.look(lambda s: filing_brief(s, case.keys, officer, row(case).id, authoring))
    written = write_filing(TEMPLATES, "gdpr-33-3", brief, locale)
    filing = case.act(Role.PRIVACY_OFFICER, keep_filing, row(case).id, "gdpr-33-3", brief, written)
    made = Submission("Berlin Commissioner", "portal", case.clock.now(), "72-19")
    return case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, made, case.organisation)


def rule(case: LawCase, subject: str, outcome: str, **more: Any) -> None:
    ruling = Ruling(subject, outcome, "Nothing can be read.", **more)
    case.act(Role.DECIDER, decide, case.incident_id, case.version(), case.organisation, ruling)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_late_filing_gives_its_reasons(desk: Desk, locale: str) -> None:
    aware(desk.case)
    at = desk.case.move(80)
    filed(desk, locale, WHY_LATE)
    found = told(entry_of(desk.case))
    assert (found.step, found.told_at, found.late, found.due_at) == (
        Step.TOLD,
        at,
        True,
        OPENED + timedelta(hours=72),
    )
    assert found.delay_reasons == WHY_LATE
    (made,) = found.submissions
    assert (made.at, made.to, made.channel, made.reference) == (at, "Berlin Commissioner", "portal", "72-19")
    assert entry_of(desk.case).state is State.NOTIFIED


def test_in_time_there_is_nothing_to_excuse(desk: Desk) -> None:
    aware(desk.case)
    desk.case.move(70)
    filed(desk, "en", "")
    found = told(entry_of(desk.case))
    assert (found.step, found.late, found.delay_reasons) == (Step.TOLD, False, "")


def test_what_was_told_by_telephone_or_is_past_due_is_late_without_reasons(desk: Desk) -> None:
    case = desk.case
    aware(case)
    case.move(73)
    late = told(entry_of(case))
    assert (late.step, late.late, late.told_at, late.delay_reasons) == (Step.OPEN, True, None, "")
    case.act(Role.PRIVACY_OFFICER, meet, case.incident_id, row(case).id, "telephone")
    late = told(entry_of(case))
    assert (late.step, late.late, late.submissions, late.delay_reasons) == (Step.TOLD, True, (), "")


def test_a_duty_of_which_it_is_not_known_whether_it_applies_names_what_would_decide(case: LawCase) -> None:
    document = {**FACTS, "datasets": [{**FACTS["datasets"][0], "data": {}, "role": None}]}
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, document)
    entry = entry_of(case)
    found = told(entry)
    assert (found.step, found.late) == (Step.UNDECIDED, False)
    assert {"organisation.role", "data.categories"} <= set(found.missing) <= set(entry.unknown)


def test_a_decision_not_to_notify_stands_there_with_reasons_name_and_day(desk: Desk) -> None:
    case = desk.case
    rule(case, f"obligation:{row(case).id}", "not_due")
    entry = entry_of(case)
    (refusal,) = entry.refusals
    assert (refusal.outcome, refusal.reason, refusal.who) == ("not_due", "Nothing can be read.", "decider")
    assert [(one.law, one.article) for one in refusal.rules] == [
        (row(case).rule["law"], row(case).rule["article"]),
    ]
    now = case.clock.now()
    assert (refusal.at, refusal.look_again_at, refusal.reopened_at) == (now, now + timedelta(days=30), None)
    assert told(entry).step is Step.NOT_DUE
    assert entry_of(case, "lists").refusals == ()


def test_a_group_of_duties_is_one_decision_and_a_reopened_one_stays(desk: Desk) -> None:
    case = desk.case
    rule(case, "group:unreadable", "waived", covers=(row(case).id, row(case, PEOPLE).id))
    entry = entry_of(case)
    (refusal,) = entry.refusals
    assert len(refusal.rules) == 2
    assert {told(entry).step, told(entry, PEOPLE).step} == {Step.WAIVED}
    assert (entry.state, entry.open_duties) == (State.NOT_NOTIFIED, 0)
    at = case.move(1)
    changed = {**FACTS["datasets"][0], "people": {"count": 2401, "kinds": ["users"]}}
    document = {**FACTS, "datasets": [changed, FACTS["datasets"][1]]}
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, document)
    entry = entry_of(case)
    assert entry.refusals[0].reopened_at == at
    assert entry.state is State.OPEN


def test_the_risk_as_assessed_as_advised_and_as_decided_are_three_things(desk: Desk) -> None:
    case = desk.case
    case.act(Role.PRIVACY_OFFICER, advise, case.incident_id, Risk.RISK, "At first sight.")
    case.move(1)
    case.act(Role.PRIVACY_OFFICER, advise, case.incident_id, Risk.HIGH, "Passwords.", dataset="accounts")
    case.move(1)
    rule(case, "risk:accounts", "unlikely")
    entry = entry_of(case)
    effects = entry.effects
    assert effects.advised is not None
    assert effects.decided is not None
    assessed = assess_sheet(read_sheet(FACTS), "DE")["accounts"].risk
    assert (effects.assessed, effects.advised.risk, effects.advised.reason) == (assessed, "high", "Passwords.")
    assert (effects.decided.risk, effects.decided.who, effects.risk) == ("unlikely", "decider", "unlikely")
    (refusal,) = entry.refusals
    assert (refusal.subject, refusal.rules) == ("risk:accounts", ())
    assert entry.state is State.NOT_NOTIFIED
    lists = entry_of(case, "lists").effects
    assert lists.advised is not None
    assert (lists.advised.reason, lists.decided) == ("At first sight.", None)
    changed = {**FACTS, "breach": {**FACTS["breach"], "misuse_seen": True}}
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, changed)
    effects = entry_of(case).effects
    assert effects.decided is not None
    assert (effects.decided.stands, effects.risk, effects.misuse_seen) == (False, effects.assessed, True)


def test_a_register_is_kept_from_the_later_of_its_record_and_the_moment_the_law_names() -> None:
    (record,) = records_of([KEPT])
    assert (record.retention, record.keep_until) == ("24 months", date(2028, 2, 27))
    later = replace(KEPT, met_at=datetime(2026, 8, 31, tzinfo=UTC), rule={**KEPT.rule, "retention": months(6)})
    assert next(records_of([later])).keep_until == date(2027, 2, 28)
    year = {**KEPT.rule, "retention": {"amount": 1, "unit": "years"}}
    (record,) = records_of([replace(KEPT, rule=year)])
    assert (record.retention, record.keep_until) == ("1 year", date(2027, 2, 27))
    (silent,) = records_of([replace(KEPT, rule={**KEPT.rule, "retention": None})])
    assert (silent.retention, silent.keep_until) == ("", None)


def test_what_was_told_later_under_the_same_law_keeps_it_longer() -> None:
    told = replace(KEPT, addressee_kind="regulator", met_at=datetime(2026, 5, 2, tzinfo=UTC), rule=silent("pipeda"))
    other = replace(told, met_at=datetime(2026, 9, 9, tzinfo=UTC), rule=silent("gdpr"))
    (record,) = records_of([KEPT, told, other])
    assert record.keep_until == date(2028, 5, 2)


def test_a_notification_whose_record_a_law_keeps_is_named_beside() -> None:
    (record,) = records_of([replace(KEPT, addressee_kind="supervisory_authority")])
    assert (record.retention, record.recorded_at) == ("24 months", KEPT.met_at)


@pytest.mark.parametrize("missing", [{"met_at": None}, {"starts_at": None}, {"provisional": True}])
def test_without_a_record_or_a_decided_start_no_day_is_named(missing: dict[str, Any]) -> None:
    (record,) = records_of([replace(KEPT, **missing)])
    assert (record.retention, record.keep_until) == ("24 months", None)


def test_a_duty_that_was_taken_back_keeps_nothing() -> None:
    assert list(records_of([replace(KEPT, withdrawn_at=OPENED), replace(KEPT, applies="no", met_at=None)])) == []


@given(st.dates(date(1990, 1, 1), date(2150, 1, 1)), st.integers(1, 600))
def test_more_months_never_end_sooner(start: date, amount: int) -> None:
    at = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
    begun = replace(KEPT, starts_at=at, met_at=at)
    ends = [
        next(records_of([replace(begun, rule={**KEPT.rule, "retention": months(n)})])).keep_until
        for n in (amount, amount + 1)
    ]
    assert ends[0] is not None
    assert ends[1] is not None
    assert start < ends[0] < ends[1]
    assert ends[0].day == start.day or (ends[0] + timedelta(days=1)).day == 1


def months(amount: int) -> dict[str, object]:
    return {"amount": amount, "unit": "months"}


def silent(regime: str) -> dict[str, Any]:
    return {**KEPT.rule, "regime": regime, "retention": None}
