"""An endpoint is added, tested, changed and switched off by an administrator; its address and secret stay sealed."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.errors import Conflict, Forbidden, Invalid, NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.people import UserAccount
from incident.queries.endpoints import EndpointLine, PostLine, read_endpoint, read_endpoints, read_posts
from incident.roles import Role
from incident.verbs.endpoints import (
    AddedEndpoint,
    NewEndpoint,
    add_endpoint,
    change_endpoint,
    endpoint_gone,
    post_test,
    retire_endpoint_secret,
    rotate_endpoint_secret,
    set_endpoint_active,
)
from notifications.address_guard import Allowed
from notifications.endpoints import Endpoint, EndpointSecret, open_endpoint, person_of
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Outgoing
from notifications.signatures import key_of
from tests.incident.cases import LawCase
from tests.incident.monitor import OPERATOR
from tests.incident.verbs.test_sources import do

INTERNET = Allowed()
URL = "https://hooks.slack.example/services/T0/B0/SecretPath"
HOST = "https://app.host.example/seventytwo"


def add(case: LawCase, name: str = "room", kind: str = "slack", **more: Any) -> AddedEndpoint:
    values: dict[str, Any] = {"url": URL if kind != "webhook" else HOST, "events": ("release.approved",), **more}
    return do(case, add_endpoint, NewEndpoint(name, kind, **values), INTERNET)


def opened_secrets(case: LawCase, added: AddedEndpoint) -> tuple[str, ...]:
    found = case.look(lambda session: open_endpoint(session, case.keys, added.endpoint.id))
    assert found is not None
    return found.secrets


def line(case: LawCase, name: str = "room") -> EndpointLine:
    return case.look(lambda session: read_endpoint(session, OPERATOR, name, case.clock.now()))


def posts(case: LawCase, name: str = "room") -> list[PostLine]:
    return case.look(lambda session: read_posts(session, OPERATOR, name))


def written(case: LawCase) -> list[str]:
    mine = select(EntryHeader.action).where(col(EntryHeader.subject) == ADMINISTRATION).order_by(col(EntryHeader.seq))
    return [action for action in case.look(lambda s: list(s.exec(mine).all())) if action.startswith("endpoint.")]


def test_a_chat_is_added_and_its_address_is_sealed_and_shown_to_nobody(case: LawCase) -> None:
    added = add(case)
    assert added.secret == ""
    row = case.look(lambda session: session.exec(select(Endpoint)).one())
    assert b"SecretPath" not in row.url_sealed
    assert (row.host, row.events, row.active) == ("hooks.slack.example", ["release.approved"], True)
    told = line(case).told(case.clock.now())
    assert told.startswith("room: slack at hooks.slack.example; release.approved; in seven days 0 accepted")
    assert "SecretPath" not in told
    opened = case.look(lambda session: open_endpoint(session, case.keys, row.id))
    assert opened is not None
    assert opened.url == URL
    assert written(case) == ["endpoint.added"]


def test_a_program_gets_a_secret_once_and_two_live_during_a_rotation(case: LawCase) -> None:
    added = add(case, "host", "webhook", events=("notice.released",))
    assert len(key_of(added.secret)) == 32
    assert opened_secrets(case, added) == (added.secret,)
    second = do(case, rotate_endpoint_secret, "host")
    assert opened_secrets(case, added) == (added.secret, second)
    with pytest.raises(Conflict, match="two live secrets"):
        do(case, rotate_endpoint_secret, "host")
    do(case, retire_endpoint_secret, "host")
    assert opened_secrets(case, added) == (second,)
    with pytest.raises(Conflict, match="no second live secret"):
        do(case, retire_endpoint_secret, "host")
    kept = case.look(lambda session: list(session.exec(select(EndpointSecret)).all()))
    assert not any(added.secret.encode() in row.sealed for row in kept)
    assert written(case) == ["endpoint.added", "endpoint.secret_added", "endpoint.secret_retired"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "Ops Room"}),
        ("name", {"name": ""}),
        ("url", {"url": "http://hooks.slack.example/x"}),
        ("url", {"url": "https://10.0.0.1/x"}),
        ("url", {"url": "https://169.254.169.254/latest"}),
        ("events", {"events": ()}),
        ("events", {"events": ("release.approved", "everything")}),
        ("events", {"events": ("endpoint.test",)}),
        ("events", {"events": ("notice.released",)}),  # full texts and people do not go to a room
        ("secret", {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        ("kind", {"kind": "irc"}),
        ("secret", {"kind": "webhook", "secret": "short"}),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_used_is_named_and_nothing_is_stored(case: LawCase, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        add(case, **values)
    assert {fault.field for fault in refused.value.faults} == {field}
    assert "SecretPath" not in str(refused.value)
    assert case.look(lambda session: session.exec(select(Endpoint)).all()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_an_administrator_may(case: LawCase) -> None:
    add(case)
    for role in (Role.COMMANDER, Role.PRIVACY_OFFICER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            case.act(role, add_endpoint, NewEndpoint("x", "slack", URL, ("release.approved",)), INTERNET)
        with pytest.raises(Forbidden):
            case.act(role, change_endpoint, "room", ["release.approved"], INTERNET)
        for verb in (rotate_endpoint_secret, retire_endpoint_secret, post_test):
            with pytest.raises(Forbidden):
                case.act(role, verb, "room")
        with pytest.raises(Forbidden):
            case.act(role, set_endpoint_active, "room", active=False)
        actor = case.people[role]
        for read in (
            lambda session, who=actor: read_endpoints(session, who, case.clock.now()),
            lambda session, who=actor: read_posts(session, who, "room"),
        ):
            with pytest.raises(Forbidden):
                case.look(read)


def test_names_are_used_once_and_unknown_ones_are_not_found(case: LawCase) -> None:
    add(case)
    with pytest.raises(Conflict, match="already"):
        add(case)
    with pytest.raises(NotFound):
        do(case, post_test, "nowhere")
    with pytest.raises(NotFound):
        posts(case, "nowhere")


def test_it_is_told_of_other_events_at_another_address(case: LawCase) -> None:
    added = add(case)
    do(case, change_endpoint, "room", ["incident.opened"], INTERNET, "https://hooks.other.example/Secret")
    row = case.look(lambda session: session.get_one(Endpoint, added.endpoint.id))
    assert (row.host, row.events) == ("hooks.other.example", ["incident.opened"])
    with pytest.raises(Invalid):
        do(case, change_endpoint, "room", ["incident.opened"], INTERNET, "https://127.0.0.1/")
    with pytest.raises(Conflict, match="its address is its secret"):
        do(case, rotate_endpoint_secret, "room")


def test_a_test_goes_out_whatever_it_wants_to_hear_of(case: LawCase) -> None:
    added = add(case)
    occasion = do(case, post_test, "room")
    row = case.look(lambda session: session.exec(select(Delivery)).one())
    assert (row.occasion, row.person, row.channel) == (occasion, person_of(added.endpoint.id), Channel.CHAT)
    (shown,) = posts(case)
    assert (shown.event, shown.state, shown.part) == ("endpoint.test", DeliveryState.PENDING, 1)
    assert line(case).waiting == 1


def test_switching_off_cancels_what_waits_and_switching_on_begins_anew(case: LawCase) -> None:
    add(case)
    do(case, post_test, "room")
    do(case, set_endpoint_active, "room", active=False)
    assert [post.state for post in posts(case)] == [DeliveryState.CANCELLED]
    assert "OFF: Switched off by an administrator." in line(case).told(case.clock.now())
    with pytest.raises(Conflict, match="switched off"):
        do(case, post_test, "room")
    do(case, set_endpoint_active, "room", active=True)
    assert line(case).endpoint.disabled_reason == ""
    do(case, post_test, "room")
    assert [post.state for post in posts(case)] == [DeliveryState.PENDING, DeliveryState.CANCELLED]


def test_one_that_is_gone_is_switched_off_once_and_administrators_are_told_by_mail(case: LawCase) -> None:
    added = add(case)
    do(case, post_test, "room")

    def admin(session: Session) -> None:
        values: dict[str, Any] = {
            "email": "admin@example.org",
            "name": "Admin",
            "password": "-",
            "created_at": case.clock.now(),
        }
        session.add(UserAccount(id=new_id(), roles=[Role.ADMINISTRATOR], **values))

    case.store.write(admin)
    now = case.clock.now()
    for first in (True, False):
        work = lambda session: endpoint_gone(session, case.keys, added.endpoint.id, now, "example.org")  # noqa: E731
        assert case.store.write(work) is first
    assert not line(case).endpoint.active
    assert "410" in line(case).endpoint.disabled_reason
    assert written(case)[-1] == "endpoint.gone"
    mails = case.look(
        lambda session: list(session.exec(select(Delivery).where(col(Delivery.channel) == Channel.EMAIL)).all())
    )
    assert len(mails) == 1
    assert case.look(lambda session: session.get(Outgoing, mails[0].occasion)) is not None
