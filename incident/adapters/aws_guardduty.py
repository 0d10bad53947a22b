"""Amazon GuardDuty findings: events of EventBridge, sent by an API destination or over SNS.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
"""

from incident.adapters.answers import Headers
from incident.adapters.aws_messages import (
    MESSAGE_ID,
    OVER_EVENTBRIDGE,
    answer,
    arn_name,
    event_detail,
    rule_template,
    unwrapped,
)
from incident.adapters.documents import Json
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    first_text,
    limited,
    made_key,
    moment,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "aws_guardduty"

SEVERITIES = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (1.0, Severity.LOW))
_ASSETS: tuple[tuple[AssetKind, tuple[str | int, ...]], ...] = (
    (AssetKind.BUCKET, ("s3BucketDetails", 0, "name")),
    (AssetKind.DATABASE, ("rdsDbInstanceDetails", "dbInstanceIdentifier")),
    (AssetKind.DATABASE, ("rdsLimitlessDbDetails", "dbShardGroupIdentifier")),
    (AssetKind.FUNCTION, ("lambdaDetails", "functionName")),
    (AssetKind.CONTAINER, ("containerDetails", "name")),
    (AssetKind.CONTAINER, ("kubernetesDetails", "kubernetesWorkloadDetails", "name")),
    (AssetKind.CONTAINER, ("ecsClusterDetails", "taskDetails", "containers", 0, "name")),
    (AssetKind.HOST, ("instanceDetails", "instanceId")),
    (AssetKind.SERVICE, ("eksClusterDetails", "name")),
    (AssetKind.SERVICE, ("ecsClusterDetails", "name")),
    (AssetKind.USER, ("accessKeyDetails", "userName")),
    (AssetKind.SECRET, ("accessKeyDetails", "accessKeyId")),
)
_OWN_KIND = {
    "AccessKey": (AssetKind.SECRET, AssetKind.USER),
    "Instance": (AssetKind.HOST,),
    "EKSCluster": (AssetKind.CONTAINER, AssetKind.SERVICE),
    "ECSCluster": (AssetKind.CONTAINER, AssetKind.SERVICE),
}
"""A finding holds details of more than one thing: whose they are first says resourceType."""

_PUBLIC = ("Policy:S3/BucketAnonymousAccessGranted", "Policy:S3/BucketPublicAccessGranted")
_MALWARE = ("Backdoor:", "Trojan:")
SCAN_RESULT = "GuardDuty Malware Protection Object Scan Result"


def recognises(document: Json) -> bool:
    """Whether a document is an event or a finding of GuardDuty."""
    arn = scalar_text(part(event_detail(document), "arn")) or ""
    return part(document, "source") == "aws.guardduty" or ":guardduty:" in arn


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one signal of the finding. Raises Unreadable, naming the field that decides and is wrong."""
    return signals_of(unwrapped(headers, body)[0])


def signals_of(document: Json) -> tuple[Signal, ...]:
    """As `read`, of what SNS or EventBridge carried."""
    kind = part(document, "detail-type")
    detail = event_detail(document)
    if not isinstance(detail, dict):
        raise Unreadable("detail must be an object.")
    if kind == SCAN_RESULT:
        return (_scanned(document, detail),)
    identity = scalar_text(detail.get("id"))
    if identity is None:
        raise Unreadable("detail.id is missing: it tells one finding from another.")
    title = first_text(detail.get("title"), detail.get("type"))
    if title is None:
        raise Unreadable("detail.title and detail.type are missing.")
    region = first_text(detail.get("region"), part(document, "region"))
    labels = _labels(document, detail)
    signal = Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=_severity(detail.get("severity")),
        source=NAME,
        key=own_key(identity),
        state=_state(detail),
        started_at=moment(part(detail, "service", "eventFirstSeen")) or moment(detail.get("createdAt")),
        asset=_asset(detail, region),
        hints=_hints(scalar_text(detail.get("type")) or "")
        + category_hints(labels.get(f"tag.{DATA_CATEGORIES}"), "tag"),
        labels=labels,
    )
    return (signal,)


def _severity(value: Json) -> Severity | None:
    """1.0 to 10.0 by the documentation; a number may come as text."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        return None
    if not 0 <= number <= 10:
        return None
    return next((severity for least, severity in SEVERITIES if number >= least), Severity.INFO)


def _state(detail: dict[str, Json]) -> SignalState:
    """A sample finding is GuardDuty's own test, also when it is archived."""
    if part(detail, "service", "additionalInfo", "sample") in (True, "true"):
        return SignalState.TEST
    return SignalState.RESOLVED if part(detail, "service", "archived") is True else SignalState.FIRING


def _asset(detail: dict[str, Json], region: str | None) -> Asset | None:
    resource = detail.get("resource")
    first = _OWN_KIND.get(str(part(resource, "resourceType")), ())
    found = [one for kind, path in _ASSETS if (one := asset_of(kind, part(resource, *path), region))]
    preferred = [one for kind in first for one in found if one.kind is kind]
    return next(iter(preferred + found), None) or _of_sequence(detail, region)


def _of_sequence(detail: dict[str, Json], region: str | None) -> Asset | None:
    """Of an attack sequence (AttackSequence:…), which has no resource of its own, the first it names."""
    for one in objects(part(detail, "service", "detection", "sequence", "resources")):
        name = first_text(one.get("name"), one.get("uid"))
        if name:
            kind = _SEQUENCE.get(str(one.get("resourceType")), AssetKind.RESOURCE)
            return asset_of(kind, arn_name(name), first_text(one.get("region"), region))
    return None


_SEQUENCE = {
    "S3_BUCKET": AssetKind.BUCKET,
    "S3_OBJECT": AssetKind.BUCKET,
    "EC2_INSTANCE": AssetKind.HOST,
    "ACCESS_KEY": AssetKind.SECRET,
    "CONTAINER": AssetKind.CONTAINER,
    "KUBERNETES_WORKLOAD": AssetKind.CONTAINER,
    "EKS_CLUSTER": AssetKind.SERVICE,
    "ECS_CLUSTER": AssetKind.SERVICE,
}


def _hints(kind: str) -> tuple[Hint, ...]:
    """By the threat purpose the type begins with; guardduty/latest/ug/guardduty_finding-format.html."""
    if kind in _PUBLIC:
        return (Hint("exposure.recipients", "public", f"Finding type {kind}: the bucket was opened to anyone."),)
    if kind.startswith("Exfiltration:"):
        return (Hint("exposure.exfiltration", "likely", f"Finding type {kind}: data is being taken."),)
    if kind.startswith(_MALWARE) or "/MaliciousFile" in kind:
        return (
            Hint("breach.cause", "malware", f"Finding type {kind}: a resource with malware on it."),
            Hint("breach.malicious", True, f"Finding type {kind}."),
        )
    return ()


def _labels(document: Json, detail: dict[str, Json]) -> dict[str, str]:
    resource = detail.get("resource")
    tags = [*objects(part(resource, "instanceDetails", "tags")), *objects(part(resource, "s3BucketDetails", 0, "tags"))]
    return limited(
        [
            ("type", scalar_text(detail.get("type"))),
            ("severity", scalar_text(detail.get("severity"))),
            ("account", first_text(detail.get("accountId"), part(document, "account"))),
            ("region", first_text(detail.get("region"), part(document, "region"))),
            ("resource_type", scalar_text(part(resource, "resourceType"))),
            ("resource_role", scalar_text(part(detail, "service", "resourceRole"))),
            ("action", scalar_text(part(detail, "service", "action", "actionType"))),
            ("count", scalar_text(part(detail, "service", "count"))),
            ("description", scalar_text(detail.get("description"))),
            *((f"tag.{one.get('key')}", scalar_text(one.get("value"))) for one in tags),
        ]
    )


def _scanned(document: Json, detail: dict[str, Json]) -> Signal:
    """An uploaded object was scanned: threats fire, everything else is told. The object has no id but its place."""
    bucket, name = (scalar_text(part(detail, "s3ObjectDetails", name)) for name in ("bucketName", "objectKey"))
    if bucket is None or name is None:
        raise Unreadable("detail.s3ObjectDetails must name bucketName and objectKey.")
    result = scalar_text(part(detail, "scanResultDetails", "scanResultStatus"))
    threats = result == "THREATS_FOUND"
    return Signal(
        title=one_line(f"{SCAN_RESULT}: {bucket}/{name}", TITLE_LENGTH),
        severity=None,
        source=NAME,
        key=made_key(bucket, name, part(detail, "s3ObjectDetails", "versionId")),
        state=SignalState.FIRING if threats else SignalState.INFORMATIONAL,
        started_at=moment(part(document, "time")) if threats else None,
        asset=asset_of(AssetKind.BUCKET, bucket, part(document, "region")),
        hints=(Hint("breach.cause", "malware", "The scan of the object found threats."),) if threats else (),
        labels=limited(
            [
                ("type", SCAN_RESULT),
                ("result", result),
                ("account", scalar_text(part(document, "account"))),
                ("region", scalar_text(part(document, "region"))),
                ("threat", scalar_text(part(detail, "scanResultDetails", "threats", 0, "name"))),
            ]
        ),
    )


ADAPTER = Adapter(
    name=NAME,
    label="Amazon GuardDuty",
    schemes=OVER_EVENTBRIDGE,
    read=read,
    delivery_header=MESSAGE_ID,
    answer=answer,
    snippet=rule_template("aws.guardduty", "GuardDuty Finding"),
)
