"""What the checks of a notice find: an error blocks its release, a warning needs a tick with a reason."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.wording import worded

PARTS = {"subject": worded("subject"), "text": worded("text")}  # of a notice, as findings name them


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What each check is called, in findings, ticks and refusals."""

    CONTENTS = "contents"  # a section a law wants is missing, empty, or says only that nothing is known
    STATEMENT = "statement"  # a sentence a law wants is missing: a date, a delay, an address
    FIXED_TITLE = "fixed_title"
    FIXED_HEADING = "fixed_heading"
    FIXED_ORDER = "fixed_order"
    CONTRADICTION = "contradiction"  # a number of people or a day that no fact states
    PAST_PROMISE = "past_promise"  # the next update is promised for a moment that has come
    DATA_KIND = "data_kind"  # a kind of data named and not lost, or lost and not named
    PROTECTION = "protection"  # the data were encrypted, or not, says the text, and the facts do not
    GREETING = "greeting"  # nobody is greeted, although each reader could be by name
    ALL_TOLD = "all_told"  # everybody was told, says the text, and it is not so
    OPEN_SLOT = "open_slot"
    PLACEHOLDER = "placeholder"
    EMPTY = "empty"
    HEDGE = "hedge"
    NO_EVIDENCE = "no_evidence"
    REASSURANCE = "reassurance"
    BEFORE_FACTS = "before_facts"  # soothes, or claims no evidence, before it says which data
    ACTION_MISSING = "action_missing"
    JOINED_KINDS = "joined_kinds"
    READING_EASE = "reading_ease"
    LONG_SENTENCE = "long_sentence"
    LANGUAGE = "language"
    UNTRANSLATED = "untranslated"  # words somebody wrote in one language, printed in another
    INTERNAL_NAME = "internal_name"
    UNSAFE_LINK = "unsafe_link"  # not https, a shortener, or it tracks who follows it
    FOREIGN_LINK = "foreign_link"  # a host that is not the organisation's
    UNSUBSCRIBE = "unsubscribe"
    ATTACHMENT = "attachment"
    TRACKING = "tracking"
    ADVERTISING = "advertising"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `rule` names the check, `law` the article it rests on ("" where none), `field` what it is about.

    `locale` is that of the text, with the segment where it has one. `facts` are the paths of the fact sheet that would
    answer it. `line` is where in the text it stands, from 1; 0 for the subject, and for what is missing.
    """

    level: Level
    rule: str
    field: str
    message: str
    mend: str
    law: str = ""
    locale: str = ""
    facts: tuple[str, ...] = ()
    line: int = 0

    @property
    def key(self) -> str:
        """By which a person ticks a warning off: the same finding has the same key, wherever it stands in the text."""
        return f"{self.locale}:{self.rule}:{self.field}:{self.message}"

    def __str__(self) -> str:
        values = {"field": self.field, "law": self.law, "message": self.message, "mend": self.mend}
        if self.law:
            return worded("{field} ({law}): {message}. {mend}", **values)
        return worded("{field}: {message}. {mend}", **values)

    @property
    def said(self) -> str:
        """The same as sentences that stand by themselves."""
        return worded("{sentences}.", sentences=str(self))
