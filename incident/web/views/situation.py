"""The situation report as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from incident.situation import Situation
from incident.web.views.shell import Choice


@dataclass(frozen=True, slots=True)
class SituationView:
    """The report: its sentences, its parts, as text, and when the next one comes.

    `told` are (label, words); `data` and `coming` as the report has them. `rhythms`: what the commander may choose.
    """

    href: str
    report: Situation
    sentences: tuple[str, ...]
    data: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    text: str
    next_at: datetime | None
    rhythms: tuple[Choice, ...]
