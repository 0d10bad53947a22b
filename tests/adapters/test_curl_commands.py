"""What is pasted where a monitor runs: bash and openssl make of it what the hooks take as proof."""

import itertools
import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incident.adapters.authenticity import Presented, Scheme, prove
from incident.adapters.curl_commands import FILE, shell_command
from incident.adapters.registry import adapter_named, all_adapters
from incident.adapters.sample_deliveries import sample_of
from incident.adapters.signing import VENDORS_OWN
from tests.adapters.test_sample_deliveries import SIGNED, bound, secrets_of

URL = "https://incident.example.org/hooks/monitor"
CURL = '#!/bin/sh\nprintf "%s\\n" "$@" > arguments\n'
TOOLS = [name for name in ("bash", "openssl", "xxd") if shutil.which(name) is None]


def pasted(command: str, secret: str, folder: Path) -> tuple[dict[str, str], bytes]:
    """Run it with a curl that only writes down what it is told: headers and body as they would go out."""
    curl = folder / "curl"
    curl.write_text(CURL)
    curl.chmod(0o755)
    script = command.replace("<its secret>", secret)
    path = {"PATH": f"{folder}:/usr/bin:/bin"}
    subprocess.run(["bash", "-euc", script], cwd=folder, env=path, check=True, timeout=30)
    said = (folder / "arguments").read_text().splitlines()
    assert URL in said
    headers = [text.partition(": ") for flag, text in itertools.pairwise(said) if flag == "-H"]
    return {name: value for name, _, value in headers}, (folder / FILE).read_bytes()


@pytest.mark.skipif(bool(TOOLS), reason=f"not here: {', '.join(TOOLS)}")
@pytest.mark.parametrize(("name", "scheme"), [way for way in SIGNED if way[1] is not Scheme.BASIC])
def test_what_is_pasted_is_proven_and_read(name: str, scheme: Scheme, tmp_path: Path) -> None:
    secret, adapter, now = secrets_of(scheme)[1], adapter_named(name), datetime.now(UTC)
    command = shell_command(scheme, URL, sample_of(name, scheme, now), adapter.token_header)
    headers, body = pasted(command, secret, tmp_path)
    assert prove(scheme, [secret], Presented(headers, body, adapter.token_header), datetime.now(UTC)) == 0
    assert bound(name).read(headers, body)


def test_basic_authentication_is_left_to_curl() -> None:
    now = datetime.now(UTC)
    assert '-u "$SECRET"' in shell_command(Scheme.BASIC, URL, sample_of("alertmanager", Scheme.BASIC, now))


@pytest.mark.parametrize("scheme", VENDORS_OWN)
def test_what_only_a_vendor_signs_is_sent_by_its_own_tool(scheme: Scheme) -> None:
    name = next(name for name, adapter in all_adapters().items() if scheme in adapter.schemes)
    command = shell_command(scheme, URL, sample_of(name, scheme, datetime.now(UTC)))
    assert "curl" not in command
    assert "SECRET" not in command


def test_what_sns_wraps_itself_is_published_bare() -> None:
    command = shell_command(Scheme.AWS_SNS, URL, sample_of("aws_sns", Scheme.AWS_SNS, datetime.now(UTC)))
    body = command.partition("<<'END'\n")[2].partition("\nEND")[0]
    assert json.loads(body)["NewStateValue"] == "ALARM"


def test_nothing_is_pasted_where_nothing_is_posted() -> None:
    assert shell_command(Scheme.NONE, URL, sample_of("hibp", Scheme.NONE, datetime.now(UTC))) == ""
