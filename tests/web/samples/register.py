"""Sample views: the breach register, empty, with one entry and with many."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from incident.queries import breach_entry as b
from incident.web.breach_view import breach_line
from incident.web.breach_words import FILTERS
from incident.web.views import Choice
from incident.web.views.breach_register import RegisterView
from notifications.wording import listed
from tests.web.samples.board import HOSTILE, NOW, OPENED, shell

HIGH = b.Judged(
    "high", "Mara Lindqvist", OPENED + timedelta(hours=2), "Bank details with names, readable for ten days."
)
UNLIKELY = b.Judged("unlikely", "Ines Moreau", OPENED, "Strong encryption, the key never left the vault.")
FACTS = b.Facts(
    title="Account data",
    version=3,
    role="controller",
    kinds=("confidentiality",),
    cause="misconfiguration",
    categories=("bank_account", "email_address", "name"),
    people=b.People(3412, None, None, ("users",), {"DE": 2100, "FR": 800, "AT": None}),
    began=b.Moment(OPENED - timedelta(days=10), False),
    ended=b.Moment(OPENED + timedelta(minutes=15), False),
    discovered=b.Moment(OPENED, False),
    aware=b.Moment(OPENED + timedelta(minutes=50), False),
)
AUTHORITY = b.Notification(
    duty="eu-gdpr-33-1-sa",
    regime="gdpr",
    law="Regulation (EU) 2016/679 (GDPR)",
    article="Art. 33(1)",
    title="Notify the supervisory authority",
    addressee_kind="supervisory_authority",
    addressee="supervisory_authority",
    stage="initial",
    step=b.Step.TOLD,
    due_at=OPENED + timedelta(hours=72),
    provisional=False,
    told_at=OPENED + timedelta(hours=75),
    late=True,
    delay_reasons="The logs of the provider came on the third day; before that nobody could say whose data it was.",
    submissions=(
        b.Submission(OPENED + timedelta(hours=75), "Berlin Commissioner for Data Protection", "portal", "531.2026-118"),
    ),
    missing=(),
)
PEOPLE = replace(
    AUTHORITY,
    duty="eu-gdpr-34-1-subjects",
    article="Art. 34(1)-(4)",
    title="Tell the people concerned",
    addressee_kind="data_subjects",
    addressee="data_subjects",
    step=b.Step.OPEN,
    due_at=None,
    told_at=None,
    late=False,
    delay_reasons="",
    submissions=(),
)
RECORD = b.Record("eu-gdpr-33-5-record", "gdpr", AUTHORITY.law, "Art. 33(5)", "yes", OPENED, "", None)
PIPEDA = b.Record(
    "ca-pipeda-10-3-record",
    "pipeda",
    "PIPEDA (S.C. 2000, c. 5)",
    "s. 10.3",
    "unknown",
    OPENED,
    "24 months",
    date(2028, 11, 24),
)
REFUSAL = b.Refusal(
    subject="obligation:1",
    outcome="not_due",
    rules=(b.Rule(AUTHORITY.law, "Art. 34(1)-(4)"),),
    reason="The data were unreadable to anybody without the key, which stayed in the vault (Art. 34(3)(a)).",
    who="Ines Moreau",
    at=OPENED + timedelta(hours=5),
    look_again_at=OPENED + timedelta(days=30),
    reopened_at=None,
)


def entry(**changes: Any) -> b.Entry:
    usual = b.Entry(
        incident="amber-heron",
        title="Export bucket is readable by everybody",
        kind="public_bucket",
        phase="investigation",
        visibility="open",
        opened_at=OPENED,
        entity="main",
        dataset="accounts",
        facts=FACTS,
        effects=b.Effects("high", HIGH, HIGH, False, "likely", "unknown"),
        done=(
            b.Done(listed("Keep the settings, then block public access"), OPENED + timedelta(minutes=31)),
            b.Done(listed("Close signed links, caches and copies"), OPENED + timedelta(minutes=52)),
        ),
        response={"response.remedied": True, "response.disproportionate_effort": False},
        notifications=(AUTHORITY, PEOPLE),
        people_told=(b.PeopleTold("people", OPENED + timedelta(days=2), 3412),),
        customers=None,
        refusals=(),
        records=(RECORD, PIPEDA),
        unknown=("breach.misuse_seen", "anchor.aware", "data.public_before"),
    )
    return replace(usual, **changes)


BREACHES = (
    entry(),
    entry(
        incident="coral-lark",
        title="Back-up disk lost in the post",
        dataset="staff",
        facts=replace(FACTS, title="Payroll of the subsidiary in Lyon", people=b.People(None, 180, 220)),
        effects=b.Effects("unlikely", replace(UNLIKELY, who="Mara Lindqvist"), UNLIKELY, False, "possible", "none"),
        notifications=(
            replace(AUTHORITY, step=b.Step.NOT_DUE, told_at=None, late=False, submissions=()),
            replace(PEOPLE, step=b.Step.TOLD, told_at=OPENED),
        ),
        people_told=(b.PeopleTold("people", OPENED, 40),),
        refusals=(REFUSAL, replace(REFUSAL, outcome="unlikely", rules=(), reopened_at=NOW, look_again_at=None)),
        unknown=(),
    ),
    entry(
        incident="olive-tern",
        title="Contact lists of customers readable",
        dataset="lists",
        facts=replace(FACTS, title="Customers' contact lists", role="processor", customers=140),
        notifications=(),
        people_told=(),
        customers=b.Customers(140, 131, OPENED, NOW, True, ("gdpr",)),
        records=(),
    ),
    entry(
        incident="jade-osprey",
        title=HOSTILE,
        visibility="sealed",
        dataset="data",
        facts=b.Facts("Not known yet", 0, aware=b.Moment(OPENED, True)),
        effects=b.Effects("unknown"),
        done=(),
        response={},
        notifications=(
            replace(
                AUTHORITY,
                step=b.Step.UNDECIDED,
                provisional=True,
                told_at=None,
                late=False,
                submissions=(),
                missing=("organisation.role", "data.categories"),
            ),
        ),
        people_told=(),
        records=(replace(RECORD, applies="unknown", recorded_at=None),),
        unknown=("breach.kinds", "data.categories", "organisation.role", "people.count", "anchor.aware"),
    ),
)


def register(entries: Iterable[b.Entry], query: str = "") -> RegisterView:
    found = tuple(entries)
    states = tuple((state.value, words) for state, words in FILTERS.items())
    counts = {state: sum(one.fits(state) for one in found) for state in b.State}
    return RegisterView(
        lines=tuple(breach_line(one) for one in found),
        years=(Choice("", "Every year", True), Choice("2026", "2026")),
        regimes=(Choice("", "Every law", True), Choice("gdpr", "GDPR"), Choice("pipeda", "PIPEDA")),
        states=(Choice("", "Notified or not", True), *(Choice(value, label) for value, label in states)),
        counts=tuple((value, label, counts[b.State(value)]) for value, label in states),
        in_all=len(found),
        query=query,
        chosen="2026" if query else "",
    )


def many(number: int) -> list[b.Entry]:
    """As many entries as an organisation gathers in years."""
    return [
        replace(BREACHES[at % len(BREACHES)], incident=f"case-{at}", opened_at=OPENED - timedelta(days=at))
        for at in range(number)
    ]


def registers() -> dict[str, tuple[str, dict[str, object]]]:
    """The register with nothing, one, some and many."""
    shown = {"register-empty": (), "register-one": BREACHES[:1], "register": BREACHES, "register-300": many(300)}
    here = shell(here="/register")
    pages: dict[str, tuple[str, dict[str, object]]] = {
        name: ("breach_register.html", {"shell": here, "view": register(lines)}) for name, lines in shown.items()
    }
    nothing = {"shell": here, "view": register((), "?year=2026")}
    return {**pages, "register-nothing-fits": ("breach_register.html", nothing)}
