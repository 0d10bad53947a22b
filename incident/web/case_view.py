"""From an incident opened for reading to what its pages show."""

from collections.abc import Collection, Sequence
from datetime import datetime

from incident.deadlines import Standing
from incident.errors import Missing
from incident.models.incidents import PhaseMove
from incident.models.law import Obligation
from incident.phases import MOVES, PRIMARY, UNPASSABLE, Guard, Move, Phase, missing, named, open_moves
from incident.queries.duties import DutyLine, counted_once
from incident.queries.incident import IncidentPage
from incident.web import words
from incident.web.duty_questions import question_href
from incident.web.presence import present_lines
from incident.web.reasons import reason_in_words
from incident.web.role_words import role_said
from incident.web.views import CaseView, CustomersView, MoveOffer, NextDeadline, PassLine, PersonLine, PhaseStep
from incident.web.views.case import MissingLine, PagedLine
from notifications.wording import worded, worded_list, worded_number

ROLE = "organisation.role"
LIVE = (Standing.LATE, Standing.SOON, Standing.AHEAD)


def case_view(page: IncidentPage, section: str) -> CaseView:
    """Head and rail of a page of this incident."""
    incident, paged = page.incident, page.paged
    customers = CustomersView(len(page.told.affected), len(page.told.told), next_customer(page))
    return CaseView(
        href=f"/incidents/{incident.codename}",
        codename=incident.codename,
        title=page.title,
        kind=words.kind_of(incident.kind),
        severity=incident.severity.value,
        phase=incident.phase.value,
        phase_label=words.PHASES[incident.phase],
        version=incident.version,
        visibility=incident.visibility.value,
        opened_at=incident.opened_at,
        opened_by=page.opened_by,
        section=section,
        seq=page.seq,
        commander=page.commander,
        drill=incident.drill,
        steps=phase_steps(incident.phase, incident.opened_at, page.moves),
        moves=move_offers(page),
        passes=tuple(PassLine(str(row.id), words.GUARDS[row.guard], reason, row.at) for row, reason in page.passes),
        people=tuple(PersonLine(one.name, _roles(one.roles)) for one in page.members),
        commanders=tuple((str(one.id), one.name) for one in page.commanders if one.id != incident.commander_id),
        deadline=next_deadline(page.duties, f"/incidents/{incident.codename}"),
        customers=customers,
        open_tasks=page.open_tasks,
        open_duties=len({card_key(line) for line in page.duties if line.deadline.is_open}),
        evidence_items=page.case.evidence_items,
        fact_version=page.case.fact_versions,
        finders=page.finders[0],
        finder_mails=page.finders[1],
        paged=PagedLine(f"/pages/{paged.id}", paged.begun_at, paged.next_at) if paged else None,
        present=present_lines(page.present),
        told_short=told_short(page),
        to_follow=points_to_follow(page),
        deriving=not page.duties,
    )


def sections(case: CaseView, *, finders: bool = True) -> tuple[tuple[str, str, int], ...]:
    """The tabs of an incident: address, words, a number that asks for attention. `finders`: if they may be read."""
    left = case.customers.affected - case.customers.told if case.customers else 0
    return (
        ("", worded("Overview"), 0),
        ("timeline", worded("Timeline"), 0),
        ("tasks", worded("Runbook"), case.open_tasks),
        ("facts", worded("Facts"), 0),
        ("assessment", worded("Assessment"), 0),
        ("duties", worded("Duties"), case.open_duties),
        ("customers", worded("Customers"), left),
        ("notices", worded("Notices"), 0),
        ("people", worded("People"), 0),
        ("evidence", worded("Evidence"), case.evidence_items),
        ("review", worded("Review"), 0),
        *((("finders", worded("Finders"), case.finder_mails),) if case.finders and finders else ()),
    )


def phase_steps(phase: Phase, opened_at: datetime, moves: Sequence[PhaseMove]) -> tuple[PhaseStep, ...]:
    """The stepper; the time of a phase is that of the last move into it."""
    entered = {Phase.DETECTION: opened_at} | {move.after: move.at for move in moves}
    if phase is Phase.DISMISSED:
        passed = [step for step in PRIMARY if step in entered]
        done = tuple(PhaseStep(words.PHASES[step], "done", entered[step]) for step in passed)
        return (*done, PhaseStep(words.PHASES[phase], "current", entered.get(phase)))
    here = PRIMARY.index(phase)
    steps = []
    for at, step in enumerate(PRIMARY):
        state = "current" if at == here else "done" if at < here else "ahead"
        steps.append(PhaseStep(words.PHASES[step], state, entered.get(step) if at <= here else None))
    return tuple(steps)


def move_offers(page: IncidentPage) -> tuple[MoveOffer, ...]:
    """The legal moves, each with what stands against it and where to mend that."""
    phase, here = page.incident.phase, f"/incidents/{page.incident.codename}"
    offers = []
    for move in open_moves(phase):
        target, guards = MOVES[phase, move]
        lacking = named(missing(phase, move, page.case), page.barring)
        forward = phase in PRIMARY and target in PRIMARY and PRIMARY.index(target) > PRIMARY.index(phase)
        offers.append(
            MoveOffer(
                name=move.value,
                label=words.move_label(move, target, forward=forward),
                before=words.BEFORE[target],
                forward=forward,
                needs_reason=Guard.REASON in guards,
                missing=tuple(_missing_line(item, here) for item in lacking),
                guards=tuple(item.guard for item in lacking if item.guard not in UNPASSABLE),
                leaves=_left_open(page, here)
                if move is Move.CLOSE
                else _left_behind(page, here, guards, forward=forward),
            )
        )
    return tuple(offers)


def _missing_line(item: Missing, here: str) -> MissingLine:
    which = tuple((name, f"{here}{at}" if at.startswith(("/", "#")) else f"/{at}") for name, at in item.which)
    return MissingLine(item.text, f"{here}{words.MENDS.get(item.link, item.link)}", which, item.more, item.whole)


def _left_open(page: IncidentPage, here: str) -> tuple[tuple[str, str], ...]:
    """What no guard asks for and closing would leave as it is, each with where it is."""
    number, open_tasks = page.waiting.unsettled, page.open_tasks
    replies = worded_number("{number} reply is unanswered", "{number} replies are unanswered", number)
    tasks = worded_number("{number} task is open", "{number} tasks are open", open_tasks)
    waiting = len(page.waiting.replies)
    answers = worded_number(
        "{number} answer waits for a second person", "{number} answers wait for a second person", waiting
    )
    bank = worded_number(
        "{number} answer for the bank waits for approval",
        "{number} answers for the bank wait for approval",
        page.waiting.bank,
    )
    found = (
        (len(page.to_follow), points_to_follow(page), f"{here}/duties#to-follow"),
        (len(page.told_short), told_short(page), f"{here}/duties#met"),
        (number, replies, f"{here}/replies"),
        (waiting, answers, f"/replies/{page.waiting.replies[0]}#answers" if waiting else ""),
        (page.waiting.bank, bank, f"{here}/answers"),
        (open_tasks, tasks, f"{here}/tasks"),
    )
    return tuple((said, href) for many, said, href in found if many)


def _left_behind(
    page: IncidentPage, here: str, guards: Collection[Guard], *, forward: bool
) -> tuple[tuple[str, str], ...]:
    """Open tasks of the phase that is left by a move onward, where no guard asks for them."""
    number = page.open_here if forward and not {Guard.CONTAINED, Guard.RESTORED} & set(guards) else 0
    said = worded_number("{number} task of this phase is open", "{number} tasks of this phase are open", number)
    return ((said, f"{here}/tasks"),) if number else ()


def told_short(page: IncidentPage) -> str:
    """That a notice which met a duty did not go to everybody, "" where each did: no clock runs for the others."""
    if not page.told_short:
        return ""
    return worded_number(
        "{number} duty is met by a notice that not everybody was to get",
        "{number} duties are met by notices that not everybody was to get",
        len(page.told_short),
    )


def points_to_follow(page: IncidentPage) -> str:
    """That an authority waits for what it was told is to follow, "" where none does: no clock runs for it."""
    if not page.to_follow:
        return ""
    return worded_number(
        "{number} point announced to an authority is not filed yet",
        "{number} points announced to an authority are not filed yet",
        sum(len(one.points) for one in page.to_follow),
    )


def next_deadline(lines: Sequence[DutyLine], case: str) -> NextDeadline | None:
    """The open obligation that is due next, and how many fall due with it under the same rule."""
    live = [line for line in lines if line.deadline.is_open and line.moment and line.standing in LIVE]
    if not live:
        return None
    first = live[0]
    assert first.moment is not None
    same = [line for line in live if line.duty.id == first.duty.id and line.moment == first.moment]
    return NextDeadline(
        title=first.duty.title,
        law=first.duty.law,
        article=words.rule_name(first.duty.law, first.duty.article),
        kind=first.obligation.kind,
        standing=first.standing.value,
        due_at=first.moment,
        starts_at=first.obligation.starts_at,
        provisional=first.obligation.provisional,
        may_apply=first.obligation.applies == "unknown",
        role_asked=_where_role_is_asked(first.obligation, case),
        own_target=first.soft,
        trace=tuple(first.obligation.trace),
        why=tuple(map(reason_in_words, first.obligation.why)),
        delays=first.duty.delay,
        count=len(same),
    )


def _where_role_is_asked(row: Obligation, case: str) -> str:
    if row.applies != "unknown" or ROLE not in row.missing:
        return ""
    return question_href(case, ROLE, row.datasets[0] if row.datasets else "")


def card_key(line: DutyLine) -> tuple[object, ...]:
    """Obligations that differ in nothing but whom they are owed to are shown as one."""
    return counted_once(line.obligation, line.standing)


def next_customer(page: IncidentPage) -> datetime | None:
    """When the next of the customers not told yet is due."""
    waiting = set(page.told.waiting)
    moments = [line.moment for line in page.duties if line.obligation.addressee in waiting and line.deadline.is_open]
    return min((moment for moment in moments if moment), default=None)


def _roles(roles: Sequence[str]) -> str:
    return worded_list(role_said(role) for role in roles)
