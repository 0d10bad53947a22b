"""The clock of an incident nobody touches, through to the mails a relay took: each reminder once, whatever happens."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from incident.deadlines import Standing
from incident.models.law import Reminder
from incident.queries.duties import duties_of, reminders_of
from incident.roles import Role
from incident.verbs.facts import save_facts
from incident.verbs.telling import meet
from tests.incident.cases import OPENED
from tests.incident.notices import FACTS
from tests.journeys.conftest import Node
from tests.smtp_sink import Sink

Duty = tuple[str, str]
AUTHORITY = ("eu-gdpr-33-1-sa", "supervisory_authority")
PROMISE = ("promise-customers", "customers")
CONTRACT = ("contract-acme", "acme")
TARGET = ("eu-gdpr-33-2-processor", "acme")
REMINDED = Counter({f"{role}@example.org": 1 for role in (Role.COMMANDER, Role.PRIVACY_OFFICER, Role.DECIDER)})
TIMES_TWO = REMINDED + REMINDED
NOTHING: dict[str, Any] = {}
CONTROLLER = {**FACTS, "datasets": FACTS["datasets"][:1]}
CASES = pytest.mark.parametrize(
    "facts", [NOTHING, CONTROLLER, FACTS], ids=["nothing known", "controller", "both roles"]
)


def begin(node: Node, facts: dict[str, Any]) -> None:
    if facts:
        node.case.act(Role.RESPONDER, save_facts, node.case.incident_id, node.case.organisation, facts)


def reminders(node: Node) -> dict[Duty, dict[str, Reminder]]:
    """By obligation, by threshold."""
    auditor, found = node.case.people[Role.AUDITOR], dict[Duty, dict[str, Reminder]]()
    owners = {row.id: duty for duty, row in node.case.obligations().items()}
    for row in node.case.look(lambda session: reminders_of(session, auditor, node.case.incident_id)):
        found.setdefault(owners[row.obligation_id], {})[row.threshold] = row
    return found


def sent(node: Node, duty: Duty = AUTHORITY) -> dict[str, datetime]:
    return {name: row.sent_at for name, row in reminders(node)[duty].items() if row.sent_at}


def superseded(node: Node, duty: Duty = AUTHORITY) -> dict[str, str]:
    return {name: row.superseded_by for name, row in reminders(node)[duty].items() if row.superseded_at}


def standing(node: Node, duty: Duty = AUTHORITY) -> tuple[Standing, bool]:
    auditor, now = node.case.people[Role.AUDITOR], node.case.clock.now()
    lines = node.case.look(lambda session: duties_of(session, auditor, node.case.incident_id, now))
    line = next(line for line in lines if (line.obligation.duty, line.obligation.addressee) == duty)
    return line.standing, line.deadline.provisional


@CASES
def test_a_jump_of_73_hours_sends_one_due_and_at_97_hours_one_more_whatever_is_restarted(
    node: Node, facts: dict[str, Any]
) -> None:
    async def story() -> None:
        async with Sink() as sink:
            node.case.move(73)
            await node.run(sink)
            assert standing(node) == (Standing.LATE, True)
            assert set(sent(node)) == {"due"}
            assert superseded(node) == dict.fromkeys(("48h", "24h", "12h", "4h", "1h"), "due")
            assert sink.copies() == REMINDED
            for _ in range(3):
                await node.run(sink, ticks=2)
            assert sink.copies() == REMINDED
            node.case.move(24)
            for _ in range(3):
                await node.run(sink, ticks=2)
            assert set(sent(node)) == {"due", "late+24h"}
            assert sink.copies() == TIMES_TWO

    begin(node, facts)
    asyncio.run(story())
    assert all(found.checked for found in node.ticks)


def test_after_a_jump_every_deadline_has_sent_its_latest_in_one_mail_a_person(node: Node) -> None:
    async def story() -> None:
        async with Sink() as sink:
            await node.run(sink)
            node.case.move(73)
            await node.run(sink)
            assert sink.copies() == REMINDED
            assert len({mail.message_id for mail in sink.taken}) == len(REMINDED)

    begin(node, FACTS)
    asyncio.run(story())
    assert {duty: set(sent(node, duty)) for duty in reminders(node)} == {
        AUTHORITY: {"due"},
        PROMISE: {"due"},
        CONTRACT: {"late+48h"},
        TARGET: {"due"},
        (TARGET[0], "blue"): {"due"},
    }
    earlier = ("12h", "4h", "1h", "due", "late+24h")
    assert superseded(node, CONTRACT) == dict.fromkeys(earlier, "late+48h")
    assert superseded(node, TARGET) == dict.fromkeys(earlier[:3], "due")


def test_hour_by_hour_each_goes_once_at_its_hour_and_a_person_gets_one_mail_for_all_of_them(node: Node) -> None:
    async def story() -> list[int]:
        heard = []
        async with Sink() as sink:
            for hour in range(98):
                before = sink.copies()
                await node.run(sink)
                more = sink.copies() - before
                assert more in (Counter(), REMINDED)
                heard += [hour] if more else []
                node.case.move(1)
        return heard

    begin(node, FACTS)
    heard = asyncio.run(story())
    hours = {"48h": 24, "24h": 48, "12h": 60, "4h": 68, "1h": 71, "due": 72, "late+24h": 96}
    short = {"12h": 12, "4h": 20, "1h": 23, "due": 24, "late+24h": 48, "late+48h": 72, "late+72h": 96}
    assert sent(node) == sent(node, PROMISE) == {name: OPENED + timedelta(hours=hour) for name, hour in hours.items()}
    assert sent(node, CONTRACT) == {name: OPENED + timedelta(hours=hour) for name, hour in short.items()}
    assert set(sent(node, TARGET)) == {"12h", "4h", "1h", "due"}
    assert heard == sorted({*hours.values(), *short.values()})
    assert {name: superseded(node, name) for name in reminders(node)} == {name: {} for name in reminders(node)}


def test_a_deadline_that_was_met_reminds_no_more(node: Node) -> None:
    async def story() -> None:
        async with Sink() as sink:
            node.case.move(25)
            await node.run(sink)
            assert sink.copies() == REMINDED
            owed = node.case.obligations()[AUTHORITY]
            node.case.act(Role.PRIVACY_OFFICER, meet, node.case.incident_id, owed.id, "filing by telephone")
            node.case.move(60)
            await node.run(sink)
            assert sink.copies() == REMINDED

    begin(node, CONTROLLER)
    asyncio.run(story())
    assert standing(node)[0] is Standing.MET
    assert set(sent(node)) == {"48h"}
