"""Meet obligations: a filing, the people told, a customer told. One record of telling meets statute and contract."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Fault, Invalid, NotFound
from incident.law.counting import stamp
from incident.models.entries import incident_subject
from incident.models.law import Obligation
from incident.models.people import Customer, Telling
from incident.notice_kinds import NoticeKind, meets
from incident.queries.chasing import chase_key
from incident.queries.duties import told_of_affected
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.reminders import keep_reminders
from incident.verbs.tasks import settle_by_key
from incident.verbs.versions import lock_incident
from notifications.ids import new_id
from notifications.wording import worded

ByHand = Literal["telephone", "portal", "post", "in_person"]  # how somebody tells a customer without a notice of ours


@dataclass(frozen=True, slots=True)
class Told:
    """How somebody was told: the occasion ("edition:<id>", "telephone:<entry>"), the channel, and the proof."""

    occasion: str
    channel: str
    proof: str = ""


def told_by_hand(channel: ByHand, proof: str, at: datetime) -> Told:
    """What somebody did without a notice of ours, at this moment."""
    return Told(f"{channel}:{at.isoformat(timespec='seconds')}", channel, proof.strip())


def obligation_of(act: Act, incident_id: UUID, obligation_id: UUID) -> Obligation:
    """One obligation of an incident. Raises NotFound. A step of other verbs."""
    wanted = (col(Obligation.incident_id) == incident_id, col(Obligation.id) == obligation_id)
    row = act.session.exec(select(Obligation).where(*wanted)).first()
    if row is None:
        raise NotFound(worded("There is no such duty on this incident."))
    return row


def meet(act: Act, incident_id: UUID, obligation_id: UUID, by: str, *, at: datetime | None = None) -> Obligation:
    """Record by hand that an obligation was met, by what ("filing:<id>", "register", …) and when.

    Raises NotFound, and Invalid for a time to come or without saying by what. One that is met stays as it is.
    """
    act.require(Action.FILE, incident_id)
    faults = [] if by.strip() else [Fault("by", worded("is empty"), worded("say what met it, such as filing:<id>"))]
    if at is not None and at > act.now:
        faults.append(
            Fault("at", worded("{at} is to come", at=stamp(at)), worded("a duty is met when it has been done"))
        )
    if faults:
        raise Invalid(*faults)
    row = obligation_of(act, incident_id, obligation_id)
    met = settle(act, [row], by, at or act.now)
    if met:
        record(act, incident_subject(incident_id), "obligation.met", {"text": _line(row), "by": by})
    return row


def meet_people_told(
    act: Act, incident_id: UUID, told: Mapping[NoticeKind, Collection[str]], by: str, at: datetime
) -> list[Obligation]:
    """The people of these data sets were told by a kind of notice: meets the open duties that kind can meet.

    Those that rest on a data set whose people were not told stay open. A step of the verbs that tell.
    """

    def is_met(row: Obligation) -> bool:
        contents = str(row.rule.get("contents", ""))
        return any(set(row.datasets) <= set(datasets) and meets(kind, contents) for kind, datasets in told.items())

    rows = _open(act, incident_id, addressee_kind="data_subjects")
    return settle(act, [row for row in rows if is_met(row)], by, at)


def tell_customer(act: Act, incident_id: UUID, customer_id: UUID, told: Told, *, at: datetime | None = None) -> Telling:
    """Record that a customer was told: meets the statute's and the contract's obligation towards it at once.

    The promise is met when the last affected customer has been told. The same occasion is recorded once.
    """
    act.require(Action.NOTE, incident_id)
    customer = act.session.get(Customer, customer_id)
    if customer is None:
        raise NotFound(worded("There is no such customer."))
    moment = at or act.now
    if moment > act.now:
        raise Invalid(
            Fault("at", worded("{moment} is to come", moment=stamp(moment)), worded("say when the customer was told"))
        )
    lock_incident(act, incident_id)  # of two who tell the last customers, one has to see that all are told
    same = (col(Telling.customer_id) == customer_id, col(Telling.occasion) == told.occasion)
    existing = act.session.exec(select(Telling).where(col(Telling.incident_id) == incident_id, *same)).first()
    if existing is not None:
        return existing
    telling = _add(act, incident_id, customer_id, told, moment)
    owed = _open(act, incident_id, addressee=customer.host_id, addressee_kind="controller")
    settle(act, owed, f"telling:{telling.id}", moment)
    counted = told_of_affected(act.session, incident_id)
    if counted.affected and not counted.waiting:
        settle(act, _open(act, incident_id, addressee_kind="customers"), f"telling:{telling.id}", moment)
    settle_by_key(act, incident_id, chase_key(customer_id), f"Told by {told.channel.replace('_', ' ')}.")
    text = (
        f"{customer.legal_name} told by {told.channel}; {len(counted.told)} of {len(counted.affected)} customers told."
    )
    record(act, incident_subject(incident_id), "customer.told", {"text": text, "customer": customer.host_id})
    return telling


def follow_tellings(act: Act, incident_id: UUID, arisen: Iterable[Obligation]) -> list[Obligation]:
    """Bring duties towards customers in line with who was told already. A step of deriving them.

    What arose towards a customer that was told is met by its first telling, and the promise by the last of them once
    nobody waits. Returns promises that were kept and are open again, since one of `arisen` names a customer not told.
    """
    tellings = _first_tellings(act, incident_id)
    towards = [row for row in arisen if row.addressee_kind == "controller"]
    for row in towards:
        if row.addressee in tellings and row.applies != "no":
            telling = tellings[row.addressee]
            settle(act, [row], f"telling:{telling.id}", telling.told_at)
    counted = told_of_affected(act.session, incident_id)
    if counted.affected and not counted.waiting:
        last = max((tellings[name] for name in counted.told), key=lambda telling: telling.told_at)
        settle(act, _open(act, incident_id, addressee_kind="customers"), f"telling:{last.id}", last.told_at)
    if not {row.addressee for row in towards} & set(counted.waiting):
        return []
    kept = (col(Obligation.incident_id) == incident_id, col(Obligation.met_at).is_not(None))
    promises = act.session.exec(select(Obligation).where(*kept, col(Obligation.addressee_kind) == "customers")).all()
    for row in promises:
        reopen(row)
    act.session.add_all(promises)
    return list(promises)


def reopen(row: Obligation) -> None:
    """It was met towards those known then, and others have turned out to be affected."""
    row.met_at, row.met_by = None, ""


def settle(act: Act, rows: Iterable[Obligation], by: str, at: datetime) -> list[Obligation]:
    """Mark obligations met and take back their reminders; those met before stay as they are. A step of other verbs."""
    met = [row for row in rows if row.met_at is None]
    for row in met:
        row.met_at, row.met_by, row.updated_at = at, by, act.now
    act.session.add_all(met)
    act.session.flush()
    keep_reminders(act.session, met, act.now)
    return met


def _first_tellings(act: Act, incident_id: UUID) -> dict[str, Telling]:
    """The host's id of each customer that was told → its first telling."""
    query = select(Customer.host_id, Telling).join(Telling, col(Telling.customer_id) == col(Customer.id))
    mine = query.where(col(Telling.incident_id) == incident_id).order_by(col(Telling.told_at).desc())
    return dict(act.session.exec(mine).all())


def _add(act: Act, incident_id: UUID, customer_id: UUID, told: Told, moment: datetime) -> Telling:
    telling = Telling(
        id=new_id(),
        incident_id=incident_id,
        customer_id=customer_id,
        occasion=told.occasion,
        channel=told.channel,
        told_at=moment,
        proof=told.proof,
    )
    act.session.add(telling)
    act.session.flush()
    return telling


def _open(act: Act, incident_id: UUID, **named: str) -> list[Obligation]:
    conditions = [getattr(Obligation, name) == value for name, value in named.items()]
    still = (col(Obligation.met_at).is_(None), col(Obligation.withdrawn_at).is_(None), Obligation.applies != "no")
    query = select(Obligation).where(col(Obligation.incident_id) == incident_id, *still, *conditions)
    return list(act.session.exec(query).all())


def _line(row: Obligation) -> str:
    late = ""
    if row.due_at is not None and row.met_at is not None and row.met_at > row.due_at:
        late = f", late: it was due {stamp(row.due_at)}; give the reasons for the delay"
    met = f"{row.rule['title']} ({row.rule['article']}) met"
    return f"{met} {stamp(row.met_at)}{late}." if row.met_at else f"{met}."
