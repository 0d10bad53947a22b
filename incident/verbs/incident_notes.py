"""Mail to an incident's own address: a line of its timeline, by whom we know and whose domain vouches for the mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from incident.errors import Conflict, IncidentError
from incident.finder_rules import addressed, digest_of, new_token, note_token
from incident.models.entries import incident_subject
from incident.models.finders import IncidentAddress, IncidentMail
from incident.models.incidents import Incident
from incident.models.people import UserAccount
from incident.note_times import split_time
from incident.phases import FINAL
from incident.queries.access import access_to
from incident.roles import Action, Actor, Role, may, system
from incident.verbs.act import Act, place_in
from incident.verbs.entries import LONGEST_NOTE, note, record
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.finder_letters import MailReception
from incident.verbs.finder_reading import Brought, bring
from incident.verbs.replies import NotNow, Settling, settle_as
from incident.zones import own_zone
from notifications.addresses import meeting_key
from notifications.dkim_checks import Verdict
from notifications.ids import new_id
from notifications.incoming import ReceivedMail
from notifications.mail_parts import take_apart
from notifications.name_records import Lookups
from notifications.replies import PREFIX
from notifications.sealing import Keys, Unsealable
from notifications.store import Store
from notifications.wording import worded

NOTE = "note"  # the kind of a mail that became a line: it is erased on schedule, the line stays
REPEAT = "repeat"
LONGEST_WORDS = LONGEST_NOTE - 100
UNDER_WAY = timedelta(days=5)  # a mail may be so long on its way (RFC 5321 4.5.4.1)


def address_of_incident(act: Act, incident_id: UUID, base: str, *, anew: bool = False) -> str:
    """The address mails become lines of this incident by; made when it is first asked for.

    `base` is the address of the settings. `anew` ends the one before. Raises Conflict where the settings name none.
    """
    act.require(Action.NOTE, incident_id)
    if not base:
        raise Conflict(worded("No address for incidents is set: an administrator sets SEVENTYTWO_INCIDENT_ADDRESS."))
    live = (col(IncidentAddress.incident_id) == incident_id, col(IncidentAddress.retired_at).is_(None))
    row = act.session.exec(select(IncidentAddress).where(*live).with_for_update()).first()
    if row is not None and not anew:
        return _written(
            base, act.open(row.token_sealed, place_in(incident_id, "incident_address", "token_sealed", row.id))
        )
    if row is not None:
        row.retired_at = act.now
        act.session.add(row)
    token, identity = new_token(), new_id()
    made = IncidentAddress(
        id=identity,
        incident_id=incident_id,
        token_digest=digest_of(token),
        token_sealed=act.seal(token, place_in(incident_id, "incident_address", "token_sealed", identity)),
        made_at=act.now,
        made_by=act.actor.label,
    )
    act.session.add(made)
    act.session.flush()
    ended = " The one before has ended." if row is not None else ""
    text = f"Mail to an address of this incident becomes a line here, from people of the console.{ended}"
    record(act, incident_subject(incident_id), "address.made", {"text": text})
    return _written(base, token)


class IncidentNotes:
    """Takes mails to addresses of incidents."""

    def __init__(self, store: Store, keys: Keys, mail: MailReception, lookups: Lookups, now: datetime) -> None:
        self._store, self._keys, self._mail, self._now = store, keys, mail, now
        self._lookups = lookups

    def prepare(self, mail: ReceivedMail, raw: bytes, *, last: bool) -> Settling | None:
        """What makes a line of it. None: it came to no incident's address. Raises Unsealable for what is set aside."""
        rules = self._mail.rules
        token = note_token(rules, addressed(rules, mail.recipient, take_apart(raw).header))
        if token is None:
            return None
        brought = bring(raw, mail, rules, self._lookups)
        with self._store.read() as session:
            incident_id = _incident_of(session, token)
            account = _account_of(session, brought.read.sender)
        if incident_id is None:
            raise Unsealable("It came to an address that is no incident's, or no longer one, or of one that is over.")
        if brought.read.automatic or brought.loops:
            raise Unsealable("It came to the address of an incident, and a program wrote it.")
        if account is None:
            raise Unsealable("It came to the address of an incident, from nobody who signs in here.")
        if rules.notes_need_dkim and not brought.signed.speaks_for_author:
            if brought.signed.verdict is Verdict.TEMPERROR and not last:
                raise NotNow
            raise Unsealable(_doubt(brought))
        return lambda session: self._write(session, mail.id, incident_id, account, brought)

    def _write(
        self, session: Session, mail_id: UUID, incident_id: UUID, account: UserAccount, brought: Brought
    ) -> UUID | None:
        act = Act(session, self._keys, system("mail intake"), self._now)
        act.require(Action.REPORT)
        zone = own_zone(account.zone, self._mail.reception.organisation.zone)
        return take_note(act, mail_id, Author(incident_id, account, zone), brought)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote to which incident; a time of day in their words is read in their zone."""

    incident_id: UUID
    account: UserAccount
    zone: str


def take_note(act: Act, mail_id: UUID, author: Author, brought: Brought) -> UUID | None:
    """Write the line as the person who sent the mail, with what is attached as evidence; once. A step of the round.

    Raises Unsealable where that person may not write on this incident.
    """
    key = brought.origin_key or brought.sha256
    known = act.session.exec(select(IncidentMail.id).where(col(IncidentMail.origin_key) == key)).first()
    if not settle_as(act.session, mail_id, REPEAT if known else NOTE) or known:
        return None
    account, incident_id = author.account, author.incident_id
    actor = Actor(account.id, account.name, frozenset(Role(role) for role in account.roles))
    theirs, (at, text) = act.by(actor), _said(brought, author.zone, act.now)
    keeps = may(actor, Action.EVIDENCE, access_to(act.session, incident_id))
    kept = [one for one in brought.attachments if one.content and keeps]
    left = len(brought.attachments) - len(kept)
    try:
        line = note(theirs, incident_id, f"{text}\n({left} attached, not kept)" if left else text, at=at)
        for one in kept:
            keep_evidence(theirs, incident_id, Finding(one.name, one.content or b"", one.media_type, at))
    except IncidentError as error:
        raise Unsealable("It came to the address of an incident, and its sender may not write there.") from error
    row = IncidentMail(
        id=new_id(),
        incident_id=incident_id,
        mail_id=mail_id,
        origin_key=key,
        by=actor.label,
        seq=line.seq,
        at=at or act.now,
    )
    act.session.add(row)
    act.session.flush()
    return incident_id


def _said(brought: Brought, zone: str, now: datetime) -> tuple[datetime | None, str]:
    """Its true time and its words: a time of day it begins with, else when it was written, else when we had it."""
    read = brought.read
    subject = "" if PREFIX.match(read.subject) else read.subject
    text = "\n".join(filter(None, (subject, read.text)))[:LONGEST_WORDS] or "(a mail without words)"
    had = brought.receipt.at
    written = brought.written_at
    at = written if written is not None and had - UNDER_WAY <= written <= had else had
    named, rest = split_time(text, at, zone)
    return min(named or at, now), rest


def _incident_of(session: Session, token: str) -> UUID | None:
    """The incident of a live address, while it is not over."""
    live = (col(IncidentAddress.token_digest) == digest_of(token), col(IncidentAddress.retired_at).is_(None))
    query = select(Incident.id).join(IncidentAddress, col(IncidentAddress.incident_id) == col(Incident.id))
    return session.exec(query.where(*live, col(Incident.phase).not_in(FINAL))).first() if token else None


def _account_of(session: Session, sender: str) -> UserAccount | None:
    """The one account with this address, detached; None for none, and for a disabled one."""
    if not sender:
        return None
    accounts = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    found = [one for one in accounts if meeting_key(one.email) == meeting_key(sender)]
    if len(found) != 1:
        return None
    session.expunge(found[0])
    return found[0]


def _doubt(brought: Brought) -> str:
    signed = brought.signed
    detail = f": {signed.detail}" if signed.detail else ", by another domain than its author's"
    return f"It came to the address of an incident, and its author is not proven (DKIM {signed.verdict}{detail})."


def _written(base: str, token: str) -> str:
    local, _, domain = base.rpartition("@")
    return f"{local}+{token}@{domain}"
