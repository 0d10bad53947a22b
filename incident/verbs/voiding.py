"""A release that no longer holds for a reason beside the facts: void, with the reason told inside and written down."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.people import Notice
from incident.outreach import Happened, ReleaseNews, messages_about
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import post
from notifications import release as releases
from notifications.addresses import domain_of
from notifications.models import Edition, Release, ReleaseState

OPEN = (ReleaseState.REQUESTED, ReleaseState.APPROVED, ReleaseState.STOPPED)


def open_releases(
    session: Session, incident_id: UUID, kinds: Iterable[str], dataset: str
) -> list[tuple[Release, Notice]]:
    """The releases of these kinds of notice about a data set that can still send, each with its notice."""
    query = (
        select(Release, Notice)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .join(Notice, col(Notice.id) == col(Edition.notice_id))
        .where(
            col(Notice.incident_id) == incident_id,
            col(Notice.kind).in_(list(kinds)),
            col(Notice.dataset).in_((dataset, "")),
            col(Release.state).in_(OPEN),
        )
        .order_by(col(Release.requested_at), col(Release.id))
    )
    return [(row, notice) for row, notice in session.exec(query).all() if not releases.is_settled(session, row)]


def void_because(act: Act, row: Release, notice: Notice, reason: str) -> None:
    """Nothing further of this release goes out. A step of other verbs, which have asked for permission."""
    act = act.by(system("releases"))
    cancelled = releases.void(act.session, row, reason[:500], act.now)
    incident = act.session.get_one(Incident, notice.incident_id)
    news = ReleaseNews(row.id, incident.codename, notice.kind, row.recipients, row.reason)
    for message in messages_about(Happened.VOID, news):
        post(act, notice.incident_id, message, domain_of(row.sender))
    text = f"Release of the notice ({notice.kind.replace('_', '-')}) void, {cancelled} not sent. {reason}."
    body = {"text": text, "release": str(row.id)}
    record(act, incident_subject(notice.incident_id), "release.voided", body)
