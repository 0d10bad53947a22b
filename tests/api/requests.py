"""Requests that Schemathesis makes of our own description of the API, sent by who may and by who may not."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.testclient import TestClient
from schemathesis import Case
from schemathesis.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from sqlmodel import col, select

from incident.auth.dependencies import actions_of
from incident.auth.edge import Edge
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.roles import ALLOWED, Role
from incident.verbs.sources import add_source
from incident.web.audiences import build_audience
from incident.writing import freeze
from tests.api.conftest import Front
from tests.api.test_surface import PEOPLE, READERS, ROUTES, method
from tests.web.reading import token
from tests.web.stage import session_of
from tests.web.test_replies import come_in

BASE = "http://testserver"
SIGNED_IN = ("mara", "ines", "lea")
AS_DESCRIBED = [content_type_conformance, response_schema_conformance, status_code_conformance]
ROUTE_OF = {(method(route), route.path_format): route for route in ROUTES}
ENDPOINT = {"name": "known", "kind": "webhook", "url": "https://app.host.example/h", "events": ["notice.released"]}


Named = Mapping[str, str]


class Callers:
    """Everybody who may call one installation: a program of each role, people who are signed in, a reader."""

    def __init__(self, front: Front) -> None:
        self.programs = {role: named(front.program(role), "authorization") for role in Role}
        self.reader = named(front.reader("person-0001"), "authorization")
        self.people = [session_headers(front.signed_in(who)) for who in SIGNED_IN]

    def of(self, verb: str, path: str) -> Sequence[Named]:
        """Those a route lets in, each three times, and one of every other."""
        everybody = [*self.programs.values(), *self.people, self.reader]
        route = ROUTE_OF[verb, path]
        if path in READERS:
            return [self.reader] * len(everybody) + everybody
        if path in PEOPLE:
            return self.people * len(everybody) + everybody
        allowed = [self.programs[role] for action in actions_of(route) for role in Role if role in ALLOWED[action]]
        return allowed * (2 * len(everybody) // max(1, len(allowed))) + everybody


def named(client: TestClient, *headers: str) -> Named:
    """What says who a client is."""
    return {name: client.headers[name] for name in headers}


def session_headers(browser: TestClient) -> Named:
    """The session of a browser and its pages' token."""
    known = token(browser)
    return {"cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar), "x-csrf-token": known}


def known(front: Front) -> Mapping[str, str]:
    """Something real for every name in a path: what these requests then reach is there."""
    stage, parts = front.stage, front.stage.installation
    edge, mara = Edge(parts.store, parts.keys, parts.clock, parts.settings), stage.people["mara"]
    with session_of(stage) as session:
        notices = session.exec(select(Notice)).all()
        notice = session.exec(select(Notice).where(col(Notice.kind) == NoticeKind.PEOPLE)).one()
    audience, edition = build_audience(edge, mara, notice), freeze(edge, mara, notice.id, notice.version)
    draft = next(one for one in notices if one.kind == NoticeKind.CUSTOMER)
    wanted = {"edition": str(edition.id), "audience": str(audience.id)}
    release = made(front, Role.COMMANDER, "/api/releases", wanted)["id"]
    text = {"key": "what-happened", "question": "What happened?", "texts": {"en": "We are looking into it."}}
    version = made(front, Role.RESPONDER, "/api/answers", text)["id"]
    made(front, Role.ADMINISTRATOR, "/api/teams", {"name": "known"})
    made(front, Role.ADMINISTRATOR, "/api/endpoints", ENDPOINT)
    front.program(Role.ADMINISTRATOR).put("/api/assets/bucket/known", json={"regions": ["DE"]}).raise_for_status()
    stage.act("operator", add_source, "known", "alertmanager", "bearer")
    assert stage.incident is not None
    return {
        "audience_id": str(audience.id),
        "codename": stage.incident.codename,
        "duty_id": "gdpr-33-1",
        "edition_id": str(edition.id),
        "host_id": "customer-001",
        "kind": "bucket",
        "layer": "first",
        "name": "known",
        "notice_id": str(draft.id),
        "pattern": "known",
        "reference": stage.incident.codename,
        "release_id": release,
        "reply_id": come_in(stage, "Which of my data was it?").rpartition("/")[2],
        "slug": "known",
        "version_id": version,
    }


def made(front: Front, role: Role, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a program of this role is answered that makes something."""
    answer = front.program(role).post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def sent(client: TestClient, case: Case[Any], who: Named) -> Any:
    """Send a request as it was made, whatever it holds; `who` sends it."""
    said = case.as_transport_kwargs(base_url=BASE)
    own = {name: text for name, text in case.headers.items() if name.lower() not in ("authorization", "cookie")}
    content = json.dumps(said["json"]).encode() if "json" in said else said.get("data")
    kind = {"Content-Type": "application/json"} if "json" in said else {}
    body = content if isinstance(content, bytes | str) else None
    return client.request(
        said["method"], said["url"], params=said.get("params"), headers={**own, **kind, **who}, content=body
    )
