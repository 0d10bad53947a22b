"""Run every check over a notice as it is now: law, facts, wording, placeholders. Read-only, outside any transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from incident.drafting import NoticeKind
from incident.notice_lint import Checked, check_notice, stated_in
from incident.queries.notices import case_for, read_notice
from incident.roles import Actor
from notifications.rendering import Templates
from notifications.sealing import Keys


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks notices with the installation's templates, for readers in its zone, at a moment."""

    templates: Templates
    zone: str
    now: datetime

    def check(self, session: Session, keys: Keys, actor: Actor, notice_id: UUID) -> Checked:
        """What stands in the way of freezing this notice. Raises NotFound and Forbidden by permission."""
        view = read_notice(session, keys, actor, notice_id)
        case = case_for(session, keys, view.notice.incident_id)
        named = case.dataset(view.notice.dataset)
        datasets = (named,) if named else case.sheet.datasets
        stated = stated_in(case, datasets, self.now, view.draft.next_update)
        kind = NoticeKind(view.notice.kind)
        return Checked(view.notice.version, check_notice(self.templates, kind, view.draft.texts, stated, self.zone))
