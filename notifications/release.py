"""The approval to send: an edition to an audience, by other people, bound by digests; one row per person from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from notifications.audience import audience_digest, freeze
from notifications.fan_out import continue_fan_out
from notifications.ids import new_id
from notifications.message import Text, read_texts, texts_digest, texts_document
from notifications.models import Audience, Delivery, DeliveryState, Edition, Release, ReleaseState
from notifications.quorum import ONE, OTHERS, Yes, is_complete, take_seat
from notifications.quorum import NotReleasable as NotReleasable
from notifications.quorum import SecondPersonNeeded as SecondPersonNeeded
from notifications.quorum import Way as Way
from notifications.release_states import UNDER_WAY
from notifications.sealing import Keys, Place
from notifications.wording import worded

UNSENT = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEFERRED)
AT_ONCE = 5000  # rows that follow their release in its own transaction; upkeep brings the others along
UNSETTLED = (*UNSENT, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What is frozen as one version of a notice. `facts_digest` and `rests_on` say which facts its words rest on.

    `template_digest` is that of the templates it came from as it stands, "" once a person has edited it. `controller`
    is in whose name it speaks, "" for our own. `basis` is what else it was written from, as the caller writes it down:
    it is kept with the edition and is no part of what goes out.
    """

    notice_id: UUID
    subject: str
    kind: str
    texts: Mapping[str, Text]
    facts_digest: str
    rests_on: tuple[str, ...] = ()
    fact_version: int = 0
    template_digest: str = ""
    controller: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an approver had before their eyes: the digests their approval is bound to."""

    edition: str
    audience: str
    facts: str


def edition_place(edition_id: UUID, subject: str) -> Place:
    """Where an edition's texts are sealed for."""
    return Place("edition", "texts_sealed", str(edition_id), subject)


def basis_place(edition_id: UUID, subject: str) -> Place:
    """Where what an edition was written from is sealed for."""
    return Place("edition", "basis_sealed", str(edition_id), subject)


def freeze_edition(session: Session, keys: Keys, new: NewEdition, by: UUID, now: datetime) -> Edition:
    """Keep one version of a notice for ever. The same texts, facts, origin and basis again are the same edition."""
    digest = texts_digest(new.kind, new.texts)
    mine = col(Edition.notice_id) == new.notice_id
    last = session.exec(select(Edition).where(mine).order_by(col(Edition.number).desc()).limit(1)).first()
    same = (digest, new.facts_digest, new.template_digest, new.controller)
    alike = last is not None and (last.digest, last.facts_digest, last.template_digest, last.controller) == same
    if last is not None and alike and open_basis(session, keys, last) == new.basis:
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
        basis_sealed=keys.seal(session, new.basis, basis_place(edition_id, new.subject)) if new.basis else None,
        created_at=now,
        created_by=by,
    )
    session.add(edition)
    session.flush()
    return edition


def open_texts(session: Session, keys: Keys, edition: Edition) -> dict[str, Text]:
    """Every language's text of an edition. Raises Unsealable."""
    return read_texts(keys.open(session, edition.texts_sealed, edition_place(edition.id, edition.subject)))


def open_basis(session: Session, keys: Keys, edition: Edition) -> str:
    """What an edition was written from beside its facts, "" where nothing was kept. Raises Unsealable."""
    place = basis_place(edition.id, edition.subject)
    return keys.open(session, edition.basis_sealed, place) if edition.basis_sealed else ""


def request_release(
    session: Session, edition: Edition, audience_id: UUID, sender: str, by: UUID, now: datetime
) -> Release:
    """Ask for an edition to go to an audience, which is frozen by this. Raises NotReleasable for an empty one.

    It asks for one approval; who wants more, or an end, sets `quorum` and `expires_at` before anybody has approved.
    """
    audience = freeze(session, audience_id, now)
    if audience.members == 0:
        raise NotReleasable(worded("The audience {name} has no members: import them first.", name=repr(audience.name)))
    if audience.subject != edition.subject:
        raise NotReleasable(worded("The audience belongs to another case."))
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
        quorum=list(ONE),
    )
    session.add(release)
    session.flush()
    _refuse_purged(session, edition)  # after the insert, which waits for a purge that is just beginning
    return release


def approve(
    session: Session, release: Release, seen: Seen, yes: Yes, barred: Collection[UUID], now: datetime
) -> Release:
    """Say yes to what was seen. Once every seat is taken the release is approved and the first piece fanned out.

    `continue_fan_out` makes the rows of a large audience. `barred` are those who wrote a version; the requester is
    barred by itself. Raises SecondPersonNeeded, and NotReleasable when what was seen is no longer what would be sent,
    the time to approve is over, or somebody else was faster.
    """
    lock(session, release)
    check_open(release, now)
    if yes.way is not Way.SINGLE and not yes.everybody.isdisjoint({*barred, release.requested_by}):
        raise SecondPersonNeeded(OTHERS)
    check_bound(release, seen)
    take_seat(session, release, yes, now)
    if is_complete(session, release):
        _move(session, release, (ReleaseState.REQUESTED,), ReleaseState.APPROVED, approved_by=yes.by, approved_at=now)
        continue_fan_out(session, release, now)
    return release


def check_open(release: Release, now: datetime) -> None:
    """Raise NotReleasable for a release that nobody can approve any more."""
    if release.state is not ReleaseState.REQUESTED:
        raise NotReleasable(worded("The release is {state}: it can no longer become approved.", state=release.state))
    if release.expires_at is not None and now >= release.expires_at:
        ended = f"{release.expires_at:%Y-%m-%d %H:%M}"
        raise NotReleasable(worded("The time to approve it ended at {ended} UTC: ask again.", ended=ended))


def check_bound(release: Release, seen: Seen) -> None:
    """Raise NotReleasable where what somebody saw is not what the release is bound to."""
    bound = Seen(release.edition_digest, release.audience_digest, release.facts_digest)
    for name in ("edition", "audience", "facts"):
        if getattr(seen, name) != getattr(bound, name):
            raise NotReleasable(worded("The {name} changed since you read it: read the release again.", name=name))


def _refuse_purged(session: Session, edition: Edition) -> None:
    """Raise NotReleasable when people this edition went to are purged: nobody could tell who has it already."""
    mine = select(Audience.name).join(Release, col(Release.audience_id) == col(Audience.id))
    purged = mine.where(col(Release.edition_id) == edition.id, col(Audience.purged_at).is_not(None))
    name = session.exec(purged.limit(1)).first()
    if name is not None:
        gone = worded("The audience {name} was purged: import a new one, and write the notice anew.", name=repr(name))
        raise NotReleasable(gone)


def lock(session: Session, release: Release) -> None:
    """Read the release anew and make others who change it wait: of two who take its seats each sees the other's."""
    session.refresh(release, with_for_update={"key_share": True})


def refuse(session: Session, release: Release, reason: str, now: datetime) -> None:
    """A person says no to a request."""
    _move(session, release, (ReleaseState.REQUESTED,), ReleaseState.REFUSED, closed_at=now, reason=reason)


def stop(session: Session, release: Release, reason: str, until: datetime | None = None) -> int:
    """Hold what has not gone yet; what is on its way ends by itself. Returns how many rows wait.

    It may be resumed before `until`, after which the approval no longer holds; None: at any time. Of a million rows
    the first are held here and the rest by upkeep, so that the stop itself is there at once.
    """
    _move(session, release, (ReleaseState.APPROVED,), ReleaseState.STOPPED, reason=reason, expires_at=until)
    return _follow(session, release, (DeliveryState.PENDING,), DeliveryState.HELD)


def resume(session: Session, release: Release, now: datetime) -> int:
    """Let what was held go on. Returns how many rows wait again. Raises NotReleasable once it was stopped too long."""
    lock(session, release)
    if release.state is ReleaseState.STOPPED and release.expires_at is not None and now >= release.expires_at:
        raise NotReleasable(worded("It was stopped for longer than an approval holds: ask for the release again."))
    _move(session, release, (ReleaseState.STOPPED,), ReleaseState.APPROVED, reason="", expires_at=None)
    return _follow(session, release, (DeliveryState.HELD,), DeliveryState.PENDING)


def void(session: Session, release: Release, reason: str, now: datetime) -> int:
    """The approval no longer holds: nothing further goes out. Returns how many rows were cancelled."""
    _move(session, release, UNDER_WAY, ReleaseState.VOID, closed_at=now, reason=reason)
    return _follow(session, release, UNSENT, DeliveryState.CANCELLED)


def cancel(session: Session, release: Release, reason: str, now: datetime) -> int:
    """A person gives up a stopped release for good. Returns how many rows were cancelled. Raises NotReleasable."""
    _move(session, release, (ReleaseState.STOPPED,), ReleaseState.VOID, closed_at=now, reason=reason)
    return _follow(session, release, UNSENT, DeliveryState.CANCELLED)


def is_settled(session: Session, release: Release) -> bool:
    """Whether an approved release has nothing left to send and no answer to come."""
    if release.state is not ReleaseState.APPROVED or release.fanned_out_at is None:
        return False
    open_rows = (col(Delivery.release_id) == release.id, col(Delivery.state).in_(UNSETTLED))
    return session.exec(select(Delivery.id).where(*open_rows).limit(1)).first() is None


def finish(session: Session, release: Release, now: datetime) -> bool:
    """Close a release of which every row is settled. Returns whether this finished it: of two workers one does."""
    if not is_settled(session, release):
        return False
    try:
        _move(session, release, (ReleaseState.APPROVED,), ReleaseState.FINISHED, closed_at=now)
    except NotReleasable:
        return False
    return True


def fault_of(session: Session, keys: Keys, release: Release) -> str:
    """Why this release must not be sent, "" when everything is as it was approved.

    Recomputes the digests of the texts and of the audience from what is stored. Ask it before the first row of a
    release is sent, and again at every start; each member is checked once more when it is opened.
    """
    if release.state is not ReleaseState.APPROVED or release.approved_by is None:
        return f"the release is {release.state}"
    if release.quorum and not is_complete(session, release):
        return "not everybody whose approval it asks for has given it"
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
        states = {"state": release.state, "after": after}
        raise NotReleasable(worded("The release is {state}: it can no longer become {after}.", **states))
    session.refresh(release)


def _follow(session: Session, release: Release, before: tuple[DeliveryState, ...], after: DeliveryState) -> int:
    """Bring the first rows of a release into the state it is in now. Returns how many there are of them in all."""
    mine = (col(Delivery.release_id) == release.id, col(Delivery.state).in_(before))
    number = session.exec(select(func.count()).select_from(Delivery).where(*mine)).one()
    first = select_columns(col(Delivery.id)).where(*mine).limit(AT_ONCE)
    _rows(session, update(Delivery).where(col(Delivery.id).in_(first), *mine).values(state=after))
    return int(number)


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
