"""Phases of an incident and the only legal moves between them, with the guards of each (after NIST SP 800-61)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from incident.errors import Missing
from notifications.wording import worded, worded_list


class Phase(StrEnum):
    DETECTION = "detection"
    CONTAINMENT = "containment"
    INVESTIGATION = "investigation"
    RECOVERY = "recovery"
    REVIEW = "review"  # shown as "post-incident review"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Move(StrEnum):
    CONTAIN = "contain"
    INVESTIGATE = "investigate"
    RECOVER = "recover"
    REVIEW = "review"
    CLOSE = "close"
    DISMISS = "dismiss"
    REOPEN = "reopen"


class Guard(StrEnum):
    """What must hold before a move. Each is answered from a `Standing of the case`, never from a page."""

    COMMANDER = "commander"
    EVIDENCE = "evidence"
    CONTAINED = "contained"
    FACTS = "facts"
    AWARENESS = "awareness"
    RESTORED = "restored"
    REVIEWED = "reviewed"
    DUTIES = "duties"
    RELEASES = "releases"
    PASSES = "passes"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Case:
    """What the guards look at: counts and yes/no, read in the same transaction as the move."""

    has_commander: bool = False
    evidence_items: int = 0
    open_containment_tasks: int = 0
    fact_versions: int = 0
    awareness_decided: bool = False
    open_recovery_tasks: int = 0
    review_written: bool = False
    review_outdated: bool = False  # it was saved before the incident was last reopened, and not since
    open_duties: int = 0
    open_releases: int = 0
    open_passes: int = 0
    reason_given: bool = False


@dataclass(frozen=True, slots=True)
class Barring:
    """What a guard counts: the first few by name, each with where it is, and how many there are."""

    first: tuple[tuple[str, str], ...] = ()
    number: int = 0


G = Guard
PRIMARY = (Phase.DETECTION, Phase.CONTAINMENT, Phase.INVESTIGATION, Phase.RECOVERY, Phase.REVIEW, Phase.CLOSED)
FINAL = frozenset({Phase.CLOSED, Phase.DISMISSED})

MOVES: dict[tuple[Phase, Move], tuple[Phase, tuple[Guard, ...]]] = {
    (Phase.DETECTION, Move.CONTAIN): (Phase.CONTAINMENT, (G.COMMANDER,)),
    (Phase.DETECTION, Move.DISMISS): (Phase.DISMISSED, (G.REASON, G.DUTIES)),
    (Phase.CONTAINMENT, Move.INVESTIGATE): (Phase.INVESTIGATION, (G.EVIDENCE, G.CONTAINED)),
    (Phase.CONTAINMENT, Move.DISMISS): (Phase.DISMISSED, (G.REASON, G.DUTIES)),
    (Phase.INVESTIGATION, Move.CONTAIN): (Phase.CONTAINMENT, ()),
    (Phase.INVESTIGATION, Move.RECOVER): (Phase.RECOVERY, (G.FACTS, G.AWARENESS)),
    (Phase.INVESTIGATION, Move.DISMISS): (Phase.DISMISSED, (G.REASON, G.DUTIES)),
    (Phase.RECOVERY, Move.CONTAIN): (Phase.CONTAINMENT, ()),
    (Phase.RECOVERY, Move.INVESTIGATE): (Phase.INVESTIGATION, ()),
    (Phase.RECOVERY, Move.REVIEW): (Phase.REVIEW, (G.RESTORED,)),
    (Phase.REVIEW, Move.INVESTIGATE): (Phase.INVESTIGATION, ()),
    (Phase.REVIEW, Move.RECOVER): (Phase.RECOVERY, ()),
    (Phase.REVIEW, Move.CLOSE): (Phase.CLOSED, (G.REVIEWED, G.DUTIES, G.RELEASES, G.PASSES)),
    (Phase.CLOSED, Move.REOPEN): (Phase.INVESTIGATION, (G.REASON,)),
    (Phase.DISMISSED, Move.REOPEN): (Phase.DETECTION, (G.REASON,)),
}

PHASE_WORDS = {
    Phase.DETECTION: worded("detection"),
    Phase.CONTAINMENT: worded("containment"),
    Phase.INVESTIGATION: worded("investigation"),
    Phase.RECOVERY: worded("recovery"),
    Phase.REVIEW: worded("post-incident review"),
    Phase.CLOSED: worded("closed"),
    Phase.DISMISSED: worded("dismissed"),
}
MOVE_WORDS = {
    Move.CONTAIN: worded("contain"),
    Move.INVESTIGATE: worded("investigate"),
    Move.RECOVER: worded("recover"),
    Move.REVIEW: worded("review"),
    Move.CLOSE: worded("close"),
    Move.DISMISS: worded("dismiss"),
    Move.REOPEN: worded("reopen"),
}

UNPASSABLE = frozenset({Guard.REASON})  # a pass is itself a reason; a missing one cannot be passed with nothing


class IllegalMove(Exception):
    """The table has no such move from this phase."""


def after(phase: Phase, move: Move) -> Phase:
    """Where the move leads. Raises IllegalMove, naming the moves that are open."""
    if (phase, move) not in MOVES:
        moves = worded_list(MOVE_WORDS[one] for one in open_moves(phase))
        raise IllegalMove(
            worded(
                "The phase is “{phase}”, which has no “{move}”. Open from here: {moves}.",
                phase=PHASE_WORDS[phase],
                move=MOVE_WORDS[move],
                moves=moves,
            )
        )
    return MOVES[phase, move][0]


def open_moves(phase: Phase) -> tuple[Move, ...]:
    """The moves the table has from this phase, in the order of the table."""
    return tuple(move for (here, move) in MOVES if here is phase)


def missing(phase: Phase, move: Move, case: Case, passed: Iterable[Guard] = ()) -> tuple[Missing, ...]:
    """What still stands against a legal move, guards passed by the commander left out. Raises IllegalMove."""
    after(phase, move)
    skip = set(passed) - UNPASSABLE
    guards = MOVES[phase, move][1]
    return tuple(_asked(guard, case) for guard in guards if guard not in skip and not holds(guard, case))


def _asked(guard: Guard, case: Case) -> Missing:
    return OUTDATED if guard is Guard.REVIEWED and case.review_written else ASKS[guard]


def named(lacking: Iterable[Missing], names: Mapping[Guard, Barring]) -> tuple[Missing, ...]:
    """What is missing, where a guard counts with the first few by name and how many more there are."""
    found = ((item, names.get(Guard(item.guard), Barring())) for item in lacking)
    return tuple(replace(item, which=bars.first, more=bars.number - len(bars.first)) for item, bars in found)


def holds(guard: Guard, case: Case) -> bool:
    """Whether the case satisfies one guard."""
    return {
        Guard.COMMANDER: case.has_commander,
        Guard.EVIDENCE: case.evidence_items > 0,
        Guard.CONTAINED: case.open_containment_tasks == 0,
        Guard.FACTS: case.fact_versions > 0,
        Guard.AWARENESS: case.awareness_decided,
        Guard.RESTORED: case.open_recovery_tasks == 0,
        Guard.REVIEWED: case.review_written and not case.review_outdated,
        Guard.DUTIES: case.open_duties == 0,
        Guard.RELEASES: case.open_releases == 0,
        Guard.PASSES: case.open_passes == 0,
        Guard.REASON: case.reason_given,
    }[guard]


ASKS: dict[Guard, Missing] = {
    item.guard: item  # type: ignore[misc]
    for item in (
        Missing(G.COMMANDER, worded("Nobody commands this incident: name an incident commander."), "#command"),
        Missing(
            G.EVIDENCE, worded("No evidence is kept yet: add at least one item before more is changed."), "#evidence"
        ),
        Missing(G.CONTAINED, worded("Containment tasks are open: finish or skip each with a reason."), "#runbook"),
        Missing(G.FACTS, worded("No fact sheet is saved: save a first version, unknowns included."), "#facts"),
        Missing(G.AWARENESS, worded("Awareness is not decided: choose the moment on the worksheet."), "#awareness"),
        Missing(G.RESTORED, worded("Recovery tasks are open: restoration is not validated."), "#runbook"),
        Missing(G.REVIEWED, worded("The post-incident review is not written."), "#review"),
        Missing(G.DUTIES, worded("Duties are open: each must be met, not due, or waived with a reason."), "#duties"),
        Missing(G.RELEASES, worded("A release is not closed out: finish, stop or cancel it."), "#notices"),
        Missing(G.PASSES, worded("A guard was passed and never made good: settle it."), "#passes"),
        Missing(G.REASON, worded("A reason is needed."), "#moves"),
    )
}
OUTDATED = Missing(
    G.REVIEWED,
    worded("The review is of before the incident was reopened: complete it with what was learnt since, and save it."),
    "#review",
)
