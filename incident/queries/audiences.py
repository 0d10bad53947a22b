"""Audiences as pages and programs read them: how many people of which kind, never who."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.models.entries import incident_of_subject, incident_subject
from incident.models.incidents import Incident
from incident.queries.access import access_to
from incident.roles import Action, Actor, may, require
from notifications.audience import relatives, scope_of
from notifications.audience_counts import addressed, commonest_domains, counts_of
from notifications.audience_faults import as_csv, faults_by_field, faults_of, first_faults
from notifications.members import CORRECTED, REPEATED, THERE, LineFault
from notifications.models import Audience
from notifications.sealing import Keys
from notifications.store import Store
from notifications.wording import worded

SHOWN = 12
FEWEST = 5  # people a domain has that is named: one of fewer can be somebody's own


@dataclass(frozen=True, slots=True)
class Shares:
    """The commonest kinds with their numbers, and how many people are of any other."""

    lines: tuple[tuple[str, int], ...]
    others: int


@dataclass(frozen=True, slots=True)
class AudienceCounts:
    """One audience: what it is, how many people of which language, region, segment and domain, and its last import.

    `faults` say how often a field was at fault, and whether that was a warning only; the commonest first. `related` are
    the audiences of the same chain: the one it adds to, and those that add to it. `unsaid` people have
    no language.
    """

    audience: Audience
    incident_id: UUID
    codename: str
    locales: Shares
    regions: Shares
    segments: Shares
    domains: Shares
    domains_in_all: int
    faults: tuple[tuple[str, bool, int], ...]
    related: tuple[Audience, ...]
    unsaid: int = 0

    @property
    def refused(self) -> int:
        """Lines of the last import that were refused."""
        return sum(number for name, warning, number in self.faults if not warning and name not in THERE)

    @property
    def repeated(self) -> int:
        """Lines of the last import whose person was there already."""
        return sum(number for name, _, number in self.faults if name == REPEATED)

    @property
    def corrected(self) -> int:
        """Lines of the last import that say something else of a person who was there, and took that place."""
        return sum(number for name, _, number in self.faults if name == CORRECTED)

    @property
    def warned(self) -> int:
        """Lines of the last import that were stored with a warning."""
        return sum(number for _, warning, number in self.faults if warning)


def incident_of(audience: Audience) -> UUID:
    """The incident an audience belongs to."""
    return incident_of_subject(audience.subject)


def find_audience(session: Session, actor: Actor, audience_id: UUID, action: Action = Action.READ) -> Audience:
    """One audience, if the actor may do this to its incident. Raises NotFound, alike for absent and hidden, and
    Forbidden."""
    audience = session.get(Audience, audience_id)
    if audience is None:
        raise NotFound(worded("There is no such audience."))
    require(actor, action, access_to(session, incident_of(audience)))
    return audience


def audiences_of(session: Session, actor: Actor, incident_id: UUID) -> list[Audience]:
    """Every audience of an incident that was not purged, the newest first. Raises NotFound and Forbidden."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = (col(Audience.subject) == incident_subject(incident_id), col(Audience.purged_at).is_(None))
    newest = (col(Audience.created_at).desc(), col(Audience.id).desc())
    return list(session.exec(select(Audience).where(*mine).order_by(*newest)).all())


def audience_counts(session: Session, actor: Actor, audience_id: UUID) -> AudienceCounts:
    """An audience counted. Raises NotFound and Forbidden."""
    audience = find_audience(session, actor, audience_id)
    incident_id = incident_of(audience)
    counts = counts_of(session, audience_id)
    domains = commonest_domains(session, audience_id, FEWEST, SHOWN)
    members, different = addressed(session, audience_id)
    others = col(Audience.id).in_(list(relatives(session, audience)))
    return AudienceCounts(
        audience=audience,
        incident_id=incident_id,
        codename=session.exec(select(Incident.codename).where(col(Incident.id) == incident_id)).one(),
        locales=_shares(counts.locales),
        regions=_shares(counts.regions),
        segments=_shares(counts.segments),
        domains=Shares(tuple(domains), members - sum(number for _, number in domains)),
        domains_in_all=different,
        faults=tuple(faults_by_field(session, audience_id)),
        related=tuple(session.exec(select(Audience).where(others).order_by(col(Audience.created_at))).all()),
        unsaid=counts.locales[""],
    )


def audience_faults(session: Session, keys: Keys, actor: Actor, audience_id: UUID) -> Iterator[LineFault]:
    """What the last import refused or warned of, streamed. Raises NotFound and Forbidden."""
    audience = find_audience(session, actor, audience_id, Action.IMPORT_AUDIENCE)
    if audience.purged_at is not None or not faults_by_field(session, audience_id):
        return iter(())  # the key was destroyed, or nothing was ever sealed and there may be none
    return faults_of(session, keys.for_scope(session, scope_of(audience_id)), audience_id)


def fault_examples(session: Session, keys: Keys, actor: Actor, found: AudienceCounts) -> dict[tuple[str, bool], str]:
    """The first fault of each field in words, for those who may import; by field, and whether it is a warning."""
    if not found.faults or not may(actor, Action.IMPORT_AUDIENCE, access_to(session, found.incident_id)):
        return {}
    keyring = keys.for_scope(session, scope_of(found.audience.id))
    first = first_faults(session, keyring, found.audience.id)
    return {
        kind: worded("Line {line} {fault}: {mend}.", line=one.line, fault=one.message, mend=one.mend)
        for kind, one in first.items()
    }


def faults_file(store: Store, keys: Keys, actor: Actor, audience_id: UUID) -> Iterator[str]:
    """The same as a CSV file, read while it goes out; that it was taken is for the caller to write down first."""
    with store.read() as session:
        yield from as_csv(audience_faults(session, keys, actor, audience_id))


def _shares(counts: Mapping[str, int]) -> Shares:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Shares(tuple(ordered[:SHOWN]), sum(number for _, number in ordered[SHOWN:]))
