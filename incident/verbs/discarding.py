"""Throw an audience away that no release uses: its key at once, its people's rows at the next look of retention."""

from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict
from incident.models.entries import incident_subject
from incident.models.releasing import ListLink
from incident.queries.audiences import find_audience, incident_of
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import reason_given, record
from incident.verbs.legal_holds import standing_hold
from notifications.models import Audience
from notifications.purging import begin_purge
from notifications.wording import worded


def discard_audience(act: Act, audience_id: UUID, reason: str) -> Audience:
    """Destroy the key of a wrong audience; from here on nothing of it opens. The reason stays on the timeline.

    Raises NotFound, Forbidden, Invalid without a reason, and Conflict where a release, a legal hold or a customer's
    link keeps it, or it is gone already.
    """
    audience = find_audience(act.session, act.actor, audience_id, Action.IMPORT_AUDIENCE)
    why = reason_given(reason, worded("say why this audience is not needed"))
    held = select(Audience).where(col(Audience.id) == audience_id).with_for_update()
    audience = act.session.exec(held.execution_options(populate_existing=True)).one()
    _refuse_kept(act, audience)
    begin_purge(act.session, act.keys, audience, act.now)
    people = f"{audience.members:,} {'person' if audience.members == 1 else 'people'}"
    text = f"Audience “{audience.name}” with {people} discarded, nothing was sent to it: {why}"
    body = {"text": text, "audience": str(audience_id), "members": audience.members}
    record(act, incident_subject(incident_of(audience)), "audience.discarded", body)
    return audience


def _refuse_kept(act: Act, audience: Audience) -> None:
    incident_id, named = incident_of(audience), {"audience": audience.name}
    if audience.purged_at is not None:
        raise Conflict(worded("The audience “{audience}” is gone already.", **named))
    if audience.frozen_at is not None:
        raise Conflict(worded("A release uses the audience “{audience}”: it stays until retention purges it.", **named))
    if standing_hold(act, incident_id) is not None:
        raise Conflict(worded("A legal hold keeps everything of this incident: lift it first."))
    lives = (col(ListLink.revoked_at).is_(None), col(ListLink.expires_at) > act.now)
    theirs = (col(ListLink.incident_id) == incident_id, col(ListLink.host_id) == audience.controller)
    if audience.controller and act.session.exec(select(ListLink.id).where(*theirs, *lives)).first() is not None:
        raise Conflict(worded("A link gives the customer the list of these people: end it first."))
