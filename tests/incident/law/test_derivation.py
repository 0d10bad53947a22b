"""What follows from the facts: each data set in its own role and entity, never mixed with its neighbour."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.anchors import Anchor, Clue
from incident.assessment import assess_sheet
from incident.facts import FactSheet, read_sheet, unknown_sheet
from incident.law.answers import Truth
from incident.law.circumstances import Circumstances, Organisation
from incident.law.counting import Period, Unit
from incident.law.derivation import Derived, derive
from incident.law.duties import DutyKind
from incident.law.packs import shipped_duties
from incident.law.undertakings import Counterparty

GDPR = tuple(duty for duty in shipped_duties() if duty.regime == "gdpr")
AWARE = datetime(2026, 11, 24, 9, tzinfo=UTC)
CUSTOMERS = {
    "acme": Counterparty("acme", "Acme SE", 24, "§ 9.2 DPA"),
    "blue": Counterparty("blue", "Blue Ltd"),
}
US = Organisation("main", "DE", "Europe/Berlin", 72, {"eu-gdpr-33-2-processor": 24})
ACCOUNTS: dict[str, Any] = {
    "id": "accounts",
    "role": "controller",
    "data": {"categories": ["name", "email_address", "credentials_plain"]},
    "people": {"count": 900},
}
LISTS: dict[str, Any] = {
    "id": "lists",
    "role": "processor",
    "controllers": ["acme", "blue"],
    "data": {"categories": ["name", "health"]},
    "people": {"count": 4000},
}
BREACH: dict[str, Any] = {"kinds": ["confidentiality"], "malicious": True}


def sheet(*datasets: dict[str, Any], breach: dict[str, Any] | None = None) -> FactSheet:
    every = [{**dataset, "exposure": {"recipients": "attacker"}} for dataset in datasets]
    return read_sheet({"breach": breach or BREACH, "datasets": every})


def derived(facts: FactSheet, **changes: Any) -> dict[tuple[str, str, str], Derived]:
    findings = {name: found.findings for name, found in assess_sheet(facts).items()}
    known = Circumstances(US, CUSTOMERS, (Anchor("aware", AWARE),), findings)
    rows = derive(facts, GDPR, replace(known, **changes))
    return {(row.entity, row.duty.id, row.addressee): row for row in rows}


def owed(rows: dict[tuple[str, str, str], Derived]) -> set[tuple[str, str]]:
    return {(duty, addressee) for (_, duty, addressee), row in rows.items() if row.owed_or_open}


CONTROLLER_DUTIES = {
    ("eu-gdpr-33-1-sa", "supervisory_authority"),
    ("eu-gdpr-33-5-record", "internal_register"),
    ("eu-gdpr-34-1-subjects", "data_subjects"),
}
PROCESSOR_DUTIES = {
    ("eu-gdpr-33-2-processor", "acme"),
    ("eu-gdpr-33-2-processor", "blue"),
    ("contract-acme", "acme"),
    ("promise-customers", "customers"),
}


def test_a_controller_owes_the_authority_the_register_and_the_people() -> None:
    assert owed(derived(sheet(ACCOUNTS))) == CONTROLLER_DUTIES


def test_a_processor_owes_each_customer_by_statute_and_by_its_contract_and_the_promise() -> None:
    assert owed(derived(sheet(LISTS))) == PROCESSOR_DUTIES


def test_both_roles_in_one_incident_give_both_lists_and_each_row_names_its_own_data_set() -> None:
    rows = derived(sheet(ACCOUNTS, LISTS))
    assert owed(rows) == CONTROLLER_DUTIES | PROCESSOR_DUTIES
    for (_, duty, addressee), row in rows.items():
        if not row.owed_or_open:
            continue
        expected = ("accounts",) if (duty, addressee) in CONTROLLER_DUTIES else ("lists",)
        assert row.datasets == expected, duty


def test_categories_of_one_data_set_are_not_smeared_over_the_people_of_another() -> None:
    harmless = {**ACCOUNTS, "data": {"categories": ["name"], "per_person": "basic"}}
    quiet = {"kinds": ["confidentiality"], "malicious": False, "misuse_seen": False}
    known = {**harmless, "people": {"count": 900, "vulnerable": False}}
    rows = derived(sheet(known, LISTS, breach=quiet))
    assert rows["main", "eu-gdpr-34-1-subjects", "data_subjects"].applies is Truth.NO


def test_entities_are_kept_apart() -> None:
    rows = derived(sheet(ACCOUNTS, {**ACCOUNTS, "id": "staff", "entity": "gmbh"}))
    authority = {entity: row.datasets for (entity, duty, _), row in rows.items() if duty == "eu-gdpr-33-1-sa"}
    assert authority == {"main": ("accounts",), "gmbh": ("staff",)}


def test_two_data_sets_never_make_two_obligations() -> None:
    rows = derived(sheet(ACCOUNTS, {**ACCOUNTS, "id": "staff"}))
    assert rows["main", "eu-gdpr-33-1-sa", "supervisory_authority"].datasets == ("accounts", "staff")


def test_a_later_awareness_of_one_data_set_moves_no_deadline_of_the_other() -> None:
    both = sheet(ACCOUNTS, {**ACCOUNTS, "id": "staff"})
    key = ("main", "eu-gdpr-33-1-sa", "supervisory_authority")
    staff_later = Anchor("aware", AWARE + timedelta(hours=48), "dataset:staff")
    row = derived(both, anchors=(Anchor("aware", AWARE), staff_later))[key]
    assert (row.started_at, row.provisional) == (AWARE, False)
    opened = Anchor("aware", AWARE, "", False, Clue.OPENED)
    row = derived(both, anchors=(opened, staff_later))[key]
    assert (row.started_at, row.provisional) == (AWARE, True)
    alone = derived(sheet({**ACCOUNTS, "id": "staff"}), anchors=(opened, staff_later))[key]
    assert (alone.started_at, alone.provisional) == (staff_later.at, False)


def test_the_contract_shows_its_clause_and_hours_and_is_no_statute() -> None:
    row = derived(sheet(LISTS))["main", "contract-acme", "acme"]
    assert row.duty.kind is DutyKind.CONTRACT
    assert row.duty.article == "§ 9.2 DPA"
    assert row.due_at == AWARE + timedelta(hours=24)
    promise = derived(sheet(LISTS))["main", "promise-customers", "customers"]
    assert promise.duty.kind is DutyKind.PROMISE
    assert promise.due_at == AWARE + timedelta(hours=72)


def test_without_undue_delay_has_no_date_but_the_own_target() -> None:
    row = derived(sheet(LISTS))["main", "eu-gdpr-33-2-processor", "blue"]
    assert row.soft
    assert row.due_at is None
    assert row.target_at == AWARE + timedelta(hours=24)
    assert "no number of the law" in row.trace[-1]


def test_no_promise_made_none_derived() -> None:
    rows = derived(sheet(LISTS), organisation=replace(US, promise_hours=None))
    assert not any(duty == "promise-customers" for _, duty, _ in rows)


@pytest.mark.parametrize(("controllers", "applies"), [(None, Truth.UNKNOWN), ([], Truth.NO)])
def test_customers_not_known_are_asked_for_and_none_is_an_answer(controllers: Any, applies: Truth) -> None:
    row = derived(sheet({**LISTS, "controllers": controllers}))["main", "eu-gdpr-33-2-processor", "controllers"]
    assert row.applies is applies
    assert row.missing == (("controllers",) if applies is Truth.UNKNOWN else ())


def test_72_hours_with_their_arithmetic_and_the_other_reading() -> None:
    row = derived(sheet(ACCOUNTS))["main", "eu-gdpr-33-1-sa", "supervisory_authority"]
    assert row.started_at == AWARE
    assert row.due_at is not None
    assert (row.due_at - AWARE).total_seconds() == 259_200
    assert not row.provisional
    assert row.trace[0] == "Start: 2026-11-24 09:00:00Z, aware decided."
    assert "259200 s" in row.trace[1]
    (reading,) = row.readings
    assert reading.due_at == row.due_at + timedelta(hours=1)


def test_nothing_known_runs_a_provisional_clock_from_the_earliest_candidate() -> None:
    seen = Anchor("aware", AWARE, decided=False, clue=Clue.RECEIVED)
    row = derived(unknown_sheet(), anchors=(seen,))["main", "eu-gdpr-33-1-sa", "supervisory_authority"]
    assert row.applies is Truth.UNKNOWN
    assert row.provisional
    assert row.due_at == AWARE + timedelta(hours=72)
    assert {"organisation.role", "breach.kinds", "data.categories"} <= set(row.missing)


def test_a_clock_without_its_moment_says_which() -> None:
    row = derived(sheet(ACCOUNTS), anchors=())["main", "eu-gdpr-33-1-sa", "supervisory_authority"]
    assert row.due_at is None
    assert "aware" in row.blocked


def test_a_no_has_no_date() -> None:
    for row in derived(sheet(LISTS)).values():
        if row.applies is Truth.NO:
            assert (row.due_at, row.target_at, row.started_at, row.datasets) == (None, None, None, ())


def test_a_running_clock_keeps_the_rule_it_was_frozen_with() -> None:
    (duty,) = [duty for duty in GDPR if duty.id == "eu-gdpr-33-1-sa"]
    old = replace(duty, period=Period(96, Unit.HOURS))
    row = derived(sheet(ACCOUNTS), frozen={("main", duty.id): old})["main", duty.id, "supervisory_authority"]
    assert row.due_at == AWARE + timedelta(hours=96)
    contract = derived(sheet(LISTS))["main", "contract-acme", "acme"].duty
    moved = {"acme": replace(CUSTOMERS["acme"], contract_hours=99)}
    kept = derived(sheet(LISTS), customers=moved, frozen={("main", contract.id): contract})
    assert kept["main", "contract-acme", "acme"].due_at == AWARE + timedelta(hours=24)


def test_the_rule_in_force_at_the_anchors_date_applies() -> None:
    (duty,) = [duty for duty in GDPR if duty.id == "eu-gdpr-33-1-sa"]
    until = replace(duty, applies_until=date(2027, 1, 31))
    later = replace(duty, applies_from=date(2027, 2, 1), period=Period(96, Unit.HOURS))
    findings = {name: found.findings for name, found in assess_sheet(sheet(ACCOUNTS)).items()}
    for aware, hours in ((AWARE, 72), (AWARE + timedelta(days=100), 96)):
        known = Circumstances(US, CUSTOMERS, (Anchor("aware", aware),), findings)
        (row,) = [row for row in derive(sheet(ACCOUNTS), (later, until), known) if row.duty.id == duty.id]
        assert row.due_at == aware + timedelta(hours=hours)


def test_before_a_law_applies_it_owes_nothing() -> None:
    old = Anchor("aware", datetime(2018, 5, 24, tzinfo=UTC))
    row = derived(sheet(ACCOUNTS), anchors=(old,))["main", "eu-gdpr-33-1-sa", "supervisory_authority"]
    assert row.applies is Truth.NO


def test_order_does_not_matter_and_deriving_twice_is_the_same() -> None:
    other = {**LISTS, "id": "more", "controllers": ["blue"]}
    results = {tuple(derived(sheet(*order)).items()) for order in permutations((ACCOUNTS, LISTS, other))}
    assert len({str(result) for result in results}) == 1


@given(
    st.sampled_from([None, "controller", "joint", "processor", "sub_processor"]),
    st.lists(st.sampled_from(["name", "health", "national_id"]), unique=True) | st.none(),
    st.integers(0, 10**6) | st.none(),
)
def test_facts_of_one_data_set_never_change_anothers_duties(role: Any, categories: Any, count: Any) -> None:
    neighbour = {
        **LISTS,
        "id": "other",
        "entity": "other",
        "role": role,
        "data": {"categories": categories},
        "people": {"count": count},
    }
    alone, beside = derived(sheet(ACCOUNTS)), derived(sheet(ACCOUNTS, neighbour))
    for key, row in alone.items():
        assert beside[key] == row


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_later_awareness_never_gives_an_earlier_deadline(first: int, later: int) -> None:
    def due(seconds: int) -> datetime:
        anchor = Anchor("aware", AWARE + timedelta(seconds=seconds))
        row = derived(sheet(ACCOUNTS), anchors=(anchor,))["main", "eu-gdpr-33-1-sa", "supervisory_authority"]
        assert row.due_at is not None
        return row.due_at

    assert due(first) <= due(first + later)
