"""Incidents by a few letters of their codename or title, for going there by keyboard."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.board import title_place
from incident.roles import Action, Actor, may
from notifications.sealing import Keys

READ_THROUGH = 500  # titles are sealed, so they are opened to be looked through: the running, then the newest
MOST = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One incident that somebody may go to."""

    incident: Incident
    title: str


def search_incidents(session: Session, keys: Keys, actor: Actor, words: list[str]) -> tuple[Found, ...]:
    """Incidents one may read in whose codename, title or kind each word stands; running ones first, then the newest.

    `words` are in lower case. Among more than 500 incidents the oldest that are over are not looked through.
    """
    if not may(actor, Action.READ, None):
        return ()
    over = col(Incident.phase).in_(FINAL)
    newest = (over, col(Incident.opened_at).desc(), col(Incident.id))
    query = select(Incident).where(visible_incidents(actor)).order_by(*newest).limit(READ_THROUGH)
    found = []
    for incident in session.exec(query):
        title = keys.open(session, incident.title_sealed, title_place(incident.id))
        said = f"{incident.codename} {title} {incident.kind.replace('_', ' ')}".casefold()
        if all(word in said for word in words):
            found.append(Found(incident, title))
        if len(found) == MOST:
            break
    return tuple(found)
