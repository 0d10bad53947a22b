"""What auditing leaves on record itself: the timeline was proven, the log was taken away as a file."""

from incident.models.entries import ADMINISTRATION
from incident.queries.audit import Report
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record

VERIFIED = "audit.verified"
EXPORTED = "audit.exported"


def record_proof(act: Act, report: Report) -> None:
    """Write down what verification found. Raises Forbidden."""
    act.require(Action.VERIFY)
    verdict = "it holds" if report.holds else f"it is broken in {len(report.breaks)} places"
    text = f"Timeline proven, {report.entries:,} entries: {verdict}."
    figures = {"entries": report.entries, "chains": report.chains, "breaks": len(report.breaks)}
    record(act, ADMINISTRATION, VERIFIED, {"text": text, "holds": report.holds, **figures})


def record_log_taken(act: Act, lines: int) -> None:
    """Write down that the audit log leaves the product. Raises Forbidden."""
    act.require(Action.VERIFY)
    record(act, ADMINISTRATION, EXPORTED, {"text": f"The audit log was downloaded as CSV: {lines:,} lines."})
