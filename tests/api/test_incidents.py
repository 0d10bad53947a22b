"""Incidents by programs: reported, read, annotated, with their moves, obligations and timeline; announcements."""

from datetime import timedelta

import pytest

from incident.roles import Role
from notifications.announcements import Publication, publish, withdraw
from notifications.ids import new_id
from notifications.message import Text
from tests.api.conftest import Front
from tests.web.stage import play

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \u202e"


def here(front: Front) -> str:
    assert front.stage.incident is not None
    return f"/api/incidents/{front.stage.incident.codename}"


def test_a_program_reports_in_two_fields_and_others_read_it(front: Front) -> None:
    opened = front.program().post("/api/incidents", json={"title": HOSTILE, "kind": "public_bucket"})
    assert opened.status_code == 201
    path = opened.headers["location"]
    assert path == f"/api/incidents/{opened.json()['codename']}"
    assert front.program().get(path).status_code == 403  # the host's programs read no incident
    read = front.program(Role.RESPONDER).get(path).json()
    assert (read["title"], read["phase"], read["severity"], read["version"]) == (HOSTILE, "detection", "high", 1)
    assert read["opened_by"] == "program host"
    assert read["open_tasks"] > 0
    entries = front.program(Role.RESPONDER).get(f"{path}/timeline").json()["entries"]
    assert entries[-1]["text"].endswith(HOSTILE)
    assert entries[-1]["who"] == "program host"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_report_that_says_too_little_or_too_much_opens_nothing(front: Front) -> None:
    program = front.program(Role.REPORTER)
    for body, field in (
        ({"title": " ", "kind": "other"}, "title"),
        ({"title": "x" * 301, "kind": "other"}, "title"),
        ({"title": "Bucket", "kind": "secret"}, "kind"),
        ({"title": "Bucket"}, "kind"),
        ({"title": "Bucket", "kind": "other", "severity": "secret"}, "severity"),
        ({"title": "Bucket", "kind": "other", "severity": ["secret"]}, "severity"),
        ({"title": "Bucket", "kind": "other", "visibility": "sealed"}, "visibility"),
    ):
        answer = program.post("/api/incidents", json=body)
        assert answer.status_code == 422, body
        assert [fault["field"] for fault in answer.json()["faults"]] == [field]
        assert "secret" not in answer.text
    assert len(front.program(Role.RESPONDER).get("/api/incidents").json()["incidents"]) == 1


def test_an_incident_says_which_moves_are_open_and_what_each_needs(front: Front) -> None:
    program = front.program(Role.RESPONDER)
    first = program.get(here(front)).json()
    moves = {move["move"]: move for move in first["moves"]}
    assert moves.keys() == {"contain", "dismiss"}
    assert moves["contain"]["target"] == "containment"
    assert [item["guard"] for item in moves["contain"]["missing"]] == ["commander"]
    assert (moves["contain"]["needs_reason"], moves["dismiss"]["needs_reason"]) == (False, True)
    play(front.stage)
    later = program.get(here(front)).json()
    assert (later["phase"], later["version"]) == ("investigation", front.stage.version())
    assert (later["customers_affected"], later["customers_told"]) == (14, 1)
    assert later["commander"] == "Mara Lindqvist"
    (listed,) = program.get("/api/incidents").json()["incidents"]
    assert listed == {name: later[name] for name in listed}
    assert listed["next_deadline"]["standing"] in ("soon", "ahead", "late")
    assert listed["next_deadline"]["provisional"] is False


def test_obligations_come_with_their_arithmetic(played: Front) -> None:
    rows = played.program(Role.AUDITOR).get(f"{here(played)}/obligations").json()["obligations"]
    contracts = [row for row in rows if row["kind"] == "contract"]
    assert {row["addressee"] for row in contracts} == {f"customer-{number:03d}" for number in range(0, 14, 3)}
    (told,) = [row for row in contracts if row["addressee"] == "customer-000"]
    assert told["standing"] == "met"
    (authority,) = [row for row in rows if row["duty"] == "eu-gdpr-33-1-sa"]
    assert authority["article"].startswith("Art. 33(1)")
    assert any("72 h" in line for line in authority["trace"])
    assert authority["datasets"] == ["accounts"]
    assert authority["due_at"] is not None


def test_a_line_has_its_true_time_and_the_timeline_is_read_a_page_at_a_time(front: Front) -> None:
    program, now = front.program(Role.RESPONDER), front.stage.installation.clock.now()
    at = (now - timedelta(hours=2)).isoformat()
    first = program.post(f"{here(front)}/notes", json={"text": f"  {HOSTILE}\nsecond line ", "at": at})
    assert first.status_code == 201
    for number in range(4):
        assert program.post(f"{here(front)}/notes", json={"text": f"18:14 line {number}"}).status_code == 201
    seen, before = [], None
    while True:
        query = {"limit": "2", **({"before": str(before)} if before else {})}
        page = program.get(f"{here(front)}/timeline", params=query).json()
        seen += page["entries"]
        before = page["next"]
        if before is None:
            break
    assert [entry["seq"] for entry in seen] == [6, 5, 4, 3, 2, 1]
    assert seen[0]["text"] == "18:14 line 3"
    assert seen[4]["text"] == f"{HOSTILE}\nsecond line"
    assert (seen[4]["occurred_at"], seen[4]["hash"]) == (at.replace("+00:00", "Z"), first.json()["hash"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_line_without_words_or_at_no_instant_is_refused(front: Front) -> None:
    program = front.program(Role.RESPONDER)
    future = (front.stage.installation.clock.now() + timedelta(minutes=1)).isoformat()
    for body, field in (
        ({"text": " "}, "text"),
        ({"text": "x", "at": future}, "at"),
        ({"text": "x", "at": "2026-11-24T10:00:00"}, "at"),
        ({"text": "x", "at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"text": "x", "at": 1764000000}, "at"),
        ({"text": "x", "at": "secret"}, "at"),
    ):
        answer = program.post(f"{here(front)}/notes", json=body)
        assert answer.status_code == 422, body
        assert [fault["field"] for fault in answer.json()["faults"]] == [field]
        assert "secret" not in answer.text
    assert program.get(f"{here(front)}/timeline?limit=0").status_code == 422
    assert program.get(f"{here(front)}/timeline?before={10**30}").status_code == 422


def test_announcements_are_for_everybody_and_say_that_they_were_withdrawn(front: Front) -> None:
    parts = front.stage.installation
    now = parts.clock.now()
    texts = {"en": Text("An exposed bucket", "What happened", "<p>What happened</p>"), "de": Text("Ein", "Was", "W")}
    row = parts.store.write(lambda session: publish(session, Publication("incident:1", texts, "d" * 64, new_id()), now))
    anybody = front.client()
    (shown,) = anybody.get("/api/announcements").json()["announcements"]
    assert shown["url"].endswith(f"/announcements/{shown['id']}")
    assert (shown["title"], shown["text"], shown["version"]) == ("An exposed bucket", "What happened", 1)
    assert anybody.get("/api/announcements?locale=de").json()["announcements"][0]["title"] == "Ein"

    parts.store.write(lambda session: withdraw(session, session.get_one(type(row), row.id), "Not ours.", now))
    (withdrawn,) = anybody.get("/api/announcements?locale=fr").json()["announcements"]
    assert withdrawn["reason"] == "Not ours."
    assert withdrawn["withdrawn_at"] is not None
