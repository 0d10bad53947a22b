"""Who a notice to customers goes to: figures of the register stand in it only where the facts count exactly them."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.auth.edge import Edge
from incident.models.people import Customer, Notice, Person
from incident.notice_kinds import NoticeKind
from incident.organisation import organisation_of
from incident.verbs.facts import save_facts
from incident.web.audiences import build_audience
from notifications.audience import open_member, scope_of
from notifications.models import Member
from tests.web.stage import CUSTOMERS, Stage, facts


def at_one_customer(session: Session) -> None:
    """Three people of the register belong to the first customer."""
    customer = session.exec(select(Customer).order_by(col(Customer.host_id)).limit(1)).one()
    for person in session.exec(select(Person).limit(3)).all():
        person.customer_id, person.region = customer.id, "DE"


def figures(stage: Stage, count: int | None) -> list[dict[str, Any]]:
    """What the mails of a notice to customers print beside the text, by customer."""
    parts, document = stage.installation, facts()
    lists = document["datasets"][0]
    lists["people"]["count"] = count
    stage.act("mara", save_facts, stage.incident_id, organisation_of(parts.settings), document)
    mine = (col(Notice.incident_id) == stage.incident_id, col(Notice.kind) == NoticeKind.CUSTOMER)
    with parts.store.read() as session:
        notice = session.exec(select(Notice).where(*mine)).one()
    edge = Edge(parts.store, parts.keys, parts.clock, parts.settings)
    audience = build_audience(edge, stage.people["mara"], notice)
    with parts.store.read() as session:
        ring = parts.keys.for_scope(session, scope_of(audience.id))
        rows = session.exec(select(Member).where(col(Member.audience_id) == audience.id).order_by(col(Member.id))).all()
        return [dict(open_member(ring, row).values) for row in rows]


@pytest.mark.parametrize("count", [None, 2, 3412])
def test_people_the_facts_do_not_count_one_by_one_are_nobodys_figures(played: Stage, count: int | None) -> None:
    played.installation.store.write(at_one_customer)
    found = figures(played, count)
    assert len(found) == len(CUSTOMERS)
    assert all("people_count" not in values and "countries" not in values for values in found)


def test_figures_of_the_register_stand_where_the_facts_count_exactly_these_people(played: Stage) -> None:
    played.installation.store.write(at_one_customer)
    first, *others = figures(played, 3)
    assert first["people_count"] == "3"
    assert all("people_count" not in values for values in others)
