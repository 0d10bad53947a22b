"""What a person keeps for themselves: views of the board by name, the address of their calendar of deadlines."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.calendars import address_digest, new_address
from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.desk import DeadlineFeed, SavedView
from incident.models.entries import ADMINISTRATION
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.ids import new_id
from notifications.wording import worded

MOST_VIEWS = 20
LONGEST_NAME = 80
LONGEST_QUERY = 500


def save_view(act: Act, name: str, query: str) -> SavedView:
    """Keep a choice of incidents by a name, which replaces one of that name. Raises Invalid, Conflict for too many."""
    act.require(Action.READ)
    name = " ".join(name.split())
    faults = (
        []
        if 0 < len(name) <= LONGEST_NAME
        else [Fault("name", worded("is missing or too long"), worded("Mine, critical"))]
    )
    if not 0 < len(query) <= LONGEST_QUERY:
        faults.append(
            Fault("query", worded("chooses nothing, or too much"), worded("choose something on the board first"))
        )
    if faults:
        raise Invalid(*faults)
    mine = col(SavedView.user_id) == act.actor.id
    row = act.session.exec(select(SavedView).where(mine, col(SavedView.name) == name)).first()
    if row is None:
        if act.session.exec(select(func.count()).select_from(SavedView).where(mine)).one() >= MOST_VIEWS:
            raise Conflict(
                worded("There are {most_views} saved views already: remove one first.", most_views=MOST_VIEWS)
            )
        row = SavedView(id=new_id(), user_id=act.actor.id, name=name, query=query, made_at=act.now)
    row.query, row.made_at = query, act.now
    act.session.add(row)
    act.session.flush()
    _write_down(act, "view.saved", f"{act.actor.name} kept the view “{name}” of the board.")
    return row


def drop_view(act: Act, view_id: UUID) -> None:
    """Remove one of one's own. Raises NotFound."""
    act.require(Action.READ)
    row = act.session.get(SavedView, view_id)
    if row is None or row.user_id != act.actor.id:
        raise NotFound(worded("There is no such saved view."))
    act.session.delete(row)
    act.session.flush()
    _write_down(act, "view.removed", f"{act.actor.name} removed the view “{row.name}” of the board.")


def make_deadline_feed(act: Act) -> str:
    """Make the address of one's calendar and return its token, once; an earlier one opens nothing any more."""
    act.require(Action.READ)
    token = new_address()
    digest = address_digest(token)
    row = act.session.get(DeadlineFeed, act.actor.id)
    row = row or DeadlineFeed(user_id=act.actor.id, digest=digest, made_at=act.now)
    row.digest, row.made_at = digest, act.now
    act.session.add(row)
    act.session.flush()
    _write_down(act, "deadline_feed.made", f"{act.actor.name} made an address of their calendar of deadlines.")
    return token


def drop_deadline_feed(act: Act) -> None:
    """Let the address open nothing any more. Raises NotFound."""
    act.require(Action.READ)
    row = act.session.get(DeadlineFeed, act.actor.id)
    if row is None:
        raise NotFound(worded("There is no address of your calendar."))
    act.session.delete(row)
    act.session.flush()
    text = f"The address of the calendar of deadlines of {act.actor.name} opens nothing any more."
    _write_down(act, "deadline_feed.dropped", text)


def _write_down(act: Act, action: str, text: str) -> None:
    record(act, ADMINISTRATION, action, {"text": text, "about": str(act.actor.id)})
