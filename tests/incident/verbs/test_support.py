"""Support learns yes, no or not yet known and nothing else; a sealed incident answers as nobody's; all is logged."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select, update

from incident.answer_texts import AnswerText
from incident.errors import Forbidden, Invalid, Refused
from incident.models.incidents import Incident, Severity
from incident.models.people import Customer, UserAccount
from incident.models.replies import SupportLookup
from incident.queries.lookups import read_lookups
from incident.queries.support import Affected, Asked
from incident.roles import Actor, Role, Visibility
from incident.verbs.answers import Draft, approve_answer, draft_answer
from incident.verbs.incidents import Report, open_incident
from incident.verbs.persons import NewPerson, upsert_person
from incident.verbs.support import Question, SupportAnswer, ask_support, state_complete, withdraw_complete
from incident.verbs.telling import Told, tell_customer
from notifications.ids import new_id
from tests.incident.answering import Mailbag
from tests.incident.notices import FACTS, PROFILE, Desk

embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
R = Role


class Hotline(Mailbag):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        account = UserAccount(
            id=new_id(),
            email="sue@example.org",
            name="Sue",
            roles=[R.SUPPORT],
            password="-",
            created_at=self.case.clock.now(),
        )
        self.case.people[R.SUPPORT] = Actor(account.id, "Sue", frozenset({R.SUPPORT}))
        self.case.store.write(lambda session: session.add(account))
        for key, english in (("yes", "Yes, you are."), ("no", "No, you are not."), ("unknown", "We do not know yet.")):
            self.sentence(f"support-{key}", english)
        for name in ("u0", "clean"):
            self.case.act(R.PRIVACY_OFFICER, upsert_person, NewPerson(name, address=f"{name}@example.net"))

    def sentence(self, key: str, english: str) -> None:
        text = AnswerText("Am I affected?", {"en": english, "de": f"Auf Deutsch: {english}"})
        version = self.case.act(R.LEGAL, draft_answer, Draft(None, key, text))
        self.case.act(R.APPROVER, approve_answer, version.id, version.digest, (), "")

    def ask(self, value: str, asked: Asked = Asked.PERSON, locale: str = "en", role: Role = R.SUPPORT) -> SupportAnswer:
        return self.case.act(role, ask_support, Question(asked, value, locale), PROFILE)

    def hide(self, visibility: Visibility) -> None:
        mine = update(Incident).where(col(Incident.id) == self.desk.incident_id).values(visibility=visibility)
        self.case.store.write(lambda session: session.exec(mine))

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every statement that is sent while the block runs, without its values."""
        sent: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            sent.append(statement)

        with self.case.store.read() as session:
            engine = session.get_bind().engine
        writer = self.case.store.write(lambda session: session.get_bind().engine)
        for one in {engine, writer}:
            event.listen(one, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            for one in {engine, writer}:
                event.remove(one, "before_cursor_execute", note)


@pytest.fixture
def line(bag: Mailbag) -> Hotline:
    return Hotline(bag.desk)


def test_who_was_told_is_affected_and_hears_the_approved_words(line: Hotline) -> None:
    assert line.ask("u0") == SupportAnswer(Affected.YES, "Yes, you are.", "en")
    assert line.ask("U1@Example.net", Asked.ADDRESS, "de") == SupportAnswer(
        Affected.YES, "Auf Deutsch: Yes, you are.", "de"
    )
    assert line.ask("u0", locale="fr").locale == "en"
    told = Told("telephone:1", "telephone")
    assert line.ask("acme", Asked.CUSTOMER).affected is Affected.UNKNOWN
    acme = line.case.look(_acme)
    line.case.act(R.RESPONDER, tell_customer, line.desk.incident_id, acme, told)
    assert line.ask("acme", Asked.CUSTOMER).affected is Affected.YES


def _acme(session: Session) -> UUID:
    return session.exec(select(Customer.id).where(col(Customer.host_id) == "acme")).one()


def test_a_sealed_incident_answers_as_nobodys(line: Hotline) -> None:
    line.hide(Visibility.SEALED)
    line.ask("anybody")  # the first question ever makes the key of its fingerprints
    answers, statements = [], []
    for value, asked in (
        ("u0", Asked.PERSON),
        ("nobody-knows", Asked.PERSON),
        ("u0@example.net", Asked.ADDRESS),
        ("not-there@example.net", Asked.ADDRESS),
        ("no address at all", Asked.ADDRESS),
        ("acme", Asked.CUSTOMER),
        ("no-such", Asked.CUSTOMER),
    ):
        with line.statements() as sent:
            answers.append(line.ask(value, asked))
        statements.append([" ".join(one.split()[:3]) for one in sent])
    assert set(answers) == {SupportAnswer(Affected.UNKNOWN, "We do not know yet.", "en")}
    for one in statements:
        assert one == statements[0]


def test_no_is_said_only_where_somebody_decided_it_on_these_facts(line: Hotline) -> None:
    assert line.ask("clean").affected is Affected.UNKNOWN
    with pytest.raises(Forbidden):
        line.case.act(R.PRIVACY_OFFICER, state_complete, line.desk.incident_id, "All lists were compared.")
    with pytest.raises(Invalid):
        line.case.act(R.DECIDER, state_complete, line.desk.incident_id, " ")
    line.case.act(R.DECIDER, state_complete, line.desk.incident_id, "All lists were compared.")
    assert line.ask("clean") == SupportAnswer(Affected.NO, "No, you are not.", "en")
    assert line.ask("who-is-that").affected is Affected.UNKNOWN  # a slip of the pen is no proof
    assert line.ask("u0").affected is Affected.YES
    line.hide(Visibility.SEALED)
    assert line.ask("u0").affected is Affected.UNKNOWN
    assert line.ask("clean").affected is Affected.UNKNOWN  # else it would tell who u0 is
    line.hide(Visibility.OPEN)
    changed = {**FACTS, "breach": {**FACTS["breach"], "cause": "hacking"}}
    line.desk.save(changed)
    assert line.ask("clean").affected is Affected.UNKNOWN


@embedded
def test_the_decision_is_taken_back_and_needs_a_finished_release(line: Hotline) -> None:
    act, incident = line.case.act, line.desk.incident_id
    act(R.DECIDER, state_complete, incident, "Compared.")
    act(R.DECIDER, withdraw_complete, incident, "One more list.")
    assert line.ask("clean").affected is Affected.UNKNOWN
    unknown = {**FACTS, "datasets": [{**FACTS["datasets"][0], "people": {}}]}
    line.desk.save(unknown)
    with pytest.raises(Refused, match="How many people"):
        act(R.DECIDER, state_complete, incident, "Compared.")


@embedded
def test_an_incident_just_opened_ends_every_no(line: Hotline) -> None:
    line.case.act(R.DECIDER, state_complete, line.desk.incident_id, "Compared.")
    line.case.act(R.RESPONDER, open_incident, Report("Another", "public_bucket", Severity.LOW))
    assert line.ask("clean").affected is Affected.UNKNOWN


def test_every_question_is_kept_by_fingerprint_and_auditors_read_it(line: Hotline) -> None:
    line.ask("u0@example.net", Asked.ADDRESS)
    line.ask("U0@example.net", Asked.ADDRESS)
    auditor = line.case.people[R.AUDITOR]
    found = line.case.look(lambda session: read_lookups(session, auditor))
    assert [(row.answer, row.asked, found.names[row.by]) for row in found.rows] == [("yes", "address", "Sue")] * 2
    assert found.rows[0].subject_blind == found.rows[1].subject_blind
    assert "u0" not in repr(found.rows)
    with pytest.raises(Forbidden):
        line.case.look(lambda session: read_lookups(session, line.case.people[R.SUPPORT]))


@embedded
def test_nobody_asks_without_end_or_without_the_role(line: Hotline) -> None:
    question = Question(Asked.PERSON, "u0")
    for _ in range(3):
        line.case.act(R.SUPPORT, ask_support, question, PROFILE, 3)
    with pytest.raises(Refused, match="wait"):
        line.case.act(R.SUPPORT, ask_support, question, PROFILE, 3)
    line.wait(1.1)
    line.case.act(R.SUPPORT, ask_support, question, PROFILE, 3)
    with pytest.raises(Forbidden):
        line.ask("u0", role=R.RESPONDER)
    for wrong in (Question(Asked.PERSON, " "), Question(Asked.PERSON, "a\x00"), Question(Asked.PERSON, "u0", "xx")):
        with pytest.raises(Invalid):
            line.case.act(R.SUPPORT, ask_support, wrong, PROFILE)
    assert len(line.case.look(lambda session: session.exec(select(SupportLookup)).all())) == 4


@embedded
def test_without_approved_words_there_are_none(bag: Mailbag) -> None:
    case = bag.case
    case.people[R.SUPPORT] = Actor(new_id(), "Sue", frozenset({R.SUPPORT}))
    found = case.act(R.SUPPORT, ask_support, Question(Asked.PERSON, "u0"), PROFILE)
    assert (found.affected, found.sentence) == (Affected.YES, "")
    assert bag.release.id
