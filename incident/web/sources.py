"""The page of monitors: what came of each, what is pasted into it, and a delivery tried without keeping it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from incident.adapters.answers import Asked
from incident.adapters.authenticity import GIVEN, Scheme
from incident.adapters.curl_commands import shell_command
from incident.adapters.registry import Adapter, all_adapters, chosen_adapter
from incident.adapters.requests import asked_from, headers_in
from incident.adapters.sample_deliveries import sample_of
from incident.adapters.trying import Trial, answer_document, attempt
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.queries.refusals import read_strays
from incident.queries.sources import SourceLine, read_sources
from incident.roles import Action, Actor
from incident.web.board import kinds_of
from incident.web.frame import Desk, Seated
from incident.web.views import Choice
from incident.web.views.sources import MonitorChoice, MonitorRow, MonitorsView, TrialView
from notifications.wording import worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/sources"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
FIELDS = ("adapter", "body", "headers", "secret")
BETWEEN = ":"  # a monitor, and how it proves itself
PROOFS: Mapping[Scheme, str] = {
    Scheme.STANDARD_WEBHOOKS: worded("a signature (Standard Webhooks)"),
    Scheme.BEARER: worded("a bearer token"),
    Scheme.BASIC: worded("a name and a password"),
    Scheme.HEADER_TOKEN: worded("a token in a header"),
    Scheme.ROUTING_KEY: worded("a routing key"),
    Scheme.GITHUB: worded("a signature (GitHub)"),
    Scheme.GRAFANA: worded("a signature (Grafana)"),
    Scheme.PAGERDUTY: worded("a signature (PagerDuty)"),
    Scheme.SENTRY: worded("a signature (Sentry)"),
    Scheme.SNYK: worded("a signature (Snyk)"),
    Scheme.CROWDSTRIKE: worded("a signature (CrowdStrike)"),
    Scheme.AWS_SNS: worded("the signature of Amazon SNS"),
    Scheme.GOOGLE_OIDC: worded("the token of Google"),
    Scheme.ENTRA_OIDC: worded("the token of Microsoft Entra"),
    Scheme.NONE: worded("nothing"),
}
MOST_PASTED = 1024 * 1024  # as much as a delivery may have


@dataclass(frozen=True, slots=True)
class Tried:
    """A delivery as the form brings it: the file byte for byte, else what was pasted."""

    adapter: str
    body: bytes
    pasted: str
    headers: str
    secret: str


async def tried(request: Request) -> Tried:
    """The form. Browsers send a pasted text with CRLF; it is read with LF, and a signed body should come as a file."""
    form = await request.form()
    try:
        file = form.get("file")
        adapter, pasted, headers, secret = (
            str(form.get(name) or "") for name in ("adapter", "body", "headers", "secret")
        )
        body = pasted.replace("\r\n", "\n").encode()
        if isinstance(file, UploadFile) and file.filename:
            body = await file.read(MOST_PASTED + 1)
        return Tried(adapter, body, pasted, headers, secret)
    finally:
        await form.close()


@router.get(PAGE)
def show_sources(desk: Seated, by: Keeper) -> Response:
    """Every monitor, and the form to try a delivery."""
    return _page(desk, by)


@router.post(f"{PAGE}/trials")
def try_one(desk: Seated, by: Keeper, form: Annotated[Tried, Depends(tried)]) -> Response:
    """Show what an adapter reads in a delivery. Nothing is stored and nothing is fetched."""
    adapter = chosen_adapter(form.adapter)
    if len(form.body) > MOST_PASTED:
        raise Invalid(Fault("body", worded("is larger than a delivery may be"), worded("at most 1,024 KiB")))
    asked = asked_from(_headers(form.headers), form.body)
    return _page(desk, by, form, _trial(desk, adapter, asked, form.secret))


def _headers(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        return headers_in(text)
    except ValueError as error:
        mend = worded('such as {"Content-Type": "application/json"}')
        raise Invalid(Fault("headers", worded("are no JSON object"), mend)) from error


def _trial(desk: Desk, adapter: Adapter, asked: Asked, secret: str) -> TrialView:
    trial = attempt(adapter, asked, (secret,) if secret else (), desk.edge.clock.now())
    said = [answer_document(trial.answer)] if trial.answer else trial.documents()
    text = json.dumps(said, ensure_ascii=False, indent=2) if said else ""
    return TrialView(_outcome(trial), trial.outcome in ("signals", "answer"), text)


def _outcome(trial: Trial) -> str:
    if trial.refused is not None:
        return worded("It would be refused (401): its proof is {refused}.", refused=trial.refused)
    if trial.trouble:
        return worded("It would wait in quarantine: {trouble}", trouble=trial.trouble)
    proof = worded("No secret was given, so nothing was verified.")
    if trial.scheme:
        proof = worded("It proves itself by {scheme}.", scheme=PROOFS[Scheme(trial.scheme)])
    if trial.answer is not None:
        return worded("It asks for an answer and tells of no alert. {proof}", proof=proof)
    number = len(trial.signals or ())
    return worded_number("{number} signal. {proof}", "{number} signals. {proof}", number, proof=proof)


def _page(desk: Desk, by: Actor, form: Tried | None = None, trial: TrialView | None = None) -> Response:
    with desk.edge.read() as session:
        rows = tuple(monitor_row(line, desk.edge.settings.base_url) for line in read_sources(session, by))
        adapters = tuple(Choice(name, adapter.label) for name, adapter in all_adapters().items())
        strays = read_strays(session, by)
        kept = (form.adapter, form.pasted, form.headers) if form else ("", "", "")
        kinds = kinds_of(desk.edge.settings)
        view = MonitorsView(rows, adapters, strays, trial, *kept, monitors=monitor_choices(), kinds=kinds)
        return desk.page("sources.html", session, {"view": view})


def monitor_choices() -> tuple[MonitorChoice, ...]:
    """Every monitor that can be read, with the ways it can prove itself."""
    found = sorted(all_adapters().items(), key=lambda item: item[1].label.casefold())
    return tuple(
        MonitorChoice(one.label, tuple((f"{name}{BETWEEN}{scheme}", PROOFS[scheme]) for scheme in one.schemes))
        for name, one in found
    )


def command_for(line: SourceLine, base_url: str, now: datetime) -> str:
    """What is pasted where the monitor runs to send an alert of this moment; "" where nothing is posted or known."""
    adapter, scheme = all_adapters().get(line.adapter), Scheme(line.scheme)
    if adapter is None:
        return ""
    sample = sample_of(line.adapter, scheme, now)
    return shell_command(scheme, f"{base_url}/hooks/{line.slug}", sample, adapter.token_header)


def monitor_row(line: SourceLine, base_url: str) -> MonitorRow:
    """A source as its pages show it."""
    adapter, url = all_adapters().get(line.adapter), f"{base_url}/hooks/{line.slug}"
    return MonitorRow(
        slug=line.slug,
        label=adapter.label if adapter else line.adapter,
        scheme=PROOFS[Scheme(line.scheme)],
        enabled=line.enabled,
        received=line.received,
        last_received_at=line.last_received_at,
        tested_at=line.tested_at,
        quarantined=line.quarantined,
        refused=line.refused,
        expected=line.expected,
        silent_since=line.silent_since,
        admission=line.admission,
        sent_tests=line.sent_tests,
        sent_test_at=line.sent_test_at,
        secrets=line.secrets,
        given=Scheme(line.scheme) in GIVEN,
        snippet=(adapter.pasted(url, line.slug) if adapter else "") or f"POST {url}",
    )
