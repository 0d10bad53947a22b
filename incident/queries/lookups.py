"""What support asked: who, when, with which answer, about whom by a fingerprint. For auditors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from incident.models.people import UserAccount
from incident.models.replies import SupportLookup
from incident.roles import Action, Actor, require

SHOWN = 200
ANSWERS = {"yes": "yes", "no": "no", "unknown": "not yet known"}  # as people read them


@dataclass(frozen=True, slots=True)
class Lookups:
    """The latest look-ups, and the names of who asked by their label."""

    rows: Sequence[SupportLookup]
    names: Mapping[str, str]


def read_lookups(session: Session, actor: Actor, limit: int = SHOWN) -> Lookups:
    """The latest first. Raises Forbidden."""
    require(actor, Action.READ_LOOKUPS, None)
    rows = session.exec(select(SupportLookup).order_by(col(SupportLookup.at).desc()).limit(limit)).all()
    people = session.exec(select(UserAccount.id, UserAccount.name)).all()
    return Lookups(rows, {f"user:{identity}": name for identity, name in people})
