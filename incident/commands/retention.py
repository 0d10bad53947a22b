"""`seventytwo retention`: what will be purged when, and what keeps it."""

import typer

from incident.commands.opened import Opened

group = typer.Typer(help="What is kept how long.", no_args_is_help=True)


@group.command()
def preview() -> None:
    """What goes when: audiences and files of close-out reports, what goes first first, and what keeps each. Reads."""
    from incident.organisation import retention_rules_of
    from incident.queries.retention import planned_purges

    with Opened() as opened:
        rules, now = retention_rules_of(opened.installation.settings), opened.now()
        with opened.installation.store.read() as session:
            planned = planned_purges(session, rules, now)
    for one in planned:
        when = f"{one.due_at:%Y-%m-%d}" if one.due_at else "not yet   "
        kept = f"; kept by {', '.join(one.kept_by)}" if one.kept_by else ""
        due = "; goes at the worker's next look" if one.is_due(now) else ""
        print(f"{when}  {one.what:<8}  {one.codename}  {one.name}, {one.people:,} people{kept}{due}")
    if not planned:
        print("Nothing is kept that would go.")
