"""A list of a controller's people from the command line goes out no more than any other without its instruction."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from typer.main import get_command

from incident.approval_rules import USUAL
from incident.cli import app
from incident.drafting import Account, Authoring, Brief
from incident.errors import Refused
from incident.keys import KeyRing, read_key_file
from incident.law.circumstances import Organisation
from incident.models.incidents import Severity
from incident.models.people import UserAccount
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import Written
from incident.queries.briefs import case_for
from incident.roles import Actor, Role
from incident.verbs.act import Act
from incident.verbs.facts import save_facts
from incident.verbs.incidents import Report, open_incident
from incident.verbs.notices import Origin, freeze_notice, start_notice
from incident.verbs.releases import Request, request_release
from notifications.clock import SystemClock
from notifications.ids import new_id
from notifications.message import Text
from notifications.store import Store
from tests.incident.commands.conftest import Type
from tests.incident.notices import PROFILE, SENDER

FACTS = {"datasets": [{"id": "lists", "role": "processor", "controllers": ["acme"]}]}
ROLES = frozenset({Role.COMMANDER, Role.PRIVACY_OFFICER, Role.RESPONDER})


class Machine:
    """An installation that commands work on, with an incident whose facts name a customer as controller."""

    def __init__(self, store: Store, home: Path) -> None:
        self.store, self.clock = store, SystemClock()
        self.keys = KeyRing(read_key_file(home / "key-encryption-key"), self.clock)
        self.actor = Actor(new_id(), "mara", ROLES)
        self.codename, self.incident_id = store.write(lambda session: self._begin(self.act(session)))

    def act(self, session: object) -> Act:
        return Act(session, self.keys, self.actor, self.clock.now())  # type: ignore[arg-type]

    def _begin(self, act: Act) -> tuple[str, UUID]:
        ago = act.now - timedelta(days=1)
        who = {"id": self.actor.id, "email": "mara@example.org", "name": "mara", "roles": sorted(ROLES)}
        act.session.add(UserAccount(**who, password="-", created_at=ago))  # type: ignore[arg-type]
        act.session.flush()
        incident = open_incident(act, Report("Public bucket", "public_bucket", Severity.HIGH))
        save_facts(act, incident.id, Organisation("main", "DE", "Europe/Berlin"), FACTS)
        return incident.codename, incident.id

    def edition(self, kind: NoticeKind, controller: str) -> UUID:
        """A frozen notice, whatever its text."""

        def freeze(act: Act) -> UUID:
            case = case_for(act.session, act.keys, self.incident_id)
            brief = Brief(case, case.sheet.datasets, Authoring(PROFILE, Account(), act.now))
            written = Written({"en": Text("Your data", "Hello.\n")}, ("lists/data.categories",), ())
            notice = start_notice(act, self.incident_id, kind, brief, written, Origin(controller))
            return freeze_notice(act, notice.id, Checked(notice.version, ())).id

        return self.store.write(lambda session: freeze(self.act(session)))

    def ask(self, edition: UUID, audience: str) -> None:
        asked = Request(edition, UUID(audience), SENDER)
        self.store.write(lambda session: request_release(self.act(session), asked, USUAL))


@pytest.fixture
def machine(type_command: Type, store: Store, tmp_path: Path) -> Machine:
    register = tmp_path / "customers.csv"
    register.write_text("host_id,legal_name\nacme,Acme Ltd\n")
    type_command("customers", "import", str(register))
    return Machine(store, tmp_path)


def test_an_audience_from_the_command_line_waits_for_the_instruction(
    type_command: Type, machine: Machine, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("person,address,account\np1,p1@people.example,acme\np2,p2@people.example,acme\n")
    for controller, kind in (("acme", NoticeKind.CONTROLLER_PEOPLE), ("", NoticeKind.PEOPLE), ("", NoticeKind.GENERIC)):
        named = ("--controller", controller) if controller else ()
        opened = type_command("audience", "open", machine.codename, "--name", "people", *named)
        audience = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", opened)
        assert audience, opened
        type_command("audience", "fill", audience[0], str(file))
        with pytest.raises(Refused, match=r"another party|No instruction of acme"):
            machine.ask(machine.edition(kind, controller), audience[0])


def test_no_command_asks_for_a_release_or_records_an_instruction() -> None:
    groups = getattr(get_command(app), "commands", {})
    names = {f"{name} {part}" for name, group in groups.items() for part in getattr(group, "commands", ("",))}
    assert "audience open" in names
    about = {name for name in names if "release" in name or "instruction" in name or "notice" in name}
    after = {"close", "proof", "told", "verify"}  # it is over by then
    under_way = {"watch", "stop", "resume", "confirm", "cancel"}  # people approved it, in the console
    drafts = {"notice list", "notice discard"}
    assert about == {f"release {word}" for word in after | under_way} | drafts
