"""Sample views: duties, awareness, customers told, the fact sheet."""

from dataclasses import replace
from datetime import timedelta

from incident.web import views as v
from incident.web.views.to_follow import PointLine, ToFollowView
from notifications.wording import worded
from tests.web.samples.board import HOSTILE, NOW, OPENED
from tests.web.samples.case import DEADLINE, TOLD


def duty(standing: str, **changes: object) -> v.DutyCard:
    usual = v.DutyCard(
        id=f"d-{standing.replace(' ', '-')}",
        title="Notify the supervisory authority",
        law="GDPR",
        article="GDPR Art. 33(1)",
        kind="statute",
        entity="",
        addressees=("supervisory authority",),
        standing=standing,
        moment=NOW + timedelta(hours=17, minutes=5),
        own_target=False,
        provisional=True,
        trace=DEADLINE.trace,
        why=DEADLINE.why,
        missing=(),
        datasets=("accounts",),
        url="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
        confidence="high",
        delays=DEADLINE.delays,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


GROUPS = (
    v.DutyGroup(
        "late",
        (
            duty(
                "late",
                title="Tell Acme Industries",
                article="Contract, § 9.2",
                kind="contract",
                addressees=("Acme Industries",),
                moment=NOW - timedelta(hours=2),
                provisional=False,
            ),
        ),
    ),
    v.DutyGroup("soon", (duty("soon"),)),
    v.DutyGroup(
        "ahead",
        (
            duty(
                "ahead",
                title="Tell the controllers",
                article="GDPR Art. 33(2)",
                addressees=tuple(f"Customer {n}" for n in range(140)),
                own_target=True,
                datasets=("lists",),
                qualifier="without undue delay",
            ),
        ),
    ),
    v.DutyGroup(
        "blocked",
        (
            duty(
                "blocked",
                title="Tell the people",
                article="GDPR Art. 34(1)",
                moment=None,
                missing=("people.count", "data.categories"),
                blocked="It is not known whether a high risk is likely.",
                trace=(),
            ),
        ),
    ),
    v.DutyGroup(
        "met",
        (duty("met", title="Document the breach", article="GDPR Art. 33(5)", met_at=NOW, met_by="register"),),
        hint=worded("{number} of {all} met with somebody left out", number=1, all=2),
    ),
)
POINTS = (
    PointLine(worded("whether data were copied"), NOW - timedelta(days=2), True, "/incidents/1/facts"),
    PointLine(worded("since when we have been aware of the breach"), NOW, False, "/incidents/1/duties#awareness"),
)
TO_FOLLOW = (
    ToFollowView("d-soon", "/incidents/1/duties/d-soon", "Commissioner of Berlin", POINTS, "/incidents/1/filings/new"),
    ToFollowView(
        "d-met", "/incidents/1/duties/d-met", HOSTILE, POINTS[1:], "/incidents/1/notices#filing-1", draft=True
    ),
)
FILINGS_WAITING = tuple(replace(one, codename="amber-heron", title="Laptop left on a train") for one in TO_FOLLOW)
CANDIDATES = (
    v.Candidate(
        OPENED, "received", "arguable", worded("The first alert of this incident reached us."), "intake:019a", True
    ),
    v.Candidate(
        OPENED + timedelta(minutes=50), "verified", "clear", "Jonas listed the bucket from outside.", "entry:9"
    ),
)
CLUES = (v.Choice("verified", "Somebody checked"), v.Choice("told", "Somebody told us"))
CUSTOMERS = replace(
    TOLD,
    lines=(
        v.CustomerLine("acme", "Acme Industries", "DE", NOW + timedelta(hours=2), "soon", False),
        v.CustomerLine("blue", "Blue Harbour Ltd", "IE", NOW + timedelta(hours=18), "ahead", True),
        v.CustomerLine(
            "cedar", "Cedar & Söhne KG", "AT", None, "met", True, NOW, "email", "delivery 812: 250 2.0.0 kept"
        ),
    ),
)


def choices(*labels: str, chosen: str = "") -> tuple[v.Choice, ...]:
    return tuple(v.Choice(label.lower(), label, label.lower() in chosen.split()) for label in labels)


KNOWN = (
    v.KnownDataset("lists", "Customers' contact lists", "processor", 3412, "unknown", False),
    v.KnownDataset("accounts", "Account data", "controller", None, "high", True),
)
MALICIOUS = v.FactField(
    "breach.malicious",
    "breach.malicious",
    "Did somebody mean harm?",
    "flag",
    choices=choices("Yes", "No", "Unknown", chosen="unknown"),
)
FACTS = v.FactsView(
    version=3,
    saved_at=NOW,
    saved_by="Mara Lindqvist",
    shared=(
        (
            "The breach",
            (
                v.FactField(
                    "breach.kinds",
                    "breach.kinds",
                    "What was lost",
                    "words",
                    choices=choices("Confidentiality", "Integrity", "Availability", chosen="confidentiality"),
                    answered=True,
                ),
                v.FactField(
                    "breach.cause",
                    "breach.cause",
                    "Cause",
                    "word",
                    choices=choices("Misconfiguration", "Hacking", "Phishing", chosen="misconfiguration"),
                    answered=True,
                ),
                MALICIOUS,
            ),
        ),
    ),
    single=(("The organisation", (replace(MALICIOUS, name="organisation.small_agent", label="Are we small?"),)),),
    datasets=(
        v.DatasetForm(
            "lists",
            "Customers' contact lists",
            "processor",
            (
                (
                    "Which data",
                    (
                        v.FactField(
                            "datasets.lists.people.count",
                            "people.count",
                            "How many people",
                            "number",
                            "3412",
                            answered=True,
                            hint="The best number so far.",
                        ),
                        v.FactField(
                            "datasets.lists.controllers",
                            "controllers",
                            "Customers whose data it is",
                            "long",
                            "acme\nblue\ncedar",
                            answered=True,
                            problem=v.Problem("x", "is not known", "use the host's id"),
                        ),
                    ),
                ),
                (
                    "Protection",
                    (
                        v.FactField(
                            "datasets.lists.protection.encryption",
                            "protection.encryption",
                            "Encryption",
                            "word",
                            choices=choices("None", "Strong", "Unknown", chosen="unknown"),
                        ),
                    ),
                ),
            ),
            9,
            14,
            v.RiskView(
                "risk",
                (("raises", "The data became known to people who must not have them.", "GDPR recital 85"),),
                ("exposure.logs.complete",),
                decided="risk",
                decided_at=NOW,
            ),
        ),
        v.DatasetForm("accounts", "Account data", "controller", (), 4, 14, v.RiskView("high", (), ())),
    ),
    history=((3, NOW, "Mara Lindqvist"), (2, OPENED, "Jonas Weber")),
)
