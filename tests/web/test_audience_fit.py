"""Whom the facts name beside whom an audience holds, for notices to customers; how it was gathered, not its name."""

from html import unescape

import pytest
from sqlmodel import col, select

from incident.models.people import Customer, Notice
from incident.models.releasing import CustomerShare
from incident.notice_kinds import NoticeKind
from incident.organisation import organisation_of
from incident.queries.audience_fit import beside_facts
from incident.roles import Role
from incident.verbs.facts import save_facts
from incident.web.audiences import audience_for, build_audience, fitting_audiences
from notifications.ids import new_id
from notifications.models import Audience
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import CUSTOMERS, Stage, facts, session_of
from tests.web.test_audience_choice import edge_of, imported, notice
from tests.web.test_matrix import signed_in_as

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ONE, NAMED = "customer-001", CUSTOMERS[1]


def drafted(stage: Stage, kind: NoticeKind) -> Notice:
    mine = (col(Notice.incident_id) == stage.incident_id, col(Notice.kind) == kind)
    with session_of(stage) as session:
        return session.exec(select(Notice).where(*mine)).one()


def named(stage: Stage, number: int) -> None:
    """The facts name so many customers as affected."""
    document = facts()
    document["datasets"][0]["controllers"] = document["datasets"][0]["controllers"][:number]
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), document)


def test_a_customer_named_since_the_contacts_were_gathered_is_said_to_be_left_out(played: Stage, enter: Enter) -> None:
    named(played, len(CUSTOMERS) - 1)
    draft = drafted(played, NoticeKind.CUSTOMER)
    build_audience(edge_of(played), played.people["mara"], draft)
    assert "customers as affected" not in enter("mara").get(f"/notices/{draft.id}").text
    named(played, len(CUSTOMERS))
    with session_of(played) as session:
        last = session.exec(select(Customer.legal_name).order_by(col(Customer.host_id).desc())).first()
    number = len(CUSTOMERS)
    said = f"The facts name {number} customers as affected, this audience holds {number - 1} of them: {last} would not"
    assert said in unescape(enter("mara").get(f"/notices/{draft.id}").text)


def test_the_people_of_a_customer_are_compared_with_its_recorded_number(played: Stage, enter: Enter) -> None:
    list_id = imported(enter("mara"), played, "Theirs", controller=ONE)
    theirs = notice(played, NoticeKind.CONTROLLER_PEOPLE, ONE)
    parts = played.installation

    def said() -> str:
        with parts.store.read() as session:
            audience = session.exec(select(Audience).where(col(Audience.name) == "Theirs")).one()
            assert str(audience.id) == list_id
            return beside_facts(session, parts.keys, played.people["mara"], theirs, audience)

    assert said() == ""
    share = CustomerShare(
        id=new_id(), incident_id=played.incident_id, dataset="lists", host_id=ONE, people=40,
        recorded_at=parts.clock.now(), recorded_by="operator",
    )  # fmt: skip
    parts.store.write(lambda session: session.add(share))
    assert said().startswith("The facts say 40 people, this audience holds 2: ")


def test_contacts_are_known_by_how_they_were_gathered_whatever_an_audience_is_called(
    played: Stage, enter: Enter
) -> None:
    customers, people = drafted(played, NoticeKind.CUSTOMER), drafted(played, NoticeKind.PEOPLE)
    gathered = build_audience(edge_of(played), played.people["mara"], customers)
    by_hand = imported(enter("mara"), played, "Contacts of affected customers")

    def rename(name: str) -> None:
        def renamed(session: object) -> None:
            session.get_one(Audience, gathered.id).name = name  # type: ignore[attr-defined]

        played.installation.store.write(renamed)

    rename("Whom we tell first")
    with session_of(played) as session:
        assert [str(row.id) for row in fitting_audiences(session, people)] == [by_hand]
        assert [row.id for row in fitting_audiences(session, customers)] == [gathered.id]
        assert audience_for(session, people) is None
        found = audience_for(session, customers)
        assert found is not None
        assert found.id == gathered.id


def test_a_guest_reads_customers_by_their_ids_only(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    imported(mara, played, "Theirs", controller=ONE)
    guest = signed_in_as(played, enter, Role.GUEST)
    assert send(mara, f"{played.path}/members", person=str(played.people[Role.GUEST].id)).status_code == 303
    for section in ("duties", "audiences"):
        assert NAMED in unescape(mara.get(f"{played.path}/{section}").text), section
        html = unescape(guest.get(f"{played.path}/{section}").text)
        assert ONE in html, section
        assert NAMED not in html, section
