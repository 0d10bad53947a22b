"""Sample views: what monitors said of an incident."""

from datetime import timedelta

from incident.queries.sources import HintLine, SignalLine
from tests.web.samples.board import NOW, OPENED

ALERTS = (
    SignalLine(
        source="alertmanager",
        title="Object store bucket crm-exports is readable by anyone",
        state="resolved",
        severity="critical",
        asset="bucket crm-exports (eu-central-1)",
        began_at=OPENED - timedelta(minutes=4),
        started_at=(OPENED - timedelta(minutes=4)).isoformat(),
        first_seen_at=OPENED,
        last_seen_at=NOW,
        seen=12,
        hints=(
            HintLine("Which kinds of data?", "name, contact", "The label data_categories names them."),
            HintLine("Who may have seen the data?", "public", "Its type: anyone on the internet can read it."),
        ),
    ),
    SignalLine(
        source="scanner",
        title="customers-2026.csv is listed by a search engine",
        state="firing",
        severity="high",
        asset="",
        began_at=None,
        started_at="last Tuesday",
        first_seen_at=NOW,
        last_seen_at=NOW,
        seen=1,
    ),
)
