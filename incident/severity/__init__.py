"""The severity score of ENISA (2013): DPC x EI + CB, from the fact sheet, each part open to override with a reason.

Shown beside the legal assessment, never instead: no law ties a duty to a band. A data processing context (DPC) is the
highest of its classes, never their sum, and stays within 1 to 4; the number of people is a flag and changes no number.
"""

from incident.severity.inputs import Part
from incident.severity.score import (
    METHOD,
    MORE_THAN_100,
    PARTS,
    SOURCE,
    UNINTELLIGIBLE,
    Band,
    Override,
    Severity,
    band_of,
    severity,
)

__all__ = [
    "METHOD",
    "MORE_THAN_100",
    "PARTS",
    "SOURCE",
    "UNINTELLIGIBLE",
    "Band",
    "Override",
    "Part",
    "Severity",
    "band_of",
    "severity",
]
