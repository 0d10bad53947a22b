"""What a person pastes into a shell where the monitor runs, to send one alert from there, signed; pure.

It needs bash, curl and openssl (xxd for Standard Webhooks); for what only the vendor signs, the vendor's own tool.
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

from incident.adapters.authenticity import Scheme
from incident.adapters.sample_deliveries import SECRET, Sample
from incident.adapters.signing import ANY_HEADER

Headers: TypeAlias = Mapping[str, str]
FILE = "alert.json"
_MAC = 'SIGNATURE=$({stream} | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d " " -f 1)'
_OF_BODY = _MAC.replace("{stream}", f"cat {FILE}")
_BEFORE: Mapping[Scheme, str] = {
    Scheme.STANDARD_WEBHOOKS: (
        "ID=msg_$(date +%s%N); AT=$(date +%s)\n"
        'KEY=$(printf %s "${SECRET#whsec_}" | base64 -d | xxd -p -c 256)\n'
        f'SIGNATURE=$({{ printf "%s.%s." "$ID" "$AT"; cat {FILE}; }} '
        '| openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)'
    ),
    Scheme.GRAFANA: "AT=$(date +%s)\n" + _MAC.replace("{stream}", f'{{ printf "%s:" "$AT"; cat {FILE}; }}'),
    Scheme.CROWDSTRIKE: (
        "AT=$(date -u +%Y-%m-%dT%H:%M:%SZ)\n"
        f'SIGNATURE=$({{ cat {FILE}; printf %s "$AT"; }} | openssl dgst -sha256 -hmac "$SECRET" -binary | base64)'
    ),
    Scheme.GITHUB: _OF_BODY,
    Scheme.PAGERDUTY: _OF_BODY,
    Scheme.SENTRY: _OF_BODY,
    Scheme.SNYK: _OF_BODY,
    Scheme.ROUTING_KEY: f'sed -i "s|{SECRET}|$SECRET|" {FILE}',
}
_HEADERS: Mapping[Scheme, Headers] = {
    Scheme.STANDARD_WEBHOOKS: {
        "webhook-id": "$ID",
        "webhook-timestamp": "$AT",
        "webhook-signature": "v1,$SIGNATURE",
    },
    Scheme.BEARER: {"authorization": "Bearer $SECRET"},
    Scheme.GITHUB: {"x-hub-signature-256": "sha256=$SIGNATURE"},
    Scheme.GRAFANA: {"x-grafana-alerting-timestamp": "$AT", "x-grafana-alerting-signature": "$SIGNATURE"},
    Scheme.PAGERDUTY: {"x-pagerduty-signature": "v1=$SIGNATURE"},
    Scheme.SENTRY: {"sentry-hook-signature": "$SIGNATURE"},
    Scheme.SNYK: {"x-hub-signature": "sha256=$SIGNATURE"},
    Scheme.CROWDSTRIKE: {"x-cs-delivery-timestamp": "$AT", "x-cs-primary-signature": "$SIGNATURE"},
}
_VENDORS: Mapping[Scheme, str] = {
    Scheme.AWS_SNS: f"aws sns publish --topic-arn '<the ARN of the topic>' --message file://{FILE}",
    Scheme.GOOGLE_OIDC: f"gcloud pubsub topics publish '<the topic>' --message \"$(cat {FILE})\"",
}
_ENTRA = """\
# Only Azure can make the token of a secure webhook. In the Azure portal:
#   Monitor > Alerts > Action groups > (yours) > Test action group > Metric alert
# Its webhook must be that of {url}."""


def shell_command(scheme: Scheme, url: str, sample: Sample, token_header: str = "") -> str:
    """The command that sends this sample to this address. It is a real delivery: the rules say what it opens.

    "" where nothing is posted.
    """
    if scheme is Scheme.NONE:
        return ""
    if scheme is Scheme.ENTRA_OIDC:
        return _ENTRA.replace("{url}", url)
    if scheme in _VENDORS:
        return f"{_file(_message(sample.body))}\n{_VENDORS[scheme]}"
    steps = ["SECRET='<its secret>'", _file(sample.body)]
    steps += [_BEFORE[scheme]] if scheme in _BEFORE else []
    return "\n".join([*steps, _curl(scheme, url, sample.headers, token_header)])


def _curl(scheme: Scheme, url: str, headers: Headers, token_header: str) -> str:
    proof = {token_header or ANY_HEADER: "$SECRET"} if scheme is Scheme.HEADER_TOKEN else _HEADERS.get(scheme, {})
    parts = [f"curl -sS --fail-with-body '{url}'"]
    parts += ['-u "$SECRET"'] if scheme is Scheme.BASIC else []
    parts += [f'-H "{name}: {text}"' for name, text in {**headers, **proof}.items()]
    return " \\\n  ".join([*parts, f"--data-binary @{FILE}"])


def _file(body: bytes) -> str:
    return f"cat > {FILE} <<'END'\n{body.decode()}END"


def _message(body: bytes) -> bytes:
    """What is published, out of the envelope that the vendor makes itself."""
    document = json.loads(body)
    inner = document.get("Message") if isinstance(document, dict) else None
    return f"{inner}\n".encode() if isinstance(inner, str) else body
