"""Tables of who may say yes and for whom: deputies, passkeys, standing approvals, instructions of other controllers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant, number
from notifications.ids import new_id


class Deputy(SQLModel, table=True):
    """Somebody who may approve in another person's place for a time."""

    __tablename__ = "deputy"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    principal_id: UUID = Field(foreign_key="user_account.id", index=True)
    deputy_id: UUID = Field(foreign_key="user_account.id", index=True)
    begins_at: datetime = instant()
    ends_at: datetime = instant()
    named_at: datetime = instant()
    revoked_at: datetime | None = instant(default=None)


class Passkey(SQLModel, table=True):
    """A WebAuthn credential of a user (W3C WebAuthn level 2): the public key, never a secret."""

    __tablename__ = "passkey"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    name: str = Field(max_length=100)
    credential_id: str = Field(unique=True, max_length=1400)  # base64url
    public_key: bytes
    sign_count: int = number(default=0)  # unsigned, 32 bits
    created_at: datetime = instant()
    last_used_at: datetime | None = instant(default=None)
    removed_at: datetime | None = instant(default=None)


class PasskeyChallenge(SQLModel, table=True):
    """A challenge that waits for its answer: used once, for one purpose, for minutes."""

    __tablename__ = "passkey_challenge"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    purpose: str = Field(max_length=200)  # "enrol" | "approve:<release id>:<digest of what was seen>"
    challenge: bytes
    expires_at: datetime = instant()


class StandingApproval(SQLModel, table=True):
    """A first notice approved in peacetime: a draft straight from exactly these templates needs no further yes."""

    __tablename__ = "standing_approval"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=64)
    template_digest: str = Field(max_length=64, index=True)
    role: str = Field(max_length=32)  # the role it was given in
    given_by: UUID = Field(foreign_key="user_account.id")
    given_at: datetime = instant()
    ends_at: datetime = instant()
    revoked_at: datetime | None = instant(default=None)


class Instruction(SQLModel, table=True):
    """A controller's recorded instruction to write to its people in its name, and its yes to one edition's text."""

    __tablename__ = "instruction"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    dataset: str = Field(max_length=64)
    controller: str = Field(max_length=128)  # host id of the customer that instructs
    details_sealed: bytes  # JSON: what was instructed, by whom there, how it came, brand to write with
    received_at: datetime = instant()
    recorded_at: datetime = instant()
    recorded_by: str = Field(max_length=128)
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence.id")
    withdrawn_at: datetime | None = instant(default=None)
    approved_edition: UUID | None = None  # the edition the controller said yes to
    approved_digest: str = Field(default="", max_length=64)
    approved_at: datetime | None = instant(default=None)
    approved_by_sealed: bytes | None = None  # who said yes at the controller, and how


class CustomerShare(SQLModel, table=True):
    """One customer's own figures of a data set: people, places, kinds of data, and its own window of exposure."""

    __tablename__ = "customer_share"
    __table_args__ = (UniqueConstraint("incident_id", "dataset", "host_id"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    dataset: str = Field(max_length=64)
    host_id: str = Field(max_length=128)
    people: int | None = None
    reach: dict[str, int | None] = document(default_factory=dict)
    fields: list[str] = document(default_factory=list)  # names of fields as the customer knows them
    exposed_from: datetime | None = instant(default=None)
    exposed_until: datetime | None = instant(default=None)
    logs: str = Field(default="", max_length=16)  # complete | partial | absent | "" not known
    recorded_at: datetime = instant()
    recorded_by: str = Field(max_length=128)


class ListLink(SQLModel, table=True):
    """A link by which one customer's contact downloads the list of its own people: expiring, counted, revocable."""

    __tablename__ = "list_link"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    dataset: str = Field(max_length=64)
    host_id: str = Field(max_length=128)
    token_digest: str = Field(unique=True, max_length=64)  # SHA-256 of the token in the address
    contact_id: UUID = Field(foreign_key="customer_contact.id")  # to whose registered address codes are sent
    code_digest: str = Field(default="", max_length=64)
    code_expires_at: datetime | None = instant(default=None)
    code_failures: int = 0
    made_at: datetime = instant()
    made_by: str = Field(max_length=128)
    expires_at: datetime = instant()
    downloads: int = 0
    last_download_at: datetime | None = instant(default=None)
    revoked_at: datetime | None = instant(default=None)


class OpenedChannel(SQLModel, table=True):
    """Another channel that was opened for a person whom a mail did not reach."""

    __tablename__ = "opened_channel"
    __table_args__ = (UniqueConstraint("delivery_id", "channel"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    release_id: UUID = Field(foreign_key="release.id", index=True)
    delivery_id: int = number()  # the mail that did not arrive
    channel: str = Field(max_length=16)  # in_app | postal | public
    opened_at: datetime = instant()
    told_at: datetime | None = instant(default=None)  # a line of the timeline counts it since then
