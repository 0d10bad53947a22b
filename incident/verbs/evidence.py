"""Keep something as evidence: sealed as it was received, with its SHA-256, and a line on the timeline."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from incident.errors import Fault, Invalid
from incident.models.entries import incident_subject
from incident.models.incidents import Evidence, Task
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record
from notifications.ids import new_id
from notifications.wording import worded

LARGEST = 25 * 1024 * 1024
LONGEST_NAME = 200
UNNAMED_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be kept. `collected_at` is its true time where that is not now; `task_id` the step it belongs to.

    `file_name`: what the file was called where it came from, if it was one and `name` says something else.
    """

    name: str
    content: bytes
    media_type: str = UNNAMED_TYPE
    collected_at: datetime | None = None
    task_id: UUID | None = None
    file_name: str = ""


def keep_evidence(act: Act, incident_id: UUID, finding: Finding) -> Evidence:
    """Seal the bytes under the incident's key and chain their digest. Nothing is unpacked, opened or changed.

    Raises Invalid for a missing or overlong name, nothing or more than 25 MiB, a time to come, a task of another
    incident; Forbidden and NotFound by permission.
    """
    act.require(Action.EVIDENCE, incident_id)
    faults = _faults(act, incident_id, finding)
    if faults:
        raise Invalid(*faults)
    row = seal_evidence(act, incident_id, finding)
    text = f"Evidence kept: {finding.name.strip()} ({row.size:,} bytes, SHA-256 {row.sha256[:16]}…)."
    body = {"text": text, "evidence": str(row.id), "sha256": row.sha256}
    if finding.file_name:
        body["file"] = finding.file_name[:LONGEST_NAME]
    record(act, incident_subject(incident_id), "evidence.kept", body, at=finding.collected_at)
    return row


def seal_evidence(act: Act, incident_id: UUID, finding: Finding) -> Evidence:
    """Seal the bytes as evidence without a line: a step of verbs that have checked them and write their own."""
    evidence_id, subject = new_id(), incident_subject(incident_id)
    digest, name = hashlib.sha256(finding.content).hexdigest(), finding.name.strip()
    ring = act.keys.for_scope(act.session, subject)
    row = Evidence(
        id=evidence_id,
        incident_id=incident_id,
        name_sealed=act.seal(name, place_in(incident_id, "evidence", "name_sealed", evidence_id)),
        media_type=finding.media_type[:100] or UNNAMED_TYPE,
        sha256=digest,
        size=len(finding.content),
        content_sealed=ring.seal(finding.content, "evidence", "content_sealed", evidence_id),
        collected_at=finding.collected_at or act.now,
        kept_at=act.now,
        kept_by=act.actor.label,
        task_id=finding.task_id,
    )
    act.session.add(row)
    act.session.flush()
    return row


def _faults(act: Act, incident_id: UUID, finding: Finding) -> list[Fault]:
    task = act.session.get(Task, finding.task_id) if finding.task_id else None
    rules = (
        (
            0 < len(finding.name.strip()) <= LONGEST_NAME,
            "name",
            worded("is missing or too long"),
            worded("say what it shows"),
        ),
        (bool(finding.content), "content", worded("is empty"), worded("choose a file or paste the text")),
        (len(finding.content) <= LARGEST, "content", worded("is larger than 25 MiB"), worded("keep it in parts")),
        (
            finding.collected_at is None or finding.collected_at <= act.now,
            "collected_at",
            worded("is to come"),
            worded("when it was collected"),
        ),
        (
            finding.task_id is None or (task is not None and task.incident_id == incident_id),
            "task",
            worded("is no task of this incident"),
            worded("leave it out"),
        ),
    )
    return [Fault(field, message, mend) for holds, field, message, mend in rules if not holds]
