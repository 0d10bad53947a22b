"""Answer a reply: by an approved version of the bank, or in words a second person approves; never twice unasked."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from incident.answer_texts import as_mail, text_faults
from incident.drafting import Profile
from incident.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Refused
from incident.models.replies import ENDED, Answer, AnswerVersion, Reply, ReplyAnswer, SentState
from incident.notice_kinds import LOCALES
from incident.phrases import load_phrases
from incident.queries.answers import case_of_answer, open_version, rests_digest
from incident.queries.replies import Said, given_place, open_content
from incident.queries.reply_matches import OCCASION
from incident.reply_rules import ReplyRules
from incident.verbs.act import Act
from incident.verbs.answers import refuse_found
from incident.verbs.approvals import require_person
from incident.verbs.entries import LONGEST_REASON, reason_given
from incident.verbs.reply_acts import in_words, locked_reply, mark_settled, write_down
from incident.verbs.versions import lock_incident
from notifications.findings import Finding
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Outgoing
from notifications.replies import PREFIX, ReplyClass
from notifications.sealing import Place
from notifications.wording import worded

GIVE_UP = timedelta(hours=72)
LONGEST_SUBJECT = 200
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Sending:
    """Who answers: the organisation as printed, the domain of Message-IDs, by when answers are dealt with.

    `folders` are those of the templates, where how a mail greets and ends stands; `again`: why a reply that was
    answered is answered once more, "" where it was not.
    """

    profile: Profile
    domain: str
    rules: ReplyRules
    folders: Sequence[Path]
    again: str = ""

    def mail(self, text: str, locale: str) -> str:
        """A text as its whole mail. Raises Invalid."""
        return as_mail(text, self.profile, load_phrases(self.folders, locale))


def send_answer(act: Act, reply_id: UUID, version_id: UUID, locale: str, sending: Sending) -> ReplyAnswer:
    """Answer with an approved version in one of its languages; it goes out by the ledger.

    Raises Refused for a reply nobody may answer and for a version that is not approved, or whose facts have changed;
    Conflict for a reply that was answered, without a reason; Invalid for a language the answer is not in.
    """
    row, said = _answerable(act, reply_id, sending)
    version = act.session.get(AnswerVersion, version_id)
    answer = act.session.get(Answer, version.answer_id) if version else None
    if version is None or answer is None or answer.incident_id not in (None, row.incident_id):
        raise NotFound(worded("There is no such approved answer for this reply."))
    if answer.incident_id:
        lock_incident(act, answer.incident_id)  # facts that are being saved come first
    now = rests_digest(case_of_answer(act.session, act.keys, answer.incident_id))
    opened = open_version(act.session, act.keys, answer, version, now)
    if not opened.usable or answer.retired_at is not None:
        raise Refused(worded("This answer is not approved, or a fact it rests on has changed: have it approved anew."))
    if locale not in opened.text.texts:
        known = ", ".join(sorted(opened.text.texts))
        raise Invalid(Fault("locale", worded("the answer is not written in {locale}", locale=repr(locale)), known))
    text = sending.mail(opened.text.texts[locale], locale)
    given = _given(act, row, said, text, locale, sending)
    given.version_id = version.id
    return _send(act, row, said, given, sending, f"by the approved answer “{answer.key}”, version {version.number}")


def write_free_answer(
    act: Act, reply_id: UUID, text: str, locale: str, findings: Sequence[Finding], sending: Sending
) -> ReplyAnswer:
    """Write an answer in free words; it waits for a second person. Raises as `send_answer`, and Refused for errors."""
    row, said = _answerable(act, reply_id, sending)
    require_person(act)
    written = text.replace("\r\n", "\n").strip()
    faults = text_faults("text", written) if written else [Fault("text", worded("is empty"), worded("write an answer"))]
    if locale not in LOCALES:
        faults.append(Fault("locale", worded("{locale} is no language here", locale=repr(locale)), ", ".join(LOCALES)))
    if faults:
        raise Invalid(*faults)
    refuse_found(findings, "for the second person to judge")
    given = _given(act, row, said, sending.mail(written, locale), locale, sending)
    act.session.add(given)
    act.session.flush()
    waits = f"A free answer to a reply ({in_words(row.kind)}) waits for a second person."
    write_down(act, row, "reply.answer_drafted", waits)
    return given


def approve_free_answer(
    act: Act, given_id: UUID, digest: str, findings: Sequence[Finding], sending: Sending
) -> ReplyAnswer:
    """Send a free answer that somebody else wrote. `findings` are those of the checks just before: facts change.

    Raises Forbidden for its writer; Conflict for another text, and where another answer went out meanwhile; Refused.
    """
    row, given = _waiting(act, given_id)
    require_person(act)
    if given.drafted_by == act.actor.id:
        raise Forbidden(worded("Whoever wrote this answer does not approve it: another person does."))
    if given.digest != digest:
        raise Conflict(worded("This is not the text you saw: read it again."))
    said = _may_be_answered(act, row)
    sent = (col(ReplyAnswer.reply_id) == row.id, col(ReplyAnswer.state) == SentState.SENT)
    if not given.reason and act.session.exec(select(ReplyAnswer.id).where(*sent)).first() is not None:
        raise Conflict(worded("This reply was answered meanwhile: write anew why it is answered once more."))
    refuse_found(findings, "a second person read it")
    given.approved_by = act.actor.id
    return _send(act, row, said, given, sending, "in words of its own, read by a second person")


def refuse_free_answer(act: Act, given_id: UUID, reason: str) -> ReplyAnswer:
    """Say no to a free answer. Raises Invalid without a reason."""
    row, given = _waiting(act, given_id)
    why = reason_given(reason, worded("say what is wrong with it"))
    given.state, given.reason = SentState.REFUSED, why[:LONGEST_REASON]
    act.session.add(given)
    write_down(act, row, "reply.answer_refused", f"A free answer was refused: {given.reason}")
    return given


def take_back_answer(act: Act, given_id: UUID) -> ReplyAnswer:
    """Take a free answer back that waits, by its writer or whoever may send it. Raises Conflict for one that went."""
    row, given = _waiting(act, given_id)
    given.state = SentState.WITHDRAWN
    act.session.add(given)
    write_down(act, row, "reply.answer_withdrawn", "A free answer that waited for a second person was taken back.")
    return given


def message_id_of(reply_id: UUID, number: int, domain: str) -> str:
    """The Message-ID of an answer: the same for every attempt."""
    return f"<reply.{reply_id.hex}.{number}@{domain}>"


def _answerable(act: Act, reply_id: UUID, sending: Sending) -> tuple[Reply, Said]:
    row = locked_reply(act, reply_id)
    said = _may_be_answered(act, row)
    live = (col(ReplyAnswer.reply_id) == row.id, col(ReplyAnswer.state).not_in(ENDED))
    if act.session.exec(select(ReplyAnswer.id).where(*live)).first() is not None and not sending.again.strip():
        raise Conflict(worded("This reply was answered, or an answer waits. Say why it is answered once more."))
    return row, said


def _may_be_answered(act: Act, row: Reply) -> Said:
    """What it says. Raises Refused for what a program sent (RFC 3834: no loops), or has no sender, or is purged."""
    said = open_content(act.session, act.keys, row)
    if row.automatic or row.kind is ReplyClass.OUT_OF_OFFICE:
        raise Refused(
            worded("A program sent this reply: it is not answered, so that two of them never answer each other.")
        )
    if said is None or not said.sender:
        raise Refused(worded("It is not known who wrote this reply, or what it said was purged."))
    return said


def _given(act: Act, row: Reply, said: Said, text: str, locale: str, sending: Sending) -> ReplyAnswer:
    mine = select(ReplyAnswer.number).where(col(ReplyAnswer.reply_id) == row.id)
    number = max(act.session.exec(mine).all(), default=0) + 1
    subject = f"Re: {PREFIX.sub('', said.subject)}"[:LONGEST_SUBJECT].strip()
    content = json.dumps({"subject": subject, "text": text}, ensure_ascii=False)
    digest, reason = hashlib.sha256(content.encode()).hexdigest(), sending.again.strip()[:LONGEST_REASON]
    _refuse_repeat(act, row, digest, reason)
    given = ReplyAnswer(
        id=new_id(),
        reply_id=row.id,
        number=number,
        locale=locale,
        scope=row.scope,
        content_sealed=None,
        digest=digest,
        state=SentState.WAITING,
        drafted_by=act.actor.id,
        drafted_at=act.now,
        reason=reason,
    )
    given.content_sealed = act.seal(content, given_place(given))
    return given


def _refuse_repeat(act: Act, row: Reply, digest: str, reason: str) -> None:
    """Raise Conflict for the same words for the same reason: a form that was sent twice."""
    same = (col(ReplyAnswer.reply_id) == row.id, col(ReplyAnswer.digest) == digest, col(ReplyAnswer.reason) == reason)
    if act.session.exec(select(ReplyAnswer.id).where(*same, col(ReplyAnswer.state).not_in(ENDED))).first():
        raise Conflict(worded("This answer was given for this reason already."))


def _send(act: Act, row: Reply, said: Said, given: ReplyAnswer, sending: Sending, how: str) -> ReplyAnswer:
    """Put it into the ledger: one row, one occasion, one Message-ID."""
    assert given.content_sealed is not None
    content = json.loads(act.open(given.content_sealed, given_place(given)))
    given.occasion = f"{OCCASION}{row.id}:{given.number}"
    given.state, given.sent_at = SentState.SENT, act.now
    references = [*reversed(said.references[:MOST_REFERENCES]), said.message_id]
    threaded = {"in_reply_to": said.message_id, "references": " ".join(filter(None, references))}
    person = f"reply:{row.id}"
    act.session.add_all(
        (
            given,
            Outgoing(
                occasion=given.occasion,
                scope=row.scope,
                content_sealed=_sealed(act, row, given, "content_sealed", {**content, **threaded}),
                addresses_sealed=_sealed(act, row, given, "addresses_sealed", {person: said.sender}),
                created_at=act.now,
            ),
            Delivery(
                occasion=given.occasion,
                person=person,
                channel=Channel.EMAIL,
                message_id=message_id_of(row.id, given.number, sending.domain),
                state=DeliveryState.PENDING,
                next_at=act.now,
                give_up_at=act.now + GIVE_UP,
                created_at=act.now,
            ),
        )
    )
    act.session.flush()
    mark_settled(act, row, sending.rules)
    again = f" It was answered before: {sending.again.strip()}" if sending.again.strip() else ""
    text = f"A reply ({in_words(row.kind)}) is answered {how}.{again}"
    write_down(act, row, "reply.answered", text, occasion=given.occasion)
    return given


def _waiting(act: Act, given_id: UUID) -> tuple[Reply, ReplyAnswer]:
    given = act.session.get(ReplyAnswer, given_id)
    if given is None:
        raise NotFound(worded("There is no such reply."))  # as for one that is hidden
    row = locked_reply(act, given.reply_id)
    act.session.refresh(given)
    if given.state is not SentState.WAITING:
        raise Conflict(worded("This answer is {state}: it waits for nobody.", state=given.state))
    return row, given


def _sealed(act: Act, row: Reply, given: ReplyAnswer, column: str, content: dict[str, str]) -> bytes:
    place = Place("outgoing", column, given.occasion, row.scope)
    return act.seal(json.dumps(content, ensure_ascii=False), place)
