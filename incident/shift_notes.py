"""What one shift hands over to the next: what runs, what is awaited, what worries; begun from what is open. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident.errors import Fault, Invalid
from notifications.wording import worded, worded_list

WRITTEN, TAKEN = "handover.written", "handover.taken"
AHEAD = timedelta(hours=12)
LONGEST = 10_000  # letters of one part
PARTS = (
    ("runs", worded("What runs")),
    ("awaited", worded("What is awaited")),
    ("worries", worded("What worries")),
)
Said = Callable[[datetime], str]
Say = Callable[[str], object]


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
            Fault(
                name,
                worded("is longer than {number} characters", number=LONGEST),
                worded("keep long material as evidence"),
            )
            for name, _ in PARTS
            if len(getattr(tidy, name)) > LONGEST
        ]
        if tidy == ShiftNote():
            faults.append(
                Fault("runs", worded("is empty, and so is the rest"), worded("write what the next shift has to know"))
            )
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
    may_apply: bool = False


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


def begun(found: Unfinished, said: Said, say: Say = str) -> ShiftNote:
    """The note as it is begun from what is open: facts only, for a person to cut and to add to, in their words."""
    late_steps = [step for step in found.steps if step.due_at and step.due_at <= found.now]
    late = [one for one in found.coming if one.at <= found.now]
    soon = [one for one in found.coming if found.now < one.at <= found.now + AHEAD]
    paged = [worded("A page waits for an answer since {at}.", at=said(found.paged_at))] if found.paged_at else []
    return ShiftNote(
        runs=_lines(say, (_step(step, said) for step in found.steps), found.decisions),
        awaited=_lines(
            say,
            (worded("Due {at}: {deadline}", at=said(one.at), deadline=_coming(one)) for one in soon),
            found.notices,
            paged,
        ),
        worries=_lines(
            say,
            (worded("Late since {at}: {deadline}", at=said(one.at), deadline=_coming(one)) for one in late),
            (
                worded("Late task: {title}, due {at}", title=step.title, at=said(step.due_at))
                for step in late_steps
                if step.due_at
            ),
            found.worries,
        ),
    )


def _step(step: OpenStep, said: Said) -> str:
    by = worded("by {at}", at=said(step.due_at)) if step.due_at else ""
    about = worded_list([part for part in (step.role, by) if part])
    if not step.role:
        return worded_list([part for part in (step.title, by) if part])
    return worded("{step} ({about})", step=step.title, about=about)


def _coming(one: Coming) -> str:
    title = worded("{title} ({number} of them)", title=one.title, number=one.count) if one.count > 1 else one.title
    return worded("{deadline}, provisional", deadline=title) if one.provisional else title


def _lines(say: Say, *groups: Iterable[str]) -> str:
    return "\n".join(f"- {say(line)}" for group in groups for line in group)
