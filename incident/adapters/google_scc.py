"""Google Security Command Center: findings pushed by Pub/Sub, in its envelope or without.

https://cloud.google.com/security-command-center/docs/how-to-notifications
https://cloud.google.com/security-command-center/docs/reference/rest/v1/organizations.sources.findings
https://cloud.google.com/pubsub/docs/push
"""

import base64
import binascii
from collections.abc import Iterator

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    first_text,
    limited,
    moment,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "google_scc"

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
_COLLECTIONS = {
    "instances": {
        "compute.googleapis.com": AssetKind.HOST,
        "cloudsql.googleapis.com": AssetKind.DATABASE,
        "sqladmin.googleapis.com": AssetKind.DATABASE,
        "spanner.googleapis.com": AssetKind.DATABASE,
        "bigtableadmin.googleapis.com": AssetKind.DATABASE,
        "redis.googleapis.com": AssetKind.DATABASE,
    },
    "datasets": {"bigquery.googleapis.com": AssetKind.DATABASE},
    "tables": {"bigquery.googleapis.com": AssetKind.DATABASE},
    "databases": {"spanner.googleapis.com": AssetKind.DATABASE, "firestore.googleapis.com": AssetKind.DATABASE},
    "functions": {"cloudfunctions.googleapis.com": AssetKind.FUNCTION},
    "services": {"run.googleapis.com": AssetKind.SERVICE, "serviceusage.googleapis.com": AssetKind.SERVICE},
    "secrets": {"secretmanager.googleapis.com": AssetKind.SECRET},
    "cryptoKeys": {"cloudkms.googleapis.com": AssetKind.SECRET},
    "keys": {"iam.googleapis.com": AssetKind.SECRET},
    "serviceAccounts": {"iam.googleapis.com": AssetKind.USER},
    "pods": {"container.googleapis.com": AssetKind.CONTAINER},
    "projects": {"cloudresourcemanager.googleapis.com": AssetKind.ACCOUNT},
    "organizations": {"cloudresourcemanager.googleapis.com": AssetKind.ACCOUNT},
    "folders": {"cloudresourcemanager.googleapis.com": AssetKind.ACCOUNT},
}
"""Full resource names are `//service/collection/id/…/collection/id`; a bucket's is `//storage.googleapis.com/name`."""
_PUBLIC = ("PUBLIC_BUCKET_ACL", "PUBLIC_DATASET", "PUBLIC_LOG_BUCKET")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the finding. Raises Unreadable, naming the field that decides and is wrong."""
    notification = _unwrapped(read_object(body))
    finding = notification.get("finding")
    if not isinstance(finding, dict):
        raise Unreadable("finding must be an object.")
    key, category = scalar_text(finding.get("name")), scalar_text(finding.get("category"))
    if key is None:
        raise Unreadable("finding.name is missing: it tells one finding from another.")
    if category is None:
        raise Unreadable("finding.category is missing.")
    resource = notification.get("resource")
    labels = _labels(finding, resource)
    signal = Signal(
        title=one_line(category, TITLE_LENGTH),
        severity=_severity(finding),
        source=NAME,
        key=own_key(key),
        state=_state(finding),
        started_at=moment(finding.get("createTime")),
        asset=_asset(finding, resource),
        hints=(*_hints(category, finding), *category_hints(labels.get(f"mark.{DATA_CATEGORIES}"), "security mark")),
        labels=labels,
        link=web_link(finding.get("externalUri")),
    )
    return (signal,)


def _unwrapped(document: dict[str, Json]) -> dict[str, Json]:
    """What Pub/Sub wraps as base64 in `message.data`, unless the subscription sends it unwrapped."""
    if "message" not in document:
        return document
    data = part(document, "message", "data")
    try:
        return read_object(base64.b64decode(data if isinstance(data, str) else "", validate=True))
    except (binascii.Error, ValueError) as error:
        reason = str(error) if isinstance(error, Unreadable) else "It is not base64."
        raise Unreadable(f"message.data: {reason}") from error


def _severity(finding: dict[str, Json]) -> Severity | None:
    said = severity_of(scalar_text(finding.get("severity")), SEVERITIES)
    return said or severity_of(scalar_text(part(finding, "sourceProperties", "SeverityLevel")), SEVERITIES)


def _state(finding: dict[str, Json]) -> SignalState:
    """INACTIVE and MUTED are ends; a finding without a state (unspecified) is none."""
    ended = finding.get("state") == "INACTIVE" or finding.get("mute") == "MUTED"
    return SignalState.RESOLVED if ended else SignalState.FIRING


def _asset(finding: dict[str, Json], resource: Json) -> Asset | None:
    name = first_text(finding.get("resourceName"), part(resource, "name"))
    parts = [one for one in (name or "").split("/") if one]
    if not parts:
        return None
    region = part(resource, "location")
    if parts[0] == "storage.googleapis.com":
        return asset_of(AssetKind.BUCKET, parts[-1], region)
    collection = parts[-2] if len(parts) > 2 else ""
    kind = _COLLECTIONS.get(collection, {}).get(parts[0], AssetKind.RESOURCE)
    return asset_of(kind, parts[-1], region)


def _hints(category: str, finding: dict[str, Json]) -> Iterator[Hint]:
    """https://cloud.google.com/security-command-center/docs/concepts-vulnerabilities-findings and threat-detection.

    Older findings have no class; Security Health Analytics then names its scanner.
    """
    kind = finding.get("findingClass")
    if category in _PUBLIC:
        yield Hint("exposure.recipients", "public", f"Category {category}: anyone on the internet can read it.")
    if kind == "MISCONFIGURATION" or (kind is None and (category in _PUBLIC or _scanner(finding))):
        yield Hint("breach.cause", "misconfiguration", "Security Health Analytics finds misconfigurations.")
    if category.startswith("Exfiltration:"):
        yield Hint("exposure.exfiltration", "likely", f"Category {category}.")
    if category.startswith("Malware:"):
        yield Hint("breach.cause", "malware", f"Category {category}.")
    if kind == "THREAT":
        yield Hint("breach.malicious", True, "Finding class THREAT.")


def _scanner(finding: dict[str, Json]) -> str | None:
    return scalar_text(part(finding, "sourceProperties", "ScannerName"))


def _labels(finding: dict[str, Json], resource: Json) -> dict[str, str]:
    marks = part(finding, "securityMarks", "marks")
    project = first_text(part(resource, "projectDisplayName"), part(finding, "sourceProperties", "ProjectId"))
    return limited(
        [
            ("severity", first_text(finding.get("severity"), part(finding, "sourceProperties", "SeverityLevel"))),
            ("class", scalar_text(finding.get("findingClass"))),
            ("state", scalar_text(finding.get("state"))),
            ("mute", scalar_text(finding.get("mute"))),
            ("project", project),
            ("resource_type", scalar_text(part(resource, "type"))),
            ("location", scalar_text(part(resource, "location"))),
            ("detector", first_text(finding.get("parentDisplayName"), _scanner(finding))),
            ("description", first_text(finding.get("description"), part(finding, "sourceProperties", "Explanation"))),
            *((f"mark.{name}", scalar_text(text)) for name, text in (marks.items() if isinstance(marks, dict) else ())),
        ]
    )


DECIDES = frozenset({"message", "data"})
"""They hold the finding."""

SNIPPET = """\
gcloud pubsub topics create {slug}
gcloud scc notifications create {slug} --organization=ORGANIZATION --location=global \\
  --pubsub-topic=projects/PROJECT/topics/{slug} --filter='state="ACTIVE" OR state="INACTIVE"'
gcloud pubsub subscriptions create {slug} --topic={slug} --push-endpoint={url} \\
  --push-auth-service-account=ACCOUNT@PROJECT.iam.gserviceaccount.com --push-auth-token-audience={url}
"""

ADAPTER = Adapter(
    name=NAME,
    label="Google Security Command Center",
    schemes=(Scheme.GOOGLE_OIDC, Scheme.BEARER),
    read=read,
    snippet=SNIPPET,
)
