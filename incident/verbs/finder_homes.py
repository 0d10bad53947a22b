"""Where a report lives: its incident with the moment it came, evidence and page; and the one of too many."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.anchors import Arguable, Clue
from incident.finder_rules import KIND
from incident.models.entries import incident_subject
from incident.models.finders import FinderMail, FinderThread, ThreadState, Way
from incident.models.incidents import Evidence, Incident, Severity
from incident.outreach import finder_message, opened_message
from incident.phases import FINAL
from incident.roles import Actor
from incident.verbs.act import Act
from incident.verbs.anchors import Moment, propose_awareness, record_moment
from incident.verbs.entries import record
from incident.verbs.evidence import Finding, seal_evidence
from incident.verbs.finder_letters import MailReception
from incident.verbs.finder_reading import Arrived
from incident.verbs.incidents import Report, open_incident
from incident.verbs.messages import post
from incident.verbs.page_events import Roads
from incident.verbs.pages import page_opened_incident
from incident.verbs.reading import Reception

FEW = 10  # mails of a conversation within an hour that get a line each; of more, one when their number has doubled
GATHERED = "Reports, more than {number} within an hour: gathered here"


@dataclass(frozen=True, slots=True)
class Files:
    """What became of a message and its files: kept as evidence, or left, beyond limits."""

    kept: int = 0
    left: int = 0
    mail_kept: bool = False

    def __str__(self) -> str:
        attached = f"{self.kept} attachments kept" if self.kept != 1 else "1 attachment kept"
        left = f", {self.left} beyond the limits" if self.left else ""
        return f"{attached}{left}" + ("" if self.mail_kept else "; it is itself beyond the limits of evidence")


def open_home(act: Act, arrived: Arrived, mail: MailReception, opener: Actor | None = None) -> Incident:
    """Open an incident of a report's own, as a person's report does, and put down when we had it. A step of verbs.

    `opener` is who opens it, where that is not who puts the moments down.
    """
    report = Report(arrived.title, KIND, Severity.MEDIUM, at=arrived.at)
    runbook = mail.reception.runbooks.get(KIND)
    incident = open_incident(act.by(opener) if opener else act, report, runbook)
    organisation, evidence = mail.reception.organisation, f"sha256:{arrived.sha256}"
    detected = Moment(arrived.at, arrived.why, "detected", evidence=evidence)
    record_moment(act, incident.id, organisation, detected)
    arguable = Moment(arrived.at, arrived.why, evidence=evidence, clue=Clue.RECEIVED, arguable=Arguable.ARGUABLE)
    propose_awareness(act, incident.id, organisation, arguable)
    return incident


def gathering(act: Act, arrived: Arrived, mail: MailReception) -> tuple[Incident, bool]:
    """The open incident that too many reports are gathered in, and whether it was opened just now. A step of verbs."""
    query = (
        select(Incident)
        .join(FinderThread, col(FinderThread.incident_id) == col(Incident.id))
        .where(col(FinderThread.state) == ThreadState.GATHERED, col(Incident.phase).not_in(FINAL))
        .order_by(col(Incident.opened_at).desc())
        .limit(1)
    )
    found = act.session.exec(query).first()
    if found is not None:
        return found, False
    report = Report(GATHERED.format(number=mail.rules.an_hour), KIND, Severity.MEDIUM, at=arrived.at)
    return open_incident(act, report, mail.reception.runbooks.get(KIND)), True


def keep_files(act: Act, thread: FinderThread, row: FinderMail, arrived: Arrived, mail: MailReception) -> Files:
    """Keep a message as received and what is attached as evidence of the incident, within limits. A step of verbs.

    Nothing of it is opened. What is too much stays in a received mail, which goes on schedule.
    """
    left = mail.rules.kept_bytes - _kept_bytes(act, thread)
    named, at = f"Report {thread.reference}, {'mail' if row.mail_id else 'message'} {row.number}", arrived.at
    kept: list[str] = []
    mail_kept = 0 < len(arrived.raw) <= left
    if mail_kept:
        left -= len(arrived.raw)
        found = Finding(f"{named}: as received", arrived.raw, arrived.media_type, at)
        kept.append(str(seal_evidence(act, thread.incident_id, found).id))
    attached = 0
    for one in arrived.attachments:
        if one.content and len(one.content) <= left:
            left -= len(one.content)
            found = Finding(f"{named}: {one.name}", one.content, one.media_type, at)
            kept.append(str(seal_evidence(act, thread.incident_id, found).id))
            attached += 1
    row.evidence = kept
    act.session.add(row)
    act.session.flush()
    return Files(attached, len(arrived.attachments) - attached, mail_kept)


def tell_begun(act: Act, thread: FinderThread, row: FinderMail, arrived: Arrived, said: Sequence[str]) -> None:
    """The line of a new conversation. A step of verbs; `said` are further sentences."""
    signed = f" DKIM: {row.dkim}" + (f" ({row.dkim_domain})." if row.dkim_domain else ".") if row.mail_id else ""
    text = f"A report {arrived.named}, reference {thread.reference}.{signed} {' '.join(filter(None, said))}"
    body = {"text": text.strip(), "thread": str(thread.id), "sha256": row.sha256, "received": arrived.how}
    record(act, incident_subject(thread.incident_id), "finder.reported", body, at=row.at)


def tell_gathered(act: Act, thread: FinderThread, arrived: Arrived) -> None:
    """A line for each of the first few that are gathered, then one when their number has doubled. A step of verbs."""
    mine = (col(FinderThread.incident_id) == thread.incident_id, col(FinderThread.state) == ThreadState.GATHERED)
    number = act.session.exec(select(func.count()).select_from(FinderThread).where(*mine)).one()
    if number <= FEW or number & (number - 1) == 0:
        text = f"Reports gathered here: {number:,}. Open an incident of its own for each that is one."
        body = {"text": text, "thread": str(thread.id), "sha256": arrived.sha256}
        record(act, incident_subject(thread.incident_id), "finder.gathered", body, at=arrived.at)


def tell_joined(act: Act, thread: FinderThread, row: FinderMail, files: Files | None, reception: Reception) -> None:
    """The line of a further mail, and a page to people inside, once an hour. A step of verbs."""
    hour = act.now.strftime("%Y-%m-%dT%H")
    since = act.now.replace(minute=0, second=0, microsecond=0)
    mine = (col(FinderMail.thread_id) == thread.id, col(FinderMail.way) == Way.IN, col(FinderMail.kept_at) >= since)
    number = act.session.exec(select(func.count()).select_from(FinderMail).where(*mine)).one()
    if number <= FEW or number & (number - 1) == 0:
        other = "" if row.same_address else " It comes from another address than the first."
        by, what = " A program wrote it." if row.automatic else "", "mail" if row.mail_id else "message"
        text = f"The finder wrote (reference {thread.reference}, {what} {row.number}).{by}{other}"
        body = {"text": f"{text} {files}." if files else text, "thread": str(thread.id), "sha256": row.sha256}
        record(act, incident_subject(thread.incident_id), "finder.wrote", body, at=row.at)
    if not row.automatic:
        incident = act.session.get_one(Incident, thread.incident_id)
        message = finder_message(incident.codename, thread.id, hour, _page_of(incident, reception))
        post(act, incident.id, message, reception.domain)


def page_opened(act: Act, incident_id: UUID, reception: Reception, named: str) -> None:
    """Page people inside about a new incident. A step of verbs."""
    incident = act.session.get_one(Incident, incident_id)
    by, severity = f"A report {named}", incident.severity.value
    message = opened_message(incident_id, incident.codename, severity, _page_of(incident, reception), by=by)
    page_opened_incident(act, incident_id, message, Roads(reception.domain, reception.console))


def _page_of(incident: Incident, reception: Reception) -> str:
    return f"{reception.console}/incidents/{incident.codename}/finders" if reception.console else ""


def _kept_bytes(act: Act, thread: FinderThread) -> int:
    mine = select(FinderMail).where(col(FinderMail.thread_id) == thread.id)
    ids = [UUID(one) for row in act.session.exec(mine).all() for one in row.evidence]
    sizes = select(func.coalesce(func.sum(col(Evidence.size)), 0)).where(col(Evidence.id).in_(ids))
    return int(act.session.exec(sizes).one()) if ids else 0
