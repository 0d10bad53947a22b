"""Take the file of a case: everything an outsider needs to check it. That it was taken is a line of the timeline."""

from pathlib import Path
from uuid import UUID

from incident.case_file import Piece, Taken
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.queries.case_file import case_file_of
from incident.queries.timeline import names_of
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.store import Store


def take_case_file(act: Act, store: Store, incident_id: UUID, checkpoints: Path) -> list[Piece]:
    """The files of it as of now, the manifest first, whose SHA-256 is chained. Raises NotFound and Forbidden.

    The line that says so is not in the file itself. `checkpoints` is their folder.
    """
    act.require(Action.READ_PROOF, incident_id)
    codename = act.session.get_one(Incident, incident_id).codename
    by = names_of(act.session, [act.actor.label])[act.actor.label]
    taken = Taken(str(incident_id), codename, act.now, by)
    pieces = case_file_of(act.session, store, act.keys, taken, checkpoints)
    digest = pieces[0].sha256
    text = f"The case file was taken: {len(pieces)} files. SHA-256 of its manifest {digest[:16]}…"
    record(act, incident_subject(incident_id), "case.taken", {"text": text, "manifest": digest})
    return pieces
