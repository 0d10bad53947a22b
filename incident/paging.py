"""The signed link by which whoever was paged answers: bound to that call, good for a day, opened by nobody else."""

import hmac
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from notifications.models import DataKey
from notifications.sealing import DataKeyring, Keys

SCOPE = "paging"
LASTS = timedelta(hours=24)
FORM = re.compile(r"(?P<call>[0-9a-f]{32})(?P<until>[0-9a-f]{8,10})-(?P<mac>[0-9a-f]{40})")


def link_token(ring: DataKeyring, call_id: UUID, until: datetime) -> str:
    """The token of a call's link. `ring`: the key of the scope "paging"."""
    body = f"{call_id.hex}{int(until.timestamp()):08x}"
    return f"{body}-{_mac(ring, body)}"


def open_link(session: Session, keys: Keys, token: str, now: datetime) -> tuple[UUID, bool] | None:
    """The call that a token is for, and whether the token is over; None for one that is not ours."""
    found = FORM.fullmatch(token)
    if found is None or session.exec(select(DataKey.id).where(col(DataKey.scope) == SCOPE)).first() is None:
        return None
    ring = keys.for_scope(session, SCOPE)
    if not hmac.compare_digest(_mac(ring, found["call"] + found["until"]), found["mac"]):
        return None
    until = datetime.fromtimestamp(int(found["until"], 16), UTC)
    return UUID(found["call"]), now >= until


def _mac(ring: DataKeyring, body: str) -> str:
    return ring.blind(f"page link {body}")[:40]
