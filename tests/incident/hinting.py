"""Alerts that suggest something: rows of an incident with hints and assets as an adapter reads them, sealed."""

from uuid import UUID

from sqlmodel import select

from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState
from incident.models.incidents import Severity as Grave
from incident.models.intake import Intake, IntakeState, SignalOutcome, SignalRow, Source
from incident.verbs.act import Act
from incident.verbs.alert_rows import content_of
from notifications.ids import new_id

EXPORTS = Asset(AssetKind.BUCKET, "exports-eu-1")
NAMES = Hint("data.categories", ("contact", "name"), "The label data_categories names them.")
LEAK = Hint("breach.cause", "misconfiguration", "A bucket that everybody can read.")


def signal(*hints: Hint, asset: Asset | None = EXPORTS, title: str = "Bucket is public") -> Signal:
    """An alert with these hints."""
    return Signal(title, Severity.HIGH, "alertmanager", str(new_id()), SignalState.FIRING, asset=asset, hints=hints)


def hear(act: Act, incident_id: UUID, *signals: Signal) -> None:
    """Keep alerts as read from one delivery, on an incident."""
    scope = f"intake:{act.now.date()}"
    source = act.session.exec(select(Source).where(Source.slug == "scanner")).first()
    if source is None:
        source = Source(slug="scanner", adapter="alertmanager", scheme="bearer", created_at=act.now)
        act.session.add(source)
        act.session.flush()
    intake = Intake(
        source_id=source.id, intake_key=str(new_id()), received_at=act.now, sha256="0" * 64, size=1, scope=scope,
        headers_sealed=None, body_sealed=None, state=IntakeState.APPLIED, incident_id=incident_id,
    )  # fmt: skip
    act.session.add(intake)
    act.session.flush()
    ring = act.keys.for_scope(act.session, scope)
    for one in signals:
        row_id = new_id()
        row = SignalRow(
            id=row_id, intake_id=intake.id, source_id=source.id, incident_id=incident_id, key=one.key,
            outcome=SignalOutcome.INCIDENT, started_at_text="", state=one.state.value, severity=Grave.HIGH,
            content_sealed=ring.seal(content_of(one), "signal", "content_sealed", row_id), scope=scope,
            first_seen_at=act.now, last_seen_at=act.now,
        )  # fmt: skip
        act.session.add(row)
    act.session.flush()
