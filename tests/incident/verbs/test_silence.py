"""Monitors that should be heard of: silence pages once, hearing of them ends it, and our own absence is nobody's."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from incident.errors import Forbidden, Invalid, NotFound
from incident.models.entries import EntryHeader
from incident.models.intake import Source
from incident.models.paging import PageCall, PageKind
from incident.queries.sources import SourceLine, read_sources
from incident.roles import Role, system
from incident.verbs.intake import Delivery, receive
from incident.verbs.page_answers import acknowledge
from incident.verbs.silence import watch_source
from incident.verbs.sources import add_source, set_enabled
from incident.verbs.teams import NewLayer, add_team, put_layer
from notifications.models import Outgoing
from tests.incident.cases import LawCase
from tests.incident.duty import ROOT, Duty

WATCHDOG = b'{"title": "Watchdog", "key": "watchdog", "state": "informational"}'


@pytest.fixture
def duty(case: LawCase) -> Duty:
    """A monitor that should be heard of every ten minutes."""
    made = Duty(case)
    made.act(add_source, "alertmanager", "standard_webhooks", "standard_webhooks")
    made.sweep()
    made.act(watch_source, "alertmanager", 10)
    return made


def beat(duty: Duty, body: bytes = WATCHDOG) -> None:
    source_id = duty.case.look(lambda session: session.exec(select(Source.id)).one())
    duty.act(receive, Delivery(source_id, "watchdog", {}, body), by=system("intake"))


def source(duty: Duty) -> SourceLine:
    (line,) = duty.case.look(lambda session: read_sources(session, ROOT))
    return line


def pages(duty: Duty) -> list[PageCall]:
    return list(duty.case.look(lambda s: s.exec(select(PageCall).order_by(col(PageCall.begun_at))).all()))


def minutes(duty: Duty, number: int, *, beats: bool = False) -> None:
    for _ in range(number):
        duty.sweep(1)
        if beats:
            beat(duty)


def test_silence_pages_once_and_the_source_says_since_when(duty: Duty) -> None:
    minutes(duty, 3, beats=True)
    heard = duty.case.clock.now()
    minutes(duty, 9)
    assert pages(duty) == []
    minutes(duty, 25)
    (page,) = pages(duty)
    assert (page.kind, page.subject, page.begun_at) == (PageKind.SILENCE, "alertmanager", heard + timedelta(minutes=10))
    assert source(duty).silent_since == heard
    subjects = duty.case.look(lambda s: s.exec(select(Outgoing.occasion)).all())
    assert len([one for one in subjects if one.startswith(f"page:{page.id}:0.0:")]) == 3  # no team: who responds


def test_the_same_bytes_again_are_heard(duty: Duty) -> None:
    minutes(duty, 60, beats=True)
    assert pages(duty) == []


def test_hearing_of_it_ends_the_page_and_a_new_silence_is_a_new_page(duty: Duty) -> None:
    minutes(duty, 11)
    beat(duty)
    duty.sweep()
    (page,) = pages(duty)
    assert page.ended_because == "heard of again"
    assert source(duty).silent_since is None
    minutes(duty, 9)
    assert len(pages(duty)) == 1
    minutes(duty, 2)
    assert len(pages(duty)) == 2


def test_it_goes_to_who_is_on_call_and_an_answer_holds_while_it_lasts(duty: Duty) -> None:
    duty.act(add_team, "platform")
    duty.act(put_layer, "platform", NewLayer("first", ("legal@example.org",), "2026-11-23"))
    minutes(duty, 11)
    assert duty.told() == [("legal", "mail")]
    (page,) = pages(duty)
    duty.case.act(Role.LEGAL, acknowledge, page.id, "console")
    minutes(duty, 120)
    assert len(pages(duty)) == 1
    assert duty.told() == [("legal", "mail")]


def test_while_we_were_away_nobody_was_silent(duty: Duty) -> None:
    minutes(duty, 3, beats=True)
    duty.sweep(600)  # down over night, or the clock was set
    assert pages(duty) == []
    minutes(duty, 9)
    assert pages(duty) == []
    minutes(duty, 2)
    assert len(pages(duty)) == 1


def test_what_is_disabled_or_expected_no_more_pages_nobody(duty: Duty) -> None:
    minutes(duty, 11)
    duty.act(set_enabled, "alertmanager", enabled=False)
    duty.sweep()
    assert [page.ended_because for page in pages(duty)] == ["it was disabled"]
    duty.act(watch_source, "alertmanager", 0)
    duty.act(set_enabled, "alertmanager", enabled=True)
    minutes(duty, 30)
    assert len(pages(duty)) == 1
    assert source(duty).expected == 0


def test_expecting_something_anew_begins_anew(duty: Duty) -> None:
    minutes(duty, 11)
    duty.act(watch_source, "alertmanager", 20)
    assert [page.ended_because for page in pages(duty)] == ["expected otherwise from now on"]
    minutes(duty, 19)
    assert len(pages(duty)) == 1
    minutes(duty, 2)
    assert len(pages(duty)) == 2


def test_what_cannot_be_expected_is_named_and_all_is_on_the_record(duty: Duty) -> None:
    for wrong in (-1, 7 * 24 * 60 + 1):
        with pytest.raises(Invalid):
            duty.act(watch_source, "alertmanager", wrong)
    with pytest.raises(NotFound):
        duty.act(watch_source, "none", 5)
    with pytest.raises(Forbidden):
        duty.case.act(Role.LEGAL, watch_source, "alertmanager", 5)
    minutes(duty, 11)
    beat(duty)
    duty.sweep()
    query = select(EntryHeader.action).where(col(EntryHeader.subject) == "administration")
    actions = duty.case.look(lambda s: s.exec(query.order_by(col(EntryHeader.seq))).all())
    assert list(actions)[-3:] == ["source.watched", "paged", "page.ended"]
