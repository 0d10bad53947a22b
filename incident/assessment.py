"""Risk to people under GDPR Art. 33 and 34: named criteria, each three-valued, with its direction and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from incident.facts import FactSheet, Value
from incident.law.answers import Answer, Truth, any_of, no, yes
from incident.law.expressions import Expression, World, parse

ENGINE = "gdpr-risk-1"  # named in decisions; changes when a criterion does

GROUPS: Mapping[str, tuple[str, ...]] = {
    "SPECIAL": (
        *("health", "genetic", "biometric", "sex_life", "religion", "politics", "union", "ethnicity"),
        "criminal",
    ),
    "FRAUD": ("national_id", "identity_document", "credentials_plain", "payment_card_full", "bank_account"),
    "INTIMATE": (
        "income",
        "credit_or_debt",
        "tax",
        "transactions",
        "communications",
        "location",
        "traffic",
        "legal_case",
    ),
}


class Risk(StrEnum):
    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    RAISES = "raises"
    LOWERS = "lowers"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One named question to the facts; later criteria may build on earlier ones with `finding NAME`."""

    name: str
    direction: Direction
    test: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion that holds here, with the facts it was read from."""

    criterion: str
    direction: Direction
    text: str
    source: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The two limbs and the risk between them. `missing`: facts that would decide, or overturn a presumption."""

    risk: Risk
    authority: Answer
    subjects: Answer
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]

    @property
    def findings(self) -> dict[str, Answer]:
        """The names under which triggers look the limbs up."""
        return {"gdpr_risk": self.authority, "gdpr_high_risk": self.subjects}


UP, DOWN = Direction.RAISES, Direction.LOWERS
FACTORS = "EDPB Guidelines 9/2022 v2.0, section IV.B"

CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "unintelligible",
        DOWN,
        "protection.encryption in [strong, hashed_salted] and protection.key == safe",
        "The data cannot be read by whoever has them: strong protection, key safe.",
        "GDPR Art. 34(3)(a)",
    ),
    Criterion(
        "nobody_reached",
        DOWN,
        "exposure.exfiltration == excluded or exposure.recipients == none",
        "It is established that nobody obtained the data.",
        FACTORS + ", type of breach",
    ),
    Criterion(
        "recipient_bound",
        DOWN,
        """exposure.recipients in [internal, known_trusted]
        and exposure.assurance in [confirmed, returned_unopened, proven_unread, bound_by_secrecy, recovered]
        or exposure.recipients in [single_known, few_known]
        and exposure.assurance in [returned_unopened, proven_unread, bound_by_secrecy, recovered]""",
        "The recipient is known and trusted or bound, or gave the data back unread.",
        FACTORS + ", severity of consequences",
    ),
    Criterion(
        "few_people_basic_data",
        DOWN,
        """exposure.recipients in [known_trusted, single_known, few_known] and not breach.malicious
        and data.per_person == basic and people.count <= 100 and not people.vulnerable
        and not data.categories has_any [@FRAUD] and not data.categories has_any [@INTIMATE]
        and not data.categories has protected_address""",
        "By mistake, a few known recipients saw basic data of a few people who are not vulnerable.",
        FACTORS + ", number of affected individuals",
    ),
    Criterion(
        "already_public",
        DOWN,
        "data.public_before",
        "The data were lawfully public before.",
        FACTORS + ", nature and sensitivity",
    ),
    Criterion(
        "disclosed",
        UP,
        """breach.kinds has confidentiality and presume "the data were readable and reached somebody, until excluded" (
        not (finding unintelligible or finding nobody_reached or finding recipient_bound
        or finding few_people_basic_data or finding already_public))""",
        "The data became known to people who must not have them.",
        "GDPR recital 85",
    ),
    Criterion(
        "unavailable",
        UP,
        """breach.kinds has availability and presume "people miss their data, until a timely copy is stated" (
        not (protection.backup in [restorable, restored, failover]
        and (protection.unavailable_hours < 24 or breach.cause in [lost_device, stolen_device])))""",
        "People cannot use their data, or have lost them.",
        FACTORS + ", type of breach",
    ),
    Criterion(
        "altered",
        UP,
        """breach.kinds has integrity and presume "wrong data were used, until a restored copy is stated" (
        not protection.backup in [restorable, restored, failover])""",
        "Wrong data were, or may have been, used about people.",
        FACTORS + ", type of breach",
    ),
    Criterion(
        "hostile_hands",
        UP,
        "finding disclosed and exposure.recipients in [attacker, public, unknown]",
        "The data are with an attacker, the public, or nobody knows whom.",
        FACTORS + ", severity of consequences",
    ),
    Criterion(
        "identity_theft_or_fraud",
        UP,
        """data.categories has_any [@FRAUD] and (finding hostile_hands
        or finding disclosed and exposure.recipients == many_known)""",
        "The data are enough for identity theft or fraud.",
        "GDPR recitals 75 and 85",
    ),
    Criterion(
        "sensitive_exposed",
        UP,
        "finding hostile_hands and (data.categories has_any [@SPECIAL] or data.categories has_any [@INTIMATE])",
        "Special categories, criminal matters, or intimate details of life or finances are exposed.",
        "GDPR Art. 9, Art. 10, recital 75",
    ),
    Criterion(
        "vulnerable_exposed",
        UP,
        """finding hostile_hands and people.vulnerable
        or finding disclosed and data.categories has protected_address""",
        "The people are vulnerable, or a protected address is known.",
        "GDPR recital 75; " + FACTORS + ", special characteristics of the individual",
    ),
    Criterion(
        "full_picture_stolen",
        UP,
        "finding hostile_hands and breach.malicious and data.per_person in [profile, full_file]",
        "Somebody with intent has a full picture of each person.",
        FACTORS + ", volume of personal data",
    ),
    Criterion(
        "large_scale",
        UP,
        "finding hostile_hands and people.count >= 10000",
        "Very many people are concerned.",
        "GDPR recital 75; " + FACTORS + ", number of affected individuals",
    ),
    Criterion(
        "misuse_seen",
        UP,
        "finding hostile_hands and breach.misuse_seen",
        "Fraud or publication has been seen already.",
        FACTORS + ", severity of consequences",
    ),
    Criterion(
        "care_interrupted",
        UP,
        "finding unavailable and data.categories has health and protection.unavailable_hours >= 24",
        "Health data were missing for a day or more.",
        FACTORS + ", type of breach",
    ),
    Criterion(
        "false_record_spread",
        UP,
        """finding altered and data.categories has_any [credit_or_debt, criminal]
        and exposure.recipients in [many_known, public, attacker, unknown]""",
        "A false record that decides about people was given to many.",
        FACTORS + ", severity of consequences",
    ),
)

HARM = ("disclosed", "unavailable", "altered")
SEVERE = (
    *("identity_theft_or_fraud", "sensitive_exposed", "vulnerable_exposed", "full_picture_stolen", "large_scale"),
    *("misuse_seen", "care_interrupted", "false_record_spread"),
)


def assess(facts: Mapping[str, Value]) -> Assessment:
    """Assess one data set from everything known of it (`FactSheet.view`).

    Authority: yes unless the breach is unlikely to result in a risk (Art. 33(1)). Subjects: yes where a high risk is
    likely (Art. 34(1)). Unknown mitigating facts are presumed against us by name, and stay in `missing`.
    """
    if facts.get("data.categories") == () or facts.get("breach.kinds") == ():
        none = no("no personal data breach: no personal data, or no breach")
        return Assessment(Risk.UNLIKELY, none, none, (), ())
    answers: dict[str, Answer] = {}
    for criterion in CRITERIA:
        answers[criterion.name] = _parsed(criterion.test).evaluate(World(facts, answers))
    authority, subjects = any_of(answers[name] for name in HARM), any_of(answers[name] for name in SEVERE)
    reasons = tuple(
        Reason(criterion.name, criterion.direction, criterion.text, criterion.source, answers[criterion.name].why)
        for criterion in CRITERIA
        if answers[criterion.name].truth is Truth.YES
    )
    missing = dict.fromkeys((*authority.missing, *subjects.missing))
    return Assessment(_risk(authority, subjects), authority, subjects, reasons, tuple(missing))


def decided(risk: Risk, by: str) -> dict[str, Answer]:
    """The findings a person decided, instead of the assessed ones. `by` names the decision."""
    said = f"decided as {risk}: {by}"
    return {
        "gdpr_risk": no(said) if risk is Risk.UNLIKELY else yes(said),
        "gdpr_high_risk": yes(said) if risk is Risk.HIGH else no(said),
    }


def assess_sheet(sheet: FactSheet) -> dict[str, Assessment]:
    """Each data set by itself, by its id."""
    return {dataset.id: assess(sheet.view(dataset)) for dataset in sheet.datasets}


def _risk(authority: Answer, subjects: Answer) -> Risk:
    if subjects.truth is Truth.YES:
        return Risk.HIGH
    if authority.truth is Truth.NO:
        return Risk.UNLIKELY
    settled = authority.truth is Truth.YES and subjects.truth is Truth.NO
    return Risk.RISK if settled else Risk.UNKNOWN


@cache
def _parsed(test: str) -> Expression:
    return parse(test, GROUPS)
