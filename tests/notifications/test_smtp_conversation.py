"""The conversation without a socket: however its bytes come and wherever it ends, each mail has the one right end."""

from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.smtp_conversation import CHUNKS_AHEAD, Conversation
from notifications.smtp_desk import Errand, Mail, Manner
from notifications.smtp_replies import Phase
from notifications.transitions import Fate, Outcome, Reply

LOST = Reply(text="lost")
BODY = b"Subject: x\r\n\r\nHello\r\n.dot\r\n"
WHOLE = b"Subject: x\r\n\r\nHello\r\n..dot\r\n.\r\n"
LOCKSTEP, PIPELINED, CHUNKED = Manner(), Manner(pipelining=True), Manner(pipelining=True, chunking=True)
MANNERS = (LOCKSTEP, PIPELINED, CHUNKED)


@dataclass(frozen=True, slots=True)
class One:
    mail: Mail
    first_try: bool = True


@dataclass(slots=True)
class Desk:
    """So many mails; what became of them, and how often each came to an end."""

    ready: deque[Errand]
    stopped: bool = False
    settled: dict[str, Outcome] = field(default_factory=dict)
    returned: dict[str, Reply | None] = field(default_factory=dict)
    ends: int = 0

    def take(self) -> Errand | None:
        return self.ready.popleft() if self.ready else None

    def may_begin(self, errand: Errand) -> bool:
        return bool(errand.mail.message) and not self.stopped

    def settle(self, errand: Errand, outcome: Outcome) -> None:
        self.ends += 1
        self.settled[errand.mail.recipient] = outcome

    def give_back(self, errand: Errand, heard: Reply | None, *, fresh: bool) -> None:
        assert isinstance(fresh, bool)
        self.ends += 1
        self.returned[errand.mail.recipient] = heard


def desk(number: int) -> Desk:
    return Desk(deque(One(Mail("n@sender.example", f"u{each}@mail.example", BODY)) for each in range(number)))


@dataclass(slots=True)
class Relay:
    """What a relay that takes everything would say to what was said, word for word; it refuses whom it is told to."""

    talk: Conversation
    refused: frozenset[str] = frozenset()
    heard: bytes = b""
    took: list[str] = field(default_factory=list)
    recipient: str = ""

    def answers(self) -> bytes:
        """The answers to everything in the outbox."""
        self.heard += b"".join(self.talk.outbox)
        self.talk.outbox.clear()
        said = b""
        while (answer := self._answer()) is not None:
            said += answer
        return said

    def _answer(self) -> bytes | None:
        line, end, rest = self.heard.partition(b"\r\n")
        if not end:
            return None
        if line == b"IN BODY":
            _, end, after = rest.partition(b"\r\n.\r\n")
            if not end:
                return None
            self.heard = after
            self.took.append(self.recipient)
            return b"250 2.0.0 taken\r\n"
        verb = line[:4]
        if verb == b"BDAT":
            octets = int(line.split()[1])
            if len(rest) < octets:
                return None
            self.heard = rest[octets:]
            if not self.recipient:
                return b"554 5.5.1 no valid recipients\r\n"
            self.took.append(self.recipient)
            return b"250 2.0.0 taken\r\n"
        self.heard = rest
        if verb == b"RCPT":
            name = line.decode().partition("<")[2].rstrip(">")
            self.recipient = "" if name in self.refused else name
            return b"250 2.1.5 fine\r\n" if self.recipient else b"550-5.1.1 nobody\r\n550 5.1.1 here\r\n"
        if verb == b"DATA" and self.recipient:
            self.heard = b"IN BODY\r\n" + rest
            return b"354 go on\r\n"
        return b"554 5.5.1 no valid recipients\r\n" if verb == b"DATA" else b"250 2.0.0 fine\r\n"


def carried(work: Desk, manner: Manner, refused: frozenset[str], sizes: list[int], cut: int = -1) -> Relay:
    """Let a conversation run, its answers arriving in pieces; `cut`: octets of answers after which it is lost."""
    talk = Conversation(work, manner)
    relay = Relay(talk, refused)
    talk.go_on()
    waiting, turn = relay.answers(), 0
    while waiting and cut:
        size = min(len(waiting), max(1, sizes[turn % len(sizes)]))
        if 0 < cut < size:
            size = cut
        cut -= size if cut > 0 else 0
        turn += 1
        talk.receive(waiting[:size])
        if talk.over:
            break
        waiting = waiting[size:] + relay.answers()
    if cut == 0 or talk.over:
        talk.lost(LOST)
    return relay


@given(
    st.sampled_from(MANNERS), st.integers(0, 9), st.sets(st.integers(0, 8)), st.lists(st.integers(1, 40), min_size=1)
)
def test_every_mail_is_taken_or_refused_however_the_answers_are_cut_into_pieces(
    manner: Manner, number: int, refused: set[int], sizes: list[int]
) -> None:
    work = desk(number)
    nobody = frozenset(f"u{each}@mail.example" for each in refused)
    relay = carried(work, manner, nobody, sizes)
    fates = {who: outcome.fate for who, outcome in work.settled.items()}
    everybody = [f"u{each}@mail.example" for each in range(number)]
    assert fates == {who: Fate.REJECTED if who in nobody else Fate.ACCEPTED for who in everybody}
    assert relay.took == [who for who in everybody if who not in nobody]
    assert (work.ends, work.returned, relay.talk.over) == (number, {}, "")


@given(
    st.sampled_from(MANNERS),
    st.integers(1, 6),
    st.sets(st.integers(0, 5)),
    st.lists(st.integers(1, 40), min_size=1),
    st.integers(0, 600),
)
@pytest.mark.proves("F24", "F25")
def test_a_connection_lost_anywhere_leaves_each_mail_one_end_and_no_wrong_one(
    manner: Manner, number: int, refused: set[int], sizes: list[int], cut: int
) -> None:
    work = desk(number)
    nobody = frozenset(f"u{each}@mail.example" for each in refused)
    relay = carried(work, manner, nobody, sizes, cut)
    assert work.ends + len(work.ready) == number
    assert not work.settled.keys() & work.returned.keys()
    accepted = {who for who, outcome in work.settled.items() if outcome.fate is Fate.ACCEPTED}
    uncertain = {who for who, outcome in work.settled.items() if outcome.fate is Fate.UNCERTAIN}
    assert accepted <= set(relay.took) <= accepted | uncertain  # what it has is known or in doubt, never given back
    assert len(uncertain) <= (CHUNKS_AHEAD if manner.chunking else 1)


@given(st.sampled_from(MANNERS), st.binary(max_size=60), st.integers(0, 3))
@pytest.mark.proves("F29")
def test_nothing_a_relay_says_raises_or_ends_a_mail_twice(manner: Manner, noise: bytes, turns: int) -> None:
    work = desk(4)
    talk = Conversation(work, manner)
    relay = Relay(talk)
    talk.go_on()
    for _ in range(turns):
        talk.receive(relay.answers())
    taken = set(relay.took)
    if not talk.over:
        talk.receive(noise)
    talk.lost(LOST)
    assert work.ends + len(work.ready) == 4
    assert not (taken & work.returned.keys())


def test_the_next_envelope_goes_with_the_body_in_one_write() -> None:
    work = desk(2)
    talk = Conversation(work, PIPELINED)
    talk.go_on()
    envelope = b"MAIL FROM:<n@sender.example>\r\nRCPT TO:<u%d@mail.example>\r\nDATA\r\n"
    assert b"".join(talk.outbox) == envelope % 0
    talk.outbox.clear()
    talk.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")
    assert b"".join(talk.outbox) == WHOLE + envelope % 1


def test_whole_mails_follow_one_another_with_chunking() -> None:
    talk = Conversation(desk(9), CHUNKED)
    talk.go_on()
    said = b"".join(talk.outbox)
    assert said.count(b"MAIL FROM") == said.count(b"LAST\r\n" + BODY) == CHUNKS_AHEAD
    assert said.startswith(b"RSET\r\nMAIL")


def test_one_command_at_a_time_where_nothing_else_is_offered() -> None:
    talk = Conversation(desk(2), LOCKSTEP)
    talk.go_on()
    steps = []
    for answer in (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n"):
        steps.append(b"".join(talk.outbox)[:4])
        talk.outbox.clear()
        talk.receive(answer)
    assert steps == [b"MAIL", b"RCPT", b"DATA", b"Subj"]
    assert b"".join(talk.outbox) == b"MAIL FROM:<n@sender.example>\r\n"


def test_a_go_ahead_after_a_refused_recipient_is_answered_with_an_empty_mail() -> None:
    work = desk(2)
    talk = Conversation(work, PIPELINED)
    talk.go_on()
    talk.outbox.clear()
    talk.receive(b"250 ok\r\n550 5.1.1 nobody\r\n354 go\r\n")
    assert talk.outbox == [b".\r\n"]
    assert talk.awaiting is Phase.EMPTY
    talk.outbox.clear()
    talk.receive(b"554 5.5.1 no recipients\r\n")
    assert work.settled["u0@mail.example"].fate is Fate.REJECTED
    assert b"".join(talk.outbox).startswith(b"RSET\r\nMAIL FROM:<n@sender.example>\r\n")


def test_a_stop_after_the_envelope_ends_the_connection_and_sends_no_body() -> None:
    work = desk(1)
    talk = Conversation(work, PIPELINED)
    talk.go_on()
    talk.outbox.clear()
    work.stopped = True
    talk.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")
    assert (talk.outbox, work.returned, work.settled) == ([], {"u0@mail.example": None}, {})
    assert talk.over


def test_after_its_number_of_mails_it_is_spent() -> None:
    work = desk(3)
    relay = carried(work, Manner(pipelining=True, messages=2), frozenset(), [500])
    assert relay.talk.spent
    assert (len(relay.took), len(work.ready)) == (2, 1)


def test_an_answer_without_end_is_none() -> None:
    for noise in (b"250-" + b"x" * 9000, b"250-a\r\n" * 8000, b"250" + b" " * 40_000):
        work = desk(1)
        talk = Conversation(work, LOCKSTEP)
        talk.go_on()
        talk.receive(noise)
        assert talk.over


ANSWERS = st.sampled_from(
    (b"250 2.0.0 Ok", b"250 ", b"250", b"354 go", b"451 4.3.0 later", b"550 no", b"421 bye", b"x")
)
WELL = st.just(b"250 2.0.0 Ok\r\n250 ok\r\n250 2.1.5 ok\r\n354 go\r\n")
PIECE = WELL | st.lists(ANSWERS, max_size=5).map(lambda lines: b"".join(line + b"\r\n" for line in lines))


class LongWay(Conversation):
    """Hears every answer by itself."""

    def _hear_at_once(self, data: bytes) -> bool:
        return False


@given(st.lists(PIECE, max_size=6), st.integers(0, 9), st.booleans())
def test_what_is_heard_at_once_is_what_is_heard_answer_by_answer(pieces: list[bytes], cut: int, stopped: bool) -> None:
    ends = []
    for kind in (Conversation, LongWay):
        work = desk(5)
        talk = kind(work, PIPELINED)
        talk.go_on()
        heard = b""
        for number, piece in enumerate((b"250 ok\r\n250 ok\r\n354 go\r\n", *pieces)):
            work.stopped = stopped and number == cut
            for part in (piece[: cut * 5], piece[cut * 5 :]) if number == cut else (piece,):
                if part and not talk.over:
                    talk.receive(part)
            heard += b"".join(talk.outbox)
            talk.outbox.clear()
        ends.append((heard, work.settled, work.returned, list(work.ready), talk.over, talk.answered, talk.awaiting))
    assert ends[0] == ends[1]
