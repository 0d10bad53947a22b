"""Monitors added and ended on their pages: a source with its first secret, a second one, on and off."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response

from incident.verbs.sources import add_source, retire_secret, rotate_secret, set_enabled
from incident.web.forms import Line, Sent
from incident.web.frame import Seated, see
from incident.web.source_rules import PAGE, Entered, Keeper, Slug, page
from incident.web.sources import BETWEEN
from incident.web.typed import NOT_A_MONITOR, require_name

router = APIRouter(include_in_schema=False)


class NewSourceForm(Sent):
    """`monitor`: "alertmanager:bearer". An empty `secret` has one made; `kind` is the runbook of what it opens."""

    slug: Line = ""
    monitor: Line = ""
    kind: Line = ""
    secret: Line = ""


class SecretForm(Sent):
    """An empty `secret` has one made."""

    secret: Line = ""


class EndingForm(Sent):
    """What takes something away: the address of the monitor, typed."""

    confirmation: Line = ""


class StateForm(EndingForm):
    enabled: Literal["yes", "no"]


@router.post("/sources")
def add(desk: Seated, by: Keeper, form: Annotated[NewSourceForm, Form()]) -> Response:
    """Let a monitor post; a secret that is made is on the answer and on no later page."""
    adapter, _, scheme = form.monitor.partition(BETWEEN)
    slug, own = form.slug.strip(), form.secret.strip()
    new = desk.edge.write(by, lambda act: add_source(act, slug, adapter, scheme, kind=form.kind, secret=own))
    return _shown(desk, by, slug, "" if own else new.secret)


@router.post(f"{PAGE}/secrets")
def make_secret(desk: Seated, by: Keeper, slug: Slug, form: Annotated[SecretForm, Form()]) -> Response:
    """Give a monitor a second live secret; the older one is good until it is ended."""
    own = form.secret.strip()
    made = desk.edge.write(by, lambda act: rotate_secret(act, slug, own))
    return _shown(desk, by, slug, "" if own else made)


@router.post(f"{PAGE}/secrets/retirement")
def end_secret(desk: Seated, by: Keeper, slug: Slug, form: Annotated[EndingForm, Form()]) -> Response:
    """End the older of two live secrets."""
    require_name(form.confirmation, slug, NOT_A_MONITOR)
    desk.edge.write(by, lambda act: retire_secret(act, slug))
    return see(f"/sources/{slug}#secrets")


@router.post(f"{PAGE}/state")
def turn(desk: Seated, by: Keeper, slug: Slug, form: Annotated[StateForm, Form()]) -> Response:
    """Let a monitor post, or no longer."""
    enabled = form.enabled == "yes"
    if not enabled:
        require_name(form.confirmation, slug, NOT_A_MONITOR)
    desk.edge.write(by, lambda act: set_enabled(act, slug, enabled=enabled))
    return see(f"/sources/{slug}#state")


def _shown(desk: Seated, by: Keeper, slug: str, secret: str) -> Response:
    response = page(desk, by, slug, Entered(secret=secret))
    response.headers["Cache-Control"] = "no-store"
    return response
