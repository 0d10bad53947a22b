"""Sentry's integration platform: issues, alerts on issues and errors, metric alerts; one signal to a delivery.

https://docs.sentry.io/organization/integrations/integration-platform/webhooks/ (issues, issue-alerts, metric-alerts,
errors, activity-alerts). What `data` holds says which it is. An event carries people's addresses, cookies and forms:
of it only the fields named here become labels.
"""

import re

from incident.adapters.answers import Answer, Asked, Headers, Noted
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    DATA_CATEGORIES,
    TITLE_LENGTH,
    asset_of,
    category_hints,
    epoch_moment,
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
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "sentry"
Object = dict[str, Json]

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "fatal": Severity.CRITICAL,
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "info": Severity.LOW,
    "debug": Severity.INFO,
}
"""`level` of an issue or event; `action` of a metric alert, which is `resolved` at its end."""

CLOSED = frozenset({"resolved", "archived", "ignored"})
NO_ALERT = frozenset({"installation", "comment", "seer", "preprod_artifact"})
_PROJECT_URL = re.compile(r"/api/0/projects/[^/]+/([^/]+)/events/")
_ISSUE_URL = re.compile(r"/issues/(\d+)/")


def read(_headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one alert of the delivery. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(body)
    for name, reading in (("metric_alert", _metric), ("event", _event), ("error", _event), ("issue", _issue)):
        found = part(document, "data", name)
        if isinstance(found, dict):
            return (reading(document, found),)
    raise Unreadable("data must hold issue, event, error or metric_alert, an object.")


def answer(asked: Asked) -> Answer | None:
    """Sentry-Hook-Resource names what tells of no alert: an installation, a comment, what Seer did, a build."""
    resource = asked.headers.get("sentry-hook-resource", "").strip().lower()
    return Noted(f"Sentry tells of its {resource.replace('_', ' ')}; no alert.") if resource in NO_ALERT else None


def _issue(document: Object, issue: Object) -> Signal:
    key = _key("issue", issue.get("id"), "data.issue.id")
    state = _state(first_text(document.get("action")), first_text(issue.get("status")))
    title = first_text(issue.get("title"), part(issue, "metadata", "title"), issue.get("culprit"), issue.get("shortId"))
    project = part(issue, "project")
    names = "level status substatus platform issueType issueCategory priority"
    return Signal(
        title=one_line(title or key, TITLE_LENGTH),
        severity=severity_of(scalar_text(issue.get("level")), SEVERITIES),
        source=NAME,
        key=key,
        state=state,
        started_at=moment(issue.get("firstSeen")),
        asset=asset_of(AssetKind.APPLICATION, first_text(part(project, "slug"), part(project, "name"))),
        labels=limited(
            [
                ("action", scalar_text(document.get("action"))),
                ("project", first_text(part(project, "slug"), part(project, "name"))),
                ("short_id", scalar_text(issue.get("shortId"))),
                ("resolution_type", scalar_text(part(document, "data", "resolution_type"))),
                *((name, scalar_text(issue.get(name))) for name in names.split()),
            ]
        ),
        link=web_link(issue.get("web_url")) or web_link(issue.get("permalink")),
    )


def _event(document: Object, event: Object) -> Signal:
    """An event that set off an alert rule, or an error: neither has an end of its own."""
    found = _ISSUE_URL.search(scalar_text(event.get("issue_url")) or "")
    key = _key("issue", first_text(event.get("issue_id"), found and found.group(1)), "data.event.issue_id")
    names = "level platform environment release"
    in_url = _PROJECT_URL.search(scalar_text(event.get("url")) or "")
    project = first_text(event.get("project_slug"), in_url and in_url.group(1))
    rule = first_text(part(document, "data", "triggered_rule"), part(document, "data", "issue_alert", "title"))
    title = first_text(event.get("title"), part(event, "metadata", "value"), event.get("message"), event.get("culprit"))
    return Signal(
        title=one_line(title or key, TITLE_LENGTH),
        severity=severity_of(scalar_text(event.get("level")), SEVERITIES),
        source=NAME,
        key=key,
        state=SignalState.FIRING,
        started_at=moment(event.get("datetime")) or epoch_moment(event.get("timestamp")),
        asset=asset_of(AssetKind.APPLICATION, project),
        hints=category_hints(_tag(event.get("tags"), DATA_CATEGORIES), "tag"),
        labels=limited(
            [
                ("action", scalar_text(document.get("action"))),
                ("rule", rule),
                ("project", project),
                *((name, scalar_text(event.get(name))) for name in names.split()),
            ]
        ),
        link=web_link(event.get("web_url")),
    )


def _tag(tags: Json, name: str) -> str | None:
    """The text of a tag; an event has them as pairs."""
    pairs = tags if isinstance(tags, list) else ()
    return first_text(*(part(pair, 1) for pair in pairs if part(pair, 0) == name))


def _metric(document: Object, alert: Object) -> Signal:
    key = _key("metric_alert", alert.get("id"), "data.metric_alert.id")
    action = first_text(document.get("action"))
    rule = part(alert, "alert_rule")
    title = first_text(part(document, "data", "description_title"), part(rule, "name"), alert.get("title"))
    project = first_text(part(alert, "projects", 0), part(rule, "projects", 0))
    return Signal(
        title=one_line(title or key, TITLE_LENGTH),
        severity=severity_of(action, SEVERITIES),
        source=NAME,
        key=key,
        state=_state(action, "resolved" if not action and moment(alert.get("date_closed")) else None),
        started_at=moment(alert.get("date_started")),
        asset=asset_of(AssetKind.APPLICATION, project),
        labels=limited(
            [
                ("action", action),
                ("project", project),
                ("rule", scalar_text(part(rule, "name"))),
                ("environment", scalar_text(part(rule, "environment"))),
                ("query", scalar_text(part(rule, "query"))),
                ("description", scalar_text(part(document, "data", "description_text"))),
            ]
        ),
        link=web_link(part(document, "data", "web_url")),
    )


def _key(kind: str, given: Json, place: str) -> str:
    number = scalar_text(given)
    if number is None:
        raise Unreadable(f"{place} is needed: it tells one alert from another.")
    return own_key(f"{kind}:{number}")


def _state(action: str | None, status: str | None) -> SignalState:
    """What was done decides, else the status: an assignment of a resolved issue leaves it resolved."""
    closed = action in CLOSED or (status in CLOSED and action not in ("unresolved", "created"))
    return SignalState.RESOLVED if closed else SignalState.FIRING


DECIDES = frozenset({"id", "issue_id"})
"""They tell one alert from another."""

SNIPPET = """\
Settings > Developer Settings (Custom Integrations) > Create New Integration > Internal Integration
  Webhook URL:         {url}
  Alert Rule Action:   on
  Permissions:         Issue & Event: Read
  Webhooks:            issue
Its Client Secret is the secret of {slug}:
  seventytwo source add {slug} --adapter sentry --scheme sentry --own-secret
Then choose this integration as an action of the alert rules that may be a breach.
"""

ADAPTER = Adapter(name=NAME, label="Sentry", schemes=(Scheme.SENTRY,), read=read, answer=answer, snippet=SNIPPET)
