"""The button on the page of a monitor: a made-up alert of it is sent, and the page tells each step."""

from html import unescape

import pytest
from sqlmodel import select

from incident.models.intake import IntakeState, SourceSecret
from incident.verbs.sources import add_source, rotate_secret, set_enabled
from tests.hooks.gate import ALERTMANAGER, BASIC, SIGNED, Gate
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def gate(stage: Stage) -> Gate:
    return Gate(stage)


def page_after(enter: Enter, slug: str) -> str:
    answer = send(enter("mara"), f"/sources/{slug}/tests")
    assert answer.status_code == 200
    return unescape(answer.text)


def test_each_step_stands_on_the_page(gate: Gate, enter: Enter) -> None:
    before = gate.incidents()
    page = page_after(enter, ALERTMANAGER)
    for said in (
        "It takes deliveries (202)",
        "Proven by a bearer token with its secret",
        "1 alert was read",
        "The bucket with customer exports is public",
        "It would open an incident",
        "Public bucket · Critical",
        "It opened nothing and paged nobody",
        "1 test sent from here",
    ):
        assert said in page
    assert "0 received" in page
    assert gate.incidents() == before
    assert gate.states() == [IntakeState.APPLIED]
    assert [row.state for row in gate.alerts()] == ["test"]


@pytest.mark.parametrize("slug", [SIGNED, BASIC])
def test_it_is_signed_as_the_monitor_signs(gate: Gate, enter: Enter, slug: str) -> None:
    proof = "a signature (Standard Webhooks)" if slug == SIGNED else "a name and a password"
    assert f"Proven by {proof} with its secret" in page_after(enter, slug)


def test_of_two_secrets_both_are_told(gate: Gate, stage: Stage, enter: Enter) -> None:
    stage.act("operator", rotate_secret, SIGNED)
    assert "with the newer secret; so is the older" in page_after(enter, SIGNED)


def test_what_only_the_vendor_can_sign_is_said(gate: Gate, stage: Stage, enter: Enter) -> None:
    topic = "arn:aws:sns:eu-central-1:123456789012:alarms"
    stage.act("operator", add_source, "sns", "aws_sns", "aws_sns", secret=topic)
    page = page_after(enter, "sns")
    assert "Not tried: the signature of Amazon SNS cannot be made here" in page
    assert "1 alert was read" in page
    assert "aws sns publish" in page


def test_a_source_that_is_off_says_so(gate: Gate, stage: Stage, enter: Enter) -> None:
    stage.act("operator", set_enabled, SIGNED, enabled=False)
    assert "answered 404. Nothing was sent." in page_after(enter, SIGNED)
    assert gate.intakes() == []


def test_what_cannot_be_read_says_why(gate: Gate, stage: Stage, enter: Enter) -> None:
    stage.act("operator", add_source, "any", "generic", "bearer")
    assert "would wait in quarantine: This source has no mapping" in page_after(enter, "any")


def test_what_is_pasted_where_the_monitor_runs_holds_no_secret(gate: Gate, enter: Enter) -> None:
    page = unescape(enter("mara").get(f"/sources/{SIGNED}").text)
    assert f"/hooks/{SIGNED}'" in page
    assert "openssl dgst -sha256" in page
    assert gate.secrets[SIGNED] not in page
    assert gate.look(lambda session: session.exec(select(SourceSecret)).first()) is not None


def test_only_who_administers_sends_one(gate: Gate, enter: Enter) -> None:
    assert send(enter("lea"), f"/sources/{ALERTMANAGER}/tests").status_code == 403
    assert gate.intakes() == []


def test_its_address_leads_back_to_the_page_whoever_opens_it(gate: Gate, enter: Enter) -> None:
    answer = enter("mara").get(f"/sources/{ALERTMANAGER}/tests", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sources/{ALERTMANAGER}")
    deeper = enter("mara").get(f"/sources/{ALERTMANAGER}/rules/trials", headers={"Accept": "text/html"})
    assert deeper.headers["location"] == f"/sources/{ALERTMANAGER}"
    assert enter("mara").get(f"/sources/{ALERTMANAGER}/tests", headers={"Accept": "*/*"}).status_code == 405
