"""The invented breach templates are checked with: everything known, nothing known, and each fact missing in turn."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from incident.anchors import Anchor
from incident.drafting import Account, Authoring, Before, Brief, Offer, Profile
from incident.facts import DataSet, FactSheet, read_sheet
from incident.grounds import MOMENT, Case
from incident.notice_kinds import FORMS, KINDS, UPDATES, NoticeKind, Readers

FILE = Path(__file__).with_name("sample.toml")
EVERY_SET = (Readers.PUBLIC, Readers.RECIPIENTS)


@dataclass(frozen=True, slots=True)
class Sample:
    """One state of the facts to write a text from; `when` says which, for people."""

    when: str
    brief: Brief
    complete: bool = False


def samples_of(kind: NoticeKind, locale: str) -> tuple[Sample, Sample]:
    """A notice's facts complete, and with nothing known; an update follows an edition in both."""
    told = KINDS[kind]
    datasets = _datasets(_sheet("facts"), told.roles[0], one=told.readers not in EVERY_SET)
    whole = _brief(datasets, locale, told.own, follows=kind in UPDATES)
    return _both(replace(whole, segments=_segments() if told.to_people else {}))


def samples_of_form(form: str, locale: str) -> tuple[Sample, Sample]:
    """The same for a form: it follows another where it supplements one."""
    wanted = FORMS[form]
    datasets = _datasets(_sheet("facts"), "controller", one=False)
    return _both(_brief(datasets, locale, wanted.own, follows=bool(wanted.follows)))


def without_each(brief: Brief, rests_on: tuple[str, ...]) -> Iterator[Sample]:
    """The complete facts without one fact or moment that the text rests on, for each of them."""
    for path in dict.fromkeys(path.partition("/")[2] for path in rests_on):
        kept = _without(brief, path) if path else brief
        if kept != brief:
            yield Sample(f"without {path.removeprefix(MOMENT)}", kept)


def _both(brief: Brief) -> tuple[Sample, Sample]:
    bare = FactSheet(datasets=tuple(DataSet(one.id, one.title, one.role) for one in brief.datasets))
    account = Account()
    silent = replace(
        brief,
        case=Case(bare),
        datasets=bare.datasets,
        authoring=replace(brief.authoring, account=account, profile=_bare(brief.profile)),
        segments={},
        before=replace(brief.before, case=Case(bare), datasets=bare.datasets, account=account)
        if brief.before
        else None,
    )
    return Sample("with every fact known", brief, complete=True), Sample("with nothing known", silent)


def _bare(profile: Profile) -> Profile:
    return Profile(profile.organisation, profile.entity, profile.contact_name, profile.contact_email)


def _without(brief: Brief, path: str) -> Brief:
    case = brief.case
    if path.startswith(MOMENT):
        name = path.removeprefix(MOMENT)
        return replace(brief, case=replace(case, anchors=tuple(one for one in case.anchors if one.name != name)))
    shared = {key: value for key, value in case.sheet.shared.items() if key != path}
    datasets = tuple(
        replace(one, facts={key: value for key, value in one.facts.items() if key != path}) for one in brief.datasets
    )
    return replace(brief, case=replace(case, sheet=FactSheet(shared, datasets)), datasets=datasets)


def _brief(sheet: FactSheet, locale: str, own: tuple[str, ...], *, follows: bool) -> Brief:
    said = _sample()
    case = Case(sheet, tuple(Anchor(name, at) for name, at in said["moments"].items()))
    account = Account(
        tuple(said["taken"]),
        tuple(said["planned"]),
        next_update=said["next_update"],
        delay=_own(locale),
        police_delay=said["police_delay"],
        offer=Offer(**said["offer"]),
        own={name: _own(locale) for name in own},
    )
    authoring = Authoring(Profile(**said["organisation"]), account, said["now"])
    return Brief(case, sheet.datasets, authoring, before=_before(sheet) if follows else None)


def _before(sheet: FactSheet) -> Before:
    role = sheet.datasets[0].role or "controller"
    earlier = _datasets(_sheet("earlier"), role, one=False)
    said: datetime = _sample()["moments"]["discovered"]
    found = Anchor("discovered", said)
    return Before(Case(earlier, (found,)), earlier.datasets, Account(tuple(_sample()["taken"])), said)


def _datasets(sheet: FactSheet, role: str, *, one: bool) -> FactSheet:
    chosen = sheet.datasets[:1] if one else sheet.datasets
    return FactSheet(sheet.shared, tuple(replace(dataset, role=role) for dataset in chosen))


def _segments() -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in _sample()["segments"].items()}


def _own(locale: str) -> str:
    said: Mapping[str, str] = _sample()["own"]
    return said.get(locale, said["en"])


@cache
def _sheet(name: str) -> FactSheet:
    return read_sheet(_sample()[name])


@cache
def _sample() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
