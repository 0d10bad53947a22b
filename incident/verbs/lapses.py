"""A release that no longer holds: a fact its text rests on changed, or nobody approved or resumed it in time."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.grounds import Case, changed_grounds, grounds_digest
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.queries.briefs import case_for
from incident.queries.facts import read_facts
from incident.roles import system
from incident.verbs.act import Act
from incident.verbs.instructions import uninstructed
from incident.verbs.voiding import void_because
from notifications import release as releases
from notifications.models import Edition, Release, ReleaseState
from notifications.release_states import UNDER_WAY

LAPSE = {
    ReleaseState.REQUESTED: "Not approved by everybody in time",
    ReleaseState.STOPPED: "Stopped for longer than an approval holds",
}


def void_resting_on_changes(act: Act, incident_id: UUID) -> list[Release]:
    """Void every open release that rests on a fact or moment which now says something else; others stay.

    So does one whose people turn out to be another party's to tell. One that has gone out whole is left to
    `settle_release`, which counts whom it told. A step of the verbs that change facts and moments: call it after they
    did.
    """
    act = act.by(system("releases"))
    mine = (col(Release.subject) == incident_subject(incident_id), col(Release.state).in_(UNDER_WAY))
    rows = act.session.exec(select(Release).where(*mine)).all()
    if not rows:
        return []
    case = case_for(act.session, act.keys, incident_id)
    return [row for row in rows if _void_if_changed(act, row, case)]


def expired_releases(session: Session, now: datetime) -> list[UUID]:
    """Requests nobody approved in time, and releases stopped for too long."""
    over = (col(Release.state).in_(list(LAPSE)), col(Release.expires_at) <= now)
    return list(session.exec(select(Release.id).where(*over).order_by(col(Release.id))).all())


def void_if_expired(act: Act, release_id: UUID) -> bool:
    """Void a release whose time is over. A step of the sweep, and of whoever is about to approve or resume it."""
    row = act.session.get(Release, release_id)
    if row is None or row.state not in LAPSE or row.expires_at is None or act.now < row.expires_at:
        return False
    releases.lock(act.session, row)
    if row.state not in LAPSE or row.expires_at is None or act.now < row.expires_at:
        return False
    void_because(act, row, f"{LAPSE[row.state]}: ask for it again")
    return True


def _void_if_changed(act: Act, row: Release, case: Case) -> bool:
    if releases.is_settled(act.session, row):
        return False
    edition = act.session.get_one(Edition, row.edition_id)
    notice = act.session.get_one(Notice, edition.notice_id)
    if grounds_digest(case, edition.rests_on) == row.facts_digest:
        reason = uninstructed(act, case, row, notice)
    else:
        then = read_facts(act.session, act.keys, act.actor, notice.incident_id, edition.fact_version)
        before = Case(then.sheet, case.anchors, case.entity, then.number)
        paths = changed_grounds(before, case, edition.rests_on) or ("a recorded moment",)
        reason = f"It rests on facts that changed: {', '.join(paths)}"
    if reason:
        void_because(act, row, reason)
    return bool(reason)
