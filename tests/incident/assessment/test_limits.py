"""Where each criterion begins and ends: a worked case with one detail told otherwise."""

from collections.abc import Mapping
from typing import Any

import pytest

from incident.assessment import assess_sheet
from incident.facts import FactSheet, read_sheet
from tests.incident.assessment.worked import own_cases

CASES = {case.id: case for case in own_cases()}
Change = tuple[str, dict[str, Any], str]


def with_changes(case: str, changes: Mapping[str, Any]) -> FactSheet:
    """The facts of a worked case with some told otherwise, by path; None: nobody said."""
    facts = {section: dict(values) for section, values in CASES[case].facts.items()}
    for path, value in changes.items():
        section, name = path.split(".", 1)
        facts.setdefault(section, {})[name] = value
    return read_sheet(facts)


def limbs(case: str, changes: Mapping[str, Any]) -> str:
    """Authority/people, each yes, no or unknown; not established in Poland."""
    (found,) = assess_sheet(with_changes(case, changes), "EU").values()
    return f"{found.authority.truth}/{found.subjects.truth}"


DISCLOSURE: list[Change] = [
    ("edpb-13", {"people.count": 100}, "no/no"),
    ("edpb-13", {"people.count": 101}, "yes/no"),
    ("edpb-13", {"exposure.assurance": "confirmed"}, "no/no"),
    ("edpb-13", {"exposure.assurance": "bound_by_secrecy"}, "no/no"),
    ("edpb-13", {"exposure.assurance": "none"}, "yes/no"),
    ("edpb-13", {"exposure.assurance": None}, "yes/no"),
    ("edpb-13", {"people.vulnerable": None}, "unknown/no"),
    ("edpb-13", {"people.vulnerable": None, "people.kinds": ["elderly"]}, "yes/no"),
    ("edpb-13", {"data.categories": ["name", "income"]}, "yes/no"),
    ("edpb-15", {"people.kinds": ["employees"]}, "yes/no"),
    ("edpb-15", {"data.categories": ["name", "religion"]}, "yes/no"),
    ("annex-b-x-few", {"people.count": 100}, "no/no"),
    ("annex-b-x-few", {"people.count": 101}, "yes/no"),
    ("annex-b-x-few", {"people.count": None}, "unknown/no"),
    ("annex-b-x-few", {"people.kinds": ["patients"]}, "yes/no"),
    ("annex-b-x-few", {"data.categories": ["email_address", "family"]}, "yes/no"),
    ("annex-b-x-few", {"data.categories": None}, "yes/unknown"),
    ("staff-telephone-list", {"people.kinds": ["employees", "customers"]}, "yes/unknown"),
    ("section-4-trusted", {"exposure.assurance": None}, "unknown/no"),
    ("section-4-trusted", {"exposure.assurance": "requested"}, "yes/no"),
    ("hr-file-to-one-colleague", {"exposure.assurance": None}, "unknown/no"),
    ("hr-file-to-one-colleague", {"exposure.assurance": None, "breach.cause": "misconfiguration"}, "yes/no"),
    ("hr-file-to-one-colleague", {"breach.cause": "insider_malicious"}, "yes/yes"),
    ("statement-wrong-person", {"exposure.assurance": "bound_by_secrecy"}, "no/no"),
    ("statement-wrong-person", {"exposure.assurance": "bound_by_secrecy", "exposure.recipients": "few_known"}, "no/no"),
    ("card-skimming", {"exposure.exfiltration": "excluded"}, "no/no"),
    ("card-skimming", {"exposure.recipients": None}, "yes/yes"),
    ("card-skimming", {"data.categories": None}, "yes/unknown"),
    ("pseudonymous-trial", {"people.directly_identifiable": None}, "yes/yes"),
    ("hashes-with-addresses", {"protection.encryption": "none"}, "yes/yes"),
    ("edpb-06", {"protection.key": None}, "unknown/unknown"),
]
SEVERITY: list[Change] = [
    ("edpb-11", {"people.count": 10000}, "yes/yes"),
    ("edpb-11", {"people.count": 9999, "breach.misuse_seen": False}, "yes/no"),
    ("edpb-11", {"people.count": 9999, "breach.misuse_seen": None}, "yes/unknown"),
    ("edpb-11", {"people.count": 9999, "breach.misuse_seen": True}, "yes/yes"),
    ("edpb-11", {"people.count": 9999, "data.per_person": "profile"}, "yes/yes"),
    ("edpb-05", {"breach.malicious": False}, "yes/yes"),
    ("edpb-05", {"breach.malicious": False, "exposure.recipients": "public"}, "yes/yes"),
    ("edpb-05", {"data.per_person": "basic", "breach.misuse_seen": False}, "yes/no"),
    ("curious-banker-many", {"people.count": 99}, "yes/no"),
    ("curious-banker-many", {"people.count": 100}, "yes/yes"),
    ("curious-banker-many", {"people.count": 1, "people.kinds": ["diplomats_or_politicians"]}, "yes/yes"),
    ("curious-banker-many", {"data.categories": ["name", "purchases"]}, "yes/no"),
    ("letters-swapped-findings", {"data.per_person": "basic"}, "yes/no"),
    ("letters-swapped-findings", {"data.per_person": None}, "yes/yes"),
    ("letters-swapped-findings", {"exposure.recipients": "few_known"}, "yes/yes"),
    ("letters-swapped-findings", {"exposure.assurance": "confirmed"}, "yes/no"),
    ("letters-swapped-findings", {"data.categories": ["name", "legal_case"]}, "yes/yes"),
    ("letters-swapped-findings", {"exposure.recipients": "internal"}, "unknown/unknown"),
    ("debts-on-the-doorstep", {"breach.malicious": False}, "yes/no"),
    ("debts-on-the-doorstep", {"breach.cause": "misdirected_email"}, "yes/no"),
    ("debts-on-the-doorstep", {"breach.cause": "insider_curiosity"}, "yes/no"),
    ("arrears-sent-to-bureau", {"exposure.recipients": "single_known"}, "yes/no"),
    ("arrears-sent-to-bureau", {"exposure.recipients": "public"}, "yes/yes"),
    ("arrears-sent-to-bureau", {"protection.backup": "restored"}, "no/no"),
    ("arrears-sent-to-bureau", {"protection.backup": "restorable"}, "no/no"),
    ("arrears-sent-to-bureau", {"protection.backup": "failover"}, "no/no"),
    ("refuge-addresses-in-cc", {"people.vulnerable": None}, "yes/yes"),
    ("refuge-addresses-in-cc", {"people.vulnerable": False}, "yes/no"),
]
AVAILABILITY: list[Change] = [
    ("edpb-03", {"protection.unavailable_hours": 3}, "no/no"),
    ("edpb-03", {"protection.unavailable_hours": 4}, "yes/no"),
    ("edpb-03", {"protection.unavailable_hours": 23}, "yes/no"),
    ("edpb-03", {"protection.unavailable_hours": 24}, "yes/yes"),
    ("edpb-03", {"protection.unavailable_hours": None}, "unknown/unknown"),
    ("edpb-03", {"protection.unavailable_hours": None, "protection.backup": "none"}, "yes/yes"),
    ("edpb-03", {"protection.unavailable_hours": 5, "protection.backup": "none"}, "yes/no"),
    ("edpb-02", {"protection.unavailable_hours": 23}, "no/no"),
    ("edpb-02", {"protection.unavailable_hours": 24}, "yes/no"),
    ("edpb-02", {"protection.backup": "failover", "protection.unavailable_hours": None}, "no/no"),
    ("edpb-02", {"protection.backup": "restorable", "protection.unavailable_hours": None}, "unknown/no"),
    ("edpb-02", {"protection.backup": None, "protection.unavailable_hours": None}, "yes/no"),
    ("news-site-down", {"protection.backup": None, "protection.unavailable_hours": 71}, "no/no"),
    ("news-site-down", {"protection.backup": None, "protection.unavailable_hours": 72}, "yes/no"),
    ("edpb-10", {"protection.backup": "restored"}, "no/no"),
    ("edpb-10", {"protection.backup": "none"}, "yes/no"),
]


@pytest.mark.parametrize(("case", "changes", "expected"), [*DISCLOSURE, *SEVERITY, *AVAILABILITY])
def test_one_detail_decides(case: str, changes: dict[str, Any], expected: str) -> None:
    assert limbs(case, changes) == expected


BOUND_ONE = {"exposure.assurance": "bound_by_secrecy", "exposure.recipients": "single_known"}
OPENED_ACCOUNT = ["name", "bank_account", "credentials_plain"]
OTHERS: list[tuple[str, str, dict[str, Any], str]] = [
    *(("us_ca_breach", "us-ca-medical", {"data.categories": ["name", element]}, "yes") for element in (
        *("national_id", "identity_document", "payment_card_full", "health", "genetic", "biometric"),
    )),
    ("us_ca_breach", "us-ca-medical", {"data.categories": ["name", "purchases"]}, "no"),
    ("us_ca_breach", "us-ca-medical", {"data.categories": ["health"]}, "no"),
    ("us_ca_breach", "us-ca-medical", {"data.categories": ["name", "insurance"]}, "yes"),
    ("us_ca_breach", "us-ca-account-without-code", {"data.categories": ["name", "insurance"]}, "no"),
    ("us_ca_breach", "us-ca-account-without-code", {"data.categories": OPENED_ACCOUNT}, "yes"),
    ("us_ca_breach", "us-ca-login", {"data.categories": ["username", "credentials_plain"]}, "yes"),
    ("us_ca_breach", "us-ca-login", {"data.categories": ["username", "email_address"]}, "no"),
    ("us_ca_breach", "us-ca-login", {"data.categories": ["credentials_plain"]}, "no"),
    ("us_ca_breach", "us-ca-login", {"data.form": "paper"}, "no"),
    ("us_ca_breach", "us-ca-login", {"data.form": "spoken"}, "no"),
    ("us_ca_breach", "us-ca-login", {"data.form": "electronic"}, "yes"),
    ("us_ca_breach", "us-ca-login", {"data.public_before": True}, "no"),
    ("us_ca_breach", "us-ca-login", {"exposure.assurance": "proven_unread"}, "no"),
    ("us_ca_breach", "us-ca-encrypted-key-taken", {"protection.key": None}, "unknown"),
    ("us_ca_breach", "us-ca-encrypted-key-taken", {"protection.encryption": None, "protection.key": None}, "yes"),
    ("us_ca_breach", "us-ca-good-faith", {"exposure.assurance": None}, "unknown"),
    ("us_ca_breach", "us-ca-good-faith", {"exposure.assurance": "requested"}, "yes"),
    ("us_ca_breach", "us-ca-good-faith", {"breach.cause": "insider_malicious"}, "yes"),
    ("us_ca_breach", "us-ca-good-faith", {"exposure.recipients": "single_known"}, "yes"),
    *(("br_relevant_risk", "br-names-few", {"data.categories": ["name", kind]}, "yes") for kind in (
        *("health", "genetic", "biometric", "sex_life", "religion", "politics", "union", "ethnicity", "children_data"),
        *("payment_card_full", "payment_card_partial", "bank_account", "transactions", "income", "credit_or_debt"),
        *("credentials_plain", "credentials_hashed"),
    )),
    ("br_relevant_risk", "br-names-few", {"people.kinds": ["children"]}, "yes"),
    ("br_relevant_risk", "br-names-few", {"people.kinds": ["elderly"]}, "yes"),
    ("br_relevant_risk", "br-names-few", {"data.secrecy": True}, "yes"),
    ("br_relevant_risk", "br-names-few", {"data.large_scale": True}, "yes"),
    ("br_relevant_risk", "br-names-few", {"data.large_scale": None}, "unknown"),
    ("br_relevant_risk", "br-names-few", {"data.large_scale": None, "people.count": 10000}, "yes"),
    ("br_relevant_risk", "br-names-few", {"data.large_scale": False, "people.count": 10000}, "no"),
    ("br_relevant_risk", "edpb-03", {"protection.unavailable_hours": 3}, "no"),
    ("br_relevant_risk", "edpb-03", {}, "yes"),
    ("br_relevant_risk", "arrears-sent-to-bureau", {}, "yes"),
    ("hipaa_breach", "hipaa-biller", {"exposure.assurance": None}, "unknown"),
    ("hipaa_breach", "hipaa-biller", {"breach.cause": "insider_error"}, "no"),
    ("hipaa_breach", "hipaa-biller", {"breach.cause": "misdirected_post"}, "no"),
    ("hipaa_breach", "hipaa-biller", {"breach.cause": "misdirected_other"}, "no"),
    ("hipaa_breach", "hipaa-not-returned", BOUND_ONE, "no"),
    ("hipaa_breach", "hipaa-biller", {"breach.cause": "verbal_disclosure"}, "no"),
    ("hipaa_breach", "hipaa-biller", {"breach.cause": "insider_curiosity"}, "yes"),
    ("hipaa_breach", "hipaa-biller", {"exposure.recipients": "single_known"}, "yes"),
    ("hipaa_breach", "hipaa-not-returned", {"exposure.assurance": "bound_by_secrecy"}, "no"),
    ("hipaa_breach", "hipaa-not-returned", {"exposure.assurance": "confirmed"}, "yes"),
    ("hipaa_breach", "hipaa-not-returned", {"people.kinds": ["employees"], "data.categories": ["name"]}, "no"),
    ("hipaa_breach", "hipaa-not-returned", {"people.kinds": ["employees"], "data.categories": ["insurance"]}, "yes"),
    ("hipaa_breach", "hipaa-not-returned", {"data.categories": None}, "yes"),
    ("hipaa_breach", "hipaa-encrypted", {"protection.key": None}, "unknown"),
    ("hipaa_breach", "hipaa-encrypted", {"protection.encryption": None}, "yes"),
    ("hipaa_breach", "pseudonymous-trial", {}, "no"),
    ("hipaa_breach", "edpb-03", {}, "no"),
    ("hipaa_breach", "edpb-03", {"exposure.exfiltration": None}, "yes"),
    ("hipaa_breach", "edpb-03", {"exposure.exfiltration": None, "breach.cause": "outage"}, "no"),
    ("ca_rrosh", "ca-sin-stolen", {"data.categories": ["name", "email_address"]}, "yes"),
    ("ca_rrosh", "ca-sin-stolen", {"data.categories": ["contact"]}, "yes"),
    ("ca_rrosh", "ca-sin-stolen", {"data.categories": ["name", "date_of_birth"]}, "yes"),
    ("ca_rrosh", "ca-statement-confirmed", {"exposure.assurance": None}, "yes"),
    ("ca_rrosh", "ca-statement-confirmed", {"exposure.recipients": "many_known"}, "yes"),
    ("ca_rrosh", "curious-nurse", {}, "yes"),
    ("ca_rrosh", "ex-employee-with-health-list", {}, "yes"),
    ("ca_rrosh", "letters-swapped-ordinary", {}, "no"),
    ("au_serious_harm", "au-tax-agent", {"exposure.exfiltration": "excluded"}, "no"),
    ("au_serious_harm", "au-tax-agent", {"response.remedied": True}, "no"),
    ("au_serious_harm", "curious-nurse", {}, "yes"),
    ("au_serious_harm", "edpb-05", {}, "yes"),
    ("serious_harm", "nz-wrong-recipient", {"exposure.assurance": "confirmed"}, "no"),
    ("serious_harm", "nz-wrong-recipient", {"response.remedied": True}, "no"),
    ("serious_harm", "nz-wrong-recipient", {"response.harm_excluded": True}, "no"),
    ("serious_harm", "ex-employee-with-health-list", {}, "yes"),
    ("serious_harm", "hr-file-to-all", {}, "yes"),
    ("serious_harm", "curious-nurse", {}, "yes"),
    ("serious_harm", "uk-adoption", {}, "yes"),
    ("serious_harm", "edpb-03", {}, "yes"),
    ("serious_harm", "arrears-sent-to-bureau", {}, "yes"),
    ("serious_harm", "weak-hashes", {}, "yes"),
    ("serious_harm", "weak-hashes", {"protection.encryption": "none"}, "yes"),
    ("serious_harm", "hashes-with-addresses", {}, "no"),
    ("serious_harm", "hashes-with-addresses", {"data.categories": ["email_address"]}, "no"),
    *(("serious_harm", "hashes-with-addresses", {"data.categories": ["name", kind], "protection.key": None}, "yes")
      for kind in ("health", "national_id", "income", "protected_address", "children_data")),
    ("serious_harm", "hashes-with-addresses", {"data.per_person": "full_file"}, "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "case", "changes", "expected"), OTHERS)
def test_one_detail_decides_under_other_laws(finding: str, case: str, changes: dict[str, Any], expected: str) -> None:
    (found,) = assess_sheet(with_changes(case, changes), "EU").values()
    assert found.findings[finding].truth == expected


@pytest.mark.parametrize(
    ("case", "changes", "expected"),
    [
        ("pl-other-bank", {"exposure.recipients": "internal"}, "no"),
        ("pl-other-bank", {"exposure.assurance": "returned_unopened"}, "no"),
        ("pl-other-bank", {"data.categories": ["name", "identity_document"]}, "yes"),
        ("pl-other-bank", {"data.categories": ["name", "bank_account"]}, "no"),
        ("pl-other-bank", {"protection.encryption": "strong", "protection.key": "safe"}, "no"),
    ],
)
def test_where_the_polish_presumption_ends(case: str, changes: dict[str, Any], expected: str) -> None:
    (found,) = assess_sheet(with_changes(case, changes), "PL").values()
    assert found.subjects.truth == expected
