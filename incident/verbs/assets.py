"""Assets declared in peacetime: said, said again, taken back, imported; every change a line of the administration."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import func
from sqlmodel import col, select

from incident.asset_rules import MOST, Declaration, declaration_document, declaration_faults, in_order
from incident.errors import Fault, NotFound
from incident.models.assets import AssetDeclaration
from incident.models.entries import ADMINISTRATION
from incident.queries.assets import opened
from incident.roles import Action, Actor, may
from incident.verbs.act import Act
from incident.verbs.asset_lines import read_declarations
from incident.verbs.entries import record
from incident.verbs.register import Faults, Outcome, RegisterImport, RegisterReport, open_register, settled
from notifications.ids import new_id
from notifications.sealing import DataKeyring, Keys
from notifications.store import Store
from notifications.wording import worded

PIECE = 100  # declarations stored in one transaction
TABLE, COLUMN = AssetDeclaration.__tablename__, "content_sealed"


def declare_asset(act: Act, new: Declaration) -> Outcome:
    """Say what assets of a kind whose name fits a pattern hold, in place of what was said of exactly these before.

    Said again unchanged it is as good as new. Who may not read customers and names none leaves those declared as they
    are. No fact and no duty changes by it. Raises Invalid, naming each field.
    """
    act.require(Action.ASSETS)
    declared = _with_withheld(act, open_register(act), in_order(new))
    outcome = settled(keep_declarations(act, [declared])[0])
    said = {Outcome.NEW: "declared", Outcome.CHANGED: "declared anew", Outcome.UNCHANGED: "confirmed"}[outcome]
    body = {"text": f"What {declared} holds: {said}.", "declared": declaration_document(declared), "outcome": outcome}
    record(act, ADMINISTRATION, "asset.declared", body)
    return outcome


def withdraw_asset(act: Act, kind: str, pattern: str) -> None:
    """Take a declaration back: alerts make no hints by it any more. Raises NotFound when there is none."""
    act.require(Action.ASSETS)
    ring = open_register(act)
    row = _row_of(act, ring, kind, pattern)
    if row is None:
        raise NotFound(worded("There is no such declaration."))
    (declared,) = opened(act.session, act.keys, [row])
    act.session.delete(row)
    act.session.flush()
    body = {"text": f"What {declared} holds: taken back.", "declared": declaration_document(declared)}
    record(act, ADMINISTRATION, "asset.withdrawn", body)


def import_assets(store: Store, keys: Keys, actor: Actor, stream: BinaryIO, now: datetime) -> RegisterReport:
    """Declare by a CSV file, a short transaction for each hundred; takes none back.

    Columns: `asset_lines.COLUMNS`. Faults are named by line and stop nothing else; what the file says again unchanged
    is as good as new. Raises Forbidden, and Invalid for a first line that names the wrong columns.
    """
    entries = read_declarations(stream)
    return RegisterImport(store, keys, actor, now, "assets", PIECE, keep_declarations, Action.ASSETS).run(entries)


def keep_declarations(act: Act, news: Sequence[Declaration]) -> list[Outcome | Faults]:
    """Store declarations in the caller's transaction: for each its outcome, or why not. A step of the verbs."""
    ring = open_register(act)
    room = MOST - int(act.session.exec(select(func.count()).select_from(AssetDeclaration)).one())
    results: list[Outcome | Faults] = []
    for new in news:
        result = _keep(act, ring, new, room)
        room -= result is Outcome.NEW
        results.append(result)
    act.session.flush()
    return results


def _keep(act: Act, ring: DataKeyring, new: Declaration, room: int) -> Outcome | Faults:
    declared = _with_withheld(act, ring, in_order(new))
    faults = declaration_faults(declared)
    if faults:
        return faults
    row = _row_of(act, ring, declared.kind, declared.pattern)
    if row is None and room <= 0:
        return (
            Fault(
                "name",
                worded("there are {most:,} declarations already", most=MOST),
                worded("say several by one pattern"),
            ),
        )
    before = opened(act.session, act.keys, [row])[0] if row else None
    if row is None:
        row = AssetDeclaration(
            id=new_id(),
            kind=declared.kind,
            pattern_blind=_blind(ring, declared.pattern),
            content_sealed=b"",
            declared_at=act.now,
            declared_by="",
        )
    if before != declared:
        content = json.dumps(declaration_document(declared), ensure_ascii=False).encode()
        row.content_sealed = ring.seal(content, TABLE, COLUMN, row.id)
    row.declared_at, row.declared_by = act.now, act.actor.label
    act.session.add(row)
    act.session.flush()
    return Outcome.NEW if before is None else Outcome.UNCHANGED if before == declared else Outcome.CHANGED


def _with_withheld(act: Act, ring: DataKeyring, declared: Declaration) -> Declaration:
    """With the customers declared before, where the actor may not read them and names no others."""
    if declared.customers or may(act.actor, Action.READ_CUSTOMERS, None):
        return declared
    row = _row_of(act, ring, declared.kind, declared.pattern)
    return replace(declared, customers=opened(act.session, act.keys, [row])[0].customers) if row else declared


def _row_of(act: Act, ring: DataKeyring, kind: str, pattern: str) -> AssetDeclaration | None:
    wanted = (col(AssetDeclaration.kind) == kind, col(AssetDeclaration.pattern_blind) == _blind(ring, pattern))
    return act.session.exec(select(AssetDeclaration).where(*wanted)).first()


def _blind(ring: DataKeyring, pattern: str) -> str:
    return ring.blind(f"asset:{pattern.strip().lower()}")
