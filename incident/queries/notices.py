"""Notices, editions and releases as pages read them; the brief a notice is written from; who is told what."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.grounds import Case, changed_grounds, grounds_digest
from incident.models.entries import incident_subject
from incident.models.law import Filing
from incident.models.people import Notice
from incident.notice_drafts import NoticeDraft, draft_place, read_draft
from incident.queries.access import access_to
from incident.queries.briefs import case_for
from incident.queries.counting import counts_of
from incident.queries.facts import read_facts
from incident.roles import Action, Actor, require
from notifications.audience import counted
from notifications.message import Text
from notifications.models import Announcement, AnnouncementVersion, Audience, Edition, Release
from notifications.release import Seen, open_texts
from notifications.sealing import Keys
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in work. `newer_facts`: paths it rests on that say something else now; `newest` the facts' version."""

    notice: Notice
    draft: NoticeDraft
    newer_facts: tuple[str, ...]
    newest: int
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """What an approver has to see: the exact texts, to how many in which language, who wrote, and the digests."""

    release: Release
    edition: Edition
    audience: Audience
    texts: Mapping[str, Text]
    locales: Mapping[str, int]
    states: Mapping[str, int]
    notice: Notice
    seen: Seen


def notices_of(session: Session, actor: Actor, incident_id: UUID) -> list[Notice]:
    """The notices of an incident, the oldest first, unopened."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(Notice).where(col(Notice.incident_id) == incident_id)
    return list(session.exec(mine.order_by(col(Notice.created_at), col(Notice.id))).all())


def read_notice(session: Session, keys: Keys, actor: Actor, notice_id: UUID) -> NoticeView:
    """One notice opened, with the facts it rests on that have changed since. Raises NotFound and Forbidden."""
    notice = _found(session, actor, notice_id)
    draft = read_draft(keys.open(session, notice.draft_sealed, draft_place(notice.incident_id, notice.id)))
    now = case_for(session, keys, notice.incident_id)
    mine = select(Edition).where(col(Edition.notice_id) == notice.id).order_by(col(Edition.number).desc())
    changed: tuple[str, ...] = ()
    if grounds_digest(now, notice.rests_on) != notice.facts_digest:
        then = read_facts(session, keys, actor, notice.incident_id, notice.fact_version)
        before = Case(then.sheet, now.anchors, now.entity, then.number)
        changed = changed_grounds(before, now, notice.rests_on) or ("recorded moments",)
    return NoticeView(notice, draft, changed, now.number, tuple(session.exec(mine).all()))


def editions_of(session: Session, actor: Actor, notice_id: UUID) -> list[Edition]:
    """The frozen versions of a notice, the newest first."""
    notice = _found(session, actor, notice_id)
    mine = select(Edition).where(col(Edition.notice_id) == notice.id)
    return list(session.exec(mine.order_by(col(Edition.number).desc())).all())


def is_released(session: Session, notice_id: UUID) -> bool:
    """Whether a release of an edition of it was ever asked for, or one is public."""
    mine = col(Edition.notice_id) == notice_id
    asked = select(Release.id).join(Edition, col(Edition.id) == col(Release.edition_id)).where(mine)
    same = (
        col(AnnouncementVersion.edition_digest) == col(Edition.digest),
        col(Announcement.subject) == Edition.subject,
    )
    public = (
        select(AnnouncementVersion.id)
        .join(Announcement, col(Announcement.id) == col(AnnouncementVersion.announcement_id))
        .join(Edition, and_(*same))
        .where(mine)
    )
    return any(session.exec(query.limit(1)).first() is not None for query in (asked, public))


def releases_of(session: Session, actor: Actor, incident_id: UUID) -> list[Release]:
    """Every release of an incident, the newest first."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(Release).where(col(Release.subject) == incident_subject(incident_id))
    return list(session.exec(mine.order_by(col(Release.requested_at).desc(), col(Release.id))).all())


def read_release(session: Session, keys: Keys, actor: Actor, release_id: UUID) -> ReleaseView:
    """One release with everything an approver has to see. Raises NotFound and Forbidden."""
    release = session.get(Release, release_id)
    edition = session.get(Edition, release.edition_id) if release else None
    if release is None or edition is None:
        raise NotFound(worded("There is no such release."))
    notice = _found(session, actor, edition.notice_id)
    audience = session.get_one(Audience, release.audience_id)
    return ReleaseView(
        release=release,
        edition=edition,
        audience=audience,
        texts=open_texts(session, keys, edition),
        locales=counted(session, audience.id),
        states=states_of(session, release.id),
        notice=notice,
        seen=Seen(edition.digest, str(audience.digest), edition.facts_digest),
    )


def states_of(session: Session, release_id: UUID) -> dict[str, int]:
    """How many rows of a release are in each state of delivery, on the channel it went out by.

    Rows in the product of people whom no mail reached stand beside the mail's own: each person counts once. Of very
    many rows the counts are as of at most a second ago.
    """
    return {str(state): number for state, number in counts_of(session, release_id).items()}


def filings_of(session: Session, actor: Actor, incident_id: UUID) -> list[Filing]:
    """The filings of an incident, drafts and submissions, the newest first."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(Filing).where(col(Filing.incident_id) == incident_id)
    return list(session.exec(mine.order_by(col(Filing.drafted_at).desc(), col(Filing.id))).all())


def _found(session: Session, actor: Actor, notice_id: UUID) -> Notice:
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise NotFound(worded("There is no such notice."))
    require(actor, Action.READ, access_to(session, notice.incident_id))
    return notice
