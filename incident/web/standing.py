"""The page of approvals in peacetime: first notices approved before anything happens, as their templates are now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.approval_rules import STANDING_HOLDS, ApprovalRules
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.notice_kinds import KINDS, PUBLIC, UPDATES, NoticeKind
from incident.notice_texts import template_digest
from incident.organisation import approval_rules_of
from incident.queries.deputies import Given, standing_approvals
from incident.roles import Action, Actor
from incident.settings import Settings
from incident.verbs.standing_approvals import Standing, give_standing_approval, revoke_standing_approval
from incident.web import words
from incident.web.approval_forms import StandingForm
from incident.web.frame import Desk, Seated, see
from incident.web.outgoing import LANGUAGES
from incident.web.role_words import role_within
from incident.web.times import read_local
from incident.web.views.approvals import StandingKind, StandingLine, StandingView
from incident.writing import templates_of, usual_locales
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/account/standing-approvals"
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]
FIRST = tuple(kind for kind in KINDS if kind not in (*PUBLIC, *UPDATES, NoticeKind.CONTROLLER_PEOPLE))


@router.get(PAGE)
def show_standing(desk: Seated, by: Approver) -> Response:
    """What stands, and what there is to approve."""
    now, digests = desk.edge.clock.now(), current_digests(desk.edge.settings)
    rules = approval_rules_of(desk.edge.settings)
    with desk.edge.read() as session:
        lines = tuple(_line(one, by, digests) for one in standing_approvals(session, by, now))
        kinds = tuple(_kind(desk.edge.settings, kind, digest, rules, by) for kind, digest in digests.items())
        latest = (now + STANDING_HOLDS - timedelta(days=1)).strftime("%Y-%m-%d")
        return desk.page("standing.html", session, {"view": StandingView(lines, kinds, latest)})


@router.post(PAGE)
def give(desk: Seated, by: Approver, form: Annotated[StandingForm, Form()]) -> Response:
    """Approve a kind as its templates are, until the end of a day."""
    standing = Standing(form.kind, form.template_digest, _end_of(desk, form.ends_on))
    if current_digests(desk.edge.settings).get(form.kind) != form.template_digest:
        raise Invalid(
            Fault(
                "template_digest", worded("is not that of the templates now"), worded("read them again, then approve")
            )
        )
    rules = approval_rules_of(desk.edge.settings)
    desk.edge.write(by, lambda act: give_standing_approval(act, standing, rules))
    return see(PAGE)


@router.post(f"{PAGE}/{{approval_id}}/revocation")
def take_back(desk: Seated, by: Approver, approval_id: UUID) -> Response:
    """Take one back; what it approved stays approved."""
    desk.edge.write(by, lambda act: revoke_standing_approval(act, approval_id))
    return see(PAGE)


def current_digests(settings: Settings) -> dict[NoticeKind, str]:
    """Each kind a first notice can be of: the digest of its templates in the languages notices are written in here."""
    templates = templates_of(settings)
    return {
        kind: template_digest(templates, [f"notices/{kind}/{locale}" for locale in usual_locales(settings, kind)])
        for kind in FIRST
    }


def _line(one: Given, by: Actor, digests: Mapping[NoticeKind, str]) -> StandingLine:
    row = one.row
    return StandingLine(
        id=str(row.id),
        kind=words.NOTICES[row.kind][0],
        role=role_within(row.role),
        giver=one.giver,
        given_at=row.given_at,
        ends_at=row.ends_at,
        over=one.over,
        fits=digests.get(NoticeKind(row.kind)) == row.template_digest,
        may_revoke=not one.over and (row.given_by == by.id or row.role in by.roles),
    )


def _kind(settings: Settings, kind: NoticeKind, digest: str, rules: ApprovalRules, by: Actor) -> StandingKind:
    title, about = words.NOTICES[kind]
    languages = ", ".join(LANGUAGES.get(locale, locale) for locale in usual_locales(settings, kind))
    role = next((role_within(role) for role in rules.quorum(kind) if role in by.roles), "")
    return StandingKind(kind, title, about, digest, languages, role)


def _end_of(desk: Desk, day: str) -> datetime:
    try:
        return read_local(day, desk.zone) + timedelta(days=1) - timedelta(minutes=1)
    except ValueError:
        raise Invalid(
            Fault("ends_on", worded("names no day"), worded("such as {example}", example="2027-06-30"))
        ) from None
