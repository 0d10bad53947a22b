"""A trial of a relay says what was seen of it step by step, sends nothing, and gives up at the first refusal."""

import pytest

from notifications.relay_trials import CONNECT, ENCRYPT, GREET, SIGN_IN, RelayTrial, attempt
from notifications.smtp import Relay
from tests.certificates import Authority, new_authority
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("ca"))


def steps(trial: RelayTrial) -> list[tuple[str, bool]]:
    return [(step.name, step.good) for step in trial.steps]


async def test_a_relay_that_takes_mail_is_walked_to_the_sign_in(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink:
        sink.users["clerk"] = "secret-word"
        relay = Relay("127.0.0.1", sink.port, "starttls", "clerk", "secret-word", tls=authority.trusting())
        trial = await attempt(relay)
    assert steps(trial) == [(name, True) for name in (CONNECT, GREET, ENCRYPT, GREET, SIGN_IN)]
    assert trial.good
    assert "TLSv1.3" in trial.steps[2].said
    assert "secret-word" not in repr(trial)
    assert sink.taken == []


async def test_a_certificate_nobody_trusts_ends_it_before_the_sign_in(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink:
        sink.users["clerk"] = "secret-word"
        trial = await attempt(Relay("127.0.0.1", sink.port, "starttls", "clerk", "secret-word"))
    assert not any(command.startswith("AUTH") for command in sink.commands)
    assert steps(trial)[-1] == (ENCRYPT, False)
    assert not trial.good


async def test_a_wrong_password_and_a_relay_without_tls_are_told_apart(authority: Authority) -> None:
    async with Sink(tls=authority.server()) as sink, Sink() as bare:
        sink.users["clerk"] = "secret-word"
        wrong = Relay("127.0.0.1", sink.port, "starttls", "clerk", "another", tls=authority.trusting())
        assert steps(await attempt(wrong))[-1] == (SIGN_IN, False)
        assert steps(await attempt(Relay("127.0.0.1", bare.port, "starttls")))[-1] == (ENCRYPT, False)


async def test_nobody_there_and_a_refusal_at_the_greeting_fail_at_their_step() -> None:
    async with Sink() as sink:
        port = sink.port
        sink.scripts[""] = Script(replies={"ehlo": "554 5.7.1 not you"})
        refused = await attempt(Relay("127.0.0.1", port, "clear"))
    assert steps(await attempt(Relay("127.0.0.1", port, "clear"))) == [(CONNECT, False)]
    assert steps(refused)[-1] == (GREET, False)
    assert "not you" in refused.steps[-1].said
