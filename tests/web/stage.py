"""An installation with a case in full swing, made by the real verbs: for tests of pages and for looking at them."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlmodel import Session, select

from incident.drafting import Account, Authoring
from incident.installation import Installation
from incident.keys import KeyRing
from incident.models.incidents import Incident, Severity
from incident.models.people import Customer, CustomerContact, Person, UserAccount
from incident.notice_kinds import NoticeKind
from incident.notice_texts import write_notice
from incident.organisation import organisation_of, profile_of
from incident.phases import Guard, Move
from incident.queries.briefs import Wanted, brief_for
from incident.queries.recipients import REGISTER, contact_place, person_place
from incident.roles import Actor, Role, operator
from incident.settings import Settings
from incident.verbs.act import Act
from incident.verbs.anchors import Moment, decide_awareness, record_moment
from incident.verbs.entries import note
from incident.verbs.facts import save_facts
from incident.verbs.incidents import Report, open_incident, take_command
from incident.verbs.moves import move
from incident.verbs.notices import start_notice
from incident.verbs.people import NewUser, add_user
from incident.verbs.telling import Told, tell_customer
from incident.writing import templates_of
from notifications.clock import Clock
from notifications.ids import new_id
from notifications.store import Store
from tests.web.served import pages_over

P = ParamSpec("P")
T = TypeVar("T")
KEK = os.urandom(32)  # one a process, so that a copied database can be read
PASSWORD = "correct horse battery staple"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # the real cost is tested elsewhere
PEOPLE = {
    "mara": ("Mara Lindqvist", ("incident_commander", "responder", "privacy_officer", "administrator")),
    "ines": ("Ines Moreau", ("approver", "decider")),
    "lea": ("Lea Brandt", ("legal", "auditor")),
}
CUSTOMERS = (
    "Acme Industries Ltd", "Blue Harbour Logistics GmbH", "Cedar & Söhne KG", "Delta Fenster GmbH",
    "École Saint-Michel", "Fjordlys AS", "Gartenbau Öhler e. K.", "Harbour & Finch LLP", "Imkerei Jäger GmbH",
    "Józef Kowalski Sp. z o.o.", "Kaffeerösterei am Fluss GmbH", "Lindner Maschinenbau AG", "Mistral Santé SAS",
    "Norddeutsche Verkehrsgesellschaft für Binnenschifffahrt und Hafenumschlag mbH & Co. KG",
)  # fmt: skip
NAMES = ("Anna", "Béla", "Carla", "Dženan", "Emil", "Fatima", "Güler", "Henrik")
FAMILIES = ("Albrecht", "Bianchi", "Çelik", "Dubois", "Ek")
USERS = 40
DRAFTED = (NoticeKind.PEOPLE, NoticeKind.CUSTOMER, NoticeKind.IN_APP, NoticeKind.ANNOUNCEMENT)


@dataclass
class Stage:
    """The parts of one installation, its people by short name, and the incident on it."""

    installation: Installation
    people: dict[str, Actor] = field(default_factory=dict)
    incident: Incident | None = None

    @property
    def incident_id(self) -> UUID:
        assert self.incident is not None
        return self.incident.id

    @property
    def path(self) -> str:
        assert self.incident is not None
        return f"/incidents/{self.incident.codename}"

    def act(self, who: str, verb: Callable[Concatenate[Act, P], T], *args: P.args, **named: P.kwargs) -> T:
        parts, actor = self.installation, self.people[who]
        now = parts.clock.now()
        return parts.store.write(lambda session: verb(Act(session, parts.keys, actor, now), *args, **named))

    def version(self) -> int:
        with self.installation.store.read() as session:
            return session.get_one(Incident, self.incident_id).version

    def app(self) -> FastAPI:
        """The web surface without hooks, and of the API what pages of the host ask."""
        return pages_over(self.installation)


def open_stage(store: Store, clock: Clock, home: Path, **settings: Any) -> Stage:
    """An installation with three people who sign in; what the database holds of an earlier stage is found again."""
    usual: dict[str, Any] = {"organisation": "Nimbus CRM", "entity_name": "Nimbus CRM GmbH", "mailbox_folder": home}
    chosen = Settings(home=home, **{**usual, **settings})
    stage = Stage(Installation(chosen, clock, store, KeyRing(KEK, clock)))
    stage.people["operator"] = operator("root")
    if _reopened(stage):
        return stage
    for name, (full, roles) in PEOPLE.items():
        new = NewUser(f"{name}@example.org", full, roles, HASHED)
        row = stage.act("operator", add_user, new)
        stage.people[name] = Actor(row.id, full, frozenset(Role(role) for role in roles))
    return stage


def _reopened(stage: Stage) -> bool:
    """Whether these people are there already, as in a copied database; the case on it is the only incident."""
    with session_of(stage) as session:
        known = {row.email: row for row in session.exec(select(UserAccount))}
        stage.incident = session.exec(select(Incident)).one_or_none() if known else None
    for name in PEOPLE if known else ():
        row = known[f"{name}@example.org"]
        stage.people[name] = Actor(row.id, row.name, frozenset(map(Role, row.roles)))
    return bool(known)


def open_case(stage: Stage, title: str = "Export bucket is readable by everybody") -> Incident:
    """One incident in detection."""
    stage.incident = stage.act("mara", open_incident, Report(title, "public_bucket", Severity.CRITICAL))
    return stage.incident


def fill_registers(stage: Stage) -> None:
    """Business customers with a contact each, and people under them."""

    def fill(act: Act) -> None:
        for number, name in enumerate(CUSTOMERS):
            _add_customer(act, number, name)
        for number in range(USERS):
            _add_person(act, number)

    stage.act("operator", fill)


def play(stage: Stage) -> None:
    """Bring the case into investigation: command, facts, awareness, a customer told, drafts."""
    organisation, here = organisation_of(stage.installation.settings), stage.incident_id
    now = stage.installation.clock.now()
    stage.act("mara", take_command, here, stage.people["mara"].id)
    stage.act("mara", note, here, "ACL removed; an anonymous request is answered 403.", at=now - timedelta(hours=2))
    stage.act("mara", move, here, stage.version(), Move.CONTAIN)
    passing = [Guard.EVIDENCE, Guard.CONTAINED]
    why = "The provider keeps the logs; a copy is asked for."
    stage.act("mara", move, here, stage.version(), Move.INVESTIGATE, reason=why, passing=passing)
    for name, hours in (("occurred_from", 240), ("occurred_until", 3), ("discovered", 2)):
        moment = Moment(now - timedelta(hours=hours), "seen in the access log", name)
        stage.act("mara", record_moment, here, organisation, moment)
    stage.act("mara", save_facts, here, organisation, facts())
    aware = Moment(now - timedelta(minutes=90), "Listed from outside: personal data are readable.")
    stage.act("mara", decide_awareness, here, stage.version(), organisation, aware)
    _tell_first_customer(stage)
    for kind in DRAFTED:
        _draft(stage, kind)


def facts() -> dict[str, Any]:
    """Two data sets in two roles."""
    exposure = {"exfiltration": "likely", "recipients": "unknown", "logs": {"exist": True, "complete": False}}
    customers = [f"customer-{number:03d}" for number in range(len(CUSTOMERS))]
    return {
        "breach": {"kinds": ["confidentiality"], "cause": "misconfiguration", "malicious": False},
        "datasets": [
            {
                "id": "lists",
                "title": "Customers' contact lists",
                "role": "processor",
                "controllers": customers,
                "data": {"categories": ["name", "email_address", "contact"], "per_person": "basic"},
                "people": {"count": 3412, "kinds": ["business_contacts"]},
                "exposure": exposure,
                "reach": {"DE": 2100, "FR": 800, "AT": 512},
            },
            {
                "id": "accounts",
                "title": "Account data",
                "role": "controller",
                "data": {"categories": ["name", "email_address", "bank_account"], "per_person": "profile"},
                "people": {"count": USERS, "kinds": ["users"]},
                "protection": {"encryption": "none"},
                "exposure": exposure,
            },
        ],
    }


def _draft(stage: Stage, kind: NoticeKind) -> None:
    parts, actor = stage.installation, stage.people["mara"]
    ahead = parts.clock.now() + timedelta(days=3)
    account = Account(("access_closed", "logs_secured"), ("configuration_checks",), next_update=ahead)
    authoring = Authoring(profile_of(parts.settings), account, parts.clock.now())
    with parts.store.read() as session:
        brief = brief_for(session, parts.keys, actor, Wanted(stage.incident_id, kind), authoring)
    written = write_notice(templates_of(parts.settings), kind, brief, parts.settings.notice_locales)
    stage.act("mara", start_notice, stage.incident_id, kind, brief, written)


def _tell_first_customer(stage: Stage) -> None:
    def tell(act: Act) -> None:
        customer = act.session.exec(select(Customer.id).order_by(Customer.host_id).limit(1)).one()
        tell_customer(act, stage.incident_id, customer, Told("telephone:1", "telephone", "Ms Roth, 14:05"))

    stage.act("mara", tell)


def _add_customer(act: Act, number: int, name: str) -> None:
    identity, contact = new_id(), new_id()
    locale = "de" if number % 2 else "en"
    row = Customer(
        id=identity,
        host_id=f"customer-{number:03d}",
        legal_name=name,
        role="controller",
        country="DE" if number % 2 else "IE",
        contract_hours=24 if number % 3 == 0 else None,
        contract_clause="§ 9.2" if number % 3 == 0 else "",
        locale=locale,
        created_at=act.now,
        updated_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    seal = _sealer(act)
    act.session.add(
        CustomerContact(
            id=contact,
            customer_id=identity,
            kind="privacy",
            person=f"contact-{number}",
            name_sealed=seal("Alex Contact", contact_place(contact, "name_sealed")),
            address_sealed=seal(f"privacy{number}@customer{number}.example", contact_place(contact, "address_sealed")),
        )
    )


def _add_person(act: Act, number: int) -> None:
    identity, seal = new_id(), _sealer(act)
    name = f"{NAMES[number % len(NAMES)]} {FAMILIES[number % len(FAMILIES)]}"
    act.session.add(
        Person(
            id=identity,
            host_id=f"person-{number:04d}",
            locale="de" if number % 3 else "en",
            region="DE",
            name_sealed=seal(name, person_place(identity, "name_sealed")),
            address_sealed=seal(f"person{number}@example.net", person_place(identity, "address_sealed")),
            updated_at=act.now,
        )
    )


def _sealer(act: Act) -> Callable[[str, Any], bytes]:
    assert REGISTER
    return act.seal


def session_of(stage: Stage) -> Session:
    """A session that reads."""
    return Session(stage.installation.store.engine)
