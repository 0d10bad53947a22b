"""What alerts and assets suggest is shown and written down, and changes nothing until a person saves it."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import Session, col, select

from incident.adapters.signals import Asset, AssetKind, Hint, Signal
from incident.asset_rules import Declaration, declaration_faults
from incident.errors import Forbidden, NotFound
from incident.facts import FIELDS, sheet_document
from incident.facts.vocabulary import FLAG, MOMENT, NUMBER, ROLES, SHARE
from incident.hints import Stance
from incident.law.derivation import derive
from incident.law.packs import shipped_duties
from incident.models.incidents import Incident
from incident.models.intake import SignalRow
from incident.models.law import FactDraft, Obligation
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.queries import hints as reading
from incident.queries.circumstances import Inquiry, assessed_here, circumstances_of
from incident.queries.facts import latest_facts, read_facts
from incident.queries.hints import READ, Hints, gather_hints, places_of
from incident.queries.timeline import read_timeline
from incident.roles import Actor, Role, Visibility, system
from incident.verbs.assets import declare_asset
from incident.verbs.facts import save_draft
from incident.verbs.hints import read_hints
from incident.verbs.obligations import rederive
from notifications.ids import new_id
from tests.incident.cases import LawCase
from tests.incident.hinting import EXPORTS, LEAK, NAMES, hear, signal
from tests.incident.notices import FACTS, TEMPLATES, WRITTEN_IN, Desk

YEAR = timedelta(days=365)
OFFICER = Role.PRIVACY_OFFICER
DECLARED = Declaration("bucket", "exports-*", ("health",), ("patients",), ("DE", "FR"), "processor", ("acme",), "main")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # of an object in memory, within a brief
WRITTEN = (NoticeKind.PEOPLE, NoticeKind.CUSTOMER, NoticeKind.ANNOUNCEMENT)


def read(case: LawCase, role: Role = Role.RESPONDER, good_for: timedelta | None = YEAR) -> Hints:
    return case.act(role, read_hints, case.incident_id, good_for)


def lines(case: LawCase) -> list[str]:
    actor = system("test")
    found = case.look(lambda session: read_timeline(session, case.keys, actor, case.incident_id, limit=1000))
    return [line.text for line in found if line.action == READ]


def test_hints_of_alerts_and_of_declared_assets_are_gathered_by_fact(case: LawCase) -> None:
    case.act(OFFICER, declare_asset, DECLARED)
    alerts = (signal(NAMES, LEAK), signal(NAMES, title="Again"), signal(asset=Asset(AssetKind.HOST, "web-1")))
    case.act(Role.RESPONDER, hear, case.incident_id, *alerts)
    found = read(case)
    assert (found.alerts, found.read, found.erased) == (3, 3, 0)
    assert sorted((one.fact, one.value, one.alerts) for one in found.suggestions) == [
        ("breach.cause", "misconfiguration", 1),
        ("controllers", ("acme",), 2),
        ("data.categories", ("contact", "name"), 2),
        ("data.categories", ("health",), 2),
        ("entity", "main", 2),
        ("organisation.role", "processor", 2),
        ("people.kinds", ("patients",), 2),
        ("reach", {"DE": None, "FR": None}, 2),
    ]
    names, health = (
        next(one for one in found.suggestions if one.value == value) for value in (("contact", "name"), ("health",))
    )
    assert {teller.title for teller in names.tellers} == {"Bucket is public", "Again"}
    assert [(why.text, why.declared) for why in names.whys] == [(NAMES.why, None)]
    (why,) = health.whys
    assert why.declared is not None
    assert (why.declared.asset, why.declared.by) == ("bucket exports-*", "privacy officer")
    assert (why.declared.at, why.declared.outdated) == (case.clock.now(), False)


def test_a_name_that_is_declared_in_full_is_found_beside_the_patterns_that_fit_it(case: LawCase) -> None:
    for said in (
        Declaration("any", "EXPORTS-EU-1", regions=("FR",)),
        Declaration("bucket", "exports-eu", regions=("DE",)),
    ):
        case.act(OFFICER, declare_asset, said)
    case.act(OFFICER, declare_asset, Declaration("bucket", "exports-*", regions=("AT",)))
    case.act(Role.RESPONDER, hear, case.incident_id, signal())
    assert [one.value for one in sorted(read(case).suggestions, key=lambda one: str(one.value))] == [
        {"AT": None},
        {"FR": None},
    ]


def test_an_outdated_declaration_says_so_until_it_is_said_again(case: LawCase) -> None:
    case.act(OFFICER, declare_asset, DECLARED)
    case.move(24 * 366)
    case.act(Role.RESPONDER, hear, case.incident_id, signal())
    assert all(one.outdated for one in read(case).suggestions)
    assert not any(one.outdated for one in read(case, good_for=None).suggestions)
    case.act(OFFICER, declare_asset, DECLARED)
    assert not any(one.outdated for one in read(case).suggestions)


def test_how_a_hint_stands_to_the_saved_facts_is_told_place_by_place(desk: Desk) -> None:
    case = desk.case
    health = Hint("data.categories", ("health", "name"), "a label")
    case.act(Role.RESPONDER, hear, case.incident_id, signal(NAMES, LEAK, health))
    sheet = case.look(lambda session: latest_facts(session, case.keys, case.incident_id)).sheet
    told = {(one.fact, one.value): places_of(one, sheet) for one in read(case).suggestions}
    (shared,) = told["breach.cause", "misconfiguration"]
    assert (shared.dataset, shared.stance) == ("", Stance.AGREES)
    assert [(one.dataset, one.stance) for one in told["data.categories", ("health", "name")]] == [
        ("accounts", Stance.CONTRADICTS),
        ("lists", Stance.CONTRADICTS),
    ]


def test_that_hints_were_read_is_written_down_once_a_day_for_each_person(case: LawCase) -> None:
    read(case)
    assert lines(case) == []  # nothing is suggested, nothing was told
    case.act(Role.RESPONDER, hear, case.incident_id, signal(LEAK), signal(LEAK))
    for role in (Role.RESPONDER, Role.LEGAL, Role.RESPONDER):
        read(case, role)
        case.move(1)
    assert lines(case) == ["What 2 alerts suggest for the facts was read."] * 2
    case.move(25)
    read(case)
    assert len(lines(case)) == 3


def test_whoever_may_not_read_the_facts_reads_no_hints(case: LawCase) -> None:
    case.act(Role.RESPONDER, hear, case.incident_id, signal(LEAK))

    def hide(session: Session) -> None:
        session.get_one(Incident, case.incident_id).visibility = Visibility.RESTRICTED

    assert read(case, Role.AUDITOR).suggestions
    case.store.write(hide)
    with pytest.raises(NotFound):
        read(case, Role.AUDITOR)
    stranger = Actor(new_id(), "A host", frozenset({Role.HOST}))
    with pytest.raises((NotFound, Forbidden)):
        case.look(lambda s: gather_hints(s, case.keys, stranger, case.incident_id, case.clock.now(), None))


def test_of_a_storm_the_alerts_heard_last_are_read_and_erased_ones_are_counted(
    case: LawCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 3)
    case.act(Role.RESPONDER, hear, case.incident_id, signal(NAMES), signal(NAMES))
    case.move(1)
    case.act(Role.RESPONDER, hear, case.incident_id, signal(LEAK), signal(LEAK), signal(LEAK))
    found = read(case)
    assert (found.alerts, found.read) == (5, 3)
    assert [(one.fact, one.alerts) for one in found.suggestions] == [("breach.cause", 3)]
    broken = update(SignalRow).values(content_sealed=b"v1" + bytes(80))
    case.store.write(lambda session: session.execute(broken))
    assert (read(case).suggestions, read(case).erased) == ((), 3)


def values() -> st.SearchStrategy[tuple[str, Any]]:
    """Paths with values of every shape, most of them good, some of them none at all."""

    def one(path: str) -> st.SearchStrategy[tuple[str, Any]]:
        kind = FIELDS[path]
        if kind.shape == FLAG:
            return st.tuples(st.just(path), st.booleans())
        if kind.shape in (NUMBER, SHARE):
            return st.tuples(st.just(path), st.integers(0, 1))
        if kind.shape == MOMENT or not kind.words:
            return st.tuples(st.just(path), st.sampled_from(["2026-11-01T00:00:00Z", "DE"]))
        some = st.lists(st.sampled_from(kind.words), min_size=1, max_size=4, unique=True).map(tuple)
        return st.tuples(st.just(path), st.one_of(some, st.sampled_from(kind.words)))

    odd = st.tuples(st.sampled_from(["reach", "role", "datasets", "x.y", "breach"]), st.text(max_size=5))
    return st.one_of(st.sampled_from(sorted(FIELDS)).flatmap(one), odd)


def alerts() -> st.SearchStrategy[list[Signal]]:
    hint = values().map(lambda said: Hint(said[0], said[1], "a label"))
    made = st.lists(hint, max_size=5).map(lambda hints: signal(*hints, asset=EXPORTS))
    return st.lists(made, max_size=3)


def declarations() -> st.SearchStrategy[list[Declaration]]:
    def words(path: str) -> st.SearchStrategy[tuple[str, ...]]:
        return st.lists(st.sampled_from(FIELDS[path].words), max_size=5).map(tuple)

    made = st.builds(
        Declaration,
        st.sampled_from(["bucket", "any", "host"]),
        st.sampled_from(["exports-*", "exports-eu-1", "*eu*", "other"]),
        words("data.categories"),
        words("people.kinds"),
        st.lists(st.sampled_from(["DE", "US-CA", "BR", "JP"]), max_size=4).map(tuple),
        st.sampled_from(["", *ROLES]),
        st.just(()),
        st.sampled_from(["", "main", "other"]),
    )
    return st.lists(made.filter(lambda said: not declaration_faults(said)), max_size=4)


def consequences(desk: Desk) -> bytes:
    """Obligations, assessments, findings of the checks and drafted texts, as they follow from what is saved."""
    case = desk.case
    case.act(Role.RESPONDER, rederive, case.incident_id, case.organisation)

    def told(session: Session) -> object:
        rows = session.exec(select(Obligation).order_by(col(Obligation.id))).all()
        saved = read_facts(session, case.keys, case.people[OFFICER], case.incident_id)
        inquiry = Inquiry(session, case.keys, case.incident_id, case.organisation, case.clock.now(), rows, {})
        derived = derive(saved.sheet, shipped_duties(), circumstances_of(inquiry, saved.sheet))
        assessed = assessed_here(saved.sheet, case.organisation)
        told = [saved.number, saved.digest, sheet_document(saved.sheet)]
        return [*told, *(row.model_dump() for row in rows), derived, assessed]

    briefs = [(kind, desk.brief(kind)) for kind in WRITTEN]
    texts = [write_notice(TEMPLATES, kind, brief, WRITTEN_IN) for kind, brief in briefs]
    return ADDRESS.sub("", json.dumps([repr(case.look(told)), repr(briefs), repr(texts)])).encode()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_hinted_nothing_follows_from_it(desk: Desk) -> None:
    case, notice = desk.case, desk.start(NoticeKind.PEOPLE)
    case.act(Role.RESPONDER, hear, case.incident_id, signal())  # that an alert came may say when we were aware
    before, found = consequences(desk), repr(desk.check(notice).findings)

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(alerts(), declarations())
    def hold(told: list[Signal], declared: list[Declaration]) -> None:
        for one in declared:
            case.act(OFFICER, declare_asset, one)
        case.act(Role.RESPONDER, hear, case.incident_id, *told)
        read(case)
        assert consequences(desk) == before
        assert repr(desk.check(notice).findings) == found

    hold()
    case.act(Role.RESPONDER, hear, case.incident_id, signal(Hint("data.categories", ("health",), "a label")))
    assert read(case).suggestions
    assert case.look(lambda session: session.get(FactDraft, case.incident_id)) is None
    assert (consequences(desk), repr(desk.check(notice).findings)) == (before, found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_taken_over_follows_only_once_a_person_saves_it(desk: Desk) -> None:
    before = consequences(desk)
    facts = {**FACTS, "datasets": [dict(one) for one in FACTS["datasets"]]}
    facts["datasets"][0]["data"] = {"categories": ["name", "health"]}
    desk.case.act(Role.RESPONDER, save_draft, desk.incident_id, facts)
    assert consequences(desk) == before
    desk.save(facts)
    assert consequences(desk) != before
