"""What one shift hands over to the next: what runs, what is awaited, what worries; begun from what is open. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident.errors import Fault, Invalid

WRITTEN, TAKEN = "handover.written", "handover.taken"
AHEAD = timedelta(hours=12)
LONGEST = 10_000  # letters of one part
PARTS = (("runs", "What runs"), ("awaited", "What is awaited"), ("worries", "What worries"))
Said = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """The three parts, each a line a point."""

    runs: str = ""
    awaited: str = ""
    worries: str = ""

    def checked(self) -> "ShiftNote":
        """Without blanks at the ends. Raises Invalid where all of it is empty, or a part is too long."""
        tidy = ShiftNote(*(str(getattr(self, name)).strip() for name, _ in PARTS))
        faults = [
            Fault(name, f"is longer than {LONGEST} characters", "keep long material as evidence")
            for name, _ in PARTS
            if len(getattr(tidy, name)) > LONGEST
        ]
        if tidy == ShiftNote():
            faults.append(Fault("runs", "is empty, and so is the rest", "write what the next shift has to know"))
        if faults:
            raise Invalid(*faults)
        return tidy

    @property
    def text(self) -> str:
        """As the timeline tells it: a part that is empty says so."""
        parts = (f"{heading}: {getattr(self, name) or 'nothing was written.'}" for name, heading in PARTS)
        return "Handed over.\n" + "\n".join(parts)


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step of the runbook that is open."""

    title: str
    role: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Coming:
    """Deadlines of one rule at one moment; `count` says how many."""

    title: str
    at: datetime
    count: int = 1
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is open when a shift ends. `notices` and `decisions` are lines; `paged_at`: a page waits since then."""

    now: datetime
    steps: Sequence[OpenStep] = ()
    coming: Sequence[Coming] = ()
    paged_at: datetime | None = None
    notices: Sequence[str] = ()
    decisions: Sequence[str] = ()
    worries: Sequence[str] = ()


def begun(found: Unfinished, said: Said) -> ShiftNote:
    """The note as it is begun from what is open: facts only, for a person to cut and to add to."""
    late_steps = [step for step in found.steps if step.due_at and step.due_at <= found.now]
    late = [one for one in found.coming if one.at <= found.now]
    soon = [one for one in found.coming if found.now < one.at <= found.now + AHEAD]
    return ShiftNote(
        runs=_lines((_step(step, said) for step in found.steps), found.decisions),
        awaited=_lines(
            (f"Due {said(one.at)}: {_coming(one)}" for one in soon),
            found.notices,
            [f"A page waits for an answer since {said(found.paged_at)}."] if found.paged_at else [],
        ),
        worries=_lines(
            (f"Late since {said(one.at)}: {_coming(one)}" for one in late),
            (f"Late task: {step.title}, due {said(step.due_at)}" for step in late_steps if step.due_at),
            found.worries,
        ),
    )


def _step(step: OpenStep, said: Said) -> str:
    by = f", by {said(step.due_at)}" if step.due_at else ""
    return f"{step.title} ({step.role}{by})" if step.role else f"{step.title}{by}"


def _coming(one: Coming) -> str:
    many = f" ({one.count} of them)" if one.count > 1 else ""
    return f"{one.title}{many}{', provisional' if one.provisional else ''}"


def _lines(*groups: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for group in groups for line in group)
