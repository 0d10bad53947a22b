"""What the demo says: a step that does not hold is not counted, and nothing is waited for without end."""

import io

import pytest
from rich.console import Console

from incident.demo import cast, narrator
from incident.demo.narrator import DoesNotHold, Narrator, expect


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def voice(said: io.StringIO) -> Narrator:
    return Narrator(Console(file=said, width=200))


def test_a_step_is_printed_with_what_it_proves_and_where_to_look(voice: Narrator, said: io.StringIO) -> None:
    with voice.step("An alert") as step:
        step.say("kept [before] the answer")
        step.see("http://127.0.0.1/incidents/amber-heron")
    text = said.getvalue()
    assert " 1. An alert  holds" in text
    assert "kept [before] the answer" in text
    assert "→ http://127.0.0.1/incidents/amber-heron" in text
    assert voice.summary().startswith("1 of 1 steps held")


def look_twice(voice: Narrator) -> None:
    with voice.step("Sums") as step:
        step.say("looked twice")
        expect(2 + 2 == 5, "two and two are five")


def test_a_step_that_fails_is_not_counted_and_says_what_it_had_seen(voice: Narrator, said: io.StringIO) -> None:
    with pytest.raises(DoesNotHold, match="two and two"):
        look_twice(voice)
    assert "FAILED" in said.getvalue()
    assert "looked twice" in said.getvalue()
    assert voice.summary().startswith("0 of 1 steps held")


def test_what_never_comes_is_given_up(voice: Narrator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrator, "LOOK_SECONDS", 0.001)
    with pytest.raises(DoesNotHold, match="the relay did not come"):
        voice.wait("the relay", lambda: False, seconds=0.01)
    with pytest.raises(DoesNotHold, match="mails: 5"):
        voice.follow("mails", 5, lambda: 4, seconds=0.01)
    voice.follow("mails", 5, lambda: 5)


def test_the_cast_is_fictitious_and_the_same_every_time() -> None:
    customers, people = cast.customers_csv().decode(), cast.persons_csv(50).decode()
    assert customers == cast.customers_csv().decode()
    assert len(customers.splitlines()) == cast.CUSTOMERS + 1
    assert all(line.endswith(".example") for line in customers.splitlines()[1:])
    assert all(line.endswith("@mail.example") for line in people.splitlines()[1:])
    assert sum(cast.facts(50, complete=True)["datasets"][1]["reach"].values()) == 50
