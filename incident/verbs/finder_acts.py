"""What a person does with a conversation: reads it on record, writes to the finder, puts down what they said."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select, update

from incident.errors import Conflict, Fault, Invalid, NotFound, Refused
from incident.facts import sheet_document
from incident.finder_rules import ASKED, PROPOSALS, REFERENCE, Question, proposal_of
from incident.law.circumstances import Organisation
from incident.models.entries import incident_subject
from incident.models.finders import (
    FinderMail,
    FinderReading,
    FinderStatement,
    FinderThread,
    StatementState,
    Way,
)
from incident.models.incidents import Incident
from incident.queries.facts import draft_of, has_answers, latest_facts
from incident.queries.finders import (
    OpenedThread,
    contact_of,
    find_thread,
    note_place,
    open_statements,
    open_thread,
    words_of,
)
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.facts import save_facts
from incident.verbs.finder_letters import Letter, put_letter
from notifications.ids import new_id
from notifications.incoming import ReceivedMail
from notifications.received import raw_mail
from notifications.replies import PREFIX
from notifications.wording import worded

LONGEST_TEXT = 8000
LONGEST_NOTE = 1000
LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class FinderSending:
    """What a mail to a finder needs: the domain of its Message-ID, and the console's address, which it never names."""

    domain: str
    console: str


def view_thread(act: Act, thread_id: UUID) -> OpenedThread:
    """Open what stands in a conversation; who read it is kept with it. Raises NotFound for one that was purged."""
    row = find_thread(act.session, act.actor, thread_id)
    if row.purged_at is not None:
        raise NotFound(worded("What stood in this conversation was purged on schedule."))
    _note_reading(act, row)
    unread = (col(FinderMail.thread_id) == row.id, col(FinderMail.read_at).is_(None))
    act.session.execute(update(FinderMail).where(*unread).values(read_at=act.now))
    return open_thread(act.session, act.keys, row)


def view_finder_mail(act: Act, mail_id: UUID) -> bytes:
    """One mail of theirs as it was received; that is written down. Raises NotFound once it is erased."""
    mail = act.session.get(FinderMail, mail_id)
    if mail is None:
        raise NotFound(worded("There is no such mail."))
    row = find_thread(act.session, act.actor, mail.thread_id)
    received = act.session.get(ReceivedMail, mail.mail_id) if mail.mail_id else None
    raw = raw_mail(act.session, act.keys, received) if received and row.purged_at is None else None
    if raw is None:
        raise NotFound(worded("The mail was erased on schedule; its hash is kept."))
    _note_reading(act, row)
    text = f"A mail of the finder was viewed as it was received (reference {row.reference}, mail {mail.number})."
    body = {"text": text, "thread": str(row.id), "sha256": mail.sha256}
    record(act, incident_subject(row.incident_id), "finder.viewed", body)
    return raw


def write_to_finder(act: Act, thread_id: UUID, text: str, sending: FinderSending) -> FinderMail:
    """Write to the finder; it goes by the ledger, in the thread of their mails. Who reported by form reads it there.

    Raises Invalid for what nobody outside is to read, Refused for a program, and for one whose address is not known.
    """
    row = locked_thread(act, thread_id)
    contact = contact_of(act.session, act.keys, row)
    if row.automatic:
        raise Refused(
            worded("A program sent this report: it is not answered, so that two of them never answer each other.")
        )
    reads = row.token_digest is not None or row.reporter_id is not None
    if not reads and (contact is None or not contact.address):
        raise Refused(worded("It is not known who wrote this report, or it was purged."))
    written = text.replace("\r\n", "\n").strip()
    faults = _faults(act.session.get_one(Incident, row.incident_id), written, sending)
    if faults:
        raise Invalid(*faults)
    mail = put_letter(act, row, Letter(_subject(act, row), f"{written}\n"), sending.domain, act.actor.id)
    how = "A mail to the finder goes out" if mail.occasion else "Something was written to the finder, to be read there"
    said = f"{how} (reference {row.reference}, {'mail' if mail.occasion else 'message'} {mail.number})."
    body = {"text": said, "thread": str(row.id), "occasion": mail.occasion}
    record(act, incident_subject(row.incident_id), "finder.answered", body)
    return mail


def record_statement(act: Act, thread_id: UUID, question: Question, answer: str, note: str = "") -> FinderStatement:
    """Put down what the finder said of a question, as one of its answers. It proposes a fact and changes none.

    What was recorded before and nobody has decided is superseded. Raises Invalid for an answer of another question.
    """
    row, proposal = locked_thread(act, thread_id), proposal_of(question, answer)
    if proposal is None:
        known = ", ".join(PROPOSALS[question])
        raise Invalid(Fault("answer", worded("is no answer to this question"), worded("one of: {known}", known=known)))
    if len(note) > LONGEST_NOTE:
        long = worded("is longer than {number} characters", number=LONGEST_NOTE)
        raise Invalid(Fault("note", long, worded("the mail itself is kept")))
    if row.purged_at is not None:
        raise Conflict(worded("This conversation was purged on schedule."))
    for earlier in open_statements(act.session, row.id, question):
        earlier.state, earlier.decided_at, earlier.decided_by = StatementState.SUPERSEDED, act.now, act.actor.label
        act.session.add(earlier)
    statement = FinderStatement(
        id=new_id(),
        thread_id=row.id,
        question=question.value,
        answer=answer,
        fact=proposal.fact,
        value=proposal.value,
        state=StatementState.PROPOSED,
        recorded_at=act.now,
        recorded_by=act.actor.label,
    )
    if note.strip():
        statement.note_sealed = act.seal(note.strip(), note_place(statement))
    act.session.add(statement)
    act.session.flush()
    text = (
        f"The finder said (reference {row.reference}): {ASKED[question]} {proposal.words}. This proposes "
        f"{proposal.fact} = {proposal.value}; the facts are as they were."
    )
    record(act, incident_subject(row.incident_id), "finder.said", {"text": text, "statement": str(statement.id)})
    return statement


def take_statement(
    act: Act, statement_id: UUID, organisation: Organisation, dataset: str = "", based_on: int | None = None
) -> FinderStatement:
    """Put what a finder's answer proposes into the facts: a new version, by the person who takes it.

    `dataset` "": the only one there is. `based_on` is the version that was seen. Raises Conflict for a proposal that is
    decided, for other facts than those seen, and while answers of the fact sheet wait to be saved; Invalid.
    """
    statement, row = _proposed(act, statement_id)
    act.require(Action.FACTS, row.incident_id)
    saved = latest_facts(act.session, act.keys, row.incident_id)
    if has_answers(draft_of(act.session, act.keys, act.actor, row.incident_id), saved.sheet):
        raise Conflict(worded("Answers of the fact sheet wait to be saved: save them, or let them go, then take this."))
    document = sheet_document(saved.sheet)
    sets = [one for one in _datasets(document) if dataset in ("", one["id"])]
    if len(sets) != 1:
        known = ", ".join(str(one["id"]) for one in _datasets(document))
        raise Invalid(Fault("dataset", worded("does not name one data set"), worded("one of: {known}", known=known)))
    section, _, name = statement.fact.partition(".")
    inner = sets[0].setdefault(section, {})
    assert isinstance(inner, dict)
    inner[name] = statement.value
    version = save_facts(act, row.incident_id, organisation, document, based_on=based_on)
    text = f"Taken from the finder's answer (reference {row.reference}): {statement.fact} = {statement.value}."
    _decide(act, statement, row, StatementState.TAKEN, text)
    statement.fact_version = version.number
    act.session.add(statement)
    act.session.flush()
    return statement


def decline_statement(act: Act, statement_id: UUID, reason: str) -> FinderStatement:
    """Leave the facts as they are, with a reason on the timeline. Raises Invalid without one."""
    statement, row = _proposed(act, statement_id)
    act.require(Action.FACTS, row.incident_id)
    if not reason.strip():
        raise Invalid(Fault("reason", worded("is empty"), worded("say why the facts stay as they are")))
    text = f"Not taken from the finder's answer: {statement.fact} = {statement.value}. {reason.strip()[:500]}"
    _decide(act, statement, row, StatementState.DECLINED, text)
    return statement


def locked_thread(act: Act, thread_id: UUID, action: Action = Action.ANSWER) -> FinderThread:
    """One conversation, held until the transaction ends, if the actor may do this to it. A step of other verbs."""
    row = find_thread(act.session, act.actor, thread_id, action)
    query = select(FinderThread).where(col(FinderThread.id) == row.id).with_for_update()
    return act.session.exec(query.execution_options(populate_existing=True)).one()


def _proposed(act: Act, statement_id: UUID) -> tuple[FinderStatement, FinderThread]:
    statement = act.session.get(FinderStatement, statement_id)
    if statement is None:
        raise NotFound(worded("There is no such conversation."))
    row = locked_thread(act, statement.thread_id)
    act.session.refresh(statement)
    if statement.state is not StatementState.PROPOSED:
        raise Conflict(worded("This answer is {state}: it proposes nothing any more.", state=statement.state))
    return statement, row


def _decide(act: Act, statement: FinderStatement, row: FinderThread, state: StatementState, text: str) -> None:
    statement.state, statement.decided_at, statement.decided_by = state, act.now, act.actor.label
    act.session.add(statement)
    act.session.flush()
    body = {"text": text, "statement": str(statement.id)}
    record(act, incident_subject(row.incident_id), f"finder.{state.value}", body)


def _datasets(document: dict[str, object]) -> list[dict[str, object]]:
    found = document["datasets"]
    assert isinstance(found, list)
    return found


def _subject(act: Act, row: FinderThread) -> str:
    """As their last mail has it, and the reference once."""
    theirs = (col(FinderMail.thread_id) == row.id, col(FinderMail.way) == Way.IN)
    last = select(FinderMail).where(*theirs).order_by(col(FinderMail.number).desc()).limit(1)
    mail = act.session.exec(last).first()
    words = words_of(act.session, act.keys, mail, row) if mail else None
    said = " ".join(REFERENCE.sub("", PREFIX.sub("", words.subject if words else "")).split())[:LONGEST_SUBJECT]
    return f"Re: {said or 'Your report'} [{row.reference}]"


def _faults(incident: Incident, text: str, sending: FinderSending) -> list[Fault]:
    inside = [incident.codename, str(incident.id), *([sending.console] if sending.console else [])]
    found = []
    if not text:
        found.append(Fault("text", worded("is empty"), worded("write to the finder")))
    if len(text) > LONGEST_TEXT:
        found.append(
            Fault(
                "text",
                worded("is longer than {longest_text} characters", longest_text=LONGEST_TEXT),
                worded("a mail, not a report"),
            )
        )
    if any(name.lower() in text.lower() for name in inside):
        mend = "write to them of their report, by its reference"
        found.append(Fault("text", worded("names the incident as it is called inside, or the console"), mend))
    if "{{" in text:
        found.append(Fault("text", worded("holds a placeholder"), worded("write what is to stand there")))
    return found


def _note_reading(act: Act, row: FinderThread) -> None:
    act.session.add(FinderReading(id=new_id(), thread_id=row.id, by=act.actor.label, at=act.now))
    act.session.flush()
