"""Tables by noun. Importing this module registers every table of both packages."""

from incident.models import entries, incidents, intake, law, people, releasing, retention
from notifications import endpoints, incoming, proofs
from notifications import models as telling

__all__ = [
    "endpoints",
    "entries",
    "incidents",
    "incoming",
    "intake",
    "law",
    "people",
    "proofs",
    "releasing",
    "retention",
    "telling",
]
