"""Nothing from outside runs in a page, and every answer carries its headers."""

from typing import Any

import pytest

from incident.verbs.entries import note
from incident.web.limits import FORM
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage, open_case

CORPUS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\">x</a>",
)  # fmt: skip
HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "cache-control",
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hostile_text_is_shown_literally_wherever_it_appears(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    for text in CORPUS:
        open_case(stage, text)
        stage.act("mara", note, stage.incident_id, text)
        for path in ("/", stage.path, f"{stage.path}/timeline", f"/?q={text}"):
            html = browser.get(path).text
            assert text not in html or ("<" not in text and '"' not in text), (path, text)
            assert "<script>alert" not in html
            assert "onerror=alert(1)>" not in html
            assert 'href="javascript:' not in html
            if "7*7" in text:
                assert "{{ 7*7 }}" in html, path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hidden_characters_are_written_out(stage: Stage, enter: Enter) -> None:
    stage.act("mara", note, stage.incident_id, "invoice\u202efdp.exe \u200bzero\x1b[31m")
    html = enter("mara").get(stage.path).text
    assert "\u202e" not in html
    assert "\\u202e" in html
    assert "\\u200b" in html
    assert "\\u001b" in html


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_answer_carries_the_headers(played: Stage, enter: Enter) -> None:
    browser, stranger = enter("mara"), enter("")
    notice = links(browser.get(f"{played.path}/notices").text, "/notices/")[0]
    answers: dict[int, list[Any]] = {
        200: [
            browser.get("/"),
            stranger.get("/login"),
            stranger.get("/announcements"),
            stranger.get("/static/app.css"),
        ],
        304: [browser.get("/", headers={"If-None-Match": browser.get("/").headers["etag"]})],
        303: [stranger.get("/"), send(browser, f"{played.path}/notes", text="line")],
        403: [browser.post("/logout"), stranger.post("/login", data={"email": "a@b.c", "password": "x" * 12})],
        404: [browser.get("/nothing"), browser.get("/incidents/none"), stranger.get("/static/../pages.py")],
        405: [browser.put("/login")],
        409: [send(browser, f"{played.path}/moves", move="recover", version="1")],
        422: [send(browser, f"{played.path}/moves", move="fly", version="x")],
    }
    for status, found in answers.items():
        for answer in found:
            assert answer.status_code == status, (answer.request.url, answer.status_code, answer.text[:500])
            for name in HEADERS:
                assert name in answer.headers, (answer.request.url, name)
    policy = browser.get("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    framed = browser.get(f"{notice}/texts/en").headers["content-security-policy"]
    assert "sandbox" in framed
    assert "script-src" not in framed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_error_nobody_expected_gives_a_reference_and_nothing_else(
    stage: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("incident.web.board.read_board", broken)
    answer = enter("mara").get("/")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "Reference for the log" in answer.text
    assert ">Try it again</a>" in answer.text
    assert "What you sent" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_programs_error_is_json_without_the_input(stage: Stage, enter: Enter) -> None:
    browser = enter("mara")
    answer = browser.post("/login", data={"email": "secret-value"}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"
    assert "secret-value" not in answer.text


def test_a_sealed_incident_is_not_even_named(stage: Stage, enter: Enter) -> None:
    from incident.models.incidents import Incident
    from incident.roles import Visibility

    def seal(session: object) -> None:
        row = session.get_one(Incident, stage.incident_id)  # type: ignore[attr-defined]
        row.visibility = Visibility.SEALED

    stage.installation.store.write(seal)
    browser = enter("lea")
    assert stage.path not in browser.get("/").text
    assert browser.get(stage.path).status_code == 404
    assert browser.get(f"{stage.path}/events").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_that_never_ends_is_refused(stage: Stage, enter: Enter) -> None:
    answer = send(enter("mara"), f"{stage.path}/notes", text="x" * (FORM + 1))
    assert answer.status_code == 413
    assert "Nothing was stored" in answer.text
