"""Put a message to people inside into the outgoing ledger: everybody with the role who may see the incident, once."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Membership
from incident.models.people import UserAccount
from incident.outreach import InternalMessage
from incident.roles import Role, Visibility
from incident.verbs.act import Act
from incident.verbs.endpoint_posts import post_event
from notifications.ids import new_id
from notifications.models import Channel, Delivery, DeliveryState, Outgoing
from notifications.sealing import Place

GIVE_UP = timedelta(hours=24)


def post(act: Act, incident_id: UUID, message: InternalMessage, domain: str) -> int:
    """Post a message and return to how many people; 0 when its occasion was posted before or nobody is there.

    A step of other verbs, which have asked for permission.
    """
    post_event(act, incident_id, message)
    if act.session.get(Outgoing, message.occasion) is not None:
        return 0
    people = people_with(act, incident_id, message.roles)
    if not people:
        return 0
    return put_out(act, incident_id, message, people, domain)


def put_out(act: Act, incident_id: UUID, message: InternalMessage, people: Sequence[UserAccount], domain: str) -> int:
    """Post a message to exactly these people; returns how many. Its roles are not looked at, its occasion must be new.

    `domain` stands in the Message-IDs, which are fixed before anything is tried. Endpoints are told as well.
    """
    post_event(act, incident_id, message)
    return put_under(act, incident_subject(incident_id), message, people, domain)


def put_under(act: Act, scope: str, message: InternalMessage, people: Sequence[UserAccount], domain: str) -> int:
    """Post a message that is sealed under the key of `scope`, such as one about an account and no incident."""
    return put_to(act, scope, message, {str(account.id): account.email for account in people}, domain)


def put_to(
    act: Act,
    scope: str,
    message: InternalMessage,
    addresses: Mapping[str, str],
    domain: str,
    within: timedelta = GIVE_UP,
) -> int:
    """Post a message to these addresses by stable id, of whomever they are. `within`: how long sending is tried."""
    act.session.add(
        Outgoing(
            occasion=message.occasion,
            scope=scope,
            content_sealed=_sealed(act, "content_sealed", message.occasion, scope, message.content),
            addresses_sealed=_sealed(act, "addresses_sealed", message.occasion, scope, addresses),
            created_at=act.now,
        )
    )
    act.session.add_all(_delivery(act, message.occasion, person, domain, within) for person in addresses)
    act.session.flush()
    return len(addresses)


def _delivery(act: Act, occasion: str, person: str, domain: str, within: timedelta) -> Delivery:
    return Delivery(
        occasion=occasion,
        person=person,
        channel=Channel.EMAIL,
        message_id=f"<{new_id()}@{domain}>",
        state=DeliveryState.PENDING,
        next_at=act.now,
        give_up_at=act.now + within,
        created_at=act.now,
    )


def people_with(act: Act, incident_id: UUID, roles: frozenset[Role]) -> list[UserAccount]:
    """Everybody who has one of the roles and may see the incident, by address."""
    incident = act.session.get_one(Incident, incident_id)
    members = set(act.session.exec(select(Membership.user_id).where(col(Membership.incident_id) == incident_id)).all())
    accounts = act.session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    inside = incident.visibility is Visibility.OPEN
    return [
        account
        for account in sorted(accounts, key=lambda account: account.email)
        if not roles.isdisjoint(account.roles) and (inside or account.id in members)
    ]


def _sealed(act: Act, column: str, occasion: str, scope: str, content: Mapping[str, str]) -> bytes:
    return act.seal(json.dumps(dict(content), ensure_ascii=False), Place("outgoing", column, occasion, scope))
