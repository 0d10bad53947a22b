"""Nobody's people are written to but on their controller's instruction, whatever the notice and the list are called."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from incident.customer_figures import Figures, customer_values
from incident.errors import Refused
from incident.facts import unknown_sheet
from incident.grounds import Case, grounds_digest
from incident.models.people import Customer, Notice, Person
from incident.models.releasing import CustomerShare
from incident.notice_kinds import KINDS, NoticeKind
from incident.phrases import load_phrases
from incident.queries.briefs import case_for
from incident.queries.shares import own_figures, processed_dataset
from incident.roles import Role
from incident.verbs.share_lines import Share
from incident.verbs.shares import record_share
from notifications.formats import Formats
from notifications.ids import new_id
from notifications.members import NewMember
from notifications.models import Audience, Channel, Edition, Release, ReleaseState
from tests.incident.instructing import agree, draft, frozen, instruct, people
from tests.incident.notices import PROFILE, SHIPPED, Desk


def test_without_an_instruction_no_kind_of_notice_reaches_a_controllers_people(desk: Desk) -> None:
    for kind in (NoticeKind.CONTROLLER_PEOPLE, NoticeKind.IN_APP, NoticeKind.PEOPLE, NoticeKind.CHILDREN):
        for controller in ("", "acme"):
            edition = frozen(desk, draft(desk, kind, controller))
            with pytest.raises(Refused, match=r"another party|No instruction of acme"):
                desk.request(edition, people(desk, controller=controller, channel=Channel(KINDS[kind].channel)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_published_is_sent_to_nobody(desk: Desk) -> None:
    agree(desk, instruct(desk), frozen(desk, draft(desk)))
    edition = frozen(desk, draft(desk, NoticeKind.ANNOUNCEMENT, ""))
    for audience in (people(desk), people(desk, controller=""), desk.users(), desk.users(2, Channel.IN_APP)):
        with pytest.raises(Refused, match="sent to no audience"):
            desk.request(edition, audience)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_text_goes_only_to_an_audience_of_the_channel_it_is_written_for(desk: Desk) -> None:
    mail, in_app = frozen(desk, desk.start(NoticeKind.PEOPLE)), frozen(desk, desk.start(NoticeKind.IN_APP))
    for edition, channel in ((mail, Channel.IN_APP), (in_app, Channel.EMAIL)):
        with pytest.raises(Refused, match="told in another way"):
            desk.request(edition, desk.users(2, channel))
    asked = desk.request(mail, desk.users())
    forged = update(Audience).where(col(Audience.id) == asked.audience_id).values(channel=Channel.IN_APP)
    desk.case.store.write(lambda session: session.exec(forged))
    with pytest.raises(Refused, match="told in another way"):
        desk.approve(asked)


def test_people_who_are_not_the_controllers_are_not_written_to(desk: Desk) -> None:
    row, edition = instruct(desk), frozen(desk, draft(desk))
    agree(desk, row, edition)
    with pytest.raises(Refused, match="1 of the audience is not of the account acme"):
        desk.request(edition, people(desk, ("acme", "blue")))
    with pytest.raises(Refused, match="its audience is another's"):
        desk.request(edition, people(desk, controller=""))

    def at_blue(session: Session) -> None:
        owner = session.exec(select(Customer.id).where(col(Customer.host_id) == "blue")).one()
        session.add(Person(id=new_id(), host_id="p2", customer_id=owner, updated_at=desk.case.clock.now()))

    desk.case.store.write(at_blue)
    with pytest.raises(Refused, match="belongs to somebody else than acme in the register"):
        desk.request(edition, people(desk))


def test_a_notice_in_a_controllers_name_about_our_own_data_is_refused(desk: Desk) -> None:
    instruct(desk)
    notice = draft(desk)
    nothing = grounds_digest(Case(unknown_sheet()), [])
    forged = update(Notice).where(col(Notice.id) == notice.id)
    values = {"dataset": "accounts", "rests_on": [], "facts_digest": nothing}
    desk.case.store.write(lambda session: session.exec(forged.values(**values)))
    edition = frozen(desk, desk.case.look(lambda s: s.get_one(Notice, notice.id)))
    with pytest.raises(Refused, match="write to the people in our own name"):
        desk.request(edition, people(desk))


def test_our_own_notice_does_not_go_to_an_audience_that_is_a_controllers(desk: Desk) -> None:
    edition = frozen(desk, desk.start(NoticeKind.PEOPLE))
    with pytest.raises(Refused, match="in another's name"):
        desk.request(edition, people(desk))


def test_a_list_of_people_does_not_go_out_under_a_notice_to_customers_or_the_press(desk: Desk) -> None:
    edition = frozen(desk, desk.start(NoticeKind.CUSTOMER))
    for audience in (people(desk, controller=""), people(desk, ("",), "")):
        with pytest.raises(Refused, match=r"no registered contacts? of an affected customer"):
            desk.request(edition, audience)
    press = frozen(desk, draft(desk, NoticeKind.MEDIA, ""))
    with pytest.raises(Refused, match="People of customers are in this audience"):
        desk.request(press, people(desk, controller=""))
    assert desk.request(press, people(desk, ("",), "")).state is ReleaseState.REQUESTED


def written_for(desk: Desk, host_id: str) -> dict[str, str]:
    """What the registers would have a notice say to this customer in English."""

    def own(session: Session) -> Figures:
        case = case_for(session, desk.case.keys, desk.incident_id)
        return own_figures(session, case, desk.incident_id, processed_dataset(case.sheet))[host_id]

    return customer_values(desk.case.look(own), Formats("en", PROFILE.zone), load_phrases([SHIPPED], "en"))


def test_an_imported_audience_of_customers_tells_each_its_own_and_nobody_elses(desk: Desk) -> None:
    now = desk.case.clock.now()
    for name, number, logs in (("acme", 57, "complete"), ("blue", 31, "absent")):
        begin, end = now - timedelta(hours=number), now - timedelta(days=1)
        share = Share(name, number, {"FR-75": number - 7, "AT": 7}, (f"mail_{name}",), begin, end, logs)
        desk.case.act(Role.RESPONDER, record_share, desk.incident_id, share)
    edition = frozen(desk, desk.start(NoticeKind.CUSTOMER))
    gathered, others = (written_for(desk, name) for name in ("acme", "blue"))
    assert set(gathered) == {"customer", "people_count", "countries", "fields", "exposure", "logs"}

    def asked(values: dict[str, str]) -> Release:
        member = NewMember("acme:shared-consultant", "privacy@acme.example", "acme", values=values)
        return desk.request(edition, desk.audience(Channel.EMAIL, [member]))

    for changed, said in (
        ({"people_count": "1 204"}, "as people_count is not recorded or counted for it"),
        ({"countries": "Austria (9)"}, "as countries is not recorded or counted for it"),
        ({"customer": "Blue"}, "is another's name"),
        ({"fields": "mail, as at Blue"}, "as fields names Blue"),
        ({"fields": "passport scans"}, "as fields is not recorded"),
        *(({name: others[name]}, f"as {name} is not recorded") for name in gathered if name != "customer"),
    ):
        with pytest.raises(Refused, match=said):
            asked({**gathered, **changed})
    assert asked(gathered).state is ReleaseState.REQUESTED
    assert asked({**gathered, "name": "Ada Roth"}).state is ReleaseState.REQUESTED
    assert asked({}).state is ReleaseState.REQUESTED
    approvable = asked(gathered)
    forged = update(CustomerShare).values(people=58)
    desk.case.store.write(lambda session: session.exec(forged))
    with pytest.raises(Refused, match="not recorded or counted"):
        desk.approve(approvable)


def test_facts_that_make_people_anothers_void_the_release_to_them(desk: Desk) -> None:
    asked = desk.request(frozen(desk, desk.start(NoticeKind.PEOPLE)), desk.users())
    nothing = {"rests_on": [], "facts_digest": grounds_digest(Case(unknown_sheet()), [])}  # no fact voids it
    desk.case.store.write(lambda s: s.exec(update(Edition).values(**nothing)))
    desk.case.store.write(lambda s: s.exec(update(Release).values(facts_digest=nothing["facts_digest"])))
    ours = {**desk.facts["datasets"][0], "role": "processor", "controllers": ["acme"]}
    desk.save({**desk.facts, "datasets": [ours, desk.facts["datasets"][1]]})
    after = desk.release(asked.id)
    assert after.state is ReleaseState.VOID
    assert after.reason.startswith("The controller of these people is another party")
