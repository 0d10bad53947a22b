"""A report by form taken: it begins the same kind of conversation as one by mail, and its writer gets a token, once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Invalid
from incident.finder_rules import new_reference
from incident.models.finders import Door, FinderMail, FinderThread, ThreadState, Way
from incident.queries.finders import Contact, contact_place, scope_of, words_place
from incident.report_rules import SHOWN_AGAIN, Message, ReportRules, Told, as_kept, token_digest, token_from
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.finder_homes import gathering, keep_files, open_home, page_opened, tell_begun, tell_gathered
from incident.verbs.finder_letters import MailReception
from incident.verbs.finder_mails import blind_of, opened_lately
from incident.verbs.finder_reading import Arrived
from incident.verbs.report_counts import BLIND, IN_ALL, count_one_more, hold_counts, of_network
from notifications.attachments import Attachment
from notifications.dkim_checks import Verdict
from notifications.ids import new_id

FORM = system("report form")
KEPT_TYPE = "application/json"
OWN_RECEIPT = "our own receipt"
NAMED: Mapping[Door, str] = {
    Door.MAIL: "by mail",
    Door.FORM: "by the form",
    Door.INSIDE: "by the form in the console",
    Door.PROGRAM: "brought by a program",
}


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a report comes from. `network`: what is counted, of the public form; `reporter`: who is signed in."""

    door: Door
    network: str = ""
    reporter: Contact | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What its writer is given. `token` "": none; a person who is signed in needs none, and one is shown only once.

    `takes_files`: whether files can be added now; to a report that was gathered with others they cannot.
    """

    thread_id: UUID
    reference: str
    token: str
    at: datetime
    takes_files: bool = True
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """What taking reports by form needs: its own rules, and what every report needs."""

    rules: ReportRules
    mail: MailReception


def take_report(act: Act, told: Told, desk: ReportDesk, whence: Whence) -> Receipt:
    """Take a report by form, once: the same form sent twice within minutes is given the same receipt.

    It opens an incident; beyond so many an hour one from the public form is gathered with others in one. Raises
    Invalid, and TooMany for one more than the form takes.
    """
    act.require(Action.REPORT)
    faults = told.faults(anonymous=desk.rules.anonymous or whence.door is not Door.FORM)
    if faults:
        raise Invalid(*faults)
    key = f"{whence.door}:{act.actor.label}:{told.key}" if told.once else f"{whence.door}:{new_id().hex}"
    origin_key = act.keys.for_scope(act.session, BLIND).blind(f"report {key}")
    limits = {IN_ALL: desk.rules.an_hour}
    if whence.network:
        limits[of_network(act, "report", whence.network)] = desk.rules.an_address
    counts = hold_counts(act, *limits)
    token = token_from(act.keys.for_scope(act.session, BLIND).blind(f"token {key}"))
    known = act.session.exec(select(FinderMail).where(col(FinderMail.origin_key) == origin_key)).first()
    if known is not None:
        return _again(act, known, token)
    if whence.door is Door.FORM:
        count_one_more(act, counts, limits)
    thread = _begin(act, told, desk, whence, (origin_key, token))
    return _receipt(thread, token, act.now)


def add_message(act: Act, thread: FinderThread, message: Message, attached: tuple[Attachment, ...] = ()) -> FinderMail:
    """Put a message by form into its conversation, which counts it already. A step of verbs."""
    raw = kept_of(thread.reference, thread.mails, message.text, message.said, act.now)
    files = [
        {"name": one.name, "type": one.media_type, "size": one.size, "sha256": one.sha256, "kept": bool(one.content)}
        for one in attached
    ]
    row = FinderMail(
        id=new_id(),
        thread_id=thread.id,
        number=thread.mails,
        way=Way.IN,
        content_sealed=None,
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        dkim=Verdict.NONE,
        at=act.now,
        kept_at=act.now,
    )
    said = {"text": message.text, "details": message.said, "attachments": files}
    row.content_sealed = act.seal(json.dumps(said, ensure_ascii=False), words_place(row, thread.scope))
    act.session.add_all((thread, row))
    act.session.flush()
    return row


def kept_of(reference: str, number: int, text: str, details: Mapping[str, str], at: datetime) -> bytes:
    """A message of a conversation as it is kept as evidence, the same bytes whenever they are made."""
    said = {"reference": reference, "number": number, "text": text, "details": dict(details)}
    return as_kept({**said, "received_at": at.isoformat()})


def arrival(door: Door, title: str, raw: bytes, at: datetime, attached: tuple[Attachment, ...] = ()) -> Arrived:
    """A message by form as an incident is opened from and evidence kept of. A step of verbs."""
    named = NAMED[door]
    why = f"A report {named} reached us; the moment is that of our own receipt."
    return Arrived(title, at, OWN_RECEIPT, named, why, raw, KEPT_TYPE, attached)


def _begin(act: Act, told: Told, desk: ReportDesk, whence: Whence, names: tuple[str, str]) -> FinderThread:
    """The conversation, with its incident; `names` are the key by which it is known again, and its token."""
    steps, mail, reference = act.by(FORM), desk.mail, new_reference()
    arrived = arrival(whence.door, told.title, kept_of(reference, 1, told.what, {}, act.now), act.now)
    full = whence.door is Door.FORM and opened_lately(act, Door.FORM) >= mail.rules.an_hour
    if full:
        incident, fresh = gathering(steps, arrived, mail)
    else:
        incident, fresh = open_home(steps, arrived, mail, None if act.actor.is_system else act.actor), True
    thread = _thread(steps, incident.id, told, whence, (reference, names[1]))
    thread.state = ThreadState.GATHERED if full else ThreadState.OPEN
    thread.our_address = next(iter(sorted(mail.rules.security)), "")
    thread.reporter_id = act.actor.id if whence.door is Door.INSIDE else None
    row = add_message(steps, thread, Message(told.what))
    row.origin_key = names[0]
    if full:
        tell_gathered(steps, thread, arrived)
    else:
        keep_files(steps, thread, row, arrived, mail)
        tell_begun(steps, thread, row, arrived, (_reached(told, whence),))
    if fresh:
        page_opened(steps, incident.id, mail.reception, arrived.named)
    return thread


def _thread(act: Act, incident_id: UUID, told: Told, whence: Whence, names: tuple[str, str]) -> FinderThread:
    """The conversation; `names` are its reference and its token."""
    identity, reporter = new_id(), whence.reporter
    contact = reporter or Contact(told.address, "", "" if told.address else told.reach.strip())
    thread = FinderThread(
        id=identity,
        reference=names[0],
        incident_id=incident_id,
        state=ThreadState.OPEN,
        scope=scope_of(identity),
        address_blind=blind_of(act, contact.address) if contact.address else "",
        contact_sealed=None,
        our_address="",
        locale=told.locale[:16],
        detected_at=act.now,
        detected_how=OWN_RECEIPT,
        opened_at=act.now,
        mails=1,
        last_at=act.now,
        door=whence.door,
        token_digest=None if whence.door is Door.INSIDE else token_digest(*names),
    )
    said = {"address": contact.address, "name": contact.name, "reach": contact.reach}
    thread.contact_sealed = act.seal(json.dumps(said, ensure_ascii=False), contact_place(thread))
    act.session.add(thread)
    act.session.flush()
    return thread


def _again(act: Act, known: FinderMail, token: str) -> Receipt:
    known.repeats, known.last_repeat_at = known.repeats + 1, act.now
    act.session.add(known)
    thread = act.session.get_one(FinderThread, known.thread_id)
    shown = token if act.now - known.kept_at <= SHOWN_AGAIN else ""
    return _receipt(thread, shown, known.at, repeated=True)


def _receipt(thread: FinderThread, token: str, at: datetime, *, repeated: bool = False) -> Receipt:
    shown, files = token if thread.token_digest else "", thread.state is ThreadState.OPEN
    return Receipt(thread.id, thread.reference, shown, at, files, repeated)


def _reached(told: Told, whence: Whence) -> str:
    if whence.reporter is not None:
        return f"{whence.reporter.name} is signed in here."
    if told.address:
        return "Its writer gave an address, which nothing proves; answers go there too."
    return "How its writer is reached stands in it." if told.reach.strip() else "Its writer stays anonymous."
