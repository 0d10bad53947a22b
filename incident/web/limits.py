"""How much a form may bring: counted while it arrives, so that no request fills the memory."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incident.auth.streaming import STREAMED

FORM = 1024 * 1024  # a fact sheet with its lists of customers
UPLOAD = 26 * 1024 * 1024  # one piece of evidence of 25 MiB and the fields around it
STREAM = 256 * 1024 * 1024  # a file of people, read as it comes and never kept
REPORT = 11 * 1024 * 1024  # files of a stranger's message of 10 MiB and the fields around them
STRANGERS = "/report/"
NOT_OURS = ("/hooks/", "/api/")  # they count for themselves


class FormLimit:
    """ASGI middleware: a form beyond the limit is refused with 413 as soon as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NOT_OURS):
            await self._app(scope, receive, send)
            return
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        limit, arrived = FORM, 0
        if kind.startswith(b"multipart/form-data"):
            limit = STREAM if scope["path"].endswith(STREAMED) else UPLOAD
            limit = REPORT if scope["path"].startswith(STRANGERS) else limit

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise HTTPException(413, f"This form is larger than {limit // 1024:,} KiB. Nothing was stored.")
            return message

        await self._app(scope, counted, send)
