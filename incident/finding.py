"""Conversations with finders from end to end, for pages and programs alike: what a verb needs is read before it."""

from dataclasses import replace
from uuid import UUID

from sqlmodel import Session, col, select

from incident.auth.edge import Edge
from incident.doors import mail_reception_of, report_desk_of
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.finder_rules import security_address
from incident.models.finders import FinderMail, FinderStatement, FinderThread, Way
from incident.models.incidents import Incident
from incident.organisation import organisation_of, reception_of
from incident.queries.finders import find_thread, words_of
from incident.report_rules import Told
from incident.roles import Action, Actor, require
from incident.verbs.finder_acts import FinderSending, take_statement, write_to_finder
from incident.verbs.finder_letters import MailReception
from incident.verbs.finder_moves import ReadAgain, open_own, take_aside
from incident.verbs.finder_reading import Arrived, Brought, bring
from incident.verbs.finder_reports import ReportDesk, arrival, kept_of
from incident.verbs.incident_notes import address_of_incident
from notifications.addresses import domain_of
from notifications.dkim_checks import KeyLookup
from notifications.incoming import MailState, ReceivedMail
from notifications.mail_parts import TooStrange
from notifications.name_records import nobody_asked
from notifications.received import raw_mail
from notifications.wording import worded


def mail_of(edge: Edge) -> MailReception:
    """How reports by mail are taken. Raises Conflict where no address for them is set."""
    found = mail_reception_of(edge.settings, reception_of(edge.settings))
    if found is None:
        raise Conflict(worded("No address for reports is set: an administrator sets SEVENTYTWO_SECURITY_ADDRESSES."))
    return found


def desk_of(edge: Edge) -> ReportDesk:
    """How reports by form are taken."""
    return report_desk_of(edge.settings, reception_of(edge.settings))


def write(edge: Edge, by: Actor, thread_id: UUID, text: str) -> FinderMail:
    """Write to a finder."""
    sending = FinderSending(domain_of(edge.settings.mail_from), edge.settings.base_url)
    return edge.write(by, lambda act: write_to_finder(act, thread_id, text, sending))


def thread_of_mail(edge: Edge, mail_id: UUID) -> UUID:
    """The conversation of a mail, for callers whose verb asks for permission. Raises NotFound."""
    with edge.read() as session:
        mail = session.get(FinderMail, mail_id)
    if mail is None:
        raise NotFound(worded("There is no such mail."))
    return mail.thread_id


def take(edge: Edge, by: Actor, statement_id: UUID, dataset: str = "", based_on: int | None = None) -> FinderStatement:
    """Put what a finder's answer proposes into the facts."""
    organisation = organisation_of(edge.settings)
    return edge.write(by, lambda act: take_statement(act, statement_id, organisation, dataset, based_on))


def incident_address(edge: Edge, by: Actor, incident_id: UUID, *, anew: bool = False) -> str:
    """The address mails become lines of an incident by."""
    base = edge.settings.incident_address
    return edge.write(by, lambda act: address_of_incident(act, incident_id, base, anew=anew))


def open_gathered(edge: Edge, by: Actor, thread_id: UUID) -> Incident:
    """Open an incident of its own for a report that was gathered with others."""
    desk = desk_of(edge)
    mail = mail_reception_of(edge.settings, desk.mail.reception) or desk.mail
    with edge.read() as session:
        thread = find_thread(session, by, thread_id, Action.ANSWER)
        mine = (col(FinderMail.thread_id) == thread.id, col(FinderMail.way) == Way.IN)
        rows = session.exec(select(FinderMail).where(*mine).order_by(col(FinderMail.number))).all()
        kept = [(row.id, _arrived(edge, session, row, thread, mail)) for row in rows]
    mails = [ReadAgain(row_id, arrived) for row_id, arrived in kept if arrived is not None]
    return edge.write(by, lambda act: open_own(act, thread_id, mails, mail))


def _arrived(
    edge: Edge, session: Session, row: FinderMail, thread: FinderThread, mail: MailReception
) -> Arrived | None:
    """A message of a gathered conversation as it came; None once it is erased."""
    if row.mail_id is not None:
        brought = _read(edge, session, row.mail_id, mail, nobody_asked)
        return brought.arrived if brought is not None else None
    words = words_of(session, edge.keys, row, thread)
    if words is None:
        return None
    raw = kept_of(thread.reference, row.number, words.text, words.details, row.at)
    return arrival(thread.door, Told(words.text).title or "without words", raw, row.at)


def take_set_aside(edge: Edge, by: Actor, mail_id: UUID) -> UUID | None:
    """Take a mail that was set aside as a report; the id of its conversation. Raises NotFound, Conflict, Invalid."""
    mail = mail_of(edge)
    with edge.read() as session:
        require(by, Action.READ_QUARANTINE, None)
        row = session.get(ReceivedMail, mail_id)
        if row is None or row.state is not MailState.QUARANTINED:
            raise NotFound(worded("There is no such mail."))
        brought = _read(edge, session, mail_id, mail, mail.look_up)
        address = security_address(mail.rules, (row.recipient,))
    if brought is None:
        raise Conflict(worded("The mail was erased on schedule; its hash is kept."))
    address = address or next(iter(sorted(mail.rules.security)), "")
    return edge.write(by, lambda act: take_aside(act, mail_id, replace(brought, loops=False), address, mail))


def _read(edge: Edge, session: Session, mail_id: UUID, mail: MailReception, look_up: KeyLookup) -> Brought | None:
    row = session.get_one(ReceivedMail, mail_id)
    raw = raw_mail(session, edge.keys, row)
    if raw is None:
        return None
    try:
        return bring(raw, row, mail.rules, look_up)
    except TooStrange as error:
        raise Invalid(
            Fault("mail", worded("cannot be read: {error}", error=error), worded("keep it as evidence by hand"))
        ) from None
