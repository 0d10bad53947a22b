"""The list of people whom no mail reaches, for letters: made when it is asked for, with a line that says by whom."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from incident.channel_rules import NextChannel
from incident.errors import NotFound
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.models.releasing import OpenedChannel
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.audience import NewMember, opened, scope_of
from notifications.models import Channel, Delivery, Edition, Member, Receipt, Release
from notifications.wording import worded

COLUMNS = ("person", "account", "name", "address", "locale", "region")


@dataclass(frozen=True, slots=True)
class PostalList:
    """Rows for a table, the names of the columns first.

    `read` people have opened the notice in the product since and are left out; of `purged` ones nothing is known.
    """

    rows: tuple[tuple[str, ...], ...]
    read: int
    purged: int


def export_postal_list(act: Act, release_id: UUID) -> PostalList:
    """Everybody on a release's postal list, opened: ids, names, addresses, and what was imported of them besides.

    The addresses are those that failed; letters go by the id, or by a value such as `postal_address` of the import.
    Raises NotFound for a release of nothing this actor may see, Forbidden.
    """
    release = act.session.get(Release, release_id)
    edition = act.session.get(Edition, release.edition_id) if release else None
    notice = act.session.get(Notice, edition.notice_id) if edition else None
    if notice is None:
        raise NotFound(worded("There is no such release."))
    act.require(Action.READ_AUDIENCE, notice.incident_id)
    members, read, purged = _members(act, release_id)
    values = sorted({name for one in members for name in one.values if name != "name"})
    rows = [(*COLUMNS, *values)]
    for one in members:
        fixed = (one.person, one.account, one.values.get("name", ""), one.address, one.locale, one.region)
        rows.append((*fixed, *(one.values.get(name, "") for name in values)))
    text = f"The postal list of the notice ({notice.kind.replace('_', '-')}) was downloaded: {len(members):,} people."
    body = {"text": text, "release": str(release_id), "people": len(members)}
    record(act, incident_subject(notice.incident_id), "postal_list.downloaded", body)
    return PostalList(tuple(rows), read, purged)


def _members(act: Act, release_id: UUID) -> tuple[list[NewMember], int, int]:
    mine = (col(OpenedChannel.release_id) == release_id, col(OpenedChannel.channel) == NextChannel.POSTAL.value)
    listed = (
        select(Delivery)
        .join(OpenedChannel, col(OpenedChannel.delivery_id) == col(Delivery.id))
        .where(*mine)
        .order_by(col(Delivery.id))
    )
    seen = _readers(act, release_id)
    found: list[NewMember] = []
    read = purged = 0
    for delivery in act.session.exec(listed).all():
        member = act.session.get(Member, delivery.member_id) if delivery.member_id else None
        if delivery.person in seen:
            read += 1
        elif member is None:
            purged += 1
        else:
            found.append(opened(act.keys.for_scope(act.session, scope_of(member.audience_id)), member))
    return found, read, purged


def _readers(act: Act, release_id: UUID) -> set[str]:
    """People who have opened the notice of this release in the product."""
    shown = (col(Delivery.release_id) == release_id, col(Delivery.channel) == Channel.IN_APP)
    query = select(Delivery.person).join(Receipt, col(Receipt.delivery_id) == col(Delivery.id)).where(*shown)
    return set(act.session.exec(query).all())
