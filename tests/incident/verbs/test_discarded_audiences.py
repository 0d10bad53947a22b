"""A wrong audience is thrown away with a reason: it opens no more; one that a release uses or a hold keeps stays."""

import pytest
from sqlmodel import col, func, select

from incident.errors import Conflict, Forbidden, Invalid
from incident.queries.audiences import audiences_of
from incident.queries.retention import purges_begun
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.audiences import open_audience
from incident.verbs.discarding import discard_audience
from incident.verbs.legal_holds import set_hold
from notifications.audience import AudienceFrozen, NewMember, add_members, freeze, opened, scope_of
from notifications.models import Audience, Channel, Member
from notifications.purging import delete_members
from notifications.sealing import Unsealable
from tests.incident.notices import Desk

WHY = "The list was last year's."


def filled(desk: Desk) -> Audience:
    made = desk.case.act(Role.PRIVACY_OFFICER, open_audience, desk.incident_id, "Wrong", Channel.EMAIL)
    people = [(2, NewMember("u1", "u1@mail.example")), (3, NewMember("u2", "u2@mail.example"))]
    desk.case.store.write(lambda session: add_members(session, desk.case.keys, made.id, people))
    return made


def discard(desk: Desk, audience: Audience, role: Role = Role.PRIVACY_OFFICER, reason: str = WHY) -> Audience:
    return desk.case.act(role, discard_audience, audience.id, reason)


def test_nobody_of_a_discarded_audience_opens_and_it_stands_in_no_list(desk: Desk) -> None:
    gone, keys, actor = discard(desk, filled(desk)), desk.case.keys, desk.case.people[Role.AUDITOR]
    with desk.case.store.read() as session:
        assert gone.id not in [row.id for row in audiences_of(session, actor, desk.incident_id)]
        member = session.exec(select(Member).where(col(Member.audience_id) == gone.id)).all()[0]
        with pytest.raises(Unsealable):
            opened(keys.for_scope(session, scope_of(gone.id)), member)
    line = desk.case.look(lambda session: read_timeline(session, keys, actor, desk.incident_id))[0]
    assert (line.action, line.text) == (
        "audience.discarded",
        f"Audience “Wrong” with 2 people discarded, nothing was sent to it: {WHY}",
    )
    with pytest.raises(AudienceFrozen, match="make a new one"):
        desk.case.store.write(
            lambda session: add_members(session, keys, gone.id, [(2, NewMember("u3", "u3@a.example"))])
        )


def test_its_rows_are_deleted_by_the_look_of_retention(desk: Desk) -> None:
    gone = discard(desk, filled(desk))
    assert desk.case.look(purges_begun) == [gone.id]
    while desk.case.store.write(lambda session: delete_members(session, gone.id)):
        pass
    mine = select(func.count()).select_from(Member).where(col(Member.audience_id) == gone.id)
    assert desk.case.look(lambda session: session.exec(mine).one()) == 0


def test_what_a_release_uses_is_gone_or_held_is_not_discarded(desk: Desk) -> None:
    used, gone, held = filled(desk), filled(desk), filled(desk)
    desk.case.store.write(lambda session: freeze(session, used.id, desk.case.clock.now()))
    discard(desk, gone)
    desk.case.act(Role.PRIVACY_OFFICER, set_hold, desk.incident_id, "A court asked.")
    for audience, why in ((used, "A release uses"), (gone, "gone already"), (held, "A legal hold")):
        with pytest.raises(Conflict, match=why):
            discard(desk, audience)


def test_it_takes_a_reason_and_somebody_who_may_import(desk: Desk) -> None:
    made = filled(desk)
    with pytest.raises(Invalid, match="say why this audience is not needed"):
        discard(desk, made, reason=" ")
    with pytest.raises(Forbidden):
        discard(desk, made, Role.AUDITOR)
