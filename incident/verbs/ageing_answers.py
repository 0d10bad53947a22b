"""Approved answers of which a fact has changed: marked, and used no more until somebody approves them anew."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.models.entries import incident_subject
from incident.models.replies import Answer, AnswerState, AnswerVersion
from incident.queries.answers import case_of_answer, rests_digest
from incident.verbs.act import Act
from incident.verbs.entries import record


def look_at_answers_again(act: Act, incident_id: UUID) -> int:
    """Mark approved answers of which a fact has changed; none of them is sent until it is approved anew.

    A step of saving facts and moments. Returns how many were marked now.
    """
    mine = select(Answer.id).where(col(Answer.incident_id) == incident_id, col(Answer.retired_at).is_(None))
    approved = (col(AnswerVersion.answer_id).in_(mine), col(AnswerVersion.state) == AnswerState.APPROVED)
    fresh = (*approved, col(AnswerVersion.look_again_at).is_(None))
    if act.session.exec(select(AnswerVersion.id).where(*fresh).limit(1)).first() is None:
        return 0
    now = rests_digest(case_of_answer(act.session, act.keys, incident_id))
    outdated = (*fresh, col(AnswerVersion.facts_digest) != now)
    marked = update(AnswerVersion).where(*outdated).values(look_again_at=act.now).returning(col(AnswerVersion.id))
    number = len(act.session.execute(marked).all())
    if number:
        said = "1 approved answer rests" if number == 1 else f"{number} approved answers rest"
        text = f"{said} on facts that have changed: not used until approved anew."
        record(act, incident_subject(incident_id), "answers.outdated", {"text": text, "answers": number})
    return number
