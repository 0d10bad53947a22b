"""Variants of Azure Monitor, Sentinel and Defender that the expected files do not show, and what is refused."""

import json
from typing import Any

import pytest

from incident.adapters import azure_monitor, microsoft_defender, microsoft_sentinel
from incident.adapters.answers import Asked, Reply
from incident.adapters.microsoft_assets import entity_asset, first_asset, resource_asset
from incident.adapters.registry import adapter_named
from incident.adapters.signals import Signal, SignalState, Unreadable
from incident.adapters.trying import signal_document

Document = dict[str, Any]
SUBSCRIPTION = "/subscriptions/72/resourceGroups/rg/providers"


def body(document: object) -> bytes:
    return json.dumps(document).encode()


def one(name: str, document: object) -> Signal:
    (signal,) = adapter_named(name).read({}, body(document))
    return signal


def common(**essentials: object) -> Document:
    said = {"alertId": "/subscriptions/72/alerts/a", "alertRule": "rule", "monitorCondition": "Fired"} | essentials
    return {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": said, "alertContext": {}}}


@pytest.mark.parametrize(("word", "state"), [("Resolved", "resolved"), ("fired", "firing"), (None, "firing")])
def test_the_condition_of_an_azure_alert(word: str | None, state: str) -> None:
    assert one("azure_monitor", common(monitorCondition=word)).state == state


def test_the_alerts_an_action_group_sends_as_a_test_are_tests() -> None:
    assert one("azure_monitor", common(alertId=f"{azure_monitor.TESTED}alerts/1")).state is SignalState.TEST
    log = {"SubscriptionId": "11111111-1111-1111-1111-111111111111", "AlertRuleName": "test-logAlertRule"}
    assert one("azure_monitor", log).state is SignalState.TEST


def test_a_budget_has_neither_rule_nor_condition() -> None:
    budget = common(alertRule=None, monitorCondition=None, severity=None, description="Your spend is now 11,111.")
    signal = one("azure_monitor", budget)
    assert (signal.title, signal.state, signal.severity) == ("Your spend is now 11,111.", "firing", None)


def test_alerts_of_one_instance_belong_together_and_custom_properties_are_labels() -> None:
    document = common(originAlertId="72_rg_rule_1")
    document["data"]["customProperties"] = {"data_categories": "health", "team": "db", "nested": {"a": 1}}
    signal = one("azure_monitor", document)
    assert (signal.group, signal.labels["property.team"]) == ("72_rg_rule_1", "db")
    assert [hint.value for hint in signal.hints] == [("health",)]


def test_a_metric_alert_of_the_older_schema_has_a_severity() -> None:
    context = {"id": f"{SUBSCRIPTION}/microsoft.insights/metricAlerts/m", "name": "m", "severity": "1"}
    context |= {"timestamp": "2026-11-15T09:35:12.9703687Z", "resourceId": f"{SUBSCRIPTION}/Microsoft.Sql/servers/db1"}
    fired = {"schemaId": "AzureMonitorMetricAlert", "data": {"status": "Activated", "context": context}}
    signal = one("azure_monitor", fired)
    assert (signal.severity, str(signal.asset)) == ("high", "database db1")
    assert signal_document(signal)["started_at"] == "2026-11-15T09:35:12.970368Z"
    fired["data"]["status"] = "Deactivated"  # type: ignore[index]
    ended = one("azure_monitor", fired)
    assert (ended.key, ended.state, ended.started_at) == (signal.key, "resolved", None)


def test_a_log_search_alert_has_no_id_and_is_told_by_its_rule() -> None:
    said = {"SubscriptionId": "72", "AlertRuleName": "Odd sign-ins", "Severity": "3", "ResultCount": 2}
    said |= {"SearchIntervalEndtimeUtc": "2026-03-26T09:10:40Z", "LinkToSearchResults": "https://portal.azure.com/x"}
    wrapped = one("azure_monitor", {"schemaId": "Microsoft.Insights/LogAlert", "data": said})
    assert wrapped == one("azure_monitor", said)
    assert (wrapped.title, wrapped.severity, wrapped.key[:5]) == ("Odd sign-ins", "low", "made:")
    assert wrapped.key != one("azure_monitor", said | {"SubscriptionId": "73"}).key


def test_an_event_of_the_activity_log_is_named_by_what_it_tracks() -> None:
    log = {"operationName": "Microsoft.ServiceHealth/incident/action", "status": "Active", "correlationId": "c"}
    log |= {"properties": {"title": "Storage trouble", "trackingId": "ABC1-DEF"}}  # type: ignore[dict-item]
    sent = {"schemaId": "Microsoft.Insights/activityLogs", "data": {"status": "Activated"}}
    sent["data"]["context"] = {"activityLog": log}  # type: ignore[index]
    signal = one("azure_monitor", sent)
    assert (signal.title, signal.key, signal.state) == ("Storage trouble", "ABC1-DEF", "firing")
    log["status"] = "Resolved"
    assert one("azure_monitor", sent).state == "resolved"


@pytest.mark.parametrize(
    ("name", "document", "says"),
    [
        ("azure_monitor", common(monitorCondition="Perhaps"), "monitorCondition"),
        ("azure_monitor", common(alertId=None), "alertId"),
        ("azure_monitor", {"status": "Activated", "context": {"id": "x"}}, "context.name"),
        ("azure_monitor", {"schemaId": "other"}, "no alert of Azure Monitor"),
        ("microsoft_sentinel", {"name": "i", "properties": {}}, "title"),
        ("microsoft_sentinel", {"properties": {"title": "t"}}, "name"),
        ("microsoft_sentinel", {"SystemAlertId": "a"}, "AlertDisplayName"),
        ("microsoft_sentinel", [], "no incident"),
        ("microsoft_defender", {"displayName": "t"}, "id is missing"),
        ("microsoft_defender", {"id": "1"}, "displayName"),
        ("microsoft_defender", {"AlertId": "1"}, "Title"),
        ("microsoft_defender", {"value": [{"subscriptionId": "s", "changeType": "created"}]}, "change notification"),
        ("microsoft_defender", [3], "object"),
    ],
    ids=range(13),
)
def test_what_decides_is_named_where_it_is_missing(name: str, document: object, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        adapter_named(name).read({}, body(document))


def test_an_alert_of_sentinel_outside_an_incident() -> None:
    alert = {
        "SystemAlertId": "2518_a",
        "AlertDisplayName": "Suspicious process",
        "Severity": "High",
        "Status": "New",
        "StartTimeUtc": "2026-12-20T13:38:00.000Z",
        "CompromisedEntity": "WebSrv1",
        "Entities": json.dumps(
            [{"$id": "1", "Type": "ip"}, {"Type": "account", "Name": "ines", "UPNSuffix": "k.example"}]
        ),
        "Tactics": "InitialAccess, Exfiltration",
    }
    signal = one("microsoft_sentinel", alert)
    assert (signal.key, signal.severity, signal.state) == ("2518_a", "high", "firing")
    assert str(signal.asset) == "user ines@k.example"
    assert [hint.value for hint in signal.hints] == ["possible"]
    dismissed = one("microsoft_sentinel", alert | {"Status": "Dismissed", "Entities": "[oops"})
    assert (dismissed.state, str(dismissed.asset)) == ("resolved", "resource WebSrv1")


def test_a_list_of_incidents_as_the_api_gives_it() -> None:
    listed = {"value": [{"name": str(n), "properties": {"title": "t", "status": "Closed"}} for n in range(3)]}
    assert [signal.key for signal in microsoft_sentinel.read({}, body(listed))] == ["0", "1", "2"]
    graph = {"value": [{"id": str(n), "displayName": "t"} for n in range(2)]}
    assert [signal.key for signal in microsoft_defender.read({}, body(graph))] == ["0", "1"]
    assert microsoft_defender.read({}, body({"value": []})) == ()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("new", "firing"),
        ("newAlert", "firing"),
        ("InProgress", "firing"),
        ("awaitingAction", "firing"),
        ("unknownFutureValue", "firing"),
        (None, "firing"),
        ("Resolved", "resolved"),
        ("redirected", "resolved"),
        ("dismissed", "resolved"),
    ],
)
def test_the_status_of_an_alert_of_defender(status: str | None, state: str) -> None:
    assert one("microsoft_defender", {"id": "a", "title": "t", "status": status}).state == state


def test_an_alert_of_defender_belongs_to_its_incident() -> None:
    alert = {"id": "da1", "title": "Reads", "incidentId": "88001", "severity": "low", "category": "Exfiltration"}
    alert |= {"createdDateTime": "2026-04-09T12:00:00Z", "computerDnsName": "lap-9.arzt.example"}
    signal = one("microsoft_defender", alert)
    assert (signal.group, signal.severity, str(signal.asset)) == ("88001", "low", "host lap-9.arzt.example")
    assert [(hint.fact, hint.value) for hint in signal.hints] == [("exposure.exfiltration", "possible")]


def test_a_stream_holds_rows_that_are_alerts_and_others() -> None:
    info = {"AlertId": "da1", "Title": "Ransom note", "Severity": "High", "Category": "Ransomware"}
    rows = [
        {"category": "AdvancedHunting-DeviceEvents", "properties": {"DeviceName": "lap-9"}},
        {"category": "AdvancedHunting-AlertInfo", "properties": info | {"Timestamp": "2026-04-21 20:51:04.0581832"}},
        {"category": "AdvancedHunting-AlertEvidence", "properties": info | {"DeviceName": "lap-9"}},
    ]
    first, second = microsoft_defender.read({}, body({"records": rows}))
    assert (first.key, signal_document(first)["started_at"]) == ("da1", "2026-04-21T20:51:04.058183Z")
    assert (second.key, str(second.asset)) == ("da1", "host lap-9")
    assert [hint.value for hint in first.hints] == ["ransomware"]


@pytest.mark.parametrize(("word", "hints"), [("malware", [True]), ("securityTesting", []), (None, [])])
def test_what_people_there_judged_is_a_hint(word: str | None, hints: list[object]) -> None:
    judged = {"id": "1", "displayName": "t", "classification": "truePositive", "determination": word}
    assert [hint.value for hint in one("microsoft_defender", judged).hints] == hints


def test_the_token_of_graph_is_said_back_as_text_before_any_credential() -> None:
    asked = Asked({}, b"", query={"validationToken": "<script>"})
    assert microsoft_defender.answer(asked) == Reply(200, "text/plain", "<script>", unproven=True)
    assert microsoft_defender.answer(Asked({}, b"", query={"validationToken": "x" * 5000})) is None
    assert microsoft_defender.answer(Asked({}, b"{}")) is None


@pytest.mark.parametrize(
    ("resource", "asset"),
    [
        (f"{SUBSCRIPTION}/Microsoft.Compute/virtualMachines/vm1", "host vm1"),
        (f"{SUBSCRIPTION}/Microsoft.Sql/servers/s/databases/members", "database members"),
        (f"{SUBSCRIPTION}/Microsoft.KeyVault/vaults/v/", "secret v"),
        (f"{SUBSCRIPTION}/Microsoft.New/things/t", "resource t"),
        ("/subscriptions/72", "account 72"),
        ("", "None"),
    ],
)
def test_an_azure_resource_is_known_by_its_id(resource: str, asset: str) -> None:
    assert str(resource_asset(resource)) == asset


@pytest.mark.parametrize(
    ("kind", "properties", "asset"),
    [
        (
            "#microsoft.graph.security.userEvidence",
            {"userAccount": {"userPrincipalName": "i@k.example"}},
            "user i@k.example",
        ),
        ("#microsoft.graph.security.deviceEvidence", {"deviceDnsName": "lap"}, "host lap"),
        ("#microsoft.graph.security.blobContainerEvidence", {"name": "scans"}, "bucket scans"),
        ("AzureResource", {"resourceId": f"{SUBSCRIPTION}/Microsoft.Storage/storageAccounts/s"}, "bucket s"),
        ("Account", {"accountName": "ines", "upnSuffix": "k.example"}, "user ines@k.example"),
        ("Ip", {"address": "203.0.113.9"}, "None"),
        (None, None, "None"),
    ],
)
def test_an_entity_is_ours_or_none(kind: str | None, properties: Document | None, asset: str) -> None:
    assert str(entity_asset(kind, properties)) == asset


def test_an_attacker_is_no_asset_and_people_and_hosts_come_first() -> None:
    attacker: Document = {
        "@odata.type": "#microsoft.graph.security.userEvidence",
        "roles": ["attacker"],
        "accountName": "eve",
    }
    application: Document = {"kind": "CloudApplication", "properties": {"appName": "Mail"}}
    host: Document = {"kind": "Host", "properties": {"hostName": "LAP-9"}}
    assert str(first_asset([attacker, application, host])) == "host LAP-9"
    assert str(first_asset([attacker, application])) == "application Mail"
    assert first_asset([attacker, 3]) is None
