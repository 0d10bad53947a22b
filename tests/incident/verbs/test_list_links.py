"""A list of people is had with a link and a code: short-lived, counted, revocable, and every step on the timeline."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, delete, select

from incident.errors import Forbidden, Invalid, NotFound
from incident.models.people import CustomerContact, Person, SignInAttempt
from incident.models.releasing import ListLink
from incident.queries.list_links import (
    LinkState,
    Source,
    link_digest,
    open_link,
    read_links,
)
from incident.roles import Role
from incident.verbs.customer_lines import NewContact, NewCustomer
from incident.verbs.customers import upsert_customer
from incident.verbs.list_links import (
    CODE_LASTS,
    Answer,
    Entered,
    NewLink,
    make_list_link,
    new_code,
    pace_of_codes,
    pace_of_guesses,
    revoke_list_link,
)
from notifications.ids import new_id
from notifications.models import Delivery, Outgoing
from notifications.sealing import Place
from tests.incident.cases import LawCase
from tests.incident.lists import MAIL, NETWORK, code_for, enter, lines, make, register, state
from tests.incident.notices import Desk, prepared_desk


@pytest.fixture
def desk(case: LawCase) -> Desk:
    prepared = prepared_desk(case)
    case.store.write(lambda session: register(prepared, session, "acme", 3))
    case.store.write(lambda session: register(prepared, session, "blue", 1))
    return prepared


def test_a_link_opens_until_its_time_is_over_and_its_token_is_kept_nowhere(desk: Desk) -> None:
    made = make(desk)
    assert made.link.expires_at == desk.case.clock.now() + timedelta(hours=72)
    assert made.token not in repr(made.link)
    assert made.link.token_digest == link_digest(made.token)
    keys = desk.case.keys

    def looked(token: str) -> Any:
        return desk.case.look(lambda s: open_link(s, keys, token, desk.case.clock.now()))

    found = looked(made.token)
    assert (found.legal_name, found.locale, found.address) == ("Acme", "en", "privacy@acme.example")
    for wrong in ("", made.token[:-1] + "x", made.token + "x", "'; --", made.link.token_digest):
        assert looked(wrong) is None
    desk.case.move(71.9)
    assert looked(made.token) is not None
    desk.case.move(0.2)
    assert looked(made.token) is None
    assert state(desk, made) is LinkState.EXPIRED
    with pytest.raises(NotFound):
        code_for(desk, made)


def test_a_code_gives_the_list_once_and_counts_the_download(desk: Desk) -> None:
    made = make(desk)
    assert enter(desk, made).answer is Answer.LATE  # none was asked for
    code_for(desk, made)
    assert enter(desk, made, " 123456 ") == Entered(Answer.RIGHT, Source("acme", 3))
    assert enter(desk, made).answer is Answer.LATE
    row = desk.case.look(lambda s: s.get_one(ListLink, made.link.id))
    assert (row.downloads, row.last_download_at, row.code_digest) == (1, desk.case.clock.now(), "")
    assert lines(desk) == [
        (
            "list.made",
            "Link to the list of Acme's own people (data set lists) made, 3 from the register of persons; codes go to "
            "its privacy contact, until 2026-11-27 10:00 UTC.",
        ),
        ("list.code_sent", "A code for Acme's list was mailed to its privacy contact."),
        (
            "list.downloaded",
            "Acme downloads the list of its own people: 3 from the register of persons, download 1 of this link.",
        ),
    ]


def test_the_code_goes_to_the_registered_address_by_the_outgoing_ledger(desk: Desk) -> None:
    made = make(desk)
    code_for(desk, made)

    def sent(session: Session) -> tuple[Delivery, dict[str, str], dict[str, str]]:
        row = session.exec(select(Outgoing).where(col(Outgoing.occasion).startswith("list:"))).one()
        delivery = session.exec(select(Delivery).where(col(Delivery.occasion) == row.occasion)).one()
        opened = [
            json.loads(desk.case.keys.open(session, blob, Place("outgoing", column, row.occasion, row.scope)))
            for column, blob in (("content_sealed", row.content_sealed), ("addresses_sealed", row.addresses_sealed))
        ]
        return delivery, opened[0], opened[1]

    delivery, content, addresses = desk.case.look(sent)
    assert content == {"subject": MAIL[0], "text": MAIL[1]}
    assert addresses == {str(made.link.contact_id): "privacy@acme.example"}
    assert delivery.give_up_at == desk.case.clock.now() + CODE_LASTS
    assert delivery.release_id is None


def test_a_code_runs_out_and_a_new_one_takes_its_place(desk: Desk) -> None:
    made = make(desk)
    code_for(desk, made, "111111")
    code_for(desk, made, "222222")
    assert enter(desk, made, "111111").answer is Answer.WRONG
    desk.case.move(10 / 60)
    assert enter(desk, made, "222222").answer is Answer.LATE
    code_for(desk, made, "333333")
    assert enter(desk, made, "333333").answer is Answer.RIGHT


def test_five_wrong_codes_kill_the_link_also_across_codes(desk: Desk) -> None:
    made = make(desk)
    answers = []
    for at in range(5):
        if at in (0, 3):
            code_for(desk, made)
        answers.append(enter(desk, made, "000000").answer)
    assert answers == [Answer.WRONG] * 4 + [Answer.DEAD]
    assert state(desk, made) is LinkState.DEAD
    with pytest.raises(NotFound):
        enter(desk, made)
    assert lines(desk, "list.wrong")[-1][1] == "A wrong code was entered for Acme's list, 5 of 5: the link is dead."


def test_the_right_code_forgets_the_wrong_ones(desk: Desk) -> None:
    made = make(desk)
    for _ in range(2):
        code_for(desk, made)
        for _ in range(4):
            assert enter(desk, made, "000000").answer is Answer.WRONG
        assert enter(desk, made).answer is Answer.RIGHT


def test_a_revoked_link_opens_nothing(desk: Desk) -> None:
    made = make(desk)
    code_for(desk, made)
    desk.case.act(Role.PRIVACY_OFFICER, revoke_list_link, made.link.id)
    with pytest.raises(NotFound):
        enter(desk, made)
    desk.case.act(Role.PRIVACY_OFFICER, revoke_list_link, made.link.id)
    assert [action for action, _ in lines(desk)].count("list.revoked") == 1
    with pytest.raises(Forbidden):
        desk.case.act(Role.COMMANDER, revoke_list_link, made.link.id)
    with pytest.raises(NotFound):
        desk.case.act(Role.PRIVACY_OFFICER, revoke_list_link, new_id())


def test_who_may_make_a_link_and_for_whom(desk: Desk) -> None:
    for said in ({"lasts": timedelta(hours=23)}, {"lasts": timedelta(days=15)}, {"contact_id": new_id()}):
        with pytest.raises(Invalid):
            make(desk, **said)
    with pytest.raises(Invalid, match="not named by the facts"):
        make(desk, "nobody")
    with pytest.raises(Invalid, match="no data set we process"):
        make(desk, dataset="accounts")
    desk.case.store.write(lambda session: session.exec(delete(Person).where(col(Person.host_id) == "blue-0")))
    with pytest.raises(Invalid, match="the list is empty"):
        make(desk, "blue")
    with pytest.raises(Forbidden):
        desk.case.act(Role.COMMANDER, make_list_link, desk.incident_id, NewLink("acme"))
    for days in (1, 14):
        made = make(desk, lasts=timedelta(days=days))
        assert made.link.expires_at - made.link.made_at == timedelta(days=days)
    found = desk.case.look(lambda s: read_links(s, desk.case.people[Role.AUDITOR], desk.incident_id))
    assert len(found) == 2


def test_tries_slow_down_by_link_and_by_network(desk: Desk) -> None:
    def waits(verb: Any, token: str, network: str = NETWORK) -> timedelta:
        found: timedelta = desk.case.act(Role.AUDITOR, verb, token, network)
        return found

    assert [waits(pace_of_codes, "one", f"192.0.2.{at}") > timedelta() for at in range(4)] == [False] * 3 + [True]
    assert [waits(pace_of_guesses, "two", f"192.0.2.{at}") > timedelta() for at in range(4)] == [False] * 3 + [True]
    assert [waits(pace_of_guesses, f"link {at}") > timedelta() for at in range(21)].index(True) == 20
    made = make(desk)
    for _ in range(3):
        assert waits(pace_of_guesses, made.token, "198.51.100.1") == timedelta()
    code_for(desk, made)
    enter(desk, made)
    assert waits(pace_of_guesses, made.token, "198.51.100.1") == timedelta()
    kept = desk.case.look(lambda s: s.exec(select(SignInAttempt.key)).all())
    assert not any(made.token in key for key in kept)


def test_a_contact_that_leaves_the_register_takes_its_links_along(desk: Desk) -> None:
    made, other = make(desk), make(desk, "blue")
    successor = NewContact("privacy", "c-2", "new@acme.example", "New Contact")
    desk.case.act(
        Role.PRIVACY_OFFICER, upsert_customer, NewCustomer("acme", "Acme", contract_hours=24, contacts=(successor,))
    )
    assert desk.case.look(lambda s: s.get(ListLink, made.link.id)) is None
    assert desk.case.look(lambda s: s.get(ListLink, other.link.id)) is not None
    assert lines(desk, "list.revoked") == [
        ("list.revoked", "Link to Acme's list ended: its contact has left the register. It was used 0 times.")
    ]
    contacts = desk.case.look(lambda s: s.exec(select(CustomerContact.person)).all())
    assert "c-2" in contacts
    assert make(desk).link.contact_id != made.link.contact_id


def test_codes_are_six_digits_that_differ() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 190
