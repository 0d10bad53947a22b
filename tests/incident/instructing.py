"""An instruction of a controller to write to its people, and the steps from it to a release, as people take them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from incident.models.people import Notice
from incident.models.releasing import Instruction
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import write_notice
from incident.queries.instructions import (
    Brand,
    Details,
)
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.audiences import Importer, open_audience
from incident.verbs.instructions import (
    NewInstruction,
    NewYes,
    record_instruction,
    record_yes,
)
from incident.verbs.notices import Origin, freeze_notice, start_notice
from notifications.members import NewMember
from notifications.models import Audience, Channel, Edition, Release
from tests.incident.notices import TEMPLATES, Desk

BRAND = Brand("Acme Industries", "Ada Roth", "Privacy@acme.example", "+49 30 5550", "Am Kai 3, Kiel", "#1F5F8B")
DETAILS = Details("Write to our people as in your draft of today.", "Ada Roth, DPO", "mail", BRAND)


def new(desk: Desk, **changed: Any) -> NewInstruction:
    usual = NewInstruction("lists", "acme", DETAILS, desk.case.clock.now() - timedelta(minutes=30))
    return replace(usual, **changed)


def instruct(desk: Desk, role: Role = Role.PRIVACY_OFFICER, **changed: Any) -> Instruction:
    return desk.case.act(role, record_instruction, desk.incident_id, new(desk, **changed))


def draft(desk: Desk, kind: NoticeKind = NoticeKind.CONTROLLER_PEOPLE, controller: str = "acme") -> Notice:
    """A notice in the controller's name, as `incident.writing` begins it."""
    brief = desk.brief(kind, "lists")
    origin = Origin(controller)
    written = write_notice(TEMPLATES, kind, brief, ("en",))
    return desk.case.act(Role.PRIVACY_OFFICER, start_notice, desk.incident_id, kind, brief, written, origin)


def frozen(desk: Desk, notice: Notice) -> Edition:
    """The notice as an edition, whatever the checks of its text say: they are tested elsewhere."""
    return desk.case.act(Role.PRIVACY_OFFICER, freeze_notice, notice.id, Checked(notice.version, ()))


def people(
    desk: Desk,
    accounts: tuple[str, ...] = ("acme", "acme"),
    controller: str = "acme",
    channel: Channel = Channel.EMAIL,
) -> Audience:
    case = desk.case
    audience = case.act(Role.PRIVACY_OFFICER, open_audience, desk.incident_id, "people", channel, controller=controller)
    members = [
        (at, NewMember(f"p{at}", f"p{at}@people.example", account, values={"name": f"Person {at}"}))
        for at, account in enumerate(accounts, 2)
    ]
    Importer(case.store, case.keys, case.people[Role.PRIVACY_OFFICER], case.clock).fill(
        desk.incident_id, audience.id, members
    )
    return audience


def agree(desk: Desk, row: Instruction, edition: Edition, **changed: Any) -> Instruction:
    said = replace(NewYes(edition.id, edition.digest, "Ada Roth", "mail"), **changed)
    return desk.case.act(Role.PRIVACY_OFFICER, record_yes, row.id, said)


def lines(desk: Desk, action: str) -> list[str]:
    actor = desk.case.people[Role.AUDITOR]
    found = desk.case.look(lambda s: read_timeline(s, desk.case.keys, actor, desk.incident_id, limit=200))
    return [line.text for line in reversed(found) if line.action == action]


def sending(desk: Desk) -> tuple[Instruction, Release]:
    """An instruction, and an approved release of an edition the controller said yes to."""
    row, edition = instruct(desk), frozen(desk, draft(desk))
    agree(desk, row, edition)
    return row, desk.approve(desk.request(edition, people(desk)))
