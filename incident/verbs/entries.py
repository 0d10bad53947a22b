"""Write one line of a timeline: header and sealed body, chained to the line before, in the verb's own transaction."""

import contextlib
import os
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from incident.chain import GENESIS, Header, canonical, commitment, digest
from incident.errors import Fault, Invalid
from incident.models.entries import ChainHead, EntryBody, EntryHeader, body_place, incident_subject
from incident.queries.timeline import COMMENTED, last_seq
from incident.roles import Action
from incident.verbs.act import Act
from notifications.wording import worded

SALT_BYTES = 32
LONGEST_NOTE = 20_000
LONGEST_REASON = 500  # of one that its row keeps besides


def note(act: Act, incident_id: UUID, text: str, *, at: datetime | None = None, on: int | None = None) -> EntryHeader:
    """A line by hand. `at` is its true time where that is not now; such a line is shown as back-dated.

    `on` is the number of the entry it comments on: it is shown there too, and stays an entry of its own. Raises Invalid
    for an empty or overlong text, a time to come or an entry there is not, Forbidden and NotFound by permission.
    """
    act.require(Action.NOTE, incident_id)
    faults = []
    if not text.strip():
        faults.append(Fault("text", worded("is empty"), worded("write what happened")))
    if len(text) > LONGEST_NOTE:
        faults.append(
            Fault(
                "text",
                worded("is longer than {number} characters", number=LONGEST_NOTE),
                worded("keep long material as evidence"),
            )
        )
    if at is not None and at > act.now:
        faults.append(
            Fault("at", worded("{at} is in the future", at=at.isoformat()), worded("a line says what has happened"))
        )
    subject = incident_subject(incident_id)
    if on is not None and not 1 <= on <= last_seq(act.session, subject):
        faults.append(Fault("on", worded("there is no entry {number}", number=on), worded("name one of the timeline")))
    if faults:
        raise Invalid(*faults)
    if on is None:
        return record(act, subject, "noted", {"text": text.strip()}, at=at)
    return record(act, subject, COMMENTED, {"text": text.strip(), "on": on}, at=at)


def record(
    act: Act, subject: str, action: str, body: Mapping[str, object], *, at: datetime | None = None
) -> EntryHeader:
    """Append one entry to a subject's chain. Call it last in a verb: it locks the chain's head.

    `body` is a JSON object; its `text` is what the timeline shows. The subject is also the scope of the key.
    `action` is one past-tense word or two joined by a dot, such as "moved" or "release.approved".
    """
    head = _lock_head(act, subject)
    plain, salt = canonical(_said(act, body, at)), os.urandom(SALT_BYTES)
    header = Header(subject, head.seq + 1, act.now, act.actor.label, action, head.hash, commitment(salt, plain))
    row = EntryHeader(
        subject=subject,
        seq=header.seq,
        at=header.at,
        actor=header.actor,
        action=action,
        prev=header.prev,
        commitment=header.commitment,
        hash=digest(header),
    )
    sealed = act.seal(plain.decode(), body_place(subject, header.seq))
    head.seq, head.hash = header.seq, row.hash
    act.session.add_all((row, EntryBody(subject=subject, seq=header.seq, salt=salt, sealed=sealed), head))
    act.session.flush()
    return row


def _lock_head(act: Act, subject: str) -> ChainHead:
    """The end of the chain, held until the transaction ends; a new chain's is made by whoever comes first."""
    query = select(ChainHead).where(col(ChainHead.subject) == subject).with_for_update()
    head = act.session.exec(query).first()
    if head is not None:
        return head
    with contextlib.suppress(IntegrityError), act.session.begin_nested():
        act.session.add(ChainHead(subject=subject, seq=0, hash=GENESIS))
    return act.session.exec(query.execution_options(populate_existing=True)).one()


def reason_given(reason: str, mend: str) -> str:
    """The reason without blanks around it. Raises Invalid, with the mend, where it says nothing."""
    if not reason.strip():
        raise Invalid(Fault("reason", worded("is empty"), mend))
    return reason.strip()


def _said(act: Act, body: Mapping[str, object], at: datetime | None) -> dict[str, object]:
    by = {} if act.actor.is_system else {"by": act.actor.name}
    return {**body, **by, "occurred_at": (at or act.now).isoformat()}
