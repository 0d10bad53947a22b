"""The closed vocabulary of the fact sheet: every fact, the shape of its value, and its words."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WORD, WORDS, FLAG, NUMBER, SHARE, MOMENT, COUNTRY = "word", "words", "flag", "number", "share", "moment", "country"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a fact may say: its shape, the words it may use, and the bounds of its number."""

    shape: str
    words: tuple[str, ...] = ()
    most: float = 1e12
    whole: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BREACH_KINDS = ("confidentiality", "integrity", "availability")
CAUSES = _words("""
    ransomware hacking sql_injection credential_stuffing phishing social_engineering malware insider_malicious
    insider_curiosity insider_error misdirected_email misdirected_post misdirected_other cc_instead_of_bcc
    misconfiguration software_bug design_flaw publication_error redaction_failure verbal_disclosure lost_device
    stolen_device lost_paper stolen_paper lost_in_transit disposal_error destruction outage data_error spyware
    supplier
""")
CATEGORIES = _words("""
    name contact email_address postal_address date_of_birth national_id identity_document username credentials_plain
    credentials_hashed payment_card_full payment_card_partial bank_account transactions income credit_or_debt tax
    insurance purchases preferences behaviour location traffic communications photo_or_video health genetic biometric
    sex_life religion politics union ethnicity criminal legal_case employment education family children_data
    protected_address vehicle pseudonymous_id device usage_analytics customer_content
""")
PEOPLE = _words("""
    customers users employees applicants patients children students tenants members debtors benefit_claimants
    crime_victims protected_persons diplomats_or_politicians business_contacts public
""")
SECTORS = _words("""
    telecom financial_entity essential_entity important_entity trust_service product_manufacturer us_listed
    hipaa_covered hipaa_associate us_bank us_gramm_leach nydfs_covered us_critical_infrastructure in_cert_in cn_operator
    hk_critical_infrastructure ch_critical_infrastructure digital_provider critical_entity law_enforcement
    eu_institution trust_service_qualified us_credit_union us_health_app us_broker_dealer us_ca_clinic
    us_bank_service_provider us_public_agency au_critical_infrastructure cl_essential cl_vital
    cn_critical_infrastructure
""")
ROLES = ("controller", "joint", "processor", "sub_processor")


def _word(words: str) -> Kind:
    return Kind(WORD, _words(words))


FIELDS: Mapping[str, Kind] = {
    "breach.kinds": Kind(WORDS, BREACH_KINDS),
    "breach.cause": Kind(WORD, CAUSES),
    "breach.malicious": Kind(FLAG),
    "breach.misuse_seen": Kind(FLAG),
    "data.categories": Kind(WORDS, CATEGORIES),
    "data.per_person": _word("basic profile full_file"),
    "data.public_before": Kind(FLAG),
    "people.count": Kind(NUMBER, whole=True),
    "people.count_min": Kind(NUMBER, whole=True),
    "people.count_max": Kind(NUMBER, whole=True),
    "people.kinds": Kind(WORDS, PEOPLE),
    "people.vulnerable": Kind(FLAG),
    "people.directly_identifiable": Kind(FLAG),
    "protection.encryption": _word("none weak partial strong hashed_salted"),
    "protection.key": _word("safe compromised unknown"),
    "protection.backup": _word("none partial restorable restored failover"),
    "protection.unavailable_hours": Kind(NUMBER, ("permanent",)),
    "exposure.exfiltration": _word("excluded no_evidence possible likely confirmed"),
    "exposure.recipients": _word(
        "none internal known_trusted single_known few_known many_known public attacker unknown"
    ),
    "exposure.assurance": _word("none requested confirmed returned_unopened proven_unread bound_by_secrecy recovered"),
    "exposure.logs.exist": Kind(FLAG),
    "exposure.logs.from": Kind(MOMENT),
    "exposure.logs.complete": Kind(FLAG),
    "organisation.role": Kind(WORD, ROLES),
    "organisation.establishment": Kind(COUNTRY),
    "organisation.sectors": Kind(WORDS, SECTORS),
    "organisation.eu_users_affected_share": Kind(SHARE, most=1.0),
}

TEXTS: Mapping[str, int] = {"title": 200, "entity": 128}


def nearest(word: str, known: Iterable[str]) -> str:
    """The mend for a word that is not in the vocabulary: the nearest one, else what there is."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {close[0]}?" if close else f"one of: {', '.join(words)}"
