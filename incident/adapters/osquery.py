"""Results of osquery's scheduled queries: its results log as lines, a list or one, and what its TLS logger posts.

https://osquery.readthedocs.io/en/stable/deployment/logging/ (event, batch and snapshot format)
https://osquery.readthedocs.io/en/stable/deployment/remote/ (node_key, log_type, data)

A row that a query finds begins when it is added and ends when it is removed. What osquery logs of itself is no alert.
"""

import json
from collections.abc import Iterator

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_lines
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    epoch_moment,
    first_text,
    limited,
    objects,
    one_line,
    part,
    scalar_text,
    whole_key,
)
from incident.adapters.fluent_bit import OUTPUT
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Signal, SignalState, Unreadable

NAME = "osquery"

ADDED, REMOVED, SNAPSHOT = "added", "removed", "snapshot"
STATES = {
    ADDED: SignalState.FIRING,
    REMOVED: SignalState.RESOLVED,
    SNAPSHOT: SignalState.INFORMATIONAL,
}

Object = dict[str, Json]


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each row added, removed or in a snapshot. Raises Unreadable, naming the field that decides."""
    document = read_lines(body)
    if part(document, "log_type") == "status":
        return ()
    data = part(document, "data")
    listed = document if isinstance(document, list) else data if isinstance(data, list) else [document]
    if not listed:
        raise Unreadable("data must be a list with at least one result.")
    return tuple(signal for index, one in enumerate(listed) for signal in _signals(one, f"[{index}]."))


def _signals(result: Json, place: str) -> Iterator[Signal]:
    if not isinstance(result, dict):
        raise Unreadable(f"{place[:-1]} must be an object.")
    if "action" not in result and isinstance(result.get("diffResults"), dict):
        for action in (REMOVED, ADDED):
            for columns in objects(part(result, "diffResults", action)):
                yield _signal(result, columns, action, place)
    elif not _is_status(result):
        yield _signal(result, result.get("columns"), result.get("action"), place)


def _is_status(result: Object) -> bool:
    """A line of osquery's own log."""
    return "name" not in result and "action" not in result and {"message", "filename"} <= set(result)


def _signal(result: Object, columns: Json, action: Json, place: str) -> Signal:
    name = scalar_text(result.get("name"))
    if name is None:
        raise Unreadable(f"{place}name must be the name of a query.")
    state = STATES.get(action) if isinstance(action, str) else None
    if state is None:
        raise Unreadable(f"{place}action must be added, removed or snapshot.")
    host = first_text(result.get("hostIdentifier"), result.get("hostname"))
    row = columns if isinstance(columns, dict) else {}
    return Signal(
        title=one_line(name, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=_key(name, host, row),
        state=state,
        started_at=None if state is SignalState.RESOLVED else epoch_moment(result.get("unixTime")),
        asset=asset_of(AssetKind.HOST, host),
        hints=category_hints(scalar_text(part(result, "decorations", DATA_CATEGORIES)), "decoration"),
        labels=limited(_labels(result, row, state)),
        group=f"{name}@{host or ''}",
    )


def _key(name: str, host: str | None, row: Object) -> str:
    """Made of the whole row, however long it is: rows that differ at their ends are two."""
    columns = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if row else ""
    return whole_key("\n".join((name, host or "", columns)))


def _labels(result: Object, row: Object, state: SignalState) -> Iterator[tuple[str, str | None]]:
    yield "query", scalar_text(result.get("name"))
    yield "host", first_text(result.get("hostIdentifier"), result.get("hostname"))
    if state is SignalState.INFORMATIONAL:
        rows = result.get("snapshot")
        yield "rows", str(len(rows)) if isinstance(rows, list) else None
    decorations = result.get("decorations")
    for name, value in decorations.items() if isinstance(decorations, dict) else ():
        yield f"decoration.{name}", scalar_text(value)
    for name, value in row.items():
        yield name, scalar_text(value)


DECIDES = frozenset({"action", "diffResults", "columns", "hostIdentifier", "hostname"})
"""Query, host and row are the alert's identity."""

SNIPPET = """\
# osquery's TLS logger sends no header of yours; Fluent Bit posts what it logs (fluent-bit.conf).
# Schedule only queries whose every row is an alert, or say in the rules of {slug} which ones count.
[INPUT]
    Name        tail
    Path        /var/log/osquery/osqueryd.results.log
    Parser      json
    DB          /var/lib/fluent-bit/osquery.db
"""

ADAPTER = Adapter(
    name=NAME,
    label="osquery",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET + OUTPUT,
)
