"""What a relay's answer is kept as, and what it means for one mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.smtp_replies import LONGEST_TEXT, Phase, fate_of, goes_ahead, read_reply
from notifications.transitions import Fate, Reply

BEFORE = (Phase.MAIL, Phase.RCPT, Phase.DATA)
PHASES = st.sampled_from(Phase)
CODES = st.integers(-99, 999)


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [
        ("2.0.0 queued as 7", "2.0.0"),
        ("5.7.26 unauthenticated mail", "5.7.26"),
        ("4.2.2", "4.2.2"),
        ("queued as 2.0.0", ""),
        ("3.1.1 there is no such class", ""),
        ("2.1.5a is a word", ""),
        ("5.1234.1 is too long", ""),
        ("", ""),
    ],
)
def test_the_enhanced_code_is_read_where_it_stands_first(text: str, enhanced: str) -> None:
    assert read_reply(250, text) == Reply(250, enhanced, text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2.0.0 first line\nsecond line", "2.0.0 first line second line"),
        ("  tab\there\x00\x1b[31m ", "tab here [31m"),
        ("broken \udcff\udc80 bytes", "broken   bytes"),
        ("gr\u00fc\u00dfe\u0085\u2028\u2029 an alle", "gr\u00fc\u00dfe  an alle"),
        ("x" * 5000, "x" * LONGEST_TEXT),
    ],
)
def test_a_reply_is_kept_as_one_printable_line(text: str, kept: str) -> None:
    assert read_reply(250, text).text == kept


@given(CODES, st.text(st.characters(codec=None), max_size=700))
def test_every_reply_can_be_stored(code: int, text: str) -> None:
    reply = read_reply(code, text)
    assert len(reply.text) <= LONGEST_TEXT
    assert not any(character < " " for character in reply.text)
    reply.text.encode()
    assert len(reply.enhanced) <= 16


@pytest.mark.parametrize("phase", Phase)
def test_only_a_2xx_to_the_body_accepts(phase: Phase) -> None:
    accepting = {code for code in range(1000) if fate_of(phase, Reply(code), first_try=False) is Fate.ACCEPTED}
    assert accepting == (set(range(200, 300)) if phase is Phase.BODY else set())


@given(PHASES, CODES, st.booleans())
def test_no_answer_leaves_a_mail_without_a_fate(phase: Phase, code: int, first_try: bool) -> None:
    fate = fate_of(phase, Reply(code), first_try=first_try)
    assert fate in (Fate.ACCEPTED, Fate.DEFERRED, Fate.REJECTED)
    assert (fate is Fate.REJECTED) <= (500 <= code < 600)


@pytest.mark.parametrize("phase", [*BEFORE, Phase.BODY])
@pytest.mark.parametrize("code", [421, 450, 451, 452, 454])
def test_a_temporary_answer_defers(phase: Phase, code: int) -> None:
    for first_try in (True, False):
        assert fate_of(phase, Reply(code, "4.3.2"), first_try=first_try) is Fate.DEFERRED


@pytest.mark.parametrize(
    ("phase", "code", "enhanced"),
    [(Phase.RCPT, 550, "5.1.1"), (Phase.RCPT, 553, ""), (Phase.BODY, 554, "5.6.0"), (Phase.DATA, 554, "")],
)
def test_a_permanent_answer_rejects_at_once(phase: Phase, code: int, enhanced: str) -> None:
    assert fate_of(phase, Reply(code, enhanced), first_try=True) is Fate.REJECTED


def test_a_permanent_code_with_a_temporary_enhanced_one_defers() -> None:
    assert fate_of(Phase.RCPT, Reply(550, "4.7.1"), first_try=False) is Fate.DEFERRED


@pytest.mark.parametrize(
    ("phase", "code", "enhanced"),
    [
        (Phase.RCPT, 550, "5.7.1"),
        (Phase.BODY, 554, "5.7.1"),
        (Phase.MAIL, 550, "5.1.8"),
        (Phase.RCPT, 530, ""),
        (Phase.DATA, 503, "5.5.1"),
    ],
)
def test_policy_sender_and_session_get_a_second_look(phase: Phase, code: int, enhanced: str) -> None:
    assert fate_of(phase, Reply(code, enhanced), first_try=True) is Fate.DEFERRED
    assert fate_of(phase, Reply(code, enhanced), first_try=False) is Fate.REJECTED


def test_a_reply_without_a_code_defers() -> None:
    assert fate_of(Phase.RCPT, Reply(), first_try=False) is Fate.DEFERRED


def test_data_goes_ahead_with_354_and_the_others_with_any_2xx() -> None:
    for phase in BEFORE:
        going = {code for code in range(100, 600) if goes_ahead(phase, code)}
        assert going == ({354} if phase is Phase.DATA else set(range(200, 300)))
