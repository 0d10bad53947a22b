"""Sample of a timeline that is looked through: decisions above, evidence with its digest, a choice that narrows."""

from dataclasses import replace

from tests.web.samples.board import HOSTILE
from tests.web.samples.case import ENTRIES
from tests.web.samples.law import choices

KEPT = replace(ENTRIES[0], evidence="e1", sha256="5b1e" * 16)
CHOOSING: dict[str, object] = {
    "lines": (KEPT, *ENTRIES[1:]),
    "older": "/incidents/1/timeline?before=1",
    "newest": "/incidents/1/timeline",
    "decided": (*ENTRIES, replace(KEPT, text=HOSTILE)),
    "on": 33,
    "pinned_open": 2,
    "people": choices("Mara Lindqvist", HOSTILE),
    "kinds": choices("Evidence", "Tasks"),
    "chosen": {"narrows": True, "begins": "2026-11-24", "ends": ""},
}
