"""Run every check over a notice as it is now: law, facts, wording, placeholders. Read-only, outside any transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.drafting import Account, Authoring, Brief, Profile, draft_filing
from incident.grounds import Case, changed_grounds
from incident.models.incidents import Incident
from incident.models.law import Filing, Obligation
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.notice_lint import (
    Against,
    Checked,
    against_brief,
    check_filing,
    check_notice,
    circumstances_of,
    encryption_in,
    keeps_promise,
    lost_in,
    stated_in,
)
from incident.own_words import contact_spoken, lines_spoken, unlike
from incident.phrases import load_phrases
from incident.queries.briefs import case_for
from incident.queries.notices import NoticeView, read_notice
from incident.queries.pack_checks import check_pack
from incident.queries.people import people_not_in
from incident.roles import Actor
from notifications.addresses import domain_of
from notifications.findings import Finding, Level
from notifications.message import Text
from notifications.models import Edition
from notifications.rendering import Templates
from notifications.sealing import Keys


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks notices with the installation's templates, at a moment.

    `profile` is who speaks; `hosts` are those a link may lead to, beside the domain of its contact; `ours` are names of
    the organisation itself where it speaks for another.
    """

    templates: Templates
    profile: Profile
    now: datetime
    hosts: frozenset[str] = field(default_factory=frozenset)
    ours: tuple[str, ...] = ()

    def check(self, session: Session, keys: Keys, actor: Actor, notice_id: UUID) -> Checked:
        """What stands in the way of freezing this notice. Raises NotFound and Forbidden by permission."""
        return self.check_view(session, keys, read_notice(session, keys, actor, notice_id))

    def check_view(self, session: Session, keys: Keys, view: NoticeView) -> Checked:
        """The same of a notice that was read, for callers that have asked for permission."""
        kind = NoticeKind(view.notice.kind)
        against = self._against(session, keys, view)
        found = check_notice(self.templates, kind, view.draft.texts, against)
        own, controller = (self.profile.organisation, self.profile.entity, *self.ours), view.notice.controller
        pack = check_pack(session, self.templates.folders, kind, view.draft.texts, own, controller)
        told = unlike(view.draft.account, view.draft.locales)
        found = sorted([*pack, *told, *found], key=lambda finding: finding.level is not Level.ERROR)
        return Checked(view.notice.version, found, keeps_promise(view.draft.texts, against))

    def _against(self, session: Session, keys: Keys, view: NoticeView) -> Against:
        notice, draft = view.notice, view.draft
        case = case_for(session, keys, notice.incident_id)
        named = case.dataset(notice.dataset)
        datasets = (named,) if named else case.sheet.datasets
        followed = session.get(Edition, notice.follows) if notice.follows else None
        promised = tuple(at for at in (draft.next_update, followed.created_at if followed else None) if at)
        stated = stated_in(case, datasets, self.now, promised)
        return Against(
            stated=replace(stated, begun=notice.created_at, promised=draft.next_update),
            zone=self.profile.zone,
            lost=lost_in(datasets),
            encryption=encryption_in(datasets),
            segments=draft.segments,
            unknown=frozenset(draft.unknown),
            circumstances=circumstances_of(case, datasets, draft.account, self.now),
            hosts=self.hosts | {domain_of(self.profile.contact_email)},
            names=self._inside(session, notice),
            speakers=frozenset({self.profile.organisation, self.profile.entity}),
            spoken=(*contact_spoken(self.profile), *lines_spoken(draft.account, draft.locales)),
        )

    def check_draft(self, case: Case, obligation: Obligation, filing: Filing, text: Text) -> list[Finding]:
        """What the draft of a filing for this obligation lacks by its own law, in the case as it is known now."""
        datasets = tuple(dataset for dataset in case.sheet.datasets if dataset.id in obligation.datasets)
        authoring = Authoring(self.profile, Account(), filing.drafted_at)
        against = against_brief(Brief(case, datasets, authoring), hosts=self.hosts)
        return check_filing(self.templates, filing.form, text, filing.locale, against)

    def facts_since(self, then: Case, now: Case, obligation: Obligation, filing: Filing) -> tuple[str, ...]:
        """Facts the text of a filing rests on that say something else now than in the case it was drafted from."""
        datasets = tuple(dataset for dataset in now.sheet.datasets if dataset.id in obligation.datasets)
        phrases = load_phrases(self.templates.folders, filing.locale)
        told = draft_filing(filing.form, Brief(now, datasets, Authoring(self.profile, Account(), self.now)), phrases)
        return changed_grounds(then, now, told.rests_on)

    def _inside(self, session: Session, notice: Notice) -> frozenset[str]:
        """What must not leave: the codename, and names of people of the console whom the text is not meant to name."""
        codename = session.exec(select(Incident.codename).where(col(Incident.id) == notice.incident_id)).one()
        spoken = [said.get("name", "") for said in self.profile.in_language.values()]
        said = (*spoken, self.profile.contact_name, self.profile.organisation, self.profile.entity)
        return frozenset({codename, *people_not_in(session, said)})
