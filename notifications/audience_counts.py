"""How many people of an audience have which language, region, segment and domain."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from notifications.models import AudienceDomain, Member


@dataclass(frozen=True, slots=True)
class Counts:
    """Members by language, region ("" unsaid) and segment ("" the first variant), read in one go."""

    locales: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    segments: Counter[str] = field(default_factory=Counter)


def counts_of(session: Session, audience_id: UUID) -> Counts:
    """Every member counted three ways."""
    groups = (col(Member.locale), col(Member.region), col(Member.segment))
    query = select(*groups, func.count()).where(col(Member.audience_id) == audience_id).group_by(*groups)
    found = Counts()
    for locale, region, segment, number in session.execute(query):
        found.locales[locale] += number
        found.regions[region] += number
        found.segments[segment] += number
    return found


def counted(session: Session, audience_id: UUID) -> dict[str, int]:
    """How many members each language has."""
    query = select(Member.locale, func.count()).where(col(Member.audience_id) == audience_id).group_by(Member.locale)
    return {locale: int(number) for locale, number in session.exec(query).all()}


def segments_of(session: Session, audience_id: UUID) -> dict[str, int]:
    """How many members each segment has; "" are those who get the first variant of the text."""
    mine = col(Member.audience_id) == audience_id
    query = select(Member.segment, func.count()).where(mine).group_by(col(Member.segment))
    return {segment: int(number) for segment, number in session.exec(query).all()}


def commonest_domains(session: Session, audience_id: UUID, at_least: int, limit: int) -> list[tuple[str, int]]:
    """The domains of most addresses, those of fewer than `at_least` left out: a domain can be one person's."""
    mine = (col(AudienceDomain.audience_id) == audience_id, col(AudienceDomain.members) >= at_least)
    query = select(AudienceDomain.domain, AudienceDomain.members).where(*mine)
    order = (col(AudienceDomain.members).desc(), col(AudienceDomain.domain))
    return [(domain, number) for domain, number in session.exec(query.order_by(*order).limit(limit)).all()]


def addressed(session: Session, audience_id: UUID) -> tuple[int, int]:
    """How many members have an address, and in how many domains."""
    query = select(func.coalesce(func.sum(AudienceDomain.members), 0), func.count())
    members, domains = session.exec(query.where(col(AudienceDomain.audience_id) == audience_id)).one()
    return int(members), int(domains)


def count_domains(session: Session, audience_id: UUID, found: Mapping[str, int]) -> None:
    """Add to how many members each domain has."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(AudienceDomain)
    more = {"members": col(AudienceDomain.members) + new.excluded.members}
    rows = [{"audience_id": audience_id, "domain": domain, "members": number} for domain, number in found.items()]
    if rows:
        session.execute(new.on_conflict_do_update(index_elements=["audience_id", "domain"], set_=more), rows)


def uncount_domains(session: Session, audience_id: UUID, gone: Mapping[str, int]) -> None:
    """Take away from how many members each domain has; one that nobody has any more is forgotten."""
    for domain, number in gone.items():
        row = session.get_one(AudienceDomain, (audience_id, domain))
        row.members -= number
        if row.members > 0:
            session.add(row)
        else:
            session.delete(row)
    session.flush()
