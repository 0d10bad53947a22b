"""A year of incidents, for the pictures of the figures."""

from datetime import timedelta
from typing import Any

from incident.models.incidents import Severity
from incident.phases import Guard, Move
from tests.browser.story import Story, into_investigation

DAY = 24 * 60
CAUSES = (
    *("misconfiguration", "phishing", "misdirected_email", "phishing", "lost_device", "", "software_bug", "phishing"),
    *("credential_stuffing", "misdirected_email", "insider_error", "misconfiguration", "supplier"),
)
PASSED = [Guard.COMMANDER, Guard.EVIDENCE, Guard.CONTAINED, Guard.FACTS, Guard.AWARENESS, Guard.RESTORED]
STEPS = (Move.CONTAIN, Move.INVESTIGATE, Move.RECOVER, Move.REVIEW)


def pages(story: Story) -> list[tuple[str, str]]:
    """The pages of the figures, each with its name; thirteen incidents in a year, the last one in the middle."""
    story.clock.move(-timedelta(days=330))
    for number, cause in enumerate(CAUSES):
        _one(story, number, cause)
        story.after(25 * DAY - 90 * number)
    into_investigation(story)
    story.approve(story.ask(story.notice("customer")))
    story.post(troubled=True)
    path = story.stage.path
    return [
        ("figures", "/figures"),
        ("figures-month", "/figures?period=30-days"),
        ("figures-own", f"{path}/figures"),
    ]


def _one(story: Story, number: int, cause: str) -> None:
    """One incident: the more the number, the quicker it is gone through."""
    began = story.clock.now()
    story.report("mara", f"Incident number {number + 1}", "other", Severity.MEDIUM)
    if number % 4 != 3:
        story.command()
    story.after(20 + 11 * number)
    story.save(_facts(cause))
    for at, name in enumerate(STEPS[: 4 - number % 3]):
        story.after((90 + 60 * at) * (15 - number) // 4)
        story.go(name, *PASSED, reason="Counted, not told.")
        if name is Move.INVESTIGATE and number % 5:
            story.aware(began + timedelta(minutes=40 + 9 * number), "Seen from outside.")
            story.rule("ines", "risk:accounts", "high", "As assessed.")
        if name is Move.INVESTIGATE and number % 3:
            story.telephone(1 + number % 3)


def _facts(cause: str) -> dict[str, Any]:
    breach = {"kinds": ["confidentiality"], **({"cause": cause} if cause else {})}
    data = {"categories": ["name", "bank_account"], "per_person": "profile"}
    lists = {"id": "lists", "title": "Lists", "role": "processor", "controllers": ["customer-000", "customer-001"]}
    accounts = {"id": "accounts", "title": "Accounts", "role": "controller", "people": {"count": 40}}
    return {"breach": breach, "datasets": [{**lists, "data": data}, {**accounts, "data": data}]}
