"""The case from opening to closing: moves, guards, passes, command, and what happens when two decide at once."""

import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from incident.anchors import AWARE
from incident.errors import Conflict, Forbidden, Invalid, LostRace, NotFound, Refused
from incident.models.incidents import Incident, Membership, Pass, PhaseMove, Severity, Task
from incident.models.law import Obligation
from incident.phases import PRIMARY, Guard, Move, Phase
from incident.queries.access import find_incident, visible_incidents
from incident.roles import Actor, Role, Visibility, system
from incident.verbs import incidents
from incident.verbs.act import Act, place_in
from incident.verbs.anchors import Moment, decide_awareness
from incident.verbs.evidence import Finding
from incident.verbs.evidence import keep_evidence as keep
from incident.verbs.facts import save_facts
from incident.verbs.incidents import (
    LONGEST_TITLE,
    Report,
    add_member,
    open_incident,
    set_severity,
    take_command,
    write_review,
)
from incident.verbs.moves import move, settle_pass
from notifications.ids import new_id

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

FACTS: dict[str, Any] = {"breach": {"kinds": ["confidentiality"]}}


def incident(case: "LawCase") -> Incident:
    return case.look(lambda session: session.get_one(Incident, case.incident_id))


def go(case: "LawCase", name: Move, version: int | None = None, **named: Any) -> Incident:
    at = case.version() if version is None else version
    return case.act(Role.COMMANDER, move, case.incident_id, at, name, **named)


def command(case: "LawCase") -> None:
    case.act(Role.COMMANDER, take_command, case.incident_id, case.people[Role.COMMANDER].id)


def keep_evidence(case: "LawCase") -> None:
    case.act(Role.RESPONDER, keep, case.incident_id, Finding("access log", b"GET /export.csv 200"))


def open_passes(case: "LawCase") -> list[Pass]:
    mine = (col(Pass.incident_id) == case.incident_id, col(Pass.settled_at).is_(None))
    return list(case.look(lambda session: session.exec(select(Pass).where(*mine)).all()))


def settle_duties(case: "LawCase") -> None:
    def settle(session: Session) -> None:
        for row in session.exec(select(Obligation).where(col(Obligation.incident_id) == case.incident_id)):
            row.not_due_at = case.clock.now()

    case.store.write(settle)


def test_an_incident_opens_in_detection_with_a_codename_and_one_line(case: "LawCase") -> None:
    opened = incident(case)
    assert (opened.phase, opened.version, opened.kind) == (Phase.DETECTION, 1, "public_bucket")
    assert opened.opened_by == case.people[Role.RESPONDER].label
    colour, bird = opened.codename.split("-")
    assert colour.isalpha()
    assert bird.isalpha()
    place = place_in(opened.id, "incident", "title_sealed", opened.id)
    assert case.look(lambda session: case.keys.open(session, opened.title_sealed, place)) == "Public bucket"
    assert case.look(lambda session: session.get(Membership, (opened.id, case.people[Role.RESPONDER].id)))


def test_codenames_never_repeat_also_when_the_pairs_run_out(case: "LawCase", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incidents, "COLOURS", "amber azure coral")
    monkeypatch.setattr(incidents, "BIRDS", "crane heron")

    def many(act: Act) -> list[str]:
        return [open_incident(act, Report(f"case {n}", "ransomware", Severity.LOW)).codename for n in range(20)]

    names = case.act(Role.RESPONDER, many)
    assert len(set(names)) == 20
    assert any(name.count("-") == 2 for name in names)


@pytest.mark.parametrize("title", ["", "   ", "x" * (LONGEST_TITLE + 1)])
def test_a_title_is_needed_and_bounded(case: "LawCase", title: str) -> None:
    with pytest.raises(Invalid, match="title"):
        case.act(Role.RESPONDER, open_incident, Report(title, "ransomware", Severity.LOW))


def test_the_whole_way_from_detection_to_closed_and_back(case: "LawCase") -> None:
    command(case)
    go(case, Move.CONTAIN)
    keep_evidence(case)
    go(case, Move.INVESTIGATE)
    case.act(Role.RESPONDER, save_facts, case.incident_id, case.organisation, FACTS)
    aware = Moment(case.clock.now() - timedelta(hours=1), "the alert was read", AWARE)
    case.act(Role.PRIVACY_OFFICER, decide_awareness, case.incident_id, case.version(), case.organisation, aware)
    go(case, Move.RECOVER)
    go(case, Move.REVIEW)
    case.act(Role.COMMANDER, write_review, case.incident_id, "What happened, what helped, what changes.")
    settle_duties(case)
    closed = go(case, Move.CLOSE)
    assert (closed.phase, closed.closed_at) == (Phase.CLOSED, case.clock.now())
    reopened = go(case, Move.REOPEN, reason="a second bucket")
    assert (reopened.phase, reopened.closed_at) == (Phase.INVESTIGATION, None)
    rows = case.look(lambda session: session.exec(select(PhaseMove).order_by(col(PhaseMove.version))).all())
    assert [row.after for row in rows] == [*PRIMARY[1:], Phase.INVESTIGATION]
    assert [row.before for row in rows[1:]] == [row.after for row in rows[:-1]]


def test_a_reopened_incident_closes_with_a_review_saved_after_it_was_reopened_only(case: "LawCase") -> None:
    past: dict[str, Any] = {"passing": [one for one in Guard if one not in {Guard.REASON, Guard.REVIEWED}]}
    case.act(Role.COMMANDER, write_review, case.incident_id, "Lessons.")
    again = (Move.RECOVER, Move.REVIEW)
    for name in (Move.CONTAIN, Move.INVESTIGATE, *again, Move.CLOSE, Move.REOPEN, *again):
        case.move(1)
        go(case, name, reason="drill", **past)
    with pytest.raises(Refused, match="of before the incident was reopened"):
        go(case, Move.CLOSE, reason="drill", **past)
    case.act(Role.COMMANDER, write_review, case.incident_id, "Lessons, and of the second bucket.")
    assert go(case, Move.CLOSE, reason="drill", **past).phase is Phase.CLOSED


def test_a_guard_says_what_is_missing_and_nothing_moves(case: "LawCase") -> None:
    with pytest.raises(Refused) as refusal:
        go(case, Move.CONTAIN)
    assert [item.guard for item in refusal.value.missing] == [Guard.COMMANDER]
    assert "name an incident commander" in str(refusal.value)
    assert (incident(case).phase, case.version()) == (Phase.DETECTION, 1)


def test_open_tasks_of_a_phase_hold_its_move(case: "LawCase") -> None:
    command(case)
    go(case, Move.CONTAIN)
    keep_evidence(case)
    task = Task(incident_id=case.incident_id, key="acl", position=1, phase=Phase.CONTAINMENT, step={"title": "ACL"})
    case.store.write(lambda session: session.add(task))
    with pytest.raises(Refused) as refusal:
        go(case, Move.INVESTIGATE)
    assert [item.guard for item in refusal.value.missing] == [Guard.CONTAINED]


def test_a_move_the_table_does_not_have_is_a_conflict(case: "LawCase") -> None:
    with pytest.raises(Conflict, match=r"“detection”, which has no “close”.*contain, dismiss"):
        go(case, Move.CLOSE)


def test_a_pass_needs_a_reason_is_pinned_and_must_be_settled_before_closing(case: "LawCase") -> None:
    with pytest.raises(Invalid, match="reason"):
        go(case, Move.CONTAIN, passing=[Guard.COMMANDER])
    go(case, Move.CONTAIN, passing=[Guard.COMMANDER, Guard.EVIDENCE], reason="the on-call lead is on a plane")
    (pinned,) = open_passes(case)
    assert pinned.guard is Guard.COMMANDER  # only what was needed is pinned
    place = place_in(case.incident_id, "guard_pass", "reason_sealed", pinned.id)
    reason = case.look(lambda session: case.keys.open(session, pinned.reason_sealed, place))
    assert reason == "the on-call lead is on a plane"
    everything: dict[str, Any] = {"passing": [guard for guard in Guard if guard is not Guard.REASON], "reason": "drill"}
    for name in (Move.INVESTIGATE, Move.RECOVER, Move.REVIEW):
        go(case, name, **everything)
    settle_duties(case)
    case.act(Role.COMMANDER, write_review, case.incident_id, "Lessons.")
    with pytest.raises(Refused) as refusal:
        go(case, Move.CLOSE)
    assert [item.guard for item in refusal.value.missing] == [Guard.PASSES]
    for one in open_passes(case):
        case.act(Role.COMMANDER, settle_pass, case.incident_id, one.id, "made good")
    assert go(case, Move.CLOSE).phase is Phase.CLOSED


def test_a_pass_is_settled_once_and_with_words(case: "LawCase") -> None:
    go(case, Move.CONTAIN, passing=[Guard.COMMANDER], reason="on a plane")
    (pinned,) = open_passes(case)
    with pytest.raises(Invalid, match="how"):
        case.act(Role.COMMANDER, settle_pass, case.incident_id, pinned.id, " ")
    case.act(Role.COMMANDER, settle_pass, case.incident_id, pinned.id, "Ada commands now")
    with pytest.raises(NotFound):
        case.act(Role.COMMANDER, settle_pass, case.incident_id, pinned.id, "again")


def test_a_missing_reason_cannot_be_passed(case: "LawCase") -> None:
    with pytest.raises(Invalid, match="cannot be passed"):
        go(case, Move.DISMISS, passing=[Guard.REASON], reason="x")


@pytest.mark.parametrize("role", [Role.RESPONDER, Role.PRIVACY_OFFICER, Role.DECIDER, Role.LEGAL, Role.AUDITOR])
def test_only_the_commander_moves_and_passes(case: "LawCase", role: Role) -> None:
    with pytest.raises(Forbidden):
        case.act(role, move, case.incident_id, 1, Move.CONTAIN, passing=[Guard.COMMANDER], reason="x")
    assert case.version() == 1


def test_the_system_moves_nothing(case: "LawCase") -> None:
    for name in ("sweep", "intake"):
        with pytest.raises(Forbidden):
            case.store.write(partial(dismissed_by, case, system(name)))


def dismissed_by(case: "LawCase", actor: Actor, session: Session) -> None:
    move(Act(session, case.keys, actor, case.clock.now()), case.incident_id, 1, Move.DISMISS, reason="x")


@pytest.mark.parametrize("shown", [0, 2, 99])
def test_a_page_that_shows_another_version_moves_nothing(case: "LawCase", shown: int) -> None:
    command(case)
    with pytest.raises(LostRace) as lost:
        go(case, Move.CONTAIN, version=shown)
    assert (lost.value.expected, lost.value.actual) == (shown, 1)
    assert incident(case).phase is Phase.DETECTION


def test_of_two_who_move_at_once_one_wins_and_one_reads_again(case: "LawCase") -> None:
    command(case)
    ways = {Phase.DETECTION: Move.CONTAIN, Phase.CONTAINMENT: Move.INVESTIGATE, Phase.INVESTIGATION: Move.CONTAIN}
    for round_ in range(1, 9):
        keep_evidence(case)
        way, version, meet = ways[incident(case).phase], case.version(), threading.Barrier(2)
        outcomes: list[str] = []

        def race(way: Move, version: int, meet: threading.Barrier, outcomes: list[str]) -> None:
            meet.wait(10)
            try:
                go(case, way, version=version)
                outcomes.append("won")
            except LostRace:
                outcomes.append("lost")

        threads = [threading.Thread(target=race, args=(way, version, meet, outcomes)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["lost", "won"]
        assert case.version() == version + 1 == round_ + 1


def test_commanding_needs_the_role_of_a_live_account(case: "LawCase") -> None:
    for wrong in (case.people[Role.RESPONDER].id, new_id()):
        with pytest.raises(Invalid, match="commander"):
            case.act(Role.COMMANDER, take_command, case.incident_id, wrong)
    command(case)
    assert incident(case).commander_id == case.people[Role.COMMANDER].id
    assert case.version() == 1  # naming a commander is no decision


def test_a_severity_changes_with_a_reason(case: "LawCase") -> None:
    with pytest.raises(Invalid, match="reason"):
        case.act(Role.COMMANDER, set_severity, case.incident_id, Severity.CRITICAL, "")
    case.act(Role.COMMANDER, set_severity, case.incident_id, Severity.CRITICAL, "health data")
    assert incident(case).severity is Severity.CRITICAL


def test_a_closed_incident_keeps_its_review(case: "LawCase") -> None:
    settle_duties(case)
    go(case, Move.DISMISS, reason="a drill nobody announced", passing=[Guard.DUTIES])
    with pytest.raises(Conflict, match="reopen it"):
        case.act(Role.COMMANDER, write_review, case.incident_id, "too late")


@pytest.mark.parametrize("visibility", [Visibility.RESTRICTED, Visibility.SEALED])
def test_a_hidden_incident_is_absent_for_who_is_no_member(case: "LawCase", visibility: Visibility) -> None:
    hidden = case.act(Role.RESPONDER, open_incident, Report("Insider", "insider", Severity.HIGH, visibility=visibility))
    outsider, member = case.people[Role.LEGAL], case.people[Role.RESPONDER]
    with pytest.raises(NotFound):
        case.look(lambda session: find_incident(session, outsider, hidden.codename))
    with pytest.raises(NotFound):
        case.act(Role.COMMANDER, move, hidden.id, 1, Move.CONTAIN)
    assert case.look(lambda session: find_incident(session, member, hidden.codename.upper())).id == hidden.id
    assert seen_by(case, outsider) == {case.incident_id}
    assert seen_by(case, member) == {case.incident_id, hidden.id}
    assert seen_by(case, system("sweep")) == {case.incident_id, hidden.id}
    assert seen_by(case, Actor(new_id(), "Root", frozenset({Role.ADMINISTRATOR}))) == set()


def seen_by(case: "LawCase", actor: Actor) -> set[UUID]:
    query = select(Incident.id).where(visible_incidents(actor))
    return set(case.look(lambda session: session.exec(query).all()))


def test_a_member_let_in_sees_what_was_hidden(case: "LawCase") -> None:
    hidden = case.act(
        Role.COMMANDER, open_incident, Report("Insider", "insider", Severity.HIGH, visibility=Visibility.SEALED)
    )
    with pytest.raises(NotFound):
        case.act(Role.PRIVACY_OFFICER, add_member, hidden.id, case.people[Role.LEGAL].id)
    case.act(Role.COMMANDER, add_member, hidden.id, case.people[Role.LEGAL].id)
    assert hidden.id in seen_by(case, case.people[Role.LEGAL])
