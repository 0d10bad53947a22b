"""`seventytwo release`: follow a release while it is sent, stop it, let it go on, give it up, confirm its canary."""

import json
import time
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from incident.commands.opened import Opened
from incident.commands.release import Which, group, read_id

if TYPE_CHECKING:
    from incident.queries.progress import Progress
    from incident.roles import Actor

Reason = Annotated[str, typer.Option(help="Why; it stands on the timeline.")]
OVER = ("finished", "void", "refused")


@group.command()
def watch(
    release: Which,
    once: Annotated[bool, typer.Option("--once", help="One line, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document a line.")] = False,
) -> None:
    """Say every second how far a release is, until it is over: states, rate, time left. Status 1 if it was not sent."""
    from incident.queries.progress import read_progress
    from incident.roles import Role

    release_id, said = read_id(release), ""
    with Opened() as opened:
        opened.actor = opened.acting_as(Role.RESPONDER)
        while True:
            with opened.installation.store.read() as session:
                found = read_progress(session, opened.actor, release_id, opened.now())
            line = json.dumps(_document(found)) if as_json else _line(found)
            if line != said:
                print(line, flush=True)
            said = line
            if once or found.state in OVER:
                break
            time.sleep(1)
    raise typer.Exit(1 if found.state in ("void", "refused") else 0)


@group.command()
def stop(release: Which, reason: Reason) -> None:
    """Hold what has not gone yet."""
    from incident.organisation import approval_rules_of
    from incident.roles import Role
    from incident.verbs.releases import stop_release

    release_id = read_id(release)
    with Opened() as opened:
        opened.actor = opened.acting_as(Role.RESPONDER)
        rules = approval_rules_of(opened.installation.settings)
        opened.write(lambda act: stop_release(act, release_id, reason, rules))
    print("Stopped.")


@group.command()
def resume(release: Which) -> None:
    """Let a stopped release go on."""
    from incident.verbs.lapses import void_if_expired
    from incident.verbs.releases import resume_release

    release_id = read_id(release)
    with Opened() as opened:
        opened.write(lambda act: void_if_expired(act, release_id))
        opened.actor = _seated(opened, release_id)
        opened.write(lambda act: resume_release(act, release_id))
    print("Goes on.")


@group.command()
def confirm(
    release: Which,
    reason: Reason = "",
    everybody: Annotated[bool, typer.Option("--all-at-once", help="To everybody, without a ramp.")] = False,
) -> None:
    """Let it go beyond its canary, or beyond what holds its ramp."""
    from incident.verbs.confirming import confirm_release

    release_id = read_id(release)
    with Opened() as opened:
        opened.actor = _seated(opened, release_id)
        opened.write(lambda act: confirm_release(act, release_id, reason, all_at_once=everybody))
    print("Confirmed.")


@group.command()
def cancel(release: Which, reason: Reason) -> None:
    """Give up a stopped release for good; who has not had it will not get it."""
    from incident.roles import Role
    from incident.verbs.releases import cancel_release

    release_id = read_id(release)
    with Opened() as opened:
        opened.actor = opened.acting_as(Role.COMMANDER)
        opened.write(lambda act: cancel_release(act, release_id, reason))
    print("Cancelled.")


def _seated(opened: Opened, release_id: UUID) -> "Actor":
    """The operator in a seat of the quorum: what goes on was approved by people; the timeline names the operator."""
    from incident.queries.seats import find_bound
    from incident.roles import Role

    with opened.installation.store.read() as session:
        wanted = find_bound(session, release_id).release.quorum or [Role.APPROVER]
    return opened.acting_as(*map(Role, wanted))


def _line(found: "Progress") -> str:
    states = ", ".join(f"{number:,} {state}" for state, number in found.states.items()) or "no rows"
    parts = [str(found.state), f"{found.answered:,} of {found.recipients:,} answered", states]
    if found.not_admitted:
        parts.append(f"{found.not_admitted:,} not yet admitted")
    if found.cancelled:
        parts.append(f"{found.cancelled:,} not sent: cancelled")
    if found.rate or found.rate_of_ten:
        parts.append(f"{found.rate or found.rate_of_ten:,.1f} a second")
    if found.ends_at and found.state not in OVER:
        parts.append(f"ends about {found.ends_at:%Y-%m-%d %H:%M} UTC")
    if found.waits_for_a_person:
        parts.append("WAITS FOR A PERSON: seventytwo release confirm")
    if found.window_closed and found.opens_at:
        parts.append(f"waits for its hours until {found.opens_at:%Y-%m-%d %H:%M} UTC")
    if found.threatens:
        parts.append(f"DEADLINE AT RISK: {'; '.join(str(row.rule['title']) for row in found.threatens)}")
    return " | ".join(parts)


def _document(found: "Progress") -> dict[str, object]:
    same = ("recipients", "answered", "uncertain", "not_admitted", "cancelled", "rate", "rate_of_ten", "hours")
    return {
        "state": str(found.state),
        "stage": str(found.course.stage),
        "deliveries": {str(state): number for state, number in found.states.items()},
        **{name: getattr(found, name) for name in same},
        "ends_at": found.ends_at.isoformat() if found.ends_at else None,
        "waits_for_a_person": found.waits_for_a_person,
        "threatens": [str(row.id) for row in found.threatens],
    }
