"""What keeps a notice to business customers from telling one of another: its text, and what each mail adds to it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from incident.customer_figures import PLACEHOLDERS, Figures
from incident.customer_names import Named, Names, foreign_in_values
from incident.grounds import Case
from incident.models.people import Customer
from incident.notice_drafts import read_basis
from incident.notice_kinds import KINDS, NoticeKind, Readers
from incident.queries.foreign_people import Going, spoken_of
from incident.queries.recipients import names_of_others, registered_names
from incident.queries.shares import own_figures
from notifications.fan_out import ANSWERED
from notifications.findings import Finding
from notifications.members import opened, scope_of
from notifications.message import Text, locale_of
from notifications.models import Delivery, Member
from notifications.occasions import edition_occasion
from notifications.release import open_basis
from notifications.sealing import Keys
from notifications.wording import worded

FIGURES = PLACEHOLDERS - {"greeting", "name", "customer"}
SHARED = ("notices/phrases/{locale}.toml", "notices/sentences/{locale}.txt")


def check_pack(
    session: Session,
    folders: Sequence[Path],
    kind: NoticeKind,
    texts: Mapping[str, Text],
    own: Sequence[str] = (),
    controller: str = "",
) -> list[Finding]:
    """Errors for every registered customer that a notice to customers, or to the people of one, names; else none.

    `folders` are the template folders, the shipped one last; `own` are names of the organisation itself, which may be
    its own customer; `controller` is the host id of the customer whose people are written to.
    """
    if KINDS[kind].readers is not Readers.CUSTOMERS and not controller:
        return []
    usual = "\n".join(_shipped_words(folders[-1], kind, dict.fromkeys(map(locale_of, texts))))
    if not controller:
        return names_of_others(session, texts, own, usual)
    wanted = select(Customer.legal_name).where(col(Customer.host_id) == controller)
    name = session.exec(wanted).first() or controller
    return names_of_others(session, texts, (*own, name), usual, name)


def _shipped_words(folder: Path, kind: NoticeKind, locales: Iterable[str]) -> Iterable[str]:
    """The words of the shipped templates, which name nobody: a customer called Contact Ltd is not every heading."""
    for locale in locales:
        files = sorted((folder / f"notices/{kind}/{locale}").glob("*"))
        files += [folder / path.format(locale=locale) for path in SHARED]
        yield from (file.read_text(encoding="utf-8") for file in files if file.is_file())


def values_against(session: Session, keys: Keys, case: Case, going: Going) -> str:
    """Why the values of an audience of customers cannot be theirs, "" when each has its own and nobody else's.

    An audience gathered from the registers always passes while the figures are as they were; in one imported from a
    file every figure is written as the registers would write it beside this text, or left out. Who has the mail already
    is not asked about.
    """
    if KINDS[NoticeKind(going.notice.kind)].readers is not Readers.CUSTOMERS:
        return ""
    basis = read_basis(open_basis(session, keys, going.edition))
    wording = basis.wording if basis else None
    if wording is None:
        return worded("This text kept no words for the figures of each customer: draft it anew and freeze it again.")
    figures: dict[str, Figures] = {}
    for dataset in spoken_of(case, going):
        figures |= own_figures(session, case, going.notice.incident_id, dataset)
    names, keyring = registered_names(session), keys.for_scope(session, scope_of(going.audience.id))
    written = cache(lambda account, locale: wording.values(figures[account], locale))
    for row in session.exec(_yet_to_be_told(going).execution_options(yield_per=500)):
        own = figures.get(row.account)
        if own is None:
            fault: str = worded("which the facts do not name")
        else:
            fault = _not_its_own(opened(keyring, row).values, written(row.account, row.locale), own, names)
        if fault:
            return worded(
                "What the audience tells {customer} {fault}: build it again from the registers.",
                customer=row.account,
                fault=fault,
            )
    return ""


def _yet_to_be_told(going: Going) -> SelectOfScalar[Member]:
    """The members of an audience whose mail of this edition has not gone out."""
    same = (col(Delivery.occasion) == edition_occasion(going.edition.id), col(Delivery.person) == col(Member.person))
    gone = select(Delivery.id).where(*same, col(Delivery.state).in_(ANSWERED)).exists()
    return select(Member).where(col(Member.audience_id) == going.audience.id, ~gone).order_by(col(Member.id))


def _not_its_own(values: Mapping[str, str], written: Mapping[str, str], own: Figures, names: Names) -> str:
    """What is wrong with one member's values; `written` are those the registers give. The name alone is its own."""
    if values.get("customer", own.legal_name) != own.legal_name:
        return worded("is another's name")
    told = {name: value for name, value in values.items() if name != "customer"}
    for placeholder, other in foreign_in_values(told, Named(own.host_id, own.legal_name), names):
        return worded("as {placeholder} names {other}", placeholder=placeholder, other=other.legal_name)
    strange = sorted(name for name in told.keys() & FIGURES if told[name] and told[name] != written.get(name))
    return worded("as {placeholder} is not recorded or counted for it", placeholder=strange[0]) if strange else ""
