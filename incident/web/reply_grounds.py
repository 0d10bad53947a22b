"""Why a reply was put into its class, as the rules write it down, said in the reader's language. Pure."""

import re

from notifications.wording import worded

PLAIN = (
    worded("it has a question mark"),
    worded("nothing new was found in it: read it as received"),
    worded("no rule knows it: a person reads it"),
    worded("it is a mail of our own"),
    worded("it is a report or receipt (RFC 6522)"),
    worded("its return path is empty, as that of every automatic mail (RFC 3834)"),
)
QUOTING = (
    worded("it says “{words}”"),
    worded("its subject says “{words}”"),
    worded("it is short and says “{words}”"),
    worded("an automatic answer that says “{words}”"),
    worded("the header {words} marks it as automatic"),
    worded("it comes from {words}, where nobody reads"),
)
FORMS = tuple((re.compile(re.escape(one).replace(r"\{words\}", "(.+)"), re.DOTALL), str(one)) for one in QUOTING)


def ground_said(text: str) -> str:
    """A ground for a page; what a person wrote, and what no rule of today writes, as it stands."""
    if text in PLAIN:
        return worded(text)
    for form, message in FORMS:
        if found := form.fullmatch(text):
            return worded(message, words=found[1])
    return text
