"""A saved version derives, says what changed, and reopens what rested on the old one; a draft does none of it."""

from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import col, select

from incident.errors import Conflict, Forbidden, Invalid, Overtaken
from incident.models.entries import EntryBody, body_place, incident_subject
from incident.models.law import FactVersion, Obligation
from incident.queries.duties import customers_told, duties_of, next_deadline, next_moments
from incident.queries.facts import draft_of, fact_versions, read_draft, read_facts, seen_digest
from incident.roles import Role
from incident.verbs.facts import save_draft, save_facts

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

ACCOUNTS: dict[str, Any] = {
    "id": "accounts",
    "title": "Account data",
    "role": "controller",
    "data": {"categories": ["name", "email_address", "credentials_plain"]},
    "people": {"count": 900},
    "exposure": {"recipients": "public"},
}
LISTS: dict[str, Any] = {
    "id": "lists",
    "title": "Customers' contact lists",
    "role": "processor",
    "controllers": ["acme", "blue"],
    "data": {"categories": ["name"]},
}
DEMO: dict[str, Any] = {"breach": {"kinds": ["confidentiality"]}, "datasets": [ACCOUNTS, LISTS]}


def save(case: "LawCase", document: object, **named: Any) -> FactVersion:
    return case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, document, **named)


def timeline(case: "LawCase") -> list[str]:
    subject = incident_subject(case.incident_id)

    def read(session: Any) -> list[str]:
        rows = session.exec(
            select(EntryBody).where(col(EntryBody.subject) == subject).order_by(col(EntryBody.seq))
        ).all()
        return [case.keys.open(session, row.sealed, body_place(subject, row.seq)) for row in rows]

    return case.look(read)


def standing(case: "LawCase") -> dict[tuple[str, str], str]:
    return {key: row.applies for key, row in case.obligations().items() if row.withdrawn_at is None}


def test_both_roles_of_one_incident_owe_exactly_what_a_lawyer_would_list(case: "LawCase") -> None:
    save(case, DEMO)
    rows = case.obligations()
    assert standing(case) == {
        ("eu-gdpr-33-1-sa", "supervisory_authority"): "yes",
        ("eu-gdpr-33-5-record", "internal_register"): "yes",
        ("eu-gdpr-34-1-subjects", "data_subjects"): "yes",
        ("eu-gdpr-33-2-processor", "acme"): "yes",
        ("eu-gdpr-33-2-processor", "blue"): "yes",
        ("contract-acme", "acme"): "yes",
        ("promise-customers", "customers"): "yes",
    }
    for (duty, _), row in rows.items():
        processor = duty in ("eu-gdpr-33-2-processor", "contract-acme", "promise-customers")
        assert row.datasets == (["lists"] if processor else ["accounts"]), duty
    kinds = {duty: row.kind for (duty, _), row in rows.items()}
    assert kinds["contract-acme"] == "contract"
    assert kinds["promise-customers"] == "promise"


def test_the_sheet_is_sealed_and_reads_back(case: "LawCase") -> None:
    save(case, DEMO)
    auditor = case.people[Role.AUDITOR]
    saved = case.look(lambda session: read_facts(session, case.keys, auditor, case.incident_id))
    assert (saved.number, len(saved.sheet.datasets)) == (1, 2)
    row = case.look(lambda session: session.exec(select(FactVersion)).one())
    assert b"credentials_plain" not in row.sheet_sealed


def test_each_version_says_what_changed(case: "LawCase") -> None:
    save(case, DEMO)
    save(case, {**DEMO, "datasets": [{**ACCOUNTS, "people": {"count": 950}}, LISTS]})
    assert any("datasets.accounts.people.count: 900 → 950" in text for text in timeline(case))
    auditor = case.people[Role.AUDITOR]
    numbers = [row.number for row in case.look(lambda session: fact_versions(session, auditor, case.incident_id))]
    assert numbers == [2, 1]
    first = case.look(lambda session: read_facts(session, case.keys, auditor, case.incident_id, 1))
    assert first.sheet.datasets[0].facts["people.count"] == 900


def test_an_equal_sheet_makes_no_version_and_no_entry(case: "LawCase") -> None:
    save(case, DEMO)
    before = timeline(case)
    assert save(case, DEMO).number == 1
    assert timeline(case) == before


def test_what_the_facts_no_longer_carry_is_withdrawn_and_comes_back_as_the_same_row(case: "LawCase") -> None:
    save(case, DEMO)
    first = case.obligations()["contract-acme", "acme"]
    save(case, {**DEMO, "datasets": [ACCOUNTS, {**LISTS, "controllers": ["blue"]}]})
    assert case.obligations()["contract-acme", "acme"].withdrawn_at is not None
    assert ("eu-gdpr-33-2-processor", "blue") in standing(case)
    save(case, DEMO)
    again = case.obligations()["contract-acme", "acme"]
    assert (again.id, again.withdrawn_at) == (first.id, None)
    assert any("withdrawn" in text for text in timeline(case))


def test_two_who_save_at_once_do_not_overwrite_each_other(case: "LawCase") -> None:
    save(case, DEMO, based_on=0)
    with pytest.raises(Conflict, match="version 1"):
        save(case, {}, based_on=0)


def test_faults_store_nothing(case: "LawCase") -> None:
    with pytest.raises(Invalid, match=r"breach\.kind"):
        save(case, {"breach": {"kind": ["x"]}})
    assert case.obligations() == {}


def test_an_auditor_saves_no_facts(case: "LawCase") -> None:
    with pytest.raises(Forbidden):
        case.act(Role.AUDITOR, save_facts, case.incident_id, case.organisation, DEMO)


def test_a_draft_is_kept_as_it_is_derives_nothing_and_goes_when_a_version_is_saved(case: "LawCase") -> None:
    responder = case.people[Role.RESPONDER]
    case.act(Role.RESPONDER, save_draft, case.incident_id, {"people": {"count": "about nine"}})
    assert case.obligations() == {}
    draft = case.look(lambda session: read_draft(session, case.keys, responder, case.incident_id))
    assert draft == {"people": {"count": "about nine"}}
    save(case, DEMO)
    assert case.look(lambda session: read_draft(session, case.keys, responder, case.incident_id)) is None


def test_who_keeps_a_draft_second_is_told_and_the_first_draft_stands(case: "LawCase") -> None:
    responder = case.people[Role.RESPONDER]
    save(case, DEMO)

    def stands(session: Any) -> dict[str, object]:
        return dict(draft_of(session, case.keys, responder, case.incident_id))

    seen = seen_digest(1, case.look(stands))
    case.act(Role.RESPONDER, save_draft, case.incident_id, {"people": {"count": 3500}}, seen=seen)
    with pytest.raises(Overtaken, match="Other answers were kept"):
        case.act(Role.RESPONDER, save_draft, case.incident_id, {"people": {"count": 3412}}, seen=seen)
    with pytest.raises(Overtaken, match="Other answers were kept"):
        save(case, {**DEMO, "breach": {"kinds": ["integrity"]}}, seen=seen)
    assert case.look(stands) == {"people": {"count": 3500}}
    case.act(Role.RESPONDER, save_draft, case.incident_id, {}, seen=seen_digest(1, case.look(stands)))
    assert case.look(stands) == {}


def test_a_version_saved_since_then_is_told_to_who_keeps_a_draft(case: "LawCase") -> None:
    responder = case.people[Role.RESPONDER]
    nothing = case.look(lambda session: dict(draft_of(session, case.keys, responder, case.incident_id)))
    save(case, DEMO)
    with pytest.raises(Overtaken):
        case.act(Role.RESPONDER, save_draft, case.incident_id, {"people": {}}, seen=seen_digest(0, nothing))


def test_the_page_lists_what_is_next_due_first(case: "LawCase") -> None:
    save(case, DEMO)
    auditor, now = case.people[Role.AUDITOR], case.clock.now()
    lines = case.look(lambda session: duties_of(session, auditor, case.incident_id, now))
    assert lines[0].obligation.duty == "contract-acme"
    assert [line.moment is None for line in lines] == sorted(line.moment is None for line in lines)
    following = case.look(lambda session: next_deadline(session, auditor, case.incident_id, now))
    assert following is not None
    assert following.obligation.duty == "contract-acme"
    board = case.look(lambda session: next_moments(session, auditor))
    assert board == {case.incident_id: (lines[0].moment, True)}


def test_customers_are_counted_from_the_facts(case: "LawCase") -> None:
    save(case, DEMO)
    auditor = case.people[Role.AUDITOR]
    counted = case.look(lambda session: customers_told(session, auditor, case.incident_id))
    assert (counted.affected, counted.told) == (("acme", "blue"), ())


def test_every_obligation_keeps_its_frozen_rule(case: "LawCase") -> None:
    save(case, DEMO)
    rules = case.look(lambda session: [row.rule for row in session.exec(select(Obligation)).all()])
    assert all(rule["trigger"] and rule["article"] for rule in rules)


def test_deriving_again_changes_nothing(case: "LawCase") -> None:
    from incident.verbs.obligations import rederive

    save(case, DEMO)
    again = case.act(Role.RESPONDER, rederive, case.incident_id, case.organisation)
    assert again.changes == ()
