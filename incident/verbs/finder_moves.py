"""By a person's hand: an incident of its own for a report that was gathered, or for a mail that was set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import Conflict, NotFound
from incident.models.entries import ADMINISTRATION, incident_subject
from incident.models.finders import FinderMail, FinderThread, ThreadState, Way
from incident.models.incidents import Incident
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.finder_acts import locked_thread
from incident.verbs.finder_homes import keep_files, open_home, page_opened, tell_begun
from incident.verbs.finder_letters import MailReception, greet
from incident.verbs.finder_mails import take_mail
from incident.verbs.finder_reading import Arrived, Brought
from incident.verbs.received_mail import still
from notifications.incoming import MailState, ReceivedMail
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A message of a gathered conversation, read once more from what was kept."""

    mail_id: UUID  # of the conversation
    arrived: Arrived


def open_own(act: Act, thread_id: UUID, mails: Sequence[ReadAgain], mail: MailReception) -> Incident:
    """Open an incident of its own for a report that was gathered with others, as it would have been opened.

    Raises Conflict for one that has its own, NotFound where its mails were erased.
    """
    act.require(Action.REPORT)
    thread = locked_thread(act, thread_id)
    if thread.state is not ThreadState.GATHERED:
        raise Conflict(worded("This report has an incident of its own."))
    rows = _theirs(act, thread)
    read = {one.mail_id: one.arrived for one in mails}
    if not rows or rows[0].id not in read:
        raise NotFound(worded("The mails of this report were erased on schedule."))
    before, first = thread.incident_id, read[rows[0].id]
    incident = open_home(act, first, mail)
    thread.incident_id, thread.state = incident.id, ThreadState.OPEN
    act.session.add(thread)
    act.session.flush()
    files = [str(keep_files(act, thread, row, read[row.id], mail)) for row in rows if row.id in read]
    silent = greet(act, thread, mail)
    answered = f"Not answered by itself: {silent}." if silent else "Answered by itself, once."
    tell_begun(act, thread, rows[0], first, (f"{files[0]}.", "It was gathered with others before.", answered))
    page_opened(act, incident.id, mail.reception, first.named)
    text = f"The report {thread.reference} has an incident of its own now."
    record(act, incident_subject(before), "finder.moved", {"text": text, "thread": str(thread.id)})
    return incident


def take_aside(act: Act, mail_id: UUID, brought: Brought, address: str, mail: MailReception) -> UUID | None:
    """A mail that was set aside is a report after all: it is taken as one. The id of its conversation.

    Raises Conflict for one that is not set aside.
    """
    act.require(Action.READ_QUARANTINE)
    aside = update(ReceivedMail).where(still(mail_id, MailState.QUARANTINED))
    handed_on = aside.values(state=MailState.HANDED_ON, trouble="").returning(col(ReceivedMail.id))
    if act.session.execute(handed_on).first() is None:
        raise Conflict(worded("This mail is not set aside."))
    text = "A person took a mail that was set aside as a report."
    record(act, ADMINISTRATION, "mail.taken", {"text": text, "mail": str(mail_id), "sha256": brought.sha256})
    return take_mail(act, mail_id, brought, address, mail)


def _theirs(act: Act, thread: FinderThread) -> Sequence[FinderMail]:
    mine = (col(FinderMail.thread_id) == thread.id, col(FinderMail.way) == Way.IN)
    return act.session.exec(select(FinderMail).where(*mine).order_by(col(FinderMail.number))).all()
