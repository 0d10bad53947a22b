"""What holds for every route of the console: who is let in, and which role may do what, at the door."""

from dataclasses import dataclass

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from incident import web
from incident.auth.dependencies import actions_of, asks_who
from incident.roles import ALLOWED, Actor, Role
from incident.verbs.people import NewUser, add_user
from tests.web.conftest import Enter
from tests.web.reading import token
from tests.web.stage import HASHED, Stage

ROUTES = [route for router in web.ROUTERS for route in router.routes if isinstance(route, APIRoute)]
EVERYBODY = {
    "/login",
    "/static/{path:path}",
    "/favicon.ico",
    "/seventytwo-notices.js",
    "/announcements",
    "/announcements/{public_id}",
    "/announcements/{locale}/{name}",
    "/announcements/index.html",
    "/announcements/feed.atom",
    "/announcements/feed.json",
    "/customer-lists/{token}",
    "/customer-lists/{token}/codes",
    "/customer-lists/{token}/download",
    "/on-call-calendars/{token}.ics",
    "/deadline-calendars/{token}.ics",
    "/page-answers/{token}",
    "/report",
    "/report/follow-up",
    "/report/follow-up/messages",
}
SESSION_ONLY = {"/account/password", "/language", "/logout", "/theme"}  # whoever is signed in
NOTHING = {"reference": "no-such", "number": "1", "locale": "en", "public_id": "none"}
SOME_ID = "01a214a3-a741-7000-aca2-b1a859368e47"


@dataclass(frozen=True, slots=True)
class Door:
    """One route as a form is sent to it."""

    route: APIRoute

    @property
    def path(self) -> str:
        names = self.route.param_convertors
        return self.route.path_format.format(**{name: NOTHING.get(name, SOME_ID) for name in names})


GUARDED = [Door(route) for route in ROUTES if "POST" in (route.methods or ()) and route.path not in EVERYBODY]


def test_nobody_gets_past_a_door_unnamed_but_where_everybody_may() -> None:
    assert {route.path for route in ROUTES if not asks_who(route)} == EVERYBODY


def test_whatever_changes_something_declares_one_action() -> None:
    undeclared = {door.route.path for door in GUARDED if len(actions_of(door.route)) != 1}
    assert undeclared == SESSION_ONLY


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_matrix_of_roles_holds_at_every_form(stage: Stage, enter: Enter, role: Role) -> None:
    browser = signed_in_as(stage, enter, role)
    carried = token(browser)
    checked = 0
    for door in GUARDED:
        if door.route.path in SESSION_ONLY:
            continue
        (action,) = actions_of(door.route)
        status = browser.post(door.path, data={"csrf_token": carried}).status_code
        assert (status == 403) is (role not in ALLOWED[action]), (door.route.path, action, status)
        assert status not in (401, 500)
        checked += 1
    assert checked > 20


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_is_not_signed_in_is_sent_to_the_sign_in_or_refused(stage: Stage, enter: Enter) -> None:
    browser = enter("")
    for route in (route for route in ROUTES if route.path not in EVERYBODY):
        for method in sorted(route.methods or ()):
            status = browser.request(method, Door(route).path).status_code
            assert status in ((303,) if method == "GET" else (303, 401, 403)), (method, route.path, status)


def signed_in_as(stage: Stage, enter: Enter, role: Role) -> TestClient:
    new = NewUser(f"{role.replace('_', '-')}@example.org", f"Only {role}", (role,), HASHED)
    row = stage.act("operator", add_user, new)
    stage.people[role] = Actor(row.id, row.name, frozenset({role}))
    return enter(role.replace("_", "-"))
