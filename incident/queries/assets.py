"""Declared assets as they are kept: every one, and those that an alert's asset is one of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from incident.asset_rules import Declaration, declaration_of
from incident.models.assets import AssetDeclaration
from incident.queries.recipients import REGISTER
from incident.queries.timeline import names_of
from incident.roles import Action, Actor, may, require
from notifications.sealing import Keys


@dataclass(frozen=True, slots=True)
class DeclaredAsset:
    """A declaration with when and by whom it was said, for the last time.

    `withheld`: how many customers it names to those who may read them; the declaration here has none then.
    """

    id: UUID
    declaration: Declaration
    declared_at: datetime
    declared_by: str
    withheld: int = 0

    def outdated(self, now: datetime, good_for: timedelta | None) -> bool:
        """Whether it was said too long ago; None: that does not matter."""
        return good_for is not None and now - self.declared_at > good_for


def read_assets(session: Session, keys: Keys, actor: Actor) -> tuple[DeclaredAsset, ...]:
    """Every declaration, by kind and name; who may not read customers reads how many it names. Raises Forbidden."""
    require(actor, Action.ASSETS, None)
    found = declared_assets(session, keys)
    return found if may(actor, Action.READ_CUSTOMERS, None) else tuple(map(_unnamed, found))


def _unnamed(one: DeclaredAsset) -> DeclaredAsset:
    declared = one.declaration
    return replace(one, declaration=replace(declared, customers=()), withheld=len(declared.customers))


def declared_assets(session: Session, keys: Keys) -> tuple[DeclaredAsset, ...]:
    """The same, for queries that have asked for a permission of their own."""
    rows = session.exec(select(AssetDeclaration).order_by(col(AssetDeclaration.id))).all()
    if not rows:
        return ()
    names = names_of(session, sorted({row.declared_by for row in rows}))
    found = [
        DeclaredAsset(row.id, declaration, row.declared_at, names[row.declared_by])
        for row, declaration in zip(rows, opened(session, keys, rows), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.declaration.kind, one.declaration.pattern.lower())))


def opened(session: Session, keys: Keys, rows: Sequence[AssetDeclaration]) -> list[Declaration]:
    """What rows say."""
    ring, table = keys.for_scope(session, REGISTER), AssetDeclaration.__tablename__
    return [declaration_of(json.loads(ring.open(row.content_sealed, table, "content_sealed", row.id))) for row in rows]
