"""What a received mail reports of ours: delivery status (RFC 3464, 6533), complaints (RFC 5965), old bounces."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from notifications.mail_parts import RETURNED, MailParts, TooStrange, message_ids, take_apart
from notifications.old_bounces import look_again

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
CODE = re.compile(r"(?<!\d)([245])\d\d(?!\d)")
UNICODE_ESCAPE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")  # RFC 6533 §3
ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")
REPORTS = ("message/delivery-status", "message/global-delivery-status")
MOST_RECIPIENTS = 100
LONGEST_DIAGNOSTIC = 500
NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dkim", "dkim-failure"})


class Action(StrEnum):
    """What happened to the mail for one recipient (RFC 3464 §2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"  # on to where no further report comes from
    EXPANDED = "expanded"  # to the members of a list


class ReportKind(StrEnum):
    STATUS = "status"
    COMPLAINT = "complaint"
    GUESSED = "guessed"  # a bounce in the words of its own mail server


@dataclass(frozen=True, slots=True)
class ToOne:
    """What a report says of one recipient. `status` is an RFC 3463 code, "" where none can be told."""

    action: Action
    status: str
    diagnostic: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `message_ids` may be those of the mail it is about, the surest first.

    `addresses` are all it names as a recipient, in lower case. One of ours went to one person, so that several
    recipients are where that person's mail was forwarded to.
    """

    kind: ReportKind
    message_ids: tuple[str, ...]
    recipients: tuple[ToOne, ...] = ()
    addresses: frozenset[str] = frozenset()

    @property
    def decides(self) -> ToOne | None:
        """The recipient whose fate is the mail's: one it reached or may still reach, a failure where there is none."""
        order = (Action.DELIVERED, Action.RELAYED, Action.EXPANDED, Action.DELAYED, Action.FAILED)
        return min(self.recipients, key=lambda one: order.index(one.action), default=None)


@dataclass(frozen=True, slots=True)
class NotAReport:
    """Any other mail: an answer, an acknowledgement, spam. `references` are the Message-IDs it answers.

    `fault` says why it could not be read at all, "" for a mail that can.
    """

    references: tuple[str, ...] = ()
    fault: str = ""


def read_report(raw: bytes, own_domains: Collection[str], sender: str | None = None) -> Report | NotAReport:
    """What these bytes report. `sender` is the envelope's (None: not known), "" for a report (RFC 5321 §4.5.5).

    `own_domains` are those of our Message-IDs: a bounce of no standard form counts only where one of them stands in it.
    Looks at the first MiB. Never raises: what is built too strangely is no report, and says so.
    """
    try:
        mail = take_apart(raw)
    except TooStrange as error:
        return NotAReport(fault=str(error))
    found = _complaint(mail) or _status_report(mail) or _old_bounce(mail, own_domains, sender)
    return found or NotAReport(mail.references)


def _status_report(mail: MailParts) -> Report | None:
    parts = mail.of_type(*REPORTS)
    if not parts:
        return None
    groups = [group for part in parts for group in part.blocks()][: MOST_RECIPIENTS + 1]
    recipients = tuple(one for group in groups if (one := _to_one(group)))
    if not recipients:
        return None
    named = {address for one in recipients for address in one.addresses}
    return Report(ReportKind.STATUS, _about(mail), recipients, frozenset(named | _returned_to(mail)))


def _to_one(group: dict[str, str]) -> ToOne | None:
    """One recipient; None for the group about the mail as a whole, and for one that says nothing."""
    who = [group[name] for name in ("original-recipient", "final-recipient") if name in group]
    if not who and "action" not in group:
        return None
    diagnostic = group.get("diagnostic-code", "")
    status = _status(group.get("status", ""), diagnostic)
    said = group.get("action", "").partition(" ")[0].strip(";").lower()
    by_class = {"5": Action.FAILED, "4": Action.DELAYED, "2": Action.DELIVERED}
    action = Action(said) if said in set(Action) else by_class.get(status[:1])
    if action is None:
        return None
    words = diagnostic or group.get("status", "")
    return ToOne(action, status, words[:LONGEST_DIAGNOSTIC], tuple(dict.fromkeys(map(_address, who))))


def _status(*texts: str) -> str:
    """The RFC 3463 code in the first text that has one, else the class of a reply code there."""
    for text in texts:
        if found := STATUS.search(text):
            return found[1]
    codes = (CODE.search(text) for text in texts)
    return next((f"{found[1]}.0.0" for found in codes if found), "")


def _address(typed: str) -> str:
    """The address of "rfc822; name@domain" or "utf-8; …", in lower case."""
    bare = typed.partition(";")[2].strip() or typed.strip()
    written = UNICODE_ESCAPE.sub(lambda found: _character(found[1]), bare)
    return written.strip("<>").lower()


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "?"


def _complaint(mail: MailParts) -> Report | None:
    """A feedback report; one that says it is no spam, or speaks of authentication, complains of nothing."""
    parts = mail.of_type("message/feedback-report")
    groups = [group for part in parts for group in part.blocks() if "feedback-type" in group]
    if not groups or groups[0]["feedback-type"].lower() in NO_COMPLAINT:
        return None
    named = ADDRESS.findall(groups[0].get("original-rcpt-to", ""))
    addresses = frozenset(address.lower() for address in named) | _returned_to(mail)
    return Report(ReportKind.COMPLAINT, _about(mail), addresses=addresses)


def _old_bounce(mail: MailParts, own_domains: Collection[str], sender: str | None) -> Report | None:
    told = look_again(mail, own_domains, sender)
    if told is None:
        return None
    action = Action.FAILED if told.failed else Action.DELAYED
    one = ToOne(action, _status(told.words), told.words[:LONGEST_DIAGNOSTIC], told.addresses)
    return Report(ReportKind.GUESSED, told.message_ids, (one,), frozenset(told.addresses))


def _about(mail: MailParts) -> tuple[str, ...]:
    """Message-IDs of the returned mail, then of what the report answers."""
    groups = (group for part in mail.of_type(*RETURNED) for group in part.blocks()[:1])
    returned = (group.get(name, "") for group in groups for name in ("message-id", "x-original-message-id"))
    return _once(identity for value in (*returned, *mail.references) for identity in message_ids(value))


def _returned_to(mail: MailParts) -> frozenset[str]:
    """Whom the returned mail was written to, and whom the report's own header names."""
    groups = [group for part in mail.of_type(*RETURNED) for group in part.blocks()[:1]]
    values = [group.get("to", "") for group in groups] + [mail.header.get("x-failed-recipients", "")]
    return frozenset(address.lower() for value in values for address in ADDRESS.findall(value))


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
