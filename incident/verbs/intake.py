"""A delivery is kept before it is read; one that cannot be read waits in quarantine until a person settles it."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from incident.errors import Conflict, NotFound
from incident.models.entries import subject_for
from incident.models.intake import Intake, IntakeState
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import reason_given, record
from notifications.ids import new_id
from notifications.prepared import Addition
from notifications.sealing import DataKeyring
from notifications.wording import worded

TABLE: Table = SQLModel.metadata.tables["intake"]
KEY = ("source_id", "intake_key")
SET = (  # columns of a new row
    "id",
    "source_id",
    "intake_key",
    "received_at",
    "sha256",
    "size",
    "scope",
    "headers_sealed",
    "body_sealed",
    "state",
    "repeats",
    "tries",
    "trouble",
)
ADDING = Addition(sqlite.insert(TABLE).on_conflict_do_nothing(index_elements=KEY), *SET)
SECRET_HEADER = re.compile(r"auth|cookie|token|secret|passw|credential|api-?key")
LONGEST_TROUBLE = 500
LONGEST_KEY = 160  # the column takes 200, and a key may be told apart by a part of the hash


@dataclass(frozen=True, slots=True)
class Delivery:
    """One authentic request as it came: headers with lower-case names, and the raw bytes."""

    source_id: UUID
    intake_key: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """Where a delivery is kept, whether it had been received before, and whether it was read by then."""

    intake_id: UUID
    repeat: bool
    read: bool = False


@dataclass(frozen=True, slots=True)
class AsReceived:
    """A delivery taken out of the store again, byte for byte; secrets in headers were never kept."""

    headers: Mapping[str, str]
    body: bytes


def receive(act: Act, delivery: Delivery) -> Received:
    """Keep a delivery, sealed and hashed; nothing is parsed. An equal intake key is a counted repeat.

    Other bytes under a key already used are kept beside it, never dropped. The row starts with one try spent: that of
    the request itself, so that a body that kills its reader is not tried for ever.
    """
    act.require(Action.REPORT)
    sha256, own = hashlib.sha256(delivery.body).hexdigest(), _own_key(delivery)
    for key in (own, f"{own}#{sha256[:32]}"):
        seen = _counted_repeat(act, delivery.source_id, key, sha256)
        if seen is None:
            kept = _kept(act, delivery, key, sha256)
            if kept is not None:
                return Received(kept, repeat=False)
            seen = _counted_repeat(act, delivery.source_id, key, sha256)  # another process was faster
        if seen is not None:
            return seen
    raise Conflict(worded("Another delivery was kept under this key at the same moment; send it again."))


def receive_all(act: Act, deliveries: Sequence[Delivery]) -> list[Received]:
    """The same for several at once, in the order in which they came."""
    act.require(Action.REPORT)
    scope = _scope(act)
    keyring = act.keys.for_scope(act.session, scope)
    rows = [_values(act, keyring, one, _own_key(one), hashlib.sha256(one.body).hexdigest()) for one in deliveries]
    added = _add(act.session.connection(), rows)
    new = _kept_among(act, rows) if added != len(rows) else {row["id"] for row in rows}
    return [
        Received(row["id"], repeat=False) if row["id"] in new else receive(act, one)
        for row, one in zip(rows, deliveries, strict=True)
    ]


def quarantine(act: Act, intake_id: UUID, trouble: str) -> None:
    """Set an unreadable delivery aside for a person, with the reason. One that is already read stays as it is."""
    act.require(Action.REPORT)
    still_open = (col(Intake.id) == intake_id, col(Intake.state) == IntakeState.OPEN)
    values = {"state": IntakeState.QUARANTINED, "trouble": trouble[:LONGEST_TROUBLE]}
    act.session.execute(update(Intake).where(*still_open).values(**values))


def settle(act: Act, intake_id: UUID, reason: str, incident_id: UUID | None = None) -> Intake:
    """A person looked at a quarantined delivery and says what came of it, naming the incident where there is one.

    Raises Invalid without a reason, Conflict when it is not in quarantine, NotFound and Forbidden by permission.
    """
    act.require(Action.READ_QUARANTINE)
    if incident_id is not None:
        act.require(Action.EVIDENCE, incident_id)
    why = reason_given(reason, "say what the delivery was and what came of it")
    intake = _intake(act, intake_id)
    if intake.state is not IntakeState.QUARANTINED:
        raise Conflict(worded("This delivery is {state}, not in quarantine.", state=intake.state))
    waiting = (col(Intake.id) == intake_id, col(Intake.state) == IntakeState.QUARANTINED)
    settled = update(Intake).where(*waiting).values(state=IntakeState.SETTLED, incident_id=incident_id)
    if act.session.execute(settled.returning(col(Intake.id))).first() is None:
        raise Conflict(worded("Somebody else has just settled this delivery."))
    act.session.refresh(intake)
    text = f"Unreadable delivery settled: {why}"
    body = {"text": text, "intake": str(intake_id), "sha256": intake.sha256}
    record(act, subject_for(incident_id), "intake.settled", body)
    return intake


def view(act: Act, intake_id: UUID) -> AsReceived:
    """Show a delivery to a person as it was received; that it was looked at is written down."""
    act.require(Action.READ_QUARANTINE)
    intake = _intake(act, intake_id)
    if intake.incident_id is not None:
        act.require(Action.READ, intake.incident_id)
    seen = as_received(act, intake)
    body = {"text": "A delivery was viewed as received.", "intake": str(intake_id), "sha256": intake.sha256}
    record(act, subject_for(intake.incident_id), "intake.viewed", body)
    return seen


def as_received(act: Act, intake: Intake) -> AsReceived:
    """Open what was sealed. Raises NotFound once it is erased, Unsealable when the bytes were changed."""
    if intake.body_sealed is None or intake.headers_sealed is None:
        raise NotFound(worded("The delivery was erased on schedule; its hash is kept."))
    keyring = act.keys.for_scope(act.session, intake.scope)
    headers = json.loads(keyring.open(intake.headers_sealed, "intake", "headers_sealed", intake.id))
    return AsReceived(headers, keyring.open(intake.body_sealed, "intake", "body_sealed", intake.id))


def _counted_repeat(act: Act, source_id: UUID, key: str, sha256: str) -> Received | None:
    """The delivery kept under this key, counted once more; None when there is none."""
    same = (col(Intake.source_id) == source_id, col(Intake.intake_key) == key, col(Intake.sha256) == sha256)
    values = {"repeats": col(Intake.repeats) + 1, "last_repeat_at": act.now}
    counted = update(Intake).where(*same).values(**values).returning(col(Intake.id), col(Intake.state))
    found = act.session.execute(counted).first()
    return Received(found[0], repeat=True, read=found[1] is IntakeState.APPLIED) if found else None


def _kept(act: Act, delivery: Delivery, key: str, sha256: str) -> UUID | None:
    """The id of the new row; None when the key is taken."""
    row = Intake(**_values(act, act.keys.for_scope(act.session, _scope(act)), delivery, key, sha256))
    try:
        with act.session.begin_nested():
            act.session.add(row)
    except IntegrityError:
        return None
    return row.id


def _add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add those whose key is free. Returns how many."""
    if connection.dialect.name == "sqlite":
        return ADDING.run(connection, rows)
    adding = postgresql.insert(TABLE).on_conflict_do_nothing(index_elements=KEY)
    return int(connection.execute(adding, rows, execution_options={"preserve_rowcount": True}).rowcount)


def _kept_among(act: Act, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Which of these rows were added: the key of the others was taken."""
    mine = col(Intake.id).in_([row["id"] for row in rows])
    return set(act.session.exec(select(Intake.id).where(mine)).all())


def _scope(act: Act) -> str:
    return f"intake:{act.now.date().isoformat()}"


def _own_key(delivery: Delivery) -> str:
    """The delivery's own key as the column takes it."""
    key = delivery.intake_key
    return key if len(key) <= LONGEST_KEY else f"id-sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def _values(act: Act, keyring: DataKeyring, delivery: Delivery, key: str, sha256: str) -> dict[str, Any]:
    """A row that is new, sealed."""
    intake_id, headers = new_id(), json.dumps(_without_secrets(delivery.headers)).encode()
    return {
        "id": intake_id,
        "source_id": delivery.source_id,
        "intake_key": key,
        "received_at": act.now,
        "sha256": sha256,
        "size": len(delivery.body),
        "scope": keyring.scope,
        "headers_sealed": keyring.seal(headers, "intake", "headers_sealed", intake_id),
        "body_sealed": keyring.seal(delivery.body, "intake", "body_sealed", intake_id),
        "state": IntakeState.OPEN,
        "repeats": 0,
        "tries": 1,
        "trouble": "",
    }


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"[{len(value)} characters, not kept]" if _tells_a_secret(name) else value
        for name, value in headers.items()
    }


@lru_cache(maxsize=1024)
def _tells_a_secret(name: str) -> bool:
    return SECRET_HEADER.search(name) is not None


def _intake(act: Act, intake_id: UUID) -> Intake:
    intake = act.session.get(Intake, intake_id)
    if intake is None:
        raise NotFound(worded("There is no such delivery."))
    return intake
