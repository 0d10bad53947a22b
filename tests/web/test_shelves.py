"""The number of a shelf changes also when one thing comes and another is settled before anybody looks again."""

from uuid import UUID

from sqlmodel import col, select

from incident.models.replies import Reply
from incident.queries.shelves import QUARANTINE, REPLIES, shelves
from incident.reply_rules import ReplyRules
from incident.verbs.intake import settle
from incident.verbs.reply_acts import assign_reply
from tests.browser.test_live_elsewhere import kept_apart
from tests.web.stage import Stage, session_of
from tests.web.test_replies import come_in


def number(stage: Stage, shelf: str) -> int:
    with session_of(stage) as session:
        return shelves(session, {shelf})[shelf]


def test_one_that_comes_into_quarantine_and_one_that_leaves_it_are_two(stage: Stage) -> None:
    first = stage.act("operator", kept_apart, 1)
    before = number(stage, QUARANTINE)
    assert number(stage, QUARANTINE) == before
    second = stage.act("operator", kept_apart, 2)
    stage.act("mara", settle, first, "A test of ours.", None)
    after = number(stage, QUARANTINE)
    assert after != before
    stage.act("mara", settle, second, "A test of ours.", None)
    assert number(stage, QUARANTINE) != after


def test_a_reply_that_comes_and_one_that_is_sorted_are_two(stage: Stage) -> None:
    come_in(stage, "Which of my data was it?")
    before = number(stage, REPLIES)
    with session_of(stage) as session:
        first: UUID = session.exec(select(Reply.id).where(col(Reply.incident_id).is_(None))).one()
    come_in(stage, "And my sister's?")
    stage.act("mara", assign_reply, first, stage.incident_id, "It names us.", ReplyRules())
    assert number(stage, REPLIES) != before
