"""What people who report something by form are shown."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message: theirs or ours, answers as (question, words), files as (name, bytes, SHA-256)."""

    theirs: bool
    at: datetime
    text: str
    details: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation as its finder sees it. `takes_files`: whether files can be added now."""

    reference: str
    began_at: datetime
    takes_files: bool
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """The frame of a public page of a report: language, its choice as (tag, name, href), style and logo."""

    organisation: str
    locale: str
    zone: str
    style: str
    icon: str
    logo: str
    home: str
    tongues: tuple[tuple[str, str, str], ...] = ()
    anonymous: bool = True
    megabytes: int = 5


@dataclass(frozen=True, slots=True)
class OwnReport:
    """One of a person's own reports, in a list."""

    href: str
    reference: str
    began_at: datetime
    last_at: datetime
