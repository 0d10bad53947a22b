"""A case with facts, moments and an approver, and the steps of a notice in the order people take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select, update

from incident.approval_rules import USUAL
from incident.customer_figures import Figures
from incident.drafting import Account, Authoring, Brief, Profile
from incident.models.people import Customer, CustomerContact, Notice, UserAccount
from incident.notice_kinds import NoticeKind
from incident.notice_lint import Checked
from incident.notice_texts import write_notice
from incident.phrases import load_phrases
from incident.queries.briefs import Wanted, brief_for, case_for
from incident.queries.notice_checks import Checker
from incident.queries.notices import NoticeView, read_notice, read_release
from incident.queries.recipients import Line, contact_place, customer_members
from incident.queries.shares import own_figures
from incident.roles import Actor, Role
from incident.sending_rules import Sending, SendingRules
from incident.verbs.anchors import Moment, record_moment
from incident.verbs.approvals import approve_release
from incident.verbs.audiences import Importer, open_audience
from incident.verbs.facts import save_facts
from incident.verbs.notices import freeze_notice, start_notice, tick_warning
from incident.verbs.releases import Request, request_release
from incident.verbs.share_lines import Share
from incident.verbs.shares import record_share
from notifications.audience import NewMember
from notifications.formats import Formats
from notifications.ids import new_id
from notifications.models import Audience, Channel, Delivery, DeliveryState, Edition, Release
from notifications.ramp import Pace
from notifications.rendering import Templates
from tests.incident.cases import LawCase

SHIPPED = Path(__file__).parents[2] / "templates"
TEMPLATES = Templates([SHIPPED])
WRITTEN_IN = ("en", "de")
PROFILE = Profile(
    organisation="Brightdesk",
    entity="Brightdesk GmbH",
    contact_name="Miriam Vogt, data protection officer",
    contact_email="privacy@brightdesk.example",
    contact_phone="+49 30 5550 1234",
    address="Lindenstraße 12, 10969 Berlin",
    zone="Europe/Berlin",
)
ACCOUNT = Account(
    taken=("access_closed", "logs_secured"),
    planned=("configuration_checks",),
    next_update=datetime(2026, 11, 27, 16, tzinfo=UTC),
)
SENDER = "notices@brightdesk.example"
AT_ONCE = Sending(SendingRules(Pace(begins_at=0)))
FACTS: dict[str, Any] = {
    "breach": {"kinds": ["confidentiality"], "cause": "misconfiguration"},
    "organisation": {"establishment": "DE"},
    "datasets": [
        {
            "id": "accounts",
            "title": "Accounts",
            "role": "controller",
            "data": {"categories": ["name", "email_address", "credentials_hashed"]},
            "people": {"count": 2400, "kinds": ["users"]},
            "exposure": {"exfiltration": "likely", "recipients": "unknown"},
            "reach": {"DE": 2000, "AT": 400},
        },
        {
            "id": "lists",
            "title": "Contact lists",
            "role": "processor",
            "controllers": ["acme", "blue"],
            "data": {"categories": ["name", "email_address"]},
            "people": {"count": 8000},
            "exposure": {"exfiltration": "possible", "recipients": "public"},
        },
    ],
}
MOMENTS = {
    "occurred_from": datetime(2026, 11, 21, 6, tzinfo=UTC),
    "occurred_until": datetime(2026, 11, 24, 8, tzinfo=UTC),
    "discovered": datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
}


@dataclass(frozen=True)
class Desk:
    """The steps of a notice, each as the role that takes it."""

    case: LawCase
    facts: dict[str, Any] = field(default_factory=lambda: FACTS)

    @property
    def incident_id(self) -> UUID:
        return self.case.incident_id

    def authoring(self, account: Account = ACCOUNT) -> Authoring:
        return Authoring(PROFILE, account, self.case.clock.now())

    def save(self, facts: Mapping[str, Any]) -> None:
        self.case.act(Role.RESPONDER, save_facts, self.incident_id, self.case.organisation, facts)

    def moment(self, name: str, at: datetime) -> None:
        said = Moment(at, "seen in the logs", name)
        self.case.act(Role.RESPONDER, record_moment, self.incident_id, self.case.organisation, said)

    def brief(self, kind: NoticeKind, dataset: str = "", account: Account = ACCOUNT) -> Brief:
        wanted, actor = Wanted(self.incident_id, kind, dataset), self.case.people[Role.PRIVACY_OFFICER]
        return self.case.look(
            lambda session: brief_for(session, self.case.keys, actor, wanted, self.authoring(account))
        )

    def start(self, kind: NoticeKind, dataset: str = "", account: Account = ACCOUNT) -> Notice:
        brief = self.brief(kind, dataset, account)
        written = write_notice(TEMPLATES, kind, brief, WRITTEN_IN)
        return self.case.act(Role.PRIVACY_OFFICER, start_notice, self.incident_id, kind, brief, written)

    def view(self, notice: Notice) -> NoticeView:
        actor = self.case.people[Role.PRIVACY_OFFICER]
        return self.case.look(lambda session: read_notice(session, self.case.keys, actor, notice.id))

    def check(self, notice: Notice) -> Checked:
        checker, actor = Checker(TEMPLATES, PROFILE, self.case.clock.now()), self.case.people[Role.PRIVACY_OFFICER]
        return self.case.look(lambda session: checker.check(session, self.case.keys, actor, notice.id))

    def ticked(self, notice: Notice) -> Notice:
        """The draft with every warning let stand."""
        for finding in self.check(notice).findings:
            notice = self.case.act(Role.LEGAL, tick_warning, notice.id, notice.version, finding, "that is how it is")
        return notice

    def freeze(self, notice: Notice, role: Role = Role.PRIVACY_OFFICER) -> Edition:
        return self.case.act(role, freeze_notice, notice.id, self.check(notice))

    def audience(self, channel: Channel, members: list[NewMember]) -> Audience:
        audience = self.case.act(Role.PRIVACY_OFFICER, open_audience, self.incident_id, "affected", channel)
        self.fill(audience, members)
        return audience

    def fill(self, audience: Audience, members: list[NewMember]) -> None:
        importer = Importer(self.case.store, self.case.keys, self.case.people[Role.PRIVACY_OFFICER], self.case.clock)
        assert not importer.fill(self.incident_id, audience.id, enumerate(members, 2)).refused

    def users(self, number: int = 3, channel: Channel = Channel.EMAIL) -> Audience:
        people = [
            NewMember(f"u{n}", f"u{n}@example.net", locale=("en", "de")[n % 2], values={"name": f"Person {n}"})
            for n in range(number)
        ]
        return self.audience(channel, people)

    def customers(self, figures: Mapping[str, Figures]) -> Audience:
        """The contacts of affected customers, with figures that are recorded for them."""
        for own in figures.values():
            if own.people is not None:
                share = Share(own.host_id, own.people, own.reach)
                self.case.act(Role.RESPONDER, record_share, self.incident_id, share)
        words = {locale: (load_phrases([SHIPPED], locale), Formats(locale, PROFILE.zone)) for locale in ("en", "de")}
        dataset, keys = self.brief(NoticeKind.CUSTOMER).datasets[0], self.case.keys

        def gathered(session: Session) -> list[Line]:
            own = own_figures(session, case_for(session, keys, self.incident_id), self.incident_id, dataset)
            return customer_members(session, keys, dataset, own, words)

        return self.audience(Channel.EMAIL, [new for _, new in self.case.look(gathered)])

    def request(self, edition: Edition, audience: Audience, role: Role = Role.COMMANDER) -> Release:
        asked = Request(edition.id, audience.id, SENDER, sending=AT_ONCE)
        return self.case.act(role, request_release, asked, USUAL)

    def approve(self, release: Release, role: Role = Role.APPROVER) -> Release:
        actor = self.case.people[role]
        seen = self.case.look(lambda session: read_release(session, self.case.keys, actor, release.id).seen)
        return self.case.act(role, approve_release, release.id, seen)

    def released(self, kind: NoticeKind, audience: Audience, account: Account = ACCOUNT) -> Release:
        return self.approve(self.request(self.freeze(self.start(kind, account=account)), audience))

    def release(self, release_id: UUID) -> Release:
        return self.case.look(lambda session: session.get_one(Release, release_id))

    def deliveries(self, release: Release) -> list[Delivery]:
        query = select(Delivery).where(col(Delivery.release_id) == release.id).order_by(col(Delivery.id))
        return self.case.look(lambda session: list(session.exec(query).all()))

    def accept(self, release: Release, only: Callable[[Delivery], bool] = lambda _row: True) -> None:
        """What the sender records when a relay has taken the mails."""
        wanted = [row.id for row in self.deliveries(release) if only(row)]
        taken = update(Delivery).where(col(Delivery.id).in_(wanted))
        now = self.case.clock.now()
        values = {"state": DeliveryState.ACCEPTED, "settled_at": now, "reply_code": 250, "reply_text": "2.0.0 queued"}
        self.case.store.write(lambda session: session.exec(taken.values(**values)))


def prepare(case: LawCase, moments: Mapping[str, datetime] = MOMENTS) -> Desk:
    """The facts saved, the moments recorded, an approver there, a contact for each customer."""
    desk = Desk(case)
    case.store.write(lambda session: _add_people(session, case))
    desk.save(FACTS)
    for name, at in moments.items():
        desk.moment(name, at)
    case.move(1)
    return desk


def prepared_desk(case: LawCase) -> Desk:
    """The desk of a case whose database was filled by `prepare`."""
    case.move(1)
    return Desk(case)


def _add_people(session: Session, case: LawCase) -> None:
    approver = UserAccount(
        id=new_id(),
        email="approver@example.org",
        name="approver",
        roles=[Role.APPROVER],
        password="-",
        created_at=case.clock.now() - timedelta(days=1),
    )
    session.add(approver)
    case.people[Role.APPROVER] = Actor(approver.id, approver.name, frozenset({Role.APPROVER}))
    for customer in session.exec(select(Customer)).all():
        contact_id = new_id()
        sealed = {
            column: case.keys.seal(session, value, contact_place(contact_id, column))
            for column, value in (
                ("name_sealed", f"Privacy of {customer.legal_name}"),
                ("address_sealed", f"privacy@{customer.host_id}.example"),
            )
        }
        person = "shared-consultant"
        session.add(CustomerContact(id=contact_id, customer_id=customer.id, kind="privacy", person=person, **sealed))
