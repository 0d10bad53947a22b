"""A controller's instruction is recorded, withdrawn and answered by its yes to one text; what goes out rests on it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from incident.drafting import Profile
from incident.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from incident.models.releasing import Instruction
from incident.notice_kinds import NoticeKind
from incident.queries.instructions import (
    Details,
    find_instruction,
    ledger_page,
    profile_of_controller,
    read_instructions,
)
from incident.roles import Role
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.instructions import (
    record_ledger_taken,
    withdraw_instruction,
)
from incident.verbs.releases import resume_release, stop_release
from incident.verbs.settling import settle_release
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Edition, ReleaseState
from tests.incident.instructing import BRAND, DETAILS, agree, draft, frozen, instruct, lines, people, sending
from tests.incident.notices import Desk


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


def test_a_withdrawn_instruction_voids_what_has_not_gone_and_holds_for_nothing_more(desk: Desk) -> None:
    row, release = sending(desk)
    desk.accept(release, lambda one: one.person == "p2")
    waiting = desk.request(frozen(desk, draft(desk, NoticeKind.IN_APP)), people(desk, channel=Channel.IN_APP))
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
