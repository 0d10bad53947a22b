"""The demo's law: facts by data set, awareness decided, advice and decision, and what is owed to whom by when."""

from collections import Counter
from datetime import timedelta

from incident.anchors import AWARE
from incident.assessment import Risk
from incident.demo import cast
from incident.demo.narrator import Step, expect
from incident.demo.theatre import Theatre
from incident.queries.duties import DutyLine, duties_of
from incident.queries.facts import latest_facts
from incident.roles import Actor
from incident.verbs.advising import advise
from incident.verbs.anchors import Moment, decide_awareness, record_moment
from incident.verbs.decisions import Ruling, decide
from incident.verbs.facts import save_facts

EXPECTED = {
    "eu-gdpr-33-1-sa": 1,
    "eu-gdpr-33-2-processor": cast.AFFECTED,
    "eu-gdpr-33-5-record": 1,
    "eu-gdpr-34-1-subjects": 1,
    "promise-customers": 1,
}
"""What a lawyer would list for these facts: duties by how many obligations; contracts come beside them."""


def save_first_facts(theatre: Theatre, step: Step) -> None:
    """Two data sets in two roles; what nobody knows yet is left open."""
    now = theatre.edge.clock.now()
    for name, ago, why in (
        (
            "occurred_from",
            timedelta(days=3, hours=4),
            "Deployment 1207 changed the policy; the log shows the first reads.",
        ),
        ("occurred_until", timedelta(), "ACL removed; checked from outside."),
        ("discovered", timedelta(minutes=4), "The monitor fired and the on-call engineer read it."),
    ):
        moment = Moment(now - ago, why, name)
        theatre.act(theatre.mara, record_moment, theatre.incident_id, theatre.organisation, moment)
    _save(theatre, complete=False)
    step.say("“lists”: we are processor for 131 of 140 customers. “accounts”: we are controller.")
    step.say("How many people, and whether the log is complete, is not known yet: saved as unknown, not as no.")
    step.see(theatre.page("/facts"))


def decide_when_we_knew(theatre: Theatre, step: Step) -> None:
    """Awareness is chosen from the worksheet by a person; the clock stops being provisional."""
    at = theatre.edge.clock.now() - timedelta(minutes=1)
    why = "A file of the bucket was loaded from outside and held names: reasonable certainty (EDPB 9/2022, para 31)."
    here = (theatre.incident_id, theatre.version(), theatre.organisation)
    theatre.act(theatre.mara, decide_awareness, *here, Moment(at, why, AWARE))
    line = next(one for one in _lines(theatre, theatre.mara) if one.duty.id == "eu-gdpr-33-1-sa")
    due = line.obligation.due_at
    expect(due == at + timedelta(hours=72), "72 hours elapsed from awareness, counted in UTC")
    expect(not line.obligation.provisional, "the clock is no longer provisional")
    step.say(f"Art. 33(1) GDPR: due {due:%Y-%m-%d %H:%M} UTC. The arithmetic: {line.obligation.trace[-1]}")
    step.see(theatre.page("/duties"))


def complete_facts(theatre: Theatre, step: Step) -> None:
    """The numbers are counted: a second version, and what follows from it."""
    before = theatre.look(lambda session: latest_facts(session, theatre.edge.keys, theatre.incident_id).number)
    _save(theatre, complete=True)
    after = theatre.look(lambda session: latest_facts(session, theatre.edge.keys, theatre.incident_id).number)
    expect(after == before + 1, "a second version is saved")
    staff = cast.at_affected_customers(theatre.people)
    step.say(
        f"Version {after}: {theatre.people:,} users by country, {staff:,} of them staff of the customers affected."
    )
    step.say("Saving derived every duty anew; the difference is a line of the timeline.")


def advise_and_decide(theatre: Theatre, step: Step) -> None:
    """The privacy officer advises, the accountable person decides; both sign."""
    text = "Bank details of identifiable users were copied by strangers: high risk under Art. 34(1)."
    advice = theatre.act(theatre.mara, advise, theatre.incident_id, Risk.HIGH, text)
    for dataset, risk, reason in (
        ("accounts", Risk.HIGH, "As advised: fraud with bank details is likely. The people are told."),
        ("lists", Risk.RISK, "Names and addresses at work; the customers decide, as their controllers."),
    ):
        ruling = Ruling(f"risk:{dataset}", risk.value, reason, advice.id)
        theatre.act(theatre.ines, decide, theatre.incident_id, theatre.version(), theatre.organisation, ruling)
    step.say("Mara advises: high risk. Ines decides: accounts high, lists risk. Both on the record, with reasons.")
    step.see(theatre.page("/duties"))


def list_duties(theatre: Theatre, step: Step) -> None:
    """What is owed: exactly what a lawyer would list, nothing of one role leaking into the other."""
    lines = [line for line in _lines(theatre, theatre.mara) if line.obligation.withdrawn_at is None]
    owed = Counter(line.duty.id for line in lines if line.obligation.applies == "yes")
    contracts = {name: number for name, number in owed.items() if name.startswith("contract-")}
    statutes = {name: number for name, number in owed.items() if name not in contracts}
    expect(statutes == EXPECTED, f"the duties are exactly {EXPECTED}; they are {statutes}")
    roles = {line.duty.id: set(line.obligation.datasets) for line in lines if line.obligation.applies == "yes"}
    expect(roles["eu-gdpr-33-1-sa"] == roles["eu-gdpr-34-1-subjects"] == {"accounts"}, "33(1), 34 from accounts only")
    expect(roles["eu-gdpr-33-2-processor"] == {"lists"}, "33(2) from the customers' lists only")
    step.say(f"Once Art. 33(1) to the authority and once Art. 34 to {theatre.people:,} people: from “accounts” alone.")
    step.say(
        f"{cast.AFFECTED} times Art. 33(2), one for each customer affected: from “lists” alone. No number in the law;"
    )
    step.say("  our own target 24 h is shown as ours.")
    step.say(
        f"{sum(contracts.values())} times a customer's contract (24 or 48 h); our published promise of 72 h; "
        "the record of Art. 33(5)."
    )
    step.see(theatre.page("/duties"))


def _lines(theatre: Theatre, actor: Actor) -> list[DutyLine]:
    now = theatre.edge.clock.now()
    return theatre.look(lambda session: duties_of(session, actor, theatre.incident_id, now))


def _save(theatre: Theatre, *, complete: bool) -> None:
    document = cast.facts(theatre.people, complete=complete)
    theatre.act(theatre.mara, save_facts, theatre.incident_id, theatre.organisation, document)
