"""What the registers of customers, persons and assets share: imports in pieces with a report, checks of one field."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Generic, TypeVar

from sqlmodel import col, select

from incident.errors import Fault, Invalid
from incident.models.entries import ADMINISTRATION
from incident.queries.recipients import REGISTER
from incident.roles import Action, Actor, require
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.addresses import BadAddress, normalise
from notifications.audience import LOCALE, LineFault
from notifications.audience_files import Row
from notifications.models import DataKey
from notifications.sealing import DataKeyring, Keys
from notifications.store import Store
from notifications.wording import worded

T = TypeVar("T")
LISTED = 1000  # refused lines that a report names; the others it counts
BROKEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
COUNTRY = re.compile(r"(?:[A-Z]{2})?")


class Outcome(StrEnum):
    """What storing one entry came to."""

    NEW = "new"
    CHANGED = "changed"
    CONTRACT_CHANGED = "contract_changed"  # a customer's hours, with or without other fields
    UNCHANGED = "unchanged"


Faults = tuple[Fault, ...]
Entry = tuple[int, T | Faults]  # the line it began on, and what it says or why it cannot be read


@dataclass(slots=True)
class RegisterReport:
    """What an import came to: entries by outcome, refused lines. `faults` names the faults of the first 1000 of them.

    `whole`: the stream was read to its end.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    refused: int = 0
    faults: list[LineFault] = field(default_factory=list)
    whole: bool = False

    @property
    def new(self) -> int:
        return self.outcomes[Outcome.NEW]

    @property
    def changed(self) -> int:
        return self.outcomes[Outcome.CHANGED] + self.outcomes[Outcome.CONTRACT_CHANGED]

    @property
    def unchanged(self) -> int:
        return self.outcomes[Outcome.UNCHANGED]

    @property
    def stored(self) -> int:
        """Entries that are new or changed."""
        return self.new + self.changed

    def take(self, line: int, result: Outcome | Faults) -> None:
        """Count one entry or refused line."""
        if isinstance(result, Outcome):
            self.outcomes[result] += 1
            return
        self.refused += 1
        if self.refused <= LISTED:
            self.faults.extend(LineFault(line, fault.field, fault.message, fault.mend) for fault in result)


@dataclass(frozen=True, slots=True)
class RegisterImport(Generic[T]):
    """One import by one actor: what it is of, how many entries a transaction takes, and how it keeps them."""

    store: Store
    keys: Keys
    actor: Actor
    now: datetime
    noun: str
    piece: int
    keep: Callable[[Act, Sequence[T]], list[Outcome | Faults]]
    action: Action = Action.CUSTOMERS

    def run(self, entries: Iterable[Entry[T]]) -> RegisterReport:
        """Keep entries from a stream, a short transaction for each piece; one line on the administration chain.

        What was kept before an interruption stays, and the line says that it was one. Raises Forbidden.
        """
        require(self.actor, self.action, None)
        report, rest = RegisterReport(), iter(entries)
        try:
            while piece := list(islice(rest, self.piece)):
                self._keep(piece, report)
            report.whole = True
        finally:
            report.faults.sort(key=lambda fault: fault.line)
            self.store.write(lambda session: self._write_down(Act(session, self.keys, self.actor, self.now), report))
        return report

    def _keep(self, piece: Sequence[Entry[T]], report: RegisterReport) -> None:
        usable = [(line, entry) for line, entry in piece if not isinstance(entry, tuple)]
        for line, entry in piece:
            if isinstance(entry, tuple):
                report.take(line, entry)
        if usable:
            entries = [entry for _, entry in usable]
            kept = self.store.write(lambda session: self.keep(Act(session, self.keys, self.actor, self.now), entries))
            for (line, _), result in zip(usable, kept, strict=True):
                report.take(line, result)

    def _write_down(self, act: Act, report: RegisterReport) -> None:
        counts = {name.value: report.outcomes[name] for name in Outcome} | {"refused": report.refused}
        hours = report.outcomes[Outcome.CONTRACT_CHANGED]
        text = f"Register of {self.noun}: {report.new} new, {report.changed} changed, {report.unchanged} unchanged"
        text += f" ({hours} contract hours changed)" if hours else ""
        text += f"; {report.refused} lines refused" if report.refused else ""
        text += "." if report.whole else "; the import broke off before the end of its file."
        record(act, ADMINISTRATION, f"{self.noun}.imported", {"text": text, **counts})


def open_register(act: Act) -> DataKeyring:
    """The register's key. Whoever asks for it in a write waits for the others who did: no entry is made twice."""
    ring = act.keys.for_scope(act.session, REGISTER)
    act.session.exec(select(DataKey.id).where(col(DataKey.scope) == REGISTER).with_for_update()).one()
    return ring


def settled(result: Outcome | Faults) -> Outcome:
    """The outcome of a single entry. Raises Invalid for one that was refused."""
    if isinstance(result, Outcome):
        return result
    raise Invalid(*result)


def numbered(rows: Iterable[Row], most: int) -> Iterator[tuple[int, dict[str, str] | Faults]]:
    """Rows of a file up to a number of lines; what stands beyond is not read, and one fault says so."""
    for number, row in rows:
        if number > most + 1:
            yield (
                number,
                (
                    Fault(
                        "line",
                        worded("is beyond the {most:,} lines one import takes", most=most),
                        worded("split the file"),
                    ),
                ),
            )
            return
        yield number, (Fault(row.field, row.message, row.mend),) if isinstance(row, LineFault) else row


def check_columns(found: Sequence[str], known: Collection[str], needed: Iterable[str]) -> None:
    """Refuse a file as a whole whose first line does not name what it must, or names what nobody knows.

    A column that is misspelt and passed over would lose contract hours silently. Raises Invalid.
    """
    mend = "the first line names the columns: " + ", ".join(known)
    faults = [Fault(name, worded("there is no column of this name"), mend) for name in needed if name not in found]
    if not faults:
        strange = ", ".join(str(number) for number, name in enumerate(found, 1) if name not in known)
        faults = (
            [Fault("columns", worded("nobody knows the name of column {strange}", strange=strange), mend)]
            if strange
            else []
        )
        faults += [Fault(name, worded("two columns have this name"), mend) for name in known if found.count(name) > 1]
    if faults:
        raise Invalid(*faults)


def text_faults(name: str, value: str, longest: int, *, needed: bool = False) -> list[Fault]:
    """Whether a value is one line of text of at most `longest` characters. The fault does not repeat the value."""
    if needed and not value.strip():
        return [Fault(name, worded("is empty"), worded("1 to {longest} characters", longest=longest))]
    if len(value) > longest:
        return [Fault(name, worded("is longer than {longest} characters", longest=longest), worded("shorten it"))]
    if BROKEN.search(value):
        return [Fault(name, worded("holds a line break or a control character"), worded("write one line of text"))]
    return []


def id_faults(name: str, value: str, longest: int) -> list[Fault]:
    """Whether a value can be a stable id of the host."""
    faults = text_faults(name, value, longest, needed=True)
    if not faults and value != value.strip():
        faults = [Fault(name, worded("begins or ends with a blank"), worded("give the host's stable id as it is"))]
    return faults


def locale_faults(value: str) -> list[Fault]:
    """Whether a value names a language."""
    return (
        [] if LOCALE.fullmatch(value) else [Fault("locale", worded("is no language"), worded("write de, en or pt-BR"))]
    )


def usable_address(name: str, value: str) -> str | Fault:
    """An e-mail address in the one form that is stored. The fault does not repeat what was given."""
    try:
        return normalise(value)
    except BadAddress:
        return Fault(
            name, worded("is no e-mail address we can write to"), worded("write name@domain, the name in ASCII")
        )
