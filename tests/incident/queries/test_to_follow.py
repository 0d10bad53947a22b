"""What an authority was told is to follow: known from the filing as submitted, gone with the filing that tells it."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from incident.models.incidents import Incident
from incident.models.law import Filing, Obligation
from incident.notice_texts import write_filing
from incident.queries.briefs import filing_brief
from incident.queries.to_follow import ToFollow, all_to_follow, to_follow, with_answers
from incident.roles import Role
from incident.verbs.act import Act
from incident.verbs.anchors import Moment, decide_awareness
from incident.verbs.filings import Submission, edit_filing, keep_filing, open_filing, record_submission
from tests.incident.notices import FACTS, TEMPLATES, Desk

AUTHORITY = "Berlin Commissioner for Data Protection"
FURTHER = "gdpr-33-3-supplement"
LEFT = {"recipients", "logs", "aware"}  # nobody knows who has the data, how far logs reach, when we became aware


def owed(desk: Desk) -> Obligation:
    return next(row for row in desk.case.obligations().values() if row.duty == "eu-gdpr-33-1-sa")


def drafted(desk: Desk, form: str = "gdpr-33-3", locale: str = "en") -> Filing:
    actor, duty = desk.case.people[Role.PRIVACY_OFFICER], owed(desk)
    brief = desk.case.look(lambda s: filing_brief(s, desk.case.keys, actor, duty.id, desk.authoring(), form))
    written = write_filing(TEMPLATES, form, brief, locale)
    return desk.case.act(Role.PRIVACY_OFFICER, keep_filing, duty.id, form, brief, written)


def submitted(desk: Desk, filing: Filing, minutes_ago: int = 0) -> Filing:
    said = Submission(AUTHORITY, "portal", desk.case.clock.now() - timedelta(minutes=minutes_ago))
    return desk.case.act(Role.PRIVACY_OFFICER, record_submission, filing.id, said, desk.case.organisation)


def waits(desk: Desk) -> tuple[ToFollow, ...]:
    """As the pages of the incident read it, with what the facts answer."""

    def read(session: Session) -> tuple[ToFollow, ...]:
        found = to_follow(session, desk.case.obligations().values())
        incident = session.get_one(Incident, desk.incident_id)
        return with_answers(session, desk.case.keys, [incident], found)

    return desk.case.look(read)


def saved(desk: Desk, **exposure: object) -> None:
    facts = deepcopy(FACTS)
    facts["datasets"][0]["exposure"].update(exposure)
    desk.save(facts)


@pytest.mark.parametrize("locale", ["en", "de", "pl"])
def test_what_a_submitted_filing_left_open_is_to_follow_since_then(desk: Desk, locale: str) -> None:
    filing = drafted(desk, locale=locale)
    assert waits(desk) == ()  # a draft promises nothing
    submitted(desk, filing, minutes_ago=30)
    (one,) = waits(desk)
    assert (one.to, set(one.points), one.answered) == (AUTHORITY, LEFT, frozenset())
    assert set(one.points.values()) == {desk.case.clock.now() - timedelta(minutes=30)}


def test_what_the_facts_answer_by_now_is_told_apart(desk: Desk) -> None:
    submitted(desk, drafted(desk))
    saved(desk, recipients="public")
    (one,) = waits(desk)
    assert (set(one.points), set(one.answered)) == (LEFT, {"recipients"})


def test_a_further_filing_takes_away_what_it_tells_and_keeps_since_when_the_rest_waits(desk: Desk) -> None:
    first = submitted(desk, drafted(desk), minutes_ago=30)
    saved(desk, recipients="public")
    further = drafted(desk, FURTHER)
    (before,) = waits(desk)
    assert (set(before.points), before.draft) == (LEFT, further.id)
    submitted(desk, further)
    (one,) = waits(desk)
    assert one.points == dict.fromkeys(("logs", "aware"), first.submitted_at)
    assert one.draft is None


@pytest.mark.parametrize("form", [FURTHER, "gdpr-33-3-final"])
def test_nothing_is_to_follow_once_everything_is_told_or_a_filing_is_the_last(desk: Desk, form: str) -> None:
    submitted(desk, drafted(desk), minutes_ago=30)
    if form == FURTHER:
        saved(desk, recipients="public", logs={"exist": True, "complete": True})
        known = Moment(desk.case.clock.now() - timedelta(hours=1), "Listed from outside.")
        version = desk.case.look(lambda session: session.get_one(Incident, desk.incident_id).version)
        desk.case.act(Role.DECIDER, decide_awareness, desk.incident_id, version, desk.case.organisation, known)
    submitted(desk, drafted(desk, form))
    assert waits(desk) == ()


def test_a_point_whose_words_a_person_took_out_of_the_text_was_not_announced(desk: Desk) -> None:
    filing, actor = drafted(desk), desk.case.people[Role.PRIVACY_OFFICER]
    text = desk.case.look(lambda s: open_filing(Act(s, desk.case.keys, actor, desk.case.clock.now()), filing))
    told = text.text.replace("who obtained the data", "").replace("whether our access logs", "whether our\naccess logs")
    desk.case.act(Role.PRIVACY_OFFICER, edit_filing, filing.id, replace(text, text=told))
    submitted(desk, filing)
    (one,) = waits(desk)
    assert set(one.points) == {"logs", "aware"}  # also where the words stand on two lines


def test_duties_of_other_laws_have_steps_of_their_own_and_are_left_alone(desk: Desk) -> None:
    submitted(desk, drafted(desk))
    duty = owed(desk)
    duty.rule = {**duty.rule, "regime": "nis2"}
    assert desk.case.look(lambda session: to_follow(session, [duty])) == ()


def test_over_all_incidents_it_is_what_runs_and_what_one_may_see(desk: Desk) -> None:
    submitted(desk, drafted(desk))
    saved(desk, recipients="public")
    case, officer = desk.case, desk.case.people[Role.PRIVACY_OFFICER]
    ((one, incident),) = case.look(lambda session: all_to_follow(session, case.keys, officer))
    assert (incident.id, set(one.points), set(one.answered)) == (desk.incident_id, LEFT, {"recipients"})

    def change(**values: str) -> None:
        def work(session: Session) -> None:
            row = session.exec(select(Incident)).one()
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

        case.store.write(work)

    change(visibility="sealed")
    assert case.look(lambda session: all_to_follow(session, case.keys, officer)) == ()
    change(visibility="open", phase="closed")
    assert case.look(lambda session: all_to_follow(session, case.keys, officer)) == ()
