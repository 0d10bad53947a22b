"""What a release rests on beside facts: what a data set is called, the duty it is for, each customer's figures."""

from copy import deepcopy
from typing import Any

import pytest

from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from notifications.audience import NewMember
from notifications.models import Channel, ReleaseState
from tests.incident.conftest import LawCase
from tests.incident.instructing import frozen
from tests.incident.notices import FACTS, TEMPLATES, Desk, prepare

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAPER = NewMember("n1", "desk@news.example")


@pytest.fixture
def desk(case: LawCase) -> Desk:
    return prepare(case)


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
