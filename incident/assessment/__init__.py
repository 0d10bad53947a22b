"""The assessment: risk to people under the GDPR, and other laws' tests, from named criteria that are data."""

from incident.assessment.criteria import CRITERIA, GROUPS, HARM, SEVERE, TESTS, Criterion, Direction, LegalTest, Weight
from incident.assessment.verdicts import (
    ENGINE,
    Assessment,
    Reason,
    Risk,
    Verdict,
    assess,
    assess_sheet,
    decided,
    risk_of,
)

__all__ = [
    "CRITERIA",
    "ENGINE",
    "GROUPS",
    "HARM",
    "SEVERE",
    "TESTS",
    "Assessment",
    "Criterion",
    "Direction",
    "LegalTest",
    "Reason",
    "Risk",
    "Verdict",
    "Weight",
    "assess",
    "assess_sheet",
    "decided",
    "risk_of",
]
