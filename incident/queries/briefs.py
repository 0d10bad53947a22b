"""What a notice or a filing is written from, read in one go: facts, moments, duties, and the edition it follows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.anchors import Anchor
from incident.drafting import Account, Authoring, Before, Brief, select_datasets
from incident.errors import Fault, Invalid, NotFound
from incident.facts import DataSet
from incident.grounds import DUTY, Case, due_for
from incident.models.law import Filing, Obligation
from incident.models.people import Notice
from incident.notice_drafts import draft_place, read_basis, read_draft
from incident.notice_kinds import FORMS, KINDS, NoticeKind, Readers, meets
from incident.queries.access import access_to
from incident.queries.anchors import anchors_of
from incident.queries.facts import latest_facts, read_facts
from incident.roles import Action, Actor, require
from notifications.models import Edition
from notifications.release import open_basis
from notifications.sealing import Keys
from notifications.wording import worded

SEGMENT = re.compile(r"[a-z][a-z0-9_-]{0,63}")
PEOPLE = ("data_subjects", "users", "subscribers", "recipients_of_services", "clients")
ADDRESSEES: Mapping[Readers, tuple[str, ...]] = {
    Readers.PEOPLE: PEOPLE,
    Readers.GUARDIANS: PEOPLE,
    Readers.CHILDREN: PEOPLE,
    Readers.CUSTOMERS: ("controller", "customers"),
    Readers.RECIPIENTS: ("media", "market"),
}


def case_for(session: Session, keys: Keys, incident_id: UUID, entity: str = "main") -> Case:
    """What is known now, for callers that have asked for permission. `entity`: the first legal entity."""
    saved = latest_facts(session, keys, incident_id)
    return Case(saved.sheet, anchors_of(session, keys, incident_id), entity, saved.number, _due(session, incident_id))


def _due(session: Session, incident_id: UUID) -> frozenset[str]:
    mine = (col(Obligation.incident_id) == incident_id, Obligation.applies != "no")
    rows = session.exec(select(Obligation).where(*mine, col(Obligation.withdrawn_at).is_(None))).all()
    arisen = {due_for(row.duty, dataset) for row in rows for dataset in row.datasets}
    return frozenset(arisen | {row.duty for row in rows})  # editions of earlier versions rest on the duty alone


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notice is to be written: its kind and, where several fit, its data set.

    `segments` are parts of the audience with a text of their own, each with the words of `data.categories` it lost;
    `follows` is the edition an update tells the news since.
    """

    incident_id: UUID
    kind: NoticeKind
    dataset: str = ""
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follows: UUID | None = None


def brief_for(session: Session, keys: Keys, actor: Actor, wanted: Wanted, authoring: Authoring) -> Brief:
    """What a notice is written from, read in one go. Raises NotFound, Forbidden, Invalid (which data set)."""
    require(actor, Action.WRITE_NOTICE, access_to(session, wanted.incident_id))
    case = case_for(session, keys, wanted.incident_id)
    datasets = select_datasets(wanted.kind, case.sheet, wanted.dataset)
    _check_segments(wanted, datasets)
    duties = _duties_met(session, wanted, {dataset.id for dataset in datasets})
    before = _before(session, keys, actor, wanted, case) if wanted.follows else None
    triggers = tuple(f"{DUTY}{duty}" for duty in duties)
    return Brief(case, datasets, authoring, wanted.segments, triggers, before)


def _check_segments(wanted: Wanted, datasets: Sequence[DataSet]) -> None:
    """A segment loses at least one, and only, kinds of data that the data set lost. Raises Invalid."""
    lost = {word for dataset in datasets for word in _categories(dataset)}
    for name, words in wanted.segments.items():
        if not SEGMENT.fullmatch(name):
            raise Invalid(
                Fault(
                    "segments",
                    worded("{name} is no name of a segment", name=repr(name)),
                    worded("a-z, 0-9, _ and -, up to 64"),
                )
            )
        strange = [word for word in words if word not in lost]
        if strange or not words:
            what = ", ".join(strange) or worded("no kind of data")
            fault = worded("{name}: {what} is not among what the data set lost", name=name, what=what)
            known = ", ".join(sorted(lost)) or worded("the facts name none yet")
            raise Invalid(Fault("segments", fault, worded("of these: {known}", known=known)))


def _categories(dataset: DataSet) -> tuple[str, ...]:
    value = dataset.facts.get("data.categories")
    return value if isinstance(value, tuple) else ()


def _duties_met(session: Session, wanted: Wanted, datasets: set[str]) -> list[str]:
    """The duties that make this notice due, each with its data set: towards its readers, and still applying."""
    mine = (col(Obligation.incident_id) == wanted.incident_id, Obligation.applies != "no")
    rows = session.exec(select(Obligation).where(*mine, col(Obligation.withdrawn_at).is_(None))).all()
    towards = ADDRESSEES.get(KINDS[wanted.kind].readers, ())
    return sorted(
        {
            due_for(row.duty, dataset)
            for row in rows
            for dataset in datasets.intersection(row.datasets)
            if row.addressee_kind in towards
            and (not KINDS[wanted.kind].to_people or meets(wanted.kind, str(row.rule.get("contents", ""))))
        }
    )


def _before(session: Session, keys: Keys, actor: Actor, wanted: Wanted, now: Case) -> Before:
    """What the edition was written from that an update follows. Raises Invalid for one of another incident."""
    edition = session.get(Edition, wanted.follows)
    notice = session.get(Notice, edition.notice_id) if edition else None
    if edition is None or notice is None or notice.incident_id != wanted.incident_id:
        raise Invalid(Fault("follows", worded("is no edition of this incident"), worded("choose one of its editions")))
    then = read_facts(session, keys, actor, wanted.incident_id, edition.fact_version)
    case = Case(then.sheet, _known_by(now, edition.created_at), now.entity, then.number)
    account = _told_in(session, keys, edition, notice)
    datasets = select_datasets(wanted.kind, then.sheet, wanted.dataset) if wanted.dataset else then.sheet.datasets
    return Before(case, datasets, account, edition.created_at)


def _told_in(session: Session, keys: Keys, edition: Edition, notice: Notice) -> Account:
    """What a person told in an edition; of one that kept nothing, what stands in the draft it was frozen from."""
    basis = read_basis(open_basis(session, keys, edition))
    if basis is not None:
        return basis.account
    return read_draft(keys.open(session, notice.draft_sealed, draft_place(notice.incident_id, notice.id))).account


def filing_brief(
    session: Session, keys: Keys, actor: Actor, obligation_id: UUID, authoring: Authoring, form: str = ""
) -> Brief:
    """What a filing is written from: the data sets its obligation arose from, and no others.

    A form that supplements another says what is new since the latest submission of this incident in that form.
    """
    obligation = session.get(Obligation, obligation_id)
    if obligation is None:
        raise NotFound(worded("There is no such duty."))
    require(actor, Action.FILE, access_to(session, obligation.incident_id))
    case = case_for(session, keys, obligation.incident_id)
    datasets = tuple(dataset for dataset in case.sheet.datasets if dataset.id in obligation.datasets)
    return Brief(case, datasets, authoring, before=_submitted(session, keys, actor, obligation, (form, case)))


def _submitted(
    session: Session, keys: Keys, actor: Actor, obligation: Obligation, asked: tuple[str, Case]
) -> Before | None:
    form, now = asked
    earlier = FORMS[form].follows if form in FORMS else ""
    mine = (col(Filing.incident_id) == obligation.incident_id, col(Filing.submitted_at).is_not(None))
    family = (col(Filing.form) == earlier) | (col(Filing.form) == form)
    newest = select(Filing).where(*mine, family).order_by(col(Filing.submitted_at).desc()).limit(1)
    filing = session.exec(newest).first() if earlier else None
    if filing is None or filing.submitted_at is None:
        return None
    then = read_facts(session, keys, actor, obligation.incident_id, filing.fact_version)
    case = Case(then.sheet, _known_by(now, filing.drafted_at), now.entity, then.number)
    datasets = tuple(dataset for dataset in then.sheet.datasets if dataset.id in obligation.datasets)
    return Before(case, datasets, Account(), filing.submitted_at)


def _known_by(case: Case, moment: datetime) -> tuple[Anchor, ...]:
    """The moments that had been recorded by then."""
    return tuple(anchor for anchor in case.anchors if anchor.recorded_at is None or anchor.recorded_at <= moment)
