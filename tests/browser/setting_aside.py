"""Deliveries that nobody can read, for pictures of the quarantine."""

from incident.models.intake import Intake, IntakeState, Source
from incident.verbs.act import Act
from incident.verbs.intake import Delivery, quarantine, receive
from tests.browser.story import Story


def unread(story: Story) -> None:
    """Two of them, each with what is wrong with it."""
    bodies = (b'{"version": "5", "alerts": "later"}', b"<html><h1>502 Bad Gateway</h1>" * 40)
    troubles = ("alerts: is not a list (Alertmanager version 4 sends one)", "body: is not JSON")

    def add(act: Act) -> None:
        source = Source(slug="prometheus", adapter="alertmanager", scheme="bearer", created_at=act.now)
        act.session.add(source)
        act.session.flush()
        for at, (body, trouble) in enumerate(zip(bodies, troubles, strict=True)):
            headers = {"content-type": "application/json", "user-agent": "Alertmanager/0.27.0"}
            kept = receive(act, Delivery(source.id, f"delivery-{at}", headers, body))
            row = act.session.get_one(Intake, kept.intake_id)
            assert row.state is IntakeState.OPEN
            quarantine(act, kept.intake_id, trouble)

    story.stage.act("operator", add)
