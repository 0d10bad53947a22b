"""The expected signals of every adapter, the payloads they belong to, and where the captured corpus lies."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ADAPTERS = Path(__file__).parent / "adapters"
EXPECTED, PAYLOADS = ADAPTERS / "expected", ADAPTERS / "payloads"
CORPUS = Path(__file__).parents[2] / "shared/payloads"

Document = dict[str, Any]


def read(path: Path) -> Document:
    """A JSON object of these folders."""
    document: Document = json.loads(path.read_bytes())
    return document


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expected file; `expected/README.md` says what its members mean."""

    path: Path
    document: Document

    @property
    def place(self) -> str:
        """source/payload, also the name of its test."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def own(self) -> bool:
        """Whether the payload is in this repository."""
        return bool(self.document["origin"] == "own")

    @property
    def body(self) -> Path:
        """Where the payload lies; of the corpus it may be absent."""
        return (PAYLOADS if self.own else CORPUS) / f"{self.place}.json"

    @property
    def headers(self) -> dict[str, str]:
        """As an adapter gets them: names in lower case, without the notes."""
        sent = read(self.body.with_suffix(".headers.json"))
        return {name.lower(): str(text) for name, text in sent.items() if not name.startswith("_")}


ALL = [Expectation(path, read(path)) for path in sorted(EXPECTED.glob("*/*.json"))]
PRESENT = [one for one in ALL if one.body.exists()]


def expectations(source: str) -> list[Expectation]:
    """Those of one source whose payload is at hand."""
    return [one for one in PRESENT if one.document["source"] == source]
