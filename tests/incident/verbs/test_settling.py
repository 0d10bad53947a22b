"""What sending came to: customers count as told, people's duties are met, large audiences get their rows in pieces."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.customer_figures import DASH, Figures
from incident.models.people import Customer, Telling
from incident.notice_kinds import NoticeKind
from incident.queries.duties import customers_told
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.sweep import tick
from incident.verbs.act import Act
from incident.verbs.settling import fan_out_release, releases_to_settle, settle_release
from notifications import fan_out
from notifications.audience import open_member, scope_of
from notifications.models import Delivery, DeliveryState, Member, Outgoing, Release, ReleaseState
from tests.incident.cases import LawCase
from tests.incident.notices import Desk

FIGURES = {"acme": Figures("acme", "Acme", 57, {"DE": 50, "AT": 7})}


def settle(desk: Desk, release: Release) -> bool:
    actor = desk.case.people[Role.RESPONDER]

    def work(session: Session) -> bool:
        return settle_release(Act(session, desk.case.keys, actor, desk.case.clock.now()), release.id)

    return desk.case.store.write(work)


def test_a_customer_is_told_when_its_mail_is_accepted_and_both_its_duties_are_met(desk: Desk) -> None:
    release = desk.released(NoticeKind.CUSTOMER, desk.customers(FIGURES))
    assert desk.case.look(releases_to_settle) == [release.id]
    assert not settle(desk, release)
    desk.accept(release, lambda row: row.account == "acme")
    assert not settle(desk, release)
    rows = desk.case.obligations()
    assert rows["eu-gdpr-33-2-processor", "acme"].met_at is not None
    assert rows["contract-acme", "acme"].met_at is not None
    assert rows["eu-gdpr-33-2-processor", "blue"].met_at is None
    told = desk.case.look(lambda s: customers_told(s, desk.case.people[Role.AUDITOR], desk.incident_id))
    assert told.told == ("acme",)
    telling = desk.case.look(lambda s: s.exec(select(Telling)).one())
    assert telling.occasion == f"edition:{release.edition_id}"
    assert "250 2.0.0 queued" in telling.proof


def test_the_last_customer_told_finishes_the_release_and_keeps_the_promise(desk: Desk) -> None:
    release = desk.released(NoticeKind.CUSTOMER, desk.customers(FIGURES))
    desk.accept(release)
    assert settle(desk, release)
    assert desk.release(release.id).state is ReleaseState.FINISHED
    assert desk.case.obligations()["promise-customers", "customers"].met_at is not None
    assert not settle(desk, release)
    assert len(desk.case.look(lambda s: s.exec(select(Telling)).all())) == 2
    assert desk.case.look(lambda s: s.get(Outgoing, f"page:release:{release.id}:finished")) is not None


def test_one_contact_of_two_customers_gets_a_mail_for_each(desk: Desk) -> None:
    release = desk.released(NoticeKind.CUSTOMER, desk.customers(FIGURES))
    assert {row.person for row in desk.deliveries(release)} == {"acme:shared-consultant", "blue:shared-consultant"}


def test_every_customer_gets_its_own_figures_and_the_others_an_honest_not_yet_known(desk: Desk) -> None:
    audience = desk.customers(FIGURES)

    def values(session: Session) -> dict[str, dict[str, str]]:
        keyring = desk.case.keys.for_scope(session, scope_of(audience.id))
        rows = session.exec(select(Member)).all()
        return {row.account: dict(open_member(keyring, row).values) for row in rows}

    own = desk.case.look(values)
    windows = {told.pop("exposure") for told in own.values()}
    window = f"21 November 2026, 07:00 {DASH} 24 November 2026, 09:00 (Europe/Berlin, UTC+01:00)"
    assert windows == {window}, "of the whole data set"
    assert own["acme"] == {
        "customer": "Acme",
        "name": "Privacy of Acme",
        "people_count": "57",
        "countries": "Germany (50), Austria (7)",
        "fields": "names and e-mail addresses",
    }
    assert "people_count" not in own["blue"]
    assert own["blue"]["customer"] == "Blue"


def test_people_are_told_when_every_one_was_reached(desk: Desk) -> None:
    release = desk.released(NoticeKind.PEOPLE, desk.users())
    desk.accept(release)
    assert settle(desk, release)
    row = next(row for (duty, _), row in desk.case.obligations().items() if duty == "eu-gdpr-34-1-subjects")
    assert row.met_by == f"release:{release.id}"


def test_people_not_reached_leave_the_duty_open_and_the_timeline_says_so(desk: Desk) -> None:
    release = desk.released(NoticeKind.PEOPLE, desk.users())
    desk.accept(release, lambda row: row.person != "u1")

    def refuse(session: Session) -> None:
        row = session.exec(select(Delivery).where(col(Delivery.person) == "u1")).one()
        row.state = DeliveryState.REJECTED
        session.add(row)

    desk.case.store.write(refuse)
    assert settle(desk, release)
    row = next(row for (duty, _), row in desk.case.obligations().items() if duty == "eu-gdpr-34-1-subjects")
    assert row.met_at is None


def test_a_large_audience_gets_its_rows_in_pieces_and_finishes_only_after_the_last(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "PIECE", 2)
    release = desk.released(NoticeKind.PEOPLE, desk.users(5))
    desk.accept(release)
    assert not settle(desk, release)
    counts = [len(desk.deliveries(release))]
    for _ in range(3):
        desk.case.act(Role.RESPONDER, fan_out_release, release.id)
        counts.append(len(desk.deliveries(release)))
    assert counts == [2, 4, 5, 5]
    desk.accept(release)
    assert settle(desk, release)
    assert desk.case.act(Role.RESPONDER, fan_out_release, release.id)


def test_two_sweeps_at_once_make_the_rows_of_a_large_audience_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "PIECE", 2)
    release = desk.released(NoticeKind.PEOPLE, desk.users(6))
    both, insert = threading.Barrier(2), fan_out._insert_rows

    def inserted(*args: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # passes only if both make the same piece
        insert(*args)

    monkeypatch.setattr(fan_out, "_insert_rows", inserted)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: desk.case.act(Role.RESPONDER, fan_out_release, release.id), range(2)))
    assert len(desk.deliveries(release)) == 6


def test_the_sweep_makes_the_rows_tells_the_customers_and_finishes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "PIECE", 1)
    release = desk.released(NoticeKind.CUSTOMER, desk.customers(FIGURES))
    case = desk.case

    def swept() -> int:
        return tick(case.store, case.keys, case.organisation, case.clock.now()).finished

    assert (swept(), len(desk.deliveries(release))) == (0, 2)
    desk.accept(release)
    assert (swept(), swept()) == (1, 0)
    assert len(case.look(lambda s: s.exec(select(Telling)).all())) == 2


def test_an_unknown_account_counts_for_no_customer(desk: Desk) -> None:
    release = desk.released(NoticeKind.CUSTOMER, desk.customers(FIGURES))
    desk.accept(release)
    gone = desk.case.look(lambda s: s.exec(select(Customer).where(col(Customer.host_id) == "blue")).one())

    def rename(session: Session) -> None:
        gone.host_id = "renamed"
        session.add(gone)

    desk.case.store.write(rename)
    assert settle(desk, release)
    assert len(desk.case.look(lambda s: s.exec(select(Telling)).all())) == 1


def test_a_result_recorded_while_the_tick_ran_or_before_the_clock_stepped_back_is_settled_at_its_own_time(
    desk: Desk,
) -> None:
    release = desk.released(NoticeKind.CUSTOMER, desk.customers(FIGURES))
    desk.accept(release)
    accepted_at = desk.case.clock.now()
    desk.case.move(-1)
    assert settle(desk, release)
    tellings = desk.case.look(lambda s: s.exec(select(Telling)).all())
    assert [telling.told_at for telling in tellings] == [accepted_at, accepted_at]
    assert desk.case.obligations()["promise-customers", "customers"].met_at == accepted_at


def test_the_timeline_says_when_the_facts_count_more_people_than_were_reached(desk: Desk) -> None:
    release = desk.released(NoticeKind.PEOPLE, desk.users(3))
    desk.accept(release)
    assert settle(desk, release)
    said = desk.case.look(lambda session: lines(session, desk.case))
    assert said[-1] == "Notice (people) sent: 3 of 3 accepted; the facts count 2,400 people."


def lines(session: Session, case: LawCase) -> list[str]:
    """What the timeline says, in order."""
    found = read_timeline(session, case.keys, case.people[Role.AUDITOR], case.incident_id)
    return [line.text for line in sorted(found, key=lambda line: line.seq)]
