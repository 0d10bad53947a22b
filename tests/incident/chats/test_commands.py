"""Commands as they are typed in a chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.chats.commands import Command, Verb, read_command


@pytest.mark.parametrize(
    ("called", "words", "command"),
    [
        ("/note", "amber-heron ACL removed", Command(Verb.NOTE, "amber-heron", "ACL removed")),
        ("/note", "Amber-Heron-2 18:14 ACL removed", Command(Verb.NOTE, "amber-heron-2", "18:14 ACL removed")),
        ("/note", "ACL removed", Command(Verb.NOTE, "", "ACL removed")),
        ("/ack", "", Command(Verb.ACK)),
        ("/ack", " amber-heron ", Command(Verb.ACK, "amber-heron")),
        ("/seventytwo", "status amber-heron", Command(Verb.STATUS, "amber-heron")),
        ("", "note amber-heron it is over", Command(Verb.NOTE, "amber-heron", "it is over")),
        ("", "ACK", Command(Verb.ACK)),
        ("", "", Command(Verb.HELP)),
        ("/seventytwo", "dance", Command(Verb.HELP)),
    ],
)
def test_what_is_asked_for(called: str, words: str, command: Command) -> None:
    found = read_command(called, words)
    assert (found.verb, found.reference) == (command.verb, command.reference)
    if command.verb is Verb.NOTE:
        assert found.text == command.text


@given(st.text(), st.text())
def test_nothing_that_is_typed_breaks_it(called: str, words: str) -> None:
    found = read_command(called, words)
    assert found.verb in Verb
    assert found.text in words or found.text.strip() == found.text
