"""Passkeys: the page where their owner adds and removes them, and the approval of a release that one signs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from incident.auth.dependencies import acting
from incident.auth.passkeys import (
    FRESH,
    Asserted,
    Attested,
    NoPasskeysHere,
    Unproven,
    approval_options,
    challenge_of,
    enrolment_options,
    is_fresh,
    party_of,
    require_fresh,
    verify_approval,
    verify_enrolment,
)
from incident.errors import Conflict, Fault, Invalid, Refused
from incident.organisation import approval_rules_of
from incident.queries.passkeys import awaits, find_passkey, passkeys_of
from incident.roles import Action, Actor
from incident.settings import Settings
from incident.verbs.passkeys import (
    ENROL,
    MOST,
    ToApprove,
    begin_approval,
    begin_enrolment,
    finish_approval,
    finish_enrolment,
    remove_passkey,
)
from incident.verbs.signatures import OVER, Signable, Signed, report_copy
from incident.web.forms import STORABLE
from incident.web.frame import Desk, Seated, see
from incident.web.typed import digits_of
from incident.web.views.passkeys import PasskeyLine, PasskeysView
from notifications.addresses import domain_of
from notifications.release import Seen
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/account/passkeys"
Owner = Annotated[Actor, Depends(acting(Action.PASSKEYS, programs=False))]
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]
Line = Annotated[str, Field(max_length=200, pattern=STORABLE)]


class Sent(BaseModel):
    """A document our own script sends: exactly these fields."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Named(Sent):
    """Which passkey is to be made."""

    name: Line


class Made(Named):
    """A passkey as the browser made it."""

    credential: Attested


class Before(Sent):
    """What the approver has before their eyes, and the number of people as they typed it."""

    edition_digest: Line
    audience_digest: Line
    facts_digest: Line
    count: Annotated[str, Field(max_length=20, pattern=STORABLE)]

    def to_approve(self, release_id: UUID) -> ToApprove:
        """Raises Invalid where the number is none."""
        typed = digits_of(self.count)
        if not (typed.isascii() and typed.isdigit()):
            raise Invalid(Fault("count", worded("is no number"), worded("type how many people this reaches")))
        return ToApprove(release_id, Seen(self.edition_digest, self.audience_digest, self.facts_digest), int(typed))


class Approved(Before):
    """The same, with the signature over it."""

    credential: Asserted


@router.get(PAGE)
def show_passkeys(desk: Seated, by: Owner) -> Response:
    """The passkeys of whoever is signed in."""
    fresh, minutes = is_fresh(desk.person, desk.edge.clock.now()), int(FRESH.total_seconds() // 60)
    with desk.edge.read() as session:
        lines = tuple(
            PasskeyLine(str(row.id), row.name, row.created_at, row.last_used_at) for row in passkeys_of(session, by)
        )
        view = PasskeysView(lines, MOST, minutes, fresh, _barred(desk.edge.settings))
        return desk.page("passkeys.html", session, {"view": view})


@router.post(f"{PAGE}/options")
def begin_enrolling(desk: Seated, by: Owner, sent: Named) -> JSONResponse:
    """What the browser is to make."""
    party = party_of(desk.edge.settings)
    require_fresh(desk.person, desk.edge.clock.now())
    wanted = desk.edge.write(by, lambda act: begin_enrolment(act, sent.name))
    return JSONResponse(enrolment_options(party, wanted))


@router.post(PAGE)
def finish_enrolling(desk: Seated, by: Owner, sent: Made) -> JSONResponse:
    """Keep what it made."""
    party = party_of(desk.edge.settings)
    require_fresh(desk.person, desk.edge.clock.now())
    challenge = _awaited(desk, by, ENROL, sent.credential)
    new = verify_enrolment(party, sent.name, sent.credential, challenge)
    desk.edge.write(by, lambda act: finish_enrolment(act, new, _domain(desk.edge.settings)))
    return JSONResponse({"next": PAGE}, 201)


@router.post(f"{PAGE}/{{passkey_id}}/removal")
def remove(
    desk: Seated, by: Owner, passkey_id: UUID, reason: Annotated[str, Form(max_length=500, pattern=STORABLE)]
) -> Response:
    """End one; needs no script, so that a lost phone can be shut out from anywhere."""
    desk.edge.write(by, lambda act: remove_passkey(act, passkey_id, reason, _domain(desk.edge.settings)))
    return see(PAGE)


@router.post("/releases/{release_id}/passkey/options")
def begin_approving(desk: Seated, by: Approver, release_id: UUID, sent: Before) -> JSONResponse:
    """What the passkey is to sign: a challenge that is good for this release as it was seen."""
    party, asked = party_of(desk.edge.settings), sent.to_approve(release_id)
    return JSONResponse(approval_options(party, desk.edge.write(by, lambda act: begin_approval(act, asked))))


@router.post("/releases/{release_id}/passkey")
def finish_approving(desk: Seated, by: Approver, release_id: UUID, sent: Approved) -> JSONResponse:
    """Approve by the signature."""
    asked = sent.to_approve(release_id)
    signed = verified(desk, by, asked, sent.credential)
    page, rules = f"/releases/{release_id}", approval_rules_of(desk.edge.settings)
    desk.edge.write(by, lambda act: finish_approval(act, signed, asked, page, rules))
    return JSONResponse({"next": page})


def verified(desk: Desk, by: Actor, asked: Signable, answer: Asserted) -> Signed:
    """The signature, verified before anything is done by it. One of a copied key is written down and refused.

    Raises Conflict, Refused, Unproven and NoPasskeysHere.
    """
    party = party_of(desk.edge.settings)
    challenge = _awaited(desk, by, asked.purpose, answer)
    with desk.edge.read() as session:
        passkey = find_passkey(session, by, answer.id)
    if passkey is None:
        raise Unproven
    signed = verify_approval(party, answer, challenge, passkey)
    if signed.is_copied:
        desk.edge.write(by, lambda act: report_copy(act, signed, asked, _domain(desk.edge.settings)))
        raise Refused(
            worded(
                "This passkey's counter went back, as it does when a copy of it exists. It was refused and written "
                "down: remove it, and add a new one."
            )
        )
    return signed


def _awaited(desk: Desk, by: Actor, purpose: str, answer: Attested | Asserted) -> bytes:
    """The challenge that is answered, if it is ours, this person's, for this purpose and not over; else Conflict."""
    challenge = challenge_of(answer)
    with desk.edge.read() as session:
        if not awaits(session, by, purpose, challenge, desk.edge.clock.now()):
            raise Conflict(OVER)
    return challenge


def _barred(settings: Settings) -> str:
    try:
        party_of(settings)
    except NoPasskeysHere as error:
        return str(error)
    return ""


def _domain(settings: Settings) -> str:
    return domain_of(settings.mail_from)
