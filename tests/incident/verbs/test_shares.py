"""One customer's own figures are recorded by hand or from a file, and a release with earlier ones does not go on."""

import io
from datetime import timedelta

import pytest
from sqlmodel import col, select

from incident.customer_figures import Figures
from incident.errors import Forbidden, Invalid, NotFound
from incident.models.releasing import CustomerShare
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.queries.shares import read_shares
from incident.queries.timeline import read_timeline
from incident.roles import Role
from incident.verbs.notices import freeze_notice
from incident.verbs.register import Outcome, RegisterReport
from incident.verbs.share_lines import Share
from incident.verbs.shares import ShareImporter, record_share
from notifications.ids import new_id
from notifications.models import Audience, Release, ReleaseState
from tests.incident.cases import OPENED
from tests.incident.notices import Desk

BEGAN, ENDED = OPENED - timedelta(days=3), OPENED - timedelta(days=1)
ACME = Share("acme", 120, {"DE": 100, "AT": 20}, ("first_name", "mail"), BEGAN, ENDED, "complete")
HEAD = "host_id,people,countries,fields,exposed_from,exposed_until,logs\n"


def keep(desk: Desk, share: Share, role: Role = Role.RESPONDER) -> Outcome:
    return desk.case.act(role, record_share, desk.incident_id, share)


def take(desk: Desk, text: str, dataset: str = "", role: Role = Role.RESPONDER) -> RegisterReport:
    case = desk.case
    importer = ShareImporter(case.store, case.keys, case.people[role], case.clock)
    return importer.run(desk.incident_id, io.BytesIO(text.encode()), "Europe/Berlin", dataset)


def rows(desk: Desk) -> dict[str, CustomerShare]:
    actor = desk.case.people[Role.AUDITOR]
    return {row.host_id: row for row in desk.case.look(lambda s: read_shares(s, actor, desk.incident_id))}


def lines(desk: Desk, action: str) -> list[str]:
    actor = desk.case.people[Role.AUDITOR]
    found = desk.case.look(lambda s: read_timeline(s, desk.case.keys, actor, desk.incident_id, limit=200))
    return [line.text for line in reversed(found) if line.action == action]


def audience(desk: Desk) -> Audience:
    return desk.customers({name: Figures(name, name.title()) for name in ("acme", "blue")})


def test_figures_are_kept_whole_and_said_on_the_timeline(desk: Desk) -> None:
    assert keep(desk, ACME) is Outcome.NEW
    row = rows(desk)["acme"]
    assert (row.dataset, row.people, row.reach, row.fields) == ("lists", 120, {"AT": 20, "DE": 100}, list(ACME.fields))
    assert (row.exposed_from, row.exposed_until, row.logs) == (BEGAN, ENDED, "complete")
    assert keep(desk, ACME) is Outcome.UNCHANGED
    assert keep(desk, Share("acme", 0)) is Outcome.CHANGED
    row = rows(desk)["acme"]
    assert (row.people, row.reach, row.fields, row.exposed_from, row.logs) == (0, {}, [], None, "")
    assert lines(desk, "share.recorded") == [
        "Own figures of Acme recorded: 120 people; 2 places; first_name, mail; own window; logs complete.",
        "Own figures of Acme changed: 0 people.",
    ]


UNUSABLE = (
    (Share("nobody"), "host_id"),
    (Share("acme", -1), "people"),
    (Share("acme", 5, {"DE": 6}), "countries"),
    (Share("acme", None, {"UK": 6}), "countries"),
    (Share("acme", None, {"Germany": 6}), "countries"),
    (Share("acme", fields=("mail", " ")), "fields"),
    (Share("acme", fields=("mail\nphone",)), "fields"),
    (Share("acme", fields=tuple(f"field {n}" for n in range(51))), "fields"),
    (Share("acme", fields=("the same as at Blue",)), "fields"),
    (Share("acme", exposed_until=ENDED), "exposed_from"),
    (Share("acme", exposed_from=ENDED, exposed_until=BEGAN), "exposed_until"),
    (Share("acme", exposed_from=OPENED + timedelta(days=9)), "exposed_from"),
    (Share("acme", logs="mostly"), "logs"),
    (Share("acme", dataset="accounts"), "dataset"),
)


def test_figures_that_cannot_be_are_refused_by_field(desk: Desk) -> None:
    for share, field in UNUSABLE:
        with pytest.raises(Invalid) as refused:
            keep(desk, share)
        assert {fault.field for fault in refused.value.faults} == {field}, share
    assert rows(desk) == {}


def test_a_registered_customer_the_facts_do_not_name_is_refused_by_name(desk: Desk) -> None:
    document = {**desk.facts, "datasets": [{**desk.facts["datasets"][1], "controllers": ["acme"]}]}
    desk.save(document)
    with pytest.raises(Invalid, match="the facts do not name 'blue' as affected"):
        keep(desk, Share("blue", 3))


def test_who_may_not_save_facts_may_not_record_figures(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        keep(desk, ACME, Role.AUDITOR)
    with pytest.raises(Forbidden):
        take(desk, HEAD, role=Role.AUDITOR)
    with pytest.raises(NotFound):
        desk.case.act(Role.RESPONDER, record_share, new_id(), ACME)


def test_a_file_is_kept_line_by_line_and_faults_are_named(desk: Desk) -> None:
    text = HEAD + "\n".join(
        (
            "acme,1 200,DE:1100;AT:20;FR,first_name;email,2026-11-21T06:00,2026-11-22T07:00+00:00,partial",
            "nobody,1,,,,,",
            "blue,many,,,2026-11-21,,",
            "blue,,,,,,",
            "acme,7,,,,,",
        )
    )
    report = take(desk, text)
    assert (report.new, report.changed, report.refused, report.whole) == (2, 0, 3, True)
    assert [(fault.line, fault.field) for fault in report.faults] == [
        (3, "host_id"),
        (4, "people"),
        (4, "exposed_from"),
        (6, "host_id"),
    ]
    assert "'nobody'" in report.faults[0].message
    kept = rows(desk)
    assert (kept["acme"].people, kept["acme"].reach) == (1200, {"AT": 20, "DE": 1100, "FR": None})
    assert kept["acme"].exposed_from is not None
    assert kept["acme"].exposed_from.isoformat() == "2026-11-21T05:00:00+00:00"
    assert (kept["blue"].people, kept["blue"].logs) == (None, "")
    assert lines(desk, "share.imported") == [
        "Own figures of customers in the data set lists: 2 new, 0 changed, 0 unchanged; 3 lines refused."
    ]
    assert take(desk, text).unchanged == 2


def test_a_second_line_of_a_customer_that_was_refused_is_taken(desk: Desk) -> None:
    report = take(desk, HEAD + "blue,many,,,,,\nblue,5,,,,,\n")
    assert (report.new, report.refused) == (1, 1)
    assert rows(desk)["blue"].people == 5


def test_a_file_with_a_strange_column_and_a_data_set_that_is_ours_are_refused_whole(desk: Desk) -> None:
    with pytest.raises(Invalid, match="columns"):
        take(desk, "host_id,poeple\nacme,3\n")
    with pytest.raises(Invalid, match="no data set we process for customers"):
        take(desk, HEAD, "accounts")
    assert rows(desk) == {}


def requested(desk: Desk) -> Release:
    """A release of a notice to customers, whatever the checks of its text say: they are tested elsewhere."""
    notice = desk.start(NoticeKind.CUSTOMER)
    edition = desk.case.act(Role.PRIVACY_OFFICER, freeze_notice, notice.id, Checked(notice.version, ()))
    return desk.request(edition, audience(desk))


def test_changed_figures_void_a_release_that_has_not_told_the_customer(desk: Desk) -> None:
    asked, approved = requested(desk), desk.approve(requested(desk))
    desk.accept(approved, lambda row: row.account == "blue")
    keep(desk, Share("blue", 4))
    assert desk.release(asked.id).state is ReleaseState.VOID
    assert desk.release(approved.id).state is ReleaseState.APPROVED  # blue has its mail; acme's figures are the same
    keep(desk, Share("acme", 4))
    after = desk.release(approved.id)
    assert after.state is ReleaseState.VOID
    assert after.reason == "The own figures of Acme have changed: build the audience again"
    assert [row.state for row in desk.deliveries(after)] == ["cancelled", "accepted"]
    assert lines(desk, "release.voided")[-1].endswith("The own figures of Acme have changed: build the audience again.")


def test_the_same_figures_again_void_nothing(desk: Desk) -> None:
    keep(desk, ACME)
    asked = requested(desk)
    keep(desk, ACME)
    take(desk, HEAD + '"acme","120","AT:20;DE:100","first_name;mail",2026-11-21T09:00Z,2026-11-23T09:00Z,complete\n')
    assert desk.release(asked.id).state is ReleaseState.REQUESTED


def test_figures_of_another_data_set_void_nothing(desk: Desk) -> None:
    other = {**desk.facts["datasets"][1], "id": "orders", "title": "Orders"}
    asked = requested(desk)
    desk.save({**desk.facts, "datasets": [*desk.facts["datasets"], other]})
    keep(desk, Share("acme", 4, dataset="orders"))
    assert desk.release(asked.id).state is ReleaseState.REQUESTED
    with pytest.raises(Invalid, match="2 data sets are processed for customers"):
        keep(desk, Share("acme", 4))
    stored = desk.case.look(lambda s: s.exec(select(CustomerShare.dataset).where(col(CustomerShare.people) == 4)).all())
    assert list(stored) == ["orders"]
