"""CrowdStrike Falcon: a detection or incident as Event Streams has it, sent by a Fusion webhook; one to a delivery.

CrowdStrike documents the events to its customers only
(https://falcon.crowdstrike.com/documentation/page/d88d8ed6/streaming-api-event-dictionary); what is read here is what
public events show: DetectionSummaryEvent, EppDetectionSummaryEvent, IdentityProtectionEvent, IncidentSummaryEvent and
others that share their members. A webhook sends what the workflow composes: the snippet has the same members.
The times are Unix times in milliseconds, of some members in seconds. Which words
`State` has at the end of an incident is not public: it is a label and every event fires.
"""

from datetime import datetime

from incident.adapters.answers import Headers
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
    epoch_moment,
    first_text,
    limited,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    utc_moment,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "crowdstrike"
Object = dict[str, Json]

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "informational": Severity.INFO,
    "info": Severity.INFO,
}
KEYS = ("DetectId", "CompositeId", "IdentityProtectionIncidentId", "IncidentID", "IncidentId", "NotificationId")
TITLES = ("DetectName", "Name", "IncidentType", "IncidentDescription", "DetectDescription", "Description", "RuleName")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one detection. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    event = document.get("event")
    if not isinstance(event, dict):
        raise Unreadable("event must be an object.")
    key = first_text(*(event.get(name) for name in KEYS))
    if key is None:
        raise Unreadable(f"event must have one of {', '.join(KEYS[:4])}: it tells one detection from another.")
    kind = scalar_text(part(document, "metadata", "eventType"))
    title = first_text(*(text for text in (event.get(name) for name in TITLES) if isinstance(text, str)), kind) or key
    asset = _asset(event)
    return (
        Signal(
            title=one_line(title, TITLE_LENGTH),
            severity=severity_of(scalar_text(event.get("SeverityName")), SEVERITIES),
            source=NAME,
            key=own_key(key),
            state=SignalState.FIRING,
            started_at=_started_at(document, event),
            asset=asset,
            labels=_labels(document, event),
            link=web_link(event.get("FalconHostLink")),
            group=one_line(f"{title} {asset.name if asset else ''}"),
        ),
    )


def _started_at(document: Object, event: Object) -> datetime | None:
    """Of an incident its own start, else when the event was made."""
    times = (event.get("StartTime"), event.get("IncidentStartTime"), part(document, "metadata", "eventCreationTime"))
    return next((at for at in map(_moment, times) if at), None)


def _moment(value: Json) -> datetime | None:
    """Milliseconds and seconds of our days are far apart. A pipeline may have written the time out, in UTC."""
    return epoch_moment(value, 1000) or epoch_moment(value) or utc_moment(value)


def _asset(event: Object) -> Asset | None:
    host = first_text(event.get("ComputerName"), event.get("Hostname"), event.get("EndpointName"))
    return asset_of(AssetKind.HOST, host) or asset_of(AssetKind.USER, event.get("UserName"))


def _labels(document: Object, event: Object) -> dict[str, str]:
    names = (
        "SeverityName Severity Tactic TacticId Technique TechniqueId Objective PatternDispositionDescription State"
        " IncidentType Category UserName MachineDomain HostGroups FileName IOARuleName IOCType LocalIP ExternalIP"
        " NumberOfCompromisedEntities"
    )
    return limited(
        [
            ("event_type", scalar_text(part(document, "metadata", "eventType"))),
            ("customer", scalar_text(part(document, "metadata", "customerIDString"))),
            *((name, scalar_text(event.get(name))) for name in names.split()),
            ("description", first_text(event.get("DetectDescription"), event.get("Description"))),
        ]
    )


SNIPPET = """\
Falcon console > CrowdStrike Store > Webhook > Configure > Add configuration
  Name:             seventytwo
  Webhook URL:      {url}
  HMAC Secret Key:  <the secret of {slug}; at least 32 characters>
  Signature Header Name: X-CS-Primary-Signature (as it stands)
Fusion SOAR > Workflows: trigger New detection, action Call webhook with this configuration and custom JSON. Choose the
variables of your trigger from the list in place of <...>; CompositeId has to be there:
{"metadata": {"eventType": "EppDetectionSummaryEvent"},
 "event": {"CompositeId": "${data['Trigger.Category.Investigatable.InvestigatableID']}",
           "Name": "<name of the detection>", "SeverityName": "<severity as a word>",
           "Hostname": "${data['Trigger.Category.Investigatable.Product.EPP.Sensor.Hostname']}",
           "FalconHostLink": "${data['Trigger.Category.Investigatable.Product.EPP.URL']}"}}
"""

ADAPTER = Adapter(
    name=NAME,
    label="CrowdStrike Falcon",
    schemes=(Scheme.CROWDSTRIKE,),
    read=read,
    snippet=SNIPPET,
)
