"""Take the file of a case: everything an outsider needs to check it. That it was taken is a line of the timeline."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from incident.case_file import Piece, Taken
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.queries.access import access_to
from incident.queries.case_file import case_file_of
from incident.queries.timeline import names_of
from incident.roles import Action, Actor, require
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.sealing import Keys
from notifications.store import Store


def take_case_file(
    store: Store, keys: Keys, actor: Actor, incident_id: UUID, now: datetime, checkpoints: Path
) -> list[Piece]:
    """The files of it as of now, the manifest first, whose SHA-256 is chained. Raises NotFound and Forbidden.

    It is read before the transaction that writes the line, which is not in the file itself. `checkpoints` is their
    folder.
    """
    with store.read() as session:
        require(actor, Action.READ_PROOF, access_to(session, incident_id))
        codename = session.get_one(Incident, incident_id).codename
        by = names_of(session, [actor.label])[actor.label]
        pieces = case_file_of(session, store, keys, Taken(str(incident_id), codename, now, by), checkpoints)
    digest = pieces[0].sha256
    text = f"The case file was taken: {len(pieces)} files. SHA-256 of its manifest {digest[:16]}…"
    body: dict[str, object] = {"text": text, "manifest": digest}
    store.write(lambda session: _written(Act(session, keys, actor, now), incident_id, body))
    return pieces


def _written(act: Act, incident_id: UUID, body: dict[str, object]) -> None:
    act.require(Action.READ_PROOF, incident_id)
    record(act, incident_subject(incident_id), "case.taken", body)
