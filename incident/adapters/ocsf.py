"""Findings of the Open Cybersecurity Schema Framework, from whatever product writes them: one, a list, or JSON lines.

https://schema.ocsf.io/1.3.0/classes/detection_finding (2004; others of category 2 have the same members)
https://schema.ocsf.io/1.3.0/classes/incident_finding (2005, told by the first of its findings)
https://schema.ocsf.io/1.0.0/classes/security_finding (2001, told by its finding)

Events of other categories are activities and no alerts.
"""

from collections.abc import Iterator
from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.aws_messages import arn_name
from incident.adapters.documents import Json, each_object, read_lines
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    category_hints,
    epoch_moment,
    first_text,
    joined,
    limited,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    tagged_categories,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "ocsf"

SEVERITIES = {
    "1": Severity.INFO,
    "2": Severity.LOW,
    "3": Severity.MEDIUM,
    "4": Severity.HIGH,
    "5": Severity.CRITICAL,
    "6": Severity.CRITICAL,
}
"""severity_id; 0 is Unknown, 99 Other."""
WORDS = {
    "informational": Severity.INFO,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
    "fatal": Severity.CRITICAL,
}
FINDINGS, INCIDENT, COMPLIANCE = "2", "2005", "2003"
UPDATE, CLOSE = "2", "3"
ENDED = frozenset({"3", "4", "5", "6"})
"""status_id: Suppressed, Resolved, Archived, Deleted."""
INCIDENT_ENDED = frozenset({"4", "5"})
"""Of an incident finding 3 is On Hold, 5 is Closed."""
ENDED_WORDS = frozenset({"suppressed", "resolved", "archived", "deleted", "closed"})
_KINDS = (
    ("accesskey", AssetKind.SECRET),
    ("secret", AssetKind.SECRET),
    ("credential", AssetKind.SECRET),
    ("kmskey", AssetKind.SECRET),
    ("bucket", AssetKind.BUCKET),
    ("storageaccount", AssetKind.BUCKET),
    ("dbinstance", AssetKind.DATABASE),
    ("dbcluster", AssetKind.DATABASE),
    ("table", AssetKind.DATABASE),
    ("database", AssetKind.DATABASE),
    ("function", AssetKind.FUNCTION),
    ("container", AssetKind.CONTAINER),
    ("containerimage", AssetKind.CONTAINER),
    ("pod", AssetKind.CONTAINER),
    ("instance", AssetKind.HOST),
    ("host", AssetKind.HOST),
    ("device", AssetKind.HOST),
    ("virtualmachine", AssetKind.HOST),
    ("mailbox", AssetKind.MAILBOX),
    ("user", AssetKind.USER),
    ("account", AssetKind.ACCOUNT),
    ("repository", AssetKind.REPOSITORY),
    ("package", AssetKind.PACKAGE),
    ("application", AssetKind.APPLICATION),
    ("service", AssetKind.SERVICE),
    ("website", AssetKind.WEBSITE),
)
"""How the type of a resource ends, which is free text: AwsS3Bucket, AWS::S3::Bucket and Bucket are buckets."""

Finding = dict[str, Json]


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each finding. Raises Unreadable, naming the field that decides and is wrong."""
    found = (_signal(one, place) for one, place in each_object(read_lines(body)))
    return tuple(signal for signal in found if signal is not None)


def _signal(finding: Finding, place: str) -> Signal | None:
    info = _info(finding)
    if info is None and _number(finding, "category_uid") not in (None, FINDINGS):
        return None
    key, title = scalar_text(part(info, "uid")), scalar_text(part(info, "title"))
    if key is None:
        raise Unreadable(f"{place}finding_info.uid is missing.")
    if title is None:
        raise Unreadable(f"{place}finding_info.title is missing.")
    asset, state = _asset(finding), _state(finding)
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=_severity(finding),
        source=NAME,
        key=own_key(key),
        state=state,
        started_at=_started_at(finding, info, state),
        asset=asset,
        hints=_hints(finding),
        labels=limited(_labels(finding, info)),
        link=web_link(part(info, "src_url")),
    )


def _info(finding: Finding) -> Json:
    """What names the finding: its own, that of the first finding of an incident, or the older one; None: nothing."""
    first = part(finding, "finding_info_list", 0)
    if "finding_info" not in finding and isinstance(first, dict):
        return {**first, "title": first_text(finding.get("desc"), first.get("title"))}
    return finding.get("finding_info") or finding.get("finding")


def _number(finding: Finding, name: str) -> str | None:
    return scalar_text(finding.get(name))


def _severity(finding: Finding) -> Severity | None:
    number = _number(finding, "severity_id")
    if number is not None:
        return SEVERITIES.get(number)
    return WORDS.get((scalar_text(finding.get("severity")) or "").lower())


def _state(finding: Finding) -> SignalState:
    activity = _number(finding, "activity_id")
    status = _number(finding, "status_id") or _number(finding, "state_id")
    ended = INCIDENT_ENDED if _number(finding, "class_uid") == INCIDENT else ENDED
    words = [scalar_text(finding.get("status"))] if status in (None, "99") else []
    passed = scalar_text(part(finding, "compliance", "status_id")) == "1" or finding.get("status_code") == "PASS"
    over = activity == CLOSE or status in ended or passed or any((word or "").lower() in ENDED_WORDS for word in words)
    return SignalState.RESOLVED if over else SignalState.FIRING


def _started_at(finding: Finding, info: Json, state: SignalState) -> datetime | None:
    """The time of an update or of an end is not that of the beginning."""
    first = _time(info, "first_seen_time")
    if first or state is SignalState.RESOLVED or _number(finding, "activity_id") == UPDATE:
        return first
    return _time(finding, "time")


def _time(node: Json, name: str) -> datetime | None:
    """`<name>_dt` is a text of RFC 3339, `<name>` a number of milliseconds."""
    return moment(part(node, f"{name}_dt")) or epoch_moment(part(node, name), 1000)


def _asset(finding: Finding) -> Asset | None:
    resource, region = part(finding, "resources", 0), part(finding, "cloud", "region")
    if resource is None:
        resource = part(finding, "resource") or part(finding, "resources")
    kind = "".join(letter for letter in (scalar_text(part(resource, "type")) or "").lower() if letter.isalnum())
    uid = scalar_text(part(resource, "uid"))
    name = first_text(part(resource, "name"), arn_name(uid) if uid else None)
    what = next((known for ending, known in _KINDS if kind.endswith(ending)), AssetKind.RESOURCE)
    device = finding.get("device")
    host = first_text(*(part(device, member) for member in ("hostname", "name", "ip", "uid")))
    return asset_of(what, name, part(resource, "region") or region) or asset_of(AssetKind.HOST, host, region)


def _hints(finding: Finding) -> tuple[Hint, ...]:
    labels = part(finding, "metadata", "labels")
    return category_hints(tagged_categories(labels if isinstance(labels, list) else ()), "label")


def _labels(finding: Finding, info: Json) -> Iterator[tuple[str, str | None]]:
    for name in ("class_uid", "class_name", "activity_id", "severity", "severity_id", "status", "status_id"):
        yield name, _number(finding, name)
    yield "type", joined(part(info, "types"))
    yield "product", scalar_text(part(finding, "metadata", "product", "name"))
    yield "vendor", scalar_text(part(finding, "metadata", "product", "vendor_name"))
    yield "account", scalar_text(part(finding, "cloud", "account", "uid"))
    yield "region", scalar_text(part(finding, "cloud", "region"))
    yield "provider", scalar_text(part(finding, "cloud", "provider"))
    yield "resource_type", first_text(part(finding, "resources", 0, "type"), part(finding, "resource", "type"))
    yield "analytic", scalar_text(part(info, "analytic", "name"))
    for name in ("action", "disposition", "confidence", "impact", "risk_level", "verdict", "status_code", "is_alert"):
        yield name, scalar_text(finding.get(name))
    yield "labels", joined(part(finding, "metadata", "labels"))
    yield "message", scalar_text(finding.get("message"))


SNIPPET = """\
# Whatever writes OCSF findings (one, a list, or JSON lines) posts them with the secret of {slug}, such as Prowler:
prowler aws --output-formats json-ocsf --output-filename findings --output-directory . --status FAIL
curl --fail -H "Authorization: Bearer SECRET" -H "Content-Type: application/json" \\
  --data-binary @findings.ocsf.json {url}
"""

ADAPTER = Adapter(
    name=NAME,
    label="OCSF findings",
    schemes=(Scheme.BEARER, Scheme.BASIC, Scheme.HEADER_TOKEN),
    read=read,
    snippet=SNIPPET,
)
