"""What we still need to know, as a page lists it: the question that unlocks most first."""

from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlencode

from sqlmodel import Session

from incident.facts.vocabulary import FIELDS, FLAG
from incident.law.duties import Duty
from incident.organisation import organisation_of
from incident.queries.circumstances import Inquiry
from incident.queries.incident import IncidentPage
from incident.queries.open_questions import OpenQuestion, Outlook
from incident.web.breach_words import cited
from incident.web.fact_questions import asked
from incident.web.frame import Desk
from incident.web.views import QuestionLine, QuestionsView
from notifications.wording import listed, worded


def inquiry_of(desk: Desk, session: Session, page: IncidentPage) -> Inquiry:
    """What a page asks of its incident at this moment, with the obligations it has read."""
    organisation, now = organisation_of(desk.edge.settings), desk.edge.clock.now()
    rows = [line.obligation for line in page.duties]
    rules = {line.obligation.id: line.duty for line in page.duties}
    return Inquiry(session, desk.edge.keys, page.incident.id, organisation, now, rows, rules)


def questions_view(outlook: Outlook, case: str) -> QuestionsView:
    """Every open question with its address on the assessment, and the laws that may not bind us at all."""
    titles = {dataset.id: dataset.name for dataset in outlook.sheet.datasets}
    laws = Counter(row.duty.law for row in outlook.unreached)
    return QuestionsView(
        tuple(question_line(one, case, titles) for one in outlook.questions),
        tuple(sorted(laws.items(), key=lambda item: item[0].casefold())),
    )


def question_line(one: OpenQuestion, case: str, titles: Mapping[str, str]) -> QuestionLine:
    """One question in words. The data set is named where there are several."""
    first = one.first
    return QuestionLine(
        href=question_href(case, one.path, one.dataset),
        path=one.path,
        ask=asked(one.path).ask,
        dataset=titles.get(one.dataset, one.dataset) if len(titles) > 1 else "",
        decides=one.decides,
        overturns=one.overturns,
        due_at=first.due_at if first else None,
        due_title=_titled(first.duty) if first else "",
        provisional=first.provisional if first else False,
        stated=one.stated,
        is_flag=one.path in FIELDS and FIELDS[one.path].shape == FLAG,
    )


def _titled(duty: Duty) -> str:
    return worded("{title} ({rule})", title=listed(duty.title), rule=listed(cited(duty.law, duty.article)))


def question_href(case: str, path: str, dataset: str) -> str:
    """Where a question is asked."""
    named = {"ask": path} | ({"dataset": dataset} if dataset else {})
    return f"{case}/assessment?{urlencode(named)}#question"
