"""Auth0 log streams: one signal for each log event, sent as JSON lines, an array or an object.

https://auth0.com/docs/customize/log-streams/custom-log-streams and
https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes. No event has an end or a severity: choose at the
stream which categories come. Dates are UTC, also where a relay took the zone away. The secret is the whole of
Authorization.
"""

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_lines
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    first_text,
    limited,
    one_line,
    own_key,
    part,
    scalar_text,
    utc_moment,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Signal, SignalState, Unreadable

NAME = "auth0"


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each log event. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_lines(body)
    logs = part(document, "logs")
    events = document if isinstance(document, list) else logs if isinstance(logs, list) else [document]
    if not events:
        raise Unreadable("There is no log event in it.")
    return tuple(_signal(event, f"event {number}") for number, event in enumerate(events, 1))


def _signal(event: Json, place: str) -> Signal:
    inner = part(event, "data")
    log = inner if isinstance(inner, dict) else event
    log_id = first_text(part(event, "log_id"), part(log, "log_id"), part(log, "_id"))
    if log_id is None:
        raise Unreadable(f"{place}: log_id is needed: it tells one event from another.")
    kind = scalar_text(part(log, "type"))
    asset = _asset(log)
    date = part(log, "date")
    started_at = utc_moment(date)
    return Signal(
        title=one_line(first_text(part(log, "description"), kind) or log_id, TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=own_key(log_id),
        state=SignalState.FIRING,
        started_at=started_at,
        asset=asset,
        hints=_hints(kind),
        labels=_labels(log, None if started_at else scalar_text(date)),
        group=one_line(f"{kind or log_id} {asset.name if asset else ''}"),
    )


def _asset(log: Json) -> Asset | None:
    user = asset_of(AssetKind.USER, first_text(part(log, "user_name"), part(log, "user_id")))
    return user or asset_of(AssetKind.APPLICATION, part(log, "client_name"))


def _hints(kind: str | None) -> tuple[Hint, ...]:
    if kind == "pwd_leak":
        return (
            Hint("breach.cause", "credential_stuffing", "Type pwd_leak: a login with a leaked password."),
            Hint("data.categories", ("credentials_plain",), "Type pwd_leak: the password is known to others."),
        )
    return ()


def _labels(log: Json, unread_date: str | None) -> dict[str, str]:
    names = (
        "type connection connection_id client_name client_id ip hostname user_id strategy strategy_type tenant_name"
        " environment_name audience scope"
    )
    return limited(
        [
            ("started_at_as_sent", unread_date),
            *((name, scalar_text(part(log, name))) for name in names.split()),
            ("country", first_text(part(log, "location_info", "country_code"), part(log, "security_context", "geo"))),
        ]
    )


SNIPPET = """\
Dashboard > Monitoring > Streams > Create Stream > Custom Webhook
  Payload URL:          {url}
  Authorization Token:  <the secret of {slug}>
  Content Type:         application/json
  Content Format:       JSON Lines
  Prioritized Log:      on: security events such as breached passwords and blocked accounts, not every login
"""

ADAPTER = Adapter(
    name=NAME,
    label="Auth0 log streams",
    schemes=(Scheme.HEADER_TOKEN,),
    read=read,
    token_header="authorization",  # noqa: S106  a header's name
    snippet=SNIPPET,
)
