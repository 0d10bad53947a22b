"""Alerts of AWS in the wrappings and variants that the expected files do not show, and what is refused of them."""

import json
from typing import Any

import pytest

from incident.adapters import aws_cloudwatch, aws_guardduty, aws_securityhub, aws_sns
from incident.adapters.answers import Asked, Confirmation, Noted
from incident.adapters.aws_messages import arn_name
from incident.adapters.fields import KEY_LENGTH
from incident.adapters.registry import adapter_named
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable
from incident.adapters.trying import signal_document

TOPIC = "arn:aws:sns:eu-central-1:111122223333:alarms"
Document = dict[str, Any]


def body(document: object) -> bytes:
    return json.dumps(document).encode()


def over_sns(inner: object, **more: object) -> bytes:
    text = inner if isinstance(inner, str) else json.dumps(inner)
    return body({"Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Message": text} | more)


def event(source: str, kind: str, detail: Document) -> Document:
    about = {"account": "111122223333", "region": "eu-west-3", "time": "2026-05-05T05:10:00Z", "resources": []}
    return {"version": "0", "id": "ev-1", "source": source, "detail-type": kind, "detail": detail} | about


def finding(**more: object) -> Document:
    arn = "arn:aws:guardduty:eu-west-3:111122223333:detector/d0/finding/f1"
    return {"id": "f1", "arn": arn, "type": "Recon:EC2/Portscan", "severity": 5, "title": "Port scan"} | more


def asff(**more: object) -> Document:
    product = "arn:aws:securityhub:eu-west-3::product/aws/securityhub"
    return {"Id": "hub/1", "ProductArn": product, "Title": "Bucket is public", "Severity": {"Label": "HIGH"}} | more


def alarm(**more: object) -> Document:
    return {
        "alarmName": "reads",
        "state": {"value": "ALARM", "timestamp": "2026-04-04T01:00:00.100+0000", "reason": "crossed"},
        "previousState": {"value": "OK", "timestamp": "2026-04-04T00:00:00.000+0000"},
    } | more


def one(signals: tuple[Signal, ...]) -> Signal:
    (signal,) = signals
    return signal


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("aws_guardduty", event("aws.guardduty", "GuardDuty Finding", finding())),
        ("aws_guardduty", finding()),
        ("aws_securityhub", event("aws.securityhub", "Security Hub Findings - Imported", {"findings": [asff()]})),
        ("aws_securityhub", {"findings": [asff()]}),
        ("aws_cloudwatch", event("aws.cloudwatch", "CloudWatch Alarm State Change", alarm())),
    ],
    ids=["guardduty event", "guardduty finding", "security hub event", "findings", "cloudwatch event"],
)
def test_what_eventbridge_says_is_the_same_bare_and_over_sns(name: str, inner: Document) -> None:
    bare = one(adapter_named(name).read({}, body(inner)))
    assert bare.source == name
    assert adapter_named(name).read({}, over_sns(inner)) == (bare,)
    assert aws_sns.read({}, over_sns(inner)) == (bare,)


def test_an_alarm_as_an_event_has_its_dimensions_tags_and_states() -> None:
    metric = {"namespace": "AWS/EC2", "name": "CPU", "dimensions": {"ImageId": "ami-1", "InstanceId": "i-9"}}
    configured = {"description": "busy", "metrics": [{"id": "e1"}, {"id": "m1", "metricStat": {"metric": metric}}]}
    detail = alarm(configuration=configured, alarmTags={"data_categories": "health,name,nonsense"})
    signal = one(aws_cloudwatch.read({}, body(event("aws.cloudwatch", "CloudWatch Alarm State Change", detail))))
    assert signal.key == "111122223333/eu-west-3/reads"
    assert str(signal.asset) == "host i-9 (eu-west-3)"
    assert signal_document(signal)["started_at"] == "2026-04-04T01:00:00.1Z"
    assert [hint.value for hint in signal.hints] == [("health", "name")]
    assert (signal.labels["metric"], signal.labels["old_state"]) == ("CPU", "OK")


@pytest.mark.parametrize(
    ("operation", "state"), [("create", "informational"), ("update", "informational"), ("delete", "resolved")]
)
def test_a_changed_alarm_is_a_note_and_a_deleted_one_is_held_open_no_longer(operation: str, state: str) -> None:
    detail = alarm(operation=operation)
    signal = one(
        aws_cloudwatch.read({}, body(event("aws.cloudwatch", "CloudWatch Alarm Configuration Change", detail)))
    )
    assert (signal.state, signal.started_at) == (state, None)


def test_each_contributor_of_an_alarm_fires_and_ends_for_itself() -> None:
    detail = alarm(alarmContributor={"id": "c0ffee", "attributes": {"InstanceId": "i-1"}})
    kind = "CloudWatch Alarm Contributor State Change"
    assert one(aws_cloudwatch.read({}, body(event("aws.cloudwatch", kind, detail)))).key.endswith("/reads/c0ffee")


def test_a_composite_alarm_and_one_of_an_expression_over_sns() -> None:
    said = {"AlarmName": "all", "AWSAccountId": "1", "NewStateValue": "ALARM", "AlarmRule": "ALARM(a)"}
    composite = one(aws_cloudwatch.read({}, over_sns(said | {"TriggeringChildren": []})))
    assert (composite.key, composite.asset) == ("1/eu-central-1/all", None)
    metric = {"MetricStat": {"Metric": {"Dimensions": [{"name": "TableName", "value": "members"}]}}}
    expression = one(aws_cloudwatch.read({}, over_sns(said | {"Trigger": {"Metrics": [{"Id": "e1"}, metric]}})))
    assert str(expression.asset) == "database members (eu-central-1)"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"AlarmName": "a", "AWSAccountId": "1", "NewStateValue": "FINE"}, "NewStateValue"),
        ({"AlarmName": "a", "NewStateValue": "ALARM"}, "account or region"),
        ({"AlarmName": [], "AWSAccountId": "1", "NewStateValue": "OK"}, "AlarmName"),
        ({"anything": 1}, "no alarm of CloudWatch"),
    ],
    ids=["unknown state", "no account", "no name", "something else"],
)
def test_what_decides_an_alarm_is_named_where_it_is_missing(document: Document, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        aws_cloudwatch.read({}, over_sns(document))


@pytest.mark.parametrize(
    ("number", "severity"),
    [
        *((10, "critical"), (9.0, "critical"), (8.9, "high"), ("7", "high"), (6.9, "medium"), (3.9, "low")),
        *((0.5, "info"), (None, None), (True, None), (-1, None), (11, None), ("x", None), ("nan", None)),
    ],
)
def test_the_severity_of_a_finding_by_its_number(number: object, severity: str | None) -> None:
    assert one(aws_guardduty.read({}, body(finding(severity=number)))).severity == severity


@pytest.mark.parametrize(
    ("resource", "asset"),
    [
        ({"resourceType": "AccessKey", "accessKeyDetails": {"userName": "hanne"}}, "user hanne"),
        ({"resourceType": "RDSDBInstance", "rdsDbInstanceDetails": {"dbInstanceIdentifier": "db1"}}, "database db1"),
        ({"resourceType": "Lambda", "lambdaDetails": {"functionName": "f"}}, "function f"),
        ({"resourceType": "S3Object", "s3BucketDetails": [{"name": "letters"}]}, "bucket letters"),
        (
            {"resourceType": "S3Bucket", "accessKeyDetails": {"accessKeyId": "AK"}, "s3BucketDetails": [{"name": "b"}]},
            "bucket b",
        ),
        (
            {
                "resourceType": "AccessKey",
                "accessKeyDetails": {"accessKeyId": "AK"},
                "s3BucketDetails": [{"name": "b"}],
            },
            "secret AK",
        ),
        ({"resourceType": "EKSCluster", "eksClusterDetails": {"name": "k"}, "kubernetesDetails": {}}, "service k"),
    ],
    ids=["user", "database", "function", "object", "bucket before key", "key before bucket", "cluster"],
)
def test_the_asset_of_a_finding_is_what_its_resource_type_says(resource: Document, asset: str) -> None:
    assert str(one(aws_guardduty.read({}, body(finding(resource=resource)))).asset) == asset


def test_an_attack_sequence_names_its_resources_elsewhere() -> None:
    sequence = {"resources": [{"resourceType": "S3_BUCKET", "uid": "arn:aws:s3:::letters", "region": "eu-west-1"}]}
    read = aws_guardduty.read({}, body(finding(service={"detection": {"sequence": sequence}})))
    assert str(one(read).asset) == "bucket letters (eu-west-1)"


@pytest.mark.parametrize(
    ("result", "state"),
    [("THREATS_FOUND", SignalState.FIRING), ("NO_THREATS_FOUND", SignalState.INFORMATIONAL)],
)
def test_a_scanned_object_fires_when_it_holds_threats(result: str, state: SignalState) -> None:
    scanned = {"scanResultStatus": result, "threats": [{"name": "EICAR"}]}
    detail = {"s3ObjectDetails": {"bucketName": "in", "objectKey": "a.pdf"}, "scanResultDetails": scanned}
    signal = one(aws_guardduty.read({}, body(event("aws.guardduty", aws_guardduty.SCAN_RESULT, detail))))
    assert (signal.state, str(signal.asset)) == (state, "bucket in (eu-west-3)")
    assert bool(signal.hints) is (state is SignalState.FIRING)


def test_findings_of_one_check_in_one_account_belong_together() -> None:
    findings = [asff(Id=f"hub/{n}", GeneratorId="s3.2", AwsAccountId="1", Types=["T"]) for n in range(2)]
    groups = {signal.group for signal in aws_securityhub.read({}, body({"findings": findings}))}
    assert groups == {"1/s3.2/T"}


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"Severity": {"Label": "CRITICAL", "Normalized": 1}}, Severity.CRITICAL),
        ({"Severity": {"Normalized": 89}}, Severity.HIGH),
        ({"Severity": {"Normalized": 39}}, Severity.LOW),
        ({"Severity": {"Label": "ODD", "Normalized": 90}}, None),
        ({"Severity": {"Product": 9}}, None),
    ],
)
def test_the_severity_of_asff(more: Document, severity: Severity | None) -> None:
    assert one(aws_securityhub.read({}, body([asff(**more)]))).severity is severity


def test_a_finding_of_the_newer_security_hub_is_ocsf() -> None:
    told = {
        "finding_info": {"uid": "u-1", "title": "Exposed", "first_seen_time_dt": "2026-06-06T05:58:00.000Z"},
        "severity": "Critical",
        "status": "New",
        "resources": [{"type": "AWS::S3::Bucket", "uid": "arn:aws:s3:::letters", "region": "eu-west-3"}],
    }
    for status, state in (("New", "firing"), ("In Progress", "firing"), ("Suppressed", "resolved")):
        whole = event("aws.securityhub", "Findings Imported V2", {"findings": [told | {"status": status}]})
        signal = one(aws_securityhub.read({}, body(whole)))
        assert (signal.title, signal.key, signal.severity, signal.state) == ("Exposed", "u-1", "critical", state)
        assert str(signal.asset) == "bucket letters (eu-west-3)"


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::1:user/staff/hanne", "hanne"),
        ("arn:aws:lambda:eu-west-1:1:function:export:7", "export"),
        ("arn:aws:rds:eu-west-1:1:db:members", "members"),
        ("arn:aws:s3:::letters", "letters"),
        ("paste/9", "paste/9"),
        ("arn:aws:s3:::", "arn:aws:s3:::"),
    ],
)
def test_the_name_of_a_resource(arn: str, name: str) -> None:
    assert arn_name(arn) == name


def test_a_text_is_told_with_its_attributes_and_opens_nothing_by_itself() -> None:
    attributes = {"data_categories": {"Type": "String", "Value": "health"}, "team": {"Type": "String", "Value": "db"}}
    signal = one(aws_sns.read({}, over_sns("\n Disk full\nmore", MessageAttributes=attributes)))
    assert (signal.title, signal.state, signal.labels["team"]) == ("Disk full", "informational", "db")
    assert [(hint.fact, hint.value) for hint in signal.hints] == [("data.categories", ("health",))]
    again = one(aws_sns.read({}, over_sns("Disk full", MessageId="m-2")))
    assert (again.group, again.key) == (signal.group, "m-2")


def test_an_event_of_another_service_is_named_by_its_type() -> None:
    inner = event("aws.health", "AWS Health Event", {"service": "EC2"})
    signal = one(aws_sns.read({}, over_sns(inner)))
    assert (signal.title, signal.source, signal.labels["source"]) == ("AWS Health Event", "aws_sns", "aws.health")


def test_what_only_looks_like_an_object_is_a_text() -> None:
    assert one(aws_sns.read({}, over_sns('{"AlarmName": NaN}'))).title == '{"AlarmName": NaN}'
    with pytest.raises(Unreadable, match="NaN"):
        aws_cloudwatch.read({}, over_sns('{"AlarmName": NaN}'))


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=1",
        "https://sns.eu-central-1.amazonaws.com.evil.example/?Action=ConfirmSubscription&Token=1",
        "https://169.254.169.254/?Action=ConfirmSubscription&Token=1",
        None,
    ],
)
@pytest.mark.parametrize("name", ["aws_sns", "aws_cloudwatch", "aws_guardduty", "aws_securityhub"])
def test_a_confirmation_that_leads_elsewhere_waits_in_quarantine(name: str, url: str | None) -> None:
    asked = over_sns("You have chosen", Type="SubscriptionConfirmation", Token="1", SubscribeURL=url)
    assert adapter_named(name).answer_to(Asked({}, asked)) is None
    with pytest.raises(Unreadable, match="SubscribeURL"):
        adapter_named(name).read({}, asked)


@pytest.mark.parametrize("name", ["aws_sns", "aws_cloudwatch", "aws_guardduty", "aws_securityhub"])
def test_every_reader_of_sns_knows_its_questions(name: str) -> None:
    url = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=1"
    asked = Asked({}, over_sns("You have chosen", Type="SubscriptionConfirmation", SubscribeURL=url))
    assert adapter_named(name).answer_to(asked) == Confirmation(url, f"SNS asks whether {TOPIC} may send here.")
    ended = Asked({}, over_sns("You have chosen", Type="UnsubscribeConfirmation", SubscribeURL=url))
    assert isinstance(adapter_named(name).answer_to(ended), Noted)
    assert adapter_named(name).answer_to(Asked({}, over_sns("text"))) is None


def test_long_identities_stay_different_keys() -> None:
    keys = {one(aws_securityhub.read({}, body([asff(Id="x" * 400 + end)]))).key for end in "ab"}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {KEY_LENGTH}


def test_a_region_with_line_breaks_makes_a_key_of_one_line() -> None:
    said = {"AlarmName": "a", "AWSAccountId": "1", "NewStateValue": "OK"}
    assert one(aws_cloudwatch.read({}, over_sns(said, TopicArn="arn:aws:sns:eu\r\nx:1:t"))).key == "1/eu x/a"


def test_kinds_are_words_of_ours() -> None:
    read = one(aws_securityhub.read({}, body([asff(Resources=[{"Type": "AwsNew", "Id": "arn:aws:new:::thing/1"}])])))
    assert read.asset is not None
    assert (read.asset.kind, read.asset.name) == (AssetKind.RESOURCE, "1")
