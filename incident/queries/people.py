"""Who may sign in, for those who administer."""

from sqlmodel import Session, col, select

from incident.models.people import UserAccount
from incident.roles import Action, Actor, require


def read_accounts(session: Session, actor: Actor) -> list[UserAccount]:
    """Every account, also disabled ones, by address. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    return list(session.exec(select(UserAccount).order_by(col(UserAccount.email))).all())
