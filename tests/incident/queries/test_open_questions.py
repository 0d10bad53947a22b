"""What is still to be known: each missing fact once a data set, the one that most duties wait for first."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from incident.anchors import Anchor
from incident.errors import NotFound
from incident.facts import FIELDS, FactSheet, read_sheet, unknown_sheet
from incident.law.answers import Truth
from incident.law.circumstances import Circumstances, Organisation
from incident.law.derivation import Derived, derive
from incident.law.packs import shipped_duties
from incident.queries.circumstances import Inquiry
from incident.queries.open_questions import (
    OpenQuestion,
    Outlook,
    is_shared,
    questions_of,
    read_outlook,
    settled_keys,
    value_at,
)
from incident.roles import Actor, Role
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts
from tests.incident.cases import OPENED

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

TWO: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"]},
    "datasets": [
        {"id": "accounts", "role": "controller", "data": {"categories": ["name"]}, "reach": {"DE": None}},
        {"id": "lists", "title": "Lists", "role": "processor", "data": {"categories": ["name"]}},
    ],
}


def rows_of(sheet: FactSheet) -> tuple[Derived, ...]:
    anchors = (Anchor("aware", OPENED, decided=False),)
    return derive(sheet, shipped_duties(), Circumstances(Organisation(establishment="DE"), anchors=anchors, now=OPENED))


def asked(sheet: FactSheet, **more: Any) -> dict[tuple[str, str], OpenQuestion]:
    return {(one.path, one.dataset): one for one in questions_of(sheet, rows_of(sheet), **more)}


def test_of_nothing_known_the_question_that_most_duties_wait_for_is_first() -> None:
    sheet = unknown_sheet()
    rows = rows_of(sheet)
    questions = questions_of(sheet, rows)
    waiting = [sum(one.path in row.missing for row in rows if row.applies is Truth.UNKNOWN) for one in questions]
    assert waiting == sorted(waiting, reverse=True) == [one.decides for one in questions]
    assert questions[0].path == "breach.kinds"
    assert questions[0].decides > 100


def test_what_all_share_is_asked_once_and_the_rest_of_each_data_set_that_lacks_it() -> None:
    found = asked(read_sheet(TWO))
    assert ("organisation.sectors", "") in found
    assert ("controllers", "lists") in found
    assert ("controllers", "accounts") not in found  # a controller holds nobody's data
    assert all(dataset == "" for path, dataset in found if is_shared(path))
    assert all(dataset in ("accounts", "lists") for path, dataset in found if not is_shared(path))


def test_an_answer_that_is_not_close_enough_is_asked_again_and_said_to_be() -> None:
    found = asked(read_sheet(TWO))
    assert found["reach", "lists"].stated is False
    narrow = {**TWO, "datasets": [{**TWO["datasets"][0], "reach": {"US": None}, "people": {"count": 9000}}]}
    assert asked(read_sheet(narrow))["reach", "accounts"].stated is True


def test_the_first_that_would_be_due_is_the_earliest_of_those_that_wait_for_no_more_than_it_must() -> None:
    sheet = read_sheet(TWO)
    rows = rows_of(sheet)
    for one in questions_of(sheet, rows):
        if one.dataset == "":
            waiting = [row for row in rows if row.applies is Truth.UNKNOWN and one.path in row.missing and row.due_at]
            sure = [row for row in waiting if row.reached] or waiting
            likely = [row for row in sure if "reach" not in row.missing] or sure
            dues = [row.due_at for row in likely if row.due_at]
            assert (one.first.due_at if one.first else None) == min(dues, default=None)


def test_a_law_of_a_country_nobody_named_shows_no_hour_before_one_that_surely_reaches_us() -> None:
    found = asked(unknown_sheet())
    for path, dataset in (("breach.kinds", ""), ("data.categories", "data"), ("organisation.role", "data")):
        first = found[path, dataset].first
        assert first is not None
        assert first.reached
        assert first.duty.jurisdiction == "EU"
    places = found["reach", "data"].first
    assert places is not None
    assert places.duty.jurisdiction == "CN"  # where people live is what would say that no law of China is near


def test_settled_duties_ask_nothing() -> None:
    sheet = read_sheet(TWO)
    rows = rows_of(sheet)
    assert questions_of(sheet, rows, frozenset(row.key for row in rows)) == ()


def test_what_could_lift_a_duty_that_applies_by_presumption_is_counted_apart() -> None:
    data = {"categories": ["name", "national_id"]}
    sheet = read_sheet({**TWO, "datasets": [{"id": "a", "role": "controller", "data": data, "reach": {"US-CA": 700}}]})
    presumed = [row for row in rows_of(sheet) if row.applies is Truth.YES and row.missing]
    found = questions_of(sheet, presumed)
    assert {one.path for one in found} >= {"protection.encryption", "data.form"}
    assert all(one.overturns and not one.decides and one.first is None for one in found)


@given(st.permutations(range(40)))
def test_the_order_of_duties_does_not_matter(order: list[int]) -> None:
    sheet = read_sheet(TWO)
    rows = rows_of(sheet)[:40]
    assert questions_of(sheet, [rows[at] for at in order]) == questions_of(sheet, rows)


def test_a_place_of_the_sheet_says_what_stands_there() -> None:
    sheet = read_sheet({**TWO, "impact": {"death": False}})
    assert value_at(sheet, "impact.death", "") is False
    assert value_at(sheet, "organisation.role", "lists") == "processor"
    assert value_at(sheet, "controllers", "lists") is None
    assert value_at(sheet, "reach", "accounts") == {"DE": None}
    assert {path for path in FIELDS if is_shared(path)} == {
        path
        for path in FIELDS
        if path.startswith(("breach.", "organisation.", "impact.")) and path != "organisation.role"
    }


def outlook(case: "LawCase", actor: Actor | None = None) -> Outlook:
    who = actor or case.people[Role.AUDITOR]
    return case.look(lambda session: read_outlook(inquiry(case, session), who))


def inquiry(case: "LawCase", session: Session) -> Inquiry:
    return Inquiry(session, case.keys, case.incident_id, case.organisation, case.clock.now())


def test_a_case_is_looked_at_with_what_was_settled_and_what_may_not_bind_us(case: "LawCase") -> None:
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, TWO)
    before = outlook(case)
    assert before.unreached
    assert all(not row.reached for row in before.unreached)
    stored = set(case.obligations())
    assert not {(row.duty.id, row.addressee) for row in before.unreached} & stored
    covers = tuple(row.id for row in case.obligations().values())
    ruling = Ruling("group:all of them", "waived", "A test.", covers=covers)
    case.act(Role.DECIDER, decide, case.incident_id, case.version(), case.organisation, ruling)
    settled = case.look(lambda session: settled_keys(inquiry(case, session)))
    assert len(settled) == len(covers)
    assert sum(one.decides for one in outlook(case).questions) < sum(one.decides for one in before.questions)


def test_who_may_not_read_the_incident_is_asked_nothing(case: "LawCase") -> None:
    stranger = Actor(case.people[Role.AUDITOR].id, "nobody", frozenset({Role.SUPPORT}))
    with pytest.raises(NotFound):
        outlook(case, stranger)
