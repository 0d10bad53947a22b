"""The demo's first hour: the alert, the commander, evidence before anything changes, containment."""

import json
from datetime import timedelta

from sqlmodel import Session, col, select

from incident.demo import cast
from incident.demo.narrator import Step, expect
from incident.demo.theatre import Theatre
from incident.errors import Refused
from incident.models.incidents import Evidence, Incident, Task
from incident.models.intake import Intake, IntakeState, SignalRow
from incident.models.law import Obligation
from incident.phases import Move, Phase
from incident.queries.case import OPEN_TASK
from incident.verbs.entries import note
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.incidents import take_command
from incident.verbs.moves import move
from incident.verbs.tasks import Settled, settle_task

POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "exports/*"}]}
HOOK = "alertmanager"


def receive_alert(theatre: Theatre, step: Step) -> None:
    """A monitor posts; a stranger and a repeat are told apart; one group opens one incident."""
    body = json.dumps(cast.alert(theatre.edge.clock.now())).encode()
    stranger = theatre.web.post(f"/hooks/{HOOK}", content=body, headers={"Authorization": "Bearer not-the-secret"})
    expect(stranger.status_code == 401, f"a forged delivery is refused with 401, not {stranger.status_code}")
    first, repeat = _post(theatre, body), _post(theatre, body)
    expect(repeat["repeat"] is True, "the same bytes again are a counted repeat")
    theatre.narrator.wait("the incident", lambda: theatre.look(_newest) is not None)
    incident = theatre.look(_newest)
    assert incident is not None
    theatre.incident_id, theatre.codename = incident.id, incident.codename
    opened = theatre.look(lambda session: len(session.exec(select(Incident.id)).all()))
    alerts = theatre.look(lambda session: len(session.exec(select(SignalRow.id)).all()))
    kept = theatre.look(lambda session: session.exec(select(Intake)).one())
    expect((opened, alerts, kept.repeats) == (1, 2, 1), "two alerts of one group make one incident, the repeat counted")
    expect(kept.state is IntakeState.APPLIED, "the delivery was read")
    duties = theatre.look(lambda session: session.exec(select(Obligation)).all())
    expect(any(row.provisional and row.due_at for row in duties), "a provisional clock runs before anybody decided")
    step.say(f"A stock Alertmanager notification, {kept.size:,} bytes: sealed and hashed on disk before the 202.")
    step.say(
        f"SHA-256 {kept.sha256[:32]}… · forged: 401 · sent again: counted, not doubled · intake {first['intake']}."
    )
    step.say(f"2 alerts of one group → 1 incident, {incident.codename}, {incident.severity.value}, in detection.")
    step.say("GDPR Art. 33 clocks run provisionally from the alert until a person decides awareness.")
    step.see(theatre.page())


def take_charge(theatre: Theatre, step: Step) -> None:
    """A guard says what is missing; then a commander is named and the first phase is left."""
    try:
        theatre.act(theatre.mara, move, theatre.incident_id, theatre.version(), Move.CONTAIN)
    except Refused as refusal:
        step.say(f"Refused: {refusal}")
    else:
        expect(False, "without a commander containment is refused")
    theatre.act(theatre.mara, take_command, theatre.incident_id, theatre.mara.id)
    finish_tasks(theatre, Phase.DETECTION, "Checked from outside: a file of the bucket loads without signing in.")
    theatre.act(theatre.mara, move, theatre.incident_id, theatre.version(), Move.CONTAIN)
    expect(phase_of(theatre) is Phase.CONTAINMENT, "the incident is in containment")
    step.say("Mara Lindqvist commands; detection → containment.")


def contain(theatre: Theatre, step: Step) -> None:
    """Evidence is kept before anything is changed; then the bucket is closed."""
    now, here = theatre.edge.clock.now(), theatre.incident_id
    log = "\n".join(f"{now:%d/%b/%Y:%H:%M:%S} 203.0.113.{n} GET /exports/contacts-{n}.csv 200" for n in range(40))
    for name, content in (("Bucket policy as it was", json.dumps(POLICY, indent=1)), ("Access log", log)):
        theatre.act(theatre.mara, keep_evidence, here, Finding(name, content.encode(), "text/plain"))
    theatre.act(theatre.mara, note, here, "ACL removed; an anonymous request is answered 403.", at=now)
    done = finish_tasks(theatre, Phase.CONTAINMENT, "Done; the log and the old policy were kept first.")
    theatre.act(theatre.mara, move, here, theatre.version(), Move.INVESTIGATE)
    kept = theatre.look(lambda session: session.exec(select(Evidence).where(col(Evidence.incident_id) == here)).all())
    expect(len(kept) == 2, "two pieces of evidence are kept")
    step.say(
        f"Kept byte for byte, sealed: {', '.join(row.sha256[:12] for row in kept)}; then {done} runbook tasks done."
    )
    step.see(theatre.page("/evidence"))
    step.see(theatre.page("/tasks"))


def note_resolve(theatre: Theatre, step: Step) -> None:
    """The monitor says resolved: noted, nothing closes, no clock stops."""
    before = _running(theatre)
    alert = cast.alert(theatre.edge.clock.now() - timedelta(seconds=1), resolved=True)
    alert["alerts"] = [
        dict(one, startsAt=started) for one, started in zip(alert["alerts"], _starts(theatre), strict=True)
    ]
    _post(theatre, json.dumps(alert).encode())
    theatre.narrator.wait("the resolve", lambda: theatre.look(_all_resolved))
    expect(phase_of(theatre) is Phase.INVESTIGATION, "a resolve moves no phase")
    expect(_running(theatre) == before, "a resolve stops no clock")
    step.say("Alertmanager says resolved: a line on the timeline. The incident stays open, every clock runs on.")
    step.see(theatre.page("/timeline"))


def finish_tasks(theatre: Theatre, phase: Phase, note_text: str) -> int:
    """Settle every open task of a phase; returns how many."""
    mine = (col(Task.incident_id) == theatre.incident_id, col(Task.phase) == phase, col(Task.state).in_(OPEN_TASK))
    tasks = theatre.look(lambda session: session.exec(select(Task.id).where(*mine).order_by(col(Task.position))).all())
    for task_id in tasks:
        theatre.act(theatre.mara, settle_task, theatre.incident_id, task_id, Settled.DONE, note_text)
    return len(tasks)


def phase_of(theatre: Theatre) -> Phase:
    """The phase the incident is in."""
    return theatre.look(lambda session: session.get_one(Incident, theatre.incident_id).phase)


def _post(theatre: Theatre, body: bytes) -> dict[str, object]:
    answer = theatre.web.post(f"/hooks/{HOOK}", content=body, headers={"Authorization": f"Bearer {theatre.hook}"})
    expect(answer.status_code == 202, f"an authentic delivery is answered 202, not {answer.status_code}: {answer.text}")
    found: dict[str, object] = answer.json()
    return found


def _newest(session: Session) -> Incident | None:
    return session.exec(select(Incident).order_by(col(Incident.opened_at).desc()).limit(1)).first()


def _all_resolved(session: Session) -> bool:
    return all(row.resolved_at is not None for row in session.exec(select(SignalRow)).all())


def _starts(theatre: Theatre) -> list[str]:
    rows = theatre.look(lambda session: session.exec(select(SignalRow).order_by(col(SignalRow.key))).all())
    return [row.started_at_text for row in rows]


def _running(theatre: Theatre) -> set[tuple[str, object]]:
    open_ones = col(Obligation.met_at).is_(None)
    rows = theatre.look(lambda session: session.exec(select(Obligation).where(open_ones)).all())
    return {(f"{row.duty} {row.addressee}", row.due_at) for row in rows}
