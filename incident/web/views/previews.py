"""A text shown to one reader after another: who there is to choose from, and how it is framed."""

from dataclasses import dataclass
from urllib.parse import urlencode

from incident.web.views.shell import Choice
from incident.web.views.telling import EditionText


@dataclass(frozen=True, slots=True)
class PreviewView:
    """One text as one reader gets it.

    `texts` and `readers` are what can be chosen. `real`: the readers are people of the audience; `can_look`: this
    person may see them; `may_test`: it is a mail, and this person may have it sent to their own address.
    """

    href: str
    back: str
    title: str
    about: str
    text: EditionText
    texts: tuple[EditionText, ...]
    readers: tuple[Choice, ...]
    reader: str
    mode: str
    real: bool
    audience: str
    can_look: bool
    may_test: bool
    address: str
    frame: str

    def at(self, **changes: str) -> str:
        """The address of this page with something else chosen."""
        chosen = {"text": self.text.locale, "seen": self.reader, "view": self.mode, "who": self.who} | changes
        return f"{self.href}/preview?{urlencode(chosen)}"

    @property
    def who(self) -> str:
        return "real" if self.real else "invented"
