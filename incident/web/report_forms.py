"""What the forms of a report send: a message with answers and files, and whether a program filled it in."""

import secrets
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.datastructures import FormData, UploadFile

from incident.errors import Fault, Invalid
from incident.report_rules import LONGEST_TEXT, MOST_FILES, Detail, Message, Told
from incident.web.forms import STORABLE
from notifications.wording import worded

LONGEST = 60_000  # what is read of a field before the rules of a report say what is too long
Words = Annotated[str, Form(max_length=LONGEST, pattern=STORABLE)]
Short = Annotated[str, Form(max_length=2000, pattern=STORABLE)]
ODD = Fault("text", worded("holds what cannot be kept"), worded("leave out characters that cannot be seen"))


def told_in(what: str, reach: str, locale: str, once: str) -> Told:
    """What the two fields of a report said."""
    return Told(what.replace("\r\n", "\n"), reach.strip(), locale, once)


def typed(told: Told | None) -> dict[str, object]:
    """The two fields as they are shown: empty, or as they were typed, under the key they were sent under."""
    values = {"what": told.what if told else "", "reach": told.reach if told else ""}
    return {"values": values, "once": (told.once if told else "") or new_once()}


def new_once() -> str:
    """What tells one filled form from the next, so that a double click is one report."""
    return secrets.token_urlsafe(16)


async def read_message(request: Request) -> Message:
    """A message as the form sent it; files byte for byte. Raises Invalid for what no database can hold."""
    form = await request.form(max_files=MOST_FILES + 1, max_fields=30)
    try:
        details = {detail.value: _said(form, detail.value) for detail in Detail}
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        sent = [(one.filename or "", one.content_type or "", await one.read()) for one in files]
        return Message(_said(form, "text", LONGEST_TEXT + 1), details, tuple(sent), _said(form, "once"))
    finally:
        await form.close()


Sent = Annotated[Message, Depends(read_message)]


def _said(form: FormData, name: str, longest: int = LONGEST) -> str:
    value = form.get(name)
    words = value.replace("\r\n", "\n")[:longest] if isinstance(value, str) else ""
    if "\0" in words:
        raise Invalid(ODD)
    return words
