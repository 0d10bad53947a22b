"""The promises, each as a question to the ledger and to what relays took: asked at the end of every fault."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from incident.models.intake import Intake
from incident.queries.audit import verify
from incident.queries.invariants import at_a_glance, left_out, unlike_approved
from notifications.ledger import WINDOW
from notifications.models import Channel, Delivery, DeliveryState
from notifications.sealing import Keys
from notifications.store import Store
from notifications.transitions import OPEN
from tests.smtp_sink import Taken

HAS_IT = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault left: a database, the moment, every mail any relay took, and what was promised to others."""

    store: Store
    keys: Keys
    now: datetime
    taken: Sequence[Taken] = ()
    losses: int | None = None  # crashes, and connections lost once a body had begun; None: not counted
    open_rows: bool = False  # something may still wait
    acknowledged: Collection[str] = ()  # intake keys that were answered 2xx
    checkpoints: Path = field(default=Path("nowhere"))

    def mail_rows(self) -> list[Delivery]:
        with self.store.read() as session:
            return list(session.exec(select(Delivery).where(col(Delivery.channel) == Channel.EMAIL)).all())

    def said_by(self, question: Callable[[Session], Sequence[object]]) -> list[str]:
        with self.store.read() as session:
            return [str(violation) for violation in question(session)]


def violations(scene: Scene, *promises: str) -> list[str]:
    """What does not hold of these promises; nothing when all is well."""
    assert set(promises) <= set(CHECKERS)
    return [f"{promise}: {what}" for promise in promises for what in CHECKERS[promise](scene)]


def nobody_is_lost(scene: Scene) -> list[str]:
    """I1: everybody of a released audience has a row, every row has its end, and who is accepted has a mail."""
    mailed = {mail.message_id for mail in scene.taken}
    found = scene.said_by(left_out) + _glance(scene, "I1")
    for row in scene.mail_rows():
        if row.state in HAS_IT and row.message_id not in mailed:
            found.append(f"{row.person} is {row.state} and no relay has the mail")
        if row.state in OPEN and not scene.open_rows:
            found.append(f"{row.person} is left {row.state}")
    return found


def duplicates_are_declared(scene: Scene) -> list[str]:
    """I2: a second mail is of a flagged row, under the same Message-ID, and there are no more than may be."""
    rows = {row.message_id: row for row in scene.mail_rows()}
    copies = Counter(mail.message_id for mail in scene.taken)
    found = _glance(scene, "I2")
    for name, number in copies.items():
        if name not in rows:
            found.append(f"{name} is nobody's")
        elif number > 1 and not (rows[name].possible_duplicate and number <= 1 + rows[name].deferrals):
            found.append(f"{rows[name].person} has {number} mails and the ledger does not say so")
    doubled = copies.total() - len(copies)
    if scene.losses is not None and doubled > scene.losses * WINDOW:
        found.append(f"{doubled} mails are second ones after {scene.losses} losses")
    return found


def no_deadline_is_missed(scene: Scene) -> list[str]:
    """I3: no reminder that came has waited for minutes."""
    return _glance(scene, "I3")


def no_alert_is_lost(scene: Scene) -> list[str]:
    """I4: what was answered 2xx is stored, and nothing stored waits unread."""
    with scene.store.read() as session:
        stored = set(session.exec(select(Intake.intake_key)).all())
    return _glance(scene, "I4") + [f"{key} was acknowledged and is gone" for key in set(scene.acknowledged) - stored]


def the_timeline_holds(scene: Scene) -> list[str]:
    """I5: each chain against its hashes, its head and the checkpoints outside."""
    with scene.store.read() as session:
        return [str(broken) for broken in verify(session, scene.keys, scene.checkpoints).breaks]


def what_went_out_was_approved(scene: Scene) -> list[str]:
    """I6: texts and audiences of releases are what was approved, and nobody outside the audience has a mail."""
    known = {row.message_id for row in scene.mail_rows()}
    strangers = [f"{mail.message_id} was approved by nobody" for mail in scene.taken if mail.message_id not in known]
    return scene.said_by(lambda session: unlike_approved(session, scene.keys)) + strangers


def _glance(scene: Scene, promise: str) -> list[str]:
    with scene.store.read() as session:
        return [seen.what for seen in at_a_glance(session, scene.now) if seen.promise == promise]


CHECKERS: dict[str, Callable[[Scene], list[str]]] = {
    "I1": nobody_is_lost,
    "I2": duplicates_are_declared,
    "I3": no_deadline_is_missed,
    "I4": no_alert_is_lost,
    "I5": the_timeline_holds,
    "I6": what_went_out_was_approved,
}
