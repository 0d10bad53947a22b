"""Customers near their deadline get a task to telephone them, once; it is done when they are told."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from incident.errors import Conflict, Invalid, NotFound
from incident.models.incidents import Task
from incident.models.law import Obligation
from incident.models.people import Customer, Telling
from incident.queries.acknowledgements import read_acknowledgements
from incident.queries.chasing import chase_key, open_chases
from incident.roles import Role
from incident.sweep import look_at_customers
from incident.verbs.acknowledging import Acknowledgement, acknowledge_telling
from incident.verbs.telling import Told, tell_customer
from notifications.clock import MovableClock
from tests.web.stage import Stage

WITHIN = timedelta(hours=4)


def due(stage: Stage) -> list[tuple[datetime, UUID, str]]:
    """Every customer still to be told, with its strictest moment, the next first."""
    open_ones = (col(Obligation.addressee_kind) == "controller", col(Obligation.met_at).is_(None))
    with stage.installation.store.read() as session:
        rows = session.exec(select(Obligation).where(*open_ones)).all()
        ids = dict(session.exec(select(Customer.host_id, Customer.id)).all())
    found: dict[str, datetime] = {}
    for row in rows:
        moment = row.due_at or row.target_at
        if moment is not None and row.addressee in ids:
            found[row.addressee] = min(moment, found.get(row.addressee, moment))
    return sorted((moment, ids[name], name) for name, moment in found.items())


def look(stage: Stage) -> None:
    parts = stage.installation
    assert look_at_customers(parts.store, parts.keys, WITHIN, parts.clock.now()) == ()


def tasks(stage: Stage) -> dict[str, Task]:
    with stage.installation.store.read() as session:
        rows = session.exec(select(Task).where(col(Task.key).startswith("telephone-"))).all()
    return {row.key: row for row in rows}


@pytest.fixture
def pressed(played: Stage, clock: MovableClock) -> Stage:
    """Less than four hours are left to the next customer's deadline."""
    clock.move(due(played)[0][0] - timedelta(hours=3) - clock.now())
    return played


def test_a_customer_gets_its_task_when_four_hours_are_left_and_only_one(played: Stage, clock: MovableClock) -> None:
    moment, customer_id, _ = due(played)[0]
    clock.move(moment - timedelta(hours=5) - clock.now())
    look(played)
    assert tasks(played) == {}
    clock.move(timedelta(hours=1))
    look(played)
    look(played)
    near = {chase_key(one) for at, one, _ in due(played) if at <= clock.now() + WITHIN}
    found = tasks(played)
    assert set(found) == near
    task = found[chase_key(customer_id)]
    assert (task.due_at, task.role, task.state) == (moment, Role.RESPONDER, "open")


def test_telling_it_by_whatever_way_ends_its_task_for_good(pressed: Stage) -> None:
    look(pressed)
    _, customer_id, _ = due(pressed)[0]
    with pressed.installation.store.read() as session:
        assert customer_id in open_chases(session, pressed.incident_id)
    pressed.act("mara", tell_customer, pressed.incident_id, customer_id, Told("post:1", "post", "Registered letter"))
    assert tasks(pressed)[chase_key(customer_id)].state == "done"
    look(pressed)
    assert tasks(pressed)[chase_key(customer_id)].state == "done"


def test_an_acknowledgement_is_recorded_once_with_who_and_how(pressed: Stage, clock: MovableClock) -> None:
    now, (_, customer_id, host_id) = clock.now(), due(pressed)[0]
    said = Acknowledgement("Ms Roth", "email", now)
    with pytest.raises(NotFound, match="not told yet"):
        pressed.act("mara", acknowledge_telling, pressed.incident_id, customer_id, said)
    pressed.act("mara", tell_customer, pressed.incident_id, customer_id, Told("post:1", "post", "Letter"))
    wrong = Acknowledgement(" ", "pigeon", now - timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        pressed.act("mara", acknowledge_telling, pressed.incident_id, customer_id, wrong)
    assert [fault.field for fault in caught.value.faults] == ["by", "way", "at"]
    pressed.act("mara", acknowledge_telling, pressed.incident_id, customer_id, said)
    with pytest.raises(Conflict, match="already"):
        pressed.act("mara", acknowledge_telling, pressed.incident_id, customer_id, said)
    parts = pressed.installation
    with parts.store.read() as session:
        mine = select(Telling.acknowledged_at).where(col(Telling.customer_id) == customer_id)
        assert session.exec(mine).all() == [now]
        read = read_acknowledgements(session, parts.keys, pressed.people["mara"], pressed.incident_id)
    assert read[host_id] == ("Ms Roth", "email")
