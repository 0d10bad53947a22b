"""One person of an audience: what a line must say to be stored, how it is sealed, opened and fingerprinted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple
from uuid import UUID

from notifications.addresses import BadAddress, normalise
from notifications.countries import CODES_WANTED
from notifications.message import Recipient
from notifications.models import Channel, Member
from notifications.placeholders import LINE_BREAKS, LONGEST_VALUE, NAME
from notifications.sealing import DataKeyring
from notifications.wording import worded

LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?")
REGION = re.compile(r"(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?")
ACCOUNT = "account:"  # how the person of a row begins that is for an account and not for one person
SEGMENT = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,63})?")
LONGEST = {"person": 200, "account": 200, "role": 64}  # characters, as the columns hold
VALUE = re.compile(NAME)
REPEATED = "person again"  # where the person of a line is there already; no column can be called so
CORRECTED = "person corrected"  # where what a line says took the place of what was said of its person
THERE = (REPEATED, CORRECTED)
TABLE = Member.__tablename__
SAID = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class NewMember:
    """One person to write to. `person` is the host's stable id; `values` are what the text says to them alone.

    `segment` names the variant of the text this person gets, "" the first; `locale` is "" where no language is said.
    """

    person: str
    address: str = ""
    account: str = ""
    role: str = ""
    locale: str = "en"
    region: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    segment: str = ""


class Kept(NamedTuple):
    """A member's row as it is read for sending: the columns that are opened and checked, no object of a session."""

    audience_id: str
    id: int
    person: str
    account: str
    role: str
    locale: str
    region: str
    segment: str
    address_sealed: bytes | None
    address_version: int
    variables_sealed: bytes | None
    digest: str


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with one line of an import, in words that repeat nothing of it but the name of a column.

    `warning`: the line was stored all the same.
    """

    line: int
    field: str
    message: str
    mend: str
    warning: bool = False

    @property
    def repeated(self) -> bool:
        """Whether the person was there before this import: nothing is wrong, and there is nothing to do."""
        return self.field == REPEATED

    @property
    def corrected(self) -> bool:
        """Whether the line took the place of what an earlier import said of its person."""
        return self.field == CORRECTED

    def __str__(self) -> str:
        return f"line {self.line}, {'person' if self.field in THERE else self.field}: {self.message} ({self.mend})"


def scope_of(audience_id: UUID) -> str:
    """The scope of an audience's data key."""
    return f"audience:{audience_id}"


def account_member(account: str, role: str = "") -> str:
    """The person an audience names when a notice goes to an account, or to a role in it, and not to one person."""
    return f"{ACCOUNT}{account}:{role}" if role else ACCOUNT + account


def checked(line: int, new: NewMember, channel: Channel) -> NewMember | LineFault:
    """The member with its address in the one form that is stored, or the first thing that keeps it from being so.

    In the product a line may name an account, with or without a role, instead of a person.
    """
    if channel is Channel.IN_APP and new.account and new.person in ("", account_member(new.account)):
        new = replace(new, person=account_member(new.account, new.role))
    elif new.person.startswith(ACCOUNT) and new.person != account_member(new.account, new.role):
        return LineFault(
            line, "person", worded("is what accounts are called here"), worded("leave it out and name the account")
        )
    try:
        address = normalise(new.address) if new.address else ""
    except BadAddress as error:
        return LineFault(line, "address", error.args[0], worded("correct it, or reach this person another way"))
    fault = _fault(line, new)
    if fault is None and channel is Channel.EMAIL and not address:
        fault = LineFault(
            line, "address", worded("is empty"), worded("an e-mail audience needs an address for everybody")
        )
    return fault or (new if address == new.address else replace(new, address=address))


def row_of(keyring: DataKeyring, audience_id: UUID, new: NewMember, blind: str | None) -> dict[str, object]:
    """The columns of a checked member. `blind` is the keyed fingerprint of the address, None without one.

    Everything that is said of them is sealed once: where the address is kept, or without one where the values are.
    """
    said, place = _said(new, new.address, new.values, 1), _row_name(audience_id, new.person, 1)
    column = "address_sealed" if new.address else "variables_sealed"
    return {
        "address_sealed": None,
        "variables_sealed": None,
        column: keyring.seal(said.encode(), TABLE, column, place),
        "audience_id": audience_id,
        "person": new.person,
        "account": new.account,
        "role": new.role,
        "locale": new.locale,
        "region": new.region,
        "segment": new.segment,
        "address_blind": blind,
        "address_version": 1,
        "digest": keyring.blind(said),
    }


def open_member(keyring: DataKeyring, member: Member | Kept) -> Recipient:
    """The member opened for sending. Raises Unsealable for changed bytes, ValueError for a row that was changed."""
    said, address, values = _opened(keyring, member)
    if keyring.blind(said) != member.digest:
        raise ValueError(f"member {member.id} was changed after its import: nothing is sent to it")
    return Recipient(member.person, address, member.locale, values, member.segment)


def address_of(keyring: DataKeyring, member: Member | Kept) -> str:
    """The address of a member, "" for one reached without. Raises Unsealable."""
    return _opened(keyring, member)[1]


def opened(keyring: DataKeyring, member: Member | Kept) -> NewMember:
    """What was imported of a member. Raises Unsealable."""
    _, address, values = _opened(keyring, member)
    return NewMember(
        person=member.person,
        address=address,
        account=member.account,
        role=member.role,
        locale=member.locale,
        region=member.region,
        values=values,
        segment=member.segment,
    )


def _opened(keyring: DataKeyring, member: Member | Kept) -> tuple[str, str, dict[str, str]]:
    """What is said of a member in all, their address and their values. Raises Unsealable.

    What the columns say as well has to be the same; else it is put together anew from them, and is not what was
    approved. So it is of members imported before everything was sealed once: their address stands alone.
    """
    place = _row_name(member.audience_id, member.person, member.address_version)
    address = said = _unsealed(keyring, member.address_sealed, "address_sealed", place)
    kept = "" if said[:1] == "[" else _unsealed(keyring, member.variables_sealed, "variables_sealed", place)
    said = said or kept
    if said[:1] == "[":
        words: list[Any] = SAID(said)[0]
        address, values = words[1], dict(words[7])
        if words == _columns(member, address, words[7]):
            return said, address, values
    else:
        values = json.loads(kept) if kept else {}
    return _said(member, address, values, member.address_version), address, values


def _fault(line: int, new: NewMember) -> LineFault | None:
    if not new.person:
        return LineFault(
            line,
            "person",
            worded("is empty"),
            worded("give the host's stable id of the person, or in the product an account"),
        )
    for name, longest in LONGEST.items():
        value = getattr(new, name)
        if len(value) > longest or LINE_BREAKS.search(value):
            message = worded("is longer than {most} characters or holds a control character", most=longest)
            return LineFault(
                line,
                name,
                message,
                worded("give the host's stable id") if name != "role" else worded("name it shorter"),
            )
    if new.locale and not LOCALE.fullmatch(new.locale):
        return LineFault(line, "locale", worded("is no language"), worded("write de, en or pt-BR"))
    if not REGION.fullmatch(new.region):
        return LineFault(line, "region", worded("is no country or region"), CODES_WANTED)
    if not SEGMENT.fullmatch(new.segment):
        return LineFault(
            line, "segment", worded("is no name of a segment"), worded("letters, digits, _, . and -, at most 64")
        )
    return _value_fault(line, new.values)


def _value_fault(line: int, values: Mapping[str, str]) -> LineFault | None:
    for name, value in values.items():
        if not VALUE.fullmatch(name):
            return LineFault(
                line,
                "values",
                worded("has a name no text can print"),
                worded("a-z, 0-9 and _, beginning with a letter"),
            )
        if len(value) > LONGEST_VALUE or LINE_BREAKS.search(value):
            return LineFault(
                line, name, worded("is too long or holds a line break"), worded("one line of at most 4000 characters")
            )
    return None


def _unsealed(keyring: DataKeyring, blob: bytes | None, column: str, place: str) -> str:
    return keyring.open(blob, TABLE, column, place).decode() if blob else ""


def _columns(member: Member | Kept, address: str, pairs: list[list[str]]) -> list[object]:
    """What `_said` says of a member, as a list."""
    words = [member.person, address, member.account, member.role, member.locale, member.region]
    rest = (member.address_version, pairs, member.segment) if member.segment else (member.address_version, pairs)
    return [*words, *rest]


def _row_name(audience_id: UUID | str, person: str, version: int) -> str:
    """What a member's sealed values are bound to; known before the row has an id."""
    return f"{audience_id}:{person}:{version}"


def _said(of: NewMember | Member | Kept, address: str, values: Mapping[str, str], version: int) -> str:
    """Everything that decides what this person gets, and where, as a JSON array: its keyed fingerprint is approved.

    A segment comes last and only where there is one: members imported before there were any keep theirs.
    """
    words = (of.person, address, of.account, of.role, of.locale, of.region)
    pairs = ", ".join([f"[{quoted(name)}, {quoted(value)}]" for name, value in sorted(values.items())])
    segment = f", {quoted(of.segment)}" if of.segment else ""
    return f"[{', '.join(map(quoted, words))}, {version}, [{pairs}]{segment}]"
