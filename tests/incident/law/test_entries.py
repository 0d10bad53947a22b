"""No entry of the research is lost: id, law, article, address, period and basis are carried as they are."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from incident.law.duties import Duty
from incident.law.packs import shipped_duties

pytestmark = pytest.mark.untraced

FOLDER = "LAW_RESEARCH"  # another folder with a regimes.yaml; where there is none, what ships is counted all the same
UNITS = {"calendar_days": "days"}
WEAKER = {"primary_text+secondary": "secondary"}
ENTRIES, JURISDICTIONS = 380, 85


def entries() -> list[Mapping[str, Any]]:
    folder = Path(os.environ.get(FOLDER) or Path(__file__).parents[4] / "shared" / "law")
    path = folder / "regimes.yaml"
    return list(yaml.safe_load(path.read_text(encoding="utf-8"))["obligations"]) if path.exists() else []


def latest() -> dict[str, Duty]:
    ordered = sorted(shipped_duties(), key=lambda duty: str(duty.applies_from or ""))
    return {duty.id: duty for duty in ordered}


def differences(entry: Mapping[str, Any], duty: Duty | None) -> Iterator[str]:
    if duty is None:
        yield f"{entry['id']} is in no pack"
        return
    limit = entry["deadline"] if entry["deadline"]["amount"] else entry.get("outer_bound") or {}
    period = (limit["amount"], UNITS.get(limit["unit"], limit["unit"])) if limit.get("amount") else None
    carried = {
        "period": (period, (duty.period.amount, duty.period.unit.value) if duty.period else None),
        "law": (entry["law"], duty.law),
        "article": (entry["article"], duty.article),
        "basis": (WEAKER.get(entry["verification_basis"], entry["verification_basis"]), duty.basis),
    }
    if entry.get("url"):
        carried["url"] = (entry["url"], duty.url)
    for key, (said, found) in carried.items():
        if said != found:
            yield f"{entry['id']}, {key}: {said!r} became {found!r}"


def test_every_entry_is_carried_as_it_is() -> None:
    duties = latest()
    assert [line for entry in entries() for line in differences(entry, duties.get(entry["id"]))] == []
    assert len(duties) >= ENTRIES
    assert len({duty.jurisdiction for duty in duties.values()}) >= JURISDICTIONS


def test_every_duty_in_force_has_its_date_or_says_that_none_was_researched() -> None:
    assert {duty.status for duty in shipped_duties()} >= {"in_force", "not_yet_applicable", "not_in_force", "voluntary"}
    assert [duty.id for duty in shipped_duties() if duty.status == "not_yet_applicable" and not duty.applies_from] == []
