"""A mail of ours to a finder, in its conversation and the ledger: the one automatic answer, and what people write."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from incident.finder_rules import FinderRules, digest_of, filled
from incident.models.finders import Door, FinderMail, FinderThread, ThreadState, Way
from incident.queries.finders import OCCASION, contact_of, words_of, words_place
from incident.verbs.act import Act
from incident.verbs.reading import Reception
from notifications.dkim_checks import Verdict
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Outgoing
from notifications.name_records import nobody_asked
from notifications.sealing import Place

GIVE_UP = timedelta(hours=72)
ONCE_WITHIN = timedelta(hours=24)  # one address gets one automatic answer, however many mails name it as their sender
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class MailReception:
    """What taking reports by mail needs: its rules, what opening an incident needs, and who is asked for keys."""

    rules: FinderRules
    reception: Reception
    look_up: Callable[[str], bytes | None] = field(default=nobody_asked)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail of ours says. `automatic`: the one answer a program gives (RFC 3834)."""

    subject: str
    text: str
    automatic: bool = False


def put_letter(act: Act, thread: FinderThread, letter: Letter, domain: str, by: UUID | None = None) -> FinderMail:
    """Put a mail to the finder into the ledger, in the thread of the mails before it. A step of verbs.

    Its Message-ID is the same at every attempt; answers come to the address they wrote to. Where no address is known it
    stands in the conversation alone, where a finder with a token reads it.
    """
    contact = contact_of(act.session, act.keys, thread)
    thread.mails += 1
    thread.last_at = act.now
    if contact is None or not contact.address:
        row = _row(act, thread, letter, ("", ""), by)
        act.session.add_all((thread, row))
        act.session.flush()
        return row
    answered, references = _before(act, thread)
    occasion, person = f"{OCCASION}{thread.id}:{thread.mails}", f"{OCCASION}{thread.id}"
    message_id = f"<{new_id()}@{domain}>"
    row = _row(act, thread, letter, (occasion, message_id), by)
    content = {
        "subject": letter.subject,
        "text": letter.text,
        "in_reply_to": answered,
        "references": references,
        "reply_to": thread.our_address,
        "auto_submitted": "auto-replied" if letter.automatic else "",
    }
    outgoing = Outgoing(
        occasion=occasion,
        scope=thread.scope,
        content_sealed=_sealed(act, "content_sealed", occasion, thread.scope, content),
        addresses_sealed=_sealed(act, "addresses_sealed", occasion, thread.scope, {person: contact.address}),
        created_at=act.now,
    )
    act.session.add_all((thread, row, outgoing, _delivery(act, occasion, person, message_id)))
    act.session.flush()
    return row


def greet(act: Act, thread: FinderThread, mail: MailReception) -> str:
    """Answer a new conversation once, in words from a template. Returns why it was not answered, "" where it was.

    Programs are never answered, nor one of too many, nor an address that had such an answer within a day: the sender of
    a mail can be anybody's address.
    """
    greeting = mail.rules.greeting(thread.locale)
    mine = col(FinderThread.address_blind) == thread.address_blind
    lately = (mine, col(FinderThread.greeted_at) > act.now - ONCE_WITHIN)
    if thread.door is not Door.MAIL:
        return "its writer was given a receipt"
    if thread.automatic or not thread.address_blind:
        return "a program sent it, or it names no sender"
    if thread.state is ThreadState.GATHERED:
        return "it is one of too many"
    if greeting is None:
        return "no automatic answer is set"
    if act.session.exec(select(FinderThread.id).where(*lately)).first() is not None:
        return "this address had an automatic answer within a day"
    subject, text = (
        filled(one, mail.rules.organisation, thread.reference) for one in (greeting.subject, greeting.text)
    )
    put_letter(act, thread, Letter(subject, text, automatic=True), mail.reception.domain)
    thread.greeted_at = act.now
    act.session.add(thread)
    return ""


def _row(act: Act, thread: FinderThread, letter: Letter, names: tuple[str, str], by: UUID | None) -> FinderMail:
    """Our mail in the conversation; `names` are its occasion in the ledger and its Message-ID."""
    occasion, message_id = names
    row = FinderMail(
        id=new_id(),
        thread_id=thread.id,
        number=thread.mails,
        way=Way.OUT,
        message_digest=digest_of(message_id) if message_id else "",
        content_sealed=None,
        automatic=letter.automatic,
        dkim=Verdict.NONE,
        at=act.now,
        kept_at=act.now,
        read_at=act.now,
        written_by=by,
        occasion=occasion,
    )
    said = {"subject": letter.subject, "text": letter.text, "message_id": message_id}
    row.content_sealed = act.seal(json.dumps(said, ensure_ascii=False), words_place(row, thread.scope))
    return row


def _before(act: Act, thread: FinderThread) -> tuple[str, str]:
    """The Message-ID that is answered, their last one, and those of the mails before it."""
    mine = select(FinderMail).where(col(FinderMail.thread_id) == thread.id).order_by(col(FinderMail.number))
    named: list[str] = []
    last = ""
    for row in act.session.exec(mine).all():
        words = words_of(act.session, act.keys, row, thread)
        if words is None or not words.message_id:
            continue
        named.append(words.message_id)
        last = words.message_id if row.way is Way.IN else last
    return last, " ".join(named[-MOST_REFERENCES:])


def _delivery(act: Act, occasion: str, person: str, message_id: str) -> Delivery:
    return Delivery(
        occasion=occasion,
        person=person,
        channel=Channel.EMAIL,
        message_id=message_id,
        state=DeliveryState.PENDING,
        next_at=act.now,
        give_up_at=act.now + GIVE_UP,
        created_at=act.now,
    )


def _sealed(act: Act, column: str, occasion: str, scope: str, content: dict[str, str]) -> bytes:
    return act.seal(json.dumps(content, ensure_ascii=False), Place("outgoing", column, occasion, scope))
