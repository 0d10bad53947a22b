"""`seventytwo intake`: try what an adapter reads in a delivery, without keeping anything."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(help="What monitors send.", no_args_is_help=True)
Body = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The body, byte for byte.")]
UNREAD, UNPROVEN = 1, 3


@group.callback()
def intake() -> None:
    """What monitors send."""


@group.command("try")
def try_one(
    adapter: Annotated[str, typer.Argument(help="The adapter's name, such as alertmanager.")],
    body: Body,
    headers: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="JSON: an object of header names and texts.")
    ] = None,
    secret: Annotated[str, typer.Option(help="Verify by it; without one nothing is verified.")] = "",
    fetched: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The certificate (PEM) or the set of keys (JSON) it is by."),
    ] = None,
    at: Annotated[str, typer.Option(help="Verify as of this moment (RFC 3339); without it now.")] = "",
) -> None:
    """Print the signals of a delivery as JSON, or why there are none. Nothing is stored, nothing is fetched.

    The secret of aws_sns is the topic's ARN, of google_oidc `audience=… email=…`, of entra_oidc `tenant=… audience=…`.
    Status 0: signals (perhaps none), or what a handshake is answered; 1: it cannot be read and would wait in
    quarantine; 3: it does not prove itself; 2: the command was wrong.
    """
    import json
    import sys

    from incident.adapters.registry import chosen_adapter
    from incident.adapters.requests import asked_from
    from incident.adapters.trying import answer_document, attempt

    known = chosen_adapter(adapter)
    asked = asked_from(_headers(headers), body.read_bytes())
    material = fetched.read_bytes() if fetched else None
    trial = attempt(known, asked, (secret,) if secret else (), _moment(at), material)
    if trial.refused is not None:
        print(f"refused: {trial.refused}", file=sys.stderr)
        raise typer.Exit(UNPROVEN)
    if trial.trouble:
        print(f"quarantine: {trial.trouble}", file=sys.stderr)
        raise typer.Exit(UNREAD)
    said = {"answer": answer_document(trial.answer)} if trial.answer else trial.documents()
    print(json.dumps(said, ensure_ascii=False, indent=2))


def _headers(file: Path | None) -> dict[str, object]:
    from incident.adapters.requests import headers_in
    from incident.errors import Fault, Invalid

    if file is None:
        return {}
    try:
        return headers_in(file.read_bytes())
    except ValueError as error:
        mend = 'such as {"Content-Type": "application/json"}'
        raise Invalid(Fault(str(file), "is no JSON object", mend)) from error


def _moment(text: str) -> datetime:
    from incident.adapters.fields import moment
    from incident.errors import Fault, Invalid
    from notifications.clock import SystemClock

    if not text:
        return SystemClock().now()
    found = moment(text)
    if found is None:
        raise Invalid(Fault("at", "is no moment with an offset", "such as 2026-11-24T09:00:00Z"))
    return found
