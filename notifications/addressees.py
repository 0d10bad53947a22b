"""The address behind a delivery row, opened: of the audience's member, or of a message to people inside."""

import json
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlmodel import Session, col, select

from notifications.audience import opened, scope_of
from notifications.models import Delivery, Member, Outgoing
from notifications.sealing import Keys, Place, Unsealable


def addresses_of(session: Session, keys: Keys, deliveries: Iterable[Delivery]) -> dict[int, str]:
    """Addresses by the id of the row; those are left out whose audience was purged or that do not open."""
    found: dict[int, str] = {}
    for delivery in deliveries:
        try:
            address = _address(session, keys, delivery)
        except Unsealable:
            address = ""
        if address and delivery.id is not None:
            found[delivery.id] = address
    return found


def _address(session: Session, keys: Keys, delivery: Delivery) -> str:
    if delivery.release_id is None:
        return _inside(session, keys, delivery)
    member = session.get(Member, delivery.member_id) if delivery.member_id else None
    if member is None or member.person != delivery.person:
        return ""
    return opened(keys.for_scope(session, scope_of(member.audience_id)), member).address


def _inside(session: Session, keys: Keys, delivery: Delivery) -> str:
    outgoing = session.exec(select(Outgoing).where(col(Outgoing.occasion) == delivery.occasion)).first()
    if outgoing is None:
        return ""
    place = Place("outgoing", "addresses_sealed", outgoing.occasion, outgoing.scope)
    return str(json.loads(keys.open(session, outgoing.addresses_sealed, place)).get(delivery.person, ""))


def members_with_address(session: Session, keys: Keys, address_key: str, audience_ids: Iterable[UUID]) -> list[Member]:
    """Members of these audiences with this address, by its `meeting_key`. Each audience has fingerprints of its own.

    An audience whose key was destroyed has nobody.
    """
    blinds: dict[str, UUID] = {}
    for audience_id in audience_ids:
        with suppress(Unsealable):
            blinds[keys.for_scope(session, scope_of(audience_id)).blind(address_key)] = audience_id
    found = session.exec(select(Member).where(col(Member.address_blind).in_(list(blinds)))).all()
    return [member for member in found if blinds[member.address_blind or ""] == member.audience_id]
