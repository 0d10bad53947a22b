"""A release that has ended, and the steps of closing it out and purging it, as the worker and people take them."""

import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from incident.models.incidents import Incident
from incident.notice_kinds import NoticeKind
from incident.phases import Phase
from incident.queries.timeline import read_timeline
from incident.retaining import Looked, look
from incident.retention_rules import USUAL_RETENTION, RetentionRules
from incident.roles import Role, system
from incident.verbs.act import Act
from incident.verbs.settling import settle_release
from notifications.close_out import read_file
from notifications.models import (
    Audience,
    AudienceDomain,
    AudienceFault,
    DataKey,
    Delivery,
    DeliveryState,
    Member,
    Release,
)
from notifications.proofs import CloseOut, CloseOutPart
from notifications.store import Store
from tests.incident.notices import Desk

NAMED = (Member, AudienceFault, AudienceDomain)


def sent(desk: Desk, people: int = 3) -> Release:
    """A notice to so many people, the last of whom was rejected; the release is finished."""
    release = desk.released(NoticeKind.PEOPLE, desk.users(people))
    desk.case.move(1)
    last = desk.deliveries(release)[-1].id
    desk.accept(release, lambda row: row.id != last)
    refused = {
        "state": DeliveryState.REJECTED,
        "settled_at": desk.case.clock.now(),
        "reply_code": 550,
        "reply_enhanced": "5.1.1",
        "reply_text": f"<U{people - 1}@Example.net> unknown",
        "possible_duplicate": True,
    }
    change(desk, release, col(Delivery.id) == last, **refused)
    ended(desk, release)
    return desk.release(release.id)


def ended(desk: Desk, release: Release) -> None:
    """What the sweep does once every row is settled."""
    now = desk.case.clock.now()
    assert desk.case.store.write(
        lambda session: settle_release(Act(session, desk.case.keys, system("sweep"), now), release.id)
    )


def change(desk: Desk, release: Release, which: Any = True, **values: object) -> None:
    """Write something else into rows of a release, as the sender or a bounce does."""
    mine = update(Delivery).where(col(Delivery.release_id) == release.id, which)
    desk.case.store.write(lambda session: session.exec(mine.values(**values)))


def close_incident(desk: Desk) -> None:
    def work(session: Session) -> None:
        row = session.get_one(Incident, desk.incident_id)
        row.phase, row.closed_at = Phase.CLOSED, desk.case.clock.now()

    desk.case.store.write(work)


def looked(desk: Desk, rules: RetentionRules = USUAL_RETENTION, days: float = 0) -> Looked:
    """What the worker does at one look, after so many days."""
    desk.case.clock.move(timedelta(days=days))
    return look(desk.case.store, desk.case.keys, desk.case.clock.now(), rules)


def until_done(desk: Desk, wanted: Callable[[Looked], bool], looks: int = 40) -> Looked:
    """Look until something has happened."""
    for _ in range(looks):
        found = looked(desk)
        if wanted(found):
            return found
    raise AssertionError("it never happened")


def reports(desk: Desk, release: Release) -> list[CloseOut]:
    query = select(CloseOut).where(col(CloseOut.release_id) == release.id).order_by(col(CloseOut.number))
    return desk.case.look(lambda session: list(session.exec(query).all()))


def file_of(desk: Desk, report: CloseOut) -> bytes:
    """The file of a report, unpacked."""
    return gzip.decompress(b"".join(read_file(desk.case.store, desk.case.keys, report)))


def lines_of(desk: Desk, report: CloseOut) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file_of(desk, report).splitlines()]


def told(desk: Desk, action: str) -> list[str]:
    """What the timeline of the incident says of such an act."""
    reader = desk.case.people[Role.PRIVACY_OFFICER]
    lines = desk.case.look(lambda s: read_timeline(s, desk.case.keys, reader, desk.incident_id))
    return [line.text for line in lines if line.action == action]


def audience_of(desk: Desk, release: Release) -> Audience:
    return desk.case.look(lambda session: session.get_one(Audience, release.audience_id))


def left(desk: Desk, audience_id: UUID) -> int:
    """How many rows still belong to an audience."""

    def count(session: Session) -> int:
        wanted: list[Any] = list(NAMED)
        return sum(
            session.exec(select(func.count()).select_from(table).where(table.audience_id == audience_id)).one()
            for table in wanted
        )

    return desk.case.look(count)


def parts(desk: Desk, report: CloseOut) -> int:
    query = select(func.count()).where(col(CloseOutPart.close_out_id) == report.id)
    return desk.case.look(lambda session: session.exec(query).one())


def scopes(desk: Desk) -> set[str]:
    """The scopes whose key still is."""
    wanted = select(DataKey.scope).where(col(DataKey.wrapped) != b"")
    return set(desk.case.look(lambda session: session.exec(wanted).all()))


class Killed(BaseException):
    """The process is gone."""


class Dying(Store):
    """The same database, for a process that dies at one of its writes, before or after it is committed."""

    def __init__(self, url: str, at: int, *, committed: bool) -> None:
        super().__init__(url)
        self._left, self._committed = at, committed

    def write(self, work: Callable[[Session], Any]) -> Any:
        self._left -= 1
        if self._left == 0 and not self._committed:
            raise Killed
        found = super().write(work)
        if self._left == 0:
            raise Killed
        return found


def looked_dying(desk: Desk, at: int, *, committed: bool, rules: RetentionRules = USUAL_RETENTION) -> bool:
    """One look by a process that dies at its write number `at`; whether it came so far."""
    store = Dying(desk.case.store.url.render_as_string(hide_password=False), at, committed=committed)
    try:
        with suppress(Killed):
            look(store, desk.case.keys, desk.case.clock.now(), rules)
            return False
        return True
    finally:
        store.close()
