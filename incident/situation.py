"""The situation report: what happened in three sentences from the facts, and the whole of it as text. Pure.

Nothing is in it that nobody recorded: what is not known is said to be not known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident.errors import Fault, Invalid

PACED = "situation.paced"
LONGEST_RHYTHM = timedelta(days=7)
SHORTEST_RHYTHM = timedelta(minutes=15)
Said = Callable[[datetime], str]
RISKS = {"high": "high risk", "risk": "a risk, not a high one", "unlikely": "a risk is unlikely"}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When reports come: the first, and every so long after it."""

    first_at: datetime
    every: timedelta

    def after(self, now: datetime) -> datetime:
        """The next one that is still to come."""
        if now < self.first_at:
            return self.first_at
        return self.first_at + ((now - self.first_at) // self.every + 1) * self.every

    def checked(self) -> "Rhythm":
        """Raises Invalid for one that comes too often or hardly ever."""
        if not SHORTEST_RHYTHM <= self.every <= LONGEST_RHYTHM:
            raise Invalid(Fault("every", "is not from 15 minutes to 7 days", "choose how often a report comes"))
        return self


@dataclass(frozen=True, slots=True)
class DataLine:
    """One body of data. `people` None: not counted. `risk` as decided, else as assessed; "" or unknown: not known."""

    title: str
    people: int | None
    risk: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class ToldLine:
    """Who was told, in figures. `of` None: how many have to be told is not known."""

    label: str
    told: int
    of: int | None


@dataclass(frozen=True, slots=True)
class DueLine:
    """A deadline that comes next, or has passed."""

    title: str
    at: datetime
    standing: str
    count: int = 1
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """An incident at one moment. A moment that is not known is None, a word that is not known "".

    `aware_decided` False: `aware_at` is the earliest that can be argued. `answered` and `missing` count facts.
    """

    codename: str
    title: str
    kind: str
    severity: str
    phase: str
    since: datetime
    opened_at: datetime
    opened_by: str
    commander: str = ""
    over: bool = False
    drill: bool = False
    began_at: datetime | None = None
    ended_at: datetime | None = None
    aware_at: datetime | None = None
    aware_decided: bool = False
    cause: str = ""
    fact_version: int = 0
    answered: int = 0
    missing: int = 0
    data: Sequence[DataLine] = ()
    coming: Sequence[DueLine] = ()
    told: Sequence[ToldLine] = ()
    decisions: Sequence[str] = ()
    risks: Sequence[str] = ()
    steps: Sequence[str] = ()

    @property
    def people(self) -> int | None:
        """How many people as far as they are counted; None where no body of data is counted."""
        counted = [one.people for one in self.data if one.people is not None]
        return sum(counted) if counted else None


def sentences(found: Situation, said: Said) -> tuple[str, str, str]:
    """What happened, what is known of it, how it stands."""
    return _happened(found, said), _known(found), _stands(found, said)


def told_words(line: ToldLine) -> str:
    """ "12 of 14", "none of 3", "5, of how many is not known"."""
    number = f"{line.told:,}" if line.told else "none"
    return f"{number}, of how many is not known" if line.of is None else f"{number} of {line.of:,}"


def as_text(found: Situation, said: Said, now: datetime, following: datetime | None) -> str:
    """The report as text for a mail: lines of one thought each, headings underlined."""
    head = f"Situation report: {found.title} ({found.codename})"
    coming = f"The next report comes {said(following)}." if following else "When the next report comes is not set."
    drill = ["This is a drill."] if found.drill else []
    parts = [head, "=" * len(head), f"As of {said(now)}. {'' if found.over else coming}".strip(), *drill, ""]
    parts += [*sentences(found, said), ""]
    for heading, lines in _parts(found, said):
        parts += [heading, "-" * len(heading), *(f"- {line}" for line in lines), ""]
    return "\n".join(parts).rstrip() + "\n"


def data_words(line: DataLine) -> str:
    """One body of data in words."""
    people = "how many people is not known" if line.people is None else _people(line.people)
    risk = RISKS.get(line.risk, "the risk is not known")
    state = ", decided" if line.decided else ", not decided" if line.risk in RISKS else ""
    return f"{line.title}: {people}; {risk}{state}"


def due_words(line: DueLine, said: Said) -> str:
    """One deadline in words."""
    many = f" ({line.count} of them)" if line.count > 1 else ""
    late = "late since" if line.standing == "late" else "due"
    return f"{line.title}{many}, {late} {said(line.at)}{', provisional' if line.provisional else ''}"


def _happened(found: Situation, said: Said) -> str:
    began = f"It began {said(found.began_at)}" if found.began_at else "When it began is not known"
    ended = f"ended {said(found.ended_at)}" if found.ended_at else "when it ended is not known"
    if not found.began_at and not found.ended_at:
        span = "when it began and whether it has ended is not known"
    else:
        span = f"{began[0].lower()}{began[1:]}, {'it ' if not found.began_at and found.ended_at else ''}{ended}"
    by = f" by {found.opened_by}" if found.opened_by else ""
    kind = f"{found.kind[:1].lower()}{found.kind[1:]}"
    return f"“{found.title}” ({kind}, {found.severity}) was opened {said(found.opened_at)}{by}; {span}."


def _known(found: Situation) -> str:
    if not found.fact_version:
        return "No facts are saved yet: what data and how many people it concerns is not known."
    uncounted = sum(one.people is None for one in found.data)
    bodies = f"{len(found.data)} {'body' if len(found.data) == 1 else 'bodies'} of data"
    if found.people is None:
        people = "how many people is not known"
    elif uncounted:
        people = f"at least {_people(found.people)} ({uncounted} of {bodies} not counted)"
    else:
        people = _people(found.people)
    cause = f"the cause is {found.cause[:1].lower()}{found.cause[1:]}" if found.cause else "the cause is not known"
    return f"It concerns {bodies} and {people}; {cause}."


def _stands(found: Situation, said: Said) -> str:
    command = f"commanded by {found.commander}" if found.commander else "commanded by nobody"
    phase = f"{found.phase[:1].lower()}{found.phase[1:]}"
    owed = [line for line in found.told if line.of or line.told]
    told = ", ".join(f"{line.label[:1].lower()}{line.label[1:]} ({told_words(line)})" for line in owed)
    tail = f"; told so far: {told}" if told else "; nobody outside was told, and nobody is known yet who must be"
    if found.over:
        return f"It is {phase} since {said(found.since)}{tail}."
    return f"It is in {phase} since {said(found.since)}, {command}{tail}."


def _people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"


def _parts(found: Situation, said: Said) -> Iterator[tuple[str, list[str]]]:
    known = [data_words(line) for line in found.data]
    known.append(f"{found.answered:,} facts are known, {found.missing:,} that a duty asks for are not")
    yield "Known and unknown", known
    yield "Next deadlines", [due_words(line, said) for line in found.coming] or ["No dated clock runs."]
    yield "Told", [f"{line.label}: {told_words(line)}" for line in found.told] or ["Nobody outside was told."]
    yield "Decided", list(found.decisions) or ["Nothing was decided yet."]
    yield "Open risks", list(found.risks) or ["None is recorded."]
    yield "What comes next", list(found.steps) or ["No step is open."]
