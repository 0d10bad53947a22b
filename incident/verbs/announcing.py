"""Publish a released text for everybody: a second person puts it on the public page, corrects it, withdraws it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Forbidden, NotFound, Refused
from incident.grounds import grounds_digest
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.notice_kinds import PUBLIC
from incident.queries.briefs import case_for
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications import announcements
from notifications.announcements import NotAnnounced, Publication
from notifications.models import Announcement, Edition
from notifications.release import open_texts

T = TypeVar("T")


def publish_announcement(act: Act, edition_id: UUID, digest: str) -> Announcement:
    """Publish an edition of an announcement; whoever wrote or froze it may not.

    `digest` is the edition's as the caller saw it. Raises Forbidden, Conflict for another digest, Refused for another
    kind of notice and for facts that changed since.
    """
    edition, notice = _edition(act, edition_id, digest)
    publication = _publication(act, edition)
    announcement = announcements.publish(act.session, publication, act.now)
    text = f"Announcement published: {_title(publication)}"
    _write_down(act, notice.incident_id, "announcement.published", text, announcement)
    return announcement


def correct_announcement(
    act: Act, announcement_id: UUID, edition_id: UUID, digest: str, correction: str
) -> Announcement:
    """Replace what a public page says by a newer edition; the page says what changed and keeps every version."""
    edition, notice = _edition(act, edition_id, digest)
    announcement = _find(act, announcement_id, notice.incident_id)
    publication = _publication(act, edition)
    _translated(lambda: announcements.correct(act.session, announcement, publication, correction, act.now))
    text = f"Announcement corrected: {correction.strip()}"
    _write_down(act, notice.incident_id, "announcement.corrected", text, announcement)
    return announcement


def withdraw_announcement(act: Act, incident_id: UUID, announcement_id: UUID, reason: str) -> Announcement:
    """Withdraw a public page, with the reason on it."""
    act.require(Action.ANNOUNCE, incident_id)
    announcement = _find(act, announcement_id, incident_id)
    _translated(lambda: announcements.withdraw(act.session, announcement, reason, act.now))
    _write_down(act, incident_id, "announcement.withdrawn", f"Announcement withdrawn: {reason.strip()}", announcement)
    return announcement


def _edition(act: Act, edition_id: UUID, digest: str) -> tuple[Edition, Notice]:
    edition = act.session.get(Edition, edition_id)
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if edition is None or notice is None:
        raise NotFound("There is no such edition.")
    act.require(Action.ANNOUNCE, notice.incident_id)
    if notice.kind not in PUBLIC:
        raise Refused(f"A notice of the kind {notice.kind} is not for everybody: write an announcement.")
    if str(act.actor.id) in (*notice.editors, str(edition.created_by)):
        raise Forbidden("Who wrote, edited or froze this announcement may not publish it: ask a second person.")
    if digest != edition.digest:
        raise Conflict("The edition is not the one you read: read it again.")
    case = case_for(act.session, act.keys, notice.incident_id)
    if grounds_digest(case, edition.rests_on) != edition.facts_digest:
        raise Refused("Facts this edition rests on have changed: draft the announcement anew and freeze it again.")
    return edition, notice


def _publication(act: Act, edition: Edition) -> Publication:
    texts = open_texts(act.session, act.keys, edition)
    return Publication(edition.subject, texts, edition.digest, act.actor.id)


def _find(act: Act, announcement_id: UUID, incident_id: UUID) -> Announcement:
    wanted = (col(Announcement.id) == announcement_id, col(Announcement.subject) == incident_subject(incident_id))
    announcement = act.session.exec(select(Announcement).where(*wanted)).first()
    if announcement is None:
        raise NotFound("There is no such announcement on this incident.")
    return announcement


def _translated(work: Callable[[], T]) -> T:
    try:
        return work()
    except NotAnnounced as error:
        raise Conflict(str(error)) from error


def _title(publication: Publication) -> str:
    texts = publication.texts
    return (texts.get("en") or next(iter(texts.values()))).subject


def _write_down(act: Act, incident_id: UUID, action: str, text: str, announcement: Announcement) -> None:
    body = {"text": text, "announcement": str(announcement.id), "public_id": announcement.public_id}
    record(act, incident_subject(incident_id), action, body)
