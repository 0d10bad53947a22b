"""The life of an incident as a state machine: every verb in any order, held against a model of its own.

A model written apart from the code says what each step must do; the real verbs do it on a real store.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import text
from sqlmodel import Session, col, select

from incident.chain import Header, verify_headers
from incident.errors import Conflict, Forbidden, IncidentError, Invalid, LostRace, Refused
from incident.models.entries import ChainHead, EntryHeader, incident_subject
from incident.models.incidents import Incident, Pass, PhaseMove, Severity, Task
from incident.phases import Guard, Move, Phase
from incident.roles import Role
from incident.verbs.anchors import Moment, decide_awareness
from incident.verbs.entries import note
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.facts import save_facts
from incident.verbs.incidents import Report, open_incident, take_command, write_review
from incident.verbs.moves import move, settle_pass
from notifications.ids import new_id

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

WAYS = {
    ("detection", "contain"): ("containment", "commander"),
    ("detection", "dismiss"): ("dismissed", "reason duties"),
    ("containment", "investigate"): ("investigation", "evidence contained"),
    ("containment", "dismiss"): ("dismissed", "reason duties"),
    ("investigation", "contain"): ("containment", ""),
    ("investigation", "recover"): ("recovery", "facts awareness"),
    ("investigation", "dismiss"): ("dismissed", "reason duties"),
    ("recovery", "contain"): ("containment", ""),
    ("recovery", "investigate"): ("investigation", ""),
    ("recovery", "review"): ("review", "restored"),
    ("review", "investigate"): ("investigation", ""),
    ("review", "recover"): ("recovery", ""),
    ("review", "close"): ("closed", "reviewed duties releases passes"),
    ("closed", "reopen"): ("investigation", "reason"),
    ("dismissed", "reopen"): ("detection", "reason"),
}
ONWARD = {
    "detection": Move.CONTAIN,
    "containment": Move.INVESTIGATE,
    "investigation": Move.RECOVER,
    "recovery": Move.REVIEW,
    "review": Move.CLOSE,
    "closed": Move.REOPEN,
    "dismissed": Move.REOPEN,
}
UNSETTLED = (
    "SELECT count(*) FROM obligation WHERE incident_id = :i AND applies <> 'no' AND met_at IS NULL "
    "AND waived_at IS NULL AND not_due_at IS NULL AND withdrawn_at IS NULL"
)
GUARDS = st.sets(st.sampled_from(sorted(set(Guard) - {Guard.REASON})), max_size=3)
FACTS = st.sampled_from(
    [
        {"breach": {"kinds": ["confidentiality"]}},
        {"breach": {"kinds": ["availability"]}},
    ]
)


@dataclass
class Model:
    """What the incident must look like, told without the code's own tables."""

    phase: str = "detection"
    version: int = 1
    holding: set[str] = field(default_factory=lambda: {"contained", "restored", "releases"})
    tasks: dict[str, UUID] = field(default_factory=dict)
    pinned: list[str] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    reopened_at: datetime | None = None
    lines: list[str] = field(default_factory=list)  # hashes of the timeline so far


class Life(RuleBasedStateMachine):
    def __init__(self, case: "LawCase") -> None:
        super().__init__()
        opened = case.act(Role.RESPONDER, open_incident, Report("Public bucket", "public_bucket", Severity.HIGH))
        self.case: LawCase = replace(case, incident_id=opened.id)
        self.model = Model()
        self.model.lines = self._hashes()

    @rule(words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30))
    def note(self, words: str) -> None:
        if words.strip():
            self._says(1, self.case.act, Role.RESPONDER, note, self.case.incident_id, words)
        else:
            self._refused(Invalid, self.case.act, Role.RESPONDER, note, self.case.incident_id, words)

    @rule()
    def command(self) -> None:
        commander = self.case.people[Role.COMMANDER]
        self._says(1, self.case.act, Role.COMMANDER, take_command, self.case.incident_id, commander.id)
        self.model.holding.add("commander")

    @rule()
    def keep_evidence(self) -> None:
        self._says(1, self.case.act, Role.RESPONDER, keep_evidence, self.case.incident_id, Finding("log", b"seen"))
        self.model.holding.add("evidence")

    @rule(phase=st.sampled_from(["containment", "recovery"]))
    def add_task(self, phase: str) -> None:
        if phase in self.model.tasks:
            return
        row = Task(
            incident_id=self.case.incident_id, key=f"{phase}-{new_id()}"[:64], position=1,
            phase=Phase(phase), step={"title": "x"},
        )  # fmt: skip
        self.model.tasks[phase] = row.id
        self.case.store.write(lambda session: session.merge(row))
        self._holds("contained", "containment" not in self.model.tasks)
        self._holds("restored", "recovery" not in self.model.tasks)

    @rule(phase=st.sampled_from(["containment", "recovery"]), state=st.sampled_from(["done", "skipped"]))
    def finish_task(self, phase: str, state: str) -> None:
        task_id = self.model.tasks.pop(phase, None)
        if task_id is not None:
            self.case.store.write(lambda session: _finish(session, task_id, state))
        self._holds("contained", "containment" not in self.model.tasks)
        self._holds("restored", "recovery" not in self.model.tasks)

    @rule(document=FACTS)
    def save_facts(self, document: dict[str, Any]) -> None:
        self.case.act(Role.RESPONDER, save_facts, self.case.incident_id, self.case.organisation, document)
        self.model.holding.add("facts")
        self._grown()

    @rule()
    def decide_awareness(self) -> None:
        moment = Moment(self.case.clock.now(), "read on the pager")
        here = (self.case.incident_id, self.model.version, self.case.organisation, moment)
        self.case.act(Role.PRIVACY_OFFICER, decide_awareness, *here)
        self.model.version += 1
        self.model.holding.add("awareness")
        self._grown()

    @rule()
    def settle_duties(self) -> None:
        statement = text("UPDATE obligation SET waived_at = :now WHERE incident_id = :i")
        values = {"now": self.case.clock.now().replace(tzinfo=None), "i": self._id()}
        self.case.store.write(lambda session: session.execute(statement, values))

    @rule()
    def write_review(self) -> None:
        call = (self.case.act, Role.COMMANDER, write_review, self.case.incident_id, "Lessons.")
        if self.model.phase in ("closed", "dismissed"):
            self._refused(Conflict, *call)
        else:
            self._says(1, *call)
            reopened = self.model.reopened_at
            self._holds("reviewed", reopened is None or self.case.clock.now() > reopened)

    @precondition(lambda self: self.model.pinned)
    @rule()
    def settle_pass(self) -> None:
        mine = (col(Pass.incident_id) == self.case.incident_id, col(Pass.settled_at).is_(None))
        pinned = self.case.look(lambda session: session.exec(select(Pass).where(*mine).order_by(col(Pass.id))).all())
        assert sorted(row.guard for row in pinned) == sorted(self.model.pinned)
        self._says(1, self.case.act, Role.COMMANDER, settle_pass, self.case.incident_id, pinned[0].id, "made good")
        self.model.pinned.remove(pinned[0].guard)

    @rule(name=st.sampled_from(Move), passing=GUARDS, reason=st.sampled_from(["", "because"]))
    def move(self, name: Move, passing: set[Guard], reason: str) -> None:
        self._move(name, sorted(passing), reason)

    @rule(passing=GUARDS, reason=st.sampled_from(["", "because"]))
    def move_onward(self, passing: set[Guard], reason: str) -> None:
        self._move(ONWARD[self.model.phase], sorted(passing), reason)

    @rule()
    def move_onward_past_every_guard(self) -> None:
        self._move(ONWARD[self.model.phase], sorted(set(Guard) - {Guard.REASON}), "because")

    @rule(name=st.sampled_from(Move), behind=st.integers(1, 3))
    def move_from_a_stale_page(self, name: Move, behind: int) -> None:
        version = self.model.version - behind
        self._refused(LostRace, self.case.act, Role.COMMANDER, move, self.case.incident_id, version, name, reason="x")

    @rule(name=st.sampled_from(Move))
    def move_without_the_right(self, name: Move) -> None:
        here = (self.case.incident_id, self.model.version, name)
        self._refused(Forbidden, self.case.act, Role.RESPONDER, move, *here, reason="x")

    @rule(name=st.sampled_from(Move))
    def pass_a_missing_reason(self, name: Move) -> None:
        kind = Invalid if (self.model.phase, str(name)) in WAYS else Conflict
        here = (self.case.incident_id, self.model.version, name)
        self._refused(kind, self.case.act, Role.COMMANDER, move, *here, passing=[Guard.REASON], reason="x")

    @rule(hours=st.integers(1, 100))
    def wait(self, hours: int) -> None:
        self.case.move(hours)

    @invariant()
    def the_incident_is_where_the_model_says(self) -> None:
        row = self.case.look(lambda session: session.get_one(Incident, self.case.incident_id))
        assert (row.phase, row.version) == (self.model.phase, self.model.version)
        assert (row.closed_at is not None) is (self.model.phase in ("closed", "dismissed"))

    @invariant()
    def every_move_is_kept_in_order(self) -> None:
        mine = select(PhaseMove).where(col(PhaseMove.incident_id) == self.case.incident_id)
        rows = self.case.look(lambda session: session.exec(mine.order_by(col(PhaseMove.version))).all())
        assert [(row.before, row.after) for row in rows] == self.model.moves

    @invariant()
    def no_line_is_lost_and_the_chain_holds(self) -> None:
        assert self._hashes() == self.model.lines

    def _move(self, name: Move, passing: list[Guard], reason: str) -> None:
        needed = self._needed(name)
        here = (self.case.act, Role.COMMANDER, move, self.case.incident_id, self.model.version, name)
        if needed is None:
            self._refused(Conflict, *here, passing=passing, reason=reason)
        elif passing and not reason:
            self._refused(Invalid, *here, passing=passing, reason=reason)
        elif lacking := self._lacking(needed, reason) - set(passing):
            refusal = self._refused(Refused, *here, passing=passing, reason=reason)
            assert isinstance(refusal, Refused)
            assert {item.guard for item in refusal.missing} == lacking
        else:
            pinned = self._lacking(needed, reason) & set(passing)
            self._says(1, *here, passing=passing, reason=reason)
            target = WAYS[self.model.phase, name][0]
            self.model.moves.append((self.model.phase, target))
            self.model.phase, self.model.version = target, self.model.version + 1
            self.model.pinned += pinned
            if name is Move.REOPEN:
                self.model.holding.discard("reviewed")
                self.model.reopened_at = self.case.clock.now()

    def _needed(self, name: Move) -> set[str] | None:
        way = WAYS.get((self.model.phase, str(name)))
        return None if way is None else set(way[1].split())

    def _lacking(self, needed: set[str], reason: str) -> set[str]:
        holding = set(self.model.holding)
        unsettled = self.case.look(lambda session: session.execute(text(UNSETTLED), {"i": self._id()}).scalar_one())
        holding |= {"duties"} if not unsettled else set()
        holding |= {"passes"} if not self.model.pinned else set()
        holding |= {"reason"} if reason else set()
        return needed - holding

    def _id(self) -> object:
        return self.case.incident_id.hex if self.case.store.is_sqlite else self.case.incident_id

    def _holds(self, guard: str, holds: bool) -> None:
        (self.model.holding.add if holds else self.model.holding.discard)(guard)

    def _says(self, lines: int, call: Any, *args: Any, **named: Any) -> None:
        """The step succeeds and adds exactly so many lines."""
        before = len(self.model.lines)
        call(*args, **named)
        self._grown()
        assert len(self.model.lines) == before + lines

    def _refused(self, kind: type[IncidentError], call: Any, *args: Any, **named: Any) -> IncidentError:
        """The step is refused for this reason and changes nothing: the invariants look."""
        with pytest.raises(kind) as refusal:
            call(*args, **named)
        assert type(refusal.value) is kind
        return refusal.value

    def _grown(self) -> None:
        """Take over new lines; those known before must still be the same."""
        now = self._hashes()
        assert now[: len(self.model.lines)] == self.model.lines
        self.model.lines = now

    def _hashes(self) -> list[str]:
        subject = incident_subject(self.case.incident_id)
        mine = select(EntryHeader).where(col(EntryHeader.subject) == subject).order_by(col(EntryHeader.seq))
        with self.case.store.read() as session:
            rows = session.exec(mine).all()
            head = session.get_one(ChainHead, subject)
        headers = [
            (Header(subject, row.seq, row.at, row.actor, row.action, row.prev, row.commitment), row.hash)
            for row in rows
        ]
        assert verify_headers(subject, headers, (head.seq, head.hash)) == []
        return [row.hash for row in rows]


def _finish(session: Session, task_id: UUID, state: str) -> None:
    session.get_one(Task, task_id).state = state
