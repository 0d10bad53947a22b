"""Splunk's webhook alert action: one signal for each triggered search, with the first row of its results.

https://help.splunk.com/en/splunk-enterprise/alert-and-respond/alerting-manual/9.4/configure-alert-actions/use-a-webhook-alert-action
"""

import re
from collections.abc import Iterator
from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    epoch_moment,
    first_text,
    limited,
    moment,
    one_line,
    own_key,
    scalar_text,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Signal, SignalState, Unreadable

NAME = "splunk"

_EPOCH = re.compile(r"(\d{1,10})(?:\.(\d+))?", re.ASCII)
_BOOKKEEPING = ("_", "date_", "tag::")
"""How names begin of what Splunk adds to a row; among them the raw event, which may hold anything."""


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the search. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    sid = scalar_text(document.get("sid"))
    if sid is None or isinstance(document["sid"], bool):
        raise Unreadable("sid must be a text.")
    result = document.get("result")
    row = result if isinstance(result, dict) else {}
    search = scalar_text(document.get("search_name"))
    host = _text(row.get("host"))
    signal = Signal(
        title=one_line(search or sid, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=own_key(sid),
        state=SignalState.FIRING,
        started_at=_started_at(row.get("_time")),
        asset=asset_of(AssetKind.HOST, host),
        hints=category_hints(_text(row.get(DATA_CATEGORIES)), "field"),
        labels=_labels(document, row),
        link=web_link(document.get("results_link")),
        # No search ever ends: what one finds on one host belongs together.
        group=f"{search}@{host or ''}" if search else None,
    )
    return (signal,)


def _text(value: Json) -> str | None:
    """A field of a row; of one with several values the first."""
    return first_text(*value[:20]) if isinstance(value, list) else scalar_text(value)


def _started_at(given: Json) -> datetime | None:
    """`_time` of the row: seconds since 1970, with a fraction perhaps, or a time with its offset."""
    text = scalar_text(given) or ""
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        whole, fraction = epoch.groups()
        return epoch_moment(int(whole + (fraction or "")[:6].ljust(6, "0")), 1_000_000)
    return moment(text)


def _labels(document: dict[str, Json], row: dict[str, Json]) -> dict[str, str]:
    return limited(
        [
            ("search_name", scalar_text(document.get("search_name"))),
            ("app", scalar_text(document.get("app"))),
            ("owner", scalar_text(document.get("owner"))),
            *_fields(row),
        ]
    )


def _fields(row: dict[str, Json]) -> Iterator[tuple[str, str | None]]:
    for name, value in row.items():
        label = one_line(name, 200)
        if label and not label.startswith(_BOOKKEEPING):
            yield label, _text(value)


DECIDES = frozenset({"sid"})

SNIPPET = """\
[YOUR ALERT]
action.webhook = 1
action.webhook.param.url = {url}

# Splunk's own action sends no header of yours: an action that does, or a proxy of yours, adds
#   Authorization: Bearer SECRET
# From Splunk 9.0 on the address must be on the allow list (alert_actions.conf):
[webhook]
allowlist.seventytwo = {url}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Splunk alerts",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
