"""What does it cost to derive every duty of a breach that touches 60 jurisdictions? Asked: less than 50 ms.

    python -m bench.law [--rounds 30]

No open system derives duties from facts, so there is no peer to measure beside; what is measured instead is where the
time goes: the triggers alone, the clocks on top, three data sets instead of one, a first use in a fresh process.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from bench.measuring.machine import OUT
from bench.measuring.rounds import interleaved, spent
from incident.anchors import NAMES, Anchor
from incident.assessment import assess_sheet
from incident.facts import FactSheet, read_sheet
from incident.facts.vocabulary import SECTORS
from incident.law.answers import Truth
from incident.law.circumstances import Circumstances, Organisation
from incident.law.derivation import derive
from incident.law.expressions import World
from incident.law.packs import shipped_duties

LIMIT_MS = 50.0
JURISDICTIONS = 60
MOMENT = datetime(2026, 12, 18, 16, 40, tzinfo=UTC)
COUNTRIES = (
    *("DE", "FR", "IT", "ES", "PL", "NL", "SE", "IE", "NO", "GB", "CH", "CA-QC", "CA-AB", "BR", "MX", "CL", "CO", "ZA"),
    *(
        "AU",
        "NZ",
        "JP",
        "KR",
        "CN",
        "SG",
        "TH",
        "PH",
        "MY",
        "ID",
        "VN",
        "TW",
        "TR",
        "IL",
        "AE",
        "SA",
        "KE",
        "NG",
        "EG",
        "IN",
    ),
)
STATES = """
    AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA
    RI SC SD TN TX UT VA VT WA WI WV WY
"""


def sheet(datasets: int) -> FactSheet:
    """Names, numbers for life, cards and health data of people nearly everywhere, taken by an attacker."""
    reach = dict.fromkeys((*COUNTRIES, *(f"US-{state}" for state in STATES.split())), 1500)
    one = {
        "role": "controller",
        "data": {
            "categories": ["name", "email_address", "credentials_plain", "national_id", "payment_card_full", "health"]
        },
        "people": {"count": sum(reach.values()), "vulnerable": False},
        "protection": {"encryption": "none"},
        "exposure": {"exfiltration": "confirmed", "recipients": "attacker"},
        "reach": reach,
    }
    return read_sheet(
        {
            "breach": {"kinds": ["confidentiality"], "cause": "hacking", "malicious": True, "misuse_seen": False},
            "organisation": {
                "establishment": "DE",
                "sectors": sorted(set(SECTORS) & {"digital_provider", "us_listed"}),
            },
            "datasets": [{"id": f"set-{number}", **one} for number in range(datasets)],
        }
    )


def known(facts: FactSheet) -> Circumstances:
    """Every moment of the law decided, and the findings of the assessment."""
    findings = {name: found.findings for name, found in assess_sheet(facts).items()}
    anchors = tuple(Anchor(name, MOMENT) for name in NAMES if not name.startswith("hold_"))
    return Circumstances(Organisation("main", "DE", "Europe/Berlin"), anchors=anchors, findings=findings)


def triggers_alone(facts: FactSheet, circumstances: Circumstances) -> int:
    """Every trigger once, without a clock; how many say yes."""
    world = World(facts.view(facts.datasets[0]), circumstances.findings[facts.datasets[0].id])
    return sum(duty.expression.evaluate(world).truth is Truth.YES for duty in shipped_duties())


def cold_start() -> float:
    """Milliseconds of `seventytwo duties` in a fresh process, from start to end."""
    question = json.dumps(
        {"facts": {"breach": {"kinds": ["confidentiality"]}}, "anchors": {"aware": "2026-12-18T16:40:00Z"}}
    )
    command = [
        sys.executable,
        "-c",
        "import sys; sys.argv = ['seventytwo', 'duties', '-']; from incident.entry import main; main()",
    ]
    run = spent(lambda: subprocess.run(command, input=question, text=True, capture_output=True, check=True))
    return run.wall * 1000


def measured(rounds: int) -> Mapping[str, Sequence[float]]:
    """Candidate → milliseconds, one a round."""
    one, three = sheet(1), sheet(3)
    of_one, of_three = known(one), known(three)
    candidates: dict[str, Callable[[], float]] = {
        "every trigger, no clock": lambda: spent(lambda: triggers_alone(one, of_one)).wall * 1000,
        "every duty, one data set": lambda: spent(lambda: derive(one, shipped_duties(), of_one)).wall * 1000,
        "every duty, three data sets": lambda: spent(lambda: derive(three, shipped_duties(), of_three)).wall * 1000,
    }
    for warm_up in candidates.values():
        warm_up()
    return interleaved(candidates, rounds) | {"a fresh `seventytwo duties`": [cold_start() for _ in range(5)]}


def main() -> int:
    """Measure, print, write bench/out/law.json, which says whether the limit was kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    facts = sheet(1)
    rows = derive(facts, shipped_duties(), known(facts))
    touched = {row.duty.jurisdiction for row in rows if row.applies is not Truth.NO}
    applying = sum(row.applies is Truth.YES for row in rows)
    found = measured(rounds)
    print(
        f"{len(shipped_duties())} duties, {len(touched)} jurisdictions touched, {applying} duties apply; milliseconds:"
    )
    figures = {name: figures_of(values) for name, values in found.items()}
    for name, each in figures.items():
        print(f"  {name:<30} median {each['median']:8.2f}   p95 {each['p95']:8.2f}   least {each['least']:8.2f}")
    held = figures["every duty, one data set"]["median"] < LIMIT_MS and len(touched) >= JURISDICTIONS
    print(f"  limit {LIMIT_MS:g} ms for {JURISDICTIONS} jurisdictions: {'kept' if held else 'NOT KEPT'}")
    OUT.mkdir(exist_ok=True)
    document = {
        "duties": len(shipped_duties()),
        "jurisdictions": len(touched),
        "apply": applying,
        "limit_ms": LIMIT_MS,
        "kept": held,
        "milliseconds": figures,
    }
    Path(OUT / "law.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


def figures_of(values: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and the least, in the unit of the values."""
    return {"median": median(values), "p95": quantiles(values, n=20)[-1], "least": min(values)}


if __name__ == "__main__":
    sys.exit(main())
