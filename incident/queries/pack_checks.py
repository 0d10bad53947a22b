"""What keeps a notice to business customers from telling one of another: its text, and what each mail adds to it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from incident.customer_figures import Figures
from incident.customer_names import Named, Names, foreign_in_values
from incident.grounds import Case
from incident.models.people import Customer
from incident.notice_kinds import KINDS, NoticeKind, Readers
from incident.queries.foreign_people import Going, spoken_of
from incident.queries.recipients import names_of_others, registered_names
from incident.queries.shares import own_figures
from notifications.findings import Finding
from notifications.members import opened, scope_of
from notifications.message import Text, locale_of
from notifications.models import Member
from notifications.sealing import Keys

GROUPED = re.compile(r"(?<=\d)[\s.,\u202f\u00a0'\u2019](?=\d)")  # between the digits of one number
CODE = re.compile(r"\b[A-Z]{2}-[A-Z0-9]{1,3}\b")  # of a region, which may hold digits (ISO 3166-2)
COUNTED = ("people_count", "countries")
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

    An audience gathered from the registers always passes while the figures are as they were; one imported from a file
    may hold what no register says.
    """
    if KINDS[NoticeKind(going.notice.kind)].readers is not Readers.CUSTOMERS:
        return ""
    incident_id, audience = going.notice.incident_id, going.audience
    figures: dict[str, Figures] = {}
    for dataset in spoken_of(case, going):
        figures |= own_figures(session, case, incident_id, dataset)
    names = registered_names(session)
    keyring = keys.for_scope(session, scope_of(audience.id))
    mine = select(Member).where(col(Member.audience_id) == audience.id).order_by(col(Member.id))
    for row in session.exec(mine.execution_options(yield_per=500)):
        own = figures.get(row.account)
        fault = _not_its_own(opened(keyring, row).values, own, names) if own else "which the facts do not name"
        if fault:
            return f"What the audience tells {row.account} {fault}: build it again from the registers."
    return ""


def _not_its_own(values: Mapping[str, str], own: Figures, names: Names) -> str:
    if values.get("customer", own.legal_name) != own.legal_name:
        return "is another's name"
    told = {name: value for name, value in values.items() if name != "customer"}
    for placeholder, other in foreign_in_values(told, Named(own.host_id, own.legal_name), names):
        return f"as {placeholder} names {other.legal_name}"
    known = {str(number) for number in (own.people, *own.reach.values()) if number is not None}
    said = {
        number for name in COUNTED for number in re.findall(r"\d+", GROUPED.sub("", CODE.sub("", values.get(name, ""))))
    }
    return "" if said <= known else "are figures that are not recorded or counted for it"
