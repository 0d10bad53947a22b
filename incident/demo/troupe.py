"""Who and what is there before the story: two people, a monitor, the host platform, and the synced registers."""

import io
from dataclasses import dataclass

import httpx
from sqlmodel import Session, func, select

from incident.auth.edge import Edge
from incident.auth.passwords import hash_password, new_password
from incident.demo import cast, opening
from incident.demo.narrator import Narrator, Step, expect
from incident.demo.theatre import Theatre
from incident.installation import Installation
from incident.models.people import Customer, Person
from incident.roles import Actor, Role, operator
from incident.verbs import customers, persons
from incident.verbs.people import NewUser, add_api_token, add_user
from incident.verbs.sources import add_source


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who signs in."""

    email: str
    name: str
    roles: tuple[Role, ...]
    password: str

    def line(self) -> str:
        """How to sign in as this person."""
        roles = ", ".join(role.replace("_", " ") for role in self.roles)
        return f"{self.email}   {self.password}   {self.name}: {roles}"


class Troupe:
    """Brings the parts of the demo on stage."""

    def __init__(self, installation: Installation, narrator: Narrator, web: httpx.Client, people: int) -> None:
        parts = installation
        self._edge = Edge(parts.store, parts.keys, parts.clock, parts.settings)
        self._narrator, self._web, self._people = narrator, web, people
        self._machine = operator("demo")
        self._theatre: Theatre | None = None
        leads = (Role.COMMANDER, Role.RESPONDER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)
        self._mara = Player(f"mara@{cast.DOMAIN}", "Mara Lindqvist", leads, new_password())
        decides = (Role.APPROVER, Role.DECIDER)
        self._ines = Player(f"ines@{cast.DOMAIN}", "Ines Moreau", decides, new_password())

    @property
    def codename(self) -> str:
        """The incident's codename, once there is one."""
        return self._theatre.codename if self._theatre else ""

    def sign_ins(self) -> tuple[str, ...]:
        """The two who sign in, with their passwords."""
        return self._mara.line(), self._ines.line()

    def enter(self) -> Theatre:
        """Two steps of the story: an installation with people, and registers filled before any incident."""
        with self._narrator.step("An installation of its own") as step:
            theatre = self._found(step)
        with self._narrator.step("The registers, before any incident") as step:
            self._fill(step)
        self._theatre = theatre
        return theatre

    def _found(self, step: Step) -> Theatre:
        edge, machine = self._edge, self._machine
        mara, ines = self._add(self._mara), self._add(self._ines)
        source = edge.write(machine, lambda act: add_source(act, opening.HOOK, "alertmanager", "bearer"))
        host = edge.write(machine, lambda act: add_api_token(act, "host platform", [Role.HOST]))
        alive = self._web.get("/healthz")
        expect(alive.status_code == 200, f"the web server answers 200, not {alive.status_code}")
        self._narrator.wait("the worker", lambda: self._web.get("/readyz").status_code == 200)
        step.say("Embedded database made, key-encryption key in a file of mode 0600, web server and worker child up.")
        for line in self.sign_ins():
            step.say(f"Sign in: {line}")
        step.see(edge.settings.base_url)
        return Theatre(
            edge, self._narrator, self._web, machine, mara, ines, people=self._people, hook=source.secret, host=host
        )

    def _fill(self, step: Step) -> None:
        edge, now = self._edge, self._edge.clock.now()
        files = ((customers, cast.customers_csv()), (persons, cast.persons_csv(self._people)))
        for register, file in files:
            report = register.import_csv(edge.store, edge.keys, self._machine, io.BytesIO(file), now)
            expect(not report.faults, f"every line is taken; refused: {report.faults[:3]}")
        with edge.read() as session:
            stored = tuple(_count(session, table) for table in (Customer, Person))
        expect(stored == (cast.CUSTOMERS, self._people), f"all are stored, not {stored}")
        step.say(
            f"{stored[0]} business customers with contract clock and contact, {stored[1]:,} people: by CSV, sealed."
        )
        step.say("The same by API: PUT /api/customers/{id}, PUT /api/persons/{id}.")

    def _add(self, player: Player) -> Actor:
        hashed = hash_password(player.password)
        new = NewUser(player.email, player.name, tuple(player.roles), hashed, "Europe/Berlin")
        row = self._edge.write(self._machine, lambda act: add_user(act, new))
        return Actor(row.id, row.name, frozenset(player.roles))


def _count(session: Session, table: type) -> int:
    return int(session.exec(select(func.count()).select_from(table)).one())
