"""Sample views: where webhooks and chat messages go, one of them in trouble, one that is gone."""

from dataclasses import replace
from datetime import timedelta

from incident.endpoint_events import FOR_ROOMS, WANTED, WORDS
from incident.web import endpoints as pages_of
from incident.web.views import endpoints as e
from incident.web.views.shell import Choice
from tests.web.samples.board import HOSTILE, NOW, shell

ROOM = e.EndpointRow(
    name="ops-room",
    kind="Slack",
    host="hooks.slack.example",
    told_of=tuple(WORDS[event] for event in FOR_ROOMS),
    active=True,
    disabled_reason="",
    accepted=1204,
    waiting=2,
    uncertain=1,
    rejected=3,
    href="/endpoints/ops-room",
)
HOST = replace(
    ROOM,
    name="the-host-platform-of-the-organisation-with-a-name-of-64-letters",
    kind="Program",
    host="seventytwo-notices.internal.production.host-platform.example",
    told_of=(WORDS[WANTED[-1]],),
    waiting=0,
    uncertain=0,
    rejected=0,
)
GONE = replace(
    HOST, name="old-room", kind="Mattermost", active=False, disabled_reason="The receiver answered 410 Gone."
)
KINDS = tuple(Choice(kind, label, about=about) for kind, (label, about) in pages_of.KINDS.items())
EVENTS = tuple(Choice(event, WORDS[event], event in FOR_ROOMS[:3]) for event in WANTED)
POST = e.PostRow("A notice was released", "accepted", NOW, None, 1, "200", possible_duplicate=False)
POSTS = (
    replace(POST, state="pending", attempts=0, answer=""),
    replace(POST, state="deferred", attempts=3, answer="503 busy", next_at=NOW + timedelta(minutes=15)),
    replace(POST, state="uncertain", answer="the request was sent, no answer came: it took too long", next_at=NOW),
    replace(POST, state="rejected", attempts=2, answer=f"400 {HOSTILE * 3}"[:200]),
    replace(
        POST, event="A notice in the product, with its full text and whom it goes to, part 12", possible_duplicate=True
    ),
    replace(POST, state="cancelled", answer=""),
    POST,
)
VIEW = e.EndpointView(ROOM, signs=True, secrets=(NOW, NOW), events=EVENTS, posts=POSTS)


def pages() -> dict[str, tuple[str, dict[str, object]]]:
    here = {"shell": shell(here="/endpoints")}
    some = e.EndpointsView((ROOM, HOST, GONE), KINDS, EVENTS)
    fresh = e.EndpointView(HOST, signs=True, secrets=(NOW,), events=EVENTS, posts=(), secret="whsec_" + "aB3/" * 11)
    gone = replace(VIEW, row=GONE, signs=False)
    return {
        "endpoints-empty": ("endpoints.html", {**here, "view": replace(some, rows=())}),
        "endpoints": ("endpoints.html", {**here, "view": some}),
        "endpoint": ("endpoint.html", {**here, "view": VIEW}),
        "endpoint-fresh": ("endpoint.html", {**here, "view": fresh}),
        "endpoint-gone": ("endpoint.html", {**here, "view": gone}),
    }
