"""Reports by mail: which mail is one, the reference a finder knows, and what an answer of theirs proposes. Pure."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from enum import StrEnum

from notifications.addresses import is_ours
from notifications.attachments import Limits
from notifications.wording import worded

KIND = "external_report"  # of incident: the runbook's name
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another when it is read aloud
REFERENCE = re.compile(rf"\[([{LETTERS}]{{5}}-[{LETTERS}]{{5}})\]", re.I)
TOKEN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105
TOKEN = re.compile(rf"[{TOKEN_LETTERS}]{{20}}")
TAKEN_TO = ("delivered-to", "x-original-to", "to", "cc")  # header fields that say whom a mail in a mailbox was for
MOST_ADDRESSES = 50
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Greeting:
    """The automatic answer in one language, with {organisation} and {reference}."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class FinderRules:
    """What mail intake goes by. `security` are addresses reports come to, `incident_address` that of notes ("": none).

    `mailbox` is whose mailbox is polled. `hops`: Received lines that servers of ours add to every mail. `an_hour`: new
    incidents, the rest is gathered in one. `greetings` by locale; empty: nobody is answered by itself.
    """

    security: frozenset[str] = frozenset()
    incident_address: str = ""
    own_domains: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()
    mailbox: str = ""
    hops: int = 0
    an_hour: int = 20
    limits: Limits = field(default_factory=Limits)
    kept_bytes: int = 50 * 1024 * 1024  # of one conversation as evidence
    notes_need_dkim: bool = True
    organisation: str = ""
    greetings: Mapping[str, Greeting] = field(default_factory=dict)

    def greeting(self, locale: str) -> Greeting | None:
        """The answer in a finder's language, else in English; None where there is none."""
        language = locale.partition("-")[0]
        return self.greetings.get(locale) or self.greetings.get(language) or self.greetings.get(FALLBACK)


def addressed(rules: FinderRules, envelope: str, header: Mapping[str, str]) -> tuple[str, ...]:
    """Whom a mail was for: whom the envelope names, and only where that is lost whom its header names."""
    if envelope:
        return (envelope.lower(),)
    named = getaddresses([header.get(name, "") for name in TAKEN_TO])[:MOST_ADDRESSES]
    found = [address.lower() for _, address in named if "@" in address]
    return tuple(dict.fromkeys([*found, *([rules.mailbox.lower()] if rules.mailbox else [])]))


def security_address(rules: FinderRules, addresses: Iterable[str]) -> str:
    """Which address of ours one of these names, without what follows a plus, since answers go there; "" for none."""
    found = next((one for one in addresses if is_ours(one, rules.security)), "")
    local, _, domain = found.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if found else ""


def note_token(rules: FinderRules, addresses: Iterable[str]) -> str | None:
    """The token of the incident's address among these, "" for one without a token that may be; None for none."""
    local, _, domain = rules.incident_address.lower().rpartition("@")
    for one in addresses if local else ():
        name, _, rest = one.rpartition("@")
        base, _, token = name.partition("+")
        if (base, rest) == (local, domain):
            return token if TOKEN.fullmatch(token) else ""
    return None


def new_reference() -> str:
    """What a conversation is called outside: 49 bits nobody can guess, and nothing of the incident's name."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def new_token() -> str:
    """What makes the address of an incident one nobody can guess: 99 bits."""
    return "".join(secrets.choice(TOKEN_LETTERS) for _ in range(20))


def reference_in(subject: str) -> str:
    """The reference in a subject, "" for none."""
    found = REFERENCE.search(subject)
    return found[1].upper() if found else ""


def filled(text: str, organisation: str, reference: str) -> str:
    """A line of a greeting with its two values; nothing else in it means anything."""
    return text.replace("{organisation}", organisation).replace("{reference}", reference)


def digest_of(value: str) -> str:
    """SHA-256 of a text, as it is looked up by."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


class Question(StrEnum):
    """What a finder is asked, each with closed answers."""

    COPIED = "copied"  # what they copied
    RECIPIENTS = "recipients"  # who has it, or has seen it
    DELETION = "deletion"  # whether what they have is deleted


@dataclass(frozen=True, slots=True)
class Proposal:
    """The fact that an answer proposes, and the answer in words."""

    fact: str
    value: str
    words: str


_RECIPIENTS, _ASSURANCE, _EXFILTRATION = "exposure.recipients", "exposure.assurance", "exposure.exfiltration"
PROPOSALS: Mapping[Question, Mapping[str, Proposal]] = {
    Question.COPIED: {
        "nothing": Proposal(_EXFILTRATION, "no_evidence", worded("They copied nothing")),
        "part": Proposal(_EXFILTRATION, "confirmed", worded("They copied a part")),
        "everything": Proposal(_EXFILTRATION, "confirmed", worded("They copied everything")),
        "not_said": Proposal(_EXFILTRATION, "possible", worded("They do not say what they copied")),
    },
    Question.RECIPIENTS: {
        "finder": Proposal(_RECIPIENTS, "single_known", worded("They alone have seen it")),
        "few": Proposal(_RECIPIENTS, "few_known", worded("They and a few they name")),
        "many": Proposal(_RECIPIENTS, "many_known", worded("Many, whom they name")),
        "published": Proposal(_RECIPIENTS, "public", worded("It was published")),
        "not_said": Proposal(_RECIPIENTS, "unknown", worded("They do not say who else")),
    },
    Question.DELETION: {
        "asked": Proposal(_ASSURANCE, "requested", worded("They were asked to delete it")),
        "confirmed": Proposal(_ASSURANCE, "confirmed", worded("They confirm that it is deleted")),
        "returned": Proposal(_ASSURANCE, "returned_unopened", worded("They returned it unopened")),
        "secrecy": Proposal(_ASSURANCE, "bound_by_secrecy", worded("They are bound by secrecy")),
        "refused": Proposal(_ASSURANCE, "none", worded("They refuse, or do not answer")),
    },
}
ASKED: Mapping[Question, str] = {
    Question.COPIED: worded("What was copied?"),
    Question.RECIPIENTS: worded("By whom: who has it, or has seen it?"),
    Question.DELETION: worded("Is it deleted?"),
}


def proposal_of(question: Question, answer: str) -> Proposal | None:
    """What this answer proposes; None for one that is none of the question's."""
    return PROPOSALS[question].get(answer)
