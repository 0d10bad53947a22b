"""Signatures are those of Standard Webhooks: the published vector, two live secrets, and our own intake agrees."""

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incident.adapters.authenticity import Authentic, Scheme, verify
from notifications.signatures import UnusableSecret, key_of, new_secret, signed_headers

# The vector the Standard Webhooks project publishes with its reference libraries (MIT).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1614265330, UTC)
ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector() -> None:
    assert signed_headers([SECRET], ID, AT, BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_during_a_rotation_both_secrets_sign_and_a_receiver_with_either_agrees() -> None:
    other = new_secret()
    headers = signed_headers([SECRET, other], ID, AT, BODY)
    assert headers["webhook-signature"].split()[0] == SIGNATURE
    for secret in (SECRET, other):
        assert verify(Scheme.STANDARD_WEBHOOKS, [secret], headers, BODY, AT) == Authentic(ID, 0)


def test_a_made_secret_is_long_enough_and_never_the_same() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_not base64",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
    ],
)
def test_what_is_no_secret_of_this_scheme_is_refused(secret: str) -> None:
    with pytest.raises(UnusableSecret, match="whsec_"):
        key_of(secret)


def test_the_receiver_in_the_docs_takes_what_is_ours_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "host-platform.md").read_text()
    (snippet,) = [found for found in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "notice_arrived" in found]
    scope: dict[str, Any] = {}
    exec(snippet, scope)
    monkeypatch.setenv("INCIDENT_WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr(scope["time"], "time", lambda: AT.timestamp() + 60)
    body = json.dumps({"type": "notice.released", "data": {"part": 1}}).encode()
    headers = signed_headers([new_secret(), SECRET], ID, AT, body)
    assert scope["notice_arrived"](headers, body) == (ID, {"part": 1})
    for wrong in (body + b" ", b"{}"):
        with pytest.raises(ValueError, match="not from seventytwo"):
            scope["notice_arrived"](headers, wrong)
    monkeypatch.setattr(scope["time"], "time", lambda: AT.timestamp() + 301)
    with pytest.raises(ValueError, match="not from seventytwo"):
        scope["notice_arrived"](headers, body)
