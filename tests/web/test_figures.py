"""The figures: only of what the reader may see, nothing known instead of nought, each with its table."""

import csv
import io
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from incident.models.incidents import Incident, Severity
from incident.phases import Move
from incident.roles import Role, Visibility
from incident.verbs.incidents import Report, open_incident
from incident.verbs.moves import move
from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.stage import PASSWORD, Stage, open_stage
from tests.web.test_matrix import signed_in_as

NAMES = ("times", "deadlines", "phases", "deliveries", "causes")


def rows_of(enter: Enter, name: str, period: str = "12-months", who: str = "mara") -> list[list[str]]:
    answer = enter(who).get(f"/figures/{name}.csv?period={period}")
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def open_another(stage: Stage, title: str) -> Incident:
    return stage.act("mara", open_incident, Report(title, "other", Severity.LOW))


def test_every_figure_has_its_picture_and_the_table_behind_it(played: Stage, enter: Enter) -> None:
    html = enter("mara").get("/figures").text
    for name in NAMES:
        assert f'id="{name}"' in html
        assert f"/figures/{name}.csv?period=12-months" in html
    assert html.count('class="drawing"') == 2 * (len(NAMES) - html.count('<p class="nothing">'))
    assert "Misconfiguration" in html


def test_the_numbers_of_the_case(played: Stage, enter: Enter) -> None:
    head, *rows = rows_of(enter, "times")
    assert head == ["Opened in", "Incidents", "Aware", "First decision", "First notice"]
    (month, everything) = rows
    assert month[:2] == ["Nov 2026", "1"]
    assert everything[0] == "All"
    assert everything[3] == "not known"  # nobody has decided anything
    phases = {row[0]: row[1:] for row in rows_of(enter, "phases")[1:]}
    assert phases["Investigation"] == ["0", "not known", "not known", "not known", "1"]
    assert phases["Detection"][0] == "1"
    head, *rows = rows_of(enter, "causes")
    assert head == ["Opened in", "Misconfiguration", "Cause not known", "All"]
    assert rows == [["Nov 2026", "1", "0", "1"], ["All", "1", "0", "1"]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_deadline_that_was_met_before_it_came_due_counts_as_kept(played: Stage, enter: Enter) -> None:
    html = enter("mara").get("/figures").text  # a customer was told, hours before its contract's deadline
    (said,) = re.findall(r"Deadlines in time</dt>\s*<dd>([^<]+)", html)
    in_time, every = map(int, said.split(" of "))
    assert in_time == every > 0
    head, *rows = rows_of(enter, "deadlines")
    assert head[0] == "Met or due in"
    assert rows[-1][1] == str(in_time)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_what_one_may_not_see_is_in_no_figure(stage: Stage, enter: Enter, visibility: Visibility) -> None:
    def hide(session: object) -> None:
        session.get_one(Incident, stage.incident_id).visibility = visibility  # type: ignore[attr-defined]

    stage.installation.store.write(hide)
    assert rows_of(enter, "causes")[-1] == ["All", "1", "1"]  # she belongs to it
    assert rows_of(enter, "causes", who="lea")[-1] == ["All", "0", "0"]
    assert "Nothing to count yet" in enter("lea").get("/figures").text
    assert enter("lea").get(f"{stage.path}/figures").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_drills_and_dismissed_incidents_are_left_out_and_said(stage: Stage, enter: Enter) -> None:
    def drill(session: object) -> None:
        session.get_one(Incident, stage.incident_id).drill = True  # type: ignore[attr-defined]

    stage.installation.store.write(drill)
    gone = open_another(stage, "A false alarm")
    stage.act("mara", move, gone.id, 1, Move.DISMISS, reason="A test of ours.")
    open_another(stage, "What is left")
    html = enter("mara").get("/figures").text
    assert "Left out: 1 drill and 1 dismissed incident." in html
    assert rows_of(enter, "causes")[-1] == ["All", "1", "1"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_period_chooses(stage: Stage, enter: Enter, clock: MovableClock) -> None:
    clock.move(timedelta(days=100))
    open_another(stage, "A hundred days later")
    alls = {
        period: rows_of(enter, "causes", period)[-1][-1]
        for period in ("12-months", "90-days", "30-days", "2026", "2027", "2025", "all", "nonsense", "9999999")
    }
    assert alls == {
        "12-months": "2", "90-days": "1", "30-days": "1", "2026": "1", "2027": "1", "2025": "0", "all": "2",
        "nonsense": "2", "9999999": "2",
    }  # fmt: skip
    months = [row[0] for row in rows_of(enter, "causes", "all")[1:]]
    assert months == ["Nov 2026", "Mar 2027", "All"]
    assert "No incident was opened." in enter("mara").get("/figures?period=2025").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_incident_has_figures_of_its_own_also_a_drill(played: Stage, enter: Enter) -> None:
    html = enter("mara").get(f"{played.path}/figures").text
    for words in ("How soon", "First sign", "not known", "goes on", "Containment"):
        assert words in html
    assert f'href="{played.path}/figures"' in enter("mara").get(f"{played.path}/review").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMINISTRATOR, Role.REPORTER, Role.EDGE])
def test_who_reads_no_incident_gets_no_figures(stage: Stage, enter: Enter, role: Role) -> None:
    browser = signed_in_as(stage, enter, role)
    assert browser.get("/figures").status_code == 403
    assert browser.get("/figures/phases.csv").status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_figure_there_is_not_is_not_found(stage: Stage, enter: Enter) -> None:
    assert enter("mara").get("/figures/nothing.csv").status_code == 404


def test_a_new_installation_has_nothing_to_count(store: object, clock: MovableClock, tmp_path: object) -> None:
    stage = open_stage(store, clock, tmp_path)  # type: ignore[arg-type]
    with TestClient(stage.app(), headers={"Accept": "text/html"}, follow_redirects=False) as browser:
        browser.post("/login", data={"email": "mara@example.org", "password": PASSWORD})
        assert "The figures begin with the first incident" in browser.get("/figures").text
