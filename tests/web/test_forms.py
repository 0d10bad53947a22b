"""What people do on pages: forms without a token are refused, moves and lines go through, input is not lost."""

import hashlib
import re
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from incident.auth.dependencies import asks_who
from incident.models.incidents import Task
from incident.phases import Phase
from incident.verbs.act import Act
from tests.web.conftest import Enter
from tests.web.reading import links, send, token
from tests.web.stage import Stage

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
OPEN = {
    "/login",
    "/customer-lists/{token}/codes",
    "/customer-lists/{token}/download",
    "/page-answers/{token}",
    "/report",
    "/report/details",
    "/report/follow-up",
    "/report/follow-up/messages",
}


def unsafe_routes(stage: Stage) -> list[APIRoute]:
    from incident.web import ROUTERS

    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in routes if (route.methods or set()) & UNSAFE]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_form_without_the_sessions_token_is_refused(stage: Stage, enter: Enter) -> None:
    browser, routes = enter("mara"), unsafe_routes(stage)
    assert len(routes) > 25
    for route in routes:
        assert asks_who(route) or route.path in OPEN, route.path
        if route.path in OPEN:
            continue
        path = route.path.format(**dict.fromkeys(route.param_convertors, "00000000-0000-7000-8000-000000000000"))
        for fields in ({}, {"csrf_token": "wrong"}):
            assert browser.post(path, data=fields).status_code == 403, path
        foreign = browser.post(path, data={"csrf_token": token(browser)}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403, path


def test_a_line_that_begins_with_a_time_is_dated_back(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    assert send(browser, f"{stage.path}/notes", text="09:30 ACL removed").status_code == 303
    html = browser.get(f"{stage.path}/timeline").text
    assert "ACL removed" in html
    assert "09:30 ACL" not in html
    assert re.search("Written <time [^>]+>24 Nov", html)


def test_from_detection_to_containment_by_pages(stage: Stage, enter: Enter) -> None:
    browser, mara = enter("mara"), stage.people["mara"]
    assert send(browser, f"{stage.path}/command", commander=str(mara.id)).status_code == 303
    assert send(browser, f"{stage.path}/moves", move="contain", version="1").status_code == 303
    html = browser.get(stage.path).text
    assert "No evidence is kept yet" in html
    lost = send(browser, f"{stage.path}/moves", move="dismiss", version="1", reason="nothing")
    assert lost.status_code == 409
    assert "Somebody was faster" in lost.text


def test_a_refused_move_is_a_page_with_what_is_missing(stage: Stage, enter: Enter) -> None:
    answer = send(enter("mara"), f"{stage.path}/moves", move="contain", version="1")
    assert answer.status_code == 409
    assert "Nobody commands this incident" in answer.text


def test_what_was_written_is_not_lost_when_it_is_refused(stage: Stage, enter: Enter) -> None:
    browser = enter("ines")  # an approver may not write the review
    answer = send(browser, f"{stage.path}/review", text="three hours of work")
    assert answer.status_code == 403
    assert "three hours of work" in answer.text


def test_facts_are_saved_from_the_form_and_derive_duties(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    sent = {
        "based_on": "0",
        "act": "save",
        "breach.kinds": "confidentiality",
        "breach.cause": "misconfiguration",
        "datasets.0.id": "accounts",
        "datasets.0.title": "Account data",
        "datasets.0.role": "controller",
        "datasets.0.people.count": "2,400",
        "datasets.0.reach": "DE = 2000\nAT = unknown",
        "datasets.0.exposure.logs.exist": "yes",
    }
    assert send(browser, f"{stage.path}/facts", **sent).status_code == 303
    html = browser.get(f"{stage.path}/facts").text
    assert "Save as version 2" in html
    assert "AT = unknown" in html
    assert "GDPR Art. 33(1)" in browser.get(f"{stage.path}/duties").text


def test_facts_that_cannot_be_saved_stay_as_a_draft(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    sent = {"based_on": "0", "act": "save", "datasets.0.id": "Not An Id", "datasets.0.people.count": "about forty"}
    answer = send(browser, f"{stage.path}/facts", **sent)
    assert "Not saved" in answer.text
    assert '<div id="facts-stand" hx-morph-skip>' in answer.text  # the draft it kept is news that reads the page again
    assert '<div id="facts-stand">' in browser.get(f"{stage.path}/facts").text
    assert "about forty" in answer.text
    assert "about forty" in browser.get(f"{stage.path}/facts").text


def test_a_notice_goes_to_a_second_person_who_types_the_number(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    assert send(mara, f"{notice}/audience").status_code == 303
    asked = send(mara, f"{notice}/releases", version="1")
    assert asked.status_code == 303, asked.text[:3000]
    release = asked.headers["location"]
    assert "another person" in mara.get(release).text or "Second person" in mara.get(release).text
    html = ines.get(release).text
    digests = ("edition_digest", "audience_digest", "facts_digest")
    seen = {name: html.split(f'name="{name}" value="')[1].split('"')[0] for name in digests}
    assert send(ines, f"{release}/approval", count="41", **seen).status_code == 422
    assert send(mara, f"{release}/approval", count="40", **seen).status_code == 403
    approved = send(ines, f"{release}/approval", count="40", **seen)
    assert approved.status_code == 303, approved.text[:3000]
    html = ines.get(release).text
    assert "Sending" in html
    assert "Waiting" in html
    stopped = send(ines, f"{release}/stop", reason="wrong subject")
    assert stopped.status_code == 303
    assert "Go on sending" in ines.get(release).text


def test_an_announcement_is_published_by_a_second_person_and_read_by_everybody(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[3]
    edition = send(mara, f"{notice}/releases", version="1").headers["location"]
    html = ines.get(edition).text
    digest = html.split('name="edition_digest" value="')[1].split('"')[0]
    assert send(ines, f"{edition}/approval", edition_digest=digest).headers["location"] == edition
    (public,) = links(ines.get(edition).text, "/announcements/")
    stranger = enter("")
    page = stranger.get(public)
    assert page.status_code == 200
    assert "csrf_token" not in page.text
    assert public.rsplit("/", 1)[1] in stranger.get("/announcements").text
    assert public.rsplit("/", 1)[1] in stranger.get("/announcements/feed.atom").text
    assert stranger.get("/announcements/feed.json").json()["items"]
    assert 'lang="de"' in stranger.get(f"{public}?lang=de").text


def test_evidence_comes_back_byte_for_byte_as_a_download(stage: Stage, enter: Enter) -> None:
    browser, content = enter("mara"), bytes(range(256)) * 40
    fields = {"csrf_token": token(browser), "name": "access log <b>"}
    kept = browser.post(f"{stage.path}/evidence", data=fields, files={"file": ("log.html", content, "text/html")})
    assert kept.status_code == 303, kept.text[:2000]
    html = browser.get(f"{stage.path}/evidence").text
    assert hashlib.sha256(content).hexdigest() in html
    answer = browser.get(links(html, f"{stage.path}/evidence/")[0])
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    empty = send(browser, f"{stage.path}/evidence", name="nothing")
    assert empty.status_code == 422


def test_a_task_is_settled_once_with_what_was_done(stage: Stage, enter: Enter) -> None:
    def add(act: Act) -> UUID:
        row = Task(
            incident_id=stage.incident_id,
            key="close",
            position=1,
            phase=Phase.CONTAINMENT,
            step={"title": "Close the bucket", "text": "Block public access.", "keep": [], "breaks": [], "done": ""},
            role="responder",
        )
        act.session.add(row)
        act.session.flush()
        return row.id

    task, browser = stage.act("mara", add), enter("mara")
    assert "Close the bucket" in browser.get(stage.path).text
    path = f"{stage.path}/tasks/{task}/settlement"
    assert send(browser, path, state="done", note=" ").status_code == 422
    assert send(browser, path, state="done", note="403 from outside").status_code == 303
    html = browser.get(f"{stage.path}/tasks").text
    assert "403 from outside" in html
    assert "1 of 1" in html
    assert send(browser, path, state="skipped", note="again").status_code == 409
