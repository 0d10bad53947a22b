"""`seventytwo finders`: conversations with people who reported something, and the address of an incident."""

import sys
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from incident.commands.opened import Opened

if TYPE_CHECKING:
    from incident.auth.edge import Edge
    from incident.queries.finders import Words

group = typer.Typer(help="People who reported something, and what they are written.", no_args_is_help=True)
Incident = Annotated[str, typer.Argument(help="Codename or id of the incident.")]
Reference = Annotated[str, typer.Argument(help="Reference of the conversation, such as 7K2MB-Q4XRT.")]


def _edge(opened: Opened) -> "Edge":
    from incident.auth.edge import Edge

    parts = opened.installation
    return Edge(parts.store, parts.keys, parts.clock, parts.settings)


def _thread(opened: Opened, reference: str) -> UUID:
    from sqlmodel import col, select

    from incident.errors import NotFound
    from incident.models.finders import FinderThread

    wanted = select(FinderThread.id).where(col(FinderThread.reference) == reference.strip("[] ").upper())
    with opened.installation.store.read() as session:
        found = session.exec(wanted).first()
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


@group.command("list")
def list_(incident: Incident) -> None:
    """Conversations of an incident, without a word of them."""
    with Opened() as opened, opened.installation.store.read() as session:
        from incident.queries.access import find_incident
        from incident.queries.finders import list_threads
        from incident.roles import Role

        incident_id = find_incident(session, opened.actor, incident).id
        found = list_threads(session, opened.acting_as(Role.RESPONDER), incident_id)
    for one in found:
        row = one.row
        unread = f", {one.unread} unread" if one.unread else ""
        print(f"{row.reference} {row.state}: {row.mails} mails{unread}, last {row.last_at:%Y-%m-%d %H:%M} UTC")
        for said in one.statements:
            print(f"  {said.id} {said.question}: {said.answer} → {said.fact} = {said.value} ({said.state})")
    if not found:
        print("Nobody outside reported this.")


def _said(words: "Words") -> str:
    """What one message says: its subject, its text, answers to what the form asks."""
    details = [f"{name}: {said}" for name, said in words.details.items()]
    return "\n\n".join(filter(None, (words.subject, words.text, "\n".join(details))))


@group.command("show")
def show(reference: Reference) -> None:
    """Every mail of a conversation; that it was read is kept."""
    with Opened() as opened:
        from incident.roles import Role
        from incident.verbs.finder_acts import view_thread

        thread_id, edge = _thread(opened, reference), _edge(opened)
        found = edge.write(opened.acting_as(Role.RESPONDER), lambda act: view_thread(act, thread_id))
    for mail in found.mails:
        row, words = mail.row, mail.words
        way = "from the finder" if row.way == "in" else "to the finder"
        signed = f", DKIM {row.dkim} {row.dkim_domain}".rstrip() if row.mail_id else ""
        print(f"--- {row.number}, {way}, {row.at:%Y-%m-%d %H:%M} UTC{signed}")
        print(_said(words) if words else "Purged on schedule.")


@group.command("write")
def write(reference: Reference) -> None:
    """Write to the finder: the text is read from the input."""
    with Opened() as opened:
        from incident import finding
        from incident.roles import Role

        actor, thread_id = opened.acting_as(Role.RESPONDER), _thread(opened, reference)
        mail = finding.write(_edge(opened), actor, thread_id, sys.stdin.read())
    print(f"Mail {mail.number} of {reference} is in the ledger.")


@group.command("record")
def record(
    reference: Reference,
    question: Annotated[str, typer.Argument(help="copied, recipients or deletion.")],
    answer: Annotated[str, typer.Argument(help="One of the question's answers, such as nothing, finder, confirmed.")],
    note: Annotated[str, typer.Option(help="A sentence besides.")] = "",
) -> None:
    """Put down what the finder said; it proposes a fact and changes none."""
    with Opened() as opened:
        from incident.errors import Fault, Invalid
        from incident.finder_rules import Question
        from incident.roles import Role
        from incident.verbs.finder_acts import record_statement

        if question not in set(Question):
            raise Invalid(Fault("question", f"{question!r} is none", ", ".join(Question)))
        actor, thread_id, asked = opened.acting_as(Role.RESPONDER), _thread(opened, reference), Question(question)
        row = _edge(opened).write(actor, lambda act: record_statement(act, thread_id, asked, answer, note))
    print(f"{row.id}: proposes {row.fact} = {row.value}; the facts are as they were.")


@group.command("take")
def take(
    statement: Annotated[UUID, typer.Argument(help="Id of what was put down, as `list` shows it.")],
    dataset: Annotated[str, typer.Option(help="Id of the data set; left out: the only one.")] = "",
) -> None:
    """Put what an answer proposes into the facts."""
    with Opened() as opened:
        from incident import finding
        from incident.roles import Role

        row = finding.take(_edge(opened), opened.acting_as(Role.RESPONDER), statement, dataset)
    print(f"{row.fact} = {row.value} is in version {row.fact_version} of the facts.")


@group.command("decline")
def decline(
    statement: Annotated[UUID, typer.Argument(help="Id of what was put down.")],
    reason: Annotated[str, typer.Option(help="Why the facts stay as they are.")],
) -> None:
    """Leave the facts as they are."""
    with Opened() as opened:
        from incident.roles import Role
        from incident.verbs.finder_acts import decline_statement

        actor = opened.acting_as(Role.RESPONDER)
        _edge(opened).write(actor, lambda act: decline_statement(act, statement, reason))
    print("The facts are as they were.")


@group.command("open")
def open_(reference: Reference) -> None:
    """Open an incident of its own for a report that was gathered with others."""
    with Opened() as opened:
        from incident import finding
        from incident.roles import Role

        incident = finding.open_gathered(_edge(opened), opened.acting_as(Role.RESPONDER), _thread(opened, reference))
    print(f"{reference} is {incident.codename} now.")


@group.command("address")
def address(
    incident: Incident, anew: Annotated[bool, typer.Option("--anew", help="End the address there was.")] = False
) -> None:
    """The address mails from people of the console become lines of an incident's timeline by."""
    with Opened() as opened:
        from incident import finding
        from incident.queries.access import find_incident
        from incident.roles import Role

        with opened.installation.store.read() as session:
            incident_id = find_incident(session, opened.actor, incident).id
        print(finding.incident_address(_edge(opened), opened.acting_as(Role.RESPONDER), incident_id, anew=anew))
