"""The order of the board: what is late before what is soon before what is ahead, whether provisional or not."""

from datetime import UTC, datetime, timedelta

from incident.deadlines import Standing
from incident.models.incidents import Incident, Severity
from incident.phases import Phase
from incident.queries.board import BoardRow, Due, urgency
from incident.roles import Visibility
from notifications.ids import new_id

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def row(
    name: str,
    hours: float | None,
    severity: Severity = Severity.MEDIUM,
    *,
    provisional: bool = False,
    commanded: bool = True,
) -> BoardRow:
    """An incident that was opened now and has its next deadline in so many hours, or none."""
    incident = Incident(
        codename=name,
        kind="other",
        title_sealed=b"",
        severity=severity,
        phase=Phase.CLOSED if name == "over" else Phase.DETECTION,
        visibility=Visibility.OPEN,
        commander_id=new_id() if commanded else None,
        opened_at=NOW,
        opened_by="system",
    )
    if hours is None:
        return BoardRow(incident, "", None, 0, 0)
    stands = Standing.LATE if hours <= 0 else Standing.SOON if hours < 24 else Standing.AHEAD
    return BoardRow(incident, "", Due(NOW + timedelta(hours=hours), stands, provisional, new_id()), 0, 0)


def in_order(*rows: BoardRow) -> list[str]:
    return [one.incident.codename for one in sorted(rows, key=urgency)]


def test_late_stands_before_soon_before_ahead_and_a_provisional_deadline_is_one() -> None:
    rows = (
        row("late-longest", -30, provisional=True),
        row("late", -2, Severity.LOW),
        row("unled", None, Severity.CRITICAL, commanded=False),
        row("soon", 3, Severity.LOW, provisional=True),
        row("sooner or later", 20, Severity.CRITICAL),
        row("ahead, grave", 70, Severity.HIGH),
        row("no clock, grave", None, Severity.HIGH),
        row("ahead", 30),
        row("over", None, Severity.CRITICAL),
    )
    assert in_order(*rows[::-1]) == [one.incident.codename for one in rows]


def test_what_is_late_and_led_by_somebody_stands_before_what_nobody_leads_yet() -> None:
    late, unled = row("late", -1, provisional=True), row("unled", 2, Severity.CRITICAL, commanded=False)
    assert in_order(unled, late) == ["late", "unled"]
