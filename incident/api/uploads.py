"""Files that arrive as the body of a request: read as they come, never as a whole, and never kept on disk."""

import io
from typing import Annotated, BinaryIO

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incident.api.shapes import LineFaultOut, Out
from incident.auth.streaming import BROKE_OFF, Arriving
from incident.verbs.register import RegisterReport

API = "/api/"
DOCUMENT = 256 * 1024
FILE = 256 * 1024 * 1024
CSV = "text/csv"
JSON_LINES = ("application/x-ndjson", "application/jsonl")


class ImportOut(Out):
    """What an import came to. Counts are of entries, `refused` of lines; `faults` is of the first 1000 of those."""

    new: int
    changed: int
    unchanged: int
    refused: int
    faults: list[LineFaultOut]

    @classmethod
    def of(cls, report: RegisterReport) -> "ImportOut":
        faults = [
            LineFaultOut(line=one.line, field=one.field, message=one.message, mend=one.mend) for one in report.faults
        ]
        return cls(
            new=report.new,
            changed=report.changed,
            unchanged=report.unchanged,
            refused=report.refused,
            faults=faults,
        )


class BodyStream(Arriving):
    """The body of a request as a file for code that runs in a worker thread; memory holds one chunk of it."""

    def __init__(self, request: Request) -> None:
        super().__init__(self._next)
        self._chunks = request.stream()

    async def _next(self) -> bytes:
        """The next chunk that holds something, b"" at the end."""
        try:
            async for chunk in self._chunks:
                if chunk:
                    return chunk
        except ClientDisconnect:
            raise HTTPException(400, BROKE_OFF) from None
        return b""


def media_of(request: Request) -> str:
    """The kind of file a request brings: `text/csv` or `application/x-ndjson`. Raises HTTPException 415."""
    kind = _media(request.headers.get("content-type", ""))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "A compressed body is not read: send the file as it is.")
    if kind == CSV:
        return CSV
    if kind in JSON_LINES:
        return JSON_LINES[0]
    raise HTTPException(415, f"Send the file as Content-Type: {CSV} or {JSON_LINES[0]}.")


def file_of(request: Request) -> BinaryIO:
    """The body as a file."""
    return io.BufferedReader(BodyStream(request))


Media = Annotated[str, Depends(media_of)]


class BodyLimit:
    """ASGI middleware: a body of the API beyond its limit is refused with 413 as soon as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        is_file = scope["path"].endswith("/import") and _media(kind.decode("latin-1")) in (CSV, *JSON_LINES)
        limit, arrived = FILE if is_file else DOCUMENT, 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise HTTPException(413, f"This body is larger than {limit // 1024:,} KiB.")
            return message

        await self._app(scope, counted, send)


def _media(header: str) -> str:
    return header.partition(";")[0].strip().lower()
