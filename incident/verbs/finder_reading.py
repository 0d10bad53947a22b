"""A mail read before it is taken: who vouches for it, when we first had it, what it says, what is attached. No rows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from incident.finder_rules import FinderRules, digest_of
from notifications.attachments import Attachment, attachments_of
from notifications.dkim_checks import KeyLookup, Signed, check_signatures
from notifications.incoming import ReceivedMail
from notifications.mail_parts import MailParts, TooStrange, take_apart
from notifications.received_chain import Receipt, first_receipt
from notifications.replies import OWN_ID, Reply, read_reply

LONGEST_TITLE = 200
MAIL_TYPE = "message/rfc822"
ANSWERING = ("x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder", "x-mail-autoreply")


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an incident is opened from and evidence kept of, by mail or by form: one line, when and how we had it.

    `named`: how it came, as people inside read it. `raw` is it as it is kept.
    """

    title: str
    at: datetime
    how: str
    named: str
    why: str
    raw: bytes
    media_type: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Brought:
    """A mail as it was brought. `loops`: it is our own. `answers_itself`: a program's answer, not a program's report.

    `trouble` says why its attachments could not be taken out; they stand in the mail as received.
    """

    raw: bytes
    sha256: str
    read: Reply
    receipt: Receipt
    signed: Signed
    attachments: tuple[Attachment, ...]
    written_at: datetime | None
    loops: bool
    answers_itself: bool
    trouble: str = ""

    @property
    def origin_key(self) -> str | None:
        """By which the same mail is known when it comes by another way; None without a Message-ID."""
        return digest_of(f"{self.read.message_id}\n{self.read.sender.lower()}") if self.read.message_id else None

    @property
    def title(self) -> str:
        """One line for a board: the subject, cut."""
        return self.read.subject[:LONGEST_TITLE].strip() or "without a subject"

    @property
    def arrived(self) -> Arrived:
        """It as an incident is opened from."""
        how = self.receipt.how
        why = f"A report by mail reached our first server; the moment is that of {how}."
        return Arrived(self.title, self.receipt.at, how, "by mail", why, self.raw, MAIL_TYPE, self.attachments)


def bring(raw: bytes, mail: ReceivedMail, rules: FinderRules, look_up: KeyLookup) -> Brought:
    """Read a mail; the only thing asked outside is the key of its signature. Raises TooStrange."""
    parts = take_apart(raw)
    read = read_reply(raw, rules.own_domains, mail.from_nobody)
    try:
        attachments, trouble = attachments_of(raw, rules.limits), ""
    except TooStrange as error:
        attachments, trouble = (), str(error)
    return Brought(
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        read=read,
        receipt=first_receipt(raw, rules.hops, mail.received_at),
        signed=check_signatures(raw, look_up, read.sender),
        attachments=attachments,
        written_at=_written_at(parts.header.get("date", "")),
        loops=_loops(parts, read, rules),
        answers_itself=read.automatic and _answers(parts, from_nobody=mail.from_nobody is True),
        trouble=trouble,
    )


def _loops(parts: MailParts, read: Reply, rules: FinderRules) -> bool:
    own = OWN_ID.fullmatch(parts.header.get("message-id", "").strip())
    if own and own[1].lower() in rules.own_domains:
        return True
    return bool(read.sender) and read.sender.lower() in rules.own_addresses | rules.security


def _answers(parts: MailParts, *, from_nobody: bool) -> bool:
    """Whether a program answers something, as against one that reports something (a scanner, a CERT's list)."""
    said = parts.header.get("auto-submitted", "").partition(";")[0].strip().lower()
    if said.startswith("auto-generated"):
        return False
    vendor = any(name in parts.header for name in ANSWERING)
    nobody = from_nobody or parts.header.get("return-path", "").replace(" ", "") == "<>"
    report = parts.type == "multipart/report"
    return said.startswith("auto-replied") or vendor or nobody or report


def _written_at(value: str) -> datetime | None:
    """What its Date says, as an instant with a zone."""
    try:
        found = parsedate_to_datetime(value[:100])
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return found if found.tzinfo else None
