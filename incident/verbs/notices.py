"""Write a notice: start it from the facts, edit a language, tick a warning off, draft anew, freeze an edition.

Rendering and checking happen before the transaction; these verbs take what came out of them.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from incident.drafting import Brief
from incident.errors import Conflict, Fault, Invalid, Missing, NotFound, Refused
from incident.grounds import grounds_digest
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.notice_drafts import NoticeDraft, basis_document, draft_document, draft_place, read_draft
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import Written
from incident.queries.accepted import TICKED
from incident.queries.briefs import case_for
from incident.queries.notices import is_released
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import reason_given, record
from incident.verbs.voiding import void_edited
from notifications.findings import Finding, Level
from notifications.ids import new_id
from notifications.message import Text
from notifications.models import Edition
from notifications.release import NewEdition, freeze_edition
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Origin:
    """In whose name a notice speaks ("": our own; else the host id of a customer) and which edition it follows."""

    controller: str = ""
    follows: UUID | None = None


OURS = Origin()


def start_notice(
    act: Act, incident_id: UUID, kind: NoticeKind, brief: Brief, written: Written, origin: Origin = OURS
) -> Notice:
    """Begin a notice with what was written from the facts. Who starts it has written a version."""
    act.require(Action.WRITE_NOTICE, incident_id)
    notice_id = new_id()
    named = brief.datasets[0] if len(brief.datasets) == 1 else None
    notice = Notice(
        id=notice_id,
        incident_id=incident_id,
        kind=kind,
        dataset=named.id if named else "",
        entity=(named.entity if named else "") or brief.case.entity,
        controller=origin.controller,
        follows=origin.follows,
        draft_sealed=b"",
        fact_version=0,
        editors=[str(act.actor.id)],
        created_at=act.now,
        updated_at=act.now,
    )
    _put(act, notice, brief, written)
    act.session.add(notice)
    act.session.flush()
    languages = ", ".join(sorted(written.texts))
    text = f"Notice ({_said(kind)}) drafted from facts version {brief.case.number} in {languages}."
    record(act, incident_subject(incident_id), "notice.drafted", {"text": text, "notice": str(notice_id)})
    return notice


def redraft_notice(act: Act, notice_id: UUID, version: int, brief: Brief, written: Written) -> Notice:
    """Replace the draft by one from the facts as they are now; edits made by hand are lost, editions stay.

    What is asked for of the earlier text becomes void.
    """
    notice = _at_version(act, notice_id, version)
    before = open_draft(act, notice).texts
    _put(act, notice, brief, written)
    _changed(act, notice)
    if before != written.texts:
        void_edited(act, notice)
    text = f"Notice ({_said(notice.kind)}) drafted anew from facts version {brief.case.number}."
    record(act, incident_subject(notice.incident_id), "notice.drafted", {"text": text, "notice": str(notice_id)})
    return notice


def edit_notice(act: Act, notice_id: UUID, version: int, locale: str, text: Text) -> Notice:
    """Keep an edited text (`notice_texts.dress` made it). Its writer can no longer approve this notice.

    What is asked for of the earlier text becomes void.
    Raises Conflict when somebody else changed the notice since `version`, Invalid for a language it is not in.
    """
    notice = _at_version(act, notice_id, version)
    draft = open_draft(act, notice)
    if locale not in draft.texts:
        raise Invalid(
            Fault(
                "locale",
                worded("the notice is not written in {locale}", locale=repr(locale)),
                ", ".join(sorted(draft.texts)),
            )
        )
    notice.template_digest = ""
    _seal(act, notice, draft.with_text(locale, text))
    _changed(act, notice)
    if draft.texts[locale] != text:
        void_edited(act, notice)
    said = f"Notice ({_said(notice.kind)}) edited in {locale}."
    record(act, incident_subject(notice.incident_id), "notice.edited", {"text": said, "notice": str(notice_id)})
    return notice


def tick_warning(act: Act, notice_id: UUID, version: int, finding: Finding, reason: str) -> Notice:
    """Let a warning stand, with the reason on the timeline. Raises Invalid for an error, or without a reason."""
    notice = _at_version(act, notice_id, version)
    if finding.level is Level.ERROR:
        raise Invalid(Fault("finding", worded("is an error, which cannot be ticked off"), finding.mend))
    why = reason_given(reason, worded("say why the warning may stand"))
    _seal(act, notice, open_draft(act, notice).with_tick(finding.key, why))
    _changed(act, notice)
    text = f"Warning on the notice ({_said(notice.kind)}) may stand: {finding.message}. {why}"
    body = {"text": text, "finding": finding.key, "notice": str(notice_id)}
    record(act, incident_subject(notice.incident_id), TICKED, body)
    return notice


def withdraw_tick(act: Act, notice_id: UUID, version: int, key: str) -> Notice:
    """Let a warning stand no more that was accepted; the entry with its reason stays on the timeline.

    What is asked for of the text becomes void. Raises NotFound for one that nobody accepted, Conflict.
    """
    notice = _at_version(act, notice_id, version)
    draft = open_draft(act, notice)
    if key not in draft.ticks:
        raise NotFound(worded("Nobody accepted this warning."))
    _seal(act, notice, draft.without_tick(key))
    _changed(act, notice)
    void_edited(act, notice, "A warning that had been accepted was taken up again")
    text = f"Warning on the notice ({_said(notice.kind)}) may stand no more. It had been accepted: {draft.ticks[key]}"
    record(act, incident_subject(notice.incident_id), "notice.warning_unticked", {"text": text, "finding": key})
    return notice


def freeze_notice(act: Act, notice_id: UUID, checked: Checked) -> Edition:
    """Freeze the draft as an edition that can be released.

    Raises Refused with every error and unticked warning, and when a fact the text rests on has changed since it was
    drafted; Conflict when the notice changed since it was checked.
    """
    notice = _find(act, notice_id)
    if notice.version != checked.version:
        now = {"version": notice.version, "version2": checked.version}
        raise Conflict(
            worded("The notice is at version {version}, version {version2} was checked: check again.", **now)
        )
    draft, case = open_draft(act, notice), case_for(act.session, act.keys, notice.incident_id)
    digest = grounds_digest(case, notice.rests_on)
    blocking = [item for item in checked.findings if item.level is Level.ERROR or item.key not in draft.ticks]
    missing = [Missing(item.rule, item.said, f"notices/{notice_id}") for item in blocking]
    if digest != notice.facts_digest:
        missing.append(
            Missing("facts", worded("Facts this text rests on have changed: draft it anew."), f"notices/{notice_id}")
        )
    if missing:
        raise Refused(worded("The notice cannot be frozen yet."), missing)
    new = NewEdition(
        notice_id=notice.id,
        subject=incident_subject(notice.incident_id),
        kind=notice.kind,
        texts=draft.texts,
        facts_digest=digest,
        rests_on=tuple(notice.rests_on),
        fact_version=notice.fact_version,
        template_digest=notice.template_digest,
        controller=notice.controller,
        basis=basis_document(draft, checked.promises),
    )
    edition = freeze_edition(act.session, act.keys, new, act.actor.id, act.now)
    text = f"Notice ({_said(notice.kind)}) frozen as edition {edition.number}, {edition.digest[:12]}."
    body = {"text": text, "edition": str(edition.id), "digest": edition.digest, "facts_digest": edition.facts_digest}
    record(act, incident_subject(notice.incident_id), "edition.frozen", body)
    return edition


def discard_notice(act: Act, notice_id: UUID, version: int, reason: str) -> Notice:
    """Throw a draft away, with the reason on the timeline. It stays readable and takes no change any more.

    Raises Invalid without a reason, Refused for one that was asked to be released or is published, Conflict.
    """
    notice = _at_version(act, notice_id, version)
    why = reason_given(reason, worded("say why this draft is not needed"))
    if is_released(act.session, notice.id):
        raise Refused(
            worded("A release of this notice was asked for, or it is published: its record stays. Cancel it there.")
        )
    notice.discarded_at = act.now
    _changed(act, notice)
    text = f"Draft of a notice ({_said(notice.kind)}) discarded: {why}"
    record(act, incident_subject(notice.incident_id), "notice.discarded", {"text": text, "notice": str(notice_id)})
    return notice


def open_draft(act: Act, notice: Notice) -> NoticeDraft:
    """What is written so far, for verbs that have asked for permission."""
    return read_draft(act.open(notice.draft_sealed, draft_place(notice.incident_id, notice.id)))


def _put(act: Act, notice: Notice, brief: Brief, written: Written) -> None:
    notice.fact_version = brief.case.number
    notice.rests_on = list(written.rests_on)
    notice.facts_digest = grounds_digest(brief.case, written.rests_on)
    notice.template_digest = written.template_digest
    account = brief.account
    texts, ahead = written.texts, account.next_update
    draft = NoticeDraft(texts, ahead, {}, written.unknown, account, brief.segments, written.wording)
    _seal(act, notice, draft)


def _seal(act: Act, notice: Notice, draft: NoticeDraft) -> None:
    notice.draft_sealed = act.seal(draft_document(draft), draft_place(notice.incident_id, notice.id))


def _changed(act: Act, notice: Notice) -> None:
    """Note the writer, who from now on cannot approve."""
    notice.editors = list(dict.fromkeys((*notice.editors, str(act.actor.id))))
    notice.updated_at = act.now
    act.session.add(notice)
    act.session.flush()


def _find(act: Act, notice_id: UUID) -> Notice:
    notice = act.session.get(Notice, notice_id)
    if notice is None:
        raise NotFound(worded("There is no such notice."))
    act.require(Action.WRITE_NOTICE, notice.incident_id)
    _require_kept(notice)
    return notice


def hold_kept(act: Act, notice: Notice) -> None:
    """Hold a notice whose text is to go out, so that nobody discards it meanwhile. Raises Conflict for a discarded."""
    act.session.refresh(notice, with_for_update=True)
    _require_kept(notice)


def _require_kept(notice: Notice) -> None:
    if notice.discarded_at is not None:
        raise Conflict(worded("This draft was discarded: write a new notice."))


def _at_version(act: Act, notice_id: UUID, version: int) -> Notice:
    """The notice, counted up from the version the caller saw, so that of two writers one is told."""
    notice = _find(act, notice_id)
    mine = (col(Notice.id) == notice_id, col(Notice.version) == version)
    raised = act.session.execute(update(Notice).where(*mine).values(version=version + 1).returning(col(Notice.version)))
    if raised.scalar_one_or_none() is None:
        act.session.refresh(notice)
        raise Conflict(
            worded(
                "The notice is at version {version}, you edited version {version2}. Read it, then repeat.",
                version=notice.version,
                version2=version,
            )
        )
    act.session.refresh(notice)
    return notice


def _said(kind: str) -> str:
    return {"in_app": "in-app"}.get(kind, kind)
