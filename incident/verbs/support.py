"""Support asks whether somebody is affected; every question is written down. And the decision that allows a "no"."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from incident.drafting import Profile
from incident.errors import Fault, Invalid, Missing, Refused
from incident.models.entries import incident_subject
from incident.models.replies import Completeness, SupportLookup
from incident.notice_kinds import LOCALES
from incident.queries.answers import rests_digest
from incident.queries.briefs import case_for
from incident.queries.support import SCOPE, Affected, Asked, find_who, is_affected, public_of, sentence_for
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.entries import reason_given, record
from notifications.addresses import BadAddress, meeting_key, normalise
from notifications.ids import new_id
from notifications.models import Release, ReleaseState
from notifications.release_states import UNDER_WAY
from notifications.wording import worded

LONGEST = 320
AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Question:
    """Whom support asks about, and the language of whoever asks."""

    asked: Asked
    value: str
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class SupportAnswer:
    """All that support learns. `sentence` is approved, in `locale`, "" where none is; `public` an announcement's id."""

    affected: Affected
    sentence: str
    locale: str
    public: str = ""


def ask_support(act: Act, question: Question, profile: Profile, an_hour: int = AN_HOUR) -> SupportAnswer:
    """Answer whether somebody is affected, and keep who asked about whom, by fingerprint, when, with which answer.

    Raises Invalid for what names nobody, Refused beyond so many questions of one person in an hour, Forbidden.
    """
    act.require(Action.ASK_SUPPORT)
    _check(question)
    _refuse_many(act, an_hour)
    who = find_who(act.session, act.keys, question.asked, question.value)
    affected, incidents = is_affected(act.session, act.keys, who)
    said = sentence_for(act.session, act.keys, affected, incidents, question.locale, profile)
    public = public_of(act.session, incidents)
    act.session.add(
        SupportLookup(
            id=new_id(),
            by=act.actor.label,
            asked=question.asked.value,
            subject_blind=fingerprint(act, question),
            answer=affected.value,
            locale=said.locale[:16],
            version_id=said.version_id,
            at=act.now,
        )
    )
    act.session.flush()
    return SupportAnswer(affected, said.text, said.locale, public)


def fingerprint(act: Act, question: Question) -> str:
    """By which look-ups of the same person are found again, by who may read them."""
    named = _key(question.value) if question.asked is Asked.ADDRESS else question.value.strip()
    return act.keys.for_scope(act.session, SCOPE).blind(f"{question.asked}\n{named}")


def state_complete(act: Act, incident_id: UUID, reason: str) -> Completeness:
    """Decide that everybody affected is in the released audiences, so that support may say "no" to others.

    It lapses when a fact changes or another release is asked for. Raises Invalid without a reason; Refused while how
    many people are affected is not known, no release is finished, or one is under way.
    """
    act.require(Action.DECIDE, incident_id)
    reason = reason_given(reason, worded("say how it was established that nobody else is affected"))
    case = case_for(act.session, act.keys, incident_id)
    missing = []
    if not case.sheet.datasets or any(one.facts.get("people.count") is None for one in case.sheet.datasets):
        missing.append(Missing("people", worded("How many people each data set concerns is not known."), "facts"))
    subject = col(Release.subject) == incident_subject(incident_id)
    states = set(act.session.exec(select(Release.state).where(subject).distinct()).all())
    if ReleaseState.FINISHED not in states:
        missing.append(Missing("releases", worded("No notice has been sent to the end."), "notices"))
    if states & set(UNDER_WAY):
        missing.append(Missing("releases", worded("A release is under way."), "notices"))
    if missing:
        raise Refused(worded("Nobody can say yet that nobody else is affected."), missing)
    identity = new_id()
    row = Completeness(
        id=identity,
        incident_id=incident_id,
        facts_digest=rests_digest(case),
        fact_version=case.number,
        reason_sealed=act.seal(reason, place_in(incident_id, "completeness", "reason_sealed", identity)),
        at=act.now,
        by=act.actor.label,
    )
    act.session.add(row)
    act.session.flush()
    text = f"Decided that everybody affected is in the released audiences: {reason}"
    record(act, incident_subject(incident_id), "audience.complete", {"text": text, "fact_version": case.number})
    return row


def withdraw_complete(act: Act, incident_id: UUID, reason: str) -> None:
    """Take that decision back. Raises Invalid without a reason."""
    act.require(Action.DECIDE, incident_id)
    reason = reason_given(reason, worded("say what has turned up"))
    mine = (col(Completeness.incident_id) == incident_id, col(Completeness.withdrawn_at).is_(None))
    gone = update(Completeness).where(*mine).values(withdrawn_at=act.now).returning(col(Completeness.id))
    if act.session.execute(gone).first() is not None:
        text = f"No longer decided that everybody affected is in the released audiences: {reason}"
        record(act, incident_subject(incident_id), "audience.incomplete", {"text": text})


def _check(question: Question) -> None:
    faults = []
    if not question.value.strip() or len(question.value) > LONGEST or not question.value.isprintable():
        faults.append(
            Fault("value", worded("names nobody"), worded("give the id of a customer or person, or an address"))
        )
    if question.locale not in LOCALES:
        faults.append(Fault("locale", worded("is no language here"), ", ".join(LOCALES)))
    if faults:
        raise Invalid(*faults)


def _refuse_many(act: Act, an_hour: int) -> None:
    mine = (col(SupportLookup.by) == act.actor.label, col(SupportLookup.at) > act.now - timedelta(hours=1))
    if act.session.exec(select(func.count()).select_from(SupportLookup).where(*mine)).one() >= an_hour:
        raise Refused(
            worded("{an_hour} look-ups within an hour are the most one person may make: wait.", an_hour=an_hour)
        )


def _key(value: str) -> str:
    try:
        return meeting_key(normalise(value))
    except BadAddress:
        return value.strip().lower()
