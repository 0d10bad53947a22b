"""A person whom no mail reaches is reached another way: in the product, by letter, or by what somebody decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, literal, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from incident.channel_rules import ChannelRules, NextChannel
from incident.models.entries import incident_subject
from incident.models.incidents import Task
from incident.models.people import Notice
from incident.models.releasing import OpenedChannel
from incident.notice_kinds import KINDS, NoticeKind
from incident.phases import Phase
from incident.roles import Action, Role, system
from incident.runbooks.steps import Task as Step
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.later_news import LOST, lost_of
from notifications.columns import UtcDateTime, Word
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Edition, Release, ReleaseState

SPEAKER = "releases"
PIECE = 1000  # people in one transaction
PAUSE = timedelta(hours=1)  # bounces trickle in: one line an hour counts them
TO_DECIDE = timedelta(hours=24)
WORDS = {
    NextChannel.IN_APP: "shown the notice in the product",
    NextChannel.POSTAL: "on the postal list",
    NextChannel.PUBLIC: "counted for a public communication",
}
SENT = (ReleaseState.APPROVED, ReleaseState.FINISHED)


def releases_with_unreached(session: Session, rules: ChannelRules, now: datetime) -> list[UUID]:
    """Releases with somebody whom no mail reaches and for whom nothing was opened, or opened without a line.

    Those of which a line was written within the hour wait.
    """
    if not any(rules.channels.values()):
        return []
    opened = select(OpenedChannel.id).where(col(OpenedChannel.delivery_id) == col(Delivery.id)).exists()
    known = col(Delivery.member_id).is_not(None)  # of purged people nobody knows where else they are
    lost = (col(Delivery.state).in_(LOST), col(Delivery.channel) == Channel.EMAIL, known, ~opened)
    mine = select(Delivery.id).where(col(Delivery.release_id) == col(Release.id), *lost).exists()
    lately = (col(OpenedChannel.release_id) == col(Release.id), col(OpenedChannel.told_at) > now - PAUSE)
    query = (
        select(Release.id, Notice.kind, Notice.controller)
        .join(Edition, col(Edition.id) == col(Release.edition_id))
        .join(Notice, col(Notice.id) == col(Edition.notice_id))
        .where(col(Release.state).in_(SENT), col(Release.fanned_out_at).is_not(None), mine)
        .where(~select(OpenedChannel.id).where(*lately).exists())
    )
    found = session.exec(query.order_by(col(Release.id))).all()
    return [identity for identity, kind, controller in found if rules.channels_for(kind, ours=not controller)]


def open_next_channel(act: Act, release_id: UUID, rules: ChannelRules) -> int:
    """Open the channels of its kind for the next people a release does not reach; returns for how many.

    Nobody gets one twice. In the product it is the same edition, to the same person, under the same release: stopping
    or voiding that takes it back. Repeat it until it returns less than `PIECE`, then write the line by `tell_opened`.
    """
    act = act.by(system(SPEAKER))
    release = act.session.get(Release, release_id, with_for_update=True)
    if release is None or release.state not in SENT:
        return 0
    notice = _notice(act, release)
    channels = rules.channels_for(notice.kind, ours=not notice.controller)
    people = _unreached(act, release_id)
    if not people or not channels:
        return 0
    rows = [_opened(act, release_id, one, channel) for one in people for channel in channels]
    act.session.execute(insert(OpenedChannel), rows)
    if NextChannel.IN_APP in channels:
        _show_in_product(act, people)
    return len(people)


def open_for_one(act: Act, delivery_id: int, rules: ChannelRules) -> tuple[NextChannel, ...]:
    """Open the channels of its kind for one person whose mail is known not to be read. Returns those opened now.

    A step of the verb by which a person says so, which has asked for permission and writes the line.
    """
    delivery = act.session.get_one(Delivery, delivery_id)
    release = act.session.get(Release, delivery.release_id, with_for_update=True) if delivery.release_id else None
    done = select(OpenedChannel.id).where(col(OpenedChannel.delivery_id) == delivery_id)
    if release is None or release.state not in SENT or act.session.exec(done).first() is not None:
        return ()
    notice = _notice(act, release)
    channels = rules.channels_for(notice.kind, ours=not notice.controller)
    if not channels or delivery.member_id is None:
        return ()
    rows = [{**_opened(act, release.id, delivery_id, channel), "told_at": act.now} for channel in channels]
    act.session.execute(insert(OpenedChannel), rows)
    if NextChannel.IN_APP in channels:
        _show_in_product(act, [delivery_id])
    return channels


def tell_opened(act: Act, release_id: UUID, rules: ChannelRules) -> int:
    """Write one line for what was opened since the last, and the task to decide where too many are left."""
    act = act.by(system(SPEAKER))
    release = act.session.get_one(Release, release_id, with_for_update=True)
    notice = _notice(act, release)
    untold = (col(OpenedChannel.release_id) == release_id, col(OpenedChannel.told_at).is_(None))
    telling = update(OpenedChannel).where(*untold).values(told_at=act.now).returning(col(OpenedChannel.channel))
    told = list(act.session.execute(telling).scalars())
    channels = rules.channels_for(notice.kind, ours=not notice.controller)
    _ask_to_decide(act, release, notice, rules, channels)
    if told:
        said = ", ".join(f"{told.count(name):,} {words}" for name, words in WORDS.items() if told.count(name))
        text = f"No mail reaches some people of the notice ({notice.kind.replace('_', '-')}): now {said}."
        body = {"text": text, "release": str(release_id), "channels": {name: told.count(name) for name in set(told)}}
        record(act, incident_subject(notice.incident_id), "release.next_channel", body)
    return len(told)


def _notice(act: Act, release: Release) -> Notice:
    edition = act.session.get_one(Edition, release.edition_id)
    notice = act.session.get_one(Notice, edition.notice_id)
    act.require(Action.TASK, notice.incident_id)
    return notice


def _unreached(act: Act, release_id: UUID) -> list[int]:
    opened = select(OpenedChannel.id).where(col(OpenedChannel.delivery_id) == col(Delivery.id)).exists()
    lost = (col(Delivery.release_id) == release_id, col(Delivery.state).in_(LOST), col(Delivery.member_id).is_not(None))
    query = select(Delivery.id).where(*lost, col(Delivery.channel) == Channel.EMAIL, ~opened)
    return [one for one in act.session.exec(query.order_by(col(Delivery.id)).limit(PIECE)).all() if one is not None]


def _opened(act: Act, release_id: UUID, delivery_id: int, channel: NextChannel) -> dict[str, object]:
    return {
        "id": new_id(),
        "release_id": release_id,
        "delivery_id": delivery_id,
        "channel": channel.value,
        "opened_at": act.now,
    }


def _show_in_product(act: Act, lost: Sequence[int]) -> None:
    """A row in the product for each, made in the database; whoever has one of this edition keeps it."""
    there = (
        select(Delivery.id)
        .where(col(Delivery.occasion) == MAIL.c.occasion, col(Delivery.person) == MAIL.c.person)
        .where(col(Delivery.channel) == Channel.IN_APP, col(Delivery.address_version) == MAIL.c.address_version)
        .exists()
    )
    now = literal(act.now, UtcDateTime)
    same = ("occasion", "release_id", "member_id", "person", "account", "role", "address_version", "message_id")
    columns = {name: MAIL.c[name] for name in same} | {
        "channel": literal(Channel.IN_APP, Word(Channel)),
        "state": literal(DeliveryState.ACCEPTED, Word(DeliveryState)),
        "attempt": literal(0),
        "deferrals": literal(0),
        "possible_duplicate": literal(False),
        "next_at": now,
        "settled_at": now,
        "created_at": now,
    }
    rows = select_columns(*columns.values()).where(MAIL.c.id.in_(lost), ~there).order_by(MAIL.c.id)
    act.session.execute(insert(Delivery).from_select(list(columns), rows))


def _ask_to_decide(
    act: Act, release: Release, notice: Notice, rules: ChannelRules, channels: Sequence[NextChannel]
) -> None:
    """A task for whoever decides, once for a release: the law knows a public communication in place of letters."""
    if NextChannel.PUBLIC not in channels or not KINDS[NoticeKind(notice.kind)].to_people:
        return
    lost, total = lost_of(act, release.id)
    key = f"announce-{release.id.hex}"
    known = (col(Task.incident_id) == notice.incident_id, col(Task.key) == key)
    if not rules.too_many(lost, total) or act.session.exec(select(Task.id).where(*known)).first() is not None:
        return
    last = select(func.max(Task.position)).where(col(Task.incident_id) == notice.incident_id)
    position = int(act.session.exec(last).one() or 0) + 1
    step = _step(notice, lost, total)
    act.session.add(
        Task(
            incident_id=notice.incident_id,
            key=key,
            position=position,
            phase=step.phase,
            step=step.step(()),
            role=step.role.value,
            due_at=act.now + TO_DECIDE,
        )
    )
    act.session.flush()
    body = {"text": f"Task added: {step.title}", "release": str(release.id), "lost": lost, "of": total}
    record(act, incident_subject(notice.incident_id), "task.added", body)


def _step(notice: Notice, lost: int, total: int) -> Step:
    kind = notice.kind.replace("_", "-")
    return Step(
        key="announce",
        phase=Phase.INVESTIGATION,
        title=f"Decide on a public communication: {lost:,} of {total:,} mails of the notice ({kind}) have not arrived",
        text="Where telling each person would take a disproportionate effort, Art. 34(3)(c) GDPR asks for a public "
        "communication or a similar measure that informs them as effectively. Weigh what letters to the people on the "
        "postal list would take against it, decide, and write the reason down. The law does not decide by numbers; "
        "the limit that added this task is the organisation's own.",
        exact=(),
        role=Role.DECIDER,
        offset=TO_DECIDE,
        changes=False,
        keep=(),
        breaks=(),
        facts=(),
        done="Public communication released, or the reason against it recorded.",
        sources=(),
    )


MAIL = Delivery.__table__.alias("mail")  # type: ignore[attr-defined]
