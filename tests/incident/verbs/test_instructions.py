"""A controller's people are written to on its recorded instruction, in its name, with its yes, and on no other way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select, update

from incident.drafting import Profile
from incident.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from incident.facts import unknown_sheet
from incident.grounds import Case, grounds_digest
from incident.models.people import Customer, Notice, Person
from incident.models.releasing import CustomerShare, Instruction
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import write_notice
from incident.queries.instructions import (
    Brand,
    Details,
    find_instruction,
    ledger_page,
    profile_of_controller,
    read_instructions,
)
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.audiences import Importer, open_audience
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.instructions import (
    NewInstruction,
    NewYes,
    record_instruction,
    record_ledger_taken,
    record_yes,
    withdraw_instruction,
)
from incident.verbs.notices import Origin, freeze_notice, start_notice
from incident.verbs.releases import resume_release, stop_release
from incident.verbs.settling import settle_release
from incident.verbs.share_lines import Share
from incident.verbs.shares import record_share
from notifications.ids import new_id
from notifications.members import NewMember
from notifications.models import Audience, Channel, Delivery, DeliveryState, Edition, Release, ReleaseState
from tests.incident.conftest import LawCase
from tests.incident.notices import TEMPLATES, Desk, prepare

BRAND = Brand("Acme Industries", "Ada Roth", "Privacy@acme.example", "+49 30 5550", "Am Kai 3, Kiel", "#1F5F8B")
DETAILS = Details("Write to our people as in your draft of today.", "Ada Roth, DPO", "mail", BRAND)


@pytest.fixture
def desk(case: LawCase) -> Desk:
    return prepare(case)


def new(desk: Desk, **changed: Any) -> NewInstruction:
    usual = NewInstruction("lists", "acme", DETAILS, desk.case.clock.now() - timedelta(minutes=30))
    return replace(usual, **changed)


def instruct(desk: Desk, role: Role = Role.PRIVACY_OFFICER, **changed: Any) -> Instruction:
    return desk.case.act(role, record_instruction, desk.incident_id, new(desk, **changed))


def draft(desk: Desk, kind: NoticeKind = NoticeKind.CONTROLLER_PEOPLE, controller: str = "acme") -> Notice:
    """A notice in the controller's name, as `incident.writing` begins it."""
    brief = desk.brief(kind, "lists")
    origin = Origin(controller)
    written = write_notice(TEMPLATES, kind, brief, ("en",))
    return desk.case.act(Role.PRIVACY_OFFICER, start_notice, desk.incident_id, kind, brief, written, origin)


def frozen(desk: Desk, notice: Notice) -> Edition:
    """The notice as an edition, whatever the checks of its text say: they are tested elsewhere."""
    return desk.case.act(Role.PRIVACY_OFFICER, freeze_notice, notice.id, Checked(notice.version, ()))


def people(desk: Desk, accounts: tuple[str, ...] = ("acme", "acme"), controller: str = "acme") -> Audience:
    case = desk.case
    audience = case.act(
        Role.PRIVACY_OFFICER, open_audience, desk.incident_id, "people", Channel.EMAIL, controller=controller
    )
    members = [
        (at, NewMember(f"p{at}", f"p{at}@people.example", account, values={"name": f"Person {at}"}))
        for at, account in enumerate(accounts, 2)
    ]
    Importer(case.store, case.keys, case.people[Role.PRIVACY_OFFICER], case.clock).fill(
        desk.incident_id, audience.id, members
    )
    return audience


def agree(desk: Desk, row: Instruction, edition: Edition, **changed: Any) -> Instruction:
    said = replace(NewYes(edition.id, edition.digest, "Ada Roth", "mail"), **changed)
    return desk.case.act(Role.PRIVACY_OFFICER, record_yes, row.id, said)


def lines(desk: Desk, action: str) -> list[str]:
    actor = desk.case.people[Role.AUDITOR]
    found = desk.case.look(lambda s: read_timeline(s, desk.case.keys, actor, desk.incident_id, limit=200))
    return [line.text for line in reversed(found) if line.action == action]


def sending(desk: Desk) -> tuple[Instruction, Release]:
    """An instruction, and an approved release of an edition the controller said yes to."""
    row, edition = instruct(desk), frozen(desk, draft(desk))
    agree(desk, row, edition)
    return row, desk.approve(desk.request(edition, people(desk)))


def test_an_instruction_is_kept_sealed_and_opened_with_its_brand(desk: Desk) -> None:
    kept = desk.case.act(
        Role.PRIVACY_OFFICER, keep_evidence, desk.incident_id, Finding("instruction.eml", b"please write")
    )
    row = instruct(desk, evidence_id=kept.id)
    assert b"Ada" not in row.details_sealed
    (found,) = desk.case.look(
        lambda s: read_instructions(s, desk.case.keys, desk.case.people[Role.AUDITOR], desk.incident_id)
    )
    assert found.is_live
    assert found.details == replace(
        DETAILS, brand=replace(BRAND, contact_email="Privacy@acme.example", colour="#1f5f8b")
    )
    assert found.row.evidence_id == kept.id
    assert profile_of_controller(found, "Europe/Berlin") == Profile(
        "Acme Industries",
        "Acme Industries",
        "Ada Roth",
        "Privacy@acme.example",
        "+49 30 5550",
        "Am Kai 3, Kiel",
        "Europe/Berlin",
        "#1f5f8b",
    )
    assert lines(desk, "instruction.recorded") == [
        "Acme instructs us to write to its people (data set lists), by mail."
    ]


def test_what_cannot_be_an_instruction_is_refused_by_field(desk: Desk) -> None:
    def brand(**said: str) -> Details:
        return replace(DETAILS, brand=replace(BRAND, **said))

    cases: list[tuple[dict[str, Any], str]] = [
        ({"dataset": "accounts"}, "dataset"),
        ({"controller": "nobody"}, "controller"),
        ({"received_at": desk.case.clock.now() + timedelta(minutes=1)}, "received_at"),
        ({"evidence_id": new_id()}, "evidence"),
        ({"details": replace(DETAILS, what=" ")}, "what"),
        ({"details": replace(DETAILS, by="")}, "by"),
        ({"details": replace(DETAILS, way="rumour")}, "way"),
        ({"details": brand(name="")}, "name"),
        ({"details": brand(name="{{ greeting }}")}, "name"),
        ({"details": brand(contact_email="nobody")}, "contact_email"),
        ({"details": brand(colour="blue")}, "colour"),
    ]
    for changed, field in cases:
        with pytest.raises(Invalid) as refused:
            instruct(desk, **changed)
        assert {fault.field for fault in refused.value.faults} == {field}, changed
    with pytest.raises(Forbidden):
        instruct(desk, Role.COMMANDER)
    instruct(desk)
    with pytest.raises(Conflict, match="withdraw it"):
        instruct(desk)
    assert instruct(desk, controller="blue").controller == "blue"


def test_without_an_instruction_no_kind_of_notice_reaches_a_controllers_people(desk: Desk) -> None:
    for kind in (NoticeKind.CONTROLLER_PEOPLE, NoticeKind.IN_APP, NoticeKind.PEOPLE, NoticeKind.CHILDREN):
        for controller in ("", "acme"):
            edition = frozen(desk, draft(desk, kind, controller))
            with pytest.raises(Refused, match=r"another party|No instruction of acme"):
                desk.request(edition, people(desk, controller=controller))


def test_with_instruction_and_yes_it_is_asked_for_and_approved(desk: Desk) -> None:
    row, edition = instruct(desk), frozen(desk, draft(desk))
    asked = desk.request(edition, people(desk))
    with pytest.raises(Refused, match="acme has not said yes to this text"):
        desk.approve(asked)
    agree(desk, row, edition)
    assert desk.approve(asked).state is ReleaseState.APPROVED
    assert len(desk.deliveries(asked)) == 2
    assert lines(desk, "instruction.approved") == [
        f"Acme said yes to edition 1, {edition.digest[:12]}, by mail (Ada Roth)."
    ]


def test_a_yes_is_to_one_text_and_no_other(desk: Desk) -> None:
    row = instruct(desk)
    notice = draft(desk)
    first = frozen(desk, notice)
    with pytest.raises(Conflict, match="not the one the controller was shown"):
        agree(desk, row, first, digest="0" * 64)
    agree(desk, row, first)
    second = frozen(desk, draft(desk, NoticeKind.GENERIC))
    asked = desk.request(second, people(desk))
    with pytest.raises(Refused, match="has not said yes"):
        desk.approve(asked)
    ours = frozen(desk, desk.start(NoticeKind.PEOPLE))
    for wrong, field in ((ours, "edition"), (frozen(desk, draft(desk, controller="blue")), "edition")):
        with pytest.raises(Invalid, match=field):
            agree(desk, row, wrong)
    with pytest.raises(Invalid, match="by"):
        agree(desk, row, second, by=" ")
    with pytest.raises(Invalid, match="way"):
        agree(desk, row, second, way="guess")


def test_people_who_are_not_the_controllers_are_not_written_to(desk: Desk) -> None:
    row, edition = instruct(desk), frozen(desk, draft(desk))
    agree(desk, row, edition)
    with pytest.raises(Refused, match="1 of the audience are not of the account acme"):
        desk.request(edition, people(desk, ("acme", "blue")))
    with pytest.raises(Refused, match="its audience is another's"):
        desk.request(edition, people(desk, controller=""))

    def at_blue(session: Session) -> None:
        owner = session.exec(select(Customer.id).where(col(Customer.host_id) == "blue")).one()
        session.add(Person(id=new_id(), host_id="p2", customer_id=owner, updated_at=desk.case.clock.now()))

    desk.case.store.write(at_blue)
    with pytest.raises(Refused, match="belong to somebody else than acme in the register"):
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
        with pytest.raises(Refused, match="no registered contacts of an affected customer"):
            desk.request(edition, audience)
    press = frozen(desk, draft(desk, NoticeKind.MEDIA, ""))
    with pytest.raises(Refused, match="People of customers are in this audience"):
        desk.request(press, people(desk, controller=""))
    assert desk.request(press, people(desk, ("",), "")).state is ReleaseState.REQUESTED


def test_an_imported_audience_of_customers_tells_each_its_own_and_nobody_elses(desk: Desk) -> None:
    share = Share("acme", 57, {"FR-75": 50, "AT": 7}, ("mail",))
    desk.case.act(Role.RESPONDER, record_share, desk.incident_id, share)
    edition = frozen(desk, desk.start(NoticeKind.CUSTOMER))
    gathered = {"customer": "Acme", "people_count": "57", "countries": "France (FR-75) (50), Austria (7)"}

    def asked(values: dict[str, str]) -> Release:
        member = NewMember("acme:shared-consultant", "privacy@acme.example", "acme", values=values)
        return desk.request(edition, desk.audience(Channel.EMAIL, [member]))

    for changed, said in (
        ({"people_count": "1 204"}, "figures that are not recorded or counted for it"),
        ({"countries": "Austria (9)"}, "figures that are not recorded or counted for it"),
        ({"customer": "Blue"}, "is another's name"),
        ({"fields": "mail, as at Blue"}, "as fields names Blue"),
    ):
        with pytest.raises(Refused, match=said):
            asked({**gathered, **changed})
    assert asked(gathered).state is ReleaseState.REQUESTED
    assert asked({}).state is ReleaseState.REQUESTED
    approvable = asked(gathered)
    forged = update(CustomerShare).values(people=58)
    desk.case.store.write(lambda session: session.exec(forged))
    with pytest.raises(Refused, match="not recorded or counted"):
        desk.approve(approvable)


def test_a_withdrawn_instruction_voids_what_has_not_gone_and_holds_for_nothing_more(desk: Desk) -> None:
    row, release = sending(desk)
    desk.accept(release, lambda one: one.person == "p2")
    waiting = desk.request(frozen(desk, draft(desk, NoticeKind.IN_APP)), people(desk))
    assert desk.case.act(Role.PRIVACY_OFFICER, withdraw_instruction, row.id, "settled otherwise") == 2
    assert {desk.release(one.id).state for one in (release, waiting)} == {ReleaseState.VOID}
    assert [one.state for one in desk.deliveries(release)] == [DeliveryState.ACCEPTED, DeliveryState.CANCELLED]
    with pytest.raises(Conflict, match="withdrawn before"):
        desk.case.act(Role.PRIVACY_OFFICER, withdraw_instruction, row.id, "again")
    with pytest.raises(Conflict, match="needs a new one"):
        agree(desk, row, desk.case.look(lambda s: s.get_one(Edition, release.edition_id)))
    with pytest.raises(Refused, match="No instruction of acme"):
        desk.request(desk.case.look(lambda s: s.get_one(Edition, release.edition_id)), people(desk))
    assert lines(desk, "instruction.withdrawn") == [
        "Acme withdrew its instruction: settled otherwise. 2 releases void."
    ]
    assert desk.case.look(lambda s: find_instruction(s, desk.case.keys, desk.incident_id, "lists", "acme")) is None
    assert instruct(desk).withdrawn_at is None


def test_a_stopped_release_goes_on_only_while_the_instruction_stands(desk: Desk) -> None:
    row, release = sending(desk)
    desk.case.act(Role.RESPONDER, stop_release, release.id, "wait")
    later = update(Instruction).where(col(Instruction.id) == row.id)
    desk.case.store.write(lambda s: s.exec(later.values(approved_digest="")))
    with pytest.raises(Refused, match="has not said yes"):
        desk.case.act(Role.APPROVER, resume_release, release.id)
    desk.case.store.write(lambda s: s.exec(later.values(approved_digest=release.edition_digest)))
    assert desk.case.act(Role.APPROVER, resume_release, release.id).state is ReleaseState.APPROVED


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


def test_such_a_release_settles_by_itself_and_names_the_controller(desk: Desk) -> None:
    _, release = sending(desk)
    desk.accept(release, lambda one: one.person == "p2")
    refused = update(Delivery).where(col(Delivery.release_id) == release.id, col(Delivery.person) == "p3")
    answer = {"reply_code": 550, "reply_enhanced": "5.1.1", "reply_text": "<p3@people.example>: no such mailbox"}
    now = desk.case.clock.now()
    desk.case.store.write(lambda s: s.exec(refused.values(state=DeliveryState.REJECTED, settled_at=now, **answer)))
    met = {key for key, row in desk.case.obligations().items() if row.met_at is not None}
    assert desk.case.act(Role.COMMANDER, settle_release, release.id)
    assert {key for key, row in desk.case.obligations().items() if row.met_at is not None} == met
    (line,) = lines(desk, "release.finished")
    assert line.startswith("Notice (controller-people) sent in the name of Acme: 1 of 2 accepted; 1 were not reached")
    rows, after = desk.case.look(lambda s: ledger_page(s, release.id, 0))
    assert [(row.person, row.channel, row.state, row.answer) for row in rows] == [
        ("p2", "email", "accepted", "250 2.0.0 queued"),
        ("p3", "email", "rejected", "550 5.1.1 …: no such mailbox"),
    ]
    assert after == 0
    assert "example" not in repr(rows)


def test_the_ledger_is_taken_by_the_privacy_officer_and_written_down(desk: Desk) -> None:
    _, release = sending(desk)
    assert desk.case.act(Role.PRIVACY_OFFICER, record_ledger_taken, release.id) == "Acme"
    assert lines(desk, "instruction.ledger_taken") == [
        "The ledger of the release in the name of Acme was downloaded for it, without addresses."
    ]
    with pytest.raises(Forbidden):
        desk.case.act(Role.COMMANDER, record_ledger_taken, release.id)
    own = desk.request(frozen(desk, desk.start(NoticeKind.PEOPLE)), desk.users())
    for other in (own.id, new_id()):
        with pytest.raises(NotFound):
            desk.case.act(Role.PRIVACY_OFFICER, record_ledger_taken, other)
