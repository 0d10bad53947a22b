"""A monitor asks us to confirm, such as a subscription of SNS: a person agrees, then its address is fetched, once."""

from uuid import UUID

from incident.adapters.answers import Asked, Confirmation
from incident.adapters.registry import UnknownAdapter, adapter_named
from incident.errors import Conflict, NotFound
from incident.models.intake import Intake, IntakeState, Source
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.intake import as_received
from notifications.wording import worded

ASKS = "Asks to be confirmed: "
"""So begins what stands with such a delivery in quarantine."""


def asked_to_confirm(act: Act, intake_id: UUID) -> Confirmation:
    """What a delivery in quarantine asks us to confirm; nothing is fetched here.

    Raises NotFound and Conflict where it asks for nothing or is settled, Forbidden by permission.
    """
    act.require(Action.READ_QUARANTINE)
    intake = act.session.get(Intake, intake_id)
    if intake is None:
        raise NotFound(worded("There is no such delivery."))
    if intake.state is not IntakeState.QUARANTINED:
        raise Conflict(worded("This delivery is {state}, not in quarantine.", state=intake.state))
    seen, source = as_received(act, intake), act.session.get_one(Source, intake.source_id)
    try:
        found = adapter_named(source.adapter).answer_to(Asked(seen.headers, seen.body))
    except UnknownAdapter as error:
        raise Conflict(str(error)) from error
    if not isinstance(found, Confirmation):
        raise Conflict(worded("This delivery asks for no confirmation."))
    return found
