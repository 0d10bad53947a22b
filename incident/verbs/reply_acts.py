"""What a person does with a reply: reads it, says whose it is and what it is, takes it, deals with it, opens a way."""

from uuid import UUID

from sqlmodel import col, select

from incident.channel_rules import ChannelRules
from incident.errors import Conflict, NotFound, Refused
from incident.models.entries import subject_for
from incident.models.people import UserAccount
from incident.models.replies import Match, Reply, ReplyAnswer, ReplyReading, SentState
from incident.queries.replies import Said, find_reply, open_content
from incident.reply_rules import OWNED, ReplyRules
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import LONGEST_REASON, reason_given, record
from incident.verbs.next_channels import open_for_one
from incident.verbs.reply_tasks import keep_task
from notifications.ids import new_id
from notifications.incoming import ReceivedMail
from notifications.received import raw_mail
from notifications.replies import ReplyClass
from notifications.wording import worded


def view_reply(act: Act, reply_id: UUID) -> Said:
    """Open what a reply says; who read it is kept with it. Raises NotFound for one that was purged, Forbidden."""
    row = find_reply(act.session, act.actor, reply_id)
    said = open_content(act.session, act.keys, row)
    if said is None:
        raise NotFound(worded("What this reply said was purged on schedule."))
    _note_reading(act, row)
    return said


def view_reply_mail(act: Act, reply_id: UUID) -> bytes:
    """The mail behind a reply as it was received; that is written down. Raises NotFound once it is erased."""
    row = find_reply(act.session, act.actor, reply_id)
    mail = act.session.get_one(ReceivedMail, row.mail_id)
    raw = raw_mail(act.session, act.keys, mail)
    if raw is None or row.purged_at is not None:
        raise NotFound(worded("The mail was erased on schedule; its hash is kept."))
    _note_reading(act, row)
    write_down(act, row, "reply.viewed", "A reply was viewed as it was received.", sha256=mail.sha256)
    return raw


def take_reply(act: Act, reply_id: UUID) -> Reply:
    """Be the one who deals with it. Raises Conflict when it is taken or dealt with; Refused for programs."""
    row = locked_reply(act, reply_id)
    if row.settled_at is not None:
        raise Conflict(worded("This reply is dealt with."))
    if act.session.get(UserAccount, act.actor.id) is None:
        raise Refused(worded("A reply is taken by a person."))
    if row.owner_id is not None and row.owner_id != act.actor.id:
        raise Conflict(worded("Somebody else has taken this reply."))
    row.owner_id = act.actor.id
    act.session.add(row)
    return row


def correct_class(act: Act, reply_id: UUID, kind: ReplyClass, reason: str, rules: ReplyRules) -> Reply:
    """Say what a reply is, against the rules; the reason stands on the timeline.

    It opens again, or is dealt with, as its new class asks. Raises Invalid without a reason.
    """
    row = locked_reply(act, reply_id)
    why = reason_given(reason, worded("say why it is something else"))[:LONGEST_REASON]
    if kind is row.kind:
        return row
    before, row.kind = row.kind, kind
    within = rules.within(kind)
    row.owner_role = OWNED[kind].value if within else ""
    row.due_at = row.received_at + within if within else None
    row.settled_at, row.settled_by = (None, "") if within else (act.now, act.actor.label)
    act.session.add(row)
    if row.settled_at is not None:
        _end_waiting(act, row)
    act.session.flush()
    _keep_tasks(act, row, rules, before, kind)
    text = f"A reply read as {in_words(before)} is {in_words(kind)}: {why}"
    write_down(act, row, "reply.reclassified", text, was=before.value)
    return row


def assign_reply(act: Act, reply_id: UUID, incident_id: UUID, reason: str, rules: ReplyRules) -> Reply:
    """Say which incident a reply that nobody could match belongs to. Raises Conflict for a matched one, Invalid."""
    row = locked_reply(act, reply_id)
    act.require(Action.ANSWER, incident_id)
    why = reason_given(reason, worded("say how you know"))[:LONGEST_REASON]
    if row.incident_id is not None:
        raise Conflict(worded("This reply belongs to an incident already."))
    row.incident_id, row.matched_by, row.told_at = incident_id, Match.PERSON, act.now
    act.session.add(row)
    act.session.flush()
    _keep_tasks(act, row, rules, row.kind)
    text = f"A reply ({in_words(row.kind)}) was found to belong here: {why}"
    write_down(act, row, "reply.assigned", text)
    return row


def settle_reply(act: Act, reply_id: UUID, reason: str, rules: ReplyRules) -> Reply:
    """Say that a reply is dealt with without an answer, and how. Raises Invalid without a reason, Conflict."""
    row = locked_reply(act, reply_id)
    why = reason_given(reason, worded("say what was done"))[:LONGEST_REASON]
    if row.settled_at is not None:
        raise Conflict(worded("This reply is dealt with."))
    mark_settled(act, row, rules)
    text = f"A reply ({in_words(row.kind)}) is dealt with: {why}"
    write_down(act, row, "reply.settled", text)
    return row


def open_way(act: Act, reply_id: UUID, channels: ChannelRules, rules: ReplyRules) -> int:
    """Open the next channels for somebody whose address is said to be no longer used, as after a bounce.

    A person says so, who has read it: everybody can write that somebody has left. Raises Refused for a reply that is
    no such one, that names no delivery, or for whose kind of notice the settings name no channel.
    """
    row = locked_reply(act, reply_id)
    if row.kind is not ReplyClass.LEFT:
        raise Refused(worded("This reply does not say that its address is no longer used. Correct its class first."))
    if row.delivery_id is None or row.incident_id is None:
        raise Refused(worded("It is not known to which mail this reply belongs."))
    opened = open_for_one(act, row.delivery_id, channels)
    if not opened:
        raise Refused(worded("No other channel is set for this kind of notice, or one was opened before."))
    mark_settled(act, row, rules)
    said = ", ".join(channel.value.replace("_", "-") for channel in opened)
    text = f"An address is no longer used, says its reply: opened for this person: {said}."
    write_down(act, row, "release.next_channel", text, release=str(row.release_id), delivery=row.delivery_id)
    return len(opened)


def mark_settled(act: Act, row: Reply, rules: ReplyRules) -> None:
    """It asks nothing any more, and no first answer to it waits. A step of other verbs."""
    row.settled_at, row.settled_by = act.now, act.actor.label
    _end_waiting(act, row)
    act.session.add(row)
    act.session.flush()
    _keep_tasks(act, row, rules, row.kind)


def locked_reply(act: Act, reply_id: UUID) -> Reply:
    """One reply, held until the transaction ends, if the actor may answer it. A step of other verbs."""
    row = find_reply(act.session, act.actor, reply_id, Action.ANSWER)
    query = select(Reply).where(col(Reply.id) == row.id).with_for_update()
    return act.session.exec(query.execution_options(populate_existing=True)).one()


def write_down(act: Act, row: Reply, action: str, text: str, **more: object) -> None:
    """One line on the timeline of a reply's incident, or of nobody's. A step of other verbs."""
    record(act, subject_for(row.incident_id), action, {"text": text, "reply": str(row.id), **more})


def in_words(kind: ReplyClass) -> str:
    """A class as the timeline names it."""
    return kind.value.replace("_", " ")


def _end_waiting(act: Act, row: Reply) -> None:
    """End first answers that wait for a second person; one that says why it is answered once more goes on waiting."""
    waiting = (col(ReplyAnswer.reply_id) == row.id, col(ReplyAnswer.state) == SentState.WAITING)
    for given in act.session.exec(select(ReplyAnswer).where(*waiting, ReplyAnswer.reason == "")).all():
        given.state = SentState.WITHDRAWN
        act.session.add(given)
        text = "A free answer that waited for a second person is ended: its reply was dealt with otherwise."
        write_down(act, row, "reply.answer_ended", text)


def _note_reading(act: Act, row: Reply) -> None:
    act.session.add(ReplyReading(id=new_id(), reply_id=row.id, by=act.actor.label, at=act.now))
    act.session.flush()


def _keep_tasks(act: Act, row: Reply, rules: ReplyRules, *kinds: ReplyClass) -> None:
    if row.incident_id is not None:
        for kind in kinds:
            keep_task(act, row.incident_id, kind, rules)
