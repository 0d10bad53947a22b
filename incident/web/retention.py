"""What of an incident is purged when, and its legal hold: set and lifted with a reason."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.organisation import retention_rules_of
from incident.queries.legal_holds import holds_of
from incident.queries.retention import Planned, planned_of
from incident.queries.timeline import names_of
from incident.roles import Action, Actor
from incident.verbs.legal_holds import lift_hold, set_hold
from incident.web.case_acts import find
from incident.web.forms import Reason
from incident.web.frame import Seated, see
from incident.web.incidents import opened, show
from incident.web.views.close_outs import HoldLine, KeptLine, RetentionView
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Holder = Annotated[Actor, Depends(acting(Action.LEGAL_HOLD, programs=False))]
WHAT = {"audience": worded("Audience: addresses, names, values"), "file": worded("File, a line a person")}


@router.get("/incidents/{reference}/retention")
def show_retention(desk: Seated, reference: str) -> Response:
    """What goes when, what keeps it, and the legal holds there were."""
    rules, now = retention_rules_of(desk.edge.settings), desk.edge.clock.now()
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        planned = planned_of(session, desk.actor, page.incident.id, rules, now)
        holds = holds_of(session, desk.edge.keys, desk.actor, page.incident.id)
        names = names_of(session, [who for hold in holds for who in (hold.set_by, hold.lifted_by) if who])
        view = RetentionView(
            lines=tuple(_line(one, due=one.is_due(now)) for one in planned),
            holds=tuple(
                HoldLine(
                    hold.reason,
                    hold.set_at,
                    names[hold.set_by],
                    hold.lifted_at,
                    names.get(hold.lifted_by, ""),
                    hold.lift_reason,
                )
                for hold in holds
            ),
            audience_days=rules.audience_days,
            file_days=rules.file_days,
            while_open=rules.while_open,
        )
        return show(desk, session, page, "notices", "retention.html", {"view": view})


@router.post("/incidents/{reference}/legal-hold")
def hold(desk: Seated, by: Holder, reference: str, reason: Reason = "") -> Response:
    """Keep everything of the incident from being purged."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: set_hold(act, incident_id, reason))
    return see(f"/incidents/{reference}/retention")


@router.post("/incidents/{reference}/legal-hold/lift")
def lift(desk: Seated, by: Holder, reference: str, reason: Reason = "") -> Response:
    """Let retention go on."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: lift_hold(act, incident_id, reason))
    return see(f"/incidents/{reference}/retention")


def _line(one: Planned, *, due: bool) -> KeptLine:
    href = f"/audiences/{one.id}" if one.what == "audience" else f"/releases/{one.release_id}/close-out"
    return KeptLine(one.name, WHAT[one.what], one.people, href, one.due_at, one.kept_by, due)
