"""A second, liberal look at bounces of no standard form: a mail server's own words, with a Message-ID of ours."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from notifications.mail_parts import RETURNED, MailParts

DAEMON = re.compile(r"(?<![\w.-])(mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]{32})@", re.I)
OWN_ID = re.compile(
    r"<?((?:[0-9a-f]{32}\.\d{1,18}\.\d{1,9}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([\w.-]{1,253}))"
)
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}\w")
COPY = re.compile(
    r"^[ >*=|]{0,8}(-{2,80}.{0,60}(copy|original|returned|below this line|unsent|header)|"
    r"(return-path|received|message-id):)",
    re.I | re.M,
)
LATER = re.compile(
    r"will (keep|continue|retry|be (re-?tried|retried|attempted)|try)|"
    r"attempts will continue|still (being )?(retried|trying)|wird (es )?weiter|do not need to resend",
    re.I,
)
LATE = re.compile(
    r"delivery incomplete|delayed|still undelivered|not yet been delivered|temporary (problem|failure|error)|"
    r"noch nicht zugestellt|warning: could not send",
    re.I,
)
GIVEN_UP = re.compile(
    r"given up|giving up|permanent(ly)? (error|fatal error|fail)|could not be delivered|couldn't be delivered|"
    r"wasn't able to deliver|unable to deliver|was not delivered|has failed|delivery failed|delivery failure|"
    r"undeliver(able|ed)|returned mail|user unknown|mailbox (is )?(full|unavailable)|no such user|rejected|"
    r"nicht zugestellt werden|unzustellbar|n'a pas pu être (remis|distribué)|no se pudo entregar|non recapitabile|"
    r"(?<!\d)55[0-9][ -]|(?<![\d.])5\.\d{1,3}\.\d{1,3}(?!\.?\d)",
    re.I,
)
EXPIRED = re.compile(
    r"(retry|queue)[\w ]{0,20}(timeout|time[d]? out|expired)|too (long|many attempts)|message expired", re.I
)
SAYS = (GIVEN_UP, LATER, LATE, EXPIRED)
LONGEST = 20_000  # characters of a server's own words
LONGEST_COPY = 200_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail server wrote: about which mails of ours, for whom, whether it has given up, in which words."""

    message_ids: tuple[str, ...]
    addresses: tuple[str, ...]
    failed: bool
    words: str


def look_again(mail: MailParts, own_domains: Collection[str], sender: str | None) -> Told | None:
    """What a mail tells as a bounce; None for one that is none.

    It must come from a mail server (from mailer-daemon or postmaster, or with an empty return path), hold a
    Message-ID of ours in its parts (an answer has it in its header), and say that it did not deliver. An automatic
    answer (RFC 3834) is no bounce, though its return path is empty as well.
    """
    if mail.header.get("auto-submitted", "").lower().startswith("auto-replied") or not _from_server(mail, sender):
        return None
    text = "\n".join(part.text for part in mail.parts if part.type.startswith("text/") or part.type in RETURNED)
    text = text[:LONGEST_COPY]
    domains = {domain.lower() for domain in own_domains}
    ours = dict.fromkeys(f"<{found[1]}>" for found in OWN_ID.finditer(text) if found[2].lower() in domains)
    said = f"{mail.header.get('subject', '')}\n{_before_copy(text)}"
    over, late = EXPIRED.search(said), LATER.search(said) or LATE.search(said)
    if not ours or not (over or late or GIVEN_UP.search(said)):
        return None
    failed = bool(over or (GIVEN_UP.search(said) and not LATER.search(said)))
    named = ADDRESS.findall(f"{mail.header.get('x-failed-recipients', '')} {text[:LONGEST]}")
    addresses = tuple(dict.fromkeys(address.lower() for address in named))[:50]
    return Told(tuple(ours)[:5], addresses, failed, _deciding_line(said))


def _from_server(mail: MailParts, sender: str | None) -> bool:
    returns_nowhere = sender == "" or mail.header.get("return-path", "").replace(" ", "") == "<>"
    return returns_nowhere or DAEMON.search(mail.header.get("from", "")) is not None


def _before_copy(text: str) -> str:
    """The server's own words: what stands before the copy of the mail."""
    found = COPY.search(text)
    return text[: found.start() if found and found.start() > 40 else LONGEST][:LONGEST]


def _deciding_line(said: str) -> str:
    """The line with the code, else the first that says what happened."""
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    over = [line for line in lines[1:] if EXPIRED.search(line)]
    coded = [line for line in lines if re.search(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}|(?<!\d)[45]\d\d[ -]", line)]
    telling = [line for line in lines[1:] if any(words.search(line) for words in SAYS)]
    return next(iter((*coded, *over, *telling, *lines)), "")
