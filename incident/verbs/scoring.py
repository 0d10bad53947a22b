"""Score a part of the severity method otherwise, with a reason. It changes no duty: the score stands beside the law."""

from uuid import UUID

from incident.errors import Fault, Invalid, NotFound
from incident.models.entries import EntryHeader, incident_subject
from incident.queries.facts import latest_facts
from incident.queries.scores import SCORED
from incident.roles import Action
from incident.severity import PARTS, Override, severity
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.wording import worded


def score_otherwise(act: Act, incident_id: UUID, dataset: str, override: Override) -> EntryHeader:
    """Set one part of one data set's score. Raises Invalid for a part, a value or a reason that cannot be used."""
    act.require(Action.ADVISE, incident_id)
    name = _known(act, incident_id, dataset)
    severity({}, [override])
    reason = override.reason.strip()
    said = {"part": override.part, "value": override.value, "reason": reason}
    text = f"Severity score of {name}: {override.part} set to {override.value:g}. {reason}"
    return record(act, incident_subject(incident_id), SCORED, {"text": text, "dataset": dataset, **said})


def score_as_facts_say(act: Act, incident_id: UUID, dataset: str, part: str) -> EntryHeader:
    """Give a part back to the facts. Raises Invalid for what is no part."""
    act.require(Action.ADVISE, incident_id)
    name = _known(act, incident_id, dataset)
    if part not in PARTS:
        raise Invalid(
            Fault(
                "part",
                worded("{part!r} is no part of the score", part=part),
                worded("one of {parts}", parts=", ".join(PARTS)),
            )
        )
    said = {"part": part, "value": None, "reason": ""}
    text = f"Severity score of {name}: {part} as the facts say again."
    return record(act, incident_subject(incident_id), SCORED, {"text": text, "dataset": dataset, **said})


def _known(act: Act, incident_id: UUID, dataset: str) -> str:
    """What the data set is called. Raises NotFound."""
    sheet = latest_facts(act.session, act.keys, incident_id).sheet
    if dataset not in {one.id for one in sheet.datasets}:
        raise NotFound(worded("The facts have no such data set."))
    return sheet.name_of(dataset)
