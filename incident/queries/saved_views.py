"""Views of the board that a person has saved."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from incident.models.desk import SavedView
from incident.roles import Actor


def saved_views(session: Session, actor: Actor) -> Sequence[SavedView]:
    """This person's own, by name."""
    mine = select(SavedView).where(col(SavedView.user_id) == actor.id)
    return session.exec(mine.order_by(col(SavedView.name), col(SavedView.id))).all()
