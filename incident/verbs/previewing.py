"""Write down that somebody looks at a text as real recipients get it, before they do."""

from uuid import UUID

from incident.models.entries import incident_subject
from incident.queries.audiences import find_audience, incident_of
from incident.queries.previews import LOOKED
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.models import Audience


def look_at_recipients(act: Act, audience_id: UUID) -> Audience:
    """A line of the timeline: this person previews texts as real people of the audience. It holds for half an hour.

    Raises NotFound and Forbidden.
    """
    audience = find_audience(act.session, act.actor, audience_id, Action.READ_AUDIENCE)
    text = f"Texts previewed as real recipients of the audience “{audience.name}”, names and values shown."
    subject = incident_subject(incident_of(audience))
    record(act, subject, LOOKED, {"text": text, "audience": str(audience.id)})
    return audience
