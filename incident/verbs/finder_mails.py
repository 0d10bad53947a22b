"""A mail to a security address taken: it opens an incident, joins its conversation, or is one of too many; once."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.finder_rules import addressed, digest_of, new_reference, security_address
from incident.models.finders import Door, FinderMail, FinderThread, ThreadState, Way
from incident.models.incidents import Incident
from incident.queries.finders import answers_other_mail, contact_place, scope_of, thread_named, words_place
from incident.roles import Action, system
from incident.verbs.act import Act
from incident.verbs.finder_homes import (
    gathering,
    keep_files,
    open_home,
    page_opened,
    tell_begun,
    tell_gathered,
    tell_joined,
)
from incident.verbs.finder_letters import MailReception, greet
from incident.verbs.finder_reading import Brought, bring
from incident.verbs.replies import Settling, settle_as
from notifications.addresses import meeting_key
from notifications.ids import new_id
from notifications.incoming import FINDER, ReceivedMail
from notifications.mail_parts import take_apart
from notifications.name_records import Lookups
from notifications.replies import read_reply
from notifications.sealing import Keys, Unsealable
from notifications.store import Store

REPEAT = "repeat"  # the kind of a mail that came before by another way: it is erased on schedule
HOUR = timedelta(hours=1)
BLIND = "finders"  # the scope of keyed fingerprints of finders' addresses


class FinderMails:
    """Takes mails to security addresses and what belongs to their conversations."""

    def __init__(self, store: Store, keys: Keys, mail: MailReception, lookups: Lookups, now: datetime) -> None:
        self._store, self._keys, self._mail, self._now = store, keys, mail, now
        self._lookups = lookups

    def prepare(self, mail: ReceivedMail, raw: bytes, *, last: bool) -> Settling | None:  # noqa: ARG002
        """What takes it. None: it is no report. Raises Unsealable for what a person has to look at, TooStrange."""
        rules = self._mail.rules
        read = read_reply(raw, rules.own_domains, mail.from_nobody)
        ours = security_address(rules, addressed(rules, mail.recipient, take_apart(raw).header))
        with self._store.read() as session:
            known = thread_named(session, self._keys, read) is not None
            if not known and (not ours or answers_other_mail(session, read.references)):
                return None
        brought = bring(raw, mail, rules, self._lookups)
        if brought.loops:
            raise Unsealable("It is a mail of our own that came back to a security address.")
        if brought.answers_itself and not known:
            raise Unsealable("A program answered something, and names no conversation. Is it a report?")
        address = ours or next(iter(sorted(rules.security)), "")
        return lambda session: take_mail(
            Act(session, self._keys, system("mail intake"), self._now), mail.id, brought, address, self._mail
        )


def take_mail(act: Act, mail_id: UUID, brought: Brought, address: str, mail: MailReception) -> UUID | None:
    """Take one mail, once; the id of its conversation. None: somebody was faster.

    One whose Message-ID and sender are known is counted. One that names a conversation joins it. Any other begins one:
    with an incident of its own, or, beyond so many an hour, gathered with the others in one.
    """
    act.require(Action.REPORT)
    known = _known(act, brought)
    if not settle_as(act.session, mail_id, REPEAT if known else FINDER):
        return None
    if known is not None:
        known.repeats, known.last_repeat_at = known.repeats + 1, act.now
        act.session.add(known)
        return known.thread_id
    thread = thread_named(act.session, act.keys, brought.read)
    if thread is not None:
        return _join(act, thread, mail_id, brought, mail)
    return _begin(act, mail_id, brought, address, mail)


def add_mail(act: Act, thread: FinderThread, mail_id: UUID, brought: Brought) -> FinderMail:
    """Put a mail of theirs into its conversation. A step of verbs."""
    read, signed = brought.read, brought.signed
    thread.mails += 1
    thread.last_at = act.now
    row = FinderMail(
        id=new_id(),
        thread_id=thread.id,
        number=thread.mails,
        way=Way.IN,
        mail_id=mail_id,
        origin_key=brought.origin_key,
        message_digest=digest_of(read.message_id) if read.message_id else "",
        content_sealed=None,
        sha256=brought.sha256,
        size=len(brought.raw),
        automatic=read.automatic,
        same_address=bool(read.sender) and blind_of(act, read.sender) == thread.address_blind,
        dkim=signed.verdict,
        dkim_domain=signed.domain,
        dkim_detail=signed.detail[:120],
        aligned=signed.aligned,
        at=brought.receipt.at,
        kept_at=act.now,
    )
    row.content_sealed = act.seal(json.dumps(_content(brought), ensure_ascii=False), words_place(row, thread.scope))
    act.session.add_all((thread, row))
    act.session.flush()
    return row


def _known(act: Act, brought: Brought) -> FinderMail | None:
    if brought.origin_key is None:
        return None
    return act.session.exec(select(FinderMail).where(col(FinderMail.origin_key) == brought.origin_key)).first()


def _join(act: Act, thread: FinderThread, mail_id: UUID, brought: Brought, mail: MailReception) -> UUID:
    mine = select(FinderThread).where(col(FinderThread.id) == thread.id).with_for_update()
    thread = act.session.exec(mine.execution_options(populate_existing=True)).one()
    row = add_mail(act, thread, mail_id, brought)
    files = keep_files(act, thread, row, brought.arrived, mail) if thread.state is ThreadState.OPEN else None
    tell_joined(act, thread, row, files, mail.reception)
    return thread.id


def _begin(act: Act, mail_id: UUID, brought: Brought, address: str, mail: MailReception) -> UUID:
    if opened_lately(act, Door.MAIL) >= mail.rules.an_hour:
        incident, fresh = gathering(act, brought.arrived, mail)
        thread = _thread(act, incident, brought, address, ThreadState.GATHERED)
        add_mail(act, thread, mail_id, brought)
        tell_gathered(act, thread, brought.arrived)
    else:
        incident, fresh = open_home(act, brought.arrived, mail), True
        thread = _thread(act, incident, brought, address, ThreadState.OPEN)
        row = add_mail(act, thread, mail_id, brought)
        settle_in(act, thread, row, brought, mail)
    if fresh:
        page_opened(act, incident.id, mail.reception, brought.arrived.named)
    return thread.id


def settle_in(act: Act, thread: FinderThread, row: FinderMail, brought: Brought, mail: MailReception) -> None:
    """Keep the files of the first mail, answer it once, write the line. A step of verbs."""
    files, silent = keep_files(act, thread, row, brought.arrived, mail), greet(act, thread, mail)
    answered = f"Not answered by itself: {silent}." if silent else "Answered by itself, once."
    said = (f"{files}.", brought.trouble and f"{brought.trouble}.", answered)
    tell_begun(act, thread, row, brought.arrived, said)


def _thread(act: Act, incident: Incident, brought: Brought, address: str, state: ThreadState) -> FinderThread:
    identity, read = new_id(), brought.read
    thread = FinderThread(
        id=identity,
        reference=new_reference(),
        incident_id=incident.id,
        state=state,
        scope=scope_of(identity),
        address_blind=blind_of(act, read.sender) if read.sender else "",
        contact_sealed=None,
        our_address=address[:320],
        locale=(read.language or "en")[:16],
        automatic=read.automatic,
        detected_at=brought.receipt.at,
        detected_how=brought.receipt.how[:200],
        opened_at=act.now,
        last_at=act.now,
    )
    said = json.dumps({"address": read.sender, "name": read.name}, ensure_ascii=False)
    thread.contact_sealed = act.seal(said, contact_place(thread))
    act.session.add(thread)
    act.session.flush()
    return thread


def opened_lately(act: Act, door: Door) -> int:
    """How many reports by this door opened incidents within the last hour. A step of verbs."""
    lately = (col(FinderThread.opened_at) > act.now - HOUR, col(FinderThread.state) == ThreadState.OPEN)
    mine = select(func.count()).select_from(FinderThread).where(*lately, col(FinderThread.door) == door)
    return act.session.exec(mine).one()


def blind_of(act: Act, address: str) -> str:
    """The keyed fingerprint by which an address of a finder meets itself again. A step of verbs."""
    return act.keys.for_scope(act.session, BLIND).blind(meeting_key(address))


def _content(brought: Brought) -> dict[str, object]:
    read = brought.read
    files = [
        {"name": one.name, "type": one.media_type, "size": one.size, "sha256": one.sha256, "kept": bool(one.content)}
        for one in brought.attachments
    ]
    return {
        "sender": read.sender,
        "name": read.name,
        "subject": read.subject,
        "text": read.text,
        "message_id": read.message_id,
        "references": list(read.references),
        "quoted": read.quoted,
        "cut": read.cut,
        "ground": read.ground if read.automatic else "",
        "trouble": brought.trouble,
        "attachments": files,
    }
