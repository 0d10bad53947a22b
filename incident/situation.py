"""The situation report: what happened in three sentences from the facts, and the whole of it as text. Pure.

Nothing is in it that nobody recorded: what is not known is said to be not known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident.errors import Fault, Invalid
from notifications.wording import Counted, worded, worded_list, worded_number

PACED = "situation.paced"
LONGEST_RHYTHM = timedelta(days=7)
SHORTEST_RHYTHM = timedelta(minutes=15)
Said = Callable[[datetime], str]
Say = Callable[[str], object]
RISKS = {
    "high": worded("high risk"),
    "risk": worded("a risk, not a high one"),
    "unlikely": worded("a risk is unlikely"),
}
SEVERITIES = {
    "critical": worded("critical"),
    "high": worded("high"),
    "medium": worded("medium"),
    "low": worded("low"),
    "info": worded("info"),
}


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
            raise Invalid(
                Fault("every", worded("is not from 15 minutes to 7 days"), worded("choose how often a report comes"))
            )
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
    """Who was told, in figures. `of` None: how many have to be told is not known; `short`: the facts name more."""

    label: str
    told: int
    of: int | None
    short: bool = False


@dataclass(frozen=True, slots=True)
class DueLine:
    """A deadline that comes next, or has passed."""

    title: str
    at: datetime
    standing: str
    count: int = 1
    provisional: bool = False
    may_apply: bool = False  # it is not known yet whether it applies


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
    number = Counted(line.told) if line.told else worded("none")
    if line.of is None:
        return worded("{number}, of how many is not known", number=number)
    said = worded("{number} of {all}", number=number, all=Counted(line.of))
    return worded("{said} recipients, but the facts name more", said=said) if line.short else said


def as_text(found: Situation, said: Said, now: datetime, following: datetime | None, say: Say = str) -> str:
    """The report as text for a mail: lines of one thought each, headings underlined; `say` puts a line into words."""
    head = say(worded("Situation report: {title} ({codename})", title=found.title, codename=found.codename))
    as_of = worded("As of {at}.", at=said(now))
    if following and not found.over:
        as_of = worded("As of {at}. The next report comes {next}.", at=said(now), next=said(following))
    elif not found.over:
        as_of = worded("As of {at}. When the next report comes is not set.", at=said(now))
    drill = [worded("This is a drill.")] if found.drill else []
    parts = [head, "=" * len(str(head)), *map(say, (as_of, *drill)), "", *map(say, sentences(found, said)), ""]
    for heading, lines in _parts(found, said):
        over = str(say(heading))
        parts += [over, "-" * len(over), *(f"- {say(line)}" for line in lines), ""]
    return "\n".join(str(part) for part in parts).rstrip() + "\n"


def data_words(line: DataLine) -> str:
    """One body of data in words."""
    people = worded("how many people is not known") if line.people is None else _people(line.people)
    values = {"title": line.title, "people": people, "risk": RISKS.get(line.risk) or worded("the risk is not known")}
    if line.decided:
        return worded("{title}: {people}; {risk}, decided", **values)
    if line.risk in RISKS:
        return worded("{title}: {people}; {risk}, not decided", **values)
    return worded("{title}: {people}; {risk}", **values)


def due_words(line: DueLine, said: Said) -> str:
    """One deadline in words."""
    title = worded("{title} ({number} of them)", title=line.title, number=line.count) if line.count > 1 else line.title
    values = {"title": title, "at": said(line.at)}
    if line.standing == "late":
        text = worded("{title}, late since {at}", **values)
    else:
        text = worded("{title}, due {at}", **values)
    text = worded("{deadline}, may apply", deadline=text) if line.may_apply else text
    return worded("{deadline}, provisional", deadline=text) if line.provisional else text


def _happened(found: Situation, said: Said) -> str:
    severity = SEVERITIES.get(found.severity) or found.severity
    values = {"title": found.title, "kind": found.kind, "severity": severity, "at": said(found.opened_at)}
    values |= {"span": _span(found, said), "who": found.opened_by}
    if found.opened_by:
        return worded("“{title}” ({kind}, {severity}) was opened {at} by {who}; {span}.", **values)
    return worded("“{title}” ({kind}, {severity}) was opened {at}; {span}.", **values)


def _span(found: Situation, said: Said) -> str:
    if found.began_at and found.ended_at:
        return worded("it began {began}, ended {ended}", began=said(found.began_at), ended=said(found.ended_at))
    if found.began_at:
        return worded("it began {began}, when it ended is not known", began=said(found.began_at))
    if found.ended_at:
        return worded("when it began is not known, it ended {ended}", ended=said(found.ended_at))
    return worded("when it began and whether it has ended is not known")


def _known(found: Situation) -> str:
    if not found.fact_version:
        return worded("No facts are saved yet: what data and how many people it concerns is not known.")
    uncounted = sum(one.people is None for one in found.data)
    bodies = worded_number("{number} body of data", "{number} bodies of data", len(found.data))
    if found.people is None:
        people: str = worded("how many people is not known")
    elif uncounted:
        counted = {"people": _people(found.people), "number": uncounted, "bodies": bodies}
        people = worded("at least {people} ({number} of {bodies} not counted)", **counted)
    else:
        people = _people(found.people)
    if found.cause:
        return worded(
            "It concerns {bodies} and {people}; cause: {cause}.", bodies=bodies, people=people, cause=found.cause
        )
    return worded("It concerns {bodies} and {people}; the cause is not known.", bodies=bodies, people=people)


def _stands(found: Situation, said: Said) -> str:
    values = {"phase": found.phase, "at": said(found.since), "who": found.commander, "told": _told_so_far(found)}
    if found.over:
        return worded("Phase: {phase}, since {at}; {told}.", **values)
    if found.commander:
        return worded("Phase: {phase}, since {at}, commanded by {who}; {told}.", **values)
    return worded("Phase: {phase}, since {at}, commanded by nobody; {told}.", **values)


def _told_so_far(found: Situation) -> str:
    owed = [line for line in found.told if line.of or line.told]
    if not owed:
        return worded("nobody outside was told, and nobody is known yet who must be")
    lines = [worded_list((line.label, worded_list(("(", told_words(line), ")"), "")), " ") for line in owed]
    return worded("told so far: {lines}", lines=worded_list(lines))


def _people(number: int) -> str:
    return worded_number("{number} person", "{number} people", number)


def _parts(found: Situation, said: Said) -> Iterator[tuple[str, list[str]]]:
    facts = {"known": Counted(found.answered), "missing": Counted(found.missing)}
    known = [data_words(line) for line in found.data]
    known.append(worded("{known} facts are known, {missing} that a duty or a filing asks for are not", **facts))
    told = [worded_list((line.label, told_words(line)), ": ") for line in found.told]
    coming = [due_words(line, said) for line in found.coming]
    yield worded("Known and unknown"), known
    yield worded("Next deadlines"), coming or [worded("No dated clock runs.")]
    yield worded("Told"), told or [worded("Nobody outside was told.")]
    yield worded("Decided"), list(found.decisions) or [worded("Nothing was decided yet.")]
    yield worded("Open risks"), list(found.risks) or [worded("None is recorded.")]
    yield worded("What comes next"), list(found.steps) or [worded("No task is open.")]
