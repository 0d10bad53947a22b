"""Run every check over a notice as it is now: law, facts, wording, placeholders. Read-only, outside any transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.drafting import Profile
from incident.models.incidents import Incident
from incident.models.people import Notice, UserAccount
from incident.notice_kinds import KINDS, NoticeKind, Readers
from incident.notice_lint import Against, Checked, check_notice, circumstances_of, lost_in, stated_in
from incident.phrases import load_phrases
from incident.queries.briefs import case_for
from incident.queries.notices import NoticeView, read_notice
from incident.queries.recipients import names_of_others
from incident.roles import Actor
from notifications.addresses import domain_of
from notifications.findings import Finding, Level
from notifications.message import Text
from notifications.models import Edition
from notifications.rendering import Templates
from notifications.sealing import Keys

WRITTEN = ("body.txt", "subject.txt", "notice.toml")


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks notices with the installation's templates, at a moment.

    `profile` is who speaks; `hosts` are those a link may lead to, beside the domain of its contact.
    """

    templates: Templates
    profile: Profile
    now: datetime
    hosts: frozenset[str] = field(default_factory=frozenset)

    def check(self, session: Session, keys: Keys, actor: Actor, notice_id: UUID) -> Checked:
        """What stands in the way of freezing this notice. Raises NotFound and Forbidden by permission."""
        view = read_notice(session, keys, actor, notice_id)
        kind = NoticeKind(view.notice.kind)
        found = check_notice(self.templates, kind, view.draft.texts, self._against(session, keys, view))
        if KINDS[kind].readers is Readers.CUSTOMERS:
            found = [*self._others(session, kind, view.draft.texts), *found]
        return Checked(view.notice.version, sorted(found, key=lambda finding: finding.level is not Level.ERROR))

    def _against(self, session: Session, keys: Keys, view: NoticeView) -> Against:
        notice, draft = view.notice, view.draft
        case = case_for(session, keys, notice.incident_id)
        named = case.dataset(notice.dataset)
        datasets = (named,) if named else case.sheet.datasets
        followed = session.get(Edition, notice.follows) if notice.follows else None
        promised = tuple(at for at in (draft.next_update, followed.created_at if followed else None) if at)
        return Against(
            stated=stated_in(case, datasets, self.now, promised),
            zone=self.profile.zone,
            lost=lost_in(datasets),
            segments=draft.segments,
            unknown=frozenset(draft.unknown),
            circumstances=circumstances_of(datasets, draft.account),
            hosts=self.hosts | {domain_of(self.profile.contact_email)},
            names=self._inside(session, notice),
        )

    def _inside(self, session: Session, notice: Notice) -> frozenset[str]:
        """What must not leave: the codename, and names of people of the console whom the text is not meant to name."""
        codename = session.exec(select(Incident.codename).where(col(Incident.id) == notice.incident_id)).one()
        public = f"{self.profile.contact_name} {self.profile.organisation} {self.profile.entity}".casefold()
        people = session.exec(select(UserAccount.name)).all()
        return frozenset({codename, *(name for name in people if " " in name and name.casefold() not in public)})

    def _others(self, session: Session, kind: NoticeKind, texts: Mapping[str, Text]) -> list[Finding]:
        """Other customers a text to customers names, whatever the language."""
        own = (self.profile.organisation, self.profile.entity)
        return names_of_others(session, texts, own, self._usual(kind, texts))

    def _usual(self, kind: NoticeKind, texts: Mapping[str, Text]) -> str:
        """The words of the templates themselves, which name nobody."""
        locales = {key.partition("@")[0] for key in texts}
        wanted = [f"notices/{kind}/{locale}" for locale in locales]
        files = [root / folder / name for root in self.templates.folders for folder in wanted for name in WRITTEN]
        said = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
        phrases = [load_phrases(self.templates.folders, locale).tables for locale in locales]
        said += [phrase for tables in phrases for table in tables.values() for phrase in table.values()]
        return "\n".join(said)
