"""The demo's end: recovery validated, the review written, the incident closed, and the proof checked."""

from sqlalchemy import text
from sqlmodel import col, select

from incident.demo.narrator import Step, expect
from incident.demo.opening import finish_tasks, phase_of
from incident.demo.telling import file_the_rest
from incident.demo.theatre import Theatre
from incident.errors import Refused
from incident.models.entries import ADMINISTRATION, EntryHeader, incident_subject
from incident.models.law import Obligation
from incident.phases import Move, Phase
from incident.queries.audit import verify
from incident.queries.case import open_obligation
from incident.verbs.checkpoints import KEY_FILE, sign_heads
from incident.verbs.incidents import write_review
from incident.verbs.moves import move
from incident.verbs.telling import meet
from notifications.store import StoreUnavailable

REVIEW = """What happened: deployment 1207 opened the export bucket to everybody for three days.
What helped: the monitor fired within minutes of the first check; the log was complete.
What changes: policies of buckets are checked before a deployment and once an hour."""


def recover(theatre: Theatre, step: Step) -> None:
    """Recovery is validated before the incident goes to review."""
    here = theatre.incident_id
    finish_tasks(theatre, Phase.INVESTIGATION, "Done; the log names every file that was read.")
    theatre.act(theatre.mara, move, here, theatre.version(), Move.RECOVER)
    done = finish_tasks(theatre, Phase.RECOVERY, "Validated from outside: 403 for every export; the check runs hourly.")
    theatre.act(theatre.mara, move, here, theatre.version(), Move.REVIEW)
    expect(phase_of(theatre) is Phase.REVIEW, "the incident is in review")
    step.say(f"investigation → recovery → post-incident review; {done} recovery tasks validated first.")


def close(theatre: Theatre, step: Step) -> None:
    """Closing asks for the review and for every obligation met, not due, or waived with a reason."""
    here = theatre.incident_id
    try:
        theatre.act(theatre.mara, move, here, theatre.version(), Move.CLOSE)
    except Refused as refusal:
        step.say(f"Refused: {refusal}")
    else:
        expect(False, "closing is refused while something is open")
    file_the_rest(theatre, step)
    theatre.act(theatre.mara, write_review, here, REVIEW)
    finish_tasks(theatre, Phase.REVIEW, "Done; see the review.")
    for obligation in _open(theatre):
        expect(obligation.duty == "eu-gdpr-33-5-record", f"only the record is left to do, not {obligation.duty}")
        theatre.act(theatre.mara, meet, here, obligation.id, "register: this incident, its facts, effects and measures")
    theatre.act(theatre.mara, move, here, theatre.version(), Move.CLOSE)
    expect(phase_of(theatre) is Phase.CLOSED, "the incident is closed")
    step.say("Review written, the Art. 33(5) record kept, every obligation settled: closed.")
    step.see(theatre.page("/review"))


def prove(theatre: Theatre, step: Step) -> None:
    """The timeline refuses to be changed, and verifies against checkpoints kept outside the database."""
    settings, edge = theatre.settings, theatre.edge
    try:
        edge.store.write(lambda session: session.execute(text("UPDATE entry_header SET actor = 'somebody else'")))
    except Exception as refusal:  # noqa: BLE001 (whatever the database calls it, it must refuse)
        expect(not isinstance(refusal, StoreUnavailable), "the refusal comes from the trigger")
        step.say("UPDATE entry_header … : the database itself refuses.")
    else:
        expect(False, "the database refuses to change the timeline")
    sign_heads(edge.store, settings.kek_path.with_name(KEY_FILE), settings.checkpoints, edge.clock.now())
    report = theatre.look(lambda session: verify(session, edge.keys, settings.checkpoints))
    expect(report.holds, report.text())
    lines = theatre.look(lambda session: session.exec(select(EntryHeader)).all())
    mine = sum(row.subject == incident_subject(theatre.incident_id) for row in lines)
    expect(report.entries == len(lines) and not report.window, "every entry is under a checkpoint")
    rest = sum(row.subject == ADMINISTRATION for row in lines)
    step.say(
        f"{mine} lines of {theatre.codename}, {rest} of the administration, hash-chained; "
        f"{report.checkpoints} signed checkpoints outside the database."
    )
    step.say(report.text().splitlines()[-1])
    step.see(theatre.page("/timeline"))


def _open(theatre: Theatre) -> list[Obligation]:
    mine = (col(Obligation.incident_id) == theatre.incident_id, *open_obligation())
    query = select(Obligation).where(*mine)  # type: ignore[arg-type]
    return list(theatre.look(lambda session: session.exec(query).all()))
