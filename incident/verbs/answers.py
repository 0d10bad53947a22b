"""The bank of approved answers: one person drafts, another approves; a changed fact asks for approval anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.answer_texts import KEY, AnswerText, usable
from incident.errors import Conflict, Fault, Forbidden, Invalid, Missing, NotFound, Refused
from incident.models.entries import subject_for
from incident.models.replies import Answer, AnswerState, AnswerVersion
from incident.queries.answers import case_of_answer, rests_digest, version_place
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.approvals import require_person
from incident.verbs.entries import LONGEST_REASON, reason_given, record
from notifications.findings import Finding, Level
from notifications.ids import new_id
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Draft:
    """A version to be: of which incident (None: for all), under which key, with which text."""

    incident_id: UUID | None
    key: str
    text: AnswerText


def draft_answer(act: Act, draft: Draft) -> AnswerVersion:
    """Add a version, to be approved by somebody who wrote none. A draft before it that waits is superseded.

    Raises Invalid, naming each field; Forbidden and NotFound.
    """
    act.require(Action.WRITE_ANSWER, draft.incident_id)
    key, text = draft.key.strip().lower(), usable(draft.text)
    if not KEY.fullmatch(key):
        raise Invalid(Fault("key", worded("is no key"), worded("use a-z, 0-9 and -, such as which-data")))
    answer = _answer(act, draft.incident_id, key)
    waiting = (col(AnswerVersion.answer_id) == answer.id, col(AnswerVersion.state) == AnswerState.DRAFT)
    act.session.execute(update(AnswerVersion).where(*waiting).values(state=AnswerState.SUPERSEDED))
    case = case_of_answer(act.session, act.keys, draft.incident_id)
    answer.versions += 1
    version_id = new_id()
    version = AnswerVersion(
        id=version_id,
        answer_id=answer.id,
        number=answer.versions,
        state=AnswerState.DRAFT,
        content_sealed=act.seal(text.document, version_place(draft.incident_id, version_id)),
        digest=text.digest,
        facts_digest=rests_digest(case),
        fact_version=case.number if case else 0,
        drafted_by=act.actor.id,
        drafted_at=act.now,
    )
    act.session.add_all((answer, version))
    act.session.flush()
    _write(act, answer, "answer.drafted", f"Answer “{key}” drafted, version {version.number}.", version)
    return version


def approve_answer(
    act: Act, version_id: UUID, digest: str, findings: Sequence[Finding], reason: str = ""
) -> AnswerVersion:
    """Approve what was seen (`digest`), or approve anew what rests on a changed fact; the version before it is kept.

    `findings` are those of the checks just before. Raises Refused for an error among them, and for warnings without a
    reason; Forbidden for who wrote any version of this answer; Conflict for a version that waits for nobody.
    """
    answer, version = _locked(act, version_id, Action.APPROVE_ANSWER)
    require_person(act)
    now = case_of_answer(act.session, act.keys, answer.incident_id)
    facts = rests_digest(now)
    outdated = version.facts_digest != facts or version.look_again_at is not None
    again = version.state is AnswerState.APPROVED and outdated
    if version.state is not AnswerState.DRAFT and not again:
        raise Conflict(
            worded("Version {version} is {state}: it waits for nobody.", version=version.number, state=version.state)
        )
    if version.digest != digest:
        raise Conflict(worded("This is not the text you saw: read it again."))
    if act.actor.id in _writers(act, answer.id):
        raise Forbidden(worded("Whoever wrote a version of this answer approves none of it: another person does."))
    refuse_found(findings, reason)
    earlier = (col(AnswerVersion.answer_id) == answer.id, col(AnswerVersion.state) == AnswerState.APPROVED)
    act.session.execute(update(AnswerVersion).where(*earlier).values(state=AnswerState.SUPERSEDED))
    version.state, version.approved_by, version.approved_at = AnswerState.APPROVED, act.actor.id, act.now
    version.facts_digest, version.fact_version = facts, now.number if now else 0
    version.reason, version.look_again_at = reason.strip()[:LONGEST_REASON], None
    act.session.add(version)
    act.session.flush()
    said = "approved anew" if again else "approved"
    _write(act, answer, "answer.approved", f"Answer “{answer.key}” {said}, version {version.number}.", version)
    return version


def refuse_answer(act: Act, version_id: UUID, reason: str) -> AnswerVersion:
    """Say no to a draft. Raises Invalid without a reason."""
    answer, version = _locked(act, version_id, Action.APPROVE_ANSWER)
    why = reason_given(reason, worded("say what is wrong with it"))
    if version.state is not AnswerState.DRAFT:
        raise Conflict(
            worded("Version {version} is {state}: it waits for nobody.", version=version.number, state=version.state)
        )
    version.state, version.reason = AnswerState.REFUSED, why[:LONGEST_REASON]
    act.session.add(version)
    _write(act, answer, "answer.refused", f"Answer “{answer.key}” refused, version {version.number}.", version)
    return version


def retire_answer(act: Act, answer_id: UUID) -> None:
    """Take an answer out of the bank; its versions are kept, and none of them comes back by a later draft."""
    answer = act.session.get(Answer, answer_id, with_for_update=True)
    if answer is None:
        raise NotFound(worded("There is no such answer."))
    act.require(Action.APPROVE_ANSWER, answer.incident_id)
    if answer.retired_at is not None:
        return
    answer.retired_at = act.now
    act.session.add(answer)
    live = col(AnswerVersion.state).in_((AnswerState.DRAFT, AnswerState.APPROVED))
    gone = update(AnswerVersion).where(col(AnswerVersion.answer_id) == answer.id, live)
    act.session.execute(gone.values(state=AnswerState.SUPERSEDED))
    body = {"text": f"Answer “{answer.key}” retired.", "answer": str(answer.id)}
    record(act, subject_for(answer.incident_id), "answer.retired", body)


def _answer(act: Act, incident_id: UUID | None, key: str) -> Answer:
    mine = col(Answer.incident_id) == incident_id if incident_id else col(Answer.incident_id).is_(None)
    answer = act.session.exec(select(Answer).where(mine, col(Answer.key) == key).with_for_update()).first()
    if answer is None:
        answer = Answer(id=new_id(), incident_id=incident_id, key=key, created_at=act.now)
    answer.retired_at = None
    act.session.add(answer)
    act.session.flush()
    return answer


def _locked(act: Act, version_id: UUID, action: Action) -> tuple[Answer, AnswerVersion]:
    version = act.session.get(AnswerVersion, version_id)
    answer = act.session.get(Answer, version.answer_id, with_for_update=True) if version else None
    if version is None or answer is None:
        raise NotFound(worded("There is no such version of an answer."))
    act.require(action, answer.incident_id)
    act.session.refresh(version)
    return answer, version


def _writers(act: Act, answer_id: UUID) -> set[UUID]:
    mine = select(AnswerVersion.drafted_by).where(col(AnswerVersion.answer_id) == answer_id)
    return set(act.session.exec(mine).all())


def refuse_found(findings: Sequence[Finding], reason: str) -> None:
    """Raise Refused for errors, and for warnings without a reason. A step of other verbs."""
    errors = [item for item in findings if item.level is Level.ERROR]
    if errors:
        missing = [Missing(item.rule, item.said, "answers") for item in errors]
        raise Refused(worded("The answer cannot be approved as it is."), missing)
    if findings and not reason.strip():
        missing = [Missing(item.rule, item.said, "answers") for item in findings]
        raise Refused(worded("Warnings stand only with a reason."), missing)


def _write(act: Act, answer: Answer, action: str, text: str, version: AnswerVersion) -> None:
    body = {"text": text, "answer": str(answer.id), "version": version.number, "digest": version.digest}
    record(act, subject_for(answer.incident_id), action, body)
