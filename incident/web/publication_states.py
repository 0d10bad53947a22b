"""What has become of the editions of a notice for everybody, in a word each."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from incident.queries.publications import Standing, standing_of
from notifications.models import Edition
from notifications.wording import Said, worded

STATES: dict[Standing, tuple[str, Said]] = {
    Standing.WAITS: ("requested", worded("Waits for approval")),
    Standing.PUBLIC: ("published", worded("Published")),
    Standing.WITHDRAWN: ("withdrawn", worded("Withdrawn")),
}


def publication_state(session: Session, edition: Edition) -> tuple[str, str]:
    """The state of one edition and its words."""
    return STATES[standing_of(session, edition)]


def publications(session: Session, editions: Sequence[Edition]) -> tuple[tuple[str, str, datetime], ...]:
    """Address, name with state, and moment of each edition, as they come."""
    return tuple((f"/editions/{row.id}", _named(session, row), row.created_at) for row in editions)


def _named(session: Session, row: Edition) -> str:
    return worded("Edition {number}: {state}", number=row.number, state=publication_state(session, row)[1])
