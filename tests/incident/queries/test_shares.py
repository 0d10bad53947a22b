"""A customer's figures: what is recorded for it, else what the register counts and the facts say of the whole."""

import email
import email.policy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from incident.customer_figures import Figures
from incident.errors import Invalid
from incident.facts import read_sheet
from incident.grounds import Case
from incident.models.people import Customer, CustomerContact, Person
from incident.models.releasing import CustomerShare
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.phrases import load_phrases
from incident.queries.briefs import case_for
from incident.queries.list_links import Source, page_of
from incident.queries.recipients import contact_place, customer_members, names_of_others, person_place
from incident.queries.shares import own_figures, processed_dataset
from incident.roles import Role
from incident.verbs.share_lines import Share
from incident.verbs.shares import record_share
from notifications.formats import Formats
from notifications.ids import new_id
from notifications.members import NewMember
from notifications.message import Envelope, Head, Text
from notifications.skeleton import build_skeleton
from tests.incident.cases import OPENED
from tests.incident.notices import FACTS, MOMENTS, SHIPPED, TEMPLATES, Desk

WORDS = {"en": (load_phrases([SHIPPED], "en"), Formats("en", "UTC"))}


def figures(desk: Desk) -> dict[str, Figures]:
    def read(session: Session) -> dict[str, Figures]:
        case = case_for(session, desk.case.keys, desk.incident_id)
        return own_figures(session, case, desk.incident_id, processed_dataset(case.sheet))

    return desk.case.look(read)


def keep(desk: Desk, share: Share) -> None:
    desk.case.act(Role.RESPONDER, record_share, desk.incident_id, share)


def register(desk: Desk, session: Session, host_id: str, customer: str, region: str = "DE", name: str = "") -> None:
    identity, keys = new_id(), desk.case.keys
    owner = session.exec(select(Customer.id).where(col(Customer.host_id) == customer)).one()
    sealed: dict[str, Any] = {
        column: keys.seal(session, value, person_place(identity, column))
        for column, value in (("name_sealed", name or host_id), ("address_sealed", f"{host_id}@people.example"))
    }
    session.add(Person(id=identity, host_id=host_id, customer_id=owner, region=region, updated_at=OPENED, **sealed))


def changed(**lists: Any) -> dict[str, Any]:
    dataset = {**FACTS["datasets"][1], **lists}
    return {**FACTS, "datasets": [FACTS["datasets"][0], dataset]}


def test_without_a_share_the_data_sets_window_and_logs_hold(desk: Desk) -> None:
    exposure = {"logs": {"exist": True, "complete": False}}
    desk.save(changed(exposure=exposure))
    found = figures(desk)
    assert set(found) == {"acme", "blue"}
    assert (found["acme"].exposed_from, found["acme"].exposed_until) == (
        MOMENTS["occurred_from"],
        MOMENTS["occurred_until"],
    )
    assert (found["acme"].logs, found["acme"].people, found["acme"].reach) == ("partial", None, {})


def test_how_far_the_logs_reach_is_said_only_where_it_is_known(desk: Desk) -> None:
    for logs, word in (({"exist": False}, "absent"), ({"exist": True}, ""), ({}, "")):
        desk.save(changed(exposure={"logs": logs} if logs else {}))
        assert figures(desk)["acme"].logs == word
    desk.save(changed(exposure={"logs": {"exist": True, "complete": True}}))
    assert figures(desk)["acme"].logs == "complete"


def test_a_share_goes_before_what_the_register_counts(desk: Desk) -> None:
    def fill(session: Session) -> None:
        for number in range(3):
            register(desk, session, f"a{number}", "acme")
        register(desk, session, "b0", "blue", "AT")

    desk.case.store.write(fill)
    desk.save(changed(people={"count": 4}))
    assert (figures(desk)["acme"].people, dict(figures(desk)["acme"].reach)) == (3, {"DE": 3})
    begin = OPENED - timedelta(days=2)
    keep(desk, Share("acme", fields=("mail",), exposed_from=begin))
    own = figures(desk)["acme"]
    assert (own.people, own.fields, own.exposed_from, own.exposed_until) == (3, ("mail",), begin, None)
    keep(desk, Share("acme", 2, logs="complete"))
    own = figures(desk)["acme"]
    assert (own.people, own.reach, own.logs) == (2, {}, "complete")  # places of another count would contradict it
    assert figures(desk)["blue"].people == 1


def test_a_data_set_without_a_role_that_names_controllers_is_theirs() -> None:
    sheet = read_sheet({"datasets": [{"id": "a", "role": "controller"}, {"id": "b", "controllers": ["acme"]}]})
    assert processed_dataset(sheet).id == "b"
    with pytest.raises(Invalid, match="'a' is no data set we process"):
        processed_dataset(sheet, "a")
    with pytest.raises(Invalid, match="0 data sets"):
        processed_dataset(Case(read_sheet({"datasets": [{"id": "a", "role": "controller"}]})).sheet)


def test_a_contact_or_field_that_names_another_customer_reaches_nobody(desk: Desk) -> None:
    def rename(session: Session) -> None:
        row = session.exec(select(Customer).where(col(Customer.host_id) == "blue")).one()
        row.legal_name = "Blue Harbour GmbH"
        contact = session.exec(select(CustomerContact).join(Customer).where(col(Customer.host_id) == "acme")).one()
        place = contact_place(contact.id, "name_sealed")
        contact.name_sealed = desk.case.keys.seal(session, "Desk of Blue Harbour GmbH", place)

    desk.case.store.write(rename)
    dataset = desk.brief(NoticeKind.CUSTOMER).datasets[0]
    with pytest.raises(Invalid, match="told to Acme as name names the customer Blue Harbour GmbH"):
        desk.case.look(lambda session: customer_members(session, desk.case.keys, dataset, {}, WORDS))


def test_the_check_of_a_notice_finds_registered_names(desk: Desk) -> None:
    texts = {"en": Text("Breach", "As at Acme, so at you.\n")}
    (found,) = desk.case.look(lambda session: names_of_others(session, texts, (), ""))
    assert found.message.startswith("names the customer Acme")
    assert desk.case.look(lambda session: names_of_others(session, texts, ("Acme Holding",), "")) == [found]
    assert desk.case.look(lambda session: names_of_others(session, texts, ("Acme",), "")) == []


CUSTOMERS = st.lists(
    st.tuples(
        st.from_regex(r"zq[a-z]{8}", fullmatch=True),  # host id, and with it name, contact, field and people
        st.integers(1_000_000, 9_999_999),
        st.booleans(),
    ),
    min_size=2,
    max_size=4,
    unique_by=(lambda one: one[0], lambda one: one[1]),
)


def replace_register(desk: Desk, session: Session, everybody: list[tuple[str, int, bool]]) -> None:
    """The register with these customers alone, a contact and two people each."""
    for table in (CustomerShare, Person, CustomerContact, Customer):
        session.execute(delete(table))
    for word, _, _ in everybody:
        customer_id, contact_id = new_id(), new_id()
        name = f"{word.title()} & Töchter GmbH"
        moments: dict[str, Any] = {"created_at": OPENED, "updated_at": OPENED}
        session.add(Customer(id=customer_id, host_id=f"id-{word}", legal_name=name, role="controller", **moments))
        session.flush()
        sealed = {
            column: desk.case.keys.seal(session, value, contact_place(contact_id, column))
            for column, value in (("name_sealed", f"Contact{word} Roth"), ("address_sealed", f"{word}@desk.example"))
        }
        session.add(CustomerContact(id=contact_id, customer_id=customer_id, kind="privacy", person=word, **sealed))
        for number in range(2):
            register(desk, session, f"user-{word}-{number}", f"id-{word}", name=f"Person{word}")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(everybody=CUSTOMERS)
def test_from_the_register_to_the_mail_no_customer_reads_of_another(
    desk: Desk, everybody: list[tuple[str, int, bool]]
) -> None:
    desk.case.store.write(lambda session: replace_register(desk, session, everybody))
    desk.save(changed(controllers=[f"id-{word}" for word, _, _ in everybody], people={"count": 2 * len(everybody)}))
    for word, people, recorded in everybody:
        if recorded:
            keep(desk, Share(f"id-{word}", people, {"NZ": people}, (f"{word}_mail",)))
    skeleton = build_skeleton(
        write_notice(TEMPLATES, NoticeKind.CUSTOMER, desk.brief(NoticeKind.CUSTOMER), ["en"]).texts["en"],
        Head("n@example.org"),
    )

    def members(session: Session) -> list[NewMember]:
        case = case_for(session, desk.case.keys, desk.incident_id)
        dataset = processed_dataset(case.sheet)
        own = own_figures(session, case, desk.incident_id, dataset)
        return [new for _, new in customer_members(session, desk.case.keys, dataset, own, WORDS)]

    found = desk.case.look(members)
    assert {new.account for new in found} == {f"id-{word}" for word, _, _ in everybody}
    for new in found:
        mine = new.account.removeprefix("id-")
        raw = skeleton.fill(Envelope(new.address, "<1@example.org>", "now", new.values["name"]), new.values)
        read = email.message_from_bytes(raw, policy=email.policy.SMTP)
        said = str(read["To"]) + str(read["Subject"])
        said += "".join(part.get_content() for part in read.walk() if not part.is_multipart())
        listed = desk.case.look(lambda s, of=new.account: page_of(s, desk.case.keys, Source(of, 2), ""))  # type: ignore[misc]
        shown = repr(listed[0])
        assert len(listed[0]) == 2
        assert mine in said.lower()
        for word, number, _ in everybody:
            if word != mine:
                assert word not in said.lower() + shown
                assert f"{number:,}" not in said
