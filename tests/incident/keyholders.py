"""Somebody of a case with passkeys, whose answers count as verified; what the record and the mails say of them."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, body_place
from incident.models.releasing import Passkey, PasskeyChallenge
from incident.queries.notices import read_release
from incident.queries.passkeys import passkeys_of
from incident.roles import Actor, Role
from incident.verbs.passkeys import (
    NewPasskey,
    ToApprove,
    begin_approval,
    begin_enrolment,
    finish_approval,
    finish_enrolment,
)
from incident.verbs.signatures import Signed
from notifications.models import Delivery, Outgoing, Release
from notifications.sealing import Place
from tests.incident.cases import LawCase

DOMAIN = "brightdesk.example"


@dataclass(frozen=True)
class Keyholder:
    """Somebody of the case with passkeys, whose answers count as verified."""

    case: LawCase
    role: Role = Role.APPROVER

    def make(self, name: str = "Phone", count: int = 0, credential: bytes = b"") -> NewPasskey:
        wanted = self.case.act(self.role, begin_enrolment, name)
        identity = urlsafe_b64encode(credential or uuid4().bytes).rstrip(b"=").decode()
        return NewPasskey(name, identity, b"cose key", count, wanted.challenge)

    def keep(self, new: NewPasskey) -> Passkey:
        return self.case.act(self.role, finish_enrolment, new, DOMAIN)

    def enrol(self, name: str = "Phone", count: int = 0) -> Passkey:
        return self.keep(self.make(name, count))

    def asked(self, release: Release) -> ToApprove:
        seen = self.case.look(lambda s: read_release(s, self.case.keys, self.actor, release.id).seen)
        return ToApprove(release.id, seen, release.recipients)

    def sign(self, asked: ToApprove, passkey: Passkey) -> Signed:
        signing = self.case.act(self.role, begin_approval, asked)
        assert passkey.credential_id in signing.credentials
        return Signed(passkey.id, signing.challenge, passkey.sign_count, passkey.sign_count + 1)

    def approve(self, signed: Signed, asked: ToApprove) -> Release:
        return self.case.act(self.role, finish_approval, signed, asked)

    @property
    def actor(self) -> Actor:
        return self.case.people[self.role]

    @property
    def kept(self) -> list[Passkey]:
        return self.case.look(lambda session: passkeys_of(session, self.actor))


def record_of(case: LawCase) -> list[tuple[str, str]]:
    """Action and text of the administration chain, in order."""

    def read(session: Session) -> list[tuple[str, str]]:
        headers = select(EntryHeader).where(col(EntryHeader.subject) == ADMINISTRATION).order_by(col(EntryHeader.seq))
        lines = []
        for row in session.exec(headers).all():
            body = session.get_one(EntryBody, (ADMINISTRATION, row.seq))
            said = case.keys.open(session, body.sealed or b"", body_place(ADMINISTRATION, row.seq))
            lines.append((row.action, json.loads(said)["text"]))
        return lines

    return case.look(read)


def mails_of(case: LawCase, occasion: str) -> list[tuple[str, str]]:
    """Person and subject of the mails an occasion put into the ledger."""

    def read(session: Session) -> list[tuple[str, str]]:
        found = []
        query = select(Outgoing, Delivery.person).join(Delivery, col(Delivery.occasion) == col(Outgoing.occasion))
        for row, person in session.exec(query.where(col(Outgoing.occasion).startswith(occasion))).all():
            place = Place("outgoing", "content_sealed", row.occasion, row.scope)
            found.append((person, json.loads(case.keys.open(session, row.content_sealed, place))["subject"]))
        return found

    return case.look(read)


def challenges(case: LawCase) -> int:
    return len(case.look(lambda session: session.exec(select(PasskeyChallenge.id)).all()))


def counter(case: LawCase, passkey: Passkey) -> int:
    return case.look(lambda session: session.get_one(Passkey, passkey.id).sign_count)
