"""Who has an incident open: by each process, for a minute at most, for nobody who may not know the incident."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, func, select

from incident.models.desk import Presence
from incident.models.entries import ChainHead
from incident.models.incidents import Severity
from incident.queries.presence import attended, others_at
from incident.roles import Visibility
from incident.verbs.incidents import Report, open_incident
from incident.verbs.presence import OpenPage, say_who_is_here
from incident.web.attendance import Attendance
from incident.web.presence import initials
from notifications.clock import MovableClock
from notifications.ids import new_id
from tests.web.conftest import Enter
from tests.web.reading import links
from tests.web.stage import Stage
from tests.web.test_release_pages import ask


def page_of(stage: Stage, who: str, tab: str = "") -> OpenPage:
    return OpenPage(new_id(), stage.incident_id, stage.people[who].id, tab, stage.installation.clock.now())


def say(stage: Stage, *pages: OpenPage, left: tuple[UUID, ...] = ()) -> None:
    now = stage.installation.clock.now()
    stage.installation.store.write(lambda session: say_who_is_here(session, pages, left, now))


def seen(stage: Stage, by: str) -> list[tuple[str, str, bool]]:
    now, reader = stage.installation.clock.now(), stage.people[by].id
    with stage.installation.store.read() as session:
        return [(one.name, one.section, one.here) for one in others_at(session, stage.incident_id, reader, now)]


def state(stage: Stage) -> int:
    with stage.installation.store.read() as session:
        return attended(session, stage.installation.clock.now()).states.get(stage.incident_id, 0)


def rows(stage: Stage) -> int:
    with stage.installation.store.read() as session:
        return session.exec(select(func.count()).select_from(Presence)).one()


def test_others_are_seen_with_their_tab_and_oneself_is_not(stage: Stage) -> None:
    say(stage, page_of(stage, "mara"), page_of(stage, "ines", "facts"))
    assert seen(stage, "mara") == [("Ines Moreau", "facts", True)]
    assert seen(stage, "ines") == [("Mara Lindqvist", "", True)]


def test_two_processes_add_to_each_other(stage: Stage) -> None:
    say(stage, page_of(stage, "ines"))
    say(stage, page_of(stage, "lea"))
    assert [name for name, _, _ in seen(stage, "mara")] == ["Ines Moreau", "Lea Brandt"]


def test_of_two_pages_of_one_person_the_one_opened_last_counts(stage: Stage, clock: MovableClock) -> None:
    first = page_of(stage, "ines", "facts")
    clock.move(timedelta(seconds=3))
    second = page_of(stage, "ines", "duties")
    say(stage, first, second)
    assert seen(stage, "mara") == [("Ines Moreau", "duties", True)]
    say(stage, first, left=(second.id,))
    assert seen(stage, "mara") == [("Ines Moreau", "facts", True)]


def test_who_leaves_is_gone_after_a_moment_and_every_page_hears_of_it(stage: Stage, clock: MovableClock) -> None:
    page = page_of(stage, "ines")
    say(stage, page)
    there = state(stage)
    say(stage, left=(page.id,))
    assert state(stage) == there  # it may be on its way to the next tab
    clock.move(timedelta(seconds=2))
    assert seen(stage, "mara") == []
    assert state(stage) == 0 != there


def test_a_process_that_was_killed_leaves_nobody_for_more_than_a_minute(stage: Stage, clock: MovableClock) -> None:
    say(stage, page_of(stage, "ines"))
    there = state(stage)
    clock.move(timedelta(seconds=21))
    assert seen(stage, "mara") == [("Ines Moreau", "", False)]
    assert state(stage) not in (there, 0)
    clock.move(timedelta(seconds=40))
    assert seen(stage, "mara") == []
    say(stage)
    assert rows(stage) == 0


def test_presence_is_no_line_of_any_timeline(stage: Stage) -> None:
    with stage.installation.store.read() as session:
        before = session.exec(select(ChainHead.subject, ChainHead.seq).order_by(col(ChainHead.subject))).all()
    say(stage, page_of(stage, "ines"))
    with stage.installation.store.read() as session:
        after = session.exec(select(ChainHead.subject, ChainHead.seq).order_by(col(ChainHead.subject))).all()
    assert after == before


def test_a_process_says_what_changed_and_repeats_it_while_somebody_is_there(stage: Stage, clock: MovableClock) -> None:
    here, store = Attendance(), stage.installation.store
    assert here.saying(clock.now()) is None
    with here.of(page_of(stage, "ines")):
        saying = here.saying(clock.now())
        assert saying is not None
        store.write(saying)
        here.said(saying, clock.now())
        assert here.saying(clock.now()) is None
        clock.move(timedelta(seconds=10))
        assert here.saying(clock.now()) is not None
    left = here.saying(clock.now())
    assert left is not None
    store.write(left)
    clock.move(timedelta(seconds=2))
    assert seen(stage, "mara") == []


def test_what_could_not_be_written_is_said_again(stage: Stage, clock: MovableClock) -> None:
    here = Attendance()
    with here.of(page_of(stage, "ines")):
        assert here.saying(clock.now()) is not None
        assert here.saying(clock.now()) is not None


def test_a_process_that_ends_takes_its_viewers_along(stage: Stage, clock: MovableClock) -> None:
    here, store = Attendance(), stage.installation.store
    with here.of(page_of(stage, "ines")):
        saying = here.saying(clock.now())
        assert saying is not None
        store.write(saying)
        here.said(saying, clock.now())
        farewell = here.farewell(clock.now())
        assert farewell is not None
        store.write(farewell)
    clock.move(timedelta(seconds=2))
    assert seen(stage, "mara") == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_without_javascript_lists_who_is_there(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert "Nobody else here" in browser.get(stage.path).text
    say(stage, page_of(stage, "ines", "duties"), page_of(stage, "lea"))
    html = browser.get(f"{stage.path}/facts").text
    assert "2 others here" in html
    assert '<strong>Ines Moreau</strong> <span class="muted">Duties</span>' in html
    assert f'hx-sse:connect="{stage.path}/events?tab=facts"' in html
    assert "2 others here" in browser.get(f"{stage.path}/present?tab=facts").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_learns_who_is_at_an_incident_they_may_not_know(stage: Stage, enter: Enter) -> None:
    hidden = stage.act("mara", open_incident, Report("Payroll", "other", Severity.HIGH, Visibility.SEALED))
    path = f"/incidents/{hidden.codename}"
    assert enter("lea").get(f"{path}/present").status_code == 404
    assert enter("lea").get(f"{path}/events").status_code == 404
    assert enter("mara").get(f"{path}/present").status_code == 200


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ines Moreau", "IM"), ("Ana Maria de la Cruz", "AC"), ("Plato", "P"), ("", ""), ("åsa ek", "ÅE")],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_notice_and_a_release_show_who_else_is_at_the_incident(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    notice = links(browser.get(f"{played.path}/notices").text, "/notices/")[0]
    say(played, page_of(played, "lea", "release"))
    for path in (notice, ask(browser, played)):
        html = browser.get(path).text
        assert "1 other here" in html, path
        assert '<span class="muted">Release</span>' in html
    assert f'hx-sse:connect="{played.path}/events?tab=notice"' in browser.get(notice).text
