"""What a form did is said once, to the session that did it, in our words only; and stays in a list of one's own."""

from html import unescape

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlmodel import col

from incident import web
from incident.models.incidents import Membership, Severity
from incident.roles import Visibility
from incident.verbs.entries import note
from incident.verbs.incidents import Report, open_incident
from incident.web.done import COOKIE, opened, sealed
from incident.web.done_words import DONE, SILENT, UNDO, UNLOGGED
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SAID = "The line is on the timeline."
POSTED = {route.path for router in web.ROUTERS for route in router.routes if isinstance(route, APIRoute)}


def toast(browser: TestClient, path: str) -> str:
    html = browser.get(path).text
    return unescape(html.partition('id="toast-words">')[2].partition(" <a")[0])


def test_every_word_is_of_a_form_there_is() -> None:
    assert {one.partition("#")[0] for one in DONE} | SILENT | set(UNDO) | set(UNDO.values()) | UNLOGGED <= POSTED
    assert not SILENT & set(DONE)


def test_every_form_has_words_of_its_own_or_says_nothing() -> None:
    forms = {
        route.path
        for router in web.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ())
    }
    assert forms - set(DONE) - SILENT == set()


@ONE
def test_what_was_done_is_said_once(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer = send(browser, f"{played.path}/notes", text="Something new")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Max-Age=60" in cookie
    assert toast(browser, answer.headers["location"]) == SAID
    assert toast(browser, answer.headers["location"]) == ""


@ONE
def test_a_draft_of_the_facts_is_not_said_to_be_a_version(played: Stage, enter: Enter) -> None:
    browser, facts = enter("mara"), f"{played.path}/facts"
    kept = send(browser, facts, act="draft", **{"datasets.1.people.count": "41"})
    assert toast(browser, kept.headers["location"]) == "Kept as a draft. No version was saved."
    another = send(browser, facts, act="another")
    assert toast(browser, another.headers["location"].partition("#")[0]) == "Kept as a draft. No version was saved."


@ONE
def test_what_failed_says_nothing(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert send(browser, f"{played.path}/notes", text="   ").status_code == 422
    assert toast(browser, played.path) == ""


@ONE
def test_words_of_another_session_or_of_nobody_are_not_said(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    send(mara, f"{played.path}/notes", text="Something new")
    ines.cookies.set(COOKIE, mara.cookies[COOKIE].strip('"'))
    assert toast(ines, played.path) == ""
    forged = sealed("/incidents/{reference}/notes\n/logout", "guessed")
    for value in (forged, "x.y", "", "é", "." * 300, f"{forged.partition('.')[0]}."):
        assert opened(value, "the session's token") == ""


@ONE
def test_what_can_be_undone_is_undone_at_once(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    hook: dict[str, str | list[str]] = {
        "name": "ops",
        "kind": "slack",
        "url": "https://hooks.slack.example/x",
        "events": ["release.approved"],
    }
    assert send(browser, "/endpoints", **hook).status_code in (200, 303)
    answer = send(browser, "/endpoints/ops/deactivation")
    html = browser.get(answer.headers["location"]).text
    assert "The endpoint is told of nothing any more." in html
    assert 'action="/endpoints/ops/activation"' in html.partition('id="toast"')[2].partition("</form>")[0]
    answer = send(browser, "/endpoints/ops/activation")
    assert "The endpoint is told of events again." in browser.get(answer.headers["location"]).text


@ONE
def test_ones_own_acts_are_listed_and_nobody_elses(played: Stage, enter: Enter) -> None:
    played.act("mara", note, played.incident_id, "Only mara wrote this")
    mara, lea = enter("mara").get("/account/done").text, enter("lea").get("/account/done").text
    assert "Only mara wrote this" in mara
    assert "Mara Lindqvist signed in." in mara
    assert f'href="{played.path}/timeline?before=' in mara
    assert "Only mara wrote this" not in lea


@ONE
def test_an_act_in_an_incident_one_no_longer_sees_is_left_out(played: Stage, enter: Enter) -> None:
    hidden = Report("Payroll left on a train", "other", Severity.HIGH, Visibility.SEALED)
    played.act("lea", open_incident, hidden)
    assert "Payroll left on a train" in enter("lea").get("/account/done").text
    _leave(played, "lea")
    assert "Payroll" not in enter("lea").get("/account/done").text


def _leave(stage: Stage, who: str) -> None:
    gone = delete(Membership).where(col(Membership.user_id) == stage.people[who].id)
    stage.installation.store.write(lambda session: session.execute(gone))


@ONE
def test_a_form_that_failed_gives_back_all_that_was_typed_and_no_secret(played: Stage, enter: Enter) -> None:
    browser = enter("mara")
    late = {"name": "no-such-moment", "at": "2026-11-24T09:00", "why": "Seen in the log\nand by the provider"}
    html = browser.post(f"{played.path}/moments", data={"csrf_token": "wrong", **late}).text
    assert "What you wrote, so that it is not lost" in html
    for typed in late.values():
        assert typed in unescape(html)
    secret = browser.post(
        "/endpoints", data={"csrf_token": "wrong", "name": "ops", "secret": "s3cr3t", "url": "x"}
    ).text
    assert "s3cr3t" not in secret
    assert "<dd>ops</dd>" in secret


@ONE
def test_what_is_given_back_says_no_id_and_speaks_the_language_of_whoever_typed(played: Stage, enter: Enter) -> None:
    browser, chosen = enter("mara"), str(played.incident_id)
    typed = {"csrf_token": "wrong", "audience": chosen, "reason": "The log says so."}
    html = browser.post(f"{played.path}/moments", data=typed, headers={"Accept-Language": "de"}).text
    assert "<dt>Begründung</dt><dd>The log says so.</dd>" in html
    assert chosen not in html


@ONE
def test_who_signs_in_again_after_a_form_is_led_to_its_page(played: Stage, enter: Enter) -> None:
    browser = enter("")
    answer = browser.post(f"{played.path}/notes", data={"text": "half a sentence"})
    assert answer.headers["location"] == f"/login?next={played.path}"
