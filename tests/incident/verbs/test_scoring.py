"""A part of the severity score set by hand: a signed line with its reason, read back, given back, and no duty moved."""

from typing import TYPE_CHECKING

import pytest

from incident.errors import Forbidden, Invalid, NotFound
from incident.queries.scores import read_overrides
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.severity import Override
from incident.verbs.facts import save_facts
from incident.verbs.scoring import score_as_facts_say, score_otherwise

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

SHEET = {"id": "accounts", "data": {"categories": ["name"]}}


@pytest.fixture
def saved(case: "LawCase") -> "LawCase":
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, SHEET)
    return case


def overrides(case: "LawCase") -> dict[str, tuple[Override, ...]]:
    auditor = case.people[Role.AUDITOR]
    return case.look(lambda session: read_overrides(session, case.keys, auditor, case.incident_id))


def test_the_latest_word_on_each_part_counts_and_the_timeline_says_why(saved: "LawCase") -> None:
    duties = {key: row.model_dump() for key, row in saved.obligations().items()}
    for override in (
        Override("dpc", 2, "The notes name illnesses."),
        Override("malicious", 0.5, "He said so."),
        Override("dpc", 4, "They do, in full."),
    ):
        saved.act(Role.PRIVACY_OFFICER, score_otherwise, saved.incident_id, "accounts", override)
    assert overrides(saved) == {
        "accounts": (Override("dpc", 4, "They do, in full."), Override("malicious", 0.5, "He said so."))
    }
    actor = saved.people[Role.AUDITOR]
    lines = saved.look(lambda session: read_timeline(session, saved.keys, actor, saved.incident_id))
    assert lines[0].text == "Severity score of accounts: dpc set to 4. They do, in full."
    assert {key: row.model_dump() for key, row in saved.obligations().items()} == duties


def test_a_part_is_given_back_to_the_facts(saved: "LawCase") -> None:
    saved.act(Role.LEGAL, score_otherwise, saved.incident_id, "accounts", Override("ei", 1, "Photographs."))
    saved.act(Role.LEGAL, score_as_facts_say, saved.incident_id, "accounts", "ei")
    assert overrides(saved) == {}


@pytest.mark.parametrize(
    ("override", "field"),
    [
        (Override("dpc", 2.5, "Between."), "value"),
        (Override("luck", 1, "Why not."), "part"),
        (Override("ei", 1, " "), "reason"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_the_mend(saved: "LawCase", override: Override, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        saved.act(Role.PRIVACY_OFFICER, score_otherwise, saved.incident_id, "accounts", override)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert all(fault.mend for fault in refused.value.faults)
    with pytest.raises(Invalid):
        saved.act(Role.PRIVACY_OFFICER, score_as_facts_say, saved.incident_id, "accounts", "luck")


def test_only_who_advises_scores_and_only_data_sets_there_are(saved: "LawCase") -> None:
    override = Override("dpc", 2, "A reason.")
    with pytest.raises(Forbidden):
        saved.act(Role.RESPONDER, score_otherwise, saved.incident_id, "accounts", override)
    with pytest.raises(NotFound):
        saved.act(Role.LEGAL, score_otherwise, saved.incident_id, "no-such", override)
    with pytest.raises(NotFound):
        saved.act(Role.LEGAL, score_as_facts_say, saved.incident_id, "no-such", "dpc")
