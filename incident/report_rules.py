"""Reports by form: what one holds, how it is called, the token that opens it again, how many are taken. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from incident.errors import Fault
from incident.finder_rules import LETTERS, digest_of
from notifications.addresses import BadAddress, normalise
from notifications.attachments import Limits
from notifications.wording import worded

LONGEST_TEXT = 8000
LONGEST_REACH = 200
LONGEST_DETAIL = 2000
LONGEST_TITLE = 80  # as many letters as a line of a board has room for
SHORTEST_SENTENCE = 15  # what is shorter says too little to be a title, as "Help!" does
TOKEN_LETTERS = 25  # of 30: 122 bits, and short enough to be typed
GROUP = 5
MOST_FILES = 5
TOGETHER = 10 * 1024 * 1024  # bytes of the files of one message
MOST_AN_HOUR = 20  # messages of one conversation
MOST_OPENINGS = 60  # of conversations from one network within an hour, also of none
SHOWN_AGAIN = timedelta(minutes=10)  # how long the same form sent twice is given the same receipt
HOUR = timedelta(hours=1)
SENTENCE = re.compile(rf".{{{SHORTEST_SENTENCE},}}?[.!?](?=\s|$)")
GREETED = (
    r"sir|madam|all|there|team|everybody|everyone|security|support|damen|herren|zusammen|miteinander|ihr|"
    r"madame|monsieur|messieurs|tous|toutes|heer|mevrouw|todos|or|and|oder|und|ou|et|en|of|e|y|à|a"
)
GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|hallo|moin|liebes?|sehr geehrtes?|grüß gott|"
    r"guten (?:morgen|tag|abend)|bonjour|bonsoir|salut|hola|buen[oa]s (?:días|tardes|noches)|buongiorno|salve|ciao|"
    r"geachte|goede(?:middag|morgen|ndag)|dzień dobry|witam|bom dia|boa tarde)"
    rf"(?:[ ,]+(?:{GREETED})\b)*\s*(?:[,.!:]+\s*|$)",
    re.IGNORECASE,
)
VISIBLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


class Detail(StrEnum):
    """What is asked once a report is in; nobody has to answer."""

    NOTICED = "noticed"  # when they noticed it
    DATA = "data"  # what kinds of data
    WHOSE = "whose"
    NAMING = "naming"  # whether we may name them: yes or no


ASKED_AFTER: Mapping[Detail, str] = {
    Detail.NOTICED: "When they noticed it",
    Detail.DATA: "What data",
    Detail.WHOSE: "Whose",
    Detail.NAMING: "May we name them",
}
NAMINGS = ("yes", "no")


@dataclass(frozen=True, slots=True)
class ReportRules:
    """What the form goes by. `anonymous`: whether nobody has to say how they are reached.

    `an_hour`: reports by form taken within an hour; `an_address`: those of one network.
    """

    anonymous: bool = True
    an_hour: int = 100
    an_address: int = 5
    limits: Limits = field(default_factory=lambda: Limits(MOST_FILES, together=TOGETHER))


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it was written: what happened, how they are reached. `once` is new for every form that is shown."""

    what: str
    reach: str = ""
    locale: str = "en"
    once: str = ""

    @property
    def key(self) -> str:
        """By which the same form sent twice is known."""
        return digest_of(f"form\n{self.once}\n{self.what}\n{self.reach}")

    @property
    def title(self) -> str:
        """One short line for a board: the first sentence after a greeting, without what is hidden in it."""
        lines = [" ".join(" ".join(VISIBLE.findall(line)).split()) for line in self.what.splitlines()]
        line = next(filter(None, map(_without_greeting, lines)), "") or next(filter(None, lines), "")
        found = SENTENCE.match(line)
        said = found[0] if found else line
        return said if len(said) <= LONGEST_TITLE else f"{said[:LONGEST_TITLE].rsplit(' ', 1)[0].rstrip(' ,;:')} …"

    @property
    def address(self) -> str:
        """The mail address in how they are reached, "" for none. Nothing proves that it is theirs."""
        try:
            return normalise(self.reach)
        except BadAddress:
            return ""

    def faults(self, *, anonymous: bool) -> list[Fault]:
        """What keeps it from being taken."""
        found = []
        if not self.title:
            found.append(Fault("what", worded("is empty"), worded("say in your own words what happened")))
        if len(self.what) > LONGEST_TEXT:
            found.append(
                Fault(
                    "what",
                    worded("is longer than {longest_text} characters", longest_text=LONGEST_TEXT),
                    worded("the rest can follow"),
                )
            )
        if len(self.reach) > LONGEST_REACH:
            found.append(
                Fault(
                    "reach",
                    worded("is longer than {longest_reach} characters", longest_reach=LONGEST_REACH),
                    worded("one way to reach you is enough"),
                )
            )
        if not anonymous and not self.reach.strip():
            found.append(Fault("reach", worded("is empty"), worded("say how we can reach you")))
        return found


@dataclass(frozen=True, slots=True)
class Message:
    """A further message: text, answers to what is asked after a report, files as (name, media type, bytes)."""

    text: str = ""
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: tuple[tuple[str, str, bytes], ...] = ()
    once: str = ""

    @property
    def said(self) -> dict[str, str]:
        """The answers that say something, in their order."""
        given = {detail.value: self.details.get(detail, "").strip() for detail in Detail}
        return {name: words for name, words in given.items() if words}

    def key(self, thread: object) -> str:
        """By which the same message sent twice is known in its conversation."""
        files = [hashlib.sha256(content).hexdigest() for _, _, content in self.files]
        said = json.dumps([str(thread), self.once, self.text, self.said, files], sort_keys=True)
        return digest_of(f"message\n{said}")

    def faults(self) -> list[Fault]:
        """What keeps it from being taken."""
        found = []
        if not self.text.strip() and not self.said and not self.files:
            found.append(Fault("text", worded("is empty"), worded("write something, or choose a file")))
        if len(self.text) > LONGEST_TEXT:
            found.append(
                Fault(
                    "text",
                    worded("is longer than {longest_text} characters", longest_text=LONGEST_TEXT),
                    worded("send it in parts"),
                )
            )
        for name, words in self.said.items():
            if name == Detail.NAMING and words not in NAMINGS:
                found.append(
                    Fault(
                        name,
                        worded("is no answer to this question"),
                        worded("one of: {namings}", namings=", ".join(NAMINGS)),
                    )
                )
            elif len(words) > LONGEST_DETAIL:
                found.append(
                    Fault(
                        name,
                        worded("is longer than {longest_detail} characters", longest_detail=LONGEST_DETAIL),
                        worded("shorten it"),
                    )
                )
        return found


def as_kept(said: Mapping[str, object]) -> bytes:
    """A message as it is kept as evidence: JSON with sorted keys. How its writer is reached is not in it."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode()


def token_from(seed: str) -> str:
    """The token made of hexadecimal digits: 25 letters that are read aloud without doubt, in groups of five."""
    number, letters = int(seed, 16), []
    for _ in range(TOKEN_LETTERS):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, TOKEN_LETTERS, GROUP))


def token_digest(reference: str, token: str) -> str:
    """What is kept of a token, bound to the reference it is typed with: 122 random bits need no slow hash.

    Case, blanks and hyphens are as they were typed, and count for nothing.
    """
    return digest_of(f"follow-up\n{_plain(reference)}\n{_plain(token)}")


def _plain(typed: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", typed[:100].upper())


def _without_greeting(line: str) -> str:
    """What a line says after whom it greets; "" for a greeting alone. Nothing but words of greetings is left out."""
    found = GREETING.match(line)
    rest = line[found.end() :] if found else line
    return rest[:1].upper() + rest[1:] if found else line
