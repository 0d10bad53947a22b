"""HMAC-SHA256 as single vendors do it: GitHub, Snyk, Sentry, PagerDuty, Grafana, CrowdStrike."""

import base64
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from incident.adapters.fields import moment
from incident.adapters.proofs.presented import (
    MALFORMED,
    MAX_SIGNATURES,
    MISSING,
    STALE,
    Presented,
    Refused,
    first_equal,
    is_stale,
    is_timestamp,
    signed_by,
)


def github(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """`sha256=` and the hexadecimal HMAC of the body in X-Hub-Signature-256.

    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    return _hub("x-hub-signature-256", secrets, presented)


def snyk(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """As GitHub, in X-Hub-Signature (https://docs.snyk.io/snyk-api/using-specific-snyk-apis/webhooks-apis)."""
    return _hub("x-hub-signature", secrets, presented)


def sentry(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """The hexadecimal HMAC of the body under the client secret in Sentry-Hook-Signature.

    https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
    """
    given = presented.headers.get("sentry-hook-signature", "").strip()
    return first_equal(signed_by(secrets, presented.body), [given.encode()]) if given else MISSING


def pagerduty(secrets: Sequence[str], presented: Presented, _now: datetime) -> int | Refused:
    """One of the `v1=` signatures in X-PagerDuty-Signature is the hexadecimal HMAC of the body.

    https://developer.pagerduty.com/docs/verifying-webhook-signatures
    """
    parts = [part.strip() for part in presented.headers.get("x-pagerduty-signature", "").split(",")][:MAX_SIGNATURES]
    given = [part.removeprefix("v1=").encode() for part in parts if part.startswith("v1=")]
    if not given:
        return MALFORMED if any(parts) else MISSING
    return first_equal(signed_by(secrets, presented.body), given)


def grafana(secrets: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """The hexadecimal HMAC of the body, or of `<timestamp>:<body>` where the contact point names a timestamp header.

    https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
    We ask for X-Grafana-Alerting-Timestamp.
    """
    given = presented.headers.get("x-grafana-alerting-signature", "").strip()
    timestamp = presented.headers.get("x-grafana-alerting-timestamp", "").strip()
    if not given:
        return MISSING
    if not timestamp:
        return first_equal(signed_by(secrets, presented.body), [given.encode()])
    if not is_timestamp(timestamp):
        return MALFORMED
    if is_stale(datetime.fromtimestamp(int(timestamp), UTC), now):
        return STALE
    return first_equal(signed_by(secrets, f"{timestamp}:".encode() + presented.body), [given.encode()])


def crowdstrike(secrets: Sequence[str], presented: Presented, now: datetime) -> int | Refused:
    """The base64 HMAC of body and timestamp in X-Cs-Primary-Signature, or X-Cs-Secondary-Signature while it rotates.

    CrowdStrike's own page is behind a login; the order of body and timestamp is that of public implementations, such
    as https://github.com/secmon-lab/warren.
    """
    names = ("x-cs-primary-signature", "x-cs-secondary-signature")
    given = [text.encode() for name in names if (text := presented.headers.get(name, "").strip())]
    timestamp = presented.headers.get("x-cs-delivery-timestamp", "").strip()
    if not given or not timestamp:
        return MISSING
    at = moment(timestamp)
    if at is None:
        return MALFORMED
    if is_stale(at, now):
        return STALE
    signed = presented.body + timestamp.encode()
    made = [base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")) for secret in secrets]
    return first_equal(made, given)


def _hub(header: str, secrets: Sequence[str], presented: Presented) -> int | Refused:
    given = presented.headers.get(header, "").strip()
    if not given:
        return MISSING
    if not given.startswith("sha256="):
        return MALFORMED
    return first_equal(signed_by(secrets, presented.body), [given.removeprefix("sha256=").encode()])
