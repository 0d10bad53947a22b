"""Reports that a program brings: two fields in, and a receipt whose token the program shows its own user, once."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from incident import finding
from incident.api.shapes import ONE_LINE, PROSE, AtEdge, In, Out
from incident.auth.dependencies import acting
from incident.models.finders import Door
from incident.report_rules import LONGEST_REACH, LONGEST_TEXT, Told
from incident.roles import Action, Actor
from incident.verbs.finder_reports import Whence, take_report

router = APIRouter(prefix="/api", tags=["finders"])
Reporter = Annotated[Actor, Depends(acting(Action.REPORT))]


class ReportIn(In):
    """What happened, and how its writer is reached, "" for one who stays anonymous.

    `key`: the same one with the same words is the same report, for retries; without it each call is a new one.
    """

    what: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=PROSE)]
    reach: Annotated[str, Field(max_length=LONGEST_REACH, pattern=ONE_LINE)] = ""
    locale: Annotated[str, Field(max_length=16, pattern=r"^[A-Za-z0-9_-]*$")] = "en"
    key: Annotated[str, Field(max_length=64, pattern=ONE_LINE)] = ""


class ReceiptOut(Out):
    """`token` opens the conversation on the follow-up page; it is kept nowhere, and "" once ten minutes have passed."""

    reference: str
    token: str
    at: datetime
    repeated: bool


@router.post("/reports", status_code=201, response_model=ReceiptOut)
def take(by: Reporter, edge: AtEdge, body: ReportIn) -> ReceiptOut:
    """Take a report that somebody made to a program."""
    told, desk = Told(body.what, body.reach.strip(), body.locale, body.key), finding.desk_of(edge)
    return ReceiptOut.from_row(edge.write(by, lambda act: take_report(act, told, desk, Whence(Door.PROGRAM))))
