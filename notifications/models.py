"""Tables of telling people: data keys, audiences, editions, releases, one delivery row per person and channel."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from notifications.columns import document, instant, number, word
from notifications.ids import new_id, public_id
from notifications.paced import Paced

BLANK, EMPTY_LIST = {"server_default": ""}, {"server_default": "[]"}
WAITING, IN_FLIGHT = text("state = 'pending'"), text("state IN ('claimed', 'transmitting')")
INTERNAL = text("state = 'pending' AND release_id IS NULL")
NO_RELEASE, KNOWN = text("release_id IS NULL"), text("provider_id <> ''")
UNDECIDED = text("state IN ('deferred', 'uncertain')")


class Channel(StrEnum):
    EMAIL = "email"
    IN_APP = "in_app"
    WEBHOOK = "webhook"  # to a program: an endpoint that takes signed requests
    CHAT = "chat"  # to a room: an incoming webhook of a chat


class DeliveryState(StrEnum):
    """pending → claimed → transmitting → accepted | deferred | rejected | uncertain; accepted → delivered | bounced."""

    PENDING = "pending"
    HELD = "held"
    CANCELLED = "cancelled"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    DELIVERED = "delivered"
    BOUNCED = "bounced"


class ReleaseState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    STOPPED = "stopped"
    FINISHED = "finished"
    REFUSED = "refused"
    VOID = "void"


class DataKey(SQLModel, table=True):
    """One data key per scope, wrapped by a key-encryption key that is never in the database."""

    __tablename__ = "data_key"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    scope: str = Field(unique=True, max_length=128)
    kek: UUID
    wrapped: bytes
    created_at: datetime = instant()


class Audience(SQLModel, table=True):
    """Who an edition goes to. `digest` is set when it is frozen and binds releases to these members and no others."""

    __tablename__ = "audience"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    subject: str = Field(index=True, max_length=128)  # such as "incident:<id>"; no foreign key points out of here
    name: str = Field(max_length=200)
    channel: Channel = word(Channel)
    created_at: datetime = instant()
    frozen_at: datetime | None = instant(default=None)
    digest: str | None = Field(default=None, max_length=64)
    members: int = 0
    adds_to: UUID | None = Field(default=None, foreign_key="audience.id")  # newly found people of that audience
    controller: str = Field(default="", max_length=128, sa_column_kwargs=BLANK)  # whose people these are; "": our own
    gathered: str = Field(default="", max_length=16, sa_column_kwargs=BLANK)  # from what, the caller's word; "": a file
    purged_at: datetime | None = instant(default=None)  # its key was destroyed then
    purge_ended_at: datetime | None = instant(default=None)  # no row names anybody of it since then


class Member(SQLModel, table=True):
    """One person of an audience. Addresses and names are sealed under the scope `audience:<id>`."""

    __tablename__ = "audience_member"
    __table_args__ = (UniqueConstraint("audience_id", "person", "address_version"),)
    id: int | None = number(default=None, primary_key=True)
    audience_id: UUID = Field(foreign_key="audience.id", index=True)
    person: str = Field(max_length=200)  # the host's stable id
    account: str = Field(default="", max_length=200)  # the host's id of the customer, when the person acts for one
    role: str = Field(default="", max_length=64)
    locale: str = Field(default="en", max_length=16)
    region: str = Field(default="", max_length=8)
    segment: str = Field(default="", max_length=64, sa_column_kwargs=BLANK)  # which variant of the text; "": the first
    address_sealed: bytes | None = None  # all that is said of them, as in `members`; None: reached without an address
    address_blind: str | None = Field(default=None, max_length=64, index=True)
    address_version: int = 1
    variables_sealed: bytes | None = None  # the same of people reached without an address; of old their values alone
    digest: str = Field(default="", max_length=64)  # keyed, over everything above as it was imported


class AudienceFault(SQLModel, table=True):
    """One line of an import that was refused or warned of; what it says may hold an address and is sealed."""

    __tablename__ = "audience_fault"
    id: int | None = number(default=None, primary_key=True)
    audience_id: UUID = Field(foreign_key="audience.id", index=True)
    line: int
    field: str = Field(max_length=64)
    warning: bool = False  # the line was stored all the same
    fault_sealed: bytes  # JSON: {"message", "mend"}; scope audience:<id>


class AudienceDomain(SQLModel, table=True):
    """How many members of an audience have an address in a domain, counted while they are imported."""

    __tablename__ = "audience_domain"
    audience_id: UUID = Field(foreign_key="audience.id", primary_key=True)
    domain: str = Field(primary_key=True, max_length=255)
    members: int = 0


class Edition(SQLModel, table=True):
    """One frozen version of a notice: every locale's subject, text and HTML, and the digest approvers sign."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("notice_id", "number"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    notice_id: UUID = Field(index=True)
    subject: str = Field(index=True, max_length=128)
    number: int
    kind: str = Field(max_length=64)
    texts_sealed: bytes  # JSON: locale or locale@segment → {"subject", "text", "html", …}; scope = subject
    digest: str = Field(max_length=64)
    facts_digest: str = Field(max_length=64)  # of the facts the text rests on
    fact_version: int = 0
    rests_on: list[str] = document(default_factory=list)  # paths of those facts
    template_digest: str = Field(default="", max_length=64, sa_column_kwargs=BLANK)  # "": a person edited the text
    controller: str = Field(default="", max_length=128, sa_column_kwargs=BLANK)  # in whose name it speaks; "": ours
    basis_sealed: bytes | None = None  # JSON of the caller's: what it was written from beside facts; scope = subject
    created_at: datetime = instant()
    created_by: UUID


class Release(Paced, table=True):
    """The approval to send one edition to one audience, bound by digests to what the approver saw."""

    __tablename__ = "release"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    subject: str = Field(index=True, max_length=128)
    edition_id: UUID = Field(foreign_key="edition.id", index=True)
    audience_id: UUID = Field(foreign_key="audience.id", index=True)
    state: ReleaseState = word(ReleaseState, index=True)
    edition_digest: str = Field(max_length=64)
    audience_digest: str = Field(max_length=64)
    facts_digest: str = Field(max_length=64)
    sender: str = Field(max_length=320)  # From address
    recipients: int = 0
    resend_uncertain: bool = True  # False: a person is asked about each uncertain row
    requested_by: UUID
    requested_at: datetime = instant()
    quorum: list[str] = document(default_factory=list, sa_column_kwargs=EMPTY_LIST)  # a role for each approval wanted
    expires_at: datetime | None = instant(default=None)  # a request nobody has approved by then is void
    adds_to: UUID | None = Field(default=None, foreign_key="release.id")  # the release whose audience this one adds to
    approved_by: UUID | None = None  # who completed the quorum
    approved_at: datetime | None = instant(default=None)
    closed_at: datetime | None = instant(default=None)  # finished, refused or void
    fanned_to: int = number(default=0)  # the last member whose delivery row exists
    fanned_out_at: datetime | None = instant(default=None)  # every member has its row
    reason: str = Field(default="", max_length=500)


class Approval(SQLModel, table=True):
    """One person's yes to a release, as one of the roles its quorum wants."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("release_id", "by"), UniqueConstraint("release_id", "seat"))
    id: UUID = Field(default_factory=new_id, primary_key=True)
    release_id: UUID = Field(foreign_key="release.id", index=True)
    seat: int  # which place of the quorum it takes, from 0
    role: str = Field(max_length=32)
    by: UUID  # who approved; of a standing approval who gave it in peacetime
    way: str = Field(max_length=16)  # console | passkey | spoken | standing | single
    for_user: UUID | None = None  # whom the approver stands in for as deputy
    witness: UUID | None = None  # who heard a spoken approval and wrote it down
    at: datetime = instant()
    confirm_by: datetime | None = instant(default=None)  # spoken: until then the approver confirms, or sending stops
    confirmed_at: datetime | None = instant(default=None)


class Delivery(SQLModel, table=True):
    """One row per (occasion, person, channel, address version): what was tried for this person, and what came of it."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("occasion", "person", "channel", "address_version"),
        CheckConstraint(
            "(state IN ('claimed', 'transmitting')) = (worker IS NOT NULL AND lease_until IS NOT NULL)", name="lease"
        ),
        CheckConstraint("state <> 'deferred' OR next_at IS NOT NULL", name="deferred_has_next"),
        CheckConstraint("state NOT IN ('accepted', 'delivered', 'bounced') OR settled_at IS NOT NULL", name="settled"),
        CheckConstraint("attempt >= 0", name="attempt"),
        Index("ix_delivery_work", "next_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_delivery_internal", "next_at", "id", sqlite_where=INTERNAL, postgresql_where=INTERNAL),
        Index("ix_delivery_in_flight", "lease_until", sqlite_where=IN_FLIGHT, postgresql_where=IN_FLIGHT),
        Index("ix_delivery_undecided", "next_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
        Index("ix_delivery_release_state", "release_id", "state"),
        Index("ix_delivery_reader", "person", "channel"),
        Index("ix_delivery_account", "account", "channel"),
        Index("ix_delivery_message", "message_id", sqlite_where=NO_RELEASE, postgresql_where=NO_RELEASE),
        Index("ix_delivery_provider", "provider_id", sqlite_where=KNOWN, postgresql_where=KNOWN),
    )
    id: int | None = number(default=None, primary_key=True)
    occasion: str = Field(max_length=200)  # edition:<id> | reminder:<id> | page:<id> | test:<id>
    release_id: UUID | None = Field(default=None, foreign_key="release.id")
    member_id: int | None = number(default=None)  # no foreign key: members are purged, the proof stays
    person: str = Field(max_length=200)
    account: str = Field(default="", max_length=200)
    role: str = Field(default="", max_length=64)  # in-app: only readers with this role in the account
    channel: Channel = word(Channel)
    address_version: int = 1
    message_id: str = Field(max_length=255)  # fixed before the first attempt, so that a repeat can be recognised
    state: DeliveryState = word(DeliveryState)
    attempt: int = 0
    worker: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = instant(default=None)
    next_at: datetime = instant()  # not before this moment
    give_up_at: datetime | None = instant(default=None)
    deferrals: int = 0  # attempts that ended undecided; the back-off counts these
    possible_duplicate: bool = False
    first_transmitting_at: datetime | None = instant(default=None)
    settled_at: datetime | None = instant(default=None)
    reply_code: int | None = None
    reply_enhanced: str = Field(default="", max_length=16)  # RFC 3463
    reply_text: str = Field(default="", max_length=500)
    provider_id: str = Field(default="", max_length=255, sa_column_kwargs=BLANK)  # in the relay's 250: `provider_ids`
    created_at: datetime = instant()


class Outgoing(SQLModel, table=True):
    """The text of a message that belongs to no edition (reminder, page, test), and its sealed addresses."""

    __tablename__ = "outgoing"
    occasion: str = Field(primary_key=True, max_length=200)
    scope: str = Field(max_length=128)
    content_sealed: bytes  # JSON: {"subject", "text"}
    addresses_sealed: bytes  # JSON: person → address
    created_at: datetime = instant()


class Receipt(SQLModel, table=True):
    """Somebody read an in-app notice. Impersonated sessions leave none."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("delivery_id", "reader"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    delivery_id: int = number(foreign_key="delivery.id", index=True)
    reader: str = Field(max_length=200)
    at: datetime = instant()


class Announcement(SQLModel, table=True):
    """A public page. It is corrected by a new version or withdrawn with a reason, never edited silently."""

    __tablename__ = "announcement"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    subject: str = Field(index=True, max_length=128)
    published_at: datetime = instant()
    updated_at: datetime = instant()
    withdrawn_at: datetime | None = instant(default=None)
    reason: str = Field(default="", max_length=500)


class AnnouncementVersion(SQLModel, table=True):
    """What the page said from `published_at` on, in one language."""

    __tablename__ = "announcement_version"
    __table_args__ = (UniqueConstraint("announcement_id", "number", "locale"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    announcement_id: UUID = Field(foreign_key="announcement.id", index=True)
    number: int
    locale: str = Field(max_length=16)
    title: str = Field(max_length=300)
    body_text: str
    body_html: str
    correction: str = Field(default="", max_length=1000)  # what changed and why, from version 2 on
    edition_digest: str = Field(max_length=64)
    published_at: datetime = instant()
    released_by: UUID


class Heartbeat(SQLModel, table=True):
    """The last moment a part of the system proved that it lives."""

    __tablename__ = "heartbeat"
    name: str = Field(primary_key=True, max_length=64)
    at: datetime = instant()
    document: dict[str, object] = document(default_factory=dict)
