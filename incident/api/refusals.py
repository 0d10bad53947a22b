"""What a request that is refused is answered, as the description of the API says it of every route."""

from typing import Any

from pydantic import Field

from incident.api.shapes import FaultOut, Out


class MissingOut(Out):
    """One thing a guard asks for."""

    guard: str
    text: str


class RefusalOut(Out):
    """Why nothing was done. `faults`: values that cannot be used; `missing`: what must be done first."""

    detail: str
    faults: list[FaultOut] = Field(default=[])
    missing: list[MissingOut] = Field(default=[])
    reference: str = ""


MEANINGS = {
    400: "The body broke off or cannot be read.",
    401: "No live token or session.",
    403: "The roles of the caller do not carry this.",
    404: "It does not exist, or the caller may not know of it.",
    409: "The state no longer allows it.",
    413: "The body is too large.",
    415: "The body is of a kind that is not read.",
    422: "Values that cannot be used; nothing was stored.",
    503: "The database takes no write now; Retry-After says when to repeat.",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": RefusalOut, "description": words} for status, words in MEANINGS.items()
}
