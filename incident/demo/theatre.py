"""The parts of one running installation that the steps of the demo act on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import httpx
from sqlmodel import Session

from incident.auth.edge import Edge
from incident.demo.narrator import Narrator
from incident.law.circumstances import Organisation
from incident.models.incidents import Incident
from incident.organisation import organisation_of
from incident.roles import Actor
from incident.settings import Settings
from incident.verbs.act import Act

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Theatre:
    """One installation, the people who act on it, and the incident once there is one.

    `mara` commands, advises and writes; `ines` decides and approves; `machine` is who runs commands on the machine.
    `web` speaks HTTP to the real server; `hook` is the secret of the monitor, `host` the token of the host platform.
    """

    edge: Edge
    narrator: Narrator
    web: httpx.Client
    machine: Actor
    mara: Actor
    ines: Actor
    people: int
    hook: str
    host: str
    codename: str = ""
    incident_id: UUID = field(default_factory=lambda: UUID(int=0))

    @property
    def settings(self) -> Settings:
        return self.edge.settings

    @property
    def organisation(self) -> Organisation:
        return organisation_of(self.settings)

    def act(self, actor: Actor, verb: Callable[Concatenate[Act, P], T], *args: P.args, **named: P.kwargs) -> T:
        """One verb by one person, in one transaction."""
        return self.edge.write(actor, lambda act: verb(act, *args, **named))

    def look(self, query: Callable[[Session], T]) -> T:
        """What a query reads."""
        with self.edge.read() as session:
            return query(session)

    def version(self) -> int:
        """The incident's version, as a page shows it."""
        return self.look(lambda session: session.get_one(Incident, self.incident_id).version)

    def page(self, below: str = "") -> str:
        """The address of the incident's page, or of one below it."""
        return f"{self.settings.base_url}/incidents/{self.codename}{below}"
