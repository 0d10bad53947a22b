"""Tables of people: who signs in, sessions, API tokens; customers of the organisation and the persons under them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant
from notifications.ids import new_id


class UserAccount(SQLModel, table=True):
    """Someone who signs in to the console."""

    __tablename__ = "user_account"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True, max_length=320)
    name: str = Field(max_length=200)
    roles: list[str] = document(default_factory=list)
    password: str = Field(max_length=300)  # argon2id
    locale: str = Field(default="en", max_length=16)
    zone: str = Field(default="UTC", max_length=64)
    created_at: datetime = instant()
    disabled_at: datetime | None = instant(default=None)


class UserSession(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its token is kept; all die at a password or role change."""

    __tablename__ = "user_session"
    token_digest: str = Field(primary_key=True, max_length=64)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    csrf: str = Field(max_length=64)
    created_at: datetime = instant()
    last_seen_at: datetime = instant()


class SignInAttempt(SQLModel, table=True):
    """Failed sign-ins per account and address, so that guessing slows down and nobody is locked out for ever."""

    __tablename__ = "sign_in_attempt"
    key: str = Field(primary_key=True, max_length=128)  # "account:<digest>" or "address:<ip>"
    failures: int = 0
    last_at: datetime = instant()


class ApiToken(SQLModel, table=True):
    """A bearer token of the host platform; only its SHA-256 is kept."""

    __tablename__ = "api_token"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True, max_length=100)
    digest: str = Field(unique=True, max_length=64)
    roles: list[str] = document(default_factory=list)
    created_at: datetime = instant()
    last_used_at: datetime | None = instant(default=None)
    revoked_at: datetime | None = instant(default=None)


class Customer(SQLModel, table=True):
    """A business account of the organisation: its contract, its role, how and whom to tell."""

    __tablename__ = "customer"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    host_id: str = Field(unique=True, max_length=128)  # the host platform's stable id
    legal_name: str = Field(max_length=300)
    role: str = Field(max_length=32)  # what the customer is for the data we hold for it: controller | processor
    country: str = Field(default="", max_length=2)
    contract_hours: int | None = None  # hours within which the contract wants to hear; None: it names none
    contract_clause: str = Field(default="", max_length=200)
    channel: str = Field(default="email", max_length=32)
    locale: str = Field(default="en", max_length=16)
    created_at: datetime = instant()
    updated_at: datetime = instant()
    removed_at: datetime | None = instant(default=None)


class CustomerContact(SQLModel, table=True):
    """Somebody to tell at a customer, sealed under the scope "register"."""

    __tablename__ = "customer_contact"
    __table_args__ = (UniqueConstraint("customer_id", "kind", "person"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    customer_id: UUID = Field(foreign_key="customer.id", index=True)
    kind: str = Field(max_length=32)  # privacy | security | admin | legal
    person: str = Field(max_length=200)  # the host's stable id of the contact
    name_sealed: bytes
    address_sealed: bytes


class Person(SQLModel, table=True):
    """A stable id of the host; addresses hang under it, sealed under the scope "register"."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("host_id"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    host_id: str = Field(max_length=200)
    customer_id: UUID | None = Field(default=None, foreign_key="customer.id", index=True)
    locale: str = Field(default="en", max_length=16)
    region: str = Field(default="", max_length=8)
    name_sealed: bytes | None = None
    address_sealed: bytes | None = None
    address_blind: str | None = Field(default=None, max_length=64, index=True)
    address_version: int = 1
    updated_at: datetime = instant()


class Telling(SQLModel, table=True):
    """The record that one customer was told of one incident; it meets the statute's and the contract's obligation."""

    __tablename__ = "telling"
    __table_args__ = (UniqueConstraint("incident_id", "customer_id", "occasion"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    customer_id: UUID = Field(foreign_key="customer.id", index=True)
    occasion: str = Field(max_length=200)  # "edition:<id>", "telephone:<entry>"
    channel: str = Field(max_length=32)
    told_at: datetime = instant()
    proof: str = Field(default="", max_length=300)  # delivery id and the relay's answer, or the entry
    acknowledged_at: datetime | None = instant(default=None)


class Notice(SQLModel, table=True):
    """A text to an audience, in work; its frozen versions are editions."""

    __tablename__ = "notice"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    incident_id: UUID = Field(foreign_key="incident.id", index=True)
    kind: str = Field(max_length=64)  # a word of notice_kinds.NoticeKind
    dataset: str = Field(default="", max_length=64)
    entity: str = Field(default="", max_length=128)
    controller: str = Field(
        default="", max_length=128, sa_column_kwargs={"server_default": ""}
    )  # host id of the party in whose name it speaks; "": our own
    follows: UUID | None = None  # the edition since which it says what has changed
    template_digest: str = Field(
        default="", max_length=64, sa_column_kwargs={"server_default": ""}
    )  # of the templates as they were filled; "": a person edited the text
    draft_sealed: bytes  # JSON: texts by locale, promised next update, ticks of warnings
    fact_version: int
    facts_digest: str = Field(default="", max_length=64)  # of the facts the draft was written from
    rests_on: list[str] = document(default_factory=list)  # paths of those facts
    editors: list[str] = document(default_factory=list)  # ids of everybody who wrote a version: none may approve
    version: int = 1
    created_at: datetime = instant()
    updated_at: datetime = instant()
    discarded_at: datetime | None = instant(default=None)  # thrown away unreleased; its text stays, sealed
