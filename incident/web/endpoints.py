"""The pages on which administrators say where webhooks and chat messages go, try them, and see what came of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Response
from pydantic import Field

from incident.auth.dependencies import acting
from incident.endpoint_events import FOR_ROOMS, WANTED, WORDS, EventType
from incident.queries.endpoints import EndpointLine, PostLine, read_endpoint, read_endpoints, read_posts
from incident.roles import Action, Actor
from incident.verbs.endpoints import (
    NewEndpoint,
    add_endpoint,
    change_endpoint,
    post_test,
    retire_endpoint_secret,
    rotate_endpoint_secret,
    set_endpoint_active,
)
from incident.web.forms import Line, Sent, Text
from incident.web.frame import Desk, Seated, see
from incident.web.views import Choice
from incident.web.views.endpoints import EndpointRow, EndpointsView, EndpointView, PostRow
from notifications.endpoints import CALLERS, EndpointKind
from notifications.models import DeliveryState
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/endpoints"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
KINDS = {
    EndpointKind.WEBHOOK: (
        worded("Program"),
        worded("Signed requests (Standard Webhooks); a secret is made and shown once."),
    ),
    EndpointKind.SLACK: ("Slack", worded("The address of an app's incoming webhook.")),
    EndpointKind.TEAMS: (
        "Microsoft Teams",
        worded("The address of a workflow that posts when a webhook request is received."),
    ),
    EndpointKind.MATTERMOST: ("Mattermost", worded("The address of an incoming webhook.")),
    EndpointKind.PAGERDUTY: ("PagerDuty", worded("Events API v2, or what takes the same. For pages.")),
    EndpointKind.OPSGENIE: (
        "Opsgenie",
        worded("Alert API v2, or what takes the same: its address without a path. For pages."),
    ),
    EndpointKind.PROVIDER: (
        worded("Messages or calls"),
        worded("A provider's HTTP API by a template of yours. For pages."),
    ),
}


class EndpointForm(Sent):
    """A new endpoint."""

    name: Line
    kind: Line
    url: Line = ""
    events: list[Line] = Field(default_factory=list)
    secret: Line = ""
    template: Text = ""


class SecretForm(Sent):
    """The next key of a service; empty: one is made."""

    secret: Line = ""


class ChangeForm(Sent):
    """What it is told of; `url` empty: at the address it has."""

    events: list[Line] = Field(default_factory=list)
    url: Line = ""


@router.get(PAGE)
def show_endpoints(desk: Seated, by: Keeper) -> Response:
    """Every endpoint, and the form to add one."""
    with desk.edge.read() as session:
        rows = tuple(_row(line) for line in read_endpoints(session, by, desk.edge.clock.now()))
        kinds = tuple(Choice(kind, label, about=about) for kind, (label, about) in KINDS.items())
        view = EndpointsView(rows, kinds, _choices(WANTED, ()))
        return desk.page("endpoints.html", session, {"view": view})


@router.post(PAGE)
def add(desk: Seated, by: Keeper, form: Annotated[EndpointForm, Form()]) -> Response:
    """Add one; its secret is on the answer and on no later page."""
    given = (form.secret.strip(), form.template.strip())
    new = NewEndpoint(form.name.strip(), form.kind, form.url.strip(), tuple(form.events), *given)
    added = desk.edge.write(by, lambda act: add_endpoint(act, new, desk.edge.settings.posting_allowed))
    return _shown_once(desk, by, new.name, added.secret)


@router.get(f"{PAGE}/{{name}}")
def show_endpoint(desk: Seated, by: Keeper, name: Name) -> Response:
    """One endpoint with its last messages."""
    return _page(desk, by, name)


@router.post(f"{PAGE}/{{name}}/events")
def change(desk: Seated, by: Keeper, name: Name, form: Annotated[ChangeForm, Form()]) -> Response:
    """Tell it of other events, at another address where one is given."""
    allowed = desk.edge.settings.posting_allowed
    desk.edge.write(by, lambda act: change_endpoint(act, name, form.events, allowed, form.url.strip()))
    return see(f"{PAGE}/{name}")


@router.post(f"{PAGE}/{{name}}/tests")
def send_test(desk: Seated, by: Keeper, name: Name) -> Response:
    """Send a test."""
    desk.edge.write(by, lambda act: post_test(act, name))
    return see(f"{PAGE}/{name}#posts")


@router.post(f"{PAGE}/{{name}}/secrets")
def rotate(desk: Seated, by: Keeper, name: Name, form: Annotated[SecretForm, Form()]) -> Response:
    """Make a second secret, shown this once; or keep the next key of a service."""
    given = form.secret.strip()
    made = desk.edge.write(by, lambda act: rotate_endpoint_secret(act, name, given))
    return _shown_once(desk, by, name, "" if given else made)


@router.post(f"{PAGE}/{{name}}/secrets/retirement")
def retire(desk: Seated, by: Keeper, name: Name) -> Response:
    """End the older of two secrets."""
    desk.edge.write(by, lambda act: retire_endpoint_secret(act, name))
    return see(f"{PAGE}/{name}")


@router.post(f"{PAGE}/{{name}}/activation")
def switch_on(desk: Seated, by: Keeper, name: Name) -> Response:
    """Tell it of events again."""
    desk.edge.write(by, lambda act: set_endpoint_active(act, name, active=True))
    return see(f"{PAGE}/{name}")


@router.post(f"{PAGE}/{{name}}/deactivation")
def switch_off(desk: Seated, by: Keeper, name: Name) -> Response:
    """Tell it of nothing any more."""
    desk.edge.write(by, lambda act: set_endpoint_active(act, name, active=False))
    return see(f"{PAGE}/{name}")


def _shown_once(desk: Desk, by: Actor, name: str, secret: str) -> Response:
    if not secret:
        return see(f"{PAGE}/{name}")
    response = _page(desk, by, name, secret)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(desk: Desk, by: Actor, name: str, secret: str = "") -> Response:
    with desk.edge.read() as session:
        line = read_endpoint(session, by, name, desk.edge.clock.now())
        signs = line.endpoint.kind is EndpointKind.WEBHOOK
        view = EndpointView(
            row=_row(line),
            signs=signs,
            secrets=line.secrets,
            events=_choices(
                WANTED if signs else () if line.endpoint.kind in CALLERS else FOR_ROOMS, line.endpoint.events
            ),
            posts=tuple(_post(post) for post in read_posts(session, by, name)),
            secret=secret,
        )
        return desk.page("endpoint.html", session, {"view": view})


def _choices(events: tuple[EventType, ...], chosen: tuple[str, ...] | list[str]) -> tuple[Choice, ...]:
    about = {event: "" if event in FOR_ROOMS else worded("Programs only.") for event in events}
    return tuple(Choice(event, WORDS[event], event in chosen, about[event]) for event in events)


def _row(line: EndpointLine) -> EndpointRow:
    row = line.endpoint
    return EndpointRow(
        name=row.name,
        kind=KINDS[row.kind][0],
        host=row.host,
        told_of=tuple(WORDS[EventType(event)] for event in row.events),
        active=row.active,
        disabled_reason=row.disabled_reason,
        accepted=line.accepted,
        waiting=line.waiting,
        uncertain=line.uncertain,
        rejected=line.rejected,
        href=f"{PAGE}/{row.name}",
    )


def _post(line: PostLine) -> PostRow:
    event = WORDS[line.event]
    if line.event is EventType.NOTICE_RELEASED:
        event = worded("{event}, part {number}", event=event, number=line.part)
    return PostRow(
        event=event,
        state=line.state,
        at=line.created_at,
        next_at=line.next_at if line.state in (DeliveryState.DEFERRED, DeliveryState.UNCERTAIN) else None,
        attempts=line.attempts,
        answer=f"{line.code or ''} {line.said}".strip(),
        possible_duplicate=line.possible_duplicate,
    )
