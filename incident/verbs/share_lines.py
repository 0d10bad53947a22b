"""One customer's own figures of a data set: what they say, what is wrong with them, how lines of a file are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from incident.customer_figures import LOGS
from incident.errors import Fault
from incident.facts.reading import NO_COUNTRY, REGION
from incident.verbs.customer_lines import LONGEST_ID
from incident.verbs.register import Entry, Faults, check_columns, id_faults, numbered, text_faults
from notifications.audience_files import read_table
from notifications.placeholders import LONGEST_VALUE
from notifications.wording import worded

NAMES = ("people", "countries", "fields", "exposed_from", "exposed_until", "logs")
COLUMNS = ("host_id", *NAMES)
ALIASES = {"id": "host_id", "customer": "host_id", "reach": "countries"}
MOST_LINES = 100_000
MOST_PEOPLE = 2_000_000_000
MOST_FIELDS = 50
LONGEST_FIELD = 60
UNKNOWN = ("", "unknown", "?")
TIMES = "such as 2026-11-21T06:00, or with its zone 2026-11-21T06:00+01:00"


@dataclass(frozen=True, slots=True)
class Share:
    """One customer's own part of a data set. None or empty: not known; `dataset` "": the only one that fits.

    `fields` are names of fields as the customer knows them; `reach` is ISO 3166 code → people, None for a number
    nobody knows; `logs` is a word of `customer_figures.LOGS`.
    """

    host_id: str
    people: int | None = None
    reach: Mapping[str, int | None] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    exposed_from: datetime | None = None
    exposed_until: datetime | None = None
    logs: str = ""
    dataset: str = ""


def share_faults(share: Share, now: datetime) -> list[Fault]:
    """What is wrong with figures by themselves."""
    faults = id_faults("host_id", share.host_id, LONGEST_ID)
    if share.people is not None and not 0 <= share.people <= MOST_PEOPLE:
        faults.append(
            Fault(
                "people", worded("is no number of people"), worded("a whole number, or nothing while it is not known")
            )
        )
    faults += _reach_faults(share)
    for name in share.fields:
        faults += [replace(fault, field="fields") for fault in text_faults("fields", name, LONGEST_FIELD, needed=True)]
    if len(share.fields) > MOST_FIELDS or sum(map(len, share.fields)) > LONGEST_VALUE // 2:
        faults.append(
            Fault(
                "fields",
                worded("are too many to be read in a mail"),
                worded("at most {most_fields}, named shortly", most_fields=MOST_FIELDS),
            )
        )
    if share.logs and share.logs not in LOGS:
        faults.append(
            Fault(
                "logs",
                worded("is no word for how far they reach"),
                worded("{known}, or nothing", known=", ".join(LOGS)),
            )
        )
    return faults + _window_faults(share, now)


def read_shares(stream: BinaryIO, zone: str) -> Iterator[Entry[Share]]:
    """Figures of a CSV file, a line for each customer. Raises Invalid for a first line that names the wrong columns.

    Columns: host_id, and any of NAMES; a cell left empty says that it is not known. Countries are written as
    `DE:120;AT:3`, fields as `first_name;email`, moments in ISO 8601, in `zone` where they name none.
    """
    table = read_table(stream, ALIASES)
    check_columns(table.columns, COLUMNS, ("host_id",))
    return _entries(numbered(table.rows, MOST_LINES), zone)


def read_share(host_id: str, said: Mapping[str, str], zone: str, dataset: str = "") -> Share | Faults:
    """The figures that texts by name say, or what cannot be read of them."""
    faults: list[Fault] = []
    share = Share(
        host_id=host_id,
        people=_count("people", said.get("people", ""), faults),
        reach=_countries(said.get("countries", ""), faults),
        fields=tuple(dict.fromkeys(_listed(said.get("fields", "")))),
        exposed_from=_moment("exposed_from", said.get("exposed_from", ""), zone, faults),
        exposed_until=_moment("exposed_until", said.get("exposed_until", ""), zone, faults),
        logs=said.get("logs", "").strip().lower().replace("unknown", ""),
        dataset=dataset,
    )
    return tuple(faults) or share


def _entries(rows: Iterator[tuple[int, dict[str, str] | Faults]], zone: str) -> Iterator[Entry[Share]]:
    seen: set[str] = set()
    for number, row in rows:
        if isinstance(row, tuple):
            yield number, row
        elif row["host_id"] in seen:
            yield (
                number,
                (
                    Fault(
                        "host_id",
                        worded("{row} comes twice", row=repr(row["host_id"])),
                        worded("the first line was taken"),
                    ),
                ),
            )
        else:
            share = read_share(row["host_id"], row, zone)
            if isinstance(share, Share):
                seen.add(share.host_id)
            yield number, share


def _count(name: str, text: str, faults: list[Fault]) -> int | None:
    text = text.strip().lower()
    if text in UNKNOWN:
        return None
    digits = text.replace(",", "").replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    if digits.isascii() and digits.isdigit() and len(digits) < 12:
        return int(digits)
    faults.append(
        Fault(name, worded("is no number of people"), worded("a whole number, or nothing while it is not known"))
    )
    return None


def _countries(text: str, faults: list[Fault]) -> dict[str, int | None]:
    reach: dict[str, int | None] = {}
    for part in _listed(text):
        code, sign, number = part.replace("=", ":").partition(":")
        code = code.strip().upper()
        if code in reach:
            faults.append(
                Fault(
                    "countries", worded("{code} comes twice", code=code), worded("write each once, such as DE:120;AT:3")
                )
            )
        reach[code] = _count("countries", number, faults) if sign else None
    return reach


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\r", "\n").replace("\n", ";").split(";") if part.strip()]


def _moment(name: str, text: str, zone: str, faults: list[Fault]) -> datetime | None:
    text = text.strip()
    if text.lower() in UNKNOWN:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or len(text) <= len("2026-11-21") or not 1970 <= found.year < 2200:
        faults.append(Fault(name, worded("is no moment with a time of day"), TIMES))
        return None
    return found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found


def _reach_faults(share: Share) -> list[Fault]:
    faults = []
    for code, number in share.reach.items():
        if not REGION.fullmatch(code) or code in NO_COUNTRY:
            mend = f"write {NO_COUNTRY[code]}" if code in NO_COUNTRY else "ISO 3166, such as DE or US-CA"
            faults.append(Fault("countries", worded("{code} is no country or region", code=repr(code[:8])), mend))
        elif number is not None and not 0 <= number <= MOST_PEOPLE:
            faults.append(
                Fault(
                    "countries",
                    worded("{code} has no number of people", code=code),
                    worded("a whole number, or nothing"),
                )
            )
    counted = sum(number or 0 for number in share.reach.values())
    if not faults and share.people is not None and counted > share.people >= 0:
        mend = "count each person in one country, or correct the number of people"
        faults.append(
            Fault(
                "countries",
                worded(
                    "count {counted} people, more than the {people} in all",
                    counted=f"{counted:,}",
                    people=f"{share.people:,}",
                ),
                mend,
            )
        )
    return faults


def _window_faults(share: Share, now: datetime) -> list[Fault]:
    begin, end = share.exposed_from, share.exposed_until
    faults = [
        Fault(name, worded("is to come"), worded("when access was possible, not when it will be"))
        for name, moment in (("exposed_from", begin), ("exposed_until", end))
        if moment is not None and moment > now
    ]
    if end is not None and begin is None:
        faults.append(Fault("exposed_from", worded("is missing where there is an end"), worded("say from when")))
    elif end is not None and begin is not None and end <= begin:
        faults.append(Fault("exposed_until", worded("is not after exposed_from"), worded("say both anew")))
    return faults
