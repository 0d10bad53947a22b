"""What a route lets in: sessions, bearer tokens, roles, and nothing another site sends."""

from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from incident.auth.dependencies import actions_of, asks_who, safe_next
from incident.auth.sessions import begin_session, cookie_name, set_cookie
from incident.roles import Action
from incident.settings import Settings
from incident.verbs.people import add_api_token, revoke_api_token
from tests.incident.auth.conftest import OPERATOR, PASSWORD, House, small_app

Browser = Callable[[], TestClient]
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def ada(house: House, browser: Browser) -> tuple[TestClient, str]:
    """A browser Ada is signed in with, and the token its forms carry."""
    house.add("ada@example.org", "responder")
    begun = begin_session(house.edge, "ada@example.org", PASSWORD, "192.0.2.1")
    client = browser()
    client.cookies.set("__Host-seventytwo", begun.token)
    return client, begun.csrf


@pytest.fixture
def token(house: House) -> str:
    return house.edge.write(OPERATOR, lambda act: add_api_token(act, "host", ("administrator",)))


def test_a_page_shows_itself_to_who_is_signed_in(ada: tuple[TestClient, str]) -> None:
    assert ada[0].get("/page").json() == {"name": "Ada"}


def test_a_stranger_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    answer = browser().get("/page?tab=facts", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/page%3Ftab%3Dfacts"


def test_a_stranger_who_is_no_browser_gets_a_401(browser: Browser) -> None:
    assert browser().get("/page").status_code == 401
    assert browser().get("/page", headers={"HX-Request": "true"} | HTML).headers["hx-redirect"] == "/login"


def test_a_form_with_the_sessions_token_from_our_page_is_heard(ada: tuple[TestClient, str]) -> None:
    client, csrf = ada
    form = client.post("/notes", data={"text": "ACL removed", "csrf_token": csrf}, headers=OUR_PAGE)
    assert form.json() == {"name": "Ada", "text": "ACL removed"}
    header = client.post("/notes", data={"text": "by script"}, headers=OUR_PAGE | {"X-CSRF-Token": csrf})
    assert header.status_code == 200


@pytest.mark.parametrize("given", [None, "", "wrong", "é"])
def test_a_form_without_the_sessions_token_is_refused(ada: tuple[TestClient, str], given: str | None) -> None:
    data = {"text": "x"} | ({} if given is None else {"csrf_token": given})
    assert ada[0].post("/notes", data=data, headers=OUR_PAGE).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://incident.example.org.evil.example"},
    ],
)
def test_another_site_is_refused_even_with_the_token(ada: tuple[TestClient, str], headers: dict[str, str]) -> None:
    client, csrf = ada
    answer = client.post("/notes", data={"text": "x", "csrf_token": csrf}, headers=headers)
    assert answer.status_code == 403
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "https://incident.example.org"}, 200),
        ({"Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://incident.example.org"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_where_a_request_comes_from(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert browser().post("/anywhere", headers=headers).status_code == status


def test_a_bearer_token_needs_no_cookie_and_no_page(house: House, browser: Browser, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "cross-site"}
    assert browser().put("/customers", json={"id": "acme"}, headers=headers).json() == {"id": "acme", "name": "host"}
    assert browser().get("/me", headers=headers).json() == {"name": "host"}
    house.edge.write(OPERATOR, lambda act: revoke_api_token(act, "host"))
    assert browser().get("/me", headers=headers).status_code == 401


def test_a_session_is_no_bearer_token_nor_the_other_way_round(
    ada: tuple[TestClient, str], browser: Browser, token: str
) -> None:
    client, csrf = ada
    assert client.get("/me").status_code == 401
    assert client.put("/customers", json={}, headers={"X-CSRF-Token": csrf}).status_code == 401
    assert browser().get("/page", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    wrong = {"Authorization": "Bearer 72_wrong", "X-CSRF-Token": csrf}
    assert client.post("/notes", data={"text": "x"}, headers=wrong).status_code == 401


def test_roles_that_never_carry_the_action_are_refused_at_the_door(house: House, browser: Browser, token: str) -> None:
    from incident.errors import Forbidden

    with pytest.raises(Forbidden, match="may not note"):
        browser().post("/notes", data={"text": "x"}, headers={"Authorization": f"Bearer {token}"})


def test_a_route_tells_its_action(house: House) -> None:
    routes = {route.path: route for route in small_app(house.edge).routes if isinstance(route, APIRoute)}
    assert actions_of(routes["/notes"]) == {Action.NOTE}
    assert actions_of(routes["/page"]) == frozenset()
    assert [path for path, route in routes.items() if not asks_who(route)] == ["/anywhere"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("/incidents/amber-crane?tab=facts", "/incidents/amber-crane?tab=facts"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\n/evil", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(given: str | None, path: str) -> None:
    assert safe_next(given) == path


@pytest.mark.parametrize(
    ("url", "name", "secure"),
    [("https://incident.example.org", "__Host-seventytwo", True), ("http://127.0.0.1:8072", "seventytwo", False)],
)
def test_the_cookie_is_for_this_host_and_no_script(url: str, name: str, secure: bool) -> None:
    from fastapi import Response

    settings, response = Settings(public_url=url), Response()
    set_cookie(response, settings, "token")
    written = response.headers["set-cookie"]
    assert cookie_name(settings) == name
    assert written.startswith(f"{name}=token; HttpOnly; Path=/; SameSite=lax")
    assert ("Secure" in written) is secure
    assert "Domain" not in written
