"""The page of relays: how mail leaves and comes back, each relay tried step by step, a test mail to oneself."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.installation import NotReady
from incident.mail_relays import relays_of
from incident.queries.administration import mail_standing, tried_relays
from incident.queries.people_list import read_person
from incident.roles import Action, Actor
from incident.settings import Settings
from incident.verbs.relay_trials import begin_trial, place_of, record_trial, send_test_mail
from incident.web.frame import Desk, Seated, see
from incident.web.views.administration import DoorRow, RelayRow, RelaysView, StepRow
from notifications.addresses import domain_of
from notifications.relay_trials import CONNECT, ENCRYPT, GREET, SIGN_IN, RelayTrial, attempt
from notifications.smtp import Relay
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/admin/relays"
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER, programs=False))]
STEPS = {
    CONNECT: worded("Connect"),
    GREET: worded("Greet (EHLO)"),
    ENCRYPT: worded("Encrypt (TLS)"),
    SIGN_IN: worded("Sign in (AUTH)"),
}
SECURITY = {
    "starttls": worded("STARTTLS, required and verified"),
    "tls": worded("TLS from the first byte, verified"),
    "clear": worded("in clear, on this machine only"),
}
NAMES = (
    (worded("The relay"), "SEVENTYTWO_SMTP_"),
    (worded("The relay that takes its place"), "SEVENTYTWO_SMTP_BACKUP_"),
)


@router.get(PAGE)
def show_relays(desk: Seated, by: Keeper) -> Response:
    """Relays as the settings name them, and when each was tried."""
    return _page(desk, by)


@router.post(f"{PAGE}/{{number}}/trials")
def try_relay(desk: Seated, by: Keeper, number: int) -> Response:
    """Try one relay of the settings; nobody can name another. What was seen is on the answer."""
    relays = _relays(desk.edge.settings)[0]
    if not 1 <= number <= len(relays):
        raise NotFound(worded("There is no such relay."))
    relay = relays[number - 1]
    desk.edge.write(by, lambda act: begin_trial(act, relay))
    trial = asyncio.run(attempt(relay))
    desk.edge.write(by, lambda act: record_trial(act, relay, trial))
    return _page(desk, by, number, trial)


@router.post(f"{PAGE}/test-mail")
def send_mail(desk: Seated, by: Keeper) -> Response:
    """A test mail to whoever asks, by the ledger and the worker as every other mail."""
    settings = desk.edge.settings
    desk.edge.write(by, lambda act: send_test_mail(act, settings.organisation, domain_of(settings.mail_from)))
    return see(PAGE)


def _page(desk: Desk, by: Actor, number: int = 0, trial: RelayTrial | None = None) -> Response:
    with desk.edge.read() as session:
        return desk.page("relays.html", session, {"view": _view(desk, by, session, number, trial)})


def _view(desk: Desk, by: Actor, session: Session, number: int, trial: RelayTrial | None) -> RelaysView:
    settings = desk.edge.settings
    relays, trouble = _relays(settings)
    tried = tried_relays(session, desk.edge.keys, by)
    mail = mail_standing(session, by)
    rows = []
    for at, relay in enumerate(relays, 1):
        name, prefix = NAMES[at - 1]
        seen = trial if at == number else None
        tested_at, good = tried.get(place_of(relay), (None, False))
        rows.append(
            RelayRow(
                number=at,
                name=name,
                place=place_of(relay),
                security=SECURITY[relay.security],
                signs_in=_signs_in(relay),
                prefix=prefix,
                tested_at=tested_at,
                good=good,
                steps=tuple(StepRow(STEPS[s.name], s.good, s.said) for s in seen.steps) if seen else (),
                offers=tuple(name.upper() for name in seen.offers) if seen else (),
            )
        )
    return RelaysView(
        relays=tuple(rows),
        doors=_doors(settings),
        mail_from=settings.mail_from,
        address=read_person(session, by, by.id).email,
        accepted_at=mail.accepted_at,
        waiting=mail.waiting,
        trouble=trouble,
    )


def _relays(settings: Settings) -> tuple[tuple[Relay, ...], str]:
    try:
        return relays_of(settings), ""
    except NotReady as error:
        return (), str(error)


def _signs_in(relay: Relay) -> str:
    if not relay.user:
        return worded("no sign-in")
    return worded("signs in with a password") if relay.password else worded("has a name to sign in with, no password")


def _doors(settings: Settings) -> tuple[DoorRow, ...]:
    lmtp, imap = bool(settings.lmtp_port), bool(settings.imap_host)
    return (
        DoorRow(
            worded("Handed in by a mail server (LMTP)"),
            f"{settings.lmtp_host}:{settings.lmtp_port}" if lmtp else worded("closed"),
            "SEVENTYTWO_LMTP_PORT",
            lmtp,
        ),
        DoorRow(
            worded("Fetched from a mailbox (IMAP over TLS)"),
            f"{settings.imap_host}:{settings.imap_port}, {settings.imap_folder}" if imap else worded("closed"),
            "SEVENTYTWO_IMAP_HOST",
            imap,
        ),
        DoorRow(
            worded("Addresses mail comes back to"),
            settings.incoming_addresses or worded("none set"),
            "SEVENTYTWO_INCOMING_ADDRESSES",
            bool(settings.incoming_addresses),
        ),
    )
