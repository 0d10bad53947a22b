"""Record what one customer's own part of a breach is: its people, places, fields, window and logs; one, or a file.

A customer reads these figures in its own mail and nobody reads them in another's. A change voids the releases that
have not yet told that customer, for their mails hold the earlier figures.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from sqlmodel import Session, col, select

from incident.customer_names import Named, Names
from incident.errors import Fault, Invalid
from incident.facts import DataSet, FactSheet
from incident.models.entries import incident_subject
from incident.models.people import Customer
from incident.models.releasing import CustomerShare
from incident.notice_kinds import KINDS, Readers
from incident.queries.facts import latest_facts
from incident.queries.recipients import registered_names
from incident.queries.shares import processed_dataset
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.register import Entry, Faults, Outcome, RegisterReport, settled
from incident.verbs.share_lines import Share, read_shares, share_faults
from incident.verbs.versions import lock_incident
from incident.verbs.voiding import open_releases, void_because
from notifications.clock import Clock
from notifications.ids import new_id
from notifications.models import Delivery, Member, Release
from notifications.release import UNSENT
from notifications.sealing import Keys
from notifications.store import Store
from notifications.wording import worded

PIECE = 200  # shares kept in one transaction
TO_CUSTOMERS = tuple(kind.value for kind, told in KINDS.items() if told.readers is Readers.CUSTOMERS)


@dataclass(frozen=True, slots=True)
class _Known:
    """What figures are checked against: the facts, the customers they are of, every registered name."""

    sheet: FactSheet
    customers: Mapping[str, str]  # host id → legal name
    names: Names


def record_share(act: Act, incident_id: UUID, share: Share) -> Outcome:
    """Record one customer's own figures, whole: what is left out is not known. Raises Invalid, naming each field."""
    act.require(Action.FACTS, incident_id)
    known = _known(act, incident_id, [share])
    outcome = settled(_keep_all(act, incident_id, known, [share])[0])
    if outcome is not Outcome.UNCHANGED:
        said = "recorded" if outcome is Outcome.NEW else "changed"
        text = f"Own figures of {known.customers[share.host_id]} {said}: {figures_said(share)}."
        body = {"text": text, "customer": share.host_id}
        record(act, incident_subject(incident_id), "share.recorded", body)
    return outcome


def figures_said(share: Share) -> str:
    """What figures come to, in one line."""
    people = "people not known" if share.people is None else f"{share.people:,} people"
    parts = [people, f"{len(share.reach)} places" if share.reach else "", ", ".join(share.fields)]
    parts += ["own window" if share.exposed_from else "", f"logs {share.logs}" if share.logs else ""]
    return "; ".join(part for part in parts if part)


class ShareImporter:
    """Records figures of many customers from a file, in short transactions, for one actor of one installation."""

    def __init__(self, store: Store, keys: Keys, actor: Actor, clock: Clock) -> None:
        self._store, self._keys, self._actor, self._now = store, keys, actor, clock.now()

    def run(self, incident_id: UUID, stream: BinaryIO, zone: str, dataset: str = "") -> RegisterReport:
        """Record a CSV file as `share_lines.read_shares` reads it; faults are named by line and stop nothing else.

        `dataset` "": the only one that fits. Raises Forbidden, NotFound, and Invalid for the first line or the data
        set. What was kept before an interruption stays, and the timeline says that it was one.
        """
        chosen = self._store.write(lambda session: self._begin(session, incident_id, dataset))
        report, rest = RegisterReport(), iter(read_shares(stream, zone))
        try:
            while piece := list(islice(rest, PIECE)):
                self._keep(incident_id, chosen, piece, report)
            report.whole = True
        finally:
            report.faults.sort(key=lambda fault: fault.line)
            self._store.write(lambda session: _write_down(self._act(session), incident_id, chosen, report))
        return report

    def _act(self, session: Session) -> Act:
        return Act(session, self._keys, self._actor, self._now)

    def _begin(self, session: Session, incident_id: UUID, dataset: str) -> str:
        self._act(session).require(Action.FACTS, incident_id)
        return processed_dataset(latest_facts(session, self._keys, incident_id).sheet, dataset).id

    def _keep(self, incident_id: UUID, dataset: str, piece: Sequence[Entry[Share]], report: RegisterReport) -> None:
        usable = [(line, replace(entry, dataset=dataset)) for line, entry in piece if isinstance(entry, Share)]
        for line, entry in piece:
            if isinstance(entry, tuple):
                report.take(line, entry)
        shares = [share for _, share in usable]
        kept = self._store.write(lambda session: keep_shares(self._act(session), incident_id, shares))
        for (line, _), result in zip(usable, kept, strict=True):
            report.take(line, result)


def keep_shares(act: Act, incident_id: UUID, shares: Sequence[Share]) -> list[Outcome | Faults]:
    """Keep figures in the caller's transaction: for each its outcome, or why it was refused. A step of the verbs."""
    act.require(Action.FACTS, incident_id)
    return _keep_all(act, incident_id, _known(act, incident_id, shares), shares)


def _known(act: Act, incident_id: UUID, shares: Sequence[Share]) -> _Known:
    lock_incident(act, incident_id)  # of two who record the same customer's figures, one comes after the other
    wanted = col(Customer.host_id).in_({share.host_id for share in shares})
    customers = dict(act.session.exec(select(Customer.host_id, Customer.legal_name).where(wanted)).all())
    sheet = latest_facts(act.session, act.keys, incident_id).sheet
    names = registered_names(act.session) if any(share.fields for share in shares) else Names(())
    return _Known(sheet, customers, names)


def _keep_all(act: Act, incident_id: UUID, known: _Known, shares: Sequence[Share]) -> list[Outcome | Faults]:
    outcomes: list[Outcome | Faults] = []
    changed: dict[str, set[str]] = {}
    for share in shares:
        dataset = _checked(known, share, act)
        if isinstance(dataset, tuple):
            outcomes.append(dataset)
            continue
        outcome = _keep(act, incident_id, dataset, share)
        outcomes.append(outcome)
        if outcome is not Outcome.UNCHANGED:
            changed.setdefault(dataset.id, set()).add(share.host_id)
    act.session.flush()
    for name, host_ids in changed.items():
        _void_with_earlier_figures(act, incident_id, name, host_ids)
    return outcomes


def _checked(known: _Known, share: Share, act: Act) -> DataSet | Faults:
    """The data set the figures are of, or everything that is wrong with them."""
    faults = share_faults(share, act.now)
    try:
        dataset = processed_dataset(known.sheet, share.dataset)
    except Invalid as error:
        return (*faults, *error.faults)
    name = known.customers.get(share.host_id)
    shown = repr(share.host_id[:60])
    if name is None:
        faults.append(
            Fault(
                "host_id",
                worded("{shown} is no customer of the register", shown=shown),
                worded("store the customer first"),
            )
        )
    elif share.host_id not in (dataset.controllers or ()):
        mend = f"add it to the customers of the data set {dataset.id} on the fact sheet, if it is"
        faults.append(Fault("host_id", worded("the facts do not name {shown} as affected", shown=shown), mend))
    else:
        others = known.names.within("; ".join(share.fields), (name,))
        others = [other for other in others if other != Named(share.host_id, name)]
        faults += [
            Fault(
                "fields",
                worded("name the customer {legal_name}", legal_name=other.legal_name),
                worded("write the names of fields alone"),
            )
            for other in others
        ]
    return tuple(faults) or dataset


def _keep(act: Act, incident_id: UUID, dataset: DataSet, share: Share) -> Outcome:
    wanted = (
        col(CustomerShare.incident_id) == incident_id,
        col(CustomerShare.dataset) == dataset.id,
        col(CustomerShare.host_id) == share.host_id,
    )
    row = act.session.exec(select(CustomerShare).where(*wanted).with_for_update()).first()
    outcome = Outcome.UNCHANGED if row else Outcome.NEW
    said: dict[str, object] = {
        "people": share.people,
        "reach": dict(sorted(share.reach.items())),
        "fields": list(share.fields),
        "exposed_from": share.exposed_from,
        "exposed_until": share.exposed_until,
        "logs": share.logs,
    }
    if row is None:
        row = CustomerShare(
            id=new_id(),
            incident_id=incident_id,
            dataset=dataset.id,
            host_id=share.host_id,
            recorded_at=act.now,
            recorded_by=act.actor.label,
        )
    for name, value in said.items():
        if getattr(row, name) != value:
            outcome = outcome if outcome is Outcome.NEW else Outcome.CHANGED
            setattr(row, name, value)
    if outcome is not Outcome.UNCHANGED:
        row.recorded_at, row.recorded_by = act.now, act.actor.label
        act.session.add(row)
    return outcome


def _void_with_earlier_figures(act: Act, incident_id: UUID, dataset: str, host_ids: Collection[str]) -> None:
    """Void the releases to customers of this data set that have yet to tell one whose figures have changed."""
    for row, _ in open_releases(act.session, incident_id, TO_CUSTOMERS, dataset):
        waiting = _yet_to_be_told(act.session, row, host_ids)
        if waiting:
            more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
            reason = f"The own figures of {', '.join(waiting[:3])}{more} have changed: build the audience again"
            void_because(act, row, reason)


def _yet_to_be_told(session: Session, row: Release, host_ids: Collection[str]) -> list[str]:
    """The legal names of those whose mail of this release has not gone out."""
    mine = (col(Member.audience_id) == row.audience_id, col(Member.account).in_(list(host_ids)))
    gone = (
        select(Delivery.id)
        .where(col(Delivery.release_id) == row.id, col(Delivery.member_id) == col(Member.id))
        .where(col(Delivery.state).not_in(UNSENT))
    )
    query = select(Customer.legal_name).join(Member, col(Member.account) == col(Customer.host_id))
    return sorted(set(session.exec(query.where(*mine, ~gone.exists())).all()))


def _write_down(act: Act, incident_id: UUID, dataset: str, report: RegisterReport) -> None:
    text = f"Own figures of customers in the data set {dataset}: {report.new} new, {report.changed} changed, "
    text += f"{report.unchanged} unchanged"
    text += f"; {report.refused} lines refused" if report.refused else ""
    text += "." if report.whole else "; the import broke off before the end of its file."
    body = {"text": text, "new": report.new, "changed": report.changed, "refused": report.refused}
    record(act, incident_subject(incident_id), "share.imported", body)
