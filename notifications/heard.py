"""What is heard of a mail after the relay took it, from a report or a provider's event: one form for all of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notifications.bounces import Action, Report, ReportKind

ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
LONGEST_DETAIL = 500
MOST_IDS = 10


class News(StrEnum):
    """What somebody says became of a mail."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"  # a provider took it and did not try: the address is on its list, the mail held a virus
    COMPLAINT = "complaint"  # a person reported it as unwanted, so that it had arrived
    DEFERRED = "deferred"  # still being tried


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece of news of one mail.

    `message_ids` and `provider_ids` may be the mail's, the surest first. `status` is an RFC 3463 code or "", `detail`
    the words of whoever says so, which may name the person. `addresses` are whom it says the mail went to, in lower
    case. `proven`: its sender has proven who it is, as nobody does who sends us a mail. `key` is the same when it comes
    again. `at` is the sender's own time.
    """

    news: News
    key: str
    message_ids: tuple[str, ...] = ()
    provider_ids: tuple[str, ...] = ()
    status: str = ""
    detail: str = ""
    at: datetime | None = None
    addresses: frozenset[str] = frozenset()
    proven: bool = False


def heard_in(report: Report, key: str) -> Heard | None:
    """The news in a report; None where it decides nothing (handed on to a list, or to where no report comes from).

    A failure after a delay (4.x.x, "expired") is one like any other: nobody tries any more. The part of a Message-ID
    before the @ is the id of a provider that gave the mail its own.
    """
    if report.kind is ReportKind.COMPLAINT:
        news, status, detail = News.COMPLAINT, "", ""
    else:
        one = report.decides
        by_action = {
            Action.FAILED: News.BOUNCED,
            Action.DELIVERED: News.DELIVERED,
            Action.DELAYED: News.DEFERRED,
        }
        if one is None or one.action not in by_action:
            return None
        news, status, detail = by_action[one.action], one.status, one.diagnostic
    local = tuple(identity.strip("<>").rpartition("@")[0] for identity in report.message_ids)
    ids = report.message_ids[:MOST_IDS]
    return Heard(news, key, ids, local[:MOST_IDS], status, detail[:LONGEST_DETAIL], None, report.addresses)


def without_addresses(text: str) -> str:
    """The words of another server without the addresses in them."""
    return ADDRESS.sub("…", text)
