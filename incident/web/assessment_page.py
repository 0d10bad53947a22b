"""The page of the assessment put together: the question, the effect of the draft, the verdicts and the records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from incident.errors import Fault
from incident.facts import FactSheet, sheet_document
from incident.hints import taken
from incident.organisation import organisation_of
from incident.queries.audience_fit import recipients_of
from incident.queries.circumstances import assessed_here
from incident.queries.decisions import read_advice, read_decisions
from incident.queries.draft_effects import Foreseen, foresee
from incident.queries.facts import SavedFacts, draft_of, passed_of, read_facts, seen_digest
from incident.queries.hints import Hints
from incident.queries.incident import IncidentPage
from incident.queries.open_questions import Outlook, read_outlook, value_at
from incident.queries.people import people_who_may
from incident.queries.scores import read_overrides
from incident.roles import Action
from incident.web.assessment_draft import answer_seen, has_place, sheet_of
from incident.web.assessment_effect import effect_view
from incident.web.assessment_questions import Interview, Place
from incident.web.assessment_verdicts import AUTHORITY, SUBJECTS, Record, dataset_verdicts
from incident.web.customer_choices import offered, register_for
from incident.web.duty_questions import inquiry_of
from incident.web.fact_races import called_in
from incident.web.frame import Desk
from incident.web.hints import Offers
from incident.web.rulings import first_day, usual_day
from incident.web.views import AssessmentView, DatasetVerdict, Problem, QuestionView, ToldBefore
from notifications.wording import worded_list

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for: a question by name (None: the next one), an answer that is only tried, what is wrong with it.

    `back` is the question before. `saved`: a version was just made. `problems`: why it was not. `hints` are what alerts
    suggest, None where they cannot be read; `take` is the key of the one whose value is put into the field. `seen` is
    the answer the asker saw, where that was on an earlier page.
    """

    place: Place | None
    value: object = None
    tried: Document | None = None
    faults: tuple[Fault, ...] = ()
    back: Place | None = None
    saved: bool = False
    problems: tuple[Fault, ...] = ()
    hints: Hints | None = None
    take: str = ""
    seen: str = ""


def page_values(desk: Desk, session: Session, page: IncidentPage, asking: Asking) -> dict[str, object]:
    """Everything the template is given."""
    here, now = page.incident.id, desk.edge.clock.now()
    saved = read_facts(session, desk.edge.keys, desk.actor, here)
    may_answer = desk.may(Action.FACTS)
    document = draft_of(session, desk.edge.keys, desk.actor, here) if may_answer else sheet_document(saved.sheet)
    draft, faults = sheet_of(document)
    tried = sheet_of(asking.tried)[0] if asking.tried else None
    foreseen, outlook, current = _outlooks(desk, session, page, saved, tried or draft or saved.sheet)
    case = f"/incidents/{page.incident.codename}"
    interview = Interview(outlook, passed_of(document), case)
    view = AssessmentView(
        version=saved.number,
        draft=draft != saved.sheet,
        question=_offered(desk, session, _question(interview, asking, draft or saved.sheet, document))
        if may_answer
        else None,
        draft_digest=seen_digest(saved.number, document),
        open=interview.lines(),
        answered=interview.answered(saved.sheet, called_in(desk, session, sheet_document(interview.outlook.sheet))),
        effect=effect_view(foreseen, saved.sheet, previewed=tried is not None) if foreseen else None,
        datasets=_verdicts(desk, session, page, current, case) if saved.number else (),
        passed=len(interview.passed),
        saved=asking.saved,
        problems=tuple(Problem(one.field, one.message, one.mend) for one in asking.problems or faults),
    )
    deciders = worded_list(name for _, name in people_who_may(session, here, Action.DECIDE))
    return {"view": view, "deciders": deciders, "look_again": usual_day(now), "tomorrow": first_day(now, desk.zone)}


def _outlooks(
    desk: Desk, session: Session, page: IncidentPage, saved: SavedFacts, sheet: FactSheet
) -> tuple[Foreseen | None, Outlook, Outlook]:
    """What the draft would change, what it leaves open, and what the saved facts do."""
    inquiry = inquiry_of(desk, session, page)
    if sheet == saved.sheet:
        outlook = read_outlook(inquiry, desk.actor)
        return None, outlook, outlook
    foreseen = foresee(inquiry, desk.actor, saved.sheet, sheet)
    return foreseen, foreseen.outlook, foreseen.now


def _question(interview: Interview, asking: Asking, sheet: FactSheet, document: Document) -> QuestionView | None:
    """The question that is named, else the next one; none where a version was just saved."""
    named = asking.place if asking.place and has_place(sheet_document(sheet), *asking.place) else None
    place = named or (None if asking.saved else interview.next())
    if place is None:
        return None
    answer = value_at(sheet, *place)
    offers = Offers(asking.hints or Hints(), sheet_document(sheet))
    shown = asking.value if asking.value is not None else answer
    if asking.take:
        shown = taken(offers.find(asking.take, place.path).value, answer)
    view = interview.question(place, shown, asking.faults, asking.back)
    hints = offers.at(place.path, place.path, answer)
    return replace(view, hints=hints, took=asking.take, seen=asking.seen or answer_seen(document, *place))


def _offered(desk: Desk, session: Session, question: QuestionView | None) -> QuestionView | None:
    """The question with the register of customers to choose from where it asks whose data it is."""
    if question is None or question.path != "controllers":
        return question
    return replace(question, field=offered(question.field, register_for(desk, session)))


def _told(session: Session, page: IncidentPage) -> dict[tuple[str, str], ToldBefore]:
    """Who was told already, by kind of addressee and data set: the first time, as the duties have it."""
    met = [line.obligation for line in page.duties if line.obligation.addressee_kind in (AUTHORITY, SUBJECTS)]
    number = recipients_of(session, met)
    found: dict[tuple[str, str], ToldBefore] = {}
    for row in sorted((row for row in met if row.met_at), key=lambda row: row.met_at or page.incident.opened_at):
        told = ToldBefore(row.met_at or page.incident.opened_at, number.get(row.met_by))
        for dataset in row.datasets:
            found.setdefault((row.addressee_kind, dataset), told)
    return found


def _verdicts(
    desk: Desk, session: Session, page: IncidentPage, outlook: Outlook, case: str
) -> tuple[DatasetVerdict, ...]:
    here, keys, actor = page.incident.id, desk.edge.keys, desk.actor
    record = Record(
        read_advice(session, keys, actor, here),
        read_decisions(session, keys, actor, here),
        read_overrides(session, keys, actor, here),
        _told(session, page),
    )
    assessed = assessed_here(outlook.sheet, organisation_of(desk.edge.settings))
    return dataset_verdicts(outlook, assessed, record, case)
