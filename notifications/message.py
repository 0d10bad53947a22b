"""What is said to whom: a text in one language, the person it goes to, the head of its mail, its Message-ID."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

LATER = ("logo", "speaker", "answers_to")  # not in the documents of texts without them, whose digests stay


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text in one language as a person reads it: one subject line, plain text, and HTML ("" where there is none)."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language with `{{ placeholders }}` for what it says to each person alone.

    `greeting` is used for people with a name, `greeting_unnamed` for the others. `fallbacks` say what stands where a
    person has no value of their own; a placeholder with neither makes the message unfillable. `logo` is a data: URI of
    the picture that the HTML names as `cid:logo`, "" where there is none. `speaker` and `answers_to` are the name in
    From and the address in Reply-To of a text in another's name, "" for the sender's own.
    """

    subject: str
    text: str
    html: str = ""
    greeting: str = ""
    greeting_unnamed: str = ""
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    logo: str = ""
    speaker: str = ""
    answers_to: str = ""

    def document(self) -> dict[str, object]:
        """The JSON object that is sealed with an edition."""
        return {
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "greeting": self.greeting,
            "greeting_unnamed": self.greeting_unnamed,
            "fallbacks": dict(self.fallbacks),
            **{name: value for name in LATER if (value := getattr(self, name))},
        }


@dataclass(frozen=True, slots=True)
class Head:
    """What every mail of one release has in its head. Addresses are ASCII (IDN domains as punycode)."""

    sender: str
    sender_name: str = ""
    reply_to: str = ""
    locale: str = "en"


class Recipient(NamedTuple):
    """One person on one channel, opened for sending. `values` are what the text says to this person alone.

    `segment` names the variant of the text this person gets, "" the first.
    """

    person: str
    address: str = ""
    locale: str = "en"
    values: Mapping[str, str] = MappingProxyType({})
    segment: str = ""

    @property
    def name(self) -> str:
        return self.values.get("name", "")


class Envelope(NamedTuple):
    """What changes in the head from one mail to the next. `date` is an RFC 5322 date-time."""

    address: str
    message_id: str
    date: str
    name: str = ""


def read_text(document: Mapping[str, object]) -> Text:
    """The text of its JSON object. Raises KeyError for one without subject or text."""
    fallbacks = document.get("fallbacks")
    return Text(
        subject=str(document["subject"]),
        text=str(document["text"]),
        html=str(document.get("html", "")),
        greeting=str(document.get("greeting", "")),
        greeting_unnamed=str(document.get("greeting_unnamed", "")),
        fallbacks={str(k): str(v) for k, v in fallbacks.items()} if isinstance(fallbacks, Mapping) else {},
        **{name: str(document.get(name, "")) for name in LATER},
    )


def texts_document(texts: Mapping[str, Text]) -> str:
    """Canonical JSON of every locale's text: sorted keys, no spaces. Equal texts give equal bytes."""
    documents = {locale: text.document() for locale, text in texts.items()}
    return json.dumps(documents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_texts(document: str) -> dict[str, Text]:
    """Every locale's text of the canonical JSON."""
    return {locale: read_text(text) for locale, text in json.loads(document).items()}


def texts_digest(kind: str, texts: Mapping[str, Text]) -> str:
    """SHA-256 over kind and canonical texts: what an approver signs."""
    return hashlib.sha256(f"{kind}\n{texts_document(texts)}".encode()).hexdigest()


def variant_key(locale: str, segment: str = "") -> str:
    """By which a text is kept among those of an edition: its locale, and the segment of the audience it is for."""
    return f"{locale}@{segment}" if segment else locale


def locale_of(key: str) -> str:
    """The language of the text that is kept under this key."""
    return key.partition("@")[0]


def segment_of(key: str) -> str:
    """The segment the text that is kept under this key is for, "" for everybody."""
    return key.partition("@")[2]


def choose_text(wanted: str, segment: str, texts: Mapping[str, object]) -> str:
    """The key of the text a person gets: of their segment, in the language `choose_locale` finds.

    Raises KeyError when there is none for the segment: nobody is sent the text of another one.
    """
    mine = {locale_of(key): key for key in texts if segment_of(key) == segment}
    return mine[choose_locale(wanted, mine)]


def choose_locale(wanted: str, available: Mapping[str, object]) -> str:
    """The language a person is written to in: the wanted one, its language without or with another region, English.

    Where none of these is there, the first by name. Raises KeyError when nothing is available.
    """
    exact = wanted.replace("_", "-")
    language = exact.split("-")[0].lower()
    kin = sorted(locale for locale in available if locale.split("-")[0].lower() == language)
    for locale in (exact, language, *kin, "en"):
        if locale in available:
            return locale
    return next(iter(sorted(available))) if available else _nothing(wanted)


def other_language(wanted: str, texts: Mapping[str, object]) -> str:
    """The language of these texts that a reader of another one gets, "" where theirs is among them."""
    available = {locale_of(key): key for key in texts}
    found = choose_locale(wanted, available)
    return "" if _language(found) == _language(wanted) else found


def _language(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0].lower()


def message_id(occasion: UUID, number: int, version: int, domain: str) -> str:
    """The Message-ID of one delivery: the same for every attempt, so that a repeat can be recognised.

    `occasion` is the edition, `number` the audience member, `version` that of the address; none tells who the person
    is. The fan-out builds the same text in SQL.
    """
    return f"<{occasion.hex}.{number}.{version}@{domain}>"


def _nothing(wanted: str) -> str:
    raise KeyError(f"there is no text in any language, {wanted} was wanted")
