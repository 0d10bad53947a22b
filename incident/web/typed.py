"""Confirmation by typing: what is grave asks for a name or a number that stands on its page, compared here for all."""

from incident.errors import Fault, Invalid
from notifications.wording import worded

NOT_AN_ADDRESS = worded("is not this person's address")
NOT_A_MONITOR = worded("is not the address of this monitor")
NOT_THE_INCIDENT = worded("is not the name of this incident")


def require_name(typed: str, wanted: str, otherwise: str, field: str = "confirmation") -> None:
    """Raise Invalid unless the name was typed, in letters of any size; `otherwise` says what it is not."""
    if typed.strip().casefold() != wanted.casefold():
        raise Invalid(Fault(field, otherwise, worded("type {words}", words=wanted)))


def require_number(typed: str, wanted: int, field: str = "confirmation") -> None:
    """Raise Invalid unless the number of recipients was typed, its thousands parted in any way."""
    if digits_of(typed) != str(wanted):
        fault = worded("{count} is not how many this reaches", count=repr(typed))
        raise Invalid(Fault(field, fault, worded("type {expected} to confirm", expected=f"{wanted:,}")))


def digits_of(count: str) -> str:
    """A number as it was typed, without blanks and the signs that part its thousands."""
    return "".join(letter for letter in count if letter not in " ,.\u202f\u00a0")
