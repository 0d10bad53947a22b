"""Commands from Slack and Teams on the wire: signed, done as a person of ours, once, answered with one line."""

import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from incident.app import create_app
from incident.models.incidents import Incident, Membership
from incident.models.paging import PageCall
from incident.outreach import opened_message
from incident.queries.timeline import read_timeline
from incident.roles import Visibility, system
from incident.verbs.act import Act
from incident.verbs.chat import forget_identity, record_identity
from incident.verbs.page_events import Roads
from incident.verbs.pages import page_opened_incident
from incident.verbs.teams import NewLayer, add_team, put_layer
from notifications.clock import MovableClock
from notifications.store import Store
from tests.incident.chats.test_proofs import KEY, SECRET, message, slack_headers, teams_headers
from tests.web.stage import Stage, open_case, open_stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SLACK, TEAMS = "/hooks/chat/slack", "/hooks/chat/teams"
ADA = "c0ffee00-0000-4000-8000-000000000001"


@pytest.fixture
def stage(store: Store, clock: MovableClock, tmp_path: Path) -> Stage:
    made = open_stage(store, clock, tmp_path, slack_signing_secret=SECRET, teams_secret=f"b3RoZXI=,{KEY}")
    open_case(made)
    return made


@pytest.fixture
def room(stage: Stage) -> Iterator["Room"]:
    with TestClient(create_app(stage.installation)) as client:
        yield Room(stage, client)


class Room:
    """A chat whose members give commands."""

    def __init__(self, stage: Stage, client: TestClient) -> None:
        self.stage, self.client = stage, client

    @property
    def codename(self) -> str:
        assert self.stage.incident is not None
        return self.stage.incident.codename

    def known(self, chat: str = "slack", chat_id: str = "U1", who: str = "mara") -> Any:
        return self.stage.act("operator", record_identity, chat, chat_id, f"{who}@example.org")

    def slack(self, text: str, command: str = "/note", user: str = "U1", **more: Any) -> str:
        fields = {
            "user_id": user,
            "command": command,
            "text": text,
            "trigger_id": str(self.stage.installation.clock.now()),
        }
        body = urllib.parse.urlencode(fields | more).encode()
        answer = self.client.post(
            SLACK, content=body, headers=slack_headers(body, at=self.stage.installation.clock.now())
        )
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert said["response_type"] == "ephemeral"
        return str(said["text"])

    def teams(self, text: str) -> str:
        body = message(f"<at>72</at> {text}", self.stage.installation.clock.now())
        answer = self.client.post(TEAMS, content=body, headers=teams_headers(body))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["text"])

    def lines(self, action: str = "noted") -> list[tuple[str, str, Any]]:
        with session_of(self.stage) as session:
            found = read_timeline(
                session, self.stage.installation.keys, self.stage.people["mara"], self.stage.incident_id
            )
        return [(line.who, line.text, line.occurred_at) for line in reversed(found) if line.action == action]


def test_a_note_comes_with_its_true_time_and_its_person(room: Room, clock: MovableClock) -> None:
    room.known()
    assert room.slack(f"{room.codename} 09:45 ACL removed & checked").startswith(f"{room.codename}: line ")
    ((who, text, at),) = room.lines()
    assert (who, text) == ("Mara Lindqvist", "ACL removed & checked")
    assert at == clock.now().replace(hour=8, minute=45)  # 09:45 in Berlin


def test_with_one_incident_open_no_codename_is_needed(room: Room) -> None:
    room.known()
    room.slack("ACL removed")
    assert [text for _, text, _ in room.lines()] == ["ACL removed"]
    open_case(room.stage, "Another one")
    assert "say its codename first" in room.slack("Something else")


def test_teams_writes_as_well_and_the_same_request_does_nothing_twice(room: Room) -> None:
    room.known("teams", ADA, "lea")
    first = room.teams(f"note {room.codename} Counsel is informed")
    assert "line" in first
    assert room.teams(f"note {room.codename} Counsel is informed") == "This came once before and was done then."
    assert [who for who, _, _ in room.lines()] == ["Lea Brandt"]


def test_a_page_is_acknowledged(room: Room) -> None:
    stage = room.stage
    stage.act("operator", add_team, "platform")
    stage.act("operator", put_layer, "platform", NewLayer("first", ("mara@example.org",), "2026-11-23"))
    said, roads = (
        opened_message(stage.incident_id, room.codename, "critical"),
        Roads("example.org", "https://x.example"),
    )

    def begin(act: Act) -> None:
        page_opened_incident(act.by(system("intake")), stage.incident_id, said, roads)

    stage.act("operator", begin)
    room.known()
    assert "a page waits for an answer" in room.slack(room.codename, "/status")
    assert room.slack(room.codename, "/ack") == f"{room.codename}: acknowledged. It goes on to nobody else."
    with session_of(stage) as session:
        (page,) = session.exec(select(PageCall)).all()
    assert (page.acknowledged_by, page.acknowledged_by_way) == (f"user:{stage.people['mara'].id}", "slack")
    assert "Nothing was done." in room.slack(room.codename, "/ack", again="1")


def test_a_state_names_no_people_and_not_what_happened(room: Room) -> None:
    room.known()
    said = room.slack("", "/status")
    assert said.startswith(f"{room.codename}: detection, critical, NOBODY commands")
    for word in ("bucket", "Mara", "readable"):
        assert word.lower() not in said.lower()


def test_who_is_not_known_learns_their_id_and_does_nothing(room: Room) -> None:
    said = room.slack(f"{room.codename} anything", user="U666")
    assert "U666" in said
    assert room.codename not in said
    assert room.lines() == []


def test_who_left_or_was_forgotten_does_nothing(room: Room) -> None:
    row = room.known()
    room.stage.act("operator", forget_identity, row.id)
    assert "Nobody here is known" in room.slack(f"{room.codename} anything")


def test_roles_hold_in_a_chat_as_well(room: Room) -> None:
    room.known(who="ines")  # approves and decides
    assert room.slack("", "/status").startswith(room.codename)
    hide(room, Visibility.RESTRICTED)
    assert "There is no such incident." in room.slack(f"{room.codename} anything")


def test_of_a_sealed_incident_no_room_hears(room: Room) -> None:
    room.known()
    hide(room, Visibility.SEALED)
    for command in ("/note", "/ack", "/status"):
        assert "There is no such incident." in room.slack(f"{room.codename} x", command)
    assert room.slack("", "/status") == "No incident is open."


def test_what_is_not_signed_is_refused_and_a_chat_without_a_secret_is_not_there(
    room: Room, store: Store, clock: MovableClock, tmp_path: Path
) -> None:
    body = b"user_id=U1&command=%2Fnote&text=x"
    assert room.client.post(SLACK, content=body).status_code == 401
    stale = slack_headers(body, at=clock.now() - timedelta(minutes=6))
    assert room.client.post(SLACK, content=body, headers=stale).status_code == 401
    assert room.client.post(TEAMS, content=message("status", clock.now())).status_code == 401
    assert room.client.post("/hooks/chat/irc", content=body).status_code == 404
    closed = open_stage(store, clock, tmp_path)
    with TestClient(create_app(closed.installation)) as client:
        assert client.post(SLACK, content=body, headers=slack_headers(body, at=clock.now())).status_code == 404


def test_what_cannot_be_written_is_said_in_one_line(room: Room) -> None:
    room.known()
    assert "Nothing was done." in room.slack(room.codename)
    assert "note CODENAME" in room.slack("dance", "/seventytwo")
    body = b"ssl_check=1"
    answer = room.client.post(SLACK, content=body, headers=slack_headers(body, at=room.stage.installation.clock.now()))
    assert answer.json()["text"] == "This is no command."


def hide(room: Room, visibility: Visibility) -> None:
    def change(act: Act) -> None:
        act.session.get_one(Incident, room.stage.incident_id).visibility = visibility
        for row in act.session.exec(select(Membership)).all():
            if visibility is Visibility.RESTRICTED:
                act.session.delete(row)

    room.stage.act("operator", change)
