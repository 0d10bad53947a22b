"""What waits for the reader's own approval or decision, with where it is given: for the board and for going there."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from incident.organisation import approval_rules_of
from incident.queries.board import BoardRow, with_titles
from incident.queries.publications import publications_waiting
from incident.queries.undecided import Undecided as Open
from incident.queries.undecided import decisions_waiting
from incident.queries.waiting import answers_waiting, approvals_waiting, bank_waiting, sendings_waiting
from incident.roles import Action
from incident.web import words
from incident.web.frame import Desk
from incident.web.places import Place
from incident.web.views import Asked
from incident.web.views.board import Undecided
from notifications.wording import worded, worded_list

APPROVE = worded("release approve yes waits")
DECIDE = worded("decide decision risk waits")


def asked_of(desk: Desk, session: Session, now: datetime) -> tuple[Asked, ...]:
    """What only this reader and their like can let out, the oldest first: releases, canaries, publications, answers."""
    waiting = approvals_waiting(session, desk.actor, now, approval_rules_of(desk.edge.settings))
    public = (
        Asked(f"/editions/{one.edition_id}", words.NOTICES[one.kind][0], one.codename, None, one.asked_at)
        for one in publications_waiting(session, desk.actor)
    )
    releases = (
        Asked(
            f"/releases/{one.release_id}",
            words.NOTICES[one.kind][0],
            one.codename,
            one.recipients,
            one.asked_at,
            one.until,
        )
        for one in waiting
    )
    begun = (
        Asked(
            f"/releases/{one.release_id}#confirm",
            worded("Let the sending go on: {what}", what=words.NOTICES[one.kind][0]),
            one.codename,
            one.recipients,
            one.asked_at,
        )
        for one in sendings_waiting(session, desk.actor, now)
    )
    answers = (
        Asked(f"/replies/{one.reply_id}#answers", worded("An answer to a reply"), one.codename, 1, one.asked_at)
        for one in answers_waiting(session, desk.actor)
    )
    bank = (
        Asked(f"/answers/{one.answer_id}", worded("An answer for the bank"), one.codename, None, one.asked_at)
        for one in bank_waiting(session, desk.actor)
    )
    return tuple(sorted((*releases, *begun, *public, *answers, *bank), key=lambda one: one.asked_at))


def undecided_of(desk: Desk, session: Session, rows: Iterable[BoardRow]) -> tuple[Undecided, ...]:
    """Risks that only this reader and their like can decide; the titles are those of `rows`."""
    found = _open(desk, session)
    waiting = {one.incident_id for one in found}
    shown = with_titles(session, desk.edge.keys, [row for row in rows if row.incident.id in waiting])
    titles = {row.incident.id: row.title for row in shown}
    return tuple(
        Undecided(
            _decided_at(one, one.datasets[0]),
            one.codename,
            titles.get(one.incident_id, ""),
            len(one.datasets),
            one.advised,
        )
        for one in found
    )


def waiting_places(desk: Desk, session: Session) -> tuple[Place, ...]:
    """The same as places to go to: found by what is to be done there."""
    asked = asked_of(desk, session, desk.edge.clock.now())
    yes = (
        Place(
            worded("Approve: {what}", what=one.title),
            one.href,
            "check",
            also=APPROVE,
            about=_about(one.codename, one.recipients),
        )
        for one in asked
    )
    risks = (
        Place(
            worded("Decide the risk: {dataset}", dataset=name),
            _decided_at(one, name),
            "gavel",
            also=DECIDE,
            about=one.codename,
        )
        for one in _open(desk, session)
        for name in one.datasets
    )
    return (*yes, *risks)


def _open(desk: Desk, session: Session) -> tuple[Open, ...]:
    return decisions_waiting(session, desk.actor) if desk.may(Action.DECIDE) else ()


def _decided_at(one: Open, dataset: str) -> str:
    """Where the risk of one of its data sets is decided."""
    return f"/incidents/{one.codename}/assessment#dataset-{dataset}"


def _about(codename: str, recipients: int | None) -> str:
    told = worded("everybody") if recipients is None else worded("{number} recipients", number=f"{recipients:,}")
    return worded_list((codename, told), " · ") if codename else told
