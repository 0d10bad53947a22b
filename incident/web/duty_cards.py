"""Obligations as cards by where they stand; what differs only in whom it is owed to, or in which state, is one line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from incident.deadlines import Standing
from incident.law.circumstances import Organisation, place_of
from incident.law.derivation import CONTROLLERS
from incident.law.duties import STATUSES, Duty, DutyKind
from incident.notice_kinds import FILED_WITH, NoticeKind, kind_for
from incident.queries.duties import DutyLine, met_by_hand
from incident.web import times
from incident.web.breach_words import STAGES, addressee_in_words, cited
from incident.web.case_view import card_key
from incident.web.duty_questions import question_href
from incident.web.languages import SOURCE
from incident.web.reasons import Names, proof_in_words, reason_in_words
from incident.web.views import DutyBundle, DutyCard, DutyGroup, FilingStep, Meeting, MetWith, Settled
from notifications.formats import Formats
from notifications.wording import worded, worded_list

ORDER = (
    Standing.LATE,
    Standing.SOON,
    Standing.AHEAD,
    Standing.BLOCKED,
    Standing.MET,
    Standing.WAIVED,
    Standing.NOT_DUE,
)
NOT_RESEARCHED = worded("validity not researched, taken as in force")
ALIKE = 3  # so many duties of one kind are one line that unfolds
SHOWN = 8
END_OF_DAY = time(23, 59, 59)
WITHOUT_A_DATE = worded("Without a date")
NO_NUMBER = worded("The law names no number there: without undue delay, or as soon as the next step allows.")
WAITING = worded("Their moment is not recorded yet, or something else has to happen first.")
TOLD_IN_STATES: Mapping[str, str] = {
    "data_subjects": worded("{number} notices to residents"),
    "regulator": worded("{number} notices to state authorities"),
    "supervisory_authority": worded("{number} notices to state authorities"),
    "credit_bureaus": worded("{number} notices to credit bureaus"),
    "controller": worded("{number} notices to the owners of the data"),
    "internal_register": worded("{number} records to keep"),
    "internal_assessment": worded("{number} assessments"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the cards are: the incident's address, the reader's zone and language; names by id, decisions by id."""

    case: str = ""
    zone: str = "UTC"
    language: str = SOURCE
    organisation: Organisation = field(default_factory=Organisation)
    establishment: str | None = None
    customers: Mapping[str, str] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[UUID, Settled] = field(default_factory=dict)
    filings: Mapping[UUID, tuple[FilingStep, ...]] = field(default_factory=dict)
    short: Mapping[UUID, str] = field(default_factory=dict)  # duties whose notice not everybody was to get


def duty_groups(lines: Sequence[DutyLine], reader: Reader) -> tuple[DutyGroup, ...]:
    """The cards of every standing there is, late ones first; those ahead without a date stand after the dated."""
    together: dict[tuple[object, ...], list[DutyLine]] = {}
    for line in lines:
        together.setdefault(card_key(line), []).append(line)
    groups = []
    for standing in ORDER:
        found = [same for key, same in together.items() if key[0] is standing]
        if standing is Standing.AHEAD:
            dated = [same for same in found if same[0].moment]
            groups += [_group(standing, dated, reader)] if dated else []
            found = [same for same in found if not same[0].moment]
            groups += [_group(standing, found, reader, WITHOUT_A_DATE, NO_NUMBER)] if found else []
        elif found:
            waits = {"label": worded("Waiting"), "hint": WAITING} if standing is Standing.BLOCKED else {}
            short = {"hint": _left_out(found, reader)} if standing is Standing.MET else {}
            groups.append(_group(standing, found, reader, **waits, **short))
    return tuple(groups)


def provisional_clocks(lines: Sequence[DutyLine]) -> tuple[int, int] | None:
    """How many open clocks are provisional, of how many that have a moment; None where none is."""
    dated = [line for line in lines if line.moment and line.deadline.is_open]
    unsure = sum(line.obligation.provisional for line in dated)
    return (unsure, len(dated)) if unsure else None


def _group(
    standing: Standing, found: Sequence[Sequence[DutyLine]], reader: Reader, label: str = "", hint: str = ""
) -> DutyGroup:
    return DutyGroup(standing.value, tuple(_bundled(found, reader)), label, hint)


def _left_out(met: Sequence[Sequence[DutyLine]], reader: Reader) -> str:
    """How many of the cards were met by a notice that left somebody out; "" for none."""
    number = sum(same[0].obligation.id in reader.short for same in met)
    return worded("{number} of {all} met with somebody left out", number=number, all=len(met)) if number else ""


def _bundled(found: Sequence[Sequence[DutyLine]], reader: Reader) -> Iterator[DutyCard | DutyBundle]:
    """Each where the first of its kind stands, so that the next due stays first."""
    kinds: dict[tuple[object, ...], list[Sequence[DutyLine]]] = {}
    for same in found:
        kinds.setdefault(_kind(same[0]), []).append(same)
    for key, members in kinds.items():
        if key[0] == "one" or len(members) < ALIKE:
            yield from (_card(same, reader) for same in members)
        else:
            yield _bundle(members, reader)


def _kind(line: DutyLine) -> tuple[object, ...]:
    """What makes duties one line: the same thing under the laws of the states, or one rule to many authorities."""
    row, duty = line.obligation, line.duty
    if duty.jurisdiction.startswith("US-"):
        return ("states", row.entity, row.addressee_kind, row.stage, row.applies, line.soft)
    if duty.each and ":" in row.addressee:
        return ("each", row.entity, duty.id, row.applies)
    return ("one", row.id)


def _bundle(members: Sequence[Sequence[DutyLine]], reader: Reader) -> DutyBundle:
    cards = tuple(_card(same, reader) for same in members)
    first = members[0][0]
    if first.duty.each:
        return DutyBundle(
            f"all-{cards[0].id}", first.duty.title, worded("{number} authorities", number=len(cards)), cards
        )
    named = worded(TOLD_IN_STATES.get(first.obligation.addressee_kind, worded("{number} duties")), number=len(cards))
    if first.obligation.stage != "initial":
        named = worded("{what}, {stage}", what=named, stage=STAGES.get(first.obligation.stage, first.obligation.stage))
    places = dict.fromkeys(card.jurisdiction.removeprefix("US-") for card in cards)
    return DutyBundle(f"all-{cards[0].id}", worded("US state laws"), named, cards, _short(places))


def _short(places: Iterable[str]) -> str:
    """Some states by name, the others counted."""
    named = sorted(places)
    few = ", ".join(named[:SHOWN])
    return worded("{few} and {number} more", few=few, number=len(named) - SHOWN) if len(named) > SHOWN else few


def _card(lines: Sequence[DutyLine], reader: Reader) -> DutyCard:
    row = lines[0].obligation
    return replace(_card_of(lines, reader), filings=reader.filings.get(row.id, ()), why_not=row.applies == "no")


def _card_of(lines: Sequence[DutyLine], reader: Reader) -> DutyCard:
    line, row, duty = lines[0], lines[0].obligation, lines[0].duty
    return DutyCard(
        id=str(row.id),
        title=duty.title,
        law=duty.law,
        article=cited(duty.law, duty.article),
        kind=row.kind,
        entity=row.entity if row.entity != reader.organisation.entity else "",
        addressees=tuple(_whom(one.obligation.addressee, reader) for one in lines),
        standing=line.standing.value,
        moment=line.moment,
        own_target=line.soft,
        provisional=row.provisional and line.deadline.is_open,
        trace=tuple(row.trace),
        why=tuple(reason_in_words(one, Names(reader.customers, reader.datasets)) for one in row.why),
        missing=tuple(row.missing),
        datasets=tuple(reader.datasets.get(name, name) for name in row.datasets) if len(reader.datasets) > 1 else (),
        blocked=row.blocked,
        qualifier=duty.qualifier,
        delays=duty.delay,
        met_at=row.met_at,
        met_by=proof_in_words(row.met_by),
        readings=tuple((str(one["reading"]), datetime.fromisoformat(str(one["due_at"]))) for one in row.readings),
        url=duty.url if duty.url.startswith("https://") else "",
        confidence=duty.confidence.value,
        ids=tuple(str(one.obligation.id) for one in lines),
        jurisdiction=duty.jurisdiction,
        open_question=row.applies == "unknown",
        withdrawn=row.withdrawn_at is not None,
        there=there(line.moment, duty, reader) if line.deadline.is_open else "",
        hold=_hold(duty),
        unchecked=duty.unverified,
        exceptions=duty.exceptions,
        notes=duty.notes,
        validity=_validity(duty, reader.language),
        settled=reader.decisions.get(row.decision_id) if row.decision_id else None,
        href=f"{reader.case}/duties/{row.id}",
        meeting=replace(_meeting(line, reader), short=reader.short.get(row.id, ""), by_hand=_is_met_by_hand(line)),
    )


def _is_met_by_hand(line: DutyLine) -> bool:
    return line.obligation.met_at is not None and met_by_hand(line.obligation.met_by)


def _meeting(line: DutyLine, reader: Reader) -> Meeting:
    """With what it is met, and where that is drafted or said; "" where nothing of ours meets it."""
    row = line.obligation
    if row.addressee == CONTROLLERS and row.datasets:
        return Meeting(MetWith.NAMES, question_href(reader.case, "controllers", row.datasets[0]))
    if row.addressee_kind in FILED_WITH:
        return Meeting(MetWith.FILING, f"{reader.case}/filings/new?obligation={row.id}")
    if row.addressee_kind == "internal_register":
        return Meeting(MetWith.RECORD, "/register")
    kind = kind_for(row.addressee_kind, line.duty.contents)
    if kind is None:
        return Meeting()
    chosen = {"kind": kind.value} | ({"dataset": row.datasets[0]} if len(row.datasets) == 1 else {})
    to_people = MetWith.PEOPLE if row.addressee_kind == "data_subjects" else MetWith.NOTICE
    with_it = MetWith.CUSTOMERS if kind is NoticeKind.CUSTOMER else to_people
    return Meeting(with_it, f"{reader.case}/notices?{urlencode(chosen)}#draft-form")


def there(moment: datetime | None, duty: Duty, reader: Reader) -> str:
    """The end of a day where the law is at home, in words; "" for other moments, and where it ends here as well."""
    if moment is None or duty.kind is not DutyKind.STATUTE:
        return ""
    zone = place_of(duty, reader.organisation, reader.establishment).zone
    local, own = moment.astimezone(zone), moment.astimezone(ZoneInfo(reader.zone))
    if local.time() != END_OF_DAY or local.utcoffset() == own.utcoffset():
        return ""
    day, place = times.local(moment, zone.key, "date", reader.language), zone.key.rpartition("/")[2].replace("_", " ")
    return worded("{day}, {time} in {place}", day=day, time=f"{local:%H:%M}", place=place)


def _whom(name: str, reader: Reader) -> str:
    return reader.customers.get(name) or addressee_in_words(name)


def _hold(duty: Duty) -> str:
    if not duty.hold:
        return ""
    if not duty.after_hold:
        return worded("Law enforcement may ask that this waits.")
    return worded("Law enforcement may ask that this waits. Then {period} are left.", period=duty.after_hold)


def _validity(duty: Duty, language: str) -> str:
    """From when the rule is in force, or that nobody looked it up; "" for contracts and promises."""
    if duty.kind is not DutyKind.STATUTE:
        return ""
    since = duty.applies_from
    day = Formats(language).day
    said: list[str] = [
        worded("from {day}", day=day(since)) if since else worded("validity not researched, taken as in force")
    ]
    said += [worded("until {day}", day=day(duty.applies_until))] if duty.applies_until else []
    said += [STATUSES[duty.status]] if STATUSES.get(duty.status) else []
    return worded_list(said, "; ")


def open_ids(chosen: Iterable[str]) -> tuple[UUID, ...]:
    """The obligations a form chose: a tick stands for one or for several, with commas between. Raises ValueError."""
    return tuple(dict.fromkeys(UUID(one) for ticked in chosen for one in ticked.split(",") if one))
