"""A test sent to a source as its monitor would: signed, proven, kept, read and put to the rules; it opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.adapters.answers import Asked
from incident.adapters.authenticity import Presented, Reason, Refused, Scheme, UnusableSecret, prove, without_token
from incident.adapters.registry import Adapter, adapter_named
from incident.adapters.rule_documents import read_rules
from incident.adapters.rule_trials import Course, Fate
from incident.adapters.rules import RuleAction
from incident.adapters.sample_deliveries import Sample, sample_of
from incident.adapters.signals import Signal, SignalState, Unreadable
from incident.adapters.signing import can_sign, signed
from incident.models.entries import ADMINISTRATION
from incident.models.incidents import Incident
from incident.models.intake import SENT_TEST, Intake, IntakeState, Source
from incident.queries.access import visible_incidents
from incident.queries.recipients import REGISTER
from incident.queries.sources import Posting, posting_source
from incident.roles import Action, may
from incident.verbs.act import Act
from incident.verbs.alert_pages import whom
from incident.verbs.alert_places import Alert, Places, alerts_of
from incident.verbs.entries import record
from incident.verbs.intake import Delivery, as_received, receive
from incident.verbs.reading import Reception, apply_signals
from incident.verbs.sources import source_named
from notifications.ids import new_id


@dataclass(frozen=True, slots=True)
class ReadAlert:
    """One alert of a test: what was read, and what would become of it if the monitor sent it now.

    `joins` is the codename of the incident it would join, "" where it would join none or one the actor may not read.
    `pages` names the teams and people that opening it would page.
    """

    signal: Signal
    fate: Fate
    joins: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentTest:
    """What came of a test, step by step. `taken`: an address that takes deliveries answered; else nothing was sent.

    `proven` says of each live secret, the oldest first, why what it signs is refused; None: it proves it. Empty: only
    the vendor can sign by this scheme. `refused`: with none of them it is, and was not kept. `trouble`: why it could
    not be read; such a delivery would wait in quarantine.
    """

    scheme: Scheme
    taken: bool
    proven: tuple[Reason | None, ...] = ()
    alerts: tuple[ReadAlert, ...] = ()
    trouble: str = ""

    @property
    def refused(self) -> bool:
        """Whether no live secret proves what it signs."""
        return bool(self.proven) and None not in self.proven

    @property
    def good(self) -> bool:
        """Whether it came through to the rules."""
        return self.taken and not self.refused and not self.trouble


def send_test(act: Act, slug: str, reception: Reception) -> SentTest:
    """Send the sample of the source's monitor, marked as a test: it is kept and counted as one.

    It goes by the way of every delivery, except that it comes from here: who may send is not asked. It joins no
    incident and pages nobody; what it says is put to the rules in force, and that it was sent is written down. Raises
    NotFound, and Forbidden by permission.
    """
    act.require(Action.ADMINISTER)
    source = source_named(act, slug)
    posting = posting_source(act.session, act.keys, slug)
    if posting is None or posting.scheme == Scheme.NONE:
        return SentTest(Scheme(source.scheme), taken=False)
    adapter = adapter_named(source.adapter).with_rules(source.rules)
    sent, proven = _proven(act, posting, adapter)
    result = SentTest(Scheme(posting.scheme), taken=True, proven=proven)
    if not result.refused:
        result = _kept(act, source, posting, (adapter, sent), result, reception)
    _write_down(act, source, result)
    return result


def _proven(act: Act, posting: Posting, adapter: Adapter) -> tuple[Sample, tuple[Reason | None, ...]]:
    """The sample as the newest secret that proves it signs it, and what was said of each; unsigned where none can."""
    scheme, sent = Scheme(posting.scheme), sample_of(posting.adapter, Scheme(posting.scheme), act.now)
    if not can_sign(scheme):
        return sent, ()
    said: list[Reason | None] = []
    unsigned = sent
    for number, secret in enumerate(posting.secrets):
        try:
            one = signed(scheme, secret, unsigned, act.now, adapter.token_header)
            presented = Presented(one.headers, one.body, adapter.token_header)
            found = prove(scheme, posting.secrets, presented, act.now)
        except UnusableSecret:
            found = Refused(Reason.MALFORMED)
        if found == number:
            sent = one
        said.append(found.reason if isinstance(found, Refused) else None if found == number else Reason.WRONG)
    return sent, tuple(said or [Reason.MISSING])


def _kept(
    act: Act,
    source: Source,
    posting: Posting,
    way: tuple[Adapter, Sample],
    result: SentTest,
    reception: Reception,
) -> SentTest:
    """Keep it, take it out again, read it, ask the rules, and count it as a test."""
    adapter, sent = way
    headers = without_token(result.scheme, posting.secrets, sent.headers)
    key = f"{SENT_TEST}{new_id()}"
    kept = receive(act, Delivery(source.id, key, headers, sent.body)).intake_id
    seen = as_received(act, act.session.get_one(Intake, kept))
    try:
        answered = adapter.answer_to(Asked(seen.headers, seen.body))
        signals = () if answered else adapter.read(seen.headers, seen.body)
    except Unreadable as error:
        settled = {"state": IntakeState.SETTLED, "trouble": str(error)[:500]}
        act.session.execute(update(Intake).where(col(Intake.id) == kept).values(**settled))
        return replace(result, trouble=str(error))
    would = _would(act, source, signals)
    apply_signals(act, kept, [_marked(one, key, place) for place, one in enumerate(signals)], reception)
    return replace(result, alerts=would)


def _marked(signal: Signal, key: str, place: int) -> Signal:
    """The alert as a test's, which never opens or joins, and is no other alert."""
    return replace(signal, state=SignalState.TEST, key=f"{key} {place}", group=None)


def _would(act: Act, source: Source, signals: Sequence[Signal]) -> tuple[ReadAlert, ...]:
    """What would become of these now, by the rules and by the incidents that are open; nothing is opened."""
    rules, opened = read_rules(source.rules), list[UUID]()
    register = act.keys.for_scope(act.session, REGISTER)
    alerts = alerts_of(signals, rules, act.now, register)

    def open_none(_alert: Alert) -> UUID:
        opened.append(new_id())
        return opened[-1]

    places = Places(act.session, source.id, rules, (act.now, act.now), open_none)
    places.look_up(alerts)
    found: list[ReadAlert] = []
    for alert in alerts:
        before = len(opened)
        placed = places.place(alert)
        if placed is None:
            ignored = alert.decision.action is RuleAction.IGNORE
            found.append(_tested(act, alert, Course.IGNORED if ignored else Course.RECORDED))
        elif len(opened) > before:
            found.append(_tested(act, alert, Course.OPENS))
        else:
            found.append(_tested(act, alert, Course.JOINS, placed.incident_id))
    return tuple(found)


def _tested(act: Act, alert: Alert, course: Course, incident_id: UUID | None = None) -> ReadAlert:
    decision = alert.decision
    if course is not Course.OPENS:
        return ReadAlert(alert.signal, Fate(course, decision.rule), _codename(act, incident_id))
    severity = decision.severity.value
    fate = Fate(course, decision.rule, decision.kind, severity, decision.restricted, decision.page)
    teams, people = whom(act, decision)
    pages = (*(team.name for team in teams), *(account.name for account in people))
    return ReadAlert(alert.signal, fate, pages=pages)


def _codename(act: Act, incident_id: UUID | None) -> str:
    """What the incident is called, "" where the actor may not read it."""
    if incident_id is None or not may(act.actor, Action.READ, None):
        return ""
    mine = select(Incident.codename).where(col(Incident.id) == incident_id, visible_incidents(act.actor))
    return act.session.exec(mine).first() or ""


def _write_down(act: Act, source: Source, result: SentTest) -> None:
    number = len(result.alerts)
    said = f"{number} alert{'' if number == 1 else 's'} read"
    if result.refused:
        said = "its proof was refused"
    elif result.trouble:
        said = "it could not be read"
    text = f"A test was sent to source {source.slug}: {said}; it opens no incident."
    record(act, ADMINISTRATION, "source.test_sent", {"text": text, "about": str(source.id)})
