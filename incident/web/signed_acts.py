"""What a passkey signs for beside approvals: a public page published, corrected or withdrawn, a call confirmed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from incident.auth.dependencies import acting
from incident.auth.passkeys import Asserted, approval_options, party_of
from incident.organisation import approval_rules_of
from incident.queries.releases import read_publication
from incident.roles import Action, Actor
from incident.verbs.announcing import ToPublish
from incident.verbs.signed_acts import (
    Confirming,
    Publishing,
    Withdrawing,
    begin_confirmation,
    begin_publication,
    begin_withdrawal,
    finish_confirmation,
    finish_publication,
    finish_withdrawal,
)
from incident.web.forms import STORABLE
from incident.web.frame import Desk, Seated
from incident.web.notice_views import case_of_notice
from incident.web.passkeys import Line, Sent, verified
from incident.web.typed import NOT_THE_INCIDENT, require_name
from notifications.release import Seen

router = APIRouter(include_in_schema=False)
Publisher = Annotated[Actor, Depends(acting(Action.ANNOUNCE, programs=False))]
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]
Words = Annotated[str, Field(max_length=1000, pattern=STORABLE)]
EDITION = "/editions/{edition_id}"
RELEASE = "/releases/{release_id}/confirmation"


class ToBePublic(Sent):
    """The edition as the page showed it, and what changed in it and why."""

    edition_digest: Line
    audience_digest: Line = ""
    facts_digest: Line = ""
    correction: Words = ""


class Public(ToBePublic):
    """The same, with the signature over it."""

    credential: Asserted


class ToBeWithdrawn(Sent):
    """Why a public page is withdrawn; `confirmation` is the name of its incident, typed."""

    reason: Words
    confirmation: Line = ""


class Withdrawn(ToBeWithdrawn):
    """The same, with the signature over it."""

    credential: Asserted


class ToBeConfirmed(Sent):
    """The digests of what the page showed."""

    edition_digest: Line
    audience_digest: Line
    facts_digest: Line

    @property
    def seen(self) -> Seen:
        return Seen(self.edition_digest, self.audience_digest, self.facts_digest)


class Confirmed(ToBeConfirmed):
    """The same, with the signature over it."""

    credential: Asserted


@router.post(f"{EDITION}/passkey/options")
def begin_publishing(desk: Seated, by: Publisher, edition_id: UUID, sent: ToBePublic) -> JSONResponse:
    """What the passkey is to sign to publish this edition."""
    party, asked = party_of(desk.edge.settings), _publishing(desk, by, edition_id, sent)
    return JSONResponse(approval_options(party, desk.edge.write(by, lambda act: begin_publication(act, asked))))


@router.post(f"{EDITION}/passkey")
def finish_publishing(desk: Seated, by: Publisher, edition_id: UUID, sent: Public) -> JSONResponse:
    """Publish, or correct the page, by the signature."""
    asked, rules = _publishing(desk, by, edition_id, sent), approval_rules_of(desk.edge.settings)
    signed = verified(desk, by, asked, sent.credential)
    desk.edge.write(by, lambda act: finish_publication(act, signed, asked, rules))
    return JSONResponse({"next": f"/editions/{edition_id}"})


@router.post(f"{EDITION}/withdrawal/passkey/options")
def begin_withdrawing(desk: Seated, by: Publisher, edition_id: UUID, sent: ToBeWithdrawn) -> JSONResponse:
    """What the passkey is to sign to withdraw the page this edition is on."""
    party, asked = party_of(desk.edge.settings), _withdrawing(desk, by, edition_id, sent)
    return JSONResponse(approval_options(party, desk.edge.write(by, lambda act: begin_withdrawal(act, asked))))


@router.post(f"{EDITION}/withdrawal/passkey")
def finish_withdrawing(desk: Seated, by: Publisher, edition_id: UUID, sent: Withdrawn) -> JSONResponse:
    """Withdraw the page by the signature."""
    asked, rules = _withdrawing(desk, by, edition_id, sent), approval_rules_of(desk.edge.settings)
    signed = verified(desk, by, asked, sent.credential)
    desk.edge.write(by, lambda act: finish_withdrawal(act, signed, asked, rules))
    return JSONResponse({"next": f"/editions/{edition_id}"})


@router.post(f"{RELEASE}/passkey/options")
def begin_confirming(desk: Seated, by: Approver, release_id: UUID, sent: ToBeConfirmed) -> JSONResponse:
    """What the passkey is to sign to confirm what was said by telephone."""
    party, asked = party_of(desk.edge.settings), Confirming(release_id, sent.seen)
    return JSONResponse(approval_options(party, desk.edge.write(by, lambda act: begin_confirmation(act, asked))))


@router.post(f"{RELEASE}/passkey")
def finish_confirming(desk: Seated, by: Approver, release_id: UUID, sent: Confirmed) -> JSONResponse:
    """Confirm by the signature."""
    asked, rules = Confirming(release_id, sent.seen), approval_rules_of(desk.edge.settings)
    signed = verified(desk, by, asked, sent.credential)
    desk.edge.write(by, lambda act: finish_confirmation(act, signed, asked, rules))
    return JSONResponse({"next": f"/releases/{release_id}"})


def _publishing(desk: Desk, by: Actor, edition_id: UUID, sent: ToBePublic) -> Publishing:
    with desk.edge.read() as session:
        earlier = read_publication(session, desk.edge.keys, by, edition_id).announcement
        corrects = earlier.id if earlier else None
    return Publishing(ToPublish(edition_id, sent.edition_digest, sent.correction), corrects)


def _withdrawing(desk: Desk, by: Actor, edition_id: UUID, sent: ToBeWithdrawn) -> Withdrawing:
    with desk.edge.read() as session:
        found = read_publication(session, desk.edge.keys, by, edition_id)
        require_name(sent.confirmation, case_of_notice(session, found.notice)[1], NOT_THE_INCIDENT)
        return Withdrawing(found.notice.incident_id, found.page.id, sent.reason)
