"""Microsoft Defender XDR: incidents and alerts as Graph has them, and rows of AlertInfo as streamed to Event Hubs.

https://learn.microsoft.com/graph/api/resources/security-incident
https://learn.microsoft.com/graph/api/resources/security-alert
https://learn.microsoft.com/defender-xdr/advanced-hunting-alertinfo-table (times are in UTC)
https://learn.microsoft.com/graph/change-notifications-delivery-webhooks (the token that is said back)
"""

from collections.abc import Iterator

from incident.adapters.answers import Answer, Asked, Headers, Reply
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_json
from incident.adapters.fields import (
    TITLE_LENGTH,
    first_text,
    limited,
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    utc_moment,
    web_link,
)
from incident.adapters.microsoft_assets import SEVERITIES, entity_asset, first_asset
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Hint, Signal, SignalState, Unreadable

NAME = "microsoft_defender"

ENDED = frozenset({"resolved", "redirected", "dismissed"})
"""Of incidents (redirected: merged into another), of alerts, and of the alerts Graph had before. Others are open."""
STREAMED = "AdvancedHunting-"
TOKEN = "validationToken"  # noqa: S105  a name
LONGEST_TOKEN = 4096

Object = dict[str, Json]


def answer(asked: Asked) -> Answer | None:
    """Graph creates a subscription only where its token is said back, as plain text, before any credential."""
    token = asked.query.get(TOKEN, "")
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return Reply(200, "text/plain", token, unproven=True)


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """One signal for each incident or alert; other rows of a stream are none. Raises Unreadable, naming the field."""
    document = read_json(body)
    wrapped = (document, part(document, "value"), part(document, "records"))
    listed = next((one for one in wrapped if isinstance(one, list)), [document])
    return tuple(signal for one in listed if (signal := _signal(one)))


def _signal(document: Json) -> Signal | None:
    if not isinstance(document, dict):
        raise Unreadable("An incident must be an object.")
    if "subscriptionId" in document and "changeType" in document:
        raise Unreadable("A change notification of Graph holds no incident: have it fetched and sent here.")
    properties = document.get("properties")
    if isinstance(properties, dict) and (properties.get("AlertId") or STREAMED in str(document.get("category"))):
        return _of_row(properties, document)
    if "AlertId" in document:
        return _of_row(document, {})
    return _of_graph(document)


def _of_graph(one: Object) -> Signal:
    key, title = scalar_text(one.get("id")), first_text(one.get("displayName"), one.get("title"))
    if key is None:
        raise Unreadable("id is missing: it tells one incident from another.")
    if title is None:
        raise Unreadable("displayName (of an incident) or title (of an alert) is missing.")
    alerts = objects(one.get("alerts"))
    category = first_text(one.get("category"), part(one, "alerts", 0, "category"))
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(scalar_text(one.get("severity")), SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=_state(one.get("status")),
        started_at=utc_moment(first_text(one.get("createdDateTime"), one.get("alertCreationTime"))),
        asset=_asset([one, *alerts]),
        hints=(*_hints(category), *_judged(one)),
        labels=limited(
            [
                ("severity", scalar_text(one.get("severity"))),
                ("status", scalar_text(one.get("status"))),
                ("category", category),
                ("classification", scalar_text(one.get("classification"))),
                ("determination", scalar_text(one.get("determination"))),
                ("tenant", scalar_text(one.get("tenantId"))),
                ("service_source", first_text(one.get("serviceSource"), part(one, "alerts", 0, "serviceSource"))),
                ("detection_source", first_text(one.get("detectionSource"), part(one, "alerts", 0, "detectionSource"))),
                ("redirected_to", scalar_text(one.get("redirectIncidentId"))),
                ("tag", scalar_text(part(one, "customTags", 0))),
                ("system_tag", scalar_text(part(one, "systemTags", 0))),
                ("description", scalar_text(one.get("description"))),
            ]
        ),
        link=web_link(one.get("incidentWebUrl")) or web_link(one.get("alertWebUrl")),
        group=scalar_text(one.get("incidentId")),
    )


def _asset(holders: list[Object]) -> Asset | None:
    """The first thing that the evidence of the incident or of its alerts names."""
    evidence: list[Json] = [found for one in holders for found in objects(one.get("evidence"))]
    device = next((text for one in holders if (text := scalar_text(one.get("computerDnsName")))), None)
    return first_asset(evidence) or entity_asset("device", {"deviceName": device})


def _of_row(row: Object, record: Object) -> Signal | None:
    """A row of AlertInfo or AlertEvidence; rows of other tables are events and no alerts."""
    key, title = scalar_text(row.get("AlertId")), scalar_text(row.get("Title"))
    if key is None and record.get("category") not in (f"{STREAMED}AlertInfo", f"{STREAMED}AlertEvidence"):
        return None
    if key is None or title is None:
        raise Unreadable("An alert's row must have AlertId and Title.")
    category = first_text(row.get("Category"), row.get("Categories"))
    names = ((AssetKind.HOST, "DeviceName"), (AssetKind.USER, "AccountUpn"), (AssetKind.USER, "AccountName"))
    found = [(kind, text) for kind, name in names if (text := scalar_text(row.get(name)))]
    return Signal(
        title=one_line(title, TITLE_LENGTH),
        severity=severity_of(scalar_text(row.get("Severity")), SEVERITIES),
        source=NAME,
        key=own_key(key),
        state=_state(row.get("Status")),
        started_at=utc_moment(row.get("Timestamp")),
        asset=Asset(found[0][0], one_line(found[0][1], 200)) if found else None,
        hints=_hints(category),
        labels=limited(
            [
                ("severity", scalar_text(row.get("Severity"))),
                ("category", category),
                ("service_source", scalar_text(row.get("ServiceSource"))),
                ("detection_source", scalar_text(row.get("DetectionSource"))),
                ("techniques", scalar_text(row.get("AttackTechniques"))),
                ("tenant", scalar_text(record.get("tenantId"))),
            ]
        ),
    )


def _state(status: Json) -> SignalState:
    return SignalState.RESOLVED if (scalar_text(status) or "").lower() in ENDED else SignalState.FIRING


def _hints(category: str | None) -> tuple[Hint, ...]:
    """By the category of the alert, which is its kill chain stage or what was found."""
    fact = _CATEGORIES.get((category or "").lower())
    return (Hint(*fact, f"Category {category}."),) if fact else ()


def _judged(one: Object) -> Iterator[Hint]:
    """What the people who looked at it there say of it."""
    classification, determination = (scalar_text(one.get(name)) for name in ("classification", "determination"))
    word = (determination or "").lower()
    if (classification or "").lower() == "truepositive" and word in _MALICIOUS:
        yield Hint("breach.malicious", True, f"Classification {classification}, determination {determination}.")


_MALICIOUS = frozenset(
    {
        "apt",
        "malware",
        "phishing",
        "multistagedattack",
        "compromiseduser",
        "compromisedaccount",
        "malicioususeractivity",
    }
)
_CATEGORIES = {
    "ransomware": ("breach.cause", "ransomware"),
    "malware": ("breach.cause", "malware"),
    "exfiltration": ("exposure.exfiltration", "possible"),
}

SNIPPET = """\
Logic app, trigger "Recurrence", action "HTTP" to Graph with a managed identity
  GET https://graph.microsoft.com/v1.0/security/incidents?$expand=alerts&$filter=lastUpdateDateTime gt LAST
then action "HTTP":
  Method: POST
  URI: {url}
  Headers: Authorization: Bearer SECRET
  Body: the answer of Graph
"""

ADAPTER = Adapter(
    name=NAME, label="Microsoft Defender", schemes=(Scheme.BEARER,), read=read, answer=answer, snippet=SNIPPET
)
