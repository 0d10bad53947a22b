"""From a bounce at the door to another channel: read from the table, carried to its row, told, and acted on, once."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select, update

from incident.channel_rules import ChannelRules, NextChannel
from incident.errors import Forbidden
from incident.incoming_mail import IncomingRules, Round, look_at_incoming
from incident.models.entries import EntryHeader, incident_subject
from incident.models.incidents import Task
from incident.notice_kinds import NoticeKind
from incident.queries.notices import states_of
from incident.roles import Role, system
from incident.verbs import received_mail
from incident.verbs.act import Act
from incident.verbs.postal_lists import export_postal_list
from incident.verbs.received_mail import receive_mail, settle_mail, view_mail
from incident.verbs.settling import settle_release
from notifications.bounces import read_report
from notifications.in_app import mark_read, notices_for
from notifications.incoming import DeliveryNews, MailState, NewsState, ReceivedMail
from notifications.models import Channel, Delivery, DeliveryState
from notifications.reader_tokens import Reader
from notifications.received import Incoming
from tests.incident.notices import Desk
from tests.notifications.test_bounces import OURS, raw

DOMAIN = "brightdesk.example"
ALL = ChannelRules({"*": (NextChannel.IN_APP, NextChannel.POSTAL, NextChannel.PUBLIC)})
S = DeliveryState
embedded = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Post:
    """A finished release to three people, and the door their bounces come back by."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.case = desk, desk.case
        self.rules = IncomingRules(frozenset({DOMAIN}), ALL)
        asked = desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users())
        self.release = desk.approve(asked)
        now = self.case.clock.now()
        sent = update(Delivery).where(col(Delivery.release_id) == self.release.id)
        self.case.store.write(lambda session: session.exec(sent.values(state=S.ACCEPTED, settled_at=now)))
        act = self.case.store.write(lambda session: settle_release(self.act(session), self.release.id))
        assert act, "the release is finished"

    def act(self, session: Session) -> Act:
        return Act(session, self.case.keys, system("tests"), self.case.clock.now())

    def row(self, person: str = "u0", channel: Channel = Channel.EMAIL) -> Delivery:
        wanted = (col(Delivery.person) == person, col(Delivery.channel) == channel)
        return self.case.look(lambda session: session.exec(select(Delivery).where(*wanted)).one())

    def bounce(self, person: str = "u0", sample: str = "postfix-failed") -> bytes:
        """What comes back of this person's mail."""
        of = self.row(person)
        return (
            raw(sample)
            .replace(OURS.encode(), of.message_id.encode())
            .replace(b"ann@mail.example", f"{person}@example.net".encode())
        )

    def receive(self, mail: bytes, sender: str = "") -> UUID:
        incoming = Incoming(mail, "lmtp", "bounces@brightdesk.example", sender)
        return self.case.store.write(lambda session: receive_mail(self.act(session), incoming)).id

    def round(self) -> Round:
        return look_at_incoming(self.case.store, self.case.keys, self.rules, self.case.clock.now())

    def mail(self, mail_id: UUID) -> ReceivedMail:
        return self.case.look(lambda session: session.get_one(ReceivedMail, mail_id))

    def news(self) -> list[DeliveryNews]:
        return self.case.look(lambda session: list(session.exec(select(DeliveryNews)).all()))

    def lines(self, action: str) -> int:
        mine = (col(EntryHeader.subject) == incident_subject(self.desk.incident_id), col(EntryHeader.action) == action)
        return len(self.case.look(lambda session: session.exec(select(EntryHeader).where(*mine)).all()))

    def tasks(self) -> list[Task]:
        added = col(Task.key).startswith("announce-")
        return self.case.look(lambda session: list(session.exec(select(Task).where(added)).all()))

    def shown(self, person: str) -> int:
        return len(self.case.store.write(lambda session: notices_for(session, self.case.keys, Reader(person))))


@pytest.fixture
def post(desk: Desk) -> Post:
    return Post(desk)


def test_a_bounce_becomes_news_moves_its_row_and_opens_the_next_channels(post: Post) -> None:
    kept = post.receive(post.bounce())
    done = post.round()
    assert (done.read, done.heeded, done.opened, done.troubles) == (1, 1, 1, ())
    assert (post.mail(kept).state, post.mail(kept).kind) == (MailState.READ, "status")
    assert [(one.news, one.state, one.mail_id) for one in post.news()] == [("bounced", NewsState.APPLIED, kept)]
    assert (post.row("u0").state, post.row("u1").state) == (S.BOUNCED, S.ACCEPTED)
    assert (post.shown("u0"), post.shown("u1")) == (1, 0)
    assert (post.lines("release.heard"), post.lines("release.next_channel"), post.lines("task.added")) == (1, 1, 1)


def test_everything_again_changes_nothing(post: Post) -> None:
    mail = post.bounce()
    first = post.receive(mail)
    post.round()
    assert post.receive(mail) == first
    assert post.mail(first).repeats == 1
    post.receive(mail.replace(b"X-Postfix-Queue-ID: 4XyZ12", b"X-Postfix-Queue-ID: 4XyZ13"))
    post.case.move(2)
    post.round()
    post.round()
    assert [one.state for one in post.news()].count(NewsState.APPLIED) == 1
    assert (post.shown("u0"), len(post.tasks())) == (1, 1)
    assert (post.lines("release.heard"), post.lines("release.next_channel")) == (1, 1)


def test_lines_come_once_an_hour_however_many_bounces_do(post: Post) -> None:
    for person in ("u0", "u1", "u2"):
        post.receive(post.bounce(person))
        post.round()
    assert post.lines("release.heard") == 1
    post.case.move(1)
    post.round()
    assert (post.lines("release.heard"), post.lines("release.next_channel")) == (2, 2)
    assert [post.shown(person) for person in ("u0", "u1", "u2")] == [1, 1, 1]


@embedded
def test_a_delay_changes_nothing_and_a_later_failure_does(post: Post) -> None:
    post.receive(post.bounce(sample="postfix-delayed"))
    post.round()
    assert (post.row().state, post.lines("release.heard")) == (S.ACCEPTED, 0)
    post.receive(post.bounce(sample="postfix-expired"))
    post.round()
    assert post.row().state is S.BOUNCED


@embedded
def test_a_delivery_report_opens_nothing(post: Post) -> None:
    post.receive(post.bounce(sample="postfix-delivered"))
    post.round()
    assert (post.row().state, post.shown("u0"), post.lines("release.heard")) == (S.DELIVERED, 0, 1)


@embedded
def test_nothing_opens_where_the_rules_name_nothing(post: Post) -> None:
    post.rules = IncomingRules(frozenset({DOMAIN}))
    post.receive(post.bounce())
    assert post.round().opened == 0
    assert (post.row().state, post.shown("u0"), post.tasks()) == (S.BOUNCED, 0, [])


def test_few_of_many_ask_nobody_to_decide(post: Post) -> None:
    rules = ChannelRules({"people": (NextChannel.PUBLIC,)}, number=2, share=0)
    post.rules = IncomingRules(frozenset({DOMAIN}), rules)
    post.receive(post.bounce("u0"))
    post.round()
    assert post.tasks() == []
    post.receive(post.bounce("u1"))
    post.case.move(1)
    post.round()
    (task,) = post.tasks()
    assert (task.role, task.state, task.due_at) == ("decider", "open", post.case.clock.now() + timedelta(hours=24))
    assert "2 of 3 mails" in str(task.step["title"])
    assert "34(3)(c)" in str(task.step["text"])


@embedded
def test_the_release_counts_people_once(post: Post) -> None:
    post.receive(post.bounce())
    post.round()
    states = post.case.look(lambda session: states_of(session, post.release.id))
    assert states == {"accepted": 2, "bounced": 1}


def test_the_postal_list_names_those_who_have_not_read_it_in_the_product(post: Post) -> None:
    for person in ("u0", "u1"):
        post.receive(post.bounce(person))
    post.round()

    def read(session: Session) -> None:
        reader = Reader("u1")
        (notice,) = notices_for(session, post.case.keys, reader)
        mark_read(session, post.case.keys, reader, notice.id, post.case.clock.now())

    post.case.store.write(read)
    found = post.case.act(Role.PRIVACY_OFFICER, export_postal_list, post.release.id)
    assert found.rows[0][:4] == ("person", "account", "name", "address")
    assert [row[0] for row in found.rows[1:]] == ["u0"]
    assert (found.read, found.purged) == (1, 0)
    assert post.lines("postal_list.downloaded") == 1
    with pytest.raises(Forbidden):
        post.case.act(Role.RESPONDER, export_postal_list, post.release.id)


@embedded
def test_an_answer_becomes_a_reply(post: Post) -> None:
    kept = post.receive(raw("question"), "ann@mail.example")
    assert post.round().answers == 1
    assert (post.mail(kept).state, post.mail(kept).kind) == (MailState.SETTLED, "reply")
    assert post.round().answers == 0


@embedded
def test_what_is_built_too_strangely_waits_for_a_person(post: Post) -> None:
    kept = post.receive(b"Content-Type: text/plain; " + b"a=b; " * 2000)
    post.round()
    assert post.mail(kept).state is MailState.QUARANTINED
    assert "longer than any honest one" in post.mail(kept).trouble
    assert post.case.act(Role.RESPONDER, view_mail, kept).startswith(b"Content-Type")
    post.case.act(Role.RESPONDER, settle_mail, kept)
    assert post.mail(kept).state is MailState.SETTLED


@embedded
def test_a_mail_that_kills_its_reader_is_set_aside_after_three_tries(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(received_mail, "read_report", die)
    kept = post.receive(post.bounce())
    assert [len(post.round().troubles) for _ in range(4)] == [1, 1, 1, 0]
    assert post.mail(kept).state is MailState.QUARANTINED
    monkeypatch.setattr(received_mail, "read_report", read_report)
    assert post.round() == Round(0, 0, 0, ())


def test_what_came_in_is_erased_on_schedule_and_counts_stay(post: Post) -> None:
    kept = post.receive(post.bounce())
    post.round()
    post.case.move(24 * 89)
    post.round()
    assert post.mail(kept).raw_sealed is not None
    post.case.move(24 * 2)
    post.round()
    assert (post.mail(kept).raw_sealed, post.mail(kept).state) == (None, MailState.READ)
    assert [(one.content_sealed, one.state) for one in post.news()] == [(None, NewsState.APPLIED)]


@embedded
def test_a_forged_bounce_of_somebody_elses_mail_is_kept_as_doubtful(post: Post) -> None:
    forged = post.bounce("u0").replace(b"u0@example.net", b"mallory@example.net")
    post.receive(forged)
    post.round()
    assert post.row("u0").state is S.ACCEPTED
    assert [one.state for one in post.news()] == [NewsState.DOUBTFUL]
