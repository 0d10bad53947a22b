"""One decision for a group of duties, reasons downwards, and the day on which a decision is looked at again."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from incident.assessment import Risk
from incident.errors import Invalid, NotFound
from incident.models.law import Decision, Obligation
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.sweep import tick
from incident.verbs.advising import advise
from incident.verbs.decisions import LOOK_AGAIN, Ruling, decide
from incident.verbs.facts import save_facts
from notifications.ids import new_id

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "misuse_seen": False},
    "organisation": {"role": "controller"},
    "id": "accounts",
    "data": {"categories": ["name"], "per_person": "basic"},
    "people": {"count": 40, "vulnerable": False},
    "exposure": {"recipients": "public"},
}


@pytest.fixture
def saved(case: "LawCase") -> "LawCase":
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, FACTS)
    return case


def rule(case: "LawCase", subject: str, outcome: str, reason: str = "", **more: Any) -> Decision:
    ruling = Ruling(subject, outcome, reason, **more)
    return case.act(Role.DECIDER, decide, case.incident_id, case.version(), case.organisation, ruling)


def owed(case: "LawCase") -> list[Obligation]:
    return [row for row in case.obligations().values() if row.applies != "no" and row.withdrawn_at is None]


def test_one_decision_settles_a_group_and_all_of_it_opens_again_when_a_fact_of_one_changes(saved: "LawCase") -> None:
    rows = owed(saved)
    assert len(rows) >= 2
    covers = tuple(row.id for row in rows)
    decision = rule(saved, "group:duties of the test", "not_due", "Not personal data.", covers=covers)
    assert decision.covers == [str(identity) for identity in covers]
    assert {row.decision_id for row in owed(saved)} == {decision.id}
    assert all(row.not_due_at == saved.clock.now() for row in owed(saved))
    saved.move(1)
    changed = {**FACTS, "data": {"categories": ["name", "health"], "per_person": "basic"}}
    saved.act(Role.RESPONDER, save_facts, saved.incident_id, saved.organisation, changed)
    assert all(row.not_due_at is None for row in owed(saved))
    assert saved.look(lambda session: session.get_one(Decision, decision.id)).reopened_at == saved.clock.now()


def test_a_group_names_what_it_covers_and_nothing_of_another_incident(saved: "LawCase") -> None:
    with pytest.raises(Invalid, match="names no group"):
        rule(saved, "group:none", "not_due", "Why.")
    with pytest.raises(Invalid, match="names no group"):
        rule(saved, "group: ", "not_due", "Why.", covers=(owed(saved)[0].id,))
    with pytest.raises(NotFound):
        rule(saved, "group:mixed", "not_due", "Why.", covers=(owed(saved)[0].id, new_id()))
    with pytest.raises(Invalid, match="outcome"):
        rule(saved, "group:risky", "high", "Why.", covers=(owed(saved)[0].id,))
    assert all(row.decision_id is None for row in owed(saved))


def test_upwards_needs_no_reason_and_downwards_does(saved: "LawCase") -> None:
    """Assessed as a risk: a high one may be decided freely, an unlikely one with reasons only."""
    assert rule(saved, "risk:accounts", "high").outcome == "high"
    with pytest.raises(Invalid, match="reason"):
        rule(saved, "risk:accounts", "unlikely", " ")
    saved.act(Role.PRIVACY_OFFICER, advise, saved.incident_id, Risk.HIGH, "Minors among them.", dataset="accounts")
    with pytest.raises(Invalid, match="reason"):
        rule(saved, "risk:accounts", "risk")
    decision = rule(saved, "risk:accounts", "risk", "There are none.")
    assert decision.advice_id is not None
    with pytest.raises(Invalid, match="reason"):
        rule(saved, f"obligation:{owed(saved)[0].id}", "not_due")
    assert rule(saved, f"obligation:{owed(saved)[0].id}", "notify").look_again_at is None


def test_advice_on_one_data_set_is_no_advice_on_another(saved: "LawCase") -> None:
    with pytest.raises(NotFound):
        saved.act(Role.PRIVACY_OFFICER, advise, saved.incident_id, Risk.RISK, "So.", dataset="lists")
    advice = saved.act(Role.PRIVACY_OFFICER, advise, saved.incident_id, Risk.RISK, "So.", dataset="accounts")
    assert advice.subject == "risk:accounts"


def test_a_decision_not_to_notify_has_a_day_and_comes_back_on_it_once(saved: "LawCase") -> None:
    decision = rule(saved, "risk:accounts", "unlikely", "The page was never opened.")
    assert decision.look_again_at == saved.clock.now() + LOOK_AGAIN
    named = rule(
        saved, f"obligation:{owed(saved)[0].id}", "waived", "Kept.", look_again_at=saved.clock.now() + LOOK_AGAIN
    )
    lines = [text for text in said(saved) if "looked at again" in text]
    assert lines == []
    saved.clock.move(LOOK_AGAIN - timedelta(seconds=1))
    sweep(saved)
    assert [text for text in said(saved) if "looked at again" in text] == []
    saved.clock.move(timedelta(seconds=1))
    sweep(saved)
    sweep(saved)
    again = [text for text in said(saved) if "is to be looked at again" in text]
    assert len(again) == 2
    assert named.id != decision.id


def sweep(case: "LawCase") -> None:
    found = tick(case.store, case.keys, case.organisation, case.clock.now())
    assert found.troubles == ()


def said(case: "LawCase") -> list[str]:
    auditor = case.people[Role.AUDITOR]
    lines = case.look(lambda session: read_timeline(session, case.keys, auditor, case.incident_id))
    return [line.text for line in lines]
