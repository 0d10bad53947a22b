"""Tables by noun. Importing this module registers every table of both packages."""

from incident.models import (
    assets,
    desk,
    entries,
    finders,
    incidents,
    intake,
    law,
    paging,
    people,
    releasing,
    replies,
    retention,
)
from notifications import endpoints, incoming, proofs
from notifications import models as telling

__all__ = [
    "assets",
    "desk",
    "endpoints",
    "entries",
    "finders",
    "incidents",
    "incoming",
    "intake",
    "law",
    "paging",
    "people",
    "proofs",
    "releasing",
    "replies",
    "retention",
    "telling",
]
