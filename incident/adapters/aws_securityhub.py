"""AWS Security Hub findings: events of EventBridge, sent by an API destination or over SNS, in ASFF or in OCSF.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html (ASFF)
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-types.html (OCSF)
"""

from incident.adapters.answers import Headers
from incident.adapters.aws_messages import (
    MESSAGE_ID,
    OVER_EVENTBRIDGE,
    answer,
    event_detail,
    resource_asset,
    rule_template,
    unwrapped,
)
from incident.adapters.documents import Json
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
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
from incident.adapters.signals import AssetKind, Hint, Severity, Signal, SignalState, Unreadable

NAME = "aws_securityhub"

Finding = dict[str, Json]

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "fatal": Severity.CRITICAL,  # OCSF only
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "informational": Severity.INFO,
}
NORMALIZED = ((90, Severity.CRITICAL), (70, Severity.HIGH), (40, Severity.MEDIUM), (1, Severity.LOW))
ENDED = frozenset({"resolved", "suppressed", "archived", "deleted"})
"""Of Workflow.Status, RecordState, and the status of a finding in OCSF."""
_ASSETS = {
    "AwsAccount": AssetKind.ACCOUNT,
    "AwsS3Bucket": AssetKind.BUCKET,
    "AwsEc2Instance": AssetKind.HOST,
    "AwsIamUser": AssetKind.USER,
    "AwsIamAccessKey": AssetKind.SECRET,
    "AwsSecretsManagerSecret": AssetKind.SECRET,
    "AwsKmsKey": AssetKind.SECRET,
    "AwsLambdaFunction": AssetKind.FUNCTION,
    "AwsRdsDbInstance": AssetKind.DATABASE,
    "AwsRdsDbCluster": AssetKind.DATABASE,
    "AwsDynamoDbTable": AssetKind.DATABASE,
    "AwsRedshiftCluster": AssetKind.DATABASE,
    "AwsOpenSearchServiceDomain": AssetKind.DATABASE,
    "AwsElasticsearchDomain": AssetKind.DATABASE,
    "AwsEcrContainerImage": AssetKind.CONTAINER,
    "Container": AssetKind.CONTAINER,
    "AwsEcsTask": AssetKind.CONTAINER,
    "AwsEcsService": AssetKind.SERVICE,
    "CodeRepository": AssetKind.REPOSITORY,
    # As OCSF has them.
    "AWS::S3::Bucket": AssetKind.BUCKET,
    "AWS::EC2::Instance": AssetKind.HOST,
    "AWS::IAM::User": AssetKind.USER,
    "AWS::IAM::AccessKey": AssetKind.SECRET,
    "AWS::Lambda::Function": AssetKind.FUNCTION,
    "AWS::RDS::DBInstance": AssetKind.DATABASE,
    "AWS::DynamoDB::Table": AssetKind.DATABASE,
    "AWS::ECR::ContainerImage": AssetKind.CONTAINER,
}


def recognises(document: Json) -> bool:
    """Whether a document has findings of Security Hub, or is one."""
    detail = event_detail(document)
    return (
        part(document, "source") == "aws.securityhub"
        or isinstance(part(detail, "findings"), list)
        or (isinstance(detail, dict) and "ProductArn" in detail)
    )


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """One signal for each finding. Raises Unreadable, naming the field that decides and is wrong."""
    return signals_of(unwrapped(headers, body)[0])


def signals_of(document: Json) -> tuple[Signal, ...]:
    """As `read`, of what SNS or EventBridge carried; also the list alone, or one finding, as a rule may cut it out."""
    detail = event_detail(document)
    findings = part(detail, "findings") if isinstance(detail, dict) and "ProductArn" not in detail else detail
    findings = [findings] if isinstance(findings, dict) else findings
    if not isinstance(findings, list) or not findings:
        raise Unreadable("detail.findings must be a list with at least one finding.")
    return tuple(_signal(finding, f"findings[{index}]", document) for index, finding in enumerate(findings))


def _signal(finding: Json, place: str, document: Json) -> Signal:
    if not isinstance(finding, dict):
        raise Unreadable(f"{place} must be an object.")
    if "finding_info" in finding:
        return _of_ocsf(finding, place)
    key, title = scalar_text(finding.get("Id")), scalar_text(finding.get("Title"))
    if key is None:
        raise Unreadable(f"{place}.Id is missing: it tells one finding from another.")
    if title is None:
        raise Unreadable(f"{place}.Title is missing.")
    resource = part(finding, "Resources", 0)
    region = first_text(part(resource, "Region"), finding.get("Region"))
    labels = _labels(finding, resource, document)
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=_severity(finding.get("Severity")),
        source=NAME,
        key=own_key(key),
        state=_state(finding),
        started_at=moment(finding.get("FirstObservedAt")) or moment(finding.get("CreatedAt")),
        asset=resource_asset(_ASSETS, part(resource, "Type"), part(resource, "Id"), region),
        hints=_hints(finding) + category_hints(labels.get(f"tag.{DATA_CATEGORIES}"), "tag"),
        labels=labels,
        link=web_link(finding.get("SourceUrl")),
        group=_group(labels),
    )


def _severity(value: Json) -> Severity | None:
    label = scalar_text(part(value, "Label"))
    if label is not None:
        return severity_of(label, SEVERITIES)
    number = part(value, "Normalized")
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 100:
        return None
    return next((severity for least, severity in NORMALIZED if number >= least), Severity.INFO)


def _state(finding: Finding) -> SignalState:
    words = (scalar_text(part(finding, "Workflow", "Status")), scalar_text(finding.get("RecordState")))
    passed = scalar_text(part(finding, "Compliance", "Status")) == "PASSED"
    ended = passed or any((word or "").lower() in ENDED for word in words)
    return SignalState.RESOLVED if ended else SignalState.FIRING


def _types(finding: Finding) -> list[str]:
    types = finding.get("Types")
    return [text for text in map(scalar_text, types if isinstance(types, list) else []) if text]


def _hints(finding: Finding) -> tuple[Hint, ...]:
    """What the taxonomy of ASFF says: namespace/category/classifier."""
    found: dict[str, Hint] = {}
    for kind in _types(finding):
        for prefix, fact, value in _TAXONOMY:
            if kind.startswith(prefix):
                found.setdefault(fact, Hint(fact, value, f"Finding type {kind}."))
    return tuple(found.values())


_CHECKS = "Software and Configuration Checks"
_TAXONOMY: tuple[tuple[str, str, str | tuple[str, ...]], ...] = (
    (f"{_CHECKS}/Industry and Regulatory Standards", "breach.cause", "misconfiguration"),
    (f"{_CHECKS}/AWS Security Best Practices", "breach.cause", "misconfiguration"),
    ("Effects/Data Exposure", "breach.kinds", ("confidentiality",)),
    ("Effects/Data Exfiltration", "breach.kinds", ("confidentiality",)),
    ("Effects/Data Exfiltration", "exposure.exfiltration", "likely"),
    ("Effects/Data Destruction", "breach.kinds", ("availability",)),
    ("Sensitive Data Identifications/Passwords", "data.categories", ("credentials_plain",)),
)
"""https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types"""


def _labels(finding: Finding, resource: Json, document: Json) -> dict[str, str]:
    tags = part(resource, "Tags")
    types = _types(finding)
    return limited(
        [
            ("type", types[0] if types else None),
            ("severity", scalar_text(part(finding, "Severity", "Label"))),
            ("account", first_text(finding.get("AwsAccountId"), part(document, "account"))),
            ("region", first_text(finding.get("Region"), part(document, "region"))),
            ("product", first_text(finding.get("ProductName"), finding.get("ProductArn"))),
            ("generator", scalar_text(finding.get("GeneratorId"))),
            ("control", scalar_text(part(finding, "Compliance", "SecurityControlId"))),
            ("resource_type", scalar_text(part(resource, "Type"))),
            ("workflow", scalar_text(part(finding, "Workflow", "Status"))),
            ("record_state", scalar_text(finding.get("RecordState"))),
            ("compliance", scalar_text(part(finding, "Compliance", "Status"))),
            ("action", scalar_text(part(document, "detail", "actionName"))),
            ("description", scalar_text(finding.get("Description"))),
            *((f"tag.{name}", scalar_text(text)) for name, text in (tags.items() if isinstance(tags, dict) else ())),
        ]
    )


def _group(labels: dict[str, str]) -> str | None:
    """One rule finds the same of many resources at once: they are one incident of the account."""
    generator = labels.get("generator")
    return "/".join([labels.get("account", ""), generator, labels.get("type", "")]) if generator else None


def _of_ocsf(finding: Finding, place: str) -> Signal:
    """A finding of the Security Hub of 2025 (`Findings Imported V2`): an OCSF finding."""
    info = finding["finding_info"]
    key, title = scalar_text(part(info, "uid")), scalar_text(part(info, "title"))
    if key is None or title is None:
        raise Unreadable(f"{place}.finding_info must have uid and title.")
    resource = part(finding, "resources", 0)
    region = first_text(part(resource, "region"), part(finding, "cloud", "region"))
    status = (scalar_text(finding.get("status")) or "").lower()
    began = moment(part(info, "first_seen_time_dt")) or moment(part(info, "created_time_dt"))
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(scalar_text(finding.get("severity")), SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=SignalState.RESOLVED if status in ENDED else SignalState.FIRING,
        started_at=began,
        asset=resource_asset(_ASSETS, part(resource, "type"), part(resource, "uid"), region),
        labels=limited(
            [
                ("type", scalar_text(part(info, "types", 0))),
                ("severity", scalar_text(finding.get("severity"))),
                ("account", scalar_text(part(finding, "cloud", "account", "uid"))),
                ("region", scalar_text(part(finding, "cloud", "region"))),
                ("product", scalar_text(part(finding, "metadata", "product", "name"))),
                ("resource_type", scalar_text(part(resource, "type"))),
                ("status", scalar_text(finding.get("status"))),
                ("description", scalar_text(part(info, "desc"))),
            ]
        ),
    )


DECIDES = frozenset({"ProductArn"})
"""Only where a finding comes alone: it is known by it."""

ADAPTER = Adapter(
    name=NAME,
    label="AWS Security Hub",
    schemes=OVER_EVENTBRIDGE,
    read=read,
    delivery_header=MESSAGE_ID,
    answer=answer,
    snippet=rule_template("aws.securityhub", "Security Hub Findings - Imported", "Findings Imported V2"),
)
