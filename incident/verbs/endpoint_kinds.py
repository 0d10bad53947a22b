"""What each kind of endpoint has to be given: events, a secret of its own, a template."""

import re
from collections.abc import Collection, Mapping

from incident.endpoint_events import FOR_ROOMS, WANTED
from incident.errors import Conflict, Fault, Invalid
from notifications.alarms import BadTemplate, read_template
from notifications.endpoints import CALLERS, CHATS, EndpointKind
from notifications.signatures import UnusableSecret, key_of, new_secret
from notifications.wording import worded

USUAL_URLS: Mapping[EndpointKind, str] = {
    EndpointKind.PAGERDUTY: "https://events.pagerduty.com/v2/enqueue",
    EndpointKind.OPSGENIE: "https://api.opsgenie.com",
}
OWN_SECRET = re.compile(r"[\x21-\x7e]{1,300}")


def kind_of(text: str) -> EndpointKind:
    """The kind of this name. Raises Invalid."""
    try:
        return EndpointKind(text)
    except ValueError:
        raise Invalid(Fault("kind", worded("is no kind of endpoint"), ", ".join(EndpointKind))) from None


def event_faults(kind: EndpointKind, events: Collection[str]) -> list[Fault]:
    """Whether a kind can be told of these; what calls people is told of pages alone, by the steps that name it."""
    if kind in CALLERS:
        return (
            [Fault("events", worded("are none of this kind: it gets the pages whose steps name it"))] if events else []
        )
    known = WANTED if kind is EndpointKind.WEBHOOK else FOR_ROOMS
    if events and all(event in known for event in events):
        return []
    return [Fault("events", worded("names none, or one that this kind is not told of"), ", ".join(known))]


def template_faults(kind: EndpointKind, template: str) -> list[Fault]:
    """Whether a provider has a template, and nothing else one."""
    if kind is not EndpointKind.PROVIDER:
        return [Fault("template", worded("is nothing this kind has"))] if template else []
    try:
        read_template(template)
    except BadTemplate as error:
        return [Fault("template", str(error), worded('such as {"fields": {"To": "{to}", "Body": "{text}"}}'))]
    return []


def secret_faults(kind: EndpointKind, secret: str) -> list[Fault]:
    """Whether the secret that was given fits the kind; "" where one is made, and for a chat."""
    if kind in CHATS and secret:
        return [Fault("secret", worded("is nothing a chat checks"), worded("leave it out: its address is its secret"))]
    if kind in CALLERS and not OWN_SECRET.fullmatch(secret):
        return [
            Fault(
                "secret",
                worded("is missing, or no line of printable ASCII"),
                worded("the service's own key, as it prints it"),
            )
        ]
    return []


def secret_for(kind: EndpointKind, given: str) -> str:
    """The secret to keep; one is made for a program that brings none. Raises Invalid and Conflict."""
    if kind in CHATS:
        raise Conflict(worded("A chat's address is its secret. Give it another address."))
    if kind in CALLERS:
        if faults := secret_faults(kind, given):
            raise Invalid(*faults)
        return given
    secret = given or new_secret()
    try:
        key_of(secret)
    except UnusableSecret as error:
        raise Invalid(Fault("secret", str(error).rstrip("."), worded("leave it out to have one made"))) from None
    return secret
