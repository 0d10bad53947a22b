"""The page of the audit: whether the timeline holds, and who administered what or looked at whose data."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.queries.administration import chain_standing
from incident.queries.audit import Report, signer_of, verify
from incident.queries.audit_log import LONGEST, Asked, LogLine, Part, logged_actions, people_logged, read_log
from incident.queries.people import everybody_named
from incident.roles import Action, Actor
from incident.verbs.audit import record_log_taken, record_proof
from incident.web import words
from incident.web.entry_views import entry_href
from incident.web.frame import Desk, Seated
from incident.web.times import read_local
from incident.web.views import Choice
from incident.web.views.administration import AuditView, LogRow, ProofView
from notifications.spreadsheets import table
from notifications.wording import worded, worded_number

router = APIRouter(include_in_schema=False)
PAGE = "/admin/audit"
COLUMNS = ("at", "who", "act", "incident", "text")
Auditor = Annotated[Actor, Depends(acting(Action.VERIFY, programs=False))]
PARTS = {
    Part.ALL: worded("Everything"),
    Part.LOOKS: worded("Looks at personal data"),
    Part.ADMINISTRATION: worded("Administration"),
    Part.SIGN_INS: worded("Signing in and out"),
}


class Filter:
    """What the address asks for; what is no part, person, act or day asks for nothing."""

    def __init__(
        self,
        desk: Seated,
        part: str = "",
        person: str = "",
        act: Annotated[str, Query(max_length=64)] = "",
        day: Annotated[str, Query(max_length=10)] = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> None:
        self.part = Part(part) if part in set(Part) else Part.ALL
        self.person, self.act, self.page = _person(person), act, page
        self.begins = _day(day, desk.zone)
        self.day = day if self.begins else ""

    @property
    def asked(self) -> Asked:
        return Asked(self.part, self.person, self.act, self.begins, self.page)

    @property
    def narrows(self) -> bool:
        return bool(self.person or self.act or self.day or self.part is not Part.ALL)

    def href(self, page: int = 1, path: str = PAGE) -> str:
        """The address of the same lines, further on or as a file."""
        given = {"part": self.part, "person": str(self.person or ""), "act": self.act, "day": self.day}
        kept = {name: value for name, value in given.items() if value and value != Part.ALL}
        query = urlencode({**kept, **({"page": page} if page > 1 else {})})
        return f"{path}?{query}" if query else path


@router.get(PAGE)
def show_log(desk: Seated, by: Auditor, chosen: Annotated[Filter, Depends()]) -> Response:
    """The log, and what is known of the chain."""
    return _page(desk, by, chosen)


@router.post(f"{PAGE}/proofs")
def prove(desk: Seated, by: Auditor, chosen: Annotated[Filter, Depends()]) -> Response:
    """Prove every chain now, as `seventytwo audit verify` does, and write down what was found."""
    with desk.edge.read() as session:
        report = verify(session, desk.edge.keys, desk.edge.settings.checkpoints)
    desk.edge.write(by, lambda act: record_proof(act, report))
    return _page(desk, by, chosen, _proof(report))


@router.post(f"{PAGE}/downloads")
def download(desk: Seated, by: Auditor, chosen: Annotated[Filter, Depends()]) -> Response:
    """The lines as CSV, which is itself a line of the log; cells no spreadsheet takes for formulas."""
    asked = Asked(chosen.part, chosen.person, chosen.act, chosen.begins)
    with desk.edge.read() as session:
        lines, _ = read_log(session, desk.edge.keys, by, asked, LONGEST)
    desk.edge.write(by, lambda act: record_log_taken(act, len(lines)))
    cells = ((one.at.isoformat(), one.who, one.action, one.codename, one.text) for one in lines)
    headers = {"Content-Disposition": 'attachment; filename="audit-log.csv"', "Cache-Control": "no-store"}
    return Response(table([COLUMNS, *cells]), media_type="text/csv; charset=utf-8", headers=headers)


def _page(desk: Desk, by: Actor, chosen: Filter, proof: ProofView | None = None) -> Response:
    with desk.edge.read() as session:
        return desk.page("audit.html", session, {"view": _view(desk, by, session, chosen, proof)})


def _view(desk: Desk, by: Actor, session: Session, chosen: Filter, proof: ProofView | None) -> AuditView:
    lines, further = read_log(session, desk.edge.keys, by, chosen.asked)
    people = people_logged(session, by, everybody_named(session))
    chain = chain_standing(session, desk.edge.keys, by)
    return AuditView(
        rows=tuple(map(_row, lines)),
        parts=tuple(Choice(part, name, part is chosen.part) for part, name in PARTS.items()),
        people=tuple(Choice(str(one), name, one == chosen.person) for one, name in people),
        actions=tuple(Choice(one, act_name(one), one == chosen.act) for one in logged_actions(session, by)),
        day=chosen.day,
        page=chosen.page,
        newer=chosen.href(chosen.page - 1) if chosen.page > 1 else "",
        older=chosen.href(chosen.page + 1) if further else "",
        csv=chosen.href(path=f"{PAGE}/downloads"),
        filtered=chosen.narrows,
        signer=signer_of(desk.edge.settings.checkpoints),
        checkpoint_at=chain.checkpoint_at,
        checkpoints=chain.checkpoints,
        proven_at=chain.proven_at,
        proven_good=chain.holds,
        proof=proof,
    )


def _row(line: LogLine) -> LogRow:
    href = entry_href(f"/incidents/{line.codename}", line.seq) if line.codename else ""
    icon = words.icon_of(line.action)
    act = act_name(line.action)
    return LogRow(line.at, line.who, act, line.action, icon, line.text, line.codename, href, line.hidden, line.erased)


def act_name(action: str) -> str:
    """An act of the timeline as a person reads it."""
    return action.replace(".", " ").replace("_", " ").capitalize()


def _proof(report: Report) -> ProofView:
    entries = worded_number("{number} entry", "{number} entries", report.entries)
    if report.holds:
        said = worded("The timeline holds: {entries} were checked against their hashes.", entries=entries)
    else:
        places = worded_number("{number} place", "{number} places", len(report.breaks))
        said = worded("The timeline is broken in {places}; {entries} were checked.", places=places, entries=entries)
    breaks = tuple(f"{one.subject} {one.seq}: {one.what}" for one in report.breaks[:20])
    return ProofView(said, report.holds, breaks, len(report.window), report.signer)


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str, zone: str) -> datetime | None:
    try:
        return read_local(f"{text}T00:00", zone) if text else None
    except ValueError:
        return None
