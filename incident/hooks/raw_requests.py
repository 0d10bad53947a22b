"""A request as it came: headers by name, the raw bytes counted while they arrive, and answers that refuse it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.requests import ClientDisconnect

LARGEST = 1024 * 1024
PATIENCE_SECONDS = 10
RETRY_AFTER = {"Retry-After": "5"}


@dataclass(frozen=True, slots=True)
class Answered(Exception):
    """The delivery is not taken: the status and one sentence for whoever looks into the sender's log."""

    status: int
    detail: str
    reason: str  # counted under this name


UNKNOWN = Answered(404, "There is no such address.", "unknown")
ENCODED = Answered(415, "Send the body as it is, without Content-Encoding.", "encoding")
TOO_LARGE = Answered(413, f"The body is larger than {LARGEST // 1024:,} KiB.", "size")
TOO_SLOW = Answered(408, f"The body did not arrive within {PATIENCE_SECONDS} seconds.", "slow")
OTHER_METHOD = Answered(405, "Method Not Allowed", "method")
NOT_PROVEN = Answered(401, "The delivery could not be authenticated.", "")


def headers_of(request: Request) -> dict[str, str]:
    """Names in lower case; a header sent twice is joined by a comma (RFC 9110 §5.3)."""
    joined: dict[str, str] = {}
    for name, value in request.headers.items():
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


async def body_of(request: Request, headers: Mapping[str, str]) -> bytes:
    """The raw bytes, counted while they arrive. Raises Answered, and ClientDisconnect where the sender is gone."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise ENCODED
    announced = headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > LARGEST):
        raise TOO_LARGE
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > LARGEST:
                    raise TOO_LARGE
    except TimeoutError:
        raise TOO_SLOW from None
    return bytes(body)
