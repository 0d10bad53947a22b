"""Conversations with finders: found by what a mail names, listed without a word of them, and one of them opened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.finder_rules import digest_of, reference_in
from incident.models.finders import FinderMail, FinderStatement, FinderThread, StatementState, Way
from incident.queries.access import access_to
from incident.report_rules import token_digest
from incident.roles import Action, Actor, require
from notifications.addresses import meeting_key
from notifications.hearing import delivery_of
from notifications.models import Delivery
from notifications.replies import Reply
from notifications.sealing import Keys, Place, Unsealable
from notifications.wording import worded

OCCASION = "finder:"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a conversation is with. `reach`: how they said they are reached, where that is no address."""

    address: str
    name: str
    reach: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What one message says, opened. `attachments` are name, type, size, SHA-256 and whether it was kept as evidence.

    `details` are answers to what is asked after a report by form, by `report_rules.Detail`.
    """

    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    quoted: bool = False
    cut: bool = False
    ground: str = ""
    trouble: str = ""
    attachments: tuple[Mapping[str, object], ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """A mail of a conversation: its row, its words (None once purged), and what the ledger says of one of ours."""

    row: FinderMail
    words: Words | None
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """A conversation opened: whom with, every mail in its order, and what was recorded of it."""

    row: FinderThread
    contact: Contact | None
    mails: Sequence[OpenedMail]


@dataclass(frozen=True, slots=True)
class ListedThread:
    """A conversation of a list. `unread` counts mails of theirs that nobody has opened."""

    row: FinderThread
    unread: int
    statements: Sequence[FinderStatement] = field(default_factory=tuple)


def contact_place(row: FinderThread) -> Place:
    """Where a finder's address and name are sealed for."""
    return Place("finder_thread", "contact_sealed", str(row.id), row.scope)


def words_place(row: FinderMail, scope: str) -> Place:
    """Where what a mail says is sealed for."""
    return Place("finder_mail", "content_sealed", str(row.id), scope)


def note_place(row: FinderStatement) -> Place:
    """Where the note on an answer is sealed for."""
    return Place("finder_statement", "note_sealed", str(row.id), scope_of(row.thread_id))


def scope_of(thread_id: UUID) -> str:
    """Whose key a conversation is sealed with."""
    return f"{OCCASION}{thread_id}"


def find_thread(session: Session, actor: Actor, thread_id: UUID, action: Action = Action.READ_REPLIES) -> FinderThread:
    """One conversation, if the actor may do this to its incident. Raises NotFound, alike for absent and hidden."""
    row = session.get(FinderThread, thread_id)
    if row is None:
        raise NotFound(worded("There is no such conversation."))
    try:
        require(actor, action, access_to(session, row.incident_id))
    except NotFound:
        raise NotFound(worded("There is no such conversation.")) from None
    return row


def list_threads(session: Session, actor: Actor, incident_id: UUID) -> list[ListedThread]:
    """Conversations of an incident, the latest first, without a word of them. Raises NotFound and Forbidden."""
    require(actor, Action.READ_REPLIES, access_to(session, incident_id))
    mine = select(FinderThread).where(col(FinderThread.incident_id) == incident_id)
    rows = session.exec(mine.order_by(col(FinderThread.last_at).desc(), col(FinderThread.id))).all()
    ids = [row.id for row in rows]
    unread = (col(FinderMail.thread_id).in_(ids), col(FinderMail.way) == Way.IN, col(FinderMail.read_at).is_(None))
    counted = select(FinderMail.thread_id, func.count()).where(*unread).group_by(col(FinderMail.thread_id))
    numbers = dict(session.exec(counted).all())
    said = select(FinderStatement).where(col(FinderStatement.thread_id).in_(ids))
    statements = session.exec(said.order_by(col(FinderStatement.recorded_at), col(FinderStatement.id))).all()
    return [
        ListedThread(row, numbers.get(row.id, 0), tuple(one for one in statements if one.thread_id == row.id))
        for row in rows
    ]


def threads_of(session: Session, incident_id: UUID) -> tuple[int, int]:
    """How many conversations an incident has, and mails of theirs nobody has opened; for callers that may read it."""
    mine = col(FinderThread.incident_id) == incident_id
    threads = session.exec(select(func.count()).select_from(FinderThread).where(mine)).one()
    unread = (mine, col(FinderMail.way) == Way.IN, col(FinderMail.read_at).is_(None))
    joined = (
        select(func.count())
        .select_from(FinderMail)
        .join(FinderThread, col(FinderThread.id) == col(FinderMail.thread_id))
    )
    return threads, session.exec(joined.where(*unread)).one() if threads else 0


def open_thread(session: Session, keys: Keys, row: FinderThread) -> OpenedThread:
    """What stands in a conversation, for callers that have asked for permission and write down who reads."""
    mine = select(FinderMail).where(col(FinderMail.thread_id) == row.id).order_by(col(FinderMail.number))
    mails = session.exec(mine).all()
    occasions = [mail.occasion for mail in mails if mail.occasion]
    sent = select(Delivery.occasion, Delivery.state).where(col(Delivery.occasion).in_(occasions))
    states = {occasion: str(state) for occasion, state in session.exec(sent).all()}
    opened = [OpenedMail(mail, words_of(session, keys, mail, row), states.get(mail.occasion, "")) for mail in mails]
    return OpenedThread(row, contact_of(session, keys, row), opened)


def contact_of(session: Session, keys: Keys, row: FinderThread) -> Contact | None:
    """Whom a conversation is with; None once purged, and where nothing is known of them."""
    if row.contact_sealed is None:
        return None
    try:
        said = json.loads(keys.open(session, row.contact_sealed, contact_place(row)))
    except Unsealable:
        return None
    return Contact(**said) if said["address"] or said.get("reach") else None


def words_of(session: Session, keys: Keys, mail: FinderMail, thread: FinderThread) -> Words | None:
    """What one mail says; None once purged."""
    if mail.content_sealed is None:
        return None
    try:
        said = json.loads(keys.open(session, mail.content_sealed, words_place(mail, thread.scope)))
    except Unsealable:
        return None
    lists = {name: tuple(said.get(name, ())) for name in ("references", "attachments")}
    return Words(**{**said, **lists})


def note_of(session: Session, keys: Keys, row: FinderStatement) -> str:
    """What was noted beside an answer, "" for nothing and once purged."""
    if row.note_sealed is None:
        return ""
    try:
        return keys.open(session, row.note_sealed, note_place(row))
    except Unsealable:
        return ""


def thread_named(session: Session, keys: Keys, read: Reply) -> FinderThread | None:
    """The conversation a mail belongs to: by a mail of ours it names, by the reference in its subject, or by an earlier
    mail from the same address. None for none, and for one that was purged."""
    found = _by_our_mail(session, read) or _by_reference(session, read) or _by_their_mail(session, keys, read)
    return found if found is not None and found.purged_at is None else None


def answers_other_mail(session: Session, references: Sequence[str]) -> bool:
    """Whether a mail answers one of ours that went to no finder: then it is a reply, whatever address it came to."""
    for identity in references:
        delivery = delivery_of(session, identity)
        if delivery is not None and not delivery.occasion.startswith(OCCASION):
            return True
    return False


def thread_of_token(session: Session, reference: str, token: str) -> FinderThread | None:
    """The conversation that a reference and its token open; None alike for each of the two that is wrong.

    It is found by the digest of both together, so that how long it takes tells nothing of others, nor of the reference.
    """
    query = select(FinderThread).where(col(FinderThread.token_digest) == token_digest(reference, token))
    return session.exec(query).first()


def threads_reported(session: Session, actor: Actor) -> list[FinderThread]:
    """What a person reported in the console, the newest first, at most 50."""
    mine = select(FinderThread).where(col(FinderThread.reporter_id) == actor.id)
    return list(session.exec(mine.order_by(col(FinderThread.opened_at).desc()).limit(50)).all())


def thread_reported(session: Session, actor: Actor, thread_id: UUID) -> FinderThread:
    """One conversation of the person who began it in the console. Raises NotFound, alike for absent and others'."""
    row = session.get(FinderThread, thread_id)
    if row is None or row.reporter_id is None or row.reporter_id != actor.id:
        raise NotFound(worded("There is no such report."))
    return row


def seen_by_finder(session: Session, keys: Keys, row: FinderThread) -> list[OpenedMail]:
    """What the finder is shown of their conversation: what they wrote by the form, and what was written to them."""
    by_form = (col(FinderMail.way) == Way.OUT) | col(FinderMail.mail_id).is_(None)
    mine = select(FinderMail).where(col(FinderMail.thread_id) == row.id, by_form).order_by(col(FinderMail.number))
    return [OpenedMail(mail, words_of(session, keys, mail, row)) for mail in session.exec(mine).all()]


def open_statements(session: Session, thread_id: UUID, question: str) -> Sequence[FinderStatement]:
    """What was recorded of a question and nobody has decided yet."""
    waiting = (col(FinderStatement.question) == question, col(FinderStatement.state) == StatementState.PROPOSED)
    return session.exec(select(FinderStatement).where(col(FinderStatement.thread_id) == thread_id, *waiting)).all()


def _by_our_mail(session: Session, read: Reply) -> FinderThread | None:
    for identity in read.references:
        delivery = delivery_of(session, identity)
        if delivery is not None and delivery.occasion.startswith(OCCASION):
            return session.get(FinderThread, UUID(delivery.occasion.split(":")[1]))
    return None


def _by_reference(session: Session, read: Reply) -> FinderThread | None:
    reference = reference_in(read.subject)
    query = select(FinderThread).where(col(FinderThread.reference) == reference)
    return session.exec(query).first() if reference else None


def _by_their_mail(session: Session, keys: Keys, read: Reply) -> FinderThread | None:
    digests = [digest_of(identity) for identity in read.references]
    query = (
        select(FinderThread)
        .join(FinderMail, col(FinderMail.thread_id) == col(FinderThread.id))
        .where(col(FinderMail.message_digest).in_(digests), col(FinderMail.way) == Way.IN)
        .order_by(col(FinderMail.kept_at).desc())
        .limit(20)
    )
    for row in session.exec(query).all() if digests else ():
        contact = contact_of(session, keys, row)
        if contact is not None and contact.address and meeting_key(contact.address) == meeting_key(read.sender):
            return row
    return None
