"""The assessment: risk to people under the GDPR, and other laws' tests, from named criteria that are data."""

from incident.assessment.criteria import CRITERIA, GROUPS, HARM, SEVERE, TESTS, Criterion, Direction, LegalTest, Weight
from incident.assessment.regimes import REGIMES, Limbs, Regime, limbs, reasons_for, regime_named, regimes_of
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
    "REGIMES",
    "SEVERE",
    "TESTS",
    "Assessment",
    "Criterion",
    "Direction",
    "LegalTest",
    "Limbs",
    "Reason",
    "Regime",
    "Risk",
    "Verdict",
    "Weight",
    "assess",
    "assess_sheet",
    "decided",
    "limbs",
    "reasons_for",
    "regime_named",
    "regimes_of",
    "risk_of",
]
