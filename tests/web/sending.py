"""A release of the stage that has ended, as the sender and the sweep leave it, and the worker's look at retention."""

from uuid import UUID

from sqlmodel import Session, col, select, update

from incident.auth.edge import Edge
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.organisation import approval_rules_of, retention_rules_of
from incident.queries.notices import read_release
from incident.retaining import Looked, look
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.approvals import approve_release
from incident.verbs.releases import Request, request_release
from incident.verbs.settling import settle_release
from incident.web.audiences import build_audience
from incident.writing import freeze
from notifications.models import Delivery, DeliveryState
from tests.web.stage import Stage, session_of

REFUSED = 3


def going_release(stage: Stage) -> UUID:
    """A notice to the people of the register whose release was approved; nothing has left yet."""
    parts, mara = stage.installation, stage.people["mara"]
    edge = Edge(parts.store, parts.keys, parts.clock, parts.settings)
    with session_of(stage) as session:
        notice = session.exec(select(Notice).where(col(Notice.kind) == NoticeKind.PEOPLE)).one()
    audience = build_audience(edge, mara, notice)
    edition = freeze(edge, mara, notice.id, notice.version)
    wanted = Request(edition.id, audience.id, parts.settings.mail_from)
    release = stage.act("mara", request_release, wanted, approval_rules_of(parts.settings))
    with session_of(stage) as session:
        seen = read_release(session, parts.keys, stage.people["ines"], release.id).seen
    stage.act("ines", approve_release, release.id, seen)
    return release.id


def sent_release(stage: Stage) -> UUID:
    """A notice to the people of the register, of whom three were refused; the release is finished."""
    parts, release_id = stage.installation, going_release(stage)
    parts.store.write(lambda session: _answered(session, stage, release_id))
    now = parts.clock.now()
    ended = parts.store.write(
        lambda session: settle_release(Act(session, parts.keys, system("sweep"), now), release_id)
    )
    assert ended
    return release_id


def looked(stage: Stage) -> Looked:
    """One look of the worker with the settings of the stage."""
    parts = stage.installation
    return look(parts.store, parts.keys, parts.clock.now(), retention_rules_of(parts.settings))


def _answered(session: Session, stage: Stage, release_id: UUID) -> None:
    now = stage.installation.clock.now()
    mine = select(Delivery.id).where(col(Delivery.release_id) == release_id).order_by(col(Delivery.id))
    refused = session.exec(mine.limit(REFUSED)).all()
    said = {"settled_at": now, "first_transmitting_at": now, "attempt": 1}
    taken = {**said, "state": DeliveryState.ACCEPTED, "reply_code": 250, "reply_enhanced": "2.0.0"}
    gone = {**said, "state": DeliveryState.REJECTED, "reply_code": 550, "reply_enhanced": "5.1.1"}
    session.exec(update(Delivery).where(col(Delivery.release_id) == release_id).values(taken))
    session.exec(update(Delivery).where(col(Delivery.id).in_(refused)).values(gone))
