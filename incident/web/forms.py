"""What each form of the console sends: one closed model per action, so that nothing more can be set than it offers."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Form
from pydantic import BaseModel, ConfigDict, Field

from incident.anchors import Clue
from incident.models.incidents import Severity
from incident.notice_kinds import NoticeKind
from incident.phases import Guard, Move

STORABLE = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text
LARGEST = 2**31 - 2  # of a version: the column is an integer, and the next version goes into it too
Line = Annotated[str, Field(max_length=2000, pattern=STORABLE)]
Text = Annotated[str, Field(max_length=60_000, pattern=STORABLE)]
Reason = Annotated[str, Form(max_length=500, pattern=STORABLE)]  # beside the fields of an address, in no model
Version = Annotated[int, Field(ge=0, le=LARGEST)]


class Sent(BaseModel):
    """Any form of ours: the session's token, which `current_person` has checked, and its own fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    csrf_token: str = ""


class NoteForm(Sent):
    """`on`: the entry it comments on, 0 for a line of its own."""

    text: Text
    back: Line = ""
    on: Annotated[int, Field(ge=0, le=2**53)] = 0


class HandoverForm(Sent):
    """What one shift leaves for the next, in its three parts."""

    runs: Text = ""
    awaited: Text = ""
    worries: Text = ""


class RhythmForm(Sent):
    """How often a situation report comes, in minutes; `first` is local, empty: one such time from now."""

    every: Annotated[int, Field(ge=0, le=10_080)]
    first: Line = ""


class MoveForm(Sent):
    move: Move
    version: Version
    reason: Line = ""
    passing: list[Guard] = Field(default_factory=list)


class SeverityForm(Sent):
    severity: Severity
    reason: Line = ""


class AwarenessForm(Sent):
    act: Literal["decide", "propose"]
    at: Line
    why: Text
    version: Version
    clue: Clue
    scope: Line = ""


class MomentForm(Sent):
    """A moment the law counts from; `corrects` is the record it replaces, empty for a first one. `at` is local."""

    name: Line
    at: Line
    why: Text
    scope: Line = ""
    evidence: Line = ""
    corrects: Line = ""


class DecisionForm(Sent):
    """`look_again`: the day to look at it again; empty: as usual."""

    subject: Line
    outcome: Line
    reason: Text = ""
    version: Version
    based_on: Version | None = None
    look_again: Line = ""


class GroupForm(Sent):
    """One decision on the duties that were ticked; a tick stands for one of them, or for several with commas."""

    chosen: list[Text] = Field(default_factory=list)
    common: Annotated[str, Field(max_length=120, pattern=STORABLE)] = ""
    outcome: Line
    reason: Text = ""
    version: Version
    based_on: Version | None = None
    look_again: Line = ""


class AdviceForm(Sent):
    risk: Literal["unlikely", "risk", "high"]
    text: Text
    dataset: Line = ""


class AnswerForm(Sent):
    """One answer of the assessment. `preview` keeps nothing; `unknown` says that nobody knows, and moves on."""

    act: Literal["answer", "unknown", "preview"]
    fact: Line
    dataset: Line = ""
    answer: list[Text] = Field(default_factory=list)
    seen_digest: Line = ""


class VersionForm(Sent):
    """Save the draft as a version; `based_on` is the version it was begun from."""

    based_on: Version
    draft_digest: Line = ""


class ScoreForm(Sent):
    """A part of the severity score that a person scores otherwise; an empty value: as the facts say."""

    dataset: Line
    part: Line
    value: Line = ""
    reason: Text = ""


class TaskForm(Sent):
    state: Literal["done", "skipped"]
    note: Text


class AccountForm(Sent):
    """What only a person can tell: measures by their word, when the next update is promised, what some laws ask for.

    Own words are told language by language: `happened`, `more_taken` and `more_planned` (measures, one a line) have a
    text for each of `own_in`, `offer_how` and `impact` (on finances, for a text to a market) for each of `law_in`.
    `police_delay`: whether law enforcement asked to wait, "" where nobody has said.
    """

    taken: list[Line] = Field(default_factory=list)
    planned: list[Line] = Field(default_factory=list)
    own_in: list[Line] = Field(default_factory=list)
    happened: list[Text] = Field(default_factory=list)
    more_taken: list[Text] = Field(default_factory=list)
    more_planned: list[Text] = Field(default_factory=list)
    next_update: Line = ""
    police_delay: Literal["", "yes", "no"] = ""
    offer_provider: Line = ""
    offer_months: Annotated[int, Field(ge=0, le=120)] = 0
    law_in: list[Line] = Field(default_factory=list)
    offer_how: list[Line] = Field(default_factory=list)
    impact: list[Text] = Field(default_factory=list)


class NoticeForm(AccountForm):
    """`segments` has a line for each part of the audience with its own text: a name, a colon, kinds of data."""

    kind: NoticeKind
    dataset: Line = ""
    locales: list[Line] = Field(default_factory=list)
    follows: Line = ""
    segments: Text = ""
    controller: Line = ""


class RedraftForm(AccountForm):
    version: Version


class DiscardForm(Sent):
    version: Version
    reason: Line


class EditForm(Sent):
    version: Version
    locale: Line
    subject: Line
    text: Text


class TrialForm(Sent):
    """A text as it is being typed, which may still say nothing; the form it is typed in is that of EditForm."""

    version: Version
    locale: Line
    subject: Line = ""
    text: Text = ""


class SubmissionForm(Sent):
    """`at`: when it was submitted, local; empty: now. `receipt`: the id of the evidence that shows it."""

    submitted_to: Line
    channel: Line
    reference: Line = ""
    at: Line = ""
    receipt: Line = ""


class FilingForm(AccountForm):
    """`own_key` and `own_text` go in pairs: contents of the form that nobody can draw from the facts."""

    obligation: UUID
    form: Line = ""
    locale: Line = "en"
    delay: Text = ""
    own_key: list[Line] = Field(default_factory=list)
    own_text: list[Text] = Field(default_factory=list)


class FilingTextForm(Sent):
    """`seen`: the mark of the text it was begun from."""

    seen: Line
    subject: Line = ""
    text: Text


class ReleaseForm(Sent):
    """What a release is asked for with. `all_at_once`: why nobody waits; `hours` None: as the settings say."""

    version: Version
    audience: Line = ""
    order_reason: Line = ""
    language_reason: Line = ""
    all_at_once: Line = ""
    hours: Line | None = None


class WithdrawalForm(Sent):
    """Why a public page is withdrawn; `confirmation` is the name of its incident, typed."""

    reason: Annotated[str, Field(max_length=1000, pattern=STORABLE)]
    confirmation: Line = ""


class ApprovalForm(Sent):
    edition_digest: Line
    audience_digest: Line = ""
    facts_digest: Line = ""
    count: Line = ""
    correction: Line = ""


class ShareForm(Sent):
    """One customer's own figures, as `verbs.share_lines.read_share` reads them; moments are local."""

    dataset: Line
    people: Line = ""
    countries: Text = ""
    fields: Text = ""
    exposed_from: Line = ""
    exposed_until: Line = ""
    logs: Line = ""


class LinkForm(Sent):
    """A link to the list of a customer's people: to which contact codes go, and for how many days it works."""

    dataset: Line
    contact: UUID
    days: Annotated[int, Field(ge=1, le=14)] = 3


class InstructionForm(Sent):
    """A controller's instruction and the brand to write with; `received_at` is local, `evidence` an id or empty."""

    dataset: Line
    what: Text
    by: Line
    way: Line
    received_at: Line
    evidence: Line = ""
    name: Line
    contact_name: Line
    contact_email: Line
    contact_phone: Line = ""
    address: Line = ""
    colour: Line = ""
