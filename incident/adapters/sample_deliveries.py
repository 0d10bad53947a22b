"""One made-up alert in each monitor's own format, as if it happened now: what a test of a source sends; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from incident.adapters.authenticity import Scheme

SECRET = "@secret@"  # noqa: S105  no secret: where a body that carries one has it
FOLDER = "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A delivery that nobody sent yet: header names in lower case, the body byte for byte."""

    headers: Mapping[str, str]
    body: bytes


def sample_of(adapter: str, scheme: Scheme, now: datetime) -> Sample:
    """The alert of this adapter, unsigned; of a scheme that asks for another body, that one. `now` is aware."""
    text = _text(f"{adapter}.{scheme.value}.json") or _text(f"{adapter}.json")
    for place, moment in _moments(now).items():
        text = text.replace(place, moment)
    document = json.loads(text)
    body = json.dumps(document["body"], ensure_ascii=False, indent=2) + "\n"
    return Sample(document["headers"], body.encode())


def _moments(now: datetime) -> Mapping[str, str]:
    """What stands in the files for the moment, as the vendors write it; numbers take their quotes with them."""
    at = now.astimezone(UTC)
    seconds = int(at.timestamp())
    return {
        "@now@": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "@utc text@": at.strftime("%Y-%m-%d %H:%M:%S.000"),
        '"@seconds@"': str(seconds),
        '"@milliseconds@"': str(seconds * 1000),
        "@seconds text@": str(seconds),
        "@milliseconds text@": str(seconds * 1000),
    }


@cache
def _text(name: str) -> str:
    """The file of this name; "" where there is none."""
    file = files("incident.adapters") / FOLDER / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""
