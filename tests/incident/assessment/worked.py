"""Worked cases, ours and those of any folder of the same kind, and what the assessment says of each limb."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from incident.assessment import Assessment, assess_sheet
from incident.facts import read_sheet
from incident.law.answers import Answer

OWN = Path(__file__).parent / "cases"
FOLDER = "ASSESSMENT_CASES"
REGIMES: Mapping[str, str] = {"hipaa": "hipaa_breach", "pipeda": "ca_rrosh", "au_ndb": "au_serious_harm"}
LIMBS = ("authority", "subjects")
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Worked:
    """One case: facts, the answer each limb should have (yes, no, unknown, or open), and where it comes from.

    `finding` answers both limbs where another law than the GDPR is asked. `missing` must be asked for.
    """

    id: str
    facts: Mapping[str, Any]
    expected: Mapping[str, str]
    jurisdiction: str | None = None
    finding: str = ""
    missing: tuple[str, ...] = ()
    verified: frozenset[str] = frozenset()

    def assessment(self) -> Assessment:
        (found,) = assess_sheet(read_sheet(self.facts), self.jurisdiction).values()
        return found

    def limbs(self) -> dict[str, Answer]:
        found = self.assessment()
        if self.finding:
            return dict.fromkeys(LIMBS, found.findings[self.finding])
        return {"authority": found.authority, "subjects": found.subjects}

    def scored(self) -> Iterator[tuple[str, str, Answer]]:
        """Each limb that has an outcome: its name, the outcome, and what the assessment says."""
        for name, answer in self.limbs().items():
            if self.expected[name] != OPEN:
                yield name, self.expected[name], answer


def own_cases() -> list[Worked]:
    return [
        _own(raw)
        for file in sorted(OWN.glob("*.toml"))
        for raw in tomllib.loads(file.read_text(encoding="utf-8"))["cases"]
    ]


def folder_of_cases() -> Path:
    """Where further cases lie, on machines that have them: named by the environment, else beside the repository."""
    return Path(os.environ.get(FOLDER) or Path(__file__).parents[4] / "shared" / "cases")


def cases_in(folder: Path) -> list[Worked]:
    """The scorable JSON cases of a folder; none where there is no such folder."""
    documents = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json")))
    return [_given(document) for document in documents if document["scorable"]]


def _own(raw: Mapping[str, Any]) -> Worked:
    expected = {limb: raw[limb] for limb in LIMBS}
    return Worked(
        raw["id"],
        raw["facts"],
        expected,
        raw.get("jurisdiction"),
        raw.get("finding", ""),
        tuple(raw.get("missing", ())),
    )


def _given(document: Mapping[str, Any]) -> Worked:
    said = {True: "yes", False: "no", None: OPEN}
    place = {"UK": "GB"}.get(document["jurisdiction"], document["jurisdiction"])
    return Worked(
        document["id"],
        document["facts"],
        {limb: said[document["expected"][f"notify_{limb}"]] for limb in LIMBS},
        place,
        REGIMES.get(document["regime"], ""),
        verified=frozenset(limb for limb in LIMBS if document["limbs_verified"][limb]),
    )
