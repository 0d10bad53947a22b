"""`seventytwo support`: whether somebody is affected, and what was asked."""

from typing import Annotated

import typer

from incident.commands.opened import Opened
from incident.commands.prompting import typed

group = typer.Typer(help="What support may say: yes, no, not yet known.", no_args_is_help=True)


@group.command("ask")
def ask(
    by: Annotated[str, typer.Option(help="By what somebody is named: customer, person or address.")] = "person",
    locale: Annotated[str, typer.Option(help="Language of whoever asks.")] = "en",
) -> None:
    """Whether somebody is affected. The id or address is asked for, or read from a line of the input.

    The question is kept: who asked about whom, by fingerprint, when, and what was answered.
    """
    from incident.errors import Fault, Invalid
    from incident.organisation import profile_of
    from incident.queries.lookups import ANSWERS
    from incident.queries.support import Asked
    from incident.roles import Role
    from incident.verbs.support import Question, ask_support

    if by not in set(Asked):
        raise Invalid(Fault("by", f"{by!r} names nobody", "customer, person or address"))
    question = Question(Asked(by), typed("Id or address"), locale)
    with Opened() as opened:
        opened.actor = opened.acting_as(Role.SUPPORT)
        settings = opened.installation.settings
        profile, most = profile_of(settings), settings.support_lookups
        found = opened.write(lambda act: ask_support(act, question, profile, most))
    print(f"Affected: {ANSWERS[found.affected]}.")
    print(found.sentence or "No sentence is approved for this answer yet.")


@group.command("log")
def log(limit: Annotated[int, typer.Option(min=1, max=200)] = 20) -> None:
    """The last questions, the newest first: who asked, when, with which answer; of whom only a fingerprint."""
    from incident.queries.lookups import ANSWERS, read_lookups
    from incident.roles import Role

    with Opened() as opened, opened.installation.store.read() as session:
        found = read_lookups(session, opened.acting_as(Role.AUDITOR), limit)
    for row in found.rows:
        who = found.names.get(row.by, row.by)
        print(f"{row.at:%Y-%m-%d %H:%M:%S} UTC  {who}  {row.asked} {row.subject_blind[:12]}  {ANSWERS[row.answer]}")
