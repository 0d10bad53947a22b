"""Snyk: a project was tested again; one signal for each issue that is new in it or gone from it.

https://docs.snyk.io/snyk-api/using-specific-snyk-apis/webhooks-apis/webhooks (project_snapshot/v0, ping/v0). A test
that changed nothing comes too and holds no alert. Snyk dates the vulnerability's publication, not when the project got
it: the beginning is the time of the test (X-Snyk-Timestamp).
"""

from incident.adapters.answers import Answer, Asked, Headers, Noted
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
    objects,
    one_line,
    own_key,
    part,
    scalar_text,
    severity_of,
    web_link,
)
from incident.adapters.registry import Adapter
from incident.adapters.signals import AssetKind, Severity, Signal, SignalState, Unreadable

NAME = "snyk"

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
_REPOSITORIES = ("github", "gitlab", "bitbucket", "azure-repos")
"""Beginnings of a project's `origin` in source control, such as `github-enterprise`."""

LISTS = {"newIssues": SignalState.FIRING, "removedIssues": SignalState.RESOLVED}


def read(headers: Headers, body: bytes) -> tuple[Signal, ...]:
    """A signal for each new and each removed issue. Raises Unreadable, naming the field that decides and is wrong."""
    event = _event(headers)
    if event not in ("", "project_snapshot"):
        raise Unreadable(f"X-Snyk-Event is {ascii(event)[:60]}; only project_snapshot is read.")
    document = read_object(body)
    if not isinstance(document.get("project"), dict):
        raise Unreadable("project must be an object.")
    at = headers.get("x-snyk-timestamp")
    return tuple(
        _signal(issue, f"{name}[{index}]", document, at)
        for name in LISTS
        for index, issue in enumerate(_issues(document, name))
    )


def answer(asked: Asked) -> Answer | None:
    """A new webhook is tried by a ping, as it can be by hand."""
    return Noted("Snyk's ping: the webhook is set up.") if _event(asked.headers) == "ping" else None


def _event(headers: Headers) -> str:
    """Without its version: `project_snapshot/v0`."""
    return headers.get("x-snyk-event", "").strip().lower().partition("/")[0]


def _issues(document: dict[str, Json], name: str) -> list[Json]:
    given = document.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise Unreadable(f"{name} must be a list.")
    return given


def _signal(issue: Json, place: str, document: dict[str, Json], at: str | None) -> Signal:
    project = document["project"]
    project_id, own = scalar_text(part(project, "id")), first_text(part(issue, "id"), part(issue, "issueData", "id"))
    if project_id is None or own is None:
        raise Unreadable(f"project.id and {place}.id are needed: they tell one issue from another.")
    data = part(issue, "issueData")
    key = own_key(f"{project_id}/{own}")
    state = LISTS[place.partition("[")[0]]
    severity = scalar_text(part(data, "severity"))
    return Signal(
        title=one_line(first_text(part(data, "title")) or key, TITLE_LENGTH),
        severity=severity_of(severity, SEVERITIES),
        source=NAME,
        key=key,
        state=state,
        started_at=moment(at) if state is SignalState.FIRING else None,
        asset=asset_of(_kind(project), part(project, "name")),
        hints=category_hints(dict(_tags(project)).get(DATA_CATEGORIES), "tag"),
        labels=limited(
            [
                ("severity", severity),
                ("project", scalar_text(part(project, "name"))),
                ("origin", scalar_text(part(project, "origin"))),
                ("project_type", scalar_text(part(project, "type"))),
                ("org", first_text(part(document, "org", "slug"), part(document, "org", "name"))),
                ("issue_id", own),
                ("issue_type", scalar_text(part(issue, "issueType"))),
                ("package", scalar_text(part(issue, "pkgName"))),
                ("package_version", scalar_text(part(issue, "pkgVersions", 0))),
                ("cve", scalar_text(part(data, "identifiers", "CVE", 0))),
                ("exploit_maturity", scalar_text(part(data, "exploitMaturity"))),
                ("ignored", scalar_text(part(issue, "isIgnored"))),
                ("patched", scalar_text(part(issue, "isPatched"))),
                *_tags(project),
            ]
        ),
        link=web_link(part(data, "url")) or web_link(part(project, "browseUrl")),
        group=one_line(f"project {project_id}"),
    )


def _kind(project: Json) -> AssetKind:
    origin = scalar_text(part(project, "origin")) or ""
    return AssetKind.REPOSITORY if origin.lower().startswith(_REPOSITORIES) else AssetKind.APPLICATION


def _tags(project: Json) -> list[tuple[str, str]]:
    """The project's tags, each an object of key and value."""
    pairs = ((scalar_text(tag.get("key")), scalar_text(tag.get("value"))) for tag in objects(part(project, "tags")))
    return [(one_line(key, 200), value) for key, value in pairs if key and value]


DECIDES = frozenset({"id"})
"""They tell one issue from another."""

SNIPPET = """\
curl --fail-with-body https://api.snyk.io/v1/org/<organisation id>/webhooks \\
  -H 'Authorization: token <Snyk API token>' -H 'Content-Type: application/json' \\
  -d '{"url": "{url}", "secret": "<the secret of {slug}>"}'
"""

ADAPTER = Adapter(
    name=NAME,
    label="Snyk",
    schemes=(Scheme.SNYK,),
    read=read,
    delivery_header="x-snyk-transport-id",
    answer=answer,
    snippet=SNIPPET,
)
