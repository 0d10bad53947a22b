"""Notices in the host's product: the host says who reads, the reader's browser reads and leaves receipts.

The token travels in `Authorization: Bearer`; no cookie counts or is set. Pages of the host may call the two routes of
the reader from a browser, from the origins of the setting `host_origins` and no others.
"""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from incident.api.shapes import AtEdge, Id, In, Locale, Out
from incident.auth.dependencies import acting, in_app_reader
from incident.auth.edge import Edge
from incident.errors import NotFound
from incident.roles import Action, Actor
from notifications.blocks import documents
from notifications.in_app import known_secret, mark_read, notices_for, token_secret
from notifications.reader_tokens import LONGEST_LIFE, MOST, Reader, issue_token

router = APIRouter(prefix="/api/in-app", tags=["in-app"])
NOTICES = "/api/in-app/notices"
Host = Annotated[Actor, Depends(acting(Action.IN_APP, people=False))]
ByToken = Annotated[Reader, Depends(in_app_reader)]
Role = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
NoticeId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class TokenIn(In):
    """Who reads: the host's id of the person, and the accounts they belong to with their roles in each.

    `impersonated`: somebody of support looks on the person's behalf; that leaves no receipts.
    """

    person: Id
    accounts: dict[Id, Annotated[list[Role], Field(max_length=MOST)]] = Field(default={}, max_length=MOST)
    impersonated: bool = False
    seconds: int = Field(default=900, ge=30, le=int(LONGEST_LIFE.total_seconds()), description="how long it lives")


class TokenOut(Out):
    """A signed token for one reader's browser."""

    token: str
    expires_at: datetime


class SpanOut(Out):
    """A run of text; `href` "" where it is no link."""

    text: str
    href: str


class BlockOut(Out):
    """One block of the text. `kind` is title, heading, paragraph, bullets, numbers or facts, which have `labels`."""

    kind: str
    labels: list[str]
    lines: list[list[SpanOut]]


class NoticeOut(Out):
    """One notice. `read_at` null: not yet read by this reader. `html` is made from approved text, values escaped.

    `blocks` are the text in parts, for who makes elements of them instead of reading HTML.
    """

    id: str
    subject: str
    text: str
    html: str
    blocks: list[BlockOut]
    locale: str
    published_at: datetime
    read_at: datetime | None


class NoticesOut(Out):
    """Everything this reader is shown, the newest first. `impersonated`: what is read leaves no receipt."""

    notices: list[NoticeOut]
    unread: int
    impersonated: bool


class ReceiptOut(Out):
    """When the notice was read. `recorded` false: the reader is impersonated, nothing was kept."""

    read_at: datetime
    recorded: bool


@router.post("/tokens", status_code=201, response_model=TokenOut)
def make_token(by: Host, edge: AtEdge, body: TokenIn, response: Response) -> TokenOut:
    """A short-lived token that the host hands to the browser of a reader it has signed in itself."""
    accounts = {account: tuple(roles) for account, roles in body.accounts.items()}
    reader, now = Reader(body.person, accounts, body.impersonated), edge.clock.now()
    life = timedelta(seconds=body.seconds)
    response.headers["Cache-Control"] = "no-store"
    return TokenOut(token=issue_token(_secret(by, edge), reader, now, life), expires_at=now + life)


@router.get("/notices", response_model=NoticesOut)
def list_notices(reader: ByToken, edge: AtEdge, response: Response, locale: Locale = "") -> NoticesOut:
    """What the reader is shown: addressed to the person, or to an account and role of theirs."""
    with edge.read() as session:
        found = notices_for(session, edge.keys, reader, locale)
    notices = [
        NoticeOut(
            id=one.id,
            subject=one.rendered.subject,
            text=one.rendered.text,
            html=one.rendered.html,
            blocks=[BlockOut.model_validate(block) for block in documents(one.rendered.text)],
            locale=one.locale,
            published_at=one.published_at,
            read_at=one.read_at,
        )
        for one in found
    ]
    response.headers["Cache-Control"] = "no-store"
    unread = sum(one.read_at is None for one in notices)
    return NoticesOut(notices=notices, unread=unread, impersonated=reader.impersonated)


@router.post("/notices/{notice_id}/receipts", status_code=201, response_model=ReceiptOut)
def add_receipt(reader: ByToken, edge: AtEdge, notice_id: NoticeId) -> ReceiptOut:
    """The reader has opened a notice; the first time counts."""
    now = edge.clock.now()
    at = edge.store.write(lambda session: mark_read(session, edge.keys, reader, notice_id, now))
    if at is None:
        raise NotFound("This reader is shown no such notice.")
    return ReceiptOut(read_at=at, recorded=not reader.impersonated)


def _secret(by: Actor, edge: Edge) -> bytes:
    """What signs: the secret shared with the host, which its edge knows too, else our own."""
    if edge.settings.reader_secrets:
        return edge.settings.reader_secrets[0]
    with edge.read() as session:
        known = known_secret(session, edge.keys)
    return known or edge.write(by, lambda act: token_secret(act.session, act.keys))


class HostOrigins:
    """ASGI middleware: browsers on the host's own origins may call the reader's two routes, without cookies."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type"),
            allow_credentials=False,
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and (scope["path"] == NOTICES or scope["path"].startswith(f"{NOTICES}/"))
        await (self._shared if ours else self._app)(scope, receive, send)
