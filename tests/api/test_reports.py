"""Reports that a program brings: a receipt with a token its own user reads answers by, and a key for retries."""

import pytest

from incident.models.finders import FinderThread
from incident.roles import Role
from tests.api.conftest import Front
from tests.web.reading import send
from tests.web.test_reports import home_of, threads

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHAT = "Your help page shows another customer's invoices."


def only(front: Front) -> FinderThread:
    (thread,) = threads(front.stage)
    return thread


def test_a_report_brought_by_a_program_opens_an_incident_and_its_user_reads_the_answer(front: Front) -> None:
    program = front.program(Role.HOST)
    answer = program.post("/api/reports", json={"what": WHAT, "locale": "de"})
    assert answer.status_code == 201
    receipt, thread = answer.json(), only(front)
    assert (thread.reference, thread.door, thread.locale) == (receipt["reference"], "program", "de")
    assert home_of(front.stage, thread).kind == "external_report"
    responder = front.program(Role.RESPONDER)
    opened = responder.post(f"/api/finder-threads/{thread.id}/views").json()
    assert (opened["address"], opened["reach"], opened["mails"][0]["text"]) == ("", "", WHAT)
    sent = responder.post(f"/api/finder-threads/{thread.id}/mails", json={"text": "Thank you."})
    assert (sent.status_code, sent.json()["occasion"]) == (201, "")
    front.app.state.settings = front.stage.installation.settings.model_copy(update={"report_form": "public"})
    key = {"reference": receipt["reference"], "token": receipt["token"]}
    assert "Thank you." in front.client(Accept="text/html").post("/report/follow-up", data=key).text


def test_a_retry_with_its_key_is_the_same_report(front: Front) -> None:
    program = front.program(Role.HOST)
    first, again = (program.post("/api/reports", json={"what": WHAT, "key": "t-1"}).json() for _ in range(2))
    assert (first["token"], first["reference"]) == (again["token"], again["reference"])
    assert (first["repeated"], again["repeated"]) == (False, True)
    other = front.program(Role.RESPONDER).post("/api/reports", json={"what": WHAT, "key": "t-1"}).json()
    assert other["reference"] != first["reference"]
    assert len(threads(front.stage)) == 2


def test_what_cannot_be_a_report_is_refused_by_field(front: Front) -> None:
    program = front.program(Role.HOST)
    for body in ({"what": ""}, {"what": " \n"}, {"what": "x\0"}, {"what": "x" * 8001}, {"what": "x", "reach": "a\nb"}):
        assert program.post("/api/reports", json=body).status_code == 422, body
    assert program.post("/api/reports", json={"what": "x", "title": "y"}).status_code == 422
    assert not threads(front.stage)


def test_a_person_of_the_console_finds_it_among_the_finders(front: Front) -> None:
    front.program(Role.HOST).post("/api/reports", json={"what": WHAT, "reach": "+49 30 1234"})
    path = f"/finder-threads/{only(front).id}"
    mara = front.signed_in("mara")
    mara.headers["Accept"] = "text/html"
    page = send(mara, f"{path}/views").text
    assert "Brought by a program" in page
    assert "+49 30 1234" in page
