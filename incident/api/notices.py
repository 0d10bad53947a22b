"""Notices for programs: written from the facts, read with what the checks find, edited, frozen as an edition."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from incident import writing
from incident.api.shapes import ONE_LINE, PROSE, AtEdge, Codename, In, Instant, Out, Version, word_of
from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.drafting import Account, Offer
from incident.errors import Fault, Invalid
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.queries.access import find_incident
from incident.queries.notices import NoticeView, notices_of
from incident.roles import Action, Actor
from incident.writing import Edited, Order
from notifications.findings import Level

router = APIRouter(prefix="/api", tags=["notices"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Writer = Annotated[Actor, Depends(acting(Action.WRITE_NOTICE))]
Line = Annotated[str, Field(max_length=2000, pattern=PROSE)]
Told = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", description="Not blank.")]
Prose = Annotated[str, Field(max_length=60_000, pattern=PROSE)]


class OfferIn(In):
    """Identity protection offered free of charge: by whom, for how many months, how to enrol."""

    provider: Told
    months: int = Field(ge=1, le=120)
    how: Told


class AccountIn(In):
    """What only a person can tell. Measures are words of the phrases, or own words.

    `happened` replaces the sentence of the cause, by language; `own` are further contents, such as impact of a
    disclosure to the market. `said` has a line of theirs in each language: the line as it is given here, to language,
    to words. A line that a language lacks is printed as it is there, which is a warning.
    """

    taken: list[Line] = Field(default_factory=list)
    planned: list[Line] = Field(default_factory=list)
    happened: dict[str, Prose] = Field(default_factory=dict)
    next_update: Instant | None = None
    police_delay: bool | None = None
    offer: OfferIn | None = None
    own: dict[str, Prose] = Field(default_factory=dict)
    said: dict[Prose, dict[str, Prose]] = Field(default_factory=dict)

    def account(self) -> Account:
        offer = Offer(self.offer.provider, self.offer.months, self.offer.how) if self.offer else None
        return Account(
            tuple(self.taken),
            tuple(self.planned),
            self.happened,
            self.next_update,
            police_delay=self.police_delay,
            offer=offer,
            own=self.own,
            said=self.said,
        )


class NoticeIn(AccountIn):
    """Which notice to write. `locales` empty: the usual ones. `segments`: a name to kinds of data it lost.

    `follows` is the id of the edition an update tells the news since, `controller` the host id of the customer in whose
    name it speaks.
    """

    kind: Annotated[NoticeKind, word_of(NoticeKind)]
    dataset: str = Field(default="", max_length=64, pattern=ONE_LINE)
    locales: list[Line] = Field(default_factory=list, max_length=20)
    segments: dict[Line, list[Line]] = Field(default_factory=dict)
    follows: str = Field(default="", max_length=64, pattern=ONE_LINE)
    controller: str = Field(default="", max_length=128, pattern=ONE_LINE)


class AgainIn(AccountIn):
    """Write it anew; `version` is the one the caller saw."""

    version: Version


class TextIn(In):
    """A subject and text as a person changed them, with `{{ placeholders }}` of its kind only."""

    version: Version
    subject: str = Field(max_length=300, pattern=PROSE)
    text: Prose


class TickIn(In):
    """Let a warning stand. `key` is that of the finding."""

    version: Version
    key: Line
    reason: Line


class DiscardIn(In):
    """Throw the draft away. `reason` stands on the timeline."""

    version: Version
    reason: Told


class VersionIn(In):
    """The version the caller saw."""

    version: Version


class FindingOut(Out):
    """One thing the checks found. An error blocks the release, a warning until it is ticked with a reason."""

    key: str
    level: Level
    rule: str
    locale: str
    field: str
    message: str
    mend: str
    law: str
    ticked: str


class TextOut(Out):
    """One text, by its language and segment."""

    subject: str
    text: str
    html: str


class NoticeLineOut(Out):
    """A notice of an incident."""

    id: UUID
    kind: NoticeKind
    dataset: str
    controller: str
    version: int
    fact_version: int
    updated_at: datetime
    discarded_at: datetime | None


class NoticesOut(Out):
    """The notices of an incident, the oldest first."""

    notices: list[NoticeLineOut]


class NoticeOut(NoticeLineOut):
    """A notice in work. `changed_facts` are what it rests on that says something else now."""

    texts: dict[str, TextOut]
    findings: list[FindingOut]
    unknown: list[str]
    changed_facts: list[str]
    editions: list[UUID]


class EditionOut(Out):
    """A frozen version and the digest that approvals are bound to."""

    id: UUID
    number: int
    digest: str


@router.get("/incidents/{codename}/notices", response_model=NoticesOut)
def list_notices(by: Reader, edge: AtEdge, codename: Codename) -> NoticesOut:
    """Every notice of an incident, unopened."""
    with edge.read() as session:
        rows = notices_of(session, by, find_incident(session, by, codename).id)
    return NoticesOut(
        notices=[
            NoticeLineOut(
                id=row.id,
                kind=NoticeKind(row.kind),
                dataset=row.dataset,
                controller=row.controller,
                version=row.version,
                fact_version=row.fact_version,
                updated_at=row.updated_at,
                discarded_at=row.discarded_at,
            )
            for row in rows
        ]
    )


@router.post("/incidents/{codename}/notices", status_code=201, response_model=NoticeOut)
def draft_notice(by: Writer, edge: AtEdge, codename: Codename, new: NoticeIn) -> NoticeOut:
    """Write a notice from the facts."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    segments = {name: tuple(words) for name, words in new.segments.items()}
    follows = _edition(new.follows)
    order = Order(incident_id, new.kind, new.dataset, new.locales, segments, follows, new.controller)
    return _read(edge, by, writing.draft(edge, by, order, new.account()).id)


@router.get("/notices/{notice_id}", response_model=NoticeOut)
def read_one(by: Reader, edge: AtEdge, notice_id: UUID) -> NoticeOut:
    """A notice with its texts and what the checks find in them."""
    return _read(edge, by, notice_id)


@router.post("/notices/{notice_id}/draft", response_model=NoticeOut)
def draft_again(by: Writer, edge: AtEdge, notice_id: UUID, again: AgainIn) -> NoticeOut:
    """Write it anew from the facts as they are now."""
    writing.draft_again(edge, by, notice_id, again.version, again.account())
    return _read(edge, by, notice_id)


@router.put("/notices/{notice_id}/texts/{key}", response_model=NoticeOut)
def edit_text(by: Writer, edge: AtEdge, notice_id: UUID, key: str, changed: TextIn) -> NoticeOut:
    """Keep an edited text. Who edits can no longer approve."""
    writing.edit(edge, by, notice_id, Edited(changed.version, key, changed.subject, changed.text))
    return _read(edge, by, notice_id)


@router.post("/notices/{notice_id}/ticks", response_model=NoticeOut)
def tick_warning(by: Writer, edge: AtEdge, notice_id: UUID, tick: TickIn) -> NoticeOut:
    """Let a warning stand, with a reason."""
    writing.tick(edge, by, notice_id, tick.version, tick.key, tick.reason)
    return _read(edge, by, notice_id)


@router.post("/notices/{notice_id}/discarding", response_model=NoticeOut)
def discard(by: Writer, edge: AtEdge, notice_id: UUID, gone: DiscardIn) -> NoticeOut:
    """Throw a draft away that nobody asked to release."""
    writing.discard(edge, by, notice_id, gone.version, gone.reason)
    return _read(edge, by, notice_id)


@router.post("/notices/{notice_id}/editions", status_code=201, response_model=EditionOut)
def freeze(by: Writer, edge: AtEdge, notice_id: UUID, seen: VersionIn) -> EditionOut:
    """Freeze the text as an edition. 409 with everything that stands in the way."""
    edition = writing.freeze(edge, by, notice_id, seen.version)
    return EditionOut(id=edition.id, number=edition.number, digest=edition.digest)


def _edition(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Invalid(Fault("follows", "is no id of an edition", "the id that freezing a notice answered")) from None


def _read(edge: Edge, by: Actor, notice_id: UUID) -> NoticeOut:
    return _out(writing.opened(edge, by, notice_id), writing.check(edge, by, notice_id))


def _out(found: NoticeView, checked: Checked) -> NoticeOut:
    row, draft = found.notice, found.draft
    return NoticeOut(
        id=row.id,
        kind=NoticeKind(row.kind),
        dataset=row.dataset,
        controller=row.controller,
        version=row.version,
        fact_version=row.fact_version,
        updated_at=row.updated_at,
        discarded_at=row.discarded_at,
        texts={key: TextOut(subject=one.subject, text=one.text, html=one.html) for key, one in draft.texts.items()},
        findings=[
            FindingOut(
                key=item.key,
                level=item.level,
                rule=item.rule,
                locale=item.locale,
                field=item.field,
                message=item.message,
                mend=item.mend,
                law=item.law,
                ticked=draft.ticks.get(item.key, ""),
            )
            for item in checked.findings
        ],
        unknown=list(draft.unknown),
        changed_facts=list(found.newer_facts),
        editions=[edition.id for edition in found.editions],
    )
