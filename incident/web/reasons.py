"""What the engines of the law wrote down, in words: why a duty applies, and line by line how its moment was counted.

Both are stored as English text with the names of facts, data sets, customers and moments in it. What has no pattern
here, such as the words of a law, stays as it was written.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from incident.anchors import Clue
from incident.web.breach_words import CLUES, DECIDED_RISKS
from incident.web.fact_questions import FEW, bound_in_words, figure, plain_reason, word_label
from incident.web.words import moment_title
from notifications.wording import Country, Day, listed, worded, worded_list, worded_number

MOMENT = r"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? ?[\w+:-]+)"
DAY = r"(\w{3} \d{4}-\d\d-\d\d)"
CLOSED = re.compile(r"(\w{3} \d{4}-\d\d-\d\d)(?: \(([^)]+)\))?")
WEEKDAYS = {
    "Mon": worded("Mon"),
    "Tue": worded("Tue"),
    "Wed": worded("Wed"),
    "Thu": worded("Thu"),
    "Fri": worded("Fri"),
    "Sat": worded("Sat"),
    "Sun": worded("Sun"),
}
PROOFS = {
    "intake": worded("A delivery of a monitor"),
    "evidence": worded("What is kept as evidence"),
    "sha256": worded("The report as it was received"),
    "telling": worded("The customers were told"),
    "release": worded("The notice was sent"),
    "filing": worded("The filing was submitted"),
}
DELIVERED = re.compile(r"delivery (\d+)(?:: (.*))?", re.DOTALL)
Said = Callable[["re.Match[str]", "Names"], str]


@dataclass(frozen=True, slots=True)
class Names:
    """What customers and data sets are called, by their ids."""

    customers: Mapping[str, str] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)


def reason_in_words(text: str, names: Names | None = None) -> str:
    """Why a duty applies or does not, as a person would say it."""
    return _in_words(text, REASONS, names) or plain_reason(text)


def step_in_words(line: str) -> str:
    """One line of how a moment was counted; its moments stay as they stand."""
    return _in_words(line, STEPS) or line


def part_in_words(text: str) -> str:
    """Why a part of the severity score has its value; the answers it names as they are given on the fact sheet."""
    return _in_words(text, PARTS) or text


def proof_in_words(text: str) -> str:
    """What shows a moment, or met a duty: what the product itself points at, in words; what people wrote, as it is."""
    kind, _, about = text.partition(":")
    if kind == "entry" and about.isdecimal():
        return worded("Line {number} of the timeline", number=about)
    return PROOFS.get(kind, text) if about else text


def telling_in_words(proof: str) -> str:
    """What shows that a customer was told: the answer of a mail server in words; what people wrote, as it is."""
    found = DELIVERED.fullmatch(proof)
    if found is None:
        return proof
    if (found[2] or "").startswith("2"):
        return worded("Its mail server took the mail (delivery {number})", number=found[1])
    return worded("Delivery {number}", number=found[1])


def _in_words(text: str, forms: "Iterable[tuple[re.Pattern[str], Said]]", names: Names | None = None) -> str:
    """What the first form that fits says, "" where none does."""
    known = names or Names()
    return next((say(found, known) for form, say in forms if (found := form.fullmatch(text))), "")


def _forms(*pairs: tuple[str, Said]) -> tuple[tuple["re.Pattern[str]", Said], ...]:
    return tuple((re.compile(form), say) for form, say in pairs)


def _dataset(name: str, names: Names) -> str:
    return names.datasets.get(name, name)


def _of_customer(found: re.Match[str], names: Names) -> str:
    dataset, customer = names.datasets.get(found[1]), names.customers.get(found[2])
    if not dataset or not customer:
        return worded("We hold data of this customer")
    return worded("“{dataset}” holds data of {customer}", dataset=dataset, customer=customer)


def _of_customers(found: re.Match[str], names: Names) -> str:
    number, dataset = int(found[2]), names.datasets.get(found[1])
    if not dataset:
        return worded_number("We hold data of {number} customer", "We hold data of {number} customers", number)
    return worded_number(
        "“{dataset}” holds data of {number} customer",
        "“{dataset}” holds data of {number} customers",
        number,
        dataset=dataset,
    )


def _people(found: re.Match[str], _names: Names) -> str:
    return worded("People who live in {where}: {number}; the rule asks for {test}", **_counted(found))


def _in_one_region(found: re.Match[str], _names: Names) -> str:
    return worded(
        "People in the one region of {where} that has most: {number}; the rule asks for {test}", **_counted(found)
    )


def _counted(found: re.Match[str]) -> dict[str, object]:
    """Where people live, how many, and what the rule compares them with."""
    codes = found[1].split(", ")
    many = len(codes) > FEW
    where = worded("any of {number} countries", number=len(codes)) if many else worded_list(map(Country, codes))
    return {"where": where, "number": figure(found[2]), "test": bound_in_words(found[3])}


REASONS = _forms(
    (r"presumed: (.+)", lambda found, _names: worded("presumed: {what}", what=listed(found[1]))),
    (r"data set (\S+) holds data of customer (.+)", _of_customer),
    (r"data set (\S+) holds data of (\d+) customers?", _of_customers),
    (
        r"data set (\S+) holds no customer's data",
        lambda found, names: worded("“{dataset}” holds no customer's data", dataset=_dataset(found[1], names)),
    ),
    (
        r"decided as (\w+): decision of (.+)",
        lambda found, _names: worded(
            "Decided on {at}: {risk}", at=found[2], risk=DECIDED_RISKS.get(found[1], found[1])
        ),
    ),
    (r"residents of one region of (.+): (\S.*), test (.+)", _in_one_region),
    (r"residents of (.+): (\S.*), test (.+)", _people),
)


PARTS = _forms(
    (
        r"recipients: (\w+)",
        lambda found, _: worded("recipients: {who}", who=word_label(found[1], "exposure.recipients")),
    ),
    (
        r"altered; copy: (\w+)",
        lambda found, _: worded("altered; copy: {copy}", copy=word_label(found[1], "protection.backup")),
    ),
)


def _day(text: str) -> str:
    """A day with its weekday: "Fri 2026-11-27"."""
    weekday, _, day = text.partition(" ")
    return worded_list((WEEKDAYS.get(weekday, weekday), Day(day)), " ")


def _skipped(days: str) -> str:
    found: Iterable[tuple[str, str]] = CLOSED.findall(days)
    return worded_list(
        worded("{step} ({about})", step=_day(day), about=why) if why else _day(day) for day, why in found
    )


def _candidate(found: re.Match[str], _names: Names) -> str:
    values = {"at": found[1], "moment": moment_title(found[2]), "clue": CLUES[Clue(found[4].replace(" ", "_"))]}
    if found[3] == "a clear":
        return worded("Start: {at}. {moment}: not decided; a clear candidate counts ({clue}).", **values)
    return worded("Start: {at}. {moment}: not decided; the earliest arguable candidate counts ({clue}).", **values)


STEPS = _forms(
    (
        rf"Start: {MOMENT}, (\w+) decided\.",
        lambda found, _: worded("Start: {at}. {moment}: decided.", at=found[1], moment=moment_title(found[2])),
    ),
    (
        rf"Start: {MOMENT}, (\w+) not decided: (a clear|the earliest arguable) candidate is "
        rf"({'|'.join(clue.replace('_', ' ') for clue in Clue)})\.",
        _candidate,
    ),
    (
        rf"Start: {MOMENT}, (\w+) not recorded: (\w+) stands in for it\.",
        lambda found, _: worded(
            "Start: {at}. {moment}: not recorded; {other} stands in for it.",
            at=found[1],
            moment=moment_title(found[2]),
            other=moment_title(found[3]),
        ),
    ),
    (
        rf"{MOMENT} \+ (\d+) h \(\d+ s elapsed, in UTC\) = {MOMENT}",
        lambda found, _: worded(
            "{start} + {hours} h, hour by hour in UTC = {end}", start=found[1], hours=found[2], end=found[3]
        ),
    ),
    (
        rf"Own target, no number of the law: {MOMENT} \+ (\d+) h = {MOMENT}",
        lambda found, _: worded(
            "Own target, no number of the law: {start} + {hours} h = {end}",
            start=found[1],
            hours=found[2],
            end=found[3],
        ),
    ),
    (
        r"The law sets no number: without undue delay\.",
        lambda _found, _: worded("The law sets no number: without undue delay."),
    ),
    (rf"The earlier counts: {MOMENT}\.", lambda found, _: worded("The earlier counts: {at}.", at=found[1])),
    (
        r"The moment is not known: the filing of .+\.",
        lambda _found, _: worded("The moment is not known: an earlier filing is still to be made."),
    ),
    (
        r"The moment is not known: (\w+) \(.+\)\.",
        lambda found, _: worded("The moment is not known: {moment}.", moment=moment_title(found[1])),
    ),
    (
        rf"Day (\d+) is {DAY} and ends at ([\d:]+) in (\S+) = {MOMENT}\.?",
        lambda found, _: worded(
            "Day {number} is {day} and ends at {time} in {zone} = {end}",
            number=found[1],
            day=_day(found[2]),
            time=found[3],
            zone=found[4],
            end=found[5],
        ),
    ),
    (
        rf"Day (\d+) is {DAY}\.",
        lambda found, _: worded("Day {number} is {day}.", number=found[1], day=_day(found[2])),
    ),
    (
        rf"Day (\d+) is {DAY}; weekends and holidays count\.",
        lambda found, _: worded(
            "Day {number} is {day}; weekends and holidays count.", number=found[1], day=_day(found[2])
        ),
    ),
    (
        rf"Day 0, not counted, is {DAY} in (\S+)\.",
        lambda found, _: worded("Day 0, not counted, is {day} in {zone}.", day=_day(found[1]), zone=found[2]),
    ),
    (r"Skipped: (.+)\.", lambda found, _: worded("Skipped: {days}.", days=_skipped(found[1]))),
)
