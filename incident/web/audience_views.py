"""An audience as its page shows it: words for languages, countries and columns, shares of a hundred."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from incident.errors import Fault, Invalid
from incident.facts import FactSheet
from incident.people_counted import stated
from incident.queries.audiences import FEWEST, AudienceCounts, Shares
from incident.verbs.audiences import Gathered, MaskedMember
from incident.web.audiences import name_of
from incident.web.column_words import EXAMPLE, TAKES
from incident.web.outgoing import LANGUAGES
from incident.web.views import Choice
from incident.web.views.audiences import (
    AudienceLine,
    AudienceView,
    ColumnLine,
    FaultLine,
    SampleLine,
    ShareLine,
    ShareTable,
)
from notifications.audience_files import COLUMNS, LEFT_OUT, header_of, meaning_of
from notifications.formats import Formats
from notifications.members import CORRECTED, REPEATED
from notifications.models import Audience, Channel
from notifications.wording import Counted, Country, worded, worded_number

MOST_COLUMNS = 100
CHANNELS = {"email": worded("E-mail"), "in_app": worded("In the product")}
MEANINGS = {
    "person": worded("Stable id of the person"),
    "address": worded("E-mail address"),
    "account": worded("Id of the account"),
    "role": worded("Role in the account"),
    "locale": worded("Language"),
    "region": worded("Country or region"),
    "segment": worded("Segment"),
    "name": worded("Name, for the greeting"),
}
ENGLISH = Formats("en", "UTC")


def audience_line(row: Audience, names: Mapping[UUID, str], customers: Mapping[str, str]) -> AudienceLine:
    """One audience of a list; `names` are those of the others, `customers` legal names by the host's id."""
    return AudienceLine(
        href=f"/audiences/{row.id}",
        name=name_of(row),
        channel=CHANNELS[row.channel],
        members=row.members,
        created_at=row.created_at,
        frozen_at=row.frozen_at,
        adds_to=names.get(row.adds_to, worded("an audience that is gone")) if row.adds_to else "",
        controller=customers.get(row.controller, row.controller),
        purged_at=row.purged_at,
    )


def audience_view(
    found: AudienceCounts,
    columns: tuple[ColumnLine, ...],
    sample: tuple[SampleLine, ...] | None,
    examples: Mapping[tuple[str, bool], str],
    customers: Mapping[str, str],
) -> AudienceView:
    """One audience. `examples` are faults in words, by field and whether it is a warning."""
    names = {row.id: name_of(row) for row in found.related}
    return AudienceView(
        line=audience_line(found.audience, names, customers),
        codename=found.codename,
        case_href=f"/incidents/{found.codename}",
        tables=tuple(_tables(found)),
        refused=found.refused,
        repeated=found.repeated,
        corrected=found.corrected,
        warned=found.warned,
        faults=tuple(_fault_line(*fault, examples) for fault in found.faults),
        related=tuple(
            audience_line(row, names | {found.audience.id: name_of(found.audience)}, customers) for row in found.related
        ),
        columns=columns,
        sample=sample,
        takes=TAKES,
        example=EXAMPLE,
    )


def beside_facts(audience: Audience, sheet: FactSheet) -> tuple[tuple[str, bool], ...]:
    """How many people are in an audience and how many in the facts, a line for each data set that is ours to tell of.

    Nothing of an audience that adds to another, of a customer's people, or of those who act for customers.
    """
    if audience.adds_to or audience.controller or audience.gathered == Gathered.CONTACTS or not audience.members:
        return ()
    found = []
    for name, least, most in stated(sheet):
        facts = Counted(least) if least == most else worded("{low} to {high}", low=Counted(least), high=Counted(most))
        said = worded(
            "{members} in the audience, {facts} in the facts (“{dataset}”)",
            members=Counted(audience.members),
            facts=facts,
            dataset=name,
        )
        found.append((said, least <= audience.members <= most))
    return tuple(found)


def _tables(found: AudienceCounts) -> list[ShareTable]:
    """Shares by language, region and segment; the table of domains is for those that have addresses."""
    total = found.audience.members
    tables = [
        _table(
            worded("Language"),
            found.locales,
            total,
            {"": worded("Not said"), **{code: f"{name} ({code})" for code, name in LANGUAGES.items()}},
            _unsaid(found),
        ),
        _table(worded("Country or region"), found.regions, total, {"": worded("Not said")}, countries=True),
        _table(worded("Segment"), found.segments, total, {"": worded("None: the first text")}),
    ]
    if found.domains_in_all:
        hint = worded(
            "{all} in all; those of fewer than {number} people are counted together.",
            all=f"{found.domains_in_all:,}",
            number=FEWEST,
        )
        tables.append(_table(worded("Domain"), found.domains, total, {}, hint))
    return tables


def _unsaid(found: AudienceCounts) -> str:
    """In which language those are told of whom none is known, "" where it is known of everybody."""
    if not found.unsaid:
        return ""
    return worded_number(
        "No language is known of {number} person: told in English, or in the first of the notice where it has none.",
        "No language is known of {number} people: told in English, or in the first of the notice where it has none.",
        found.unsaid,
    )


def columns_of(first_line: str) -> tuple[ColumnLine, ...]:
    """What each column named by the first line of a file may be taken for, the likeliest chosen. Raises Invalid."""
    names = header_of(first_line.partition("\n")[0])
    if not names or len(names) > MOST_COLUMNS:
        mend = worded("paste the first line of the CSV file, as it is")
        raise Invalid(Fault("first_line", worded("names no columns, or more than a hundred"), mend))
    taken: set[str] = set()
    return tuple(_column(name, taken) for name in names if name)


def columns_kept(mapping: Mapping[str, str]) -> tuple[ColumnLine, ...]:
    """The columns as somebody chose them, to be chosen again."""
    return tuple(ColumnLine(name, _choices(means, {means})) for name, means in mapping.items())


def choice_faults(mapping: Mapping[str, str], channel: Channel) -> tuple[Fault, ...]:
    """What columns that were chosen one by one lack for anybody to be stored. Empty where none were chosen."""
    means, faults = set(mapping.values()), []
    if mapping and not means & {"person", "account"}:
        faults.append(
            Fault(
                worded("The columns"),
                worded("tell nobody apart"),
                worded(
                    "choose which one is “{meanings}”; where the file has none, add their customer number",
                    meanings=MEANINGS["person"],
                ),
            )
        )
    if mapping and channel is Channel.EMAIL and "address" not in means:
        faults.append(
            Fault(
                worded("The columns"),
                worded("hold no address to write to"),
                worded("choose which is “{meanings}”", meanings=MEANINGS["address"]),
            )
        )
    return tuple(faults)


def sample_lines(found: Sequence[MaskedMember]) -> tuple[SampleLine, ...]:
    """Members as the page shows them."""
    return tuple(
        SampleLine(
            one.person,
            one.address,
            ", ".join(part for part in (one.locale, one.region, one.segment) if part),
            "; ".join(one.values),
        )
        for one in found
    )


def _column(name: str, taken: set[str]) -> ColumnLine:
    """Its choices. What an earlier column is taken for already is chosen for no second one."""
    guess = meaning_of(name)
    if guess in taken:
        guess = LEFT_OUT
    taken.add(guess)
    plain = meaning_of(name, {})
    return ColumnLine(name, _choices(guess, {guess, plain}))


def _choices(chosen: str, values: Iterable[str]) -> tuple[Choice, ...]:
    """Every meaning, and these names of a value."""
    offered = dict.fromkeys((*COLUMNS, "name", *sorted(values)), "")
    labels = {
        value: MEANINGS.get(value) or worded("A value: {name}", name=value) for value in offered if value != LEFT_OUT
    }
    choices = (Choice(value, label, value == chosen) for value, label in labels.items())
    return (Choice(LEFT_OUT, worded("Left out"), chosen == LEFT_OUT), *choices)


def _fault_line(field: str, warning: bool, lines: int, examples: Mapping[tuple[str, bool], str]) -> FaultLine:
    there = (field == REPEATED, field == CORRECTED)
    return FaultLine(field, warning, lines, *there, examples.get((field, warning), ""))


def region_choices(regions: Mapping[str, int]) -> tuple[Choice, ...]:
    """Countries and parts of them that people live in, with how many; a country whose parts are named counts them.

    Nothing where all live in one place, or of none it is said where.
    """
    if len(regions) < 2:
        return ()
    found = Counter({region: number for region, number in regions.items() if region})
    for region, number in regions.items():
        country, _, part = region.partition("-")
        if part:
            found[country] += number
    named = sorted((ENGLISH.country(region), region, number) for region, number in found.items())
    return tuple(
        Choice(region, worded("{country} ({number})", country=Country(region), number=Counted(number)))
        for _name, region, number in named
    )


def _table(
    title: str, shares: Shares, total: int, names: Mapping[str, str], hint: str = "", *, countries: bool = False
) -> ShareTable:
    lines = []
    for value, people in shares.lines:
        label = names.get(value) or (Country(value) if countries else value)
        lines.append(ShareLine(label, people, _percent(people, total)))
    if shares.others:
        lines.append(ShareLine(worded("Others"), shares.others, _percent(shares.others, total)))
    return ShareTable(title, tuple(lines), hint)


def _percent(part: int, total: int) -> int:
    return round(part * 100 / total) if total else 0
