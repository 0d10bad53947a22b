"""The approval to send: an edition to an audience, by a second person, bound by digests; one row per person from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from notifications.audience import audience_digest, freeze
from notifications.fan_out import continue_fan_out
from notifications.ids import new_id
from notifications.message import Text, read_texts, texts_digest, texts_document
from notifications.models import Audience, Delivery, DeliveryState, Edition, Release, ReleaseState
from notifications.sealing import Keys, Place

UNSENT = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEFERRED)
UNSETTLED = (*UNSENT, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.UNCERTAIN)


class NotReleasable(Exception):
    """The release cannot do this now; the text says why and what to do."""


class SecondPersonNeeded(NotReleasable):
    """Whoever wrote, froze or requested may not approve."""


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What is frozen as one version of a notice. `facts_digest` and `rests_on` say which facts its words rest on."""

    notice_id: UUID
    subject: str
    kind: str
    texts: Mapping[str, Text]
    facts_digest: str
    rests_on: tuple[str, ...] = ()
    fact_version: int = 0
    template_digest: str = ""
    controller: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an approver had before their eyes: the digests their approval is bound to."""

    edition: str
    audience: str
    facts: str


def edition_place(edition_id: UUID, subject: str) -> Place:
    """Where an edition's texts are sealed for."""
    return Place("edition", "texts_sealed", str(edition_id), subject)


def freeze_edition(session: Session, keys: Keys, new: NewEdition, by: UUID, now: datetime) -> Edition:
    """Keep one version of a notice for ever. The same texts and facts again are the same edition."""
    digest = texts_digest(new.kind, new.texts)
    mine = col(Edition.notice_id) == new.notice_id
    last = session.exec(select(Edition).where(mine).order_by(col(Edition.number).desc()).limit(1)).first()
    if last is not None and (last.digest, last.facts_digest) == (digest, new.facts_digest):
        return last
    edition_id = new_id()
    edition = Edition(
        id=edition_id,
        notice_id=new.notice_id,
        subject=new.subject,
        number=last.number + 1 if last else 1,
        kind=new.kind,
        texts_sealed=keys.seal(session, texts_document(new.texts), edition_place(edition_id, new.subject)),
        digest=digest,
        facts_digest=new.facts_digest,
        fact_version=new.fact_version,
        rests_on=list(new.rests_on),
        template_digest=new.template_digest,
        controller=new.controller,
        created_at=now,
        created_by=by,
    )
    session.add(edition)
    session.flush()
    return edition


def open_texts(session: Session, keys: Keys, edition: Edition) -> dict[str, Text]:
    """Every language's text of an edition. Raises Unsealable."""
    return read_texts(keys.open(session, edition.texts_sealed, edition_place(edition.id, edition.subject)))


def request_release(
    session: Session, edition: Edition, audience_id: UUID, sender: str, by: UUID, now: datetime
) -> Release:
    """Ask for an edition to go to an audience, which is frozen by this. Raises NotReleasable for an empty one."""
    audience = freeze(session, audience_id, now)
    if audience.members == 0:
        raise NotReleasable(f"The audience {audience.name!r} has no members: import them first.")
    if audience.subject != edition.subject:
        raise NotReleasable("The audience belongs to another case.")
    release = Release(
        id=new_id(),
        subject=edition.subject,
        edition_id=edition.id,
        audience_id=audience_id,
        state=ReleaseState.REQUESTED,
        edition_digest=edition.digest,
        audience_digest=str(audience.digest),
        facts_digest=edition.facts_digest,
        sender=sender,
        recipients=audience.members,
        requested_by=by,
        requested_at=now,
    )
    session.add(release)
    session.flush()
    return release


def approve(
    session: Session, release: Release, seen: Seen, by: UUID, barred: Collection[UUID], now: datetime
) -> Release:
    """Approve what was seen, and fan out the first piece; `continue_fan_out` makes the rows of a large audience.

    `barred` are those who wrote a version; the requester is barred by itself. Raises SecondPersonNeeded, and
    NotReleasable when what was seen is no longer what would be sent, or somebody else was faster.
    """
    if by in barred or by == release.requested_by:
        raise SecondPersonNeeded(
            "Who wrote, edited, froze or requested this notice may not approve it: ask a second person."
        )
    bound = Seen(release.edition_digest, release.audience_digest, release.facts_digest)
    for name in ("edition", "audience", "facts"):
        if getattr(seen, name) != getattr(bound, name):
            raise NotReleasable(f"The {name} changed since you read it: read the release again.")
    _move(session, release, (ReleaseState.REQUESTED,), ReleaseState.APPROVED, approved_by=by, approved_at=now)
    continue_fan_out(session, release, now)
    return release


def refuse(session: Session, release: Release, reason: str, now: datetime) -> None:
    """A person says no to a request."""
    _move(session, release, (ReleaseState.REQUESTED,), ReleaseState.REFUSED, closed_at=now, reason=reason)


def stop(session: Session, release: Release, reason: str) -> int:
    """Hold what has not gone yet; what is on its way ends by itself. Returns how many rows are held."""
    _move(session, release, (ReleaseState.APPROVED,), ReleaseState.STOPPED, reason=reason)
    waiting = (col(Delivery.release_id) == release.id, col(Delivery.state) == DeliveryState.PENDING)
    return _rows(session, update(Delivery).where(*waiting).values(state=DeliveryState.HELD))


def resume(session: Session, release: Release) -> int:
    """Let what was held go on. Returns how many rows wait again."""
    _move(session, release, (ReleaseState.STOPPED,), ReleaseState.APPROVED, reason="")
    held = (col(Delivery.release_id) == release.id, col(Delivery.state) == DeliveryState.HELD)
    return _rows(session, update(Delivery).where(*held).values(state=DeliveryState.PENDING))


def void(session: Session, release: Release, reason: str, now: datetime) -> int:
    """The approval no longer holds: nothing further goes out. Returns how many rows were cancelled."""
    before = (ReleaseState.REQUESTED, ReleaseState.APPROVED, ReleaseState.STOPPED)
    _move(session, release, before, ReleaseState.VOID, closed_at=now, reason=reason)
    unsent = (col(Delivery.release_id) == release.id, col(Delivery.state).in_(UNSENT))
    return _rows(session, update(Delivery).where(*unsent).values(state=DeliveryState.CANCELLED))


def is_settled(session: Session, release: Release) -> bool:
    """Whether an approved release has nothing left to send and no answer to come."""
    if release.state is not ReleaseState.APPROVED or release.fanned_out_at is None:
        return False
    open_rows = (col(Delivery.release_id) == release.id, col(Delivery.state).in_(UNSETTLED))
    return session.exec(select(Delivery.id).where(*open_rows).limit(1)).first() is None


def finish(session: Session, release: Release, now: datetime) -> bool:
    """Close a release of which every row is settled. Returns whether it is finished."""
    if not is_settled(session, release):
        return False
    _move(session, release, (ReleaseState.APPROVED,), ReleaseState.FINISHED, closed_at=now)
    return True


def fault_of(session: Session, keys: Keys, release: Release) -> str:
    """Why this release must not be sent, "" when everything is as it was approved.

    Recomputes the digests of the texts and of the audience from what is stored. Ask it before the first row of a
    release is sent, and again at every start; each member is checked once more when it is opened.
    """
    if release.state is not ReleaseState.APPROVED or release.approved_by is None:
        return f"the release is {release.state}"
    edition = session.get(Edition, release.edition_id)
    audience = session.get(Audience, release.audience_id)
    if edition is None or audience is None:
        return "its edition or audience is gone"
    if texts_digest(edition.kind, open_texts(session, keys, edition)) != release.edition_digest:
        return "the text is not the one that was approved"
    if audience_digest(session, audience.id)[0] != release.audience_digest:
        return "the audience is not the one that was approved"
    return ""


def _move(
    session: Session, release: Release, before: tuple[ReleaseState, ...], after: ReleaseState, **changes: object
) -> None:
    """Change the state only from where it was read; of two at once, one wins. Raises NotReleasable."""
    wanted = (col(Release.id) == release.id, col(Release.state).in_(before))
    if not _rows(session, update(Release).where(*wanted).values(state=after, **changes)):
        session.refresh(release)
        raise NotReleasable(f"The release is {release.state}: it can no longer become {after}.")
    session.refresh(release)


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
