"""Gather who a notice goes to: an audience of the incident, filled in pieces from a stream, looked at by few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from sqlmodel import Session, col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.queries.audiences import find_audience, incident_of
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.register import text_faults
from notifications.addresses import masked
from notifications.audience import (
    AudienceFrozen,
    ImportReport,
    LineFault,
    NewMember,
    import_members,
    new_audience,
    opened,
    scope_of,
)
from notifications.audience_files import COLUMNS, mapping_faults, read_csv, read_jsonl
from notifications.clock import Clock
from notifications.models import Audience, Channel, Member
from notifications.sealing import Keys
from notifications.store import Store
from notifications.wording import worded

TO_PEOPLE = (Channel.EMAIL, Channel.IN_APP)  # the others carry what is said to endpoints
LONGEST_NAME = 200
LONGEST_HOST_ID = 128  # characters, as the column holds
SAMPLE = 10
MAPPED = "E-Mail=address"


class Form(StrEnum):
    """How a file of people is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


class Gathered(StrEnum):
    """Which register an audience was gathered from; one that is filled from a file is of none."""

    CONTACTS = "contacts"  # of affected customers
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class MaskedMember:
    """As much of a member as tells a mixed-up column from a right one: first letters, and the domain of the address."""

    person: str
    address: str
    locale: str
    region: str
    segment: str
    values: tuple[str, ...]


def open_audience(
    act: Act, incident_id: UUID, name: str, channel: Channel, adds_to: UUID | None = None, controller: str = ""
) -> Audience:
    """An empty audience of an incident.

    `adds_to`: an audience that is frozen, to which this one adds people found later; it takes nobody who is told
    already by one of that chain, and its people are of the same controller. `controller` is the host id of the party
    whose people these are, "" for our own. Raises Invalid, NotFound, and Conflict for one that can still be filled.
    """
    act.require(Action.IMPORT_AUDIENCE, incident_id)
    _check_names(name, controller, channel)
    base = _base(act, incident_id, channel, adds_to, controller) if adds_to else None
    made = new_audience(act.session, incident_subject(incident_id), name.strip(), channel, act.now, base)
    if base is None:
        made.controller = controller.strip()
    return made


def gather_audience(
    act: Act, incident_id: UUID, name: str, channel: Channel, gathered: Gathered, controller: str = ""
) -> Audience:
    """The same for people who come from a register: that they do stays with it. Raises as `open_audience`."""
    made = open_audience(act, incident_id, name, channel, controller=controller)
    made.gathered = gathered.value
    return made


class Importer:
    """Fills audiences in short transactions, for one actor of one installation."""

    def __init__(self, store: Store, keys: Keys, actor: Actor, clock: Clock) -> None:
        self._store, self._keys, self._actor, self._clock = store, keys, actor, clock

    def fill(
        self, incident_id: UUID, audience_id: UUID, lines: Iterable[tuple[int, NewMember | LineFault]]
    ) -> ImportReport:
        """Import members from a stream; the timeline says how many came and how many lines were refused.

        What was stored before the stream broke off stays, and the line says that it did. Raises NotFound for an
        audience of another incident, Forbidden, and Conflict for a frozen one.
        """
        self._store.write(lambda session: self._check(self._act(session), incident_id, audience_id))
        report = ImportReport()
        try:
            import_members(self._store, self._keys, audience_id, lines, report)
        except AudienceFrozen as error:
            raise Conflict(str(error)) from error
        finally:
            if report.whole or report.stored or report.refused or report.repeated or report.corrected:
                self._store.write(
                    lambda session: self._write_down(self._act(session), incident_id, audience_id, report)
                )
        return report

    def read(
        self, audience_id: UUID, file: BinaryIO, form: Form, mapping: Mapping[str, str] | None = None
    ) -> ImportReport:
        """Fill an audience from a file as it comes. `mapping`: what the file's columns are, see `read_csv`.

        Raises as `fill`, and Invalid for a mapping nothing could follow.
        """
        mapping = mapping or {}
        _check_mapping(mapping)
        with self._store.read() as session:
            audience = find_audience(session, self._actor, audience_id, Action.IMPORT_AUDIENCE)
        read = read_csv if form is Form.CSV else read_jsonl
        return self.fill(incident_of(audience), audience_id, read(file, mapping))

    def _act(self, session: Session) -> Act:
        return Act(session, self._keys, self._actor, self._clock.now())

    def _check(self, act: Act, incident_id: UUID, audience_id: UUID) -> Audience:
        act.require(Action.IMPORT_AUDIENCE, incident_id)
        return _of_incident(act, incident_id, audience_id)

    def _write_down(self, act: Act, incident_id: UUID, audience_id: UUID, report: ImportReport) -> None:
        audience = _of_incident(act, incident_id, audience_id)
        came = f"{_many(report.stored, 'member')} imported, {_many(report.refused, 'line')} refused"
        text = f"Audience “{audience.name}”: {came}"
        text += f", {_many(report.repeated, 'person', 'people')} there already" if report.repeated else ""
        text += f", {_many(report.corrected, 'person', 'people')} corrected" if report.corrected else ""
        text += f", {_many(report.warned, 'address', 'addresses')} shared" if report.warned else ""
        text += "." if report.whole else "; the import broke off before the end of its file."
        body = {"text": text, "audience": str(audience_id), "stored": report.stored, "refused": report.refused}
        record(act, incident_subject(incident_id), "audience.imported", body)


def read_mapping(said: Iterable[str]) -> dict[str, str]:
    """What columns are, each as "column=name"; "column=" leaves one out. Raises Invalid."""
    found: dict[str, str] = {}
    for one in said:
        column, equals, name = one.rpartition("=")
        if not equals or not column.strip():
            raise Invalid(
                Fault(
                    "map",
                    worded("is no mapping of a column"),
                    worded("write column=name, such as {mapped}", mapped=MAPPED),
                )
            )
        found[column.strip()] = name.strip()
    return found


def read_sample(act: Act, audience_id: UUID) -> list[MaskedMember]:
    """The first members imported and the last, masked; the timeline says who looked. Raises NotFound and Forbidden."""
    audience = find_audience(act.session, act.actor, audience_id, Action.READ_AUDIENCE)
    if audience.purged_at is not None:
        raise Conflict(worded("The audience “{audience}” was purged: nobody of it is kept.", audience=audience.name))
    mine = select(Member).where(col(Member.audience_id) == audience_id).limit(SAMPLE // 2)
    ends = (mine.order_by(col(Member.id)), mine.order_by(col(Member.id).desc()))
    rows = {row.id or 0: row for query in ends for row in act.session.exec(query).all()}
    keyring = act.keys.for_scope(act.session, scope_of(audience_id))
    found = [_masked(opened(keyring, rows[identity])) for identity in sorted(rows)]
    text = f"{_many(len(found), 'member')} of the audience “{audience.name}” looked at, masked."
    _looked(act, audience, "audience.sampled", text)
    return found


def record_faults_read(act: Act, audience_id: UUID) -> Audience:
    """Write down that the faults of an import leave the product. Raises NotFound and Forbidden."""
    audience = find_audience(act.session, act.actor, audience_id, Action.IMPORT_AUDIENCE)
    _looked(act, audience, "audience.faults_read", f"The faults of the audience “{audience.name}” were downloaded.")
    return audience


def _looked(act: Act, audience: Audience, action: str, text: str) -> None:
    record(act, incident_subject(incident_of(audience)), action, {"text": text, "audience": str(audience.id)})


def _masked(new: NewMember) -> MaskedMember:
    values = tuple(f"{name}: {value[:1]}…" for name, value in sorted(new.values.items()))
    return MaskedMember(f"{new.person[:1]}…", masked(new.address), new.locale, new.region, new.segment, values)


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _of_incident(act: Act, incident_id: UUID, audience_id: UUID) -> Audience:
    wanted = (col(Audience.id) == audience_id, col(Audience.subject) == incident_subject(incident_id))
    audience = act.session.exec(select(Audience).where(*wanted)).first()
    if audience is None:
        raise NotFound(worded("There is no such audience on this incident."))
    return audience


def _check_names(name: str, controller: str, channel: Channel) -> None:
    faults = []
    if channel not in TO_PEOPLE:
        faults.append(Fault("channel", worded("reaches no people"), ", ".join(TO_PEOPLE)))
    faults += text_faults("name", name.strip(), LONGEST_NAME, needed=True)
    faults += text_faults("controller", controller.strip(), LONGEST_HOST_ID)
    if faults:
        raise Invalid(*faults)


def _check_mapping(mapping: Mapping[str, str]) -> None:
    if mapping_faults(mapping):
        mend = f"{', '.join(COLUMNS)}, or a-z, 0-9 and _ for a value, or nothing to leave it out"
        raise Invalid(Fault("map", worded("takes a column for what none can be"), mend))


def _base(act: Act, incident_id: UUID, channel: Channel, adds_to: UUID, controller: str) -> Audience:
    base = _of_incident(act, incident_id, adds_to)
    if base.purged_at is not None:
        raise Conflict(
            worded("The audience “{base}” was purged: nobody can tell any more who was in it.", base=base.name)
        )
    if base.frozen_at is None:
        raise Conflict(worded("The audience “{base}” can still be filled: import into it.", base=base.name))
    if base.channel is not channel:
        raise Invalid(
            Fault(
                "channel",
                worded("is another than that of the audience it adds to"),
                worded("take {channel}", channel=base.channel),
            )
        )
    if controller.strip() not in ("", base.controller):
        raise Invalid(
            Fault("controller", worded("is another than that of the audience it adds to"), worded("leave it out"))
        )
    return base
