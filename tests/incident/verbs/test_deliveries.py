"""Whatever happens to a request after its 202, its delivery is read once, or set aside for a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from incident.adapters import registry
from incident.adapters.alertmanager import ADAPTER
from incident.models.intake import Intake, IntakeState, Source
from incident.roles import system
from incident.sweep import ITS_OWN_TURN
from incident.verbs import deliveries, reading
from incident.verbs.act import Act
from incident.verbs.deliveries import INTAKE, TRIES, Deliveries
from incident.verbs.reading import apply_signals
from notifications.models import Outgoing
from notifications.store import StoreUnavailable
from tests.incident.cases import LawCase
from tests.incident.monitor import OPERATOR, Watch, alert, notification
from tests.unavailable import impatient, locked, unreachable

BODY = notification(alert("exports-eu-1"))
AFTER_ITS_TURN = ITS_OWN_TURN + timedelta(microseconds=1)


@pytest.fixture
def watch(case: LawCase) -> Watch:
    return Watch(case)


def fail(*_: object, **__: object) -> NoReturn:
    raise LookupError("a defect of ours")


def break_adapter(monkeypatch: pytest.MonkeyPatch, read: Callable[..., Any]) -> None:
    whole = registry.adapter_named("alertmanager")
    monkeypatch.setattr(deliveries, "adapter_named", lambda _name: replace(whole, read=read))


def test_one_whose_request_died_before_reading_is_read_by_the_sweep_after_five_seconds(watch: Watch) -> None:
    kept = watch.keep(BODY)
    watch.case.clock.move(ITS_OWN_TURN)
    watch.sweep()
    assert watch.intake(kept.intake_id).state is IntakeState.OPEN  # it may still be at it
    watch.case.clock.move(timedelta(microseconds=1))
    assert watch.sweep().troubles == ()
    assert watch.intake(kept.intake_id).state is IntakeState.APPLIED
    watch.sweep()
    assert watch.intake(kept.intake_id).tries == 2
    assert len(watch.incidents()) == 1


def test_one_whose_reader_died_half_way_is_read_whole_and_pages_once(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = watch.keep(BODY)
    with monkeypatch.context() as broken:
        broken.setattr(reading, "rederive", fail)
        with pytest.raises(LookupError):
            watch.deliveries.read(kept.intake_id)
    assert (watch.incidents(), watch.alerts()) == ([], [])
    watch.case.clock.move(AFTER_ITS_TURN)
    watch.sweep()
    assert watch.actions(watch.incident().id)[:2] == ["opened", "alert.joined"]
    assert len(watch.case.look(lambda s: s.exec(select(Outgoing)).all())) == 1


def test_what_fails_three_times_is_set_aside_and_stops_neither_others_nor_deadlines(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned, other = watch.keep(BODY), watch.keep(b"no JSON")
    monkeypatch.setattr(reading, "rederive", fail)
    with pytest.raises(LookupError):
        watch.deliveries.read(poisoned.intake_id)
    watch.case.clock.move(AFTER_ITS_TURN)
    said = [watch.sweep().troubles for _ in range(TRIES)]
    assert said == [(f"delivery {poisoned.intake_id}",)] * (TRIES - 1) + [()]
    row = watch.intake(poisoned.intake_id)
    assert (row.state, row.trouble) == (IntakeState.QUARANTINED, "Reading it failed 3 times; the log says where.")
    assert watch.intake(other.intake_id).state is IntakeState.QUARANTINED
    assert watch.case.obligations()  # of the incident nobody has derived before
    assert "a defect of ours" in caplog.text


@pytest.mark.parametrize("trouble", [RecursionError, MemoryError, KeyError])
def test_one_that_our_adapter_fails_on_is_for_a_person(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    def give_up(*_: object) -> NoReturn:
        raise trouble

    kept = watch.keep(BODY)
    break_adapter(monkeypatch, give_up)
    assert watch.deliveries.read(kept.intake_id).incidents == ()
    row = watch.intake(kept.intake_id)
    assert row.state is IntakeState.QUARANTINED
    assert row.trouble == "The adapter failed; the log says where. The bytes are kept as received."
    assert "the adapter failed on delivery" in caplog.text


def test_one_whose_bytes_were_changed_is_for_a_person(watch: Watch) -> None:
    kept = watch.keep(BODY)
    changed = update(Intake).where(col(Intake.id) == kept.intake_id).values(body_sealed=col(Intake.headers_sealed))
    watch.write(OPERATOR, lambda act: act.session.execute(changed))
    watch.deliveries.read(kept.intake_id)
    row = watch.intake(kept.intake_id)
    assert row.state is IntakeState.QUARANTINED
    assert row.trouble.startswith("It cannot be read here")


def test_one_of_an_adapter_that_is_gone_is_for_a_person(watch: Watch) -> None:
    kept = watch.keep(BODY)
    gone = update(Source).where(col(Source.slug) == watch.slug).values(adapter="of_another_version")
    watch.write(OPERATOR, lambda act: act.session.execute(gone))
    watch.deliveries.read(kept.intake_id)
    row = watch.intake(kept.intake_id)
    assert row.state is IntakeState.QUARANTINED
    assert "There is no adapter 'of_another_version'" in row.trouble


def test_one_that_cannot_be_written_now_stays_open_and_is_read_later(watch: Watch, database_url: str) -> None:
    kept, clock = watch.keep(BODY), watch.case.clock
    with impatient(database_url) as store, locked(database_url):
        with pytest.raises(StoreUnavailable):
            Deliveries(store, watch.case.keys, watch.reception, clock.now()).read(kept.intake_id)
        assert watch.intake(kept.intake_id).state is IntakeState.OPEN
    clock.move(AFTER_ITS_TURN)
    watch.sweep()
    assert len(watch.incidents()) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_that_cannot_be_read_from_the_database_now_is_no_persons_work(watch: Watch, database_url: str) -> None:
    kept = watch.keep(BODY)
    with unreachable(database_url), pytest.raises(StoreUnavailable):
        watch.deliveries.read(kept.intake_id)
    assert watch.intake(kept.intake_id).state is IntakeState.OPEN
    assert watch.deliveries.read(kept.intake_id).new == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_delivery_is_kept_while_another_of_its_source_is_being_read(watch: Watch, database_url: str) -> None:
    first, signals = watch.keep(BODY).intake_id, ADAPTER.read({}, BODY)
    with Session(watch.case.store.engine) as half_way, impatient(database_url) as store:
        act = Act(half_way, watch.case.keys, system(INTAKE), watch.case.clock.now())
        assert apply_signals(act, first, signals, watch.reception).new == 1
        watch.case = replace(watch.case, store=store)
        second = watch.keep(notification(alert("exports-us-1")))
        with pytest.raises(StoreUnavailable):  # but not read: one after the other
            watch.deliveries.read(second.intake_id)


def test_a_repeat_of_one_in_quarantine_is_counted_and_read_no_more(watch: Watch) -> None:
    kept = watch.keep(b"no JSON")
    watch.deliveries.read(kept.intake_id)
    assert watch.keep(b"no JSON").read is False
    assert watch.deliveries.hear_again(kept.intake_id) == 0
    assert watch.deliveries.read_again(kept.intake_id).incidents == ()
    row = watch.intake(kept.intake_id)
    assert (row.state, row.repeats, row.tries) == (IntakeState.QUARANTINED, 1, 1)
