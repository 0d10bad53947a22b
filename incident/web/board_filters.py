"""Which incidents the board shows: words and choices, as the query string of its address has them."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from incident.deadlines import Standing
from incident.phases import Phase
from incident.queries.board import BoardRow
from incident.roles import Actor
from incident.web import words
from incident.web.languages import SOURCE, catalogue
from incident.web.views import Choice
from incident.web.views.board import FilterField, Leaf
from notifications.wording import in_language, worded

MINE, NOBODY = "me", "nobody"
COMMANDERS = ((MINE, worded("Me")), (NOBODY, worded("Nobody")))
STANDINGS: Mapping[str, str] = {
    Standing.LATE: worded("Late"),
    Standing.SOON: worded("Soon"),
    Standing.AHEAD: worded("Ahead"),
}
A_PAGE = 50  # incidents
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

    def address(self, page: int = 1) -> str:
        """The board's own with what is chosen; the first page needs no number."""
        query = self.query + (f"{'&' if self.query else ''}page={page}" if page > 1 else "")
        return f"/?{query}" if query else "/"


@dataclass(frozen=True, slots=True)
class Reading:
    """Who looks, and in which language the board is said to them: in that, or in English, is what they look for."""

    actor: Actor
    language: str = SOURCE


def fits(row: BoardRow, wanted: Filter, reading: Reading, told: Container[UUID] = ()) -> bool:
    """Whether the board shows it. `told`: ids of incidents in whose timeline the words stand."""
    incident = row.incident
    stands = row.due.standing.value if row.due else ""
    commanded = (
        not wanted.commander
        or (wanted.commander == MINE and incident.commander_id == reading.actor.id)
        or (wanted.commander == NOBODY and incident.commander_id is None)
    )
    return (
        commanded
        and wanted.severity in ("", incident.severity.value)
        and wanted.phase in ("", incident.phase.value)
        and wanted.standing in ("", stands)
        and (_has_words(row, wanted.q, reading.language) or incident.id in told)
    )


def leaf_of(wanted: Filter, page: int, found: int) -> Leaf | None:
    """Where a page stands among the others; None where there is one only."""
    last = -(-found // A_PAGE)
    if last <= 1 and page == 1:
        return None
    return Leaf(
        page, last, wanted.address(page - 1) if page > 1 else "", wanted.address(page + 1) if page < last else ""
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


def _has_words(row: BoardRow, query: str, language: str) -> bool:
    """Whether every word stands in what the board shows of it: as it is said to the reader, or in English."""
    if not query:
        return True
    incident = row.incident
    labels = (words.kind_of(incident.kind), words.PHASES[incident.phase], words.SEVERITIES[incident.severity])
    said = " ".join((incident.codename, row.title, row.commander, incident.phase, *labels, *_in(language, labels)))
    return all(word in said.casefold() for word in query.casefold().split())


def _in(language: str, labels: Iterable[str]) -> Iterator[str]:
    found = catalogue(language)
    return (str(in_language(label, found)) for label in labels)
