"""What a draft would change is what saving it does change; looking writes nothing."""

from typing import TYPE_CHECKING, Any

import pytest

from incident.assessment import Risk
from incident.errors import NotFound
from incident.facts import FactSheet, read_sheet, unknown_sheet
from incident.law.answers import Truth
from incident.queries.circumstances import Inquiry
from incident.queries.draft_effects import Foreseen, foresee
from incident.queries.facts import latest_facts
from incident.roles import Actor, Role
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "cause": "hacking", "misuse_seen": False},
    "organisation": {"sectors": []},
    "datasets": [
        {
            "id": "accounts",
            "title": "Accounts",
            "role": "controller",
            "data": {"categories": ["name"], "per_person": "basic"},
            "people": {"count": 40, "vulnerable": False, "kinds": ["users"]},
            "exposure": {"recipients": "attacker"},
            "protection": {"encryption": "none"},
            "reach": {"DE": 40},
        }
    ],
}


def changed(**facts: Any) -> dict[str, Any]:
    (row,) = FACTS["datasets"]
    return {**FACTS, "datasets": [{**row, **facts}]}


@pytest.fixture
def saved(case: "LawCase") -> "LawCase":
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, FACTS)
    return case


def looked(case: "LawCase", draft: FactSheet, actor: Actor | None = None) -> Foreseen:
    def look(session: Any) -> Foreseen:
        now = latest_facts(session, case.keys, case.incident_id).sheet
        inquiry = Inquiry(session, case.keys, case.incident_id, case.organisation, case.clock.now())
        return foresee(inquiry, actor or case.people[Role.RESPONDER], now, draft)

    return case.look(look)


@pytest.mark.parametrize(
    "draft",
    [
        changed(reach={"DE": 40, "BR": 7, "US-CA": 700}),
        changed(protection={"encryption": "strong", "key": "safe"}),
        changed(data={"categories": ["name", "health"], "per_person": "full_file"}),
        changed(role="processor", controllers=["acme", "blue"]),
        {**FACTS, "organisation": {"sectors": ["essential_entity"]}},
        {**FACTS, "breach": {"kinds": []}},
    ],
    ids=["reach", "readable", "health", "role", "sector", "no breach"],
)
def test_what_is_foreseen_comes_true_when_the_draft_is_saved(saved: "LawCase", draft: dict[str, Any]) -> None:
    before = {key: (row.applies, row.due_at) for key, row in saved.obligations().items() if row.withdrawn_at is None}
    found = looked(saved, read_sheet(draft))
    saved.act(Role.RESPONDER, save_facts, saved.incident_id, saved.organisation, draft)
    after = {key: (row.applies, row.due_at) for key, row in saved.obligations().items() if row.withdrawn_at is None}
    owed = {key for key, (applies, _) in after.items() if applies != "no"}
    were = {key for key, (applies, _) in before.items() if applies != "no"}
    assert {(row.duty.id, row.addressee) for row in found.appear} == owed - were
    assert {(row.duty.id, row.addressee) for row in found.disappear} == were - owed
    settled = {key for key in owed & were if (before[key][0], after[key][0]) == ("unknown", "yes")}
    assert {(row.duty.id, row.addressee) for _, row in found.settled} == settled
    moved = {key for key in owed & were if before[key][0] == after[key][0] and before[key][1] != after[key][1]}
    assert {(row.duty.id, row.addressee) for _, row in found.moved} == moved


def test_looking_writes_nothing(saved: "LawCase") -> None:
    before = {key: row.model_dump() for key, row in saved.obligations().items()}
    looked(saved, read_sheet(changed(reach={"BR": 7})))
    assert {key: row.model_dump() for key, row in saved.obligations().items()} == before


def test_a_draft_equal_to_the_version_changes_nothing(saved: "LawCase") -> None:
    found = looked(saved, read_sheet(FACTS))
    assert not found.changes_something
    assert found.now.questions == found.outlook.questions


def test_the_risk_is_shown_before_and_after(saved: "LawCase") -> None:
    (shift,) = looked(saved, read_sheet(changed(protection={"encryption": "strong", "key": "safe"}))).risks
    assert (shift.dataset, shift.before, shift.after) == ("accounts", Risk.RISK, Risk.UNLIKELY)


def test_a_decision_stands_until_a_fact_it_rests_on_would_change(saved: "LawCase") -> None:
    ruling = Ruling("risk:accounts", "high", "They were told so.")
    saved.act(Role.DECIDER, decide, saved.incident_id, saved.version(), saved.organisation, ruling)
    (kept,) = looked(saved, read_sheet(changed(reach={"DE": 41}))).risks
    assert (kept.before, kept.after, kept.reopens) == (Risk.HIGH, Risk.HIGH, False)
    strong = changed(protection={"encryption": "strong", "key": "safe"})
    (reopened,) = looked(saved, read_sheet(strong)).risks
    assert (reopened.before, reopened.after, reopened.reopens) == (Risk.HIGH, Risk.UNLIKELY, True)
    saved.act(Role.RESPONDER, save_facts, saved.incident_id, saved.organisation, strong)
    duty = saved.obligations()["eu-gdpr-33-1-sa", "supervisory_authority"]
    assert duty.withdrawn_at is not None


def test_a_first_draft_is_compared_with_knowing_nothing(case: "LawCase") -> None:
    found = looked(case, read_sheet(FACTS))
    assert [(shift.dataset, shift.before) for shift in found.risks] == [("data", Risk.UNKNOWN), ("accounts", None)]
    assert found.now.sheet == unknown_sheet()
    assert any(row.applies is Truth.YES for row in (*found.appear, *(pair[1] for pair in found.settled)))


def test_who_may_not_see_the_incident_foresees_nothing(saved: "LawCase") -> None:
    stranger = Actor(saved.people[Role.AUDITOR].id, "nobody", frozenset({Role.SUPPORT}))
    with pytest.raises(NotFound):
        looked(saved, read_sheet(FACTS), stranger)
