"""GitHub: alerts of secret scanning, code scanning and Dependabot, and security advisories, one to a delivery.

https://docs.github.com/en/webhooks/webhook-events-and-payloads (secret_scanning_alert, code_scanning_alert,
dependabot_alert, repository_vulnerability_alert, security_advisory). X-GitHub-Event says which event it is; GitHub
sends a delivery once and repeats it only by hand, under the same X-GitHub-Delivery.
"""

from urllib.parse import parse_qs

from incident.adapters.answers import Answer, Asked, Headers, Noted
from incident.adapters.authenticity import Scheme
from incident.adapters.documents import Json, read_object
from incident.adapters.fields import (
    TITLE_LENGTH,
    asset_of,
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

NAME = "github"
Object = dict[str, Json]

SECRET, CODE, DEPENDABOT = "secret_scanning_alert", "code_scanning_alert", "dependabot_alert"
VULNERABILITY, ADVISORY = "repository_vulnerability_alert", "security_advisory"
ALERTS = (SECRET, CODE, DEPENDABOT, VULNERABILITY)
_LOCATION = "secret_scanning_alert_location"  # a further place of the same alert
_CLOSING = frozenset(
    ("resolved", "revoked", "fixed", "dismissed", "auto_dismissed", "closed_by_user", "dismiss", "resolve")
)

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "moderate": Severity.MEDIUM,
    "low": Severity.LOW,
}
_NOTED = {
    "ping": Noted("GitHub's ping: the webhook is set up."),
    "meta": Noted("The webhook was deleted at GitHub: nothing more comes from it."),
    "secret_scanning_scan": Noted("A scan for secrets has ended; what it found comes by itself."),
    "installation": Noted("The GitHub App was installed, changed or removed."),  # every App is sent these three
    "installation_repositories": Noted("The GitHub App was given other repositories."),
    "github_app_authorization": Noted("Somebody took back what they allowed the GitHub App."),
}
"""Events that tell of no alert, and come whether or not they were chosen."""

RULE_SEVERITIES = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.INFO,
}
"""`rule.severity` of code scanning, where the rule has no `security_severity_level`."""


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """The one alert of the delivery. Raises Unreadable, naming the field that decides and is wrong."""
    document = read_object(_json(body))
    event = _event(headers, document)
    if event == ADVISORY:
        return (_advisory(document),)
    if event in ALERTS:
        return (_alert(event, document),)
    raise Unreadable(f"X-GitHub-Event is {ascii(event)[:60]}, which tells of no alert that is read here.")


def answer(asked: Asked) -> Answer | None:
    """A new webhook is tried by a ping."""
    return _NOTED.get(_header(asked.headers))


def _json(body: bytes) -> bytes:
    """GitHub's other content type has the same JSON in the form field `payload`."""
    if not body.startswith(b"payload="):
        return body
    try:
        return parse_qs(body.decode("ascii"), errors="strict", max_num_fields=8)["payload"][0].encode()
    except (ValueError, KeyError):
        raise Unreadable("The form field payload cannot be read.") from None


def _header(headers: Headers) -> str:
    return headers.get("x-github-event", "").strip().lower()


def _event(headers: Headers, document: Object) -> str:
    """By the header; by the shape where a relay lost it."""
    event = _header(headers)
    if event:
        return SECRET if event == _LOCATION else event
    alert = document.get("alert")
    shapes = {
        ADVISORY: part(document, "security_advisory"),
        SECRET: part(alert, "secret_type"),
        CODE: part(alert, "rule"),
        DEPENDABOT: part(alert, "security_advisory"),
        VULNERABILITY: part(alert, "affected_package_name"),
    }
    return next((name for name, mark in shapes.items() if mark), "")


def _alert(event: str, document: Object) -> Signal:
    alert = document.get("alert")
    if not isinstance(alert, dict):
        raise Unreadable("alert must be an object.")
    repository = scalar_text(part(document, "repository", "full_name"))
    number = first_text(alert.get("number"), alert.get("id"))
    if repository is None or number is None:
        raise Unreadable("repository.full_name and alert.number are needed: they tell one alert from another.")
    key = own_key(f"{event}:{repository}#{number}")
    return Signal(
        title=one_line(_title(event, alert) or key, TITLE_LENGTH),
        severity=_severity(alert),
        source=NAME,
        key=key,
        state=_state(alert, document),
        started_at=moment(alert.get("created_at")),
        asset=asset_of(AssetKind.REPOSITORY, repository),
        hints=_hints(alert, document),
        labels=_labels(event, alert, document),
        link=web_link(alert.get("html_url")) or web_link(alert.get("external_reference")),
    )


def _title(event: str, alert: Object) -> str | None:
    if event == SECRET:
        return first_text(alert.get("secret_type_display_name"), alert.get("secret_type"))
    if event == CODE:
        return first_text(*(part(alert, "rule", name) for name in ("description", "name", "id")))
    if event == DEPENDABOT:
        names = ("summary", "cve_id", "ghsa_id")
        return first_text(*(part(alert, "security_advisory", name) for name in names), _package(alert))
    parts = (first_text(alert.get("external_identifier"), alert.get("ghsa_id")), _package(alert))
    return " in ".join(text for text in parts if text) or None


def _package(alert: Json) -> str | None:
    return first_text(
        part(alert, "dependency", "package", "name"),
        part(alert, "security_vulnerability", "package", "name"),
        part(alert, "affected_package_name"),
        part(alert, "vulnerabilities", 0, "package", "name"),
    )


def _severity(alert: Object) -> Severity | None:
    words = (
        part(alert, "security_advisory", "severity"),
        part(alert, "security_vulnerability", "severity"),
        part(alert, "rule", "security_severity_level"),
        alert.get("severity"),
    )
    graded = (severity_of(scalar_text(word), SEVERITIES) for word in words)
    rule = severity_of(scalar_text(part(alert, "rule", "severity")), RULE_SEVERITIES)
    return next((severity for severity in graded if severity), rule)


def _state(alert: Object, document: Object) -> SignalState:
    """The alert's own state; older events have only a resolution, or an action that says it."""
    state = scalar_text(alert.get("state"))
    if state is None:
        closed = bool(first_text(alert.get("resolution"), alert.get("dismissed_at")))
        closed = closed or scalar_text(document.get("action")) in _CLOSING
        return SignalState.RESOLVED if closed else SignalState.FIRING
    open_still = state.lower() == "open" and not scalar_text(alert.get("resolution"))
    return SignalState.FIRING if open_still else SignalState.RESOLVED


def _hints(alert: Object, document: Object) -> tuple[Hint, ...]:
    if alert.get("publicly_leaked") is True or document.get("action") == "publicly_leaked":
        return (Hint("exposure.recipients", "public", "publicly_leaked: GitHub found the secret in public."),)
    return ()


def _labels(event: str, alert: Object, document: Object) -> dict[str, str]:
    advisory = alert.get("security_advisory")
    names = "state resolution dismissed_reason secret_type validity publicly_leaked push_protection_bypassed ghsa_id"
    return limited(
        [
            ("event", event),
            ("action", scalar_text(document.get("action"))),
            ("repository", scalar_text(part(document, "repository", "full_name"))),
            ("private", scalar_text(part(document, "repository", "private"))),
            ("rule", scalar_text(part(alert, "rule", "id"))),
            ("rule_severity", scalar_text(part(alert, "rule", "severity"))),
            ("tool", scalar_text(part(alert, "tool", "name"))),
            ("package", _package(alert)),
            ("ecosystem", scalar_text(part(alert, "dependency", "package", "ecosystem"))),
            ("manifest", scalar_text(part(alert, "dependency", "manifest_path"))),
            ("cve", first_text(part(advisory, "cve_id"), alert.get("external_identifier"))),
            ("ghsa_id", scalar_text(part(advisory, "ghsa_id"))),
            ("severity", first_text(part(advisory, "severity"), alert.get("severity"))),
            ("ref", scalar_text(document.get("ref"))),
            *((name, scalar_text(alert.get(name))) for name in names.split()),
        ]
    )


def _advisory(document: Object) -> Signal:
    advisory = document.get(ADVISORY)
    ghsa_id = scalar_text(part(advisory, "ghsa_id"))
    if not isinstance(advisory, dict) or ghsa_id is None:
        raise Unreadable("security_advisory.ghsa_id is needed: it tells one advisory from another.")
    withdrawn = scalar_text(advisory.get("withdrawn_at")) or document.get("action") == "withdrawn"
    key = own_key(f"{ADVISORY}:{ghsa_id}")
    return Signal(
        title=one_line(first_text(advisory.get("summary"), advisory.get("cve_id")) or key, TITLE_LENGTH),
        severity=severity_of(scalar_text(advisory.get("severity")), SEVERITIES),
        source=NAME,
        key=key,
        state=SignalState.RESOLVED if withdrawn else SignalState.FIRING,
        started_at=moment(advisory.get("published_at")),
        asset=asset_of(AssetKind.PACKAGE, _package(advisory)),
        labels=limited(
            [
                ("event", ADVISORY),
                ("action", scalar_text(document.get("action"))),
                ("severity", scalar_text(advisory.get("severity"))),
                ("ghsa_id", ghsa_id),
                ("cve", scalar_text(advisory.get("cve_id"))),
                ("package", _package(advisory)),
                ("ecosystem", scalar_text(part(advisory, "vulnerabilities", 0, "package", "ecosystem"))),
            ]
        ),
        link=web_link(advisory.get("html_url")) or web_link(part(advisory, "references", 0, "url")),
    )


DECIDES = frozenset({"number", "full_name"})
"""They tell one alert from another."""

SNIPPET = """\
Repository or organisation > Settings > Webhooks > Add webhook
  Payload URL:       {url}
  Content type:      application/json
  Secret:            <the secret of {slug}>
  SSL verification:  enabled
  Let me select individual events:
    Code scanning alerts, Dependabot alerts, Secret scanning alerts, Secret scanning alert locations
"""

ADAPTER = Adapter(
    name=NAME,
    label="GitHub (secret scanning, code scanning, Dependabot, advisories)",
    schemes=(Scheme.GITHUB,),
    read=read,
    delivery_header="x-github-delivery",
    answer=answer,
    snippet=SNIPPET,
)
