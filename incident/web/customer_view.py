"""From the records of one affected customer to what its page shows."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlmodel import Session, col, select

from incident.customer_figures import Figures, customer_values
from incident.errors import NotFound
from incident.facts import DataSet
from incident.grounds import Case
from incident.models.people import Customer, CustomerContact, Telling
from incident.models.releasing import CustomerShare
from incident.phrases import load_phrases
from incident.queries.briefs import case_for
from incident.queries.incident import IncidentPage, read_evidence
from incident.queries.instructions import (
    Brand,
    Instructed,
    editions_in_name,
    read_instructions,
    releases_of_editions,
)
from incident.queries.list_links import LinkState, read_links, source_of, state_of
from incident.queries.recipients import contact_place
from incident.queries.shares import own_figures, processed_for, read_shares
from incident.queries.timeline import names_of
from incident.roles import Action
from incident.web import words
from incident.web.frame import Desk
from incident.web.moment_view import local_input
from incident.web.views import Choice
from incident.web.views.customers import CustomerView, InstructionView, LinkLine, SentLine, ShareView
from notifications.addresses import masked
from notifications.formats import Formats
from notifications.models import Edition
from notifications.wording import Counted, worded, worded_list

LABELS = {
    "people_count": worded("People concerned"),
    "countries": worded("Where they live"),
    "fields": worded("Fields of data"),
    "exposure": worded("Access possible"),
    "logs": worded("Access logs"),
}
LOGS = {
    "": worded("Not known"),
    "complete": worded("Cover the whole window"),
    "partial": worded("Cover a part of it"),
    "absent": worded("None exist"),
}
STATES = {
    LinkState.LIVE: (worded("Works"), "met"),
    LinkState.EXPIRED: (worded("Expired"), ""),
    LinkState.REVOKED: (worded("Revoked"), ""),
    LinkState.DEAD: (worded("Dead: five wrong codes"), "late"),
}


def customer_view(desk: Desk, session: Session, page: IncidentPage, host_id: str) -> CustomerView:
    """The page of one affected customer. Raises NotFound for one no data set names, and by permission."""
    here, keys = page.incident.id, desk.edge.keys
    case = case_for(session, keys, here)
    datasets = [one for one in processed_for(case.sheet) if host_id in (one.controllers or ())]
    if not datasets:
        raise NotFound(worded("The facts name no such customer."))
    customer = session.exec(select(Customer).where(col(Customer.host_id) == host_id)).first()
    telling = _told(session, here, customer) if customer else None
    titles = {one.id: one.name for one in datasets}
    instructions = [one for one in read_instructions(session, keys, desk.actor, here) if one.row.controller == host_id]
    live = {one.row.dataset for one in instructions if one.is_live}
    editions = editions_in_name(session, here, host_id)
    return CustomerView(
        href=f"/incidents/{page.incident.codename}/customers/{host_id}",
        host_id=host_id,
        name=customer.legal_name if customer else host_id,
        country=customer.country if customer else "",
        registered=customer is not None,
        told_at=telling.told_at if telling else None,
        channel=words.CUSTOMER_CHANNELS.get(telling.channel, telling.channel) if telling else "",
        shares=tuple(_shares(desk, session, case, here, (host_id, datasets))),
        datasets=tuple(Choice(name, title) for name, title in titles.items()),
        contacts=tuple(_contacts(desk, session, customer)) if customer else (),
        links=tuple(_links(desk, session, here, host_id, titles)),
        source=_source(desk, session, here, host_id, datasets),
        instructions=tuple(_instructions(desk, session, here, instructions, titles)),
        uninstructed=tuple(Choice(name, title) for name, title in titles.items() if name not in live),
        sent=tuple(_sent(session, [edition for edition, _ in editions])),
        evidence=_evidence(desk, session, here),
    )


def _told(session: Session, incident_id: UUID, customer: Customer) -> Telling | None:
    mine = (col(Telling.incident_id) == incident_id, col(Telling.customer_id) == customer.id)
    return session.exec(select(Telling).where(*mine).order_by(col(Telling.told_at))).first()


def _shares(
    desk: Desk, session: Session, case: Case, incident_id: UUID, of: tuple[str, list[DataSet]]
) -> Iterable[ShareView]:
    host_id, datasets = of
    rows = {row.dataset: row for row in read_shares(session, desk.actor, incident_id) if row.host_id == host_id}
    names = names_of(session, [row.recorded_by for row in rows.values()])
    for dataset in datasets:
        figures = own_figures(session, case, incident_id, dataset).get(host_id) or Figures(host_id, host_id)
        yield _share(desk, dataset, figures, rows.get(dataset.id), names)


def _share(
    desk: Desk, dataset: DataSet, figures: Figures, row: CustomerShare | None, names: Mapping[str, str]
) -> ShareView:
    phrases = load_phrases(desk.edge.settings.template_folders, desk.language)
    values = customer_values(figures, Formats(desk.language, desk.zone), phrases)
    said = tuple((label, values.get(name, "")) for name, label in LABELS.items())
    kept = row or CustomerShare(incident_id=UUID(int=0), dataset="", host_id="", recorded_by="")
    reach = "\n".join(f"{code} = {'' if n is None else n}".strip() for code, n in sorted(kept.reach.items()))
    return ShareView(
        dataset=dataset.id,
        title=dataset.name,
        said=said,
        people="" if kept.people is None else str(kept.people),
        countries=reach,
        fields="\n".join(kept.fields),
        exposed_from=local_input(kept.exposed_from, desk.zone) if kept.exposed_from else "",
        exposed_until=local_input(kept.exposed_until, desk.zone) if kept.exposed_until else "",
        logs=tuple(Choice(word, label, word == kept.logs) for word, label in LOGS.items()),
        recorded_at=row.recorded_at if row else None,
        recorded_by=names.get(row.recorded_by, "") if row else "",
    )


def _contacts(desk: Desk, session: Session, customer: Customer) -> Iterable[Choice]:
    """For whoever may read audiences: to which registered address codes can go, masked."""
    if not desk.may(Action.READ_AUDIENCE):
        return
    mine = select(CustomerContact).where(col(CustomerContact.customer_id) == customer.id)
    for row in session.exec(mine.order_by(col(CustomerContact.kind), col(CustomerContact.person))).all():
        place = contact_place(row.id, "address_sealed")
        address = masked(desk.edge.keys.open(session, row.address_sealed, place))
        yield Choice(str(row.id), worded_list((words.CONTACTS.get(row.kind, row.kind), address)), row.kind == "privacy")


def _links(
    desk: Desk, session: Session, incident_id: UUID, host_id: str, titles: Mapping[str, str]
) -> Iterable[LinkLine]:
    rows = [row for row in read_links(session, desk.actor, incident_id) if row.host_id == host_id]
    names, now = names_of(session, [row.made_by for row in rows]), desk.edge.clock.now()
    for row in rows:
        state = state_of(row, now)
        yield LinkLine(
            id=str(row.id),
            state=STATES[state][0],
            tone=STATES[state][1],
            dataset=titles.get(row.dataset, row.dataset),
            made_at=row.made_at,
            made_by=names.get(row.made_by, ""),
            expires_at=row.expires_at,
            downloads=row.downloads,
            last_at=row.last_download_at,
            live=state is LinkState.LIVE,
        )


def _source(desk: Desk, session: Session, incident_id: UUID, host_id: str, datasets: list[DataSet]) -> str:
    """From where the list would be taken now, data set by data set."""
    parts = []
    for dataset in datasets:
        found = source_of(session, desk.edge.keys, incident_id, dataset.id, host_id)
        number = Counted(found.people)
        part = worded("{number} from the register of persons", number=number)
        if found.is_audience:
            part = worded("{number} from the imported audience of these people", number=number)
        parts.append(worded_list((dataset.name, part), ": ") if len(datasets) > 1 else part)
    return worded_list(parts, "; ")


def _instructions(
    desk: Desk, session: Session, incident_id: UUID, rows: list[Instructed], titles: Mapping[str, str]
) -> Iterable[InstructionView]:
    names = names_of(session, [one.row.recorded_by for one in rows])
    kept = {str(row.id): name for row, name in read_evidence(session, desk.edge.keys, desk.actor, incident_id)}
    for one in rows:
        row, brand = one.row, one.details.brand
        editions = [
            (edition, notice)
            for edition, notice in editions_in_name(session, incident_id, row.controller)
            if notice.dataset == row.dataset
        ]
        numbers = {edition.id: edition.number for edition, _ in editions}
        number = numbers.get(row.approved_edition) if row.approved_edition else None
        yes = f"edition {number}, by {one.yes.way} ({one.yes.by})" if one.yes and number else ""
        yield InstructionView(
            id=str(row.id),
            dataset=titles.get(row.dataset, row.dataset),
            what=one.details.what,
            by=one.details.by,
            way=one.details.way,
            received_at=row.received_at,
            recorded_by=names.get(row.recorded_by, ""),
            brand=_printed(brand),
            colour=brand.colour,
            evidence=kept.get(str(row.evidence_id), ""),
            withdrawn_at=row.withdrawn_at,
            yes=yes,
            yes_at=row.approved_at,
            editions=tuple(
                Choice(f"{edition.id}:{edition.digest}", f"{words.NOTICES[notice.kind][0]}, edition {edition.number}")
                for edition, notice in editions
            ),
        )


def _printed(brand: Brand) -> tuple[tuple[str, str], ...]:
    """What the notice prints of a brand, as far as it is given."""
    lines = {
        "Name": brand.name,
        "Contact": brand.contact_name,
        "E-mail": brand.contact_email,
        "Telephone": brand.contact_phone,
        "Post": brand.address,
    }
    return tuple((label, value) for label, value in lines.items() if value)


def _sent(session: Session, editions: list[Edition]) -> Iterable[SentLine]:
    numbers = {edition.id: edition.number for edition in editions}
    for row in releases_of_editions(session, list(numbers)):
        label = f"Edition {numbers[row.edition_id]}: {words.STATES[row.state]}"
        ledger = f"/releases/{row.id}/ledger.csv" if row.approved_at else ""
        yield SentLine(f"/releases/{row.id}", label, row.requested_at, ledger)


def _evidence(desk: Desk, session: Session, incident_id: UUID) -> tuple[Choice, ...]:
    rows = read_evidence(session, desk.edge.keys, desk.actor, incident_id)
    newest = sorted(rows, key=lambda pair: pair[0].kept_at, reverse=True)
    return tuple(Choice(str(row.id), name) for row, name in newest)
