"""Every breach stands in the register, notified or not: what an entry says, who sees it, how it is narrowed down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from incident.errors import Forbidden
from incident.models.incidents import Incident, Membership, Severity, Task
from incident.models.people import Customer
from incident.phases import Phase
from incident.queries.breach_entry import Entry, Moment, State
from incident.queries.breach_register import Chosen, Register, Standpoint, read_register
from incident.roles import Actor, Role, Visibility
from incident.verbs.anchors import Moment as Recorded
from incident.verbs.anchors import decide_awareness, record_moment
from incident.verbs.facts import save_facts
from incident.verbs.incidents import Report, open_incident
from incident.verbs.obligations import rederive
from incident.verbs.telling import Told, meet, tell_customer
from notifications.ids import new_id
from tests.incident.cases import OPENED, LawCase
from tests.incident.notices import FACTS

RECORD = ("eu-gdpr-33-5-record", "internal_register")
ACCOUNTS: dict[str, Any] = FACTS["datasets"][0]
LISTS: dict[str, Any] = FACTS["datasets"][1]


def save(case: LawCase, document: dict[str, Any] = FACTS, here: UUID | None = None) -> None:
    case.act(Role.RESPONDER, save_facts, here or case.incident_id, case.organisation, document)


def read(case: LawCase, role: Role = Role.AUDITOR, chosen: Chosen | None = None) -> Register:
    standpoint = Standpoint(case.organisation, case.clock.now())
    actor = case.people[role]
    return case.look(lambda s: read_register(s, case.keys, actor, standpoint, chosen or Chosen()))


def entries(case: LawCase) -> dict[str, Entry]:
    return {entry.dataset: entry for entry in read(case).entries}


def change(case: LawCase, **values: Any) -> None:
    def write(session: Session) -> None:
        for name, value in values.items():
            setattr(session.get_one(Incident, case.incident_id), name, value)

    case.store.write(write)


def another(case: LawCase, title: str = "Another") -> UUID:
    return case.act(Role.RESPONDER, open_incident, Report(title, "other", Severity.LOW)).id


def test_an_entry_says_what_the_facts_say_and_what_they_do_not(case: LawCase) -> None:
    save(case)
    entry = entries(case)["accounts"]
    assert (entry.title, entry.kind, entry.entity) == ("Public bucket", "public_bucket", "main")
    facts = entry.facts
    assert (facts.title, facts.role, facts.kinds, facts.cause) == (
        "Accounts",
        "controller",
        ("confidentiality",),
        "misconfiguration",
    )
    assert facts.categories == ("credentials_hashed", "email_address", "name")
    assert (facts.people.count, facts.people.reach) == (2400, {"AT": 400, "DE": 2000})
    assert (entry.effects.misuse_seen, entry.effects.exfiltration) == (None, "likely")
    assert {"breach.misuse_seen", "exposure.recipients", "anchor.discovered"} <= set(entry.unknown)
    assert {"breach.kinds", "people.count", "reach", "breach.cause"}.isdisjoint(entry.unknown)
    assert (entry.customers, entry.state) == (None, State.OPEN)


def test_a_range_of_people_is_known_and_an_absent_number_is_not(case: LawCase) -> None:
    people = {"count_min": 180, "count_max": 220}
    save(case, {**FACTS, "datasets": [{**ACCOUNTS, "people": people}, {**LISTS, "people": {}}]})
    found = entries(case)
    assert (found["accounts"].facts.people.at_least, found["accounts"].facts.people.at_most) == (180, 220)
    assert "people.count" not in found["accounts"].unknown
    assert "people.count" in found["lists"].unknown


def test_moments_nobody_decided_are_provisional_and_the_nearest_scope_counts(case: LawCase) -> None:
    save(case)
    assert entries(case)["accounts"].facts.aware == Moment(OPENED, True)
    began, aware = OPENED - timedelta(days=3), case.move(2)
    case.act(
        Role.RESPONDER, record_moment, case.incident_id, case.organisation, Recorded(began, "the log", "occurred_from")
    )
    own = Recorded(aware, "Verified for the lists.", scope="dataset:lists")
    case.act(Role.DECIDER, decide_awareness, case.incident_id, case.version(), case.organisation, own)
    found = entries(case)
    assert found["lists"].facts.aware == Moment(aware, False)
    assert found["accounts"].facts.aware == Moment(OPENED, True)
    assert found["accounts"].facts.began == Moment(began, False)
    assert "anchor.aware" not in found["lists"].unknown
    assert "anchor.aware" in found["accounts"].unknown


def test_what_may_be_personal_data_has_an_entry_and_what_is_none_has_not(case: LawCase) -> None:
    assert read(case).entries == ()
    case.act(Role.RESPONDER, rederive, case.incident_id, case.organisation)
    (unsaved,) = read(case).entries
    assert (unsaved.dataset, unsaved.facts.version, unsaved.records[0].applies) == ("data", 0, "unknown")
    machine = {**ACCOUNTS, "id": "machines", "data": {"categories": []}}
    unanswered = {**LISTS, "id": "archive", "data": {}}
    save(case, {**FACTS, "datasets": [ACCOUNTS, machine, unanswered]})
    assert set(entries(case)) == {"accounts", "archive"}
    save(case, {**FACTS, "breach": {"kinds": []}})
    assert read(case).entries == ()


def test_what_was_recorded_once_stays_when_the_facts_change(case: LawCase) -> None:
    save(case)
    case.act(Role.PRIVACY_OFFICER, meet, case.incident_id, case.obligations()[RECORD].id, "register")
    save(case, {**FACTS, "breach": {"kinds": []}})
    found = entries(case)["accounts"]
    assert found.records[0].recorded_at == OPENED
    assert (found.records[0].applies, found.state) == ("no", State.NOT_NOTIFIED)


def test_drills_and_false_alarms_are_no_breaches(case: LawCase) -> None:
    case.act(Role.RESPONDER, rederive, case.incident_id, case.organisation)
    change(case, phase=Phase.DISMISSED)
    assert read(case).entries == ()
    save(case)
    assert len(read(case).entries) == 2
    change(case, drill=True)
    assert read(case).entries == ()


def test_each_legal_entity_has_its_own_entry(case: LawCase) -> None:
    save(case, {**FACTS, "datasets": [ACCOUNTS, {**ACCOUNTS, "id": "staff", "entity": "Lyon SAS"}]})
    found = entries(case)
    assert (found["accounts"].entity, found["staff"].entity) == ("main", "Lyon SAS")
    assert [one.duty for one in found["staff"].records] == [RECORD[0]]
    assert {one.duty for one in found["staff"].notifications} == {one.duty for one in found["accounts"].notifications}


def test_customers_told_are_counted_by_the_data_set(case: LawCase) -> None:
    save(case)
    told = Told("telephone:1", "telephone", "Ms Roth")
    acme = case.look(lambda s: s.exec(select(Customer.id).where(col(Customer.host_id) == "acme")).one())
    waiting = entries(case)["lists"]
    assert waiting.customers is not None
    assert (waiting.customers.affected, waiting.customers.told, waiting.state) == (2, 0, State.OPEN)
    at = case.move(1)
    case.act(Role.RESPONDER, tell_customer, case.incident_id, acme, told)
    found = entries(case)["lists"]
    assert found.customers is not None
    assert (found.customers.told, found.customers.first_told_at, found.customers.is_open) == (1, at, True)
    assert (found.state, found.open_duties, found.regimes) == (State.NOTIFIED, 1, ("gdpr",))
    assert found.facts.customers == 2


def test_finished_steps_of_containment_and_those_that_tell_are_remedial(case: LawCase) -> None:
    save(case)
    steps = (
        (Phase.CONTAINMENT, "Block public access", "done"),
        (Phase.CONTAINMENT, "Stop the logs from expiring", "skipped"),
        (Phase.INVESTIGATION, "Decide awareness; tell the customers", "done"),
        (Phase.INVESTIGATION, "Count who read what", "done"),
    )

    def add(session: Session) -> None:
        for at, (phase, title, state) in enumerate(steps):
            row = Task(
                id=new_id(), incident_id=case.incident_id, key=str(at), position=at, phase=phase, step={"title": title}
            )
            row.state, row.settled_at = state, OPENED + timedelta(minutes=at)
            session.add(row)

    case.store.write(add)
    assert [done.title for done in entries(case)["accounts"].done] == [steps[0][1], steps[2][1]]
    save(case, {**FACTS, "datasets": [{**ACCOUNTS, "response": {"remedied": True, "harm_excluded": False}}]})
    assert entries(case)["accounts"].response == {"response.remedied": True, "response.harm_excluded": False}


@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_only_members_find_restricted_and_sealed_incidents_in_it(case: LawCase, visibility: Visibility) -> None:
    save(case)
    change(case, visibility=visibility)
    assert read(case, Role.AUDITOR).entries == ()
    member = Membership(incident_id=case.incident_id, user_id=case.people[Role.AUDITOR].id, since=OPENED)
    case.store.write(lambda session: session.add(member))
    assert len(read(case, Role.AUDITOR).entries) == 2
    assert read(case, Role.LEGAL).entries == ()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPPORT, Role.REPORTER, Role.HOST])
def test_who_reads_no_incident_reads_no_register(case: LawCase, role: Role) -> None:
    outsider = Actor(case.people[Role.RESPONDER].id, "somebody", frozenset({role}))  # even as a member
    case.people[role] = outsider
    with pytest.raises(Forbidden):
        read(case, role)


def test_a_guest_reads_what_the_guest_belongs_to(case: LawCase) -> None:
    save(case)
    case.people[Role.GUEST] = Actor(case.people[Role.LEGAL].id, "a guest", frozenset({Role.GUEST}))
    assert read(case, Role.GUEST).entries == ()
    member = Membership(incident_id=case.incident_id, user_id=case.people[Role.GUEST].id, since=OPENED)
    case.store.write(lambda session: session.add(member))
    assert len(read(case, Role.GUEST).entries) == 2


def test_the_newest_comes_first_and_the_year_is_that_of_the_organisation(case: LawCase) -> None:
    save(case)
    case.clock.set(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))  # the new year has begun in Berlin
    save(case, {**FACTS, "datasets": [{**ACCOUNTS, "id": "later"}]}, another(case))
    register = read(case)
    assert [entry.dataset for entry in register.entries] == ["later", "accounts", "lists"]
    assert register.years == (2027, 2026)
    assert [entry.dataset for entry in read(case, chosen=Chosen(year=2027)).entries] == ["later"]
    elsewhere = replace(case.organisation, zone="America/New_York")
    standpoint = Standpoint(elsewhere, case.clock.now())
    auditor = case.people[Role.AUDITOR]
    found = case.look(lambda s: read_register(s, case.keys, auditor, standpoint))
    assert found.years == (2026,)


def test_it_is_narrowed_down_by_law_and_by_what_came_of_it(case: LawCase) -> None:
    save(case)
    authority = next(row for row in case.obligations().values() if row.addressee_kind == "supervisory_authority")
    case.act(Role.PRIVACY_OFFICER, meet, case.incident_id, authority.id, "portal")
    whole = read(case)
    assert whole.counts == {State.NOTIFIED: 1, State.NOT_NOTIFIED: 0, State.OPEN: 2}
    assert whole.regimes == ("gdpr",)
    (told,) = read(case, chosen=Chosen(state=State.NOTIFIED)).entries
    assert (told.dataset, told.open_duties) == ("accounts", 1)  # the people are still to be told
    assert len(read(case, chosen=Chosen(regime="gdpr", state=State.OPEN)).entries) == 2
    assert read(case, chosen=Chosen(regime="pipeda")).entries == ()


def test_many_incidents_need_no_more_reads_than_one(case: LawCase) -> None:
    statements: list[str] = []
    reader = case.store._reader

    def count(*args: Any) -> None:
        statements.append(args[2])

    save(case)
    event.listen(reader, "before_cursor_execute", count)
    read(case)
    once = len(statements)
    event.remove(reader, "before_cursor_execute", count)
    for number in range(4):
        save(case, FACTS, another(case, f"Case {number}"))
    statements.clear()
    event.listen(reader, "before_cursor_execute", count)
    assert len(read(case).entries) == 10
    event.remove(reader, "before_cursor_execute", count)
    assert len(statements) <= once <= 20
