"""A text as different readers get it: invented ones for everybody to look at, real ones for who may read audiences."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlmodel import Session, col, select

from incident.customer_figures import Figures, Wording
from incident.models.entries import EntryBody, EntryHeader, body_place, incident_subject
from incident.queries.audiences import find_audience, incident_of
from incident.roles import Action, Actor
from notifications.audience import scope_of
from notifications.audience_counts import counts_of
from notifications.bidirectional import runs_backwards
from notifications.members import NewMember, opened
from notifications.message import Text, choose_text, other_language
from notifications.models import Audience, Member
from notifications.placeholders import GREETING, names_in
from notifications.sealing import Keys
from notifications.wording import worded

LOOKED = "audience.previewed"
LOOK_HOLDS = timedelta(minutes=30)  # then looking again is written down again
SCANNED = 500  # members opened to choose from
MOST = 8  # languages, and segments, that are shown one by one

FIGURES = Figures(
    "example",
    "Example Ltd",
    people=240,
    reach={"DE": 200, "FR": 40},
    fields=("customer_no", "e_mail", "delivery_address"),
    exposed_from=datetime(2026, 11, 21, 6, tzinfo=UTC),
    exposed_until=datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
    logs="complete",
)
CUSTOMER = dict.fromkeys(("people_count", "countries", "fields", "exposure", "logs"), "…")  # see `in_words`


@dataclass(frozen=True, slots=True)
class Sample:
    """A reader a text is shown to. `key` chooses them, `text` is the key of the text a real one gets, "" any."""

    key: str
    label: str
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    real: bool = False


Shown = tuple[str, str, NewMember]  # key, label, member
INVENTED = (
    Sample("example", worded("An example"), {"name": "Alex Example", "customer": "Example Ltd", **CUSTOMER}),
    Sample(
        "longest",
        worded("The longest name"),
        {
            "name": "Maximiliane-Alexandra Konstantinopoulou von Hohenstein-Falkenburg",
            "customer": "Norddeutsche Verkehrsgesellschaft für Binnenschifffahrt und Hafenumschlag mbH & Co. KG",
            **CUSTOMER,
        },
    ),
    Sample(
        "arabic", worded("A name in Arabic"), {"name": "ليلى عبد الرحمن حداد", "customer": "شركة الميناء", **CUSTOMER}
    ),
    Sample("hebrew", worded("A name in Hebrew"), {"name": "נועה בן־דוד", "customer": "חברת הנמל", **CUSTOMER}),
    Sample("unnamed", worded("No name"), {"customer": "Example Ltd", **CUSTOMER}),
    Sample("missing", worded("Nothing known of them"), {"customer": "Example Ltd"}),
)


def invented(texts: Mapping[str, Text]) -> tuple[Sample, ...]:
    """The invented readers whose texts differ, for these texts: without placeholders there is one."""
    wanted = placeholders_of(texts)
    found: dict[tuple[tuple[str, str], ...], Sample] = {}
    for sample in INVENTED:
        own = tuple(sorted((name, value) for name, value in sample.values.items() if name in wanted))
        found.setdefault(own, sample)
    return tuple(found.values())


def in_words(sample: Sample, locale: str, wording: Wording) -> Sample:
    """An invented reader whose figures are written as those of a real customer are, beside a text of this language."""
    if sample.real or not sample.values.keys() & CUSTOMER.keys():
        return sample
    written = wording.values(FIGURES, locale)
    return replace(sample, values={name: written[name] if name in CUSTOMER else v for name, v in sample.values.items()})


def recipients(
    session: Session, keys: Keys, actor: Actor, audience_id: UUID, texts: Mapping[str, Text]
) -> tuple[Sample, ...]:
    """Real recipients worth looking at: the longest name, none, one from right to left, a missing value, each language
    and each segment; of the first 500 members, and the first of a language or segment none of these has.

    Raises NotFound, and Forbidden without the right to read audiences. That somebody looked is for the caller to write
    down first.
    """
    audience = find_audience(session, actor, audience_id, Action.READ_AUDIENCE)
    mine = select(Member).where(col(Member.audience_id) == audience.id).order_by(col(Member.id))
    rows = list(session.exec(mine.limit(SCANNED)).all())
    if not rows:
        return ()
    counts = counts_of(session, audience.id)
    locales = [name for name, _ in counts.locales.most_common(MOST)]
    segments = [name for name, _ in counts.segments.most_common(MOST)]
    rare = [col(Member.locale) == name for name in locales if name not in {row.locale for row in rows}]
    rare += [col(Member.segment) == name for name in segments if name not in {row.segment for row in rows}]
    rows += [row for of_it in rare for row in session.exec(mine.where(of_it).limit(1)).all()]
    keyring = keys.for_scope(session, scope_of(audience.id))
    people = [opened(keyring, row) for row in rows]
    chosen = _chosen(people, locales, segments, placeholders_of(texts))
    return tuple(_samples(chosen, texts))


def looked_lately(session: Session, keys: Keys, actor: Actor, audience: Audience, now: datetime) -> bool:
    """Whether the timeline says that this person is looking at real recipients of this audience."""
    subject = incident_subject(incident_of(audience))
    query = (
        select(EntryHeader, EntryBody)
        .join(
            EntryBody,
            (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq)),
        )
        .where(col(EntryHeader.subject) == subject, col(EntryHeader.action) == LOOKED)
        .where(col(EntryHeader.actor) == actor.label, col(EntryHeader.at) >= now - LOOK_HOLDS)
    )
    sealed = ((body.sealed, body_place(subject, body.seq)) for _, body in session.exec(query).all())
    bodies = (json.loads(keys.open(session, blob, place)) for blob, place in sealed if blob)
    return any(body.get("audience") == str(audience.id) for body in bodies)


def placeholders_of(texts: Mapping[str, Text]) -> frozenset[str]:
    """What these texts say to each person alone."""
    parts = (part for text in texts.values() for part in (text.subject, text.text, text.html, text.greeting))
    return frozenset(name for part in parts for name in names_in(part)) - {GREETING}


def _chosen(
    people: Sequence[NewMember], locales: Sequence[str], segments: Sequence[str], wanted: frozenset[str]
) -> Iterator[Shown]:
    """Who to show: the first there is for each reason."""
    if wanted:
        yield "longest", worded("Longest name or value"), max(people, key=lambda one: _longest(one, wanted))
        for key, label, fits in REASONS:
            yield from ((key, label, one) for one in islice((one for one in people if fits(one, wanted)), 1))
    for number, name in enumerate(locales, 1):
        found = next((one for one in people if one.locale == name), None)
        if found is not None:
            yield (
                f"locale-{number}",
                worded("Language {name}", name=name) if name else worded("No language known"),
                found,
            )
    for number, name in enumerate(segments if len(segments) > 1 else (), 1):
        found = next((one for one in people if one.segment == name), None)
        if found is not None:
            yield f"segment-{number}", worded("Segment {name}", name=name) if name else worded("No segment"), found


def _samples(chosen: Iterable[Shown], texts: Mapping[str, Text]) -> Iterator[Sample]:
    """Each with the text they get; nobody whose segment has none, for whom no release can be asked."""
    for key, label, one in chosen:
        with suppress(KeyError):
            text = choose_text(one.locale, one.segment, texts)
            other = other_language(one.locale, texts) if one.locale else ""
            said = (
                worded("{who} (reads {theirs}, gets {given})", who=label, theirs=one.locale, given=other)
                if other
                else label
            )
            yield Sample(key, said, one.values, text, real=True)


def _longest(one: NewMember, wanted: Collection[str]) -> int:
    return max((len(one.values.get(name, "")) for name in wanted), default=0)


def _nameless(one: NewMember, wanted: Collection[str]) -> bool:
    return "name" in wanted and not one.values.get("name")


def _backwards(one: NewMember, wanted: Collection[str]) -> bool:
    return any(runs_backwards(one.values.get(name, "")) for name in wanted)


def _incomplete(one: NewMember, wanted: Collection[str]) -> bool:
    return any(not one.values.get(name) for name in wanted if name != "name")


REASONS: tuple[tuple[str, str, Callable[[NewMember, Collection[str]], bool]], ...] = (
    ("unnamed", worded("Without a name"), _nameless),
    ("backwards", worded("Written right to left"), _backwards),
    ("missing", worded("With a value missing"), _incomplete),
)
