"""The bank of answers: what is approved and still rests on the facts as they are, and what has to be looked at."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from incident.answer_texts import AnswerText, check_answer, read_answer
from incident.drafting import Account, Profile
from incident.errors import NotFound
from incident.grounds import Case
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.replies import Answer, AnswerState, AnswerVersion
from incident.notice_lint import Against, circumstances_of, encryption_in, lost_in, stated_in
from incident.queries.access import access_to
from incident.queries.briefs import case_for
from incident.queries.people import people_not_in
from incident.roles import Action, Actor, Visibility, require
from notifications.addresses import domain_of
from notifications.contradictions import Stated
from notifications.findings import Finding
from notifications.rendering import Templates
from notifications.sealing import Keys, Place
from notifications.wording import worded

GENERAL = "answers"  # the scope of answers that belong to no incident
RESTS_ON = (
    "breach.cause",
    "breach.kinds",
    "breach.misuse_seen",
    "data.categories",
    "people.count",
    "people.count_min",
    "people.count_max",
    "reach",
    "protection.encryption",
    "protection.key",
    "exposure.exfiltration",
    "exposure.recipients",
    "exposure.assurance",
    "exposure.logs.exist",
    "exposure.logs.from",
    "exposure.logs.complete",
    "moment.occurred_from",
    "moment.occurred_until",
    "moment.discovered",
    "moment.detected",
    "moment.aware",
    "moment.confirmed",
    "moment.processor_told_us",
)
SUPPORT = {"yes": "support-yes", "no": "support-no", "unknown": "support-unknown"}


@dataclass(frozen=True, slots=True)
class BankVersion:
    """One version, opened. `stale`: a fact it rests on has changed since somebody approved it."""

    row: AnswerVersion
    text: AnswerText
    stale: bool = False

    @property
    def usable(self) -> bool:
        """Whether it may be sent."""
        return self.row.state is AnswerState.APPROVED and not self.stale


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """One answer with every version, the newest first."""

    row: Answer
    versions: tuple[BankVersion, ...]

    @property
    def current(self) -> BankVersion | None:
        """The approved version; None where there is none."""
        return next((one for one in self.versions if one.row.state is AnswerState.APPROVED), None)

    @property
    def draft(self) -> BankVersion | None:
        """A version that waits for a second person."""
        newest = self.versions[0] if self.versions else None
        return newest if newest and newest.row.state is AnswerState.DRAFT else None


def version_place(incident_id: UUID | None, version_id: UUID) -> Place:
    """Where a version is sealed for."""
    scope = incident_subject(incident_id) if incident_id else GENERAL
    return Place("answer_version", "content_sealed", str(version_id), scope)


def rests_digest(case: Case | None) -> str:
    """SHA-256 over every fact an answer is checked against, of every data set: a new data set changes it."""
    if case is None:
        return ""
    said = {
        dataset.id: {path: case.value(f"{dataset.id}/{path}") for path in RESTS_ON} for dataset in case.sheet.datasets
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def case_of_answer(session: Session, keys: Keys, incident_id: UUID | None) -> Case | None:
    """The facts an answer rests on; None for one of no incident."""
    return case_for(session, keys, incident_id) if incident_id else None


def bank_of(session: Session, keys: Keys, incident_id: UUID | None, *, general: bool = False) -> list[BankAnswer]:
    """Every live answer of an incident, and the general ones where asked. For callers that asked for permission."""
    mine = col(Answer.incident_id) == incident_id if incident_id else col(Answer.incident_id).is_(None)
    wanted = or_(mine, col(Answer.incident_id).is_(None)) if general else mine
    live = select(Answer).where(wanted, col(Answer.retired_at).is_(None))
    rows = session.exec(live.order_by(col(Answer.incident_id).is_(None), col(Answer.key))).all()
    now = rests_digest(case_of_answer(session, keys, incident_id))
    return [_opened(session, keys, row, now if row.incident_id else "") for row in rows]


def read_bank(session: Session, keys: Keys, actor: Actor, incident_id: UUID | None) -> list[BankAnswer]:
    """The bank of an incident, or the general one. Raises NotFound and Forbidden."""
    require(actor, Action.READ_ANSWERS, access_to(session, incident_id) if incident_id else None)
    return bank_of(session, keys, incident_id)


def read_bank_answer(session: Session, keys: Keys, actor: Actor, answer_id: UUID) -> BankAnswer:
    """One answer with its versions. Raises NotFound, alike for absent and hidden, and Forbidden."""
    row = session.get(Answer, answer_id)
    if row is None:
        raise NotFound(worded("There is no such answer."))
    try:
        require(actor, Action.READ_ANSWERS, access_to(session, row.incident_id) if row.incident_id else None)
    except NotFound:
        raise NotFound(worded("There is no such answer.")) from None
    return _opened(session, keys, row, rests_digest(case_of_answer(session, keys, row.incident_id)))


def _opened(session: Session, keys: Keys, row: Answer, now: str) -> BankAnswer:
    mine = select(AnswerVersion).where(col(AnswerVersion.answer_id) == row.id)
    versions = session.exec(mine.order_by(col(AnswerVersion.number).desc())).all()
    return BankAnswer(row, tuple(open_version(session, keys, row, version, now) for version in versions))


def open_version(session: Session, keys: Keys, answer: Answer, version: AnswerVersion, now: str) -> BankVersion:
    """One version; `now` is the digest of the facts as they are."""
    text = read_answer(keys.open(session, version.content_sealed, version_place(answer.incident_id, version.id)))
    changed = version.facts_digest != now or version.look_again_at is not None
    return BankVersion(version, text, version.state is AnswerState.APPROVED and changed)


@dataclass(frozen=True, slots=True)
class AnswerChecker:
    """Checks answers with the installation's templates, at a moment. `hosts` are those a link may lead to."""

    templates: Templates
    profile: Profile
    now: datetime
    hosts: frozenset[str] = field(default_factory=frozenset)

    def check(self, session: Session, keys: Keys, incident_id: UUID | None, text: AnswerText) -> Sequence[Finding]:
        """What stands in the way of approving this text. For callers that have asked for permission."""
        return check_answer(self.templates, text, self._against(session, keys, incident_id))

    def _against(self, session: Session, keys: Keys, incident_id: UUID | None) -> Against:
        hosts = self.hosts | {domain_of(self.profile.contact_email)}
        names = self._inside(session, incident_id)
        case = case_of_answer(session, keys, incident_id)
        if case is None:
            nothing = Stated(frozenset(), frozenset(), self.now)
            return Against(nothing, self.profile.zone, hosts=hosts, names=names)
        datasets = case.sheet.datasets
        return Against(
            stated=stated_in(case, datasets, self.now),
            zone=self.profile.zone,
            lost=lost_in(datasets),
            encryption=encryption_in(datasets),
            circumstances=circumstances_of(case, datasets, Account(), self.now),
            hosts=hosts,
            names=names,
        )

    def _inside(self, session: Session, incident_id: UUID | None) -> frozenset[str]:
        """Code names, and names of people of the console whom the text is not meant to name.

        A text for every incident is checked against those everybody sees: a finding would tell of the others.
        """
        mine = col(Incident.id) == incident_id if incident_id else col(Incident.visibility) == Visibility.OPEN
        codenames = session.exec(select(Incident.codename).where(mine)).all()
        said = (self.profile.contact_name, self.profile.organisation, self.profile.entity)
        return frozenset({*codenames, *people_not_in(session, said)})
