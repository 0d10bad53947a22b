"""Falco's http_output, and the same event as falcosidekick's webhook output hands it on.

https://falco.org/docs/concepts/outputs/formatting/ and https://falco.org/docs/concepts/outputs/channels/#http
https://falco.org/docs/reference/rules/supported-fields/ (output_fields), https://github.com/falcosecurity/falcosidekick

No alert of Falco ends. `output` and the arguments of processes may hold secrets: they are no labels.
"""

from collections.abc import Iterator, Mapping

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, each_object, read_lines
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    joined,
    limited,
    made_key,
    moment,
    one_line,
    scalar_text,
    severity_of,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "falco"

SEVERITIES = {
    "emergency": Severity.CRITICAL,
    "alert": Severity.CRITICAL,
    "critical": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "notice": Severity.LOW,
    "informational": Severity.INFO,
    "debug": Severity.INFO,
}
ABSENT = frozenset({"<na>", "n/a", "null", "host"})
"""What stands in a field that has no value; a container called `host` is the host itself."""
_ASSETS = (
    ("s3.bucket", AssetKind.BUCKET),
    ("github.repo", AssetKind.REPOSITORY),
    ("okta.target.user.name", AssetKind.USER),
    ("k8s.pod.name", AssetKind.CONTAINER),
    ("container.name", AssetKind.CONTAINER),
    ("container.id", AssetKind.CONTAINER),
    ("ka.target.name", AssetKind.RESOURCE),
)
"""Fields that name what is touched, of the plug-ins and of system calls; else it is the host."""
_WITH_SECRETS = ("args", "cmdline", "cmdnargs", "env", "exeline", "output", "rawarg", "buffer", "data")
_TEST_RULE, _TESTER = "Test rule", "falcosidekick"


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The signal of the event, or of each of several. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_lines(body)
    if document == []:
        raise Unreadable("There is no event in it.")
    return tuple(_signal(event, place) for event, place in each_object(document))


def _signal(event: dict[str, Json], place: str) -> Signal:
    rule = scalar_text(event.get("rule"))
    if rule is None:
        raise Unreadable(f"{place}rule must be the name of a rule.")
    given = event.get("output_fields")
    said = given if isinstance(given, dict) else {}
    hostname = scalar_text(event.get("hostname"))
    asset = _asset(said, hostname)
    return Signal(
        title=one_line(rule, TITLE_LENGTH),
        severity=severity_of(scalar_text(event.get("priority")), SEVERITIES),
        source=NAME,
        key=made_key(rule, hostname),
        state=SignalState.TEST if _is_test(rule, event, said) else SignalState.FIRING,
        started_at=moment(event.get("time")),
        asset=asset,
        hints=category_hints(scalar_text(said.get(DATA_CATEGORIES)), "field"),
        labels=limited(_labels(event, said)),
        group=f"{rule}@{asset.name if asset else ''}",
    )


def _is_test(rule: str, event: Mapping[str, Json], said: Mapping[str, Json]) -> bool:
    """What falcosidekick sends when its /test is asked."""
    return rule == _TEST_RULE and (said.get("proc.name") == _TESTER or _TESTER in str(event.get("output")))


def _asset(said: Mapping[str, Json], hostname: str | None) -> Asset | None:
    for name, kind in _ASSETS:
        text = scalar_text(said.get(name))
        if text and text.lower() not in ABSENT:
            secret = name == "ka.target.name" and said.get("ka.target.resource") == "secrets"
            return asset_of(AssetKind.SECRET if secret else kind, text, said.get("ct.region"))
    return asset_of(AssetKind.HOST, hostname)


def _labels(event: Mapping[str, Json], said: Mapping[str, Json]) -> Iterator[tuple[str, str | None]]:
    yield "priority", scalar_text(event.get("priority"))
    yield "hostname", scalar_text(event.get("hostname"))
    yield "source", scalar_text(event.get("source"))
    yield "tags", joined(event.get("tags"))
    for name, value in said.items():
        text = scalar_text(value)
        words = name.lower().replace("[", ".").split(".")
        if text and text.lower() not in ABSENT - {"host"} and not set(words).intersection(_WITH_SECRETS):
            yield name, text


DECIDES = frozenset({"hostname"})
"""The same rule on another host is another alert."""

SNIPPET = """\
# falcosidekick (config.yaml): Falco itself sends no header of yours.
webhook:
  address: {url}
  customHeaders:
    Authorization: Bearer SECRET
  minimumpriority: notice

# falco.yaml: Falco to falcosidekick
json_output: true
json_include_output_property: true
json_include_tags_property: true
http_output:
  enabled: true
  url: http://127.0.0.1:2801/
"""

ADAPTER = Adapter(
    name=NAME,
    label="Falco",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
