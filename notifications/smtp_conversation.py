"""What is said over one connection to a relay and what the answers mean: bytes in, bytes out, no socket and no clock.

Commands go out together where the relay offers PIPELINING (RFC 2920): the body of one mail and the envelope of the next
in one write, a round trip a mail. With CHUNKING (RFC 3030) whole mails follow one another. Without either, one command
at a time. The phase of every mail is known here, so that a loss before its body is told from one after it.
"""

import re
from collections import deque
from dataclasses import dataclass

from notifications.smtp_answers import Answers, NoAnswer, read_words
from notifications.smtp_desk import Desk, Errand, Manner
from notifications.smtp_envelope import path, recipient_words, with_final_dot
from notifications.smtp_replies import SERVICE_CLOSING, Phase, fate_of, goes_ahead, read_reply
from notifications.transitions import Fate, Outcome, Reply

IN_ORDER = (Phase.BODY, Phase.MAIL, Phase.RCPT, Phase.DATA)
ALL_WELL = re.compile(rb"(2\d\d) ([^\r\n]{0,999})\r\n(?:2\d\d [^\r\n]{0,999}\r\n){2}354 [^\r\n]{0,999}\r\n")  # to these
CHUNKS_AHEAD = 4  # mails under way at once where the relay takes CHUNKING


@dataclass(slots=True, eq=False)
class _Transaction:
    """One mail on its way. `refusal`: an answer that settled it before its body."""

    errand: Errand
    begun: bool = False
    refusal: Outcome | None = None


_Usual = tuple[_Transaction, _Transaction]  # one whose body was said, and one whose envelope came after it


class Conversation:
    """The client's side of a connection that is open, encrypted and signed in.

    The caller writes what `outbox` holds after each call, and ends the connection once `over` is set.
    """

    def __init__(self, desk: Desk, manner: Manner) -> None:
        self._desk = desk
        self._manner = manner
        self._together = manner.pipelining or manner.chunking  # commands are said without waiting for answers
        self._ahead = CHUNKS_AHEAD if manner.chunking else 2 if manner.pipelining else 1
        self._left = manner.messages
        self._answers = Answers()
        self._awaited: deque[tuple[Phase, _Transaction | None]] = deque()
        self._usual: _Usual | None = None  # stands for four in `_awaited`, IN_ORDER
        self._under_way: deque[_Transaction] = deque()
        self._from: tuple[str, bytes] | None = None  # the last sender, and its words
        self.answered = 0  # whole answers so far
        self.outbox: list[bytes] = []
        self.over = ""  # why no further word may be said on this connection

    @property
    def awaiting(self) -> Phase | None:
        """Which answer is due next, None when nothing was asked."""
        return Phase.BODY if self._usual else self._awaited[0][0] if self._awaited else None

    @property
    def idle(self) -> bool:
        return not self._under_way

    @property
    def spent(self) -> bool:
        """It has carried all the mails of one connection, or is over, and waits for nothing."""
        return bool(self.over) or (self._left <= 0 and not self._under_way and not self._awaited)

    def go_on(self) -> None:
        """Begin another mail while there is one and the relay's manner allows it."""
        while self._may_open():
            errand = self._desk.take()
            if errand is None:
                return
            try:
                self._open(errand)
            except ValueError as error:  # an envelope that cannot be said in SMTP: nothing was
                self._desk.settle(errand, Outcome(Fate.REJECTED, Reply(text=str(error))))

    def receive(self, data: bytes) -> None:
        """What the relay said. Anything that cannot be an answer to what was asked ends the conversation."""
        if not self._hear_as_usual(data):
            self._answers.feed(data)
            try:
                while not self.over and (answer := self._answers.take()):
                    self._hear(*answer)
            except NoAnswer as error:
                self._end(str(error))
        if not self.over:
            self.go_on()

    def lost(self, heard: Reply) -> None:
        """The connection is gone: bodies without an answer are uncertain, the others are as if never tried."""
        self.over = self.over or heard.text or "the connection ended"
        self._awaited.clear()
        self._usual = None
        first = True
        while self._under_way:
            transaction = self._under_way.popleft()
            if transaction.refusal is not None:
                self._desk.settle(transaction.errand, transaction.refusal)
            elif transaction.begun:
                self._desk.settle(transaction.errand, Outcome(Fate.UNCERTAIN, heard))
            else:
                self._give_back(transaction, heard if first else None)
            first = False

    def _may_open(self) -> bool:
        """A successor's envelope comes after a body, never before it; one command at a time unless it may be more."""
        if self.over or self._left <= 0 or len(self._under_way) >= self._ahead:
            return False
        if self._ahead == 1 and self._awaited:
            return False
        return not self._under_way or self._under_way[-1].begun

    def _open(self, errand: Errand) -> None:
        transaction, (words, recipient) = _Transaction(errand), self._envelope(errand)
        if self._manner.chunking:  # a refused predecessor may still be open at the relay
            self._say(Phase.RESET, None, b"RSET\r\n")
        self._left -= 1
        self._under_way.append(transaction)
        if self._together:
            self._awaited += ((Phase.MAIL, transaction), (Phase.RCPT, transaction))
            self.outbox.append(words + recipient)
        else:
            self._say(Phase.MAIL, transaction, words)
        if self._manner.chunking:
            message = errand.mail.message
            self._begin(transaction, b"BDAT %d LAST\r\n" % len(message), message)
        elif self._manner.pipelining:
            self._say(Phase.DATA, transaction, b"DATA\r\n")

    def _envelope(self, errand: Errand) -> tuple[bytes, bytes]:
        """The words of sender and recipient. Raises ValueError for an address that cannot be said."""
        mail = errand.mail
        if self._from is None or self._from[0] != mail.sender:
            self._from = mail.sender, b"MAIL FROM:<%b>\r\n" % path(mail.sender)
        return self._from[1], recipient_words(mail)

    def _say(self, phase: Phase, transaction: _Transaction | None, words: bytes) -> None:
        self._awaited.append((phase, transaction))
        self.outbox.append(words)

    def _begin(self, transaction: _Transaction, *pieces: bytes) -> None:
        """From here on the relay may have the mail, until it says what it did with it."""
        if not self._desk.may_begin(transaction.errand):
            self._end("stopped before this body", transaction)
            return
        transaction.begun = True
        self._awaited.append((Phase.BODY, transaction))
        self.outbox += pieces

    def _end(self, why: str, spared: _Transaction | None = None) -> None:
        """Say nothing more. `spared` goes back without blame; the caller ends the connection and calls `lost`."""
        self.over = why
        if spared is not None:
            self._under_way.remove(spared)
            self._give_back(spared, None)

    def _give_back(self, transaction: _Transaction, heard: Reply | None) -> None:
        fresh = self._left == self._manner.messages - 1
        self._desk.give_back(transaction.errand, heard, fresh=fresh)

    def _hear_as_usual(self, data: bytes) -> bool:
        """The usual case of PIPELINING in one step: a mail was taken, and the next one may say its body.

        Then the one after it says its envelope.
        """
        usual = self._usual or self._is_usual()
        if usual is None:
            return False
        found = ALL_WELL.fullmatch(data)
        if found is None:
            self._spell_out()
            return False
        taken, successor = usual
        self.answered += len(IN_ORDER)
        self._awaited.clear()
        self._usual = None
        self._under_way.popleft()
        self._desk.settle(taken.errand, Outcome(Fate.ACCEPTED, read_reply(int(found[1]), read_words(found[2]))))
        self._next_step(Phase.DATA, successor)
        if not self.over and self._left > 0:
            self._follow(successor)
        return True

    def _is_usual(self) -> _Usual | None:
        """Whether the answers that are due are those to a body and to the envelope after it."""
        if len(self._awaited) != len(IN_ORDER) or self._answers.more:
            return None
        if tuple(phase for phase, _ in self._awaited) != IN_ORDER:
            return None
        taken, successor = self._awaited[0][1], self._awaited[-1][1]
        if taken is None or successor is None or taken.refusal or successor.refusal:
            return None
        return taken, successor

    def _follow(self, before: _Transaction) -> None:
        """Say an envelope behind the body of the mail before, if there is one to say."""
        errand = self._desk.take()
        if errand is None:
            return
        try:
            words = self._envelope(errand)
        except ValueError as error:
            self._desk.settle(errand, Outcome(Fate.REJECTED, Reply(text=str(error))))
            return  # `go_on` asks for another
        self._left -= 1
        transaction = _Transaction(errand)
        self._under_way.append(transaction)
        self.outbox += (*words, b"DATA\r\n")
        self._awaited.clear()
        self._usual = before, transaction

    def _spell_out(self) -> None:
        """Each answer that is due by itself: they come one by one, or say something else."""
        if self._usual:
            body, envelope = self._usual
            self._awaited += zip(IN_ORDER, (body, envelope, envelope, envelope), strict=True)
            self._usual = None

    def _hear(self, code: int, words: bytes) -> None:
        if not self._awaited:
            self._end("the relay spoke without being asked")
            return
        self.answered += 1
        phase, transaction = self._awaited.popleft()
        if transaction is None:
            if code // 100 != 2:
                self._end("the relay refused to begin anew")
        elif phase is Phase.BODY:
            self._hear_verdict(transaction, read_reply(code, read_words(words)))
        elif transaction.refusal is not None:
            self._hear_after_refusal(phase, transaction, code)
        elif not goes_ahead(phase, code):
            self._refused(phase, transaction, read_reply(code, read_words(words)))
        elif phase is Phase.DATA or not self._together:
            self._next_step(phase, transaction)

    def _next_step(self, phase: Phase, transaction: _Transaction) -> None:
        """The relay goes along: what follows, which was not said already."""
        mail = transaction.errand.mail
        if self._answers.more:
            self._end("the relay said more than it was asked")
        elif phase is Phase.DATA:
            pieces = (mail.message, b".\r\n") if mail.dotless else with_final_dot(mail.message)
            self._begin(transaction, *pieces)
        elif phase is Phase.MAIL:
            self._say(Phase.RCPT, transaction, recipient_words(mail))
        else:
            self._say(Phase.DATA, transaction, b"DATA\r\n")

    def _refused(self, phase: Phase, transaction: _Transaction, reply: Reply) -> None:
        """A no before the body. The relay's answers to what was said already still come."""
        code = reply.code or 0
        if code == SERVICE_CLOSING:
            self.over = reply.text or "the relay closes"
            self._under_way.remove(transaction)
            self._give_back(transaction, reply)
            return
        first = transaction.errand.first_try
        transaction.refusal = Outcome(fate_of(phase, reply, first_try=first), reply)
        if not 400 <= code < 600:
            self._end("the relay's answer is none of RFC 5321")  # `lost` settles it
        elif not any(waiting is transaction for _, waiting in self._awaited):
            self._settle_refused(transaction)

    def _hear_after_refusal(self, phase: Phase, transaction: _Transaction, code: int) -> None:
        if code == SERVICE_CLOSING:
            self._end("the relay closes")
        elif phase is Phase.DATA and code < 300:
            self._end("the relay's answer to DATA is none of RFC 5321")
        elif phase is Phase.DATA and code == 354:  # RFC 2920 §3.1: end the empty mail that nobody gets
            self._say(Phase.EMPTY, transaction, b".\r\n")
        elif phase in (Phase.DATA, Phase.EMPTY):
            self._settle_refused(transaction)

    def _settle_refused(self, transaction: _Transaction) -> None:
        assert transaction.refusal is not None
        self._under_way.remove(transaction)
        if self._answers.more and not self._awaited:
            self._end("the relay said more than it was asked")
        else:
            self._say(Phase.RESET, None, b"RSET\r\n")
        self._desk.settle(transaction.errand, transaction.refusal)

    def _hear_verdict(self, transaction: _Transaction, reply: Reply) -> None:
        """The answer to a body: with CHUNKING it also comes for a mail whose envelope was refused."""
        code, outcome = reply.code or 0, transaction.refusal
        if outcome is None:
            known = 200 <= code < 300 or 400 <= code < 600
            fate = fate_of(Phase.BODY, reply, first_try=transaction.errand.first_try) if known else Fate.UNCERTAIN
            outcome = Outcome(fate, reply)
        self._under_way.remove(transaction)
        self._desk.settle(transaction.errand, outcome)
        if outcome.fate is Fate.UNCERTAIN or code == SERVICE_CLOSING:
            self._end(reply.text or "the relay closes")
        elif self._answers.more and not self._awaited:
            self._end("the relay said more than it was asked")
