"""A conversation with a finder: read on record, answered in its thread, and what they said proposed, taken or left."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from incident.finder_rules import Question
from incident.models.finders import FinderReading, FinderStatement, FinderThread, StatementState, ThreadState, Way
from incident.models.incidents import Evidence, Incident
from incident.models.law import FactVersion
from incident.phases import Phase
from incident.queries.facts import latest_facts
from incident.queries.incident import open_evidence
from incident.retaining import look
from incident.retention_rules import RetentionRules
from incident.roles import Role, Visibility, system
from incident.verbs.facts import save_draft, save_facts
from incident.verbs.finder_acts import (
    FinderSending,
    decline_statement,
    record_statement,
    take_statement,
    view_finder_mail,
    view_thread,
    write_to_finder,
)
from incident.verbs.legal_holds import set_hold
from notifications.models import Delivery, Outgoing
from tests.incident.cases import LawCase
from tests.incident.reporting import ANN, FINDER, Desk, written

SENDING = FinderSending("brightdesk.example", "https://console.example")
HOW = "I found your bucket. I looked at one file and copied nothing. Regards, Ann"
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(case: LawCase) -> Desk:
    desk = Desk(case)
    desk.come_in(FINDER.sign(desk.dated(written(HOW))))
    return desk


def thread(desk: Desk) -> FinderThread:
    return desk.threads()[-1]


def said(desk: Desk, question: Question, answer: str, note: str = "") -> FinderStatement:
    return desk.case.act(Role.RESPONDER, record_statement, thread(desk).id, question, answer, note)


def take(desk: Desk, statement: FinderStatement, role: Role = Role.PRIVACY_OFFICER, **named: Any) -> FinderStatement:
    return desk.case.act(role, take_statement, statement.id, desk.case.organisation, **named)


def facts(desk: Desk) -> list[dict[str, object]]:
    here = thread(desk).incident_id
    saved = desk.case.look(lambda session: latest_facts(session, desk.case.keys, here))
    return [dict(one.facts) for one in saved.sheet.datasets]


def test_who_reads_it_is_kept(desk: Desk) -> None:
    found = desk.case.act(Role.LEGAL, view_thread, thread(desk).id)
    assert [mail.row.way for mail in found.mails] == [Way.IN, Way.OUT]
    assert found.contact is not None
    assert found.contact.address == ANN
    readings = desk.case.look(lambda session: session.exec(select(FinderReading)).all())
    assert [one.by for one in readings] == [desk.case.people[Role.LEGAL].label]
    assert all(mail.read_at for mail in desk.mails())
    with pytest.raises(Forbidden):
        desk.case.act(Role.AUDITOR, view_thread, thread(desk).id)
    raw = desk.case.act(Role.RESPONDER, view_finder_mail, desk.mails()[0].id)
    assert raw.startswith(b"DKIM-Signature:")
    assert "finder.viewed" in desk.actions(thread(desk).incident_id)


def test_what_is_hidden_is_not_there(desk: Desk) -> None:
    def hide(session: Session) -> None:
        session.get_one(Incident, thread(desk).incident_id).visibility = Visibility.SEALED

    desk.case.store.write(hide)
    for verb, rest in ((view_thread, ()), (write_to_finder, ("Hello", SENDING))):
        with pytest.raises(NotFound, match="no such conversation"):
            desk.case.act(Role.RESPONDER, verb, thread(desk).id, *rest)


def test_a_responder_writes_to_the_finder_in_the_thread_of_their_mails(desk: Desk) -> None:
    desk.come_in(written("And the other bucket?", subject=f"AW: Re: A leak [{thread(desk).reference}]"))
    mail = desk.case.act(Role.RESPONDER, write_to_finder, thread(desk).id, "Thank you.\r\nPlease delete it.", SENDING)
    letter = desk.letters()[-1]
    assert (mail.number, letter.occasion) == (4, mail.occasion)
    assert mail.written_by == desk.case.people[Role.RESPONDER].id
    words = desk.opened().mails[-1].words
    assert words is not None
    assert (words.subject, words.text) == (f"Re: A leak [{thread(desk).reference}]", "Thank you.\nPlease delete it.\n")
    answered = desk.opened().mails[2].words
    assert answered is not None
    desk.come_in(written("Done.", subject="x", In_Reply_To=letter.message_id))
    assert thread(desk).mails == 5
    assert len(desk.threads()) == 1


def test_no_mail_to_a_finder_names_anything_inside(desk: Desk) -> None:
    incident = desk.incidents()[0]
    for text in (
        "",
        "  ",
        f"See {incident.codename.title()}.",
        f"{incident.id}",
        "https://console.example/x",
        "{{ a }}",
    ):
        with pytest.raises(Invalid):
            desk.case.act(Role.RESPONDER, write_to_finder, thread(desk).id, text, SENDING)
    with pytest.raises(Invalid):
        desk.case.act(Role.RESPONDER, write_to_finder, thread(desk).id, "x" * 9000, SENDING)
    with pytest.raises(Forbidden):
        desk.case.act(Role.AUDITOR, write_to_finder, thread(desk).id, "Hello", SENDING)


@embedded
def test_a_program_is_answered_by_nobody(desk: Desk) -> None:
    desk.come_in(written("Scan 1", sender="scan@cert.example", Auto_Submitted="auto-generated"))
    with pytest.raises(Refused):
        desk.case.act(Role.RESPONDER, write_to_finder, thread(desk).id, "Hello", SENDING)


def test_an_answer_proposes_a_fact_and_changes_none_until_a_person_takes_it(desk: Desk) -> None:
    row = said(desk, Question.RECIPIENTS, "finder", "She alone, she writes.")
    assert (row.fact, row.value, row.state) == ("exposure.recipients", "single_known", StatementState.PROPOSED)
    assert facts(desk) == [{}]
    assert "the facts are as they were" in desk.lines(thread(desk).incident_id)[-1][1]
    taken = take(desk, row)
    assert (taken.state, taken.fact_version) == (StatementState.TAKEN, 1)
    assert facts(desk) == [{"exposure.recipients": "single_known"}]
    with pytest.raises(Conflict):
        take(desk, row)
    said(desk, Question.DELETION, "confirmed")
    take(desk, desk.statements()[-1])
    assert facts(desk) == [{"exposure.recipients": "single_known", "exposure.assurance": "confirmed"}]


def test_a_later_answer_supersedes_what_nobody_decided(desk: Desk) -> None:
    said(desk, Question.COPIED, "nothing")
    said(desk, Question.COPIED, "part")
    assert [one.state for one in desk.statements()] == [StatementState.SUPERSEDED, StatementState.PROPOSED]
    desk.case.act(Role.LEGAL, decline_statement, desk.statements()[-1].id, "Logs say more.")
    assert desk.statements()[-1].state is StatementState.DECLINED
    assert facts(desk) == [{}]
    with pytest.raises(Invalid):
        said(desk, Question.COPIED, "finder")


def test_with_several_data_sets_one_is_named_and_only_the_facts_seen_are_changed(desk: Desk) -> None:
    here = thread(desk).incident_id
    sheet = {"datasets": [{"id": "a", "data": {"categories": ["name"]}}, {"id": "b"}]}
    desk.case.act(Role.RESPONDER, save_facts, here, desk.case.organisation, sheet)
    row = said(desk, Question.DELETION, "asked")
    for wrong in ("", "c"):
        with pytest.raises(Invalid):
            take(desk, row, dataset=wrong)
    with pytest.raises(Conflict):
        take(desk, row, dataset="b", based_on=0)
    with pytest.raises(Forbidden):
        take(desk, row, Role.DECIDER, dataset="b")
    desk.case.act(Role.RESPONDER, save_draft, here, {"people": "some"})
    with pytest.raises(Conflict, match="wait to be saved"):
        take(desk, row, dataset="b", based_on=1)
    desk.case.act(Role.RESPONDER, save_facts, here, desk.case.organisation, {**sheet, "breach": {"cause": "phishing"}})
    take(desk, row, dataset="b", based_on=2)
    assert facts(desk) == [{"data.categories": ("name",)}, {"exposure.assurance": "requested"}]
    mine = select(FactVersion).where(col(FactVersion.incident_id) == here)
    assert len(desk.case.look(lambda session: session.exec(mine).all())) == 3


def close(desk: Desk, incident_id: object) -> None:
    def closed(session: Session) -> None:
        row = session.get_one(Incident, incident_id)
        row.phase, row.closed_at = Phase.CLOSED, desk.case.clock.now()

    desk.case.store.write(closed)


def test_words_and_names_go_on_schedule_and_evidence_with_the_proofs(desk: Desk) -> None:
    said(desk, Question.COPIED, "nothing", "She says so.")
    here, rules = thread(desk).incident_id, RetentionRules(audience_days=90, file_days=1000)
    kept = desk.evidence(here)[0]
    close(desk, here)
    desk.case.clock.move(timedelta(days=89))
    assert look(desk.case.store, desk.case.keys, desk.case.clock.now(), rules).finders == 0
    desk.case.clock.move(timedelta(days=2))
    assert look(desk.case.store, desk.case.keys, desk.case.clock.now(), rules).finders == 1
    row = thread(desk)
    assert (row.contact_sealed, row.address_blind, row.mails) == (None, "", 2)
    assert [mail.content_sealed for mail in desk.mails()] == [None, None]
    assert desk.mails()[0].dkim == "pass"
    assert desk.received(desk.mails()[0].mail_id).raw_sealed is None  # type: ignore[arg-type]
    assert desk.statements()[0].note_sealed is None
    gone = col(Outgoing.occasion).startswith("finder:")
    assert desk.case.look(lambda session: session.exec(select(Outgoing).where(gone)).all()) == []
    with pytest.raises(NotFound, match="purged on schedule"):
        desk.case.act(Role.RESPONDER, view_thread, row.id)
    with pytest.raises(Refused):
        desk.case.act(Role.RESPONDER, write_to_finder, row.id, "Hello", SENDING)
    assert desk.evidence(here)[0].content_sealed is not None
    desk.case.clock.move(timedelta(days=1000))
    assert look(desk.case.store, desk.case.keys, desk.case.clock.now(), rules).troubles == ()
    erased = desk.case.look(lambda session: session.get_one(Evidence, kept.id))
    assert (erased.content_sealed, erased.sha256) == (None, kept.sha256)
    with pytest.raises(NotFound, match="its hash is kept"):
        desk.case.look(lambda session: open_evidence(session, desk.case.keys, system("t"), here, kept.id))
    desk.come_in(written("Hello again", subject=f"Re: [{row.reference}]"))
    assert len(desk.threads()) == 2  # a purged conversation takes nothing more


@embedded
def test_a_legal_hold_keeps_a_conversation(desk: Desk) -> None:
    here = thread(desk).incident_id
    desk.case.act(Role.LEGAL, set_hold, here, "A court asked for it.")
    close(desk, here)
    desk.case.clock.move(timedelta(days=5000))
    assert look(desk.case.store, desk.case.keys, desk.case.clock.now(), RetentionRules()).finders == 0


@embedded
def test_the_ledger_has_one_row_for_each_mail_of_ours(desk: Desk) -> None:
    desk.case.act(Role.RESPONDER, write_to_finder, thread(desk).id, "Thank you.", SENDING)
    rows = desk.case.look(lambda session: session.exec(select(Delivery)).all())
    mine = [row for row in rows if row.occasion.startswith("finder:")]
    assert len({row.message_id for row in mine}) == 2
    assert thread(desk).state is ThreadState.OPEN
