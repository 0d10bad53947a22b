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
    crime_victims protected_persons diplomats_or_politicians business_contacts public elderly
""")
SECTORS = _words("""
    telecom financial_entity essential_entity important_entity trust_service product_manufacturer us_listed
    hipaa_covered hipaa_associate us_bank us_gramm_leach nydfs_covered us_critical_infrastructure in_cert_in cn_operator
    hk_critical_infrastructure ch_critical_infrastructure digital_provider critical_entity law_enforcement
    eu_institution trust_service_qualified us_credit_union us_health_app us_broker_dealer us_ca_clinic
    us_bank_service_provider us_public_agency au_critical_infrastructure cl_essential cl_vital
    cn_critical_infrastructure
    credit_institution uk_oes uk_rdsp cn_state_organ us_information_broker
    ae_difc ae_adgm tw_financial tw_digital_economy us_reg_sp_provider
""")
ROLES = ("controller", "joint", "processor", "sub_processor")
DIGITAL_SERVICES = _words("""
    dns tld cloud data_centre cdn managed_service marketplace search_engine social_network
""")


def _word(words: str) -> Kind:
    return Kind(WORD, _words(words))


FIELDS: Mapping[str, Kind] = {
    "breach.kinds": Kind(WORDS, BREACH_KINDS),
    "breach.cause": Kind(WORD, CAUSES),
    "breach.malicious": Kind(FLAG),
    "breach.misuse_seen": Kind(FLAG),
    "breach.suspected": Kind(FLAG),  # possible, not established yet
    "breach.ransom_paid": Kind(FLAG),
    "breach.extortion": Kind(FLAG),  # with extortion, threats or coercion (Switzerland, ISG Art. 74d)
    "breach.long_undetected": Kind(FLAG),  # for more than 90 days, or to prepare other attacks (ISG Art. 74d)
    "breach.exploited_vulnerability": Kind(FLAG),  # in a product of ours, actively exploited (CRA Art. 14(1))
    "breach.product_security": Kind(FLAG),  # severe impact on the security of a product of ours (CRA Art. 14(5))
    "data.categories": Kind(WORDS, CATEGORIES),
    "data.per_person": _word("basic profile full_file"),
    "data.public_before": Kind(FLAG),
    "data.form": _word("electronic paper spoken"),
    "data.security_level": _word("basic medium high"),  # of the database, where a law grades it (Israel)
    "data.large_scale": Kind(FLAG),  # as the authority of the place counts it (Brazil)
    "data.substantial_part": Kind(FLAG),  # a substantial part of the database is concerned (Israel, reg. 1)
    "data.secrecy": Kind(FLAG),  # under a professional, legal or judicial secret
    "data.of_service": Kind(FLAG),  # processed to provide our service (Dir. 2002/58/EC Art. 2(i))
    "data.law_enforcement": Kind(FLAG),  # processed against crime by a competent authority (Dir. (EU) 2016/680 Art. 1)
    "data.plate_reader": Kind(FLAG),  # of automated licence plate recognition (Cal. Civ. Code 1798.82(h)(1)(F))
    "data.other_controller": Kind(FLAG),  # came from or went to a controller in another Member State (LED Art. 30(6))
    "people.count": Kind(NUMBER, whole=True),
    "people.count_min": Kind(NUMBER, whole=True),
    "people.count_max": Kind(NUMBER, whole=True),
    "people.kinds": Kind(WORDS, PEOPLE),
    "people.vulnerable": Kind(FLAG),
    "people.directly_identifiable": Kind(FLAG),
    "people.adversely_affected": Kind(FLAG),  # likely: their data or privacy (Directive 2002/58/EC Art. 4(3))
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
    "organisation.digital_services": Kind(WORDS, DIGITAL_SERVICES),  # kinds of Reg. (EU) 2024/2690 Art. 5 to 13
    "organisation.cer_exempt": Kind(FLAG),  # critical in banking, market or digital infrastructure (CER Art. 8)
    "organisation.turnover_aud": Kind(NUMBER),  # last financial year
    "organisation.small_agent": Kind(FLAG),  # small-scale processing agent (Brazil)
    "organisation.au_bound_if_small": Kind(FLAG),  # whatever the turnover (Privacy Act 1988 (Cth) s. 6D(4), 6E)
    "organisation.ca_exempt": Kind(FLAG),  # by order, for what stays within one province (PIPEDA s. 26(2)(b))
    "impact.severe_disruption": Kind(FLAG),  # of our services, or severe financial loss (NIS2 Art. 23(3)(a))
    "impact.others_harmed": Kind(FLAG),  # considerable damage to others (NIS2 Art. 23(3)(b))
    "impact.cyber_threat": Kind(FLAG),  # a significant threat to those we serve (NIS2 Art. 23(2))
    "impact.essential_service": Kind(FLAG),  # an essential or core service is, or may be, significantly disrupted
    "impact.relevant": Kind(FLAG),  # on availability, integrity, reliability or confidentiality of a critical asset
    "impact.major_ict": Kind(FLAG),  # classified as a major ICT-related incident (DORA Art. 18)
    "impact.clients_finances": Kind(FLAG),  # financial interests of clients (DORA Art. 19(3))
    "impact.material": Kind(FLAG),  # to investors (Form 8-K Item 1.05)
    "impact.trust_service": Kind(FLAG),  # significant, on the trust service or the personal data in it (eIDAS)
    "impact.banking_operations": Kind(FLAG),  # materially disrupted, or likely to be (12 CFR 53.2)
    "impact.bank_services_hours": Kind(NUMBER),  # hours services to banks were disrupted, or will be (12 CFR 53.4)
    "impact.member_services": Kind(FLAG),  # reportable cyber incident of a credit union (12 CFR 748.1(c))
    "impact.nydfs_incident": Kind(FLAG),  # cybersecurity incident of a covered entity (23 NYCRR 500.1(g))
    "impact.circia_incident": Kind(FLAG),  # covered cyber incident (6 U.S.C. 681(3), 681b(c)(2))
    "impact.public_order": Kind(FLAG),  # national defence, security, order, life or health may be harmed
    "impact.national_security": Kind(FLAG),  # the breach touches it (Egypt, Law 151/2020 Art. 7)
    "impact.physical_harm": Kind(FLAG),  # to the body or health of people, possible (Chile, Law 21.663 Art. 27)
    "impact.property_damage": Kind(FLAG),  # people may lose money or goods
    "impact.honour": Kind(FLAG),  # the honour or dignity of people may be violated (Vietnam, Law 91/2025 Art. 23(1))
    "impact.graded_major": Kind(FLAG),  # relatively major or above by the national grading guide (China, CAC Art. 4)
    "impact.financial_loss_eur": Kind(NUMBER),  # direct, caused or possible (Reg. (EU) 2024/2690 Art. 3(1)(a))
    "impact.financial_loss_share": Kind(SHARE, most=1.0),  # the same, of last year's turnover
    "impact.trade_secrets": Kind(FLAG),  # exfiltrated, or possibly (Art. 3(1)(b))
    "impact.death": Kind(FLAG),  # caused or possible (Art. 3(1)(c))
    "impact.health_damage": Kind(FLAG),  # considerable, to a person (Art. 3(1)(d))
    "impact.disruptive_access": Kind(FLAG),  # malicious access capable of severe disruption (Art. 3(1)(e))
    "impact.recurring": Kind(FLAG),  # twice in six months, one root cause (Art. 4)
    "impact.down_minutes": Kind(NUMBER),  # service completely unavailable; a begun minute counts
    "impact.degraded_minutes": Kind(NUMBER),  # service limited for the users below
    "impact.degraded_users": Kind(NUMBER, whole=True),  # in the Union
    "impact.degraded_users_share": Kind(SHARE, most=1.0),  # of the users in the Union
    "impact.compromised_users": Kind(NUMBER, whole=True),  # in the Union, data compromised (Reg. 2024/2690 Art. 7(d))
    "impact.slow_minutes": Kind(NUMBER),  # DNS answers took more than 10 seconds on average (Art. 5(b))
    "impact.week_down_minutes": Kind(NUMBER),  # a trust service unavailable, within a calendar week (Art. 14(b))
    "impact.physical_access": Kind(FLAG),  # to a data centre or a trusted area was compromised (Art. 8(d), 14(d))
    "impact.minor_misconfiguration": Kind(FLAG),  # under 1 000 and at most 1 % of domain names wrong (Art. 5(c))
    "impact.planned": Kind(FLAG),  # planned interruption or maintenance (Art. 3(2))
    "impact.other_services": Kind(FLAG),  # hit services other than our digital or trust services
    "impact.recipients_affected": Kind(FLAG),  # our service to its recipients likely suffers (NIS2 Art. 23(1))
    "impact.trust_provision": Kind(FLAG),  # the provision of trust services was hit (NIS2 Art. 23(4))
    "impact.continuity": Kind(FLAG),  # of an essential or digital service is hit (UK NIS Regulations reg. 11, 12)
    "impact.functioning": Kind(FLAG),  # of our critical infrastructure is in danger (Switzerland, ISG Art. 74d)
    "response.remedied": Kind(FLAG),  # measures taken make the harm no longer likely
    "response.harm_excluded": Kind(FLAG),  # a documented investigation found harm not reasonably likely
    "response.disproportionate_effort": Kind(FLAG),  # telling each person would be (GDPR Art. 34(3)(c))
    "response.protection_needed": Kind(FLAG),  # people must act to protect themselves
    "response.authority_requires": Kind(FLAG),  # an authority asked for it, or ordered it
    "response.initial_incomplete": Kind(FLAG),  # the first report lacked what it must hold
    "response.new_information": Kind(FLAG),  # what a filing said was not known is known now
    "response.intermediate_asked": Kind(FLAG),  # the CSIRT or authority asks for a report (NIS2 Art. 23(4)(c))
    "response.others_can_help": Kind(FLAG),  # another organisation may reduce the harm (PIPEDA s. 10.2)
    "response.done_by_other": Kind(FLAG),  # another holder of the same data did it (Privacy Act 1988 s. 26WJ, 26WM)
    "response.still_handled": Kind(FLAG),  # when the final report fell due (NIS2 Art. 23(4)(e))
    "response.protection_shown": Kind(FLAG),  # to the authority: data unintelligible (Dir. 2002/58/EC Art. 4(3))
}

TEXTS: Mapping[str, int] = {"title": 200, "entity": 128}


def nearest(word: str, known: Iterable[str]) -> str:
    """The mend for a word that is not in the vocabulary: the nearest one, else what there is."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {close[0]}?" if close else f"one of: {', '.join(words)}"
