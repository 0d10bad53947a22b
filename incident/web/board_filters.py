"""Which incidents the board shows: words and choices, as the query string of its address has them."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from incident.deadlines import Standing
from incident.phases import Phase
from incident.queries.board import BoardRow
from incident.roles import Actor
from incident.web import words
from incident.web.views import Choice
from incident.web.views.board import FilterField
from notifications.wording import worded

MINE, NOBODY = "me", "nobody"
COMMANDERS = ((MINE, worded("Me")), (NOBODY, worded("Nobody")))
STANDINGS: Mapping[str, str] = {
    Standing.LATE: worded("Late"),
    Standing.SOON: worded("Soon"),
    Standing.AHEAD: worded("Ahead"),
}
CHOICES = ("severity", "phase", "standing", "commander")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; "" asks for everything. `written`: the words may also stand in a timeline."""

    q: str = ""
    severity: str = ""
    phase: str = ""
    standing: str = ""
    commander: str = ""
    written: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Filter(written=self.written)

    @property
    def query(self) -> str:
        """As the query string of the board's address."""
        said = {"q": self.q} | {name: str(getattr(self, name)) for name in CHOICES}
        kept = {name: value for name, value in said.items() if value}
        return urlencode(kept | ({"written": "yes"} if self.written and self.q else {}))


def fits(row: BoardRow, wanted: Filter, actor: Actor, told: Container[UUID] = ()) -> bool:
    """Whether the board shows it. `told`: ids of incidents in whose timeline the words stand."""
    incident = row.incident
    stands = row.due.standing.value if row.due else ""
    commanded = (
        not wanted.commander
        or (wanted.commander == MINE and incident.commander_id == actor.id)
        or (wanted.commander == NOBODY and incident.commander_id is None)
    )
    return (
        commanded
        and wanted.severity in ("", incident.severity.value)
        and wanted.phase in ("", incident.phase.value)
        and wanted.standing in ("", stands)
        and (_has_words(row, wanted.q) or incident.id in told)
    )


def fields(wanted: Filter) -> tuple[FilterField, ...]:
    """The choices of the form, with what is chosen now."""
    return (
        _field("severity", worded("Severity"), wanted.severity, words.SEVERITIES.items()),
        _field("phase", worded("Phase"), wanted.phase, [(one.value, words.PHASES[one]) for one in Phase]),
        _field("standing", worded("Next deadline"), wanted.standing, STANDINGS.items()),
        _field("commander", worded("Commander"), wanted.commander, COMMANDERS),
    )


def _field(name: str, label: str, chosen: str, choices: Iterable[tuple[str, str]]) -> FilterField:
    anything = Choice("", worded("Any"), not chosen)
    return FilterField(name, label, (anything, *(Choice(value, said, value == chosen) for value, said in choices)))


def _has_words(row: BoardRow, query: str) -> bool:
    said = f"{row.incident.codename} {row.title} {words.kind_of(row.incident.kind)} {row.incident.phase}".lower()
    return all(word in said for word in query.lower().split())
