"""What an approver sees beside the text: seats, what differs from the last time, whom it adds, what waits for them."""

from dataclasses import dataclass
from datetime import datetime

from incident.web.views.shell import Choice
from notifications.differences import Line
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat of the quorum and who took it. `note` says what is special about how; `open`: nobody has yet."""

    role: str
    who: str = ""
    at: datetime | None = None
    note: str = ""
    confirm_by: datetime | None = None  # an approval by telephone that is not confirmed

    @property
    def open(self) -> bool:
        return not self.who


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """One language against the edition before. `fresh`: that one had none; `gone` are those it had alone."""

    against: str
    lines: tuple[Line, ...]
    added: int
    removed: int
    fresh: bool = False
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JoiningView:
    """People found later: how many get this text now, how many had it before, and the release of those."""

    newly: int
    told: int
    href: str


@dataclass(frozen=True, slots=True)
class ApprovalsView:
    """The approvals of one release as the reader may give them.

    `role` and `stands_in_for` are as what the reader may approve now. `alone`: by its author, after a wait; `alone_at`
    is when that begins. `waits_until` is until when the reader confirms what they said by telephone. `callable` are
    those whose yes by telephone the reader may write down. `against` keeps everybody from approving.
    """

    seats: tuple[SeatLine, ...]
    expires_at: datetime | None = None
    newer: int = 0
    difference: DifferenceView | None = None
    joining: JoiningView | None = None
    role: str = ""
    stands_in_for: str = ""
    alone: bool = False
    alone_at: datetime | None = None
    waits_until: datetime | None = None
    callable: tuple[Choice, ...] = ()
    now: str = ""  # for the time of a call, as a datetime-local field has it
    passkeys_only: bool = False
    against: str = ""
    unheard: str = ""  # while it waits: what of what comes back is not seen here

    @property
    def open_seats(self) -> int:
        return sum(seat.open for seat in self.seats)

    @property
    def single_control(self) -> bool:
        return any(seat.note == SINGLE for seat in self.seats)


SINGLE = worded("single control: by its author alone")


@dataclass(frozen=True, slots=True)
class DeputyLine:
    """Somebody who may approve in another's place. `over`: not any more; `ends`: the reader may end it."""

    id: str
    deputy: str
    principal: str
    begins_at: datetime
    ends_at: datetime
    over: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class DeputiesView:
    """Deputies, and who may be named one. `principals` are there for administrators, who name other people's."""

    lines: tuple[DeputyLine, ...]
    people: tuple[Choice, ...]
    principals: tuple[Choice, ...] = ()
    own: bool = True


@dataclass(frozen=True, slots=True)
class StandingLine:
    """One approval given in peacetime. `fits`: the templates are still those it was given for."""

    id: str
    kind: str
    role: str
    giver: str
    given_at: datetime
    ends_at: datetime
    over: bool
    fits: bool
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class StandingKind:
    """A kind of notice that can be approved beforehand, in the languages it is written in here."""

    kind: str
    title: str
    about: str
    digest: str
    languages: str
    role: str  # as which the reader may give it; "": none


@dataclass(frozen=True, slots=True)
class StandingView:
    """Approvals in peacetime, and what there is to approve."""

    lines: tuple[StandingLine, ...]
    kinds: tuple[StandingKind, ...]
    latest: str  # the last day one may end, as a date field has it
