"""Monitors: what came of each, its rules, and rules tried on its stored alerts before they are saved."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from incident.adapters.admission import LONGEST_CERTIFICATE, MOST_NETWORKS
from incident.adapters.rule_trials import Course, Fate, TrialLine
from incident.api.shapes import AtEdge, In, Out
from incident.auth.dependencies import acting
from incident.models.intake import SignalOutcome
from incident.queries.refusals import read_strays
from incident.queries.source_page import Came, SourcePage, read_source
from incident.queries.sources import SourceLine, read_sources
from incident.roles import Action, Actor
from incident.verbs.admission import set_admission
from incident.verbs.silence import LONGEST, watch_source
from incident.verbs.source_trials import RulesTrial, try_rules
from incident.verbs.sources import set_rules

router = APIRouter(prefix="/api/sources", tags=["sources"])
Keeper = Annotated[Actor, Depends(acting(Action.ADMINISTER))]
Slug = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
Document = dict[str, object]


class RulesIn(In):
    """The rules of a source, as the page on intake says; moments as RFC 3339 texts."""

    rules: Document


class WatchIn(In):
    """Expect something every so many minutes; 0 expects nothing any more."""

    minutes: Annotated[int, Field(ge=0, le=LONGEST)]


class AdmissionIn(In):
    """Networks that may send, such as 192.0.2.0/24, and the certificate as the proxy names it; empty: all may."""

    networks: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=MOST_NETWORKS)
    certificate: Annotated[str, Field(max_length=LONGEST_CERTIFICATE)] = ""


class SourceOut(Out):
    """A source and what came of it; `secrets` are the days its live secrets were made.

    `expected`: minutes within which something should be heard of it, 0: at no time. `silent_since`: nothing was.
    `sent_tests`: tests sent from the console, which `received` leaves out.
    """

    slug: str
    adapter: str
    scheme: str
    enabled: bool
    secrets: list[datetime]
    received: int
    last_received_at: datetime | None
    quarantined: int
    refused: int
    tested_at: datetime | None
    expected: int
    silent_since: datetime | None
    sent_tests: int
    sent_test_at: datetime | None
    networks: list[str]
    certificate: str

    @classmethod
    def of(cls, line: SourceLine) -> "SourceOut":
        made = {"secrets": list(line.secrets), **line.admission.document()}
        own = {name: getattr(line, name) for name in cls.model_fields if name not in made}
        return cls.model_validate(own | made)


class RefusedOut(Out):
    """Requests refused for one reason; `place` where they were of no source: "address", "events/…" or "chat/…"."""

    reason: str
    count: int
    last_at: datetime
    place: str


class SourcesOut(Out):
    """Every source, by address; `strays` are refused requests of no source."""

    sources: list[SourceOut]
    strays: list[RefusedOut]


class CameOut(Out):
    """Alerts that fared alike: what became of them, by which rule ("" where none fits), how often they were heard.

    `test`: tests of the monitor's own and those sent from the console; they belong to no incident.
    """

    outcome: SignalOutcome
    rule: str
    alerts: int
    heard: int
    first_at: datetime
    last_at: datetime
    test: bool

    @classmethod
    def of(cls, came: Came) -> "CameOut":
        return cls(**{name: getattr(came, name) for name in cls.model_fields})


class SourceDetailOut(Out):
    """A source with its rules, and what became of everything it said."""

    source: SourceOut
    rules: Document
    came: list[CameOut]
    refusals: list[RefusedOut]

    @classmethod
    def of(cls, page: SourcePage) -> "SourceDetailOut":
        came = [CameOut.of(one) for one in page.came]
        refused = [RefusedOut.from_row(one) for one in page.refusals]
        return cls(source=SourceOut.of(page.line), rules=dict(page.rules), came=came, refusals=refused)


class FateOut(Out):
    """What would come of an alert; what opens an incident says of which kind, how grave, and who is paged."""

    course: Course
    rule: str
    kind: str
    severity: str
    restricted: bool
    page: list[str]

    @classmethod
    def of(cls, fate: Fate) -> "FateOut":
        return cls(**{name: getattr(fate, name) for name in cls.model_fields if name != "page"}, page=list(fate.page))


class TrialLineOut(Out):
    """Alerts that read alike and fare alike; `title` is that of the first, empty where the caller may not read it."""

    title: str
    state: str
    number: int
    last_at: datetime
    changed: bool
    before: FateOut
    after: FateOut

    @classmethod
    def of(cls, line: TrialLine) -> "TrialLineOut":
        own = {name: getattr(line, name) for name in ("title", "state", "number", "last_at", "changed")}
        return cls(**own, before=FateOut.of(line.before), after=FateOut.of(line.after))


class CountOut(Out):
    """How many alerts take a course, by the present rules and by those tried."""

    course: Course
    before: int
    after: int


class TrialOut(Out):
    """What rules would do with the alerts heard last: `tried` of `stored`; what `erased` ones said is gone."""

    tried: int
    stored: int
    erased: int
    changed: int
    counts: list[CountOut]
    lines: list[TrialLineOut]

    @classmethod
    def of(cls, trial: RulesTrial) -> "TrialOut":
        counts = [CountOut(course=course, before=was, after=now) for course, (was, now) in trial.counts().items()]
        own = {name: getattr(trial, name) for name in ("tried", "stored", "erased", "changed")}
        return cls(**own, counts=counts, lines=[TrialLineOut.of(line) for line in trial.lines])


@router.get("", response_model=SourcesOut)
def list_sources(by: Keeper, edge: AtEdge) -> SourcesOut:
    """Every source."""
    with edge.read() as session:
        return SourcesOut(
            sources=[SourceOut.of(line) for line in read_sources(session, by)],
            strays=[RefusedOut.from_row(one) for one in read_strays(session, by)],
        )


@router.get("/{slug}", response_model=SourceDetailOut)
def get_source(by: Keeper, edge: AtEdge, slug: Slug) -> SourceDetailOut:
    """One source with its rules and what became of its alerts by each of them."""
    with edge.read() as session:
        return SourceDetailOut.of(read_source(session, by, slug))


@router.put("/{slug}/rules", status_code=204, response_model=None)
def put_rules(by: Keeper, edge: AtEdge, slug: Slug, body: RulesIn) -> None:
    """Replace its rules."""
    edge.write(by, lambda act: set_rules(act, slug, body.rules))


@router.put("/{slug}/watch", status_code=204, response_model=None)
def put_watch(by: Keeper, edge: AtEdge, slug: Slug, body: WatchIn) -> None:
    """Page when nothing was heard of it for so long."""
    edge.write(by, lambda act: watch_source(act, slug, body.minutes))


@router.put("/{slug}/admission", status_code=204, response_model=None)
def put_admission(by: Keeper, edge: AtEdge, slug: Slug, body: AdmissionIn) -> None:
    """Say who may send to it at all; nobody else is let in, whatever they prove."""
    edge.write(by, lambda act: set_admission(act, slug, body.networks, body.certificate))


@router.post("/{slug}/rules/trials", response_model=TrialOut)
def make_trial(by: Keeper, edge: AtEdge, slug: Slug, body: RulesIn) -> TrialOut:
    """What these rules would do with its stored alerts if they came now; nothing is saved, the reading is logged."""
    return TrialOut.of(edge.write(by, lambda act: try_rules(act, slug, body.rules)))
