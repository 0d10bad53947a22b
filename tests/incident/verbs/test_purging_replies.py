"""What people wrote goes with the audience they belong to; its class and moments stay."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from incident.models.incidents import Incident
from incident.models.replies import Reply, ReplyAnswer
from incident.phases import Phase
from incident.queries.replies import open_content
from incident.retaining import look
from incident.retention_rules import RetentionRules
from incident.roles import Role
from incident.verbs.legal_holds import set_hold
from notifications.models import Audience, Outgoing
from tests.incident.answering import Mailbag
from tests.incident.verbs.test_answers import Bank

RULES = RetentionRules(bounce_days=1, audience_days=10)


@pytest.fixture
def bank(bag: Mailbag) -> Bank:
    return Bank(bag.desk)


def end(bank: Bank) -> None:
    """The incident is over, and so are its releases."""
    now = bank.case.clock.now()
    over = update(Incident).values(phase=Phase.CLOSED, closed_at=now)
    bank.case.store.write(lambda session: session.exec(over))


def retain(bank: Bank, days: float) -> int:
    bank.case.clock.move(timedelta(days=days))
    found = look(bank.case.store, bank.case.keys, bank.case.clock.now(), RULES)
    assert found.troubles == ()
    return found.replies


def test_words_and_names_go_with_the_audience(bank: Bank) -> None:
    version = bank.approve(bank.draft())
    reply = bank.get("Which of my data was it?")
    waiting = bank.get("I will sue you.")
    bank.send(reply, version)
    end(bank)
    assert retain(bank, 2) == 0
    assert retain(bank, 20) == 2
    gone = bank.again(reply)
    assert (gone.content_sealed, gone.person, gone.delivery_id) == (None, "", None)
    assert (gone.kind, gone.received_at, gone.incident_id) == (reply.kind, reply.received_at, reply.incident_id)
    assert bank.again(waiting).settled_by == "purge"
    assert bank.mail(reply.mail_id).raw_sealed is None
    assert bank.case.look(lambda session: session.exec(select(ReplyAnswer.content_sealed)).all()) == [None]
    left = select(Outgoing).where(col(Outgoing.occasion).startswith("reply:"))
    assert bank.case.look(lambda session: session.exec(left).all()) == []
    assert (bank.lines("replies.purged"), retain(bank, 1), bank.lines("replies.purged")) == (1, 0, 1)


def test_the_key_is_gone_before_the_rows_are(bank: Bank) -> None:
    reply = bank.get("Which of my data was it?")
    audience = bank.case.look(lambda session: session.exec(select(Audience)).first())
    assert audience is not None
    bank.case.store.write(lambda session: bank.case.keys.shred(session, reply.scope))
    assert bank.case.look(lambda session: open_content(session, bank.case.keys, reply)) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reply_of_no_audience_goes_after_the_incident_unless_it_is_held(bank: Bank) -> None:
    stray = bank.get("Thanks?", sender="x@stranger.example", answers="")
    moved = update(Reply).where(col(Reply.id) == stray.id).values(incident_id=bank.desk.incident_id)
    bank.case.store.write(lambda session: session.exec(moved))
    nobodys = bank.get("Away.", "Auto-Submitted: auto-replied", sender="x@stranger.example", answers="")
    bank.case.act(Role.LEGAL, set_hold, bank.desk.incident_id, "A lawsuit is announced.")
    end(bank)
    assert retain(bank, 20) == 1
    assert bank.again(nobodys).content_sealed is None
    assert bank.again(stray).content_sealed is not None
