"""The id a provider gave a mail, as its relay says it in the 250 after the final dot: by it events find their row."""

import re

GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SHORTEST = 22  # characters; most relays say less. A shorter Message-ID at Mailgun is found as ours anyway
FORMS = (
    re.compile(rf"(?<![\w-])([0-9a-f]{{16}}-{GUID}-\d{{6}})(?![\w-])", re.I),  # Amazon SES: Ok <id>
    re.compile(rf"(?:queued as|\bok:?)\s+<?({GUID})>?(?![\w-])", re.I),  # Postmark
    re.compile(r"queued as ([0-9a-f]{10,12}(?:\.[0-9a-f]{1,8}){2})(?![\w.])", re.I),  # SendGrid, of old
    re.compile(r"queued as ([A-Za-z0-9_-]{22})(?![\w-])", re.I),  # SendGrid
    re.compile(r"<([^<>\s@]{1,150}@[^<>\s@]{1,100})>"),  # Mailgun, where it names one: the Message-ID
)


def provider_id_of(reply_text: str) -> str:
    """The id in the words of a relay's 250, "" where there is none that events would name.

    A queue id of an ordinary mail server is none: it is short, and used again. Mailgun keeps our Message-ID, says
    "Great success" or "Queued. Thank you.", and its events are found by that.
    """
    if len(reply_text) < SHORTEST:
        return ""
    for form in FORMS:
        if found := form.search(reply_text):
            return found[1]
    return ""
