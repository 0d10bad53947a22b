"""From filings as they are read to what the pages of notices and of duties show of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from incident.grounds import Case
from incident.models.law import Filing, Obligation
from incident.notice_kinds import adds_to
from incident.organisation import profile_of
from incident.queries.briefs import case_for
from incident.queries.facts import read_facts
from incident.queries.filings import read_filings, text_mark
from incident.queries.notice_checks import Checker
from incident.queries.notices import filings_of
from incident.web import words
from incident.web.fact_questions import in_questions
from incident.web.frame import Desk
from incident.web.views import FilingLine, FilingStep
from incident.writing import templates_of
from notifications.findings import Finding
from notifications.wording import listed, worded


def filing_lines(desk: Desk, session: Session, incident_id: UUID) -> tuple[FilingLine, ...]:
    """Every filing with its text and, once submitted, where and under which reference; the newest first."""
    lines, settings = [], desk.edge.settings
    checker = Checker(templates_of(settings), profile_of(settings), desk.edge.clock.now(), settings.own_hosts)
    filings = read_filings(session, desk.edge.keys, desk.actor, incident_id)
    case, seen = case_for(session, desk.edge.keys, incident_id), set[UUID]()
    rows = [row for row, _ in filings]
    for filing, text in filings:
        obligation = session.get_one(Obligation, filing.obligation_id)
        rule, sent = obligation.rule, filing.submitted_at is not None
        newest = filing.obligation_id not in seen
        seen.add(filing.obligation_id)
        lacking = () if sent else checker.check_draft(case, obligation, filing, text)
        stale = _stale(desk, session, checker, case, (obligation, filing)) if newest or not sent else ()
        known = _submitted_before(rows, filing)
        lines.append(
            FilingLine(
                id=str(filing.id),
                title=text.subject or str(rule["title"]),
                article=words.rule_name(str(rule["law"]), str(rule["article"])),
                locale=filing.locale,
                drafted_at=filing.drafted_at,
                text=text.text,
                submitted_at=filing.submitted_at,
                submitted_to=known.submitted_to,
                channel=filing.channel,
                reference=known.reference,
                receipt=str(filing.receipt_evidence_id or ""),
                findings=tuple(_lacking(one) for one in lacking),
                subject=text.subject,
                mark=text_mark(text),
                obligation=str(filing.obligation_id),
                form=str(words.FORMS.get(filing.form, filing.form)),
                newest=newest,
                stale=stale,
            )
        )
    return tuple(lines)


def _stale(
    desk: Desk, session: Session, checker: Checker, now: Case, told: tuple[Obligation, Filing]
) -> tuple[str, ...]:
    obligation, filing = told
    if filing.fact_version == now.number:
        return ()
    saved = read_facts(session, desk.edge.keys, desk.actor, filing.incident_id, filing.fact_version)
    then = Case(saved.sheet, now.anchors, now.entity, saved.number)
    return checker.facts_since(then, now, obligation, filing)


def filing_steps(desk: Desk, session: Session, incident_id: UUID, case: str) -> Mapping[UUID, tuple[FilingStep, ...]]:
    """What was drafted and submitted for each duty, as it stands on its card: the first first."""
    found: dict[UUID, list[FilingStep]] = {}
    for row in sorted(filings_of(session, desk.actor, incident_id), key=_moment):
        step = FilingStep(
            form=str(words.FORMS.get(row.form, row.form)),
            href=f"{case}/notices#filing-{row.id}",
            at=_moment(row),
            to=row.submitted_to,
            reference=row.reference,
        )
        found.setdefault(row.obligation_id, []).append(step)
    return {duty: tuple(steps) for duty, steps in found.items()}


def _moment(row: Filing) -> datetime:
    return row.submitted_at or row.drafted_at


def _submitted_before(rows: list[Filing], filing: Filing) -> Filing:
    """The filing whose authority and reference are shown: its own, or those a draft of further information goes to."""
    if filing.submitted_at is not None or not adds_to(filing.form):
        return filing
    mine = [row for row in rows if row.obligation_id == filing.obligation_id and row.submitted_at is not None]
    return max(mine, key=_moment, default=filing)


def _lacking(one: Finding) -> str:
    """What a draft for an authority lacks, in one sentence."""
    what = worded("{field} ({law})", field=one.field, law=listed(one.law)) if one.law else one.field
    if one.line:
        what = worded("line {line}, {what}", line=one.line, what=what)
    return worded("{what}: {fault}. {mend}", what=what, fault=in_questions(one.message), mend=in_questions(one.mend))
