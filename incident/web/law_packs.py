"""The pages of the law as it is installed: packs by jurisdiction, the duties of each, and what a check finds."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.law.counting.terms import Period, Unit
from incident.law.duties import STATUSES, Confidence, Duty
from incident.law.library import coverage
from incident.law.packs import SHARED, check_pack, shipped_duties, shipped_texts
from incident.law.vectors import failure
from incident.roles import Action
from incident.web.breach_words import addressee_in_words, cited
from incident.web.fact_questions import question
from incident.web.frame import Seated
from incident.web.languages import LANGUAGES
from incident.web.places import folded
from incident.web.times import country
from incident.web.views.installed import DutyRow, PackRow, PacksView, PackView
from notifications.wording import Said, worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/admin/law"
NAMED = re.compile(r'^id = "([^"]+)"', re.MULTILINE)
KEEPER = [Depends(acting(Action.ADMINISTER, programs=False))]
CONFIDENCE: Mapping[Confidence, tuple[Said, str]] = {
    Confidence.HIGH: (worded("Read in the law or an authority's text"), "met"),
    Confidence.MEDIUM: (worded("Read in a secondary source"), "ahead"),
    Confidence.LOW: (worded("Read in a table or a mirror"), "soon"),
    Confidence.UNVERIFIED: (worded("Not seen in a source"), "soon"),
}


@router.get(PAGE, dependencies=KEEPER)
def show_packs(desk: Seated, q: Annotated[str, Query(max_length=200)] = "", unverified: str = "") -> Response:
    """Every pack that ships, or those that fit the words."""
    rows = [row for row in packs() if _fits(row, q) and (not unverified or row.open)]
    counted = coverage(shipped_duties())
    open_duties = counted.confidence.get(Confidence.UNVERIFIED.value, 0)
    view = PacksView(tuple(rows), len(packs()), counted.duties, open_duties, q, bool(unverified))
    with desk.edge.read() as session:
        return desk.page("law_packs.html", session, {"view": view})


@router.get(f"{PAGE}/{{name}}", dependencies=KEEPER)
def show_pack(desk: Seated, name: str) -> Response:
    """One pack: each duty in words, with citation, source and what nobody saw in one."""
    file = f"{name}.toml"
    if file not in shipped_texts() or file == SHARED:
        raise NotFound(worded("There is no such pack."))
    with desk.edge.read() as session:
        return desk.page("law_pack.html", session, {"view": pack_view(file)})


@cache
def packs() -> tuple[PackRow, ...]:
    """Every shipped pack with its counts; the packs do not change while the program runs."""
    by_id: dict[str, list[Duty]] = {}
    for duty in shipped_duties():
        by_id.setdefault(duty.id, []).append(duty)
    rows = []
    for file, text in shipped_texts().items():
        found = [duty for one in dict.fromkeys(NAMED.findall(text)) for duty in by_id.get(one, ())]
        if found and file != SHARED:
            rows.append(_row(file, found))
    return tuple(sorted(rows, key=lambda row: (row.jurisdiction, row.file)))


@cache
def pack_view(file: str) -> PackView:
    """A pack as its page shows it, checked once with its vectors."""
    pack, faults = check_pack(shipped_texts()[file], file)
    red = (f"{one.duty.id}, {one.about}: {wrong}" for one in pack.vectors if (wrong := failure(one)))
    place = pack.jurisdiction or file.removesuffix(".toml")
    return PackView(
        jurisdiction=place,
        file=file,
        digest=_digest(file),
        duties=tuple(map(_duty, pack.duties)),
        vectors=len(pack.vectors),
        faults=(*map(str, faults), *red),
    )


def _row(file: str, duties: list[Duty]) -> PackRow:
    unseen = sum(duty.confidence is Confidence.UNVERIFIED for duty in duties)
    laws = dict.fromkeys(duty.law for duty in duties)
    said = (f"{duty.title} {duty.regime} {duty.jurisdiction}" for duty in duties)
    names = (country(duties[0].jurisdiction, language) for language in LANGUAGES)
    return PackRow(
        href=f"{PAGE}/{file.removesuffix('.toml')}",
        jurisdiction=duties[0].jurisdiction,
        file=file,
        law=next(iter(laws)),
        duties=len(duties),
        open=unseen,
        digest=_digest(file),
        words=folded(" ".join((file, *laws, *names, *said))),
    )


def _digest(file: str) -> str:
    return hashlib.sha256(shipped_texts()[file].encode()).hexdigest()[:12]


def _fits(row: PackRow, query: str) -> bool:
    return all(word in row.words for word in folded(query).split())


def _period(period: Period) -> str:
    """How long a law gives, in the reader's language."""
    match period.unit:
        case Unit.HOURS:
            return worded_number("{number} hour", "{number} hours", period.amount)
        case Unit.DAYS:
            return worded_number("{number} day", "{number} days", period.amount)
        case Unit.BUSINESS_DAYS:
            return worded_number("{number} business day", "{number} business days", period.amount)
        case Unit.MONTHS:
            return worded_number("{number} month", "{number} months", period.amount)
        case Unit.YEARS:
            return worded_number("{number} year", "{number} years", period.amount)


def _duty(duty: Duty) -> DutyRow:
    name, tone = CONFIDENCE[duty.confidence]
    return DutyRow(
        id=duty.id,
        title=duty.title,
        cited=cited(duty.law, duty.article),
        bound=duty.bound,
        told=addressee_in_words(duty.addressee or duty.addressee_kind),
        period=_period(duty.period) if duty.period else "",
        qualifier=duty.qualifier,
        exceptions=duty.exceptions,
        trigger=duty.trigger,
        confidence=name,
        tone=tone,
        source=duty.source,
        url=duty.url if duty.url.startswith(("https://", "http://")) else "",
        status=STATUSES[duty.status],
        unverified=duty.unverified,
        notes=duty.notes,
        applies_from=duty.applies_from,
        asks=tuple(dict.fromkeys(question(path) for path in sorted(duty.expression.facts))),
    )
