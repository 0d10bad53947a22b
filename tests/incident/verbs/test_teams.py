"""Teams: who may make them, what a layer and a step have to be, who stands in, and what the record says."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import EntryHeader
from incident.models.paging import PagerNumber, RotaOverride
from incident.queries.teams import default_team, has_number, read_team, read_teams, team_of_feed
from incident.roles import Actor, Role, operator
from incident.verbs.act import Act
from incident.verbs.rota import add_override, number_place, revoke_override, set_number
from incident.verbs.teams import (
    NewLayer,
    add_team,
    drop_layer,
    make_feed,
    put_layer,
    retire_team,
    set_default_team,
    set_steps,
)
from tests.incident.cases import LawCase

ROOT = operator("root")
MONDAY = "2026-11-23"
WEEKLY = NewLayer(
    "first", ("responder@example.org", "incident_commander@example.org"), MONDAY, "09:00", "Europe/Berlin"
)


def admin(case: LawCase, verb, *args, **named):  # type: ignore[no-untyped-def]
    now = case.clock.now()
    return case.store.write(lambda session: verb(Act(session, case.keys, ROOT, now), *args, **named))


def made(case: LawCase) -> LawCase:
    admin(case, add_team, "platform")
    admin(case, put_layer, "platform", WEEKLY)
    return case


def on_call_now(case: LawCase) -> list[str]:
    page = case.look(lambda session: read_team(session, case.people[Role.LEGAL], "platform", case.clock.now()))
    return [page.names[turn.person] for turn in page.now]


def test_the_first_team_takes_what_names_none_until_another_one_does(case: LawCase) -> None:
    assert case.look(default_team) is None
    assert admin(case, add_team, "platform").is_default
    assert not admin(case, add_team, "product").is_default
    admin(case, set_default_team, "product")
    names = [page.rota.team.name for page in case.look(lambda session: read_teams(session, ROOT, case.clock.now()))]
    assert names == ["product", "platform"]
    admin(case, retire_team, "product")
    assert case.look(default_team) is None
    with pytest.raises(Conflict):
        admin(case, add_team, "platform")
    with pytest.raises(NotFound):
        admin(case, set_default_team, "product")


def test_people_take_their_weeks_and_somebody_stands_in(case: LawCase) -> None:
    made(case)
    assert on_call_now(case) == ["responder"]
    now = case.clock.now()
    row = case.act(
        Role.RESPONDER,
        add_override,
        "platform",
        "legal@example.org",
        now + timedelta(hours=1),
        now + timedelta(hours=3),
    )
    case.move(2)
    assert on_call_now(case) == ["legal"]
    case.act(Role.LEGAL, revoke_override, "platform", row.id)
    assert on_call_now(case) == ["responder"]
    kept = case.look(lambda session: session.get_one(RotaOverride, row.id))
    assert kept.revoked_at is None  # for an hour it held
    assert kept.ends_at == case.clock.now()
    case.move(24 * 7)
    assert on_call_now(case) == ["incident commander"]


def test_an_override_to_come_is_taken_back_whole(case: LawCase) -> None:
    made(case)
    now = case.clock.now()
    later, then = now + timedelta(days=1), now + timedelta(days=2)
    row = case.act(Role.RESPONDER, add_override, "platform", "legal@example.org", later, then)
    case.act(Role.RESPONDER, revoke_override, "platform", row.id)
    page = case.look(lambda session: read_team(session, ROOT, "platform", case.clock.now()))
    assert page.overrides == ()
    assert not any(turn.stands_in for turn in page.ahead)
    with pytest.raises(NotFound):
        case.act(Role.RESPONDER, revoke_override, "platform", row.id)


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewLayer("First!", (), MONDAY), "name"),
        (NewLayer("first", ("nobody@example.org",), MONDAY), "people"),
        (NewLayer("first", ("auditor@example.org",), MONDAY), "people"),
        (NewLayer("first", (), "2026-11-31"), "begins"),
        (NewLayer("first", (), MONDAY, "9 o'clock"), "at"),
        (NewLayer("first", (), MONDAY, "09:00", "Mars"), "zone"),
        (NewLayer("first", (), MONDAY, "09:00", "UTC", 9), "weeks"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_layer_is_named(case: LawCase, new: NewLayer, field: str) -> None:
    admin(case, add_team, "platform")
    with pytest.raises(Invalid) as error:
        admin(case, put_layer, "platform", new)
    assert {fault.field for fault in error.value.faults} == {field}


def test_steps_name_what_is_there(case: LawCase) -> None:
    made(case)
    said = ["on-call:first wait 5", "", "team, person:legal@example.org wait 10"]
    assert [str(step) for step in admin(case, set_steps, "platform", said)] == [said[0], said[2]]
    for wrong in ("on-call:second wait 5", "person:auditor@example.org wait 5", "endpoint:none wait 5", "soon"):
        with pytest.raises(Invalid):
            admin(case, set_steps, "platform", [wrong])
    with pytest.raises(Conflict):
        admin(case, drop_layer, "platform", "first")
    admin(case, set_steps, "platform", [])
    admin(case, drop_layer, "platform", "first")
    assert on_call_now(case) == []


def test_a_calendar_opens_by_its_latest_address_only(case: LawCase) -> None:
    made(case)
    first, second = (admin(case, make_feed, "platform") for _ in range(2))
    now = case.clock.now()
    assert case.look(lambda session: team_of_feed(session, first, now)) is None
    page = case.look(lambda session: team_of_feed(session, second, now))
    assert page is not None
    assert len(page.ahead) >= 26
    admin(case, retire_team, "platform")
    assert case.look(lambda session: team_of_feed(session, second, now)) is None


def test_a_number_is_sealed_and_only_ones_own(case: LawCase) -> None:
    me, other = case.people[Role.RESPONDER], case.people[Role.LEGAL]
    case.act(Role.RESPONDER, set_number, "+49 (30) 123-456")
    assert case.look(lambda session: has_number(session, me))

    def kept(session: Session) -> str:
        row = session.get_one(PagerNumber, me.id)
        return case.keys.open(session, row.number_sealed, number_place(me.id))

    assert case.look(kept) == "+4930123456"
    with pytest.raises(Forbidden):
        case.act(Role.RESPONDER, set_number, "+4930123456", other.id)
    admin(case, set_number, "+4930123456", other.id)
    with pytest.raises(Invalid):
        case.act(Role.RESPONDER, set_number, "030 123456")
    case.act(Role.RESPONDER, set_number, "")
    assert not case.look(lambda session: has_number(session, me))


def test_only_administrators_make_teams_and_nobody_else_learns_of_them(case: LawCase) -> None:
    with pytest.raises(Forbidden):
        case.act(Role.RESPONDER, add_team, "platform")
    with pytest.raises(Forbidden):
        case.look(
            lambda session: read_teams(session, Actor(case.people[Role.AUDITOR].id, "", frozenset()), case.clock.now())
        )


def test_every_change_is_on_the_record_without_a_number(case: LawCase) -> None:
    made(case)
    case.act(Role.RESPONDER, set_number, "+4930123456")
    query = (
        select(EntryHeader.action).where(col(EntryHeader.subject) == "administration").order_by(col(EntryHeader.seq))
    )
    assert case.look(lambda session: session.exec(query).all()) == ["team.added", "team.layer", "rota.number"]
