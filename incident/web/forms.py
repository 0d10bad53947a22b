"""What each form of the console sends: one closed model per action, so that nothing more can be set than it offers."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from incident.anchors import Clue
from incident.drafting import NoticeKind
from incident.phases import Guard, Move

Line = Annotated[str, Field(max_length=2000)]
Text = Annotated[str, Field(max_length=60_000)]


class Sent(BaseModel):
    """Any form of ours: the session's token, which `current_person` has checked, and its own fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    csrf_token: str = ""


class NoteForm(Sent):
    text: Text
    back: Line = ""


class MoveForm(Sent):
    move: Move
    version: int
    reason: Line = ""
    passing: list[Guard] = Field(default_factory=list)


class AwarenessForm(Sent):
    act: Literal["decide", "propose"]
    at: Line
    why: Text
    version: int
    clue: Clue = Clue.OTHER


class DecisionForm(Sent):
    subject: Line
    outcome: Line
    reason: Text
    version: int
    based_on: int | None = None


class AdviceForm(Sent):
    risk: Literal["unlikely", "risk", "high"]
    text: Text


class TaskForm(Sent):
    state: Literal["done", "skipped"]
    note: Text


class AccountForm(Sent):
    """What only a person can tell: measures by their word, and when the next update is promised."""

    taken: list[Line] = Field(default_factory=list)
    planned: list[Line] = Field(default_factory=list)
    next_update: Line = ""


class NoticeForm(AccountForm):
    kind: NoticeKind
    dataset: Line = ""


class RedraftForm(AccountForm):
    version: int


class EditForm(Sent):
    version: int
    locale: Line
    subject: Line
    text: Text


class TickForm(Sent):
    version: int
    key: Line
    reason: Line


class SubmissionForm(Sent):
    """`at`: when it was submitted, local; empty: now. `receipt`: the id of the evidence that shows it."""

    submitted_to: Line
    channel: Line
    reference: Line = ""
    at: Line = ""
    receipt: Line = ""


class FilingForm(AccountForm):
    obligation: UUID
    locale: Line = "en"
    delay: Text = ""


class ApprovalForm(Sent):
    edition_digest: Line
    audience_digest: Line = ""
    facts_digest: Line = ""
    count: Line = ""
    correction: Line = ""


class ReceiptForm(Sent):
    reader: Line
    notice: Line
