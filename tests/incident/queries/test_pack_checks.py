"""No text to customers names one of them; the words of the templates are nobody's name."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from incident.models.people import Customer
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.queries.pack_checks import check_pack
from incident.roles import Role
from incident.verbs.notices import edit_notice
from notifications.ids import new_id
from notifications.message import Text
from tests.incident.cases import LawCase
from tests.incident.instructing import draft, instruct
from tests.incident.notices import PROFILE, SHIPPED, TEMPLATES, WRITTEN_IN, Desk, prepared_desk


@pytest.fixture
def desk(case: LawCase) -> Desk:
    prepared = prepared_desk(case)

    def add(session: Session) -> None:
        for name in ("Contact GmbH", "Measures Ltd", "Brightdesk GmbH", "Data set B.V."):
            at = {"created_at": case.clock.now(), "updated_at": case.clock.now()}
            session.add(Customer(id=new_id(), host_id=name, legal_name=name, role="controller", **at))  # type: ignore[arg-type]

    case.store.write(add)
    return prepared


def found(desk: Desk, kind: NoticeKind, texts: dict[str, Text], controller: str = "") -> list[tuple[str, str]]:
    own = (PROFILE.organisation, PROFILE.entity)
    findings = desk.case.look(lambda session: check_pack(session, [SHIPPED], kind, texts, own, controller))
    return [(one.locale, one.message) for one in findings]


def test_what_the_templates_write_names_nobody(desk: Desk) -> None:
    written = write_notice(TEMPLATES, NoticeKind.CUSTOMER, desk.brief(NoticeKind.CUSTOMER), WRITTEN_IN)
    assert found(desk, NoticeKind.CUSTOMER, dict(written.texts)) == []


def test_a_name_that_somebody_wrote_into_it_is_found_in_its_language(desk: Desk) -> None:
    texts = {"en": Text("Breach", "Contact: Measures Ltd.\n"), "de": Text("Wie bei acme", "Nichts.\n")}
    messages = found(desk, NoticeKind.CUSTOMER_UPDATE, texts)
    assert [(locale, message.split(",")[0]) for locale, message in messages] == [
        ("de", "names the customer Acme"),
        ("en", "names the customer Measures Ltd"),
    ]


def test_notices_to_others_may_name_whom_they_must(desk: Desk) -> None:
    assert found(desk, NoticeKind.PEOPLE, {"en": Text("Breach", "You are a user of Acme.\n")}) == []


def test_the_people_of_one_customer_read_of_no_other(desk: Desk) -> None:
    texts = {"en": Text("Breach", "Acme and Brightdesk tell you: the lists of Measures Ltd are lost.\n")}
    (message,) = found(desk, NoticeKind.CONTROLLER_PEOPLE, texts, "acme")
    assert message == ("en", "names the customer Measures Ltd, and the people of Acme would read it")


def test_what_is_frozen_in_the_name_of_a_customer_names_no_other(desk: Desk) -> None:
    instruct(desk)
    notice = draft(desk)
    text = desk.view(notice).draft.texts["en"]
    named = replace(text, text=text.text.replace("What happened", "What happened at Measures Ltd"))
    desk.case.act(Role.PRIVACY_OFFICER, edit_notice, notice.id, notice.version, "en", named)
    assert "names the customer Measures Ltd" in " ".join(map(str, desk.check(notice).findings))
