"""What the administration chain says, opened."""

import json

from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, body_place
from tests.incident.conftest import LawCase


def record_of(case: LawCase) -> list[tuple[str, str]]:
    """Action and text of the lines, in order."""

    def read(session: Session) -> list[tuple[str, str]]:
        lines = (
            select(EntryHeader, EntryBody)
            .join(EntryBody, (col(EntryBody.subject) == EntryHeader.subject) & (col(EntryBody.seq) == EntryHeader.seq))
            .where(col(EntryHeader.subject) == ADMINISTRATION)
            .order_by(col(EntryHeader.seq))
        )
        found = []
        for header, body in session.exec(lines).all():
            assert body.sealed is not None
            said = json.loads(case.keys.open(session, body.sealed, body_place(header.subject, header.seq)))
            found.append((header.action, str(said["text"])))
        return found

    return case.look(read)
