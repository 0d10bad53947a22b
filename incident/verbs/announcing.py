"""Publish a released text for everybody: a second person puts it on the public page, corrects it, withdraws it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from incident.approval_rules import ApprovalRules
from incident.errors import Conflict, Forbidden, NotFound, Refused
from incident.grounds import grounds_digest
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.people import Notice
from incident.notice_kinds import PUBLIC
from incident.outreach import publication_message
from incident.queries.briefs import case_for
from incident.queries.publications import Standing, standing_of
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import people_with, put_out
from incident.verbs.notices import hold_kept
from incident.verbs.release_steps import require_promise_ahead
from notifications import announcements
from notifications.announcements import NotAnnounced, Publication
from notifications.models import Announcement, Edition, Outgoing
from notifications.quorum import Way
from notifications.release import open_texts
from notifications.wording import worded

T = TypeVar("T")
BY_PASSKEY = worded("Publish this with your passkey: sign on its page. Passkeys are added on /account/passkeys.")


@dataclass(frozen=True, slots=True)
class ToPublish:
    """An edition as its publisher had it before their eyes, and in words what it changes on the page and why."""

    edition_id: UUID
    digest: str
    correction: str = ""


def publish_announcement(act: Act, asked: ToPublish, *, rules: ApprovalRules, way: Way = Way.CONSOLE) -> Announcement:
    """Publish an edition of an announcement on a page of its own; whoever wrote or froze it may not.

    Raises Forbidden; Conflict for another digest than the edition's and for what is public already; Refused for another
    kind of notice, for facts that changed since, and without a passkey where only passkeys count.
    """
    edition, notice = require_publisher(act, asked)
    _require_way(way, rules)
    publication = _publication(act, edition)
    announcement = _translated(lambda: announcements.publish(act.session, publication, act.now))
    text = f"Announcement published{_how(way)}: {_title(publication)}"
    _write_down(act, notice.incident_id, "announcement.published", text, announcement)
    return announcement


def correct_announcement(
    act: Act, announcement_id: UUID, asked: ToPublish, *, rules: ApprovalRules, way: Way = Way.CONSOLE
) -> Announcement:
    """Replace what a public page says by a newer edition; the page says what changed and keeps every version.

    Raises what `publish_announcement` does, and Conflict without the correction in words.
    """
    edition, notice = require_publisher(act, asked)
    _require_way(way, rules)
    announcement = find_announcement(act, announcement_id, notice.incident_id)
    publication = _publication(act, edition)
    _translated(lambda: announcements.correct(act.session, announcement, publication, asked.correction, act.now))
    text = f"Announcement corrected{_how(way)}: {asked.correction.strip()}"
    _write_down(act, notice.incident_id, "announcement.corrected", text, announcement)
    return announcement


def withdraw_announcement(
    act: Act,
    incident_id: UUID,
    announcement_id: UUID,
    reason: str,
    *,
    rules: ApprovalRules,
    way: Way = Way.CONSOLE,
) -> Announcement:
    """Withdraw a public page, with the reason on it. Raises Conflict without one, and for one withdrawn before."""
    announcement = find_announcement(act, announcement_id, incident_id)
    _require_way(way, rules)
    _translated(lambda: announcements.withdraw(act.session, announcement, reason, act.now))
    text = f"Announcement withdrawn{_how(way)}: {reason.strip()}"
    _write_down(act, incident_id, "announcement.withdrawn", text, announcement)
    return announcement


def ask_for_publication(act: Act, edition: Edition, domain: str, address: str = "") -> None:
    """Tell who may publish an edition that it waits for them, once; nothing where it is for named people.

    Who wrote or froze it is told only where there is nobody else. A step of freezing; `{edition}` in the address stands
    for its id, `domain` in the Message-IDs.
    """
    notice = act.session.get_one(Notice, edition.notice_id)
    if notice.kind not in PUBLIC or standing_of(act.session, edition) is not Standing.WAITS:
        return
    codename = act.session.get_one(Incident, notice.incident_id).codename
    page = address.replace("{edition}", str(edition.id))
    message = publication_message(edition.id, codename, notice.kind, page)
    if act.session.get(Outgoing, message.occasion) is not None:
        return
    people = people_with(act, notice.incident_id, message.roles)
    barred = {*notice.editors, str(edition.created_by)}
    put_out(act, notice.incident_id, message, [one for one in people if str(one.id) not in barred] or people, domain)


def find_announcement(act: Act, announcement_id: UUID, incident_id: UUID) -> Announcement:
    """A public page of the incident, held for an actor who may publish there. Raises Forbidden, NotFound."""
    act.require(Action.ANNOUNCE, incident_id)
    wanted = (col(Announcement.id) == announcement_id, col(Announcement.subject) == incident_subject(incident_id))
    announcement = act.session.exec(select(Announcement).where(*wanted).with_for_update()).first()
    if announcement is None:
        raise NotFound(worded("There is no such announcement on this incident."))
    return announcement


def require_publisher(act: Act, asked: ToPublish) -> tuple[Edition, Notice]:
    """The edition, held, with its notice, for somebody who may publish exactly that. Raises as publishing does."""
    edition = act.session.exec(select(Edition).where(col(Edition.id) == asked.edition_id).with_for_update()).first()
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if edition is None or notice is None:
        raise NotFound(worded("There is no such edition."))
    act.require(Action.ANNOUNCE, notice.incident_id)
    hold_kept(act, notice)
    if notice.kind not in PUBLIC:
        raise Refused(
            worded("A notice of the kind {kind} is not for everybody: write an announcement.", kind=notice.kind)
        )
    if str(act.actor.id) in (*notice.editors, str(edition.created_by)):
        raise Forbidden(worded("Who wrote, edited or froze this announcement may not publish it: ask a second person."))
    if asked.digest != edition.digest:
        raise Conflict(worded("The edition is not the one you read: read it again."))
    case = case_for(act.session, act.keys, notice.incident_id)
    if grounds_digest(case, edition.rests_on) != edition.facts_digest:
        raise Refused(
            worded("Facts this edition rests on have changed: draft the announcement anew and freeze it again.")
        )
    require_promise_ahead(act, edition)
    return edition, notice


def _require_way(way: Way, rules: ApprovalRules) -> None:
    if rules.passkey_only and way is not Way.PASSKEY:
        raise Refused(BY_PASSKEY)


def _how(way: Way) -> str:
    return " with a passkey" if way is Way.PASSKEY else ""


def _publication(act: Act, edition: Edition) -> Publication:
    texts = open_texts(act.session, act.keys, edition)
    return Publication(edition.subject, texts, edition.digest, act.actor.id)


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
