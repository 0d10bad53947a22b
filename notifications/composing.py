"""From claimed rows to mails: an approved edition filled for each member, or an internal message, checked once more."""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from notifications import release as releases
from notifications.audience import open_member, scope_of
from notifications.clock import Clock
from notifications.ledger import Claimed
from notifications.members import Kept
from notifications.message import Envelope, Head, Recipient, Text, choose_text, locale_of, read_text
from notifications.models import Edition, Member, Outgoing, Release, ReleaseState
from notifications.prepared import Among, Prepared
from notifications.release import NotReleasable, fault_of, open_texts
from notifications.sealing import DataKeyring, Keys, Place, Unsealable
from notifications.skeleton import Skeleton, build_skeleton
from notifications.smtp import Mail
from notifications.store import Store
from notifications.threads import thread_lines

log = logging.getLogger(__name__)
MEMBER, RELEASE = Member.__table__.c, Release.__table__.c  # type: ignore[attr-defined]
MEMBER_COLUMNS = tuple(MEMBER[name] for name in Kept._fields[1:])
THESE = (Among(MEMBER.id, "ids"), MEMBER.audience_id == bindparam("audience", type_=Uuid()))
MEMBERS = Prepared(select_columns(*MEMBER_COLUMNS).where(*THESE), *MEMBER_COLUMNS)
BINDING = (RELEASE.state, RELEASE.edition_digest, RELEASE.audience_digest, RELEASE.sender, RELEASE.approved_by)
BOUND = Prepared(select_columns(*BINDING).where(RELEASE.id == bindparam("release", type_=Uuid())), *BINDING)
RELEASE_OF = attrgetter("release_id")
CHECK_HOLDS = timedelta(minutes=10)  # then texts and audience are hashed again


@dataclass(frozen=True, slots=True)
class Unsendable:
    """Why no mail can be made of a row; `whole_release`: nor of any other of its release."""

    fault: str
    whole_release: bool = False


@dataclass(frozen=True, slots=True)
class From:
    """Whom mails come from: the address of messages that belong to no release, the shown name, where answers go."""

    address: str
    name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class _Approved:
    """A release whose texts and audience were found to be the approved ones."""

    sender: str
    audience_id: UUID
    binding: tuple[object, ...]
    keyring: DataKeyring
    skeletons: dict[str, Skeleton]
    until: datetime
    chosen: dict[tuple[str, str], Skeleton | None] = field(default_factory=dict)

    def skeleton_for(self, recipient: Recipient) -> Skeleton | None:
        """The text of the person's segment in their language; None when it has no such variant."""
        wanted = (recipient.locale, recipient.segment)
        if wanted not in self.chosen:
            try:
                self.chosen[wanted] = self.skeletons[choose_text(*wanted, self.skeletons)]
            except KeyError:
                self.chosen[wanted] = None
        return self.chosen[wanted]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was read of a release and of its rows' members, by id, in the transaction that claimed them."""

    approved: _Approved
    members: Mapping[int, Kept]


NOTHING: Mapping[UUID, LookedUp] = MappingProxyType({})


class Composer:
    """Makes mails of rows. What it says is what was approved: it hashes texts and audience itself before the first."""

    def __init__(self, store: Store, keys: Keys, clock: Clock, sender: From) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._sender = sender
        self._approved: dict[UUID, _Approved] = {}

    def look_up(self, session: Session, rows: Sequence[Claimed]) -> Mapping[UUID, LookedUp]:
        """What `compose` needs of these rows and can be read at once: of releases whose check still holds."""
        found: dict[UUID, LookedUp] = {}
        for release_id, group in groupby(rows, RELEASE_OF):
            known = self._known(session, release_id) if release_id else None
            if release_id and known:
                before = found[release_id].members if release_id in found else {}
                found[release_id] = LookedUp(known, {**before, **_members(session, known.audience_id, list(group))})
        return found

    def compose(self, rows: Sequence[Claimed], looked_up: Mapping[UUID, LookedUp] = NOTHING) -> list[Mail | Unsendable]:
        """One mail or the reason against it per row, in order. A release that is not as approved is stopped."""
        made: list[Mail | Unsendable] = []
        first: dict[UUID | None, Mail | Unsendable] = {}
        for release_id, group in groupby(rows, RELEASE_OF):
            own = list(group)
            if release_id in looked_up:
                found = self._of(looked_up[release_id], own)
            else:
                with self._store.read() as session:
                    found = self._read(session, release_id, own)
            first.setdefault(release_id, found[0])
            made += found
        self._stop(first)
        return made

    def _read(self, session: Session, release_id: UUID | None, rows: Sequence[Claimed]) -> list[Mail | Unsendable]:
        if release_id is None:
            return self._internal(session, rows)
        approved = self._checked(session, release_id)
        if isinstance(approved, Unsendable):
            return [approved] * len(rows)
        return self._of(LookedUp(approved, _members(session, approved.audience_id, rows)), rows)

    def _of(self, looked_up: LookedUp, rows: Sequence[Claimed]) -> list[Mail | Unsendable]:
        approved, members, date = looked_up.approved, looked_up.members, self._date()
        return [self._filled(approved, row, members.get(row.member_id or 0), date) for row in rows]

    def _checked(self, session: Session, release_id: UUID) -> _Approved | Unsendable:
        if known := self._known(session, release_id):
            return known
        self._approved.pop(release_id, None)
        release, now = session.get_one(Release, release_id), self._clock.now()
        try:
            if fault := fault_of(session, self._keys, release):
                return Unsendable(fault, whole_release=True)
            approved = self._prepared(session, release, now)
        except (Unsealable, ValueError, KeyError) as error:  # a text that does not open, or was never sendable
            return Unsendable(f"its text cannot be sent: {error}", whole_release=True)
        self._approved[release_id] = approved
        return approved

    def _known(self, session: Session, release_id: UUID) -> _Approved | None:
        """What was found before, while that holds and the release still says the same."""
        known = self._approved.get(release_id)
        if known is None or self._clock.now() >= known.until:
            return None
        return known if [known.binding] == BOUND.run(session.connection(), release=release_id) else None

    def _prepared(self, session: Session, release: Release, now: datetime) -> _Approved:
        texts = open_texts(session, self._keys, session.get_one(Edition, release.edition_id))
        skeletons = {
            variant: build_skeleton(text, self._head(release.sender, text, locale_of(variant)))
            for variant, text in texts.items()
        }
        keyring = self._keys.for_scope(session, scope_of(release.audience_id))
        return _Approved(release.sender, release.audience_id, _binding(release), keyring, skeletons, now + CHECK_HOLDS)

    def _head(self, address: str, text: Text, locale: str) -> Head:
        """Our own name and address for answers, or those of the party in whose name the text speaks."""
        return Head(address, text.speaker or self._sender.name, text.answers_to or self._sender.reply_to, locale)

    def _filled(self, approved: _Approved, row: Claimed, member: Kept | None, date: str) -> Mail | Unsendable:
        if member is None or member.person != row.person:
            return Unsendable("its member is not in the audience that was approved")
        try:
            recipient = open_member(approved.keyring, member)
            skeleton = approved.skeleton_for(recipient)
            if skeleton is None:
                return Unsendable("the text has no variant for the segment this person is in")
            envelope = Envelope(recipient.address, row.message_id, date, recipient.name)
            message = skeleton.fill(envelope, recipient.values)
            return Mail(approved.sender, recipient.address, message, dotless=True)
        except (Unsealable, ValueError) as error:  # this person's row alone is at fault
            return Unsendable(f"no mail can be made for this person: {error}")

    def _internal(self, session: Session, rows: Sequence[Claimed]) -> list[Mail | Unsendable]:
        wanted = col(Outgoing.occasion).in_({row.occasion for row in rows})
        found = {message.occasion: message for message in session.exec(select(Outgoing).where(wanted)).all()}
        return [self._message(session, row, found.get(row.occasion)) for row in rows]

    def _message(self, session: Session, row: Claimed, outgoing: Outgoing | None) -> Mail | Unsendable:
        if outgoing is None:
            return Unsendable("the text of this message is gone")
        try:
            content = self._opened(session, outgoing, "content_sealed", outgoing.content_sealed)
            address = self._opened(session, outgoing, "addresses_sealed", outgoing.addresses_sealed)[row.person]
            made = self._as_in_a_release if content.get("html") else self._plain
            message = thread_lines(content) + made(content, address, row.message_id)
            return Mail(self._sender.address, address, message)
        except (Unsealable, ValueError, KeyError) as error:  # this message alone is at fault
            return Unsendable(f"no mail can be made of this message: {error}")

    def _plain(self, content: dict[str, str], address: str, message_id: str) -> bytes:
        message = EmailMessage(SMTP)
        message["From"] = Address(self._sender.name, addr_spec=self._sender.address)
        message["To"] = address
        message["Subject"] = content["subject"]
        message["Message-ID"] = message_id
        message["Date"] = self._date()
        if content.get("reply_to"):
            message["Reply-To"] = content["reply_to"]
        if submitted := content.get("auto_submitted", "auto-generated"):  # "": a person wrote it
            message["Auto-Submitted"] = submitted
        message.set_content(content["text"], cte="quoted-printable")
        return message.as_bytes()

    def _as_in_a_release(self, content: dict[str, str], address: str, message_id: str) -> bytes:
        """A message with HTML: byte for byte what a release of the same text would send."""
        text = read_text(content)
        head = self._head(self._sender.address, text, content.get("locale", "en"))
        return build_skeleton(text, head).fill(Envelope(address, message_id, self._date()), {})

    def _opened(self, session: Session, outgoing: Outgoing, column: str, blob: bytes) -> dict[str, str]:
        place = Place("outgoing", column, outgoing.occasion, outgoing.scope)
        return dict(json.loads(self._keys.open(session, blob, place)))

    def _date(self) -> str:
        return format_datetime(self._clock.now())

    def _stop(self, made: dict[UUID | None, Mail | Unsendable]) -> None:
        """A person has to look at a release that is not as it was approved; nothing more of it goes out."""
        for release_id, result in made.items():
            if release_id is not None and isinstance(result, Unsendable) and result.whole_release:
                self._store.write(lambda session, of=release_id, why=result.fault: _stop(session, of, why))  # type: ignore[misc]


def _members(session: Session, audience_id: UUID, rows: Sequence[Claimed]) -> dict[int, Kept]:
    """The rows' members of this audience, by id."""
    found = MEMBERS.run(session.connection(), ids=[row.member_id for row in rows], audience=audience_id)
    named = str(audience_id)
    return {member[0]: Kept(named, *member) for member in found}


def _stop(session: Session, release_id: UUID, fault: str) -> None:
    release = session.get_one(Release, release_id)
    if release.state is ReleaseState.APPROVED:
        log.error("release %s is stopped: %s", release_id, fault)
        with suppress(NotReleasable):  # somebody was faster
            releases.stop(session, release, f"Stopped before sending: {fault}"[:500])


def _binding(release: Release) -> tuple[object, ...]:
    return tuple(getattr(release, column.name) for column in BINDING)
