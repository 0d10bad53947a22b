"""The parts of the severity score as the fact sheet gives them; a fact nobody stated has its documented default."""

from collections.abc import Mapping
from dataclasses import dataclass

from incident.facts import Value
from notifications.wording import worded

SENSITIVE = ("health", "genetic", "biometric", "sex_life", "religion", "politics", "union", "ethnicity", "criminal")
FINANCIAL = (
    "income",
    "credit_or_debt",
    "transactions",
    "payment_card_full",
    "payment_card_partial",
    "bank_account",
    "tax",
)
BEHAVIOURAL = ("location", "traffic", "preferences", "purchases", "behaviour", "usage_analytics", "communications")
CREDENTIALS = ("credentials_plain", "credentials_hashed")
CLASSES = {
    "simple": worded("simple data"),
    "behavioural": worded("behavioural data"),
    "financial": worded("financial data"),
    "sensitive": worded("sensitive data"),
}
BASIC = {"simple": 1, "behavioural": 2, "financial": 3, "sensitive": 4}
DIRECT = ("name", "identity_document", "photo_or_video", "payment_card_full")
BY_REFERENCE = ("national_id", "email_address", "contact", "postal_address", "vehicle", "bank_account", "username")
LOSSES = ("lost_device", "stolen_device", "lost_paper", "stolen_paper", "lost_in_transit", "disposal_error")
INTENT = (
    *("ransomware", "hacking", "sql_injection", "credential_stuffing", "phishing", "social_engineering", "malware"),
    *("spyware", "insider_malicious", "stolen_device", "stolen_paper"),
)
COPIES = ("restorable", "restored", "failover")


@dataclass(frozen=True, slots=True)
class Part:
    """One part with its value and why; `assumed` names the facts that a default stands in for."""

    value: float
    why: str
    assumed: tuple[str, ...] = ()


def context(facts: Mapping[str, Value]) -> Part:
    """DPC, 1 to 4: the highest class of data after its step. Log-ins are no class: what they open is scored."""
    found = facts.get("data.categories")
    if not isinstance(found, tuple):
        return Part(4, worded("the data are not stated: the highest is taken"), ("data.categories",))
    classes = {_class(word) for word in found if word not in CREDENTIALS} or {"simple"}
    scored = {name: _adjusted(name, found, facts) for name in BASIC if name in classes}
    highest = max(scored, key=lambda name: scored[name])
    value = min(4, max(1, scored[highest]))
    opened = any(word in CREDENTIALS for word in found) and classes == {"simple"}
    assumed = tuple(fact for fact in ("data.per_person", "data.public_before") if fact not in facts)
    why = worded("{data}, basic {basic}, adjusted to {value}", data=CLASSES[highest], basic=BASIC[highest], value=value)
    return Part(value, worded("{why}; what the log-ins open is not stated", why=why) if opened else why, assumed)


def _class(word: str) -> str:
    groups = {"sensitive": SENSITIVE, "financial": FINANCIAL, "behavioural": BEHAVIOURAL}
    return next((name for name, words in groups.items() if word in words), "simple")


def _adjusted(name: str, found: tuple[str, ...], facts: Mapping[str, Value]) -> int:
    """Basic score and step of one class: public before lowers to nothing; else what the class asks."""
    if facts.get("data.public_before") is True:
        return 1
    steps = {"simple": _simple, "behavioural": _behavioural, "financial": _financial, "sensitive": _sensitive}
    return BASIC[name] + steps[name](found, facts)


def _simple(found: tuple[str, ...], facts: Mapping[str, Value]) -> int:
    kinds = _kinds(facts)
    if "protected_address" in found or "protected_persons" in kinds:
        return 3
    if kinds & {"patients", "crime_victims"}:
        return 2
    return 1 if _rich(facts) or "insurance" in found else 0


def _behavioural(found: tuple[str, ...], facts: Mapping[str, Value]) -> int:
    if _kinds(facts) & {"patients", "crime_victims"}:
        return 2
    if _rich(facts):
        return 1
    telling = {"location", "traffic", "behaviour", "communications"}
    return 0 if telling & set(found) or facts.get("data.per_person") != "basic" else -1


def _financial(found: tuple[str, ...], facts: Mapping[str, Value]) -> int:
    if "payment_card_full" in found or facts.get("data.per_person") == "full_file":
        return 1
    money = {word for word in found if word in FINANCIAL}
    bare = money <= {"bank_account", "payment_card_partial"} and "credentials_plain" not in found
    return -1 if bare else 0


def _sensitive(_found: tuple[str, ...], facts: Mapping[str, Value]) -> int:
    harmless = facts.get("data.per_person") == "basic" and facts.get("people.vulnerable") is False
    return -1 if harmless else 0


def identification(facts: Mapping[str, Value]) -> Part:
    """EI, 0.25 to 1: how easily somebody tells whose the data are. Encryption is a flag, not part of it."""
    direct, found = facts.get("people.directly_identifiable"), facts.get("data.categories")
    words = set(found) if isinstance(found, tuple) else set()
    if direct is True:
        return Part(1, worded("people are named in the data"))
    if direct is False:
        reference = words & {*DIRECT, *BY_REFERENCE} - {"username"}
        return Part(0.5 if reference else 0.25, worded("people can be matched only with other sources"))
    if not words or words & set(DIRECT):
        return Part(1, worded("how easily people are recognised is not stated"), ("people.directly_identifiable",))
    value = 0.75 if words & set(BY_REFERENCE) else 0.25
    return Part(value, worded("inferred from the identifiers"), ("people.directly_identifiable",))


def confidentiality(facts: Mapping[str, Value]) -> Part:
    """CB: 0 exposed without evidence, 0.25 known recipients, 0.5 an unknown number of them."""
    if not _broke(facts, "confidentiality"):
        return Part(0, worded("confidentiality was not broken"))
    recipients = facts.get("exposure.recipients")
    if facts.get("exposure.exfiltration") == "excluded" or recipients == "none":
        return Part(0, worded("nobody obtained the data"))
    if recipients is None:
        return Part(0.5, worded("who has the data is not stated"), ("exposure.recipients", *_unstated(facts)))
    if recipients == "unknown" and facts.get("breach.cause") in LOSSES:
        return Part(0, worded("exposed to the risk, no evidence of use: lost or stolen"), _unstated(facts))
    known = recipients not in ("attacker", "public", "unknown")
    return Part(0.25 if known else 0.5, f"recipients: {recipients}", _unstated(facts))


def integrity(facts: Mapping[str, Value]) -> Part:
    """CB: 0 restored before use, 0.25 recoverable, 0.5 not recoverable."""
    if "integrity" not in _broken(facts):
        return Part(0, worded("integrity was not broken"))
    backup = facts.get("protection.backup")
    if backup is None:
        return Part(0.25, worded("altered, taken as recoverable"), ("protection.backup", *_unstated(facts)))
    values = {"none": 0.5, "partial": 0.25}
    return Part(values.get(str(backup), 0), f"altered; copy: {backup}")


def availability(facts: Mapping[str, Value]) -> Part:
    """CB: 0 recovered without difficulty, 0.25 missing for a time, 0.5 lost."""
    if "availability" not in _broken(facts):
        return Part(0, worded("availability was not broken"))
    backup, hours = facts.get("protection.backup"), facts.get("protection.unavailable_hours")
    if hours == "permanent":
        return Part(0.5, worded("lost for good"))
    long = isinstance(hours, int | float) and hours >= 24
    if backup == "failover" or (backup in COPIES and not long) or (isinstance(hours, int | float) and hours < 24):
        assumed = ("protection.unavailable_hours",) if hours is None and backup != "failover" else ()
        return Part(0, worded("recovered without difficulty"), assumed)
    if backup == "none" and hours is None:
        return Part(0.5, worded("no copy"), ("protection.unavailable_hours",))
    assumed = ("protection.backup",) if backup is None else ()
    return Part(0.25, worded("missing for a time, or to be rebuilt"), assumed)


def intent(facts: Mapping[str, Value]) -> Part:
    """CB: 0.5 where harm was meant. Inferred from the cause while nobody said; an unknown cause counts as meant."""
    stated = facts.get("breach.malicious")
    if isinstance(stated, bool):
        return Part(0.5 if stated else 0, worded("harm was meant") if stated else worded("no harm was meant"))
    cause = facts.get("breach.cause")
    hostile = cause is None or cause in INTENT
    return Part(0.5 if hostile else 0, worded("inferred from the cause"), ("breach.malicious",))


def _broken(facts: Mapping[str, Value]) -> tuple[str, ...]:
    found = facts.get("breach.kinds")
    return found if isinstance(found, tuple) else ()


def _broke(facts: Mapping[str, Value], kind: str) -> bool:
    """Whether this was hurt; where nobody said what was, confidentiality is taken."""
    return kind in _broken(facts) or "breach.kinds" not in facts


def _unstated(facts: Mapping[str, Value]) -> tuple[str, ...]:
    return () if "breach.kinds" in facts else ("breach.kinds",)


def _kinds(facts: Mapping[str, Value]) -> set[str]:
    found = facts.get("people.kinds")
    return set(found) if isinstance(found, tuple) else set()


def _rich(facts: Mapping[str, Value]) -> bool:
    return facts.get("data.per_person") in ("profile", "full_file")
