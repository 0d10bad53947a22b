"""Conversations with finders, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What a finder said, the fact it proposes, and what stands there now: (data set, its title, its value)."""

    id: str
    asked: str
    said: str
    fact: str
    value: str
    state: str
    by: str
    at: datetime
    now: tuple[tuple[str, str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A conversation of a list: no word of it."""

    id: str
    href: str
    reference: str
    gathered: bool
    automatic: bool
    detected_at: datetime
    detected_how: str
    greeted_at: datetime | None
    mails: int
    unread: int
    last_at: datetime
    purged: bool
    door: str = "mail"
    followed_up_at: datetime | None = None
    statements: tuple[StatementLine, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLine:
    """One attachment: hashed, never opened. `kept`: it is evidence of the incident."""

    name: str
    type: str
    size: int
    sha256: str
    kept: bool


@dataclass(frozen=True, slots=True)
class MailLine:
    """One message, opened. `by_form`: it is no mail. `raw` is a mail as received, where that was asked for."""

    id: str
    number: int
    theirs: bool
    who: str
    at: datetime
    subject: str
    text: str
    cut: bool
    automatic: bool
    same_address: bool
    dkim: str
    dkim_domain: str
    dkim_detail: str
    aligned: bool
    sha256: str
    size: int
    repeats: int
    delivery: str
    files: tuple[FileLine, ...] = ()
    trouble: str = ""
    raw: str = ""
    by_form: bool = False
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadView:
    """One conversation. `mails` None: closed. `questions`: value, words, and its answers as (value, words).

    `reach`: how they said they are reached, where that is no address. `reads`: they read answers without mail.
    """

    line: ThreadLine
    codename: str
    fact_version: int
    questions: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    address: str = ""
    name: str = ""
    reach: str = ""
    reads: bool = False
    mails: tuple[MailLine, ...] | None = None
