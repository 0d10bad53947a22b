"""Releases for programs: asked for, read with who is still wanted, stopped. Only people approve, refuse and resume."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlmodel import Session

from incident.api.shapes import AtEdge, Codename, Identity, In, Out, Reason
from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.errors import Fault, Invalid
from incident.models.incidents import Incident
from incident.organisation import approval_rules_of, sending_rules_of
from incident.queries.access import find_incident
from incident.queries.approvals import weigh
from incident.queries.notices import read_release, releases_of, states_of
from incident.queries.timeline import names_of
from incident.roles import Action, Actor
from incident.sending_rules import Sending
from incident.verbs.approvals import approve_release
from incident.verbs.lapses import void_if_expired
from incident.verbs.releases import Request, refuse_release, request_release, resume_release, stop_release
from notifications.quorum import Seat
from notifications.release import Seen

router = APIRouter(prefix="/api", tags=["releases"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Asker = Annotated[Actor, Depends(acting(Action.REQUEST_RELEASE))]
Stopper = Annotated[Actor, Depends(acting(Action.STOP_RELEASE))]
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]
Digest = Annotated[str, Field(max_length=64)]


class SeatOut(Out):
    """One approval that is wanted, and whose it is. `way`: console, passkey, spoken, standing or single.

    `by` empty: nobody's yet. A spoken one has its `witness`, and is confirmed by `confirm_by` or sending stops.
    """

    role: str
    by: str
    way: str
    at: datetime | None
    stands_in_for: str
    witness: str
    confirm_by: datetime | None
    confirmed_at: datetime | None


class DigestsOut(Out):
    """What an approval is bound to."""

    edition: str
    audience: str
    facts: str


class ReleaseOut(Out):
    """A release: what goes to how many, who is wanted, how far it is. `deliveries` counts rows by state.

    `newer_facts` is a version of the facts saved since the text was frozen, of which nothing concerns it; 0: none.
    """

    id: UUID
    incident: str
    notice: UUID
    kind: str
    edition: UUID
    number: int
    audience: UUID
    state: str
    digests: DigestsOut
    sender: str
    recipients: int
    requested_by: str
    requested_at: datetime
    expires_at: datetime | None
    adds_to: UUID | None
    approved_at: datetime | None
    closed_at: datetime | None
    reason: str
    seats: list[SeatOut]
    open_seats: int
    newer_facts: int
    deliveries: dict[str, int]


class ReleaseLine(Out):
    """A release in a list."""

    id: UUID
    edition: UUID
    state: str
    recipients: int
    requested_at: datetime


class ReleasesOut(Out):
    """Every release of an incident, the newest first."""

    releases: list[ReleaseLine]


class RequestIn(In):
    """What is asked to go out to whom. `resend_uncertain` false: a person is asked about each uncertain mail.

    `adds_to` is the release whose audience these people join; `order_reason` why the privacy officer lets
    people be told although a law wants somebody else told before them; `language_reason` why people may get
    another language than theirs. `all_at_once` is why nobody waits for a canary and a ramp; `hours` such as
    "08:00-20:00 Europe/Berlin", "" any, null as the settings say.
    """

    edition: Identity
    audience: Identity
    resend_uncertain: bool = True
    adds_to: Identity | None = None
    order_reason: Reason = ""
    language_reason: Reason = ""
    all_at_once: Reason = ""
    hours: Annotated[str, Field(max_length=64)] | None = None


class ApprovalIn(In):
    """The digests of what was read, and the number of people it reaches."""

    edition: Digest
    audience: Digest
    facts: Digest
    recipients: int


class ReasonIn(In):
    """Why."""

    reason: Reason


@router.get("/incidents/{codename}/releases", response_model=ReleasesOut)
def list_releases(by: Reader, edge: AtEdge, codename: Codename) -> ReleasesOut:
    """What was asked to go out on an incident, and how far each is."""
    with edge.read() as session:
        rows = releases_of(session, by, find_incident(session, by, codename).id)
    lines = [
        ReleaseLine(
            id=row.id, edition=row.edition_id, state=row.state, recipients=row.recipients, requested_at=row.requested_at
        )
        for row in rows
    ]
    return ReleasesOut(releases=lines)


@router.post("/releases", status_code=201, response_model=ReleaseOut)
def ask_for_release(by: Asker, edge: AtEdge, body: RequestIn, response: Response) -> ReleaseOut:
    """Ask others to release an edition to an audience, which is frozen by this."""
    asked = Request(
        body.edition,
        body.audience,
        edge.settings.mail_from,
        body.resend_uncertain,
        body.adds_to,
        body.order_reason,
        Sending(sending_rules_of(edge.settings), body.all_at_once, body.hours),
        body.language_reason,
    )
    rules, page = approval_rules_of(edge.settings), f"{edge.settings.base_url}/releases"
    row = edge.write(by, lambda act: request_release(act, asked, rules, page))
    response.headers["Location"] = f"/api/releases/{row.id}"
    return _out(edge, by, row.id)


@router.get("/releases/{release_id}", response_model=ReleaseOut)
def show_release(by: Reader, edge: AtEdge, release_id: UUID) -> ReleaseOut:
    """One release."""
    return _out(edge, by, release_id)


@router.post("/releases/{release_id}/approvals", response_model=ReleaseOut)
def approve(by: Approver, edge: AtEdge, release_id: UUID, body: ApprovalIn) -> ReleaseOut:
    """Say yes to exactly what was read: for people who are signed in, never for programs."""
    with edge.read() as session:
        expected = read_release(session, edge.keys, by, release_id).release.recipients
    if body.recipients != expected:
        raise Invalid(Fault("recipients", "is not how many this reaches", "read the release again, then approve"))
    seen, rules = Seen(body.edition, body.audience, body.facts), approval_rules_of(edge.settings)
    address = f"{edge.settings.base_url}/releases/{release_id}"
    edge.write(by, lambda act: void_if_expired(act, release_id))
    edge.write(by, lambda act: approve_release(act, release_id, seen, address, rules=rules))
    return _out(edge, by, release_id)


@router.post("/releases/{release_id}/refusal", response_model=ReleaseOut)
def refuse(by: Approver, edge: AtEdge, release_id: UUID, body: ReasonIn) -> ReleaseOut:
    """Say no, with the reason."""
    edge.write(by, lambda act: refuse_release(act, release_id, body.reason))
    return _out(edge, by, release_id)


@router.post("/releases/{release_id}/stop", response_model=ReleaseOut)
def stop(by: Stopper, edge: AtEdge, release_id: UUID, body: ReasonIn) -> ReleaseOut:
    """Hold what has not gone yet."""
    rules = approval_rules_of(edge.settings)
    edge.write(by, lambda act: stop_release(act, release_id, body.reason, rules))
    return _out(edge, by, release_id)


@router.post("/releases/{release_id}/resumption", response_model=ReleaseOut)
def resume(by: Approver, edge: AtEdge, release_id: UUID) -> ReleaseOut:
    """Let a stopped release go on."""
    with edge.read() as session:
        read_release(session, edge.keys, by, release_id)
    edge.write(by, lambda act: void_if_expired(act, release_id))
    edge.write(by, lambda act: resume_release(act, release_id))
    return _out(edge, by, release_id)


def _out(edge: Edge, by: Actor, release_id: UUID) -> ReleaseOut:
    with edge.read() as session:
        found = weigh(session, edge.keys, by, release_id, edge.clock.now(), approval_rules_of(edge.settings))
        row, edition, notice = found.bound.release, found.bound.edition, found.bound.notice
        asked = f"user:{row.requested_by}"
        same = ("id", "state", "sender", "recipients", "requested_at", "expires_at", "adds_to", "approved_at")
        return ReleaseOut(
            **{name: getattr(row, name) for name in (*same, "closed_at", "reason")},
            incident=session.get_one(Incident, notice.incident_id).codename,
            notice=notice.id,
            kind=notice.kind,
            edition=edition.id,
            number=edition.number,
            audience=row.audience_id,
            digests=DigestsOut(edition=row.edition_digest, audience=row.audience_digest, facts=row.facts_digest),
            requested_by=names_of(session, [asked])[asked],
            seats=[_seat(session, seat) for seat in found.seats],
            open_seats=sum(seat.approval is None for seat in found.seats),
            newer_facts=found.newer,
            deliveries=states_of(session, row.id),
        )


def _seat(session: Session, seat: Seat) -> SeatOut:
    row = seat.approval
    people = {name: getattr(row, name, None) for name in ("by", "for_user", "witness")}
    names = names_of(session, [f"user:{identity}" for identity in people.values() if identity])
    named = {name: names.get(f"user:{identity}", "") for name, identity in people.items()}
    return SeatOut(
        role=seat.role,
        by=named["by"],
        way=row.way if row else "",
        at=row.at if row else None,
        stands_in_for=named["for_user"],
        witness=named["witness"],
        confirm_by=row.confirm_by if row else None,
        confirmed_at=row.confirmed_at if row else None,
    )
