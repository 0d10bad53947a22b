"""Breaches Have I Been Pwned knows of: models of breaches, and the answer to a search for the addresses of a domain.

https://haveibeenpwned.com/API/v3#BreachModel
https://haveibeenpwned.com/API/v3#BreachesForDomain (aliases of the domain, each with the names of breaches)

It is asked, it calls nobody. A breach is somebody else's: it is informational, and opens an incident only by a rule.
"""

from collections.abc import Iterator
from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_json
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    joined,
    limited,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Hint, Signal, SignalState, Unreadable

NAME = "hibp"

CATEGORIES = {
    "email addresses": "email_address",
    "names": "name",
    "usernames": "username",
    "phone numbers": "contact",
    "physical addresses": "postal_address",
    "dates of birth": "date_of_birth",
    "government issued ids": "national_id",
    "social security numbers": "national_id",
    "passport numbers": "identity_document",
    "driver's licenses": "identity_document",
    "passwords": "credentials_plain",
    "historical passwords": "credentials_plain",
    "plaintext passwords": "credentials_plain",
    "credit cards": "payment_card_full",
    "credit card cvv": "payment_card_full",
    "partial credit card data": "payment_card_partial",
    "bank account numbers": "bank_account",
    "income levels": "income",
    "credit scores": "credit_or_debt",
    "purchases": "purchases",
    "geographic locations": "location",
    "device information": "device",
    "browser user agent details": "device",
    "chat logs": "communications",
    "private messages": "communications",
    "email messages": "communications",
    "sms messages": "communications",
    "photos": "photo_or_video",
    "personal health data": "health",
    "health insurance information": "insurance",
    "biometric data": "biometric",
    "sexual orientations": "sex_life",
    "sexual fetishes": "sex_life",
    "religions": "religion",
    "political views": "politics",
    "ethnicities": "ethnicity",
    "races": "ethnicity",
    "job titles": "employment",
    "employers": "employment",
    "education levels": "education",
    "family members' names": "family",
}
"""https://haveibeenpwned.com/API/v3#AllDataClasses; classes without a word of ours are left out."""
_IN_DOUBT = "HIBP says passwords, not in which form: the worse one until somebody has looked."
_FLAGS = (
    "IsVerified",
    "IsFabricated",
    "IsSensitive",
    "IsRetired",
    "IsSpamList",
    "IsMalware",
    "IsStealerLog",
    "IsSubscriptionFree",
)


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each breach. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_json(body)
    if isinstance(document, dict) and "Name" not in document and "Title" not in document:
        return tuple(_of_domain(document))
    listed = document if isinstance(document, list) else [document]
    return tuple(_breach(one, f"[{index}].") for index, one in enumerate(listed))


def _breach(breach: Json, place: str) -> Signal:
    name, title = scalar_text(part(breach, "Name")), scalar_text(part(breach, "Title"))
    if name is None:
        raise Unreadable(f"{place}Name must be the name of a breach.")
    return Signal(
        title=one_line(title or name, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=own_key(name),
        state=SignalState.INFORMATIONAL,
        started_at=_day(part(breach, "BreachDate")),
        asset=asset_of(AssetKind.WEBSITE, part(breach, "Domain")),
        hints=tuple(_hints(breach)),
        labels=limited(_labels(breach)),
    )


def _of_domain(aliases: dict[str, Json]) -> Iterator[Signal]:
    """Each breach once, in the order they come; who is in it stays in the delivery."""
    people: dict[str, int] = {}
    for alias, names in aliases.items():
        if not isinstance(names, list):
            raise Unreadable(f"{one_line(alias, 60)} must be a list of names of breaches.")
        for name in filter(None, map(scalar_text, names)):
            people[name] = people.get(name, 0) + 1
    for name, number in people.items():
        yield Signal(
            title=one_line(name, TITLE_LENGTH),
            severity=None,
            source=NAME,
            key=own_key(name),
            state=SignalState.INFORMATIONAL,
            hints=(Hint("people.count", number, "Aliases of our domain in this breach."),),
            labels=limited([("addresses", str(number))]),
        )


def _day(given: Json) -> datetime | None:
    """A date is the beginning of its day in UTC."""
    return moment(f"{given}T00:00:00Z") if isinstance(given, str) else None


def _hints(breach: Json) -> Iterator[Hint]:
    """PwnCount is of all accounts of the breach, not of ours: it is a label."""
    classes = part(breach, "DataClasses")
    said = [text for text in map(scalar_text, classes if isinstance(classes, list) else ()) if text]
    known = [text for text in said if text.lower() in CATEGORIES]
    if known:
        words = tuple(dict.fromkeys(CATEGORIES[text.lower()] for text in known))
        doubt = " " + _IN_DOUBT if any(text.lower() == "passwords" for text in known) else ""
        yield Hint("data.categories", words, f"DataClasses {', '.join(known)}.{doubt}")
    if part(breach, "IsStealerLog") is True:
        yield Hint("breach.cause", "malware", "IsStealerLog: taken by malware on the person's own machine.")
    elif part(breach, "IsMalware") is True:
        yield Hint("breach.cause", "malware", "IsMalware: the data comes from malware.")


def _labels(breach: Json) -> Iterator[tuple[str, str | None]]:
    yield "domain", scalar_text(part(breach, "Domain"))
    yield "data_classes", joined(part(breach, "DataClasses"))
    yield "accounts", scalar_text(part(breach, "PwnCount"))
    for name in ("AddedDate", "ModifiedDate", *_FLAGS):
        yield name, scalar_text(part(breach, name))


SNIPPET = """\
#!/bin/sh
# Once a day, with a key of https://haveibeenpwned.com/API/Key whose domain is verified there.
# What is found is sent; nothing is found: nothing is sent.
answer=$(curl --silent --fail -H "hibp-api-key: KEY" -H "user-agent: seventytwo" \\
  https://haveibeenpwned.com/api/v3/breacheddomain/YOUR-DOMAIN.example) || exit 0
printf '%s' "$answer" | curl --silent --show-error --fail -H "Authorization: Bearer SECRET" \\
  -H "Content-Type: application/json" --data-binary @- {url}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Have I Been Pwned",
    schemes=(Scheme.BEARER, Scheme.NONE),
    read=read,
    snippet=SNIPPET,
)
