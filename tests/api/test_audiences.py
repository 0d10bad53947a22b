"""Programs make an audience, fill it from a stream, count it and fetch its faults; what is logged of it."""

import csv
import io
from typing import Any
from uuid import UUID

import anyio
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from incident.models.incidents import Incident
from incident.queries.timeline import read_timeline
from incident.roles import Role, Visibility
from notifications.audience import PIECE, freeze
from tests.api.conftest import Front

CSV = {"Content-Type": "text/csv"}
LINES = {"Content-Type": "application/x-ndjson"}
PEOPLE = "Nummer;E-Mail;name;locale;region;segment\n" + "".join(
    f"u{n};u{n}@mail{n % 2}.example;Person {n};{'de' if n % 3 else 'en'};DE;accounts\n" for n in range(12)
)
MAPPED = {"map": ["Nummer=person"]}


def incident(front: Front) -> str:
    assert front.stage.incident is not None
    return f"/api/incidents/{front.stage.incident.codename}"


def made(front: Front, program: TestClient, **fields: str) -> str:
    answer = program.post(f"{incident(front)}/audiences", json={"name": "Users", **fields})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/audiences/{answer.json()['id']}"
    return str(answer.headers["location"])


def timeline(front: Front) -> list[str]:
    parts, actor = front.stage.installation, front.stage.people["mara"]
    with parts.store.read() as session:
        return [line.text for line in read_timeline(session, parts.keys, actor, front.stage.incident_id)]


def test_an_audience_is_made_filled_and_counted(front: Front) -> None:
    program = front.program(Role.PRIVACY_OFFICER)
    here = made(front, program)
    odd = f"{PEOPLE}u1;twice@mail0.example;x;;;\nbad;nowhere;x;;;\nshared;U0@mail0.example;x;;;\n"
    answer = program.post(f"{here}/import", params=MAPPED, content=odd.encode(), headers=CSV)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["stored"], said["refused"], said["warned"]) == (13, 2, 1)
    assert [(one["line"], one["field"], one["warning"]) for one in said["faults"]] == [
        (14, "person", False),
        (15, "address", False),
        (16, "address", True),
    ]
    more = program.post(f"{here}/import", content=b'{"person": "z", "email": "z@zed.example"}\n', headers=LINES)
    assert more.json() == {"stored": 1, "refused": 0, "repeated": 0, "corrected": 0, "warned": 0, "faults": []}
    counted = program.get(here).json()
    assert (counted["members"], counted["frozen_at"], counted["refused"]) == (14, None, 0)
    shares = [{"name": "de", "people": 8}, {"name": "en", "people": 4}, {"name": "", "people": 2}]
    assert counted["locales"] == {"most": shares, "others": 0}
    assert counted["segments"]["most"][0] == {"name": "accounts", "people": 12}
    domains = [("mail0.example", 7), ("mail1.example", 6)]
    assert [(one["name"], one["people"]) for one in counted["domains"]["most"]] == domains
    assert counted["domains"]["others"] == 1
    assert "zed.example" not in str(counted)
    (listed,) = program.get(f"{incident(front)}/audiences").json()["audiences"]
    assert (listed["name"], listed["members"]) == ("Users", 14)
    assert timeline(front)[:2] == [
        "Audience “Users”: 1 member imported, 0 lines refused.",
        "Audience “Users”: 13 members imported, 2 lines refused, 1 address shared.",
    ]


def test_faults_are_a_file_and_the_timeline_says_that_it_was_taken(front: Front) -> None:
    program = front.program(Role.RESPONDER)
    here = made(front, program)
    assert program.get(f"{here}/faults").text.splitlines() == ["line,field,message,mend,warning"]
    lines = "person,email\n" + "".join(f"u{n},nowhere\n" for n in range(1500))
    said = program.post(f"{here}/import", content=lines.encode(), headers=CSV).json()
    assert (said["refused"], len(said["faults"])) == (1500, 1000)
    answer = program.get(f"{here}/faults")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["line"] for row in rows] == [str(n) for n in range(2, 1502)]
    assert "nowhere" not in answer.text
    assert timeline(front)[0] == "The faults of the audience “Users” were downloaded."


def test_a_sample_is_masked_for_few_and_written_down(front: Front) -> None:
    officer = front.program(Role.PRIVACY_OFFICER)
    here = made(front, officer)
    officer.post(f"{here}/import", params=MAPPED, content=PEOPLE.encode(), headers=CSV)
    members = officer.post(f"{here}/sample").json()["members"]
    assert len(members) == 10
    assert members[0] == {
        **{"person": "u…", "address": "u…@mail0.example", "locale": "en", "region": "DE", "segment": "accounts"},
        "values": ["name: P…"],
    }
    assert members[-1]["address"] == "u…@mail1.example"
    assert timeline(front)[0] == "10 members of the audience “Users” looked at, masked."
    assert front.program(Role.RESPONDER).post(f"{here}/sample").status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_found_later_join_an_added_audience(front: Front) -> None:
    program = front.program(Role.PRIVACY_OFFICER)
    first = made(front, program, controller="customer-001")
    base = first.rpartition("/")[2]
    program.post(f"{first}/import", content=b"id,email\na,a@x.example\n", headers=CSV)
    too_early = program.post(f"{incident(front)}/audiences", json={"name": "Later", "adds_to": base})
    assert (too_early.status_code, "import into it" in too_early.text) == (409, True)
    parts = front.stage.installation
    parts.store.write(lambda session: freeze(session, UUID(base), parts.clock.now()))
    assert program.post(f"{first}/import", content=b"id,email\nb,b@x.example\n", headers=CSV).status_code == 409
    for wrong in ({"channel": "in_app"}, {"controller": "customer-002"}):
        refused = program.post(f"{incident(front)}/audiences", json={"name": "Later", "adds_to": base, **wrong})
        assert [one["field"] for one in refused.json()["faults"]] == list(wrong)
    added = made(front, program, name="Later", adds_to=base)
    said = program.post(f"{added}/import", content=b"id,email\na,a@x.example\nb,b@x.example\n", headers=CSV).json()
    assert (said["stored"], said["faults"][0]["message"]) == (1, "is told already by “Users”")
    counted = program.get(added).json()
    assert (counted["adds_to"], counted["controller"], counted["related"]) == (base, "customer-001", [base])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_taken_is_refused_with_the_mend(front: Front) -> None:
    program = front.program(Role.PRIVACY_OFFICER)
    here = made(front, program)
    for said in ("no mapping", "=person", "E-Mail=No Name"):
        answer = program.post(f"{here}/import", params={"map": said}, content=PEOPLE.encode(), headers=CSV)
        assert (answer.status_code, answer.json()["faults"][0]["field"]) == (422, "map")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert program.post(f"{here}/import", content=b"x=1", headers=form).status_code == 415
    zipped = {**CSV, "Content-Encoding": "gzip"}
    assert program.post(f"{here}/import", content=b"x", headers=zipped).status_code == 415
    for body in ({"name": ""}, {"name": "x", "adds_to": "no id"}, {"name": "x", "channel": "pigeon"}, {}):
        assert program.post(f"{incident(front)}/audiences", json=body).status_code == 422
    stranger = {"name": "x", "adds_to": "01a214a3-a741-7000-aca2-b1a859368e47"}
    assert program.post(f"{incident(front)}/audiences", json=stranger).status_code == 404
    unnamed = program.post(f"{here}/import", content=b"email\na@x.example\n", headers=CSV).json()
    assert (unnamed["stored"], unnamed["refused"], unnamed["faults"][0]["field"]) == (0, 1, "person")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_upload_that_breaks_off_keeps_what_came_and_says_so(front: Front) -> None:
    program = front.program(Role.PRIVACY_OFFICER)
    here = made(front, program)
    lines = b"".join(b"u%d,u%d@x.example\n" % (n, n) for n in range(PIECE + 1))
    messages: list[Any] = [
        {"type": "http.request", "body": b"person,email\n" + lines, "more_body": True},
        {"type": "http.disconnect"},
    ]
    status = anyio.run(sent, front, here, program.headers["authorization"], messages)
    assert status == 400
    assert program.get(here).json()["members"] == PIECE
    said = "Audience “Users”: 1,000 members imported, 0 lines refused; the import broke off before the end of its file."
    assert timeline(front)[0] == said


async def sent(front: Front, path: str, authorization: str, messages: list[Any]) -> int:
    """What the server answers to a file that arrives in these messages."""
    answers: list[Any] = []
    waiting = iter(messages)

    async def receive() -> Any:
        return next(waiting)

    async def send(message: Any) -> None:
        answers.append(message)

    headers = {"host": "testserver", "content-type": "text/csv", "authorization": authorization}
    scope = {
        **{"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"},
        **{"path": f"{path}/import", "raw_path": f"{path}/import".encode(), "query_string": b"", "root_path": ""},
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await front.app(scope, receive, send)
    return int(answers[0]["status"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_audience_of_an_incident_one_may_not_know_of_is_not_there(front: Front) -> None:
    program = front.program(Role.PRIVACY_OFFICER)
    here = made(front, program)

    def hide(session: Session) -> None:
        session.get_one(Incident, front.stage.incident_id).visibility = Visibility.SEALED

    front.stage.installation.store.write(hide)
    answers = [program.get(here), program.get(f"{here}/faults"), program.post(f"{here}/sample")]
    answers.append(program.post(f"{here}/import", content=b"id,email\n", headers=CSV))
    assert [answer.status_code for answer in answers] == [404] * 4


def test_a_wrong_audience_is_discarded_once(front: Front) -> None:
    program = front.program(Role.PRIVACY_OFFICER)
    here = made(front, program)
    assert program.post(f"{here}/discarding", json={"reason": "The list was last year's."}).status_code == 204
    assert program.get(f"{incident(front)}/audiences").json() == {"audiences": []}
    assert program.post(f"{here}/discarding", json={"reason": "again"}).status_code == 409
    assert timeline(front)[0].endswith("discarded, nothing was sent to it: The list was last year's.")
