"""The generic source: any JSON, read by the JMESPath expressions in the source's own rules (table `mapping`).

https://jmespath.org/specification.html

`Adapter.with_rules(rules)` is the adapter as a source with these rules reads: trying a body by it is trying a mapping.
"""

from collections.abc import Callable, Mapping

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import read_lines
from incident.adapters.mappings import MAPPING, BadMapping, read_mapping
from incident.adapters.registry import Adapter
from incident.adapters.signals import Signal, Unreadable
from notifications.wording import worded

NAME = "generic"
NO_MAPPING = "This source has no mapping: a table [mapping] in its rules says how its documents are read."

Read = Callable[[Headers, bytes], tuple[Signal, ...]]


def read(_headers: Headers, _body: bytes) -> tuple[Signal, ...]:
    """Without rules nothing can be read: raises Unreadable."""
    raise Unreadable(NO_MAPPING)


def bound(rules: Mapping[str, object]) -> Read:
    """How a source with these rules reads a body."""

    def read_by_mapping(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
        if MAPPING not in rules:
            raise Unreadable(NO_MAPPING)
        try:
            mapping = read_mapping(rules[MAPPING])
        except BadMapping as error:
            raise Unreadable(f"rules.{error}.") from error
        return mapping.signals(read_lines(body), NAME)

    return read_by_mapping


SNIPPET = """\
POST {url}
Authorization: Bearer SECRET
Content-Type: application/json

# How its JSON is read: in the rules of {slug} (seventytwo source rules {slug} rules.toml), for a body such as
# {"alerts": [{"id": 7, "rule": {"name": "Bucket is public"}, "level": "P1", "status": "open", "since": 1767225600,
#              "target": {"bucket": "scans", "zone": "eu-1"}}]}
[mapping]
alerts = "alerts"                  # left out: the whole body is one alert
title = "rule.name || 'Alert'"     # has to be there
key = "id"                         # left out: title and asset tell alerts apart
severity = "level"
state = "status"                   # left out: it only fires
started_at = "since"               # RFC 3339, or seconds or milliseconds since 1970
asset = "target.bucket"
asset_kind = "bucket"
region = "target.zone"
link = "url"
group = "rule.name"
severities = { P1 = "critical", P2 = "high", "*" = "medium" }
states = { open = "firing", closed = "resolved", "*" = "firing" }
labels = { owner = "owner.team", tags = "tags[].name" }
"""

ADAPTER = Adapter(
    name=NAME,
    label=worded("Any JSON (by a mapping of yours)"),
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
    bound=bound,
)
