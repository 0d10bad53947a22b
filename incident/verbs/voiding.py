"""Releases that can still send, and how one of them becomes void: told inside and written down with the reason."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.people import Notice
from incident.outreach import Happened
from incident.queries.seats import find_bound
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.entries import LONGEST_REASON
from incident.verbs.release_steps import Said, named, tell, write_down
from notifications import release as releases
from notifications.models import Edition, Release, ReleaseState
from notifications.release_states import UNDER_WAY


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
            col(Release.state).in_(UNDER_WAY),
        )
        .order_by(col(Release.requested_at), col(Release.id))
    )
    return [(row, notice) for row, notice in session.exec(query).all() if not releases.is_settled(session, row)]


def void_edited(act: Act, notice: Notice, why: str = "Its text was changed since it was asked for") -> None:
    """Void what is asked for, or stopped, of a notice that was changed since; what is being sent goes on.

    A step of the verbs that change a text, or what may stand in it.
    """
    waiting = (ReleaseState.REQUESTED, ReleaseState.STOPPED)
    query = (
        select(Release)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .where(col(Edition.notice_id) == notice.id, col(Release.state).in_(waiting))
        .order_by(col(Release.requested_at), col(Release.id))
    )
    for row in act.session.exec(query).all():
        void_because(act, row, why)


def void_because(act: Act, row: Release, reason: str) -> None:
    """Nothing further of this release goes out. A step of other verbs, which have asked for permission."""
    act, bound, why = act.by(system("releases")), find_bound(act.session, row.id), reason[:LONGEST_REASON]
    cancelled = releases.void(act.session, row, why, act.now)
    tell(act, bound, Happened.VOID)
    text = f"Release of {named(bound)} void, {cancelled} not sent. {why.rstrip('.')}."
    write_down(act, bound, Said("release.voided", text))
