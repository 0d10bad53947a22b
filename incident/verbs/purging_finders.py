"""Conversations with finders go after their incident's end: words and names first, what is evidence with the proofs."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.finders import FinderMail, FinderStatement, FinderThread
from incident.models.incidents import Evidence, Incident
from incident.models.retention import LegalHold
from incident.phases import FINAL
from incident.retention_rules import RetentionRules
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.incoming import ReceivedMail
from notifications.models import Outgoing
from notifications.store import erasing

PIECE = 200  # conversations in one transaction


def threads_due(session: Session, rules: RetentionRules, now: datetime) -> list[UUID]:
    """Conversations whose words and names go now, a piece of them: as long after their incident's end as an audience,
    unless a legal hold keeps it."""
    ended = _ended(rules.audience_days, now)
    query = select(FinderThread.id).where(col(FinderThread.purged_at).is_(None), ended)
    return list(session.exec(query.order_by(col(FinderThread.opened_at)).limit(PIECE)).all())


def purge_threads(act: Act, due: Sequence[UUID]) -> int:
    """Erase what these conversations say, whom they are with, and the mails behind them; how many.

    Moments, hashes, DKIM's results, what was taken into the facts, and evidence stay. Doing it again changes nothing.
    """
    act.require(Action.TASK)
    query = select(FinderThread).where(col(FinderThread.id).in_(due), col(FinderThread.purged_at).is_(None))
    rows = act.session.exec(query.with_for_update().execution_options(populate_existing=True)).all()
    numbers: dict[UUID, int] = defaultdict(int)
    for row in rows:
        row.contact_sealed, row.address_blind, row.purged_at = None, "", act.now
        row.token_digest, row.reporter_id = None, None
        numbers[row.incident_id] += 1
    act.session.add_all(rows)
    act.session.flush()
    _erase(act, [row.id for row in rows])
    for incident_id, number in sorted(numbers.items()):
        said = "1 conversation" if number == 1 else f"{number:,} conversations"
        text = f"Purged on schedule: the words and the writers of {said} with finders. Moments, hashes, evidence stay."
        record(act, incident_subject(incident_id), "finder.purged", {"text": text, "threads": number})
    return len(rows)


def finder_evidence_due(session: Session, rules: RetentionRules, now: datetime) -> list[UUID]:
    """Purged conversations of which something is evidence still: it goes as long after the end as a report's file."""
    over = (col(FinderThread.purged_at).is_not(None), _ended(rules.file_days, now))
    query = select(FinderThread.id).where(col(FinderThread.evidence_erased_at).is_(None), *over)
    return list(session.exec(query.order_by(col(FinderThread.opened_at)).limit(PIECE)).all())


def purge_finder_evidence(act: Act, due: Sequence[UUID]) -> int:
    """Erase the mails and attachments that were kept as evidence of these conversations; name, size and hash stay."""
    act.require(Action.TASK)
    numbers: dict[UUID, int] = defaultdict(int)
    mails = act.session.exec(select(FinderMail).where(col(FinderMail.thread_id).in_(due)).with_for_update()).all()
    for mail in mails:
        ids = [UUID(one) for one in mail.evidence]
        left = (col(Evidence.id).in_(ids), col(Evidence.content_sealed).is_not(None))
        erased = update(Evidence).where(*left).values(content_sealed=None, erased_at=act.now)
        with erasing(act.session):
            gone = act.session.execute(erased.returning(col(Evidence.incident_id))).scalars().all()
        for incident_id in gone:
            numbers[incident_id] += 1
    mine = update(FinderThread).where(col(FinderThread.id).in_(due)).values(evidence_erased_at=act.now)
    act.session.execute(mine)
    for incident_id, number in sorted(numbers.items()):
        text = f"Erased on schedule: {number:,} pieces of evidence from mails of finders. Names and hashes stay."
        record(act, incident_subject(incident_id), "evidence.erased", {"text": text, "pieces": number})
    return len(due)


def _ended(days: int, now: datetime) -> ColumnElement[bool]:
    over = now - timedelta(days=days)
    held = select(LegalHold.incident_id).where(col(LegalHold.lifted_at).is_(None))
    ended = select(Incident.id).where(col(Incident.phase).in_(FINAL), col(Incident.closed_at) < over)
    mine = col(FinderThread.incident_id)
    found: ColumnElement[bool] = mine.in_(ended) & mine.not_in(held)
    return found


def _erase(act: Act, threads: Sequence[UUID]) -> None:
    mine = col(FinderMail.thread_id).in_(threads)
    occasions = select(FinderMail.occasion).where(mine, col(FinderMail.occasion) != "")
    received = select(FinderMail.mail_id).where(mine, col(FinderMail.mail_id).is_not(None))
    said = col(FinderStatement.thread_id).in_(threads)
    with erasing(act.session):
        act.session.execute(delete(Outgoing).where(col(Outgoing.occasion).in_(occasions)))
        act.session.execute(update(ReceivedMail).where(col(ReceivedMail.id).in_(received)).values(raw_sealed=None))
        act.session.execute(update(FinderMail).where(mine).values(content_sealed=None, message_digest=""))
        act.session.execute(update(FinderStatement).where(said).values(note_sealed=None))
