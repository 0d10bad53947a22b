"""Who has said yes to a release: a seat for each role its quorum wants, each taken by another person, once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from notifications.ids import new_id
from notifications.models import Approval, Release
from notifications.wording import worded

ONE = ("approver",)  # what a release asks for that says nothing
OTHERS = worded(
    "Who wrote, edited, froze or requested this notice may not approve it, nor vouch for somebody who did: "
    "ask a second person."
)


class NotReleasable(Exception):
    """The release cannot do this now; the text says why and what to do."""

    def __str__(self) -> str:
        return self.args[0] if self.args else ""  # as it was given: it may remember its message


class SecondPersonNeeded(NotReleasable):
    """Whoever wrote, froze or requested may not approve, nor may one person take two seats."""


class Way(StrEnum):
    """How somebody said yes."""

    CONSOLE = "console"
    PASSKEY = "passkey"
    SPOKEN = "spoken"  # by telephone: a witness wrote it down, and the approver confirms it
    STANDING = "standing"  # in peacetime, to a text straight from exactly these templates
    SINGLE = "single"  # by its author alone, after a wait: single control


@dataclass(frozen=True, slots=True)
class Yes:
    """One person's yes, as one of the roles wanted. `for_user` is whom a deputy stands in for.

    `witness` wrote a spoken one down; until `confirm_by` the approver confirms it.
    """

    by: UUID
    role: str = ONE[0]
    way: Way = Way.CONSOLE
    for_user: UUID | None = None
    witness: UUID | None = None
    confirm_by: datetime | None = None

    @property
    def people(self) -> frozenset[UUID]:
        """Who stands behind it: a deputy and whom the deputy stands in for are both used up by it."""
        return frozenset({self.by} | ({self.for_user} if self.for_user else set()))

    @property
    def everybody(self) -> frozenset[UUID]:
        """Who stands behind it, and who vouches for it: each of them has this one part in a release, and no other."""
        return self.people | ({self.witness} if self.witness else frozenset())


@dataclass(frozen=True, slots=True)
class Seat:
    """One place of a quorum: its number from 0, the role that may take it, and the yes that took it."""

    number: int
    role: str
    approval: Approval | None = None


def seats_of(session: Session, release: Release) -> tuple[Seat, ...]:
    """Every seat of a release in order, with what was said from it so far."""
    mine = select(Approval).where(col(Approval.release_id) == release.id)
    taken = {row.seat: row for row in session.exec(mine).all()}
    return tuple(Seat(number, role, taken.get(number)) for number, role in enumerate(release.quorum or ONE))


def is_complete(session: Session, release: Release) -> bool:
    """Whether every seat is taken."""
    return all(seat.approval for seat in seats_of(session, release))


def used_up(seats: Collection[Seat]) -> frozenset[UUID]:
    """Who said yes already, by themselves or by a deputy, or vouched for a yes that was spoken."""
    rows = [seat.approval for seat in seats if seat.approval]
    named = {person for row in rows for person in (row.by, row.for_user, row.witness) if person}
    return frozenset(named)


def take_seat(session: Session, release: Release, yes: Yes, now: datetime) -> Approval:
    """Take the first open seat of the role. Raises NotReleasable, and SecondPersonNeeded for who is used up already.

    Call it while the release is locked: of two who want the last seat the second finds it taken.
    """
    seats = seats_of(session, release)
    if not yes.everybody.isdisjoint(used_up(seats)) or yes.witness in yes.people:
        raise SecondPersonNeeded(
            worded("Each approval of a release is another person's, and its witness is a further one.")
        )
    seat = next((seat for seat in seats if seat.role == yes.role and seat.approval is None), None)
    if seat is None:
        raise NotReleasable(
            worded("Nobody is wanted any more as {role}: read the release again.", role=yes.role.replace("_", " "))
        )
    row = Approval(
        id=new_id(),
        release_id=release.id,
        seat=seat.number,
        role=yes.role,
        by=yes.by,
        way=yes.way,
        for_user=yes.for_user,
        witness=yes.witness,
        at=now,
        confirm_by=yes.confirm_by,
    )
    session.add(row)
    session.flush()
    return row
