"""Links to the list of one customer's own people: which there are, whether one is live, and who stands on the list."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.people import Customer, CustomerContact, Notice, Person
from incident.models.releasing import ListLink
from incident.queries.access import access_to
from incident.queries.facts import latest_facts
from incident.queries.recipients import contact_place, person_place
from incident.queries.shares import processed_for
from incident.roles import Action, Actor, require
from notifications.members import NewMember, opened, scope_of
from notifications.models import Audience, Edition, Member, Release
from notifications.sealing import Keys

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
TRIES = 5
PAGE = 500


class LinkState(StrEnum):
    """Whether a link still opens a list, and if not, why."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    DEAD = "dead"  # too many wrong codes


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list is taken from: an audience of these people that was imported or gathered, else the register."""

    host_id: str
    people: int
    audience_id: UUID | None = None

    @property
    def is_audience(self) -> bool:
        return self.audience_id is not None


@dataclass(frozen=True, slots=True)
class Opening:
    """A live link as its bearer finds it: of which customer, in which language, and to where codes go."""

    link: ListLink
    legal_name: str
    locale: str
    address: str


def link_digest(token: str) -> str:
    """What is kept of a link's token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def state_of(link: ListLink, now: datetime) -> LinkState:
    """How a link stands at a moment."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.code_failures >= TRIES:
        return LinkState.DEAD
    return LinkState.LIVE if now < link.expires_at else LinkState.EXPIRED


def read_links(session: Session, actor: Actor, incident_id: UUID) -> list[ListLink]:
    """Every link of an incident, the newest first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ_CUSTOMERS, access_to(session, incident_id))
    mine = select(ListLink).where(col(ListLink.incident_id) == incident_id)
    return list(session.exec(mine.order_by(col(ListLink.made_at).desc(), col(ListLink.id).desc())).all())


def open_link(session: Session, keys: Keys, token: str, now: datetime) -> Opening | None:
    """The live link a token opens; None alike for one that never was, is over, or was taken back.

    It is found by the digest of the token, so that how long the search takes tells nothing of other tokens.
    """
    usable = token if TOKEN.fullmatch(token) else ""
    link = session.exec(select(ListLink).where(col(ListLink.token_digest) == link_digest(usable))).first()
    if link is None or state_of(link, now) is not LinkState.LIVE:
        return None
    customer = session.exec(select(Customer).where(col(Customer.host_id) == link.host_id)).one()
    contact = session.get_one(CustomerContact, link.contact_id)
    address = keys.open(session, contact.address_sealed, contact_place(contact.id, "address_sealed"))
    return Opening(link, customer.legal_name, customer.locale, address)


def source_of(session: Session, keys: Keys, incident_id: UUID, dataset: str, host_id: str) -> Source:
    """Where the list of a customer's people of a data set comes from, for callers that have asked for permission.

    An audience goes first that holds this controller's people: one whose notice speaks of the data set, or one without
    a release where the facts name the customer for no other data set. Else the register of persons is what we know.
    """
    mine = (
        col(Audience.subject) == incident_subject(incident_id),
        col(Audience.controller) == host_id,
        col(Audience.members) > 0,
        col(Audience.purged_at).is_(None),
    )
    newest = select(Audience).where(*mine).order_by(col(Audience.created_at).desc(), col(Audience.id).desc())
    for audience in session.exec(newest).all():
        spoken = _datasets_of(session, audience.id) or _only_one(session, keys, incident_id, host_id)
        own = (col(Member.audience_id) == audience.id, col(Member.account) == host_id)
        people = int(session.exec(select(func.count()).select_from(Member).where(*own)).one())
        if dataset in spoken and people:
            return Source(host_id, people, audience.id)
    counted = select(func.count()).select_from(Person).join(Customer, col(Customer.id) == col(Person.customer_id))
    return Source(host_id, int(session.exec(counted.where(col(Customer.host_id) == host_id)).one()))


def page_of(session: Session, keys: Keys, source: Source, after: str) -> tuple[list[NewMember], str]:
    """The next people of a list, at most PAGE, and what to give as `after` for those behind them, "" at the end."""
    return (_members if source.audience_id else _registered)(session, keys, source, after)


def _members(session: Session, keys: Keys, source: Source, after: str) -> tuple[list[NewMember], str]:
    assert source.audience_id is not None
    keyring = keys.for_scope(session, scope_of(source.audience_id))
    mine = (col(Member.audience_id) == source.audience_id, col(Member.account) == source.host_id)
    query = select(Member).where(*mine, col(Member.id) > int(after or 0)).order_by(col(Member.id)).limit(PAGE)
    rows = session.exec(query).all()
    return [opened(keyring, row) for row in rows], str(rows[-1].id) if len(rows) == PAGE else ""


def _registered(session: Session, keys: Keys, source: Source, after: str) -> tuple[list[NewMember], str]:
    owner = select(Customer.id).where(col(Customer.host_id) == source.host_id).scalar_subquery()
    query = select(Person).where(col(Person.customer_id) == owner).order_by(col(Person.id)).limit(PAGE)
    rows: Sequence[Person] = session.exec(query.where(col(Person.id) > UUID(after)) if after else query).all()

    def said(row: Person, column: str) -> str:
        blob: bytes | None = getattr(row, column)
        return keys.open(session, blob, person_place(row.id, column)) if blob else ""

    people = [
        NewMember(
            person=row.host_id,
            address=said(row, "address_sealed"),
            account=source.host_id,
            locale=row.locale,
            region=row.region,
            values={"name": said(row, "name_sealed")},
        )
        for row in rows
    ]
    return people, str(rows[-1].id) if len(rows) == PAGE else ""


def _datasets_of(session: Session, audience_id: UUID) -> set[str]:
    """The data sets of the notices an audience was asked for."""
    query = (
        select(Notice.dataset)
        .join(Edition, col(Edition.notice_id) == col(Notice.id))
        .join(Release, col(Release.edition_id) == col(Edition.id))
        .where(col(Release.audience_id) == audience_id)
    )
    return set(session.exec(query).all())


def _only_one(session: Session, keys: Keys, incident_id: UUID, host_id: str) -> set[str]:
    """The data set of a customer that has one, nothing where it has several."""
    sheet = latest_facts(session, keys, incident_id).sheet
    found = {dataset.id for dataset in processed_for(sheet) if host_id in (dataset.controllers or ())}
    return found if len(found) == 1 else set()
