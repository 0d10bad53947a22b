"""How much a form may bring: counted while it arrives, so that no request fills the memory."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM = 1024 * 1024  # a fact sheet with its lists of customers
UPLOAD = 26 * 1024 * 1024  # one piece of evidence of 25 MiB and the fields around it
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
        limit, arrived = UPLOAD if kind.startswith(b"multipart/form-data") else FORM, 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise HTTPException(413, f"This form is larger than {limit // 1024:,} KiB. Nothing was stored.")
            return message

        await self._app(scope, counted, send)
