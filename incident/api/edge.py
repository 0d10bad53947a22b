"""What `seventytwo edge` asks: which releases are shown in the product, their texts and rows, and what was read.

Only what a second person released is told, and only while it is neither stopped nor void. No incident, no address.
"""

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator, Field

from incident.api.shapes import AtEdge, Id, In, Instant, Out
from incident.auth.dependencies import acting
from incident.errors import NotFound
from incident.roles import Action, Actor
from incident.verbs.in_app import keep_receipts
from notifications.in_app_feed import Mark, marks_after, shown_releases, shown_rows, shown_texts

router = APIRouter(prefix="/api/edge", tags=["edge"])
ByEdge = Annotated[Actor, Depends(acting(Action.SHOW_IN_APP, people=False))]
PIECE = 1000
MARKS = 500  # in one body, which is small
PRIVATE = {"Cache-Control": "no-store"}


class ShownReleaseOut(Out):
    """A release that is shown; its rows are asked for again when `version` is another one."""

    id: UUID
    version: str
    edition: UUID


class ShownReleasesOut(Out):
    """Every release that is shown now; whatever is not named is no longer shown."""

    releases: list[ShownReleaseOut]


class TextOut(Out):
    """One text with its placeholders."""

    subject: str
    text: str
    html: str
    greeting: str
    greeting_unnamed: str
    fallbacks: dict[str, str]


class TextsOut(Out):
    """The texts of an edition, by locale, with @ and the segment where there are several."""

    texts: dict[str, TextOut]


class RowOut(Out):
    """One row. `account` and `role` count where `person` is "": whoever has the role in the account is shown it."""

    delivery: int
    notice: str
    person: str
    account: str
    role: str
    locale: str
    segment: str
    values: dict[str, str]
    published_at: datetime


class RowsOut(Out):
    """The next rows; `next` null: these were the last."""

    rows: list[RowOut]
    next: int | None


class MarkIn(In):
    """Somebody read the notice of a row."""

    delivery: int = Field(ge=1, le=2**63 - 1)
    reader: Id
    at: Instant


class MarksIn(In):
    """What was read at an edge. Told again, nothing changes."""

    receipts: list[MarkIn] = Field(max_length=MARKS)


class KeptOut(Out):
    """How many of the receipts were new."""

    kept: int


class MarkOut(Out):
    """Somebody read the notice of a row, at an edge or here."""

    delivery: int
    reader: str
    at: datetime


class MarksOut(Out):
    """Receipts, where to ask on, and whether more are there already."""

    receipts: list[MarkOut]
    next: UUID | None
    more: bool


def _cursor(value: object) -> object:
    return UUID(value) if isinstance(value, str) and value else None


After = Annotated[UUID | None, BeforeValidator(_cursor), Query(description="`next` of the answer before.")]


@router.get("/releases", response_model=ShownReleasesOut, responses={304: {"description": "As the ETag says."}})
def list_releases(_by: ByEdge, edge: AtEdge, request: Request) -> Response:
    """Every release that is shown now, with an ETag: an edge asks every few seconds."""
    with edge.read() as session:
        found = [
            ShownReleaseOut(id=one.id, version=one.version, edition=one.edition) for one in shown_releases(session)
        ]
    body = ShownReleasesOut(releases=found).model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', **PRIVATE}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/editions/{edition_id}", response_model=TextsOut)
def read_edition(_by: ByEdge, edge: AtEdge, edition_id: UUID, response: Response) -> TextsOut:
    """The texts of an edition that is shown."""
    with edge.read() as session:
        texts = shown_texts(session, edge.keys, edition_id)
    if texts is None:
        raise NotFound("No such edition is shown.")
    response.headers.update(PRIVATE)
    return TextsOut(
        texts={
            key: TextOut(
                subject=text.subject,
                text=text.text,
                html=text.html,
                greeting=text.greeting,
                greeting_unnamed=text.greeting_unnamed,
                fallbacks=dict(text.fallbacks),
            )
            for key, text in texts.items()
        }
    )


@router.get("/releases/{release_id}/rows", response_model=RowsOut)
def list_rows(
    _by: ByEdge, edge: AtEdge, release_id: UUID, response: Response, after: Annotated[int, Query(ge=0, lt=2**63)] = 0
) -> RowsOut:
    """The next 1000 rows of a release that is shown."""
    with edge.read() as session:
        rows = shown_rows(session, edge.keys, release_id, after, PIECE)
    if rows is None:
        raise NotFound("No such release is shown.")
    response.headers.update(PRIVATE)
    found = [
        RowOut(
            delivery=row.delivery,
            notice=row.notice,
            person=row.person,
            account=row.account,
            role=row.role,
            locale=row.locale,
            segment=row.segment,
            values=dict(row.values),
            published_at=row.published_at,
        )
        for row in rows
    ]
    return RowsOut(rows=found, next=rows[-1].delivery if len(rows) == PIECE else None)


@router.get("/receipts", response_model=MarksOut)
def list_receipts(_by: ByEdge, edge: AtEdge, response: Response, after: After = None) -> MarksOut:
    """What was read anywhere, so that a second edge and a new one know it too. The last seconds are told again."""
    with edge.read() as session:
        marks, last, more = marks_after(session, after, PIECE)
    response.headers.update(PRIVATE)
    found = [MarkOut(delivery=mark.delivery, reader=mark.reader, at=mark.at) for mark in marks]
    return MarksOut(receipts=found, next=last, more=more)


@router.post("/receipts", response_model=KeptOut)
def add_receipts(by: ByEdge, edge: AtEdge, body: MarksIn) -> KeptOut:
    """Keep what was read at an edge."""
    marks = [Mark(mark.delivery, mark.reader, mark.at) for mark in body.receipts]
    return KeptOut(kept=edge.write(by, lambda act: keep_receipts(act, marks)))
