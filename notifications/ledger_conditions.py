"""What is said of delivery rows in every statement: whose turn it is, what their release allows, who holds them."""

from typing import Any

from sqlalchemy import Table, case, exists, literal_column, null, or_
from sqlmodel import col

from notifications.models import Delivery, Release, ReleaseState

TABLE: Table = Delivery.__table__  # type: ignore[attr-defined]
ROW = TABLE.c
ENDED = (ReleaseState.VOID, ReleaseState.REFUSED)
FREE = {"worker": null(), "lease_until": null()}
GOING = (col(Release.state) == ReleaseState.APPROVED, col(Release.window_closed).is_(False))


def release_is(*states: ReleaseState) -> Any:
    """SQL: the row's release is in one of these states."""
    return (
        exists()
        .where(col(Release.id) == ROW.release_id, or_(*(col(Release.state) == state for state in states)))
        .correlate(TABLE)
    )


def may_go(*, resend: bool = False) -> Any:
    """A row of no release, or of an approved one within its sending hours; with `resend` one that resends by itself."""
    wanted = [col(Release.id) == ROW.release_id, *GOING]
    if resend:
        wanted.append(col(Release.resend_uncertain).is_(True))
    return or_(ROW.release_id.is_(None), exists().where(*wanted).correlate(TABLE))


def as_release_says() -> Any:
    """SQL: the state of a row that nobody holds any more."""
    return case(
        (release_is(ReleaseState.STOPPED), literal_column("'held'")),
        (release_is(*ENDED), literal_column("'cancelled'")),
        else_=literal_column("'pending'"),
    )
