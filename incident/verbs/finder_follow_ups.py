"""What somebody who reported by form does later, by their token or as who they are signed in: they read, and write."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.errors import Fault, Invalid, NotFound, TooMany
from incident.models.finders import FinderMail, FinderThread, ThreadState, Way
from incident.queries.finders import OpenedMail, seen_by_finder, thread_of_token, thread_reported
from incident.report_rules import HOUR, MOST_AN_HOUR, MOST_OPENINGS, Message, ReportRules
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.finder_homes import keep_files, tell_joined
from incident.verbs.finder_reports import FORM, ReportDesk, add_message, arrival, kept_of
from incident.verbs.report_counts import BLIND, count_one_more, hold_counts, of_network
from notifications.attachments import LONGEST_NAME, UNNAMED_TYPE, Attachment
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """A conversation as its finder sees it. `takes_files`: whether files can be added now."""

    thread_id: UUID
    reference: str
    began_at: datetime
    locale: str
    takes_files: bool
    messages: Sequence[OpenedMail]


@dataclass(frozen=True, slots=True)
class Key:
    """What was typed on the follow-up page, and the network it came from."""

    reference: str
    token: str
    network: str


def follow_up(act: Act, key: Key) -> FollowedUp | None:
    """The conversation that a reference and its token open; None for any other, whatever is wrong with it.

    Each try is counted before it is looked up. Raises TooMany for one too many from a network.
    """
    thread = _opened(act, key)
    return _seen(act, thread) if thread is not None else None


def write_by_token(act: Act, key: Key, message: Message, desk: ReportDesk) -> FollowedUp | None:
    """Add a message to the conversation that a reference and its token open; None for any other.

    Raises Invalid, and TooMany for one too many from a network or within the conversation.
    """
    thread = _opened(act, key)
    if thread is None:
        return None
    _join(act, thread, message, desk)
    return _seen(act, thread)


def view_own_report(act: Act, thread_id: UUID) -> FollowedUp:
    """A conversation as the person who began it in the console sees it. Raises NotFound for any other."""
    act.require(Action.REPORT)
    return _seen(act, thread_reported(act.session, act.actor, thread_id))


def write_to_own_report(act: Act, thread_id: UUID, message: Message, desk: ReportDesk) -> FollowedUp:
    """Add a message to what one reported in the console. Raises NotFound, Invalid, TooMany."""
    act.require(Action.REPORT)
    thread = thread_reported(act.session, act.actor, thread_id)
    _join(act.by(FORM), thread, message, desk)
    return _seen(act, thread)


def _opened(act: Act, key: Key) -> FinderThread | None:
    act.require(Action.REPORT)
    counted = of_network(act, "follow-up", key.network)
    count_one_more(act, hold_counts(act, counted), {counted: MOST_OPENINGS})
    return thread_of_token(act.session, key.reference, key.token)


def _seen(act: Act, thread: FinderThread) -> FollowedUp:
    thread.followed_up_at = act.now
    act.session.add(thread)
    act.session.flush()
    messages = seen_by_finder(act.session, act.keys, thread)
    files = thread.state is ThreadState.OPEN
    return FollowedUp(thread.id, thread.reference, thread.detected_at, thread.locale, files, messages)


def _join(act: Act, thread: FinderThread, message: Message, desk: ReportDesk) -> None:
    mine = select(FinderThread).where(col(FinderThread.id) == thread.id).with_for_update()
    thread = act.session.exec(mine.execution_options(populate_existing=True)).one()
    if thread.purged_at is not None:
        raise NotFound(worded("There is no such report."))
    faults = message.faults()
    if message.files and thread.state is not ThreadState.OPEN:
        faults.append(
            Fault("files", worded("cannot be taken yet"), worded("describe them; send them once somebody has answered"))
        )
    faults += _too_large(message, desk.rules)
    if faults:
        raise Invalid(*faults)
    origin_key = act.keys.for_scope(act.session, BLIND).blind(f"message {message.key(thread.id)}")
    if message.once and _known(act, origin_key):
        return
    _check_pace(act, thread)
    thread.mails, thread.last_at = thread.mails + 1, act.now
    attached = tuple(_attachment(number, one) for number, one in enumerate(message.files, 1))
    row = add_message(act, thread, message, attached)
    row.origin_key = origin_key if message.once else None
    raw, files = kept_of(thread.reference, row.number, message.text, message.said, act.now), None
    if thread.state is ThreadState.OPEN:
        files = keep_files(act, thread, row, arrival(thread.door, "", raw, act.now, attached), desk.mail)
    tell_joined(act, thread, row, files, desk.mail.reception)


def _known(act: Act, origin_key: str) -> bool:
    row = act.session.exec(select(FinderMail).where(col(FinderMail.origin_key) == origin_key)).first()
    if row is not None:
        row.repeats, row.last_repeat_at = row.repeats + 1, act.now
        act.session.add(row)
    return row is not None


def _check_pace(act: Act, thread: FinderThread) -> None:
    lately = (col(FinderMail.way) == Way.IN, col(FinderMail.kept_at) > act.now - HOUR)
    mine = select(func.count()).select_from(FinderMail).where(col(FinderMail.thread_id) == thread.id, *lately)
    if act.session.exec(mine).one() >= MOST_AN_HOUR:
        raise TooMany(
            worded(
                "A report takes {most_an_hour} messages within an hour. Nothing was stored.", most_an_hour=MOST_AN_HOUR
            ),
            HOUR,
        )


def _too_large(message: Message, rules: ReportRules) -> list[Fault]:
    limits, sizes = rules.limits, [len(content) for _, _, content in message.files]
    found = []
    if len(sizes) > limits.most:
        found.append(
            Fault("files", worded("are more than {most}", most=limits.most), worded("send them in several messages"))
        )
    if any(size > limits.each for size in sizes) or sum(sizes) > limits.together:
        each, together = limits.each // 1024 // 1024, limits.together // 1024 // 1024
        mend = f"at most {each} MiB each and {together} MiB together"
        found.append(Fault("files", worded("are too large"), mend))
    return found


def _attachment(number: int, sent: tuple[str, str, bytes]) -> Attachment:
    """A file as it was sent: its name and type are words of the sender, and decide nothing."""
    name, media_type, content = sent
    plain = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip(" .")[:LONGEST_NAME]
    kind = media_type[:100] if media_type.isascii() and media_type.isprintable() else ""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(plain or f"file-{number}", kind or UNNAMED_TYPE, len(content), digest, content)
