"""A breach that reaches people in every country and region whose law ships: some three hundred obligations at once."""

from typing import Any

from incident.law.places import ZONES

AUTHORITIES = ("EU", "US", "CA")  # whole unions and federations: their people live in a country, a state, a province
SECTORS = ("essential_entity", "financial_entity", "hipaa_covered", "telecom", "us_listed")


def worldwide_facts(customers: int = 6) -> dict[str, Any]:
    """One body of data of our own, and one we hold for customers; established in the United States."""
    everywhere = {place: 1200 for place in ZONES if place not in AUTHORITIES}
    stolen = {"exfiltration": "confirmed", "recipients": "attacker"}
    kinds = ["name", "national_id", "bank_account", "health", "username", "credentials_plain"]
    return {
        "breach": {"kinds": ["confidentiality"], "cause": "hacking", "malicious": True},
        "organisation": {"establishment": "US", "sectors": list(SECTORS)},
        "datasets": [
            {
                "id": "accounts",
                "title": "Accounts of our users",
                "role": "controller",
                "data": {"categories": kinds, "per_person": "full_file"},
                "people": {"count": 1200 * len(everywhere), "kinds": ["customers"]},
                "protection": {"encryption": "none"},
                "exposure": stolen,
                "reach": everywhere,
            },
            {
                "id": "lists",
                "title": "Customers' contact lists",
                "role": "processor",
                "controllers": [f"customer-{number:03d}" for number in range(customers)],
                "data": {"categories": ["name", "email_address"], "per_person": "basic"},
                "people": {"count": 3412, "kinds": ["business_contacts"]},
                "exposure": stolen,
                "reach": {"DE": 2100, "FR": 800, "US-CA": 512},
            },
        ],
    }
