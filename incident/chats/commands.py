"""What somebody asks for in a chat: a note, an acknowledgement, a state; in one line of words. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

MEMBER = re.compile(r"[A-Za-z0-9:._|-]{1,200}")
"""The id of a member of a chat."""
CODENAME = re.compile(r"[a-z]+-[a-z]+(?:-\d+)?")
HELP = (
    "note CODENAME what happened (with a leading time such as 18:14 where it was not now) · "
    "ack CODENAME · status CODENAME. Without a codename: the one open incident."
)


class Verb(StrEnum):
    NOTE = "note"
    ACK = "ack"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked for. `reference`: a codename, "" where none is said; `text`: the note."""

    verb: Verb
    reference: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as a chat brings it: who says it there, the word it was called by, and the words behind it.

    `proof`: what is the same when the same request is sent once more.
    """

    chat: str
    user: str
    called: str
    words: str
    proof: bytes


def read_command(called: str, words: str) -> Command:
    """The command. A word such as /note says which it is; behind any other one the first word does."""
    verb = _verb(called.strip().lstrip("/").lower())
    rest = words.strip()
    if verb is None:
        first, _, rest = rest.partition(" ")
        verb = _verb(first.strip().lower()) or Verb.HELP
    first, _, text = rest.strip().partition(" ")
    reference = first.lower() if CODENAME.fullmatch(first.lower()) else ""
    return Command(verb, reference, text.strip() if reference else rest.strip())


def _verb(word: str) -> Verb | None:
    known = {"note": Verb.NOTE, "ack": Verb.ACK, "acknowledge": Verb.ACK, "status": Verb.STATUS, "help": Verb.HELP}
    return known.get(word)
