"""The text of an approved answer: languages, placeholders, what an approver signs, and its checks."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from incident.drafting import Profile
from incident.errors import Fault, Invalid
from incident.notice_kinds import LOCALES
from incident.notice_lint import Against, check_free
from incident.phrases import Phrases
from notifications.findings import Finding
from notifications.message import Text, choose_locale
from notifications.placeholders import Unfillable, check_placeholders, substitute
from notifications.rendering import Templates
from notifications.wording import worded, worded_list

KEY = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")
PLACEHOLDERS = frozenset({"organisation", "contact_name", "contact_email", "contact_phone"})
LONGEST = 8000  # characters of a text
LONGEST_QUESTION = 500
WORDS = "answers"  # the table of the phrases: how a mail greets and ends
OWN_LINE = 80  # characters: a greeting or a signature is no longer


@dataclass(frozen=True, slots=True)
class AnswerText:
    """A question and what is answered to it, by language."""

    question: str
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def document(self) -> str:
        """Canonical JSON: what is sealed, and what the digest is over."""
        said = {"question": self.question, "texts": dict(self.texts)}
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()

    def locale_for(self, wanted: str) -> str:
        """The language somebody is answered in. Raises KeyError for an answer in no language."""
        return choose_locale(wanted, self.texts)


def read_answer(document: str) -> AnswerText:
    """An answer of its JSON."""
    said = json.loads(document)
    return AnswerText(str(said["question"]), {str(k): str(v) for k, v in said["texts"].items()})


def usable(answer: AnswerText) -> AnswerText:
    """The answer with even line ends. Raises Invalid, naming each field."""
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in answer.texts.items() if text.strip()}
    faults = [
        *_question_faults(answer.question),
        *([] if texts else [Fault("texts", worded("are empty"), worded("write an answer"))]),
    ]
    for locale, text in texts.items():
        if locale not in LOCALES:
            faults.append(
                Fault(
                    "texts",
                    worded("has the unknown language {locale}", locale=repr(locale)),
                    worded("known are {known}", known=", ".join(LOCALES)),
                )
            )
        faults += text_faults(f"texts.{locale}", text)
    if faults:
        raise Invalid(*faults)
    return AnswerText(answer.question.strip(), texts)


def text_faults(where: str, text: str) -> list[Fault]:
    """What is wrong with one text as such: its length, what stands between braces."""
    long = (
        [Fault(where, worded("is longer than {longest} characters", longest=LONGEST), worded("answer in fewer words"))]
        if len(text) > LONGEST
        else []
    )
    wrong = check_placeholders(where, text, PLACEHOLDERS)
    return long + [Fault(where, worded_list([fault.found, fault.message], " "), fault.mend) for fault in wrong]


def filled(text: str, profile: Profile) -> str:
    """The text as it is sent. Raises Invalid where the settings have no value for a placeholder."""
    values = {
        "organisation": profile.organisation,
        "contact_name": profile.contact_name,
        "contact_email": profile.contact_email,
        "contact_phone": profile.contact_phone,
    }
    try:
        return substitute(text, {name: value for name, value in values.items() if value})
    except Unfillable as error:
        raise Invalid(Fault("text", str(error), worded("set the contact, or take the placeholder out"))) from None


def as_mail(text: str, profile: Profile, phrases: Phrases) -> str:
    """The whole mail: the text filled in, greeted and signed where it does not do so itself.

    An operator who wants one of these lines gone leaves it empty in the phrases. Raises Invalid as `filled` does.
    """
    said = filled(text, profile)
    greeting, further, closing = (
        phrases.tables.get(WORDS, {}).get(name, "") for name in ("greeting", "further", "closing")
    )
    first, last = said.partition("\n")[0].strip(), said.rpartition("\n")[2].strip()
    greets = len(first) < OWN_LINE and first.endswith((",", ":", "!")) and first != said
    signs = len(last) < OWN_LINE and last.startswith(tuple(filter(None, (profile.organisation, profile.contact_name))))
    signature = (further, "\n".join(filter(None, (closing, profile.organisation))))
    parts = ("" if greets else greeting, said, *(() if signs else signature))
    return "\n\n".join(filter(None, parts))


def check_answer(templates: Templates, answer: AnswerText, against: Against) -> list[Finding]:
    """What the checks of a notice's free lines find in every language, errors first."""
    found = [
        finding
        for locale, text in sorted(answer.texts.items())
        for finding in check_free(templates, Text("", text), locale, against)
    ]
    return sorted(found, key=lambda finding: finding.level)


def _question_faults(question: str) -> list[Fault]:
    if not question.strip():
        return [Fault("question", worded("is empty"), worded("write the question it answers"))]
    if len(question) > LONGEST_QUESTION:
        return [
            Fault(
                "question",
                worded("is longer than {longest_question} characters", longest_question=LONGEST_QUESTION),
                worded("ask in fewer words"),
            )
        ]
    return []
