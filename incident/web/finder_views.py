"""From conversations with finders to what their pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from incident.facts import DataSet
from incident.finder_rules import ASKED, PROPOSALS, Question
from incident.models.finders import FinderStatement, FinderThread, ThreadState, Way
from incident.models.incidents import Incident
from incident.queries.facts import SavedFacts, read_facts
from incident.queries.finders import ListedThread, OpenedMail, OpenedThread, list_threads, note_of
from incident.queries.timeline import names_of
from incident.report_rules import ASKED_AFTER, Detail
from incident.web.fact_questions import question, word_label
from incident.web.fact_questions import said as told
from incident.web.frame import Desk
from incident.web.views.finders import FileLine, MailLine, StatementLine, ThreadLine, ThreadView
from incident.web.words import DELIVERIES
from notifications.wording import worded

QUESTIONS = tuple(
    (asked.value, ASKED[asked], tuple((value, found.words) for value, found in PROPOSALS[asked].items()))
    for asked in Question
)


def thread_lines(desk: Desk, session: Session, found: Sequence[ListedThread]) -> tuple[ThreadLine, ...]:
    """Conversations of a list, closed."""
    if not found:
        return ()
    saved = read_facts(session, desk.edge.keys, desk.actor, found[0].row.incident_id)
    return tuple(_line(desk, session, one, saved) for one in found)


def thread_view(
    desk: Desk, session: Session, row: FinderThread, found: OpenedThread | None, raw: tuple[UUID, str] | None
) -> ThreadView:
    """One conversation, closed without `found`; `raw` is a mail of it as received."""
    incident = session.get_one(Incident, row.incident_id)
    saved = read_facts(session, desk.edge.keys, desk.actor, row.incident_id)
    listed = next(one for one in list_threads(session, desk.actor, row.incident_id) if one.row.id == row.id)
    view = ThreadView(
        _line(desk, session, listed, saved, opened=found is not None), incident.codename, saved.number, QUESTIONS
    )
    if found is None:
        return view
    writers = names_of(session, [f"user:{mail.row.written_by}" for mail in found.mails if mail.row.written_by])
    mails = tuple(_mail(mail, writers, raw[1] if raw and raw[0] == mail.row.id else "") for mail in found.mails)
    contact = found.contact
    named = (contact.address, contact.name, contact.reach) if contact else ("", "", "")
    reads = row.token_digest is not None or row.reporter_id is not None
    return replace(view, address=named[0], name=named[1], reach=named[2], reads=reads, mails=mails)


def _line(desk: Desk, session: Session, found: ListedThread, saved: SavedFacts, *, opened: bool = False) -> ThreadLine:
    row = found.row
    names = names_of(session, [one.recorded_by for one in found.statements])
    statements = tuple(
        _statement(one, saved, names[one.recorded_by], note_of(session, desk.edge.keys, one) if opened else "")
        for one in reversed(found.statements)
    )
    return ThreadLine(
        id=str(row.id),
        href=f"/finder-threads/{row.id}",
        reference=row.reference,
        gathered=row.state is ThreadState.GATHERED,
        automatic=row.automatic,
        detected_at=row.detected_at,
        detected_how=row.detected_how,
        greeted_at=row.greeted_at,
        mails=row.mails,
        unread=found.unread,
        last_at=row.last_at,
        purged=row.purged_at is not None,
        door=row.door.value,
        followed_up_at=row.followed_up_at,
        statements=statements,
    )


def _statement(row: FinderStatement, saved: SavedFacts, by: str, note: str) -> StatementLine:
    asked = Question(row.question)
    sets = tuple((one.id, one.name, _value(one, row.fact)) for one in saved.sheet.datasets)
    words = PROPOSALS[asked][row.answer].words
    return StatementLine(
        id=str(row.id),
        asked=ASKED[asked],
        said=words,
        fact=question(row.fact),
        value=word_label(row.value, row.fact),
        state=row.state.value,
        by=by,
        at=row.recorded_at,
        now=sets,
        note=note,
    )


def _value(dataset: DataSet, fact: str) -> str:
    found = dataset.facts.get(fact)
    return told(fact, found) if found is not None else worded("not known")


def _mail(mail: OpenedMail, writers: dict[str, str], raw: str) -> MailLine:
    row, words = mail.row, mail.words
    theirs = row.way is Way.IN
    ours = (
        writers.get(f"user:{row.written_by}", worded("the operator")) if row.written_by else worded("automatic answer")
    )
    return MailLine(
        id=str(row.id),
        number=row.number,
        theirs=theirs,
        who=_writer(mail) if theirs else ours,
        at=row.at,
        subject=words.subject if words else "",
        text=words.text if words else "",
        cut=bool(words and (words.cut or words.quoted)),
        automatic=row.automatic,
        same_address=row.same_address,
        dkim=row.dkim.value,
        dkim_domain=row.dkim_domain,
        dkim_detail=row.dkim_detail,
        aligned=row.aligned,
        sha256=row.sha256,
        size=row.size,
        repeats=row.repeats,
        delivery=DELIVERIES[mail.delivery][0] if mail.delivery else "",
        files=tuple(_file(dict(one)) for one in (words.attachments if words else ())),
        trouble=words.trouble if words else "",
        raw=raw,
        by_form=theirs and row.mail_id is None,
        details=_details(words.details) if words else (),
    )


def _writer(mail: OpenedMail) -> str:
    if mail.words is None:
        return worded("purged")
    return worded("by the form") if mail.row.mail_id is None else mail.words.sender


def _details(said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((ASKED_AFTER[one], said[one]) for one in Detail if said.get(one))


def _file(said: dict[str, object]) -> FileLine:
    size = said["size"]
    assert isinstance(size, int)
    return FileLine(str(said["name"]), str(said["type"]), size, str(said["sha256"]), said["kept"] is True)
