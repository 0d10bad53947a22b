"""Who the demo is about: a fictitious organisation, its business customers, and the people who use its product."""

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

ORGANISATION = "Harbourlight"
ENTITY_NAME = "Harbourlight GmbH"
DOMAIN = "harbourlight.example"
CONTACT = "Miriam Vogt, data protection officer"
CONTACT_PHONE = "+49 30 5550 1234"
ADDRESS = "Lindenstraße 12, 10969 Berlin, Germany"
CONTACT_IN_GERMAN = {"name": "Miriam Vogt, Datenschutzbeauftragte", "address": "Lindenstraße 12, 10969 Berlin"}
AUTHORITY = "Berliner Beauftragte für Datenschutz und Informationsfreiheit"

CUSTOMERS = 140
AFFECTED = 131  # the rest keep their lists in another region


def _names(text: str) -> list[str]:
    return text.split()


TRADES = _names("Bakery Books Bikes Dental Freight Garden Hotels Labs Legal Logistics Optics Press Studio Travel Wines")
PLACES = _names("Alder Birch Cedar Dover Elm Fjord Glen Harbour Isar Jura Kiel Loire Maas Nord Oder Pine Rhine Saar")
FORMS = {"DE": "GmbH", "AT": "GmbH", "FR": "SARL", "IE": "Ltd", "NL": "B.V.", "PL": "sp. z o.o."}
FIRST = _names("Ada Ben Cleo Dario Elif Finn Greta Hugo Ines Jonas Kira Luca Mila Nora Oskar Pia Rania Sven Tara Yusuf")
LAST = _names("Albrecht Brand Castillo Dubois Eriksen Fischer Gruber Horvat Ivanov Jansen Keller Lefèvre Moreau Nowak")
COUNTRIES = ("DE", "DE", "DE", "FR", "AT", "NL", "IE", "PL")
GERMAN = ("DE", "AT")


def customers_csv() -> bytes:
    """The register of customers as a host platform exports it: a line for each contact."""
    names = (
        "host_id legal_name role country contract_hours contract_clause channel locale "
        "contact_kind contact_person contact_name contact_address"
    )
    return _csv(names.split(), (_customer(number) for number in range(CUSTOMERS)))


def persons_csv(people: int) -> bytes:
    """The people with an account in the product, most of them at one of the customers."""
    return _csv(
        ["host_id", "customer", "locale", "region", "name", "address"], (_person(number) for number in range(people))
    )


def customer_id(number: int) -> str:
    """The host's id of the customer with this number."""
    return f"cust-{number:04d}"


def affected_customers() -> list[str]:
    """The customers whose lists lay in the bucket."""
    return [customer_id(number) for number in range(AFFECTED)]


def facts(people: int, *, complete: bool) -> dict[str, Any]:
    """The fact sheet: a first version with what is known in the first hour, and one with the numbers counted."""
    lists: dict[str, Any] = {
        "id": "lists",
        "title": "Staff profiles kept for business customers",
        "role": "processor",
        "controllers": affected_customers(),
        "data": {"categories": ["name", "email_address", "contact"], "per_person": "basic"},
        "people": {"kinds": ["business_contacts"]},
        "exposure": {"exfiltration": "likely", "recipients": "unknown"},
    }
    accounts: dict[str, Any] = {
        "id": "accounts",
        "title": "Account data of users",
        "role": "controller",
        "data": {
            "categories": ["name", "email_address", "credentials_hashed", "bank_account"],
            "per_person": "profile",
        },
        "people": {"kinds": ["users"], "directly_identifiable": True},
        "protection": {"encryption": "none"},
        "exposure": {"exfiltration": "likely", "recipients": "unknown"},
    }
    if complete:
        lists["people"]["count"] = at_affected_customers(people)
        lists["exposure"]["logs"] = accounts["exposure"]["logs"] = {"exist": True, "complete": True}
        accounts["people"]["count"] = people
        accounts["reach"] = _reach(people)
        accounts["exposure"]["exfiltration"] = lists["exposure"]["exfiltration"] = "confirmed"
    breach = {"kinds": ["confidentiality"], "cause": "misconfiguration", "malicious": False}
    return {"breach": breach, "organisation": {"establishment": "DE"}, "datasets": [lists, accounts]}


def at_affected_customers(people: int) -> int:
    """How many of the people in the register belong to a customer that is affected."""
    affected = set(affected_customers())
    return sum(_customer_of(number) in affected for number in range(people))


def alert(now: datetime, *, resolved: bool = False) -> dict[str, Any]:
    """The notification as a stock Alertmanager sends it (webhook version 4), two alerts of one group."""
    labels = {"alertname": "BucketPublic", "service": "exports", "severity": "critical", "data_class": "personal"}
    status = "resolved" if resolved else "firing"
    zero = "0001-01-01T00:00:00Z"
    alerts = [
        {
            "status": status,
            "labels": {**labels, "instance": f"harbourlight-exports-{region}"},
            "annotations": {"summary": f"Bucket harbourlight-exports-{region} can be read by anyone"},
            "startsAt": _stamp(now - timedelta(minutes=4, seconds=number)),
            "endsAt": _stamp(now) if resolved else zero,
            "generatorURL": "https://prometheus.harbourlight.example/graph?g0.expr=bucket_public",
            "fingerprint": f"{0x51A7E5 + number:016x}",
        }
        for number, region in enumerate(("eu-1", "eu-2"))
    ]
    group = {"alertname": "BucketPublic", "service": "exports"}
    return {
        "receiver": "seventytwo",
        "status": status,
        "alerts": alerts,
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.harbourlight.example",
        "version": "4",
        "groupKey": '{}:{alertname="BucketPublic", service="exports"}',
        "truncatedAlerts": 0,
    }


def _customer(number: int) -> Sequence[object]:
    country = COUNTRIES[number % len(COUNTRIES)]
    place, trade = PLACES[number % len(PLACES)], TRADES[(number // 3) % len(TRADES)]
    host = customer_id(number)
    hours = {0: 24, 1: 48}.get(number % 5, "")
    return (
        host,
        f"{place} {trade} {FORMS[country]}",
        "controller",
        country,
        hours,
        "DPA § 9.2" if hours else "",
        "email",
        "de" if country in GERMAN else "en",
        "privacy",
        f"contact-{number:04d}",
        _name(number * 7 + 3),
        f"privacy@{place.lower()}-{trade.lower()}-{number}.example",
    )


def _person(number: int) -> Sequence[object]:
    country = _country(number)
    host = _customer_of(number)
    return (
        f"user-{number:05d}",
        host,
        "de" if country in GERMAN else "en",
        country,
        _name(number),
        f"user{number}@mail.example",
    )


def _customer_of(number: int) -> str:
    return customer_id(number % CUSTOMERS) if number % 4 else ""


def _country(number: int) -> str:
    return COUNTRIES[(number * 5) % len(COUNTRIES)]


def _reach(people: int) -> dict[str, int]:
    countries = [_country(number) for number in range(people)]
    return {country: countries.count(country) for country in sorted(set(countries))}


def _name(number: int) -> str:
    return f"{FIRST[number % len(FIRST)]} {LAST[(number // len(FIRST)) % len(LAST)]}"


def _csv(head: Sequence[str], rows: Iterator[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(itertools.chain([head], rows))
    return text.getvalue().encode()


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
