"""What a caller may get wrong, drawn as a tree; HTTP learns its status codes from STATUS and nowhere else.

IncidentError
  Invalid            a value is not usable; names the field and the mend
  NotFound           no such thing for this actor (also what may not be seen)
  Forbidden          the actor's roles do not carry this action
  Conflict           somebody else was faster, or the state no longer fits
    LostRace         the incident changed since the page was read
    Overtaken        somebody else kept other answers since the page was read
  Refused            a guard says what is missing
  TooMany            more came than is taken within a time
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from notifications.wording import listed, worded, worded_list


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one value: where, what, and how to mend it."""

    field: str
    message: str
    mend: str = ""

    def __str__(self) -> str:
        if not self.mend:
            return worded("{field}: {message}", field=self.field, message=self.message)
        return worded("{field}: {message} ({mend})", field=self.field, message=self.message, mend=self.mend)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing a guard asks for: its name, why in words, and where to mend it: in the incident, or an address.

    `which`: the first few of what it counts, each with its place there; `more`: how many there are beside them.
    """

    guard: str
    text: str
    link: str
    which: tuple[tuple[str, str], ...] = ()
    more: int = 0

    @property
    def whole(self) -> str:
        """It in words, with the names."""
        if not self.which:
            return self.text
        names = worded_list([worded("“{name}”", name=listed(name)) for name, _ in self.which])
        if self.more:
            return worded("{text} Open: {names} and {number} more.", text=self.text, names=names, number=self.more)
        return worded("{text} Open: {names}.", text=self.text, names=names)


class IncidentError(Exception):
    """Any error whose text is meant for the person who caused it."""

    def __str__(self) -> str:
        return self.args[0] if self.args else ""  # as it was given: it may remember its message


class Invalid(IncidentError):
    """One or more values are not usable; nothing was stored."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(worded_list(map(str, faults), "; "))
        self.faults = faults


class NotFound(IncidentError):
    """There is no such thing, or this actor may not know of it."""


class Forbidden(IncidentError):
    """The actor's roles do not carry this action."""


class Conflict(IncidentError):
    """The state no longer allows this; read it again."""


class LostRace(Conflict):
    """Somebody decided or moved since this page was read. Nothing of yours was lost: read again and repeat."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            worded(
                "Somebody decided something on this incident since you opened the page (it is at version {actual}, "
                "your page showed {expected}). Read it again, then repeat.",
                actual=actual,
                expected=expected,
            )
        )
        self.expected = expected
        self.actual = actual


class Overtaken(Conflict):
    """Somebody kept other answers since this page was read. `differs`: what questions say now, and what was sent."""

    def __init__(self, text: str, differs: Sequence[Fault] = ()) -> None:
        super().__init__(text)
        self.differs = tuple(differs)


class Refused(IncidentError):
    """A guard refuses and says what is missing."""

    def __init__(self, message: str, missing: Sequence[Missing] = ()) -> None:
        super().__init__(worded_list([message, *(item.whole for item in missing)], " ") if missing else message)
        self.missing = tuple(missing)


class TooMany(IncidentError):
    """More came than is taken within a time; it can be repeated after `wait`."""

    def __init__(self, text: str, wait: timedelta) -> None:
        super().__init__(text)
        self.seconds = max(1, int(wait.total_seconds() + 0.999))


STATUS: dict[type[IncidentError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Refused: 409,
    Invalid: 422,
    TooMany: 429,
}


def status_of(error: IncidentError) -> int:
    """The HTTP status of an error: that of its nearest ancestor in STATUS, else 400."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
