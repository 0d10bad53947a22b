"""A notice released to more people than a small firm has, in steps; and what the sweep and the relay make of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import col, select, update

from incident.approval_rules import USUAL
from incident.drafting import Account
from incident.models.incidents import Task
from incident.notice_kinds import NoticeKind
from incident.queries.progress import Progress, read_progress
from incident.roles import Role
from incident.sending_rules import Sending, SendingRules
from incident.sweep import tick
from incident.verbs.confirming import confirm_release
from incident.verbs.releases import Request, request_release
from notifications.models import Delivery, DeliveryState, Release
from notifications.ramp import Pace
from tests.incident.notices import ACCOUNT, SENDER, Desk

PACE = Pace(begins_at=10, canary=4, factor=3, minutes=15, percent=5, least=2)  # of 40 people: 4, 12, everybody
RULES = SendingRules(PACE)
STEPS = Sending(RULES)


@dataclass(frozen=True)
class Opening:
    """One release on its way to everybody."""

    desk: Desk
    release: Release

    def row(self) -> Release:
        return self.desk.release(self.release.id)

    def rows(self) -> list[Delivery]:
        return self.desk.deliveries(self.release)

    def sweep(self) -> None:
        case = self.desk.case
        assert tick(case.store, case.keys, case.organisation, case.clock.now()).checked

    def answer(
        self, state: DeliveryState = DeliveryState.ACCEPTED, only: Callable[[int], bool] = lambda _: True
    ) -> None:
        """Those who wait have an answer; `only` is asked with their number."""
        now, waiting = self.desk.case.clock.now(), [row for row in self.rows() if row.state is DeliveryState.PENDING]
        ids = [row.id for number, row in enumerate(waiting) if only(number)]

        answered = update(Delivery).where(col(Delivery.id).in_(ids)).values(state=state, settled_at=now)
        self.desk.case.store.write(lambda session: session.exec(answered))

    def confirm(self, reason: str = "", *, all_at_once: bool = False, role: Role = Role.APPROVER) -> Release:
        return self.desk.case.act(role, confirm_release, self.release.id, reason, all_at_once=all_at_once)

    def progress(self) -> Progress:
        case = self.desk.case
        actor = case.people[Role.AUDITOR]
        return case.look(lambda session: read_progress(session, actor, self.release.id, case.clock.now()))

    def tasks(self) -> dict[str, str]:
        """The steps that were added by hand of the system: title → state."""
        query = select(Task).where(col(Task.incident_id) == self.desk.incident_id)
        rows = self.desk.case.look(lambda session: session.exec(query).all())
        return {str(row.step["title"]): row.state for row in rows if str(self.release.id) in row.key}


def open_release(
    desk: Desk,
    number: int = 40,
    sending: Sending = STEPS,
    kind: NoticeKind = NoticeKind.PEOPLE,
    account: Account = ACCOUNT,
) -> Opening:
    """A notice to so many people, asked for and approved."""
    edition = desk.freeze(desk.start(kind, "accounts", account))
    asked = Request(edition.id, desk.users(number).id, SENDER, sending=sending)
    return Opening(desk, desk.approve(desk.case.act(Role.COMMANDER, request_release, asked, USUAL)))
