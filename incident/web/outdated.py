"""Notices whose facts say something else since they went out, and how an update of each is begun."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from incident.grounds import Case, grounds_digest
from incident.notice_kinds import CONTROLLING, KINDS, PUBLIC, NoticeKind, Readers
from incident.queries.notices import NoticeView as Opened
from incident.web.views.case import Outdated
from notifications.models import Edition, Release
from notifications.release_states import WENT_OUT


def edition_told(found: Opened, releases: Mapping[UUID, Sequence[Release]], *, published: bool) -> Edition | None:
    """The newest text of a notice that people have or are getting; None for a mere draft."""
    if found.notice.kind in PUBLIC:
        return found.editions[0] if found.editions and published else None
    went = (row for row in found.editions if any(one.state in WENT_OUT for one in releases.get(row.id, ())))
    return next(went, None)


def outdated(case: Case, every: Iterable[tuple[Opened, Edition | None]], here: str) -> dict[UUID, Outdated]:
    """Which notices rest on facts that have changed, by id. `every`: each that is not discarded, with what was told.

    One that an update followed which was told is spoken of by that update.
    """
    rows = list(every)
    updates = {found.notice.follows: (found, told) for found, told in rows if found.notice.follows}
    said: dict[UUID, Outdated] = {}
    for found, told in rows:
        notice, following = found.notice, updates.get(told.id) if told else None
        if told is None and found.newer_facts:
            said[notice.id] = Outdated()
        elif told and not (following and following[1]) and grounds_digest(case, told.rests_on) != told.facts_digest:
            begun = f"/notices/{following[0].notice.id}" if following else ""
            said[notice.id] = Outdated(begun or _form(here, found, told), bool(begun))
    return said


def _form(here: str, found: Opened, told: Edition) -> str:
    """The form that begins an update of a text; "" for a kind that has none."""
    kind = _update_of(NoticeKind(found.notice.kind))
    chosen = {"kind": kind or "", "dataset": found.notice.dataset, "follows": str(told.id)}
    return f"{here}/notices?{urlencode(chosen)}#draft-form" if kind else ""


def _update_of(kind: NoticeKind) -> NoticeKind | None:
    told = KINDS[kind]
    if told.readers is Readers.PUBLIC:
        return NoticeKind.STATUS_UPDATE
    if told.readers is Readers.CUSTOMERS:
        return NoticeKind.CUSTOMER_UPDATE
    return NoticeKind.PEOPLE_UPDATE if told.to_people and told.roles == CONTROLLING else None
