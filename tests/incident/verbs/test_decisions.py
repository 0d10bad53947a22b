"""Advice and decision are two records; a decision stands until a fact it rests on changes."""

import threading
from typing import TYPE_CHECKING, Any

import pytest

from incident.assessment import Risk
from incident.deadlines import Standing
from incident.errors import Conflict, Forbidden, Invalid, LostRace, NotFound
from incident.models.law import Decision
from incident.queries.duties import duties_of, reminders_of
from incident.queries.facts import SavedFacts, latest_facts
from incident.queries.timeline import read_timeline
from incident.queries.undecided import decisions_waiting
from incident.roles import Role
from incident.verbs.advising import advise
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from incident.verbs.telling import meet

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

AUTHORITY = ("eu-gdpr-33-1-sa", "supervisory_authority")
PEOPLE = ("eu-gdpr-34-1-subjects", "data_subjects")
FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "misuse_seen": False},
    "organisation": {"role": "controller"},
    "id": "accounts",
    "data": {"categories": ["name"], "per_person": "basic"},
    "people": {"count": 40},
    "exposure": {"recipients": "public"},
}


def save(case: "LawCase", document: dict[str, Any]) -> None:
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, document)


def rule(case: "LawCase", subject: str, outcome: str, reason: str = "For these reasons.", **more: Any) -> Decision:
    ruling = Ruling(subject, outcome, reason, **more)
    return case.act(Role.DECIDER, decide, case.incident_id, case.version(), case.organisation, ruling)


def standings(case: "LawCase") -> dict[str, Standing]:
    auditor, now = case.people[Role.AUDITOR], case.clock.now()
    lines = case.look(lambda session: duties_of(session, auditor, case.incident_id, now))
    return {line.obligation.duty: line.standing for line in lines}


def test_a_decision_may_differ_from_the_advice_and_both_are_kept(case: "LawCase") -> None:
    save(case, FACTS)
    advice = case.act(Role.PRIVACY_OFFICER, advise, case.incident_id, Risk.HIGH, "Minors may be among them.")
    decision = rule(case, "risk:accounts", "risk", advice_id=advice.id)
    assert (advice.risk, decision.outcome) == ("high", "risk")
    assert advice.fact_version == decision.fact_version == 1
    assert case.obligations()[PEOPLE].withdrawn_at is not None


def test_deciding_unlikely_ends_the_duty_to_the_authority_and_not_the_register(case: "LawCase") -> None:
    save(case, FACTS)
    assert case.obligations()[AUTHORITY].applies == "yes"
    rule(case, "risk:accounts", "unlikely")
    rows = case.obligations()
    assert rows[AUTHORITY].applies == "no"
    assert "decided as unlikely" in rows[AUTHORITY].why[0]
    assert rows["eu-gdpr-33-5-record", "internal_register"].applies == "yes"
    assert standings(case)["eu-gdpr-33-1-sa"] is Standing.NOT_DUE


def test_a_duty_that_was_met_stays_met_when_it_comes_back_for_the_same_people(case: "LawCase") -> None:
    save(case, FACTS)
    rule(case, "risk:accounts", "high")
    duty = case.obligations()[PEOPLE].id
    case.act(Role.PRIVACY_OFFICER, meet, case.incident_id, duty, "letter")
    rule(case, "risk:accounts", "unlikely")
    assert case.obligations()[PEOPLE].applies == "no"
    rule(case, "risk:accounts", "high")
    row = case.obligations()[PEOPLE]
    assert (row.applies, row.met_by) == ("yes", "letter")


def test_a_risk_whose_decision_was_reopened_waits_for_the_decider_though_every_duty_is_met(case: "LawCase") -> None:
    save(case, FACTS)
    rule(case, "risk:accounts", "high")
    for key in (AUTHORITY, PEOPLE):
        case.act(Role.PRIVACY_OFFICER, meet, case.incident_id, case.obligations()[key].id, "letter")
    decider = case.people[Role.DECIDER]
    assert case.look(lambda session: decisions_waiting(session, decider)) == ()
    save(case, {**FACTS, "people": {"count": 40_000}})
    (waiting,) = case.look(lambda session: decisions_waiting(session, decider))
    assert waiting.datasets == ("accounts",)
    rule(case, "risk:accounts", "high")
    assert case.look(lambda session: decisions_waiting(session, decider)) == ()


def test_deciding_high_brings_in_the_people(case: "LawCase") -> None:
    save(case, FACTS)
    rule(case, "risk:accounts", "high")
    assert case.obligations()[PEOPLE].applies == "yes"


def test_a_changed_fact_reopens_what_rested_on_it(case: "LawCase") -> None:
    save(case, FACTS)
    decision = rule(case, "risk:accounts", "unlikely")
    case.move(1)
    save(case, {**FACTS, "people": {"count": 41}})
    assert case.look(lambda session: session.get_one(Decision, decision.id)).reopened_at == case.clock.now()
    assert case.obligations()[AUTHORITY].applies == "yes"


def test_a_fact_it_does_not_rest_on_reopens_nothing(case: "LawCase") -> None:
    save(case, FACTS)
    decision = rule(case, "risk:accounts", "unlikely")
    save(case, {**FACTS, "organisation": {"role": "controller", "sectors": ["telecom"]}})
    assert case.look(lambda session: session.get_one(Decision, decision.id)).reopened_at is None


@pytest.mark.parametrize(("outcome", "expected"), [("not_due", Standing.NOT_DUE), ("waived", Standing.WAIVED)])
def test_an_obligation_is_decided_not_due_or_waived_until_its_facts_change(
    case: "LawCase", outcome: str, expected: Standing
) -> None:
    save(case, FACTS)
    row = case.obligations()[AUTHORITY]
    rule(case, f"obligation:{row.id}", outcome)
    assert standings(case)["eu-gdpr-33-1-sa"] is expected
    auditor = case.people[Role.AUDITOR]
    rows = case.look(lambda session: reminders_of(session, auditor, case.incident_id))
    assert {item.superseded_by for item in rows if item.obligation_id == row.id} == {"settled"}
    save(case, {**FACTS, "people": {"count": 41}})
    assert standings(case)["eu-gdpr-33-1-sa"] is Standing.AHEAD
    rows = case.look(lambda session: reminders_of(session, auditor, case.incident_id))
    assert {item.superseded_by for item in rows if item.obligation_id == row.id} == {""}


def test_another_data_set_reopens_a_decision_that_did_not_know_it(case: "LawCase") -> None:
    sheet = {key: FACTS[key] for key in ("breach",)}
    first = {key: FACTS[key] for key in ("id", "data", "people", "exposure")} | {"role": "controller"}
    save(case, {**sheet, "datasets": [first]})
    rule(case, f"obligation:{case.obligations()[AUTHORITY].id}", "not_due")
    save(case, {**sheet, "datasets": [first, {**first, "id": "staff"}]})
    row = case.obligations()[AUTHORITY]
    assert row.datasets == ["accounts", "staff"]
    assert row.not_due_at is None


@pytest.mark.parametrize(
    ("subject", "outcome", "reason", "field"),
    [
        ("risk:accounts", "maybe", "why", "outcome"),
        ("risk:accounts", "waived", "why", "outcome"),
        ("weather", "risk", "why", "subject"),
        ("risk:accounts", "risk", "  ", "reason"),
    ],
)
def test_a_ruling_that_does_not_fit_is_refused(
    case: "LawCase", subject: str, outcome: str, reason: str, field: str
) -> None:
    save(case, FACTS)
    with pytest.raises(Invalid) as caught:
        rule(case, subject, outcome, reason)
    assert field in {fault.field for fault in caught.value.faults}


@pytest.mark.parametrize("subject", ["risk:nowhere", "obligation:01a20e59-9c7e-7000-9d12-3e39440d00ec", "obligation:x"])
def test_what_this_incident_does_not_have_cannot_be_decided(case: "LawCase", subject: str) -> None:
    save(case, FACTS)
    with pytest.raises(NotFound):
        rule(case, subject, "risk" if subject.startswith("risk") else "waived")


def test_nothing_is_advised_or_decided_before_facts_are_saved(case: "LawCase") -> None:
    with pytest.raises(Invalid, match="not saved yet"):
        case.act(Role.LEGAL, advise, case.incident_id, Risk.RISK, "why")
    with pytest.raises(Invalid, match="not saved yet"):
        rule(case, "risk:data", "risk")


def test_who_advises_does_not_decide_and_who_was_slower_reads_again(case: "LawCase") -> None:
    save(case, FACTS)
    ruling = Ruling("risk:accounts", "risk", "why")
    with pytest.raises(Forbidden):
        case.act(Role.PRIVACY_OFFICER, decide, case.incident_id, case.version(), case.organisation, ruling)
    stale = case.version()
    rule(case, "risk:accounts", "high")
    with pytest.raises(LostRace):
        case.act(Role.DECIDER, decide, case.incident_id, stale, case.organisation, ruling)


def test_who_decides_on_facts_that_were_replaced_since_reads_them_first(case: "LawCase") -> None:
    save(case, FACTS)
    save(case, {**FACTS, "people": {"count": 40_000}})
    with pytest.raises(Conflict, match="at version 2, you decided on 1"):
        rule(case, "risk:accounts", "unlikely", based_on=1)
    assert rule(case, "risk:accounts", "high", based_on=2).fact_version == 2


def test_a_line_of_the_timeline_calls_a_data_set_by_its_title(case: "LawCase") -> None:
    save(case, {**FACTS, "title": "Payroll"})
    case.act(Role.PRIVACY_OFFICER, advise, case.incident_id, Risk.HIGH, "Minors.", dataset="accounts")
    rule(case, "risk:accounts", "unlikely", "Nobody read it.")
    save(case, {**FACTS, "title": "Payroll", "people": {"count": 40_000}})
    lines = case.look(lambda session: read_timeline(session, case.keys, case.people[Role.AUDITOR], case.incident_id))
    said = "\n".join(line.text for line in lines)
    assert "Advice on “Payroll”: high. Minors." in said
    assert "Decided, risk of “Payroll” is unlikely: Nobody read it." in said
    assert "the facts they rest on changed: risk of “Payroll” is unlikely" in said


def test_a_decision_taken_while_facts_are_saved_does_not_stand_on_the_old_ones(
    case: "LawCase", monkeypatch: pytest.MonkeyPatch
) -> None:
    save(case, FACTS)
    saved = threading.Event()

    def save_more() -> None:
        save(case, {**FACTS, "people": {"count": 40_000}})
        saved.set()

    def read(*args: Any) -> SavedFacts:
        found = latest_facts(*args)
        saver.start()
        saved.wait(0.5)  # passes only if facts can be saved between reading and deciding
        return found

    saver = threading.Thread(target=save_more)
    monkeypatch.setattr("incident.verbs.decisions.latest_facts", read)
    decision = rule(case, "risk:accounts", "unlikely")
    saver.join()
    after = case.look(lambda session: session.get_one(Decision, decision.id))
    assert after.fact_version == 2 or after.reopened_at is not None


def test_a_day_to_look_again_lies_ahead(case: "LawCase") -> None:
    save(case, FACTS)
    with pytest.raises(Invalid, match="is past"):
        rule(case, "risk:accounts", "unlikely", look_again_at=case.clock.now())
