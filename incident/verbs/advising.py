"""Advice: what the privacy officer or counsel advises on the risk, a signed and dated record of its own."""

from uuid import UUID

from incident.assessment import ENGINE, Risk
from incident.errors import Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.law import Advice
from incident.queries.facts import latest_facts
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.decisions import RISKS, on_facts, said
from incident.verbs.entries import record
from incident.verbs.obligations import RISK
from notifications.ids import new_id
from notifications.wording import worded


def advise(act: Act, incident_id: UUID, risk: Risk, text: str, *, dataset: str = "") -> Advice:
    """Advise on the facts saved now, on one data set or on all.

    Raises Invalid without risk or reasons, NotFound for a data set the facts do not have.
    """
    act.require(Action.ADVISE, incident_id)
    saved = latest_facts(act.session, act.keys, incident_id)
    faults = [*on_facts(saved), *said("text", text)]
    if risk not in RISKS:
        faults.append(Fault("risk", worded("is not settled"), worded("one of {risks}", risks=", ".join(RISKS))))
    if faults:
        raise Invalid(*faults)
    if dataset and dataset not in {one.id for one in saved.sheet.datasets}:
        raise NotFound(worded("The facts have no such data set."))
    advice_id = new_id()
    advice = Advice(
        id=advice_id,
        incident_id=incident_id,
        fact_version=saved.number,
        risk=risk,
        subject=f"{RISK}{dataset}" if dataset else "",
        text_sealed=act.seal(text.strip(), place_in(incident_id, "advice", "text_sealed", advice_id)),
        at=act.now,
        actor=act.actor.label,
        engine=ENGINE,
    )
    act.session.add(advice)
    act.session.flush()
    of = f" on {saved.sheet.name_of(dataset)}" if dataset else ""
    body = {"text": f"Advice{of}: {risk}. {text.strip()}", "risk": risk, "fact_version": saved.number, "engine": ENGINE}
    record(act, incident_subject(incident_id), "advised", body)
    return advice
