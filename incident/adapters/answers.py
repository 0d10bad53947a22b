"""What a monitor asks before or beside its alerts (a handshake, a ping), and what it is then told; a closed type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from incident.adapters.signals import nothing

Headers = Mapping[str, str]
"""Header names in lower case; a header sent twice is joined with a comma (RFC 9110 §5.3)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: method in upper case, headers with lower-case names, raw bytes, the query decoded."""

    headers: Headers
    body: bytes
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Reply:
    """Said to the sender at once; nothing is kept. `unproven`: the question comes before any credential.

    Text that the sender chose goes out as `text/plain` or JSON only, never as a page; a header value is one line.
    """

    status: int = 200
    content_type: str = ""  # of the body; empty: there is none
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=nothing)
    unproven: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """It is kept as heard from and answered 202; it holds no alert."""

    what: str  # one sentence, shown to people


@dataclass(frozen=True, slots=True)
class Confirmation:
    """It is kept and answered 202; then a person has `address` fetched, once, without redirects. Never by itself.

    The adapter checks the address before: it is one of the vendor's, by https.
    """

    address: str
    what: str  # one sentence, shown to people


Answer: TypeAlias = Reply | Noted | Confirmation
