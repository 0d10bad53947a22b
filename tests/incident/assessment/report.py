"""How the assessment does on worked cases, limb by limb: python -m tests.incident.assessment.report [FOLDER]."""

import sys
from collections.abc import Iterable
from pathlib import Path

from incident.law.answers import Answer
from tests.incident.assessment.worked import LIMBS, Worked, cases_in, folder_of_cases, own_cases

Scored = tuple[Worked, str, str, Answer]


def scored(cases: Iterable[Worked]) -> list[Scored]:
    """Every limb that has an outcome."""
    return [(case, *limb) for case in cases for limb in case.scored()]


def figures(rows: Iterable[Scored], limb: str) -> str:
    """Recall of yes and specificity of no, of one limb; unknown is neither right nor wrong."""
    here = [(expected, answer.truth.value) for _, name, expected, answer in rows if name == limb]
    parts = []
    for name, wanted in (("yes-recall", "yes"), ("no-specificity", "no")):
        said = [found for expected, found in here if expected == wanted]
        right, unknown = said.count(wanted), said.count("unknown")
        parts.append(f"{name} {right}/{len(said)}, unknown {unknown}")
    return f"{limb}: {'; '.join(parts)}"


def report(cases: list[Worked]) -> list[str]:
    """The figures for all limbs and for those read in a source, and each that is wrong or unknown with what decides."""
    rows = scored(cases)
    verified = [row for row in rows if row[1] in row[0].verified]
    lines = [f"{len(cases)} cases, {len(rows)} limbs with an outcome"]
    lines += [f"all       {figures(rows, limb)}" for limb in LIMBS]
    if verified:
        lines += [f"verified  {figures(verified, limb)}" for limb in LIMBS]
    lines += [
        f"{'unknown' if answer.truth == 'unknown' else 'WRONG'}: {case.id}, {limb}: should be {expected}, "
        f"is {answer.truth}; would decide: {', '.join(answer.missing) or 'nothing is missing'}"
        for case, limb, expected, answer in rows
        if answer.truth != expected
    ]
    return lines


def main(arguments: list[str]) -> None:
    """Report on the folder that is given, else on ours and on the folder beside the repository."""
    if arguments:
        found = {arguments[0]: cases_in(Path(arguments[0]))}
    else:
        found = {"our cases": own_cases(), str(folder_of_cases()): cases_in(folder_of_cases())}
    for name, cases in found.items():
        sys.stdout.write("\n".join([f"== {name}", *(report(cases) if cases else ["no cases there"]), ""]))


if __name__ == "__main__":
    main(sys.argv[1:])
