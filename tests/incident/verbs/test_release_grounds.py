"""What a release rests on beside facts: what a data set is called, the duty it is for, each customer's figures."""

from copy import deepcopy
from typing import Any

import pytest
from sqlmodel import Session, col, select

from incident.customer_figures import Figures
from incident.grounds import DUTY, grounds_digest
from incident.models.people import Customer, Notice, Person
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.queries.briefs import case_for
from incident.queries.shares import own_figures, processed_dataset
from incident.roles import Role
from incident.verbs.decisions import Ruling, decide
from incident.verbs.releases import resume_release, stop_release
from incident.verbs.share_lines import Share
from incident.verbs.shares import record_share
from notifications.audience import NewMember
from notifications.ids import new_id
from notifications.models import Channel, Release, ReleaseState
from tests.incident.instructing import frozen
from tests.incident.notices import FACTS, TEMPLATES, Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAPER = NewMember("n1", "desk@news.example")


def called(title: str) -> dict[str, Any]:
    """The facts with the second data set called so."""
    facts = deepcopy(FACTS)
    facts["datasets"][1]["title"] = title
    return facts


def test_a_data_set_called_otherwise_voids_what_prints_its_name_and_nothing_else(desk: Desk) -> None:
    printing = desk.request(frozen(desk, desk.start(NoticeKind.MEDIA)), desk.audience(Channel.EMAIL, [PAPER]))
    silent = desk.request(frozen(desk, desk.start(NoticeKind.PEOPLE)), desk.users(1))
    desk.save(called("Health records of patients"))
    after = desk.release(printing.id)
    assert (after.state, after.reason) == (ReleaseState.VOID, "It rests on facts that changed: lists/title")
    desk.save({**called("Health records of patients"), "datasets": [{**FACTS["datasets"][0], "title": "Users"}]})
    assert desk.release(silent.id).state is ReleaseState.REQUESTED


@pytest.mark.parametrize("kind", [NoticeKind.CUSTOMER, NoticeKind.MEDIA, NoticeKind.MARKET, NoticeKind.ANNOUNCEMENT])
def test_what_somebody_called_a_data_set_is_not_straight_from_the_templates(desk: Desk, kind: NoticeKind) -> None:
    assert write_notice(TEMPLATES, kind, desk.brief(kind), ["en"]).template_digest == ""
    assert write_notice(TEMPLATES, NoticeKind.PEOPLE, desk.brief(NoticeKind.PEOPLE), ["en"]).template_digest
    facts = deepcopy(FACTS)
    for dataset in facts["datasets"]:
        del dataset["title"]
    desk.save(facts)
    assert write_notice(TEMPLATES, kind, desk.brief(kind), ["en"]).template_digest


def both_ours() -> dict[str, Any]:
    """The facts with two data sets of ours, of which each makes it a duty to tell people."""
    facts = deepcopy(FACTS)
    lost = {"categories": ["name", "health", "credentials_plain"], "per_person": "full_file"}
    facts["datasets"][1] = {**facts["datasets"][0], "id": "records", "title": "Records", "data": lost}
    facts["datasets"][0]["data"] = {"categories": ["name", "email_address", "credentials_plain"]}
    return facts


def test_a_finding_on_one_data_set_voids_what_is_about_it_while_another_keeps_the_duty(desk: Desk) -> None:
    desk.save(both_ours())
    notices = {name: desk.start(NoticeKind.PEOPLE, name) for name in ("accounts", "records")}
    open_releases = {name: desk.request(frozen(desk, notice), desk.users(1)) for name, notice in notices.items()}
    ruling = Ruling("risk:accounts", "unlikely", "The file was recovered unopened.")
    desk.case.act(Role.DECIDER, decide, desk.incident_id, desk.case.version(), desk.case.organisation, ruling)
    after = {name: desk.release(release.id) for name, release in open_releases.items()}
    assert (after["accounts"].state, after["records"].state) == (ReleaseState.VOID, ReleaseState.REQUESTED)
    assert after["accounts"].reason == "It rests on facts that changed: duty:eu-gdpr-34-1-subjects/accounts"


def test_an_edition_of_an_earlier_version_rests_on_the_duty_of_the_whole_incident(desk: Desk) -> None:
    desk.save(both_ours())
    notice = desk.start(NoticeKind.PEOPLE, "accounts")

    def as_before(session: Session) -> None:
        row = session.get_one(Notice, notice.id)
        row.rests_on = [path.removesuffix("/accounts") if path.startswith(DUTY) else path for path in row.rests_on]
        row.facts_digest = grounds_digest(case_for(session, desk.case.keys, desk.incident_id), row.rests_on)
        session.add(row)

    desk.case.store.write(as_before)
    release = desk.request(frozen(desk, notice), desk.users(1))
    assert [path for path in desk.view(notice).notice.rests_on if path.startswith(DUTY)] == [
        "duty:eu-gdpr-34-1-subjects"
    ]
    for name, state in (("accounts", ReleaseState.REQUESTED), ("records", ReleaseState.VOID)):
        ruling = Ruling(f"risk:{name}", "unlikely", "The file was recovered unopened.")
        desk.case.act(Role.DECIDER, decide, desk.incident_id, desk.case.version(), desk.case.organisation, ruling)
        assert desk.release(release.id).state is state


def counted(desk: Desk) -> Release:
    """A release to both customers that is being sent, with as many people as the register counts for each."""
    facts = deepcopy(FACTS)
    facts["datasets"][1]["people"]["count"] = 3
    desk.save(facts)

    def add(session: Session) -> None:
        customers = session.exec(select(Customer).order_by(col(Customer.host_id))).all()
        for number, owner in enumerate((*customers, customers[0])):
            at = desk.case.clock.now()
            session.add(Person(id=new_id(), host_id=f"p{number}", customer_id=owner.id, region="DE", updated_at=at))

    desk.case.store.write(add)

    def own(session: Session) -> dict[str, Figures]:
        case = case_for(session, desk.case.keys, desk.incident_id)
        return own_figures(session, case, desk.incident_id, processed_dataset(case.sheet))

    figures = desk.case.look(own)
    assert {name: one.people for name, one in figures.items()} == {"acme": 2, "blue": 1}
    audience = desk.customers({})
    return desk.approve(desk.request(frozen(desk, desk.start(NoticeKind.CUSTOMER)), audience))


def test_a_count_that_no_longer_holds_stops_the_mails_that_tell_it(desk: Desk) -> None:
    release = counted(desk)
    desk.accept(release, lambda row: row.account == "acme")
    facts = deepcopy(FACTS)
    facts["datasets"][1]["people"]["count"] = 90000
    desk.save(facts)
    after = desk.release(release.id)
    assert after.state is ReleaseState.VOID
    assert "What the audience tells blue as countries is not recorded or counted for it" in after.reason
    assert {row.account: row.state.value for row in desk.deliveries(release)} == {
        "acme": "accepted",
        "blue": "cancelled",
    }


def test_who_has_its_figures_already_stops_nobody_elses(desk: Desk) -> None:
    release = counted(desk)
    desk.accept(release, lambda row: row.account == "acme")
    desk.case.act(Role.RESPONDER, record_share, desk.incident_id, Share("acme", 7))
    facts = deepcopy(FACTS)
    facts["datasets"][1]["people"]["count"] = 3
    facts["datasets"][0]["people"]["count"] = 2500
    desk.save(facts)
    assert desk.release(release.id).state is ReleaseState.APPROVED
    desk.case.act(Role.RESPONDER, stop_release, release.id, "a look at the relay")
    assert desk.case.act(Role.APPROVER, resume_release, release.id).state is ReleaseState.APPROVED
