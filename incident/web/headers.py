"""Security headers on every answer: pages, static files, errors, redirects and streams."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
# A notice as a mail program would show it: its inlined styles work, nothing else does, and only our pages frame it.
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
# The same in the editor, whose page writes into the frame what is being typed; no script of the frame's own runs.
EDITED_POLICY = PREVIEW_POLICY.replace("sandbox;", "sandbox allow-same-origin;")
FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "browsing-topics")
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "cache-control": "private, no-cache",
}
TRANSPORT = "max-age=63072000; includeSubDomains"


def headers_of_every_answer(*, https: bool) -> list[tuple[bytes, bytes]]:
    """As ASGI has them; over https browsers are kept there."""
    chosen = {**ALWAYS, **({"strict-transport-security": TRANSPORT} if https else {})}
    return [(name.encode(), value.encode()) for name, value in chosen.items()]


class SecurityHeaders:
    """ASGI middleware that adds what an answer does not say itself; over https it also keeps browsers there."""

    def __init__(self, app: ASGIApp, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name.lower() for name, _ in headers}
                message["headers"] = headers + [(name, value) for name, value in self._headers if name not in said]
            await send(message)

        await self._app(scope, receive, send_with_headers)
