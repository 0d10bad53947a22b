"""Who a notice goes to, gathered from the registers: contacts of affected customers, or the people themselves."""

from collections.abc import Iterator
from itertools import chain

from sqlmodel import Session, col, select

from incident.auth.edge import Edge
from incident.errors import Conflict, NotFound
from incident.models.entries import incident_subject
from incident.models.people import Notice
from incident.notice_kinds import KINDS, PUBLIC, NoticeKind, Readers
from incident.phrases import load_phrases
from incident.queries.briefs import case_for
from incident.queries.notices import read_notice
from incident.queries.recipients import Line, customer_members, registered_people, registered_regions
from incident.queries.shares import own_figures
from incident.roles import Actor
from incident.verbs.act import Act
from incident.verbs.audiences import Gathered, Importer, gather_audience, open_audience
from notifications.audience import NewMember
from notifications.formats import Formats
from notifications.members import ACCOUNT
from notifications.message import locale_of
from notifications.models import Audience, Channel, Delivery, Member
from notifications.reader_tokens import Reader
from notifications.wording import worded, worded_list

_PEOPLE = (NoticeKind.PEOPLE, NoticeKind.GENERIC, NoticeKind.CALIFORNIA, NoticeKind.HIPAA, NoticeKind.PEOPLE_UPDATE)
_CUSTOMERS = (NoticeKind.CUSTOMER, NoticeKind.CUSTOMER_UPDATE)
SOURCES = {
    **dict.fromkeys(
        _CUSTOMERS, worded("The contacts of every affected customer, each with that customer's own figures.")
    ),
    **dict.fromkeys(_PEOPLE, worded("Everybody in the register of people.")),
    NoticeKind.CONTROLLER_PEOPLE: worded("The people of this customer in the register of people."),
    NoticeKind.IN_APP: worded("Everybody in the register of people, in the product."),
}
NAMES = {
    **dict.fromkeys(_CUSTOMERS, worded("Contacts of affected customers")),
    **dict.fromkeys(_PEOPLE, worded("Registered people")),
    NoticeKind.CONTROLLER_PEOPLE: worded("Registered people of the customer"),
    NoticeKind.IN_APP: worded("Registered people, in the product"),
}
GIVEN = {str(name): name for name in NAMES.values()}


def name_of(audience: Audience) -> str:
    """What an audience is called: a name nobody chose is said in the reader's language, another as it was given."""
    head, _, region = audience.name.rpartition(", ")
    if audience.name not in GIVEN and head in GIVEN:
        return worded_list((GIVEN[head], region))
    return GIVEN.get(audience.name, audience.name)


def fitting_audiences(session: Session, notice: Notice) -> list[Audience]:
    """Audiences of the incident a notice can go to, the newest first: of its channel, of its controller's people.

    A notice to customers goes to who acts for one, each with that customer's own figures: an audience that holds
    anybody else would be refused. What was gathered for customers is offered to no other notice.
    """
    if notice.kind in PUBLIC:
        return []
    mine = (
        col(Audience.subject) == incident_subject(notice.incident_id),
        col(Audience.channel) == KINDS[NoticeKind(notice.kind)].channel,
        col(Audience.controller) == notice.controller,
        col(Audience.purged_at).is_(None),
    )
    if KINDS[NoticeKind(notice.kind)].readers is Readers.CUSTOMERS:
        in_it = col(Member.audience_id) == col(Audience.id)
        whose = ~select(Member.id).where(in_it, col(Member.account) == "").exists()
    else:
        whose = col(Audience.gathered) != Gathered.CONTACTS
    newest = (col(Audience.created_at).desc(), col(Audience.id).desc())
    return list(session.exec(select(Audience).where(*mine, whose).order_by(*newest)).all())


def chosen_audience(session: Session, notice: Notice, wanted: str = "") -> Audience | None:
    """The audience of this id, or the one gathered last, or the only one there is. Raises NotFound for a strange id."""
    fitting = fitting_audiences(session, notice)
    if wanted:
        found = next((row for row in fitting if str(row.id) == wanted), None)
        if found is None:
            raise NotFound(worded("There is no such audience for this notice."))
        return found
    return audience_for(session, notice) or (fitting[0] if len(fitting) == 1 else None)


def audience_for(session: Session, notice: Notice) -> Audience | None:
    """The audience gathered last for notices of this kind on this incident, whatever it is called."""
    kind = NoticeKind(notice.kind)
    if kind not in NAMES:
        return None
    mine = (
        col(Audience.subject) == incident_subject(notice.incident_id),
        col(Audience.gathered) == _gathered(kind),
        col(Audience.channel) == KINDS[kind].channel,
        col(Audience.controller) == notice.controller,
        col(Audience.adds_to).is_(None),
        col(Audience.purged_at).is_(None),
    )
    newest = select(Audience).where(*mine).order_by(col(Audience.created_at).desc(), col(Audience.id).desc()).limit(1)
    return session.exec(newest).first()


def _gathered(kind: NoticeKind) -> Gathered:
    """Which register holds the readers of a kind."""
    return Gathered.CONTACTS if KINDS[kind].readers is Readers.CUSTOMERS else Gathered.PEOPLE


def build_audience(edge: Edge, by: Actor, notice: Notice, region: str = "") -> Audience:
    """Gather a new audience, of people in one country or part of it where one is named.

    Raises Invalid for affected customers without a contact, Conflict when nobody is found.
    """
    if notice.kind in PUBLIC:
        raise Conflict(worded("A public announcement has no audience: everybody can read it."))
    if notice.kind not in NAMES:
        raise Conflict(worded("The registers hold nobody of these: make an audience and import a list."))
    told = KINDS[NoticeKind(notice.kind)]
    channel, customers = Channel(told.channel), told.readers is Readers.CUSTOMERS
    lines = iter(_customers(edge, by, notice)) if customers else _people(edge, by, notice, channel, region)
    first = next(lines, None)  # the others stay where they are: a register can hold a million
    if first is None:
        raise Conflict(worded("The register holds nobody this notice could go to."))
    audience = edge.write(by, lambda act: _empty(act, notice, channel, region))
    importer = Importer(edge.store, edge.keys, by, edge.clock)
    importer.fill(notice.incident_id, audience.id, chain([first], lines))
    return audience


def _empty(act: Act, notice: Notice, channel: Channel, region: str) -> Audience:
    """The audience to fill. Only one of everybody is taken for a notice by itself: one of a region is chosen."""
    kind = NoticeKind(notice.kind)
    if region:
        name = f"{NAMES[kind]}, {region}"
        return open_audience(act, notice.incident_id, name, channel, controller=notice.controller)
    return gather_audience(act, notice.incident_id, str(NAMES[kind]), channel, _gathered(kind), notice.controller)


def _customers(edge: Edge, by: Actor, notice: Notice) -> list[Line]:
    """The contacts, with words in the languages the notice is written in: no mail mixes two."""
    settings = edge.settings
    with edge.read() as session:
        draft = read_notice(session, edge.keys, by, notice.id).draft
        written = dict.fromkeys(map(locale_of, draft.texts))
        words = {
            locale: (load_phrases(settings.template_folders, locale), Formats(locale, settings.zone))
            for locale in written
        }
        case = case_for(session, edge.keys, notice.incident_id)
        dataset = case.dataset(notice.dataset) or next((one for one in case.sheet.datasets if one.controllers), None)
        if dataset is None:
            raise Conflict(worded("The facts name no customer as affected."))
        figures = own_figures(session, case, notice.incident_id, dataset)
        return customer_members(session, edge.keys, dataset, figures, words)


def regions_of(session: Session, notice: Notice) -> dict[str, int]:
    """Where the people live that the register would give, with how many; nothing where it gives no people."""
    told = KINDS[NoticeKind(notice.kind)]
    gathered = notice.kind in NAMES and told.readers is not Readers.CUSTOMERS
    return registered_regions(session, notice.controller) if gathered else {}


def _people(edge: Edge, by: Actor, notice: Notice, channel: Channel, region: str) -> Iterator[Line]:
    """The register: of the customer in whose name the notice speaks its own people alone, else everybody."""
    with edge.read() as session:
        here = (notice.incident_id, notice.controller, region)
        for number, member in registered_people(session, edge.keys, by, *here):
            if channel is Channel.IN_APP:
                account = member.account if notice.controller else ""
                yield number, NewMember(member.person, account=account, locale=member.locale, values=member.values)
            elif member.address:
                yield number, member


def readers(session: Session, limit: int = 12) -> list[str]:
    """Some of those an in-app notice went to, people or accounts, for the demonstration page."""
    shown = select(Delivery.person).where(col(Delivery.channel) == Channel.IN_APP).distinct().limit(limit)
    return sorted(session.exec(shown).all())


def reader_called(session: Session, name: str) -> Reader:
    """The reader a name of `readers` stands for; for an account, somebody in every role that was written to."""
    if not name.startswith(ACCOUNT):
        return Reader(name)
    mine = (col(Delivery.channel) == Channel.IN_APP, col(Delivery.person) == name)
    account = session.exec(select(Delivery.account).where(*mine).limit(1)).first() or ""
    roles = {role for role in session.exec(select(Delivery.role).where(*mine).distinct()).all() if role}
    return Reader(f"somebody at {account}", {account: tuple(sorted(roles))})
